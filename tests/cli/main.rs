//! The program as a user meets it: the real binary, real files, real `git`. What the conversion makes of the code is
//! not tested here, only that it arrives.

mod arguments;
mod baseline;
mod config;
mod coverage;
mod diffs;
mod ended;
mod exits;
mod files;
mod formats;
mod lsp;
mod mcp;
mod ndjson;
mod patches;
mod place;
mod reading;
mod review;
mod screen;
mod suppression;
mod undo;
#[allow(dead_code)]
#[path = "../support/venv.rs"]
mod venv;
mod verify;
mod writing;
