//! The edge: arguments, files and exit codes around the pure core. The only module that uses `anyhow`.
//!
//! It does not convert and does not print: it hands bytes to [`crate::convert`] and results to [`crate::output`].

mod aim;
mod args;
mod check;
mod check_args;
mod clean;
mod commit;
mod completions;
mod config;
mod convert;
mod coverage;
mod explain;
mod folder;
mod git;
mod journal;
mod known;
mod man;
mod lsp;
mod mcp;
mod ndjson;
mod patches;
mod place;
mod prefilter;
mod progress;
mod read;
mod report;
mod report_args;
mod review;
mod review_args;
mod rpc;
mod server_args;
mod sides;
mod undo;
mod verify;
mod walk;

use std::process::ExitCode;

use anstream::ColorChoice;
use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::output::{Out, summary};
use args::{Args, Command};

pub use prefilter::prefilter;

/// Stack of each thread, reserved and not used: code nested a hundred thousand levels deep must not end the process.
const STACK: usize = 256 << 20;

/// How a run ended. The numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing is left to do.
    Clean = 0,
    /// The run went well, and something is left for a person.
    Left = 1,
    /// Something could not be run, read or written.
    Failed = 2,
}

impl Exit {
    /// How a conversion ended.
    fn of(has_problem: bool, has_manual: bool) -> Self {
        match (has_problem, has_manual) {
            (true, _) => Exit::Failed,
            (false, true) => Exit::Left,
            (false, false) => Exit::Clean,
        }
    }
}

/// Reads the arguments of the process, does what they say, and returns its exit code.
pub fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(error) => {
            complain(ColorChoice::Auto, &error);
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let color = args.color();
    let exit = on_large_stack(|| run(&args)).unwrap_or_else(|error| {
        complain(color, &error);
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}

fn run(args: &Args) -> Result<Exit> {
    match &args.command {
        Command::Convert(convert) => convert::run(convert, args.color()),
        Command::Check(check) => check::run(check, args.color()),
        Command::Verify(verify) => verify::run(verify, args.color()),
        Command::Report(report) => report::run(report, args.color()),
        Command::Review(review) => review::run(review, args.color()),
        Command::Undo(undo) => undo::run(undo, args.color()),
        Command::Explain(explain) => explain::run(explain, args.color()),
        Command::Coverage(coverage) => coverage::run(coverage, args.color()),
        Command::Completions(completions) => completions::run(completions, Args::command(), args.color()),
        Command::Man(man) => man::run(man, Args::command(), args.color()),
        Command::Lsp(_) => lsp::run(),
        Command::Mcp(_) => mcp::run(),
    }
}

fn on_large_stack(run: impl FnOnce() -> Result<Exit> + Send) -> Result<Exit> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    pool.context("cannot start a thread")?.install(run)
}

/// Standard error is the last resort: if it is closed too, the exit code has to be enough.
fn complain(color: ColorChoice, error: &anyhow::Error) {
    let mut out = Out::stderr(color);
    let _ = summary::error(&mut out, &place::in_a_line(error)).and_then(|()| out.flush());
}

/// A reader that went away (`| head`) has seen enough: that is not an error, and it does not change the exit code.
fn unless_closed(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the output"),
    }
}
