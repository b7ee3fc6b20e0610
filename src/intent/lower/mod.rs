//! From what a run holds to the intent: fields of things by the table, values in neutral form.

mod job;
mod launcher;
mod shell;
mod value;

use std::collections::BTreeMap;

use super::model::{At, Field, Intent, Thing, Told};
use super::run::{Event, State};
use super::table::{Class, Each, Spec, table};
use super::value::{Cell, Class as Of, Object, Value};
pub(super) use shell::split;
pub(super) use value::reference;

/// What a call says of the thing that it asks for.
pub(super) struct Asking<'k> {
    pub kind: &'k str,
    pub name: Option<Value>,
    pub more: Vec<(String, Value, At)>,
    pub at: At,
    pub unfinished: bool,
}

/// A value with the place where it is given.
pub(super) type Found = (Value, Option<At>);

/// The things and operations that a run wrote down, as an intent.
pub(super) fn intent(events: Vec<Event>) -> Intent {
    let mut intent = Intent::default();
    for event in events {
        match event {
            Event::Operation(operation) => intent.operations.push(operation),
            Event::Thing(kind, thing) => {
                let things = intent.things.entry(kind.clone()).or_default();
                let is_same = |other: &Thing| told_of(other) == told_of(&thing);
                let is_once = matches!(kind.as_str(), "workspaces" | "datastores" | "mounts");
                if !is_once || !things.iter().any(is_same) {
                    // A workspace of which all is known stands for those that may be the same.
                    let open = things.iter().position(|other| kind == "workspaces" && is_part(other, &thing));
                    things.insert(open.unwrap_or(things.len()), thing);
                }
            }
            Event::Sdk(sdk) => drop(intent.sdks.insert(sdk)),
            Event::Maybe(at, does) => intent.maybe.push((at, does)),
            Event::Unread(at, why) => intent.unread.push((at, why)),
        }
    }
    intent
}

/// Whether all that is known of a thing, which may have more, holds for another as well.
pub(super) fn is_part(thing: &Thing, other: &Thing) -> bool {
    let same = |(name, field): (&String, &Field)| other.fields.get(name).is_some_and(|other| other.told == field.told);
    thing.open.is_some() && thing.fields.iter().all(same)
}

fn told_of(thing: &Thing) -> Vec<(&String, &Told)> {
    thing.fields.iter().map(|(name, field)| (name, &field.told)).collect()
}

/// A value as the intent tells it.
pub(super) fn told(state: &State, value: &Value, _: Option<At>) -> Told {
    Told::Value(state.shown(value))
}

/// The first of these paths that leads to something that is given; what one gives under a condition alone, the next may
/// give under the other.
pub(super) fn first(state: &State, value: &Value, paths: &[String]) -> Option<Found> {
    let mut found: Option<Found> = None;
    for path in paths {
        let next = at_path(state, value, path).filter(|(value, _)| *value != Value::Missing);
        found = match (found, next) {
            (None, next) => next,
            (Some((value, at)), Some((other, _))) => Some((filled(value, &other), at)),
            (found, None) => found,
        };
    }
    found
}

/// A value, with another one's sides where it has nothing.
fn filled(value: Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Missing, other) => other.clone(),
        (Value::Choice(one), Value::Choice(two)) if one.0 == two.0 => {
            Value::choice(&one.0, filled(one.1.clone(), &two.1), filled(one.2.clone(), &two.2))
        }
        (value, _) => value,
    }
}

/// What on the way of a path cannot be seen, so that nothing can be said of its end.
fn hidden(state: &State, value: &Value, path: &str) -> Option<String> {
    let (name, rest) = path.split_once('.')?;
    match step(state, value, name)?.0 {
        found @ Value::Unknown(_) => Some(state.brief(&found)),
        found => hidden(state, &found, rest),
    }
}

fn at_path(state: &State, value: &Value, path: &str) -> Option<Found> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let found = step(state, value, name)?;
    match rest {
        Some(rest) => {
            let (value, at) = at_path(state, &found.0, rest)?;
            Some((value, at.or(found.1)))
        }
        None => Some(found),
    }
}

/// The field of a value.
fn step(state: &State, value: &Value, name: &str) -> Option<Found> {
    match value {
        Value::Method(method) => step(state, &method.0, name),
        Value::Handle(_) if matches!(name, "id" | "name") => Some((value.clone(), None)),
        Value::Unknown(text) if matches!(name, "id" | "name") => Some((Value::unknown(format!("{text}.{name}")), None)),
        Value::Text(_) if name == "id" => Some((value.clone(), None)),
        Value::Choice(choice) => {
            let (yes, no) = (step(state, &choice.1, name), step(state, &choice.2, name));
            let at = yes.as_ref().or(no.as_ref())?.1;
            let side = |side: Option<Found>| side.map_or(Value::Missing, |(value, _)| value);
            Some((Value::choice(&choice.0, side(yes), side(no)), at))
        }
        Value::Ref(place) => match state.cell(*place) {
            Cell::Object(Object { fields, .. }) => {
                let found = fields.iter().find(|(field, ..)| field == name)?;
                Some((found.1.clone(), Some(found.2)))
            }
            Cell::Dict(items, _) => {
                let found = items.iter().rev().find(|(key, ..)| key.known().as_deref() == Some(name))?;
                Some((found.1.clone(), Some(found.2)))
            }
            Cell::List(..) => None,
        },
        _ => None,
    }
}

/// The workspace of a client.
pub(super) fn workspace(state: &State, found: &[(&str, Option<Found>)], at: At) -> Thing {
    let mut thing = Thing { at, ..Thing::default() };
    for (field, found) in found {
        match found {
            Some((value, place)) => {
                let told = told(state, &value::reference(state, value.clone()), None);
                thing.fields.insert((*field).to_owned(), Field { told, at: *place });
            }
            None => thing.open = Some("the client is made where it cannot be seen".to_owned()),
        }
    }
    thing
}

/// The things that a value asks for: the one itself, and the parts that are things of their own.
pub(super) fn things(state: &State, subject: &Value, asking: Asking) -> Vec<(String, Thing)> {
    if let Value::Choice(choice) = subject {
        return chosen(state, choice, &asking);
    }
    let mut thing = Thing { at: asking.at, unfinished: asking.unfinished, ..Thing::default() };
    let mut parts = Vec::new();
    let object = state.object(subject);
    match object.and_then(|object| Some((object, class_of(object)?))) {
        Some((object, class)) => {
            thing.open.clone_from(&object.open);
            thing.made = object.at;
            fill(state, subject, class, &mut thing);
            if asking.kind == "jobs" {
                job::fill(state, subject, object, &mut thing);
            }
            rest(object, class, &mut thing);
            for (path, kind) in &class.parts {
                parts.extend(parts_of(state, subject, path, kind, asking.at));
            }
        }
        None => thing.open = Some(format!("`{}` is made where it cannot be seen", state.brief(subject))),
    }
    for (field, value, at) in asking.more {
        let told = match field.as_str() {
            "tags" => value::labels(state, &value),
            _ => Some(told(state, &value, None)),
        };
        if let Some(told) = told {
            thing.fields.insert(field, Field { told, at: Some(at) });
        }
    }
    if let Some(name) = &asking.name {
        let told = told(state, name, None);
        thing.fields.entry("name".into()).or_insert(Field { told, at: Some(asking.at) });
    }
    parts.push((asking.kind.to_owned(), thing));
    parts
}

fn class_of(object: &Object) -> Option<&'static Class> {
    match &object.class {
        Of::Sdk(name) => table().class(name),
        _ => None,
    }
}

/// A thing that is one or the other, by a condition.
fn chosen(state: &State, choice: &(String, Value, Value), asking: &Asking) -> Vec<(String, Thing)> {
    let side = |subject: &Value| {
        let Asking { kind, name, more, at, unfinished } = asking;
        let asking = Asking { kind, name: name.clone(), more: more.clone(), at: *at, unfinished: *unfinished };
        things(state, subject, asking)
    };
    let (mut yes, mut no) = (side(&choice.1), side(&choice.2));
    let (Some((kind, first)), Some((_, second))) = (yes.pop(), no.pop()) else { return Vec::new() };
    yes.extend(no);
    let mut thing = first;
    let names: Vec<String> = thing.fields.keys().chain(second.fields.keys()).cloned().collect();
    for name in names {
        let shown = |thing: &Thing| thing.value(&name).unwrap_or("(not given)").to_owned();
        let (a, b) = (shown(&thing), shown(&second));
        if a != b {
            let at = thing.fields.get(&name).or(second.fields.get(&name)).and_then(|field| field.at);
            let told = Told::Value(format!("{{{a} if {} else {b}}}", choice.0));
            thing.fields.insert(name, Field { told, at });
        }
    }
    thing.open = thing.open.or(second.open);
    yes.push((kind, thing));
    yes
}

/// The fields that the table knows.
fn fill(state: &State, subject: &Value, class: &Class, thing: &mut Thing) {
    fields(state, subject, &class.fields, "", thing);
    for each in &class.each {
        fill_each(state, subject, each, thing);
    }
}

fn fields(state: &State, subject: &Value, specs: &BTreeMap<String, Spec>, prefix: &str, thing: &mut Thing) {
    for (name, spec) in specs {
        let found = first(state, subject, &spec.from).filter(|(value, _)| *value != Value::None);
        let root = spec.from.iter().find_map(|path| step(state, subject, path.split('.').next()?)?.1);
        if let (true, Some(at)) = (prefix.is_empty(), root) {
            thing.via.insert(name.clone(), at);
        }
        let field = match found {
            Some((value, at)) => value::read(state, subject, value, spec).map(|told| Field { told, at }),
            None => match spec.from.iter().find_map(|path| hidden(state, subject, path)) {
                Some(code) => {
                    let why = format!("`{code}` is made where it cannot be seen");
                    Some(Field { told: Told::Unknown(why), at: None })
                }
                None => spec.default.clone().map(|value| Field { told: Told::Value(value), at: None }),
            },
        };
        if let Some(field) = field {
            thing.fields.insert(format!("{prefix}{name}"), field);
        }
    }
}

/// The parts of a list or dictionary, each under its name.
fn fill_each(state: &State, subject: &Value, each: &Each, thing: &mut Thing) {
    let Some((list, at)) =
        at_path(state, subject, &each.list).filter(|(v, _)| !matches!(v, Value::None | Value::Missing))
    else {
        return;
    };
    let outer = at;
    let Some((items, open)) = items(state, &list, each.key.as_deref(), at) else {
        thing.open = Some(format!("`{}` cannot be seen", state.brief(&list)));
        return;
    };
    if open && thing.open.is_none() {
        thing.open = Some(format!("`{}` may have more", each.list));
    }
    for (key, item, at) in items {
        let name = format!("{}.{}", each.field, state.shown(&key));
        if each.fields.is_empty() {
            let value = match &each.value {
                Some(path) => first(state, &item, std::slice::from_ref(path)).map_or(Value::Missing, |found| found.0),
                None => item,
            };
            let told = Told::Value(shell::variables(&state.shown(&value)));
            thing.via.extend(outer.map(|outer| (name.clone(), outer)));
            thing.fields.insert(name, Field { told, at });
        } else {
            let (item, when) = under_condition(item);
            if let Some(when) = when {
                thing.fields.insert(format!("{name}.when"), Field { told: Told::Value(when), at });
            }
            // A path alone is an input as well.
            let item = match item {
                Value::Text(_) | Value::Unknown(_) => Value::Method(std::rc::Rc::new((item, "path".into()))),
                item => item,
            };
            fields(state, &item, &each.fields, &format!("{name}."), thing);
            for part in each.fields.keys() {
                thing.via.extend(outer.map(|outer| (format!("{name}.{part}"), outer)));
            }
            let at = thing.fields.get(&format!("{name}.path")).and_then(|field| field.at);
            if let Some(mode) = thing.fields.get_mut(&format!("{name}.mode")) {
                mode.at = mode.at.or(at);
            }
        }
    }
}

/// What is given at times, and when.
fn under_condition(item: Value) -> (Value, Option<String>) {
    let Value::Choice(choice) = &item else { return (item, None) };
    match &**choice {
        (test, given, Value::Missing) => (given.clone(), Some(test.to_string())),
        (test, Value::Missing, given) => (given.clone(), Some(format!("not {test}"))),
        _ => (item, None),
    }
}

type Item = (Value, Value, Option<At>);

/// The items of a list by a field of each, or of a dictionary.
fn items(state: &State, list: &Value, key: Option<&str>, at: Option<At>) -> Option<(Vec<Item>, bool)> {
    let Value::Ref(place) = list else { return None };
    match state.cell(*place) {
        Cell::Dict(items, open) => {
            let items = items.iter().map(|(key, value, at)| (key.clone(), value.clone(), Some(*at)));
            Some((items.collect(), *open))
        }
        Cell::List(items, open) => {
            let key = key.unwrap_or("name").to_owned();
            let item = |item: &Value| {
                if let Some([key, value]) = state.items(item) {
                    return (key.clone(), value.clone(), at);
                }
                let (name, own) = first(state, item, std::slice::from_ref(&key)).unwrap_or((Value::Missing, None));
                let name = match name {
                    Value::Choice(choice) if choice.2 == Value::Missing => choice.1.clone(),
                    Value::Choice(choice) if choice.1 == Value::Missing => choice.2.clone(),
                    name => name,
                };
                (name, item.clone(), own.or(at))
            };
            Some((items.iter().map(item).collect(), *open))
        }
        Cell::Object(_) => None,
    }
}

/// Things of their own within another.
fn parts_of(state: &State, subject: &Value, path: &str, kind: &str, at: At) -> Vec<(String, Thing)> {
    let Some((list, _)) = at_path(state, subject, path) else { return Vec::new() };
    let Value::Ref(place) = list else { return Vec::new() };
    let Cell::List(items, _) = state.cell(place) else { return Vec::new() };
    let part = |item: &Value| things(state, item, Asking { kind, name: None, more: Vec::new(), at, unfinished: false });
    items.iter().flat_map(part).collect()
}

/// What is given and not among what is compared.
fn rest(object: &Object, class: &Class, thing: &mut Thing) {
    let root = |path: &String| path.split('.').next().unwrap_or_default().to_owned();
    let specs = class.fields.values().flat_map(|spec| &spec.from);
    let known: Vec<String> = specs.chain(class.apart.keys()).chain(class.parts.keys()).map(root).collect();
    for (name, value, at) in &object.fields {
        let is_known = known.contains(name) || class.each.iter().any(|each| root(&each.list) == *name);
        let is_job = table().toolkits().iter().any(|t| t.of == *name) || name == "job_preparation";
        if !is_known && !is_job && !matches!(value, Value::None | Value::Missing) {
            let told = Told::Unknown(format!("`{name}` is not among what is compared"));
            thing.fields.insert(format!("other.{name}"), Field { told, at: Some(*at) });
        }
    }
}
