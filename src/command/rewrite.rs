//! One command of Batch AI becomes one or several of Azure ML, by the row of the table: in place, option by option, so
//! that order, quotes and continued lines stay as the user wrote them.

use std::collections::{BTreeMap, BTreeSet};

use super::Aim;
use super::check::fault;
use super::filter::{is_home, unquoted};
use super::parse::Call;
use super::pasted::{self, Pasted};
use super::template::{fill, hole};
use crate::concept::{Mapping, Shape, Step};
use crate::ledger::Settled;
use crate::report::Fate;
use crate::sdk::az_ml;
use crate::shell::{Command, Dialect};
use crate::text::{Edit, Span, edited};
use crate::translate::Stuck;

pub(super) type Result<T> = std::result::Result<T, Stuck>;

/// What an option becomes.
pub(super) enum Written {
    Text(String),
    /// One more `key=value` of `--set`.
    Set(String),
    Gone,
}

/// What a command becomes.
#[derive(Default)]
pub(super) struct Draft {
    /// In the text of the command itself, and of the one that takes its output.
    pub edits: Vec<Edit>,
    /// Commands that go before it, and one that goes behind it.
    pub before: Vec<String>,
    pub after: Option<String>,
    /// Whether it goes as a whole.
    pub is_gone: bool,
    /// What is said of the command, and of its options in their order.
    pub command: Option<Settled>,
    pub options: Vec<Settled>,
    /// The configuration file whose datastores are made before.
    pub stores: Option<String>,
    /// Options that are left to a person, with why.
    pub left: Vec<(String, Vec<Span>)>,
}

/// One command on its way.
pub(super) struct Rewriter<'a> {
    pub text: &'a str,
    /// All that is written in its program, where files are named and made.
    pub program: &'a str,
    pub path: &'a str,
    pub dialect: Dialect,
    /// The text that is read with it, and whether that is put together from parts.
    pub region: Span,
    pub pasted: Option<Pasted>,
    pub commands: &'a [Command],
    pub command: &'a Command,
    pub call: &'a Call<'static>,
    pub mapping: &'a Mapping,
    pub aim: Aim<'a>,
    /// Whether something besides the shell takes its output: a variable of Python.
    pub is_kept: bool,
    /// Whether nothing can stand behind it.
    pub is_single: bool,
    /// The configuration files whose datastores a command before makes, and whether others may be made before this one.
    pub stored: &'a BTreeSet<String>,
    pub with_stores: bool,
    /// What is said of options beyond the row.
    pub said: BTreeMap<usize, Settled>,
    /// The new `--query`, where another option is part of it.
    pub queries: Option<String>,
}

impl<'a> Rewriter<'a> {
    /// What becomes of the command.
    pub fn rewrite(mut self) -> Result<Draft> {
        if self.mapping.shape == Shape::Manual {
            return Err(Stuck::new(&self.mapping.note, &self.mapping.todo));
        }
        let mut draft = Draft::default();
        if self.mapping.shape == Shape::Drop {
            if self.is_taken() {
                let todo = "find out what the output was for, and convert by hand";
                return Err(Stuck::new(
                    format!("its output is used, and there is none any more: {}", self.mapping.note),
                    todo,
                ));
            }
            draft.is_gone = true;
        } else if self.mapping.code.contains("{{") {
            self.whole(&mut draft)?;
        } else {
            self.in_place(&mut draft)?;
        }
        if !draft.is_gone {
            self.stores(&mut draft)?;
            self.beside(&mut draft)?;
            self.output(&mut draft)?;
            self.states(&mut draft);
            self.notes(&mut draft);
        }
        self.account(&mut draft)?;
        self.check(&draft)?;
        Ok(draft)
    }

    pub(super) fn is_taken(&self) -> bool {
        let is_nothing = |span: &Span| ["/dev/null", "$null", "&"].iter().any(|none| span.of(self.text).contains(none));
        let is_sent = self.command.redirections.iter().any(|span| !is_nothing(span));
        let into = self.command.into.map(|into| &self.commands[into]);
        let is_dropped = into.is_some_and(|into| into.words[0].raw(self.text).eq_ignore_ascii_case("Out-Null"));
        self.is_kept || is_sent || self.is_assigned() || self.command.is_taken() && !is_dropped
    }

    /// The name of the new command, without options.
    fn target(&self) -> &str {
        self.mapping.code.split(" -").next().unwrap_or_default()
    }

    fn in_place(&mut self, draft: &mut Draft) -> Result<()> {
        // What chooses the jobs of an experiment is part of the query, wherever the two stand.
        let chooses =
            |name: &str| self.mapping.fields.get(name).is_some_and(|field| field.filter == "experiment_query");
        if let Some(at) = self.call.given.iter().position(|given| chooses(&given.name)) {
            self.argument(at)?;
        }
        let mut written = Vec::new();
        for at in 0..self.call.given.len() {
            written.push(self.argument(at)?);
        }
        let sets: Vec<&str> = written
            .iter()
            .filter_map(|w| if let Written::Set(pair) = w { Some(pair.as_str()) } else { None })
            .collect();
        let set = format!("--set {}", sets.join(" "));
        let head = self.call.head;
        draft.edits.push(Edit { span: head, text: self.mapping.code.clone() });
        let (mut end, mut is_set) = (head.end, false);
        for (given, written) in self.call.given.iter().zip(&written) {
            let span = given.span();
            let new = match written {
                Written::Set(_) if is_set => None,
                Written::Set(_) => Some(set.clone()),
                Written::Text(text) => Some(text.clone()),
                Written::Gone => None,
            };
            is_set |= matches!(written, Written::Set(_));
            match new {
                Some(text) if text == span.of(self.text) => {}
                Some(text) => draft.edits.push(Edit { span, text }),
                None => draft.edits.push(Edit { span: Span::new(end, span.end), text: String::new() }),
            }
            end = span.end;
        }
        self.append(draft, end)
    }

    /// Options that the new command needs besides.
    fn append(&mut self, draft: &mut Draft, end: usize) -> Result<()> {
        let mut more = Vec::new();
        let steps = self.mapping.append.iter().filter(|step| !step.code.is_empty() && self.wants(step));
        for step in steps {
            more.push(self.fill(&step.code, &[])?);
        }
        let asks = !self.mapping.query.is_empty() && self.call.get("--query").is_none();
        if asks && self.call.get("--help").is_none() {
            more.push(format!("--query \"{}\"", self.braced(&self.mapping.query)));
        }
        let separator = self.separator();
        let text: String = more.iter().map(|option| format!("{separator}{option}")).collect();
        if !text.is_empty() {
            draft.edits.push(Edit { span: Span::new(end, end), text });
        }
        Ok(())
    }

    /// What is said of the command for the sake of the options that it has, or has not.
    fn notes(&self, draft: &mut Draft) {
        let steps = self.mapping.append.iter().filter(|step| !step.note.is_empty() && self.wants(step));
        let notes: Vec<&str> = steps.map(|step| step.note.as_str()).collect();
        if notes.is_empty() || self.call.get("--help").is_some() {
            return;
        }
        let row = || {
            let Mapping { fate, note, todo, .. } = self.mapping;
            Settled { fate: *fate, reason: note.clone(), todo: todo.clone() }
        };
        let mut settled = draft.command.take().unwrap_or_else(row);
        let reasons = [settled.reason.as_str()].into_iter().filter(|reason| !reason.is_empty()).chain(notes);
        settled.reason = reasons.collect::<Vec<_>>().join("; ");
        if settled.fate == Fate::Exact {
            settled.fate = Fate::Approximate;
        }
        draft.command = Some(settled);
    }

    /// IPython puts Python in for single braces.
    fn braced(&self, query: &str) -> String {
        if self.dialect == Dialect::Notebook { query.replace('{', "{{").replace('}', "}}") } else { query.to_owned() }
    }

    fn wants(&self, step: &Step) -> bool {
        let is_given = |name: &String| match name.split_once(':') {
            Some((how, key)) => self.yaml_has(key).unwrap_or(how == "maybe"),
            None => self.call.get(name).is_some(),
        };
        step.with.iter().any(is_given) && !step.without.iter().any(is_given)
    }

    /// What stands between the options of the command: a space, or the end of a line that goes on.
    fn separator(&self) -> String {
        if self.pasted.is_some() {
            return " ".into();
        }
        let gaps = self.command.words.windows(2).map(|two| &self.text[two[0].span.end..two[1].span.start]);
        gaps.rev().find(|gap| gap.contains('\n')).map_or(" ".into(), |gap| gap.replace("\r\n", "\n"))
    }

    /// A command that is written anew.
    fn whole(&mut self, draft: &mut Draft) -> Result<()> {
        let mut shared = Vec::new();
        for at in 0..self.call.given.len() {
            let given = &self.call.given[at];
            if let Written::Text(text) = self.argument(at)?
                && given.is_shared
            {
                shared.push((given, text));
            }
        }
        let mut text = self.fill(&self.mapping.code, &[])?;
        for (given, new) in shared {
            let is_last = !text.contains(" | ") || text.contains("$(");
            if !is_last {
                let reason = format!("`{}` has no place in the commands that do the same", given.name);
                return Err(Stuck::new(reason, "leave it out, and convert again"));
            }
            text = format!("{text} {new}");
        }
        let span = Span::new(self.call.head.start, self.command.span.end);
        draft.edits.push(Edit { span, text });
        Ok(())
    }

    /// What one option becomes.
    fn argument(&mut self, at: usize) -> Result<Written> {
        let given = &self.call.given[at];
        if given.is_shared {
            return self.shared(at);
        }
        let Some(field) = self.mapping.fields.get(&given.name) else { return Ok(Written::Gone) };
        if !field.filter.is_empty() {
            return self.filtered(at, &field.filter, &field.to);
        }
        let Some(value) = &given.value else {
            return Ok(if field.to.is_empty() { Written::Gone } else { self.option(at, &field.to, "") });
        };
        let raw = value.span.of(self.text);
        match field.to.as_str() {
            "" => Ok(Written::Gone),
            to if to.starts_with("--set ") => self.set(to, raw),
            to => Ok(self.option(at, to, raw)),
        }
    }

    fn shared(&mut self, at: usize) -> Result<Written> {
        let given = &self.call.given[at];
        let raw = given.span().of(self.text).to_owned();
        if given.name != "--query" {
            return Ok(Written::Text(raw));
        }
        let Some(value) = &given.value else { return Ok(Written::Text(raw)) };
        let (start, old) = (given.spelled.of(self.text).to_owned(), value.span.of(self.text).to_owned());
        let gap = self.text[given.spelled.end..value.span.start].to_owned();
        let new = self.query(at)?;
        let inner = unquoted(&old);
        // Another option may have made it already, or will.
        let new = self.queries.clone().unwrap_or_else(|| old.replacen(inner, &new, 1));
        Ok(Written::Text(format!("{start}{gap}{new}")))
    }

    /// `--set key=value`, where the value goes.
    pub(super) fn set(&self, to: &str, raw: &str) -> Result<Written> {
        let before = to.trim_start_matches("--set ");
        let pair = self.dialect.prefixed(before, raw).ok_or_else(|| {
            Stuck::new(format!("its value cannot stand behind `{before}`"), "write the command by hand")
        })?;
        Ok(Written::Set(pair))
    }

    /// An option with its value, spelled as short as the user did.
    pub(super) fn option(&self, at: usize, to: &str, value: &str) -> Written {
        let given = &self.call.given[at];
        let old = given.spelled.of(self.text);
        let options = az_ml().commands.get(self.target());
        let bare = old.trim_end_matches('=');
        let is_same =
            bare.len() == 2 && options.and_then(|options| options.named(bare)).is_some_and(|(name, _)| name == to);
        let end = given.value.as_ref().map_or(given.spelled.end, |value| value.span.start);
        let gap = &self.text[given.spelled.end..end];
        let (name, equals) = if is_same { (bare, "") } else { (to, &old[bare.len()..]) };
        let is_joined = !is_same && gap.is_empty() && equals.is_empty() && !value.is_empty();
        let gap = if is_joined { " " } else { gap };
        Written::Text(format!("{name}{equals}{gap}{value}"))
    }

    /// Says more of an option than the row does.
    pub(super) fn settle(&mut self, at: usize, fate: Fate, reason: &str, todo: &str) {
        self.said.insert(at, Settled { fate, reason: reason.to_owned(), todo: todo.to_owned() });
    }

    /// Fills a template with the values of all options, and some more.
    pub(super) fn fill(&self, template: &str, more: &[(&str, &str)]) -> Result<String> {
        let mut holes: BTreeMap<String, String> = BTreeMap::new();
        for given in &self.call.given {
            let value = given.value.as_ref().map_or("true", |value| value.span.of(self.text));
            holes.insert(hole(&given.name), value.to_owned());
        }
        let mut home = String::new();
        for given in self.call.given.iter().filter(|given| is_home(given)) {
            let (Some(value), true) = (&given.value, self.mapping.fields.get(&given.name).is_some()) else { continue };
            let to = if given.name == "--workspace" { "--workspace-name" } else { "--resource-group" };
            let short = given.spelled.of(self.text);
            let is_short = short == if given.name == "--workspace" { "-w" } else { "-g" };
            home.push_str(&format!(" {} {}", if is_short { short } else { to }, value.span.of(self.text)));
        }
        holes.insert("home".into(), home);
        holes.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fill(template, &holes, self.dialect)
    }

    /// The commands before and behind it.
    fn beside(&mut self, draft: &mut Draft) -> Result<()> {
        if self.call.get("--help").is_some() {
            return Ok(());
        }
        for step in self.mapping.steps.iter().filter(|step| self.wants(step)) {
            let mut text = self.fill(&step.code, &[])?;
            if self.is_taken() && text.starts_with("az ") {
                text.push_str(" --output none");
            }
            draft.before.push(self.broken(&text));
        }
        if !self.mapping.then.is_empty() && self.is_single {
            let reason = "its exit code does not say how the job ended".into();
            let todo = "ask for its state behind it: `az ml job show --query status -o tsv`".into();
            draft.command = Some(Settled { fate: Fate::Approximate, reason, todo });
        } else if !self.mapping.then.is_empty() {
            draft.after = Some(self.fill(&self.mapping.then, &[])?);
        }
        Ok(())
    }

    /// A long command on several lines, if the user's is.
    pub(super) fn broken(&self, text: &str) -> String {
        let separator = self.separator();
        if separator == " " || !text.starts_with("az ") {
            return text.to_owned();
        }
        let (mut out, mut quote) = (String::new(), None);
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            match quote {
                None if c == '"' || c == '\'' => quote = Some(c),
                Some(open) if open == c => quote = None,
                _ => {}
            }
            let is_break = quote.is_none()
                && (text[at..].starts_with(" --") || text[at..].starts_with(" -g ") || text[at..].starts_with(" -w "));
            out.push_str(if is_break { &separator } else { &text[at..at + c.len_utf8()] });
            at += c.len_utf8();
        }
        out
    }

    /// Gives every option its one fate.
    fn account(&mut self, draft: &mut Draft) -> Result<()> {
        for (at, given) in self.call.given.iter().enumerate() {
            let row = |fate, reason: &str, todo: &str| Settled { fate, reason: reason.into(), todo: todo.into() };
            let settled = match (self.said.remove(&at), self.mapping.fields.get(&given.name)) {
                (Some(said), _) => {
                    if said.fate == Fate::Manual {
                        draft.left.push((said.reason.clone(), vec![given.span()]));
                    }
                    said
                }
                (None, Some(field)) => row(field.fate, &field.note, &field.todo),
                (None, None) if given.is_shared => row(Fate::Exact, "", ""),
                (None, None) => match (self.mapping.manual.get(&given.name), self.mapping.drop.get(&given.name)) {
                    (Some(why), _) => {
                        match draft.left.iter_mut().find(|(reason, _)| reason == why) {
                            Some((_, spans)) => spans.push(given.span()),
                            None => draft.left.push((why.clone(), vec![given.span()])),
                        }
                        row(Fate::Manual, why, "")
                    }
                    (None, Some(why)) => row(Fate::Drop, why, ""),
                    (None, None) => {
                        let reason = format!("nothing is said of `{}`", given.name);
                        return Err(Stuck::new(reason, "convert it by hand, and please report this"));
                    }
                },
            };
            draft.options.push(settled);
        }
        Ok(())
    }

    /// The new commands exist.
    fn check(&self, draft: &Draft) -> Result<()> {
        let here = Span::new(self.call.head.start, self.command.span.end);
        let new = edited(self.text, here, &draft.edits);
        let mut new = new.ok_or_else(|| Stuck::new("two changes of it overlap", "please report this"))?;
        if let Some(pasted) = self.pasted.filter(|_| !draft.is_gone) {
            let rest = &self.text[here.end..self.region.end];
            let end = self.text[self.region.end..].split(')').next().unwrap_or_default();
            let quote = &self.text[self.region.start - 1..self.region.start];
            let whole = format!("{quote}{new}{rest}{end})");
            let seen = pasted::shadow(&whole, Span::new(1, whole.len() - 1 - end.len()), pasted);
            let seen = seen.ok_or_else(pasted::stuck)?;
            new = seen[1..seen.len() - 1 - end.len()].to_owned();
        }
        let texts = draft.before.iter().chain(&draft.after).chain((!draft.is_gone).then_some(&new));
        match texts.into_iter().find_map(|text| fault(text, self.dialect)) {
            Some(fault) if fault.contains("` needs `") => {
                Err(Stuck::new(format!("it is not complete: {fault}"), "complete the command, and convert again"))
            }
            Some(fault) => Err(Stuck::new(
                format!("its conversion would not be right: {fault}"),
                "convert it by hand, and please report this",
            )),
            None => Ok(()),
        }
    }
}
