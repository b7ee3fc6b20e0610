//! A file's bytes, the program text in them, and edits of that text written back into the bytes.
//!
//! A script is one text; a notebook's code cells are one text as well, one after the other, so that the later stages
//! see one program with one kind of offset. Nothing is understood here: that is the parser's work. Nothing is written
//! to disk either, and a file is never printed anew: every byte outside an edit is copied.

mod charset;
mod edits;
mod fault;
mod json;
mod kind;
mod language;
mod magic;
mod newline;
mod notebook;
mod patch;
mod script;
mod units;

use fault::Fault;
use newline::Lines;
use notebook::Notebook;
use script::Script;

pub use kind::{is_dependency_file, is_python};
pub use language::Language;
pub use magic::python_after;

use crate::report::{Location, Problem};
use crate::text::{Edit, Span};

/// More program text than this is not read: the parser needs up to a hundred times as much memory.
const MAX_TEXT: usize = 8 << 20;

/// One file with the program in it. It never changes; [`Source::apply`] gives the bytes of a new one.
#[derive(Debug)]
pub struct Source {
    path: String,
    bytes: Vec<u8>,
    text: String,
    lines: Lines,
    units: Vec<Unit>,
    kind: Kind,
    form: Form,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Python file.
    Script,
    /// A Jupyter notebook.
    Notebook,
    /// A dependency file: text without a program.
    Manifest(Manifest),
    /// A file of another language, which is not parsed.
    Other(Language),
}

/// What a dependency file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manifest {
    /// `requirements.txt`, `constraints.txt`: a requirement a line.
    Requirements,
    /// `setup.cfg`
    SetupCfg,
    /// `pyproject.toml`, `Pipfile`
    Toml,
    /// `environment.yml`
    Conda,
}

/// A piece of Python that is parsed on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands in the program text.
    pub span: Span,
    /// In a notebook, the index of its cell among all cells, from 0.
    pub cell: Option<usize>,
    /// The indentation in bytes of its first line that is not blank, which IPython strips from every line that starts
    /// with it before it parses a cell; 0 for scripts.
    pub indent: usize,
}

/// A code cell of a notebook, in whatever language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Its index among all cells, from 0.
    pub index: usize,
    /// Where it stands in the program text, with the line ending that [`Source::text`] may have added.
    pub span: Span,
    /// Its source, exactly.
    pub text: &'a str,
}

#[derive(Debug)]
enum Form {
    Script(Script),
    Notebook(Notebook),
}

impl Source {
    /// Reads bytes as what the path says: `.ipynb` is a notebook, `requirements.txt` and the like a dependency file,
    /// `.sh` and the like a file of another language, anything else a script.
    pub fn read(path: &str, bytes: Vec<u8>) -> Result<Source, Problem> {
        let kind = kind::of(path, &bytes);
        Source::read_as(path, bytes, kind)
    }

    /// Reads bytes of a file that was found in a folder: what does not say what it is, is text.
    pub fn read_found(path: &str, bytes: Vec<u8>) -> Result<Source, Problem> {
        let kind = kind::of_found(path, &bytes);
        Source::read_as(path, bytes, kind)
    }

    fn read_as(path: &str, bytes: Vec<u8>, kind: Kind) -> Result<Source, Problem> {
        let read = match kind {
            Kind::Notebook => Source::read_notebook(path, bytes),
            kind => Source::read_text(path, bytes, kind),
        };
        read.map_err(|fault| fault.problem(path))
    }

    fn read_text(path: &str, bytes: Vec<u8>, kind: Kind) -> Result<Source, Fault> {
        let (script, text) = Script::read(&bytes)?;
        let unit = Unit { span: Span::new(0, text.len()), cell: None, indent: 0 };
        let units = if kind == Kind::Script { vec![unit] } else { Vec::new() };
        Ok(Source::new(path, bytes, text, units, kind, Form::Script(script)))
    }

    /// Whether a file of this name is a script or a dependency file.
    pub fn is_convertible(path: &str) -> bool {
        let is_python = path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("py"));
        is_python || kind::manifest(path).is_some()
    }

    fn read_notebook(path: &str, bytes: Vec<u8>) -> Result<Source, Fault> {
        let (notebook, text) = Notebook::read(&bytes)?;
        let units = notebook.units(&text);
        Ok(Source::new(path, bytes, text, units, Kind::Notebook, Form::Notebook(notebook)))
    }

    fn new(path: &str, bytes: Vec<u8>, text: String, units: Vec<Unit>, kind: Kind, form: Form) -> Source {
        let lines = Lines::of(&text);
        Source { path: path.into(), bytes, text, lines, units, kind, form }
    }

    /// The path as the user gave it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the file is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The file as it is.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole program: a script's text without its byte order mark, line endings as they are; or a notebook's code
    /// cells one after the other, each with a `\n` behind it if it does not end in one, so that cells never touch.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The pieces to parse: the script, or every Python cell. Cells in other languages have text but are no units.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Every code cell of a notebook; a script has none.
    pub fn cells(&self) -> Vec<Cell<'_>> {
        let cells = self.code_cells().iter();
        cells.map(|cell| Cell { index: cell.index, span: cell.span, text: cell.content.of(&self.text) }).collect()
    }

    /// Where a byte of the program text stands, as a person counts. An offset beyond the end is the end.
    pub fn locate(&self, offset: usize) -> Location {
        let offset = self.text.floor_char_boundary(offset);
        let cell = self.cell_at(offset);
        let first = cell.map_or(0, |cell| self.lines.index(cell.span.start));
        let line = self.lines.index(offset);
        Location {
            path: self.path.clone(),
            cell: cell.map(|cell| cell.index),
            line: line - first + 1,
            column: self.text[self.lines.start(line)..offset].chars().count() + 1,
        }
    }

    /// The line of the file on which a byte of the program text stands: in a notebook, of its JSON.
    pub fn file_line(&self, offset: usize) -> usize {
        let offset = self.text.floor_char_boundary(offset);
        match self.cell_at(offset) {
            Some(cell) => cell.file_line(offset),
            None => self.lines.index(offset) + 1,
        }
    }

    /// The bytes of the file after the edits, which may come in any order but must not overlap. Insertions at one
    /// place keep the order that they have in `edits`; one between `\r` and `\n` goes before both.
    ///
    /// In a notebook an edit stays within one cell, its added line ending included. What is inserted between two
    /// cells starts the second one; to append to a cell, insert before the line ending of its last line.
    pub fn apply(&self, edits: &[Edit]) -> Result<Vec<u8>, Problem> {
        self.try_apply(edits).map_err(|fault| fault.problem(&self.path))
    }

    fn try_apply(&self, edits: &[Edit]) -> Result<Vec<u8>, Fault> {
        let edits = edits::ordered(&self.text, edits)?;
        if edits.is_empty() {
            return Ok(self.bytes.clone());
        }
        match &self.form {
            Form::Script(script) => script.apply(&self.text, &edits),
            Form::Notebook(notebook) => patch::apply(notebook, &self.bytes, &self.text, &edits),
        }
    }

    fn code_cells(&self) -> &[notebook::CodeCell] {
        match &self.form {
            Form::Script(_) => &[],
            Form::Notebook(notebook) => &notebook.cells,
        }
    }

    fn cell_at(&self, offset: usize) -> Option<&notebook::CodeCell> {
        notebook::cell_at(self.code_cells(), offset)
    }
}
