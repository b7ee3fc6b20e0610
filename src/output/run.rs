//! A finished run of `convert`, as the summary and the report read it.

use crate::report::{Converted, Problem};
use crate::sdk::Target;
use crate::survey::Totals;

/// What a run read, and what came of it.
pub struct Run<'a> {
    /// The SDK that was written for.
    pub target: Target,
    /// How jobs are written, where the target knows more than one way.
    pub job_form: Option<&'static str>,
    /// Number of files that were read, with and without Batch AI.
    pub read: usize,
    /// The files that were given to the conversion.
    pub files: &'a [Converted],
    /// What could not be read.
    pub problems: &'a [Problem],
    /// What became of the files that changed.
    pub done: Done,
}

/// What became of the files that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A diff was shown.
    Shown,
    /// They were rewritten in place; with the command that puts them back, if one does.
    Rewritten(Option<String>),
    /// They were written to this folder.
    Written(String),
    /// Patches and a work list were written.
    Patched(Patches),
}

/// What a folder of patches holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patches {
    pub folder: String,
    /// By name: what is in it; nothing for one that would be empty and was not written.
    pub files: Vec<(&'static str, Option<String>)>,
}

impl Run<'_> {
    /// The ledger of all files, counted.
    pub fn totals(&self) -> Totals {
        Totals::of(self.files.iter().flat_map(|file| &file.entries).map(|entry| entry.fate))
    }

    /// Everything that went wrong: what could not be read first, then file by file.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.files.iter().flat_map(|file| &file.problems))
    }

    /// Whether something is left for a person.
    pub fn has_manual(&self) -> bool {
        self.files.iter().any(Converted::has_manual)
    }

    /// How many files have a new text.
    pub fn changed(&self) -> usize {
        self.files.iter().filter(|file| is_rewritten(file)).count()
    }

    /// How many files use Batch AI.
    pub fn using(&self) -> usize {
        self.files.iter().filter(|file| !file.entries.is_empty() || !file.findings.is_empty()).count()
    }
}

/// Whether something becomes of a file that may be shown and written: with a problem nothing does.
pub fn is_rewritten(file: &Converted) -> bool {
    file.problems.is_empty() && (file.before != file.after || !file.made.is_empty())
}
