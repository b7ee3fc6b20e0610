//! The list of concepts, as `explain --list` prints it.

use std::io;

use super::{Out, style};

/// Prints code, name and summary in columns.
pub fn print(out: &mut Out, rows: &[(String, String, String)]) -> io::Result<()> {
    let width = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0);
    for (code, name, summary) in rows {
        out.text(style::HEADING, code)?;
        out.line(&format!("  {name:width$}  {summary}"))?;
    }
    Ok(())
}
