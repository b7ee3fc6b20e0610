//! Which text of a notebook is Python: by its language, and by the magic in a cell's first line.
//!
//! Line magics (`%time`, `!ls`) are the parser's work; only `%%` decides about a whole cell.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Unit;
use crate::text::{Span, margin};

/// The cell magics whose body IPython runs as Python of this notebook, or of another Python.
const PYTHON_MAGICS: &[&str] =
    &["capture", "debug", "ipytest", "prun", "pypy", "python", "python2", "python3", "time", "timeit"];

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Whether a notebook is one of Python, by its metadata. One that does not say is, for most are.
pub(super) fn is_python(metadata: Option<&RawValue>) -> bool {
    let languages = [["kernelspec", "language"], ["language_info", "name"]].map(|path| string(metadata, &path));
    let mut languages = languages.iter().flatten().peekable();
    languages.peek().is_none() || languages.any(|language| names_python(language))
}

/// Whether a code cell is one of Python, by its own keys: `language` in format 3, and where VS Code keeps it.
pub(super) fn is_python_cell(cell: &Object<'_>) -> bool {
    let old = cell.get("language").and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let new = string(cell.get("metadata").copied(), &["vscode", "languageId"]);
    [old, new].iter().flatten().all(|language| names_python(language))
}

/// The Python of a code cell, if it has any.
pub(super) fn unit(text: &str, cell: Span, index: usize) -> Option<Unit> {
    let mut start = cell.start;
    loop {
        let rest = &text[start..cell.end];
        let code = rest.trim_start();
        let line_start = rest[..rest.len() - code.len()].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let line = &rest[line_start..];
        let indent = margin(line).len();
        let Some(magic) = line[indent..].strip_prefix("%%") else {
            let unit = Unit { span: Span::new(start, cell.end), cell: Some(index), indent };
            return (start == cell.start || start < cell.end).then_some(unit);
        };
        let name = magic.split(char::is_whitespace).next().unwrap_or_default();
        if !PYTHON_MAGICS.contains(&name) {
            return None;
        }
        start += line_start + line.find('\n').map_or(line.len(), |newline| newline + 1);
    }
}

fn names_python(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.contains("python") || language.contains("pyspark")
}

fn string(raw: Option<&RawValue>, path: &[&str]) -> Option<String> {
    match path {
        [] => serde_json::from_str(raw?.get()).ok(),
        [key, rest @ ..] => {
            let object: Object<'_> = serde_json::from_str(raw?.get()).ok()?;
            string(object.get(*key).copied(), rest)
        }
    }
}
