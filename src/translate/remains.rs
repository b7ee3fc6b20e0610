//! What is due once statements have gone: a `pass` in a block that is empty, and the end of the file as it was.

use std::collections::BTreeSet;

use super::Program;
use crate::source::Kind;
use crate::syntax::{StmtId, StmtKind};
use crate::text::{Edit, Span, end_as_before, line_begin};

/// The edits, each deletion once, so that no block is empty, and a script that ends without a newline does so still.
pub(super) fn settled(program: &Program, edits: Vec<Edit>) -> Vec<Edit> {
    let mut edits = without_doubles(edits);
    edits.sort_by_key(|edit| edit.span);
    remove_empty_tries(program, &mut edits);
    for stmt in program.ast.stmt_ids() {
        for block in program.ast.blocks(stmt) {
            fill(program, stmt, block, &mut edits);
        }
    }
    if program.source.kind() == Kind::Script {
        let text = program.source.text();
        end_as_before(text, Span::new(0, text.len()), &mut edits);
    }
    edits
}

/// A statement may be found superfluous for two reasons, and goes once, whether comments of it stay or not.
fn without_doubles(mut edits: Vec<Edit>) -> Vec<Edit> {
    let mut known = BTreeSet::new();
    edits.retain(|edit| edit.span.start == edit.span.end || known.insert((edit.span, edit.text.clone())));
    edits
}

/// A `try` goes with all that was in it and in its handlers, if no comment of the user's stands there.
fn remove_empty_tries(program: &Program, edits: &mut Vec<Edit>) {
    let (ast, text) = (program.ast, program.source.text());
    let is_gone = |part: Span| edits.iter().any(|edit| edit.text.is_empty() && edit.span.contains(part));
    let is_empty = |stmt: &StmtId| {
        let span = ast.stmt(*stmt).span;
        matches!(ast.stmt(*stmt).kind, StmtKind::Try { .. })
            && ast.blocks(*stmt).into_iter().flatten().all(|inner| is_gone(ast.stmt(*inner).span))
            && edits.iter().all(|edit| edit.text.is_empty() || !span.overlaps(edit.span))
            && !ast.comments.iter().any(|comment| span.contains(*comment))
    };
    let empty: Vec<Span> = ast.stmt_ids().filter(is_empty).map(|stmt| ast.stmt(stmt).span).collect();
    for span in empty {
        edits.retain(|edit| !span.overlaps(edit.span));
        let end = text[span.end..].find('\n').map_or(span.end, |newline| span.end + newline + 1);
        edits.push(Edit { span: Span::new(line_begin(text, span.start), end), text: String::new() });
        edits.sort_by_key(|edit| edit.span);
    }
}

/// Whether a text has no statement.
fn is_bare(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// Whether a statement is `if TYPE_CHECKING:` and nothing else.
fn is_for_types(program: &Program, stmt: StmtId) -> bool {
    match &program.ast.stmt(stmt).kind {
        StmtKind::If(branches) => match branches.as_slice() {
            [(Some(test), _)] => {
                program.ast.dotted(*test).is_some_and(|name| name.rsplit('.').next() == Some("TYPE_CHECKING"))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Gives a block a `pass` if every one of its statements goes, and none comes.
fn fill(program: &Program, around: StmtId, block: &[StmtId], edits: &mut [Edit]) {
    let text = program.source.text();
    let span = |stmt: &StmtId| program.ast.stmt(*stmt).span;
    let (Some(first), Some(last)) = (block.first().map(span), block.last().map(span)) else { return };
    let (begin, outside) = (line_begin(text, first.start), program.ast.stmt(around).span);
    let from = edits.partition_point(|edit| edit.span.start < begin);
    let to = from + edits[from..].partition_point(|edit| edit.span.start < last.end);
    let within = &mut edits[from..to];
    let is_gone = |part: Span| within.iter().any(|edit| edit.span.contains(part) && !edit.span.contains(outside));
    if !within.iter().all(|edit| is_bare(&edit.text)) || !block.iter().all(|stmt| is_gone(span(stmt))) {
        return;
    }
    if let (true, Some(edit)) = (is_for_types(program, around), within.first_mut()) {
        // It goes with what it was for, but for comments of the user's between them.
        let head = line_begin(text, outside.start);
        if !text[outside.start..edit.span.start].contains('#') {
            edit.span.start = head;
            return;
        }
    }
    let Some(edit) = within.iter_mut().rfind(|edit| edit.span.contains(last)) else { return };
    let gone = edit.span.of(text);
    let margin = &text[line_begin(text, last.start)..last.start];
    edit.text += match gone.ends_with('\n') {
        true => format!("{margin}pass\n"),
        // A comment behind the statement stays.
        false if edit.span.end < text.len() && edit.text.is_empty() => "pass  ".to_owned(),
        false if edit.text.is_empty() && edit.span.start < last.start => format!("{margin}pass"),
        false => "pass".to_owned(),
    }
    .as_str();
}
