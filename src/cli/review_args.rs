//! The options of `review`.

use std::path::PathBuf;

use super::aim::Aim;
use super::args::Paths;

/// Decide hunk by hunk what becomes of code, and rewrite the files
///
/// Shows one hunk after the other and asks. What goes together is taken together: a hunk is left out with the one that
/// it depends on. At the end it says what `verify` says of what was chosen, and writes it as `convert --write` does.
/// Without a terminal it lists the hunks, and takes decisions from `--accept`, `--reject` or `--decisions`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Review {
    #[command(flatten)]
    pub paths: Paths,

    #[command(flatten)]
    pub aim: Aim,

    /// Take these hunks and ask nothing: numbers of a preview (`1,3-5`), fates (`exact,drop`), or `all`
    #[arg(long, value_name = "HUNKS")]
    pub accept: Option<String>,

    /// Leave these hunks out, in the same words; it wins over `--accept`
    #[arg(long, value_name = "HUNKS")]
    pub reject: Option<String>,

    /// Take what does the same as before, or is gone safely: the same as `--accept exact,drop`
    #[arg(long, conflicts_with = "accept")]
    pub accept_exact: bool,

    /// The preview that the numbers are of; if a file has changed since, nothing is written
    #[arg(long, value_name = "ID")]
    pub preview: Option<String>,

    /// Take the decisions from FILE, a line each: `preview ID`, `accept HUNKS`, `reject HUNKS`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accept", "reject", "accept_exact", "preview"])]
    pub decisions: Option<PathBuf>,

    /// List the hunks and ask nothing, also on a terminal
    #[arg(long, conflicts_with_all = ["accept", "reject", "accept_exact", "decisions", "preview"])]
    pub list: bool,

    /// Keep no journal: nothing can be undone
    #[arg(long)]
    pub no_journal: bool,
}

const EXAMPLES: &str = "\
Examples:
  bai2aml review src                       hunk by hunk, on a terminal
  bai2aml review --list src                all hunks, with their numbers
  bai2aml review --accept-exact src        what is certain, without a question
  bai2aml review --preview 6f1c09a3d2e4 --accept all --reject 7 src

Exit codes: 0 everything was taken and nothing is left to do, 1 hunks were left
out or listed, or something is left for a person (fate `manual`), 2 something could
not be run, read or written, or a file has changed since the preview";

impl Review {
    /// Whether the decisions come with the command.
    pub fn is_decided(&self) -> bool {
        self.accept.is_some() || self.reject.is_some() || self.accept_exact || self.decisions.is_some()
    }

    /// What the parser cannot say by itself.
    pub fn conflict(&self, asks_for_form: bool) -> Option<&'static str> {
        if self.paths.paths.iter().any(|path| path.as_os_str() == "-") {
            return Some("`review` cannot rewrite standard input: name a file");
        }
        if self.preview.is_some() && !self.is_decided() {
            return Some("`--preview` needs `--accept` or `--reject`");
        }
        self.aim.conflict(asks_for_form)
    }
}
