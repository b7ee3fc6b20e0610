//! What becomes of a configuration file of `az batchai`: YAML beside it, and the file itself goes.
//!
//! Its program is converted as any other; each member of the file then has the fate of what it became there.

use super::{Options, Outcome, outcome};
use crate::concept;
use crate::config::{self, Atom, AtomKind, Comment, Config, FileKind, Lowered, Written, Wrong};
use crate::report::{Entry, Fate, Finding, Made, Problem};
use crate::sdk::Target;
use crate::source::Source;
use crate::text::{Span, line_begin, margin};
use crate::translate::comment_lines;

/// Where comments on the whole file stand.
const TOP: &str = "top";
/// Parts of a job that it is written without, where it cannot be written with them.
const TOOLKITS: [&str; 9] = [
    "cntk_settings",
    "py_torch_settings",
    "tensor_flow_settings",
    "caffe_settings",
    "caffe2_settings",
    "chainer_settings",
    "custom_toolkit_settings",
    "custom_mpi_settings",
    "horovod_settings",
];
const DIRECTORIES: [&str; 3] = ["input_directories", "output_directories", "job_preparation"];

/// What becomes of a configuration file; nothing for what is none.
pub(super) fn convert(source: &Source, options: &Options, exports: &[String]) -> Option<Outcome> {
    Some(match config::read(source)? {
        Ok(mut config) => {
            config.exports = exports.to_owned();
            Conversion::of(source, &config, source.path(), options).outcome(source)
        }
        Err(wrong) => Outcome { problems: vec![invalid(source, &wrong)], ..Outcome::default() },
    })
}

/// Why a configuration file cannot be read, if that is so.
pub(super) fn unreadable(source: &Source) -> Option<Problem> {
    config::read(source)?.err().map(|wrong| invalid(source, &wrong))
}

/// What becomes of a configuration file that a program reads: it stays, for the program needs it as it is.
pub(super) fn kept(source: &Source, reader: &str, options: &Options) -> Option<Outcome> {
    let config = config::read(source)?.ok()?;
    let reader = reader.rsplit(['/', '\\']).next().unwrap_or(reader);
    let why = format!("`{reader}` reads it, and needs it as it is");
    let todo =
        format!("convert it when nothing in `{reader}` depends on it any more: `bai2aml convert` with its path alone");
    Some(Conversion::left(source, &config, options, &[], Some((why, todo))).outcome(source))
}

/// What a configuration file becomes, seen from a command line that names it.
#[derive(Debug)]
pub struct ConfigFiles {
    pub kind: FileKind,
    /// The files of YAML, the one that it was for first; none where it is left to a person.
    pub files: Vec<Written>,
    /// The shares and containers that it mounts.
    pub mounts: Vec<String>,
}

/// What becomes of a configuration file, if it is one; its job exports these variables.
pub fn config_files(source: &Source, options: &Options, exports: &[String]) -> Option<ConfigFiles> {
    let mut config = config::read(source)?.ok()?;
    config.exports = exports.to_owned();
    let files = Conversion::of(source, &config, source.path(), options).files;
    Some(ConfigFiles { kind: config.kind, files, mounts: config.mounts() })
}

/// A text as the configuration file with this name, if it is one.
/// A text that was meant to be one and cannot be read is a problem.
pub(super) fn as_file(name: &str, text: &str) -> Option<Result<(Config, Source), Problem>> {
    let source = Source::read(name, text.as_bytes().to_vec()).ok()?;
    let read = config::read(&source)?;
    Some(read.map_err(|wrong| invalid(&source, &wrong)).map(|config| (config, source)))
}

/// A configuration file with what became of each member.
pub(super) struct Conversion {
    lowered: Lowered,
    settled: Vec<Settled>,
    /// Uses of variables of Batch AI within its texts.
    mentions: Vec<Entry>,
    pub(super) files: Vec<Written>,
    problems: Vec<Problem>,
}

/// What became of an atom.
#[derive(Debug, Clone)]
struct Settled {
    code: String,
    fate: Fate,
    reasons: Vec<String>,
    todos: Vec<String>,
}

impl Conversion {
    /// What becomes of a configuration that is called `path`.
    pub(super) fn of(source: &Source, config: &Config, path: &str, options: &Options) -> Conversion {
        if options.target == Target::V1 || config.kind == FileKind::FileServer {
            return Conversion::left(source, config, options, &[], None);
        }
        let attempts = [Vec::new(), TOOLKITS.to_vec(), [&TOOLKITS[..], &DIRECTORIES].concat()];
        let mut stuck = None;
        for left in &attempts {
            let attempt = Conversion::attempt(source, config, path, options, left, stuck.take());
            match attempt {
                Ok(done) => return done,
                Err(reason) => stuck = Some(reason),
            }
        }
        Conversion::left(source, config, options, &[], stuck)
    }

    /// The file converted without some of its parts; an error says why that is not possible.
    fn attempt(
        source: &Source,
        config: &Config,
        path: &str,
        options: &Options,
        left: &[&str],
        why: Option<(String, String)>,
    ) -> Result<Conversion, (String, String)> {
        let lowered = config.lower(source.text(), left);
        let (program, inner) = program(&lowered, options).map_err(|problem| (problem.message, problem.help))?;
        if let Some(problem) = inner.problems.into_iter().next() {
            return Err((problem.message, problem.help));
        }
        let operation = |entry: &&Entry| entry.symbol == config.kind.operation() && entry.fate == Fate::Manual;
        if let Some(entry) = inner.entries.iter().find(operation) {
            return Err(why.unwrap_or((entry.reason.clone(), entry.todo.clone())));
        }
        let new = program.apply(&inner.edits).and_then(|bytes| Source::read(program.path(), bytes));
        let new = new.map_err(|problem| (problem.message, problem.help))?;
        let mut done = Conversion::new(source, lowered, inner.entries, why);
        let comments = done.comments(source, config);
        let files = config.files(path, &new, &comments).map_err(|what| {
            (format!("it cannot be written as YAML: {what}"), "convert it by hand, and please report this".to_owned())
        })?;
        if files.is_empty() {
            return Err(("nothing of it could be written as YAML".into(), "convert it by hand".into()));
        }
        done.files = files;
        Ok(done)
    }

    /// The file as it is, all of it for a person.
    fn left(
        source: &Source,
        config: &Config,
        options: &Options,
        parts: &[&str],
        why: Option<(String, String)>,
    ) -> Self {
        let lowered = config.lower(source.text(), parts);
        let entries = program(&lowered, options).map(|(_, inner)| inner.entries).unwrap_or_default();
        let mut left = Conversion::new(source, lowered, entries, None);
        let row = concept::table().symbol(config.kind.symbol());
        let mapping = row.map(|row| row.mapping(options.target, options.form()));
        let said = mapping.map(|mapping| (mapping.note.clone(), mapping.todo.clone())).unwrap_or_default();
        let (reason, todo) = why.unwrap_or(said);
        for settled in &mut left.settled {
            settled.fate = Fate::Manual;
            (settled.reasons, settled.todos) = (vec![reason.clone()], vec![todo.clone()]);
        }
        for entry in &mut left.mentions {
            (entry.fate, entry.reason, entry.todo) = (Fate::Manual, reason.clone(), todo.clone());
        }
        left
    }

    /// Why all of it is left to a person, if it is.
    pub(super) fn why_left(&self) -> Option<String> {
        self.files.is_empty().then(|| self.settled.first().map(Settled::reason).unwrap_or_default())
    }

    fn new(source: &Source, lowered: Lowered, entries: Vec<Entry>, why: Option<(String, String)>) -> Self {
        let (mentions, entries): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.symbol.starts_with("AZ_BATCH"));
        let settled: Vec<Settled> =
            lowered.atoms.iter().map(|atom| settled(atom, &lowered.atoms, &entries, why.as_ref())).collect();
        let here = |entry: Entry| {
            let mut here = mentioned(source, &lowered, entry)?;
            // What stands in a field that goes, goes with it.
            let holds = |(atom, _): &(&Atom, &Settled)| atom.json.contains(here.span);
            let around = lowered
                .atoms
                .iter()
                .zip(&settled)
                .filter(holds)
                .min_by_key(|(atom, _)| atom.json.end - atom.json.start);
            if let Some((_, field)) = around.filter(|(_, field)| field.fate == Fate::Drop && here.fate == Fate::Manual)
            {
                (here.fate, here.reason, here.todo) = (Fate::Drop, field.reason(), String::new());
            }
            Some(here)
        };
        let mentions = mentions.into_iter().filter_map(here).collect();
        Conversion { lowered, settled, mentions, files: Vec::new(), problems: Vec::new() }
    }

    /// What is left to a person, above what it is about, with what the file had; and the comments of the file.
    fn comments(&self, source: &Source, config: &Config) -> Vec<Comment> {
        let mut comments: Vec<(usize, Comment)> = Vec::new();
        let mut said: Option<(Span, &Settled)> = None;
        for (atom, settled) in self.lowered.atoms.iter().zip(&self.settled) {
            let repeats =
                said.is_some_and(|(span, outer)| span.contains(atom.json) && outer.reasons == settled.reasons);
            if settled.fate != Fate::Manual || repeats {
                continue;
            }
            said = Some((atom.json, settled));
            let mut lines = comment_lines(&settled.code, &settled.reason(), &settled.todos.join("; "), 0);
            if atom.kind != AtomKind::Parameters {
                lines.push("#   was:".into());
                lines.extend(
                    self.fragment(source, atom).lines().map(|line| format!("#     {line}").trim_end().to_owned()),
                );
            }
            comments.push((atom.json.start, Comment { part: atom.part.clone(), lines }));
        }
        for span in config.comments() {
            let next = self.lowered.atoms.iter().find(|atom| atom.json.start > span.end || atom.json.contains(*span));
            let part = next.map(|atom| atom.part.clone()).filter(|part| !part.is_empty());
            let part = part.unwrap_or_else(|| TOP.to_owned());
            comments.push((span.start, Comment { part, lines: as_yaml(span.of(source.text())) }));
        }
        comments.sort_by_key(|(at, _)| *at);
        comments.into_iter().map(|(_, comment)| comment).collect()
    }

    /// A member as it is written, without its indentation and without the secrets in it.
    fn fragment(&self, source: &Source, atom: &Atom) -> String {
        let text = source.text();
        let mut out = String::new();
        let mut at = atom.json.start;
        for secret in self.lowered.atoms.iter().filter(|inner| atom.json.contains(inner.json) && inner.is_secret()) {
            out.push_str(&text[at..secret.value.start]);
            out.push_str("\"…\"");
            at = secret.value.end;
        }
        out.push_str(&text[at..atom.json.end]);
        let line = &text[..atom.json.start];
        let margin = margin(&line[line_begin(line, line.len())..]).len();
        let cut = |line: &str| line.char_indices().take_while(|(i, c)| *i < margin && c.is_whitespace()).count();
        out.lines().map(|line| line[cut(line)..].trim_end()).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn outcome(self, source: &Source) -> Outcome {
        let mut outcome = Outcome { problems: self.problems, ..Outcome::default() };
        let newline = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
        let made =
            |file: &Written| Made { path: file.path.clone().into(), bytes: file.text.replace('\n', newline).into() };
        outcome.made = self.files.iter().map(made).collect();
        outcome.is_removed = !outcome.made.is_empty();
        let mut said: Vec<(Span, Settled)> = Vec::new();
        for (atom, settled) in self.lowered.atoms.iter().zip(&self.settled) {
            let entry = settled.entry(source, atom);
            said.retain(|(span, _)| span.contains(atom.json));
            let repeats = said.last().is_some_and(|(span, outer)| {
                span.contains(atom.json) && outer.fate == settled.fate && outer.reasons == settled.reasons
            });
            if !repeats {
                outcome.findings.extend(settled.finding(&entry));
                said.push((atom.json, settled.clone()));
            }
            outcome.entries.push(entry);
        }
        for entry in self.mentions {
            let all = Settled::of(&entry);
            if all.fate != Fate::Manual || all.reasons != self.settled[0].reasons {
                outcome.findings.extend(all.finding(&entry));
            }
            outcome.entries.push(entry);
        }
        outcome
    }
}

/// The program of a file, and what becomes of it.
fn program(lowered: &Lowered, options: &Options) -> Result<(Source, Outcome), Problem> {
    let program = Source::read("config.py", lowered.program.clone().into_bytes())?;
    let inner = outcome(&program, options);
    Ok((program, inner))
}

/// The fate of an atom: the worst of what it became in the program.
fn settled(atom: &Atom, atoms: &[Atom], entries: &[Entry], why: Option<&(String, String)>) -> Settled {
    let Some((python, _)) = atom.python else { return apart(atom, why) };
    let is_inner = |span: Span| {
        let within =
            |other: &Atom| other.python.is_some_and(|(p, _)| p != python && python.contains(p) && p.contains(span));
        atoms.iter().any(within)
    };
    let own: Vec<&Entry> =
        entries.iter().filter(|entry| python.contains(entry.span) && !is_inner(entry.span)).collect();
    let fate = own.iter().map(|entry| entry.fate).max().unwrap_or(Fate::Exact);
    let worst = || own.iter().filter(|entry| entry.fate == fate);
    let code = worst().next().map_or(String::new(), |entry| entry.code.clone());
    let mut settled = Settled { code, fate, reasons: Vec::new(), todos: Vec::new() };
    worst().for_each(|entry| settled.says(&entry.reason, ""));
    own.iter().for_each(|entry| settled.says("", &entry.todo));
    if fate == Fate::Manual
        && let Some(why) = dropped(atom)
    {
        settled = Settled { code: settled.code, ..Settled::because(Fate::Drop, why) };
    }
    if atom.is_secret() && fate == Fate::Exact {
        let secret = Settled::of_row("file:secret");
        settled = Settled { code: settled.code, ..secret };
    }
    if atom.kind == AtomKind::Parameters {
        settled.code = concept::table().row("file:job.json").map_or(settled.code, |row| row.code.clone());
    }
    settled
}

/// Why a field of a model that is left to a person can go all the same, if it can: a program keeps such a model whole, and a
/// file does not.
fn dropped(atom: &Atom) -> Option<&'static str> {
    let (class, field) = atom.field?;
    let mapping = &concept::table().symbol(class)?.v2;
    mapping.drop.get(field).filter(|_| mapping.fate == Fate::Manual).map(String::as_str)
}

/// The fate of what the program does not have.
fn apart(atom: &Atom, why: Option<&(String, String)>) -> Settled {
    let key = match atom.kind {
        AtomKind::Schema => "file:schema",
        AtomKind::Form => "file:form",
        AtomKind::Cluster => "file:cluster",
        AtomKind::Repeated => "file:repeated",
        AtomKind::Left | AtomKind::Unknown | AtomKind::Field | AtomKind::Parameters => "file:unknown",
    };
    let mut settled = Settled::of_row(key);
    if let Some((reason, todo)) = why.filter(|_| atom.kind == AtomKind::Left) {
        (settled.reasons, settled.todos) = (Vec::new(), Vec::new());
        settled.says(reason, todo);
    }
    settled
}

impl Settled {
    fn of(entry: &Entry) -> Settled {
        let (code, fate) = (entry.code.clone(), entry.fate);
        let mut settled = Settled { code, fate, reasons: Vec::new(), todos: Vec::new() };
        settled.says(&entry.reason, &entry.todo);
        settled
    }

    fn because(fate: Fate, reason: &str) -> Settled {
        let mut settled = Settled { code: String::new(), fate, reasons: Vec::new(), todos: Vec::new() };
        settled.says(reason, "");
        settled
    }

    /// As a row says for the whole of its symbol.
    fn of_row(symbol: &str) -> Settled {
        let code = concept::table().row(symbol).map(|row| row.code.clone()).unwrap_or_default();
        let mut settled = Settled { code, fate: Fate::Manual, reasons: Vec::new(), todos: Vec::new() };
        if let Some(row) = concept::table().symbol(symbol) {
            settled.fate = row.v2.fate;
            settled.says(&row.v2.note, &row.v2.todo);
        }
        settled
    }

    /// Adds a sentence of each kind, in the words of YAML.
    fn says(&mut self, reason: &str, todo: &str) {
        for (said, list) in [(reason, &mut self.reasons), (todo, &mut self.todos)] {
            let said = concept::yaml().said(said);
            if !said.is_empty() && !list.contains(&said) {
                list.push(said);
            }
        }
    }

    fn reason(&self) -> String {
        self.reasons.join("; ")
    }

    fn entry(&self, source: &Source, atom: &Atom) -> Entry {
        Entry {
            code: self.code.clone(),
            symbol: atom.path.clone(),
            fate: self.fate,
            location: source.locate(atom.json.start),
            span: atom.json,
            site: atom.json,
            reason: self.reason(),
            todo: self.todos.join("; "),
        }
    }

    fn finding(&self, entry: &Entry) -> Option<Finding> {
        if self.reasons.is_empty() && self.todos.is_empty() {
            return None;
        }
        let row = concept::table().find(&self.code);
        Some(Finding {
            code: self.code.clone(),
            concept: row.map(|row| row.name.clone()).unwrap_or_default(),
            fate: self.fate,
            location: entry.location.clone(),
            symbol: entry.symbol.clone(),
            message: self.reason(),
            actions: self.todos.clone(),
            also: Vec::new(),
        })
    }
}

/// A use of a variable where the file has it: the nth in the program's text is the nth in the file's, however each
/// spells what is between.
fn mentioned(source: &Source, lowered: &Lowered, entry: Entry) -> Option<Entry> {
    let holds = |atom: &&Atom| atom.python.is_some_and(|(_, value)| value.contains(entry.span));
    let atom = lowered.atoms.iter().filter(holds).min_by_key(|atom| atom.json.end - atom.json.start)?;
    let (_, python) = atom.python?;
    let before = &lowered.program[python.start..entry.span.start];
    let nth = before.matches(&entry.symbol).count();
    let found = atom.value.of(source.text()).match_indices(&entry.symbol).nth(nth);
    let start = atom.value.start + found.map_or(0, |(at, _)| at);
    let span = Span::new(start, (start + entry.symbol.len()).min(atom.value.end));
    let location = source.locate(start);
    Some(Entry { location, span, site: span, reason: concept::yaml().said(&entry.reason), ..entry })
}

/// A comment of JSON as lines of YAML.
fn as_yaml(comment: &str) -> Vec<String> {
    let inner = comment.trim_start_matches("/*").trim_end_matches("*/");
    let inner = if comment.starts_with("/*") { inner } else { comment.trim_start_matches(['/', '#']) };
    let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).map(|line| format!("# {line}")).collect()
}

fn invalid(source: &Source, wrong: &Wrong) -> Problem {
    Problem {
        path: source.path().to_owned(),
        location: Some(source.locate(wrong.at)),
        message: format!("this is no JSON: {}", wrong.message),
        help: "complete the file; it was left as it is".into(),
    }
}
