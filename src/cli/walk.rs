//! Turns the paths on the command line into a list of files, in one order whatever the order of the arguments.
//!
//! Nothing is opened here. What cannot be listed is a problem, never a skip.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::{journal, place};
use crate::report::Problem;
use crate::source::{Language, is_dependency_file, is_python};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// The folder on the command line that it was found in; none if the file itself was named.
    pub folder: Option<PathBuf>,
}

/// Which files of a folder are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Python, dependency files, configuration files, and files of the languages in which command lines are converted.
    Program,
    /// All of them.
    Estate,
}

/// Every file under the given paths, sorted, each once. `skip` is a folder that is not walked or a file that is
/// not read: that of the results.
pub fn walk(paths: &[PathBuf], skip: Option<&Path>, scope: Scope) -> (Vec<Candidate>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let skip = skip.and_then(|path| fs::canonicalize(path).ok());
    for path in paths {
        let path = plain(path);
        if is_in_journal(path) {
            problems.push(no_code(path));
            continue;
        }
        match if path.as_os_str() == "-" { Ok(false) } else { fs::metadata(path).map(|data| data.is_dir()) } {
            Ok(true) => folder(path, skip.as_deref(), scope, &mut files, &mut problems),
            Ok(false) => files.push(Candidate { path: path.to_path_buf(), folder: None }),
            Err(error) => problems.push(unreadable(path, &error)),
        }
    }
    // A file that was named comes before the same file found in a folder, and is the one that stays.
    files.sort();
    files.dedup_by(|next, first| next.path == first.path);
    (files, problems)
}

/// A path without `./` in front, as people write it.
fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path)
}

fn folder(root: &Path, skip: Option<&Path>, scope: Scope, files: &mut Vec<Candidate>, problems: &mut Vec<Problem>) {
    let (files_before, problems_before) = (files.len(), problems.len());
    let skip = skip.map(Path::to_path_buf);
    let mut walk = WalkBuilder::new(root);
    walk.filter_entry(move |entry| is_walked(entry, skip.as_deref()));
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(unlisted(root, &error));
                continue;
            }
        };
        let path = plain(entry.path());
        match is_read(&entry, scope) {
            Ok(true) => files.push(Candidate { path: path.to_path_buf(), folder: Some(root.to_path_buf()) }),
            Ok(false) => {}
            Err(error) => problems.push(unreadable(path, &error)),
        }
    }
    if files.len() == files_before && problems.len() == problems_before {
        problems.push(empty(root, scope));
    }
}

fn is_walked(entry: &DirEntry, skip: Option<&Path>) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if entry.depth() == 0 {
        return true;
    }
    let is_skipped = |skip: &Path| {
        entry.file_name() == skip.file_name().unwrap_or_default()
            && fs::canonicalize(entry.path()).is_ok_and(|path| path == skip)
    };
    let is_own = entry.file_name() == ".ipynb_checkpoints" || entry.file_name() == journal::FOLDER;
    !(is_folder && is_own || skip.is_some_and(is_skipped))
}

/// Whether `convert` reads a file of this name where it finds one.
pub fn is_converted(path: &Path) -> bool {
    is_program(path) || is_json(path)
}

/// Whether a name is that of a file that holds Python, requirements or command lines.
fn is_program(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_python(&name) || is_dependency_file(path) || has_command_lines(&name)
}

/// Whether a name is that of a file that may be a configuration of `az batchai`.
fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Whether an entry is a file of the scope, or a link to one. Devices and pipes would block: they are no files.
fn is_read(entry: &DirEntry, scope: Scope) -> io::Result<bool> {
    let is_program = is_program(entry.path());
    match entry.file_type().filter(|_| is_program || is_json(entry.path()) || scope == Scope::Estate) {
        // A link that leads nowhere is an error only where it would be a program.
        Some(kind) if kind.is_symlink() && !is_program => {
            Ok(fs::metadata(entry.path()).is_ok_and(|data| data.is_file()))
        }
        Some(kind) if kind.is_symlink() => Ok(fs::metadata(entry.path())?.is_file()),
        Some(kind) => Ok(kind.is_file()),
        None => Ok(false),
    }
}

/// Whether a path leads into the journal of `--write`, where old texts of files stand that are converted.
fn is_in_journal(path: &Path) -> bool {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    real.components().any(|part| part.as_os_str() == journal::FOLDER)
}

fn no_code(path: &Path) -> Problem {
    Problem {
        path: place::shown(path),
        location: None,
        message: "this is of the journal of `convert --write`, and no code".into(),
        help: "`bai2aml undo --list` says what is in it".into(),
    }
}

/// Whether a file of this name can hold command lines that are converted.
fn has_command_lines(name: &str) -> bool {
    Language::of(name, b"").is_some_and(|language| language.has_commands() || language == Language::Markdown)
}

/// A problem for a path that cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => ("this link leads nowhere".into(), "repair or remove the link"),
        io::ErrorKind::NotFound => ("no such file or folder".into(), "check the spelling, and the folder you are in"),
        io::ErrorKind::PermissionDenied => ("permission denied".into(), "get read access, or leave this path out"),
        _ => (place::plainly(error), "the other files were read; run again for this one"),
    };
    Problem { path: place::shown(path), location: None, message, help: help.into() }
}

fn unlisted(root: &Path, error: &ignore::Error) -> Problem {
    let path = plain(path_of(error).unwrap_or(root));
    match error.io_error() {
        Some(error) => unreadable(path, error),
        None => Problem {
            path: place::shown(path),
            location: None,
            message: error.to_string(),
            help: "name the files in it one by one".into(),
        },
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn empty(root: &Path, scope: Scope) -> Problem {
    let message = match scope {
        Scope::Program => "no Python files (.py, .ipynb), dependency files or scripts in this folder",
        Scope::Estate => "no files in this folder",
    };
    Problem {
        path: place::shown(root),
        location: None,
        message: message.into(),
        help: "name another folder; hidden and ignored files are read only when they are named themselves".into(),
    }
}
