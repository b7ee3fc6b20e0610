//! Conversion of one program: of the files that import each other.
//!
//! What the verification refuses is left for a person, statement by statement, and the translation of its file is made
//! again, until nothing more is refused. A program with a fault that no statement answers for stays as it was.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::left::Left;
use super::{JobForm, Options, Outcome, dictionary, said};
use crate::command::Configs;
use crate::find::{File, Sites};
use crate::intent::prove;
use crate::ledger::Ledger;
use crate::report::{Fate, Problem, Proof};
use crate::resolve::{Module, Tree};
use crate::sdk::Target;
use crate::source::Source;
use crate::syntax::StmtId;
use crate::text::{Edit, before_edits};
use crate::translate::{Program, Stuck, translate};
use crate::verify::{Fault, Missing, missing, verify};

/// How many statements of a file are refused at most before its program is given up.
const ROUNDS: usize = 64;

/// Converts the program of these files of a run: for v1 in the job form that was asked for, or the one that leaves less to a
/// person. As few, the estimators of the 2019 guide.
pub(super) fn convert(
    files: &[File],
    tree: &Tree,
    numbers: &[usize],
    options: &Options,
    configs: &Configs,
) -> Vec<Outcome> {
    let form = options.job_form.unwrap_or_default();
    let guide = in_form(files, tree, numbers, (options, form), configs);
    let left = left(&guide);
    if options.target != Target::V1 || options.job_form.is_some() || left == 0 {
        return guide;
    }
    let mut other = in_form(files, tree, numbers, (options, JobForm::ScriptRunConfig), configs);
    if self::left(&other) >= left {
        return guide;
    }
    let with_uses = other.iter_mut().filter(|outcome| !outcome.entries.is_empty());
    with_uses.for_each(|outcome| outcome.job_form = Some(JobForm::ScriptRunConfig.name()));
    other
}

/// How much is left to a person; all of it where the result cannot be given out.
fn left(outcomes: &[Outcome]) -> usize {
    if outcomes.iter().any(|outcome| !outcome.problems.is_empty()) {
        return usize::MAX;
    }
    outcomes.iter().flat_map(|outcome| &outcome.entries).filter(|entry| entry.fate == Fate::Manual).count()
}

fn in_form(
    files: &[File],
    tree: &Tree,
    numbers: &[usize],
    (options, form): (&Options, JobForm),
    configs: &Configs,
) -> Vec<Outcome> {
    let mut attempt = Attempt { refused: vec![HashMap::new(); files.len()], files, options, form, configs };
    let mut drafts: Vec<Draft> = files.iter().map(|_| Draft::default()).collect();
    let mut stale: Vec<usize> = (0..files.len()).filter(|file| attempt.is_converted(*file)).collect();
    loop {
        let new: Vec<Draft> = stale.par_iter().map(|file| attempt.draft(*file)).collect();
        stale.into_iter().zip(new).for_each(|(file, draft)| drafts[file] = draft);
        let after: Vec<&Source> =
            drafts.iter().zip(files).map(|(d, f)| d.after.as_ref().unwrap_or(f.module.source)).collect();
        let modules = Module::all(tree, numbers, &after);
        let verdict = attempt.judge(&modules, &drafts);
        stale = attempt.refuse(verdict.refusals);
        if stale.is_empty() {
            let proofs = if drafts.iter().any(|d| d.after.is_some()) { attempt.prove(&modules) } else { Vec::new() };
            drop(modules);
            return attempt.finish(drafts, verdict.faults, proofs);
        }
    }
}

/// The files of a program, with what must stay as it is in each.
struct Attempt<'a> {
    files: &'a [File<'a>],
    options: &'a Options,
    form: JobForm,
    configs: &'a Configs,
    refused: Vec<HashMap<StmtId, Stuck>>,
}

/// What became of a file; nothing in one that has no Batch AI.
#[derive(Default)]
struct Draft {
    edits: Vec<Edit>,
    ledger: Ledger,
    after: Option<Source>,
    problem: Option<Problem>,
}

/// What speaks against the drafts.
#[derive(Default)]
struct Verdict {
    /// By file: its faults.
    faults: Vec<(usize, Problem)>,
    refusals: Vec<(usize, StmtId, Stuck)>,
}

impl<'a> Attempt<'a> {
    /// Whether there is anything to convert in a file, and it is Python.
    fn is_converted(&self, file: usize) -> bool {
        let File { module, sites } = &self.files[file];
        module.ast.errors.is_empty() && !sites.all.is_empty()
    }

    fn program(&self, file: usize) -> Program<'_> {
        let File { module: Module { source, ast, resolved }, sites } = &self.files[file];
        let Options { target, upgrade_vm_sizes, .. } = *self.options;
        let (files, here, form, refused) = (self.files, file, self.form, &self.refused[file]);
        Program { source, ast, resolved, sites, files, here, target, form, upgrade_vm_sizes, refused }
    }

    fn draft(&self, file: usize) -> Draft {
        let program = self.program(file);
        let translation = translate(&program);
        let (source, edits, ledger) = (program.source, translation.edits, translation.ledger);
        let applied = source.apply(&edits).and_then(|bytes| Source::read(source.path(), bytes));
        let (after, problem) = match (applied, said::unbalanced(source, program.sites, &ledger)) {
            (Ok(after), problem) => (Some(after), problem),
            (Err(problem), _) => (None, Some(problem)),
        };
        Draft { edits, ledger, after, problem }
    }

    /// Verifies the new files, each alone and all together.
    fn judge(&self, after: &[Module], drafts: &[Draft]) -> Verdict {
        let new: Vec<usize> = (0..drafts.len()).filter(|file| drafts[*file].after.is_some()).collect();
        let broken: Vec<usize> = new.iter().copied().filter(|file| !after[*file].ast.errors.is_empty()).collect();
        // A file that does not parse tells the others nothing: it is put right first.
        let judged = if broken.is_empty() { &new } else { &broken };
        let faults: Vec<Vec<Fault>> = judged.par_iter().map(|file| self.faults(*file, &after[*file])).collect();
        let mut verdict = Verdict::default();
        for (file, faults) in judged.iter().zip(faults) {
            for fault in faults {
                verdict.faults.push((*file, internal(after[*file].source, &fault)));
                let texts = (self.files[*file].module.source.text(), after[*file].source.text());
                let at = before_edits(texts, &drafts[*file].edits, fault.span.start);
                let refusal = self.program(*file).statement_at(at).map(|stmt| (*file, stmt, wrong(&fault)));
                verdict.refusals.extend(refusal);
            }
        }
        if broken.is_empty() && drafts.len() > 1 {
            let before: Vec<&Module> = self.files.iter().map(|file| &file.module).collect();
            for missing in missing(&before, after) {
                let source = before[missing.module].source;
                verdict.faults.push((missing.module, lost(source, &missing)));
                verdict.refusals.push((missing.module, missing.stmt, taken(source, &missing)));
            }
        }
        verdict
    }

    fn faults(&self, file: usize, after: &Module) -> Vec<Fault> {
        let apart = dictionary::left_places(after.source, &after.ast);
        let old = &self.files[file].module;
        let nothing = BTreeMap::new();
        let handed = self.configs.handed.get(old.source.path()).unwrap_or(&nothing);
        verify(old, after, self.options.target, &apart, handed)
    }

    /// What the new program asks for, against the old one, by a reading that knows nothing of the translation.
    fn prove(&self, after: &[Module]) -> Vec<Proof> {
        let old: Vec<&Module> = self.files.iter().map(|file| &file.module).collect();
        let sites: Vec<&Sites> = self.files.iter().map(|file| &file.sites).collect();
        prove(&old, &sites, &after.iter().collect::<Vec<_>>())
    }

    /// Notes what must stay, and gives the files that this is news for.
    fn refuse(&mut self, refusals: Vec<(usize, StmtId, Stuck)>) -> Vec<usize> {
        let mut stale = Vec::new();
        for (file, stmt, stuck) in refusals {
            let refused = &mut self.refused[file];
            if refused.len() < ROUNDS && !refused.contains_key(&stmt) {
                refused.insert(stmt, stuck);
                stale.push(file);
            }
        }
        stale.sort_unstable();
        stale.dedup();
        stale
    }

    /// The results. Where one file cannot be given out, the others of its program stay as well: they may need it.
    fn finish(&self, drafts: Vec<Draft>, faults: Vec<(usize, Problem)>, proofs: Vec<Proof>) -> Vec<Outcome> {
        let mut problems: Vec<Vec<Problem>> = self.files.iter().map(|_| Vec::new()).collect();
        for (file, draft) in drafts.iter().enumerate() {
            problems[file].extend(draft.problem.clone());
        }
        faults.into_iter().for_each(|(file, problem)| problems[file].push(problem));
        let bad = problems.iter().position(|problems| !problems.is_empty());
        let parts = self.files.iter().zip(drafts).zip(problems);
        let mut outcomes: Vec<Outcome> = parts
            .enumerate()
            .map(|(at, ((file, draft), problems))| self.outcome(at, file, draft, problems, bad))
            .collect();
        if bad.is_none() {
            self.hand_out(proofs, &mut outcomes);
        }
        outcomes
    }

    /// Gives each file what is said of it; what its ledger leaves to a person is not held against the new code.
    fn hand_out(&self, proofs: Vec<Proof>, outcomes: &mut [Outcome]) {
        let mut of_file: HashMap<String, Vec<Proof>> = HashMap::new();
        for proof in proofs {
            let place = proof.before.as_ref().or(proof.after.as_ref());
            let path = place.map_or_else(String::new, |place| place.path.clone());
            of_file.entry(path).or_default().push(proof);
        }
        for (file, outcome) in self.files.iter().zip(outcomes) {
            let left = Left::of(&outcome.entries);
            let own = of_file.remove(file.module.source.path()).unwrap_or_default();
            outcome.proofs = own.into_iter().map(|proof| left.to_a_person(proof)).collect();
        }
    }

    fn outcome(&self, at: usize, file: &File, draft: Draft, mut problems: Vec<Problem>, bad: Option<usize>) -> Outcome {
        let File { module: Module { source, ast, .. }, sites } = file;
        if let Some(bad) = bad.filter(|_| problems.is_empty() && !draft.edits.is_empty()) {
            problems.push(held_back(source, self.files[bad].module.source));
        }
        problems.extend(said::unparsable(source, ast));
        let mut outcome = Outcome { edits: draft.edits, problems, ..Outcome::default() };
        if ast.errors.is_empty() {
            outcome.entries = said::entries(source, sites, &draft.ledger);
            outcome.findings = said::findings(source, sites, &draft.ledger);
            let refused = self.refused[at].iter();
            refused.for_each(|(stmt, stuck)| said::refused(source, ast.stmt(*stmt).span, stuck, &mut outcome));
        }
        outcome
    }
}

/// A fault is a bug of ours.
fn internal(after: &Source, fault: &Fault) -> Problem {
    Problem {
        path: after.path().to_owned(),
        location: Some(after.locate(fault.span.start)),
        message: format!("internal error in the new code: {}", fault.message),
        help: "please report this; the file was left as it is (line and column are those of the new code)".into(),
    }
}

fn wrong(fault: &Fault) -> Stuck {
    let reason = format!("its conversion would not be right: {}", fault.message);
    Stuck::new(reason, "convert it by hand")
}

fn lost(source: &Source, missing: &Missing) -> Problem {
    Problem {
        path: source.path().to_owned(),
        location: None,
        message: format!("internal error: `{}` is gone, and `{}` takes it from here", missing.name, missing.by),
        help: "please report this; the file was left as it is".into(),
    }
}

/// A comment in the code names the other file as it is seen from this one, wherever the program lies.
fn taken(source: &Source, missing: &Missing) -> Stuck {
    let same = source.path().bytes().zip(missing.by.bytes()).take_while(|(one, other)| one == other).count();
    let folder = missing.by[..same].rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    let reason = format!("`{}` takes `{}` from here", &missing.by[folder..], missing.name);
    Stuck::new(reason, "remove it when the code there has been converted")
}

fn held_back(source: &Source, bad: &Source) -> Problem {
    Problem {
        path: source.path().to_owned(),
        location: None,
        message: format!("`{}` is of the same program and could not be converted", bad.path()),
        help: "see the problem there; this file was left as it is".into(),
    }
}
