//! A dictionary that a program writes as the configuration of a job or cluster: it becomes the dictionary of Azure ML's YAML,
//! which JSON is as well. Whoever writes it goes on doing so, under the new name.

use super::Options;
use super::config::Conversion;
use super::embedded::{Outcome, say, seen_from};
use super::written::{Dictionary, dictionaries};
use crate::command::{self, ConfigFile, Origin};
use crate::concept;
use crate::config::{FileKind, Written, name};
use crate::find::{File, Site, SiteKind};
use crate::render::{free_name, python_string};
use crate::report::{Entry, Fate};
use crate::sdk::Target;
use crate::source::Source;
use crate::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::{Edit, Span, line_begin, line_start, margin, next_line};

/// What a person does with a dictionary that is left.
const BY_HAND: &str = "print it to a file, convert that file, and write the result here";

/// Where dictionaries of a file stand whose variables are seen to here, and not with the rest of the program.
pub(super) fn places(file: &File) -> Vec<Span> {
    let all = dictionaries(file.module.source, &file.module.ast);
    let is_ours = |dictionary: &&Dictionary| dictionary.config.is_ok() && !holds_sites(dictionary, &file.sites.all);
    all.iter()
        .filter(is_ours)
        .flat_map(|dictionary| [dictionary.span].into_iter().chain(dictionary.parts.clone()))
        .collect()
}

/// The same without a look at the SDK, for a file that has been converted.
pub(super) fn left_places(source: &Source, ast: &Ast) -> Vec<Span> {
    let all = dictionaries(source, ast).into_iter().filter(|dictionary| dictionary.config.is_ok());
    all.map(|dictionary| dictionary.span).collect()
}

/// What the dictionaries of a file configure, and where each begins.
pub(super) fn heads(source: &Source, ast: &Ast) -> Vec<(FileKind, Span)> {
    let head = |dictionary: Dictionary| {
        let span = dictionary.span;
        let line = span.of(source.text()).lines().next().map_or(0, |line| line.trim_end().len());
        (dictionary.kind, Span::new(span.start, span.start + line))
    };
    dictionaries(source, ast).into_iter().map(head).collect()
}

/// Whether a part of it is a use of the SDK.
fn holds_sites(dictionary: &Dictionary, sites: &[Site]) -> bool {
    let is_sdk = |site: &&Site| !matches!(site.kind, SiteKind::Mention(_));
    sites.iter().filter(is_sdk).any(|site| dictionary.span.contains(site.span))
}

/// Converts the dictionaries of a file that are configurations; of those in `places` with all that is in them.
pub(super) fn convert(source: &Source, ast: &Ast, options: &Options, places: &[Span], outcome: &mut Outcome) {
    for dictionary in dictionaries(source, ast) {
        let one = One { source, ast, dictionary: &dictionary };
        match &dictionary.config {
            Ok(_) if places.contains(&dictionary.span) => one.convert(options, outcome),
            Ok(_) => one.left("a part of it comes from the SDK", outcome),
            Err(why) => one.left(why, outcome),
        }
    }
}

/// A dictionary on its way.
struct One<'a> {
    source: &'a Source,
    ast: &'a Ast,
    dictionary: &'a Dictionary,
}

impl One<'_> {
    fn convert(&self, options: &Options, outcome: &mut Outcome) {
        let Dictionary { config: Ok(config), kind, span, file, parts, .. } = self.dictionary else { return };
        let conversion = Conversion::of(self.source, config, file, options);
        let why = conversion.why_left();
        let files = conversion.files.clone();
        let told = conversion.outcome(self.source);
        outcome.entries.extend(told.entries);
        outcome.places.push(*span);
        outcome.places.extend(parts);
        let is_in = |entry: &Entry| [span].into_iter().chain(parts).any(|place| place.contains(entry.span));
        let stores = self.stores(&files);
        let (Some(main), Some(stores), None) = (files.first(), stores, &why) else {
            let why = why.unwrap_or_else(|| "its datastores cannot be written where it is".to_owned());
            outcome.entries.iter_mut().filter(|entry| is_in(entry)).for_each(|entry| {
                (entry.fate, entry.reason, entry.todo) = (Fate::Manual, why.clone(), String::new());
            });
            return self.left_as(&why, if options.target == Target::V1 { "" } else { BY_HAND }, outcome);
        };
        outcome.findings.extend(told.findings);
        outcome.edits.push(Edit { span: *span, text: main.text.clone() });
        outcome.edits.extend(stores);
        outcome.edits.extend(parts.iter().map(|part| self.without(*part)));
        self.name(true, outcome);
        let path = seen_from(self.source, file);
        outcome.files.push(ConfigFile {
            path,
            kind: *kind,
            becomes: Ok(files),
            origin: Origin::Program,
            exports: Vec::new(),
            mounts: config.mounts(),
        });
    }

    /// A statement that is not needed any more goes, with its lines; a comment behind it stays.
    fn without(&self, part: Span) -> Edit {
        let text = self.source.text();
        let tail = text[part.end..].lines().next().unwrap_or_default();
        let span = match tail.find('#') {
            Some(comment) => Span::new(part.start, part.end + comment),
            None => Span::new(line_begin(text, part.start), next_line(text, part.end)),
        };
        Edit { span, text: String::new() }
    }

    /// Its file has another name where it is converted, wherever the program says it.
    fn name(&self, is_renamed: bool, outcome: &mut Outcome) {
        let run = command::run_by_python(self.source, self.ast);
        let code = concept::table().row(self.dictionary.kind.symbol()).map(|row| row.code.clone()).unwrap_or_default();
        for literal in &self.dictionary.names {
            // A command line has it among its own options.
            let is_option = run.iter().any(|place| place.overlaps(self.ast.span(*literal)));
            let Some(inner) = self.named(*literal) else { continue };
            let edit = is_renamed.then(|| Edit { span: inner, text: name::yaml(&self.dictionary.file) });
            if is_option {
                outcome.named.extend(edit);
                continue;
            }
            let (location, symbol) = (self.source.locate(inner.start), self.dictionary.kind.name().to_owned());
            let (reason, todo, code) = (String::new(), String::new(), code.clone());
            let fate = Fate::Exact;
            outcome.entries.push(Entry { code, symbol, fate, location, span: inner, site: inner, reason, todo });
            outcome.edits.extend(edit);
        }
    }

    /// Where the name stands in a literal that is nothing else.
    fn named(&self, literal: ExprId) -> Option<Span> {
        let span = self.ast.span(literal);
        let at = span.of(self.source.text()).find(&self.dictionary.file)?;
        Some(Span::new(span.start + at, span.start + at + self.dictionary.file.len()))
    }

    /// Statements that write its datastores, beside its own; none where that cannot be done.
    fn stores(&self, files: &[Written]) -> Option<Vec<Edit>> {
        let stores: Vec<&Written> = files.iter().filter(|file| file.is_datastore).collect();
        if stores.is_empty() {
            return Some(Vec::new());
        }
        let text = self.source.text();
        let writer = self.writer();
        let (stmt, is_before) = writer.map_or_else(|| self.anchor(), |(_, stmt)| (stmt, false));
        let span = self.ast.stmt(stmt).span;
        let start = line_begin(text, span.start);
        let margin = margin(&text[start..]);
        if start + margin.len() != span.start || start != line_start(text, span.start) {
            return None;
        }
        let lines = stores
            .iter()
            .map(|store| self.store(store, writer.map(|(call, _)| call), margin))
            .collect::<Option<Vec<_>>>()?
            .join("\n");
        let end = span.end + text[span.end..].find('\n').unwrap_or(text.len() - span.end);
        let end = start + text[start..end].trim_end_matches('\r').len();
        Some(vec![if is_before {
            Edit { span: Span::new(start, start), text: format!("{lines}\n") }
        } else {
            Edit { span: Span::new(end, end), text: format!("\n{lines}") }
        }])
    }

    /// The statement beside which others can stand, and whether they go before it: its own, or the `with` that opens its
    /// file.
    fn anchor(&self) -> (StmtId, bool) {
        let own = self.dictionary.stmt;
        let opens = |id: &StmtId| match &self.ast.stmt(*id).kind {
            StmtKind::With { items, .. } => {
                let inside = |literal: &ExprId| {
                    items.iter().any(|(item, _)| self.ast.span(*item).contains(self.ast.span(*literal)))
                };
                self.ast.stmt(*id).span.contains(self.dictionary.span) && self.dictionary.names.iter().any(inside)
            }
            _ => false,
        };
        let around = self.ast.stmt_ids().find(opens);
        (around.unwrap_or(own), matches!(self.ast.stmt(own).kind, StmtKind::Return(_)))
    }

    /// What writes a datastore: what writes the configuration, with other arguments, or `json.dump`.
    fn store(&self, store: &Written, writer: Option<ExprId>, margin: &str) -> Option<String> {
        let lines = store.text.lines().enumerate();
        let own = self.margin_of_dictionary();
        let moved = lines.map(|(at, line)| {
            let bare = line.strip_prefix(own).unwrap_or(line);
            if at == 0 { line.to_owned() } else { format!("{margin}{bare}") }
        });
        let code = moved.collect::<Vec<_>>().join("\n");
        let name = python_string(&store.path, self.quote());
        if let Some(call) = writer {
            return Some(format!("{margin}{}", self.called_with(call, &code, &name)?));
        }
        let dump = self.dump()?;
        let indented = code.replace('\n', "\n    ");
        let is_taken = |name: &str| self.ast.expr_ids().any(|id| self.ast.name(id) == Some(name));
        let file = free_name("file", is_taken);
        Some(format!("{margin}with open({name}, 'w') as {file}:\n{margin}    {dump}({indented}, {file})"))
    }

    fn margin_of_dictionary(&self) -> &str {
        let text = self.source.text();
        margin(&text[line_begin(text, self.dictionary.span.start)..])
    }

    fn quote(&self) -> char {
        let first = self.dictionary.names.first().map(|literal| self.ast.span(*literal).of(self.source.text()));
        first.and_then(|text| text.chars().find(|c| ['\'', '"'].contains(c))).unwrap_or('\'')
    }

    /// The call that takes both the dictionary and the name of its file, where it is a statement of the same block:
    /// `write_json(job, 'job.json')`.
    fn writer(&self) -> Option<(ExprId, StmtId)> {
        let is_name = |value: ExprId| self.dictionary.names.contains(&value);
        let (_, block) = self.ast.statement_around(self.dictionary.span)?;
        let stmt = |call: ExprId| {
            let is_it = |stmt: &&StmtId| matches!(self.ast.stmt(**stmt).kind, StmtKind::Expr(value) if value == call);
            Some((call, *block.iter().find(is_it)?))
        };
        let takes_both = |call: &ExprId| match self.ast.kind(*call) {
            ExprKind::Call { args, .. } => {
                args.iter().any(|arg| is_name(arg.value)) && args.iter().any(|arg| self.is_value(arg.value))
            }
            _ => false,
        };
        self.dictionary.takers.iter().copied().filter(takes_both).find_map(stmt)
    }

    /// That call with another dictionary and another name.
    fn called_with(&self, call: ExprId, code: &str, name: &str) -> Option<String> {
        let ExprKind::Call { args, .. } = self.ast.kind(call) else { return None };
        let text = self.source.text();
        let whole = self.ast.span(call);
        let (mut out, mut at) = (String::new(), whole.start);
        for arg in args {
            let span = self.ast.span(arg.value);
            let new = if self.dictionary.names.contains(&arg.value) {
                name
            } else if self.is_value(arg.value) {
                code
            } else {
                continue;
            };
            out.push_str(&text[at..span.start]);
            out.push_str(new);
            at = span.end;
        }
        out.push_str(&text[at..whole.end]);
        Some(out)
    }

    /// Whether an argument is the dictionary, or what it is called.
    fn is_value(&self, value: ExprId) -> bool {
        let assigned = match &self.ast.stmt(self.dictionary.stmt).kind {
            StmtKind::Assign { targets, .. } => targets.first().and_then(|target| self.ast.name(*target)),
            _ => None,
        };
        self.ast.span(value) == self.dictionary.span || assigned.is_some() && self.ast.name(value) == assigned
    }

    /// How the program calls `json.dump`.
    fn dump(&self) -> Option<String> {
        self.ast.body.iter().find_map(|stmt| match &self.ast.stmt(*stmt).kind {
            StmtKind::Import(names) => {
                let json = names.iter().find(|alias| alias.name == "json")?;
                Some(format!("{}.dump", json.bound()))
            }
            StmtKind::ImportFrom { module, names, .. } if module == "json" => {
                Some(names.iter().find(|alias| alias.name == "dump")?.bound().to_owned())
            }
            _ => None,
        })
    }

    fn left(&self, why: &str, outcome: &mut Outcome) {
        let reason = match self.dictionary.file.as_str() {
            "" => format!("it is a configuration of Batch AI, and {why}"),
            file => format!("it goes to `{file}` as a configuration of Batch AI, and {why}"),
        };
        self.left_as(&reason, BY_HAND, outcome);
    }

    /// Leaves it to a person, with a comment above its statement.
    fn left_as(&self, reason: &str, todo: &str, outcome: &mut Outcome) {
        let Dictionary { kind, span, stmt, file, .. } = self.dictionary;
        let text = self.source.text();
        let at = line_start(text, self.ast.stmt(*stmt).span.start);
        let margin = margin(&text[at..]).to_owned();
        let (path, why) = (seen_from(self.source, file), "the program makes it from a dictionary");
        let kept = ConfigFile::kept(path, *kind, Origin::Program, why);
        outcome.files.extend((!file.is_empty()).then_some(kept));
        self.name(false, outcome);
        let file = if file.is_empty() { kind.name() } else { file };
        let said = (reason.to_owned(), todo.to_owned());
        say(self.source, *span, file, *kind, said, Some(&(at, margin)), outcome);
    }
}
