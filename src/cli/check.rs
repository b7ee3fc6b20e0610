//! `bai2aml check`: lists every use of Batch AI that is left.

use anstream::ColorChoice;
use anyhow::Result;

use super::args::{Check, Format};
use super::read::read;
use super::{Exit, unless_closed};
use crate::output::{Out, json, left};
use crate::report::{Finding, Problem};

/// Runs the subcommand.
pub fn run(args: &Check, color: ColorChoice) -> Result<Exit> {
    let inputs = read(&args.paths.paths, None);
    let checked = crate::convert::check(inputs.sources);
    let findings: Vec<&Finding> = checked.iter().flat_map(|file| &file.findings).collect();
    let wrong = checked.iter().flat_map(|file| &file.problems);
    let problems: Vec<&Problem> = inputs.problems.iter().chain(wrong).collect();
    let mut out = Out::stdout(color);
    let printed = match args.format {
        Format::Text => left::print(&mut out, &findings),
        Format::Json => out.exact(anstyle::Style::new(), &json::left(&findings, &problems)?),
    };
    unless_closed(printed.and_then(|()| out.flush()))?;
    let mut err = Out::stderr(color);
    // Without a standard error there is nobody to tell; the exit code says it.
    let _ = left::print_end(&mut err, inputs.read, &findings, &problems).and_then(|()| err.flush());
    Ok(exit(&findings, &problems))
}

fn exit(findings: &[&Finding], problems: &[&Problem]) -> Exit {
    match (problems.is_empty(), findings.is_empty()) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Left,
        (true, true) => Exit::Clean,
    }
}
