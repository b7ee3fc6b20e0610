//! The facts of the reading, from `table.toml`, where its words are explained. Read once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;
use crate::sdk;

/// A call to Azure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    call: Vec<String>,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    pub does: String,
    #[serde(default)]
    pub on: Vec<String>,
    pub thing: Option<Asked>,
    #[serde(default)]
    pub more: BTreeMap<String, Vec<String>>,
    pub gives: Option<String>,
    /// What it does to a thing that is there already.
    pub again: Option<Again>,
    /// What it comes nearest to in the other SDK.
    near: Option<String>,
    /// Whether it changes nothing.
    #[serde(default)]
    reads: bool,
    /// Whether it counts only where the name is given.
    #[serde(default)]
    pub named: bool,
    /// Whether it is an attribute, not called.
    #[serde(default)]
    attribute: bool,
}

/// The argument that asks for a thing; `*` for the arguments themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub from: String,
    pub kind: String,
}

/// What a call does to a thing that is there already.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Again {
    pub does: String,
    pub kind: String,
}

/// What asks for a thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class {
    of: Vec<String>,
    /// What it asks for, where it is a thing by itself.
    pub kind: Option<String>,
    #[serde(default)]
    pub fields: BTreeMap<String, Spec>,
    #[serde(default)]
    pub apart: BTreeMap<String, String>,
    #[serde(default)]
    pub parts: BTreeMap<String, String>,
    #[serde(default)]
    pub each: Vec<Each>,
}

/// Where a field is, and how it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    #[serde(default)]
    pub from: Vec<String>,
    #[serde(default, rename = "as")]
    pub how: String,
    pub default: Option<String>,
    /// What the service takes, and what that is in the intent.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// A list or dictionary of parts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Each {
    #[serde(rename = "in")]
    pub list: String,
    pub field: String,
    pub key: Option<String>,
    pub value: Option<String>,
    #[serde(default)]
    pub fields: BTreeMap<String, Spec>,
}

/// A method that sets fields of its object, or makes another object of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    call: Vec<String>,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    pub sets: BTreeMap<String, String>,
    #[serde(default)]
    pub takes: BTreeMap<String, String>,
    pub class: Option<String>,
}

/// The settings of a toolkit of Batch AI.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Toolkit {
    pub of: String,
    pub command: Option<String>,
    pub script: Option<String>,
    pub interpreter: Option<String>,
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    pub distribution: Option<String>,
    pub backend: Option<String>,
    pub processes: Option<String>,
    pub workers: Option<String>,
    pub parameter_servers: Option<String>,
}

/// How a command begins that arranges how it runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Idiom {
    pub is: String,
    pub start: String,
    pub end: String,
}

/// What an SDK of Azure ML has nothing for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Without {
    sdk: Vec<String>,
    of: Vec<String>,
    /// The operations that come nearest; one of them must be there, or the operation is lost.
    #[serde(default)]
    pub nearest: Vec<String>,
    /// Whether the nearest is done to something else, so that its name is another.
    #[serde(default)]
    pub elsewhere: bool,
    /// Operations that the nearest brings with it.
    #[serde(default)]
    pub with: Vec<String>,
    pub why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    operation: Vec<Operation>,
    class: Vec<Class>,
    step: Vec<Step>,
    without: Vec<Without>,
    toolkit: Vec<Toolkit>,
    idiom: Vec<Idiom>,
    /// By variable of Batch AI: what Azure ML's launchers have in its place.
    variables: BTreeMap<String, Vec<String>>,
    /// By module of the recipes' helpers: why what its functions do is not known.
    beyond: BTreeMap<String, String>,
    ends: HashMap<String, String>,
    parts: HashMap<String, String>,
    distributions: HashMap<String, String>,
    constants: HashMap<String, String>,
}

/// The facts, by name.
pub(super) struct Table {
    facts: Facts,
    operations: HashMap<String, Vec<usize>>,
    classes: HashMap<String, usize>,
    steps: HashMap<String, usize>,
}

/// The table.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::new(facts!("intent-table")))
}

impl Table {
    fn new(facts: Facts) -> Self {
        let mut table = Table { facts, operations: HashMap::new(), classes: HashMap::new(), steps: HashMap::new() };
        for (index, row) in table.facts.operation.iter().enumerate() {
            for call in &row.call {
                table.operations.entry(call.clone()).or_default().push(index);
            }
        }
        for (index, row) in table.facts.class.iter().enumerate() {
            table.classes.extend(row.of.iter().map(|name| (name.clone(), index)));
        }
        for (index, row) in table.facts.step.iter().enumerate() {
            table.steps.extend(row.call.iter().map(|name| (name.clone(), index)));
        }
        table
    }

    /// What a call asks for.
    pub fn operations(&self, call: &str) -> impl Iterator<Item = &Operation> {
        self.operations.get(call).into_iter().flatten().map(|index| &self.facts.operation[*index])
    }

    /// What a method of this name can ask for; anything may have a method `get`.
    pub fn operations_named<'t>(&'t self, method: &'t str) -> impl Iterator<Item = &'t str> + 't {
        let is_meant = move |row: &&Operation| {
            method != "get"
                && !row.does.is_empty()
                && row.call.iter().any(|call| call.rsplit('.').next() == Some(method))
        };
        self.facts.operation.iter().filter(is_meant).map(|row| row.does.as_str())
    }

    /// Whether an operation of this name changes nothing.
    pub fn only_reads(&self, does: &str) -> bool {
        self.facts.operation.iter().filter(|row| row.does == does).all(|row| row.reads)
    }

    /// Whether an operation is the nearest that there is to another.
    pub fn is_near(&self, does: &str, other: &str) -> bool {
        self.facts.operation.iter().any(|row| row.does == does && row.near.as_deref() == Some(other))
    }

    /// Why none of these SDKs has anything for an operation, a kind of thing, or a field (`clusters.image`).
    pub fn without(&self, sdks: &BTreeSet<String>, of: &str) -> Option<&Without> {
        let is_it = |row: &&Without| row.of.iter().any(|one| one == of) && sdks.iter().all(|sdk| row.sdk.contains(sdk));
        self.facts.without.iter().find(is_it).filter(|_| !sdks.is_empty())
    }

    /// Whether anything is known of a call.
    pub fn has(&self, call: &str) -> bool {
        self.operations.contains_key(call) || self.steps.contains_key(call)
    }

    /// Whether it has to be called to happen.
    pub fn is_called(&self, call: &str) -> bool {
        !self.operations(call).any(|row| row.attribute)
    }

    /// The parameters of a call in order, where the table has them.
    pub fn params(&self, call: &str) -> Vec<String> {
        let step = self.step(call).map(|row| &row.params);
        self.operations(call).map(|row| &row.params).chain(step).find(|p| !p.is_empty()).cloned().unwrap_or_default()
    }

    /// What a class asks for.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name).map(|index| &self.facts.class[*index])
    }

    /// What a method does to its object.
    pub fn step(&self, call: &str) -> Option<&Step> {
        self.steps.get(call).map(|index| &self.facts.step[*index])
    }

    /// The toolkits of Batch AI.
    pub fn toolkits(&self) -> &[Toolkit] {
        &self.facts.toolkit
    }

    /// The class of an attribute that is an object of its own.
    pub fn part(&self, class: &str, attribute: &str) -> Option<&str> {
        self.facts.parts.get(&format!("{class}.{attribute}")).map(String::as_str)
    }

    /// How commands begin that arrange how they run.
    pub fn idioms(&self) -> &[Idiom] {
        &self.facts.idiom
    }

    /// Whether a value is what Azure ML has in place of a variable of Batch AI.
    pub fn holds(&self, variable: &str, value: &str) -> bool {
        self.facts.variables.get(variable).is_some_and(|values| values.iter().any(|v| v == value))
    }

    /// The variable of Batch AI in whose place Azure ML has this one.
    pub fn same_variable(&self, name: &str) -> Option<&str> {
        let is_it = |values: &Vec<String>| values.iter().any(|value| value.strip_prefix('$') == Some(name));
        self.facts.variables.iter().find(|(_, values)| is_it(values)).map(|(variable, _)| variable.as_str())
    }

    /// The operation whose end another one waits for, as a long-running operation of Batch AI did by itself.
    pub fn ends(&self, does: &str) -> Option<&str> {
        self.facts.ends.get(does).map(String::as_str)
    }

    /// Why what this code gives is not known: it uses helpers that are not followed.
    pub fn beyond(&self, code: &str) -> Option<&str> {
        self.facts.beyond.iter().find(|(module, _)| code.contains(module.as_str())).map(|(_, why)| why.as_str())
    }

    /// What a class of Azure ML's distributions is.
    pub fn distribution(&self, class: &str) -> Option<&str> {
        self.facts.distributions.get(class).map(String::as_str)
    }

    /// The string that a constant stands for, a member of an enum of Batch AI for one.
    pub fn constant(&self, path: &str) -> Option<&str> {
        let of_enum = || {
            let (class, member) = path.rsplit_once('.')?;
            Some(sdk::batchai().enumeration(class)?.member(member)?.value)
        };
        self.facts.constants.get(path).map(String::as_str).or_else(of_enum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_sdk_is_said_to_lack_is_nothing_that_the_table_reads_of_it() {
        let table = Table::new(toml::from_str(include_str!("table.toml")).unwrap());
        let speaks = |names: &[String], sdk: &str| names.iter().any(|name| name.starts_with(&format!("{sdk}.")));
        for row in &table.facts.without {
            for (sdk, of) in row.sdk.iter().flat_map(|sdk| row.of.iter().map(move |of| (sdk, of))) {
                // It is there, and may refuse what has runs, which Batch AI deleted with it.
                if (sdk.as_str(), of.as_str()) == ("v1", "experiments.delete") {
                    continue;
                }
                let (kind, field) = of.split_once('.').unwrap_or((of, ""));
                let reads = |class: &Class| class.kind.as_deref() == Some(kind) && class.fields.contains_key(field);
                let read = table.facts.class.iter().any(|class| speaks(&class.of, sdk) && reads(class));
                let done = table.facts.operation.iter().any(|one| speaks(&one.call, sdk) && one.does == *of);
                let asked = |one: &Operation| one.thing.as_ref().is_some_and(|thing| thing.kind == *of);
                let made = table.facts.operation.iter().any(|one| speaks(&one.call, sdk) && asked(one));
                assert!(!read && !done && !made, "{sdk} has something for {of}");
            }
        }
    }

    #[test]
    fn the_table_can_be_read_and_every_thing_has_a_class() {
        let facts: Facts = toml::from_str(include_str!("table.toml")).unwrap();
        let table = Table::new(facts);
        for row in table.facts.operation.iter().filter(|row| row.thing.as_ref().is_some_and(|t| t.from == "*")) {
            assert!(row.call.iter().all(|call| table.class(call).is_some()), "{:?} has no class", row.call);
        }
    }
}
