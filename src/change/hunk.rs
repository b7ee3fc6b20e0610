//! Hunks of two patches of one file that find their places whichever of them was applied before.
//!
//! git looks for the old lines of a hunk, context included, from where they should be outwards, and takes the nearest
//! place. So no hunk may have a line in its context that the other patch changes, and its old lines must be found once.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Lines of context around a change, where nothing speaks against it.
const CONTEXT: usize = 3;

/// Lines that are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// Lines that are replaced, with their context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub replaced: Vec<Replaced>,
}

/// The lines of a file, with their endings.
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

/// The hunks that make one file of another, and those that make a third one: each apply with and without the others, and
/// all of them give `both`. Nothing if there are no such hunks.
pub(super) fn apart(before: &[u8], one: &[u8], other: &[u8], both: &[u8]) -> Option<[Vec<Hunk>; 2]> {
    let (old, ones, others) = (split(before), split(one), split(other));
    let (to_one, to_other) = (replaced(&old, &ones), replaced(&old, &others));
    if merged(&old, &[(&to_one, &ones), (&to_other, &others)])? != both {
        return None;
    }
    Some([hunks(&old, &to_one, &to_other, &others)?, hunks(&old, &to_other, &to_one, &ones)?])
}

fn replaced(old: &[&[u8]], new: &[&[u8]]) -> Vec<Replaced> {
    let mut found: Vec<Replaced> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new).iter().filter(|op| op.tag() != DiffTag::Equal) {
        match found.last_mut().filter(|last| last.old.end == op.old_range().start) {
            Some(last) => (last.old.end, last.new.end) = (op.old_range().end, op.new_range().end),
            None => found.push(Replaced { old: op.old_range(), new: op.new_range() }),
        }
    }
    found
}

/// The file with the lines of both replaced; nothing where no line is left between two.
fn merged(old: &[&[u8]], sides: &[(&Vec<Replaced>, &Vec<&[u8]>)]) -> Option<Vec<u8>> {
    let mut all: Vec<(&Replaced, usize)> =
        sides.iter().enumerate().flat_map(|(side, (replaced, _))| replaced.iter().map(move |r| (r, side))).collect();
    all.sort_by_key(|(replaced, _)| (replaced.old.start, replaced.old.end));
    if all.windows(2).any(|pair| pair[0].1 != pair[1].1 && pair[0].0.old.end >= pair[1].0.old.start) {
        return None;
    }
    let (mut out, mut at) = (Vec::new(), 0);
    for (replaced, side) in all {
        out.extend(old[at..replaced.old.start].concat());
        out.extend(sides[side].1[replaced.new.clone()].concat());
        at = replaced.old.end;
    }
    out.extend(old[at..].concat());
    Some(out)
}

/// The hunks of one patch, with as much context as they need beside the other patch.
fn hunks(old: &[&[u8]], own: &[Replaced], other: &[Replaced], others: &[&[u8]]) -> Option<Vec<Hunk>> {
    let mut context = CONTEXT;
    loop {
        let hunks = with_context(old.len(), own, other, context);
        let is_found_once = |hunk: &Hunk| {
            let lines = &old[hunk.old.clone()];
            count(old, lines) == 1 && count(others, lines) == 1
        };
        if other.is_empty() || hunks.iter().all(is_found_once) {
            return Some(hunks);
        }
        if context > old.len() {
            return None;
        }
        context *= 2;
    }
}

/// How often lines stand in a file.
fn count(all: &[&[u8]], lines: &[&[u8]]) -> usize {
    if lines.is_empty() { 0 } else { all.windows(lines.len()).filter(|window| *window == lines).count() }
}

fn with_context(length: usize, own: &[Replaced], other: &[Replaced], context: usize) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for replaced in own {
        let Range { start, end } = replaced.old.clone();
        let above = other.iter().filter(|o| o.old.end <= start).map(|o| o.old.end).max();
        let below = other.iter().filter(|o| o.old.start >= end).map(|o| o.old.start).min();
        // A hunk that begins with the first line must stay at the top, and the other patch may put lines there.
        let top = usize::from(above == Some(0));
        let first = start.saturating_sub(context).max(above.unwrap_or(0)).max(top);
        let last = (end + context).min(below.unwrap_or(length)).min(length);
        match hunks.last_mut().filter(|hunk| hunk.old.end >= first && above.is_none_or(|o| o < hunk.old.end)) {
            Some(hunk) => {
                hunk.new.end = replaced.new.end + (last - end);
                hunk.old.end = last;
                hunk.replaced.push(replaced.clone());
            }
            None => {
                let new = replaced.new.start - (start - first)..replaced.new.end + (last - end);
                hunks.push(Hunk { old: first..last, new, replaced: vec![replaced.clone()] });
            }
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[&str]) -> Vec<u8> {
        lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
    }

    #[test]
    fn one_line_between_two_patches_is_enough_and_is_the_context_of_both() {
        let [before, one, other, both] =
            [text(&["a", "b", "c"]), text(&["A", "b", "c"]), text(&["a", "b", "C"]), text(&["A", "b", "C"])];
        let [ones, others] = apart(&before, &one, &other, &both).unwrap();
        assert_eq!((&ones[0].old, &others[0].old), (&(0..2), &(1..3)));
    }

    #[test]
    fn neighbouring_lines_do_not_come_apart() {
        let [before, one, other, both] = [text(&["a", "b"]), text(&["A", "b"]), text(&["a", "B"]), text(&["A", "B"])];
        assert_eq!(apart(&before, &one, &other, &both), None);
    }

    #[test]
    fn what_stands_twice_gets_more_context() {
        let lines = ["x", "1", "1", "1", "pass", "1", "1", "1", "pass", "1", "1", "1", "y"];
        let mut one = lines;
        one[8] = "go";
        let other = [&["new"], &lines[..]].concat();
        let both = [&["new"], &one[..]].concat();
        let found = apart(&text(&lines), &text(&one), &text(&other), &text(&both)).unwrap();
        assert!(found[0][0].old.len() > 7, "{:?}", found[0]);
    }
}
