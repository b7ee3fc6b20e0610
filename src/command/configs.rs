//! What the configuration files of a run become, for whoever names them.

use std::collections::BTreeMap;

use crate::config::{FileKind, Written};
use crate::text::Span;

/// The configuration files of a run.
#[derive(Debug, Default, Clone)]
pub struct Configs {
    pub files: Vec<ConfigFile>,
    /// By the path of a script: variables of Batch AI that are set for it, each with the file that does.
    pub handed: BTreeMap<String, BTreeMap<String, String>>,
}

/// A configuration file of a run.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    pub path: String,
    pub kind: FileKind,
    /// The files of YAML, the one that it was for first; or why it stays as it is.
    pub becomes: Result<Vec<Written>, String>,
    pub origin: Origin,
    /// Variables that scripts of the run read, for its command to export.
    pub exports: Vec<String>,
    /// The shares and containers that it mounts.
    pub mounts: Vec<String>,
}

/// What makes a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is a file of the run.
    File,
    /// Another file holds its text, so that nothing makes the files of its datastores.
    Text,
    /// A program writes it, and its datastores.
    Program,
}

impl ConfigFile {
    /// One that stays as it is, and why.
    pub fn kept(path: String, kind: FileKind, origin: Origin, why: &str) -> ConfigFile {
        let (exports, mounts) = (Vec::new(), Vec::new());
        ConfigFile { path, kind, becomes: Err(why.to_owned()), origin, exports, mounts }
    }

    /// Its own name, without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The datastores among the files that it becomes.
    pub fn stores(&self) -> impl Iterator<Item = &Written> {
        self.becomes.iter().flatten().filter(|file| file.is_datastore)
    }
}

impl Configs {
    /// The variables that the command of a configuration exports.
    pub fn exports(&self, path: &str) -> &[String] {
        self.files.iter().find(|file| file.path == path).map_or(&[], |file| &file.exports)
    }

    /// Whether a text has the name of one.
    pub fn are_named_in(&self, text: &str) -> bool {
        self.files.iter().any(|file| text.contains(file.name()))
    }

    /// The file that a name in another file is of: seen from there, or else the only one below whose path ends so.
    /// What is put in at run time, as in `$DIR/job.json`, is not seen.
    pub fn named(&self, from: &str, name: &str) -> Option<&ConfigFile> {
        let unseen = name.rfind(|c| "$`{}()\"'".contains(c));
        let known = match unseen {
            Some(at) => name[at + 1..].split_once('/')?.1,
            None => name,
        };
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = || {
            let end = known.trim_start_matches("../").trim_start_matches("./");
            let is_here =
                |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|p| p.starts_with('/'));
            let is_it = |path: &str| path == end || path.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'));
            let mut all = self.files.iter().filter(|file| !end.is_empty() && is_here(&file.path) && is_it(&file.path));
            all.next().filter(|_| all.next().is_none())
        };
        self.seen(from, known).or_else(below)
    }

    /// The file that a name is of, seen from the folder of another file, or from one above in which the command may run.
    pub fn seen(&self, from: &str, name: &str) -> Option<&ConfigFile> {
        let mut above = Some(from.rsplit_once('/').map_or("", |(folder, _)| folder));
        let folders = std::iter::from_fn(move || {
            let here = above?;
            above = (!here.is_empty()).then(|| here.rsplit_once('/').map_or("", |(above, _)| above));
            Some(here)
        });
        let mut paths = folders.filter_map(|folder| joined(folder, name));
        paths.find_map(|path| self.files.iter().find(|file| file.path == path))
    }

    /// The first of the files that a pattern matches (`conf/*/job.json`), if all of them become YAML, or none.
    fn matched(&self, from: &str, pattern: &str) -> Option<&ConfigFile> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = joined(folder, pattern).filter(|path| path.contains('*'))?;
        let fits = |file: &&ConfigFile| {
            let (mut parts, mut names) = (path.split('/'), file.path.split('/'));
            parts.clone().count() == names.clone().count()
                && parts.by_ref().zip(names.by_ref()).all(|(part, name)| is_match(part, name))
        };
        let all: Vec<&ConfigFile> = self.files.iter().filter(fits).collect();
        let is_kept = all.first()?.becomes.is_err();
        all.first().copied().filter(|_| all.iter().all(|file| file.becomes.is_err() == is_kept))
    }

    /// Where a text names files of the run, each with its path as far as that is seen.
    pub fn names<'a>(&'a self, from: &'a str, text: &'a str) -> Vec<(Span, &'a ConfigFile)> {
        let is_path = |c: char| c.is_alphanumeric() || "_./-*".contains(c);
        let mut found: Vec<(Span, &ConfigFile)> = Vec::new();
        for file in &self.files {
            for (at, name) in text.match_indices(file.name()) {
                let end = at + name.len();
                let begin = text[..at]
                    .rfind(|c| !is_path(c))
                    .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
                let begin = begin + text[begin..at].len() - text[begin..at].trim_start_matches('-').len();
                let led = text[..begin].ends_with(['$', '}', ')']).then(|| format!("${}", &text[begin..end]));
                let named =
                    led.as_deref().map_or_else(|| self.named(from, &text[begin..end]), |name| self.named(from, name));
                let is_whole = !text[end..].starts_with(|c: char| c.is_alphanumeric() || "_-/".contains(c))
                    && !text[end..].strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
                let named = named.or_else(|| self.matched(from, &text[begin..end]));
                if is_whole && named.is_some_and(|named| named.path == file.path) {
                    found.push((Span::new(begin, end), file));
                }
            }
        }
        found.sort_by_key(|(span, _)| *span);
        found
    }

    /// The file that a variable of a script or makefile names, by what it is given there; and as what, where that can be
    /// seen.
    pub fn given<'a>(
        &'a self,
        from: &'a str,
        text: &'a str,
        variable: &str,
    ) -> Option<(&'a ConfigFile, Option<&'a str>)> {
        let values = text.lines().filter_map(|line| {
            let line = line.trim_start();
            // A loop over files: `for f in conf/*.json; do`
            let looped = line.strip_prefix("for ").and_then(|rest| rest.strip_prefix(variable)?.strip_prefix(" in "));
            if looped.is_some() {
                return looped;
            }
            let line =
                ["export ", "local ", "readonly "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
            // A parameter of PowerShell: `[string]$Config = "job.json"`
            let line =
                line.rsplit_once(']').filter(|(before, _)| before.starts_with('[')).map_or(line, |(_, rest)| rest);
            let rest =
                line.strip_prefix(variable).or_else(|| line.strip_prefix('$')?.strip_prefix(variable))?.trim_start();
            ["=", ":=", "?=", "::="].iter().find_map(|sign| rest.strip_prefix(sign))
        });
        let mut all = values.flat_map(|value| {
            let name = |span: Span| Some(span.of(value)).filter(|_| !value[..span.start].ends_with(['$', '}', ')']));
            self.names(from, value).into_iter().map(move |(span, file)| (file, name(span)))
        });
        let first = all.next()?;
        all.all(|(file, name)| file.path == first.0.path && name == first.1).then_some(first)
    }
}

/// The variable that a word is, whichever shell it is for.
pub(super) fn variable(raw: &str) -> Option<&str> {
    let bare = raw.trim_matches('"').strip_prefix('$')?;
    let braced = |open, close| bare.strip_prefix(open)?.strip_suffix(close);
    let name = braced('{', '}').or_else(|| braced('(', ')')).unwrap_or(bare);
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(name)
}

/// Whether a name fits a pattern in which `*` stands for anything.
fn is_match(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(name) = name.strip_prefix(first) else { return false };
    (0..=name.len()).filter(|at| name.is_char_boundary(*at)).any(|at| is_match(rest, &name[at..]))
}

/// A path seen from a folder.
fn joined(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    Some(format!("{root}{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_files() {
        let file = |path: &str| ConfigFile {
            path: path.into(),
            kind: FileKind::Job,
            becomes: Ok(Vec::new()),
            origin: Origin::File,
            exports: Vec::new(),
            mounts: Vec::new(),
        };
        let files = ["a/job.json", "b/job.json", "b/conf/cluster.json"].map(file).into();
        let configs = Configs { files, ..Configs::default() };
        let named = |from: &str, name: &str| configs.named(from, name).map(|file| file.path.as_str());
        assert_eq!(named("a/run.sh", "job.json"), Some("a/job.json"));
        assert_eq!(named("a/run.sh", "../b/./job.json"), Some("b/job.json"));
        assert_eq!(named("run.sh", "job.json"), None);
        assert_eq!(named("run.sh", "$HERE/cluster.json"), Some("b/conf/cluster.json"));
        assert_eq!(named("c/run.sh", "b/job.json"), Some("b/job.json"));
        assert_eq!(named("run.sh", "a_job.json"), None);
        assert_eq!(named("run.sh", "$JOB"), None);
        let names = |text: &str| {
            configs.names("a/run.sh", text).iter().map(|(span, _)| span.of(text).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            names("${1:-../b/conf/cluster.json} x=job.json,\"$D/job.json\" $D/cluster.json job.json.bak my_job.json"),
            ["../b/conf/cluster.json", "job.json", "D/job.json"]
        );
        let names = |text: &str| configs.names("run.sh", text).len();
        assert_eq!(["for f in */job.json; do", "*/conf/*.json", "b/*/cluster.json", "*.json"].map(names), [1, 0, 1, 0]);
        let given = |text: &str| configs.given("a/run.sh", text, "X").map(|(file, _)| file.path.clone());
        assert_eq!(given("X ?= job.json\nY=cluster.json\n"), Some("a/job.json".into()));
        assert_eq!(given("X=job.json\nX=../b/job.json\n"), None);
        assert_eq!(
            ["\"$X\"", "$(X)", "${X}", "$1", "x", "$X-1"].map(variable),
            [Some("X"), Some("X"), Some("X"), Some("1"), None, None]
        );
    }
}
