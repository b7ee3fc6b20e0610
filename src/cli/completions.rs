//! `bai2aml completions`: what a shell needs to know to complete the command line.
//!
//! Made from the arguments themselves, and the codes of `explain` from the concept table: nothing is kept by hand.

use anstream::ColorChoice;
use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::Shell;

use super::{Exit, unless_closed};
use crate::concept;
use crate::output::Out;

/// Print the completions for a shell
///
/// The script goes to standard output; where a shell looks for it is in the examples.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  source <(bai2aml completions bash)      in ~/.bashrc
  source <(bai2aml completions zsh)       in ~/.zshrc, after compinit
  bai2aml completions fish > ~/.config/fish/completions/bai2aml.fish
  bai2aml completions powershell | Out-String | Invoke-Expression
                                          in the file that $PROFILE names
  eval (bai2aml completions elvish | slurp)
                                          in ~/.config/elvish/rc.elv";

/// Runs the subcommand.
pub fn run(args: &Completions, command: clap::Command, color: ColorChoice) -> Result<Exit> {
    let mut command = command.mut_subcommand("explain", |explain| {
        explain.mut_arg("code", |code| code.value_parser(PossibleValuesParser::new(codes())))
    });
    let (name, mut script) = (command.get_name().to_owned(), Vec::new());
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    let mut out = Out::stdout(color);
    unless_closed(out.trusted(&String::from_utf8_lossy(&script)).and_then(|()| out.flush()))?;
    Ok(Exit::Clean)
}

/// Each code with what its code does, for the shells that show it.
fn codes() -> Vec<PossibleValue> {
    concept::list().into_iter().map(|(code, _, summary)| PossibleValue::new(code).help(summary)).collect()
}
