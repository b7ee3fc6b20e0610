//! The arguments of `check`.

use std::path::PathBuf;

use clap::{ArgAction, ValueEnum};

use super::args::Paths;
use super::prefilter::Needle;
use crate::output::check;

/// Find every use of Batch AI that is left
///
/// Prints the findings to standard output, and how many there are to standard error. Secrets in the code are never
/// printed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = CHECK_EXAMPLES, args_override_self = true)]
pub struct Check {
    #[command(flatten)]
    pub paths: Paths,

    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Name::Text)]
    format: Name,

    /// Write the findings to FILE and not to standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Print how often each concept was found in place of the list
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false)]
    #[arg(default_missing_value = "true", value_name = "BOOL", hide_default_value = true, hide_possible_values = true)]
    statistics: bool,

    /// Leave out what FILE knows; what only FILE knows is a finding
    ///
    /// Findings are known by code, enclosing symbol and text, not by line.
    #[arg(long, value_name = "FILE", overrides_with = "no_baseline")]
    pub baseline: Option<PathBuf>,

    /// Use no baseline, whatever the configuration says
    #[arg(long, conflicts_with = "write_baseline")]
    pub no_baseline: bool,

    /// Write all findings to FILE as known ones, and print none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "output", "statistics", "diff_base"])]
    pub write_baseline: Option<PathBuf>,

    /// Leave out what was there where the branch left REV
    ///
    /// Asks git for the files as they were at the merge base of REV and HEAD, and leaves out what is found in them.
    #[arg(long, value_name = "REV")]
    pub diff_base: Option<String>,

    /// Find code on version 1 of the Azure ML SDK too, whose support has ended
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false)]
    #[arg(default_missing_value = "true", value_name = "BOOL", hide_default_value = true, hide_possible_values = true)]
    pub second_hop: bool,

    /// List what was not looked into, and why
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value_t = false)]
    #[arg(default_missing_value = "true", value_name = "BOOL", hide_default_value = true, hide_possible_values = true)]
    pub explain_clean: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  bai2aml check .                            is anything left?
  bai2aml check --format concise src         one finding a line
  bai2aml check --format sarif --output bai2aml.sarif .
  bai2aml check --write-baseline known.json .
  bai2aml check --baseline known.json .      only what is new, or gone
  bai2aml check --diff-base origin/main .    only what this branch added

A comment suppresses a finding on its line, or on the next:
  # bai2aml: ignore[BAI101] kept until the old cluster is gone

Exit codes, in every format: 0 no findings, 1 some, 2 something could not be
run, read or written";

/// How `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Each finding with its line
    Text,
    /// One finding a line
    Concise,
    /// One object with all findings
    Json,
    /// One object a line
    JsonLines,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
}

impl Check {
    /// How to print.
    pub fn format(&self) -> check::Format {
        match self.format {
            Name::Text => check::Format::Text,
            Name::Concise => check::Format::Concise,
            Name::Json => check::Format::Json,
            Name::JsonLines => check::Format::JsonLines,
            Name::Sarif => check::Format::Sarif,
            Name::Github => check::Format::Github,
            Name::Gitlab => check::Format::Gitlab,
            Name::Junit => check::Format::Junit,
            Name::Checkstyle => check::Format::Checkstyle,
        }
    }

    /// What is looked for.
    pub fn needle(&self) -> Needle {
        if self.second_hop { Needle::SecondHop } else { Needle::BatchAi }
    }

    /// Whether numbers take the place of the list.
    pub fn has_statistics(&self) -> bool {
        self.statistics && self.format().has_statistics()
    }

    /// What does not go together; `asks_for_statistics` is whether the user typed it.
    pub fn conflict(&self, asks_for_statistics: bool) -> Option<&'static str> {
        let output = self.output.iter().chain(&self.write_baseline).any(|path| path.as_os_str() == "-");
        if output {
            return Some("`--output` and `--write-baseline` need the name of a file");
        }
        let is_wrong = asks_for_statistics && !self.format().has_statistics();
        is_wrong.then_some("`--statistics` is for `--format text`, `concise` and `json`")
    }
}
