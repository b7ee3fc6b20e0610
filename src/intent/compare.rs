//! Two intents, compared field by field.
//!
//! Things of a kind are matched by name, else in their order; operations that change something by their order. "Equal" is
//! only said of what both sides tell; where one side cannot be told, neither can the comparison.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::lower::{is_part, split};
use super::model::{At, Field, Intent, Thing, Told};
use super::order::operations;
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
    let pairs = matched(kind, old, new);
    let paired: HashSet<usize> = pairs.iter().flatten().copied().collect();
    for (thing, other) in old.iter().zip(pairs) {
        match other {
            Some(n) => pair(kind, (thing, &new[n]), after, items),
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
pub(super) const UNSEEN: &str = "only the new program is seen to ask for it; helpers of the old one are not followed";

pub(super) fn asks_unseen(before: &Intent) -> bool {
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
    let lacks = table().without(&after.sdks, kind);
    let is_empty = after.operations.is_empty() && !before.operations.is_empty();
    let known = || after.of(kind).iter().any(|other| is_part(thing, other));
    let (verdict, reason) = match (maybe, kind) {
        (Some(_), _) => (Verdict::CannotTell, "a call that may be this is made on something that is not known"),
        (None, "workspaces") if known() => (Verdict::CannotTell, thing.open.as_deref().unwrap_or_default()),
        (None, "workspaces") if after.of(kind).is_empty() => {
            (Verdict::CannotTell, "the new program does not say in which workspace it works")
        }
        _ if kind.starts_with("kept ") => (Verdict::CannotTell, "it is made, and not handed to Azure here"),
        _ if lacks.is_some() => (Verdict::NoCounterpart, lacks.map_or("", |row| &row.why)),
        _ if is_empty => (Verdict::Missing, "the new program asks Azure for nothing"),
        _ => (Verdict::Missing, "the new program does not ask for it"),
    };
    let after = maybe.map(|(at, _)| *at);
    let (field, reason, before) = (title(kind, thing), reason.into(), Some(thing.at));
    Item { field, verdict, reason, before, after, whole: vec![thing.at, thing.made] }
}

/// For each old thing the new one: of the same name in the same module, of the same name, in the same module, any that is
/// left, each in their order.
fn matched(kind: &str, old: &[Thing], new: &[Thing]) -> Vec<Option<usize>> {
    // What is not handed to Azure is known by nothing but its place.
    let passes: &[(bool, bool)] = match kind.starts_with("kept ") {
        true => &[(true, true), (false, true)],
        false => &[(true, true), (true, false), (false, true), (false, false)],
    };
    let mut pairs: Vec<Option<usize>> = vec![None; old.len()];
    let mut left: Vec<usize> = (0..new.len()).collect();
    for (by_name, by_module) in passes {
        let key = |thing: &Thing| {
            let name = thing.value("name").filter(|_| *by_name).map(str::to_owned);
            (name, thing.made.module * usize::from(*by_module))
        };
        let mut free: HashMap<_, VecDeque<usize>> = HashMap::new();
        left.iter().for_each(|index| free.entry(key(&new[*index])).or_default().push_back(*index));
        for (thing, pair) in old.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            *pair = free.get_mut(&key(thing)).and_then(VecDeque::pop_front);
        }
        left = free.into_values().flatten().collect();
        left.sort_unstable();
    }
    pairs
}

fn pair(kind: &str, (old, new): (&Thing, &Thing), whole: &Intent, items: &mut Vec<Item>) {
    let lacks = |name: &str| {
        let of = format!("{}.{name}", kind.trim_start_matches("kept "));
        table().without(&whole.sdks, &of).map(|row| row.why.as_str())
    };
    let title = title(kind, old);
    let names: BTreeSet<&String> = old.fields.keys().chain(new.fields.keys()).collect();
    for name in names {
        let (before, after) = (old.fields.get(name), new.fields.get(name));
        let at = |field: Option<&Field>| field.and_then(|field| field.at);
        // Saying nothing may be what the new SDK has nothing for.
        let why = lacks(name).or_else(|| before.is_none().then(|| lacks(&format!("no {name}"))).flatten());
        if let Some((verdict, reason)) = judge(name, (before, after), (old, new), why) {
            let before = at(before).or(Some(old.at));
            let after = at(after).or(Some(new.at));
            let via = old.via.get(name).copied();
            let (field, whole) = (format!("{title}: {name}"), [old.at, old.made].into_iter().chain(via).collect());
            items.push(Item { field, verdict, reason, before, after, whole });
        }
    }
}

/// What there is to say of a field of both; `lacks` is why the new SDK has nothing for it.
fn judge(
    name: &str,
    (before, after): (Option<&Field>, Option<&Field>),
    (old, new): (&Thing, &Thing),
    lacks: Option<&str>,
) -> Option<(Verdict, String)> {
    if new.unfinished {
        return Some((Verdict::CannotTell, "a call of Azure ML is given an object of Batch AI".into()));
    }
    Some(match (told(before, old), told(after, new)) {
        (Some(Told::Value(a)), Some(Told::Value(b))) if is_one_of(&a, &b) => (Verdict::Equal, String::new()),
        (Some(Told::Value(a)), Some(Told::Value(_))) if table().beyond(&a).is_some() => {
            (Verdict::CannotTell, table().beyond(&a).unwrap_or_default().to_owned())
        }
        (Some(Told::Value(a)), Some(Told::Value(b))) if is_at_times(&a, &b) => {
            (Verdict::CannotTell, "only the run tells whether it is that or what it was before".to_owned())
        }
        (Some(Told::Value(a)), Some(Told::Value(b))) => match untold(name, (&a, old), (&b, new)) {
            Some(why) => (Verdict::CannotTell, why.to_owned()),
            None => (Verdict::Differs, format!("`{a}` became `{b}`")),
        },
        (Some(Told::Unknown(_)), None) if lacks.is_some() => {
            (Verdict::NoCounterpart, lacks.unwrap_or_default().to_owned())
        }
        (Some(Told::Unknown(why)), _) | (_, Some(Told::Unknown(why))) => (Verdict::CannotTell, why),
        (Some(Told::Value(a)), None) if lacks.is_some() => {
            (Verdict::NoCounterpart, format!("{}; it was `{a}`", lacks.unwrap_or_default()))
        }
        (Some(Told::Value(a)), None) => match new.open.as_ref().or_else(|| held_script(name, old, new)) {
            Some(why) => (Verdict::CannotTell, why.clone()),
            None => (Verdict::Missing, format!("it was `{a}`")),
        },
        (None, Some(Told::Value(b))) if lacks.is_some() && old.open.is_none() => {
            (Verdict::NoCounterpart, format!("{}; here it is `{b}`", lacks.unwrap_or_default()))
        }
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

/// Whether a value is the one that was asked for if the run says so.
fn is_at_times(asked: &str, given: &str) -> bool {
    let asked = asked.strip_prefix('{').and_then(|asked| asked.strip_suffix('}')).unwrap_or(asked);
    given.strip_prefix("{(").and_then(|given| given.strip_prefix(asked)).is_some_and(|rest| rest.starts_with(" if "))
}

/// Why two commands may be the same though they read differently: each word in which they differ is one that only the
/// run knows.
fn untold(name: &str, (a, old): (&str, &Thing), (b, new): (&str, &Thing)) -> Option<&'static str> {
    if !name.starts_with("command") {
        return None;
    }
    let (before, after) = (split(a), split(b));
    let pairs = before.iter().zip(&after).filter(|(a, b)| a != b);
    let why = |(a, b): (&String, &String)| match a.contains(OBJECT) && b.contains(OBJECT) {
        true => Some("an object of the program computes a word of it, which is not followed here"),
        false => {
            let is_hidden = |word: &str, thing: &Thing| word.contains('$') && has_hidden_variables(thing);
            (is_hidden(a, old) || is_hidden(b, new)).then_some("not all variables that are set for it can be seen")
        }
    };
    let whys: Vec<&str> = pairs.map(why).collect::<Option<_>>()?;
    whys.first().copied().filter(|_| before.len() == after.len())
}

/// How a value is shown that a class of the program makes.
const OBJECT: &str = "{object(";

fn has_hidden_variables(thing: &Thing) -> bool {
    let is_hidden =
        |(name, field): (&String, &Field)| name.starts_with("environment") && matches!(field.told, Told::Unknown(_));
    thing.open.is_some() || thing.fields.iter().any(is_hidden)
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
