//! Pieces: what a person decides on, one by one. A piece is a run of lines of one file, with the changes that it is a
//! part of; there is an unchanged line between two of them.
//!
//! A change is whole only with all of its pieces. So a piece that is left out takes with it what is of the same change
//! and what needs that change: [`Web::taken`] says what remains.

use std::collections::BTreeSet;
use std::ops::Range;

use super::sort::{is_sound, lines};
use super::{Change, Draft, split};
use crate::report::{Entry, Fate};
use crate::source::Source;
use crate::text::Edit;

/// Lines of a file that become others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub file: usize,
    /// The lines of the old file, from 0; none where lines only come in.
    pub lines: Range<usize>,
    /// What stands there afterwards.
    pub text: Vec<u8>,
    /// The changes that it is a part of.
    pub changes: BTreeSet<usize>,
    /// The entries of the ledger of its file that stand in its lines.
    pub entries: Vec<usize>,
    /// The least certain fate among these.
    pub fate: Fate,
}

/// The pieces of a run, by file and place. `entries` is the ledger of each file.
pub fn pieces(drafts: &[Draft], entries: &[&[Entry]], changes: &[Change]) -> Vec<Piece> {
    let mut all = Vec::new();
    for (file, draft) in drafts.iter().enumerate() {
        let mut owners = vec![None; draft.edits.len()];
        for (at, change) in changes.iter().enumerate() {
            change.edits.iter().filter(|item| item.file == file).for_each(|item| owners[item.index] = Some(at));
        }
        let mut of_file = in_file(file, draft, &owners);
        of_file.iter_mut().for_each(|piece| piece.account(draft.source, entries[file]));
        all.extend(of_file);
    }
    all
}

fn in_file(file: usize, draft: &Draft, owners: &[Option<usize>]) -> Vec<Piece> {
    if draft.edits.is_empty() || draft.source.bytes() == draft.after {
        return Vec::new();
    }
    let runs = runs(draft);
    let found: Option<Vec<Piece>> =
        runs.iter().map(|(lines, edits)| piece(file, draft, lines, edits, owners)).collect();
    let whole = || {
        let lines = 0..split(draft.source.bytes()).len();
        let changes = owners.iter().flatten().copied().collect();
        vec![Piece { file, lines, text: draft.after.to_vec(), changes, entries: Vec::new(), fate: Fate::Exact }]
    };
    found.filter(|found| fits(draft, found)).unwrap_or_else(whole)
}

/// Runs of changed lines, each with the edits in it.
fn runs(draft: &Draft) -> Vec<(Range<usize>, Vec<usize>)> {
    let places = draft.edits.iter().map(|edit| lines(draft.source, edit));
    let mut edits: Vec<((usize, usize), usize)> = places.zip(0..).collect();
    edits.sort_unstable();
    let mut runs: Vec<(Range<usize>, Vec<usize>)> = Vec::new();
    for ((start, end), edit) in edits {
        match runs.last_mut().filter(|(run, _)| start <= run.end) {
            Some((run, of_run)) => {
                run.end = run.end.max(end);
                of_run.push(edit);
            }
            None => runs.push((start..end, vec![edit])),
        }
    }
    runs
}

/// The piece of some edits; nothing if they change lines outside of it.
fn piece(file: usize, draft: &Draft, lines: &Range<usize>, edits: &[usize], owners: &[Option<usize>]) -> Option<Piece> {
    let mut order = edits.to_vec();
    order.sort_unstable();
    let own: Vec<Edit> = order.iter().map(|edit| draft.edits[*edit].clone()).collect();
    let after = draft.source.apply(&own).ok()?;
    let old = split(draft.source.bytes());
    let end = lines.end.min(old.len());
    let (above, below) = (old.get(..lines.start)?.concat(), old.get(end..)?.concat());
    let text = after.strip_prefix(above.as_slice())?.strip_suffix(below.as_slice())?.to_vec();
    let changes = edits.iter().filter_map(|edit| owners[*edit]).collect();
    Some(Piece { file, lines: lines.start..end, text, changes, entries: Vec::new(), fate: Fate::Exact })
}

/// Whether the pieces make up the new file, and each is sound without the others.
fn fits(draft: &Draft, pieces: &[Piece]) -> bool {
    let all: Vec<(&Piece, &[u8])> = pieces.iter().map(|piece| (piece, piece.text.as_slice())).collect();
    compose(draft.source.bytes(), &all) == draft.after
        && all.iter().all(|one| is_sound(draft.source, &compose(draft.source.bytes(), std::slice::from_ref(one))))
}

/// A file with some pieces of it, in order, each with its new text.
pub fn compose(before: &[u8], pieces: &[(&Piece, &[u8])]) -> Vec<u8> {
    let old = split(before);
    let (mut out, mut at) = (Vec::with_capacity(before.len()), 0);
    for (piece, text) in pieces {
        out.extend(old[at..piece.lines.start].concat());
        out.extend_from_slice(text);
        at = piece.lines.end;
    }
    out.extend(old[at..].concat());
    out
}

impl Piece {
    /// Finds the entries that it answers for.
    fn account(&mut self, source: &Source, entries: &[Entry]) {
        let own = self.lines.start..self.lines.end.max(self.lines.start + 1);
        let is_here = |at: usize| own.contains(&(source.file_line(at) - 1));
        let here = entries.iter().enumerate();
        let here = here.filter(|(_, entry)| is_here(entry.span.start) || is_here(entry.site.start));
        self.entries = here.map(|(index, _)| index).collect();
        self.fate = self.entries.iter().map(|index| entries[*index].fate).max().unwrap_or(Fate::Exact);
    }
}

/// What depends on what, among pieces and changes.
pub struct Web {
    pieces: Vec<BTreeSet<usize>>,
    /// By change.
    needs: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
    pieces_of: Vec<Vec<usize>>,
    /// By change: whether only others need it.
    is_addition: Vec<bool>,
}

impl Web {
    pub fn new(pieces: &[Piece], changes: &[Change]) -> Self {
        let (mut needed_by, mut pieces_of) = (vec![Vec::new(); changes.len()], vec![Vec::new(); changes.len()]);
        for (at, change) in changes.iter().enumerate() {
            change.needs.iter().for_each(|other| needed_by[*other].push(at));
        }
        for (at, piece) in pieces.iter().enumerate() {
            piece.changes.iter().for_each(|change| pieces_of[*change].push(at));
        }
        let is_addition = changes.iter().map(|change| change.entries.is_empty()).collect();
        let needs = changes.iter().map(|change| change.needs.clone()).collect();
        Web {
            pieces: pieces.iter().map(|piece| piece.changes.clone()).collect(),
            needs,
            needed_by,
            pieces_of,
            is_addition,
        }
    }

    /// Which of the accepted pieces remain: those of whole changes, whose needs are met too. What only others need goes
    /// with the last of them.
    pub fn taken(&self, is_accepted: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut stays = vec![true; self.pieces.len()];
        let mut out = vec![false; self.needs.len()];
        let mut open: Vec<usize> = (0..self.pieces.len()).filter(|at| !is_accepted(*at)).collect();
        while let Some(piece) = open.pop() {
            if std::mem::replace(&mut stays[piece], false) {
                self.pieces[piece].iter().for_each(|change| self.leave_out(*change, &mut out, &mut open));
            }
        }
        stays
    }

    fn leave_out(&self, change: usize, out: &mut [bool], open: &mut Vec<usize>) {
        let mut changes = vec![change];
        while let Some(change) = changes.pop() {
            if std::mem::replace(&mut out[change], true) {
                continue;
            }
            open.extend(&self.pieces_of[change]);
            changes.extend(&self.needed_by[change]);
            let is_idle = |at: &usize| self.is_addition[*at] && self.needed_by[*at].iter().all(|by| out[*by]);
            changes.extend(self.needs[change].iter().copied().filter(is_idle));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Item;

    fn piece(changes: &[usize]) -> Piece {
        let changes = changes.iter().copied().collect();
        Piece { file: 0, lines: 0..1, text: Vec::new(), changes, entries: Vec::new(), fate: Fate::Exact }
    }

    fn change(needs: &[usize], has_entries: bool) -> Change {
        let entries = if has_entries { vec![Item { file: 0, index: 0 }] } else { Vec::new() };
        Change { fate: Fate::Exact, edits: Vec::new(), entries, needs: needs.to_vec() }
    }

    fn without(pieces: &[Piece], changes: &[Change], left_out: usize) -> Vec<bool> {
        Web::new(pieces, changes).taken(|at| at != left_out)
    }

    #[test]
    fn all_pieces_of_a_change_go_together() {
        let pieces = [piece(&[0]), piece(&[1]), piece(&[0])];
        let changes = [change(&[], true), change(&[], true)];
        assert_eq!(Web::new(&pieces, &changes).taken(|_| true), [true, true, true]);
        assert_eq!(without(&pieces, &changes, 2), [false, true, false]);
        assert_eq!(without(&pieces, &changes, 1), [true, false, true]);
    }

    #[test]
    fn what_needs_a_piece_goes_with_it_and_not_the_other_way_round() {
        let pieces = [piece(&[0]), piece(&[1])];
        let changes = [change(&[1], true), change(&[], true)];
        assert_eq!(without(&pieces, &changes, 1), [false, false]);
        assert_eq!(without(&pieces, &changes, 0), [false, true]);
    }

    #[test]
    fn an_addition_that_nothing_needs_any_more_goes_too() {
        let pieces = [piece(&[0]), piece(&[1]), piece(&[2])];
        let changes = [change(&[1], true), change(&[], false), change(&[1], true)];
        assert_eq!(without(&pieces, &changes, 0), [false, true, true]);
        assert_eq!(Web::new(&pieces, &changes).taken(|at| at == 1), [false, false, false]);
    }

    #[test]
    fn a_piece_of_two_changes_holds_them_together() {
        let pieces = [piece(&[0]), piece(&[0, 1]), piece(&[1])];
        let changes = [change(&[], true), change(&[], true)];
        assert_eq!(without(&pieces, &changes, 2), [false, false, false]);
    }
}
