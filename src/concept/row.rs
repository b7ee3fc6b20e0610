//! A row of the table, as `SCHEMA.md` describes it.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::report::Fate;

/// One concept: a code, and the symbols that make it up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// `BAI101`
    pub code: String,
    /// `cluster-create`
    pub name: String,
    /// Completes "This code …".
    pub summary: String,
    /// The fixture that shows it.
    pub example: Option<String>,
    /// What belongs to it.
    #[serde(rename = "symbol")]
    pub symbols: Vec<SymbolRow>,
}

/// One symbol, or several that mean the same in different versions.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct SymbolRow {
    /// Canonical dotted names.
    pub sources: Vec<String>,
    /// What it is in the source SDK.
    pub kind: Kind,
    /// Parameters of a symbol that the Batch AI inventory does not hold, in order; `name?` is optional.
    pub params: Vec<String>,
    /// The parameters in an older shape of the symbol.
    pub older: Vec<String>,
    /// What such a symbol returns.
    pub returns: Option<String>,
    /// What its attributes are, for a class that the Batch AI inventory does not hold.
    pub attributes: Ordered<String>,
    /// The class of Batch AI that its first argument must be of, for a function that is not made for Batch AI.
    pub of: Option<String>,
    /// What becomes of it in azure-ai-ml.
    pub v2: Mapping,
    /// What becomes of it in azureml-core, jobs as estimators.
    pub v1: Mapping,
    /// The same with jobs as `ScriptRunConfig`, where that differs.
    pub v1_src: Option<Mapping>,
}

/// A symbol as the table has it: what is the same in both targets stands there once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(deserialize_with = "one_or_many")]
    source: Vec<String>,
    kind: Kind,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    older: Vec<String>,
    returns: Option<String>,
    #[serde(default = "Ordered::empty")]
    attributes: Ordered<String>,
    of: Option<String>,
    both: Option<Mapping>,
    v2: Option<Mapping>,
    v1: Option<Mapping>,
    #[serde(rename = "v1-src")]
    v1_src: Option<Mapping>,
}

impl TryFrom<Written> for SymbolRow {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { source: sources, kind, params, older, returns, attributes, of, v1_src, .. } = written;
        let (v2, v1) = match (written.both, written.v2, written.v1) {
            (Some(both), None, None) => (both.clone(), both),
            (None, Some(v2), Some(v1)) => (v2, v1),
            _ => return Err(format!("`{}` needs `both`, or `v2` and `v1`", sources.join("`, `"))),
        };
        let (v2, v1, v1_src) = (v2.with_shape(), v1.with_shape(), v1_src.map(Mapping::with_shape));
        Ok(SymbolRow { sources, kind, params, older, returns, attributes, of, v2, v1, v1_src })
    }
}

/// What a symbol is in the source SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Model,
    Operation,
    Client,
    Credential,
    Helper,
    Storage,
    Enum,
    Exception,
    Variable,
    Module,
    /// A distribution that a dependency file or `pip install` names, as `pip:azure-mgmt-batchai`.
    Package,
    /// A command line, by its first words.
    Command,
    /// What stands in files of other languages: a package of theirs, a resource type, a configuration file.
    File,
}

/// How a symbol is written in the target; see `SCHEMA.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    #[default]
    Value,
    Call,
    Keywords,
    Pair,
    Statement,
    Manual,
    Drop,
    Job,
    Toolkit,
    Volumes,
}

/// What becomes of a symbol in one target.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub fate: Fate,
    #[serde(default)]
    pub note: String,
    /// What a person should do.
    #[serde(default, rename = "do")]
    pub todo: String,
    #[serde(default)]
    pub shape: Shape,
    /// Template of the new code.
    #[serde(default)]
    pub code: String,
    /// Template of the key of a `pair`.
    #[serde(default)]
    pub key: String,
    /// Dotted class of a `call`.
    #[serde(default)]
    pub target: String,
    /// Dotted class of what it becomes, where code names the class and does not call it.
    #[serde(default)]
    pub class: String,
    /// How one of its objects names the workspace that it is of: what `{{ client }}` is where no client is in reach.
    #[serde(default)]
    pub home: String,
    /// Dotted class of what Azure ML raises, in place of an `exception` of other packages that guards its calls.
    #[serde(default)]
    pub instead: String,
    #[serde(default)]
    pub imports: Vec<String>,
    #[serde(default)]
    pub support: Vec<String>,
    /// Requirements that take the place of a `package`.
    #[serde(default)]
    pub packages: Vec<String>,
    #[serde(default)]
    pub poller: bool,
    /// Template of a statement that waits for what the code started, where that is no poller.
    #[serde(default)]
    pub wait: String,
    #[serde(default = "Ordered::empty")]
    pub fields: Ordered<Field>,
    /// What asks whether a part is there, by the path of the part.
    #[serde(default = "Ordered::empty")]
    pub there: Ordered<Field>,
    #[serde(default = "Ordered::empty")]
    pub manual: Ordered<String>,
    #[serde(default = "Ordered::empty")]
    pub drop: Ordered<String>,
    /// How a keyword of a `job` that is built is set, where that is no assignment of its name; empty where it cannot be.
    #[serde(default = "Ordered::empty")]
    pub set: Ordered<String>,
    /// Shell template that starts the user's program.
    #[serde(default)]
    pub launch: String,
    /// The same for a program that is a configuration file.
    #[serde(default)]
    pub launch_config: String,
    /// The same for a program that runs on the first of several nodes only.
    #[serde(default)]
    pub launch_first: String,
    /// Dotted class of the distribution, `first` for the first node alone, otherwise by `communication_backend` where that decides.
    #[serde(default = "Ordered::empty", deserialize_with = "one_or_map")]
    pub distribution: Ordered<String>,
    /// Shell text that gives the same value, by kind of launcher.
    #[serde(default = "Ordered::empty")]
    pub export: Ordered<String>,
    /// Commands that go before a `command`.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Options that are added to a `command`.
    #[serde(default)]
    pub append: Vec<Step>,
    /// Template of the command that goes behind a `command`.
    #[serde(default)]
    pub then: String,
    /// The command before it for each datastore of its configuration, which is YAML in a file of its own.
    #[serde(default)]
    pub store: String,
    /// The `--query` of a `command` whose user asked for nothing.
    #[serde(default)]
    pub query: String,
    /// What fields of the output of a `command` are called, by their paths.
    #[serde(default = "Ordered::empty")]
    pub output: Ordered<String>,
    /// What values in that output are called.
    #[serde(default = "Ordered::empty")]
    pub values: Ordered<String>,
}

impl Mapping {
    /// What is left or goes as a whole has the shape that its fate says.
    fn with_shape(self) -> Self {
        let shape = match (self.shape, self.fate) {
            (Shape::Value, Fate::Manual) => Shape::Manual,
            (Shape::Value, Fate::Drop) => Shape::Drop,
            (shape, _) => shape,
        };
        Mapping { shape, ..self }
    }
}

/// Something that a `command` needs where the user gave some of its options.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// It is needed with any of these options.
    pub with: Vec<String>,
    /// It is not needed with any of these.
    #[serde(default)]
    pub without: Vec<String>,
    /// Template of a command, or of options.
    #[serde(default)]
    pub code: String,
    /// What is said of the command then.
    #[serde(default)]
    pub note: String,
}

/// What becomes of a parameter, field or member. `remote` leaves the reading of a table in `Field::deserialize`, so that
/// the trait can also take a string.
#[derive(Debug, Clone, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Field {
    /// Keyword of the target.
    #[serde(default)]
    pub to: String,
    /// Template, for a read or a member.
    #[serde(default)]
    pub code: String,
    /// Named conversion of the value.
    #[serde(default)]
    pub filter: String,
    #[serde(default = "exact")]
    pub fate: Fate,
    #[serde(default)]
    pub note: String,
    /// What a person should do.
    #[serde(default, rename = "do")]
    pub todo: String,
    #[serde(default)]
    pub imports: Vec<String>,
    #[serde(default)]
    pub support: Vec<String>,
    /// Whether the new value is a name where the old one was an ARM id: code that looks into it is left.
    #[serde(default)]
    pub is_name: bool,
}

/// A table in the order in which it is written.
#[derive(Debug, Clone)]
pub struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Ordered<T> {
    pub(super) fn empty() -> Self {
        Ordered(Vec::new())
    }

    /// The value with this key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Ordered<T>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a table")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Ordered(pairs))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

/// A string stands for a field that only takes another keyword.
impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeywordOrTable;
        impl<'de> Visitor<'de> for KeywordOrTable {
            type Value = Field;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a keyword or a table")
            }
            fn visit_str<E>(self, to: &str) -> Result<Field, E> {
                Ok(Field {
                    to: to.to_owned(),
                    code: String::new(),
                    filter: String::new(),
                    fate: exact(),
                    note: String::new(),
                    todo: String::new(),
                    imports: Vec::new(),
                    support: Vec::new(),
                    is_name: false,
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field, A::Error> {
                Field::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(KeywordOrTable)
    }
}

fn exact() -> Fate {
    Fate::Exact
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Strings;
    impl<'de> Visitor<'de> for Strings {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a string or a list of strings")
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }
    deserializer.deserialize_any(Strings)
}

/// A string stands for the table with one entry, under the empty key.
fn one_or_map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ordered<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(String),
        Map(Ordered<String>),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::One(text) => Ordered(vec![(String::new(), text)]),
        Either::Map(map) => map,
    })
}
