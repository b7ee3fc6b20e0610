//! The report: what became of every use of Batch AI, as data.
//!
//! An [`Entry`] is one line of the ledger: one symbol, argument, attribute, enum member or environment variable, and
//! its one [`Fate`]. A [`Finding`] is what a person reads: the entries of one site that belong to one concept,
//! under the most serious of their fates. A [`Found`] is what
//! `check` says of one site. Printing is `output`'s work, not this module's.

mod found;

use std::path::PathBuf;

use serde::Serialize;

pub use found::{Excerpt, Found, Level};

use crate::text::Span;

/// What becomes of one use of Batch AI. The order is the order of seriousness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// The new code does the same.
    Exact,
    /// It is gone, and the reason says why that is safe.
    Drop,
    /// The new code works, and the reason says what differs.
    Approximate,
    /// A person must act; the original code is still there.
    Manual,
}

impl Fate {
    /// Every fate, in order.
    pub const ALL: [Fate; 4] = [Fate::Exact, Fate::Drop, Fate::Approximate, Fate::Manual];
}

/// Where something stands, as a person counts: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// The path as the user gave it, `/` between its parts; `-` for standard input.
    pub path: String,
    /// In a notebook, the index of the cell among all of its cells, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// Line of the script, or of the cell.
    pub line: usize,
    /// Column of that line.
    pub column: usize,
}

impl Location {
    /// A place in a text of its own, where that text begins at the line of `first` in another.
    #[must_use]
    pub fn within(&self, first: &Location) -> Location {
        Location { line: self.line + first.line - 1, column: self.column, ..first.clone() }
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Code of the concept, `BAI101`.
    pub code: String,
    /// What was found: `ClusterCreateParameters.vm_size`, `ClustersOperations.create`, `AZ_BATCHAI_INPUT_DATA`.
    pub symbol: String,
    /// What became of it.
    pub fate: Fate,
    /// Where it stands.
    #[serde(flatten)]
    pub location: Location,
    /// The same in the program text, for programs.
    #[serde(skip)]
    pub span: Span,
    /// The site that it belongs to: entries of one site make up its findings.
    #[serde(skip)]
    pub site: Span,
    /// What differs, why it was dropped, or what a person must do. Empty for `exact`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What the person should do; its finding says it.
    #[serde(skip)]
    pub todo: String,
}

/// What a person reads about one site and one concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code of the concept.
    pub code: String,
    /// Name of the concept, `cluster-create`.
    pub concept: String,
    /// The most serious fate among its entries.
    pub fate: Fate,
    /// Where the site stands.
    #[serde(flatten)]
    pub location: Location,
    /// The symbol found at the site.
    pub symbol: String,
    /// One sentence, without a final stop.
    pub message: String,
    /// What to do, one line each; empty when there is nothing to do.
    pub actions: Vec<String>,
    /// What is said of entries of the site with a less serious fate, the more serious first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

/// What is said of entries of a site beside its most serious ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Also {
    /// The fate of all of them; never exact.
    pub fate: Fate,
    /// One sentence, without a final stop.
    pub message: String,
}

/// What a comparison of two programs says of one field. The order is the order of seriousness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Both ask for the same.
    Equal,
    /// Only the new program has it, and it changes nothing.
    Added,
    /// The conversion left it to a person.
    LeftToYou,
    /// The SDK of the new program has nothing for it, and the reason says why.
    NoCounterpart,
    /// It cannot be told, and the reason says why.
    CannotTell,
    /// The new program does not ask for it.
    Missing,
    /// The new program asks for something else.
    Differs,
}

impl Verdict {
    /// Every verdict, in order.
    pub const ALL: [Verdict; 7] = [
        Verdict::Equal,
        Verdict::Added,
        Verdict::LeftToYou,
        Verdict::NoCounterpart,
        Verdict::CannotTell,
        Verdict::Missing,
        Verdict::Differs,
    ];
}

/// What a comparison says of one field of what a program asks Azure for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// `clusters nc6: size`, or an operation: `jobs.create train`.
    pub field: String,
    pub verdict: Verdict,
    /// How it differs, or why it cannot be told; empty where it is equal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Where the old program asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Location>,
    /// Where the new program does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Location>,
    /// Where the old program makes what it is a field of, and where it hands that over.
    #[serde(skip)]
    pub whole: Vec<Location>,
}

/// Something that kept a file from being read or converted. Never a skip: it decides the exit code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The path as the user gave it.
    pub path: String,
    /// Where in the file, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What is wrong, lower case, without a final stop.
    pub message: String,
    /// What to do next.
    pub help: String,
}

/// A file that a run makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Beside the file that it is made from, as the user gave the path of that.
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// One file after a run.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The path as the user gave it.
    pub path: PathBuf,
    /// The file as it was.
    pub before: Vec<u8>,
    /// The file as it is to be; equal to `before` when nothing changes, and empty where it goes.
    pub after: Vec<u8>,
    /// Whether the file goes: what it said is in the files that are made.
    pub is_removed: bool,
    /// The files that come to stand beside it.
    pub made: Vec<Made>,
    /// The form of its jobs as options name it, where it is not that of the 2019 guide and nobody asked for it.
    pub job_form: Option<&'static str>,
    /// The ledger of this file, by position.
    pub entries: Vec<Entry>,
    /// The findings of this file, by position.
    pub findings: Vec<Finding>,
    /// What an independent reading of both texts says of what they ask for, by position. It is that of the program; each
    /// file has what it asks for itself.
    pub proofs: Vec<Proof>,
    /// What went wrong with this file.
    pub problems: Vec<Problem>,
}

impl Converted {
    /// Whether something of it is left for a person.
    pub fn has_manual(&self) -> bool {
        let fates = self.entries.iter().map(|entry| entry.fate);
        fates.chain(self.findings.iter().map(|finding| finding.fate)).any(|fate| fate == Fate::Manual)
    }
}
