//! Facts that are part of the program: people write them as TOML, and `build.rs` hands them over as JSON.
//!
//! It says nothing of what they mean; who reads them does.

use serde::de::DeserializeOwned;

/// The JSON that `build.rs` has made of a file, by its name there.
macro_rules! facts {
    ($name:literal) => {
        crate::facts::read($name, include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")))
    };
}
pub(crate) use facts;

/// What the facts are in Rust.
///
/// # Panics
/// If they are not of the form that their reader asks for, which every test of that reader would notice.
pub(crate) fn read<T: DeserializeOwned>(name: &str, json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("the facts `{name}`: {error}"))
}
