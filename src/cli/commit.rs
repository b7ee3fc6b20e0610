//! Writes files: all of a run, or none.
//!
//! What is there is read and compared first. Then every new text, and a copy of every old one, is written beside its
//! file. Only when all are safely on the disk does one rename after the other put them in place; if one fails, the
//! copies go back. What has to be put back after a process that was killed, too, is written with a [`journal`].

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail, ensure};
use tempfile::{Builder, NamedTempFile};

use super::journal::{self, Entry, Pending};

/// A file to write, or to remove.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where.
    pub path: PathBuf,
    /// What; nothing if the file goes.
    pub bytes: Option<Vec<u8>>,
    /// What may be there.
    pub guard: Guard,
}

impl Change {
    /// A file with this text.
    pub fn write(path: PathBuf, bytes: Vec<u8>, guard: Guard) -> Self {
        Change { path, bytes: Some(bytes), guard }
    }
}

/// What may be in the place of a file that is written.
#[derive(Debug, Clone)]
pub enum Guard {
    /// The text that was read.
    Unchanged(Vec<u8>),
    /// Nothing, or the same text already.
    Fresh,
    /// Anything: a report replaces an older one.
    Anything,
}

/// Writes all of them or none.
pub fn all(changes: &[Change]) -> Result<()> {
    let mut staged = Plan::of(changes)?.stage(&journal::token())?;
    staged.put_in_place().map_err(|failed| failed.error)?;
    staged.write_streams()
}

/// The same, but the journal knows of it before the first file is changed, so that what an end of the process leaves
/// behind can be put back. Says where the journal stands.
pub fn with_journal(changes: &[Change], begin: impl FnOnce(&[Entry<'_>]) -> Result<Pending>) -> Result<PathBuf> {
    let plan = Plan::of(changes)?;
    let run = begin(&plan.entries())?;
    let top = run.top().to_path_buf();
    let mut staged = match plan.stage(run.token()) {
        Ok(staged) => staged,
        Err(error) => return Err(run.cancelled(error)),
    };
    match staged.put_in_place() {
        Ok(()) => run.finished()?,
        Err(Failed { error, is_undone: true }) => return Err(run.cancelled(error)),
        Err(Failed { error, .. }) => return Err(error.context(journal::WAYS)),
    }
    staged.write_streams()?;
    Ok(top)
}

/// Changes that fit what is there.
struct Plan<'a> {
    parts: Vec<Planned<'a>>,
    /// Devices and pipes (`/dev/stdout`): these are written to, not replaced.
    streams: Vec<(PathBuf, Vec<u8>)>,
}

struct Planned<'a> {
    path: PathBuf,
    new: Option<&'a [u8]>,
    old: Option<(Vec<u8>, Metadata)>,
    /// Whether its folder is made if it is not there.
    makes_folder: bool,
}

impl Planned<'_> {
    fn entry(&self) -> Entry<'_> {
        let before = self.old.as_ref().map(|(old, data)| (old.as_slice(), data));
        Entry { path: &self.path, before, after: self.new }
    }
}

impl<'a> Plan<'a> {
    fn of(changes: &'a [Change]) -> Result<Self> {
        let mut seen = HashSet::new();
        if let Some(twice) = changes.iter().find(|change| !seen.insert(&change.path)) {
            bail!("two files would be written to `{}`; nothing was changed", twice.path.display());
        }
        let mut plan = Plan { parts: Vec::new(), streams: Vec::new() };
        for change in changes {
            plan.add(change).with_context(|| unchanged(&change.path))?;
        }
        Ok(plan)
    }

    fn add(&mut self, change: &'a Change) -> Result<()> {
        let data = match fs::metadata(&change.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return self.add_new(change),
            data => data?,
        };
        ensure!(!data.is_dir(), "it is a folder");
        let new = change.bytes.as_deref();
        if !data.is_file() {
            ensure!(matches!(change.guard, Guard::Anything), "it is not a file");
            self.streams.extend(new.map(|bytes| (change.path.clone(), bytes.to_vec())));
            return Ok(());
        }
        let path = fs::canonicalize(&change.path)?;
        let old = fs::read(&path)?;
        match &change.guard {
            Guard::Fresh if new == Some(&old) => return Ok(()),
            Guard::Fresh => bail!("a file with another text is there; name an empty folder, or remove it"),
            Guard::Unchanged(before) => ensure!(*before == old, "it changed while it was converted; run again"),
            Guard::Anything => {}
        }
        ensure!(!data.permissions().readonly(), "it is read-only; make it writable, or use `-o DIR`");
        self.parts.push(Planned { path, new, old: Some((old, data)), makes_folder: false });
        Ok(())
    }

    fn add_new(&mut self, change: &'a Change) -> Result<()> {
        ensure!(!change.path.is_symlink(), "it is a link that leads nowhere; remove it, or make its file");
        ensure!(!matches!(change.guard, Guard::Unchanged(_)), "it was removed while it was converted");
        let makes_folder = matches!(change.guard, Guard::Fresh);
        self.parts.push(Planned { path: change.path.clone(), new: change.bytes.as_deref(), old: None, makes_folder });
        Ok(())
    }

    /// What the journal has to know of each file.
    fn entries(&self) -> Vec<Entry<'_>> {
        self.parts.iter().map(Planned::entry).collect()
    }

    fn stage(self, token: &str) -> Result<Staged> {
        let mut staged = Staged { parts: Vec::new(), folders: Vec::new(), streams: self.streams };
        for part in self.parts {
            let path = part.path.clone();
            staged.add(part, token).with_context(|| unchanged(&path))?;
        }
        Ok(staged)
    }
}

fn unchanged(path: &Path) -> String {
    format!("cannot write `{}`; nothing was changed", path.display())
}

/// Changes that are on the disk, but not yet in place.
#[derive(Debug)]
struct Staged {
    parts: Vec<Part>,
    /// Folders that were made for them; removed again if they stay empty.
    folders: Vec<PathBuf>,
    streams: Vec<(PathBuf, Vec<u8>)>,
}

#[derive(Debug)]
struct Part {
    path: PathBuf,
    new: Option<NamedTempFile>,
    old: Option<(Vec<u8>, NamedTempFile)>,
}

/// Why the files could not be put in place.
struct Failed {
    error: Error,
    /// Whether all that was done has been taken back.
    is_undone: bool,
}

impl Staged {
    fn add(&mut self, part: Planned<'_>, token: &str) -> Result<()> {
        let Planned { path, new, old, makes_folder } = part;
        if makes_folder {
            self.make_folder(parent(&path))?;
        }
        let like = old.as_ref().map(|(_, data)| data);
        let new = new.map(|bytes| beside(&path, bytes, like, token)).transpose()?;
        let copy = old.as_ref().map(|(bytes, data)| beside(&path, bytes, Some(data), token)).transpose()?;
        let old = old.map(|(bytes, _)| bytes).zip(copy);
        self.parts.push(Part { path, new, old });
        Ok(())
    }

    fn make_folder(&mut self, folder: &Path) -> Result<()> {
        let missing: Vec<_> = folder.ancestors().take_while(|path| !is_there(path)).collect();
        for path in missing.into_iter().rev() {
            fs::create_dir(path)?;
            self.folders.push(path.to_path_buf());
        }
        Ok(())
    }

    fn put_in_place(&mut self) -> Result<(), Failed> {
        let mut done = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            let old = part.old.as_ref().map(|(bytes, _)| bytes.as_slice());
            if let Err(error) = put(&part.path, part.new, old) {
                let error = error.context(unchanged(&part.path));
                return Err(match restore(done) {
                    Ok(()) => Failed { error, is_undone: true },
                    Err(lost) => Failed { error: lost, is_undone: false },
                });
            }
            done.push((part.path, part.old.map(|(_, copy)| copy)));
        }
        // The files are in place, whatever becomes of the power; a journal may go now.
        let folders: HashSet<&Path> = done.iter().map(|(path, _)| parent(path)).collect();
        if let Some(error) = folders.into_iter().find_map(|folder| journal::sync(folder).err()) {
            return Err(Failed { error: error.into(), is_undone: restore(done).is_ok() });
        }
        self.folders.clear();
        Ok(())
    }

    fn write_streams(&mut self) -> Result<()> {
        for (path, bytes) in std::mem::take(&mut self.streams) {
            fs::OpenOptions::new().write(true).open(&path)?.write_all(&bytes)?;
        }
        Ok(())
    }
}

/// Puts a new file into its place, or takes the old one away, if what is there is still what was read.
fn put(path: &Path, new: Option<NamedTempFile>, old: Option<&[u8]>) -> Result<()> {
    if let Some(old) = old {
        ensure!(fs::read(path)? == old, "it changed while it was converted; run again");
    }
    match new {
        Some(new) => drop(new.persist(path).map_err(|error| error.error)?),
        None if old.is_some() => fs::remove_file(path)?,
        None => {}
    }
    Ok(())
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.parts.clear();
        for folder in self.folders.iter().rev() {
            // A folder that is not empty any more is somebody else's now.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Puts the old files back, the last one first. What cannot be put back is kept, and the error says where.
fn restore(done: Vec<(PathBuf, Option<NamedTempFile>)>) -> Result<()> {
    let mut lost = Vec::new();
    for (path, old) in done.into_iter().rev() {
        match old.map(|old| old.persist(&path)) {
            None => fs::remove_file(&path).unwrap_or_else(|_| lost.push(format!("`{}` is new", path.display()))),
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                let kept = error.file.into_temp_path().keep()?;
                lost.push(format!("the old `{}` is now `{}`", path.display(), kept.display()));
            }
        }
    }
    ensure!(lost.is_empty(), "cannot write all files, and cannot take all of them back: {}", lost.join(", "));
    Ok(())
}

/// Writes a hidden file in the same folder, with the mode and the owner of the file that it is to replace.
fn beside(path: &Path, bytes: &[u8], like: Option<&Metadata>, token: &str) -> Result<NamedTempFile> {
    let prefix = journal::beside(token);
    let mut builder = Builder::new();
    builder.prefix(&prefix);
    if like.is_none() {
        open_mode(&mut builder);
    }
    let mut file = builder.tempfile_in(parent(path))?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        keep_owner(like, file.path());
        file.as_file().set_permissions(like.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_there(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.symlink_metadata().is_ok()
}

/// A new file gets the mode that the user's umask gives, not the closed one of a temporary file.
#[cfg(unix)]
fn open_mode(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn open_mode(_: &mut Builder<'_, '_>) {}

/// Only root may give a file away; for everybody else the file is theirs already, or becomes theirs.
#[cfg(unix)]
fn keep_owner(like: &Metadata, path: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(like.uid()), Some(like.gid())).or_else(|_| chown(path, None, Some(like.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_: &Metadata, _: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &Path, bytes: &[u8], guard: Guard) -> Change {
        Change::write(path.into(), bytes.into(), guard)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_rename_that_fails_takes_the_others_back() {
        let folder = tempfile::tempdir().unwrap();
        let [one, new, two] = ["one.py", "new/x.json", "two.py"].map(|name| folder.path().join(name));
        fs::write(&one, "old 1").unwrap();
        fs::write(&two, "old 2").unwrap();
        let changes = [
            change(&one, b"new 1", Guard::Unchanged(b"old 1".into())),
            change(&new, b"{}", Guard::Fresh),
            change(&two, b"new 2", Guard::Unchanged(b"old 2".into())),
        ];
        let mut staged = Plan::of(&changes).unwrap().stage("x").unwrap();
        // A folder in the place of the last file: its rename fails after the others are done.
        fs::remove_file(&two).unwrap();
        fs::create_dir(&two).unwrap();
        let Err(Failed { error, is_undone: true }) = staged.put_in_place() else { panic!("not taken back") };
        drop(staged);
        assert!(format!("{error:#}").contains("two.py`; nothing was changed"), "{error:#}");
        assert_eq!(fs::read(&one).unwrap(), b"old 1");
        assert_eq!(names(folder.path()), ["one.py", "two.py"]);
    }

    #[test]
    fn a_file_that_changed_in_the_meantime_stops_everything() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one.py", "two.py"].map(|name| folder.path().join(name));
        fs::write(&one, "old").unwrap();
        fs::write(&two, "edited").unwrap();
        let changes = [&one, &two].map(|path| change(path, b"new", Guard::Unchanged(b"old".into())));
        assert!(format!("{:#}", all(&changes).unwrap_err()).contains("it changed while it was converted"));
        assert_eq!(fs::read(&one).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["one.py", "two.py"]);
    }

    #[test]
    fn a_file_that_was_removed_in_the_meantime_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone.py");
        assert!(all(&[change(&gone, b"new", Guard::Unchanged(b"old".into()))]).is_err());
        assert!(!gone.exists());
    }

    #[test]
    fn a_fresh_file_may_be_there_already_with_the_same_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c.py");
        all(&[change(&path, b"new", Guard::Fresh)]).unwrap();
        all(&[change(&path, b"new", Guard::Fresh)]).unwrap();
        assert!(all(&[change(&path, b"newer", Guard::Fresh)]).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn only_a_report_is_written_into_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.py");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = all(&[change(&pipe, b"new", Guard::Unchanged(b"old".into()))]).unwrap_err();
        assert!(format!("{error:#}").ends_with("nothing was changed: it is not a file"), "{error:#}");
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_of_a_file_stays_and_a_new_one_is_readable() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = ["old.py", "new.py"].map(|name| folder.path().join(name));
        fs::write(&old, "x").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o751)).unwrap();
        all(&[change(&old, b"y", Guard::Unchanged(b"x".into())), change(&new, b"y", Guard::Anything)]).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&old), 0o751);
        assert_eq!(mode(&new) & 0o600, 0o600);
    }
}
