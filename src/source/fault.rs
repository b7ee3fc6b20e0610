//! What is wrong with a file, before the path is added. Not for what is wrong with the program in it.

use crate::report::{Location, Problem};

/// A [`Problem`] of a file whose path is not at hand.
#[derive(Debug)]
pub(super) struct Fault {
    place: Option<Place>,
    message: String,
    help: String,
}

#[derive(Debug)]
struct Place {
    cell: Option<usize>,
    line: usize,
    column: usize,
}

impl Fault {
    /// What is wrong and what to do next.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { place: None, message: message.into(), help: help.into() }
    }

    /// A mistake of ours that must not reach the file.
    pub fn internal(message: impl Into<String>) -> Fault {
        let message = format!("internal error: {}", message.into());
        Fault::new(message, "nothing was written; report this as a bug of `bai2aml`, with the file if you can share it")
    }

    /// The same at a line and a column of the file, both from 1.
    pub fn at(self, line: usize, column: usize) -> Fault {
        Fault { place: Some(Place { cell: None, line, column }), ..self }
    }

    /// The same at a byte of the file; columns count bytes, for there are no characters in what cannot be read.
    pub fn at_byte(self, bytes: &[u8], offset: usize) -> Fault {
        let before = &bytes[..offset.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        self.at(line, offset - start + 1)
    }

    /// The same in a cell of a notebook.
    pub fn in_cell(self, index: usize) -> Fault {
        Fault { place: Some(Place { cell: Some(index), line: 1, column: 1 }), ..self }
    }

    /// The fault as a problem of the file at `path`.
    pub fn problem(self, path: &str) -> Problem {
        let location = self.place.map(|place| Location {
            path: path.into(),
            cell: place.cell,
            line: place.line,
            column: place.column,
        });
        Problem { path: path.into(), location, message: self.message, help: self.help }
    }
}
