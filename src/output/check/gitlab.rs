//! GitLab's code quality report.

use serde_json::{Value, json};

use super::{Listing, complaint, full_sentence, problem_line};
use crate::finding::fingerprint;
use crate::output::json::pretty;
use crate::report::{Found, Level, Problem};

pub(super) fn render(listing: &Listing<'_>) -> serde_json::Result<String> {
    let findings = listing.findings.iter().map(finding);
    pretty(&findings.chain(listing.problems.iter().map(|problem| self::problem(problem))).collect::<Vec<_>>())
}

fn finding(found: &Found) -> Value {
    let severity = match found.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Note => "info",
    };
    let path = &found.location.path;
    entry(&found.code, full_sentence(found), &[path, &found.id], severity, path, found.file_line)
}

fn problem(problem: &Problem) -> Value {
    let (path, text) = (&problem.path, complaint(problem));
    entry("unreadable", text.clone(), &[path, &text], "blocker", path, problem_line(problem))
}

/// GitLab tells findings apart by their fingerprints alone, so the path is in them.
fn entry(name: &str, text: String, meaning: &[&str], severity: &str, path: &str, line: usize) -> Value {
    json!({
        "description": text,
        "check_name": name,
        "fingerprint": fingerprint(meaning),
        "severity": severity,
        "location": { "path": path, "lines": { "begin": line } },
    })
}
