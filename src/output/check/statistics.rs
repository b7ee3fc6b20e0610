//! How often each concept was found, the most frequent first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Listing, Look};
use crate::concept;
use crate::output::json::{Tool, pretty, tool};
use crate::output::style;
use crate::report::{Level, Problem};

/// The version of the format.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Numbers<'a> {
    schema: u32,
    tool: Tool,
    files_read: usize,
    statistics: Vec<Row<'a>>,
    problems: &'a [&'a Problem],
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'a str,
    concept: &'a str,
    level: Level,
    findings: usize,
    files: usize,
}

pub(super) fn json(listing: &Listing<'_>) -> serde_json::Result<String> {
    let (files_read, problems) = (listing.read, listing.problems);
    pretty(&Numbers { schema: SCHEMA, tool: tool(), files_read, statistics: rows(listing), problems })
}

pub(super) fn text(listing: &Listing<'_>, look: Look) -> String {
    let rows = rows(listing);
    let digits = rows.iter().map(|row| row.findings.to_string().len()).max().unwrap_or(0);
    let names = rows.iter().map(|row| row.concept.len()).max().unwrap_or(0);
    let line = |row: &Row<'_>| {
        let Row { code, concept, findings, .. } = row;
        let code = if look.color { format!("{0}{code}{0:#}", style::HEADING) } else { (*code).to_owned() };
        let summary = concept::described(row.code).map(|(_, summary)| summary).unwrap_or_default();
        format!("{findings:digits$}  {code}  {concept:names$}  {summary}\n")
    };
    rows.iter().map(line).collect()
}

fn rows<'a>(listing: &Listing<'a>) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<&str, (Row<'a>, BTreeSet<&str>)> = BTreeMap::new();
    for found in listing.findings {
        let new = Row { code: &found.code, concept: &found.concept, level: found.level, findings: 0, files: 0 };
        let (row, files) = rows.entry(&found.code).or_insert_with(|| (new, BTreeSet::new()));
        row.findings += 1;
        files.insert(&found.location.path);
        row.files = files.len();
    }
    let mut rows: Vec<Row<'a>> = rows.into_values().map(|(row, _)| row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.findings));
    rows
}
