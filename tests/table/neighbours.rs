//! Callables of other packages are called as the packages have them: `neighbours.json` is written from these by
//! `tools/inventory/neighbours.py`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bai2aml::concept::{Kind, SymbolRow};

use super::{all_right, cases};

/// The storage SDK of the time in which Batch AI ran, the newest first: what its positions mean holds.
const OF_ITS_TIME: [&str; 2] = ["storage 1", "storage 0.37"];

/// The last of it.
const LAST: &str = "storage 2";

/// A callable's parameters, `name?` for one that may be left out, by the versions that changed them.
type Versions = BTreeMap<String, Vec<String>>;

fn neighbours() -> &'static BTreeMap<String, Versions> {
    static READ: OnceLock<BTreeMap<String, Versions>> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(include_str!("neighbours.json")).expect("signatures by name"))
}

/// The shapes in which a symbol can be called, and these are one where what newer versions of the storage SDK add stands
/// behind the rest.
fn shapes(versions: &Versions, symbol: &SymbolRow) -> Vec<Vec<String>> {
    let (before, added) = (OF_ITS_TIME.iter().find_map(|version| versions.get(*version)), versions.get(LAST));
    if before.or(added).is_none() || !symbol.older.is_empty() {
        return versions.values().cloned().collect();
    }
    let mut all = before.cloned().unwrap_or_default();
    let new: Vec<String> = added.into_iter().flatten().filter(|name| !all.contains(name)).cloned().collect();
    all.extend(new);
    vec![all]
}

/// Whether a row says how its symbol is called; of the recipes' helpers all do.
fn is_called(symbol: &SymbolRow) -> bool {
    !symbol.params.is_empty() || symbol.sources[0].starts_with("utilities.")
}

#[test]
pub fn neighbours_are_called_as_they_are() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.form == "v2" && is_called(case.symbol)) {
        if matches!(case.symbol.kind, Kind::Command | Kind::Package | Kind::File) {
            continue;
        }
        for (index, source) in case.symbol.sources.iter().enumerate() {
            for mut shape in
                neighbours().get(source).map(|versions| shapes(versions, case.symbol)).into_iter().flatten()
            {
                // What its authors keep for themselves, a row need not know.
                shape.retain(|name| !name.starts_with('_') || case.symbol.params.contains(name));
                if !is_taken(case.symbol, &shape, index == 0) {
                    wrong.push(case.says(&format!("`{source}` takes `{}`", shape.join("`, `"))));
                }
            }
        }
    }
    all_right(wrong);
}

/// Whether a row takes what a callable takes: all of it, or more where the callable is not the first of its names.
fn is_taken(symbol: &SymbolRow, shape: &[String], is_first: bool) -> bool {
    let (by_position, is_open) = match shape.iter().position(|name| name == "**") {
        Some(end) => (&shape[..end], true),
        None => (shape, false),
    };
    [Some(&symbol.params), Some(&symbol.older).filter(|older| !older.is_empty())].into_iter().flatten().any(|params| {
        let rest = params.strip_prefix(by_position);
        // The order of those is nobody's business: one is chosen.
        rest.is_some_and(|rest| rest.is_empty() || is_open && rest.is_sorted() || !is_first)
    })
}

/// Without one of the parts above it would find nothing wrong.
#[test]
fn the_inventory_has_all_kinds() {
    let has = |version: &str| neighbours().values().filter(|versions| versions.contains_key(version)).count();
    for version in ["storage 0.37", "storage 1", "storage 2", "credentials", "recipes of 2018-03", "recipes"] {
        assert!(has(version) > 2, "{version}");
    }
}
