//! The files that are looked at for one document: the document itself, and what it imports from the folder that the editor
//! has open. Nothing outside of that folder is read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use super::documents::Documents;
use super::uri;
use crate::cli::place::shown;
use crate::cli::prefilter::{Form, Needle};
use crate::report::Problem;
use crate::source::Source;
use crate::syntax::imported_words;

/// How many files are read besides the document.
const MOST: usize = 64;
/// A larger file is not read.
const LARGEST: u64 = 1 << 20;
/// How many folders deep packages are followed.
const DEEPEST: usize = 4;

/// A file as it is looked at.
pub struct Loaded {
    pub uri: String,
    /// Its name for the conversion.
    pub path: String,
    /// For a notebook that is open as one, its cells as a file.
    pub text: String,
    /// The addresses of the cells, if it is open as a notebook.
    pub cells: Option<Vec<String>>,
    /// Whether somebody says that it is Python, whatever its name.
    is_python: bool,
}

impl Loaded {
    /// The same as a source.
    pub fn source(&self) -> Result<Source, Problem> {
        let read = if self.is_python { Source::read } else { Source::read_found };
        read(&self.path, as_read(&self.text).into_bytes())
    }

    fn may_matter(&self, needle: Needle) -> bool {
        let form = if self.is_python { Form::Python } else { Form::of(Path::new(&self.path)) };
        needle.is_in(self.text.as_bytes(), form)
    }
}

/// A document with what it imports; nothing if none of that can have what is looked for.
pub fn load(documents: &Documents, address: &str, roots: &[PathBuf], needle: Needle) -> Vec<Loaded> {
    let Some(first) = document(documents, address) else { return Vec::new() };
    let mut all = vec![first];
    let real = uri::path(address).and_then(|path| real(&path));
    let root = real.as_ref().and_then(|real| roots.iter().find(|root| real.starts_with(root)));
    if let (Some(real), Some(root)) = (&real, root) {
        follow(documents, real, root, &mut all);
    }
    // Without Batch AI in the document, only Python can have it from others.
    let is_program = all[0].is_python || Form::of(Path::new(&all[0].path)) == Form::Python;
    let matters = all[0].may_matter(needle) || is_program && all.iter().any(|file| file.may_matter(needle));
    if matters { all } else { Vec::new() }
}

/// A path with links resolved; the file may not be written yet.
fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().or_else(|| Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?)))
}

fn document(documents: &Documents, address: &str) -> Option<Loaded> {
    let path = uri::path(address).map(|path| real(&path).unwrap_or(path));
    let path = path.map_or_else(|| uri::name(address), |path| shown(&path));
    if let (Some(text), Some(cells)) = (documents.notebook(address), documents.cells(address)) {
        let path = if path.to_ascii_lowercase().ends_with(".ipynb") { path } else { format!("{path}.ipynb") };
        return Some(Loaded { uri: address.to_owned(), path, text, cells: Some(cells), is_python: false });
    }
    let buffer = documents.get(address)?;
    let is_python = buffer.language == "python" && !path.to_ascii_lowercase().ends_with(".ipynb");
    Some(Loaded { uri: address.to_owned(), path, text: buffer.text.clone(), cells: None, is_python })
}

/// Adds the modules that a file imports, and those that these import.
fn follow(documents: &Documents, first: &Path, root: &Path, all: &mut Vec<Loaded>) {
    // The editor may know a file by a path that goes through a link.
    let opened = documents.all().into_iter().filter_map(|uri| Some((real(&uri::path(&uri)?)?, uri)));
    let opened: BTreeMap<PathBuf, String> = opened.collect();
    let mut seen = BTreeSet::from([first.to_path_buf()]);
    let mut open = VecDeque::from([(first.to_path_buf(), all[0].text.clone())]);
    while let Some((file, text)) = open.pop_front() {
        for path in modules(&file, &text, root) {
            let Ok(real) = fs::canonicalize(&path) else { continue };
            let is_small = fs::metadata(&real).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
            if all.len() > MOST || !real.starts_with(root) || !is_small || !seen.insert(real.clone()) {
                continue;
            }
            let address = opened.get(&real).cloned().unwrap_or_else(|| uri::of(&path));
            let buffer = documents.get(&address).map(|buffer| buffer.text.clone());
            let Some(text) = buffer.or_else(|| fs::read_to_string(&real).ok()) else { continue };
            open.push_back((path.clone(), text.clone()));
            all.push(Loaded { uri: address, path: shown(&path), text, cells: None, is_python: false });
        }
    }
}

/// Files that the words of a file's imports can mean, from its folder upwards to the root.
fn modules(file: &Path, text: &str, root: &Path) -> Vec<PathBuf> {
    let words = imported_words(text.as_bytes()).filter_map(|word| std::str::from_utf8(word).ok());
    let words: BTreeSet<&str> = words.collect();
    let mut folders: Vec<PathBuf> =
        file.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).map(Path::to_path_buf).collect();
    let mut inner = folders.clone();
    for _ in 0..DEEPEST {
        inner =
            inner.iter().flat_map(|folder| words.iter().map(|word| folder.join(word))).filter(|f| f.is_dir()).collect();
        folders.extend(inner.iter().cloned());
    }
    let named = |folder: &PathBuf| {
        let files = words.iter().map(|word| folder.join(format!("{word}.py")));
        files.chain([folder.join("__init__.py")]).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let found: BTreeSet<PathBuf> = folders.iter().flat_map(named).collect();
    found.into_iter().collect()
}

/// A text of an editor is decoded already: what its coding line says is no more.
fn as_read(text: &str) -> String {
    let end = text.match_indices('\n').nth(1).map_or(text.len(), |(at, _)| at);
    let is_cookie = |line: &str| line.trim_start_matches('\u{feff}').trim_start().starts_with('#');
    let (head, rest) = text.split_at(end);
    let lines = head
        .split_inclusive('\n')
        .map(|line| if is_cookie(line) { line.replacen("coding", "c0ding", 1) } else { line.to_owned() });
    lines.chain([rest.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_in_the_folder_and_nowhere_else() {
        let place = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(place.path()).unwrap();
        let root = top.join("root");
        fs::create_dir_all(root.join("pkg/sub")).unwrap();
        for file in ["root/a.py", "root/b.py", "root/pkg/__init__.py", "root/pkg/sub/c.py", "root/d.py", "outside.py"] {
            fs::write(top.join(file), "").unwrap();
        }
        let text = "import b, outside\nfrom pkg.sub import c\nd = 1\n";
        let found = modules(&root.join("a.py"), text, &root);
        assert_eq!(found, ["b.py", "pkg/__init__.py", "pkg/sub/c.py"].map(|name| root.join(name)));
    }

    #[test]
    fn a_coding_line_says_nothing_any_more() {
        assert_eq!(as_read("#!x\n# coding: a\n# coding\n"), "#!x\n# c0ding: a\n# coding\n");
        assert_eq!(as_read("x = 'coding'\n"), "x = 'coding'\n");
        assert_eq!(as_read(""), "");
    }
}
