//! What a file was and what it becomes, in lines to be shown side by side. There are no secrets in them.
//!
//! A notebook is shown cell by cell, not as the JSON that it is; a file that is made has nothing on its old side.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use crate::finding::Mask;
use crate::report::Converted;
use crate::source::{Kind, Source};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// A part of a file's diff: the file, a cell of a notebook, or a file that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub what: What,
    /// How its lines are written.
    pub kind: Kind,
    /// The lines before, without their endings.
    pub old: Vec<String>,
    /// And afterwards.
    pub new: Vec<String>,
    pub hunks: Vec<Hunk>,
}

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The file itself.
    File,
    /// It goes.
    Removed,
    /// A cell, by its index among all cells.
    Cell(usize),
    /// A file that is made, by its path.
    Made(String),
}

/// Changed lines that stand near each other, with context.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hunk {
    pub runs: Vec<Run>,
    /// The items that stand in its old lines, by number.
    pub items: Vec<usize>,
}

/// Lines that are equal, or that take the place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub is_equal: bool,
}

impl Hunk {
    /// The lines that it has on the old side.
    pub fn old_lines(&self) -> Range<usize> {
        let (first, last) = (self.runs.first(), self.runs.last());
        first.map_or(0, |run| run.old.start)..last.map_or(0, |run| run.old.end)
    }

    /// The lines that it has on the new side.
    pub fn new_lines(&self) -> Range<usize> {
        let (first, last) = (self.runs.first(), self.runs.last());
        first.map_or(0, |run| run.new.start)..last.map_or(0, |run| run.new.end)
    }
}

/// The diff of a file that changes, in parts that differ; and what is secret in it.
pub(super) fn of_file(source: &Source, converted: &Converted) -> (Vec<View>, Mask) {
    let is_changed = converted.problems.is_empty() && converted.before != converted.after;
    let after = is_changed.then(|| Source::read(source.path(), converted.after.clone()).ok()).flatten();
    let made = converted.made.iter().filter(|_| converted.problems.is_empty());
    let made = made.filter_map(|new| Source::read(&new.path.to_string_lossy(), new.bytes.clone()).ok());
    let made: Vec<Source> = made.collect();
    let all = [source].into_iter().chain(&after).chain(&made).map(|source| (source.text(), source.kind()));
    let mask = Mask::of(all);
    let mut views = Vec::new();
    match &after {
        Some(_) if converted.is_removed => views.push(view(What::Removed, source.kind(), &mask, source.text(), "")),
        Some(after) if source.kind() == Kind::Notebook => views.extend(cells(source, after, &mask)),
        Some(after) => views.push(view(What::File, source.kind(), &mask, source.text(), after.text())),
        None => {}
    }
    views.extend(made.iter().map(|new| view(What::Made(new.path().into()), new.kind(), &mask, "", new.text())));
    views.retain(|view| !view.hunks.is_empty());
    (views, mask)
}

fn cells(before: &Source, after: &Source, mask: &Mask) -> Vec<View> {
    let (old, new) = (before.cells(), after.cells());
    let pairs = old.iter().zip(&new).filter(|(old, new)| old.text != new.text);
    pairs.map(|(old, new)| view(What::Cell(old.index), Kind::Notebook, mask, old.text, new.text)).collect()
}

fn view(what: What, kind: Kind, mask: &Mask, before: &str, after: &str) -> View {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let hunks = group_diff_ops(ops, CONTEXT).into_iter().map(|group| {
        let run = |op: &similar::DiffOp| {
            let (old, new) = (op.old_range(), op.new_range());
            Run { old, new, is_equal: op.tag() == DiffTag::Equal }
        };
        Hunk { runs: joined(group.iter().map(run)), items: Vec::new() }
    });
    let hunks = hunks.collect();
    let [old, new] = [before, after].map(|text| mask.hide(text, kind).lines().map(str::to_owned).collect());
    View { what, kind, old, new, hunks }
}

/// Runs of changed lines that follow each other are one.
fn joined(runs: impl Iterator<Item = Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        match joined.last_mut().filter(|last| !last.is_equal && !run.is_equal) {
            Some(last) => (last.old.end, last.new.end) = (run.old.end, run.new.end),
            None => joined.push(run),
        }
    }
    joined
}
