//! What joins the program: text beside it, and the files that a notebook writes, each converted as the file that it
//! will be and moved back to its place.

use std::collections::BTreeSet;

use super::{Options, Outcome, outcome, said};
use crate::command::{self, CommandUse, Configs};
use crate::concept;
use crate::estate;
use crate::find::{File, SiteKind};
use crate::finding::Spot;
use crate::ledger::Settled;
use crate::manifest::{self, Aim, Use, Written};
use crate::report::{Entry, Fate, Finding, Location, Problem};
use crate::sdk::Target;
use crate::source::{Kind, Source};
use crate::syntax::{self, Ast};
use crate::text::{Edit, Span};

/// What stands beside a program, or is a dependency file, outside of places that are converted otherwise.
pub(super) fn beside(source: &Source, ast: &Ast, options: &Options, is_used: bool, done: &[Span]) -> Outcome {
    let aim = Aim { target: options.target, form: options.form() };
    let beside = match manifest::read(source, ast, aim, is_used) {
        Ok(beside) => beside,
        Err(problem) => return Outcome { problems: vec![problem], ..Outcome::default() },
    };
    let problems = unsound(source, &beside.edits, aim).into_iter().collect();
    let is_done = |used: &Use| done.iter().any(|place| place.contains(used.span));
    let beside = manifest::Beside { uses: beside.uses.into_iter().filter(|used| !is_done(used)).collect(), ..beside };
    let entries = beside.uses.iter().map(|used| used_entry(source, used)).collect();
    let findings = beside.uses.iter().map(|used| used_finding(source, used)).collect();
    Outcome { edits: beside.edits, entries, findings, problems, ..Outcome::default() }
}

/// What becomes of the command lines of a source.
pub(super) fn commands(source: &Source, ast: &Ast, options: &Options, configs: &Configs) -> Outcome {
    let aim = command::Aim { target: options.target, upgrade: options.upgrade_vm_sizes, configs };
    let command::Commands { edits, uses, .. } = command::read(source, ast, aim);
    let problems = left_over(source, &edits, &uses, configs).into_iter().collect();
    let mut outcome = Outcome { edits, problems, ..Outcome::default() };
    for used in &uses {
        outcome.entries.extend(command_entries(source, used));
        outcome.findings.extend(command_finding(source, used));
    }
    outcome
}

/// The new text has no command of Batch AI but those that are left to a person.
fn left_over(source: &Source, edits: &[Edit], uses: &[CommandUse], configs: &Configs) -> Option<Problem> {
    if edits.is_empty() {
        return None;
    }
    let after = source.apply(edits).and_then(|bytes| Source::read(source.path(), bytes));
    let after = match after {
        Ok(after) => after,
        Err(problem) => return Some(problem),
    };
    let new = syntax::parse(&after);
    if let Some(error) = new.errors.first() {
        let at = after.locate(error.span.start);
        let message = format!("internal error in the new code: {} (line {} of it)", error.message, at.line);
        let help = "please report this; the file was left as it is".into();
        return Some(Problem { path: source.path().to_owned(), location: None, message, help });
    }
    let again = command::read(&after, &new, command::Aim { target: Target::V2, upgrade: false, configs });
    // Names of files are none of these, and steps of storage stay.
    let is_command = |used: &&CommandUse| used.symbol.starts_with("az ") && !used.symbol.starts_with("az storage ");
    let left = uses.iter().filter(is_command).filter(|used| used.settled.fate == Fate::Manual).count();
    (again.uses.iter().filter(is_command).count() != left).then(|| Problem {
        path: source.path().to_owned(),
        location: None,
        message: "internal error: a second run would find other command lines".into(),
        help: "please report this; the file was left as it is".into(),
    })
}

fn command_entries(source: &Source, used: &CommandUse) -> Vec<Entry> {
    let code = concept::table().row(&used.symbol).map(|row| row.code.clone()).unwrap_or_default();
    let entry = |symbol: String, span: Span, settled: &Settled| Entry {
        code: code.clone(),
        symbol,
        fate: settled.fate,
        location: source.locate(span.start),
        span,
        site: used.span,
        reason: settled.reason.clone(),
        todo: settled.todo.clone(),
    };
    let options =
        used.options.iter().map(|(name, span, settled)| entry(format!("{} {name}", used.name), *span, settled));
    [entry(used.name.clone(), used.span, &used.settled)].into_iter().chain(options).collect()
}

/// What a person reads of a command: the most serious of what is said of it and its options.
fn command_finding(source: &Source, used: &CommandUse) -> Option<Finding> {
    let row = concept::table().row(&used.symbol)?;
    let all = || [("", &used.settled)].into_iter().chain(used.options.iter().map(|(name, _, s)| (name.as_str(), s)));
    let worst = all().map(|(_, settled)| settled.fate).max()?;
    let message = |fate: Fate| {
        let mut said: Vec<(Vec<&str>, &str)> = Vec::new();
        for (name, settled) in all().filter(|(_, settled)| settled.fate == fate && !settled.reason.is_empty()) {
            match said.iter_mut().find(|(_, reason)| *reason == settled.reason) {
                Some((names, _)) => names.push(name),
                None => said.push((vec![name], &settled.reason)),
            }
        }
        let told = said.iter().map(|(names, reason)| match names[..] {
            ["", ..] => (*reason).to_owned(),
            _ => format!("{}: {reason}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        });
        told.collect::<Vec<_>>().join("; ")
    };
    let mut actions: Vec<String> = all().map(|(_, s)| s.todo.clone()).filter(|todo| !todo.is_empty()).collect();
    let mut seen = BTreeSet::new();
    actions.retain(|todo| seen.insert(todo.clone()));
    Some(Finding {
        code: row.code.clone(),
        concept: row.name.clone(),
        fate: worst,
        location: source.locate(used.span.start),
        symbol: used.name.clone(),
        message: message(worst),
        actions,
        also: said::also(worst, message),
    })
}

/// What else stands in a file of another language: all of it is left to a person.
/// What `edits` take out is not there any more.
pub(super) fn other(source: &Source, edits: &[Edit], options: &Options, configs: &Configs) -> Outcome {
    if let Some(outcome) = super::config::convert(source, options, configs.exports(source.path())) {
        return outcome;
    }
    let mut outcome = Outcome::default();
    if !matches!(source.kind(), Kind::Other(_)) {
        return outcome;
    }
    for used in estate::uses(source).0 {
        if edits.iter().any(|edit| edit.span.contains(used.span)) {
            continue;
        }
        let Some(row) = concept::table().symbol(&used.symbol).filter(|row| row.kind != concept::Kind::Command) else {
            continue;
        };
        let mapping = row.mapping(options.target, options.form());
        let reason = format!("`{}` is not converted here", used.name);
        let settled = Settled { fate: Fate::Manual, reason, todo: mapping.todo.clone() };
        let used = Use::new(&used.symbol, &used.name, used.span, settled);
        outcome.entries.push(used_entry(source, &used));
        outcome.findings.push(used_finding(source, &used));
    }
    outcome
}

/// The variables of a file that another one sets for it.
pub(super) fn handed(file: &File, configs: &Configs) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(handed) = configs.handed.get(file.module.source.path()) else { return outcome };
    for site in &file.sites.apart {
        let SiteKind::Mention(mention) = &site.kind else { continue };
        let Some(by) = handed.get(&mention.variable) else { continue };
        let by = by.rsplit(['/', '\\']).next().unwrap_or(by);
        let reason = format!("`{by}` sets it for this script");
        let settled = Settled { fate: Fate::Exact, reason, todo: String::new() };
        let used = Use::new(&site.symbol, &mention.variable, site.span, settled);
        outcome.entries.push(used_entry(file.module.source, &used));
        outcome.findings.push(used_finding(file.module.source, &used));
    }
    outcome
}

/// Whether the edits beside a program leave nothing to do for a second run, and a program that parses.
fn unsound(source: &Source, edits: &[Edit], aim: Aim) -> Option<Problem> {
    if edits.is_empty() {
        return None;
    }
    let again = source.apply(edits).and_then(|bytes| Source::read(source.path(), bytes));
    let again = again.and_then(|after| {
        let ast = syntax::parse(&after);
        let is_sound = ast.errors.is_empty() && manifest::read(&after, &ast, aim, true)?.edits.is_empty();
        Ok(is_sound)
    });
    match again {
        Ok(true) => None,
        Ok(false) => Some(Problem {
            path: source.path().to_owned(),
            location: None,
            message: "internal error: the new requirements would not be right".into(),
            help: "please report this; the file was left as it is".into(),
        }),
        Err(problem) => Some(problem),
    }
}

fn used_entry(source: &Source, used: &Use) -> Entry {
    Entry {
        code: concept::table().row(&used.symbol).map(|row| row.code.clone()).unwrap_or_default(),
        symbol: used.name.clone(),
        fate: used.settled.fate,
        location: source.locate(used.span.start),
        span: used.span,
        site: used.span,
        reason: used.settled.reason.clone(),
        todo: used.settled.todo.clone(),
    }
}

fn used_finding(source: &Source, used: &Use) -> Finding {
    let row = concept::table().row(&used.symbol);
    Finding {
        code: row.map(|row| row.code.clone()).unwrap_or_default(),
        concept: row.map(|row| row.name.clone()).unwrap_or_default(),
        fate: used.settled.fate,
        location: source.locate(used.span.start),
        symbol: used.name.clone(),
        message: used.settled.reason.clone(),
        actions: Some(used.settled.todo.clone()).filter(|todo| !todo.is_empty()).into_iter().collect(),
        also: Vec::new(),
    }
}

/// What becomes of a file that a cell writes. One that cannot be read is searched for variables only, if it does not
/// use the SDK itself: training scripts of 2018 are often Python 2.
pub(super) fn written(source: &Source, file: &Written, options: &Options) -> Outcome {
    let text = file.span.of(source.text());
    let inner = Source::read(&file.name, text.as_bytes().to_vec()).map(|inner| (outcome(&inner, options), inner));
    let inner = inner.ok().filter(|(_, inner)| inner.text() == text).map(|(outcome, _)| outcome);
    match inner {
        Some(outcome) if outcome.problems.is_empty() || text.contains("batchai") => moved(outcome, source, file),
        _ => {
            let aim = Aim { target: options.target, form: options.form() };
            let uses = manifest::variables(source, file.span, aim);
            let entries = uses.iter().map(|used| used_entry(source, used)).collect();
            let findings = uses.iter().map(|used| used_finding(source, used)).collect();
            Outcome { entries, findings, ..Outcome::default() }
        }
    }
}

/// An outcome in the places of the notebook that the file is written by.
fn moved(mut outcome: Outcome, source: &Source, file: &Written) -> Outcome {
    let (base, first) = (file.span.start, source.locate(file.span.start));
    let shift = |span: Span| Span::new(span.start + base, span.end + base);
    let place = |at: &mut Location| *at = at.within(&first);
    outcome.edits.iter_mut().for_each(|edit| edit.span = shift(edit.span));
    for entry in &mut outcome.entries {
        (entry.span, entry.site) = (shift(entry.span), shift(entry.site));
        place(&mut entry.location);
    }
    outcome.findings.iter_mut().for_each(|finding| place(&mut finding.location));
    for problem in &mut outcome.problems {
        problem.path = source.path().to_owned();
        problem.location.iter_mut().for_each(place);
    }
    outcome
}

/// What is left of Batch AI in the files that a notebook writes, and beside its program.
pub(super) fn check(source: &Source, ast: &Ast, is_used: bool) -> (Vec<Spot>, Vec<Problem>) {
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    let mut all = Outcome::default();
    manifest::written(source).iter().for_each(|file| all.extend(written(source, file, &options)));
    let is_used = is_used || !all.entries.is_empty();
    if matches!(source.kind(), Kind::Script | Kind::Notebook) {
        all.extend(commands(source, ast, &options, &Configs::default()));
    }
    all.extend(beside(source, ast, &options, is_used || !all.entries.is_empty(), &[]));
    all.problems.extend(super::config::unreadable(source));
    all.problems.extend(super::embedded::unreadable(source, ast));
    let sites = all.entries.iter().filter(|entry| entry.span == entry.site);
    let mut spots: Vec<Spot> = sites.map(|entry| Spot::new(&entry.code, &entry.symbol, entry.span)).collect();
    let held = super::embedded::places(source, ast).into_iter().chain(super::dictionary::heads(source, ast));
    spots.extend(held.map(|(kind, span)| {
        let code = concept::table().row(kind.symbol()).map_or("", |row| row.code.as_str());
        Spot::new(code, kind.name(), span)
    }));
    (spots, all.problems)
}
