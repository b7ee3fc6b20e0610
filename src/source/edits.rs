//! Edits in order, checked before anything is done with them.

use super::fault::Fault;
use crate::text::{Edit, Span};

/// The edits by position, without those that change nothing. Fails if one does not fit the text or two overlap.
///
/// A place between `\r` and `\n` is taken as the place before both: who looks for the end of a line looks for `\n`.
pub(super) fn ordered(text: &str, edits: &[Edit]) -> Result<Vec<Edit>, Fault> {
    let mut ordered = Vec::with_capacity(edits.len());
    for edit in edits {
        if text.get(edit.span.start..edit.span.end).is_none() {
            return Err(Fault::internal(format!("the edit at {} does not fit the text", place(edit))));
        }
        let span = Span::new(line_end(text, edit.span.start), line_end(text, edit.span.end));
        if span.of(text).replace("\r\n", "\n") != edit.text {
            ordered.push(Edit { span, text: edit.text.clone() });
        }
    }
    ordered.sort_by_key(|edit| edit.span);
    match ordered.windows(2).find(|pair| pair[0].span.end > pair[1].span.start) {
        Some(pair) => Err(Fault::internal(format!("the edits at {} and {} overlap", place(&pair[0]), place(&pair[1])))),
        None => Ok(ordered),
    }
}

/// The text after edits that [`ordered`] gave, with their line endings spelled by `spell`.
pub(super) fn splice(text: &str, edits: &[Edit], spell: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&spell(&edit.text));
        at = edit.span.end;
    }
    out + &text[at..]
}

/// The bytes of an edit, to be told.
pub(super) fn place(edit: &Edit) -> String {
    format!("{}..{}", edit.span.start, edit.span.end)
}

fn line_end(text: &str, at: usize) -> usize {
    if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at }
}
