//! What git knows: the files as they were where a branch began.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::place;

/// The files of a repository as they were at one commit, in a folder that goes away with this value.
pub struct Before {
    /// The top of the repository, links resolved.
    top: PathBuf,
    folder: tempfile::TempDir,
}

impl Before {
    /// The files at the merge base of a revision and HEAD, of the repository that holds a path.
    pub fn checkout(rev: &str, path: &Path) -> Result<Self> {
        ensure!(!rev.starts_with('-'), "`{rev}` is no revision");
        let real = fs::canonicalize(path).with_context(|| format!("cannot read `{}`", place::shown(path)))?;
        let folder = if real.is_dir() { real.as_path() } else { real.parent().unwrap_or(&real) };
        let top = git(folder, None, ["rev-parse", "--show-toplevel"])?;
        let top = fs::canonicalize(top).context("cannot read the top of the repository")?;
        git(&top, None, ["rev-parse", "--verify", "--quiet", &format!("{rev}^{{commit}}")])
            .map_err(|_| anyhow::anyhow!("git knows no revision `{rev}`; fetch it, or name another"))?;
        let base = git(&top, None, ["merge-base", rev, "HEAD"]).map_err(|_| {
            anyhow::anyhow!("`{rev}` and HEAD have no commit in common; a shallow clone needs more of the history")
        })?;
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let index = folder.path().join("index");
        let tree = folder.path().join("tree");
        fs::create_dir(&tree).context("cannot make a temporary folder")?;
        git(&top, Some(&index), ["read-tree", &base])?;
        let mut prefix = OsStr::new("--prefix=").to_owned();
        prefix.push(tree.join(""));
        git(&top, Some(&index), [OsStr::new("checkout-index"), OsStr::new("--all"), &prefix])?;
        Ok(Before { top, folder })
    }

    /// Where a path of today was then; none outside of the repository.
    pub fn then(&self, path: &Path) -> Option<PathBuf> {
        let real = fs::canonicalize(path).ok()?;
        Some(self.tree().join(real.strip_prefix(&self.top).ok()?))
    }

    /// The path of a file from the top of the repository, whether it is one of today or one of then.
    pub fn name(&self, path: &str) -> String {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.into());
        let tree = fs::canonicalize(self.tree()).unwrap_or_else(|_| self.tree());
        let inside = real.strip_prefix(tree).or(real.strip_prefix(&self.top));
        place::shown(inside.unwrap_or(&real))
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }
}

/// What a git command prints, without the newline at its end.
fn git<S: AsRef<OsStr>>(folder: &Path, index: Option<&Path>, args: impl IntoIterator<Item = S>) -> Result<String> {
    let mut command = Command::new("git");
    // Large files are not fetched for this: they are no code.
    command.current_dir(folder).args(args).env("GIT_LFS_SKIP_SMUDGE", "1");
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command.output().context("cannot run `git`")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("git: {}", error.lines().next().unwrap_or("it failed and did not say why").trim_start_matches("fatal: "));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned())
}
