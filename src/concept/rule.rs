//! What `check` reports besides uses of Batch AI: `rules.toml`. No fates, no symbols, nothing to convert.

use std::sync::OnceLock;

use serde::Deserialize;

use super::table;
use crate::facts::facts;
use crate::report::Level;

/// One kind of finding that is no use of Batch AI.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `BAI951`
    pub code: String,
    /// `suppression-unused`
    pub name: String,
    /// How serious it is.
    pub level: Level,
    /// Completes "This code …".
    pub summary: String,
    /// What `explain` says.
    pub text: String,
}

/// All rules, by code.
pub fn rules() -> &'static [Rule] {
    #[derive(Deserialize)]
    struct Rules {
        rule: Vec<Rule>,
    }
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let rules: Rules = facts!("concept-rules");
        rules.rule
    })
}

/// The rule with this code or name.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

/// Name and summary of the concept or rule with this code or name.
pub fn described(code_or_name: &str) -> Option<(&'static str, &'static str)> {
    let row = table().find(code_or_name).map(|row| (row.name.as_str(), row.summary.as_str()));
    row.or_else(|| rule(code_or_name).map(|rule| (rule.name.as_str(), rule.summary.as_str())))
}
