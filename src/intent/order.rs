//! The operations of two intents: those that change something in their order, those that only look by what they look at.

use std::collections::{BTreeMap, HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::compare::{Item, UNSEEN, asks_unseen};
use super::model::{At, Intent, Operation, Told};
use super::table::{Without, table};
use crate::report::Verdict;

/// What differs between what two programs do.
pub(super) fn operations(before: &Intent, after: &Intent, items: &mut Vec<Item>) {
    let changes = |operation: &&Operation| !table().only_reads(&operation.does);
    let old: Vec<&Operation> = before.operations.iter().filter(changes).collect();
    let new: Vec<&Operation> = after.operations.iter().filter(changes).collect();
    in_order(&old, &new, (before, after), items);
    reads(before, after, items);
}

/// Operations that change something, aligned by the longest sequence that both have.
fn in_order(old: &[&Operation], new: &[&Operation], (before, after): (&Intent, &Intent), items: &mut Vec<Item>) {
    let same: HashMap<usize, usize> = common(old, new).collect();
    let used: HashSet<usize> = same.values().copied().collect();
    let mut gone: Vec<&Operation> = Vec::new();
    for (index, operation) in old.iter().enumerate() {
        match same.get(&index) {
            Some(n) => items.push(equal(operation, new[*n])),
            None => gone.push(operation),
        }
    }
    let rest = new.iter().enumerate().filter(|(n, _)| !used.contains(n));
    let mut come: Vec<&Operation> = rest.map(|(_, operation)| *operation).collect();
    let mut brought = Vec::new();
    for operation in gone {
        let moved = come.iter().position(|other| alike(operation, other));
        let lacks = replaced(operation, &come, after);
        let same = || come.iter().position(|other| other.does == operation.does);
        let near = || come.iter().position(|other| table().is_near(&other.does, &operation.does));
        items.push(match (moved, lacks) {
            (Some(moved), _) => Item {
                verdict: Verdict::Differs,
                reason: "it is asked for at another place in the order".into(),
                ..equal(operation, come.remove(moved))
            },
            (None, Some((row, None))) => {
                // It may still stand there, in the words of Batch AI.
                same().map(|index| come.remove(index));
                Item { verdict: Verdict::NoCounterpart, reason: row.why.clone(), ..absent(operation, after) }
            }
            (None, Some((row, Some(nearest)))) => {
                let found = come.remove(nearest);
                brought.extend(row.with.iter().map(|with| (with, found)));
                let reason = format!("{}; it became `{}`", row.why, found.text());
                Item { verdict: Verdict::NoCounterpart, reason, ..equal(operation, found) }
            }
            (None, None) => match same().or_else(near).map(|index| come.remove(index)) {
                Some(found) => Item {
                    verdict: if unknown(operation) || unknown(found) { Verdict::CannotTell } else { Verdict::Differs },
                    reason: format!("it became `{}`", found.text()),
                    ..equal(operation, found)
                },
                None => absent(operation, after),
            },
        });
    }
    new_ones(&come, &brought, (before, after), items);
}

/// Operations that only the new program has; `brought` came with what stands for an old one.
fn new_ones(
    come: &[&Operation],
    brought: &[(&String, &Operation)],
    (before, after): (&Intent, &Intent),
    items: &mut Vec<Item>,
) {
    let ended = |operation: &Operation| {
        let does = table().ends(&operation.does)?;
        after.operations.iter().find(|other| other.does == does && other.on == operation.on)
    };
    for operation in come {
        let with = brought.iter().find(|(does, found)| **does == operation.does && found.on == operation.on);
        let with = with.map(|(_, found)| *found).or_else(|| ended(operation));
        let (verdict, reason) = match with {
            Some(found) => (Verdict::Added, format!("it goes with `{}`", found.text())),
            None if asks_unseen(before) => (Verdict::CannotTell, UNSEEN.to_owned()),
            None => (Verdict::Differs, "only the new program does it".to_owned()),
        };
        items.push(Item {
            field: operation.text(),
            verdict,
            reason,
            before: None,
            after: Some(operation.at),
            whole: Vec::new(),
        });
    }
}

/// Why the new SDK has nothing for an operation, and which of the new ones comes nearest, if any has to.
fn replaced(operation: &Operation, come: &[&Operation], after: &Intent) -> Option<(&'static Without, Option<usize>)> {
    let row = table().without(&after.sdks, &operation.does)?;
    let nearest = |other: &&Operation| row.nearest.contains(&other.does) && (row.elsewhere || other.on == operation.on);
    match come.iter().position(nearest) {
        None if !row.nearest.is_empty() => None,
        nearest => Some((row, nearest)),
    }
}

fn unknown(operation: &Operation) -> bool {
    matches!(operation.on, Told::Unknown(_))
}

fn alike(one: &Operation, other: &Operation) -> bool {
    one.does == other.does && one.on == other.on
}

fn equal(old: &Operation, new: &Operation) -> Item {
    let (before, after) = (Some(old.at), Some(new.at));
    Item { field: old.text(), verdict: Verdict::Equal, reason: String::new(), before, after, whole: Vec::new() }
}

fn absent(operation: &Operation, after: &Intent) -> Item {
    let row = table().without(&after.sdks, &operation.does);
    let nearest = |does: &String| row.is_some_and(|row| row.nearest.contains(does));
    let maybe = after.maybe.iter().find(|(_, does)| *does == operation.does || nearest(does));
    let (verdict, reason) = match maybe {
        Some(_) => (Verdict::CannotTell, "a call that may be this is made on something that is not known"),
        None => (Verdict::Missing, "the new program does not do it"),
    };
    let after = maybe.map(|(at, _)| *at);
    let (field, before, whole) = (operation.text(), Some(operation.at), Vec::new());
    Item { field, verdict, reason: reason.into(), before, after, whole }
}

/// The places of the longest sequence of operations that both have.
fn common(old: &[&Operation], new: &[&Operation]) -> impl Iterator<Item = (usize, usize)> {
    let key = |operation: &&Operation| (operation.does.clone(), format!("{:?}", operation.on));
    let (old, new): (Vec<_>, Vec<_>) = (old.iter().map(key).collect(), new.iter().map(key).collect());
    capture_diff_slices(Algorithm::Myers, &old, &new).into_iter().flat_map(|op| match op {
        DiffOp::Equal { old_index, new_index, len } => (0..len).map(|n| (old_index + n, new_index + n)).collect(),
        _ => Vec::new(),
    })
}

/// Whether two operations are of a kind, and of both the name is shortened, as `value.rs` does: what is cut off may be what
/// each SDK calls its own.
fn is_too_long(text: &str, other: &str) -> bool {
    let does = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    text.contains("… #") && other.contains("… #") && does(text) == does(other)
}

/// What only looks must still be looked at; how often, and in what order, changes nothing.
fn reads(before: &Intent, after: &Intent, items: &mut Vec<Item>) {
    let collect = |intent: &Intent| {
        let mut found: BTreeMap<String, At> = BTreeMap::new();
        for operation in intent.operations.iter().filter(|operation| table().only_reads(&operation.does)) {
            found.entry(operation.text()).or_insert(operation.at);
        }
        found
    };
    let (old, new) = (collect(before), collect(after));
    let mut others: Vec<&String> = new.keys().filter(|text| !old.contains_key(*text)).collect();
    for (text, at) in &old {
        let does = text.split(' ').next().unwrap_or_default();
        let (verdict, reason) = match new.get(text) {
            Some(_) => (Verdict::Equal, ""),
            None if after.maybe.iter().any(|(_, may)| may == does) => {
                (Verdict::CannotTell, "a call that may be this is made on something that is not known")
            }
            None => match others.iter().position(|other| is_too_long(text, other)) {
                Some(index) => {
                    others.remove(index);
                    (Verdict::CannotTell, "what it looks up has a name that is too long to be compared")
                }
                None => (Verdict::Missing, "the new program does not look it up"),
            },
        };
        let (before, after) = (Some(*at), new.get(text).copied());
        items.push(Item { field: text.clone(), verdict, reason: reason.into(), before, after, whole: Vec::new() });
    }
}
