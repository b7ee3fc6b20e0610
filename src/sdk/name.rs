//! Names that Azure ML refuses, of what Batch AI took under them.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;

/// Which names Azure ML takes for one kind of thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameRule {
    /// The arguments that give such a name: `InputDirectory.id`.
    pub of: Vec<String>,
    pub first: First,
    /// What a name may hold besides letters and digits.
    pub more: String,
    pub least: usize,
    pub most: usize,
    /// The rule as a sentence, without its beginning.
    pub says: String,
    /// Where the rule is written.
    pub source: String,
}

/// What a name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum First {
    /// A letter.
    #[serde(rename = "letter")]
    Letter,
    /// A letter or `_`.
    #[serde(rename = "letter_")]
    LetterOrLine,
    /// A letter or digit.
    #[serde(rename = "alnum")]
    LetterOrDigit,
}

#[derive(Deserialize)]
struct File {
    name: Vec<NameRule>,
}

/// All rules that are known.
pub fn name_rules() -> &'static [NameRule] {
    static RULES: OnceLock<Vec<NameRule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let file: File = facts!("sdk-names");
        file.name
    })
}

/// The rule for an argument of a symbol.
pub fn name_rule(symbol: &str, argument: &str) -> Option<&'static NameRule> {
    let is_it = |of: &String| of.rsplit_once('.') == Some((symbol, argument));
    name_rules().iter().find(|rule| rule.of.iter().any(is_it))
}

impl NameRule {
    /// Whether Azure ML takes a name.
    pub fn takes(&self, name: &str) -> bool {
        let begins = name.starts_with(|c: char| match self.first {
            First::Letter => c.is_ascii_alphabetic(),
            First::LetterOrLine => c.is_ascii_alphabetic() || c == '_',
            First::LetterOrDigit => c.is_ascii_alphanumeric(),
        });
        let holds = name.chars().all(|c| c.is_ascii_alphanumeric() || self.more.contains(c));
        begins && holds && (self.least..=self.most).contains(&name.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{name_rule, name_rules};

    #[test]
    fn names_are_taken_or_refused() {
        let takes = |symbol, argument, name: &str| name_rule(symbol, argument).is_some_and(|rule| rule.takes(name));
        for (name, is_taken) in [("nc6", true), ("gpu_nodes", false), ("g1", false), ("1gpu", false)] {
            assert_eq!(takes("ClustersOperations.create", "cluster_name", name), is_taken, "{name}");
        }
        for (name, is_taken) in [("DATA", true), ("_x1", true), ("1x", false), ("train-set", false), ("", false)] {
            assert_eq!(takes("InputDirectory", "id", name), is_taken, "{name}");
        }
        for (name, is_taken) in [("job_1", true), ("1", true), ("_job", false), ("a.b", false), ("a b", false)] {
            assert_eq!(takes("JobsOperations.create", "job_name", name), is_taken, "{name}");
        }
        assert!(!takes("ExperimentsOperations.create", "experiment_name", &"e".repeat(256)));
    }

    #[test]
    fn rules_are_of_arguments_that_exist_and_have_a_source() {
        for rule in name_rules() {
            assert!(!rule.source.is_empty() && !rule.says.is_empty());
            for of in &rule.of {
                let (symbol, argument) = of.rsplit_once('.').expect("an argument of a symbol");
                let surface = crate::sdk::batchai();
                let (class, method) = symbol.split_once('.').unwrap_or((symbol, ""));
                let is_param =
                    surface.operations(class, method).iter().any(|o| o.params.iter().any(|p| p.name == argument));
                let is_field = surface.model(symbol).iter().any(|form| form.field(argument).is_some());
                assert!(is_param || is_field, "{of}");
            }
        }
    }
}
