//! What a run found and made, counted and put in order for a report: how much converts, how long the rest is taken to
//! take, where it is, each place with what became of it, and the diffs that belong to them.
//!
//! Pure: it reads what the conversion gives, and a repository is a name that somebody else found. It does not print.

mod effort;
mod item;
mod totals;
mod view;

use std::collections::BTreeMap;

use serde::Serialize;

pub use effort::{Estimate, Share};
pub use item::Item;
pub use totals::Totals;
pub use view::{Hunk, Run, View, What};

use crate::concept;
use crate::report::{Converted, Fate, Problem, Verdict};
use crate::sdk::Target;
use crate::source::Source;

/// What a run was given, and what came of it.
pub struct Material<'a> {
    /// The SDK that is written for.
    pub target: Target,
    /// How jobs are written, where the target knows more than one way.
    pub job_form: Option<&'static str>,
    /// Number of files that were read, with and without Batch AI.
    pub read: usize,
    /// The files that can use Batch AI.
    pub sources: &'a [Source],
    /// What became of each.
    pub converted: &'a [Converted],
    /// The name of the repository of each.
    pub repositories: &'a [String],
    /// What could not be read.
    pub problems: &'a [Problem],
}

/// All that a report tells.
#[derive(Debug)]
pub struct Survey {
    pub target: Target,
    pub job_form: Option<&'static str>,
    /// Number of files that were read.
    pub read: usize,
    /// Number of files that change, or that others are made from.
    pub changed: usize,
    /// The places by what became of them.
    pub places: Totals,
    /// The entries of the ledger: each symbol, argument, attribute and variable.
    pub uses: Totals,
    /// What an independent reading says of the fields that old and new code ask for; in the order of [`Verdict::ALL`].
    pub verdicts: Vec<(Verdict, usize)>,
    pub estimate: Estimate,
    pub repositories: Vec<Part>,
    /// By path.
    pub folders: Vec<Part>,
    /// All areas of the concept table, by number.
    pub areas: Vec<Part>,
    /// By file and place.
    pub items: Vec<Item>,
    /// The files that use Batch AI, by path.
    pub files: Vec<File>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// What a part of the run has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    pub name: String,
    /// Number of files with Batch AI.
    pub files: usize,
    pub places: Totals,
    /// What a person is taken to need for its places.
    pub minutes: usize,
}

/// A file that uses Batch AI, or that changes with one.
#[derive(Debug)]
pub struct File {
    pub path: String,
    /// The number of its repository.
    pub repository: usize,
    /// The number of its folder.
    pub folder: usize,
    pub places: Totals,
    /// What a person is taken to need for its places.
    pub minutes: usize,
    /// Its diff; empty where it stays as it is.
    pub views: Vec<View>,
}

impl File {
    /// How many lines come.
    pub fn added(&self) -> usize {
        self.runs().map(|run| run.new.len()).sum()
    }

    /// How many lines go.
    pub fn removed(&self) -> usize {
        self.runs().map(|run| run.old.len()).sum()
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        let hunks = self.views.iter().flat_map(|view| &view.hunks);
        hunks.flat_map(|hunk| &hunk.runs).filter(|run| !run.is_equal)
    }
}

impl Survey {
    /// Looks over a run.
    pub fn of(material: &Material<'_>) -> Survey {
        let mut all = Collected::default();
        let runs = material.sources.iter().zip(material.converted).zip(material.repositories);
        runs.for_each(|((source, converted), repository)| all.add(source, converted, repository));
        let Collected { repositories, folders, mut files, mut items, uses } = all;
        let lines = files.iter().map(|file| file.added() + file.removed()).sum();
        let estimate = effort::estimate(&mut items, lines);
        let changed = files.iter().filter(|file| !file.views.is_empty()).count();
        let mut survey = Survey {
            target: material.target,
            job_form: material.job_form,
            read: material.read,
            changed,
            places: Totals::default(),
            uses,
            verdicts: verdicts(material.converted),
            estimate,
            repositories: named(repositories),
            folders: named(folders),
            areas: concept::areas().iter().map(|area| Part { name: area.name.clone(), ..Part::default() }).collect(),
            problems: problems(material),
            files: Vec::new(),
            items,
        };
        survey.count(&mut files);
        survey.files = files;
        survey
    }

    fn count(&mut self, files: &mut [File]) {
        let mut areas_of: Vec<Vec<bool>> = vec![vec![false; self.areas.len()]; files.len()];
        for item in &self.items {
            let file = &mut files[item.file];
            self.places.add(item.fate, item.places);
            file.places.add(item.fate, item.places);
            file.minutes += item.minutes;
            areas_of[item.file][item.area] = true;
            let area = &mut self.areas[item.area];
            area.places.add(item.fate, item.places);
            area.minutes += item.minutes;
        }
        for (file, areas) in files.iter().zip(areas_of).filter(|(file, _)| file.places.all() > 0) {
            for part in [&mut self.repositories[file.repository], &mut self.folders[file.folder]] {
                part.files += 1;
                part.minutes += file.minutes;
                Fate::ALL.iter().for_each(|fate| part.places.add(*fate, file.places.get(*fate)));
            }
            let has = areas.iter().zip(&mut self.areas).filter(|(has, _)| **has);
            has.for_each(|(_, area)| area.files += 1);
        }
    }

    /// The number of files that use Batch AI.
    pub fn using(&self) -> usize {
        self.files.iter().filter(|file| file.places.all() > 0).count()
    }

    /// What is left to a person of this fate, by file and place.
    pub fn todo(&self, fate: Fate) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.fate == fate)
    }

    /// The file of an item.
    pub fn file(&self, item: &Item) -> &File {
        &self.files[item.file]
    }
}

/// What was seen of a run so far.
#[derive(Default)]
struct Collected {
    /// Names, each with its number.
    repositories: BTreeMap<String, usize>,
    folders: BTreeMap<String, usize>,
    files: Vec<File>,
    items: Vec<Item>,
    uses: Totals,
}

impl Collected {
    fn add(&mut self, source: &Source, converted: &Converted, repository: &str) {
        converted.entries.iter().for_each(|entry| self.uses.add(entry.fate, 1));
        let (mut views, mask) = view::of_file(source, converted);
        if views.is_empty() && converted.entries.is_empty() && converted.findings.is_empty() {
            return;
        }
        let repository = number(&mut self.repositories, repository);
        let folder = source.path().rsplit_once('/').map_or(".", |(folder, _)| folder);
        let folder = number(&mut self.folders, folder);
        let mut items = item::of_file(source, converted, &mask, self.files.len(), repository);
        let first = self.items.len();
        items.iter_mut().enumerate().for_each(|(at, item)| place(&mut views, item, first + at));
        self.items.extend(items);
        let path = source.path().to_owned();
        self.files.push(File { path, repository, folder, places: Totals::default(), minutes: 0, views });
    }
}

/// Finds the hunk in which an item stands: the first one that has a changed line of it, or else that shows one.
fn place(views: &mut [View], item: &mut Item, number: usize) {
    let lines = item.location.line - 1..item.end_line;
    let meets = |other: &std::ops::Range<usize>| lines.start < other.end && other.start < lines.end;
    let is_its = |what: &What| match what {
        What::Cell(index) => item.location.cell == Some(*index),
        What::File | What::Removed => true,
        What::Made(_) => false,
    };
    let its = || views.iter().enumerate().filter(|(_, view)| is_its(&view.what));
    let hunks = || its().flat_map(|(at, view)| view.hunks.iter().enumerate().map(move |(hunk, of)| (at, hunk, of)));
    let changes = |hunk: &Hunk| hunk.runs.iter().any(|run| !run.is_equal && meets(&run.old));
    let found =
        hunks().find(|(.., hunk)| changes(hunk)).or_else(|| hunks().find(|(.., hunk)| meets(&hunk.old_lines())));
    item.hunk = found.map(|(view, hunk, _)| (view, hunk));
    if let Some((view, hunk)) = item.hunk {
        views[view].hunks[hunk].items.push(number);
    }
}

fn number(names: &mut BTreeMap<String, usize>, name: &str) -> usize {
    let next = names.len();
    *names.entry(name.to_owned()).or_insert(next)
}

/// Parts without anything in them, by number.
fn named(names: BTreeMap<String, usize>) -> Vec<Part> {
    let mut names: Vec<(String, usize)> = names.into_iter().collect();
    names.sort_by_key(|(_, number)| *number);
    names.into_iter().map(|(name, _)| Part { name, ..Part::default() }).collect()
}

/// How many fields of the new code got which verdict.
fn verdicts(converted: &[Converted]) -> Vec<(Verdict, usize)> {
    let of = |verdict: &Verdict| {
        converted.iter().flat_map(|file| &file.proofs).filter(|proof| proof.verdict == *verdict).count()
    };
    Verdict::ALL.iter().map(|verdict| (*verdict, of(verdict))).collect()
}

fn problems(material: &Material<'_>) -> Vec<Problem> {
    let of_files = material.converted.iter().flat_map(|file| &file.problems);
    material.problems.iter().chain(of_files).cloned().collect()
}
