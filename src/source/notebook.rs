//! Notebooks: where in the JSON the source of each code cell stands.
//!
//! The JSON is read but never written anew, so what matters are the places of values, not the values. Outputs,
//! attachments and other cells are skipped, not understood. Where a key occurs twice the last one counts, as in Python.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Unit;
use super::fault::Fault;
use super::json;
use super::newline::Newline;
use super::script::{check_size, strip_bom};
use super::units;
use crate::text::Span;

/// Larger notebooks are not read; their bulk is outputs, not code.
const MAX_NOTEBOOK: usize = 256 << 20;

/// A JSON object whose values are left as they stand.
type Object<'a> = BTreeMap<String, &'a RawValue>;

/// The code cells of a notebook, and how it spells JSON.
#[derive(Debug)]
pub(super) struct Notebook {
    /// Every code cell, in order.
    pub cells: Vec<CodeCell>,
    /// Whether the file escapes everything but ASCII.
    pub ascii: bool,
    /// The line ending of the code, for cells that have only one line.
    pub newline: Newline,
    is_python: bool,
}

/// The source of a code cell: in the program text, and in the file.
#[derive(Debug)]
pub(super) struct CodeCell {
    /// Its index among all cells.
    pub index: usize,
    /// Its place in the program text, with the line ending that was added to it.
    pub span: Span,
    /// The same without an added line ending.
    pub content: Span,
    /// Where its JSON stands in the file.
    pub place: Span,
    /// The line of the file on which that begins, from 1.
    pub line: usize,
    /// That JSON: a list of strings, or one string.
    pub json: String,
    /// Whether it is a list.
    pub is_list: bool,
    /// The strings in it.
    pub items: Vec<Item>,
    is_python: bool,
}

/// One string of a cell's source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Its place in the program text.
    pub text: Span,
    /// Its place in the cell's JSON, without the quotes.
    pub raw: Span,
}

/// A code cell as it stands in the file.
struct RawCell<'a> {
    index: usize,
    source: &'a RawValue,
    is_python: bool,
}

impl Notebook {
    /// Reads a notebook's bytes: its code cells, and the program text.
    pub fn read(bytes: &[u8]) -> Result<(Notebook, String), Fault> {
        let document = document(bytes)?;
        let notebook: Object = serde_json::from_str(document).map_err(|error| not_json(&error))?;
        let mut text = String::new();
        let mut cells = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for cell in raw_cells(&notebook)? {
            let base = bytes.len() - document.len() + cell.source.get().as_ptr().addr() - document.as_ptr().addr();
            line += memchr::memchr_iter(b'\n', bytes.get(counted..base).unwrap_or_default()).count();
            counted = base;
            cells.push(code_cell(&cell, base, line, &mut text).map_err(|fault| fault.in_cell(cell.index))?);
            check_size(text.len())?;
        }
        let contents: String = cells.iter().map(|cell: &CodeCell| cell.content.of(&text)).collect();
        let newline = Newline::dominant(&contents).unwrap_or(Newline::Lf);
        let is_python = units::is_python(notebook.get("metadata").copied());
        Ok((Notebook { cells, ascii: json::escapes_non_ascii(document), newline, is_python }, text))
    }

    /// The cells that are Python.
    pub fn units(&self, text: &str) -> Vec<Unit> {
        let cells = self.cells.iter().filter(|cell| self.is_python && cell.is_python);
        cells.filter_map(|cell| units::unit(text, cell.span, cell.index)).collect()
    }
}

/// Whether bytes are a notebook, whatever the file is called.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let Ok(document) = std::str::from_utf8(strip_bom(bytes).1) else { return false };
    let parse = || serde_json::from_str::<Object>(document).ok();
    document.trim_ascii_start().starts_with('{') && parse().is_some_and(|object| has_cells(&object))
}

/// Whether an object says that it is a notebook, or has cells as only a notebook has: other data has `cells` too.
fn has_cells(object: &Object<'_>) -> bool {
    let has = |list: &str, key: &str| {
        let items = object.get(list).and_then(|raw| serde_json::from_str::<Vec<Object>>(raw.get()).ok());
        items.unwrap_or_default().iter().any(|item| item.contains_key(key))
    };
    object.contains_key("nbformat") || has("cells", "cell_type") || has("worksheets", "cells")
}

impl CodeCell {
    /// The line of the file on which a place of the program text in this cell stands.
    pub fn file_line(&self, offset: usize) -> usize {
        let next = self.items.partition_point(|item| item.text.start <= offset);
        let start = self.items[..next].last().map_or(0, |item| item.raw.start);
        self.line + memchr::memchr_iter(b'\n', &self.json.as_bytes()[..start]).count()
    }
}

/// The cell that an offset of the program text lies in; the end of the text belongs to the last one.
pub(super) fn cell_at(cells: &[CodeCell], offset: usize) -> Option<&CodeCell> {
    cells[..cells.partition_point(|cell| cell.span.start <= offset)].last()
}

fn document(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.len() > MAX_NOTEBOOK {
        let message = format!("{} bytes are more than the {MAX_NOTEBOOK} that `bai2aml` reads", bytes.len());
        return Err(Fault::new(message, "clear the notebook's outputs and save it"));
    }
    let (_, body) = strip_bom(bytes);
    std::str::from_utf8(body).map_err(|error| {
        let at = bytes.len() - body.len() + error.valid_up_to();
        let message = format!("byte {at} (0x{:02X}) is not UTF-8, which a notebook has to be", bytes[at]);
        Fault::new(message, "open the notebook in Jupyter and save it").at_byte(bytes, at)
    })
}

fn not_json(error: &serde_json::Error) -> Fault {
    if error.is_data() {
        return no_cells();
    }
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    let help = "a merge conflict or a broken download is the usual cause: repair the file, or leave it out";
    let message = format!("this is not JSON, as a notebook has to be: {what}");
    Fault::new(message, help).at(error.line().max(1), error.column().max(1))
}

fn no_cells() -> Fault {
    Fault::new("this is JSON, but no notebook: it has no list of `cells`", "rename the file, or leave it out")
}

/// The code cells: of `cells` since format 4, of the `worksheets` before.
fn raw_cells<'a>(notebook: &Object<'a>) -> Result<Vec<RawCell<'a>>, Fault> {
    if let Some(cells) = notebook.get("cells") {
        return code_cells(&list(cells)?, "source");
    }
    let mut cells = Vec::new();
    for sheet in list(notebook.get("worksheets").ok_or_else(no_cells)?)? {
        let sheet: Object = value(sheet).ok_or_else(no_cells)?;
        cells.extend(list(sheet.get("cells").ok_or_else(no_cells)?)?);
    }
    code_cells(&cells, "input")
}

fn code_cells<'a>(cells: &[&'a RawValue], key: &str) -> Result<Vec<RawCell<'a>>, Fault> {
    let cells = cells.iter().enumerate().map(|(index, cell)| {
        let cell: Object = value(cell).ok_or_else(|| broken_cell("it is no object", index))?;
        let kind = cell.get("cell_type").and_then(|kind| value::<String>(kind));
        if kind.ok_or_else(|| broken_cell("it has no `cell_type`", index))? != "code" {
            return Ok(None);
        }
        let source = cell.get(key).ok_or_else(|| broken_cell(&format!("it has no `{key}`"), index))?;
        Ok(Some(RawCell { index, source, is_python: units::is_python_cell(&cell) }))
    });
    cells.filter_map(Result::transpose).collect()
}

fn code_cell(cell: &RawCell<'_>, base: usize, line: usize, text: &mut String) -> Result<CodeCell, Fault> {
    let raw = cell.source.get();
    let is_list = raw.starts_with('[');
    let strings = if is_list { list(cell.source)? } else { vec![cell.source] };
    let start = text.len();
    let mut items = Vec::with_capacity(strings.len());
    for string in strings {
        items.push(item(string, string.get().as_ptr().addr() - raw.as_ptr().addr(), text)?);
    }
    let content = Span::new(start, text.len());
    if !content.of(text).ends_with('\n') {
        text.push('\n');
    }
    let place = Span::new(base, base + raw.len());
    let span = Span::new(start, text.len());
    Ok(CodeCell {
        index: cell.index,
        span,
        content,
        place,
        line,
        json: raw.into(),
        is_list,
        items,
        is_python: cell.is_python,
    })
}

fn item(string: &RawValue, at: usize, text: &mut String) -> Result<Item, Fault> {
    let inside = string.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inside = inside.ok_or_else(|| broken("its source is neither a string nor a list of strings"))?;
    let start = text.len();
    text.push_str(&json::decode(inside).map_err(|_| broken("its source holds half of a surrogate pair"))?);
    if text[start..].contains('\0') {
        return Err(broken("its source holds NUL"));
    }
    Ok(Item { text: Span::new(start, text.len()), raw: Span::new(at + 1, at + 1 + inside.len()) })
}

fn broken(what: &str) -> Fault {
    Fault::new(format!("this cell cannot be read: {what}"), "repair the cell in Jupyter and save the notebook")
}

fn broken_cell(what: &str, index: usize) -> Fault {
    broken(what).in_cell(index)
}

fn value<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

fn list(raw: &RawValue) -> Result<Vec<&RawValue>, Fault> {
    value(raw).ok_or_else(no_cells)
}
