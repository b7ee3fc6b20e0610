//! Command lines in neutral form: variables that the start of a command sets are put where they are used, inputs and outputs
//! go by their names, and what only arranges the run (a preparation, the first node alone, a case for each role) is told
//! apart from what runs.
//!
//! It reads the shell of job commands, not all of the shell: what it does not know stays as it is written.

use std::collections::BTreeMap;

use super::super::table::table;
use crate::concept::launchers;

/// A command line, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shell {
    /// By role; everyone else under the empty name.
    pub roles: BTreeMap<String, String>,
    /// What runs once on each node before.
    pub preparation: Option<String>,
    /// Whether only the first node runs it.
    pub first_node: bool,
    /// Variables that are set for what runs, and that are not Batch AI's own.
    pub environment: BTreeMap<String, String>,
}

/// The variables of Batch AI.
const OURS: &str = "AZ_BATCHAI_";

/// Reads a command line. `azure_ml` is whether Batch AI's variables have to be set in it to be there.
pub(super) fn read(text: &str, azure_ml: bool) -> Shell {
    let mut shell = Shell::default();
    let mut set: BTreeMap<String, String> = BTreeMap::new();
    let mut rest = text.trim();
    let (mut computed, mut front) = (String::new(), String::new());
    let mut links: Vec<(&str, &str)> = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix("export ") {
            let end = end_of_statement(after);
            assignments(&after[..end], &mut set);
            rest = after[end..].trim_start_matches([';', '&', '\n', ' ']);
        } else if let Some((inside, after)) = rest.strip_prefix("eval \"$(").and_then(|rest| rest.split_once("\n)\"")) {
            computed.push_str(inside);
            rest = after.trim_start();
        } else if let Some(after) = idiom(rest, &mut shell) {
            rest = after;
        } else if let Some((link, target, after)) = linked(rest, &set) {
            links.push((link, target));
            rest = after;
        } else if let Some(after) = harmless(rest) {
            front.push_str(&rest[..rest.len() - after.len()]);
            rest = after;
        } else {
            break;
        }
    }
    let rest = links.iter().fold(rest.to_owned(), |rest, (link, target)| rest.replace(link, target));
    for (role, body) in roles(&rest) {
        let body = substitute(&format!("{front}{}", body.trim()), &set, azure_ml.then_some(computed.as_str()));
        shell.roles.insert(role, words(&body));
    }
    shell.preparation = shell.preparation.map(|text| words(&substitute(&text, &set, None)));
    let own = set.into_iter().filter(|(name, _)| !name.starts_with(OURS) && name != "BAI_TASK_TYPE");
    shell.environment = own.map(|(name, value)| (name, variables(&value))).collect();
    shell
}

/// Variables of inputs and outputs in a text, in neutral form.
pub(super) fn variables(text: &str) -> String {
    substitute(text, &BTreeMap::new(), None)
}

/// A text with the values of variables in place of `$NAME`.
pub(super) fn expanded(text: &str, set: &BTreeMap<String, String>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, tail)) = rest.split_once('$') {
        out.push_str(before);
        let (name, after) = named(tail);
        match set.get(name) {
            Some(value) => out.push_str(value),
            None => out.extend(["$", &tail[..tail.len() - after.len()]]),
        }
        rest = after;
    }
    out + rest
}

/// The name of a variable after its `$`, and what comes behind it.
fn named(tail: &str) -> (&str, &str) {
    let braced = tail.strip_prefix('{').and_then(|tail| tail.split_once('}'));
    let length = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len());
    braced.unwrap_or_else(|| tail.split_at(length))
}

/// Where an unquoted `;`, `&&` or line end is.
pub(super) fn end_of_statement(text: &str) -> usize {
    let (mut quote, mut depth) = (None, 0_i32);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ';' | '&' | '\n') if depth <= 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// What comes after a command that only arranges where the next one runs.
fn harmless(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    let after = &text[end_of_statement(text)..];
    let rest = after.trim_start_matches([';', '&', '\n', ' ']);
    let is_known = launchers().before.iter().any(|name| name == first);
    (is_known && first != "export" && !rest.is_empty()).then_some(rest)
}

/// `ln -s "target" "$NEW/name"; …` in a directory that is made for it: the link, what it leads to, and what comes after.
fn linked<'t>(text: &'t str, set: &BTreeMap<String, String>) -> Option<(&'t str, &'t str, &'t str)> {
    let (target, rest) = text.strip_prefix("ln -s \"")?.split_once("\" \"")?;
    let (link, after) = rest.split_once("\"; ")?;
    let (name, _) = link.strip_prefix('$')?.split_once('/')?;
    let is_new = set.get(name).is_some_and(|made| made == "$(mktemp -d)");
    is_new.then_some((link, target, after))
}

/// `A="x" B=y`
fn assignments(text: &str, set: &mut BTreeMap<String, String>) {
    for word in split(text) {
        if let Some((name, value)) = word.split_once('=') {
            set.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
        }
    }
}

/// Words by unquoted blanks; what stands in braces is one word.
pub(in crate::intent) fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut depth) = (Vec::new(), String::new(), None, 0_i32);
    for character in text.chars() {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = (depth - 1).max(0),
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            _ => {}
        }
        if character.is_whitespace() && quote.is_none() && depth == 0 {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(character);
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// What the table knows of how a command begins, taken off.
fn idiom<'t>(text: &'t str, shell: &mut Shell) -> Option<&'t str> {
    for idiom in table().idioms() {
        let Some(rest) = text.strip_prefix(&*idiom.start) else { continue };
        let (inside, after) = match idiom.end.as_str() {
            ")" => (closed(rest).filter(|(_, after)| after.trim().is_empty())?.0, ""),
            end if end.starts_with(')') => match closed(rest) {
                Some((inside, after)) => match after.strip_prefix(&end[1..]) {
                    Some(after) => (inside, after),
                    None => continue,
                },
                None => continue,
            },
            end => rest.split_once(end)?,
        };
        if idiom.is == "preparation" {
            shell.preparation = Some(inside.trim()).filter(|line| *line != "true").map(str::to_owned);
            return Some(after.trim_start());
        }
        shell.first_node = true;
        return Some(inside.trim_start());
    }
    None
}

/// What stands up to the parenthesis that closes, and what comes after it.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

/// `case "$ROLE" in ps) … ;; *) … ;; esac`
fn roles(text: &str) -> Vec<(String, &str)> {
    let inside = text.strip_prefix("case ").and_then(|rest| rest.trim_end().strip_suffix("esac"));
    let Some((_, clauses)) = inside.and_then(|inside| inside.split_once(" in ")) else {
        return vec![(String::new(), text)];
    };
    let mut found = Vec::new();
    for clause in clauses.split(";;").map(str::trim).filter(|clause| !clause.is_empty()) {
        let Some((patterns, body)) = clause.split_once(')') else { return vec![(String::new(), text)] };
        for pattern in patterns.split('|').map(str::trim) {
            found.push((if pattern == "*" { String::new() } else { pattern.to_owned() }, body));
        }
    }
    found
}

/// Puts variables where they are used. With `computed` the variables of Batch AI that are neither set nor computed by that
/// code are marked: nobody sets them.
fn substitute(text: &str, set: &BTreeMap<String, String>, computed: Option<&str>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let placeholder = tail.strip_prefix("{{").and_then(|tail| tail.split_once("}}"));
        if let Some((inside, after)) = placeholder {
            let same = table().same_variable(&format!("{{{{{}}}}}", inside.trim()));
            out.push_str(&same.map_or_else(|| format!("<{}>", inside.trim()), |name| format!("${name}")));
            rest = after;
            continue;
        }
        let (name, after) = named(tail);
        // `${NAME:-x}`: what is done with the value stands behind the name.
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|end| *end > 0);
        match end.map(|end| name.split_at(end)) {
            Some((name, done)) => out.push_str(&format!("{{{}{done}}}", variable(name, set, computed))),
            None => out.push_str(&variable(name, set, computed)),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn variable(name: &str, set: &BTreeMap<String, String>, computed: Option<&str>) -> String {
    let neutral = table().same_variable(name).unwrap_or(name);
    match set.get(name) {
        Some(value) if table().holds(name, value) => return format!("${name}"),
        Some(value) => return substitute(value, &BTreeMap::new(), computed),
        None => {}
    }
    let part = |kind: &str, word: &str| name.strip_prefix(kind).map(|id| format!("<{word}.{id}>"));
    if let Some(input) = part("AZUREML_DATAREFERENCE_", "inputs") {
        return input;
    }
    if let Some(known) = part("AZ_BATCHAI_INPUT_", "inputs").or_else(|| part("AZ_BATCHAI_OUTPUT_", "outputs")) {
        return match computed {
            Some(_) => format!("{known}(not set)"),
            None => known,
        };
    }
    let is_set = computed.is_none_or(|code| code.contains(&format!("{name}=")));
    match name.starts_with(OURS) && !is_set {
        true => format!("${name}(not set)"),
        false => format!("${neutral}"),
    }
}

/// A command as its words: `--name=value` as two, without quotes that change nothing.
pub(super) fn words(text: &str) -> String {
    let mut words = Vec::new();
    for word in split(text) {
        match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") && !value.is_empty() => {
                words.extend([name.to_owned(), bare(value)]);
            }
            _ => words.push(bare(&word)),
        }
    }
    words.join(" ")
}

fn bare(word: &str) -> String {
    let inner = word.strip_prefix('"').and_then(|w| w.strip_suffix('"'));
    let is_plain = |inner: &&str| !inner.contains(['"', ' ', '\\', '`']);
    inner.filter(is_plain).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_put_where_they_are_used() {
        let new = read(
            "export AZ_BATCHAI_INPUT_DATA=\"${{inputs.DATA}}\"; python t.py --d=$AZ_BATCHAI_INPUT_DATA -x \"$A\"",
            true,
        );
        let old = read("python t.py --d $AZ_BATCHAI_INPUT_DATA -x $A", false);
        assert_eq!(new.roles, old.roles);
        let lost = read("python t.py --d=$AZ_BATCHAI_INPUT_DATA -x $A", true);
        assert_ne!(lost.roles, old.roles);
    }

    #[test]
    fn a_case_is_told_apart_by_role() {
        let shell = read("case \"$BAI_TASK_TYPE\" in ps) a --b ;; *) c ;; esac", true);
        assert_eq!(shell.roles, BTreeMap::from([(String::new(), "c".into()), ("ps".into(), "a --b".into())]));
    }

    #[test]
    fn a_preparation_is_told_apart() {
        let shell = read("(pip install x) && [ \"$RANK\" != 0 ] || (python t.py)", true);
        assert_eq!(shell.preparation.as_deref(), Some("pip install x"));
        assert!(shell.first_node);
        assert_eq!(shell.roles[""], "python t.py");
    }
}
