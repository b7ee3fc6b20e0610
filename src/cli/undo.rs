//! `bai2aml undo`: puts back what the last run wrote, all of it or nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use anyhow::{Context, Result, bail};

use super::args::Undo;
use super::commit::{self, Change, Guard};
use super::journal::{self, Journal, Known, Now, State, Store, WAYS, unfinished};
use super::place::{Here, shown};
use super::{Exit, unless_closed};
use crate::output::undone::{self, Listed};
use crate::output::{Out, diff, summary};
use crate::report::Problem;

/// A file that is not as it was before the run.
struct Back {
    path: PathBuf,
    /// What is there; none if the run removed it.
    now: Option<Vec<u8>>,
    old: Option<Vec<u8>>,
}

/// Runs the subcommand.
pub fn run(args: &Undo, color: ColorChoice) -> Result<Exit> {
    let here = Here::find().context("cannot read the current folder")?;
    let store = Store::nearest(args.path.as_deref().unwrap_or(here.folder()))?;
    if args.list {
        return list(store.as_ref(), color);
    }
    let mut err = Out::stderr(color);
    let Some(store) = store else {
        undone::nothing(&mut err).and_then(|()| err.flush())?;
        return Ok(Exit::Left);
    };
    let lock = store.lock()?;
    let Some(last) = store.runs()?.pop() else { return Ok(Exit::Left) };
    let known = last.known()?;
    let listed = listed(&known)?;
    if args.forget {
        known.forget()?;
        undone::forgotten(&mut err, &listed).and_then(|()| err.flush())?;
        return Ok(Exit::Clean);
    }
    let (back, refused) = look(&here, &known)?;
    if !refused.is_empty() {
        summary::problems(&mut err, refused.iter())?;
        undone::refused(&mut err, refused.len(), &listed).and_then(|()| err.flush())?;
        return Ok(Exit::Failed);
    }
    if args.diff || args.dry_run {
        return show(args, &here, &back, color);
    }
    known.sweep()?;
    let changes: Vec<Change> = back.iter().map(Back::change).collect();
    commit::with_journal(&changes, |_| known.undo(lock))?;
    show(args, &here, &back, color)?;
    undone::done(&mut err, back.len(), &listed).and_then(|()| err.flush())?;
    Ok(Exit::Clean)
}

impl Back {
    fn change(&self) -> Change {
        let guard = self.now.clone().map_or(Guard::Fresh, Guard::Unchanged);
        Change { path: self.path.clone(), bytes: self.old.clone(), guard }
    }
}

/// What is to be put back, and what cannot be, because somebody changed it.
fn look(here: &Here, known: &Known) -> Result<(Vec<Back>, Vec<Problem>)> {
    let (mut back, mut refused) = (Vec::new(), Vec::new());
    for file in known.files()? {
        match file.now()? {
            Now::Old => {}
            Now::New(now) => back.push(Back { old: file.old()?, path: file.path, now: Some(now) }),
            Now::Gone => back.push(Back { old: file.old()?, path: file.path, now: None }),
            Now::Other(what) => refused.push(Problem {
                path: shown(&here.seen(&file.path)),
                location: None,
                message: what.to_owned(),
                help: match &file.copy {
                    Some(copy) => format!("its old text is in `{}`", shown(&here.seen(copy))),
                    None => "it is new: the run made it".to_owned(),
                },
            }),
        }
    }
    Ok((back, refused))
}

/// Shows what is put back: the names, or the diff.
fn show(args: &Undo, here: &Here, back: &[Back], color: ColorChoice) -> Result<Exit> {
    let mut out = Out::stdout(color);
    let shown = back.iter().try_for_each(|file| match args.diff {
        true => {
            let (now, old) = (file.now.as_deref(), file.old.as_deref());
            let (name, _) = here.name(Some(&file.path), now.or(old).unwrap_or_default());
            match (now, old) {
                (Some(now), Some(old)) => diff::print(&mut out, &diff::lines(&name, now, old)),
                (Some(now), None) => diff::print(&mut out, &diff::removed(&name, now)),
                (None, old) => diff::print(&mut out, &diff::made(&name, old.unwrap_or_default())),
            }
        }
        false => undone::file(&mut out, &shown(&here.seen(&file.path)), file.old.is_some(), args.dry_run),
    });
    unless_closed(shown.and_then(|()| out.flush()))?;
    Ok(Exit::Clean)
}

fn list(store: Option<&Store>, color: ColorChoice) -> Result<Exit> {
    let mut runs = store.map(Store::runs).transpose()?.unwrap_or_default();
    runs.reverse();
    let listed = runs.into_iter().map(|run| listed(&run.known()?)).collect::<Result<Vec<_>>>()?;
    let mut out = Out::stdout(color);
    unless_closed(undone::list(&mut out, &listed).and_then(|()| out.flush()))?;
    Ok(Exit::Clean)
}

fn listed(known: &Known) -> Result<Listed> {
    let run = known.run();
    Ok(Listed {
        number: run.number,
        time: known.time(),
        command: known.command(),
        files: known.files()?.len(),
        is_done: run.state == State::Done,
    })
}

/// Writes all changes or none: what is rewritten in place with a journal, if one is wanted. Gives the command that puts
/// it back.
pub fn write(here: &Here, changes: &[Change], keeps_journal: bool) -> Result<Option<String>> {
    let is_rewrite = |change: &&Change| matches!(change.guard, Guard::Unchanged(_));
    let rewritten: Vec<&Path> = changes.iter().filter(is_rewrite).map(|change| change.path.as_path()).collect();
    if !keeps_journal || rewritten.is_empty() {
        return commit::all(changes).map(|()| None);
    }
    let journal = Journal::of(here.folder(), &rewritten);
    let top = commit::with_journal(changes, |entries| journal.begin(entries))?;
    way(here, &top).map(Some)
}

/// The command that finds a journal from here.
fn way(here: &Here, top: &Path) -> Result<String> {
    let is_found = Store::nearest(here.folder())?.is_some_and(|store| store.top() == top);
    Ok(if is_found { "bai2aml undo".to_owned() } else { format!("bai2aml undo {}", shown(&here.seen(top))) })
}

/// Says that an earlier run here was ended while it wrote, if one was: that keeps nobody from reading, but from writing.
pub fn notice(paths: &[PathBuf], writes: bool, color: ColorChoice) -> Result<()> {
    let here = fs::canonicalize(".").ok();
    let paths = paths.iter().map(PathBuf::as_path).filter(|path| path.as_os_str() != "-");
    let Some(top) = unfinished(here.as_deref().into_iter().chain(paths)) else { return Ok(()) };
    if writes {
        bail!(journal::not_finished(&top));
    }
    let text = format!("a run was ended while it wrote files in `{}`: some are new, some are old; {WAYS}", shown(&top));
    let mut err = Out::stderr(color);
    // Without a standard error there is nobody to tell.
    let _ = summary::warning(&mut err, &text).and_then(|()| err.flush());
    Ok(())
}
