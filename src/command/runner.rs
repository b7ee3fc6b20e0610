//! What stands before `az` in its command: assignments, and programs that run what stands behind them.

use std::sync::OnceLock;

use serde::Deserialize;

use super::rewrite::Draft;
use crate::facts::facts;
use crate::shell::Command;
use crate::text::Span;
use crate::translate::Stuck;

/// What can stand before a command without running it.
const MARKS: [&str; 3] = ["$", "%", "&"];

/// A program that runs a command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Runner {
    name: String,
    /// How many words of its own stand before the command.
    #[serde(default)]
    words: usize,
    /// Options without a value, and with one.
    #[serde(default)]
    switches: Vec<String>,
    #[serde(default)]
    options: Vec<String>,
    /// Whether it can run the command several times.
    #[serde(default)]
    repeats: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Runners {
    runner: Vec<Runner>,
}

/// How a command is run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// Whether a program runs it, which takes one command and no more.
    pub by_program: bool,
    /// Whether that can run it several times.
    pub repeats: bool,
}

impl Run {
    /// Why a command cannot be read, where a program may add words to it.
    pub fn said(self, stuck: Stuck) -> Stuck {
        if self.repeats && stuck.reason.ends_with("has no value") {
            return Stuck::new(
                "`xargs` gives it a value that cannot be seen here",
                "place it with `-I {}`, and convert again",
            );
        }
        stuck
    }

    /// Refuses what a program before it cannot run: it takes one command, and no loop and no pipe.
    pub fn check(self, draft: &Draft, head: Span) -> Result<(), Stuck> {
        let new =
            draft.edits.iter().find(|edit| edit.span.start == head.start).map_or("az ", |edit| edit.text.as_str());
        let is_one = new.starts_with("az ") && !["; ", " | ", " && ", "\n"].iter().any(|more| new.contains(more));
        let is_beside = self.repeats && !(draft.before.is_empty() && draft.after.is_none());
        if self.by_program && !draft.is_gone && !is_one || is_beside {
            let reason = "it becomes several commands, and a program in front of it runs one";
            return Err(Stuck::new(reason, "take the command out of it, and convert again"));
        }
        Ok(())
    }
}

fn runners() -> &'static [Runner] {
    static RUNNERS: OnceLock<Runners> = OnceLock::new();
    &RUNNERS.get_or_init(|| facts!("command-runners")).runner
}

/// What runs the command whose verbs begin at a word; an error names what is not known to leave it what it is.
pub(super) fn run(text: &str, command: &Command, verbs: usize) -> Result<Run, Stuck> {
    let words: Vec<&str> = command.words[..verbs].iter().map(|word| word.raw(text)).collect();
    let (mut found, mut at) = (Run::default(), 0);
    while let Some(raw) = words.get(at) {
        at += 1;
        let is_python = raw.starts_with('$') && words.get(at) == Some(&"=");
        if MARKS.contains(raw) || is_assignment(raw) || is_python || *raw == "=" {
            continue;
        }
        let name = raw.rsplit('/').next().unwrap_or(raw);
        let stuck = || Stuck::new(format!("`{raw}` runs it"), "convert the command by hand");
        let runner = runners().iter().find(|runner| runner.name == name).ok_or_else(stuck)?;
        at = behind(runner, &words, at).ok_or_else(stuck)?;
        found = Run { by_program: true, repeats: found.repeats || runner.repeats };
    }
    Ok(found)
}

/// Behind the options and words of a program; none where an option is not known.
fn behind(runner: &Runner, words: &[&str], mut at: usize) -> Option<usize> {
    let is = |names: &[String], word: &str| names.iter().any(|name| name == word);
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        let name = word.split('=').next().unwrap_or(word);
        let is_joined = runner.options.iter().any(|option| {
            option.len() == 2 && word.len() > 2 && word.starts_with(option) || name.len() < word.len() && option == name
        });
        at += match () {
            () if is(&runner.switches, word) || is_joined => 1,
            () if is(&runner.options, word) => 2,
            () => return None,
        };
    }
    (at + runner.words <= words.len()).then_some(at + runner.words)
}

fn is_assignment(raw: &str) -> bool {
    let name = raw.split('=').next().unwrap_or_default();
    raw.contains('=') && name.chars().all(|c| c.is_alphanumeric() || "_$:.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::{Dialect, read};

    fn how(text: &str) -> Result<(bool, bool), String> {
        let commands = read(text, crate::text::Span::new(0, text.len()), Dialect::Posix);
        let verbs = super::super::parse::verbs(&commands[0]).unwrap();
        let run = run(text, &commands[0], verbs - 2).map_err(|stuck| stuck.reason)?;
        Ok((run.by_program, run.repeats))
    }

    #[test]
    fn programs_run_what_stands_behind_their_options() {
        for text in ["timeout -k 5 60", "sudo -u me", "sudo -ume -E", "env -u A B=1", "/usr/bin/nice -n 5 nohup"] {
            assert_eq!(how(&format!("{text} az batchai job list")), Ok((true, false)), "{text}");
        }
        assert_eq!(how("xargs -I{} -P 4 az batchai job delete -n {}"), Ok((true, true)));
        assert_eq!(how("AZURE_CORE_OUTPUT=json az batchai job list"), Ok((false, false)));
    }

    #[test]
    fn what_is_not_known_is_said() {
        for (text, who) in [("timeout --later 60", "timeout"), ("docker run image", "docker"), ("sudo -u", "sudo")] {
            assert_eq!(how(&format!("{text} az batchai job list")), Err(format!("`{who}` runs it")), "{text}");
        }
    }
}
