//! The command line: one list that feeds the parser, the help and the completions.

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::ColorChoice;
use anyhow::{Result, anyhow};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::aim::Aim;
use super::check_args::Check;
use super::completions::Completions;
use super::config;
use super::man::Manual;
use super::report_args::Report;
use super::review_args::Review;
use super::server_args::{Lsp, Mcp};
use crate::report::Fate;

/// Moves Python code off Azure Batch AI to Azure Machine Learning.
#[derive(Debug, Parser)]
#[command(name = "bai2aml", version, max_term_width = 80, after_help = CODES, args_override_self = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 900)]
    color: Color,

    /// Take options from FILE [default: the bai2aml.toml, or pyproject.toml with [tool.bai2aml], that is nearest to PATHS, upwards]
    #[arg(long, global = true, value_name = "FILE", display_order = 901)]
    pub config: Option<PathBuf>,
}

const CODES: &str = "Exit codes: 0 nothing is left to do, 1 something is left for a person,\n\
    2 something could not be run, read or written";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Convert(Convert),
    Check(Check),
    Verify(Verify),
    Report(Report),
    Review(Review),
    Undo(Undo),
    Explain(Explain),
    Coverage(Coverage),
    Completions(Completions),
    Man(Manual),
    Lsp(Lsp),
    Mcp(Mcp),
}

/// Show what becomes of code, as a diff, or rewrite it
///
/// Prints a unified diff to standard output, and what a person has to know about it to standard error. Nothing is
/// written unless `--write`, `-o` or `--report` says so.
#[derive(Debug, clap::Args)]
#[command(after_long_help = CONVERT_EXAMPLES, args_override_self = true)]
pub struct Convert {
    #[command(flatten)]
    pub paths: Paths,

    #[command(flatten)]
    pub aim: Aim,

    /// Rewrite the files in place: all of them, or none
    ///
    /// A file with an error is left as it is; the others are rewritten. If one of them cannot be written, none is.
    /// `bai2aml undo` puts them back; the journal that it needs is a folder `.bai2aml`, which Git does not see.
    #[arg(long, conflicts_with = "out_dir")]
    pub write: bool,

    /// Keep no journal: nothing can be undone
    #[arg(long, requires = "write")]
    pub no_journal: bool,

    /// Write new files, their diffs and report.json to DIR
    ///
    /// A file that is already there with another text is never overwritten: the run stops before it writes anything.
    #[arg(short, long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,

    /// Write safe.patch, review.patch and the work list manual.md to DIR
    ///
    /// What does the same as before goes into safe.patch, with all that it needs; what is to be looked at, or belongs
    /// to what is left to a person, into review.patch. Each applies alone, in any order. DIR must be empty, or hold
    /// nothing but these files. One that would be empty is not written.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["write", "out_dir", "cells"])]
    pub patches: Option<PathBuf>,

    /// Write what became of every use of Batch AI to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Write what an independent reading of old and new code says of each field to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,

    /// Show notebooks cell by cell, to read and not to apply
    #[arg(long, conflicts_with_all = ["write", "out_dir"])]
    pub cells: bool,

    /// Read lines of JSON from standard input, a file each, and answer with a line for each
    ///
    /// A line is an object with `path` and `text`; all else in it is handed through. The answer has the new `text`, its
    /// `diff`, its `report`, and an `error` where something went wrong. Every line is a program of its own, treated like
    /// a file that stands in a folder; its path is a name and is never opened. Answers come in the order of the lines.
    #[arg(long, conflicts_with_all = ["paths", "write", "out_dir", "patches", "report", "certificate", "cells"])]
    pub ndjson: bool,

    /// Print errors only, no findings and no totals
    #[arg(short, long)]
    pub quiet: bool,
}

const CONVERT_EXAMPLES: &str = "\
Examples:
  bai2aml convert train.ipynb             show what would change
  bai2aml convert src | git apply         apply it
  bai2aml convert --write src             the same, in one step
  bai2aml convert -o new --target v1 src  leave the files alone
  bai2aml convert --patches todo src      in two patches and a work list
  bai2aml convert - < job.py              read standard input
  bai2aml convert --ndjson < files.jsonl  many files in one stream

Exit codes: 0 nothing is left to do, 1 something is left for a person (fate
`manual`), 2 something could not be run, read or written";

/// Compare what two programs ask Azure for, field by field
///
/// Reads Batch AI code and Azure ML code, whoever wrote it, and says of every cluster, job, mount and call whether the
/// new program asks for the same as the old one. Nothing is run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = VERIFY_EXAMPLES)]
pub struct Verify {
    /// The old file or folder, and the new one
    #[arg(value_name = "PATH", num_args = 2, required_unless_present_any = ["diff", "git"])]
    pub paths: Vec<PathBuf>,

    /// Compare the two sides of a unified diff of files in this folder, applied or not
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "git"])]
    pub diff: Option<PathBuf>,

    /// Compare two revisions of this Git repository, in the files that changed between them
    #[arg(long, value_name = "BASE..HEAD", conflicts_with = "paths")]
    pub git: Option<String>,

    /// Check that a certificate of `convert --certificate` is of these two files, as they are now
    #[arg(long, value_name = "FILE", requires = "paths")]
    pub certificate: Option<PathBuf>,

    /// Let what cannot be told fail as what differs does
    #[arg(long)]
    pub strict: bool,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  bai2aml verify old.py new.py            two files
  bai2aml verify old new                  two folders
  bai2aml verify --diff changes.patch     what a patch changes
  bai2aml verify --git main..HEAD         what a branch changes

Exit codes: 0 all equal, 1 something differs or is missing, 2 something cannot be
told, or could not be read; with `--strict` what cannot be told is 1 as well";

/// Put back what the last `convert --write` or `review` changed
///
/// All files or none: if one of them was edited since, nothing is changed. Runs are undone one after the other, the
/// last one first. What an ended process left half done is put back in the same way.
#[derive(Debug, clap::Args)]
#[command(after_long_help = UNDO_EXAMPLES)]
pub struct Undo {
    /// Where to look for the journal, from here upwards [default: the current folder]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,

    /// List the runs that can be undone, the last one first
    #[arg(long, conflicts_with_all = ["dry_run", "diff", "forget"])]
    pub list: bool,

    /// Say what would be put back, and change nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Show what would be put back as a diff, and change nothing
    #[arg(long, conflicts_with = "dry_run")]
    pub diff: bool,

    /// Leave the files of the last run as they are, and take it out of the journal
    #[arg(long, conflicts_with_all = ["dry_run", "diff"])]
    pub forget: bool,
}

const UNDO_EXAMPLES: &str = "\
Examples:
  bai2aml undo              put back what the last run changed
  bai2aml undo --diff       show that first
  bai2aml undo --list       all runs
  bai2aml undo --forget     keep what the last run wrote, for good

Exit codes: 0 all of it was put back, 1 there is nothing to undo, 2 nothing was
changed: a file was edited since, or something could not be read or written";

/// Say what a concept is and what becomes of it
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXPLAIN_EXAMPLES)]
pub struct Explain {
    /// A code such as BAI101, or a name such as cluster-create
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    pub code: Option<String>,

    /// List all concepts
    #[arg(long)]
    pub list: bool,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  bai2aml explain BAI101
  bai2aml explain --list";

/// Show what becomes of every symbol of Batch AI, and which fixture proves it
///
/// Without options it prints totals. With one it prints one symbol a line: name, versions of azure-mgmt-batchai,
/// concept, the fate in each target, and the line of a fixture that uses the symbol and is converted by the tests.
#[derive(Debug, clap::Args)]
#[command(after_long_help = COVERAGE_EXAMPLES)]
pub struct Coverage {
    /// Only symbols with PATTERN in their name; with `*` the pattern is the whole name
    #[arg(long, value_name = "PATTERN")]
    pub symbol: Option<String>,

    /// Only symbols of this version of azure-mgmt-batchai
    #[arg(long, value_name = "VERSION")]
    pub sdk: Option<String>,

    /// Only this target; v1-src is v1 with `--job-form script-run-config`
    #[arg(long, value_enum, value_name = "SDK")]
    target: Option<CoverageTarget>,

    /// Only symbols that end so
    #[arg(long, value_enum)]
    fate: Option<FateName>,

    /// Only symbols that have no row, no fate or no fixture
    #[arg(long)]
    pub missing: bool,

    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const COVERAGE_EXAMPLES: &str = "\
Examples:
  bai2aml coverage                            totals
  bai2aml coverage --sdk 2.0.0 --target v2    all of one version
  bai2aml coverage --symbol 'Job.*'           what becomes of a job's attributes
  bai2aml coverage --fate manual --symbol Cluster
  bai2aml coverage --format json              for programs

Exit codes: 0; with `--missing` 1 if anything is missing";

/// What is read.
#[derive(Debug, clap::Args)]
pub struct Paths {
    /// Files and folders; `-` is standard input
    ///
    /// In a folder, hidden files and what .gitignore or .ignore names are left out, and links to folders are not
    /// followed; `convert` takes scripts (.py), notebooks (.ipynb) and dependency files, `check` every text file.
    /// A file that is named is read whatever it is called.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CoverageTarget {
    V2,
    V1,
    V1Src,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FateName {
    Exact,
    Approximate,
    Manual,
    Drop,
}

/// How `verify` and `coverage` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One field or symbol a line
    Text,
    /// One object
    Json,
}

impl Args {
    /// The arguments of the process, and of the configuration where they say nothing. If they make no sense, this
    /// prints why and ends the process.
    pub fn read() -> Result<Self> {
        let words: Vec<OsString> = std::env::args_os().collect();
        let own = matches(&words);
        let words = config::with_options(words, &own, &Args::command())?;
        let args = Args::from_arg_matches(&matches(&words)).unwrap_or_else(|error| error.exit());
        if let Some(conflict) = args.command.conflict(&own) {
            Args::command().error(ErrorKind::ArgumentConflict, conflict).exit();
        }
        Ok(args)
    }

    /// What a command line would mean, with the configuration that is nearest to the paths in it.
    pub fn of(words: Vec<OsString>) -> Result<Self> {
        let matches = Args::command().try_get_matches_from(&words).map_err(|error| plain(&error))?;
        Args::alone(&config::with_options(words, &matches, &Args::command())?)
    }

    /// What a command line would mean, with no configuration.
    pub fn alone(words: &[OsString]) -> Result<Self> {
        let matches = Args::command().try_get_matches_from(words).map_err(|error| plain(&error))?;
        Args::from_arg_matches(&matches).map_err(|error| plain(&error))
    }

    /// When to use colours.
    pub fn color(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// What is wrong with a command line, without the usage.
fn plain(error: &clap::Error) -> anyhow::Error {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    anyhow!("{}", first.strip_prefix("error: ").unwrap_or(first))
}

fn matches(words: &[OsString]) -> ArgMatches {
    Args::command().get_matches_from(words)
}

impl Command {
    /// What the parser cannot say by itself: arguments that do not go together. Those of the configuration do not count.
    fn conflict(&self, own: &ArgMatches) -> Option<&'static str> {
        let own = own.subcommand().map(|(_, own)| own)?;
        let is_own = |name| own.value_source(name) == Some(ValueSource::CommandLine);
        match self {
            Command::Convert(convert) => convert.conflict(is_own("job_form")),
            Command::Check(check) => check.conflict(is_own("statistics")),
            Command::Report(report) => report.conflict(is_own("job_form")),
            Command::Review(review) => review.conflict(is_own("job_form")),
            _ => None,
        }
    }
}

impl Convert {
    fn conflict(&self, asks_for_form: bool) -> Option<&'static str> {
        let stdin = self.paths.paths.iter().any(|path| path.as_os_str() == "-");
        if let Some(conflict) = self.aim.conflict(asks_for_form) {
            return Some(conflict);
        }
        if self.report.as_ref().is_some_and(|path| path.as_os_str() == "-") {
            return Some("`--report` needs the name of a file: standard output is for the diff");
        }
        (self.write && stdin).then_some("`--write` cannot rewrite standard input: leave it out, or name a file")
    }
}

impl Coverage {
    /// Whether a target, by its name in the matrix, is asked for.
    pub fn has_target(&self, name: &str) -> bool {
        self.target.is_none_or(|target| {
            name == match target {
                CoverageTarget::V2 => "v2",
                CoverageTarget::V1 => "v1",
                CoverageTarget::V1Src => "v1-src",
            }
        })
    }

    /// The fate that is asked for.
    pub fn fate(&self) -> Option<Fate> {
        self.fate.map(|fate| match fate {
            FateName::Exact => Fate::Exact,
            FateName::Approximate => Fate::Approximate,
            FateName::Manual => Fate::Manual,
            FateName::Drop => Fate::Drop,
        })
    }

    /// Whether rows are asked for, not totals.
    pub fn is_narrowed(&self) -> bool {
        let is_picked = self.symbol.is_some() || self.sdk.is_some();
        is_picked || self.target.is_some() || self.fate.is_some() || self.missing
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Args::command().debug_assert();
    }
}
