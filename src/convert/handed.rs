//! Variables of Batch AI that the command of a job sets for the script that it runs: the script reads them as before.
//!
//! Only what can be seen counts: a script is run by whoever names it, and a variable is set by `export NAME=…` there. So a
//! second run, which finds the YAML in the place of the JSON, finds the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::ConfigFile;
use crate::config;
use crate::find::{exported_in, mentions_in};
use crate::source::{Kind, Source};

/// By the path of a script: the variables that are set for it, each with the file that does.
pub(super) type Handed = BTreeMap<String, BTreeMap<String, String>>;

/// What the names of such variables begin with.
const DIRECTORIES: [&str; 2] = ["AZ_BATCHAI_INPUT_", "AZ_BATCHAI_OUTPUT_"];

/// The variables of directories that scripts read which a configuration names.
pub(super) fn wanted(config: &Source, sources: &[Source]) -> Vec<String> {
    let scripts: Vec<&Source> = sources.iter().filter(|source| is_script(source)).collect();
    let scripts = scripts.iter().filter(|script| is_run_by(script, config.path(), config.text(), &scripts));
    let read = scripts.flat_map(|script| mentions_in(script.text(), 0)).map(|mention| mention.variable);
    let read: BTreeSet<String> = read.filter(|name| DIRECTORIES.iter().any(|start| name.starts_with(start))).collect();
    read.into_iter().collect()
}

/// What is set for the scripts of a run, by what its configurations become and by other files. Where several name a script,
/// each must set the variable.
pub(super) fn handed(sources: &[Source], configs: &[ConfigFile]) -> Handed {
    let scripts: Vec<&Source> = sources.iter().filter(|source| is_script(source)).collect();
    let mut handed = Handed::new();
    if scripts.is_empty() {
        return handed;
    }
    let mut setters: Vec<(String, String)> = Vec::new();
    for source in sources.iter().filter(|source| !matches!(source.kind(), Kind::Script | Kind::Notebook)) {
        let converted = configs.iter().find(|file| file.path == source.path());
        let yaml = converted.map(|file| file.becomes.as_ref().ok().and_then(|files| files.first()));
        match yaml {
            Some(Some(main)) => setters.push((main.path.clone(), main.text.clone())),
            // It stays as it is, and sets nothing.
            Some(None) => setters.push((source.path().to_owned(), String::new())),
            None if exported_in(source.text()).iter().any(|name| name.starts_with("AZ_BATCHAI_")) => {
                setters.push((source.path().to_owned(), source.text().to_owned()));
            }
            None => {}
        }
    }
    for script in &scripts {
        let by = setters.iter().filter(|(path, text)| {
            let config = sources.iter().find(|source| source.path() == path && config::read(source).is_some());
            is_run_by(script, path, config.map_or(text.as_str(), Source::text), &scripts)
        });
        let set: Vec<(&String, _)> = by.map(|(path, text)| (path, exported_in(text))).collect();
        let Some((first, all)) = set.first() else { continue };
        let by_all = all.iter().filter(|name| set.iter().all(|(_, set)| set.contains(*name)));
        let by_all = by_all.filter(|name| name.starts_with("AZ_BATCHAI_"));
        handed.insert(script.path().to_owned(), by_all.map(|name| (name.clone(), (*first).clone())).collect());
    }
    handed.retain(|_, variables| !variables.is_empty());
    handed
}

/// Whether a source is a program that reads variables of Batch AI and does not use it otherwise.
fn is_script(source: &Source) -> bool {
    let text = source.text();
    source.kind() == Kind::Script
        && DIRECTORIES.iter().any(|start| text.contains(start))
        && !["azure.mgmt.batchai", "az batchai", "azure.ai.ml"].iter().any(|word| text.contains(word))
}

/// Whether a file, by its path and its text, runs a script: of several with the name that it says, those that are nearest.
fn is_run_by(script: &Source, path: &str, text: &str, scripts: &[&Source]) -> bool {
    let name = |script: &Source| script.path().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let shared = |script: &Source| {
        let folders = script.path().split('/').zip(path.split('/')).take_while(|(one, other)| one == other);
        folders.count()
    };
    let named = scripts.iter().filter(|other| name(other) == name(script));
    names(text, script.path()) && named.map(|other| shared(other)).max() == Some(shared(script))
}

/// Whether a text names a file, in whatever folder.
fn names(text: &str, path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    text.match_indices(name).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word)
    })
}
