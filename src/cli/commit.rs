//! Writes files: all of a run, or none.
//!
//! Every new text, and a copy of every old one, is first written beside its file. Only when all are safely on the
//! disk does one rename after the other put them in place; if one fails, the copies go back.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tempfile::{Builder, NamedTempFile};

/// A file to write.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub bytes: Vec<u8>,
    /// What may be there.
    pub guard: Guard,
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
    let mut seen = HashSet::new();
    if let Some(twice) = changes.iter().find(|change| !seen.insert(&change.path)) {
        bail!("two files would be written to `{}`; nothing was changed", twice.path.display());
    }
    Staged::prepare(changes)?.commit()
}

/// Changes that are on the disk, but not yet in place.
#[derive(Debug, Default)]
struct Staged {
    parts: Vec<Part>,
    /// Folders that were made for them; removed again if they stay empty.
    folders: Vec<PathBuf>,
    /// Devices and pipes (`/dev/stdout`): these are written to, not replaced.
    streams: Vec<(PathBuf, Vec<u8>)>,
}

#[derive(Debug)]
struct Part {
    path: PathBuf,
    new: NamedTempFile,
    old: Option<NamedTempFile>,
}

impl Staged {
    fn prepare(changes: &[Change]) -> Result<Self> {
        let mut staged = Staged::default();
        for change in changes {
            staged
                .add(change)
                .with_context(|| format!("cannot write `{}`; nothing was changed", change.path.display()))?;
        }
        Ok(staged)
    }

    fn add(&mut self, change: &Change) -> Result<()> {
        let data = match fs::metadata(&change.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return self.add_new(change),
            data => data?,
        };
        ensure!(!data.is_dir(), "it is a folder");
        if !data.is_file() {
            ensure!(matches!(change.guard, Guard::Anything), "it is not a file");
            self.streams.push((change.path.clone(), change.bytes.clone()));
            return Ok(());
        }
        let path = fs::canonicalize(&change.path)?;
        let old = fs::read(&path)?;
        match &change.guard {
            Guard::Fresh if old == change.bytes => return Ok(()),
            Guard::Fresh => bail!("a file with another text is there; name an empty folder, or remove it"),
            Guard::Unchanged(before) => ensure!(*before == old, "it changed while it was converted; run again"),
            Guard::Anything => {}
        }
        ensure!(!data.permissions().readonly(), "it is read-only; make it writable, or use `-o DIR`");
        let new = beside(&path, &change.bytes, Some(&data))?;
        let old = beside(&path, &old, Some(&data))?;
        self.parts.push(Part { path, new, old: Some(old) });
        Ok(())
    }

    fn add_new(&mut self, change: &Change) -> Result<()> {
        ensure!(!change.path.is_symlink(), "it is a link that leads nowhere; remove it, or make its file");
        match change.guard {
            Guard::Unchanged(_) => bail!("it was removed while it was converted"),
            Guard::Fresh => self.make_folder(parent(&change.path))?,
            Guard::Anything => {}
        }
        let new = beside(&change.path, &change.bytes, None)?;
        self.parts.push(Part { path: change.path.clone(), new, old: None });
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

    fn commit(mut self) -> Result<()> {
        let mut done = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            if let Err(error) = part.new.persist(&part.path) {
                restore(done)?;
                let context = format!("cannot write `{}`; nothing was changed", part.path.display());
                return Err(error.error).context(context);
            }
            done.push((part.path, part.old));
        }
        self.folders.clear();
        for (path, bytes) in std::mem::take(&mut self.streams) {
            fs::OpenOptions::new().write(true).open(&path)?.write_all(&bytes)?;
        }
        Ok(())
    }
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
fn beside(path: &Path, bytes: &[u8], like: Option<&Metadata>) -> Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".bai2aml-");
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
        Change { path: path.into(), bytes: bytes.into(), guard }
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
        let staged = Staged::prepare(&[
            change(&one, b"new 1", Guard::Unchanged(b"old 1".into())),
            change(&new, b"{}", Guard::Fresh),
            change(&two, b"new 2", Guard::Unchanged(b"old 2".into())),
        ])
        .unwrap();
        // A folder in the place of the last file: its rename fails after the others are done.
        fs::remove_file(&two).unwrap();
        fs::create_dir(&two).unwrap();
        let error = staged.commit().unwrap_err();
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
