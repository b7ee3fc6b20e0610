//! `run.json`: what is written down of a run. It is described in `docs/schema/journal.json`.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cli::place;

const NAME: &str = "run.json";
const SCHEMA: u32 = 1;

/// A run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Note {
    schema: u32,
    /// When it began, in seconds since 1970.
    pub time: u64,
    /// What the user typed.
    pub command: Vec<String>,
    /// What the names of its files beside others have in common.
    pub token: String,
    pub files: Vec<Noted>,
}

/// A file of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Noted {
    path: Name,
    /// SHA-256 of the old text, which is in the file named by the place of this in the list; none if there was no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// SHA-256 of the new text; none if the file goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A path from the folder of the journal, also where it is no text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Raw(OsString),
}

impl Note {
    pub(super) fn new(time: u64, command: Vec<String>, token: String, files: Vec<Noted>) -> Self {
        Note { schema: SCHEMA, time, command, token, files }
    }

    /// The bytes of the file.
    pub(super) fn text(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    pub(super) fn path(folder: &Path) -> PathBuf {
        folder.join(NAME)
    }

    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = Note::path(folder);
        let damaged = || {
            format!(
                "`{}` cannot be read; its old texts are beside it, and without that folder you can go on",
                place::shown(&path)
            )
        };
        let text = fs::read(&path).with_context(damaged)?;
        let note: Note = serde_json::from_slice(&text).with_context(damaged)?;
        ensure!(note.schema == SCHEMA, "`{}` is of another version of bai2aml: use that one", place::shown(&path));
        Ok(note)
    }
}

impl Noted {
    pub(super) fn new(path: &Path, before: Option<&[u8]>, after: Option<&[u8]>) -> Self {
        let path = match path.to_str() {
            Some(text) => Name::Text(text.to_owned()),
            None => Name::Raw(path.as_os_str().to_owned()),
        };
        Noted { path, before: before.map(hash), after: after.map(hash) }
    }

    /// The path, if it leads nowhere but down.
    pub(super) fn path(&self) -> Result<PathBuf> {
        let path = match &self.path {
            Name::Text(text) => PathBuf::from(text),
            Name::Raw(raw) => PathBuf::from(raw),
        };
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_inside && path.components().next().is_some(), "the journal names `{}`", place::shown(&path));
        Ok(path)
    }
}

/// SHA-256, in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
