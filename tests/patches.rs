//! `convert --patches` on every fixture, through the real binary and real `git`: each patch applies alone, both apply in
//! any order and give what `convert --write` writes, and whatever was applied parses and can be converted again.

mod support {
    #[allow(dead_code)]
    pub mod fixture;
    #[allow(dead_code)]
    pub mod promise;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bai2aml::source::Source;
use support::fixture::{self, Fixture, files_below};
use support::promise::{self, AIMS};

/// The arguments that lead to each of [`AIMS`].
const FLAGS: [&[&str]; 3] =
    [&["--target", "v2"], &["--target", "v1"], &["--target", "v1", "--job-form", "script-run-config"]];
const SAFE: &str = "../patches/safe.patch";
const REVIEW: &str = "../patches/review.patch";

/// A folder with code, in which everything happens.
struct Tree(tempfile::TempDir);

impl Tree {
    fn of(files: &[(String, Vec<u8>)]) -> Tree {
        let tree = Tree(tempfile::tempdir().expect("a folder"));
        for (path, bytes) in files {
            let path = tree.code().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        }
        tree
    }

    fn code(&self) -> PathBuf {
        self.0.path().join("code")
    }

    fn read(&self) -> BTreeMap<String, Vec<u8>> {
        let code = self.code();
        let name = |path: &Path| path.strip_prefix(&code).expect("below").to_string_lossy().replace('\\', "/");
        files_below(&code).iter().map(|path| (name(path), fs::read(path).expect("read"))).collect()
    }

    fn bai2aml(&self, args: &[&str]) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bai2aml"));
        program.current_dir(self.code()).args(args).arg(".").output().expect("it runs")
    }

    /// Applies a patch, if there is one, outside any repository and without anybody's settings.
    fn apply(&self, patch: &str) {
        if !self.code().join(patch).exists() {
            return;
        }
        let mut git = Command::new("git");
        git.current_dir(self.code()).env("GIT_CEILING_DIRECTORIES", self.0.path());
        git.env("GIT_DIR", self.0.path().join("none")).env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
        let ran = git.args(["apply", patch]).output().expect("git runs");
        assert!(ran.status.success(), "{patch}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// The code of a run: all fixtures of one file together, each program of several files by itself.
fn runs() -> Vec<Vec<(String, Vec<u8>)>> {
    let fixtures = fixture::all();
    let broken: BTreeSet<&PathBuf> = fixtures.iter().filter(|f| f.is_broken()).map(|f| &f.dir).collect();
    let whole = fixtures.iter().filter(|f| f.is_first() && !broken.contains(&f.dir));
    let (several, single): (Vec<_>, Vec<_>) = whole.partition(|f| f.below().is_some());
    let files = |f: &Fixture| f.files.clone();
    std::iter::once(single.into_iter().flat_map(files).collect()).chain(several.into_iter().map(files)).collect()
}

#[test]
fn the_patches_of_every_fixture_apply_alone_and_in_any_order_and_leave_files_that_parse() {
    let runs = runs();
    for (aim, flags) in AIMS.iter().zip(FLAGS) {
        let both = holds(&runs[0], aim.name, flags);
        assert!(both.len() >= 3, "{}: no order is tried where no file is in both patches: {both:?}", aim.name);
    }
    // Programs of several files differ little between the targets, and each takes a run of its own.
    for files in &runs[1..] {
        holds(files, AIMS[0].name, FLAGS[0]);
    }
}

/// Holds a run to its promises, and gives the files that both patches change.
fn holds(files: &[(String, Vec<u8>)], aim: &str, flags: &[&str]) -> BTreeSet<String> {
    let whole = Tree::of(files);
    let ran = whole.bai2aml(&[&["convert", "--write", "--no-journal", "--quiet"], flags].concat());
    let made = Tree::of(files);
    let patched = made.bai2aml(&[&["convert", "--patches", "../patches"], flags].concat());
    assert_eq!(patched.status.code(), ran.status.code(), "{aim}: {}", String::from_utf8_lossy(&patched.stderr));
    assert_eq!(made.read(), Tree::of(files).read(), "{aim}: a file was changed");
    let patches = made.0.path().join("patches");
    let named = |patch: &str| -> BTreeSet<String> {
        let text = fs::read(patches.join(patch)).unwrap_or_default();
        let lines = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect::<Vec<_>>();
        lines.into_iter().filter(|line| line.starts_with("--- a/")).collect()
    };
    let both = &named("safe.patch") & &named("review.patch");
    for order in [[SAFE, REVIEW], [REVIEW, SAFE]] {
        let tree = Tree::of(files);
        copy(&patches, &tree.0.path().join("patches"));
        let before = tree.read();
        tree.apply(order[0]);
        if tree.read() != before {
            sound(&tree, &before, &format!("{aim}, {}", order[0]), flags);
        }
        tree.apply(order[1]);
        let (now, expected) = (tree.read(), whole.read());
        for (path, bytes) in &expected {
            assert!(now[path] == *bytes, "{path}, {aim}, {order:?}:\n{}", promise::shown(bytes, &now[path]));
        }
    }
    both
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for path in files_below(from) {
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
}

/// What one patch alone leaves: files that parse and keep their form, in which `check` and `convert` find their way.
fn sound(tree: &Tree, before: &BTreeMap<String, Vec<u8>>, what: &str, flags: &[&str]) {
    for (path, bytes) in tree.read().iter().filter(|(path, bytes)| before.get(*path).is_some_and(|old| old != *bytes)) {
        let source = Source::read(path, bytes.clone()).unwrap_or_else(|problem| panic!("{what}: {}", problem.message));
        let mut wrong = promise::unparsed(&source);
        wrong.extend(promise::reformed(&before[path], bytes, path.ends_with(".ipynb")));
        assert!(wrong.is_empty(), "{what}: {path}: {}", wrong.join("\n"));
    }
    let check = tree.bai2aml(&["check", "--format", "concise"]);
    assert!(matches!(check.status.code(), Some(0 | 1)), "{what}: {}", String::from_utf8_lossy(&check.stderr));
    let again = tree.bai2aml(&[&["convert", "--quiet"], flags].concat());
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(matches!(again.status.code(), Some(0 | 1)), "{what}: {said}");
    assert!(!said.contains("internal error"), "{what}: {said}");
}

#[test]
fn the_patches_are_the_same_in_every_run() {
    let files = &runs()[0];
    let run = |_| {
        let tree = Tree::of(files);
        tree.bai2aml(&["convert", "--quiet", "--patches", "../patches"]);
        files_below(&tree.0.path().join("patches")).into_iter().map(|path| fs::read(path).expect("read")).collect()
    };
    let [one, other]: [Vec<Vec<u8>>; 2] = [0, 1].map(run);
    assert!(one.len() == 3 && one == other, "two runs differ");
}
