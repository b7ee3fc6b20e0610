//! Who takes the output of a command apart: the fields that are read there have other names.

use super::filter::no_field;
use super::kept::{ends, is_test, pattern};
use super::query::{Language, renamed};
use super::rewrite::{Draft, Result, Rewriter};
use crate::concept::Mapping;
use crate::ledger::Settled;
use crate::report::Fate;
use crate::shell::{Command, Join};
use crate::text::Edit;
use crate::translate::Stuck;

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
        let jq = self.command.into.map(|into| &self.commands[into]).filter(|next| next.words[0].is("jq"));
        let has_query = self.call.get("--query").is_some();
        self.compared(draft);
        let is_object = self.fields_of_object(draft)?;
        let Some(jq) = jq else {
            let is_new = !self.mapping.output.is_empty() && self.mapping.query.is_empty();
            if !is_object && !has_query && is_new {
                let said = draft.command.take().map(|said| (said.reason, said.todo));
                let (reason, todo) = said.unwrap_or((self.mapping.note.clone(), self.mapping.todo.clone()));
                let with =
                    |said: String, more: &str| if said.is_empty() { more.into() } else { format!("{said}; {more}") };
                let reason = with(reason, "the fields of its output have other names");
                let todo = with(todo, "look at what reads the output");
                draft.command = Some(Settled { fate: Fate::Approximate, reason, todo });
            }
            return Ok(());
        };
        if has_query {
            return Ok(());
        }
        let filter = jq.words[1..].iter().find(|word| !word.raw(self.text).starts_with('-'));
        let Some(filter) = filter else { return Ok(()) };
        let old = filter.raw(self.text);
        let new = renamed_word(old, self.mapping).map_err(|field| no_field(&field))?;
        if super::query::reads_state(old) {
            let reason = "states have other names: `Completed`, `Failed`, `Canceled`, `Running`, `Queued`";
            draft.command =
                Some(Settled { fate: Fate::Approximate, reason: reason.into(), todo: "compare with these".into() });
        }
        if new != old {
            draft.edits.push(Edit { span: filter.span, text: new });
        }
        Ok(())
    }

    /// Where a test compares the output with a value at once, that has its new name as well.
    fn compared(&mut self, draft: &mut Draft) {
        let around = self.commands.iter().filter(|command| {
            is_test(self.text, command) && command.span.contains(self.command.span) && command.span != self.command.span
        });
        let words = |command: &Command| {
            let words = command.words.iter().filter(|word| word.literal.is_some()).map(|word| word.span);
            pattern(self.text, command).unwrap_or_else(|| words.collect())
        };
        let mut states = Vec::new();
        for span in around.flat_map(words) {
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
