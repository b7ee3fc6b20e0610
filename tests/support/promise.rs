//! What every program is promised, wherever it comes from: the fixtures and the programs of the grammar are held to the same.
//!
//! Each promise gives what breaks it, as text for a person; nothing where it is kept.

use std::collections::BTreeSet;

use bai2aml::concept::JobForm;
use bai2aml::convert::Options;
use bai2aml::report::{Location, Problem};
use bai2aml::sdk::Target;
use bai2aml::source::Source;
use bai2aml::syntax;
use serde::Deserialize;
use serde_json::value::RawValue;
use similar::TextDiff;

/// Every aim of a conversion, named as in `after.v1-src.py`.
pub const AIMS: [Aim; 3] = [
    Aim { name: "v2", target: Target::V2, job_form: JobForm::Estimator },
    Aim { name: "v1", target: Target::V1, job_form: JobForm::Estimator },
    Aim { name: "v1-src", target: Target::V1, job_form: JobForm::ScriptRunConfig },
];

/// One aim of a conversion.
pub struct Aim {
    pub name: &'static str,
    target: Target,
    job_form: JobForm,
}

impl Aim {
    pub fn options(&self) -> Options {
        Options { target: self.target, job_form: Some(self.job_form), upgrade_vm_sizes: false }
    }
}

/// `12`, or `3:12` in a notebook.
pub fn place(at: &Location) -> String {
    at.cell.map_or(String::new(), |cell| format!("{cell}:")) + &at.line.to_string()
}

/// Problems: a file that can be read and parsed has none.
pub fn said(problems: &[Problem]) -> Vec<String> {
    let place = |problem: &Problem| problem.location.as_ref().map(place);
    problems.iter().map(|problem| format!("{} ({:?})", problem.message, place(problem))).collect()
}

/// What does not parse.
pub fn unparsed(source: &Source) -> Vec<String> {
    let errors = syntax::parse(source).errors;
    let said = errors.iter().map(|error| {
        let at = source.locate(error.span.start);
        let line = source.text()[..error.span.start].rfind('\n').map_or(0, |at| at + 1);
        let line = source.text()[line..].lines().next().unwrap_or_default();
        format!("{}: {}: {line}", place(&at), error.message)
    });
    said.collect()
}

/// What differs in the form of a file, and in a notebook outside of its code.
pub fn reformed(before: &[u8], after: &[u8], is_notebook: bool) -> Vec<String> {
    let forms = [form(before), form(after)];
    let mut wrong = Vec::new();
    if forms[0] != forms[1] {
        wrong.push(format!("before {:?}, after {:?}", forms[0], forms[1]));
    }
    if is_notebook && without_code(before) != without_code(after) {
        wrong.push(shown(&without_code(before), &without_code(after)));
    }
    wrong
}

/// A diff for a person: what differs in bytes alone shows as escapes.
pub fn shown(old: &[u8], new: &[u8]) -> String {
    let texts = [old, new].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let escaped = texts.each_ref().map(|t| t.replace('\r', "\\r").replace('\u{feff}', "\\u{feff}"));
    let [old, new] = if texts[0].lines().eq(texts[1].lines()) { escaped } else { texts };
    TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).header("golden", "now").to_string()
}

/// Byte order mark, line endings, final newline.
#[derive(Debug, PartialEq)]
struct Form {
    mark: bool,
    endings: BTreeSet<&'static str>,
    ends: bool,
}

fn form(bytes: &[u8]) -> Form {
    let mut endings = BTreeSet::new();
    for line in bytes.split_inclusive(|&b| b == b'\n').filter(|line| line.ends_with(b"\n")) {
        endings.insert(if line.ends_with(b"\r\n") { "\\r\\n" } else { "\\n" });
    }
    Form { mark: bytes.starts_with("\u{feff}".as_bytes()), endings, ends: bytes.ends_with(b"\n") }
}

#[derive(Deserialize)]
struct Notebook<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
    #[serde(borrow, default)]
    worksheets: Vec<Worksheet<'a>>,
}

#[derive(Deserialize)]
struct Worksheet<'a> {
    #[serde(borrow)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    cell_type: String,
    /// `source`, which nbformat 3 calls `input`.
    #[serde(borrow, alias = "input")]
    source: Option<&'a RawValue>,
}

/// A notebook's bytes with the source of its code cells cut out.
fn without_code(bytes: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text.trim_start_matches('\u{feff}');
    let notebook: Notebook = serde_json::from_str(text).expect("a notebook");
    let sheets = notebook.worksheets.into_iter().flat_map(|sheet| sheet.cells);
    let code = notebook.cells.into_iter().chain(sheets).filter(|cell| cell.cell_type == "code");
    let mut out = Vec::new();
    let mut at = 0;
    for source in code.filter_map(|cell| cell.source) {
        let start = source.get().as_ptr() as usize - text.as_ptr() as usize;
        out.extend_from_slice(&text.as_bytes()[at..start]);
        at = start + source.get().len();
    }
    out.extend_from_slice(&text.as_bytes()[at..]);
    out
}
