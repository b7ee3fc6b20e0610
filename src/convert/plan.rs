//! A conversion in parts: the results of a run with their edits, and the changes that these make up.

use std::collections::BTreeMap;

use super::left::Left;
use super::readers::readers;
use super::{Options, Outcome, by_program, configs, converted, kept, of_program, of_run};
use crate::change::{Change, Draft, Part, Piece, Sorted, changes, pieces};
use crate::command::Configs;
use crate::intent::verify;
use crate::report::{Converted, Entry, Problem, Proof};
use crate::resolve::{Module, Tree};
use crate::source::{Kind, Source};
use crate::text::Edit;

/// A conversion that can be taken in parts.
pub struct Plan {
    /// The files with all of it, in the order in which they were given.
    pub converted: Vec<Converted>,
    /// The same files in parts.
    pub files: Vec<Planned>,
    /// In the order of their places, program by program.
    pub changes: Vec<Change>,
}

/// A file with its edits.
pub struct Planned {
    pub source: Source,
    /// None for a file with a problem.
    pub edits: Vec<Edit>,
}

/// Converts the files of a run, and says which of the edits go together.
pub fn plan(sources: Vec<Source>, options: &Options) -> Plan {
    let readers = readers(&sources);
    let configs = configs(&sources, &readers, options);
    let mut done = by_program(&sources, |tree, numbers, own| of_one(tree, numbers, own, options, &configs));
    done.sort_by_key(|(numbers, _)| numbers.first().copied());
    let mut results: Vec<(usize, (Converted, Vec<Edit>))> = Vec::new();
    let mut changes = Vec::new();
    for (numbers, (of_files, of_program)) in done {
        let first = changes.len();
        changes.extend(of_program.into_iter().map(|change| change.renumbered(&numbers, first)));
        results.extend(numbers.into_iter().zip(of_files));
    }
    results.sort_by_key(|(number, _)| *number);
    for (file, kept) in kept(&sources, &readers, options) {
        results[file].1 = (kept, Vec::new());
    }
    let (converted, edits): (Vec<_>, Vec<_>) = results.into_iter().map(|(_, result)| result).unzip();
    let files = sources.into_iter().zip(edits).map(|(source, edits)| Planned { source, edits });
    Plan { converted, files: files.collect(), changes }
}

impl Plan {
    /// A file with the edits of some changes, by their numbers.
    pub fn with(&self, file: usize, is_chosen: impl Fn(usize) -> bool) -> Result<Vec<u8>, Problem> {
        let Planned { source, edits } = &self.files[file];
        let chosen = self.changes.iter().enumerate().filter(|(number, _)| is_chosen(*number));
        let mut indexes: Vec<usize> = chosen
            .flat_map(|(_, change)| &change.edits)
            .filter(|item| item.file == file)
            .map(|item| item.index)
            .collect();
        indexes.sort_unstable();
        let edits: Vec<Edit> = indexes.into_iter().map(|index| edits[index].clone()).collect();
        source.apply(&edits)
    }

    /// The changes by patch, and the patches.
    pub fn sorted(&self) -> Sorted {
        Sorted::new(&self.drafts(), &self.changes)
    }

    /// What a person can decide on one by one.
    pub fn pieces(&self) -> Vec<Piece> {
        let entries: Vec<&[Entry]> = self.converted.iter().map(|file| file.entries.as_slice()).collect();
        pieces(&self.drafts(), &entries, &self.changes)
    }

    /// What an independent reading says of the old files and these new ones; what the ledger leaves to a person is not
    /// held against them.
    pub fn verdict(&self, after: &[Source]) -> (Vec<Proof>, Vec<Problem>) {
        let programs = self.files.iter().filter(|file| matches!(file.source.kind(), Kind::Script | Kind::Notebook));
        let before = programs.filter_map(|file| Source::read(file.source.path(), file.source.bytes().to_vec()).ok());
        let (proofs, problems) = verify(&before.collect::<Vec<_>>(), after);
        let left =
            self.converted.iter().map(|file| (file.path.to_string_lossy().into_owned(), Left::of(&file.entries)));
        let left: BTreeMap<String, Left> = left.collect();
        let told = |proof: Proof| {
            let path = proof.before.as_ref().map(|place| place.path.as_str()).unwrap_or_default();
            match left.get(path) {
                Some(left) => left.to_a_person(proof),
                None => proof,
            }
        };
        (proofs.into_iter().map(told).collect(), problems)
    }

    fn drafts(&self) -> Vec<Draft<'_>> {
        let drafts = self.files.iter().zip(&self.converted).map(|(Planned { source, edits }, converted)| {
            // A file that goes, goes whole, and is no half of anything.
            let after = if converted.is_removed { source.bytes() } else { converted.after.as_slice() };
            Draft { source, edits, after }
        });
        drafts.collect()
    }
}

type OfProgram = (Vec<(Converted, Vec<Edit>)>, Vec<Change>);

fn of_one(tree: &Tree, numbers: &[usize], sources: &[&Source], options: &Options, configs: &Configs) -> OfProgram {
    let files = of_run(tree, numbers, sources, configs);
    let outcomes = of_program(&files, tree, numbers, options, configs);
    let results: Vec<(Converted, Vec<Edit>)> =
        sources.iter().zip(outcomes).map(|(s, outcome)| result(s, outcome)).collect();
    let after: Vec<Option<Source>> =
        results.iter().map(|(file, _)| Source::read(&file.path.to_string_lossy(), file.after.clone()).ok()).collect();
    let new: Vec<&Source> = after.iter().zip(sources).map(|(new, old)| new.as_ref().unwrap_or(old)).collect();
    let modules = Module::all(tree, numbers, &new);
    let parts = files.iter().zip(&modules).zip(&results).map(|((file, after), (converted, edits))| {
        let entries = if converted.problems.is_empty() { converted.entries.as_slice() } else { &[] };
        Part { before: &file.module, after, edits, entries }
    });
    let parts: Vec<Part> = parts.collect();
    let changes = changes(&parts);
    drop(parts);
    drop(modules);
    (results, changes)
}

/// A result with its edits; none where a problem keeps the file as it is.
fn result(source: &Source, mut outcome: Outcome) -> (Converted, Vec<Edit>) {
    let edits = if outcome.problems.is_empty() { outcome.edits.clone() } else { Vec::new() };
    outcome.edits.clone_from(&edits);
    let converted = converted(source, outcome);
    let edits = if converted.problems.is_empty() { edits } else { Vec::new() };
    (converted, edits)
}
