//! What a notebook holds besides its program: lines for the shell, cells in other languages, files that it writes.

use std::collections::HashSet;

use crate::source::{Cell, Kind, Language, Source, is_python};
use crate::syntax::Ast;
use crate::text::Span;

/// Text that is not of the notebook's program.
pub(super) struct Region {
    pub span: Span,
    /// Whether it is for a shell.
    pub is_shell: bool,
    /// Whether a Python comment can stand above it.
    pub in_python: bool,
}

/// A file that a cell writes: it is read as the file that it will be.
pub struct Written {
    /// What it will be called.
    pub name: String,
    /// Its text in the program text.
    pub span: Span,
}

/// Magics whose cell is for a shell.
const SHELLS: [&str; 8] = ["!", "bash", "cmd", "powershell", "script", "sh", "sx", "system"];
/// Magics whose cell becomes a file.
const WRITERS: [&str; 2] = ["writefile", "file"];
/// Line magics that run a command.
const COMMANDS: [&str; 6] = ["%conda", "%mamba", "%pip", "%sx", "%system", "%uv"];

/// The files that a notebook writes and that can be converted on their own.
pub fn written(source: &Source) -> Vec<Written> {
    let files = source.cells().into_iter().filter_map(|cell| file(&cell));
    files.filter(|file| Source::is_convertible(&file.name)).collect()
}

/// The files of JSON that a notebook writes: where their names stand, and what is written.
pub fn json_files(source: &Source) -> Vec<(Span, Span)> {
    let named = |cell: Cell<'_>| {
        let file = file(&cell).filter(|file| file.name.to_ascii_lowercase().ends_with(".json"))?;
        let line = cell.text.find(&file.name)? + cell.span.start;
        Some((Span::new(line, line + file.name.len()), file.span))
    };
    source.cells().into_iter().filter_map(named).collect()
}

/// The file that a cell writes.
fn file(cell: &Cell<'_>) -> Option<Written> {
    let (magic, rest, body) = magic(cell)?;
    let name = rest.split_whitespace().last().filter(|_| WRITERS.contains(&magic))?;
    Some(Written { name: name.trim_matches(['"', '\'']).to_owned(), span: body })
}

/// The magic that a cell begins with, the rest of its line, and what follows.
fn magic<'a>(cell: &Cell<'a>) -> Option<(&'a str, &'a str, Span)> {
    let code = cell.text.trim_start();
    let line = code.lines().next()?.strip_prefix("%%")?;
    let name = line.split(char::is_whitespace).next()?;
    let end = code.find('\n').map_or(code.len(), |newline| newline + 1);
    let body = cell.span.start + cell.text.len() - code.len() + end;
    Some((name, &line[name.len()..], Span::new(body, cell.span.start + cell.text.len())))
}

/// Lines and cells of a notebook that are for a shell.
pub fn shells(source: &Source, ast: &Ast) -> Vec<Span> {
    if source.kind() != Kind::Notebook {
        return Vec::new();
    }
    regions(source, ast).into_iter().filter(|region| region.is_shell).map(|region| region.span).collect()
}

/// The comments in what a notebook holds besides its program, each in its own language.
pub fn comments(source: &Source, ast: &Ast) -> Vec<Span> {
    if source.kind() != Kind::Notebook {
        return Vec::new();
    }
    let text = source.text();
    let language = |region: &Region| match region.span.of(text).trim_start().strip_prefix("%%") {
        // `%%script`, `%%system`, and what is not known: `#` begins a comment in most languages.
        Some(cell) => Some(Language::of_fence(cell.lines().next().unwrap_or_default()))
            .filter(|language| *language != Language::Text)
            .unwrap_or(Language::Shell),
        None => Language::Shell,
    };
    let beside = regions(source, ast).into_iter().map(|region| (language(&region), region.span));
    let files = written(source).into_iter().map(|file| match is_python(&file.name) {
        true => (Language::Python, file.span),
        false => (Language::Shell, file.span),
    });
    let mut comments: Vec<Span> =
        beside.chain(files).flat_map(|(language, span)| language.comments(text, span)).collect();
    comments.sort();
    comments
}

/// Everything that is neither of the program nor a file that is read on its own.
pub(super) fn regions(source: &Source, ast: &Ast) -> Vec<Region> {
    let mut regions: Vec<Region> = ast.commands.iter().map(|span| command(source.text(), *span)).collect();
    let programs: HashSet<usize> = source.units().iter().filter_map(|unit| unit.cell).collect();
    for cell in source.cells() {
        let is_file = file(&cell).is_some_and(|file| Source::is_convertible(&file.name));
        let Some((magic, ..)) = magic(&cell).filter(|_| !programs.contains(&cell.index) && !is_file) else { continue };
        let is_script = file(&cell).is_some_and(|file| file.name.ends_with(".sh") || file.name.ends_with("Dockerfile"));
        let span = Span::new(cell.span.start, cell.span.start + cell.text.len());
        regions.push(Region { span, is_shell: SHELLS.contains(&magic) || is_script, in_python: false });
    }
    regions
}

fn command(text: &str, span: Span) -> Region {
    let line = span.of(text);
    let is_shell = line.starts_with('!') || COMMANDS.iter().any(|magic| line.split_whitespace().next() == Some(magic));
    Region { span, is_shell, in_python: true }
}
