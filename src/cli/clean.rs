//! What a run did not look into: the other side of "0 findings".

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{journal, place};
use crate::output::check::Skipped;

/// Everything below the paths that was not read, with the reason; of a folder only its name.
pub fn skipped(paths: &[PathBuf], no_text: Vec<(PathBuf, &'static str)>) -> Vec<Skipped> {
    let mut all: BTreeSet<(PathBuf, &'static str)> = no_text.into_iter().collect();
    for root in paths.iter().filter(|path| path.is_dir()) {
        all.extend(left_out(root));
    }
    let skipped = all.into_iter().map(|(path, reason)| Skipped { path: place::shown(&path), reason: reason.into() });
    skipped.collect()
}

/// What a folder holds and the walk does not give.
fn left_out(root: &Path) -> Vec<(PathBuf, &'static str)> {
    let entries = WalkBuilder::new(root).build().filter_map(Result::ok);
    let walked: BTreeSet<PathBuf> = entries.map(|entry| entry.into_path()).collect();
    let mut left_out = Vec::new();
    for folder in walked.iter().filter(|path| path.is_dir() && !path.is_symlink()) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let reason = if walked.contains(&path) { reason_to_skip(&path) } else { reason_to_leave(&path) };
            left_out.extend(reason.map(|reason| (plain(&path), reason)));
        }
    }
    left_out
}

fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// Why something that the walk does not list is left out.
fn reason_to_leave(path: &Path) -> Option<&'static str> {
    if path.file_name().is_some_and(|name| name == journal::FOLDER) {
        return Some("the journal of `convert --write`");
    }
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    Some(if is_hidden { "hidden" } else { "named in .gitignore or .ignore" })
}

/// Why something that the walk lists is not read all the same.
fn reason_to_skip(path: &Path) -> Option<&'static str> {
    let kind = fs::symlink_metadata(path).ok()?.file_type();
    match fs::metadata(path) {
        Ok(data) if data.is_dir() && kind.is_symlink() => Some("a link to a folder"),
        Ok(data) if data.is_dir() || data.is_file() => None,
        Ok(_) => Some("a pipe or a device"),
        Err(_) => Some("a link that leads nowhere"),
    }
}
