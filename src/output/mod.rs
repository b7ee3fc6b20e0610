//! What a person or a program reads of a run: diffs, the summary, JSON. The only module that prints.
//!
//! It prints what it is given and decides nothing: no file is read or written here, and no exit code is chosen.
//! Text that came from user code or file names goes through [`visible`] before a terminal sees it.

pub mod agent;
pub mod cells;
pub mod check;
pub mod certificate;
pub mod diff;
pub mod hover;
pub mod json;
pub mod list;
pub mod matrix;
pub mod ndjson;
pub mod page;
pub mod progress;
pub mod review;
pub mod run;
pub mod stream;
pub mod style;
pub mod summary;
pub mod survey;
pub mod undone;
pub mod verdict;
pub mod visible;
pub mod worklist;
pub mod wrap;

pub use run::{Done, Patches, Run};
pub use stream::Out;
