//! From the words of a command to an `az batchai` command with its options by name, in the version that it was written for.

use crate::concept::{self, SymbolRow};
use crate::sdk::{CommandForm, CommandOptions, az_batchai, az_ml};
use crate::shell::{Command, Word};
use crate::text::Span;
use crate::translate::Stuck;

/// A command of Batch AI as it was given.
pub(super) struct Call<'a> {
    /// `az batchai job create`
    pub symbol: &'a str,
    pub row: &'static SymbolRow,
    /// From `az` to its last verb.
    pub head: Span,
    /// In the order in which they stand.
    pub given: Vec<Given>,
}

/// An option that was given.
pub(super) struct Given {
    /// Its long name.
    pub name: String,
    /// As it is spelled, without its value.
    pub spelled: Span,
    pub value: Option<Value>,
    /// Whether every command of Azure has it.
    pub is_shared: bool,
}

/// The value of an option.
pub(super) struct Value {
    pub span: Span,
    /// What it is, if nothing in it is expanded.
    pub literal: Option<String>,
}

impl Given {
    /// From its name to the end of its value.
    pub fn span(&self) -> Span {
        let end = self.value.as_ref().map_or(self.spelled.end, |value| value.span.end);
        Span::new(self.spelled.start, end)
    }
}

impl Call<'_> {
    /// The option with this name.
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.name == name)
    }
}

/// Where the verbs of an `az batchai` command begin among its words: behind `sudo`, assignments and their like.
pub(super) fn verbs(command: &Command) -> Option<usize> {
    let at = command.words.windows(2).position(|two| is_az(&two[0]) && two[1].is("batchai"))?;
    Some(at + 2)
}

fn is_az(word: &Word) -> bool {
    let program = word.literal.as_deref().map(|literal| literal.rsplit(['/', '\\']).next().unwrap_or(literal));
    matches!(program, Some("az" | "az.cmd"))
}

/// The name of the command at a place among words, and behind which of them it ends.
pub(super) fn symbol(command: &Command, verbs: usize) -> Option<(&'static str, usize)> {
    (1..=3).rev().find_map(|count| {
        let words = command.words.get(verbs..verbs + count)?;
        let words: Option<Vec<&str>> = words.iter().map(|word| word.literal.as_deref()).collect();
        let name = format!("az batchai {}", words?.join(" "));
        az_batchai().commands.get_key_value(&name).map(|(name, _)| (name.as_str(), verbs + count))
    })
}

/// Reads a command. The newest version is taken that has all options and gets all that it needs.
pub(super) fn parse(text: &str, command: &Command, verbs: usize) -> Result<Call<'static>, Stuck> {
    let Some((symbol, end)) = symbol(command, verbs) else {
        if command.words.get(verbs).is_some_and(|word| word.literal.is_none()) {
            let reason = format!("`{}` says which command it is, when it runs", command.words[verbs].raw(text));
            return Err(Stuck::new(reason, "write the commands out, and convert again"));
        }
        return Err(Stuck::new("there is no such command of Batch AI", "look for the command of `az ml` that does it"));
    };
    let row = concept::table().symbol(symbol);
    let row = row.ok_or_else(|| Stuck::new(format!("`{symbol}` has no row"), "please report this"))?;
    let words = &command.words[end..];
    let mut first: Option<Result<Vec<Given>, Stuck>> = None;
    for form in az_batchai().commands[symbol].iter().rev() {
        let given = given(text, words, form);
        match &given {
            Ok(all) if has_all(all, form) => {
                first = Some(given);
                break;
            }
            Ok(_) if first.as_ref().is_none_or(Result::is_err) => first = Some(given),
            _ => first = first.or(Some(given)),
        }
    }
    let given = first.unwrap_or_else(|| Ok(Vec::new()))?;
    let head = Span::new(command.words[verbs - 2].span.start, command.words[end - 1].span.end);
    Ok(Call { symbol, row, head, given })
}

/// Whether everything is given that a version needs; what `az configure --defaults` can hold may be missing.
fn has_all(given: &[Given], form: &CommandForm) -> bool {
    const DEFAULTS: [&str; 3] = ["--resource-group", "--location", "--workspace"];
    let is_given = |name: &str| given.iter().any(|given| given.name == name);
    is_given("--help")
        || form.options.iter().all(|(name, option)| !option.required || DEFAULTS.contains(&name) || is_given(name))
}

fn given(text: &str, words: &[Word], form: &CommandForm) -> Result<Vec<Given>, Stuck> {
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some(word) = words.get(at) {
        at += 1;
        let raw = word.raw(text);
        if !raw.starts_with('-') {
            return Err(strange(word, raw));
        }
        let (name, attached) = split(raw);
        let (name, option, is_shared) = find(&form.options, name).ok_or_else(|| {
            let todo = "look for what it did, and convert the command by hand";
            Stuck::new(format!("`{name}` is no option of this command"), todo)
        })?;
        let spelled = Span::new(word.span.start, word.span.end - attached.map_or(0, str::len));
        let literal =
            |value: &str| word.literal.as_ref().and_then(|all| all.get(all.len().checked_sub(value.len())?..));
        let value = match attached {
            Some(value) => {
                let span = Span::new(word.span.end - value.len(), word.span.end);
                let is_plain = !value.contains(['"', '\'', '\\']);
                Some(Value { span, literal: literal(value).filter(|_| is_plain).map(str::to_owned) })
            }
            None if option => None,
            None => {
                let value = words.get(at).ok_or_else(|| {
                    Stuck::new(format!("`{name}` has no value"), "complete the command, and convert again")
                })?;
                at += 1;
                Some(Value { span: value.span, literal: value.literal.clone() })
            }
        };
        all.push(Given { name, spelled, value, is_shared });
    }
    let workspaces: Vec<&Given> = all.iter().filter(|given| given.name == "--workspace").collect();
    if workspaces.len() > 1 && workspaces.iter().any(|given| given.spelled.of(text) == "-w") {
        let todo = "find out which of its names is meant, and convert again";
        return Err(Stuck::new("it names two workspaces, and `-w` is no option of it", todo));
    }
    Ok(all)
}

/// The name of an option with its `=`, and the value that is written into the same word.
fn split(raw: &str) -> (&str, Option<&str>) {
    if let Some(at) = raw.find('=').filter(|_| raw.starts_with("--")) {
        return (&raw[..at], Some(&raw[at + 1..]));
    }
    match raw.char_indices().nth(2) {
        Some((at, _)) if !raw.starts_with("--") => (&raw[..at], Some(&raw[at..])),
        _ => (raw, None),
    }
}

/// An option by its spelling: its long name, whether it is a switch, and whether all commands have it.
fn find(options: &CommandOptions, spelling: &str) -> Option<(String, bool, bool)> {
    let own = options.begun(spelling).map(|(name, option)| (name.to_owned(), option.switch, false));
    let shared = || az_ml().shared.begun(spelling).map(|(name, option)| (name.to_owned(), option.switch, true));
    // Commands from before there were workspaces got `-w` when their options were brought up to date: it stays. Those on
    // workspaces had `-n` for it, and whoever wrote `-w` meant the same.
    let workspace = || {
        let name = if options.named("--workspace").is_some() { "--workspace" } else { "-w" };
        (spelling == "-w").then(|| (name.to_owned(), false, name == "-w"))
    };
    own.or_else(shared).or_else(workspace)
}

fn strange(word: &Word, raw: &str) -> Stuck {
    if word.literal.is_none() {
        let todo = "write the options out, and convert again";
        return Stuck::new(format!("`{raw}` may hold options that cannot be seen"), todo);
    }
    Stuck::new(format!("`{raw}` belongs to no option"), "correct the command, and convert again")
}
