//! The options with which programs of Batch AI's time started `mpirun` by hand, as data.
//!
//! What is not in it is not guessed at: whether an unknown option takes a value cannot be told, so where the program
//! begins cannot either.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;

/// What is known of launchers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launchers {
    /// Their names.
    pub programs: Vec<String>,
    /// Commands in front of them that may run in every process.
    pub before: Vec<String>,
    /// Those of them that only print.
    prints: Vec<String>,
    /// Variables of Batch AI that list the nodes of a job.
    lists: Vec<String>,
    option: Vec<LauncherOption>,
}

/// An option, by its names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LauncherOption {
    names: Vec<String>,
    /// How many words follow it.
    pub values: usize,
    /// What it was for.
    pub role: LauncherRole,
}

/// What an option was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LauncherRole {
    /// The processes of the job.
    Processes,
    /// The processes of each node.
    PerNode,
    /// Azure ML does the same by itself.
    Own,
    /// A variable, set or passed on.
    Variable,
    /// Variables that are passed on.
    Passed,
    /// A parameter of Open MPI.
    Parameter,
    /// The directory in which the program starts.
    Directory,
    /// Where the processes run, which may say how many each node has.
    Placement,
    /// Nothing takes its place.
    Lost,
}

impl Launchers {
    /// Whether a variable lists the nodes of a job.
    pub fn is_list(&self, variable: &str) -> bool {
        self.lists.iter().any(|list| list == variable)
    }

    /// The lists of nodes that a command prints, if it does nothing else: `echo $AZ_BATCH_HOST_LIST`
    pub fn printed<'a>(&self, mut words: impl Iterator<Item = &'a str>) -> Option<Vec<&'a str>> {
        words.next().filter(|first| self.prints.iter().any(|name| name == first))?;
        let list = |word: &'a str| {
            let bare = word.trim_matches('"').strip_prefix('$')?;
            let bare = bare.strip_prefix('{').and_then(|bare| bare.strip_suffix('}')).unwrap_or(bare);
            self.is_list(bare).then_some(bare)
        };
        words.map(list).collect::<Option<Vec<_>>>().filter(|lists| !lists.is_empty())
    }

    /// The option of this name, with any number of dashes.
    pub fn option(&self, name: &str) -> Option<&LauncherOption> {
        let name = name.trim_start_matches('-');
        self.option.iter().find(|option| option.names.iter().any(|n| n == name))
    }
}

/// All that is known.
pub fn launchers() -> &'static Launchers {
    static LAUNCHERS: OnceLock<Launchers> = OnceLock::new();
    LAUNCHERS.get_or_init(|| facts!("concept-launcher"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_has_one_meaning() {
        let mut names: Vec<&String> = launchers().option.iter().flat_map(|o| &o.names).collect();
        assert!(names.len() > 50);
        names.sort();
        let doubles = names.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(doubles, None);
        assert!(names.iter().all(|n| !n.starts_with('-')));
    }

    #[test]
    fn small_and_capital_letters_differ() {
        let role = |name: &str| launchers().option(name).map(|o| o.role);
        assert_eq!(role("-n"), Some(LauncherRole::Processes));
        assert_eq!(role("--N"), Some(LauncherRole::PerNode));
        assert_eq!(role("-K"), None);
    }
}
