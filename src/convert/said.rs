//! What is said of a file: entries, findings and problems.

use super::Outcome;
use crate::concept::{self, JobForm};
use crate::estate::Use;
use crate::find::{Atom, Site, SiteKind, Sites};
use crate::finding::Spot;
use crate::ledger::{Ledger, Settled};
use crate::report::{Also, Entry, Fate, Finding, Problem};
use crate::sdk::Target;
use crate::source::Source;
use crate::syntax::{Ast, StmtId};
use crate::text::Span;
use crate::translate::Stuck;

/// What a statement is said to use that only the verification found fault with.
const PACKAGE: &str = "azure.mgmt.batchai";

/// How far back a statement's findings are compared, so that very long ones take no time.
const MOST_OF_A_STATEMENT: usize = 100;

pub(super) fn found(site: &Site) -> Spot {
    let code = concept::table().row(&site.symbol).map_or("", |row| row.code.as_str());
    Spot::new(code, &shown(site, None), site.span)
}

/// A use in a file that is not Python, with what to do about it.
pub(super) fn stands(used: &Use) -> Option<Spot> {
    let row = concept::table().row(&used.symbol)?;
    let mapping = concept::table().symbol(&used.symbol)?.mapping(Target::V2, JobForm::default());
    Some(Spot { help: mapping.todo.clone(), ..Spot::new(&row.code, &used.name, used.span) })
}

/// A program that Python 3 would not accept is not touched.
pub(super) fn unparsable(source: &Source, ast: &Ast) -> Option<Problem> {
    let error = ast.errors.first()?;
    Some(Problem {
        path: source.path().to_owned(),
        location: Some(source.locate(error.span.start)),
        message: format!("this is not Python 3: {}", error.message),
        help: "convert Python 2 code with `2to3` first, or complete the file; it was left as it is".into(),
    })
}

/// What an atom is called in the report.
fn shown(site: &Site, arg: Option<usize>) -> String {
    let name = match &site.kind {
        SiteKind::Read(path) | SiteKind::Write(path) => format!("{}.{}", site.symbol, path.join(".")),
        SiteKind::Mention(mention) => mention.variable.clone(),
        SiteKind::Misspelt(name) => name.clone(),
        _ => site.symbol.clone(),
    };
    match arg.and_then(|a| site.args.get(a)) {
        Some(arg) => format!("{name}.{}", arg.name),
        None => name,
    }
}

pub(super) fn entries(source: &Source, sites: &Sites, ledger: &Ledger) -> Vec<Entry> {
    let entry = |atom: Atom| {
        let site = sites.get(atom.site);
        let settled = ledger.get(atom)?;
        let span = atom.arg.map_or(site.span, |a| site.args[a].span);
        Some(Entry {
            code: concept::table().row(&site.symbol).map(|r| r.code.clone()).unwrap_or_default(),
            symbol: shown(site, atom.arg),
            fate: settled.fate,
            location: source.locate(span.start),
            span,
            site: site.span,
            reason: settled.reason.clone(),
            todo: settled.todo.clone(),
        })
    };
    sites.atoms().filter_map(entry).collect()
}

/// The entries of a site as one finding each, where there is something to say. What is the same of several sites of a
/// statement is said once, where they stand on one line or are of the same symbol.
pub(super) fn findings(source: &Source, sites: &Sites, ledger: &Ledger) -> Vec<Finding> {
    let mut findings: Vec<(StmtId, usize, Finding)> = Vec::new();
    // The last site that is left to a person, and why: what is within it says the same.
    let mut left: Option<(Span, String)> = None;
    for (id, site) in sites.iter() {
        let atoms = [None].into_iter().chain((0..site.args.len()).map(Some)).map(|arg| Atom { site: id, arg });
        let settled: Vec<_> = atoms.filter_map(|a| ledger.get(a).map(|s| (a, s))).collect();
        let Some(worst) = settled.iter().map(|(_, s)| s.fate).max() else { continue };
        let reason = settled[0].1.reason.clone();
        if worst == Fate::Manual && left.as_ref().is_some_and(|(s, r)| s.contains(site.span) && *r == reason) {
            continue;
        }
        if settled[0].1.fate == Fate::Manual {
            left = Some((site.span, reason));
        }
        let Some(finding) = finding(source, site, worst, &settled) else { continue };
        let is_same = |(stmt, _, said): &&mut (StmtId, usize, Finding)| {
            *stmt == site.stmt && !said.message.is_empty() && says_the_same(said, &finding)
        };
        match findings.iter_mut().rev().take(MOST_OF_A_STATEMENT).find(is_same) {
            Some((_, count, _)) => *count += 1,
            None => findings.push((site.stmt, 1, finding)),
        }
    }
    findings.into_iter().map(|(_, count, finding)| counted(finding, count)).collect()
}

fn says_the_same(a: &Finding, b: &Finding) -> bool {
    let near = a.location.line == b.location.line || a.symbol == b.symbol;
    near && (&a.code, a.fate, &a.message, &a.actions) == (&b.code, b.fate, &b.message, &b.actions)
}

fn counted(mut finding: Finding, count: usize) -> Finding {
    if count > 1 {
        finding.message.push_str(&format!(" ({count} places in this statement)"));
    }
    finding
}

fn finding(source: &Source, site: &Site, worst: Fate, settled: &[(Atom, &Settled)]) -> Option<Finding> {
    let row = concept::table().row(&site.symbol)?;
    let message = |fate: Fate| {
        let mut said: Vec<&(Atom, &Settled)> = Vec::new();
        for item in settled.iter().filter(|(_, s)| s.fate == fate && !s.reason.is_empty()) {
            if said.iter().all(|(_, s)| s.reason != item.1.reason) {
                said.push(item);
            }
        }
        let told = said.iter().map(|(a, s)| match a.arg {
            Some(_) => format!("`{}`: {}", shown(site, a.arg).rsplit('.').next().unwrap_or_default(), s.reason),
            None => s.reason.clone(),
        });
        told.collect::<Vec<_>>().join("; ")
    };
    let mut actions: Vec<String> = settled.iter().map(|(_, s)| s.todo.clone()).filter(|t| !t.is_empty()).collect();
    actions.dedup();
    Some(Finding {
        code: row.code.clone(),
        concept: row.name.clone(),
        fate: worst,
        location: source.locate(site.span.start),
        symbol: shown(site, None),
        message: message(worst),
        actions,
        also: also(worst, message),
    })
}

/// What is said with each fate that is less serious than the worst, where something is.
pub(super) fn also(worst: Fate, message: impl Fn(Fate) -> String) -> Vec<Also> {
    let less = [Fate::Approximate, Fate::Drop].into_iter().filter(|fate| *fate < worst);
    less.map(|fate| Also { fate, message: message(fate) }).filter(|also| !also.message.is_empty()).collect()
}

/// What is said of a statement that stays as it was, where nothing in it is a use of Batch AI that says so.
pub(super) fn refused(source: &Source, span: Span, stuck: &Stuck, outcome: &mut Outcome) {
    let says_so = |entry: &Entry| span.contains(entry.span) && entry.reason == stuck.reason;
    if outcome.entries.iter().any(says_so) {
        return;
    }
    let (entry, finding) = left(source, span, (PACKAGE, PACKAGE), stuck.clone());
    outcome.entries.push(entry);
    outcome.findings.push(finding);
}

/// An entry and a finding for a part of a file that is left to a person: by the row of a symbol, under a name.
pub(super) fn left(
    source: &Source,
    span: Span,
    (symbol, name): (&str, &str),
    Stuck { reason, todo }: Stuck,
) -> (Entry, Finding) {
    let row = concept::table().row(symbol);
    let code = row.map(|row| row.code.clone()).unwrap_or_default();
    let location = source.locate(span.start);
    let finding = Finding {
        code: code.clone(),
        concept: row.map(|row| row.name.clone()).unwrap_or_default(),
        fate: Fate::Manual,
        location: location.clone(),
        symbol: name.to_owned(),
        message: reason.clone(),
        actions: vec![todo.clone()],
        also: Vec::new(),
    };
    let (fate, symbol) = (Fate::Manual, name.to_owned());
    (Entry { code, symbol, fate, location, span, site: span, reason, todo }, finding)
}

/// An atom without a fate is a bug of ours: the file is not given out.
pub(super) fn unbalanced(source: &Source, sites: &Sites, ledger: &Ledger) -> Option<Problem> {
    let atom = ledger.unsettled(sites).into_iter().next()?;
    let site = sites.get(atom.site);
    Some(Problem {
        path: source.path().to_owned(),
        location: Some(source.locate(site.span.start)),
        message: format!("internal error: nothing was decided about `{}`", shown(site, atom.arg)),
        help: "please report this with the line; the file was left as it is".into(),
    })
}
