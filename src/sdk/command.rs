//! The command lines that exist: `az batchai` in all its versions, and `az ml` of today.
//!
//! Facts: `inventory/az-batchai.json` and `inventory/az-ml.json`, made by `tools/inventory/azcli.py` from the published
//! wheels and from the reference that is generated from the extension.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// An option of a command.
#[derive(Debug, Deserialize)]
pub struct CommandOption {
    /// Its other spellings.
    pub also: Vec<String>,
    pub required: bool,
    /// Whether it takes no value.
    pub switch: bool,
}

/// The options of a command, by their long names.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct CommandOptions(BTreeMap<String, CommandOption>);

/// A command in a range of versions.
#[derive(Debug, Deserialize)]
pub struct CommandForm {
    pub first: String,
    pub last: String,
    pub options: CommandOptions,
}

/// `az batchai`.
#[derive(Debug, Deserialize)]
pub struct AzBatchAi {
    /// By full names, `az batchai job create`: the forms, the oldest first.
    pub commands: BTreeMap<String, Vec<CommandForm>>,
}

/// `az ml`.
#[derive(Debug, Deserialize)]
pub struct AzMl {
    /// Where this was read.
    pub source: String,
    /// Options of every command of the Azure command line.
    pub shared: CommandOptions,
    /// By full names, `az ml job create`.
    pub commands: BTreeMap<String, CommandOptions>,
}

/// The commands of Batch AI.
///
/// # Panics
/// If the built-in inventory is not of its form, which every test would notice.
pub fn az_batchai() -> &'static AzBatchAi {
    static READ: OnceLock<AzBatchAi> = OnceLock::new();
    READ.get_or_init(|| read(include_str!("inventory/az-batchai.json")))
}

/// The commands of Azure ML.
///
/// # Panics
/// If the built-in inventory is not of its form, which every test would notice.
pub fn az_ml() -> &'static AzMl {
    static READ: OnceLock<AzMl> = OnceLock::new();
    READ.get_or_init(|| read(include_str!("inventory/az-ml.json")))
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("an inventory of commands: {error}"))
}

impl CommandOptions {
    /// The option with one of these spellings, by its long name.
    pub fn named(&self, spelling: &str) -> Option<(&str, &CommandOption)> {
        let is_it =
            |(name, option): &(&String, &CommandOption)| *name == spelling || option.also.iter().any(|a| a == spelling);
        self.0.iter().find(is_it).map(|(name, option)| (name.as_str(), option))
    }

    /// The same, or the only one that begins like this: the Azure command line took the beginnings of names.
    pub fn begun(&self, spelling: &str) -> Option<(&str, &CommandOption)> {
        let exact = self.named(spelling);
        if exact.is_some() || !spelling.starts_with("--") || spelling.len() < 3 {
            return exact;
        }
        let names = |(name, option): &(&String, &CommandOption)| {
            name.starts_with(spelling) || option.also.iter().any(|also| also.starts_with(spelling))
        };
        let mut begun = self.0.iter().filter(names);
        let first = begun.next().map(|(name, option)| (name.as_str(), option));
        first.filter(|_| begun.next().is_none())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CommandOption)> {
        self.0.iter().map(|(name, option)| (name.as_str(), option))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_commands_of_the_last_version_are_known() {
        let last = |forms: &&Vec<CommandForm>| forms.last().is_some_and(|form| form.last == "0.4.10");
        let now: Vec<_> = az_batchai().commands.values().filter(last).collect();
        let options = now.iter().flat_map(|forms| forms.last()).map(|form| form.options.iter().count());
        assert_eq!((now.len(), options.sum::<usize>()), (32, 176));
    }

    #[test]
    fn options_are_found_by_all_their_spellings() {
        let forms = &az_batchai().commands["az batchai job file stream"];
        let options = &forms[forms.len() - 1].options;
        assert_eq!(options.begun("--j").map(|(name, _)| name), Some("--job"));
        assert_eq!(options.begun("-j").map(|(name, _)| name), Some("--job"));
        assert_eq!(options.begun("--nothing").map(|(name, _)| name), None);
        assert!(az_ml().commands["az ml job create"].named("-f").is_some_and(|(name, _)| name == "--file"));
    }
}
