//! Spans and edits: the two small values that every stage shares.
//!
//! All offsets are bytes into the *program text* of one source (see [`crate::source`]), never into the file itself:
//! a notebook's code cells are one program, and only `source` knows where their text lies in the file.

use std::ops::Range;

use serde::Serialize;

/// A half-open range of bytes in a program text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to, but without, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }

    /// The same as a range, to slice a text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The text that the span covers.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Replace the text of `span` by `text`; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards, with `\n` line endings.
    pub text: String,
}

/// A part of a text with the edits that lie in it; none where two of them overlap.
pub fn edited<'a>(text: &str, part: Span, edits: impl IntoIterator<Item = &'a Edit>) -> Option<String> {
    let mut inside: Vec<&Edit> = edits.into_iter().filter(|edit| part.contains(edit.span)).collect();
    inside.sort_by_key(|edit| edit.span);
    let (mut out, mut at) = (String::new(), part.start);
    for edit in inside {
        out.push_str(text.get(at..edit.span.start)?);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..part.end]);
    Some(out)
}

/// Where the line behind the one with this place begins, or the end of the text.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Where the physical line of a place begins.
pub fn line_begin(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line begins on which the code at a place starts: above lines that end in a backslash.
pub fn line_start(text: &str, at: usize) -> usize {
    let mut line = line_begin(text, at);
    while let Some(above) = text[..line].strip_suffix('\n').filter(|t| t.trim_end_matches('\r').ends_with('\\')) {
        line = line_begin(text, above.len());
    }
    line
}

/// The blanks and tabs with which a text begins.
pub fn margin(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

/// The lines of the block of comments directly above a line that begins at a place, the nearest first.
pub fn comments_above(text: &str, at: usize) -> impl Iterator<Item = &str> {
    text[..at].lines().rev().map(str::trim).take_while(|line| line.starts_with('#'))
}

/// Lets a text that has no newline at its end end without one, also where edits take its last lines out: those of a
/// file, or of the part of it that is `whole`. The edits are in the order of their places.
pub fn end_as_before(text: &str, whole: Span, edits: &mut Vec<Edit>) {
    const NEWLINES: [char; 2] = ['\n', '\r'];
    let is_line = |edit: &Edit| edit.text.is_empty() || edit.text.ends_with('\n');
    let last = edits.iter().rposition(|edit| edit.span.end == whole.end && !whole.of(text).ends_with('\n'));
    let Some(mut at) = last.filter(|at| is_line(&edits[*at])) else { return };
    loop {
        // What goes in several pieces goes as one.
        while at > 0 && edits[at - 1].span.end >= edits[at].span.start && is_line(&edits[at - 1]) {
            let edit = edits.remove(at);
            at -= 1;
            edits[at].span.end = edit.span.end;
            edits[at].text += &edit.text;
        }
        let edit = &mut edits[at];
        edit.text.truncate(edit.text.trim_end_matches(NEWLINES).len());
        // A margin may go that is not of the part.
        let above = text.get(whole.start..edit.span.start).unwrap_or_default();
        // What goes from the middle of a line leaves no newline behind.
        if !edit.text.is_empty() || !above.ends_with('\n') {
            return;
        }
        edit.span.start = whole.start + above.trim_end_matches(NEWLINES).len();
    }
}

/// The place in the old text that a place in the new one comes from. The new one has the edits with the line endings that it
/// spells them with, so both are counted with one byte for each.
pub fn before_edits((old, new): (&str, &str), edits: &[Edit], at: usize) -> usize {
    let length = |text: &str| text.len() - text.matches("\r\n").count();
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| e.span);
    let (mut from, mut left) = (0, length(&new[..at]));
    for edit in sorted {
        let kept = length(&old[from..edit.span.start.max(from)]);
        if left < kept {
            break;
        }
        left -= kept;
        from = edit.span.start;
        let written = length(&edit.text);
        if left < written {
            return from;
        }
        left -= written;
        from = edit.span.end;
    }
    for (end, c) in old[from..].char_indices() {
        if left == 0 {
            return from + end;
        }
        let is_first_of_two = old[from + end..].starts_with("\r\n");
        left = left.saturating_sub(if is_first_of_two { 0 } else { c.len_utf8() });
    }
    old.len()
}

/// What every comment begins with that a conversion leaves: a second run knows them by it.
pub const MARK: &str = "# bai2aml:";

/// Whether a comment is one that a conversion leaves above a statement. A suppression of `check` begins alike.
pub fn is_mark(comment: &str) -> bool {
    comment.strip_prefix(MARK).is_some_and(|rest| !rest.trim_start().starts_with("ignore"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_new_text_is_found_in_the_old_one_whatever_ends_its_lines() {
        let insert = Edit { span: Span::new(5, 5), text: "two\nmore\n".into() };
        let replace = Edit { span: Span::new(12, 17), text: "3".into() };
        let edits = [replace, insert];
        let (old, new) = ("one\r\nthree, fours five\r\nsix", "one\r\ntwo\r\nmore\r\nthree, 3 five\r\nsix");
        let before = |part: &str| &old[before_edits((old, new), &edits, new.find(part).expect(part))..];
        assert!(before("two").starts_with("three"));
        assert!(before("more").starts_with("three"));
        assert!(before("three").starts_with("three"));
        assert!(before("3").starts_with("fours"));
        assert!(before("five").starts_with("five"));
        assert!(before("six").starts_with("six"));
    }

    #[test]
    fn a_file_that_ended_without_a_newline_does_so_still() {
        let text = "one\ntwo\nthree";
        let ends = |edits: &[(usize, usize, &str)]| {
            let edit = |(start, end, text): &(usize, usize, &str)| Edit {
                span: Span::new(*start, *end),
                text: (*text).to_owned(),
            };
            let mut edits = edits.iter().map(edit).collect();
            end_as_before(text, Span::new(0, text.len()), &mut edits);
            let mut after = text.to_owned();
            edits.iter().rev().for_each(|edit| after.replace_range(edit.span.range(), &edit.text));
            after
        };
        assert_eq!(ends(&[(0, 4, "")]), "two\nthree");
        assert_eq!(ends(&[(8, 13, "")]), "one\ntwo");
        assert_eq!(ends(&[(4, 8, ""), (8, 13, "")]), "one");
        assert_eq!(ends(&[(4, 8, ""), (8, 13, "# why\n")]), "one\n# why");
        assert_eq!(ends(&[(0, 4, ""), (4, 8, ""), (8, 13, "")]), "");
        assert_eq!(ends(&[(8, 8, "# why\n"), (8, 13, "")]), "one\ntwo\n# why");
        assert_eq!(ends(&[(4, 7, "2"), (8, 13, "")]), "one\n2");
        assert_eq!(ends(&[(9, 13, "")]), "one\ntwo\nt");
    }
}
