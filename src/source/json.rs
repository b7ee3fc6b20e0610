//! The inside of JSON strings: what it spells, where in it a character stands, and how new text is spelled.
//!
//! All strings here come from a document that `serde_json` has checked; this is no parser of JSON.

use std::fmt::Write;

/// A lone half of a surrogate pair: JSON allows it, text cannot hold it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LoneSurrogate;

/// The text that the inside of a string spells.
pub(super) fn decode(raw: &str) -> Result<String, LoneSurrogate> {
    if !raw.contains('\\') {
        return Ok(raw.into());
    }
    Chars(raw).map(|(c, _)| c.ok_or(LoneSurrogate)).collect()
}

/// Where in the inside of a string the byte `offset` of its text is spelled.
pub(super) fn position(raw: &str, offset: usize) -> usize {
    let (mut text, mut at) = (0, 0);
    for (c, len) in Chars(raw) {
        if text >= offset {
            break;
        }
        text += c.map_or(0, char::len_utf8);
        at += len;
    }
    at
}

/// The inside of a string without the `\n` or `\r\n` that its text ends in, if it does.
pub(super) fn without_newline(raw: &str) -> &str {
    let (mut end, mut carriage, mut newline) = (0, None, None);
    for (c, len) in Chars(raw) {
        newline = (c == Some('\n')).then_some(carriage.unwrap_or(end));
        carriage = (c == Some('\r')).then_some(end);
        end += len;
    }
    &raw[..newline.unwrap_or(end)]
}

/// Spells a text as the inside of a string, as Python's `json` does: with everything but ASCII escaped, or with as
/// little escaped as may be.
pub(super) fn encode(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' || (ascii && c > '~') => escape(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

fn escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Whether a document keeps to ASCII by escaping: it has an escape of a character beyond ASCII, and no such character.
/// Escapes of control characters do not count, for every spelling needs them.
pub(super) fn escapes_non_ascii(document: &str) -> bool {
    document.is_ascii()
        && memchr::memmem::find_iter(document.as_bytes(), "\\u").any(|at| {
            let slashes = document[..at].bytes().rev().take_while(|&byte| byte == b'\\').count();
            slashes % 2 == 0 && hex(&document[at..]).is_some_and(|unit| unit > 0x7F)
        })
}

/// The characters of the inside of a string, each with the number of bytes that spell it; none for a lone surrogate.
struct Chars<'a>(&'a str);

impl Iterator for Chars<'_> {
    type Item = (Option<char>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.chars().next()?;
        let (c, len) = if first == '\\' { escaped(self.0) } else { (Some(first), first.len_utf8()) };
        self.0 = self.0.get(len..).unwrap_or_default();
        Some((c, len))
    }
}

fn escaped(raw: &str) -> (Option<char>, usize) {
    let simple = |c| (Some(c), 2);
    match raw.as_bytes().get(1) {
        Some(b'u') => surrogates(raw),
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(&byte) => simple(char::from(byte)),
        None => (None, 1),
    }
}

fn surrogates(raw: &str) -> (Option<char>, usize) {
    let first = hex(raw);
    let second = raw.get(6..).and_then(hex).filter(|unit| (0xDC00..0xE000).contains(unit));
    match (first, second) {
        (Some(high @ 0xD800..0xDC00), Some(low)) => {
            (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12)
        }
        _ => (first.and_then(char::from_u32), 6),
    }
}

/// The number in the `\uXXXX` that a text starts with.
fn hex(raw: &str) -> Option<u32> {
    u32::from_str_radix(raw.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
