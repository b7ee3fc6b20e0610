//! Packages, from what is in this folder to a program that runs: a wheel, a source package, `cargo install`.
//!
//! All of it is built from the unpacked source package, as a debug build beside those of the tests, so that dependencies and
//! the program are compiled once. Cargo compares by time: the source package is unpacked before the hooks are built
//! (`hooks.rs`), and so whatever is built from it later takes what that build made. What is for users and not for these
//! tests is the release profile alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::{hooks, venv};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A tool of `tests/sdk/requirements-packaging.txt`.
pub fn tool(name: &str) -> Command {
    let python = venv::environment("packaging").unwrap_or_else(|sentence| panic!("{sentence}"));
    let mut tool = Command::new(python.with_file_name(name));
    // What builds the package for pip; a cargo that these tests run under must not tell the one below where it is.
    tool.env("MATURIN_PEP517_ARGS", "--profile=dev").env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    tool
}

/// What a command that ended well wrote.
pub fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{command:?}:\n{out}{err}");
    format!("{out}{err}")
}

/// What the tests here use, made by the first of them.
pub struct Built {
    /// Where all of it is; cargo below it finds its configuration there.
    pub folder: PathBuf,
    /// The source package.
    package: PathBuf,
    /// The same, unpacked.
    pub source: PathBuf,
    /// The wheel.
    pub wheel: PathBuf,
}

pub fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("getting");
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(folder.join(".cargo")).unwrap();
        fs::write(folder.join(".cargo/config.toml"), configuration(&folder)).unwrap();
        succeeds(tool("maturin").args(["sdist", "--out"]).arg(&folder).current_dir(root()));
        let package = only(&folder, ".tar.gz");
        succeeds(Command::new("tar").arg("-xzf").arg(&package).arg("-C").arg(&folder));
        let source = folder.join(package.file_name().unwrap().to_str().unwrap().trim_end_matches(".tar.gz"));
        hooks::build(&folder, &source);
        let args = ["build", "--profile", "dev", "--compatibility", "linux", "--out"];
        succeeds(tool("maturin").args(args).arg(&folder).current_dir(&source));
        let wheel = only(&folder, ".whl");
        Built { folder, package, source, wheel }
    })
}

/// Takes the dependencies from where the tests have them, and puts programs elsewhere: one that another test runs must not
/// be replaced.
fn configuration(folder: &Path) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    format!(
        "[build]\nbuild-dir = {target:?}\ntarget-dir = {:?}\n[net]\noffline = true\n[profile.dev]\nincremental = false\n\
         [profile.dev.package.bai2aml]\ndebug = false\nstrip = true\n",
        folder.join("target")
    )
}

/// The only file in a folder that ends so.
fn only(folder: &Path, end: &str) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// A new virtual environment: its `bin` folder.
pub fn clean_environment(folder: &Path) -> PathBuf {
    succeeds(tool("virtualenv").arg("--quiet").arg(folder));
    folder.join("bin")
}

fn pip(bin: &Path) -> Command {
    let mut pip = Command::new(bin.join("pip"));
    pip.args(["install", "--quiet"]).envs(tool("pip").get_envs().filter_map(|(name, value)| Some((name, value?))));
    pip
}

/// The installed program does to the guide, as a script and as a notebook, what the one of the tests does.
fn is_the_program(installed: &Path) {
    assert_eq!(succeeds(Command::new(installed).arg("--version")), "bai2aml 0.1.0\n");
    let run = |program: &Path, args: &[&str]| -> Output {
        Command::new(program).args(args).current_dir(root()).output().unwrap()
    };
    for file in ["fixtures/guide/before.py", "fixtures/guide-notebook/before.ipynb"] {
        for args in [&["convert", file][..], &["check", "--format", "json", file]] {
            let [own, theirs] = [Path::new(env!("CARGO_BIN_EXE_bai2aml")), installed].map(|program| run(program, args));
            assert!(own.stdout.len() > 1000 && own.stdout == theirs.stdout, "{args:?}");
            assert_eq!((own.status.code(), own.stderr), (theirs.status.code(), theirs.stderr), "{args:?}");
        }
    }
}

#[test]
fn a_wheel_brings_the_program() {
    if !venv::wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let bin = clean_environment(&folder.path().join("clean"));
    succeeds(pip(&bin).arg("--no-index").arg(&built().wheel));
    is_the_program(&bin.join("bai2aml"));

    // In a notebook the folder of the environment is often not on the path.
    let python = |args: &[&str]| {
        Command::new(bin.join("python")).args(["-m", "bai2aml"]).args(args).stdin(Stdio::null()).output().unwrap()
    };
    assert_eq!(python(&["check", "-"]).status.code(), Some(0));
    assert_eq!(python(&["frobnicate"]).status.code(), Some(2));
    let other = folder.path().join("other");
    succeeds(pip(&bin).arg("--no-index").arg("--target").arg(&other).arg(&built().wheel));
    let mut elsewhere = Command::new("python3");
    assert_eq!(succeeds(elsewhere.args(["-m", "bai2aml", "--version"]).env("PYTHONPATH", &other)), "bai2aml 0.1.0\n");

    let find =
        "import importlib.metadata as m; d = m.distribution('bai2aml'); print(d.read_text('METADATA'), *d.files)";
    let said = succeeds(Command::new(bin.join("python")).args(["-c", find]));
    let manifest: toml::Value = toml::from_str(&fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let of = |key: &str| manifest["package"][key].as_str().unwrap();
    for line in [
        format!("\nVersion: {}\n", of("version")),
        format!("\nSummary: {}\n", of("description")),
        format!("\nLicense-Expression: {}\n", of("license")),
        "/LICENSE-APACHE ".to_owned(),
        "/LICENSE-MIT ".to_owned(),
    ] {
        assert!(said.contains(&line), "{line}:\n{said}");
    }
    assert!(!said.contains("\nRequires-Dist: "), "{said}");
}

/// Every file below a folder, by its path from there.
fn files(top: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![top.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_source_package_is_small_and_builds_the_program() {
    if !venv::wanted() {
        return;
    }
    assert!(fs::metadata(&built().package).unwrap().len() < 1 << 20, "more than 1 MiB");
    // It has all of the source, as it is here, and nothing that a build does not need.
    let mut packed = files(&built().source);
    assert!(packed.remove("PKG-INFO").is_some());
    for name in ["Cargo.toml", "Cargo.lock", "build.rs", "pyproject.toml", "README.md", "CHANGELOG.md"] {
        assert!(packed.remove(name) == fs::read(root().join(name)).ok(), "{name} is another one, or missing");
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        assert!(packed.remove(name).is_some(), "{name} is missing");
    }
    let is_source = |name: &str| !name.contains("__pycache__");
    let here = ["src", "templates", "benches", "python"].into_iter().flat_map(|folder| {
        let below = files(&root().join(folder)).into_iter().filter(|(name, _)| is_source(name));
        below.map(move |(name, bytes)| (format!("{folder}/{name}"), bytes))
    });
    let here: BTreeMap<String, Vec<u8>> = here.collect();
    assert_eq!(packed.keys().collect::<Vec<_>>(), here.keys().collect::<Vec<_>>());
    assert!(packed == here, "a file of the package is another one here");

    let folder = tempfile::tempdir().unwrap();
    let bin = clean_environment(&folder.path().join("clean"));
    succeeds(pip(&bin).arg(&built().source));
    is_the_program(&bin.join("bai2aml"));
}

#[test]
fn cargo_installs_the_program() {
    if !venv::wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let args = ["install", "--locked", "--path", ".", "--debug", "--root"];
    succeeds(Command::new(env!("CARGO")).args(args).arg(folder.path()).current_dir(&built().source));
    is_the_program(&folder.path().join("bin/bai2aml"));
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("cargo install --locked --path ."));
}
