//! Support functions and filters that rows ask for are there, and each one that is there is asked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Case, all_right, cases};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the support functions of a target are: those that both targets share stand beside its own.
fn folders(target: &str) -> [PathBuf; 2] {
    let templates = root().join("templates");
    [templates.join("support"), templates.join(target).join("support")]
}

/// The file of a support function, if there is one.
pub(crate) fn file(target: &str, name: &str) -> Option<PathBuf> {
    folders(target).into_iter().map(|folder| folder.join(format!("{name}.py"))).find(|file| file.exists())
}

/// The support functions that a mapping asks for.
fn asked(case: &Case) -> impl Iterator<Item = &str> {
    let fields = case.mapping.fields.iter().chain(case.mapping.there.iter()).flat_map(|(_, field)| &field.support);
    case.mapping.support.iter().chain(fields).map(String::as_str)
}

#[test]
pub fn every_support_function_that_a_row_asks_for_is_there() {
    let mut wrong = Vec::new();
    for case in cases() {
        let missing = asked(&case).filter(|name| file(&case.target.to_string(), name).is_none());
        wrong.extend(missing.map(|name| case.says(&format!("there is no support function `{name}`"))));
    }
    all_right(wrong);
}

/// The support functions that a row asks for come with its code, those of a field with the code of the field.
#[test]
pub fn every_support_function_that_a_template_calls_is_asked_for() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mapping = case.mapping;
        let fields = mapping.fields.iter().chain(mapping.there.iter());
        let fields = fields.map(|(_, field)| (field.code.as_str(), field.support.as_slice()));
        let codes: Vec<(&str, &[String])> =
            fields.chain([(mapping.code.as_str(), mapping.support.as_slice())]).collect();
        for name in there(&case.target.to_string()) {
            let missing = codes.iter().filter(|(code, support)| calls(code, &name) && !support.contains(&name));
            wrong.extend(missing.map(|_| case.says(&format!("calls `{name}` without `support`"))));
        }
    }
    all_right(wrong);
}

#[test]
pub fn every_support_function_is_used() {
    let mut wrong = Vec::new();
    let code = rust(&root().join("src/translate"));
    for target in ["v1", "v2"] {
        let cases: Vec<Case> = cases().into_iter().filter(|case| case.target.to_string() == target).collect();
        let asked: BTreeSet<&str> = cases.iter().flat_map(asked).collect();
        let names = there(target);
        let text = |name: &String| fs::read_to_string(file(target, name).expect("it is there")).unwrap();
        let texts: Vec<(&String, String)> = names.iter().map(|name| (name, text(name))).collect();
        for name in &names {
            let helps = texts.iter().any(|(other, text)| *other != name && calls(text, name));
            if !asked.contains(name.as_str()) && !helps && !code.contains(&format!("\"{name}\"")) {
                wrong.push(format!("the support function `{name}` of {target} is used by no row"));
            }
        }
    }
    all_right(wrong);
}

/// The support functions of a target.
fn there(target: &str) -> Vec<String> {
    let entries = folders(target).into_iter().flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".py")?.to_owned())).collect();
    names.sort();
    names
}

fn calls(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}(")).any(|(at, _)| {
        let before = &text[..at];
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') && !before.ends_with("def ")
    })
}

/// The text of a file, or of all files of a folder.
fn text(path: &Path) -> String {
    if path.is_dir() { rust(path) + "\n" } else { fs::read_to_string(path).unwrap() }
}

/// The code of `src/translate` but the list of the functions, without comments.
fn rust(folder: &Path) -> String {
    let paths = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let text: String = paths.filter(|path| !path.ends_with("support.rs")).map(|path| text(&path)).collect();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
pub fn every_filter_that_a_row_asks_for_is_there() {
    let [python, command] = ["src/translate", "src/command"].map(|folder| rust(&root().join(folder)));
    let mut wrong = Vec::new();
    for case in cases() {
        let code = if case.is_python() { &python } else { &command };
        let filters = case.mapping.fields.iter().filter(|(_, field)| !field.filter.is_empty());
        let missing = filters.filter(|(_, field)| !code.contains(&format!("\"{}\"", field.filter)));
        wrong.extend(
            missing.map(|(name, field)| case.says(&format!("`{name}`: there is no filter `{}`", field.filter))),
        );
    }
    all_right(wrong);
}
