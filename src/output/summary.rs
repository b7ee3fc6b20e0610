//! Text for people on standard error: findings, problems and totals.

use std::io;

use super::run::{Done, Run};
use super::wrap::wrap;
use super::{Out, style, visible};
use crate::report::{Fate, Finding, Location, Problem, Proof, Verdict};
use crate::sdk::Target;

/// Prints the findings and the problems of a run; what is exact is only counted, by [`totals`].
pub fn print(out: &mut Out, run: &Run<'_>) -> io::Result<()> {
    for found in run.files.iter().flat_map(|file| &file.findings).filter(|found| found.fate != Fate::Exact) {
        finding(out, found)?;
    }
    problems(out, run.problems())
}

/// Says where the diff of a file outside the current folder is to be applied.
pub fn elsewhere(out: &mut Out, path: &str, folder: &str) -> io::Result<()> {
    let text = format!("`{path}` lies outside this folder: apply its diff in `{folder}`");
    out.line(&format!("note: {}", wrap(&text, "note: ".len(), "    ", out.width())))
}

/// Prints what went wrong, and nothing else.
pub fn problems<'a>(out: &mut Out, problems: impl Iterator<Item = &'a Problem>) -> io::Result<()> {
    for problem in problems {
        let place = problem.location.as_ref().map_or_else(|| visible::text(&problem.path).into_owned(), place);
        error(out, &format!("{place}: {}", problem.message))?;
        note(out, "help", &problem.help)?;
    }
    Ok(())
}

/// Prints one line that begins with `error:`.
pub fn error(out: &mut Out, message: &str) -> io::Result<()> {
    out.text(style::ERROR, "error")?;
    let message = wrap(message, "error: ".len(), "    ", out.width());
    out.line(&format!(": {message}"))
}

/// Prints one line that begins with `warning:`.
pub fn warning(out: &mut Out, message: &str) -> io::Result<()> {
    out.text(style::fate(Fate::Approximate), "warning")?;
    let message = wrap(message, "warning: ".len(), "    ", out.width());
    out.line(&format!(": {message}"))
}

/// Prints an indented line that begins with `= label:`; nothing if there is nothing to say.
pub fn note(out: &mut Out, label: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let start = format!("  = {label}: ");
    let hang = " ".repeat(start.len());
    out.line(&format!("{start}{}", wrap(text, start.len(), &hang, out.width())))
}

/// Where something stands: `path:line:column`, in a notebook `path:cell 3:line:column`; all count from 1.
pub fn place(location: &Location) -> String {
    let Location { path, cell, line, column } = location;
    let path = visible::text(path);
    match cell {
        Some(cell) => format!("{path}:cell {}:{line}:{column}", cell + 1),
        None => format!("{path}:{line}:{column}"),
    }
}

/// The word for a fate.
pub fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Exact => "exact",
        Fate::Drop => "drop",
        Fate::Approximate => "approximate",
        Fate::Manual => "manual",
    }
}

/// Prints a finding, with what to do about it.
pub fn finding(out: &mut Out, finding: &Finding) -> io::Result<()> {
    let (place, kind) = (place(&finding.location), format!("{} {}", finding.code, word(finding.fate)));
    let used = place.chars().count() + kind.len() + ": : ".len();
    out.text(style::HEADING, &place)?;
    out.text(style::PLAIN, ": ")?;
    out.text(style::fate(finding.fate), &kind)?;
    out.line(&format!(": {}", wrap(&finding.message, used, "    ", out.width())))?;
    finding.also.iter().try_for_each(|also| note(out, &format!("also {}", word(also.fate)), &also.message))?;
    finding.actions.iter().try_for_each(|action| note(out, "do", action))
}

/// Prints the last lines: files, fates, target.
pub fn totals(out: &mut Out, run: &Run<'_>) -> io::Result<()> {
    let mut lines = vec![files(run)];
    if let Done::Patched(patches) = &run.done {
        lines.extend(patches.files.iter().map(|(name, holds)| match holds {
            Some(holds) => format!("{}/{name}: {holds}", visible::text(&patches.folder)),
            None => format!("{name}: nothing, not written"),
        }));
    }
    lines.extend(
        [Some(fates(run)), other_form(run), verified(run), Some(target(run.target).to_string())].into_iter().flatten(),
    );
    lines.iter().try_for_each(|line| out.line(&wrap(line, 0, "  ", out.width())))
}

fn files(run: &Run<'_>) -> String {
    let (read, using, changed) = (count(run.read, "file"), run.using(), run.changed());
    let done = match &run.done {
        _ if using == 0 => "none with Batch AI".to_string(),
        _ if changed == 0 => format!("{using} with Batch AI, none changed"),
        Done::Shown => format!("{using} with Batch AI, {changed} would change (`--write` rewrites in place)"),
        Done::Patched(_) => format!("{using} with Batch AI, {changed} in patches"),
        Done::Rewritten(None) => format!("{using} with Batch AI, {changed} rewritten"),
        Done::Rewritten(Some(undo)) => format!("{using} with Batch AI, {changed} rewritten (`{undo}` takes it back)"),
        Done::Written(folder) => format!("{using} with Batch AI, {changed} written to `{folder}`"),
    };
    format!("{read} read, {done}{}", errors(run.problems().count()))
}

/// Where jobs are not written as the guide writes them.
fn other_form(run: &Run<'_>) -> Option<String> {
    let files = run.files.iter().filter(|file| file.job_form.is_some()).count();
    (files > 0).then(|| {
        let jobs = count(files, "file");
        format!(
            "jobs as `ScriptRunConfig` in {jobs}: estimators leave more to you (`--job-form estimator` writes them)"
        )
    })
}

fn fates(run: &Run<'_>) -> String {
    let totals = run.totals();
    let (exact, approximate) = (totals.exact, totals.approximate);
    format!("{exact} exact, {approximate} approximate, {} manual, {} drop", totals.manual, totals.drop)
}

/// How many fields the summary names at most, of those that differ and of those that cannot be told.
const NAMED: usize = 4;

/// What an independent reading of the new code says of what it asks for.
fn verified(run: &Run<'_>) -> Option<String> {
    let proofs: Vec<&Proof> = run.files.iter().flat_map(|file| &file.proofs).collect();
    if proofs.is_empty() {
        return None;
    }
    let of = |verdict: Verdict| proofs.iter().filter(move |proof| proof.verdict == verdict);
    let mut text = format!("read again: {} equal", count(of(Verdict::Equal).count(), "field"));
    match of(Verdict::LeftToYou).count() {
        0 => {}
        left => text.push_str(&format!(", {left} left to you")),
    }
    for verdict in [Verdict::Differs, Verdict::Missing, Verdict::NoCounterpart, Verdict::CannotTell] {
        let all: Vec<String> = of(verdict).map(|proof| named(proof)).collect();
        if !all.is_empty() {
            let more = all.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let shown = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            text.push_str(&format!("; {}: {shown}{more}", super::verdict::word(verdict)));
        }
    }
    Some(text)
}

/// A field with its line in the old code.
fn named(proof: &Proof) -> String {
    // The name of the thing is often a long expression; its kind and its line tell which one is meant.
    let kind = proof.field.split(' ').next().unwrap_or_default();
    let field = proof.field.rsplit_once(": ").map_or(kind.to_owned(), |(_, field)| format!("{kind}: {field}"));
    let place = proof.before.as_ref().or(proof.after.as_ref());
    match place {
        Some(at) => format!("`{}` (line {})", visible::text(&field), at.line),
        None => format!("`{}`", visible::text(&field)),
    }
}

/// The target, and the other one.
fn target(target: Target) -> &'static str {
    match target {
        Target::V2 => {
            "target v2, azure-ai-ml; `--target v1` writes the 2019 guide's SDK, whose support ended 2026-06-30"
        }
        Target::V1 => {
            "target v1, azureml-core, the 2019 guide's SDK, whose support ended 2026-06-30; \
             `--target v2` writes azure-ai-ml"
        }
    }
}

/// The end of a sentence that counts errors, if there are any.
pub fn errors(number: usize) -> String {
    if number == 0 { String::new() } else { format!(", {}", count(number, "error")) }
}

/// A number and its noun.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
