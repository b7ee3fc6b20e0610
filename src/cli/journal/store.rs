//! The folder `.bai2aml`: its runs, and who may write in it.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::run::{Run, State};
use super::{FOLDER, sync};
use crate::cli::place::{shown, top_of};

/// Git has nothing to say about what is in the folder.
const IGNORE: &str = "*\n";

/// A folder with a journal in it.
#[derive(Debug, Clone)]
pub struct Store {
    top: PathBuf,
}

impl Store {
    /// The nearest one upwards that has a run. Above the repository of `start` only one that changed files in that.
    pub fn nearest(start: &Path) -> Result<Option<Store>> {
        let start = fs::canonicalize(start).with_context(|| format!("cannot read `{}`", shown(start)))?;
        let repository = top_of(&start);
        for top in start.ancestors() {
            let store = Store { top: top.to_path_buf() };
            let Some(last) = store.runs()?.pop() else { continue };
            let within = repository.filter(|repository| *repository != top && repository.starts_with(top));
            if within.is_none_or(|within| last.has_file_below(within)) {
                return Ok(Some(store));
            }
        }
        Ok(None)
    }

    /// The one in this folder, made if it is not there. What the system does not allow is the inner error.
    pub(super) fn make(top: &Path) -> Result<io::Result<Store>> {
        let store = Store { top: top.to_path_buf() };
        let folder = store.folder();
        if let Ok(data) = fs::symlink_metadata(&folder) {
            ensure!(data.is_dir(), "`{}` is in the way of the journal; remove it", shown(&folder));
        }
        let made = make_folder(&folder)
            .and_then(|()| make_file(&folder.join(".gitignore"), IGNORE))
            .and_then(|()| make_folder(&store.runs_folder()))
            .and_then(|()| open_lock(&folder).map(drop));
        match made {
            Ok(()) => {
                sync(&folder).and_then(|()| sync(top))?;
                Ok(Ok(store))
            }
            Err(error) => {
                store.tidy();
                Ok(Err(error))
            }
        }
    }

    /// The folder that it stands in.
    pub fn top(&self) -> &Path {
        &self.top
    }

    fn folder(&self) -> PathBuf {
        self.top.join(FOLDER)
    }

    pub(super) fn runs_folder(&self) -> PathBuf {
        self.folder().join("runs")
    }

    /// All runs, the last one at the end.
    pub fn runs(&self) -> Result<Vec<Run>> {
        let folder = self.runs_folder();
        // A link would lead to texts that are not of this folder.
        let is_own = |path: &Path| fs::symlink_metadata(path).is_ok_and(|data| data.is_dir());
        if !is_own(&self.folder()) || !is_own(&folder) {
            return Ok(Vec::new());
        }
        let cannot = || format!("cannot read the journal `{}`", shown(&folder));
        let mut runs = Vec::new();
        for entry in fs::read_dir(&folder).with_context(cannot)? {
            runs.extend(Run::of(self, &entry.with_context(cannot)?.path()));
        }
        runs.sort_by_key(|run| run.number);
        Ok(runs)
    }

    /// Keeps others from writing here, until the file is closed: that it is when the process ends, however it ends.
    pub fn lock(&self) -> Result<File> {
        let folder = self.folder();
        let file = open_lock(&folder).with_context(|| format!("cannot write in the journal `{}`", shown(&folder)))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => bail!("another run is writing files here; wait until it has ended"),
            // A file system without locks: then it is the user who must not run two at once.
            Err(TryLockError::Error(_)) | Ok(()) => Ok(file),
        }
    }

    /// Whether somebody is at work here.
    fn is_busy(&self) -> bool {
        let file = File::open(self.folder().join("lock"));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Removes what runs left that never began, and what was put back. Only for who has the lock.
    pub(super) fn sweep(&self) {
        for entry in fs::read_dir(self.runs_folder()).into_iter().flatten().flatten() {
            if State::of(&entry.path()) == State::Scrap {
                // The next run tries again.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Removes the folder if there is no run in it: nothing of ours stays without a use.
    pub(super) fn tidy(&self) {
        let folder = self.folder();
        let _ = fs::remove_dir(self.runs_folder());
        if !self.runs_folder().exists() {
            let _ = fs::remove_file(folder.join("lock"));
            let _ = fs::remove_file(folder.join(".gitignore"));
            let _ = fs::remove_dir(folder);
        }
    }

    /// The run that was ended before it was done. Only for who has the lock: others may see one that is at work.
    pub fn unfinished(&self) -> Result<Option<Run>> {
        Ok(self.runs()?.into_iter().find(|run| run.state != State::Done))
    }
}

/// The folder of the first journal above one of these paths in which a run was ended before it was done.
pub fn unfinished<'a>(paths: impl Iterator<Item = &'a Path>) -> Option<PathBuf> {
    let above = |path: PathBuf| path.ancestors().map(|top| Store { top: top.to_path_buf() }).collect::<Vec<_>>();
    let mut stores = paths.filter_map(|path| fs::canonicalize(path).ok()).flat_map(above);
    let is_left = |store: &Store| store.unfinished().is_ok_and(|run| run.is_some()) && !store.is_busy();
    stores.find(is_left).map(|store| store.top)
}

fn open_lock(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join("lock"))
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn make_file(path: &Path, text: &str) -> io::Result<()> {
    if path.exists() { Ok(()) } else { fs::write(path, text) }
}
