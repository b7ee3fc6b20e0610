//! Two intents, compared field by field.
//!
//! Things of a kind are matched by name, else in their order; operations that change something by their order. "Equal" is
//! only said of what both sides tell; where one side cannot be told, neither can the comparison.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::model::{At, Field, Intent, Operation, Thing, Told};
use super::table::table;
use crate::report::Verdict;

/// One field, or one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `clusters nc6: size`
    pub field: String,
    pub verdict: Verdict,
    /// How it differs, or why it cannot be told; empty where it is equal.
    pub reason: String,
    /// Where the old program asks for it.
    pub before: Option<At>,
    /// Where the new program does.
    pub after: Option<At>,
    /// Where the old program makes what it is a field of, and where it hands that over.
    pub whole: Vec<At>,
}

/// What differs between what two programs ask for.
pub fn compare(before: &Intent, after: &Intent) -> Vec<Item> {
    let mut items = Vec::new();
    let kinds: BTreeSet<&String> = before.things.keys().chain(after.things.keys()).collect();
    for kind in kinds {
        things(kind, before, after, &mut items);
    }
    operations(before, after, &mut items);
    for (at, why) in &before.unread {
        items.push(Item { before: Some(*at), ..unread(why) });
    }
    for (at, why) in &after.unread {
        items.push(Item { after: Some(*at), ..unread(why) });
    }
    items
}

fn unread(why: &str) -> Item {
    let (field, reason) = ("program".to_owned(), why.to_owned());
    Item { field, verdict: Verdict::CannotTell, reason, before: None, after: None, whole: Vec::new() }
}

fn things(kind: &str, before: &Intent, after: &Intent, items: &mut Vec<Item>) {
    let (old, new) = (before.of(kind), after.of(kind));
    let pairs = matched(old, new);
    let paired: HashSet<usize> = pairs.iter().flatten().copied().collect();
    for (thing, other) in old.iter().zip(pairs) {
        match other {
            Some(n) => pair(kind, thing, &new[n], items),
            None => items.push(lost(kind, thing, before, after)),
        }
    }
    for (index, thing) in new.iter().enumerate() {
        if !paired.contains(&index) {
            let (verdict, reason) = match kind {
                // A client that is made says where it works; that changes nothing.
                "workspaces" => (Verdict::CannotTell, "the old program does not say in which workspace it works"),
                _ if kind.starts_with("kept ") => (Verdict::CannotTell, "it is made, and not handed to Azure here"),
                _ if asks_unseen(before) => (Verdict::CannotTell, UNSEEN),
                _ => (Verdict::Differs, "only the new program asks for it"),
            };
            let field = title(kind, thing);
            let (reason, after, whole) = (reason.into(), Some(thing.at), Vec::new());
            items.push(Item { field, verdict, reason, before: None, after, whole });
        }
    }
}

/// What the old program asks for where it is not followed may be what only the new one is seen to ask for.
const UNSEEN: &str = "only the new program is seen to ask for it; helpers of the old one are not followed";

fn asks_unseen(before: &Intent) -> bool {
    before.unread.iter().any(|(_, why)| table().beyond(why).is_some())
}

fn title(kind: &str, thing: &Thing) -> String {
    match thing.value("name") {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_owned(),
    }
}

/// Something that the new program does not ask for, or not where that can be seen.
fn lost(kind: &str, thing: &Thing, before: &Intent, after: &Intent) -> Item {
    let does = match kind {
        "sizes" => "clusters.resize".to_owned(),
        _ => format!("{kind}.create"),
    };
    let maybe = after.maybe.iter().find(|(_, may)| *may == does);
    let is_empty = after.operations.is_empty() && !before.operations.is_empty();
    let (verdict, reason) = match (maybe, kind) {
        (Some(_), _) => (Verdict::CannotTell, "a call that may be this is made on something that is not known"),
        (None, "workspaces") if after.of(kind).is_empty() => {
            (Verdict::CannotTell, "the new program does not say in which workspace it works")
        }
        _ if kind.starts_with("kept ") => (Verdict::CannotTell, "it is made, and not handed to Azure here"),
        _ if is_empty => (Verdict::Missing, "the new program asks Azure for nothing"),
        _ => (Verdict::Missing, "the new program does not ask for it"),
    };
    let after = maybe.map(|(at, _)| *at);
    let (field, reason, before) = (title(kind, thing), reason.into(), Some(thing.at));
    Item { field, verdict, reason, before, after, whole: vec![thing.at, thing.made] }
}

/// For each old thing the new one: of the same name in their order, then of those that are left in their order.
fn matched(old: &[Thing], new: &[Thing]) -> Vec<Option<usize>> {
    let mut named: HashMap<Option<&str>, VecDeque<usize>> = HashMap::new();
    for (index, thing) in new.iter().enumerate() {
        named.entry(thing.value("name")).or_default().push_back(index);
    }
    let same = old.iter().map(|thing| named.get_mut(&thing.value("name"))?.pop_front());
    let mut pairs: Vec<Option<usize>> = same.collect();
    let mut left: Vec<usize> = named.into_values().flatten().collect();
    left.sort_unstable();
    let mut left = left.into_iter();
    pairs.iter_mut().filter(|pair| pair.is_none()).for_each(|pair| *pair = left.next());
    pairs
}

fn pair(kind: &str, old: &Thing, new: &Thing, items: &mut Vec<Item>) {
    let title = title(kind, old);
    let names: BTreeSet<&String> = old.fields.keys().chain(new.fields.keys()).collect();
    for name in names {
        let (before, after) = (old.fields.get(name), new.fields.get(name));
        let at = |field: Option<&Field>| field.and_then(|field| field.at);
        if let Some((verdict, reason)) = judge(name, before, after, old, new) {
            let before = at(before).or(Some(old.at));
            let after = at(after).or(Some(new.at));
            let via = old.via.get(name).copied();
            let (field, whole) = (format!("{title}: {name}"), [old.at, old.made].into_iter().chain(via).collect());
            items.push(Item { field, verdict, reason, before, after, whole });
        }
    }
}

fn judge(
    name: &str,
    before: Option<&Field>,
    after: Option<&Field>,
    old: &Thing,
    new: &Thing,
) -> Option<(Verdict, String)> {
    if new.unfinished {
        return Some((Verdict::CannotTell, "a call of Azure ML is given an object of Batch AI".into()));
    }
    Some(match (told(before, old), told(after, new)) {
        (Some(Told::Value(a)), Some(Told::Value(b))) if is_one_of(&a, &b) => (Verdict::Equal, String::new()),
        (Some(Told::Value(a)), Some(Told::Value(_))) if table().beyond(&a).is_some() => {
            (Verdict::CannotTell, table().beyond(&a).unwrap_or_default().to_owned())
        }
        (Some(Told::Value(a)), Some(Told::Value(b))) => (Verdict::Differs, format!("`{a}` became `{b}`")),
        (Some(Told::Unknown(why)), _) | (_, Some(Told::Unknown(why))) => (Verdict::CannotTell, why),
        (Some(Told::Value(a)), None) => match new.open.as_ref().or_else(|| held_script(name, old, new)) {
            Some(why) => (Verdict::CannotTell, why.clone()),
            None => (Verdict::Missing, format!("it was `{a}`")),
        },
        (None, Some(Told::Value(b))) => match &old.open {
            Some(why) => (Verdict::CannotTell, why.clone()),
            None if name == "experiment" || name.starts_with("inputs.") || name.starts_with("outputs.") => {
                (Verdict::Added, format!("it is `{b}`"))
            }
            None => (Verdict::Differs, format!("nothing was said, and now it is `{b}`")),
        },
        (None, None) => return None,
    })
}

/// What is known of a field; what a service fills in is not known where something may be given that cannot be seen.
fn told(field: Option<&Field>, thing: &Thing) -> Option<Told> {
    let field = field?;
    Some(match (&thing.open, field.at) {
        (Some(why), None) => Told::Unknown(why.clone()),
        _ => field.told.clone(),
    })
}

/// Why an input may be gone: it only held the script, which comes from somewhere that cannot be seen.
fn held_script<'t>(name: &str, old: &Thing, new: &'t Thing) -> Option<&'t String> {
    let id = name.strip_prefix("inputs.")?.rsplit_once('.')?.0;
    let path = old.value(&format!("inputs.{id}.path"))?;
    let (folder, script) = (old.value("script_folder")?, &new.fields.get("script_folder")?.told);
    match script {
        Told::Unknown(why) if folder.starts_with(path) => Some(why),
        _ => None,
    }
}

/// Whether a value is the one that was asked for, or one of several that are as good.
fn is_one_of(asked: &str, given: &str) -> bool {
    asked == given || asked.split(" or ").any(|one| one == given && asked.starts_with("ranks"))
}

fn operations(before: &Intent, after: &Intent, items: &mut Vec<Item>) {
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
    for operation in gone {
        let moved = come.iter().position(|other| alike(operation, other));
        let same = || come.iter().position(|other| other.does == operation.does);
        let near = || come.iter().position(|other| table().is_near(&other.does, &operation.does));
        let other = moved.or_else(same).or_else(near);
        items.push(match other.map(|index| (moved.is_some(), come.remove(index))) {
            Some((true, found)) => Item {
                verdict: Verdict::Differs,
                reason: "it is asked for at another place in the order".into(),
                ..equal(operation, found)
            },
            Some((false, found)) => Item {
                verdict: if unknown(operation) || unknown(found) { Verdict::CannotTell } else { Verdict::Differs },
                reason: format!("it became `{}`", found.text()),
                ..equal(operation, found)
            },
            None => absent(operation, after),
        });
    }
    for operation in come {
        let (verdict, reason) = match asks_unseen(before) {
            true => (Verdict::CannotTell, UNSEEN),
            false => (Verdict::Differs, "only the new program does it"),
        };
        items.push(Item {
            field: operation.text(),
            verdict,
            reason: reason.into(),
            before: None,
            after: Some(operation.at),
            whole: Vec::new(),
        });
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
    let maybe = after.maybe.iter().find(|(_, does)| *does == operation.does);
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
    for (text, at) in &old {
        let does = text.split(' ').next().unwrap_or_default();
        let (verdict, reason) = match new.get(text) {
            Some(_) => (Verdict::Equal, ""),
            None if after.maybe.iter().any(|(_, may)| may == does) => {
                (Verdict::CannotTell, "a call that may be this is made on something that is not known")
            }
            None => (Verdict::Missing, "the new program does not look it up"),
        };
        let (before, after) = (Some(*at), new.get(text).copied());
        items.push(Item { field: text.clone(), verdict, reason: reason.into(), before, after, whole: Vec::new() });
    }
}
