//! Which patch each change goes into, so that each patch applies alone and both apply in any order.
//!
//! A change goes with what it needs and with what needs it, and with what stands on the same or the next lines: git finds
//! a place by the unchanged lines around it, and of those at least one has to be left between two patches. All of that
//! goes into the patch of the least certain change among it.

use super::groups::Groups;
use super::hunk::{Hunk, apart};
use super::{Change, Item};
use crate::report::Fate;
use crate::source::{Kind, Source};
use crate::syntax;
use crate::text::Edit;

/// The patches, by how far they can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patch {
    /// All of it does the same as before, or is gone safely.
    Safe,
    /// Something in it is to be looked at, or belongs to what is left to a person.
    Review,
}

impl Patch {
    /// Both, in the order of trust.
    pub const ALL: [Patch; 2] = [Patch::Safe, Patch::Review];
}

/// A file with its edits.
pub struct Draft<'a> {
    pub source: &'a Source,
    pub edits: &'a [Edit],
    /// The file with all of them.
    pub after: &'a [u8],
}

/// A file with the edits of one patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    pub file: usize,
    pub after: Vec<u8>,
    pub hunks: Vec<Hunk>,
}

/// Changes by the patch that each goes into.
pub struct Sorted {
    /// By change.
    pub patches: Vec<Patch>,
    /// By patch: the files that it changes.
    pub halves: [Vec<Half>; 2],
}

impl Sorted {
    /// Sorts the changes of a run.
    pub fn new(drafts: &[Draft], changes: &[Change]) -> Sorted {
        let mut groups = Groups::of(changes.len());
        for (at, change) in changes.iter().enumerate() {
            change.needs.iter().for_each(|other| groups.join(at, *other));
        }
        let owners = owners(drafts, changes);
        (0..drafts.len()).for_each(|file| join_near(&drafts[file], &owners[file], &mut groups));
        loop {
            let patches = patches(changes, &mut groups);
            let mut halves = [Vec::new(), Vec::new()];
            let mut entangled = None;
            for (file, draft) in drafts.iter().enumerate() {
                match halved(file, draft, &owners[file], &patches) {
                    Some(of_file) => halves.iter_mut().zip(of_file).for_each(|(all, half)| all.extend(half)),
                    None => entangled = entangled.or(Some(file)),
                }
            }
            let Some(file) = entangled else { return Sorted { patches, halves } };
            let all: Vec<usize> = owners[file].iter().flatten().copied().collect();
            all.windows(2).for_each(|pair| groups.join(pair[0], pair[1]));
        }
    }
}

/// By file and edit: the change that it is of.
fn owners(drafts: &[Draft], changes: &[Change]) -> Vec<Vec<Option<usize>>> {
    let mut owners: Vec<Vec<Option<usize>>> = drafts.iter().map(|draft| vec![None; draft.edits.len()]).collect();
    for (at, change) in changes.iter().enumerate() {
        change.edits.iter().for_each(|Item { file, index }| owners[*file][*index] = Some(at));
    }
    owners
}

/// Joins the changes of a file whose edits have no unchanged line between them.
fn join_near(draft: &Draft, owners: &[Option<usize>], groups: &mut Groups) {
    let edits = draft.edits.iter().zip(owners).filter_map(|(edit, owner)| Some((lines(draft.source, edit), (*owner)?)));
    let mut edits: Vec<((usize, usize), usize)> = edits.collect();
    edits.sort_unstable();
    let mut last: Option<(usize, usize)> = None;
    for ((start, end), owner) in edits {
        match last {
            Some((reach, other)) if start <= reach => groups.join(owner, other),
            _ => {}
        }
        let reach = last.map_or(0, |(reach, _)| reach);
        if last.is_none() || end >= reach {
            last = Some((end, owner));
        }
    }
}

/// The lines of the file that an edit changes, from 0; none where it only puts lines between others.
pub(super) fn lines(source: &Source, edit: &Edit) -> (usize, usize) {
    let (start, end, text) = (edit.span.start, edit.span.end, source.text());
    let line = |at: usize| source.file_line(at) - 1;
    if source.kind() == Kind::Notebook {
        // The last string of a list has no comma behind it, so the one before it changes as well when it goes.
        let is_last = source.cells().iter().any(|cell| end > start && cell.span.end == end);
        let first = line(start).saturating_sub(usize::from(is_last));
        return (first, line(end.max(start + 1) - 1) + 1);
    }
    let puts_lines = start == end && edit.text.ends_with('\n') && (start == 0 || text[..start].ends_with('\n'));
    match start == end {
        true if puts_lines => (line(start), line(start)),
        true => (line(start), line(start) + 1),
        false => (line(start), line(end - 1) + 1),
    }
}

/// The patch of each change: that of the least certain one of its group.
fn patches(changes: &[Change], groups: &mut Groups) -> Vec<Patch> {
    let mut worst = vec![Fate::Exact; changes.len()];
    for (at, change) in changes.iter().enumerate() {
        let group = groups.find(at);
        worst[group] = worst[group].max(change.fate);
    }
    let of_fate = |fate: Fate| if fate <= Fate::Drop { Patch::Safe } else { Patch::Review };
    (0..changes.len()).map(|at| of_fate(worst[groups.find(at)])).collect()
}

/// A file as each patch leaves it, if it changes it; nothing if the two patches of it cannot do without each other.
fn halved(file: usize, draft: &Draft, owners: &[Option<usize>], patches: &[Patch]) -> Option<[Option<Half>; 2]> {
    let before = draft.source.bytes();
    let of = |patch: Patch| {
        let own = draft.edits.iter().zip(owners).filter(|(_, owner)| owner.is_some_and(|at| patches[at] == patch));
        let edits: Vec<Edit> = own.map(|(edit, _)| edit.clone()).collect();
        draft.source.apply(&edits).ok().filter(|bytes| bytes == draft.after || is_sound(draft.source, bytes))
    };
    let [safe, review] = Patch::ALL.map(of);
    let (safe, review) = (safe?, review?);
    let [own, other] = apart(before, &safe, &review, draft.after)?;
    let half = |after: Vec<u8>, hunks: Vec<Hunk>| (!hunks.is_empty()).then_some(Half { file, after, hunks });
    Some([half(safe, own), half(review, other)])
}

/// Whether a file is one that can be read and parsed.
pub(super) fn is_sound(source: &Source, bytes: &[u8]) -> bool {
    let read = Source::read(source.path(), bytes.to_vec());
    read.is_ok_and(|read| syntax::parse(&read).errors.is_empty())
}
