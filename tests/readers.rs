//! Every reader on damaged input: Python, notebooks, dependency files, baselines, configurations and diffs.
//!
//! The corpus is what stands before in `fixtures/`, and `tests/readers/` for the rest. `cargo test` tries some hundred damages;
//! `BAI2AML_CASES=100000 cargo test --test readers` tries so many, and `BAI2AML_SEED=17` the one with that number. What is damaged
//! is said, or it is converted like any other file; it is never a panic, and a file with a problem is never changed.

#[path = "support/promise.rs"]
#[allow(dead_code)]
mod promise;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

use bai2aml::convert::{check, convert};
use bai2aml::finding::Baseline;
use bai2aml::source::Source;
use promise::AIMS;
use rayon::prelude::*;

/// How many damages are tried where nobody says otherwise.
const CASES: u64 = 300;
/// Of those that need a process each, one in so many.
const PROCESSES: u64 = 20;
/// Larger files of the corpus take longer, and show no more.
const LARGEST: usize = 20_000;

/// What readers look for.
const WORDS: [&str; 26] = [
    "\"",
    "'",
    "\"\"\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{c}",
    "\0",
    "\u{feff}",
    "\u{fdd0}",
    "# coding: latin-1\n",
    "%%bash\n",
    "%time ",
    "f'{",
    "\u{1F600}",
    "lambda: ",
    "\n@@ -1 +1 @@\n",
    "--- a/x.py\n+++ b/x.py\n",
];

/// Numbers that look random and are all of their seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, count: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % count.max(1) as u64) as usize
    }
}

/// A file of the corpus.
struct Known {
    path: PathBuf,
    bytes: Vec<u8>,
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn seeds() -> std::ops::Range<u64> {
    number("BAI2AML_SEED").map_or(0..number("BAI2AML_CASES").unwrap_or(CASES), |seed| seed..seed + 1)
}

/// The files below a folder that `wanted` takes, in order.
fn files(folder: &str, wanted: impl Fn(&Path) -> bool) -> Vec<Known> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if wanted(&path) {
            found.push(Known { bytes: fs::read(&path).unwrap(), path });
        }
    }
    found.retain(|file| file.bytes.len() < LARGEST);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "no corpus in {folder}");
    found
}

/// One file of the corpus with a few damages.
fn damaged<'a>(corpus: &'a [Known], numbers: &mut Numbers) -> (&'a Path, Vec<u8>) {
    let known = &corpus[numbers.below(corpus.len())];
    let mut bytes = known.bytes.clone();
    for _ in 0..1 + numbers.below(6) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(40)).min(bytes.len());
        match numbers.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => {
                let other = &corpus[numbers.below(corpus.len())].bytes;
                let from = numbers.below(other.len() + 1);
                let to = (from + numbers.below(200)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 if at < bytes.len() => bytes[at] = numbers.below(256) as u8,
            _ => drop(bytes.splice(at..at, WORDS[numbers.below(WORDS.len())].bytes())),
        }
    }
    (&known.path, bytes)
}

fn fail_with(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} failed:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// What a reader does wrong on damaged input; the input is shown with it.
fn wrong(seed: u64, path: &Path, bytes: &[u8], what: &str) -> String {
    format!("seed {seed}, {}: {what}\n{}", path.display(), String::from_utf8_lossy(bytes).escape_debug())
}

#[test]
fn programs_and_dependency_files_are_converted_or_left() {
    let corpus = files("fixtures", |path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("before.")));
    let failed = seeds().into_par_iter().filter_map(|seed| {
        let (path, bytes) = damaged(&corpus, &mut Numbers(seed));
        let name = path.file_name()?.to_string_lossy().replace("before.setup", "setup").replace("before", "x");
        let what = catch_unwind(|| left_or_converted(&name, &bytes)).unwrap_or_else(|_| Some("panicked".to_owned()))?;
        Some(wrong(seed, path, &bytes, &what))
    });
    fail_with(failed.collect());
}

/// A file with a problem stays as it is, and what is converted parses.
fn left_or_converted(name: &str, bytes: &[u8]) -> Option<String> {
    let read = || Source::read(name, bytes.to_vec()).ok();
    check(vec![read()?], true);
    AIMS.iter().find_map(|aim| {
        let done = convert(vec![read()?], &aim.options()).into_iter().next()?;
        if !done.problems.is_empty() {
            let internal = done.problems.iter().find(|problem| problem.message.contains("internal error"));
            return match internal {
                Some(problem) => Some(format!("{}: {}", aim.name, problem.message)),
                None => (done.after != bytes).then(|| format!("{}: a file with a problem is changed", aim.name)),
            };
        }
        let after = Source::read(name, done.after).map_err(|problem| problem.message);
        after.err().map(|problem| format!("{}: what was written cannot be read: {problem}", aim.name))
    })
}

#[test]
fn baselines_are_read_or_refused() {
    let corpus = files("tests/readers", |path| path.extension().is_some_and(|end| end == "json"));
    let failed = seeds().into_par_iter().filter_map(|seed| {
        let (path, bytes) = damaged(&corpus, &mut Numbers(seed));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let read = catch_unwind(|| Baseline::read("baseline.json", &text).err());
        match read {
            Err(_) => Some(wrong(seed, path, &bytes, "panicked")),
            Ok(Some(message)) if message.is_empty() => Some(wrong(seed, path, &bytes, "refused without a word")),
            Ok(_) => None,
        }
    });
    fail_with(failed.collect());
}

#[test]
fn configurations_and_diffs_are_read_or_refused() {
    let corpus = files("tests/readers", |path| path.extension().is_some_and(|end| end == "toml" || end == "diff"));
    let seeds = seeds().filter(|seed| number("BAI2AML_SEED").is_some() || seed % PROCESSES == 0);
    let failed = seeds.into_iter().filter_map(|seed| {
        let (path, bytes) = damaged(&corpus, &mut Numbers(seed));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.py"), "import os\n").unwrap();
        fs::write(folder.path().join("input"), &bytes).unwrap();
        let words = match path.extension()?.to_str()? {
            "diff" => ["verify", "--diff", "input", "--color=never"],
            _ => ["check", "--config", "input", "x.py"],
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_bai2aml"));
        let output = command.current_dir(folder.path()).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_known = matches!(output.status.code(), Some(0..=2)) && !said.contains("panicked");
        (!is_known).then(|| wrong(seed, path, &bytes, &format!("{}: {said}", output.status)))
    });
    fail_with(failed.collect());
}
