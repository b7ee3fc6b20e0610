//! Conversion and check of programs: the stages one after the other. Pure: sources in, results out.
//!
//! Files that import each other are one program, and are converted together; programs are converted in parallel.

mod beside;
mod config;
mod dictionary;
mod embedded;
mod handed;
mod left;
mod plan;
mod program;
mod readers;
mod said;
mod written;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;

pub use plan::{Plan, Planned, plan};

use crate::command::{ConfigFile, Configs, Origin};
pub use crate::concept::JobForm;
use crate::config::FileKind;
use crate::estate;
use crate::find::File;
use crate::finding::{self, Spot, Told};
use crate::manifest;
use crate::report::{Converted, Entry, Finding, Found, Made, Problem, Proof};
use crate::resolve::{Module, Tree, programs};
use crate::sdk::Target;
use crate::source::Source;
use crate::text::Edit;
pub use config::{ConfigFiles, config_files};

/// What a conversion aims at.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub target: Target,
    /// How v1 jobs are written; `None`: as estimators, or as `ScriptRunConfig` in a program where that leaves less to a
    /// person. v2 has one form.
    pub job_form: Option<JobForm>,
    /// Whether sizes of virtual machines that are retired are replaced.
    pub upgrade_vm_sizes: bool,
}

impl Options {
    /// The job form for what stands apart from programs.
    fn form(&self) -> JobForm {
        self.job_form.unwrap_or_default()
    }
}

/// What is left of Batch AI in a file.
#[derive(Debug)]
pub struct Checked {
    pub path: PathBuf,
    pub findings: Vec<Found>,
    /// How many more its comments suppress.
    pub suppressed: usize,
    pub problems: Vec<Problem>,
}

/// Converts the files of a run, in the order in which they are given.
pub fn convert(sources: Vec<Source>, options: &Options) -> Vec<Converted> {
    results(&sources, options)
}

/// The same for who needs the sources afterwards.
pub fn results(sources: &[Source], options: &Options) -> Vec<Converted> {
    let readers = readers::readers(sources);
    let configs = configs(sources, &readers, options);
    let mut all = each_program(sources, |tree, files, sources| {
        let files_of_program = of_run(tree, files, sources, &configs);
        let outcomes = of_program(&files_of_program, tree, files, options, &configs);
        sources.iter().zip(outcomes).map(|(source, outcome)| converted(source, outcome)).collect()
    });
    for (file, kept) in kept(sources, &readers, options) {
        all[file] = kept;
    }
    all
}

/// The configuration files of a run that stay as they are, because a program of it reads them.
fn kept(sources: &[Source], readers: &BTreeMap<usize, &Source>, options: &Options) -> Vec<(usize, Converted)> {
    let kept = |(file, reader): (&usize, &&Source)| {
        let outcome = config::kept(&sources[*file], reader.path(), options);
        (*file, converted(&sources[*file], outcome.unwrap_or_default()))
    };
    readers.iter().map(kept).collect()
}

/// What the configuration files of a run become, for the command lines that name them.
fn configs(sources: &[Source], readers: &BTreeMap<usize, &Source>, options: &Options) -> Configs {
    let file = |(at, source): (usize, &Source)| {
        if config::unreadable(source).is_some() {
            let path = source.path().to_owned();
            return Some(ConfigFile::kept(path, FileKind::Job, Origin::File, "it cannot be read"));
        }
        let exports = handed::wanted(source, sources);
        let ConfigFiles { kind, files, mounts } = config_files(source, options, &exports)?;
        let becomes = match readers.get(&at) {
            Some(reader) => Err(format!("`{}` reads it", reader.path().rsplit('/').next().unwrap_or_default())),
            None if files.is_empty() => Err("it is left to a person".into()),
            None => Ok(files),
        };
        Some(ConfigFile { path: source.path().to_owned(), kind, becomes, origin: Origin::File, exports, mounts })
    };
    let files: Vec<ConfigFile> = sources.iter().enumerate().filter_map(file).collect();
    let handed = handed::handed(sources, &files);
    Configs { files, handed }
}

/// Finds what the files of a run use of Batch AI, and with `second_hop` of the first SDK of Azure ML.
pub fn check(sources: Vec<Source>, second_hop: bool) -> Vec<Checked> {
    let handed = handed::handed(&sources, &[]);
    each_program(&sources, |tree, files, sources| {
        let mut files = File::all(Module::all(tree, files, sources));
        for file in &mut files {
            if let Some(handed) = handed.get(file.module.source.path()) {
                file.sites.leave_out(&[], handed);
            }
        }
        files.iter().map(|file| checked(file, second_hop)).collect()
    })
}

/// What becomes of a source, before its bytes are written.
#[derive(Default)]
struct Outcome {
    edits: Vec<Edit>,
    entries: Vec<Entry>,
    findings: Vec<Finding>,
    proofs: Vec<Proof>,
    problems: Vec<Problem>,
    /// The form of its jobs, where it is not that of the guide and nobody asked for it.
    job_form: Option<&'static str>,
    /// Files that come to stand beside it.
    made: Vec<Made>,
    /// Whether the file goes.
    is_removed: bool,
}

impl Outcome {
    fn extend(&mut self, other: Outcome) {
        self.edits.extend(other.edits);
        self.entries.extend(other.entries);
        self.findings.extend(other.findings);
        self.problems.extend(other.problems);
        self.made.extend(other.made);
        self.is_removed |= other.is_removed;
    }
}

fn converted(source: &Source, mut outcome: Outcome) -> Converted {
    let mut after = source.bytes().to_vec();
    if outcome.problems.is_empty() {
        match source.apply(&outcome.edits) {
            Ok(bytes) => after = bytes,
            Err(problem) => outcome.problems.push(problem),
        }
    }
    let Outcome { entries, findings, proofs, problems, job_form, made, is_removed, .. } = outcome;
    if is_removed && problems.is_empty() {
        after.clear();
    }
    let (path, before) = (source.path().into(), source.bytes().to_vec());
    Converted { path, before, after, made, is_removed, job_form, entries, findings, proofs, problems }
}

/// What becomes of a file by itself.
fn outcome(source: &Source, options: &Options) -> Outcome {
    let tree = Tree::new([source.path()].into_iter());
    outcomes(&tree, &[0], &[source], options).pop().unwrap_or_default()
}

fn outcomes(tree: &Tree, numbers: &[usize], sources: &[&Source], options: &Options) -> Vec<Outcome> {
    let configs = Configs::default();
    of_program(&of_run(tree, numbers, sources, &configs), tree, numbers, options, &configs)
}

/// What becomes of the files of a program, of the files that each writes, and of what stands beside it.
fn of_program(files: &[File], tree: &Tree, numbers: &[usize], options: &Options, configs: &Configs) -> Vec<Outcome> {
    let outcomes = program::convert(files, tree, numbers, options, configs);
    files.iter().zip(outcomes).map(|(file, outcome)| with_beside(file, outcome, options, configs)).collect()
}

/// The files of a program, without the variables in dictionaries that are converted as configurations, and those that other
/// files set.
fn of_run<'a>(tree: &Tree, numbers: &[usize], sources: &[&'a Source], configs: &Configs) -> Vec<File<'a>> {
    let nothing = BTreeMap::new();
    let mut files = File::all(Module::all(tree, numbers, sources));
    for file in &mut files {
        let places = dictionary::places(file);
        let handed = configs.handed.get(file.module.source.path()).unwrap_or(&nothing);
        file.sites.leave_out(&places, handed);
    }
    files
}

fn with_beside(file: &File, mut outcome: Outcome, options: &Options, configs: &Configs) -> Outcome {
    let Module { source, ast, .. } = &file.module;
    if !ast.errors.is_empty() {
        return outcome;
    }
    manifest::written(source).iter().for_each(|file| outcome.extend(beside::written(source, file, options)));
    let mut held = embedded::convert(source, ast, options);
    dictionary::convert(source, ast, options, &dictionary::places(file), &mut held);
    let embedded::Outcome { edits, entries, findings, problems, files, places, named } = held;
    let mut configs = configs.clone();
    // What a file writes takes the place of what stands there before it runs.
    configs.files.retain(|config| files.iter().all(|file| file.path != config.path));
    configs.files.extend(files);
    let commands = beside::commands(source, ast, options, &configs);
    let is_free = |edit: &Edit| !commands.edits.iter().any(|other| other.span.overlaps(edit.span));
    let named: Vec<Edit> = named.into_iter().filter(is_free).collect();
    outcome.edits.extend(named);
    outcome.extend(commands);
    outcome.extend(Outcome { edits, entries, findings, problems, ..Outcome::default() });
    outcome.extend(beside::handed(file, &configs));
    let is_used = !outcome.entries.is_empty();
    outcome.extend(beside::beside(source, ast, options, is_used, &places));
    let other = beside::other(source, &outcome.edits, options, &configs);
    outcome.extend(other);
    outcome.entries.sort_by_key(|entry| entry.span.start);
    outcome.findings.sort_by(|one, other| one.location.cmp(&other.location));
    outcome
}

/// Does some work for every program, given the numbers of its files, and gives the results by file.
fn each_program<T, F>(sources: &[Source], work: F) -> Vec<T>
where
    T: Send,
    F: Fn(&Tree, &[usize], &[&Source]) -> Vec<T> + Sync,
{
    let done = by_program(sources, work);
    let done = done.into_iter().flat_map(|(files, results)| files.into_iter().zip(results));
    let mut done: Vec<(usize, T)> = done.collect();
    done.sort_by_key(|(file, _)| *file);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does some work for every program, given the numbers of its files, and gives those with the results.
fn by_program<T, F>(sources: &[Source], work: F) -> Vec<(Vec<usize>, T)>
where
    T: Send,
    F: Fn(&Tree, &[usize], &[&Source]) -> T + Sync,
{
    let tree = Tree::new(sources.iter().map(Source::path));
    let done = programs(&tree, sources).into_par_iter().map(|files| {
        let own: Vec<&Source> = files.iter().map(|file| &sources[*file]).collect();
        let results = work(&tree, &files, &own);
        (files, results)
    });
    done.collect()
}

fn checked(file: &File, second_hop: bool) -> Checked {
    let Module { source, ast, .. } = &file.module;
    let mut problems: Vec<Problem> = said::unparsable(source, ast).into_iter().collect();
    let mut spots: Vec<Spot> = file.sites.iter().map(|(_, site)| said::found(site)).collect();
    let (more, wrong) = beside::check(source, ast, !spots.is_empty());
    spots.extend(more);
    problems.extend(wrong);
    let (uses, comments) = estate::uses(source);
    // A requirement is found by its place in the list as well as by its name.
    let is_new = |new: &Spot| !spots.iter().any(|old| old.code == new.code && old.span.overlaps(new.span));
    let uses: Vec<Spot> = uses.iter().filter_map(said::stands).filter(is_new).collect();
    spots.extend(uses);
    if second_hop {
        spots.extend(estate::second_hop(source, ast).iter().map(|used| Spot::new(&used.symbol, &used.name, used.span)));
    }
    let comments = match estate::language(source) {
        Some(_) => comments,
        None => ast.comments.iter().copied().chain(manifest::comments(source, ast)).collect(),
    };
    let Told { findings, suppressed } = finding::tell(source, ast, &comments, spots);
    Checked { path: source.path().into(), findings, suppressed, problems }
}
