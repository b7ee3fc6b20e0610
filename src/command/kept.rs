//! What a script does with the output that it keeps in a variable: it compares it with the states of a job, or, in
//! PowerShell, reads its fields. Both have new names.

use super::filter::no_field;
use super::query::{self, reads_state};
use super::rewrite::{Draft, Result, Rewriter};
use crate::ledger::Settled;
use crate::report::Fate;
use crate::shell::{Command, Dialect, Join};
use crate::text::{Edit, Span, line_begin};

/// What PowerShell makes objects of JSON with.
const FROM_JSON: &str = "ConvertFrom-Json";
/// States that are one of several now.
const WAITING: [&str; 2] = ["queued", "running"];

impl Rewriter<'_> {
    /// The new names of states, where the variable that keeps one is compared with them.
    pub(super) fn states(&mut self, draft: &mut Draft) {
        let is_read = self.command.into.is_some_and(|into| reads_state(self.commands[into].span.of(self.text)));
        if !is_read && !reads_state(self.line_from(self.call.head.start)) {
            return;
        }
        let Some(name) = self.keeps().filter(|name| self.only_states(name)) else { return };
        let mut words = if self.dialect == Dialect::PowerShell { self.operands(&name) } else { self.tested(&name) };
        words.extend(self.first_values(&name));
        words.sort();
        words.dedup();
        let found: Vec<(Span, &String, String)> = words
            .into_iter()
            .filter_map(|span| {
                let old = span.of(self.text).to_ascii_lowercase();
                Some((span, self.mapping.values.get(&old)?, old))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        let todo = ends(found.iter().map(|(_, _, old)| old.as_str()));
        draft.edits.extend(found.iter().map(|(span, new, _)| Edit { span: *span, text: (*new).clone() }));
        let reason = format!("states have other names, and `${name}` is compared with those now");
        match self.call.given.iter().position(|given| given.name == "--query") {
            Some(at) => self.settle(at, Fate::Approximate, &reason, todo),
            None => draft.command = Some(Settled { fate: Fate::Approximate, reason, todo: todo.to_owned() }),
        }
    }

    /// The variable that gets the output, if it is an assignment that this stands in.
    fn keeps(&self) -> Option<String> {
        let head = self.call.head.start;
        let before = self.text[line_begin(self.text, head).max(self.region.start)..head].trim_end();
        let before = before.trim_end_matches(['(', '$', '`', '"', '@', ' ']);
        let in_powershell = self.dialect == Dialect::PowerShell;
        let before = before.strip_suffix('=')?;
        let before = if in_powershell { before.trim_end() } else { before };
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let name = &before[start..];
        let is_variable = !in_powershell || before[..start].ends_with('$');
        (is_variable && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then(|| name.to_owned())
    }

    /// Whether PowerShell gives the output to something: `$log = az …`, `$all += az …`
    pub(super) fn is_assigned(&self) -> bool {
        let head = self.call.head.start;
        let before = self.text[line_begin(self.text, head).max(self.region.start)..head].trim_end();
        self.dialect == Dialect::PowerShell && before.contains('$') && before.ends_with('=')
    }

    /// What stands from a place to the end of its line, with the lines that it goes on in.
    fn line_from(&self, start: usize) -> &str {
        let rest = &self.text[start..self.region.end];
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if !line.trim_end().ends_with(['\\', '`']) {
                break;
            }
        }
        &rest[..end]
    }

    /// Where a variable is assigned: behind the sign.
    fn assigned(&self, name: &str) -> Vec<Span> {
        let sign = if self.dialect == Dialect::PowerShell { "$" } else { "" };
        let mut found = Vec::new();
        let mut at = self.region.start;
        for line in self.region.of(self.text).split_inclusive('\n') {
            let bare = line.trim_start();
            let bare = ["export ", "local ", "readonly ", "declare ", "@"]
                .iter()
                .find_map(|word| bare.strip_prefix(word))
                .unwrap_or(bare);
            let rest = bare.strip_prefix(sign).and_then(|bare| {
                bare.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| &bare[name.len()..])
            });
            let value = rest.and_then(|rest| rest.trim_start_matches(' ').strip_prefix('='));
            if let Some(value) = value.filter(|value| !value.starts_with('=')) {
                let end = at + line.len();
                found.push(Span::new(end - value.len(), end));
            }
            at += line.len();
        }
        found
    }

    /// Whether a variable gets nothing but states of jobs, and text that is written out.
    fn only_states(&self, name: &str) -> bool {
        self.assigned(name).iter().all(|value| {
            let is_text = !value.of(self.text).contains(['$', '`', '(']);
            is_text || reads_state(self.line_from(value.start))
        })
    }

    /// What a variable begins with, where that is the name of a state.
    fn first_values(&self, name: &str) -> Vec<Span> {
        let word = |value: Span| {
            let raw = value.of(self.text);
            let raw = &raw[..raw.trim_end().len()];
            let blank = raw.len() - raw.trim_start().len();
            let length = raw[blank..].find(|c: char| c.is_whitespace() || c == ';').unwrap_or(raw.len() - blank);
            bare(self.text, Span::new(value.start, value.start + blank + length))
        };
        self.assigned(name).into_iter().map(word).collect()
    }

    /// The words that a test compares a variable with.
    fn tested(&self, name: &str) -> Vec<Span> {
        let spellings = [format!("${name}"), format!("${{{name}}}")];
        let is_it = |raw: &str| {
            let raw = raw.trim_matches('"');
            let raw = if self.dialect == Dialect::Make { raw.replacen("$$", "$", 1) } else { raw.to_owned() };
            spellings.contains(&raw)
        };
        let tests = self.commands.iter().filter(|command| {
            // Behind `&&` in `[[ … ]]` a test has lost its bracket.
            let is_compared =
                ["=", "==", "!="].iter().any(|sign| command.words.get(1).is_some_and(|word| word.is(sign)));
            let goes_on = is_compared && is_it(command.words[0].raw(self.text));
            (goes_on || is_test(self.text, command)) && command.words.iter().any(|word| is_it(word.raw(self.text)))
        });
        let words = |command: &Command| {
            let words = command.words.iter().filter(|word| word.literal.is_some());
            let all = || words.map(|word| bare(self.text, word.span)).collect();
            pattern(self.text, command).unwrap_or_else(all)
        };
        let words: Vec<Span> = tests.flat_map(words).collect();
        words.into_iter().chain(self.cases(is_it)).collect()
    }

    /// The patterns of `case "$state" in succeeded) … esac`.
    fn cases(&self, is_it: impl Fn(&str) -> bool) -> Vec<Span> {
        let text = self.region.of(self.text);
        let mut found = Vec::new();
        for (at, _) in text.match_indices("case ") {
            let Some((word, rest)) = text[at + 5..].trim_start().split_once(" in") else { continue };
            if is_it(word.trim()) {
                found.extend(self.clauses(self.region.end - rest.len()));
            }
        }
        found
    }

    /// The patterns of a `case`, from behind its `in`.
    pub(super) fn clauses(&self, start: usize) -> Vec<Span> {
        let mut found = Vec::new();
        let rest = &self.text[start..self.region.end];
        let rest = rest.split("esac").next().unwrap_or(rest);
        let mut start = start;
        for clause in rest.split(";;") {
            let pattern = clause.split(')').next().unwrap_or_default();
            // It stands on the last line, below comments and what else there is.
            let line = pattern.rfind('\n').map_or(0, |at| at + 1);
            let pattern = &pattern[line..];
            let mut from = start + line;
            for one in pattern.split('|') {
                found.push(bare(self.text, Span::new(from, from + one.len())));
                from += one.len() + 1;
            }
            start += clause.len() + 2;
        }
        found
    }

    /// The quoted words that PowerShell compares a variable with.
    fn operands(&self, name: &str) -> Vec<Span> {
        let variable = format!("${name}").to_ascii_lowercase();
        let text = self.region.of(self.text);
        let lower = text.to_ascii_lowercase();
        let mut found = Vec::new();
        for (at, _) in lower.match_indices(&variable) {
            let behind = &text[at + variable.len()..];
            let line = behind.lines().next().unwrap_or_default();
            let Some(operator) = line.trim_start().split(' ').next().filter(|word| word.starts_with('-')) else {
                continue;
            };
            let start = at + variable.len() + line.len() - line.trim_start().len() + operator.len();
            let rest = text[start..].lines().next().unwrap_or_default();
            let many = ["-in", "-notin"].iter().any(|name| operator.eq_ignore_ascii_case(name));
            let one =
                ["-eq", "-ne", "-ieq", "-ine", "-ceq", "-cne"].iter().any(|name| operator.eq_ignore_ascii_case(name));
            let until =
                if many { rest.find(')') } else { one.then(|| quoted(rest).first().map_or(0, |span| span.end + 1)) };
            let Some(until) = until else { continue };
            let words = quoted(&rest[..until.min(rest.len())]).into_iter();
            let from = self.region.start + start;
            found.extend(words.map(|span| Span::new(from + span.start, from + span.end)));
        }
        found
    }

    /// The fields of the object that PowerShell makes of the output, under their new names.
    pub(super) fn fields_of_object(&mut self, draft: &mut Draft) -> Result<bool> {
        let into = self.command.into.map(|into| &self.commands[into]).filter(|next| next.words[0].is(FROM_JSON));
        let Some(into) = into.filter(|_| self.dialect == Dialect::PowerShell) else { return Ok(false) };
        let (text, region) = (self.text, self.region);
        let behind = &text[into.end()..region.end];
        if let Some(rest) = behind.trim_start().strip_prefix(").") {
            return self.field(draft, region.end - rest.len()).map(|()| true);
        }
        if into.after == Join::Pipe && !self.fields_of_stream(into.end(), draft)? {
            return Ok(false);
        }
        let is_shown = into.after == Join::Pipe && self.keeps().is_none();
        let Some(name) = self.keeps().filter(|name| self.assigned(name).len() == 1) else { return Ok(is_shown) };
        let mut names = vec![name];
        names.extend(self.elements(&names[0]));
        let is_seen = names.iter().map(|name| self.fields_of(name, draft)).collect::<Result<Vec<bool>>>()?;
        for name in &names {
            let compared = self.operands(&format!("{name}.executionState")).into_iter();
            draft.edits.extend(compared.filter_map(|span| {
                let new = self.mapping.values.get(&span.of(text).to_ascii_lowercase())?;
                Some(Edit { span, text: new.clone() })
            }));
        }
        Ok(is_seen.into_iter().all(|seen| seen))
    }

    /// The same of what goes on in a pipeline, as `$_`; whether each part of that is seen to read nothing else.
    fn fields_of_stream(&self, start: usize, draft: &mut Draft) -> Result<bool> {
        let rest = self.line_from(start);
        let end = start + rest.len();
        for (at, sign) in rest.match_indices("$_.") {
            self.field(draft, start + at + sign.len())?;
        }
        let compared = self.operands("_.executionState").into_iter();
        draft.edits.extend(compared.filter(|span| start <= span.start && span.end <= end).filter_map(|span| {
            let new = self.mapping.values.get(&span.of(self.text).to_ascii_lowercase())?;
            Some(Edit { span, text: new.clone() })
        }));
        // Others take names of fields without a sign, or all of them.
        let is_seen = |part: &str| ["where-object", "foreach-object", "?", "%"].contains(&part);
        let parts = rest.split('|').skip(1).map(|part| part.split_whitespace().next().unwrap_or_default());
        Ok(parts.map(str::to_ascii_lowercase).all(|part| is_seen(&part))
            && rest.matches('{').count() == rest.matches('}').count())
    }

    /// The variables that go through the elements of one: `foreach ($node in $nodes)`
    fn elements(&self, name: &str) -> Vec<String> {
        let text = self.region.of(self.text);
        let lower = text.to_ascii_lowercase();
        let loops = lower.match_indices("foreach").filter_map(|(at, word)| {
            let inner = text[at + word.len()..].trim_start().strip_prefix('(')?.split(')').next()?;
            let (element, list) = inner.trim().split_once(char::is_whitespace)?;
            let list =
                list.trim_start().get(2..).filter(|_| list.trim_start().to_ascii_lowercase().starts_with("in"))?;
            let is_it = list.trim().strip_prefix('$').is_some_and(|list| list.eq_ignore_ascii_case(name));
            element.strip_prefix('$').filter(|_| is_it).map(str::to_owned)
        });
        let mut found: Vec<String> = loops.collect();
        found.dedup();
        found
    }

    /// Gives the fields of a variable their new names; whether nothing else is done with it.
    fn fields_of(&self, name: &str, draft: &mut Draft) -> Result<bool> {
        let variable = format!("${name}").to_ascii_lowercase();
        let text = self.region.of(self.text);
        let mut is_seen = true;
        for (at, _) in text.to_ascii_lowercase().match_indices(&variable) {
            let rest = &text[at + variable.len()..];
            if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                continue;
            }
            // An element by its number has the fields, too.
            let index = rest.strip_prefix('[').and_then(|rest| rest.find(']')).map_or(0, |end| end + 2);
            let before = text[..at].trim_end().to_ascii_lowercase();
            let is_counted = ["count", "length"].iter().any(|own| {
                let word = rest.strip_prefix('.').and_then(|rest| rest.get(..own.len()));
                word.is_some_and(|word| word.eq_ignore_ascii_case(own))
            });
            match rest[index..].strip_prefix('.') {
                _ if is_counted => {}
                Some(field) => self.field(draft, self.region.start + text.len() - field.len())?,
                // Where it is made, where a loop goes through it, and where it is asked whether there is any.
                None => {
                    let is_asked = before.ends_with("if (") || before.ends_with("-not");
                    let rest = rest.trim_start();
                    if rest.starts_with('|') && !rest.starts_with("||") {
                        is_seen &= self.fields_of_stream(self.region.start + text.len() - rest.len(), draft)?;
                        continue;
                    }
                    is_seen &= is_asked || rest.starts_with('=') || rest.starts_with("in ") || before.ends_with(" in");
                }
            }
        }
        Ok(is_seen)
    }

    /// One field, which begins at a place.
    fn field(&self, draft: &mut Draft, start: usize) -> Result<()> {
        let rest = &self.text[start..self.region.end];
        let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let length = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
        let path = rest[..length].trim_end_matches('.');
        let language = if self.call.get("--query").is_some() { query::Language::Path } else { query::Language::Jq };
        let new = query::field(path, self.mapping, language).map_err(|path| no_field(&path))?;
        if new != path {
            draft.edits.push(Edit { span: Span::new(start, start + path.len()), text: new });
        }
        Ok(())
    }
}

/// What a person has to know who compares with states: what each can be besides.
pub(super) fn ends<'a>(mut states: impl Iterator<Item = &'a str>) -> &'static str {
    if states.any(|state| WAITING.contains(&state)) {
        "a job that waits can be `NotStarted`, `Starting`, `Preparing` or `Provisioning` as well, and one that failed \
         `Canceled`: better test for `Completed`, `Failed` and `Canceled`"
    } else {
        "a job that somebody stopped is `Canceled`, where it was `failed`"
    }
}

/// The words of the pattern in `[[ … =~ pattern ]]`, which begins in a command.
pub(super) fn pattern(text: &str, command: &Command) -> Option<Vec<Span>> {
    let sign = command.words.iter().find(|word| word.is("=~"))?;
    let rest = text[sign.span.end..].lines().next().unwrap_or_default();
    let rest = &rest[..rest.find("]]").unwrap_or(rest.len())];
    let (mut words, mut at) = (Vec::new(), 0);
    for part in rest.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.extend((!word.is_empty()).then(|| Span::new(sign.span.end + at, sign.span.end + at + word.len())));
        at += part.len();
    }
    Some(words)
}

/// Whether a command is a test. (`[` is a pattern to a shell, and so no word whose value is known.)
pub(super) fn is_test(text: &str, command: &Command) -> bool {
    ["[", "[[", "test"].contains(&command.words[0].raw(text))
}

/// A value without its quotes and the blanks and signs around it.
fn bare(text: &str, span: Span) -> Span {
    let raw = span.of(text);
    let is_around = |c: char| c.is_whitespace() || c == '"' || c == '\'' || c == ';';
    let start = raw.len() - raw.trim_start_matches(is_around).len();
    let end = raw.trim_end_matches(is_around).len().max(start);
    Span::new(span.start + start, span.start + end)
}

/// Where strings stand in a line, without their quotes.
fn quoted(line: &str) -> Vec<Span> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = line[at..].find(['"', '\'']).map(|start| at + start) {
        let quote = &line[start..start + 1];
        let Some(length) = line[start + 1..].find(quote) else { break };
        found.push(Span::new(start + 1, start + 1 + length));
        at = start + length + 2;
    }
    found
}
