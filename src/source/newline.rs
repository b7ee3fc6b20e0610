//! Line endings: where lines start, and how a file spells the end of one.

use std::borrow::Cow;

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Newline {
    Lf,
    CrLf,
    Cr,
}

impl Newline {
    /// The line ending that most lines of the text have, the simpler one of equals; none if it has no line ending.
    pub fn dominant(text: &str) -> Option<Newline> {
        let crlf = memchr::memmem::find_iter(text.as_bytes(), "\r\n").count();
        let cr = memchr::memchr_iter(b'\r', text.as_bytes()).count() - crlf;
        let lf = memchr::memchr_iter(b'\n', text.as_bytes()).count() - crlf;
        let (most, newline) = if lf >= crlf { (lf, Newline::Lf) } else { (crlf, Newline::CrLf) };
        let (most, newline) = if most >= cr { (most, newline) } else { (cr, Newline::Cr) };
        (most > 0).then_some(newline)
    }

    /// The characters themselves.
    pub fn as_str(self) -> &'static str {
        match self {
            Newline::Lf => "\n",
            Newline::CrLf => "\r\n",
            Newline::Cr => "\r",
        }
    }

    /// A text with `\n` line endings, spelled this way. A `\r\n` in it was copied from the file and stays.
    pub fn spell(self, text: &str) -> Cow<'_, str> {
        if self == Newline::Lf || !text.contains('\n') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        for line in text.split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(bare) if !bare.ends_with('\r') => out.extend([bare, self.as_str()]),
                _ => out.push_str(line),
            }
        }
        Cow::Owned(out)
    }
}

/// Where the lines of a text start. Python ends a line at `\n`, at `\r\n` and at a lone `\r`.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Lines(std::iter::once(0).chain(ends.map(|at| at + 1)).collect())
    }

    /// The line that an offset is on, from 0.
    pub fn index(&self, offset: usize) -> usize {
        self.0.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The first byte of a line.
    pub fn start(&self, line: usize) -> usize {
        self.0[line]
    }
}
