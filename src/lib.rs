//! bai2aml moves code off Azure Batch AI to Azure Machine Learning.
//!
//! This file is the map: one module a stage, in the order in which the data takes them. A stage uses only the ones
//! above it; a test in `tests/tidy.rs` reads this file and says so.

/// Spans and edits: the small values that every stage shares.
pub mod text;
/// Command lines: the simple commands of a shell's text, in words with their places.
pub mod shell;
/// Facts that are built in: written as TOML, read as JSON.
pub mod facts;
/// The report as data: fates, entries, findings, problems.
pub mod report;
/// Files: bytes, program text, and edits back into bytes.
pub mod source;
/// The syntax tree; one file in it names the parser crate.
pub mod syntax;
/// What exists: inventories of the source and target packages.
pub mod sdk;
/// What maps to what: the concept table.
pub mod concept;
/// What each name and expression is.
pub mod resolve;
/// Where Batch AI is used, with arguments by name.
pub mod find;
/// What a program asks Azure for, by an independent reading, and what differs between two programs.
pub mod intent;
/// The account of every use and its fate.
pub mod ledger;
/// Templates and layout: from the target tree to text.
pub mod render;
/// Source tree to target tree, as edits.
pub mod translate;
/// Checks on a converted program before it is given out.
pub mod verify;
/// What stands beside Python: dependency files, and what is not Python in notebooks.
pub mod manifest;
/// Configuration files of `az batchai`: read as programs, written as YAML.
pub mod config;
/// Batch AI outside of Python: what is found in files of other languages.
pub mod estate;
/// Command lines of Batch AI, rewritten where they stand.
pub mod command;
/// What `check` says of a use: ids, excerpts, suppressions, baselines.
pub mod finding;
/// Which edits of a conversion go together, how certain each lot is, and the patches that they come apart into.
pub mod change;
/// Conversion and check of whole programs.
pub mod convert;
/// What a run found and made, counted and put in order for a report: totals, hours, places, diffs.
pub mod survey;
/// What people and programs read: diffs, summaries, JSON. Only this module prints.
pub mod output;
/// The edge: arguments, files, exit codes.
pub mod cli;

// The table is spoilt in tests, and they are to find it out: see there.
#[cfg(test)]
extern crate self as bai2aml;
#[cfg(test)]
#[path = "../tests/mutation/mod.rs"]
mod mutation;
