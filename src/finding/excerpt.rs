//! The line that a finding shows, with secrets hidden.

use super::secret::hidden;
use crate::report::Excerpt;
use crate::text::Span;

/// More of a line than this is not kept behind the place that is meant.
const BEHIND: usize = 400;
/// A line is not shown where more than this stands before that place: some files are one line.
const BEFORE: usize = 2_000;

/// The line on which a span begins, up to the end of the span or of the line.
pub(super) fn of(text: &str, secrets: &[Span], span: Span) -> Excerpt {
    let is_end = |c: char| c == '\n' || c == '\r';
    let first = text[..span.start].rfind(is_end).map_or(0, |at| at + 1);
    if span.start - first > BEFORE {
        return Excerpt::default();
    }
    let last = text[span.start..].find(is_end).map_or(text.len(), |at| span.start + at);
    let last = last.min(text.floor_char_boundary(span.start + BEHIND));
    let part = |start, end| hidden(text, secrets, Span::new(start, end));
    let (before, meant) = (part(first, span.start), part(span.start, span.end.clamp(span.start, last)));
    let (start, end) = (before.len(), before.len() + meant.len());
    let rest = part(span.end.clamp(span.start, last), last);
    Excerpt { line: [before, meant, rest].concat(), start, end }
}
