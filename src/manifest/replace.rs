//! Old requirements out, new ones in, by the concept table.

use std::collections::HashSet;

use super::item::Item;
use super::version::{least, reaches, split};
use super::{Aim, Beside, Use};
use crate::concept::{self, Mapping};
use crate::ledger::Settled;
use crate::report::Fate;
use crate::text::Edit;

/// What a list holds: its place, a name, and the condition under which it is installed.
type Held = (usize, String, String);

/// What becomes of the requirements of a file.
pub(super) fn replace(items: &[Item], aim: Aim) -> Beside {
    let mut out = Beside::default();
    let mut held: HashSet<Held> = items.iter().filter(|item| stays(item, aim)).map(|i| hold(i, &i.name)).collect();
    // A package that only gets a newer version keeps its place, wherever others become the same package.
    let own: HashSet<Held> = items.iter().filter(|item| has_own(item, aim)).map(|i| hold(i, &i.name)).collect();
    for item in items {
        let Some((symbol, mapping)) = mapping(item, aim).filter(|_| !stays(item, aim)) else { continue };
        let settled = settled(item, mapping);
        if settled.fate != Fate::Manual {
            let is_new = |name: &str| {
                let other = name != item.name && own.contains(&hold(item, name));
                !other && !is_held(&held, item, name)
            };
            let new: Vec<(&str, &str)> = mapping.packages.iter().map(|p| split(p)).filter(|(n, _)| is_new(n)).collect();
            held.extend(new.iter().map(|(name, _)| hold(item, name)));
            write(item, &new, &mut out.edits);
        }
        out.uses.push(Use { symbol, name: item.name.clone(), span: item.text, settled, marked: item.marked });
    }
    out
}

fn hold(item: &Item, name: &str) -> Held {
    (item.list, name.to_owned(), item.form.condition().to_owned())
}

/// Whether a list has a package already, always or in the same case.
fn is_held(held: &HashSet<Held>, item: &Item, name: &str) -> bool {
    held.contains(&hold(item, name)) || held.contains(&(item.list, name.to_owned(), String::new()))
}

/// What the table says of a requirement.
fn mapping(item: &Item, aim: Aim) -> Option<(String, &'static Mapping)> {
    let symbol = format!("pip:{}", item.name);
    let row = concept::table().symbol(&symbol)?;
    Some((symbol, row.mapping(aim.target, aim.form)))
}

/// Whether a requirement is of no concern, or allows the version that the new code needs.
fn stays(item: &Item, aim: Aim) -> bool {
    let Some((_, mapping)) = mapping(item, aim) else { return true };
    let own = mapping.packages.iter().map(|package| split(package)).find(|(name, _)| *name == item.name);
    own.is_some_and(|(_, specifier)| reaches(&item.specifier, least(specifier)))
}

/// Whether a requirement becomes a newer version of itself.
fn has_own(item: &Item, aim: Aim) -> bool {
    let own = |package: &String| split(package).0 == item.name;
    item.kept.is_none() && mapping(item, aim).is_some_and(|(_, mapping)| mapping.packages.iter().any(own))
}

fn settled(item: &Item, mapping: &Mapping) -> Settled {
    let Some(kept) = item.kept.filter(|_| mapping.fate != Fate::Manual) else {
        return Settled { fate: mapping.fate, reason: mapping.note.clone(), todo: mapping.todo.clone() };
    };
    let packages: Vec<String> = mapping.packages.iter().map(|package| format!("`{package}`")).collect();
    Settled { fate: Fate::Manual, reason: kept.reason().to_owned(), todo: kept.todo(&packages.join(" and ")) }
}

fn write(item: &Item, new: &[(&str, &str)], edits: &mut Vec<Edit>) {
    let [(name, specifier), further @ ..] = new else {
        return edits.push(Edit { span: item.whole, text: String::new() });
    };
    edits.push(Edit { span: item.text, text: item.form.first(name, specifier) });
    let more = &item.more;
    let further =
        further.iter().map(|(n, s)| [&more.before, &item.form.further(n, s), &more.after].map(String::as_str).concat());
    let text: String = further.collect();
    if !text.is_empty() {
        edits.push(Edit { span: crate::text::Span::new(more.at, more.at), text });
    }
}
