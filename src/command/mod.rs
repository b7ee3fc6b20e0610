//! Command lines of Batch AI become command lines of Azure ML, in whatever language they stand.
//!
//! Each command is read in words (`shell`), brought into options by name in the version that it was written for
//! (`parse`), and rewritten in place by its row of the table (`rewrite`). What is written is held against the inventory
//! of `az ml` (`check`). What cannot be done stays as it is, with a comment above it where a comment can stand. Text in
//! strings, here-documents and languages that are not read is found all the same, and left to a person.

mod check;
mod configs;
mod document;
mod filter;
mod fit;
mod follow;
mod home;
mod kept;
mod list;
mod output;
mod parse;
mod pasted;
mod place;
mod python;
mod query;
mod region;
mod rewrite;
mod runner;
mod storage;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use crate::concept::{self, JobForm};
use crate::estate::{self, az_batchai};
use crate::ledger::Settled;
use crate::report::Fate;
use crate::sdk::Target;
use crate::shell::{self, Command, Document, Script};
use crate::source::{Kind, Language, Source};
use crate::syntax::Ast;
use crate::text::{Edit, Span, end_as_before};
use crate::translate::{Stuck, comment_lines};

pub use check::fault;
pub use configs::{ConfigFile, Configs, Origin};
pub use document::{Held, documents};
use parse::{Call, parse, symbol, verbs};
use place::Place;
pub use python::places as run_by_python;
use region::{Region, folded, regions};
use rewrite::{Draft, Rewriter};
use runner::Run;

/// The row of commands that have none of their own.
const ANY: &str = "az batchai";

/// The command that registers a resource provider.
const PROVIDER: &str = "az provider register";

/// What becomes of the command lines of a source.
#[derive(Debug, Default)]
pub struct Commands {
    pub edits: Vec<Edit>,
    pub uses: Vec<CommandUse>,
    /// The configuration files whose datastores a command before makes.
    stored: BTreeSet<String>,
}

/// What a source is converted for.
#[derive(Clone, Copy)]
pub struct Aim<'a> {
    pub target: Target,
    /// Whether sizes of virtual machines that are retired are replaced.
    pub upgrade: bool,
    pub configs: &'a Configs,
}

/// One command of Batch AI.
#[derive(Debug)]
pub struct CommandUse {
    /// Its key in the concept table.
    pub symbol: String,
    /// As it is called in the report.
    pub name: String,
    pub span: Span,
    pub settled: Settled,
    /// Its options by name.
    pub options: Vec<(String, Span, Settled)>,
}

/// Programs that only say what they are given.
const SAYING: [&str; 6] = ["echo", "printf", "print", "Write-Host", "Write-Output", "Write-Verbose"];

/// Reads and converts the command lines of a source.
pub fn read(source: &Source, ast: &Ast, aim: Aim<'_>) -> Commands {
    let text = source.text();
    let (mut all, mut wholes) = (Commands::default(), BTreeSet::new());
    let mounted = storage::mounted(source.path(), text, aim.configs);
    for region in regions(source, ast) {
        let mut found = az_batchai(text, region.span);
        // What stands in a string that was read is not read again with the whole.
        found.retain(|(span, _)| !all.uses.iter().any(|used| used.span.overlaps(*span)));
        // A list is one only if its words are those of a command of Batch AI.
        found.extend((found.is_empty() && region.list.is_some()).then(|| (region.span, ANY.to_owned())));
        let part = region.span.of(text);
        let is_step = !mounted.is_empty() && part.contains("az storage");
        if found.is_empty() && !is_step && !names_provider(part) && !aim.configs.are_named_in(part) {
            continue;
        }
        let shadow = match region.list {
            Some(list) => list::shadow(text, region.span, list),
            None => region.is_folded.then(|| folded(text, region.span)),
        };
        // A list that cannot be read as a line is text.
        let region = Region { is_read: region.is_read && (region.list.is_none() || shadow.is_some()), ..region };
        let original = text;
        let text = shadow.as_deref().unwrap_or(text);
        let comments = region.language.comments(text, region.span);
        let found: Vec<_> = found.into_iter().filter(|(span, _)| !comments.iter().any(|c| c.contains(*span))).collect();
        let path = source.path();
        let (marks, mounted) = (BTreeMap::new(), &mounted);
        let program = if region.dialect == shell::Dialect::Document { part } else { source.text() };
        let begun = all.edits.len();
        let mut reader = Reader { text, original, program, path, region: &region, aim, mounted, marks, out: &mut all };
        reader.region(&found);
        let marks = std::mem::take(&mut reader.marks).into_iter();
        if let (Some(list), true) = (region.list, all.edits.len() > begun) {
            let edits = all.edits.split_off(begun);
            all.edits.extend(list::back(original, text, region.span, list, &edits));
        }
        all.edits.extend(marks.map(|(at, lines)| Edit { span: Span::new(at, at), text: lines.concat() }));
        comments.iter().for_each(|comment| follow::prose(text, path, *comment, aim, &mut all));
        wholes.insert(region.whole);
    }
    if estate::language(source) == Some(Language::Markdown) {
        let parts = estate::parts(source.text(), Language::Markdown).into_iter();
        let prose = parts.filter(|part| part.language == Language::Markdown);
        prose.for_each(|part| follow::prose(source.text(), source.path(), part.span, aim, &mut all));
    }
    all.edits.sort_by_key(|edit| edit.span);
    // Two commands can give one variable its values, and both know what it is compared with.
    all.edits.dedup_by(|one, other| one.span == other.span && one.span.start < one.span.end);
    wholes.into_iter().for_each(|whole| end_as_before(text, whole, &mut all.edits));
    if matches!(source.kind(), Kind::Script | Kind::Notebook) {
        let Commands { edits, uses, .. } = python::read(source, ast, aim, &all.stored);
        all.edits.extend(edits);
        all.uses.extend(uses);
    }
    all.uses.sort_by_key(|used| used.span);
    home::ask(source.text(), aim.target, &mut all.uses);
    all
}

struct Reader<'a> {
    text: &'a str,
    /// The same as it is in the file, where it is read as another.
    original: &'a str,
    /// All that is written in the program of the text; of a document only the block.
    program: &'a str,
    path: &'a str,
    region: &'a Region,
    aim: Aim<'a>,
    /// The shares and containers that jobs mount.
    mounted: &'a BTreeSet<String>,
    /// Comments by the places above which they stand.
    marks: BTreeMap<usize, Vec<String>>,
    out: &'a mut Commands,
}

impl Reader<'_> {
    fn region(&mut self, found: &[(Span, String)]) {
        let Script { commands, documents } = if self.region.is_read {
            let Region { span, pasted, dialect, .. } = *self.region;
            // Where it is put together from parts, they are read as what they become.
            match pasted.map(|pasted| pasted::shadow(self.text, span, pasted)) {
                Some(shadow) => shadow.map_or_else(Script::default, |text| shell::script(&text, span, dialect)),
                None => shell::script(self.text, span, dialect),
            }
        } else {
            Script::default()
        };
        let mut read: Vec<Span> = Vec::new();
        for command in &commands {
            let Some(verbs) = verbs(command) else { continue };
            let head = Span::new(command.words[verbs - 2].span.start, command.words[verbs - 1].span.end);
            if is_said(command) || !found.iter().any(|(span, _)| span.overlaps(head)) {
                continue;
            }
            read.push(head);
            let inside = found.iter().filter(|(span, _)| command.span.contains(*span)).count();
            let holds = |other: &Command| other.span != command.span && other.span.contains(command.span);
            let is_held = commands.iter().any(|other| holds(other) && self::verbs(other).is_some());
            self.command(&commands, command, verbs, inside > 1 || is_held);
        }
        commands.iter().for_each(|command| self.provider(command));
        commands.iter().for_each(|command| self.storage(command));
        self.follow(&commands);
        if !self.region.is_read {
            self.follow_unread();
        }
        for (span, name) in found {
            let is_text = |command: &Command| is_said(command) && command.span.contains(*span);
            if !read.iter().any(|head| head.overlaps(*span)) && !commands.iter().any(is_text) {
                self.left(&commands, &documents, *span, name);
            }
        }
    }

    fn command(&mut self, commands: &[Command], command: &Command, verbs: usize, is_nested: bool) {
        let start = self.start(command, verbs);
        let place = Place { text: self.text, region: self.region, command, start };
        let named = symbol(command, verbs);
        let end = named.map_or(verbs, |(_, end)| end);
        let head = Span::new(command.words[verbs - 2].span.start, command.words[end - 1].span.end);
        let symbol = named.map_or(ANY, |(symbol, _)| symbol);
        let name = named.map_or_else(|| head.of(self.text).to_owned(), |(symbol, _)| symbol.to_owned());
        let run = readable(self.text, command, verbs, is_nested);
        let call = run.clone().and_then(|run| parse(self.text, command, verbs).map_err(|stuck| run.said(stuck)));
        let done = match &call {
            Ok(call) => self.converted(commands, &place, call, run.unwrap_or_default()),
            Err(stuck) => Err(stuck.clone()),
        };
        let done = done.map_err(|stuck| on_one_line(&stuck));
        let code = concept::table().row(symbol).map_or("", |row| row.code.as_str()).to_owned();
        match (done, &call) {
            (Ok((draft, edits)), Ok(call)) => self.accept(&code, &place, call, draft, edits),
            (Err(stuck), call) => {
                let settled = left(&stuck);
                self.mark(place.comment(), &code, &stuck, None);
                let given = call.as_ref().map(|call| call.given.iter()).into_iter().flatten();
                let options = given.map(|given| (given.name.clone(), given.spelled, settled.clone())).collect();
                self.out.uses.push(CommandUse { symbol: symbol.into(), name, span: head, settled, options });
            }
            (Ok(_), Err(_)) => {}
        }
    }

    /// `az provider register -n Microsoft.BatchAI` names the provider that it needs now.
    fn provider(&mut self, command: &Command) {
        let Some(row) = concept::table().symbol(PROVIDER) else { return };
        let mapping = row.mapping(self.aim.target, JobForm::default());
        let verbs: Vec<&str> = PROVIDER.split(' ').collect();
        let Some(at) =
            command.words.windows(verbs.len()).position(|words| words.iter().zip(&verbs).all(|(w, v)| w.is(v)))
        else {
            return;
        };
        let new = |word: &shell::Word| mapping.values.get(&word.literal.as_deref()?.to_ascii_lowercase());
        let Some((word, new)) = command.words[at..].iter().find_map(|word| Some((word, new(word)?))) else { return };
        self.out.edits.push(Edit { span: word.span, text: new.clone() });
        let head = Span::new(command.words[at].span.start, command.words[at + verbs.len() - 1].span.end);
        let settled = Settled { fate: mapping.fate, reason: mapping.note.clone(), todo: mapping.todo.clone() };
        let (symbol, name) = (PROVIDER.to_owned(), PROVIDER.to_owned());
        self.out.uses.push(CommandUse { symbol, name, span: head, settled, options: Vec::new() });
    }

    /// Where the command begins that is rewritten: at `az`, or at what stands before it.
    fn start(&self, command: &Command, verbs: usize) -> usize {
        let words = &command.words[..verbs - 1];
        let first = words.iter().find(|word| !["$", "%"].contains(&word.raw(self.text)));
        first.map_or(command.span.start, |word| word.span.start)
    }

    fn converted(
        &self,
        commands: &[Command],
        place: &Place<'_>,
        call: &Call<'static>,
        run: Run,
    ) -> Result<(Draft, Vec<Edit>), Stuck> {
        let mapping = call.row.mapping(self.aim.target, JobForm::default());
        let draft = |with_stores| {
            let rewriter = Rewriter {
                text: self.text,
                program: self.program,
                path: self.path,
                dialect: self.region.dialect,
                region: self.region.span,
                pasted: self.region.pasted,
                commands,
                command: place.command,
                call,
                mapping,
                aim: self.aim,
                is_kept: self.region.is_kept,
                is_single: self.region.is_single || run.repeats,
                stored: &self.out.stored,
                with_stores,
                said: BTreeMap::new(),
                queries: None,
            };
            rewriter.rewrite()
        };
        let placed =
            |draft: &Draft| if draft.is_gone { place.without().map(|edit| vec![edit]) } else { place.beside(draft) };
        let first = draft(true)?;
        // Commands that make datastores are wanted only where they can stand.
        let (draft, beside) = match placed(&first) {
            Ok(beside) => (first, beside),
            Err(_) if first.stores.is_some() => {
                draft(false).and_then(|draft| Ok((placed(&draft)?, draft))).map(|(b, d)| (d, b))?
            }
            Err(stuck) => return Err(stuck),
        };
        if !draft.left.is_empty() && place.comment().is_none() {
            let todo = "move the command to where a comment can stand, and convert again";
            return Err(Stuck::new(draft.left[0].0.clone(), todo));
        }
        run.check(&draft, call.head)?;
        let mut edits = draft.edits.clone();
        edits.extend(beside);
        self.fits(&edits)?;
        Ok((draft, edits))
    }

    fn accept(&mut self, code: &str, place: &Place<'_>, call: &Call<'static>, draft: Draft, edits: Vec<Edit>) {
        let mapping = call.row.mapping(self.aim.target, JobForm::default());
        let row = Settled { fate: mapping.fate, reason: mapping.note.clone(), todo: mapping.todo.clone() };
        for (reason, spans) in &draft.left {
            let was: Vec<&str> = spans.iter().map(|span| span.of(self.text)).collect();
            let names: Vec<String> = spans.iter().map(|span| format!("`{}`", option_of(span.of(self.text)))).collect();
            let stuck = Stuck::new(format!("{}: {reason}", names.join(", ")), "");
            // What stays as it was need not be said again.
            let is_changed = edits.iter().any(|edit| spans.iter().any(|span| edit.span.overlaps(*span)));
            self.mark(place.comment(), code, &stuck, Some(was.join(" ")).filter(|_| is_changed).as_deref());
        }
        let options = call.given.iter().zip(draft.options);
        let options = options.map(|(given, settled)| (given.name.clone(), given.spelled, settled)).collect();
        let settled = draft.command.unwrap_or(row);
        self.out.edits.extend(edits);
        self.out.stored.extend(draft.stores);
        let (symbol, name) = (call.symbol.to_owned(), call.symbol.to_owned());
        self.out.uses.push(CommandUse { symbol, name, span: call.head, settled, options });
    }

    /// Something in a string, a here-document or a language that is not read.
    fn left(&mut self, commands: &[Command], documents: &[Document], span: Span, name: &str) {
        let words: Vec<&str> = name.split(' ').collect();
        let known = (2..=words.len()).rev().map(|end| words[..end].join(" "));
        let symbol =
            known.into_iter().find(|name| concept::table().symbol(name).is_some()).unwrap_or_else(|| ANY.into());
        let row = concept::table().row(&symbol);
        let mapping = concept::table().symbol(ANY).map(|row| row.mapping(self.aim.target, JobForm::default()));
        let todo = mapping.map_or("", |mapping| mapping.todo.as_str());
        let stuck = Stuck::new("it stands in text that is not read as a command", todo);
        let above =
            commands.iter().filter(|command| command.span.start <= span.start).map(|command| command.line).max();
        let held = documents.iter().find(|document| document.body.contains(span)).map(|document| document.line);
        let line = held.or(above).filter(|_| self.region.is_read).unwrap_or(span.start);
        let code = row.map_or("", |row| row.code.as_str()).to_owned();
        self.mark(self.region.comment_above(self.text, line), &code, &stuck, None);
        let settled = left(&stuck);
        self.out.uses.push(CommandUse { symbol, name: name.to_owned(), span, settled, options: Vec::new() });
    }

    /// Puts a comment above a line, if none says the same.
    fn mark(&mut self, at: Option<(usize, String)>, code: &str, stuck: &Stuck, was: Option<&str>) {
        let Some((at, margin)) = at else { return };
        let mut lines = comment_lines(code, &stuck.reason, &stuck.todo, margin.len());
        if let Some(was) = was {
            let one: Vec<&str> = was.split_whitespace().filter(|word| *word != "\\" && *word != "`").collect();
            lines.push(format!("#   was: {}", one.join(" ")));
        }
        if self.region.language == Language::Batch {
            lines = lines.iter().map(|line| format!("REM{}", line.trim_start_matches('#'))).collect();
        }
        let above = self.text[..at].lines().rev().map(str::trim).take_while(|above| above.starts_with(['#', 'R']));
        if above.into_iter().any(|above| lines[0] == above) {
            return;
        }
        let marks = self.marks.entry(at).or_default();
        let text: String = lines.iter().map(|line| format!("{margin}{line}\n")).collect();
        if !marks.contains(&text) {
            marks.push(text);
        }
    }
}

/// A reason can hold a word of the user, and a word can hold ends of lines; a comment cannot.
fn on_one_line(stuck: &Stuck) -> Stuck {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Stuck::new(joined(&stuck.reason), joined(&stuck.todo))
}

fn left(stuck: &Stuck) -> Settled {
    Settled { fate: Fate::Manual, reason: stuck.reason.clone(), todo: stuck.todo.clone() }
}

/// `--nfs` of `--nfs x`
fn option_of(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or(text)
}

fn names_provider(text: &str) -> bool {
    text.contains(PROVIDER) && text.to_ascii_lowercase().contains("microsoft.batchai")
}

/// Whether a command only says its words.
fn is_said(command: &Command) -> bool {
    let first = command.words.first().and_then(|word| word.literal.as_deref());
    first.is_some_and(|first| SAYING.contains(&first))
}

/// Whether what stands before `az` leaves it the command that runs, and its words are words.
fn readable(text: &str, command: &Command, verbs: usize, is_nested: bool) -> Result<Run, Stuck> {
    if command.words.iter().any(|word| word.is_open) {
        return Err(Stuck::new("a quote or bracket in it is not closed", "close it, and convert again"));
    }
    if is_nested {
        let todo = "keep the result of the inner command in a variable, and convert again";
        return Err(Stuck::new("one command of Batch AI stands in another", todo));
    }
    runner::run(text, command, verbs - 2)
}
