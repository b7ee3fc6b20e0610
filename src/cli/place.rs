//! Names of files: as messages show them, as a diff names them, and as a folder of results holds them.

use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anstyle::Style;

use crate::output::diff::{self, Name};
use crate::report::{Converted, Made};

/// A path as messages show it, with `/` between its parts.
pub fn shown(path: &Path) -> String {
    String::from_utf8_lossy(&slashed(path)).into_owned()
}

/// What the system says about an error, lower case, without the number that follows it.
pub fn plainly(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::StorageFull {
        return "no space left on the disk".into();
    }
    if error.raw_os_error().is_none() && error.kind() != io::ErrorKind::Other {
        return error.kind().to_string();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// An error with its causes.
pub fn in_a_line(error: &anyhow::Error) -> String {
    let causes = error.chain().map(|cause| cause.downcast_ref().map_or_else(|| cause.to_string(), plainly));
    causes.collect::<Vec<_>>().join(": ")
}

/// The bytes of a path with `/` between its parts.
fn slashed(path: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for part in path.components() {
        if !(out.is_empty() || out.ends_with(b"/")) {
            out.push(b'/');
        }
        match part {
            Component::RootDir => out.push(b'/'),
            part => out.extend(part.as_os_str().as_encoded_bytes()),
        }
    }
    out
}

/// Where the user stands: what the names in diffs start from.
pub struct Here {
    folder: PathBuf,
    /// The top of the git repository around it.
    top: Option<PathBuf>,
}

impl Here {
    /// The current folder of the process.
    pub fn find() -> io::Result<Self> {
        let folder = fs::canonicalize(env::current_dir()?)?;
        let top = top_of(&folder).map(Path::to_path_buf);
        Ok(Here { folder, top })
    }

    /// The current folder, links resolved.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file or folder as a person here would name it, links resolved.
    pub fn seen(&self, real: &Path) -> PathBuf {
        match real.strip_prefix(&self.folder) {
            Ok(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
            Ok(inside) => inside.to_path_buf(),
            Err(_) => real.to_path_buf(),
        }
    }

    /// How a diff names a file or, without a path, standard input.
    pub fn name(&self, real: Option<&Path>, text: &[u8]) -> (Name, Option<PathBuf>) {
        match real {
            Some(real) => self.name_of(real),
            None if looks_like_notebook(text) => (Name::new("stdin.ipynb"), None),
            None => (Name::new("stdin.py"), None),
        }
    }

    /// The diff of a file, and of those that are made from it.
    pub fn diff(&self, real: Option<&Path>, file: &Converted) -> Vec<(Style, Vec<u8>)> {
        diff::all(file, |path| {
            let made = file.made.iter().find(|new| new.path == *path);
            let real = real.map(|real| made.map_or_else(|| real.to_path_buf(), |new| self::made(real, new)));
            self.name(real.as_deref(), &file.before).0
        })
    }

    /// How a diff names a file, links resolved (git does not patch through them), and the folder in which to apply it
    /// if that is not the current one: the top of the file's own repository, or the root of the file system.
    fn name_of(&self, real: &Path) -> (Name, Option<PathBuf>) {
        if let Ok(inside) = real.strip_prefix(&self.folder) {
            let top = self.top.as_deref().filter(|top| *top != self.folder);
            let from_top = top.and_then(|top| real.strip_prefix(top).ok()).map(slashed);
            return (Name { path: slashed(inside), from_top }, None);
        }
        let base = top_of(real).or_else(|| real.ancestors().last()).unwrap_or(real);
        let path = slashed(real.strip_prefix(base).unwrap_or(real));
        (Name { path, from_top: None }, Some(base.to_path_buf()))
    }

    /// Where a folder of results holds a file: at its path from here. One from elsewhere is placed as `cp -r` would
    /// place it, under the name of the folder or the file that the user gave.
    pub fn relative(&self, real: &Path, path: &Path, folder: Option<&Path>) -> PathBuf {
        if let Ok(inside) = real.strip_prefix(&self.folder) {
            return inside.to_path_buf();
        }
        let Some((folder, rest)) = folder.and_then(|folder| Some((folder, path.strip_prefix(folder).ok()?))) else {
            return path.file_name().map(PathBuf::from).unwrap_or_default();
        };
        let name = fs::canonicalize(folder).ok().and_then(|folder| folder.file_name().map(PathBuf::from));
        name.unwrap_or_default().join(rest)
    }
}

/// Where a file that is made stands: beside the one that it is made from.
pub fn made(real: &Path, new: &Made) -> PathBuf {
    new.path.file_name().map_or_else(|| real.to_path_buf(), |name| real.with_file_name(name))
}

fn looks_like_notebook(text: &[u8]) -> bool {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start().starts_with(b"{")
}

/// The nearest folder upwards that holds a git repository; `.git` is a file in a worktree.
pub fn top_of(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| folder.join(".git").exists())
}
