//! The answers of `convert --ndjson`: a line of JSON for each line that came in. `docs/schema/convert-line.json` says what
//! is in them.

use std::io;
use std::path::{Component, Path};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::diff::{self, Name};
use super::json::{self, SCHEMA};
use super::run::is_rewritten;
use super::summary::{self, count};
use super::{Out, style};
use crate::report::{Converted, Problem};

/// Members of an answer; what a line has under these names is not handed through.
pub const OWN: [&str; 9] = ["schema", "line", "path", "text", "diff", "report", "made", "skipped", "error"];

/// What a line has besides path and text, in its order.
pub type Rest = [(String, Box<RawValue>)];

/// How many lines came in, and what became of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub lines: usize,
    pub changed: usize,
    pub failed: usize,
}

/// The answer to a line that holds a file. `skipped` says why it was not looked into.
pub fn answer(rest: &Rest, file: &Converted, skipped: Option<&str>) -> serde_json::Result<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let is_new = is_rewritten(file);
    let after = if is_new { &file.after } else { &file.before };
    let path = text(file.path.as_os_str().as_encoded_bytes());
    let made = file
        .made
        .iter()
        .filter(|_| is_new)
        .map(|new| MadeFile { path: text(new.path.as_os_str().as_encoded_bytes()), text: text(&new.bytes) });
    let diff = if is_new { text(&diff::patch(diff::all(file, |path| Name::new(&label(path))))) } else { String::new() };
    line(&Answer {
        line: None,
        path: Some(&path),
        text: (!(is_new && file.is_removed)).then(|| text(after)),
        made: made.collect(),
        diff: Some(diff),
        report: Some(json::file(file)),
        skipped,
        error: file.problems.first().map(complaint),
        rest,
    })
}

/// The answer to a line that holds no file.
pub fn refused(number: usize, path: Option<&str>, rest: &Rest, error: &str) -> serde_json::Result<String> {
    let (line_number, error) = (Some(number), Some(error.to_owned()));
    let made = Vec::new();
    line(&Answer { line: line_number, path, text: None, made, diff: None, report: None, skipped: None, error, rest })
}

/// Prints answers, and sends them on their way.
pub fn print(out: &mut Out, answers: &[String]) -> io::Result<()> {
    answers.iter().try_for_each(|answer| out.exact(style::PLAIN, answer.as_bytes()))?;
    out.flush()
}

/// Prints how many lines there were.
pub fn print_end(out: &mut Out, Count { lines, changed, failed }: Count) -> io::Result<()> {
    out.line(&format!("{}, {changed} converted, {failed} with an error", count(lines, "line")))
}

/// What went wrong, in one line.
fn complaint(problem: &Problem) -> String {
    let place = problem.location.as_ref().map(|place| format!("{}: ", summary::place(place))).unwrap_or_default();
    format!("{place}{}; {}", problem.message, problem.help)
}

/// A path as a diff names it: without what leads up or to the root, for a diff is applied in some folder.
fn label(path: &Path) -> String {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    let label = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    if label.is_empty() { "-".to_owned() } else { label }
}

fn line(answer: &Answer<'_>) -> serde_json::Result<String> {
    Ok(serde_json::to_string(answer)? + "\n")
}

#[derive(Serialize)]
struct MadeFile {
    path: String,
    text: String,
}

struct Answer<'a> {
    line: Option<usize>,
    path: Option<&'a str>,
    text: Option<String>,
    made: Vec<MadeFile>,
    diff: Option<String>,
    report: Option<json::File<'a>>,
    skipped: Option<&'a str>,
    error: Option<String>,
    rest: &'a Rest,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        if let Some(line) = self.line {
            map.serialize_entry("line", &line)?;
        }
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("text", &self.text)?;
        map.serialize_entry("diff", &self.diff)?;
        map.serialize_entry("report", &self.report)?;
        if !self.made.is_empty() {
            map.serialize_entry("made", &self.made)?;
        }
        if let Some(skipped) = self.skipped {
            map.serialize_entry("skipped", skipped)?;
        }
        map.serialize_entry("error", &self.error)?;
        for (name, value) in self.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
