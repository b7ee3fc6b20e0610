//! Sources give back their bytes, and edits change what they say and nothing else.

mod notebooks;
mod properties;
mod scripts;

use bai2aml::source::Source;
use bai2aml::text::{Edit, Span};

fn read(path: &str, bytes: impl Into<Vec<u8>>) -> Source {
    Source::read(path, bytes.into()).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn problem(path: &str, bytes: impl Into<Vec<u8>>) -> String {
    let problem = Source::read(path, bytes.into()).expect_err("a problem");
    let place = problem.location.map_or(String::new(), |at| match at.cell {
        Some(cell) => format!("cell {cell}: "),
        None => format!("{}:{}: ", at.line, at.column),
    });
    format!("{place}{}", problem.message)
}

/// An edit of the first place where `old` stands; `|` in it marks an insertion.
fn edit(source: &Source, old: &str, new: &str) -> Edit {
    let plain = old.replace('|', "");
    let at = source.text().find(&plain).unwrap_or_else(|| panic!("no {old:?} in {:?}", source.text()));
    let span = match old.find('|') {
        Some(bar) => Span::new(at + bar, at + bar),
        None => Span::new(at, at + old.len()),
    };
    Edit { span, text: new.into() }
}

/// The file after the edits, as text.
fn edited(path: &str, file: &str, edits: &[(&str, &str)]) -> String {
    let source = read(path, file);
    let edits: Vec<Edit> = edits.iter().map(|(old, new)| edit(&source, old, new)).collect();
    String::from_utf8(source.apply(&edits).expect("edits fit")).expect("UTF-8")
}
