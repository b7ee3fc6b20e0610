//! Configuration files that other files hold: here-documents of scripts, cells that write a file, blocks of Markdown.
//!
//! Each is converted as the file that it will be, and its YAML stands where the JSON stood. The datastores of a job are made
//! by the command that names it, for there is no file for them. Dictionaries of Python are not read here (see `dictionary`).

use super::config::{Conversion, as_file};
use super::{Options, said};
use crate::command::{self, ConfigFile, Held, Origin};
use crate::concept;
use crate::config::{self, Config, FileKind, Written, name};
use crate::estate;
use crate::manifest;
use crate::report::{Entry, Fate, Finding, Problem};
use crate::source::{Kind, Language, Source};
use crate::syntax::Ast;
use crate::text::{Edit, Span, comments_above, line_begin};
use crate::translate::{Stuck, comment_lines};

/// A configuration within a file.
struct Embedded {
    /// Where the name of the file stands, if it has one.
    name: Option<Span>,
    body: Span,
    /// The word that ends a here-document, where it begins.
    end: Option<Span>,
    /// What a shell makes of the text; none if that depends on the run.
    text: Option<String>,
    /// The language behind a fence.
    fence: Option<Span>,
    comment: Option<(usize, String)>,
}

/// What became of the configurations of a file.
#[derive(Default)]
pub(super) struct Outcome {
    pub edits: Vec<Edit>,
    pub entries: Vec<Entry>,
    pub findings: Vec<Finding>,
    pub problems: Vec<Problem>,
    /// For the command lines that name them.
    pub files: Vec<ConfigFile>,
    /// Where they stand.
    pub places: Vec<Span>,
    /// New names of files within command lines, which may write them as well.
    pub named: Vec<Edit>,
}

/// Converts the configurations within a file.
pub(super) fn convert(source: &Source, ast: &Ast, options: &Options) -> Outcome {
    let mut outcome = Outcome::default();
    if !config::can_be_in(source.text()) {
        return outcome;
    }
    for embedded in all(source, ast) {
        one(source, &embedded, options, &mut outcome);
    }
    outcome
}

fn all(source: &Source, ast: &Ast) -> Vec<Embedded> {
    let text = source.text();
    let held = command::documents(source, ast).into_iter().map(|held| of_document(text, held));
    let cells = if source.kind() == Kind::Notebook { manifest::json_files(source) } else { Vec::new() };
    let cells = cells.into_iter().map(|(name, body)| Embedded {
        name: Some(name),
        body,
        end: None,
        text: Some(body.of(text).to_owned()),
        fence: None,
        comment: None,
    });
    let blocks = match estate::language(source) {
        Some(Language::Markdown) => estate::parts(text, Language::Markdown),
        _ => Vec::new(),
    };
    let blocks = blocks.into_iter().filter(|part| part.language == Language::Json).map(|part| Embedded {
        name: None,
        body: part.span,
        end: None,
        text: Some(part.span.of(text).to_owned()),
        fence: fence(text, part.span),
        comment: None,
    });
    held.chain(cells).chain(blocks).collect()
}

fn of_document(text: &str, held: Held) -> Embedded {
    let body = held.body.of(text);
    let seen = if held.is_literal { Some(body.to_owned()) } else { expanded(body) };
    Embedded {
        name: Some(held.name),
        body: held.body,
        end: Some(held.end),
        text: seen,
        fence: None,
        comment: held.comment,
    }
}

/// What a shell makes of a here-document, if it puts nothing in.
fn expanded(body: &str) -> Option<String> {
    let (mut out, mut chars) = (String::new(), body.chars().peekable());
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('$' | '`' | '\\')) => out.extend(chars.next()),
            ('\\', Some('\n')) => drop(chars.next()),
            ('$' | '`', _) => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

/// The word `json` above a block.
fn fence(text: &str, block: Span) -> Option<Span> {
    let line = text[..block.start].trim_end_matches(['\n', '\r']);
    let start = line_begin(line, line.len());
    let at = line[start..].to_ascii_lowercase().find("json")? + start;
    Some(Span::new(at, at + "json".len()))
}

fn one(source: &Source, embedded: &Embedded, options: &Options, outcome: &mut Outcome) {
    let text = source.text();
    let given = embedded.name.map(|name| name.of(text).to_owned());
    let Some(inner) = &embedded.text else { return unseen(source, embedded, given.as_deref(), outcome) };
    let config = match read(source, embedded, inner) {
        Some(Ok(config)) => config,
        Some(Err(problem)) => return broken(source, embedded, problem, outcome),
        None => return,
    };
    let shown = given.unwrap_or_else(|| config.kind.name().to_owned());
    let Some(Ok((config, inner))) = as_file(&shown, inner) else { return };
    let conversion = Conversion::of(&inner, &config, inner.path(), options);
    let files = conversion.files.clone();
    let told = conversion.outcome(&inner);
    let first = source.locate(embedded.body.start);
    let shift = |span: Span| {
        let at = |at: usize| (embedded.body.start + at).min(embedded.body.end);
        Span::new(at(span.start), at(span.end))
    };
    if let Some(span) = embedded.name.or(embedded.fence) {
        let code = concept::table().row(config.kind.symbol()).map(|row| row.code.clone()).unwrap_or_default();
        let (location, symbol) = (source.locate(span.start), config.kind.name().to_owned());
        let (reason, todo) = (String::new(), String::new());
        outcome.entries.push(Entry { code, symbol, fate: Fate::Exact, location, span, site: span, reason, todo });
    }
    for mut entry in told.entries {
        (entry.span, entry.site) = (shift(entry.span), shift(entry.site));
        entry.location = entry.location.within(&first);
        outcome.entries.push(entry);
    }
    for mut finding in told.findings {
        finding.location = finding.location.within(&first);
        outcome.findings.push(finding);
    }
    outcome.places.push(embedded.body);
    let path = seen_from(source, &shown);
    let becomes = if files.is_empty() { Err("it is left to a person".to_owned()) } else { Ok(files) };
    if let Ok(files) = &becomes {
        outcome.edits.extend(edits(text, embedded, files));
    }
    let (exports, mounts) = (Vec::new(), config.mounts());
    outcome.files.push(ConfigFile { path, kind: config.kind, becomes, origin: Origin::Text, exports, mounts });
}

/// A configuration that cannot be read: it is left to a person, and the rest of the file is converted.
fn broken(source: &Source, embedded: &Embedded, problem: Problem, outcome: &mut Outcome) {
    let text = source.text();
    let name = embedded.name.map(|span| span.of(text).to_owned());
    let kind = likely_kind(embedded.body.of(text));
    if let Some(name) = &name {
        outcome.files.push(left_file(source, name, kind, "it cannot be read"));
    }
    let line = embedded.body.of(text).lines().next().map_or(0, |line| line.trim_end().len());
    let span = embedded.name.unwrap_or(Span::new(embedded.body.start, embedded.body.start + line));
    let (shown, at) = (name.as_deref().unwrap_or(kind.name()), problem.location);
    let said = (problem.message.replacen(" in it", "", 1), "complete it, and convert again".to_owned());
    say(source, span, shown, kind, said, embedded.comment.as_ref(), outcome);
    if let (Some(at), Some(finding)) = (at, outcome.findings.last_mut()) {
        finding.location = at;
    }
}

/// What a text that cannot be read whole seems to configure.
fn likely_kind(text: &str) -> FileKind {
    if text.contains("\"vmSize\"") { FileKind::Cluster } else { FileKind::Job }
}

/// A configuration that stays, for the command lines that name it.
fn left_file(source: &Source, name: &str, kind: FileKind, why: &str) -> ConfigFile {
    ConfigFile::kept(seen_from(source, name), kind, Origin::Text, why)
}

/// A problem of a configuration in the place of the file that holds it.
fn moved(source: &Source, embedded: &Embedded, problem: Problem) -> Problem {
    let first = source.locate(embedded.body.start);
    let what = match embedded.name {
        Some(name) => format!("`{}` in it", name.of(source.text())),
        None => "the configuration of Batch AI in it".to_owned(),
    };
    Problem {
        path: source.path().to_owned(),
        location: problem.location.map(|at| at.within(&first)),
        message: problem.message.replacen("this", &what, 1),
        help: problem.help,
    }
}

/// The configuration that a text is. One that cannot be read is a problem, unless it shows a part only, for a reader:
/// nobody can give that to a command.
fn read(source: &Source, embedded: &Embedded, text: &str) -> Option<Result<Config, Problem>> {
    match as_file("config.json", text)? {
        Ok((config, _)) => Some(Ok(config)),
        Err(_) if text.contains("...") || text.contains('…') => None,
        Err(problem) => Some(Err(moved(source, embedded, problem))),
    }
}

/// The configurations within a file, each by the place that names it or shows what it is.
pub(super) fn places(source: &Source, ast: &Ast) -> Vec<(FileKind, Span)> {
    if !config::can_be_in(source.text()) {
        return Vec::new();
    }
    let place = |embedded: Embedded| {
        let config = read(source, &embedded, embedded.text.as_deref()?)?.ok()?;
        Some((config.kind, embedded.name.or(embedded.fence)?))
    };
    all(source, ast).into_iter().filter_map(place).collect()
}

/// The configurations within a file that cannot be read.
pub(super) fn unreadable(source: &Source, ast: &Ast) -> Vec<Problem> {
    if !config::can_be_in(source.text()) {
        return Vec::new();
    }
    let broken = |embedded: &Embedded| read(source, embedded, embedded.text.as_deref()?)?.err();
    all(source, ast).iter().filter_map(broken).collect()
}

/// The path of a file that a source names.
pub(super) fn seen_from(source: &Source, name: &str) -> String {
    let folder = source.path().rsplit_once('/').map(|(folder, _)| folder);
    folder.map_or_else(|| name.to_owned(), |folder| format!("{folder}/{name}"))
}

/// The YAML in the place of the JSON.
fn edits(text: &str, embedded: &Embedded, files: &[Written]) -> Vec<Edit> {
    let Some(main) = files.iter().find(|file| !file.is_datastore) else { return Vec::new() };
    let old = embedded.body.of(text);
    let newline = if old.ends_with('\n') { "" } else { "\n" };
    let new = main.text.strip_suffix(if newline.is_empty() { "" } else { "\n" }).unwrap_or(&main.text);
    let mut edits = vec![Edit { span: embedded.body, text: new.to_owned() }];
    edits.extend(embedded.name.map(|span| Edit { span, text: name::yaml(span.of(text)) }));
    edits.extend(embedded.fence.map(|span| Edit { span, text: "yaml".into() }));
    if let Some(end) = embedded.end {
        let word = end.of(text).replace(['"', '\'', '\\'], "");
        let quoted = format!("'{word}'");
        if end.of(text) != quoted {
            edits.push(Edit { span: end, text: quoted });
        }
    }
    edits
}

/// A configuration that a shell puts values into: it is left to a person.
fn unseen(source: &Source, embedded: &Embedded, name: Option<&str>, outcome: &mut Outcome) {
    let text = source.text();
    let body = embedded.body.of(text);
    let (true, Some(name), Some(span)) = (config::has_keys(body), name, embedded.name) else { return };
    let kind = likely_kind(body);
    outcome.files.push(left_file(source, name, kind, "a shell puts values into it"));
    let reason = format!("a shell puts values into `{name}`, so it cannot be seen whole");
    let todo = "write it with the values as they are, convert that, and put them in again".to_owned();
    say(source, span, name, kind, (reason, todo), embedded.comment.as_ref(), outcome);
}

/// Leaves a configuration to a person.
pub(super) fn say(
    source: &Source,
    span: Span,
    name: &str,
    kind: FileKind,
    (reason, todo): (String, String),
    comment: Option<&(usize, String)>,
    outcome: &mut Outcome,
) {
    let row = concept::table().row(kind.symbol());
    let code = row.map(|row| row.code.clone()).unwrap_or_default();
    if let Some((at, margin)) = comment {
        let lines = comment_lines(&code, &reason, &todo, margin.len());
        if !comments_above(source.text(), *at).any(|line| line == lines[0]) {
            let lines: String = lines.iter().map(|line| format!("{margin}{line}\n")).collect();
            outcome.edits.push(Edit { span: Span::new(*at, *at), text: lines });
        }
    }
    let (entry, finding) = said::left(source, span, (kind.symbol(), name), Stuck::new(reason, todo));
    outcome.entries.push(entry);
    outcome.findings.push(finding);
}
