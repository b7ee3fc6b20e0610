//! `bai2aml review`: a conversion hunk by hunk, decided by a person or by what the command says.
//!
//! Whoever decides, the end is the same: what was chosen is put together, read again, and written as `convert --write`
//! writes.

mod editor;
mod picked;
mod preview;
mod session;

use std::io::{self, IsTerminal};

use anstream::ColorChoice;
use anyhow::{Context, Result};

use super::place::Here;
use super::review_args::Review;
use super::{Exit, undo, unless_closed};
use crate::output::review::{self, Ended};
use crate::output::{Out, summary};
use preview::{Chosen, Preview};
use session::Session;

/// Runs the subcommand.
pub fn run(args: &Review, color: ColorChoice) -> Result<Exit> {
    let here = Here::find().context("cannot read the current folder")?;
    undo::notice(&args.paths.paths, !args.list, color)?;
    let preview = Preview::of(args);
    let mut out = Out::stdout(color);
    let asks = !args.is_decided() && !args.list && out.is_terminal() && io::stdin().is_terminal();
    let mut refused = false;
    let chosen = match () {
        () if args.is_decided() => Some(decided(args, &preview, &mut out)?),
        () if preview.pieces.is_empty() => None,
        () if asks => {
            let mut session = Session::new(&preview, &mut out);
            let chosen = session.run()?;
            refused = session.has_refused();
            chosen
        }
        () => {
            list(&preview, &mut out)?;
            return told(&preview, None, false, color);
        }
    };
    let Some(chosen) = chosen else { return told(&preview, Some(Ended::default()), refused, color) };
    let way = undo::write(&here, &chosen.changes, !args.no_journal)?;
    let taken = chosen.taken.iter().filter(|taken| **taken).count();
    told(&preview, Some(Ended { taken, files: chosen.changes.len(), way }), refused, color)
}

/// Prints all hunks, and how to decide on them.
fn list(preview: &Preview, out: &mut Out) -> Result<()> {
    let head = review::head(out, &preview.id, preview.pieces.len(), preview.changed());
    let all =
        head.and_then(|()| (0..preview.pieces.len()).try_for_each(|at| review::hunk(out, &preview.shown(at, None))));
    unless_closed(all.and_then(|()| out.flush()))
}

/// What the command chose, told.
fn decided(args: &Review, preview: &Preview, out: &mut Out) -> Result<Chosen> {
    let choice = picked::choice(args, preview)?;
    let chosen = preview.chosen(&choice)?;
    let told =
        review::followed(out, &preview.followed(&choice, &chosen)).and_then(|()| review::verdict(out, &chosen.proofs));
    unless_closed(told.and_then(|()| out.flush()))?;
    Ok(chosen)
}

/// Says what went wrong and how it ended; the exit code is that of `convert`, and what was left out is left to do.
fn told(preview: &Preview, ended: Option<Ended>, refused: bool, color: ColorChoice) -> Result<Exit> {
    let mut err = Out::stderr(color);
    let wholes = preview.wholes();
    let all = ended.as_ref().is_some_and(|ended| ended.taken == preview.pieces.len());
    let problems = summary::problems(&mut err, preview.problems()).and_then(|()| review::wholes(&mut err, &wholes));
    let said = problems.and_then(|()| match ended {
        _ if preview.pieces.is_empty() && !wholes.is_empty() => Ok(()),
        Some(ended) => review::ended(&mut err, &ended, preview.pieces.len()),
        None => review::how(&mut err, &preview.id),
    });
    // Without a standard error there is nobody to tell; the exit code says it.
    let _ = said.and_then(|()| err.flush());
    Ok(match () {
        () if refused || preview.problems().next().is_some() => Exit::Failed,
        () if all && !preview.has_manual() && wholes.is_empty() => Exit::Clean,
        () => Exit::Left,
    })
}
