//! What was written is what exists: every `az ml` command of a text and its options, against the inventory.

use crate::sdk::{CommandOptions, az_ml};
use crate::shell::{Command, Dialect, read};
use crate::text::Span;

/// What `az configure --defaults` can hold.
const DEFAULTS: [&str; 2] = ["--resource-group", "--workspace-name"];

/// The first fault of the `az ml` commands in a text.
pub fn fault(text: &str, dialect: Dialect) -> Option<String> {
    read(text, Span::new(0, text.len()), dialect).iter().find_map(|command| of_command(text, command))
}

fn of_command(text: &str, command: &Command) -> Option<String> {
    let words = &command.words;
    let at = words.windows(2).position(|two| two[0].is("az") && two[1].is("ml"))?;
    let named = (1..=3).rev().find_map(|count| {
        let verbs: Option<Vec<&str>> =
            words.get(at + 2..at + 2 + count)?.iter().map(|word| word.literal.as_deref()).collect();
        let name = format!("az ml {}", verbs?.join(" "));
        az_ml().commands.get_key_value(&name).map(|(name, options)| (name, options, at + 2 + count))
    });
    let Some((name, options, mut next)) = named else { return Some("there is no such command of `az ml`".into()) };
    let mut seen = Vec::new();
    while let Some(word) = words.get(next) {
        next += 1;
        let raw = word.raw(text);
        let spelling = raw.split_once('=').map_or(raw, |(spelling, _)| spelling);
        if !raw.starts_with('-') {
            return Some(format!("`{raw}` belongs to no option of `{name}`"));
        }
        let short = raw.char_indices().nth(2).map_or(raw, |(at, _)| &raw[..at]);
        let spelling = if raw.starts_with("--") { spelling } else { short };
        let Some((option, is_switch)) = find(options, spelling) else {
            return Some(format!("`{name}` has no option `{spelling}`"));
        };
        let is_attached = spelling.len() < raw.len();
        let values = words[next..].iter().take_while(|word| !word.raw(text).starts_with('-')).count();
        let values = if option == "--set" || option == "--tags" { values } else { values.min(1) };
        if !is_switch && !is_attached && values == 0 {
            return Some(format!("`{spelling}` of `{name}` has no value"));
        }
        next += if is_switch || is_attached { 0 } else { values };
        seen.push(option);
    }
    let missing =
        options.iter().find(|(option, rule)| rule.required && !DEFAULTS.contains(option) && !seen.contains(option));
    missing.filter(|_| !seen.contains(&"--help")).map(|(option, _)| format!("`{name}` needs `{option}`"))
}

fn find<'a>(options: &'a CommandOptions, spelling: &str) -> Option<(&'a str, bool)> {
    let found = options.named(spelling).or_else(|| az_ml().shared.named(spelling));
    found.map(|(name, option)| (name, option.switch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_held_against_the_inventory() {
        let said = |text: &str| fault(text, Dialect::Posix);
        assert_eq!(said("az ml job create -f job.yml -n $X --set a=b c=d -g rg | jq .name"), None);
        assert_eq!(said("x=$(az ml job show --name=x -o tsv)"), None);
        assert_eq!(said("az ml job start"), Some("there is no such command of `az ml`".into()));
        assert_eq!(said("az ml job show"), Some("`az ml job show` needs `--name`".into()));
        assert_eq!(said("az ml job show -n x --force"), Some("`az ml job show` has no option `--force`".into()));
        assert_eq!(said("az ml job show x -n x"), Some("`x` belongs to no option of `az ml job show`".into()));
        assert_eq!(said("az ml job show -n"), Some("`-n` of `az ml job show` has no value".into()));
    }
}
