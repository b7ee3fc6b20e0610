//! The command line: one list that feeds the parser, the help and the completions.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::concept::JobForm;
use crate::sdk::Target;

/// Moves Python code off Azure Batch AI to Azure Machine Learning.
#[derive(Debug, Parser)]
#[command(name = "bai2aml", version, max_term_width = 80, after_help = CODES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 900)]
    color: Color,
}

const CODES: &str = "Exit codes: 0 nothing is left to do, 1 something is left for a person,\n\
    2 something could not be run, read or written";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Convert(Convert),
    Check(Check),
    Explain(Explain),
}

/// Show what becomes of code, as a diff, or rewrite it
///
/// Prints a unified diff to standard output, and what a person has to know about it to standard error. Nothing is
/// written unless `--write`, `-o` or `--report` says so.
#[derive(Debug, clap::Args)]
#[command(after_long_help = CONVERT_EXAMPLES)]
pub struct Convert {
    #[command(flatten)]
    pub paths: Paths,

    /// The Azure ML SDK to write for
    #[arg(long, value_enum, default_value_t = TargetName::V2, value_name = "SDK")]
    target: TargetName,

    /// How to write jobs; only with `--target v1`
    #[arg(long, value_enum, value_name = "FORM")]
    job_form: Option<JobFormName>,

    /// Replace sizes of virtual machines that are retired by what Microsoft names for them
    ///
    /// Without it a size stays as it is, and a finding names its replacement.
    #[arg(long)]
    pub upgrade_vm_sizes: bool,

    /// Rewrite the files in place: all of them, or none
    ///
    /// A file with an error is left as it is; the others are rewritten. If one of them cannot be written, none is.
    #[arg(long, conflicts_with = "out_dir")]
    pub write: bool,

    /// Write new files, their diffs and report.json to DIR
    ///
    /// A file that is already there with another text is never overwritten: the run stops before it writes anything.
    #[arg(short, long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,

    /// Write what became of every use of Batch AI to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Show notebooks cell by cell, to read and not to apply
    #[arg(long, conflicts_with_all = ["write", "out_dir"])]
    pub cells: bool,

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
  bai2aml convert - < job.py              read standard input

Exit codes: 0 nothing is left to do, 1 something is left for a person (fate
`manual`), 2 something could not be run, read or written";

/// List every use of Batch AI that is left, one a line
#[derive(Debug, clap::Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub struct Check {
    #[command(flatten)]
    pub paths: Paths,

    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  bai2aml check .                         is anything left?
  bai2aml check --format json src         for programs

Exit codes: 0 no Batch AI, 1 some, 2 something could not be read";

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

/// What is read.
#[derive(Debug, clap::Args)]
pub struct Paths {
    /// Scripts (.py), notebooks (.ipynb) and folders; `-` is standard input
    ///
    /// In a folder, hidden files and what .gitignore or .ignore names are left out, and links to folders are not
    /// followed. A file that is named is read whatever it is called.
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
enum TargetName {
    /// azure-ai-ml
    V2,
    /// azureml-core, the SDK of the 2019 guide; its support ended 2026-06-30
    V1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum JobFormName {
    /// An estimator for each framework, as the 2019 guide does; the default
    Estimator,
    /// `ScriptRunConfig`, which replaced estimators
    ScriptRunConfig,
}

/// How `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One finding a line
    Text,
    /// One object with all findings
    Json,
}

impl Args {
    /// The arguments of the process. If they make no sense, this prints why and ends the process.
    pub fn read() -> Self {
        let args = Args::parse();
        if let Command::Convert(convert) = &args.command
            && let Some(conflict) = convert.conflict()
        {
            Args::command().error(ErrorKind::ArgumentConflict, conflict).exit();
        }
        args
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

impl Convert {
    /// The SDK to write for.
    pub fn target(&self) -> Target {
        match self.target {
            TargetName::V1 => Target::V1,
            TargetName::V2 => Target::V2,
        }
    }

    /// How to write jobs.
    pub fn job_form(&self) -> JobForm {
        match self.job_form {
            Some(JobFormName::ScriptRunConfig) => JobForm::ScriptRunConfig,
            Some(JobFormName::Estimator) | None => JobForm::Estimator,
        }
    }

    /// The name of the job form, for the report; v2 has only one.
    pub fn job_form_name(&self) -> Option<&'static str> {
        match (self.target, self.job_form) {
            (TargetName::V2, _) => None,
            (TargetName::V1, Some(JobFormName::ScriptRunConfig)) => Some("script-run-config"),
            (TargetName::V1, _) => Some("estimator"),
        }
    }

    /// What the parser cannot say by itself: arguments that do not go together.
    fn conflict(&self) -> Option<&'static str> {
        let stdin = self.paths.paths.iter().any(|path| path.as_os_str() == "-");
        if self.job_form.is_some() && self.target == TargetName::V2 {
            return Some("`--job-form` needs `--target v1`: v2 has one way to write a job");
        }
        if self.report.as_ref().is_some_and(|path| path.as_os_str() == "-") {
            return Some("`--report` needs the name of a file: standard output is for the diff");
        }
        (self.write && stdin).then_some("`--write` cannot rewrite standard input: leave it out, or name a file")
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
