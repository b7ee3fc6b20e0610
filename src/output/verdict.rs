//! What a comparison of two programs says: for people one field a line, for programs JSON.

use std::io;

use serde::Serialize;

use super::json::SCHEMA;
use super::wrap::wrap;
use super::{Out, style, summary, visible};
use crate::report::{Problem, Proof, Verdict};

/// Prints what is not equal, one field a line, the place in the new program first.
pub fn print(out: &mut Out, proofs: &[Proof]) -> io::Result<()> {
    proofs.iter().filter(|proof| proof.verdict > Verdict::Added).try_for_each(|proof| one(out, proof))
}

fn one(out: &mut Out, proof: &Proof) -> io::Result<()> {
    let place = proof.after.as_ref().or(proof.before.as_ref()).map(summary::place).unwrap_or_default();
    let word = word(proof.verdict);
    let used = place.chars().count() + word.len() + ": : ".len();
    out.text(style::HEADING, &place)?;
    out.text(style::PLAIN, ": ")?;
    out.text(style::verdict(proof.verdict), word)?;
    let text = format!("`{}`: {}", proof.field, proof.reason);
    out.line(&format!(": {}", wrap(&visible::text(&text), used, "    ", out.width())))
}

/// Prints what could not be read, and the count.
pub fn print_end(out: &mut Out, proofs: &[Proof], problems: &[Problem]) -> io::Result<()> {
    summary::problems(out, problems.iter())?;
    out.line(&counted(proofs))
}

/// `12 fields: 10 equal, 1 cannot tell, 1 differs`
pub fn counted(proofs: &[Proof]) -> String {
    let count = |verdict: &Verdict| proofs.iter().filter(|proof| proof.verdict == *verdict).count();
    let counts = Verdict::ALL.iter().map(|verdict| (count(verdict), word(*verdict)));
    let counts: Vec<String> = counts.filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    match counts.is_empty() {
        true => "nothing is asked of Azure".to_owned(),
        false => format!("{}: {}", summary::count(proofs.len(), "field"), counts.join(", ")),
    }
}

/// The word for a verdict.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Added => "added",
        Verdict::LeftToYou => "left to you",
        Verdict::NoCounterpart => "no counterpart",
        Verdict::CannotTell => "cannot tell",
        Verdict::Missing => "missing",
        Verdict::Differs => "differs",
    }
}

#[derive(Serialize)]
struct Said<'a> {
    schema: u32,
    fields: &'a [Proof],
    problems: &'a [Problem],
}

/// The comparison as JSON.
pub fn json(fields: &[Proof], problems: &[Problem]) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(&Said { schema: SCHEMA, fields, problems })?;
    Ok(format!("{text}\n"))
}
