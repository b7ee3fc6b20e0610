//! Conversion and check of programs: the stages one after the other. Pure: sources in, results out.

mod beside;

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::concept;
pub use crate::concept::JobForm;
use crate::find::{Atom, Site, SiteKind, Sites};
use crate::ledger::{Ledger, Settled};
use crate::manifest;
use crate::report::{Converted, Entry, Fate, Finding, Problem};
use crate::resolve::Resolved;
use crate::sdk::Target;
use crate::source::Source;
use crate::syntax::{self, Ast, StmtId};
use crate::text::{Edit, Span};
use crate::translate::{Program, translate};
use crate::verify::verify;

/// What a conversion aims at.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub target: Target,
    pub job_form: JobForm,
    /// Whether sizes of virtual machines that are retired are replaced.
    pub upgrade_vm_sizes: bool,
}

/// What is left of Batch AI in a file.
#[derive(Debug)]
pub struct Checked {
    pub path: PathBuf,
    pub findings: Vec<Finding>,
    pub problems: Vec<Problem>,
}

/// Converts programs, in the order in which they are given.
pub fn convert(sources: Vec<Source>, options: &Options) -> Vec<Converted> {
    sources.into_par_iter().map(|source| convert_one(&source, options)).collect()
}

/// Finds what programs use of Batch AI.
pub fn check(sources: Vec<Source>) -> Vec<Checked> {
    sources.into_par_iter().map(|source| check_one(&source)).collect()
}

/// What becomes of a source, before its bytes are written.
#[derive(Default)]
struct Outcome {
    edits: Vec<Edit>,
    entries: Vec<Entry>,
    findings: Vec<Finding>,
    problems: Vec<Problem>,
}

impl Outcome {
    fn extend(&mut self, other: Outcome) {
        self.edits.extend(other.edits);
        self.entries.extend(other.entries);
        self.findings.extend(other.findings);
        self.problems.extend(other.problems);
    }
}

fn convert_one(source: &Source, options: &Options) -> Converted {
    let mut outcome = outcome(source, options);
    let mut after = source.bytes().to_vec();
    if outcome.problems.is_empty() {
        match source.apply(&outcome.edits) {
            Ok(bytes) => after = bytes,
            Err(problem) => outcome.problems.push(problem),
        }
    }
    let Outcome { entries, findings, problems, .. } = outcome;
    Converted { path: source.path().into(), before: source.bytes().to_vec(), after, entries, findings, problems }
}

/// What becomes of the program, of the files that it writes, and of what stands beside it.
fn outcome(source: &Source, options: &Options) -> Outcome {
    let ast = syntax::parse(source);
    let mut outcome = program(source, &ast, options);
    if !ast.errors.is_empty() {
        return outcome;
    }
    manifest::written(source).iter().for_each(|file| outcome.extend(beside::written(source, file, options)));
    let is_used = !outcome.entries.is_empty();
    outcome.extend(beside::beside(source, &ast, options, is_used));
    outcome.entries.sort_by_key(|entry| entry.span.start);
    outcome.findings.sort_by(|one, other| one.location.cmp(&other.location));
    outcome
}

/// What becomes of a program.
fn program(source: &Source, ast: &Ast, options: &Options) -> Outcome {
    let mut converted = Outcome::default();
    if let Some(problem) = unparsable(source, ast) {
        converted.problems.push(problem);
        return converted;
    }
    let resolved = Resolved::new(ast);
    let sites = Sites::find(ast, &resolved, source.text());
    if sites.all.is_empty() {
        return converted;
    }
    // What the verification refuses is left for a person, statement by statement, until nothing is refused any more.
    let mut refused = HashMap::new();
    loop {
        let program = Program {
            source,
            ast,
            resolved: &resolved,
            sites: &sites,
            target: options.target,
            form: options.job_form,
            upgrade_vm_sizes: options.upgrade_vm_sizes,
            refused: &refused,
        };
        let translation = translate(&program);
        converted.problems = unbalanced(source, &sites, &translation.ledger).into_iter().collect();
        match source.apply(&translation.edits) {
            Ok(bytes) => {
                let more = give_out(&program, &translation.edits, bytes, &mut converted);
                if refused.len() < ROUNDS && !more.is_empty() {
                    let before = refused.len();
                    refused.extend(more);
                    if refused.len() > before {
                        continue;
                    }
                }
            }
            Err(problem) => converted.problems.push(problem),
        }
        converted.edits = translation.edits;
        converted.entries = entries(source, &sites, &translation.ledger);
        converted.findings = findings(source, &sites, &translation.ledger);
        return converted;
    }
}

/// How many statements are refused at most before the file is given up.
const ROUNDS: usize = 64;

/// Says what speaks against the new bytes. A fault is a bug of ours: the file stays as it was, unless the
/// statements that are returned can be refused.
fn give_out(program: &Program, edits: &[Edit], bytes: Vec<u8>, converted: &mut Outcome) -> HashMap<StmtId, String> {
    let source = program.source;
    let after = match Source::read(source.path(), bytes) {
        Ok(after) => after,
        Err(problem) => {
            converted.problems.push(problem);
            return HashMap::new();
        }
    };
    let faults = verify(source, &after, program.target);
    converted.problems.extend(faults.iter().map(|fault| Problem {
        path: source.path().to_owned(),
        location: Some(after.locate(fault.span.start)),
        message: format!("internal error in the new code: {}", fault.message),
        help: "please report this; the file was left as it is (line and column are those of the new code)".into(),
    }));
    let refusable = faults.iter().filter_map(|fault| {
        let at = before_edits(edits, fault.span.start);
        let stmt = program.statement_at(at)?;
        Some((stmt, format!("its conversion would not be right: {}", fault.message)))
    });
    refusable.collect()
}

/// The place in the old text that a place in the new text comes from.
fn before_edits(edits: &[Edit], at: usize) -> usize {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| e.span);
    let (mut old, mut new) = (0, 0);
    for edit in sorted {
        let kept = edit.span.start.saturating_sub(old);
        if at < new + kept {
            break;
        }
        new += kept;
        old = edit.span.start;
        if at < new + edit.text.len() {
            return old;
        }
        new += edit.text.len();
        old = edit.span.end;
    }
    old + (at - new)
}

/// An atom without a fate is a bug of ours: the file is not given out.
fn unbalanced(source: &Source, sites: &Sites, ledger: &Ledger) -> Option<Problem> {
    let atom = ledger.unsettled(sites).into_iter().next()?;
    let site = sites.get(atom.site);
    Some(Problem {
        path: source.path().to_owned(),
        location: Some(source.locate(site.span.start)),
        message: format!("internal error: nothing was decided about `{}`", shown(site, atom.arg)),
        help: "please report this with the line; the file was left as it is".into(),
    })
}

fn check_one(source: &Source) -> Checked {
    let ast = syntax::parse(source);
    let problems: Vec<Problem> = unparsable(source, &ast).into_iter().collect();
    let resolved = Resolved::new(&ast);
    let sites = Sites::find(&ast, &resolved, source.text());
    let mut checked = Checked { path: source.path().into(), findings: Vec::new(), problems };
    checked.findings = sites.iter().map(|(_, site)| found(source, site)).collect();
    let (findings, problems) = beside::check(source, &ast, !checked.findings.is_empty());
    checked.findings.extend(findings);
    checked.problems.extend(problems);
    checked.findings.sort_by(|one, other| one.location.cmp(&other.location));
    checked
}

fn found(source: &Source, site: &Site) -> Finding {
    let row = concept::table().row(&site.symbol);
    Finding {
        code: row.map(|r| r.code.clone()).unwrap_or_default(),
        concept: row.map(|r| r.name.clone()).unwrap_or_default(),
        fate: Fate::Manual,
        location: source.locate(site.span.start),
        symbol: shown(site, None),
        message: row.map(|r| r.summary.clone()).unwrap_or_default(),
        actions: Vec::new(),
    }
}

/// A program that Python 3 would not accept is not touched.
fn unparsable(source: &Source, ast: &Ast) -> Option<Problem> {
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
        _ => site.symbol.clone(),
    };
    match arg.and_then(|a| site.args.get(a)) {
        Some(arg) => format!("{name}.{}", arg.name),
        None => name,
    }
}

fn entries(source: &Source, sites: &Sites, ledger: &Ledger) -> Vec<Entry> {
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
        })
    };
    sites.atoms().filter_map(entry).collect()
}

/// The entries of a site as one finding each, where there is something to say.
fn findings(source: &Source, sites: &Sites, ledger: &Ledger) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
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
        findings.extend(finding(source, site, worst, &settled));
    }
    findings
}

fn finding(source: &Source, site: &Site, worst: Fate, settled: &[(Atom, &Settled)]) -> Option<Finding> {
    let row = concept::table().row(&site.symbol)?;
    let mut said: Vec<&(Atom, &Settled)> = Vec::new();
    for item in settled.iter().filter(|(_, s)| s.fate == worst && !s.reason.is_empty()) {
        if said.iter().all(|(_, s)| s.reason != item.1.reason) {
            said.push(item);
        }
    }
    let message = said.iter().map(|(a, s)| match a.arg {
        Some(_) => format!("`{}`: {}", shown(site, a.arg).rsplit('.').next().unwrap_or_default(), s.reason),
        None => s.reason.clone(),
    });
    let mut actions: Vec<String> = settled.iter().map(|(_, s)| s.todo.clone()).filter(|t| !t.is_empty()).collect();
    actions.dedup();
    Some(Finding {
        code: row.code.clone(),
        concept: row.name.clone(),
        fate: worst,
        location: source.locate(site.span.start),
        symbol: shown(site, None),
        message: message.collect::<Vec<_>>().join("; "),
        actions,
    })
}
