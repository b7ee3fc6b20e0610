//! Files that scripts write with here-documents: `cat <<EOF > job.json`.

use super::region::regions;
use crate::config::name;
use crate::shell::{self, Document};
use crate::source::Source;
use crate::syntax::Ast;
use crate::text::Span;

/// A here-document that goes into a file of JSON.
#[derive(Debug)]
pub struct Held {
    /// Where the name of the file stands, and the text.
    pub name: Span,
    pub body: Span,
    /// The word that ends it, where it begins.
    pub end: Span,
    /// Whether a shell puts nothing in.
    pub is_literal: bool,
    /// Where a comment on it can stand, with its margin.
    pub comment: Option<(usize, String)>,
}

/// The here-documents of a source that go into files of JSON.
pub fn documents(source: &Source, ast: &Ast) -> Vec<Held> {
    let text = source.text();
    let mut held = Vec::new();
    for region in regions(source, ast).into_iter().filter(|region| region.is_read && region.lines) {
        if !region.span.of(text).contains("<<") {
            continue;
        }
        let script = shell::script(text, region.span, region.dialect);
        for document in &script.documents {
            let command = script.commands.iter().find(|command| command.redirections.contains(&document.operator));
            let Some(name) = command.and_then(|command| written(text, command)) else { continue };
            let comment = region.comment_above(text, document.line);
            let Document { body, is_literal, .. } = *document;
            held.push(Held { name, body, end: word(text, document.operator), is_literal, comment });
        }
    }
    held
}

/// The file of JSON that a command writes.
fn written(text: &str, command: &shell::Command) -> Option<Span> {
    let sent = command.redirections.iter().filter(|span| span.of(text).contains('>')).map(|span| target(text, *span));
    let teed = command.words.iter().filter(|_| command.words[0].is("tee")).map(|word| word.span);
    sent.chain(teed).map(|span| bare(text, span)).find(|span| name::is_json(span.of(text)))
}

/// What stands behind the arrows of a redirection.
fn target(text: &str, redirection: Span) -> Span {
    let raw = redirection.of(text);
    let arrows = raw.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = arrows.trim_start_matches(|c: char| "<>&|".contains(c) || c.is_whitespace());
    Span::new(redirection.end - name.len(), redirection.end)
}

fn bare(text: &str, span: Span) -> Span {
    let raw = span.of(text);
    let start = raw.len() - raw.trim_start_matches(['"', '\'']).len();
    let end = raw.trim_end_matches(['"', '\'']).len().max(start);
    Span::new(span.start + start, span.start + end)
}

/// The word behind `<<`, with its quotes.
fn word(text: &str, operator: Span) -> Span {
    let raw = operator.of(text);
    let from = raw.find("<<").map_or(0, |at| at + 2);
    let from = raw.len() - raw[from..].trim_start_matches(['-', ' ', '\t']).len();
    Span::new(operator.start + from, operator.end)
}
