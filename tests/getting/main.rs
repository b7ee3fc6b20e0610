//! How people get the program and what they set up around it: completions, manual pages, packages, hooks, pipelines.
//! Each is used here as its users would use it, with the tools that they use.

mod book;
mod hooks;
mod packages;
mod pipelines;
mod shells;
#[allow(dead_code)]
#[path = "../support/venv.rs"]
mod venv;
