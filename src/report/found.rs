//! What `check` says of one place: what all of its formats print, and what baselines and suppressions go by.

use serde::{Deserialize, Serialize};

use super::Location;

/// How serious a finding of `check` is. Every finding fails a run, whatever its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing: it works today, and is on its way out.
    Note,
    /// Something about the housekeeping of findings: a suppression or a baseline that does not fit.
    Warning,
    /// Batch AI.
    Error,
}

/// One finding of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Names it by its meaning: code, enclosing symbol and text, never by its line. Unique in its file.
    pub id: String,
    /// Code of the concept, `BAI101`.
    pub code: String,
    /// Name of the concept, `cluster-create`.
    pub concept: String,
    /// How serious it is.
    pub level: Level,
    /// Where it begins.
    #[serde(flatten)]
    pub location: Location,
    /// The line on which it ends, counted as that of the location.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
    /// The line of the file on which it begins: in a notebook another one than that of the cell.
    pub file_line: usize,
    /// What was found: `ClustersOperations.create`, `AZ_BATCHAI_INPUT_DATA`.
    pub symbol: String,
    /// The function or class around it, `Trainer.run`; empty outside of all.
    pub within: String,
    /// One sentence, without a final stop.
    pub message: String,
    /// What to do next; may be empty.
    pub help: String,
    /// The line on which it begins.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// A line of source to show, with secrets hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its ending; empty where there is nothing to show.
    pub line: String,
    /// The bytes of the line that are meant.
    pub start: usize,
    /// One past the last of them.
    pub end: usize,
}
