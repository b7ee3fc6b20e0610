//! What a coding agent reads of a run: plain text, a finding or a field a line.

use std::fmt::Write;

use super::check::{Format, Listing, Look, render};
use super::run::Run;
use super::summary::{count, place, word};
use super::{verdict, visible};
use crate::finding::without_secrets;
use crate::report::{Fate, Problem, Proof, Verdict};

/// What `check` found. Of more than were listed the number is said.
pub fn check(listing: &Listing<'_>, all: usize) -> serde_json::Result<String> {
    let mut out = format!(
        "{} in {}, {}\n",
        count(all, "finding"),
        count(listing.read, "file"),
        count(listing.problems.len(), "problem")
    );
    if all > listing.findings.len() {
        let _ = writeln!(out, "the first {} are listed: name fewer `paths`, or raise `limit`", listing.findings.len());
    }
    out.push_str(&render(Format::Concise, listing, Look::default())?);
    problems(&mut out, listing.problems.iter().copied());
    Ok(out)
}

/// What `convert` did, with its diff.
pub fn convert(run: &Run<'_>, diff: &str, undo: Option<&str>) -> String {
    let totals = run.totals();
    let done = if undo.is_some() { "rewritten" } else { "would change" };
    let mut out =
        format!("{} read, {} with Batch AI, {} {done}\n", count(run.read, "file"), run.using(), run.changed());
    let _ = writeln!(
        out,
        "{} exact, {} approximate, {} manual, {} drop; target {}",
        totals.exact, totals.approximate, totals.manual, totals.drop, run.target
    );
    if let Some(undo) = undo.filter(|undo| !undo.is_empty()) {
        let _ = writeln!(out, "`{undo}` puts it back");
    }
    for found in run.files.iter().flat_map(|file| &file.findings).filter(|found| found.fate != Fate::Exact) {
        let _ =
            writeln!(out, "{}: {} {}: {}", place(&found.location), found.code, word(found.fate), said(&found.message));
        for also in &found.also {
            let _ = writeln!(out, "  also {}: {}", word(also.fate), said(&also.message));
        }
        for action in &found.actions {
            let _ = writeln!(out, "  do: {}", said(action));
        }
    }
    problems(&mut out, run.problems());
    if !diff.is_empty() {
        let _ = write!(out, "\n{diff}");
    }
    out
}

/// What `verify` says: what is not equal, and the count.
pub fn verify(proofs: &[Proof], wrong: &[Problem]) -> String {
    let mut out = verdict::counted(proofs) + "\n";
    for proof in proofs.iter().filter(|proof| proof.verdict > Verdict::Added) {
        let at = proof.after.as_ref().or(proof.before.as_ref()).map(place).unwrap_or_default();
        let _ =
            writeln!(out, "{at}: {}: `{}`: {}", verdict::word(proof.verdict), said(&proof.field), said(&proof.reason));
    }
    problems(&mut out, wrong.iter());
    out
}

fn problems<'a>(out: &mut String, problems: impl Iterator<Item = &'a Problem>) {
    for problem in problems {
        let at = problem.location.as_ref().map_or_else(|| visible::text(&problem.path).into_owned(), place);
        let _ = writeln!(out, "error: {at}: {}; {}", said(&problem.message), problem.help);
    }
}

/// Text that may name code.
fn said(text: &str) -> String {
    visible::text(&without_secrets(text)).into_owned()
}
