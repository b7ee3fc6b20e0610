//! JSON for programs: the report of `convert` and the matrix of `coverage`. What `check` writes is in `check/`.
//!
//! Each carries a `schema` number, described in `docs/schema/`, which changes when a reader would have to change. The order of everything is fixed.

use serde::Serialize;

use super::run::{Run, is_rewritten};
use crate::concept::Covered;
use crate::report::{Converted, Entry, Finding, Problem};
use crate::survey::Totals;

/// The version of these formats.
pub(super) const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    tool: Tool,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_form: Option<&'a str>,
    files_read: usize,
    totals: Totals,
    files: Vec<File<'a>>,
    problems: &'a [Problem],
}

/// Who wrote it.
#[derive(Serialize)]
pub(super) struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

/// This program.
pub(super) fn tool() -> Tool {
    Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
}

/// A file of a report.
#[derive(Serialize)]
pub(super) struct File<'a> {
    path: String,
    changed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    made: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_form: Option<&'a str>,
    totals: Totals,
    entries: &'a [Entry],
    findings: &'a [Finding],
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct Matrix<'a> {
    schema: u32,
    tool: Tool,
    targets: &'a [&'a str],
    symbols: &'a [Covered],
}

/// Symbols of Batch AI with what becomes of them, of which only these targets were asked for.
pub fn coverage(targets: &[&str], symbols: &[Covered]) -> serde_json::Result<Vec<u8>> {
    Ok(pretty(&Matrix { schema: SCHEMA, tool: tool(), targets, symbols })?.into_bytes())
}

/// The ledger of a run: every file that uses Batch AI or went wrong, with all of its entries.
pub fn report(run: &Run<'_>) -> serde_json::Result<Vec<u8>> {
    let tells = |file: &&Converted| !(file.entries.is_empty() && file.findings.is_empty() && file.problems.is_empty());
    let report = pretty(&Report {
        schema: SCHEMA,
        tool: tool(),
        target: run.target.to_string(),
        job_form: run.job_form,
        files_read: run.read,
        totals: run.totals(),
        files: run.files.iter().filter(tells).map(file).collect(),
        problems: run.problems,
    })?;
    Ok(report.into_bytes())
}

/// What became of a file.
pub(super) fn file(file: &Converted) -> File<'_> {
    File {
        path: file.path.to_string_lossy().into_owned(),
        changed: is_rewritten(file),
        made: file.made.iter().map(|new| new.path.to_string_lossy().into_owned()).collect(),
        removed: file.is_removed,
        job_form: file.job_form,
        totals: Totals::of(file.entries.iter().map(|entry| entry.fate)),
        entries: &file.entries,
        findings: &file.findings,
        problems: &file.problems,
    }
}

/// Indented, with a newline at the end.
pub(super) fn pretty(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
