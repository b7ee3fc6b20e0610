//! The concept table is true: everything of Batch AI is in it, and everything that it names exists.
//!
//! Each test lists all that is missing, with the row and the target, so that a new row can be written step by step.

mod account;
mod calls;
mod commands;
mod packages;
mod rows;
mod sentences;
mod support;
mod targets;
mod templates;

use bai2aml::concept::{Kind, Mapping, Row, Shape, SymbolRow, table};
use bai2aml::report::Fate;
use bai2aml::sdk::Target;

/// What becomes of the symbols of a row in one form of a target.
struct Case {
    row: &'static Row,
    symbol: &'static SymbolRow,
    target: Target,
    /// The key in the table: `v2`, `v1` or `v1-src`.
    form: &'static str,
    mapping: &'static Mapping,
}

/// The whole table, one mapping after the other.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in table().rows() {
        for symbol in &row.symbols {
            let forms = [
                ("v2", Target::V2, Some(&symbol.v2)),
                ("v1", Target::V1, Some(&symbol.v1)),
                ("v1-src", Target::V1, symbol.v1_src.as_ref()),
            ];
            for (form, target, mapping) in forms {
                cases.extend(mapping.map(|mapping| Case { row, symbol, target, form, mapping }));
            }
        }
    }
    cases
}

impl Case {
    /// A line for the reader of a failure.
    fn says(&self, message: &str) -> String {
        format!("{} {} {}: {message}", self.row.code, self.symbol.sources[0], self.form)
    }

    /// Whether its new code is Python; that of a command line is not.
    fn is_python(&self) -> bool {
        self.symbol.kind != Kind::Command
    }

    /// Whether all of it is left for a person, or goes, so that nothing has to be said of its parts.
    fn is_whole(&self) -> bool {
        let mapping = self.mapping;
        matches!(mapping.shape, Shape::Manual | Shape::Drop) || mapping.fate == Fate::Manual && mapping.code.is_empty()
    }
}

/// Fails with all that is wrong, one a line.
fn all_right(wrong: impl IntoIterator<Item = String>) {
    let mut wrong: Vec<String> = wrong.into_iter().collect();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
