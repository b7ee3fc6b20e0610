//! A command line that starts `mpirun` by itself: what that starts, on how many processes, and with which variables.
//!
//! Azure ML starts the processes of a job, so what `mpirun` was told is said of the job. What places processes on cores and
//! networks is not compared. A command line in which the launcher is not the last command stays as it is written.

use std::collections::BTreeMap;

use super::shell::{end_of_statement, split};
use crate::concept::{LauncherRole, launchers};

/// What a launcher is told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Launched {
    /// What each process runs, with the commands in front of the launcher.
    pub line: String,
    /// The processes of the job.
    pub processes: Option<String>,
    /// The processes of each node.
    pub per_node: Option<String>,
    /// Variables that it sets.
    pub environment: BTreeMap<String, String>,
}

/// What stands for a text of the command line in a word: quotes are the shell's.
fn bare(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}

/// Takes the launcher out of a command line; nothing where none is its last command, or what stands in front of it ran once.
pub(super) fn read(text: &str) -> Option<Launched> {
    let text = text.trim().replace("\\\n", " ");
    let (mut at, mut front) = (0, String::new());
    loop {
        let end = at + end_of_statement(&text[at..]);
        let words = split(&text[at..end]);
        if let Some(launcher) = words.iter().position(|word| !is_assignment(word)).filter(|at| is_launcher(&words[*at]))
        {
            return last(&front, &words, launcher, text[end..].trim());
        }
        let start = std::mem::replace(
            &mut at,
            end + text[end..].len() - text[end..].trim_start_matches([';', '&', '\n', ' ']).len(),
        );
        // What only shows the nodes to `mpirun`'s user says nothing of the job.
        if launchers().printed(words.iter().map(String::as_str)).is_none() {
            front.push_str(&text[start..at]);
        }
        let is_harmless = words.first().is_some_and(|first| launchers().before.contains(first));
        if at >= text.len() || at == end || !is_harmless {
            return None;
        }
    }
}

fn is_launcher(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    launchers().programs.iter().any(|program| program == name)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// The launcher as the last command.
fn last(front: &str, words: &[String], launcher: usize, rest: &str) -> Option<Launched> {
    let is_more = |word: &String| {
        matches!(word.as_str(), "|" | ">" | "2>&1" | ":") || word.contains(['`']) || word.contains("$(")
    };
    if !rest.is_empty() && rest != ";" || words.iter().any(is_more) {
        return None;
    }
    let mut launched = Launched::default();
    words[..launcher].iter().for_each(|word| launched.set(word));
    let (mut front, mut at) = (front.to_owned(), launcher + 1);
    while let Some(name) = words.get(at).filter(|word| word.starts_with('-')) {
        let option = launchers().option(name)?;
        let is_pair = words.get(at + 1).is_some_and(|value| value.contains('='));
        let count = match option.role {
            LauncherRole::Variable if is_pair => 1,
            LauncherRole::Variable => option.values.max(1),
            _ => option.values,
        };
        let values = words.get(at + 1..=at + count)?;
        launched.option(option.role, name, values, &mut front);
        at += 1 + count;
    }
    let program = words.get(at..).filter(|program| !program.is_empty())?;
    launched.line = format!("{front}{}", program.join(" "));
    Some(launched)
}

impl Launched {
    fn option(&mut self, role: LauncherRole, name: &str, values: &[String], front: &mut String) {
        match (role, values) {
            (LauncherRole::Processes, [count]) => self.processes = Some(count.clone()),
            (LauncherRole::PerNode, [count]) => self.per_node = Some(count.clone()),
            (LauncherRole::Own, []) if name.trim_start_matches('-') == "pernode" => {
                self.per_node = Some("1".to_owned())
            }
            (LauncherRole::Placement, [place]) => {
                let count = place.strip_prefix("ppr:").and_then(|rest| rest.strip_suffix(":node"));
                self.per_node = count.map(str::to_owned).or(self.per_node.take());
            }
            (LauncherRole::Variable, [pair]) => self.set(pair),
            (LauncherRole::Variable, [name, value]) => self.put(name, value),
            (LauncherRole::Parameter, [name, value]) => self.put(&format!("OMPI_MCA_{name}"), value),
            (LauncherRole::Directory, [directory]) => front.push_str(&format!("cd {directory} && ")),
            _ => {}
        }
    }

    /// `NAME=VALUE`; a name alone is passed on as it is.
    fn set(&mut self, pair: &str) {
        if let Some((name, value)) = bare(pair).split_once('=') {
            self.put(name, value);
        }
    }

    fn put(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), bare(value).to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_launcher_is_told_is_said_of_the_job() {
        let launched = read(
            "source /vars.sh; A=1 mpirun -np {2 * n} -N 4 --hostfile $H -x PATH -x 'B=two words' -env C 3 -mca btl ^tcp \\\n \
             --bind-to none -wdir /work python -u t.py -n 3",
        )
        .unwrap();
        assert_eq!(launched.line, "source /vars.sh; cd /work && python -u t.py -n 3");
        assert_eq!((launched.processes.as_deref(), launched.per_node.as_deref()), (Some("{2 * n}"), Some("4")));
        let environment: Vec<String> = launched.environment.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(environment, ["A=1", "B=two words", "C=3", "OMPI_MCA_btl=^tcp"]);
        assert_eq!(read("mpirun --map-by ppr:2:node a").unwrap().per_node.as_deref(), Some("2"));
    }

    #[test]
    fn a_launcher_that_is_not_all_of_it_stays() {
        for text in [
            "python t.py mpirun",
            "mpirun -n 2 a; b",
            "mpirun -n 2 a | tee l",
            "mpirun -n 1 a : b",
            "mpirun --new a",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
