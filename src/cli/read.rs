//! Reads the files of a run, in parallel, and keeps those that can use Batch AI.
//!
//! A file that cannot be read becomes a problem; the others are read all the same.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use memchr::memmem;
use rayon::prelude::*;

use super::place;
use super::prefilter::{Form, Needle, imports, prefilter};
use super::walk::{Candidate, Scope, unreadable, walk};
use crate::report::Problem;
use crate::source::Source;
use crate::syntax::imported_words;

/// How much of a file tells whether it is text.
const HEAD: u64 = 1 << 10;
/// A file that nothing is known of is not read if it is larger.
const LARGEST: u64 = 8 << 20;

/// What a run reads.
#[derive(Default)]
pub struct Inputs {
    /// The files that can use Batch AI, in the order of their paths.
    pub files: Vec<Input>,
    /// Their texts, in the same order.
    pub sources: Vec<Source>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The files that hold no text that could be looked into, each with the reason.
    pub skipped: Vec<(PathBuf, &'static str)>,
    /// How many files were read in all.
    pub read: usize,
}

/// A file that can use Batch AI.
#[derive(Debug)]
pub struct Input {
    /// Its path as the user gave it.
    pub path: PathBuf,
    /// The folder on the command line that it was found in.
    pub folder: Option<PathBuf>,
    /// The file itself, links resolved; none for standard input.
    pub real: Option<PathBuf>,
}

/// Whether a path is that of one of these files, links resolved: it must not be written over.
pub fn is_among(path: &Path, files: &[Input]) -> bool {
    fs::canonicalize(path).is_ok_and(|path| files.iter().any(|file| file.real.as_ref() == Some(&path)))
}

/// What became of a file that was opened.
enum Bytes {
    Kept(Vec<u8>),
    /// It cannot matter.
    Unneeded,
    /// It is no text.
    Skipped(&'static str),
}

type Loaded = (Candidate, Result<Bytes, Problem>);

/// Reads all programs under `paths`, but not the folder `skip`.
pub fn read(paths: &[PathBuf], skip: Option<&Path>) -> Inputs {
    Inputs::of(walk(paths, skip, Scope::Program), Needle::BatchAi)
}

/// Reads all files under `paths`, whatever they are, but not the file `skip`.
pub fn read_estate(paths: &[PathBuf], skip: Option<&Path>, needle: Needle) -> Inputs {
    Inputs::of(walk(paths, skip, Scope::Estate), needle)
}

/// The same as [`read`] or, with a needle, as [`read_estate`], for programs that others steer: nothing outside of a folder
/// is read, links resolved.
pub fn read_inside(top: &Path, paths: &[PathBuf], needle: Option<Needle>) -> Inputs {
    let scope = if needle.is_some() { Scope::Estate } else { Scope::Program };
    Inputs::of(inside(top, walk(paths, None, scope)), needle.unwrap_or(Needle::BatchAi))
}

/// Takes out what leads out of a folder; that it does is a problem.
fn inside(top: &Path, (files, mut problems): (Vec<Candidate>, Vec<Problem>)) -> (Vec<Candidate>, Vec<Problem>) {
    let is_inside = |file: &Candidate| fs::canonicalize(&file.path).is_ok_and(|real| real.starts_with(top));
    let (files, outside): (Vec<_>, Vec<_>) = files.into_iter().partition(is_inside);
    problems.extend(outside.iter().map(|file| Problem {
        path: place::shown(&file.path),
        location: None,
        message: "this link leads out of the folder that the server was started in".into(),
        help: "it was not read; put the file itself into the folder, or leave it out".into(),
    }));
    (files, problems)
}

/// Reads every Python file under `path`, whatever it uses.
pub fn everything(path: &Path) -> Inputs {
    Inputs::all(walk(&[path.to_path_buf()], None, Scope::Program))
}

/// The same, and nothing outside of a folder.
pub fn everything_inside(top: &Path, path: &Path) -> Inputs {
    Inputs::all(inside(top, walk(&[path.to_path_buf()], None, Scope::Program)))
}

impl Inputs {
    fn all((candidates, problems): (Vec<Candidate>, Vec<Problem>)) -> Inputs {
        let mut inputs = Inputs { problems, ..Inputs::default() };
        let mut seen = HashSet::new();
        for candidate in candidates.into_iter().filter(|file| file.folder.is_none() || form(file) == Form::Python) {
            let (candidate, bytes) = load(candidate, |_| true);
            inputs.add(candidate, bytes, &mut seen);
        }
        inputs
    }

    fn of((candidates, problems): (Vec<Candidate>, Vec<Problem>), needle: Needle) -> Inputs {
        let mut inputs = Inputs { problems, ..Inputs::default() };
        let mut seen = HashSet::new();
        for (candidate, bytes) in relevant(candidates, needle) {
            inputs.add(candidate, bytes, &mut seen);
        }
        inputs.problems.sort_by(|one, other| one.path.cmp(&other.path));
        inputs.problems.dedup();
        inputs
    }

    fn add(&mut self, candidate: Candidate, bytes: Result<Bytes, Problem>, seen: &mut HashSet<PathBuf>) {
        let bytes = match bytes {
            Ok(Bytes::Kept(bytes)) => Some(bytes),
            Ok(Bytes::Unneeded) => None,
            Ok(Bytes::Skipped(reason)) => return self.skipped.push((candidate.path, reason)),
            Err(problem) => return self.problems.push(problem),
        };
        self.read += 1;
        let Some(bytes) = bytes else { return };
        let Candidate { path, folder } = candidate;
        // A pipe under /dev/fd has no path that could be resolved, and cannot be read twice.
        let real = (path.as_os_str() != "-").then(|| fs::canonicalize(&path).unwrap_or_else(|_| path.clone()));
        if real.as_ref().is_some_and(|real| !seen.insert(real.clone())) {
            self.read -= 1;
            return;
        }
        let read = if folder.is_some() { Source::read_found } else { Source::read };
        match read(&place::shown(&path), bytes) {
            Ok(source) => {
                self.sources.push(source);
                self.files.push(Input { path, folder, real });
            }
            Err(problem) => self.problems.push(problem),
        }
    }
}

/// Each candidate with its bytes, or with nothing if it cannot matter to Batch AI.
///
/// A file that does not name Batch AI can get it from another file of the run that does, so the files that import
/// one of those are kept too, and those that import these, until there are no more. What all of these import is kept
/// as well: it may be given a client.
fn relevant(candidates: Vec<Candidate>, needle: Needle) -> Vec<Loaded> {
    let first = |file: Candidate| {
        let form = form(&file);
        load(file, |bytes| needle.is_in(bytes, form))
    };
    let mut files: Vec<Loaded> = candidates.into_par_iter().map(first).collect();
    let mut news: Vec<usize> = (0..files.len()).filter(|at| uses_batch_ai(&files[*at])).collect();
    while !news.is_empty() {
        let names: HashSet<Vec<u8>> = news.iter().map(|at| module(&files[*at].0)).collect();
        news = keep(&mut files, |_| true, |bytes| imports(bytes, &names));
    }
    let mut news: Vec<usize> = (0..files.len()).filter(|at| matches!(files[*at].1, Ok(Bytes::Kept(_)))).collect();
    while !news.is_empty() {
        let words: HashSet<Vec<u8>> = news.iter().flat_map(|at| imported(&files[*at])).collect();
        news = keep(&mut files, |file| words.contains(&module(file)), |_| true);
    }
    name_configurations(&mut files);
    files
}

fn is_unread(bytes: &Result<Bytes, Problem>) -> bool {
    matches!(bytes, Ok(Bytes::Unneeded))
}

/// Reads the programs, scripts and makefiles that name a configuration file of the run: what it becomes has another name.
fn name_configurations(files: &mut [Loaded]) {
    let is_kept = |(file, bytes): &&Loaded| matches!(bytes, Ok(Bytes::Kept(_))) && form(file) == Form::Json;
    let name = |(file, _): &Loaded| file.path.file_name().map(|name| name.as_encoded_bytes().to_vec());
    let names: Vec<Vec<u8>> = files.iter().filter(is_kept).filter_map(name).collect();
    if names.is_empty() {
        return;
    }
    let names = |bytes: &[u8]| names.iter().any(|name| memmem::find(bytes, name).is_some());
    let can_name = |file: &Candidate| matches!(form(file), Form::Other | Form::Python);
    files.par_iter_mut().filter(|(file, bytes)| is_unread(bytes) && can_name(file)).for_each(|file| {
        *file = load(file.0.clone(), names);
    });
}

/// Reads the programs that are wanted after all, by their names and then by what is in them, and gives their places.
fn keep(
    files: &mut [Loaded],
    named: impl Fn(&Candidate) -> bool + Sync,
    wanted: impl Fn(&[u8]) -> bool + Sync,
) -> Vec<usize> {
    let is_asked = |file: &Candidate| form(file) == Form::Python && named(file);
    let again = files.par_iter().enumerate().filter(|(_, (file, bytes))| is_unread(bytes) && is_asked(file));
    let again = again.map(|(at, (file, _))| (at, load(file.clone(), &wanted)));
    let kept: Vec<(usize, Loaded)> = again.filter(|(_, (_, bytes))| !is_unread(bytes)).collect();
    let places = kept.iter().map(|(at, _)| *at).collect();
    kept.into_iter().for_each(|(at, file)| files[at] = file);
    places
}

/// The words in the imports of a program.
fn imported((file, bytes): &Loaded) -> HashSet<Vec<u8>> {
    match bytes {
        Ok(Bytes::Kept(bytes)) if form(file) == Form::Python => imported_words(bytes).map(<[u8]>::to_vec).collect(),
        _ => HashSet::new(),
    }
}

/// A file that was named is kept without a look into it.
fn uses_batch_ai((file, bytes): &Loaded) -> bool {
    matches!(bytes, Ok(Bytes::Kept(bytes)) if form(file) == Form::Python && prefilter(bytes))
}

/// The name by which other files import this one.
fn module(candidate: &Candidate) -> Vec<u8> {
    let path = &candidate.path;
    let name = path.file_stem().filter(|stem| *stem != "__init__").or_else(|| path.parent()?.file_name());
    name.unwrap_or_default().as_encoded_bytes().to_vec()
}

/// A file that was named is Python unless it says something else.
fn form(candidate: &Candidate) -> Form {
    match Form::of(&candidate.path) {
        Form::Text if candidate.folder.is_none() => Form::Python,
        form => form,
    }
}

fn load(candidate: Candidate, wanted: impl Fn(&[u8]) -> bool) -> Loaded {
    let is_named = candidate.folder.is_none();
    let bytes = bytes(&candidate.path, is_named).map_err(|error| unreadable(&candidate.path, &error));
    let bytes = bytes.map(|bytes| match bytes {
        Bytes::Kept(bytes) if !is_named && !wanted(&bytes) => Bytes::Unneeded,
        bytes => bytes,
    });
    (candidate, bytes)
}

/// The bytes of a file; of one that was found and may be anything, only if it is text, and no more of it than is read.
fn bytes(path: &Path, is_named: bool) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(Bytes::Kept(bytes));
    }
    // `convert -o` leaves some, and what a patch takes away is nobody's code.
    let is_patch = path.extension().is_some_and(|end| end == "diff" || end == "patch");
    if is_patch && !is_named {
        return Ok(Bytes::Skipped("a patch"));
    }
    let mut file = File::open(path)?;
    if is_named || Form::of(path) != Form::Text {
        file.read_to_end(&mut bytes)?;
        return Ok(Bytes::Kept(bytes));
    }
    file.by_ref().take(HEAD).read_to_end(&mut bytes)?;
    if bytes.contains(&0) {
        return Ok(Bytes::Skipped("no text"));
    }
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > LARGEST { Bytes::Skipped("larger than 8 MiB") } else { Bytes::Kept(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_import_a_file_with_batch_ai_are_kept_too() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("lib")).unwrap();
        write("lib/__init__.py", "from azure.mgmt.batchai import models\n");
        write("one.py", "from lib import models\n");
        write("two.py", "import one as o\nfrom lib import part\n");
        write("three.py", "import os\none = 1\n");
        write("four.py", "import three\n");
        write("lib/part.py", "import five\n");
        write("five.py", "GROUP = 'rg'\n");
        let read = read(&[folder.path().to_path_buf()], None);
        let names: Vec<_> = read.files.iter().map(|file| file.path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, ["five.py", "lib/__init__.py", "lib/part.py", "one.py", "two.py"].map(Path::new));
        assert_eq!(read.read, 7);
    }
}
