//! JSON of our own: one object, or an object a line. `docs/schema/` says what is in them.

use serde::Serialize;

use super::{LeftOut, Listing, Skipped};
use crate::output::json::{Tool, pretty, tool};
use crate::report::{Found, Problem};

/// The version of the object; 1 had no ids.
const OBJECT: u32 = 2;
/// The version of the lines.
const LINES: u32 = 1;

#[derive(Serialize)]
struct Object<'a> {
    schema: u32,
    tool: Tool,
    files_read: usize,
    #[serde(flatten)]
    left_out: LeftOut,
    findings: &'a [Found],
    problems: &'a [&'a Problem],
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<&'a [Skipped]>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Finding(&'a Found),
    Problem(&'a Problem),
    Skipped(&'a Skipped),
    End {
        tool: Tool,
        files_read: usize,
        findings: usize,
        problems: usize,
        #[serde(flatten)]
        left_out: LeftOut,
    },
}

#[derive(Serialize)]
struct Versioned<'a> {
    schema: u32,
    #[serde(flatten)]
    line: Line<'a>,
}

pub(super) fn object(listing: &Listing<'_>) -> serde_json::Result<String> {
    let Listing { findings, problems, read: files_read, left_out, skipped } = *listing;
    pretty(&Object { schema: OBJECT, tool: tool(), files_read, left_out, findings, problems, skipped })
}

/// The last line says how many there were, so that a reader can tell a whole answer from half of one.
pub(super) fn lines(listing: &Listing<'_>) -> serde_json::Result<String> {
    let end = Line::End {
        tool: tool(),
        files_read: listing.read,
        findings: listing.findings.len(),
        problems: listing.problems.len(),
        left_out: listing.left_out,
    };
    let findings = listing.findings.iter().map(Line::Finding);
    let problems = listing.problems.iter().map(|problem| Line::Problem(problem));
    let skipped = listing.skipped.unwrap_or_default().iter().map(Line::Skipped);
    let lines = findings.chain(problems).chain(skipped).chain([end]);
    lines.map(|line| Ok(serde_json::to_string(&Versioned { schema: LINES, line })? + "\n")).collect()
}
