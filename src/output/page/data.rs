//! The findings and diffs of the page as JSON, short enough for ten thousand of them: rows are lists, and a text that
//! comes again is a number. `page.js` reads it, and nothing else does.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Value, json};

use super::tokens::Lexer;
use crate::concept;
use crate::finding::fingerprint;
use crate::output::summary::place;
use crate::output::visible;
use crate::survey::{File, Hunk, Item, Survey, View, What};

/// More characters of a line are not shown.
const LONGEST: usize = 2_000;

#[derive(Serialize)]
struct Data<'a> {
    /// Under which the browser keeps what is ticked off.
    key: String,
    texts: Vec<String>,
    codes: BTreeMap<&'a str, (&'a str, &'a str)>,
    repositories: Vec<String>,
    folders: Vec<String>,
    areas: Vec<&'a str>,
    files: Vec<Value>,
    items: Vec<Value>,
    problems: Vec<[String; 3]>,
}

/// All of it, safe to stand in a `<script>`.
pub(super) fn render(survey: &Survey) -> serde_json::Result<String> {
    let mut texts = Texts::default();
    let names = |parts: &[crate::survey::Part]| parts.iter().map(|part| shown(&part.name)).collect::<Vec<_>>();
    let repositories = names(&survey.repositories);
    let codes = survey.items.iter().map(|item| item.code.as_str());
    let described = codes.filter_map(|code| Some((code, concept::described(code)?)));
    let parts: Vec<&str> = repositories.iter().map(String::as_str).collect();
    let data = Data {
        key: fingerprint(&parts),
        codes: described.collect(),
        folders: names(&survey.folders),
        areas: concept::areas().iter().map(|area| area.name.as_str()).collect(),
        files: survey.files.iter().map(|file| self::file(file, &mut texts)).collect(),
        items: survey.items.iter().map(|item| self::item(item, &mut texts)).collect(),
        problems: problems(survey),
        texts: texts.all,
        repositories,
    };
    Ok(serde_json::to_string(&data)?.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// What went wrong: where, what, and what to do.
fn problems(survey: &Survey) -> Vec<[String; 3]> {
    let problem = |problem: &crate::report::Problem| {
        let at = problem.location.as_ref().map_or_else(|| shown(&problem.path), place);
        [at, shown(&problem.message), shown(&problem.help)]
    };
    survey.problems.iter().map(problem).collect()
}

/// Texts, each once.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        let text = shown(text);
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        self.all.push(text.clone());
        self.numbers.insert(text, self.all.len() - 1);
        self.all.len() - 1
    }
}

fn shown(text: &str) -> String {
    visible::text(text).into_owned()
}

fn item(item: &Item, texts: &mut Texts) -> Value {
    let at = &item.location;
    let actions: Vec<usize> = item.actions.iter().map(|action| texts.number(action)).collect();
    json!([
        item.id,
        item.code,
        item.fate as usize,
        item.area,
        item.file,
        at.cell.map(|cell| cell + 1),
        at.line,
        at.column,
        texts.number(&item.symbol),
        texts.number(&item.message),
        actions,
        item.places,
        item.minutes,
        texts.number(&item.within),
        texts.number(&cut(&item.excerpt)),
        item.hunk,
        item.end_line,
    ])
}

fn file(file: &File, texts: &mut Texts) -> Value {
    let (added, removed) = (file.added(), file.removed());
    let views: Vec<Value> = file.views.iter().map(view).collect();
    json!([texts.number(&file.path), file.repository, file.folder, added, removed, views])
}

fn view(view: &View) -> Value {
    let title = match &view.what {
        What::File => String::new(),
        What::Removed => "this file goes".to_owned(),
        What::Cell(index) => format!("cell {}", index + 1),
        What::Made(path) => format!("new file {}", shown(path)),
    };
    let lines = |lines: &[String]| {
        let mut lexer = Lexer::of(view.kind);
        let line = |line: &String| {
            let line = cut(&visible::text(line));
            let runs = lexer.line(&line);
            (line, runs)
        };
        lines.iter().map(line).collect::<Vec<_>>()
    };
    let (old, new) = (lines(&view.old), lines(&view.new));
    let hunks: Vec<Value> = view.hunks.iter().map(|hunk| self::hunk(hunk, &old, &new)).collect();
    json!([title, hunks])
}

/// Where it begins on both sides, the items in it, and its rows: a line that stays, or one before and one after.
fn hunk(hunk: &Hunk, old: &[(String, String)], new: &[(String, String)]) -> Value {
    let mut rows: Vec<Value> = Vec::new();
    for run in &hunk.runs {
        let (olds, news) = (old.get(run.old.clone()).unwrap_or_default(), new.get(run.new.clone()).unwrap_or_default());
        if run.is_equal {
            rows.extend(olds.iter().map(|(line, runs)| json!([line, runs])));
            continue;
        }
        rows.extend((0..olds.len().max(news.len())).map(|at| {
            let side = |lines: &[(String, String)]| match lines.get(at) {
                Some((line, runs)) => [json!(line), json!(runs)],
                None => [Value::Null, Value::Null],
            };
            let ([one, runs], [other, others]) = (side(olds), side(news));
            json!([one, runs, other, others])
        }));
    }
    json!([hunk.old_lines().start + 1, hunk.new_lines().start + 1, hunk.items, rows])
}

/// A line as long as one can look at.
fn cut(line: &str) -> String {
    let length = line.chars().count();
    if length <= LONGEST {
        return line.to_owned();
    }
    let kept: String = line.chars().take(LONGEST).collect();
    format!("{kept} … and {} more characters", length - LONGEST)
}
