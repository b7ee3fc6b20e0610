//! The readable view of a notebook's changes: a line diff of each cell, instead of a patch of its JSON.
//!
//! It is for reading and cannot be applied. It reads the finished notebooks, so it needs nothing from the conversion.

use std::io;

use super::{Out, diff, style, visible};
use crate::source::{Kind, Source};

/// Prints the cells that differ, each under a header with its number, counted from 1 over all cells.
/// Returns `false`, and prints nothing, if the file is not a notebook.
pub fn print(out: &mut Out, path: &str, before: &[u8], after: &[u8]) -> io::Result<bool> {
    let Some((old, new)) = notebook(path, before).zip(notebook(path, after)) else { return Ok(false) };
    out.exact(style::HEADING, format!("=== {}\n", visible::text(path)).as_bytes())?;
    for (old, new) in old.cells().iter().zip(&new.cells()) {
        if old.text != new.text {
            out.exact(style::HEADING, format!("--- cell {}\n", old.index + 1).as_bytes())?;
            cell(out, old.text, new.text)?;
        }
    }
    Ok(true)
}

fn notebook(path: &str, bytes: &[u8]) -> Option<Source> {
    Source::read(path, bytes.to_vec()).ok().filter(|source| source.kind() == Kind::Notebook)
}

/// A cell's source hardly ever ends in a newline, so that is not worth a note here.
fn cell(out: &mut Out, old: &str, new: &str) -> io::Result<()> {
    let ended = |text: &str| if text.is_empty() || text.ends_with('\n') { text.into() } else { format!("{text}\n") };
    let lines = diff::hunks(ended(old).as_bytes(), ended(new).as_bytes());
    lines.iter().try_for_each(|(style, line)| out.exact(*style, line))
}
