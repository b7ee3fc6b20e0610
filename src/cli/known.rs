//! Findings that a run leaves out: those that a baseline knows, and those that were there before the branch.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::commit::{self, Change, Guard};
use super::git::Before;
use super::place::shown;
use super::prefilter::Needle;
use super::read::read_estate;
use crate::finding::{Baseline, Compared};
use crate::report::Found;

/// Compares findings with the baseline in a file. `paths` are those that the run looked into.
pub fn compare(file: &Path, paths: &[PathBuf], findings: Vec<Found>) -> Result<Compared> {
    let name = shown(file);
    let text = fs::read_to_string(file).with_context(|| format!("cannot read the baseline `{name}`"))?;
    let baseline = Baseline::read(&name, &text).map_err(|error| anyhow!("`{name}` is no baseline: {error}"))?;
    let folder = folder(file)?;
    let roots: Vec<PathBuf> = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let covers = |path: &str| {
        let path = plain(&folder.join(path));
        roots.iter().any(|root| path.starts_with(root))
    };
    Ok(baseline.compare(findings, |path| relative(&folder, path), covers))
}

/// Writes findings to a file as known ones.
pub fn write(file: &Path, findings: &[Found]) -> Result<()> {
    let folder = folder(file)?;
    let text = Baseline::of(findings, |path| relative(&folder, path)).text()?;
    commit::all(&[Change::write(file.to_path_buf(), text.into_bytes(), Guard::Anything)])
}

/// Leaves out what the same paths held where the branch left a revision.
pub fn added(rev: &str, paths: &[PathBuf], needle: Needle, findings: Vec<Found>) -> Result<Compared> {
    let first = paths.iter().find(|path| path.as_os_str() != "-").context("`--diff-base` needs the name of a path")?;
    let before = Before::checkout(rev, first)?;
    let then = |path: &PathBuf| {
        let there = before.then(path).ok_or_else(|| anyhow!("`{}` is not in the repository", shown(path)))?;
        Ok(Some(there).filter(|there| there.exists()))
    };
    let there: Vec<Option<PathBuf>> = paths.iter().filter(|path| path.exists()).map(then).collect::<Result<_>>()?;
    let there: Vec<PathBuf> = there.into_iter().flatten().collect();
    let checked = crate::convert::check(read_estate(&there, None, needle).sources, needle == Needle::SecondHop);
    let old: Vec<Found> = checked.into_iter().flat_map(|file| file.findings).collect();
    let baseline = Baseline::of(&old, |path| before.name(path));
    Ok(baseline.compare(findings, |path| before.name(path), |_| false))
}

/// The folder of a file, links resolved.
fn folder(file: &Path) -> Result<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(folder).with_context(|| format!("cannot read `{}`", shown(folder)))
}

/// A path as it is seen from a folder, so that a baseline says the same wherever it is used from.
fn relative(folder: &Path, path: &str) -> String {
    let Ok(real) = fs::canonicalize(path) else { return path.to_owned() };
    let same = folder.components().zip(real.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    shown(&up.chain(real.components().skip(same)).collect::<PathBuf>())
}

/// A path without `..` in it, whether it exists or not.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}
