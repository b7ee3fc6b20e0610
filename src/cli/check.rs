//! `bai2aml check`: finds every use of Batch AI that is left.

use std::fs;
use std::path::Path;

use anstream::ColorChoice;
use anyhow::{Result, bail};

use super::check_args::Check;
use super::commit::{self, Change, Guard};
use super::progress::Progress;
use super::read::{Input, Inputs, read_estate};
use super::{Exit, clean, known, undo, unless_closed};
use crate::output::check::{self, LeftOut, Listing, Look};
use crate::output::{Out, style};
use crate::report::{Found, Problem};

/// Runs the subcommand.
pub fn run(args: &Check, color: ColorChoice) -> Result<Exit> {
    undo::notice(&args.paths.paths, false, color)?;
    let progress = Progress::start(color);
    let Inputs { files, sources, mut problems, skipped, read } = read_estate(&args.paths.paths, None, args.needle());
    let skipped = args.explain_clean.then(|| clean::skipped(&args.paths.paths, skipped));
    let mut findings = Vec::new();
    let mut left_out = LeftOut::default();
    for file in crate::convert::check(sources, args.second_hop) {
        findings.extend(file.findings);
        problems.extend(file.problems);
        left_out.suppressed += file.suppressed;
    }
    let problems: Vec<&Problem> = problems.iter().collect();
    progress.end();
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, &files, read, &findings, &problems, color);
    }
    let findings = without_known(args, findings, &mut left_out)?;
    let listing = Listing { findings: &findings, problems: &problems, read, left_out, skipped: skipped.as_deref() };
    show(args, &files, &listing, color)?;
    // Without a standard error there is nobody to tell; the exit code says it.
    let mut err = Out::stderr(color);
    let _ = check::print_end(&mut err, &listing).and_then(|()| err.flush());
    Ok(exit(&findings, &problems))
}

fn exit(findings: &[Found], problems: &[&Problem]) -> Exit {
    match (problems.is_empty(), findings.is_empty()) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Left,
        (true, true) => Exit::Clean,
    }
}

/// The findings that neither the baseline nor the past of the branch knows, and those about the baseline itself.
fn without_known(args: &Check, mut findings: Vec<Found>, left_out: &mut LeftOut) -> Result<Vec<Found>> {
    let mut gone = Vec::new();
    if let Some(file) = &args.baseline {
        let compared = known::compare(file, &args.paths.paths, findings)?;
        (findings, gone) = (compared.new, compared.gone);
        left_out.known = compared.known;
    }
    if let Some(rev) = &args.diff_base {
        let compared = known::added(rev, &args.paths.paths, args.needle(), findings)?;
        findings = compared.new;
        left_out.older = compared.known;
    }
    findings.extend(gone);
    Ok(findings)
}

/// Prints the listing, or writes it to the file of `--output`.
fn show(args: &Check, files: &[Input], listing: &Listing<'_>, color: ColorChoice) -> Result<()> {
    let format = args.format();
    let render = if args.has_statistics() { check::statistics } else { check::render };
    if let Some(path) = &args.output {
        return write(path, files, render(format, listing, Look::default())?);
    }
    let mut out = Out::stdout(color);
    let text = render(format, listing, Look { color: out.is_colored(), width: out.width() })?;
    let printed = match format.is_for_people() {
        true => out.trusted(&text),
        false => out.exact(style::PLAIN, text.as_bytes()),
    };
    unless_closed(printed.and_then(|()| out.flush()))
}

/// Writes a file of ours, which must not be one that was read.
fn write(path: &Path, files: &[Input], text: String) -> Result<()> {
    is_ours(path, files)?;
    commit::all(&[Change::write(path.to_path_buf(), text.into_bytes(), Guard::Anything)])
}

fn is_ours(path: &Path, files: &[Input]) -> Result<()> {
    if fs::canonicalize(path).is_ok_and(|path| files.iter().any(|file| file.real.as_ref() == Some(&path))) {
        bail!("the output would replace `{}`, which is one of the files to check; name another", path.display());
    }
    Ok(())
}

/// Writes everything that was found as known; nothing if something could not be read, for then it is not everything.
fn write_baseline(
    path: &Path,
    files: &[Input],
    read: usize,
    findings: &[Found],
    problems: &[&Problem],
    color: ColorChoice,
) -> Result<Exit> {
    is_ours(path, files)?;
    let left_out = LeftOut::default();
    let mut err = Out::stderr(color);
    let _ = check::print_end(&mut err, &Listing { findings, problems, read, left_out, skipped: None });
    let _ = err.flush();
    if !problems.is_empty() {
        bail!("no baseline was written, because not everything could be read");
    }
    known::write(path, findings)?;
    Ok(Exit::Clean)
}
