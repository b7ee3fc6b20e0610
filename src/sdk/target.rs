//! The surfaces of the packages that the converter writes for: azure-ai-ml (`v2`) and azureml-core (`v1`) with
//! neighbours.
//!
//! Facts: `inventory/v1.json` and `inventory/v2.json`, introspected from the published packages by
//! `tools/inventory/target.py`; only the one that is asked for is parsed. What a class inherits is found through its
//! bases.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::signature::{self, Param, Signature};

/// The client of azure-ai-ml, by its dotted name.
const ML_CLIENT: &str = "azure.ai.ml.MLClient";

/// Which Azure ML SDK the result is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// azureml-core.
    V1,
    /// azure-ai-ml.
    V2,
}

impl Target {
    /// Every target, in order.
    pub const ALL: [Target; 2] = [Target::V1, Target::V2];

    /// The package's name on PyPI.
    pub fn package(self) -> &'static str {
        match self {
            Target::V1 => "azureml-core",
            Target::V2 => "azure-ai-ml",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::V1 => "v1",
            Target::V2 => "v2",
        })
    }
}

/// A word that names no target.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no target: use `v1` or `v2`")]
pub struct UnknownTarget(String);

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        let found = Target::ALL.into_iter().find(|target| target.to_string() == text);
        found.ok_or_else(|| UnknownTarget(text.to_string()))
    }
}

/// The inventory of a target, parsed on first use.
pub fn inventory(target: Target) -> &'static Inventory {
    static INVENTORIES: [OnceLock<Inventory>; 2] = [OnceLock::new(), OnceLock::new()];
    let (cell, text) = match target {
        Target::V1 => (&INVENTORIES[0], include_str!("inventory/v1.json")),
        Target::V2 => (&INVENTORIES[1], include_str!("inventory/v2.json")),
    };
    // The text is part of the program, and a test reads it: this cannot fail at a user's place.
    cell.get_or_init(|| {
        serde_json::from_str(text).unwrap_or_else(|error| unreachable!("inventory of {target}: {error}"))
    })
}

/// What the packages of one target have.
#[derive(Debug, Deserialize)]
pub struct Inventory {
    #[serde(borrow)]
    versions: BTreeMap<&'static str, &'static str>,
    modules: Vec<&'static str>,
    aliases: HashMap<&'static str, &'static str>,
    symbols: HashMap<&'static str, Entry<'static>>,
}

/// A symbol as the file has it; calls and results are read when somebody asks.
#[derive(Debug, Deserialize)]
struct Entry<'a> {
    kind: SymbolKind,
    call: Option<&'a str>,
    #[serde(borrow, default)]
    bases: Vec<&'a str>,
    #[serde(borrow, default)]
    members: HashMap<&'a str, &'a str>,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SymbolKind {
    /// A class; its parameters are the constructor's.
    Class,
    /// A function of a module.
    Function,
    /// A module.
    Module,
    /// Anything else that a module offers.
    Value,
}

/// A public name of a module, or a class that can only be reached through others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The one name that all aliases lead to.
    pub name: &'static str,
    /// What it is.
    pub kind: SymbolKind,
    /// The parameters of a call, if they are known.
    pub params: Option<Vec<Param>>,
    /// Whether an unknown keyword is lost in silence; otherwise it raises `TypeError`, even where there is a
    /// `**kwargs`.
    pub open: bool,
    /// What a call of a function gives; of a class always the class itself.
    pub returns: Option<Returned>,
}

/// A member of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Whether it is called or read.
    pub kind: MemberKind,
    /// The parameters of a method without `self`, if they are known.
    pub params: Option<Vec<Param>>,
    /// Whether an unknown keyword is lost in silence; otherwise it raises `TypeError`, even where there is a
    /// `**kwargs`.
    pub open: bool,
    /// What a method gives or an attribute holds, where the package says so.
    pub returns: Option<Returned>,
}

/// Whether a member is called or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A function, whether of an instance or of the class.
    Method,
    /// A property, a member of an enum, what `__init__` sets.
    Attribute,
}

/// What a call gives or an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The class, to be looked up again; a poller may end in nothing.
    pub class: Option<&'static str>,
    /// How that class is reached.
    pub how: How,
}

/// How the class of a result is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is the value itself.
    Plain,
    /// By `.result()` of an `azure.core.polling.LROPoller`.
    Poller,
    /// By iterating.
    Many,
    /// By subscripting with a name.
    Mapping,
}

impl Symbol {
    /// Whether a call may name this keyword; one that is lost in silence (see `open`) is not accepted.
    pub fn accepts(&self, keyword: &str) -> bool {
        self.params.as_deref().is_some_and(|params| signature::accepts(params, keyword))
    }
}

impl Member {
    /// Whether a call may name this keyword; one that is lost in silence (see `open`) is not accepted.
    pub fn accepts(&self, keyword: &str) -> bool {
        self.params.as_deref().is_some_and(|params| signature::accepts(params, keyword))
    }
}

impl Inventory {
    /// A public name, or the class that one leads to: `azure.ai.ml.entities.AmlCompute`, `azureml.core`.
    pub fn symbol(&self, dotted: &str) -> Option<Symbol> {
        if let Some(name) = self.modules.iter().find(|name| **name == dotted) {
            return Some(Symbol { name, kind: SymbolKind::Module, params: None, open: false, returns: None });
        }
        let (name, entry) = self.entry(dotted)?;
        let (params, open, returns) = entry.call.map_or((None, false, None), read_call);
        let itself = Returned { class: Some(name), how: How::Plain };
        let returns = if entry.kind == SymbolKind::Class { Some(itself) } else { returns };
        Some(Symbol { name, kind: entry.kind, params, open, returns })
    }

    /// A member of a class, its own or an inherited one.
    pub fn member(&self, class: &str, name: &str) -> Option<Member> {
        let (_, entry) = self.entry(class)?;
        let inherited = entry.bases.iter().filter_map(|base| Some(self.entry(base)?.1));
        let text = std::iter::once(entry).chain(inherited).find_map(|owner| owner.members.get(name))?;
        Some(read_member(text))
    }

    /// A member of a class or, where it has none of that name, of some class that derives from it.
    ///
    /// For results that are declared as a base class: `compute.get` gives a `Compute`, which really is an
    /// `AmlCompute`.
    pub fn possible_member(&self, class: &str, name: &str) -> Option<Member> {
        self.member(class, name).or_else(|| {
            let (base, _) = self.entry(class)?;
            let mut derived: Vec<_> = self.symbols.iter().filter(|(_, entry)| entry.bases.contains(&base)).collect();
            derived.sort_unstable_by_key(|(name, _)| **name);
            derived.into_iter().find_map(|(class, _)| self.member(class, name))
        })
    }

    /// A method of an operation group of azure-ai-ml's client: `client.workspaces.begin_delete`.
    pub fn client_method(&self, group: &str, method: &str) -> Option<Member> {
        let class = self.possible_member(ML_CLIENT, group)?.returns?.class?;
        self.possible_member(class, method)
    }

    /// The modules that the inventory covers.
    pub fn modules(&self) -> impl Iterator<Item = &'static str> {
        self.modules.iter().copied()
    }

    /// `(package, version)` of everything that was introspected.
    pub fn versions(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.versions.iter().map(|(package, version)| (*package, *version))
    }

    /// The entry behind a name or an alias.
    fn entry(&self, dotted: &str) -> Option<(&'static str, &Entry<'static>)> {
        let dotted = self.aliases.get(dotted).copied().unwrap_or(dotted);
        self.symbols.get_key_value(dotted).map(|(name, entry)| (*name, entry))
    }
}

/// `(a, b=) -> how Class`: the parameters (unknown where the file says `...`), whether it is open, and the result.
fn read_call(text: &'static str) -> (Option<Vec<Param>>, bool, Option<Returned>) {
    let (inside, result) = text.trim_start_matches('(').split_once(')').unwrap_or((text, ""));
    if inside == "..." {
        return (None, true, read_returned(result));
    }
    let signature = Signature::parse(inside);
    (Some(signature.params), signature.open, read_returned(result))
}

fn read_member(text: &'static str) -> Member {
    if text.starts_with('(') {
        let (params, open, returns) = read_call(text);
        return Member { kind: MemberKind::Method, params, open, returns };
    }
    Member { kind: MemberKind::Attribute, params: None, open: false, returns: read_returned(text) }
}

/// ` -> how Class`; nothing is said by an empty text.
fn read_returned(text: &'static str) -> Option<Returned> {
    let text = text.strip_prefix(" -> ")?;
    let (how, class) = text.split_once(' ').map_or((text, None), |(how, class)| (how, Some(class)));
    match how {
        "poller" => Some(Returned { class, how: How::Poller }),
        "many" => Some(Returned { class, how: How::Many }),
        "mapping" => Some(Returned { class, how: How::Mapping }),
        plain => Some(Returned { class: Some(plain), how: How::Plain }),
    }
}

#[cfg(test)]
mod tests;
