//! Makes control characters visible, so that text from user code or a file name cannot drive the terminal.
//!
//! Tabs stay. A control character becomes `^[` as in `cat -v`, a character that reorders or hides text becomes
//! `<U+202E>`, a byte that is not UTF-8 becomes `<9B>`. Nothing is lost, only spelt out.

use std::borrow::Cow;
use std::fmt::Write;

/// The text of some bytes, safe to print on a terminal.
pub fn bytes(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(valid) => text(valid),
        Err(_) => Cow::Owned(bytes.utf8_chunks().map(chunk).collect()),
    }
}

/// The same for text.
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push(&mut out, c);
    }
    Cow::Owned(out)
}

fn chunk(chunk: std::str::Utf8Chunk<'_>) -> String {
    let mut out = text(chunk.valid()).into_owned();
    for byte in chunk.invalid() {
        // Writing to a string cannot fail.
        let _ = write!(out, "<{byte:02X}>");
    }
    out
}

fn push(out: &mut String, c: char) {
    let _ = match c {
        c if !is_unsafe(c) => out.write_char(c),
        '\x7f' => out.write_str("^?"),
        '\0'..='\x1f' => write!(out, "^{}", char::from(c as u8 + b'@')),
        _ => write!(out, "<U+{:04X}>", c as u32),
    };
}

/// Control characters, and what reorders or hides text: bidirectional marks, zero-width characters, separators.
fn is_unsafe(c: char) -> bool {
    match c {
        '\t' => false,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        assert!(matches!(text("naïve 한글\tx"), Cow::Borrowed("naïve 한글\tx")));
    }

    #[test]
    fn control_characters_are_spelt_out() {
        assert_eq!(text("\x1b[31m\x07\x7f\r\n"), "^[[31m^G^?^M^J");
        assert_eq!(text("a\u{9b}31m"), "a<U+009B>31m");
    }

    #[test]
    fn characters_that_reorder_or_hide_text_are_spelt_out() {
        assert_eq!(text("\u{202e}x\u{200b}\u{feff}"), "<U+202E>x<U+200B><U+FEFF>");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_spelt_out() {
        assert_eq!(bytes(b"caf\xe9 \x9b1m\x1b"), "caf<E9> <9B>1m^[");
    }
}
