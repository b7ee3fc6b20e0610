//! The intent: what a program asks Azure for, in words that belong to neither SDK.
//!
//! This is the form to which everything is lowered that is to be compared: a program that is read, and as
//! well a recording of a program that ran. As JSON:
//!
//! ```json
//! {
//!   "workspaces": [{"resource_group": "{cfg.resource_group}", "name": "{cfg.workspace}"}],
//!   "clusters": [{"name": "nc6", "size": "STANDARD_NC6", "tier": "dedicated", "min": "2", "max": "2"}],
//!   "datastores": [{"name": "afs", "kind": "file", "account": "lab", "container_or_share": "logs"}],
//!   "jobs": [{"name": "train", "experiment": "resnet", "cluster": "nc6", "nodes": "2", "command": "python train.py",
//!             "inputs.DATA.path": "azureml://datastores/afs/paths/data", "inputs.DATA.mode": "ro",
//!             "environment.LOG_LEVEL": "debug", "timeout_seconds": {"unknown": "`limits` is unpacked"}}],
//!   "operations": ["clusters.create nc6", "jobs.create train", "jobs.wait train", "clusters.delete nc6"]
//! }
//! ```
//!
//! Every value is a text; numbers are written out. What is known at run time only stands in braces, as the program
//! writes it (`{cfg.workspace}`, `run-{uuid.uuid4()}`), so that two programs that take it from the same place agree. A field
//! whose name has parts is flat (`inputs.DATA.path`). A value that cannot be told is an object with the reason.
//!
//! The words are those of the recordings in `tests/sdk/README.md`, with these differences: values are texts, secrets are in
//! the braces of where they come from, and what a service fills in where a program says nothing is written out
//! (defaults of both services).

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::text::Span;

/// Where something is asked for: a module of the program, and the place in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    /// The number of the module in its program.
    pub module: usize,
    /// First byte in the text of the module.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl At {
    /// A place in a module.
    pub fn new(module: usize, span: Span) -> Self {
        At { module, start: span.start, end: span.end }
    }
}

/// What is known of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Its value, as a text.
    Value(String),
    /// It cannot be told, and why.
    Unknown(String),
}

/// One field of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub told: Told,
    /// Where its value is given; nothing where the service fills it in.
    pub at: Option<At>,
}

/// A cluster, a job, a datastore or a workspace that a program asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thing {
    /// By name; the parts of a name are separated by dots.
    pub fields: BTreeMap<String, Field>,
    /// Where it is asked for.
    pub at: At,
    /// Where the object that says what is asked for is made.
    pub made: At,
    /// By field: the argument of the object in which it is.
    pub via: BTreeMap<String, At>,
    /// Why there may be more fields than these: something is unpacked that cannot be seen.
    pub open: Option<String>,
    /// Whether a call of Azure ML is given an object of Batch AI: a conversion that is not finished.
    pub unfinished: bool,
}

/// One call to Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `jobs.wait`
    pub does: String,
    /// The name of what it is done to; empty for all of a kind.
    pub on: Told,
    pub at: At,
}

/// What a program asks Azure for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intent {
    /// By kind (`clusters`, `jobs`), in the order in which the program asks for them.
    pub things: BTreeMap<String, Vec<Thing>>,
    /// In the order of the program.
    pub operations: Vec<Operation>,
    /// The SDKs of Azure ML whose calls it makes.
    pub sdks: BTreeSet<String>,
    /// Calls that may be this, on something of which nothing is known.
    pub maybe: Vec<(At, String)>,
    /// What could not be read, and why.
    pub unread: Vec<(At, String)>,
}

impl Thing {
    /// The value of a field, if it is known.
    pub fn value(&self, name: &str) -> Option<&str> {
        match &self.fields.get(name)?.told {
            Told::Value(value) => Some(value),
            Told::Unknown(_) => None,
        }
    }
}

impl Intent {
    /// Changes every place.
    pub(super) fn places(&mut self, change: &mut dyn FnMut(&mut At)) {
        for thing in self.things.values_mut().flatten() {
            change(&mut thing.at);
            change(&mut thing.made);
            thing.via.values_mut().for_each(&mut *change);
            thing.fields.values_mut().filter_map(|field| field.at.as_mut()).for_each(&mut *change);
        }
        self.operations.iter_mut().for_each(|operation| change(&mut operation.at));
        self.maybe.iter_mut().chain(&mut self.unread).for_each(|(at, _)| change(at));
    }

    /// Adds what another program asks for.
    pub(super) fn extend(&mut self, other: Intent) {
        for (kind, things) in other.things {
            self.things.entry(kind).or_default().extend(things);
        }
        self.operations.extend(other.operations);
        self.sdks.extend(other.sdks);
        self.maybe.extend(other.maybe);
        self.unread.extend(other.unread);
    }

    /// The things of a kind.
    pub fn of(&self, kind: &str) -> &[Thing] {
        self.things.get(kind).map_or(&[], Vec::as_slice)
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Told::Value(value) => serializer.serialize_str(value),
            Told::Unknown(why) => BTreeMap::from([("unknown", why)]).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Value(String),
            Unknown { unknown: String },
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Value(value) => Told::Value(value),
            Either::Unknown { unknown } => Told::Unknown(unknown),
        })
    }
}

impl Serialize for Thing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(name, field)| (name, &field.told)))
    }
}

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, Told>::deserialize(deserializer)?;
        let fields = fields.into_iter().map(|(name, told)| (name, Field { told, at: None })).collect();
        Ok(Thing { fields, ..Thing::default() })
    }
}

impl Serialize for Intent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (kind, things) in &self.things {
            map.serialize_entry(kind, things)?;
        }
        let operations: Vec<String> = self.operations.iter().map(Operation::text).collect();
        map.serialize_entry("operations", &operations)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Intent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Form {
            #[serde(default)]
            operations: Vec<String>,
            #[serde(flatten)]
            things: BTreeMap<String, Vec<Thing>>,
        }
        let Form { operations, things } = Form::deserialize(deserializer)?;
        let operations = operations.iter().map(|text| Operation::parse(text)).collect();
        Ok(Intent { things, operations, ..Intent::default() })
    }
}

impl Operation {
    /// `jobs.wait train`
    pub fn text(&self) -> String {
        match &self.on {
            Told::Value(name) if name.is_empty() => self.does.clone(),
            Told::Value(name) => format!("{} {name}", self.does),
            Told::Unknown(_) => format!("{} ?", self.does),
        }
    }

    fn parse(text: &str) -> Self {
        let (does, on) = text.split_once(' ').unwrap_or((text, ""));
        Operation { does: does.to_owned(), on: Told::Value(on.to_owned()), at: At::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_goes_through_json() {
        let text = r#"{"clusters":[{"max":"2","name":"nc6"}],"jobs":[{"name":{"unknown":"why"}}],"operations":["jobs.list","jobs.wait {name}"]}"#;
        let intent: Intent = serde_json::from_str(text).unwrap();
        assert_eq!(intent.of("clusters")[0].value("max"), Some("2"));
        assert_eq!(intent.operations[1].on, Told::Value("{name}".into()));
        assert_eq!(serde_json::to_string(&intent).unwrap(), text);
    }
}
