//! Steps of `az storage` that stand there for the sake of a job: they bring files to a share or container that it mounts.
//! They stay as they are, and are said; `az storage` for anything else is no business of ours.

use std::collections::BTreeSet;

use super::configs::variable;
use super::{CommandUse, Configs, Reader};
use crate::concept::{self, JobForm};
use crate::ledger::Settled;
use crate::shell::Command;
use crate::text::Span;

/// The commands, each with the options that name the share or container.
const STEPS: [(&str, &[&str]); 7] = [
    ("az storage file upload-batch", &["--destination", "-d"]),
    ("az storage file upload", &["--share-name", "-s"]),
    ("az storage directory create", &["--share-name", "-s"]),
    ("az storage share create", &["--name", "-n"]),
    ("az storage container create", &["--name", "-n"]),
    ("az storage blob upload-batch", &["--destination", "-d"]),
    ("az storage blob upload", &["--container-name", "-c"]),
];

/// Options of `az batchai` that name what a cluster mounts.
const MOUNTING: [&str; 2] = ["--afs-name", "--bfs-name"];

/// What the jobs and clusters of a text mount: by its own command lines, and by the configurations that it names or that
/// stand in its folder, above or below.
pub(super) fn mounted(path: &str, text: &str, configs: &Configs) -> BTreeSet<String> {
    if !text.contains("az storage") {
        return BTreeSet::new();
    }
    let named = MOUNTING.iter().flat_map(|option| text.match_indices(option)).filter_map(|(at, option)| {
        let value = text[at + option.len()..].trim_start_matches(['=', ' ', '\t', '\\', '\r', '\n', '`']);
        value.split_whitespace().next().map(str::to_owned)
    });
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let here = folder(path);
    let own: BTreeSet<&str> = configs.names(path, text).into_iter().map(|(_, file)| file.path.as_str()).collect();
    let is_ours = |path: &str| {
        let there = folder(path);
        own.contains(path) || there.starts_with(&here) || here.starts_with(&there)
    };
    let mounts = configs.files.iter().filter(|file| is_ours(&file.path)).flat_map(|file| file.mounts.clone());
    named.chain(mounts).map(|name| meant(text, &name)).filter(|name| !name.is_empty()).collect()
}

/// A name as it is compared: without quotes, and a variable by the text that it is given, or by its own name.
fn meant(text: &str, raw: &str) -> String {
    let bare = raw.trim().trim_matches(['"', '\'']);
    let Some(name) = variable(bare) else { return bare.to_owned() };
    let given = text.lines().find_map(|line| {
        let line = line.trim_start().trim_start_matches("export ").trim_start_matches('$');
        let rest = line.strip_prefix(name)?.trim_start();
        let value = ["=", ":=", "?="].iter().find_map(|sign| rest.strip_prefix(sign))?.trim();
        (!value.contains(['$', '(', '`', ' '])).then(|| value.trim_matches(['"', '\'']).to_owned())
    });
    given.unwrap_or_else(|| format!("${name}"))
}

impl Reader<'_> {
    /// Says of a command of `az storage` what it has to do with a job.
    pub(super) fn storage(&mut self, command: &Command) {
        let named = STEPS.iter().find_map(|(step, options)| {
            let verbs: Vec<&str> = step.split(' ').collect();
            let at =
                command.words.windows(verbs.len()).position(|words| words.iter().zip(&verbs).all(|(w, v)| w.is(v)));
            Some((*step, *options, at?, verbs.len()))
        });
        let Some((step, options, at, verbs)) = named else { return };
        let words = &command.words[at + verbs..];
        let value = words.iter().enumerate().find_map(|(index, word)| {
            let raw = word.raw(self.text);
            let joined = options.iter().find_map(|option| raw.strip_prefix(option)?.strip_prefix('='));
            let apart = options.contains(&raw).then(|| words.get(index + 1).map(|word| word.raw(self.text))).flatten();
            joined.or(apart)
        });
        if !value.is_some_and(|raw| self.mounted.contains(&meant(self.text, raw))) {
            return;
        }
        let Some(row) = concept::table().symbol(step) else { return };
        let mapping = row.mapping(self.aim.target, JobForm::default());
        let (reason, todo) = (mapping.note.clone(), mapping.todo.clone());
        let settled = Settled { fate: mapping.fate, reason, todo };
        let head = Span::new(command.words[at].span.start, command.words[at + verbs - 1].span.end);
        let (symbol, name) = (step.to_owned(), step.to_owned());
        self.out.uses.push(CommandUse { symbol, name, span: head, settled, options: Vec::new() });
    }
}
