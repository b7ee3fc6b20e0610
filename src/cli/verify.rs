//! `bai2aml verify`: does one program ask Azure for the same as another?

use std::fs;

use anstream::ColorChoice;
use anyhow::{Context, Result, bail};

use super::args::{Format, Verify};
use super::place::shown;
use super::sides::Sides;
use super::{Exit, unless_closed};
use crate::output::{Out, certificate, verdict};
use crate::report::{Problem, Proof, Verdict};

/// Runs the subcommand.
pub fn run(args: &Verify, color: ColorChoice) -> Result<Exit> {
    check_certificate(args)?;
    let Sides { before, after, mut problems } = Sides::of(args)?;
    let (proofs, wrong) = crate::intent::verify(&before, &after);
    problems.extend(wrong);
    let mut out = Out::stdout(color);
    let printed = match args.format {
        Format::Text => verdict::print(&mut out, &proofs),
        Format::Json => out.exact(anstyle::Style::new(), verdict::json(&proofs, &problems)?.as_bytes()),
    };
    unless_closed(printed.and_then(|()| out.flush()))?;
    let mut err = Out::stderr(color);
    // Without a standard error there is nobody to tell; the exit code says it.
    let _ = verdict::print_end(&mut err, &proofs, &problems).and_then(|()| err.flush());
    Ok(exit(&proofs, &problems, args.strict))
}

/// A certificate must be of the two files as they are now.
fn check_certificate(args: &Verify) -> Result<()> {
    let (Some(path), [before, after]) = (&args.certificate, args.paths.as_slice()) else { return Ok(()) };
    let read = |path| fs::read(path).with_context(|| format!("cannot read `{}`", shown(path)));
    match certificate::stale(&read(path)?, &read(before)?, &read(after)?) {
        Some(why) => bail!("the certificate `{}` does not hold: {why}", shown(path)),
        None => Ok(()),
    }
}

fn exit(proofs: &[Proof], problems: &[Problem], strict: bool) -> Exit {
    let has = |verdict: Verdict| proofs.iter().any(|proof| proof.verdict == verdict);
    match () {
        () if !problems.is_empty() => Exit::Failed,
        () if has(Verdict::Differs) || has(Verdict::Missing) => Exit::Left,
        () if strict && (has(Verdict::CannotTell) || has(Verdict::NoCounterpart)) => Exit::Left,
        () if has(Verdict::CannotTell) => Exit::Failed,
        () => Exit::Clean,
    }
}
