//! The arguments of `report`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::aim::Aim;
use super::args::Paths;
use crate::output::survey::Format;

/// Write a report on a whole code base: what converts, what is left, and how long that takes
///
/// Reads every text file, as `check` does, converts what can be converted, and writes what came of it: a page for a
/// browser that needs nothing else and no network, with the diffs and a list to tick off; or Markdown, JSON, CSV or
/// text. The code stays as it is. Secrets in it are never printed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, args_override_self = true)]
pub struct Report {
    #[command(flatten)]
    pub paths: Paths,

    #[command(flatten)]
    pub aim: Aim,

    /// Write the report to FILE and not to standard output
    ///
    /// A report of an earlier run is replaced, a file with Batch AI never.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// How to write it [default: by the ending of FILE; text on standard output]
    #[arg(long, value_enum, hide_default_value = true)]
    format: Option<Name>,
}

const EXAMPLES: &str = "\
Examples:
  bai2aml report src                       totals on the terminal
  bai2aml report src -o report.html        the page
  bai2aml report clones/* -o report.html   many repositories in one
  bai2aml report --format json src         for programs
  bai2aml report src -o places.csv         for a spreadsheet

Exit codes: 0 the report was written, whatever it says; 2 something could not be
run, read, converted or written (what could is in the report)";

/// How `report` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// One page with everything in it (.html)
    Html,
    /// Markdown: totals and the work list (.md)
    Md,
    /// One object (.json)
    Json,
    /// A finding a line (.csv)
    Csv,
    /// Totals for a terminal (.txt)
    Text,
}

impl Report {
    /// How to write it; nothing if that cannot be told.
    pub fn format(&self) -> Option<Format> {
        let name = match (self.format, &self.output) {
            (Some(name), _) => Some(name),
            (None, Some(path)) => by_ending(path),
            (None, None) => Some(Name::Text),
        };
        name.map(|name| match name {
            Name::Html => Format::Html,
            Name::Md => Format::Markdown,
            Name::Json => Format::Json,
            Name::Csv => Format::Csv,
            Name::Text => Format::Text,
        })
    }

    /// What the parser cannot say by itself.
    pub fn conflict(&self, asks_for_form: bool) -> Option<&'static str> {
        if self.output.as_ref().is_some_and(|path| path.as_os_str() == "-") {
            return Some("`--output` needs the name of a file: without it the report goes to standard output");
        }
        if self.format().is_none() {
            return Some("the ending of FILE is none of .html, .md, .json, .csv and .txt: name a `--format`");
        }
        self.aim.conflict(asks_for_form)
    }
}

fn by_ending(path: &Path) -> Option<Name> {
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => Some(Name::Html),
        "md" | "markdown" => Some(Name::Md),
        "json" => Some(Name::Json),
        "csv" => Some(Name::Csv),
        "txt" => Some(Name::Text),
        _ => None,
    }
}
