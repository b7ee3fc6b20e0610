//! Lines of a stream, read ahead on a thread of their own: whoever waits for an answer to one line gets it, and a stream
//! that comes fast is taken many lines at a time.
//!
//! What is read and not yet answered is bounded in bytes, not in lines.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How much is read ahead; a longer line comes alone.
const AHEAD: usize = 32 << 20;
/// A line that is longer is not kept: no file of that size is converted.
const LONGEST: u64 = 512 << 20;

/// A line as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Raw {
    /// Which one it is of the stream, from 1.
    pub number: usize,
    /// Without its ending; nothing if it is longer than what is kept.
    pub bytes: Option<Vec<u8>>,
}

/// The lines of a stream, several at a time.
pub struct Lines {
    lines: Receiver<io::Result<Raw>>,
    answered: Sender<usize>,
}

impl Lines {
    /// Begins to read.
    pub fn of(input: impl BufRead + Send + 'static) -> Self {
        let ((send, lines), (answered, is_answered)) = (channel(), channel());
        thread::spawn(move || read(input, &send, &is_answered));
        Lines { lines, answered }
    }

    /// At least one line, and all others that have come already; none at the end.
    pub fn next(&mut self) -> io::Result<Vec<Raw>> {
        let first = self.lines.recv().ok().into_iter();
        let batch: Vec<Raw> = first.chain(self.lines.try_iter()).collect::<io::Result<_>>()?;
        Ok(batch)
    }

    /// Says that so many bytes are answered.
    pub fn done(&self, bytes: usize) {
        // At the end of the stream nobody counts any more.
        let _ = self.answered.send(bytes);
    }
}

impl Raw {
    /// What it counts for; short lines need more memory than their bytes.
    pub fn size(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len) + 128
    }
}

fn read(mut input: impl BufRead, lines: &Sender<io::Result<Raw>>, answered: &Receiver<usize>) {
    let (mut open, mut number) = (0, 0);
    while let Some(line) = next(&mut input, LONGEST, &mut number).transpose() {
        let size = line.as_ref().map_or(0, Raw::size);
        open -= answered.try_iter().sum::<usize>();
        while open > 0 && open + size > AHEAD {
            let Ok(bytes) = answered.recv() else { return };
            open -= bytes;
        }
        open += size;
        let is_end = line.is_err();
        if lines.send(line).is_err() || is_end {
            return;
        }
    }
}

/// The next line that is not blank; `number` is that of the one before. The byte order mark that some programs put before
/// a stream is no part of it.
fn next(input: &mut impl BufRead, longest: u64, number: &mut usize) -> io::Result<Option<Raw>> {
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(longest).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        *number += 1;
        if line.len() as u64 == longest && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            return Ok(Some(Raw { number: *number, bytes: None }));
        }
        if *number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if !line.trim_ascii().is_empty() {
            line.truncate(line.trim_ascii_end().len());
            return Ok(Some(Raw { number: *number, bytes: Some(line) }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, longest: u64) -> Vec<(usize, Option<String>)> {
        let (mut input, mut number) = (text.as_bytes(), 0);
        let lines = std::iter::from_fn(|| next(&mut input, longest, &mut number).unwrap());
        lines.map(|line| (line.number, line.bytes.map(|bytes| String::from_utf8(bytes).unwrap()))).collect()
    }

    #[test]
    fn blank_lines_and_the_byte_order_mark_are_no_lines() {
        assert_eq!(all("\u{feff}{}\r\n\n \r\n[]", 99), [(1, Some("{}".into())), (4, Some("[]".into()))]);
        assert_eq!(all("", 99), []);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_to_its_end() {
        let line = |number, text: &str| (number, Some(text.to_owned()));
        let expected = [(1, None), line(2, "1234"), line(3, "123"), (4, None)];
        assert_eq!(all("12345678\n1234\n123\n12345", 5), expected);
    }
}
