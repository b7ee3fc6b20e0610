//! What `--patches DIR` writes: what is certain, what is to be looked at, and what is left to do by hand.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::commit::{Change, Guard};
use super::place::{Here, shown};
use super::read::Input;
use crate::change::{Patch, Sorted};
use crate::convert::Plan;
use crate::output::run::is_rewritten;
use crate::output::summary::count;
use crate::output::{Patches, Run, diff, worklist};
use crate::report::Converted;

/// The files of the folder, by how far they can be trusted.
const NAMES: [&str; 3] = ["safe.patch", "review.patch", "manual.md"];

/// The files to write, and those of an earlier run to remove.
pub struct Folder {
    pub changes: Vec<Change>,
    pub patches: Patches,
}

/// What to write into the folder.
pub fn plan(dir: &Path, here: &Here, files: &[Input], plan: &Plan, run: &Run<'_>) -> Result<Folder> {
    refuse_others(dir)?;
    let sorted = plan.sorted();
    let [safe, review] = Patch::ALL.map(|patch| text(patch, here, files, plan, &sorted));
    let list = worklist::write(run);
    let mut folder = Folder { changes: Vec::new(), patches: Patches { folder: shown(dir), files: Vec::new() } };
    for (name, content) in NAMES.into_iter().zip([safe, review, list]) {
        let path = dir.join(name);
        let (bytes, holds) = content.unzip();
        match bytes {
            // A file of an earlier run is replaced, one that is new may need its folder first.
            Some(bytes) if path.exists() => folder.changes.push(Change::write(path, bytes, Guard::Anything)),
            Some(bytes) => folder.changes.push(Change::write(path, bytes, Guard::Fresh)),
            None if path.exists() => folder.changes.push(Change { path, bytes: None, guard: Guard::Anything }),
            None => {}
        }
        folder.patches.files.push((name, holds));
    }
    Ok(folder)
}

/// A folder that holds anything else is somebody's: nothing is written into it.
fn refuse_others(dir: &Path) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("cannot read `{}`", shown(dir)))?,
    };
    for entry in entries {
        let name = entry.with_context(|| format!("cannot read `{}`", shown(dir)))?.file_name();
        if !NAMES.iter().any(|own| name == *own) {
            bail!(
                "`{}` holds `{}`, which is not of `--patches`; name an empty folder",
                shown(dir),
                shown(name.as_ref())
            );
        }
    }
    Ok(())
}

/// A patch, and what is in it; nothing if it would be empty.
fn text(patch: Patch, here: &Here, files: &[Input], plan: &Plan, sorted: &Sorted) -> Option<(Vec<u8>, String)> {
    let halves = &sorted.halves[patch as usize];
    let one = |half: &crate::change::Half| {
        let before = &plan.converted[half.file].before;
        let (name, _) = here.name(files[half.file].real.as_deref(), before);
        diff::patch_of(&name, before, &half.after, &half.hunks)
    };
    let mut text: Vec<u8> = halves.iter().flat_map(one).collect();
    let mut hunks: usize = halves.iter().map(|half| half.hunks.len()).sum();
    let mut files_in_it = halves.len();
    // What becomes of a configuration file is several files: somebody has to look at them.
    let is_whole =
        |file: &(&Input, &Converted)| patch == Patch::Review && !file.1.made.is_empty() && is_rewritten(file.1);
    for (input, file) in files.iter().zip(&plan.converted).filter(is_whole) {
        text.extend(diff::patch(here.diff(input.real.as_deref(), file)));
        hunks += file.made.len() + usize::from(file.is_removed);
        files_in_it += file.made.len() + usize::from(file.is_removed);
    }
    let holds = format!("{} in {}", count(hunks, "hunk"), count(files_in_it, "file"));
    (!text.is_empty()).then_some((text, holds))
}
