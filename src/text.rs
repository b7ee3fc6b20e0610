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

/// What every comment begins with that a conversion leaves: a second run knows them by it.
pub const MARK: &str = "# bai2aml:";

/// Whether a comment is one that a conversion leaves above a statement. A suppression of `check` begins alike.
pub fn is_mark(comment: &str) -> bool {
    comment.strip_prefix(MARK).is_some_and(|rest| !rest.trim_start().starts_with("ignore"))
}
