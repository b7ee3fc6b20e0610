//! The matrix: every symbol of Batch AI, what becomes of it in each target, and the line of a fixture that proves it.
//!
//! Symbols come from the inventory and, where that does not hold them (the recipes' helpers, variables, command lines with
//! their options), from the table; fates come from the table; the lines from `covered.txt`, which `tests/coverage.rs` writes and holds.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{JobForm, Kind, Mapping, Shape, SymbolRow, table};
use crate::report::Fate;
use crate::sdk::{ApiSymbol, ConfigField, Target, batchai, config_fields};

/// `symbol fixture:line`, one a line; a symbol can have spaces, by symbol.
const COVERED: &str = include_str!("covered.txt");

/// The targets in the order of the columns, with the names that the command line knows them by.
pub const AIMS: [(&str, Target, JobForm); 3] = [
    ("v2", Target::V2, JobForm::Estimator),
    ("v1", Target::V1, JobForm::Estimator),
    ("v1-src", Target::V1, JobForm::ScriptRunConfig),
];

/// One symbol with what becomes of it.
#[derive(Debug, Clone, Serialize)]
pub struct Covered {
    pub symbol: String,
    /// `operation`, `parameter`, `field` …
    pub kind: String,
    /// The versions that have it, newest first; none for what belongs to no version of the SDK.
    pub versions: Vec<&'static str>,
    /// Code of the concept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// By the names of [`AIMS`].
    pub fates: BTreeMap<&'static str, Fate>,
    /// The fixture, and the line of its `before.*` that uses the symbol: `guide:31`, in a notebook `guide:cell:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixture: Option<&'static str>,
}

impl Covered {
    /// Whether a row, a fate or a fixture is missing.
    pub fn is_missing(&self) -> bool {
        self.code.is_none() || self.fixture.is_none() || self.fates.len() < AIMS.len()
    }
}

/// Every symbol, by name.
pub fn coverage() -> Vec<Covered> {
    let proofs: BTreeMap<&str, &'static str> = COVERED.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let configs = config_fields().iter().map(|field| (config_symbol(field.file, field.path), field));
    let configs: BTreeMap<String, &ConfigField> = configs.collect();
    let files =
        configs.iter().map(|(symbol, field)| (symbol.clone(), "config-field".to_owned(), field.versions.clone()));
    let api = batchai().api().into_iter().map(|ApiSymbol { name, kind, versions }| (name, kind.to_string(), versions));
    let known: BTreeSet<String> = batchai().symbols().collect();
    let mut all: Vec<_> = api.chain(beside(&known)).chain(files).collect();
    all.sort();
    all.dedup_by(|next, first| next.0 == first.0);
    let covered = all.into_iter().map(|(symbol, kind, versions)| {
        let proof = proofs.get(symbol.as_str()).copied();
        if let Some(field) = configs.get(&symbol) {
            return Covered { fixture: proof, ..of_config(symbol, kind, field) };
        }
        let place = Place::of(&symbol);
        let fate =
            |(name, target, form): (&'static str, Target, JobForm)| Some((name, place.as_ref()?.fate(target, form)?));
        let fates = AIMS.into_iter().filter_map(fate).collect();
        let code = place.as_ref().and_then(|place| table().row(place.source)).map(|row| row.code.as_str());
        Covered { symbol, kind, versions, code, fates, fixture: proof }
    });
    covered.collect()
}

/// The symbol of a field of a configuration file: `job.json/properties.nodeCount`.
pub fn config_symbol(file: &str, path: &str) -> String {
    format!("{file}/{path}")
}

/// A field of a configuration file has the row and the fate of the model's field that it is; only one target has files.
fn of_config(symbol: String, kind: String, field: &ConfigField) -> Covered {
    let model = field.field.map(|(class, name)| format!("{class}.{name}"));
    let dotted = model.unwrap_or_else(|| format!("file:{}", field.file));
    let place = Place::of(&dotted);
    let fate = |(name, target, form): (&'static str, Target, JobForm)| {
        let fate = if target == Target::V2 { place.as_ref()?.fate(target, form)? } else { Fate::Manual };
        Some((name, fate))
    };
    let code = place.as_ref().and_then(|place| table().row(place.source)).map(|row| row.code.as_str());
    let fates = AIMS.into_iter().filter_map(fate).collect();
    Covered { symbol, kind, versions: field.versions.clone(), code, fates, fixture: None }
}

/// What the table knows besides the inventory: helpers, variables, exceptions, and paths of attributes.
fn beside(known: &BTreeSet<String>) -> Vec<(String, String, Vec<&'static str>)> {
    let mut found = Vec::new();
    for symbol in table().rows().flat_map(|row| &row.symbols) {
        let Some(word) = word(symbol) else { continue };
        let is_alias =
            |source: &&str| symbol.sources.iter().any(|other| known.contains(other) && last(other) == last(source));
        for source in distinct(symbol).filter(|source| !is_alias(source)) {
            found.push((source.to_owned(), word.to_owned(), Vec::new()));
            let (joint, part) =
                if symbol.kind == Kind::Command { (' ', "option".into()) } else { ('.', format!("{word}-member")) };
            let members = members(symbol).into_iter();
            found.extend(members.map(|name| (format!("{source}{joint}{name}"), part.clone(), Vec::new())));
        }
        for source in symbol.sources.iter().filter(|source| known.contains(*source)) {
            let is_path =
                |name: &str| name.split_once('.').is_some_and(|(at, _)| known.contains(&format!("{source}.{at}")));
            let paths = members(symbol).into_iter().filter(|name| is_path(name));
            found.extend(paths.map(|path| (format!("{source}.{path}"), "path".to_owned(), Vec::new())));
        }
    }
    found
}

/// Where the helpers come from that belong to the API: the recipes, and the runtime of the SDK.
const HELPERS: [&str; 4] = ["utilities.", "msrest", "Model.", "azure.core."];

/// What the symbols of a row are called in the matrix, if they belong there: credentials and storage are neighbours.
fn word(symbol: &SymbolRow) -> Option<&'static str> {
    let is_ours = |source: &String| source.starts_with("azure.mgmt.batchai");
    match symbol.kind {
        Kind::Helper => Some("helper").filter(|_| HELPERS.iter().any(|start| symbol.sources[0].starts_with(start))),
        Kind::Variable => Some("variable"),
        Kind::Exception => Some("exception"),
        Kind::Model | Kind::Enum => Some("model"),
        Kind::Client => Some("client").filter(|_| !symbol.sources[0].contains('.') || is_ours(&symbol.sources[0])),
        Kind::Operation | Kind::Credential | Kind::Storage | Kind::Module => None,
        Kind::Command => Some("command"),
        Kind::Package | Kind::File => None,
    }
}

/// The sources of a row, each name once: `utilities.job.f` and `utilities.f` are one function.
fn distinct(symbol: &SymbolRow) -> impl Iterator<Item = &str> {
    let mut seen = BTreeSet::new();
    symbol.sources.iter().map(String::as_str).filter(move |source| seen.insert(last(source)))
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The symbol under which the matrix lists a name: the first of the row's sources that end alike.
pub fn listed(name: &str) -> String {
    let Some(row) = table().symbol(name).filter(|_| !batchai().symbols().any(|known| known == name)) else {
        return name.to_owned();
    };
    let alike = || row.sources.iter().filter(|source| last(source) == last(name));
    let known = alike().find(|source| batchai().symbols().any(|known| known == **source));
    known.or(alike().next()).map_or(name, String::as_str).to_owned()
}

/// Parameters, attributes and paths that a row speaks of.
fn members(symbol: &SymbolRow) -> BTreeSet<&str> {
    let params = symbol.params.iter().chain(&symbol.older).map(|param| param.trim_end_matches('?'));
    let keys = [&symbol.v2, &symbol.v1].into_iter().flat_map(|mapping| {
        let beside = mapping.manual.iter().chain(mapping.drop.iter()).map(|(key, _)| key);
        mapping.fields.iter().map(|(key, _)| key).chain(beside)
    });
    params.chain(keys.filter(|key| !key.starts_with('_'))).collect()
}

/// Where the table speaks of a symbol: a row's own symbol, or a member of one.
struct Place<'a> {
    source: &'a str,
    member: &'a str,
    row: &'static SymbolRow,
}

impl<'a> Place<'a> {
    fn of(symbol: &'a str) -> Option<Self> {
        if let Some(row) = table().symbol(symbol) {
            return Some(Place { source: symbol, member: "", row });
        }
        if let Some((source, member)) = symbol.find(" --").map(|at| (&symbol[..at], &symbol[at + 1..])) {
            return table().symbol(source).map(|row| Place { source, member, row });
        }
        let mut ends = symbol.match_indices('.').map(|(at, _)| at).collect::<Vec<_>>().into_iter().rev();
        ends.find_map(|at| {
            let row = table().symbol(&symbol[..at])?;
            Some(Place { source: &symbol[..at], member: &symbol[at + 1..], row })
        })
    }

    fn fate(&self, target: Target, form: JobForm) -> Option<Fate> {
        let mapping = self.row.mapping(target, form);
        if self.member.is_empty() {
            return Some(mapping.fate);
        }
        let field = mapping.fields.get(self.member).map(|field| field.fate);
        let manual = mapping.manual.get(self.member).map(|_| Fate::Manual);
        let drop = mapping.drop.get(self.member).map(|_| Fate::Drop);
        field.or(manual).or(drop).or_else(|| whole(mapping)).or_else(|| self.first_step(mapping))
    }

    /// A path that one form of a target does not name goes the way of its first attribute.
    fn first_step(&self, mapping: &Mapping) -> Option<Fate> {
        let (first, _) = self.member.split_once('.')?;
        let beside = mapping.manual.get(first).map(|_| Fate::Manual).or(mapping.drop.get(first).map(|_| Fate::Drop));
        mapping.fields.get(first).map(|field| field.fate).or(beside)
    }
}

/// The fate of all parts of a symbol that is left, or goes, as a whole.
fn whole(mapping: &Mapping) -> Option<Fate> {
    let is_whole = matches!(mapping.shape, Shape::Manual | Shape::Drop) && mapping.fate != Fate::Exact;
    (is_whole || mapping.fate == Fate::Manual && mapping.code.is_empty()).then_some(mapping.fate)
}
