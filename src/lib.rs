//! bai2aml moves code off Azure Batch AI to Azure Machine Learning.
//!
//! This file is the map: one module a stage, in the order in which the data takes them. A stage uses only the ones
//! above it; a test in `tests/tidy.rs` reads this file and says so.

pub mod report;
pub mod text;
