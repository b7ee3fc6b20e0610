//! What `-o DIR` writes: each rewritten file at its relative path, its diff beside it, and the report.
//!
//! Nothing outside DIR: paths from elsewhere are moved into it, and a link inside it that leads out is an error.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::commit::{Change, Guard};
use super::convert::Pair;
use super::place::{self, Here};
use super::read::Input;
use crate::output::diff::{self, Name};

/// The files to write for these results.
pub fn plan(dir: &Path, here: &Here, pairs: &[Pair<'_>], report: Vec<u8>) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (input, file) in pairs {
        let (name, _) = here.name(input.real.as_deref(), &file.before);
        let path = dir.join(inside(input, here, &name));
        if !file.is_removed {
            changes.push(fresh(path.clone(), file.after.clone()));
        }
        changes.extend(file.made.iter().map(|new| fresh(place::made(&path, new), new.bytes.clone())));
        changes.push(fresh(with_end(path, ".diff"), diff::patch(here.diff(input.real.as_deref(), file))));
    }
    changes.push(fresh(dir.join("report.json"), report));
    changes.iter().try_for_each(|change| stays_inside(dir, &change.path))?;
    Ok(changes)
}

fn fresh(path: PathBuf, bytes: Vec<u8>) -> Change {
    Change::write(path, bytes, Guard::Fresh)
}

/// The path of a result within the folder.
fn inside(input: &Input, here: &Here, name: &Name) -> PathBuf {
    let path = match &input.real {
        Some(real) => here.relative(real, &input.path, input.folder.as_deref()),
        None => String::from_utf8_lossy(&name.path).into_owned().into(),
    };
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

fn with_end(path: PathBuf, end: &str) -> PathBuf {
    let mut path = path.into_os_string();
    path.push(end);
    path.into()
}

/// A link inside the folder must not lead the files out of it.
fn stays_inside(dir: &Path, path: &Path) -> Result<()> {
    let Ok(top) = fs::canonicalize(dir) else { return Ok(()) };
    let parent = path.ancestors().skip(1).find(|path| path.exists()).unwrap_or(dir);
    let parent = fs::canonicalize(parent).with_context(|| format!("cannot read `{}`", parent.display()))?;
    ensure!(parent.starts_with(&top), "`{}` leads out of `{}` through a link", path.display(), dir.display());
    Ok(())
}
