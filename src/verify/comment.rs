//! That no comment is lost.
//!
//! A comment may move, and it may stand as part of the original code in a comment of ours. Two kinds change on purpose:
//! what speaks of `utilities`, the recipes' package, goes with the `sys.path.append` that made it importable, and types
//! in a `# type:` comment are code.

use std::collections::HashMap;

use super::Fault;
use crate::report::Location;
use crate::resolve::Module;
use crate::text::Span;

/// The comments of the original that the new program does not have.
pub(super) fn faults(old: &Module, new: &Module) -> Vec<Fault> {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for (_, text) in texts(new) {
        *there.entry(text).or_default() += 1;
    }
    let mut missing: Vec<(Span, &str)> = texts(old).collect();
    missing.retain(|(_, text)| match there.get_mut(text) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        _ => !text.to_lowercase().contains("utilities") && !text.starts_with("# type:"),
    });
    let lost = missing.into_iter().filter(|(_, text)| !there.keys().any(|line| quotes(line, text)));
    lost.map(|(span, text)| fault(old, span, text)).collect()
}

fn fault(old: &Module, span: Span, text: &str) -> Fault {
    let Location { cell, line, .. } = old.source.locate(span.start);
    let cell = cell.map_or(String::new(), |cell| format!("cell {cell}, "));
    Fault::new(Span::new(0, 0), format!("the comment `{text}` is lost ({cell}line {line} of the original)"))
}

fn texts<'a>(program: &'a Module) -> impl Iterator<Item = (Span, &'a str)> {
    program.ast.comments.iter().map(|span| (*span, span.of(program.text()).trim_end()))
}

/// Whether a comment line shows a line of the original that ended in this comment.
fn quotes(line: &str, comment: &str) -> bool {
    line.len() > comment.len() && line.starts_with("#     ") && line.ends_with(comment)
}
