//! Places in a text as an editor counts them, in the encoding that was agreed on, and the edits between two texts.

use serde_json::{Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::change::split;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

/// A place: line and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

impl Encoding {
    /// By its name in the protocol.
    pub fn named(name: &str) -> Option<Encoding> {
        match name {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            "utf-32" => Some(Encoding::Utf32),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf32 => "utf-32",
        }
    }

    /// What a character counts for.
    pub fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

impl Position {
    pub fn json(self) -> Value {
        json!({ "line": self.line, "character": self.column })
    }

    pub fn read(value: &Value) -> Option<Position> {
        let number = |name: &str| value[name].as_u64().and_then(|number| usize::try_from(number).ok());
        Some(Position { line: number("line")?, column: number("character")? })
    }
}

impl Range {
    pub fn json(self) -> Value {
        json!({ "start": self.start.json(), "end": self.end.json() })
    }

    pub fn read(value: &Value) -> Option<Range> {
        Some(Range { start: Position::read(&value["start"])?, end: Position::read(&value["end"])? })
    }

    /// Whether two of them have a place in common; the ends count, for a cursor has no width.
    pub fn meets(self, other: Range) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// A text with the places at which its lines start. A line ends at `\n`, at `\r\n` and at a lone `\r`.
pub struct Text<'a> {
    text: &'a str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'a> Text<'a> {
    pub fn new(text: &'a str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Text { text, starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect(), encoding }
    }

    /// A line without its ending; beyond the last one there is nothing.
    fn line(&self, line: usize) -> (usize, &'a str) {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        (start, self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// The byte at a place. A column beyond the end of its line is the end, and one inside of a character its start.
    pub fn offset(&self, place: Position) -> usize {
        let (start, line) = self.line(place.line);
        let mut left = place.column;
        for (at, c) in line.char_indices() {
            let width = self.encoding.width(c);
            if left < width {
                return start + at;
            }
            left -= width;
        }
        start + line.len()
    }

    /// The place of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset.min(self.text.len())];
        Position { line, column: before.chars().map(|c| self.encoding.width(c)).sum() }
    }

    /// A place that a person counts: line and column from 1, in characters.
    pub fn counted(&self, line: usize, column: usize) -> Position {
        let (_, text) = self.line(line.saturating_sub(1));
        let before = text.chars().take(column.saturating_sub(1));
        Position { line: line.saturating_sub(1), column: before.map(|c| self.encoding.width(c)).sum() }
    }

    /// A whole line, by its number from 1.
    pub fn whole(&self, line: usize) -> Range {
        Range { start: self.counted(line, 1), end: self.counted(line, usize::MAX) }
    }

    /// The edits that make another text of this one, by lines.
    pub fn edits(&self, after: &str) -> Vec<Value> {
        let (old, new) = (split(self.text.as_bytes()), split(after.as_bytes()));
        let starts = |lines: &[&[u8]]| {
            let ends = lines.iter().scan(0, |at, line| {
                *at += line.len();
                Some(*at)
            });
            std::iter::once(0).chain(ends).collect::<Vec<usize>>()
        };
        let (olds, news) = (starts(&old), starts(&new));
        let changed = capture_diff_slices(Algorithm::Myers, &old, &new).into_iter();
        let edit = |op: DiffOp| {
            let (from, to) = (op.old_range(), op.new_range());
            let range = Range { start: self.position(olds[from.start]), end: self.position(olds[from.end]) };
            json!({ "range": range.json(), "newText": &after[news[to.start]..news[to.end]] })
        };
        changed.filter(|op| !matches!(op, DiffOp::Equal { .. })).map(edit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 'é𝄞'\r\nb\rc\n";

    #[test]
    fn columns_count_what_was_agreed_on() {
        for (encoding, column) in [(Encoding::Utf8, 11), (Encoding::Utf16, 8), (Encoding::Utf32, 7)] {
            let text = Text::new(TEXT, encoding);
            let end = Position { line: 0, column };
            assert_eq!(text.counted(1, 8), end);
            assert_eq!((text.offset(end), text.position(11)), (11, end));
        }
        let text = Text::new(TEXT, Encoding::Utf16);
        let places = [(1, 9), (2, 0), (3, 0), (9, 9)].map(|(line, column)| text.offset(Position { line, column }));
        assert_eq!(places, [15, 16, 18, 18]);
        assert_eq!(text.offset(Position { line: 0, column: 7 }), 7, "half of a pair");
    }

    #[test]
    fn edits_make_the_other_text() {
        for (before, after) in [(TEXT, "a\r\nb\rc\nd"), ("", "x\n"), ("x", ""), ("a\nb\nc", "a\nB\nc\n"), ("a", "a")] {
            let text = Text::new(before, Encoding::Utf16);
            let mut out = before.to_owned();
            for edit in text.edits(after).iter().rev() {
                let range = Range::read(&edit["range"]).unwrap();
                out.replace_range(text.offset(range.start)..text.offset(range.end), edit["newText"].as_str().unwrap());
            }
            assert_eq!(out, after);
        }
    }
}
