//! Files of YAML: one for the job or the compute, one for each datastore, with comments above the keys that they are about.
//! What a program writes is the same in its own words: a dictionary, which as JSON is YAML as well.

use super::literal::dictionary;
use super::name;
use super::raise::{Raised, raise};
use super::yaml::{Value, entry};
use super::{Config, Form};
use crate::concept::YamlDocument;
use crate::render::{python_string, summand};
use crate::source::Source;

/// A file of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it stands, seen from where its configuration file is seen.
    pub path: String,
    /// Of a configuration in a program: the expression that makes it.
    pub text: String,
    /// Whether it is a datastore, and not what the configuration file was for.
    pub is_datastore: bool,
    /// What the command that takes it must set, by key, and what stands in the place of that.
    pub sets: Vec<(String, String)>,
}

/// Lines for a person, on a part of the parameters.
#[derive(Debug)]
pub struct Comment {
    /// The attribute of the parameters.
    pub part: String,
    /// Without `#`, margin and line ending; the first begins with `#`.
    pub lines: Vec<String>,
}

/// The files that a configuration file becomes, the one that it was for first; none without that. An error names what has
/// no place in YAML.
pub(super) fn files(
    config: &Config,
    path: &str,
    program: &Source,
    comments: &[Comment],
) -> Result<Vec<Written>, String> {
    let form = &config.form;
    let brought = matches!(form, Form::Dictionary { .. }).then_some(config.document.brought.as_str());
    let (stores, mut main): (Vec<Raised>, Vec<Raised>) =
        raise(program, brought)?.into_iter().partition(|raised| is_datastore(raised.document));
    let Some(mut main) = main.pop().filter(|_| main.is_empty()) else { return Ok(Vec::new()) };
    main.exporting(&config.exports);
    let mut files = vec![written(name::yaml(path), main, comments, form)];
    for store in stores {
        // One whose name Azure ML refuses is called after what it holds.
        let named = ["name", "container_name", "file_share_name"].iter().find_map(|key| store.text(key));
        let path = name::datastore(path, named.unwrap_or_default());
        // Two mounts of one name are one datastore: the later one replaces the other, as it would in a program.
        files.retain(|file| file.path != path);
        files.push(written(path, store, &[], form));
    }
    Ok(files)
}

impl Raised {
    /// Sets variables of directories that a script reads, where its command begins.
    fn exporting(&mut self, variables: &[String]) {
        let directory = |variable: &String| {
            let (kind, id) = variable.strip_prefix("AZ_BATCHAI_")?.split_once('_')?;
            let group = if kind == "INPUT" { "inputs" } else { "outputs" };
            let Some((_, Value::Map(known))) = self.entries.iter().find(|(key, _)| key == group) else { return None };
            let is_known = known.iter().any(|(name, _)| name == id);
            is_known.then(|| format!("export {variable}=${{{{{group}.{id}}}}}; "))
        };
        let all: Vec<String> = variables.iter().filter_map(directory).collect();
        if let Some((_, Value::Text(command))) = self.entries.iter_mut().find(|(key, _)| key == "command") {
            let new = all.into_iter().filter(|export| !command.contains(export.trim_end()));
            *command = format!("{}{command}", new.collect::<String>());
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self.entries.iter().find(|(name, _)| name == key) {
            Some((_, Value::Text(text))) => Some(text),
            _ => None,
        }
    }
}

fn is_datastore(document: &YamlDocument) -> bool {
    document.class.ends_with("Datastore")
}

/// A part of a file.
pub(super) enum Item {
    Comment(String),
    Entry(String, Value),
}

fn written(path: String, raised: Raised, comments: &[Comment], form: &Form) -> Written {
    let Raised { document, entries } = raised;
    let mut entries = completed(document, entries);
    for (key, value) in &mut entries {
        match (document.prefix.get(key), value) {
            (Some(prefix), Value::Text(text)) => {
                *text = format!("{prefix}{}", text.trim_start_matches(prefix.as_str()));
            }
            (Some(prefix), Value::Code(code)) => *code = format!("{} + {}", python_string(prefix, '\''), summand(code)),
            _ => {}
        }
    }
    let mut sets = Vec::new();
    entries.iter().for_each(|(key, value)| placeholders(key, value, &mut sets));
    let has = |key: &str| entries.iter().any(|(name, _)| name == key);
    let asked = document.asked.iter().filter(|(key, _)| !has(key));
    sets.extend(asked.map(|(key, value)| (key.to_owned(), value.clone())));
    let file = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    let mut command = document.create.replace("{file}", file);
    // The name is an argument of its own, and a command is written by a person.
    sets.retain(|(key, _)| key != "name" && key != "command");
    if !sets.is_empty() {
        command.push_str(" --set");
        sets.iter().for_each(|(key, value)| command.push_str(&format!(" {key}={value}")));
    }
    let fixed = |key: &str, value: &str| Item::Entry(key.to_owned(), Value::Text(value.to_owned()));
    let mut items = vec![fixed("$schema", &document.schema), Item::Comment(format!("# {command}"))];
    items.push(fixed("type", &document.kind));
    let order: Vec<&str> = document.keys.iter().map(|(key, _)| outer(key)).collect();
    let mut open: Vec<&Comment> = comments.iter().collect();
    for (key, value) in entries {
        let here = order.iter().position(|name| *name == key).unwrap_or(order.len());
        let is_due = |comment: &&Comment| {
            let above = document.above.get(&comment.part).map(String::as_str);
            above.and_then(|above| order.iter().position(|name| *name == above)).unwrap_or(0) <= here
        };
        let (due, later) = open.into_iter().partition::<Vec<_>, _>(is_due);
        open = later;
        items.extend(due.into_iter().flat_map(lines));
        items.push(Item::Entry(key, value));
    }
    items.extend(open.into_iter().flat_map(lines));
    let text = match form {
        Form::File => items.iter().map(line).collect(),
        Form::Dictionary { quote, margin } => dictionary(&items, *quote, margin),
    };
    Written { path, text, is_datastore: is_datastore(document), sets }
}

fn line(item: &Item) -> String {
    match item {
        Item::Comment(line) => format!("{line}\n"),
        Item::Entry(key, value) => entry(key, value),
    }
}

fn outer(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// With what Azure ML cannot do without, each in its place.
fn completed(document: &YamlDocument, mut entries: Vec<(String, Value)>) -> Vec<(String, Value)> {
    for (key, value) in document.missing.iter() {
        if !entries.iter().any(|(name, _)| name == key) {
            entries.push((key.to_owned(), fact(value)));
        }
    }
    let at = |key: &str| document.keys.iter().position(|(name, _)| outer(name) == key);
    entries.sort_by_key(|(key, _)| at(key));
    entries
}

fn fact(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Object(map) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), fact(value))).collect())
        }
        serde_json::Value::String(text) => Value::Text(text.clone()),
        other => Value::Number(other.to_string()),
    }
}

/// What stands for something else, as `<NAME>`, by its key.
fn placeholders(key: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Map(entries) => {
            entries.iter().for_each(|(inner, value)| placeholders(&format!("{key}.{inner}"), value, found));
        }
        Value::Text(text) if is_placeholder(text) => found.push((key.to_owned(), text.clone())),
        _ => {}
    }
}

/// Whether a text ends in `<NAME>`: the whole, or what follows `azureml:`.
fn is_placeholder(text: &str) -> bool {
    let name = text.trim_start_matches("azureml:").strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

fn lines(comment: &Comment) -> Vec<Item> {
    comment.lines.iter().cloned().map(Item::Comment).collect()
}
