//! Names of configuration files in other commands, rules and assignments: the file has another name now, and who looks
//! into it finds other fields.

use super::configs::variable;
use super::{Aim, CommandUse, Commands, Origin, Reader, left, verbs};
use crate::concept;
use crate::config::name;
use crate::ledger::Settled;
use crate::report::Fate;
use crate::shell::{self, Command, Dialect};
use crate::source::Language;
use crate::text::{Edit, Span};
use crate::translate::Stuck;

/// Programs that look into a file, or make it.
const READING: [&str; 14] =
    ["awk", "curl", "envsubst", "grep", "jq", "perl", "python", "python3", "sed", "tee", "wget", "yq", "node", "cmp"];

/// The same in PowerShell, where they can stand behind an assignment.
const READING_POWERSHELL: [&str; 6] =
    ["get-content", "gc", "set-content", "add-content", "out-file", "convertfrom-json"];

/// Names of files in text for people, where they have new ones: in the prose of a document, in comments.
pub(super) fn prose(text: &str, path: &str, part: Span, aim: Aim<'_>, all: &mut Commands) {
    for (at, file) in aim.configs.names(path, part.of(text)) {
        let span = Span::new(part.start + at.start, part.start + at.end);
        let is_edited = all.edits.iter().any(|edit| edit.span.overlaps(span));
        if is_edited || all.uses.iter().any(|used| used.span.overlaps(span)) {
            continue;
        }
        if file.becomes.is_ok() {
            all.edits.push(Edit { span, text: name::yaml(span.of(text)) });
        }
        let settled = Settled { fate: Fate::Exact, reason: String::new(), todo: String::new() };
        let (symbol, name) = (file.kind.symbol().to_owned(), file.kind.name().to_owned());
        all.uses.push(CommandUse { symbol, name, span, settled, options: Vec::new() });
    }
}

impl Reader<'_> {
    /// What commands other than those of Batch AI name.
    pub(super) fn follow(&mut self, commands: &[Command]) {
        if self.aim.configs.files.is_empty() {
            return;
        }
        for command in commands.iter().filter(|command| verbs(command).is_none()) {
            let program = command.words[0].literal.as_deref().unwrap_or_default();
            let program = program.rsplit('/').next().unwrap_or_default();
            let reads = READING.contains(&program) || super::is_said(command) || self.opens(commands, command);
            let words = command.words.iter().map(|word| (word.span, reads));
            let sent = command.redirections.iter().map(|span| (*span, true));
            for (span, is_inner) in words.chain(sent) {
                self.name(span, is_inner, command.line);
                if is_inner && !super::is_said(command) {
                    self.variable(span, command.line);
                }
            }
        }
    }

    /// Whether PowerShell looks into what a command names, or writes it.
    fn opens(&self, commands: &[Command], command: &Command) -> bool {
        let is_reader = |word: &shell::Word| {
            let raw = word.raw(self.text).to_ascii_lowercase();
            READING_POWERSHELL.contains(&raw.as_str()) || ["::read", "::write"].iter().any(|part| raw.contains(part))
        };
        let into = command.into.map(|into| &commands[into]);
        self.region.dialect == Dialect::PowerShell
            && [Some(command), into].into_iter().flatten().any(|command| command.words.iter().any(is_reader))
    }

    /// What stands outside of commands: rules and variables of `make`, `COPY` of a Dockerfile.
    pub(super) fn follow_unread(&mut self) {
        let is_list = self.region.dialect == Dialect::Make || self.region.language == Language::Dockerfile;
        if !self.aim.configs.files.is_empty() && is_list {
            self.name(self.region.span, false, self.region.span.start);
        }
    }

    /// A variable that holds the name of a file that is YAML now, where somebody looks into that.
    fn variable(&mut self, word: Span, line: usize) {
        let raw = word.of(self.text).trim_start_matches(['<', '>', ' ']);
        let given = variable(raw).and_then(|name| self.aim.configs.given(self.path, self.text, name));
        let is_given = self.text[word.end..].trim_start().starts_with('=');
        let Some((file, _)) = given.filter(|_| !is_given) else { return };
        let (kind, reason) = (file.kind, format!("`{}` is YAML now, which has other fields", raw.trim_matches('"')));
        let settled = if file.becomes.is_ok() {
            let stuck = Stuck::new(reason, "do the same with the YAML");
            let code = concept::table().row(kind.symbol()).map_or("", |row| row.code.as_str()).to_owned();
            self.mark(self.region.comment_above(self.text, line), &code, &stuck, None);
            left(&stuck)
        } else {
            Settled { fate: Fate::Exact, reason: String::new(), todo: String::new() }
        };
        let (symbol, name) = (kind.symbol().to_owned(), kind.name().to_owned());
        self.out.uses.push(CommandUse { symbol, name, span: word, settled, options: Vec::new() });
    }

    /// The names of files in a part of the text.
    fn name(&mut self, part: Span, is_inner: bool, line: usize) {
        let comments = self.region.language.comments(self.text, part);
        for (at, file) in self.aim.configs.names(self.path, part.of(self.text)) {
            let span = Span::new(part.start + at.start, part.start + at.end);
            let is_edited = self.out.edits.iter().any(|edit| edit.span.overlaps(span));
            let is_known = self.out.uses.iter().any(|used| used.span.overlaps(span));
            let is_free = !is_edited && !is_known && !comments.iter().any(|comment| comment.contains(span));
            // One that is written here has its name from what it becomes.
            let is_here = file.origin != Origin::File && is_inner;
            if !is_free || is_here {
                continue;
            }
            let symbol = file.kind.symbol();
            let new = name::yaml(span.of(self.text));
            let settled = if file.becomes.is_err() {
                Settled { fate: Fate::Exact, reason: String::new(), todo: String::new() }
            } else if is_inner {
                let shown = new.rsplit('/').next().unwrap_or(&new).to_owned();
                let reason = format!("`{}` is the YAML `{shown}` now, which has other fields", file.name());
                let stuck = Stuck::new(reason, "do the same with the YAML");
                let code = concept::table().row(symbol).map_or("", |row| row.code.as_str()).to_owned();
                self.mark(self.region.comment_above(self.text, line), &code, &stuck, None);
                left(&stuck)
            } else {
                self.out.edits.push(Edit { span, text: new });
                Settled { fate: Fate::Exact, reason: String::new(), todo: String::new() }
            };
            let name = file.kind.name().to_owned();
            self.out.uses.push(CommandUse { symbol: symbol.into(), name, span, settled, options: Vec::new() });
        }
    }
}
