//! `bai2aml convert`: read, convert, write, show.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use anyhow::{Context, Result, bail};

use super::args::Convert;
use super::commit::{Change, Guard};
use super::place::{self, Here, shown};
use super::read::{Input, Inputs, is_among, read};
use super::{Exit, folder, ndjson, patches, undo, unless_closed};
use crate::output::run::is_rewritten;
use crate::output::{Done, Out, Run, cells, certificate, diff, json, summary};
use crate::report::Converted;

/// A file that was read, and what became of it.
pub type Pair<'a> = (&'a Input, &'a Converted);

/// Runs the subcommand.
pub fn run(args: &Convert, color: ColorChoice) -> Result<Exit> {
    if args.ndjson {
        return ndjson::run(args, color);
    }
    let here = Here::find().context("cannot read the current folder")?;
    undo::notice(&args.paths.paths, args.write, color)?;
    let Inputs { files, sources, problems, read, .. } = read(&args.paths.paths, args.out_dir.as_deref());
    let options = args.aim.options();
    let (whole, parts) = match args.patches {
        Some(_) => (Vec::new(), Some(crate::convert::plan(sources, &options))),
        None => (crate::convert::convert(sources, &options), None),
    };
    let converted = parts.as_ref().map_or(&whole, |parts| &parts.converted);
    debug_assert_eq!(files.len(), converted.len(), "every source has a result");
    let (target, job_form, done) = (args.aim.target(), args.aim.job_form_name(), done(args));
    let mut run = Run { target, job_form, read, files: converted, problems: &problems, done };
    let mut folder = None;
    if let (Some(dir), Some(parts)) = (&args.patches, &parts) {
        let made = patches::plan(dir, &here, &files, parts, &run)?;
        run.done = Done::Patched(made.patches.clone());
        folder = Some(made);
    }
    let pairs: Vec<Pair<'_>> = files.iter().zip(converted).filter(|(_, file)| is_rewritten(file)).collect();
    let mut changes = plan(args, &run, &here, &pairs)?;
    changes.extend(beside(&args.report, &files, || json::report(&run))?);
    changes.extend(beside(&args.certificate, &files, || certificate::write(&run))?);
    changes.extend(folder.iter().flat_map(|folder| folder.changes.clone()));
    run.done = write(args, &here, &changes, run.done)?;
    if run.done == Done::Shown {
        show(&mut Out::stdout(color), args, &here, &pairs)?;
    }
    // Without a standard error there is nobody to tell; the exit code says it.
    let _ = tell(&mut Out::stderr(color), args, &run, &elsewhere(args, &here, &pairs));
    Ok(Exit::of(run.problems().next().is_some(), run.has_manual()))
}

fn done(args: &Convert) -> Done {
    match &args.out_dir {
        Some(dir) => Done::Written(shown(dir)),
        None if args.write => Done::Rewritten(None),
        None => Done::Shown,
    }
}

/// Writes everything, and says how what is rewritten in place can be put back.
fn write(args: &Convert, here: &Here, changes: &[Change], done: Done) -> Result<Done> {
    Ok(undo::write(here, changes, !args.no_journal)?.map_or(done, |way| Done::Rewritten(Some(way))))
}

/// The files that `--write` or `-o` writes.
fn plan(args: &Convert, run: &Run<'_>, here: &Here, pairs: &[Pair<'_>]) -> Result<Vec<Change>> {
    if let Some(dir) = &args.out_dir {
        return folder::plan(dir, here, pairs, json::report(run)?);
    }
    let rewrite = |(input, file): &Pair<'_>| Some(rewritten(input.real.as_deref()?, file));
    Ok(if args.write { pairs.iter().filter_map(rewrite).flatten().collect() } else { Vec::new() })
}

/// A file in its new form, and those that are made from it.
pub fn rewritten(real: &Path, file: &Converted) -> Vec<Change> {
    let bytes = (!file.is_removed).then(|| file.after.clone());
    let own = Change { path: real.to_path_buf(), bytes, guard: Guard::Unchanged(file.before.clone()) };
    let made = file.made.iter().map(|new| Change::write(place::made(real, new), new.bytes.clone(), Guard::Fresh));
    made.chain([own]).collect()
}

/// The file of `--report` or `--certificate`, which must not be one that was read.
fn beside(
    path: &Option<PathBuf>,
    files: &[Input],
    text: impl FnOnce() -> serde_json::Result<Vec<u8>>,
) -> Result<Option<Change>> {
    let Some(path) = path else { return Ok(None) };
    if is_among(path, files) {
        bail!("the report would replace `{}`, which is one of the files to convert; name another", path.display());
    }
    Ok(Some(Change::write(path.clone(), text()?, Guard::Anything)))
}

fn show(out: &mut Out, args: &Convert, here: &Here, pairs: &[Pair<'_>]) -> Result<()> {
    let shown = pairs.iter().try_for_each(|(input, file)| show_one(out, args.cells, here, input, file));
    unless_closed(shown.and_then(|()| out.flush()))
}

fn show_one(out: &mut Out, by_cell: bool, here: &Here, input: &Input, file: &Converted) -> io::Result<()> {
    if by_cell && cells::print(out, &shown(&input.path), &file.before, &file.after)? {
        return Ok(());
    }
    diff::print(out, &here.diff(input.real.as_deref(), file))
}

/// The folders in which a diff is to be applied if not in the current one, each with its first file.
fn elsewhere(args: &Convert, here: &Here, pairs: &[Pair<'_>]) -> BTreeMap<PathBuf, String> {
    let mut folders = BTreeMap::new();
    if args.write || args.cells {
        return folders;
    }
    for (input, file) in pairs {
        if let (_, Some(folder)) = here.name(input.real.as_deref(), &file.before) {
            folders.entry(folder).or_insert_with(|| shown(&input.path));
        }
    }
    folders
}

fn tell(out: &mut Out, args: &Convert, run: &Run<'_>, elsewhere: &BTreeMap<PathBuf, String>) -> io::Result<()> {
    if args.quiet {
        summary::problems(out, run.problems())?;
        return out.flush();
    }
    summary::print(out, run)?;
    for (folder, path) in elsewhere {
        summary::elsewhere(out, path, &shown(Path::new(folder)))?;
    }
    summary::totals(out, run)?;
    out.flush()
}
