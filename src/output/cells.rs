//! The readable view of a notebook's changes: a line diff of each cell, instead of a patch of its JSON.
//!
//! It is for reading: it cannot be applied. It reads the finished notebooks, so it needs nothing from the conversion.

use std::io;

use serde_json::Value;

use super::{Out, diff, style, visible};

/// Prints the cells that differ, each under a header with its number, counted from 1 over all cells.
/// Returns `false`, and prints nothing, if either text is not a notebook.
pub fn print(out: &mut Out, path: &str, before: &[u8], after: &[u8]) -> io::Result<bool> {
    let Some((old, new)) = cells(before).zip(cells(after)) else { return Ok(false) };
    out.exact(style::HEADING, format!("=== {}\n", visible::text(path)).as_bytes())?;
    for (number, (old, new)) in (1..).zip(old.iter().zip(&new)) {
        if old != new {
            out.exact(style::HEADING, format!("--- cell {number}\n").as_bytes())?;
            cell(out, old, new)?;
        }
    }
    Ok(true)
}

/// A cell's source hardly ever ends in a newline, so that is not worth a note here.
fn cell(out: &mut Out, old: &str, new: &str) -> io::Result<()> {
    let ended = |text: &str| if text.is_empty() || text.ends_with('\n') { text.into() } else { format!("{text}\n") };
    let lines = diff::hunks(ended(old).as_bytes(), ended(new).as_bytes());
    lines.iter().try_for_each(|(style, line)| out.exact(*style, line))
}

/// The sources of all cells, in nbformat 4 or 3.
fn cells(notebook: &[u8]) -> Option<Vec<String>> {
    let text = notebook.strip_prefix(b"\xef\xbb\xbf").unwrap_or(notebook);
    let notebook: Value = serde_json::from_slice(text).ok()?;
    let sheets = notebook.get("worksheets").and_then(Value::as_array);
    let tops = sheets.map_or_else(|| vec![&notebook], |sheets| sheets.iter().collect());
    let lists: Option<Vec<_>> = tops.into_iter().map(|top| top.get("cells")?.as_array()).collect();
    Some(lists?.into_iter().flatten().map(source).collect())
}

/// A cell's source is one string or a list of lines; nbformat 3 calls it `input` in code cells.
fn source(cell: &Value) -> String {
    match cell.get("source").or_else(|| cell.get("input")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_both_formats_and_both_forms_are_read() {
        let four = br#"{"cells": [{"source": "a\nb"}, {"source": ["c\n", "d"]}, {}]}"#;
        assert_eq!(cells(four).unwrap(), ["a\nb", "c\nd", ""]);
        let three = br#"{"worksheets": [{"cells": [{"input": ["a"]}]}, {"cells": [{"source": "b"}]}]}"#;
        assert_eq!(cells(three).unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_a_notebook_has_no_cells() {
        assert_eq!(cells(b"import os\n"), None);
        assert_eq!(cells(b"{}"), None);
    }
}
