//! A new run: where its journal goes, and what is written down before the first file is changed.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::note::{Note, Noted};
use super::run::{Pending, Run, State};
use super::store::Store;
use super::{not_finished, now, sync, token};
use crate::cli::place::{shown, top_of};

/// Where the journal of a run can stand, and what the user typed.
#[derive(Debug, Clone)]
pub struct Journal {
    tops: Vec<PathBuf>,
    command: Vec<String>,
}

/// What a run does with a file.
pub struct Entry<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// What is there.
    pub before: Option<(&'a [u8], &'a Metadata)>,
    /// What will be there; none if it goes.
    pub after: Option<&'a [u8]>,
}

impl Journal {
    /// The journal of a run that rewrites these files, links resolved: at the top of the repository around the current
    /// folder, or in that folder, if all of them lie below; otherwise the same of the folder that they have in common.
    pub fn of(here: &Path, files: &[&Path]) -> Self {
        let common = common(files);
        let starts = [Some(here), common.as_deref()].into_iter().flatten();
        let tops = starts.flat_map(|start| [top_of(start).unwrap_or(start), start]);
        let mut tops: Vec<PathBuf> = tops.map(Path::to_path_buf).collect();
        tops.dedup();
        tops.retain(|top| files.iter().all(|file| file.starts_with(top)));
        Journal { tops, command: std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect() }
    }

    /// The journal of a run that must not leave a folder, links resolved.
    pub fn inside(folder: &Path, command: Vec<String>) -> Self {
        Journal { tops: vec![folder.to_path_buf()], command }
    }

    /// Has on the disk what puts the files back that a run is about to change.
    pub fn begin(&self, entries: &[Entry<'_>]) -> Result<Pending> {
        let mut refused = None;
        for top in &self.tops {
            match Store::make(top).with_context(|| cannot(top))? {
                Ok(store) => return begin(&store, entries, &self.command),
                Err(error) if is_refused(&error) => drop(refused.get_or_insert((top, error))),
                Err(error) => return Err(error).with_context(|| cannot(top)),
            }
        }
        match refused {
            Some((top, error)) => Err(error).with_context(|| {
                format!("{}; make that folder writable, or go without by `--no-journal`", cannot(top))
            }),
            None => bail!("the files have no folder in common for a journal; nothing was changed: run once for each"),
        }
    }
}

fn cannot(top: &Path) -> String {
    format!("cannot keep a journal in `{}`; nothing was changed", shown(top))
}

fn is_refused(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

/// The folder that has all of these below it.
fn common(files: &[&Path]) -> Option<PathBuf> {
    let first = files.first()?.parent()?;
    first.ancestors().find(|folder| files.iter().all(|file| file.starts_with(folder))).map(Path::to_path_buf)
}

fn begin(store: &Store, entries: &[Entry<'_>], command: &[String]) -> Result<Pending> {
    let lock = store.lock()?;
    store.sweep();
    if store.unfinished()?.is_some() {
        bail!(not_finished(store.top()));
    }
    let number = store.runs()?.last().map_or(1, |last| last.number + 1);
    match record(Run::new(store, number), entries, command) {
        Ok((run, token)) => Ok(Pending::writing(run, token, lock)),
        Err(error) => {
            store.sweep();
            store.tidy();
            Err(error).with_context(|| cannot(store.top()))
        }
    }
}

/// Writes down a run, and only when all of it is on the disk, that it is at work.
fn record(run: Run, entries: &[Entry<'_>], command: &[String]) -> Result<(Run, String)> {
    let folder = run.folder();
    fs::create_dir(&folder)?;
    let mut files = Vec::new();
    for entry in entries {
        let is_change = entry.before.is_some() || entry.after.is_some();
        let Some(path) = below(entry.path, run.top())?.filter(|_| is_change) else { continue };
        if let Some((text, data)) = entry.before {
            write(&folder.join(files.len().to_string()), text, Some(data))?;
        }
        files.push(Noted::new(&path, entry.before.map(|(text, _)| text), entry.after));
    }
    let token = token();
    let note = Note::new(now().as_secs(), command.to_vec(), token.clone(), files);
    write(&Note::path(&folder), &note.text()?, None)?;
    sync(&folder)?;
    Ok((run.turn(State::Writing)?, token))
}

/// The way to a file from a folder; none if it is not below. Its own folder is there, the file may not be.
fn below(file: &Path, top: &Path) -> Result<Option<PathBuf>> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = fs::canonicalize(folder)?.join(file.file_name().unwrap_or_default());
    Ok(real.strip_prefix(top).ok().map(Path::to_path_buf))
}

/// Writes a file that only those may read who may read the one that it is a copy of.
fn write(path: &Path, text: &[u8], like: Option<&Metadata>) -> Result<()> {
    let mut file = File::create_new(path)?;
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
    }
    file.write_all(text)?;
    file.sync_all()?;
    Ok(())
}
