//! What `check` prints: one finding a line, and a sentence at the end.

use std::collections::BTreeSet;
use std::io;

use super::{Out, style, summary};
use crate::report::{Finding, Problem};

/// Prints one line for each finding: place, code and symbol.
pub fn print(out: &mut Out, findings: &[&Finding]) -> io::Result<()> {
    for finding in findings {
        out.text(style::HEADING, &summary::place(&finding.location))?;
        out.line(&format!(": {} {}", finding.code, finding.symbol))?;
    }
    Ok(())
}

/// Prints what went wrong and how many uses there are in how many files.
pub fn print_end(out: &mut Out, read: usize, findings: &[&Finding], problems: &[&Problem]) -> io::Result<()> {
    summary::problems(out, problems.iter().copied())?;
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding.location.path.as_str()).collect();
    let errors = summary::errors(problems.len());
    let read = summary::count(read, "file");
    match findings.len() {
        0 => out.line(&format!("no use of Batch AI in {read}{errors}")),
        uses => out.line(&format!("{} of Batch AI in {} of {read}{errors}", summary::count(uses, "use"), files.len())),
    }
}
