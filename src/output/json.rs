//! JSON for programs: the report of `convert` and the findings of `check`.
//!
//! Both carry a `schema` number, which changes when a reader would have to change. The order of everything is fixed.

use serde::Serialize;

use super::run::{Run, Totals, is_rewritten};
use crate::concept::Covered;
use crate::report::{Converted, Entry, Finding, Problem};

/// The version of both formats.
pub const SCHEMA: u32 = 1;

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

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    path: String,
    changed: bool,
    totals: Totals,
    entries: &'a [Entry],
    findings: &'a [Finding],
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct Left<'a> {
    schema: u32,
    findings: &'a [&'a Finding],
    problems: &'a [&'a Problem],
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
    let tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    pretty(&Matrix { schema: SCHEMA, tool, targets, symbols })
}

/// The ledger of a run: every file that uses Batch AI or went wrong, with all of its entries.
pub fn report(run: &Run<'_>) -> serde_json::Result<Vec<u8>> {
    let tells = |file: &&Converted| !(file.entries.is_empty() && file.findings.is_empty() && file.problems.is_empty());
    pretty(&Report {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        target: run.target.to_string(),
        job_form: run.job_form,
        files_read: run.read,
        totals: run.totals(),
        files: run.files.iter().filter(tells).map(file).collect(),
        problems: run.problems,
    })
}

/// What `check` found.
pub fn left(findings: &[&Finding], problems: &[&Problem]) -> serde_json::Result<Vec<u8>> {
    pretty(&Left { schema: SCHEMA, findings, problems })
}

fn file(file: &Converted) -> File<'_> {
    File {
        path: file.path.to_string_lossy().into_owned(),
        changed: is_rewritten(file),
        totals: Totals::of(file.entries.iter().map(|entry| entry.fate)),
        entries: &file.entries,
        findings: &file.findings,
        problems: &file.problems,
    }
}

fn pretty(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
