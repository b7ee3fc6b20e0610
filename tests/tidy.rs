//! The source keeps the rules of ARCHITECTURE.md: order of the stages, length of files, who may print or name what.
//!
//! It reads text, not syntax: the source is formatted by rustfmt, so that a closing brace tells where its item began.

use std::fs;
use std::path::{Path, PathBuf};

/// A Rust file of the crate.
struct File {
    /// From the root of the repository, with `/`.
    path: String,
    text: String,
}

impl File {
    /// The stage that it belongs to: the folder or file below `src/`.
    fn stage(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        below.split(['/', '.']).next()
    }

    /// Lines of code with their numbers: without comments, and without unit tests, which stand at the end of a file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test_file = self.path.ends_with("/tests.rs");
        let lines = self.text.lines().take_while(move |line| !is_test_file && *line != "#[cfg(test)]");
        lines.enumerate().map(|(index, line)| (index + 1, without_comment(line)))
    }

    fn at(&self, line: usize, message: &str) -> String {
        format!("{}:{line}: {message}", self.path)
    }
}

fn without_comment(line: &str) -> &str {
    match line.find(" //") {
        Some(at) => &line[..at],
        None if line.starts_with("//") => "",
        None => line,
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so, in order.
fn files(folder: &str, end: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries: Vec<PathBuf> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn source() -> Vec<File> {
    files("src", ".rs")
}

/// Fails with all that is wrong, one a line.
fn all_right(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} against the rules:\n{}", wrong.len(), wrong.join("\n"));
}

/// The stages in the order of `src/lib.rs`.
fn stages() -> Vec<String> {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let stage = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    map.lines().filter_map(stage).collect()
}

#[test]
fn a_stage_uses_only_the_stages_above_it() {
    let stages = stages();
    assert!(stages.len() > 8, "src/lib.rs is not read right: {stages:?}");
    let place = |name: &str| stages.iter().position(|stage| stage == name);
    let mut wrong = Vec::new();
    for file in source() {
        let Some(own) = file.stage().and_then(place) else { continue };
        for (number, line) in file.code() {
            for used in used_stages(line) {
                match place(used) {
                    Some(other) if other > own => wrong.push(file.at(number, &format!("`{used}` comes later"))),
                    Some(_) => {}
                    None => wrong.push(file.at(number, &format!("`crate::{used}` is no stage of src/lib.rs"))),
                }
            }
        }
    }
    all_right(wrong);
}

/// The names after `crate::`; `crate::{…}` is not used, so that this stays easy to read.
fn used_stages(line: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.split("crate::").skip(1).map(move |rest| rest.split(|c| !is_word(c)).next().unwrap_or_default())
}

#[test]
fn every_stage_has_its_module_and_a_line_that_says_what_it_is() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let lines: Vec<&str> = map.lines().collect();
    let described = |name: &String| {
        let at = lines.iter().position(|line| *line == format!("pub mod {name};"));
        at.is_some_and(|at| at > 0 && lines[at - 1].starts_with("/// "))
    };
    let missing = stages().into_iter().filter(|name| !described(name));
    all_right(missing.map(|name| format!("src/lib.rs: `{name}` has no comment")).collect());
}

#[test]
fn every_file_says_what_it_is_for() {
    let folders = ["src", "tests", "benches"];
    let without = folders.iter().flat_map(|folder| files(folder, ".rs")).filter(|file| !file.text.starts_with("//! "));
    all_right(without.map(|file| file.at(1, "no `//!` header")).collect());
}

#[test]
fn no_file_is_longer_than_450_lines_without_its_tests() {
    let too_long = source().into_iter().filter_map(|file| {
        let lines = file.code().count();
        (lines > 450).then(|| file.at(1, &format!("{lines} lines")))
    });
    all_right(too_long.collect());
}

#[test]
fn no_function_is_longer_than_60_lines() {
    let mut wrong = Vec::new();
    for file in source() {
        for (start, length) in functions(&file) {
            if length > 60 {
                wrong.push(file.at(start, &format!("a function of {length} lines")));
            }
        }
    }
    all_right(wrong);
}

/// First line and number of lines of every function: it ends where a brace closes at its indentation.
fn functions(file: &File) -> Vec<(usize, usize)> {
    let lines: Vec<(usize, &str)> = file.code().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let starts = lines.iter().filter(|(_, line)| is_function(line.trim_start()));
    let length = |(start, line): &(usize, &str)| {
        let end = lines[*start..].iter().find(|(_, other)| other.trim_end() == format!("{:1$}}}", "", indent(line)));
        let one_line = line.trim_end().ends_with(['}', ';']);
        (*start, if one_line { 1 } else { end.map_or(1, |(end, _)| end - start + 1) })
    };
    starts.map(length).collect()
}

fn is_function(line: &str) -> bool {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("pub(super) ").or(line.strip_prefix("pub(crate) ")).unwrap_or(line);
    line.strip_prefix("const ").unwrap_or(line).starts_with("fn ")
}

/// Places in the source where one of these texts stands, outside the files that may have it.
fn elsewhere(texts: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in source().into_iter().filter(|file| !allowed.iter().any(|place| file.path.starts_with(place))) {
        for (number, line) in file.code() {
            found.extend(
                texts.iter().filter(|text| stands(line, text)).map(|text| file.at(number, &format!("`{text}`"))),
            );
        }
    }
    found
}

/// Whether a line has this text, and not as the end of a longer word.
fn stands(line: &str, text: &str) -> bool {
    let is_whole = |at: usize| !text.starts_with(is_inside_word) || !line[..at].ends_with(is_inside_word);
    line.match_indices(text).any(|(at, _)| is_whole(at))
}

fn is_inside_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn only_output_prints() {
    let ways = ["print!(", "println!(", "eprint!(", "eprintln!(", "io::stdout", "io::stderr"];
    all_right(elsewhere(&ways, &["src/output/"]));
    all_right(elsewhere(&["dbg!("], &[]));
}

#[test]
fn only_the_edge_uses_anyhow() {
    all_right(elsewhere(&["anyhow"], &["src/cli/"]));
}

#[test]
fn only_the_edge_sees_files_clock_environment_and_processes() {
    let ways = ["std::fs", "fs::", "std::env", "env::", "std::process", "std::net", "std::thread", "std::time"];
    all_right(elsewhere(&ways, &["src/cli/", "src/main.rs"]));
}

#[test]
fn there_is_no_global_state_but_tables_that_are_read_once() {
    all_right(elsewhere(&["static mut", "thread_local!", "Mutex<", "RwLock<", "Atomic"], &[]));
    let statics = elsewhere(&["static "], &[]).into_iter().filter(|place| !is_table(place));
    all_right(statics.collect());
}

/// Whether the `static` at this place is a `OnceLock`.
fn is_table(place: &str) -> bool {
    let mut parts = place.split(':');
    let (path, line) = (parts.next().unwrap_or_default(), parts.next().and_then(|n| n.parse::<usize>().ok()));
    let text = fs::read_to_string(root().join(path)).unwrap_or_default();
    line.and_then(|line| text.lines().nth(line - 1))
        .is_some_and(|line| line.contains("OnceLock<") || line.contains("&'static "))
}

#[test]
fn only_the_syntax_names_the_parser() {
    all_right(elsewhere(&["ruff_"], &["src/syntax/parser.rs", "src/syntax/lower.rs", "src/syntax/annotation.rs"]));
}

#[test]
fn nothing_is_unwrapped_and_nothing_is_unsafe() {
    all_right(elsewhere(&[".unwrap()", ".expect(", "unsafe "], &[]));
}

#[test]
fn nothing_is_left_to_do_later() {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    let folders = ["src", "tests", "benches", "tools", "templates"];
    let files = folders.iter().flat_map(|f| [".rs", ".py", ".toml", ".md"].map(|end| files(f, end))).flatten();
    let mut wrong = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let found = words.iter().find(|word| line.split(|c| !is_inside_word(c)).any(|part| part == **word));
            wrong.extend(found.map(|word| file.at(index + 1, word)));
        }
    }
    all_right(wrong);
}

#[test]
fn every_support_function_is_listed_and_every_listed_one_is_there() {
    let list = fs::read_to_string(root().join("src/translate/support.rs")).unwrap();
    let listed: Vec<&str> = list.split("include_str!(\"../../").skip(1).filter_map(|r| r.split('"').next()).collect();
    let there: Vec<String> = files("templates", ".py").into_iter().map(|file| file.path).collect();
    let supports = there.iter().filter(|path| path.contains("/support/"));
    let unlisted = supports.filter(|path| !listed.contains(&path.as_str())).map(|path| format!("{path} is not listed"));
    let gone =
        listed.iter().filter(|path| !there.iter().any(|p| p == *path)).map(|path| format!("{path} is not there"));
    all_right(unlisted.chain(gone).collect());
}

#[test]
fn a_support_file_holds_what_its_name_says() {
    let wrong = files("templates", ".py").into_iter().filter(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".py");
        let forms = [format!("def {name}("), format!("class {name}:"), format!("{name} = ")];
        let defines = |line: &str| forms.iter().any(|form| line.starts_with(form));
        !file.text.lines().any(defines)
    });
    all_right(wrong.map(|file| file.at(1, "defines nothing of this name")).collect());
}
