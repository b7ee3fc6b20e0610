//! What stands beside Python and has to move with it: dependency files, and in notebooks the lines and cells that are
//! not Python. It becomes edits and fates like a program does, by rows of the concept table (area 8).
//!
//! A dependency file is touched only if it names azure-mgmt-batchai: storage and sign-in alone are somebody else's
//! business. What such a file says in a form that is not read is found by its words, and left to a person.

mod cells;
mod item;
mod list;
mod listed;
mod replace;
mod requirement;
mod shell;
mod toml;
mod version;

pub use cells::{Written, comments, json_files, shells, written};
pub use version::{least, reaches, split};

use crate::concept::{self, JobForm};
use crate::find::mentions_in;
use crate::ledger::Settled;
use crate::report::{Fate, Problem};
use crate::sdk::Target;
use crate::source::{Kind, Manifest, Source};
use crate::syntax::Ast;
use crate::text::{Edit, Span, comments_above, is_mark, line_start};
use crate::translate::{advice, comment_lines};
use cells::Region;
use item::{Form, Item, Kept, More, comment, line_at, margin};

/// The package that all of this is about.
const BATCH_AI: &str = "azure-mgmt-batchai";
/// The recipes, whose helpers people installed from their repository.
const RECIPES: &str = "github.com/azure/batchai";
/// The row for variables that no other row has.
const ANY_VARIABLE: &str = "AZ_BATCH_*";

/// What a conversion aims at.
#[derive(Debug, Clone, Copy)]
pub struct Aim {
    pub target: Target,
    pub form: JobForm,
}

/// One use of Batch AI beside Python.
#[derive(Debug)]
pub struct Use {
    /// Its key in the concept table.
    pub symbol: String,
    /// As it is called in the report.
    pub name: String,
    pub span: Span,
    pub settled: Settled,
    /// Whether a comment can stand above its line.
    marked: bool,
}

impl Use {
    /// One that no comment is to stand above.
    pub fn new(symbol: &str, name: &str, span: Span, settled: Settled) -> Self {
        Use { symbol: symbol.to_owned(), name: name.to_owned(), span, settled, marked: false }
    }
}

/// What becomes of everything beside Python.
#[derive(Debug, Default)]
pub struct Beside {
    pub edits: Vec<Edit>,
    pub uses: Vec<Use>,
}

/// Reads and converts what is beside Python in a source. `is_used`: whether its program uses Batch AI.
pub fn read(source: &Source, ast: &Ast, aim: Aim, is_used: bool) -> Result<Beside, Problem> {
    let text = source.text();
    let regions = if source.kind() == Kind::Notebook { cells::regions(source, ast) } else { Vec::new() };
    let items = match source.kind() {
        Kind::Manifest(Manifest::Conda) if !listed::is_conda(text) => Vec::new(),
        Kind::Manifest(form) => with_named(text, file(source, form)?),
        Kind::Script if source.path().rsplit('/').next() == Some("setup.py") => {
            with_strings(text, ast, list::setup_py(text, ast))
        }
        _ => regions.iter().filter(|region| region.is_shell).flat_map(|region| commands(text, region)).collect(),
    };
    let others: Vec<Use> = regions.iter().flat_map(|region| mentions(text, region, aim)).collect();
    if !is_used && others.is_empty() && !items.iter().any(|item| item.name.ends_with("batchai")) {
        return Ok(Beside::default());
    }
    let mut beside = replace::replace(&items, aim);
    beside.uses.extend(others);
    beside.uses.sort_by_key(|found| found.span);
    let marks = marks(text, &beside.uses);
    beside.edits.extend(marks);
    Ok(beside)
}

/// The variables of Batch AI in a part of a source that is not read otherwise.
pub fn variables(source: &Source, span: Span, aim: Aim) -> Vec<Use> {
    mentions(source.text(), &Region { span, is_shell: false, in_python: false }, aim)
}

/// The requirements of a dependency file.
fn file(source: &Source, form: Manifest) -> Result<Vec<Item>, Problem> {
    let text = source.text();
    match form {
        Manifest::Requirements => Ok(listed::requirements(text)),
        Manifest::SetupCfg => Ok(listed::setup_cfg(text)),
        Manifest::Conda => Ok(listed::conda(text)),
        Manifest::Toml => toml::items(text).map_err(|no| Problem {
            path: source.path().to_owned(),
            location: Some(source.locate(no.at)),
            message: format!("this is not TOML: {}", no.message),
            help: "correct the file; it was left as it is".into(),
        }),
    }
}

/// Adds what a file names outside its comments and its requirements.
fn with_named(text: &str, mut items: Vec<Item>) -> Vec<Item> {
    let is_comment = |span: &Span| {
        let line = line_at(text, span.start);
        span.start - line.start >= comment(line.of(text))
    };
    let spans: Vec<Span> = named(text, 0).into_iter().filter(|span| !is_comment(span)).collect();
    add_named(&mut items, spans);
    let plain = text.to_ascii_lowercase();
    let recipes = plain.match_indices(RECIPES).map(|(at, _)| Span::new(at, at + RECIPES.len()));
    let recipes = recipes.filter(|span| !is_comment(span) && !items.iter().any(|item| item.text.overlaps(*span)));
    let recipes: Vec<Item> = recipes.map(|span| unread(RECIPES, span)).collect();
    items.extend(recipes);
    items
}

/// What is named in a form that is not read.
fn unread(name: &str, text: Span) -> Item {
    Item {
        name: name.into(),
        specifier: String::new(),
        text,
        whole: text,
        list: text.start,
        form: Form::Plain { tail: String::new() },
        more: More { at: text.end, before: String::new(), after: String::new() },
        kept: Some(Kept::Unread),
        marked: true,
    }
}

/// The same for a script, where it is strings that name packages.
fn with_strings(text: &str, ast: &Ast, mut items: Vec<Item>) -> Vec<Item> {
    let strings = ast.strings.iter().flat_map(|string| {
        let start = string.of(text).find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(0);
        named(string.of(text), string.start).into_iter().filter(move |span| span.start == string.start + start)
    });
    let strings: Vec<Span> = strings.collect();
    add_named(&mut items, strings);
    items
}

fn commands(text: &str, region: &Region) -> Vec<Item> {
    let mut items = shell::items(region.span.of(text), region.span.start);
    add_named(&mut items, named(region.span.of(text), region.span.start));
    items.iter_mut().for_each(|item| item.marked = region.in_python);
    items
}

/// What is named elsewhere is an item that is not read; so is one with more behind it than a marker.
fn add_named(items: &mut Vec<Item>, spans: Vec<Span>) {
    for item in items.iter_mut() {
        let rest = item.form.condition();
        let is_marker = rest.starts_with(';') && !rest.contains('\\') && named(rest, 0).is_empty();
        if !rest.is_empty() && !is_marker {
            item.kept = item.kept.or(Some(Kept::Unread));
        }
    }
    for text in spans {
        if items.iter().any(|item| item.text.contains(text)) {
            continue;
        }
        items.push(unread(BATCH_AI, text));
    }
    items.sort_by_key(|item| item.text);
}

/// Where a text names azure-mgmt-batchai, in any spelling that pip accepts but the dotted one of the module.
fn named(text: &str, base: usize) -> Vec<Span> {
    let plain = text.to_ascii_lowercase().replace('_', "-");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let places = plain.match_indices(BATCH_AI).map(|(at, _)| at);
    let whole =
        places.filter(|at| !plain[..*at].ends_with(is_word) && !plain[at + BATCH_AI.len()..].starts_with(is_word));
    whole.map(|at| Span::new(base + at, base + at + BATCH_AI.len())).collect()
}

/// The variables of Batch AI in text that is not Python.
fn mentions(text: &str, region: &Region, aim: Aim) -> Vec<Use> {
    let found = mentions_in(region.span.of(text), region.span.start).into_iter();
    let ours = found.filter(|mention| mention.variable.starts_with("AZ_BATCHAI_"));
    let used = ours.map(|mention| {
        let symbol = Some(mention.symbol()).filter(|symbol| concept::table().symbol(symbol).is_some());
        let symbol = symbol.unwrap_or_else(|| ANY_VARIABLE.to_owned());
        let reason = format!("`{}` is empty in Azure ML, and only Python is converted", mention.variable);
        let mapping = concept::table().symbol(&symbol).map(|row| row.mapping(aim.target, aim.form));
        let todo = mapping.map(|mapping| advice(mapping, &mention)).unwrap_or_default();
        let settled = Settled { fate: Fate::Manual, reason, todo };
        Use { symbol, name: mention.variable, span: mention.span, settled, marked: region.in_python }
    });
    used.collect()
}

/// The parts of a notebook that are for a shell, and whether each stands in Python.
pub fn shell_regions(source: &Source, ast: &Ast) -> Vec<(Span, bool)> {
    let regions = cells::regions(source, ast).into_iter().filter(|region| region.is_shell);
    regions.map(|region| (region.span, region.in_python)).collect()
}

/// Comments above the lines of what is left to a person, where none says the same already.
fn marks(text: &str, uses: &[Use]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for used in uses.iter().filter(|used| used.settled.fate == Fate::Manual && used.marked) {
        let line = line_at(text, line_start(text, used.span.start));
        let margin = margin(line.of(text));
        let code = concept::table().row(&used.symbol).map_or("", |row| row.code.as_str());
        let lines = comment_lines(code, &used.settled.reason, &used.settled.todo, margin.len());
        let is_there = comments_above(text, line.start).any(|above| is_mark(above) && lines[0] == above);
        let comment: String = lines.iter().map(|line| format!("{margin}{line}\n")).collect();
        if !is_there
            && edits.iter().rev().take_while(|edit| edit.span.start == line.start).all(|edit| edit.text != comment)
        {
            edits.push(Edit { span: Span::new(line.start, line.start), text: comment });
        }
    }
    edits
}
