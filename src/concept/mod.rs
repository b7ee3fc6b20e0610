//! The concept table: what maps to what, as data. `table/` holds the rows, `SCHEMA.md` says how to read them.
//!
//! Nothing here knows how a mapping is carried out; `translate` does. The tests in `tests/table.rs` prove the rows
//! against the inventories of `sdk`.

mod area;
mod coverage;
mod explain;
mod launcher;
mod row;
mod rule;
#[cfg(test)]
pub(crate) mod tests;
mod yaml;

use std::collections::HashMap;
use std::sync::OnceLock;

pub use area::{Area, area_of, areas};
pub use coverage::{AIMS, Covered, config_symbol, coverage, listed};
pub use explain::{explain, list};
pub use launcher::{LauncherOption, LauncherRole, Launchers, launchers};
pub use row::{Field, Kind, Mapping, Ordered, Row, Shape, Step, SymbolRow};
pub use rule::{Rule, described, rule, rules};
pub use yaml::{Yaml, YamlDocument, YamlPart, yaml};

use crate::facts::facts;
use crate::sdk::Target;

/// Which way a job is written: the two forms of the 2019 guide. `v2` has one form only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JobForm {
    /// `azureml.train.dnn` and `azureml.train.estimator`.
    #[default]
    Estimator,
    /// `azureml.core.ScriptRunConfig`.
    ScriptRunConfig,
}

impl JobForm {
    /// As options and reports call it.
    pub fn name(self) -> &'static str {
        match self {
            JobForm::Estimator => "estimator",
            JobForm::ScriptRunConfig => "script-run-config",
        }
    }
}

/// All rows, with a way from a symbol to its row.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    symbols: HashMap<String, (usize, usize)>,
}

/// The table, read once.
///
/// # Panics
/// If a row of the built-in table is not of the schema, which every test would notice.
pub fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| Table::of(facts!("concept-table")))
}

impl Table {
    fn of(rows: Vec<Row>) -> Table {
        let mut symbols = HashMap::new();
        for (r, row) in rows.iter().enumerate() {
            for (s, symbol) in row.symbols.iter().enumerate() {
                for source in &symbol.sources {
                    symbols.insert(source.clone(), (r, s));
                }
            }
        }
        Table { rows, symbols }
    }

    /// All rows, by code.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        (0..self.rows.len()).map(|row| self.at(row))
    }

    /// The symbol with this dotted name.
    pub fn symbol(&self, name: &str) -> Option<&SymbolRow> {
        self.place(name).map(|(row, symbol)| &self.at(row).symbols[symbol])
    }

    /// The row to which a symbol belongs.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.place(name).map(|(row, _)| self.at(row))
    }

    /// The row with this code or name.
    pub fn find(&self, code_or_name: &str) -> Option<&Row> {
        self.rows().find(|r| r.code.eq_ignore_ascii_case(code_or_name) || r.name == code_or_name)
    }

    /// Where a symbol stands. The tests of the tests note what is asked for.
    fn place(&self, name: &str) -> Option<(usize, usize)> {
        let place = self.symbols.get(name).copied()?;
        #[cfg(test)]
        tests::note(place);
        Some(place)
    }

    /// The row at a place. The tests of the tests put a spoilt one there.
    fn at(&self, row: usize) -> &Row {
        #[cfg(test)]
        if let Some(spoilt) = tests::spoilt(row) {
            return spoilt;
        }
        &self.rows[row]
    }
}

impl SymbolRow {
    /// What becomes of the symbol.
    pub fn mapping(&self, target: Target, form: JobForm) -> &Mapping {
        match (target, form) {
            (Target::V2, _) => &self.v2,
            (Target::V1, JobForm::ScriptRunConfig) => self.v1_src.as_ref().unwrap_or(&self.v1),
            (Target::V1, JobForm::Estimator) => &self.v1,
        }
    }

    /// Whether a name stands for a value that is the same everywhere: a flag of the storage SDK.
    pub fn is_constant(&self) -> bool {
        let simple = self.v2.shape == Shape::Value && self.v2.class.is_empty() && self.v2.fields.is_empty();
        self.kind == Kind::Storage && self.params.is_empty() && simple
    }

    /// Whether the row says what becomes of an attribute.
    pub fn names(&self, attribute: &str) -> bool {
        self.v2.fields.get(attribute).is_some()
            || self.v2.manual.get(attribute).is_some()
            || self.v2.drop.get(attribute).is_some()
    }
}
