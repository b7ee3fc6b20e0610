//! What `check` prints, in every format: for people, for programs, and for the services that show findings in a review.
//!
//! A format is a function from a [`Listing`] to text. Everything that comes from user code or a file name is made
//! harmless by the rules of the format: control characters are spelt out, and what has a meaning in it is escaped.

mod checkstyle;
mod concise;
mod end;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod statistics;
mod text;
mod xml;

use std::fmt::Write;

use serde::Serialize;

use super::visible;
use crate::report::{Found, Location, Problem};

pub use end::print as print_end;

/// What a run of `check` has to say.
#[derive(Debug)]
pub struct Listing<'a> {
    /// What is left, by place.
    pub findings: &'a [Found],
    /// What went wrong.
    pub problems: &'a [&'a Problem],
    /// How many files were read.
    pub read: usize,
    /// How many findings were left out, and why.
    pub left_out: LeftOut,
    /// What was not looked into, if that was asked for.
    pub skipped: Option<&'a [Skipped]>,
}

/// How many findings a run does not print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Comments suppress them.
    pub suppressed: usize,
    /// The baseline knows them.
    pub known: usize,
    /// They were there before the branch.
    pub older: usize,
}

/// Something that was not looked into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The path as the user gave it.
    pub path: String,
    /// Why, in a few words.
    pub reason: String,
}

/// How a listing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Concise,
    Json,
    JsonLines,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Checkstyle,
}

impl Format {
    /// Whether it is for people, so that it has colours and is safe for a terminal by itself.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Text | Format::Concise)
    }

    /// Whether it can show numbers in place of the list.
    pub fn has_statistics(self) -> bool {
        self.is_for_people() || self == Format::Json
    }
}

/// The look of text for people.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub color: bool,
    pub width: Option<usize>,
}

/// A listing in a format.
pub fn render(format: Format, listing: &Listing<'_>, look: Look) -> serde_json::Result<String> {
    match format {
        Format::Text => Ok(text::render(listing, look)),
        Format::Concise => Ok(concise::render(listing, look)),
        Format::Json => json::object(listing),
        Format::JsonLines => json::lines(listing),
        Format::Sarif => sarif::render(listing),
        Format::Github => Ok(github::render(listing)),
        Format::Gitlab => gitlab::render(listing),
        Format::Junit => Ok(junit::render(listing)),
        Format::Checkstyle => Ok(checkstyle::render(listing)),
    }
}

/// How often each concept was found, in a format that has it.
pub fn statistics(format: Format, listing: &Listing<'_>, look: Look) -> serde_json::Result<String> {
    match format {
        Format::Json => statistics::json(listing),
        _ => Ok(statistics::text(listing, look)),
    }
}

/// A finding in one line: what, and what it was found by.
fn sentence(found: &Found) -> String {
    if found.symbol.is_empty() || found.message.contains(&format!("`{}`", found.symbol)) {
        return found.message.clone();
    }
    format!("{}: `{}`", found.message, found.symbol)
}

/// The same with what to do, and for a notebook with the place in its cell, for formats that know only lines of files.
fn full_sentence(found: &Found) -> String {
    let mut text = sentence(found);
    if let Some(cell) = found.location.cell {
        // Writing to a string cannot fail.
        let _ = write!(text, " (cell {}, line {})", cell + 1, found.location.line);
    }
    if !found.help.is_empty() {
        let _ = write!(text, "; {}", found.help);
    }
    text
}

/// A problem in one line.
fn complaint(problem: &Problem) -> String {
    format!("{}; {}", problem.message, problem.help)
}

/// The line of a file at which a problem is, for formats that must have one. In a notebook it is not known.
fn problem_line(problem: &Problem) -> usize {
    problem.location.as_ref().filter(|at| at.cell.is_none()).map_or(1, |at| at.line)
}

/// Line and column in the file; in a notebook there is no column of the file that means anything.
fn file_column(location: &Location) -> Option<usize> {
    location.cell.is_none().then_some(location.column)
}

/// Findings and problems by file, in the order of the paths.
fn by_file<'a>(listing: &Listing<'a>) -> Vec<(&'a str, Vec<&'a Found>, Vec<&'a Problem>)> {
    let mut files: std::collections::BTreeMap<&str, (Vec<&Found>, Vec<&Problem>)> = Default::default();
    for found in listing.findings {
        files.entry(&found.location.path).or_default().0.push(found);
    }
    for problem in listing.problems {
        files.entry(&problem.path).or_default().1.push(problem);
    }
    files.into_iter().map(|(path, (findings, problems))| (path, findings, problems)).collect()
}

/// Text of one line in which nothing can drive a terminal or a log viewer.
fn plain(text: &str) -> String {
    visible::text(text).replace('\t', " ")
}
