//! Who takes the output of a command apart: the fields that are read there have other names.

use super::filter::no_field;
use super::kept::{ends, is_test, pattern};
use super::query::{Language, reads_state, renamed, renamed_words};
use super::rewrite::{Draft, Result, Rewriter};
use crate::concept::Mapping;
use crate::ledger::Settled;
use crate::report::Fate;
use crate::shell::{Command, Join};
use crate::text::{Edit, Span};
use crate::translate::Stuck;

/// Programs that look for text in lines, and those that take lines or a whole output apart.
const PATTERNS: [&str; 8] = ["grep", "egrep", "fgrep", "rg", "sed", "findstr", "Select-String", "sls"];
const PICKS: [&str; 13] =
    ["awk", "gawk", "mawk", "cut", "python", "python2", "python3", "perl", "ruby", "node", "php", "read", "xmllint"];

impl Rewriter<'_> {
    /// Who takes its output apart gets the new names.
    pub(super) fn output(&mut self, draft: &mut Draft) -> Result<()> {
        if !self.is_taken() {
            return Ok(());
        }
        let is_piped = self.command.after == Join::Pipe || self.is_kept || self.command.redirections.is_empty();
        if is_piped && self.mapping.output.is_empty() {
            return Err(Stuck::new(
                "its output is used, and the new command has another",
                "look at the output of the new command, and convert by hand",
            ));
        }
        self.compared(draft);
        let is_object = self.fields_of_object(draft)?;
        let jq = self.command.into.map(|into| &self.commands[into]).filter(|next| next.words[0].is("jq"));
        let has_query = self.call.get("--query").is_some();
        let filter = jq.and_then(|jq| jq.words[1..].iter().find(|word| !word.raw(self.text).starts_with('-')));
        let asked = filter.filter(|_| !has_query);
        let is_picked = self.picked(draft, asked.map(|filter| filter.raw(self.text)))?;
        let is_new = !self.mapping.output.is_empty() && self.mapping.query.is_empty();
        if jq.is_none() && !is_object && !is_picked && !has_query && is_new {
            self.say(draft, "the fields of its output have other names", "look at what reads the output");
        }
        let Some(filter) = asked else { return Ok(()) };
        let old = filter.raw(self.text);
        let new = renamed_word(old, self.mapping).map_err(|field| no_field(&field))?;
        if reads_state(old) && !is_picked {
            let reason = "states have other names: `Completed`, `Failed`, `Canceled`, `Running`, `Queued`";
            draft.command =
                Some(Settled { fate: Fate::Approximate, reason: reason.into(), todo: "compare with these".into() });
        }
        if new != old {
            draft.edits.push(Edit { span: filter.span, text: new });
        }
        Ok(())
    }

    /// Says more of the command than the row does.
    fn say(&self, draft: &mut Draft, more: &str, todo: &str) {
        let said = draft.command.take().map(|said| (said.reason, said.todo));
        let (old, before) = said.unwrap_or((self.mapping.note.clone(), self.mapping.todo.clone()));
        let with = |said: String, more: &str| if said.is_empty() { more.into() } else { format!("{said}; {more}") };
        let (reason, todo) = (with(old, more), with(before, todo));
        draft.command = Some(Settled { fate: Fate::Approximate, reason, todo });
    }

    /// What looks for text in the output, behind one pipe or several, looks for the new names; whether it did for old ones.
    /// What takes all of the output apart by its columns or fields is left to a person.
    fn picked(&mut self, draft: &mut Draft, filter: Option<&str>) -> Result<bool> {
        let query =
            self.call.get("--query").and_then(|given| given.value.as_ref()).map(|value| value.span.of(self.text));
        let asked = filter.or(query);
        let (mut is_whole, has_state) =
            (asked.is_none() && self.mapping.query.is_empty(), asked.is_none_or(reads_state));
        let (mut next, mut states) = (self.command.into, Vec::new());
        let mut is_picked = false;
        while let Some(reader) = next.map(|at| &self.commands[at]) {
            next = reader.into;
            let program = reader.words[0].raw(self.text).rsplit('/').next().unwrap_or_default();
            if PATTERNS.contains(&program) || !is_whole && has_state && PICKS.contains(&program) {
                let is_kept = is_whole;
                for word in reader.words[1..].iter().filter(|word| !word.raw(self.text).starts_with('-')) {
                    let old = word.raw(self.text);
                    if !has_state {
                        continue;
                    }
                    let new = renamed_words(old, self.mapping, is_kept).map_err(|field| no_field(&field))?;
                    states.extend(
                        old.split(|c: char| !c.is_ascii_alphanumeric())
                            .filter(|w| self.mapping.values.get(w).is_some()),
                    );
                    if new != old {
                        draft.edits.push(Edit { span: word.span, text: new });
                        is_picked = true;
                        is_whole = false;
                    }
                }
            } else if is_whole && PICKS.contains(&program) {
                let reason = format!("`{program}` takes its output apart, which has other fields in another order now");
                return Err(Stuck::new(reason, "look at the output of the new command, and convert by hand"));
            }
        }
        if let Some(todo) = (!states.is_empty()).then(|| ends(states.into_iter())) {
            let reason = "states have other names, and what reads the output looks for those now";
            match self.call.given.iter().position(|given| given.name == "--query") {
                Some(at) => self.settle(at, Fate::Approximate, reason, todo),
                None => self.say(draft, reason, todo),
            }
        } else if is_picked {
            self.say(
                draft,
                "what reads its output looks for the new fields",
                "check that no other line of it has them",
            );
        }
        Ok(is_picked)
    }

    /// Where a test compares the output with a value at once, that has its new name as well.
    fn compared(&mut self, draft: &mut Draft) {
        let around = self.commands.iter().filter(|command| {
            is_test(self.text, command) && command.span.contains(self.command.span) && command.span != self.command.span
        });
        // `case $(az …) in succeeded) … esac`
        let is_chosen = |command: &&Command| {
            command.words.len() > 2 && command.words[0].is("case") && command.words[1].span.contains(self.command.span)
        };
        let chosen = self.commands.iter().filter(is_chosen).filter(|command| command.words[2].is("in"));
        let chosen: Vec<Span> = chosen.flat_map(|command| self.clauses(command.words[2].span.end)).collect();
        let words = |command: &Command| {
            let words = command.words.iter().filter(|word| word.literal.is_some()).map(|word| word.span);
            pattern(self.text, command).unwrap_or_else(|| words.collect())
        };
        let mut states = Vec::new();
        for span in around.flat_map(words).chain(chosen) {
            let raw = span.of(self.text);
            let bare = raw.trim_matches(['"', '\'']);
            let Some(new) = self.mapping.values.get(bare) else { continue };
            draft.edits.push(Edit { span, text: raw.replacen(bare, new, 1) });
            states.push(bare);
        }
        let asked = self.call.given.iter().position(|given| given.name == "--query").filter(|_| !states.is_empty());
        if let Some(at) = asked {
            let reason = "states have other names, and it is compared with those now";
            self.settle(at, Fate::Approximate, reason, ends(states.into_iter()));
        }
    }
}

/// The filter of `jq`, within its quotes.
fn renamed_word(raw: &str, mapping: &Mapping) -> std::result::Result<String, String> {
    let quote = raw.chars().next().filter(|c| ['"', '\''].contains(c) && raw.len() > 1 && raw.ends_with(*c));
    match quote {
        Some(quote) => {
            let inner = &raw[1..raw.len() - 1];
            renamed(inner, mapping, Language::Jq).map(|new| format!("{quote}{new}{quote}"))
        }
        None => renamed(raw, mapping, Language::Jq),
    }
}
