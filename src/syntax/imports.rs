//! The words of import statements, found without parsing.

use memchr::{memchr, memmem, memrchr};

/// Every word on a line with `import`, on the lines that continue it, or inside the brackets after it: a name that is
/// not among them is not imported. The text may be that of a notebook's file.
pub fn imported_words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_mark = |byte: &u8| !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80);
    import_lines(text).flat_map(move |line| line.split(is_mark)).filter(|word| !word.is_empty())
}

fn import_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = memmem::find(rest, b"import")?;
        let start = memrchr(b'\n', &rest[..at]).map_or(0, |newline| newline + 1);
        let end = at + statement(&rest[at..]);
        let line = &rest[start..end];
        rest = &rest[end..];
        Some(line)
    })
}

/// The length of a statement that begins with `import`: up to the end of the line, or of its brackets.
fn statement(text: &[u8]) -> usize {
    let mut line = memchr(b'\n', text).unwrap_or(text.len());
    while line < text.len() && text[..line].trim_ascii_end().ends_with(b"\\") {
        line += 1 + memchr(b'\n', &text[line + 1..]).unwrap_or(text.len() - line - 1);
    }
    match memchr(b'(', &text[..line]) {
        Some(open) => memchr(b')', &text[open..]).map_or(text.len(), |close| (open + close).max(line)),
        None => line,
    }
}
