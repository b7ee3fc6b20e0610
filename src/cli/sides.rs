//! The two sides of `bai2aml verify`: two paths, the sides of a unified diff, or two revisions of a Git repository. Only this
//! file starts Git, and only to read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::args::Verify;
use super::place::shown;
use super::read::{Inputs, everything, everything_inside};
use crate::report::Problem;
use crate::source::Source;

/// Two sides to compare.
#[derive(Default)]
pub struct Sides {
    pub before: Vec<Source>,
    pub after: Vec<Source>,
    pub problems: Vec<Problem>,
}

impl Sides {
    /// The sides that the arguments name.
    pub fn of(args: &Verify) -> Result<Self> {
        match (&args.diff, &args.git, args.paths.as_slice()) {
            (Some(diff), ..) => Self::of_diff(diff),
            (_, Some(range), _) => Self::of_git(range),
            (.., [before, after]) => Ok(Self::of_paths(before, after)),
            _ => bail!("name two files or two folders: the old and the new"),
        }
    }

    fn of_paths(before: &Path, after: &Path) -> Self {
        Self::of_inputs(everything(before), everything(after))
    }

    /// Two paths, and nothing outside of a folder.
    pub fn inside(top: &Path, before: &Path, after: &Path) -> Self {
        Self::of_inputs(everything_inside(top, before), everything_inside(top, after))
    }

    /// The files below these paths as they were in a revision, and as they are; those that did not change are left out.
    pub fn since(base: &str, top: &Path, paths: &[PathBuf]) -> Result<Self> {
        if base.starts_with('-') {
            bail!("`{base}` is no revision");
        }
        let mut names = names_in(&git(&["diff", "--name-only", "-z", "--no-renames", "--relative", base, "--", "."])?);
        // Code can move into files that git does not know yet.
        names.extend(names_in(&git(&["ls-files", "--others", "--exclude-standard", "-z", "--", "."])?));
        let is_meant = |name: &PathBuf| paths.iter().any(|path| path.as_os_str() == "." || name.starts_with(path));
        let mut sides = Sides::default();
        for path in names.iter().filter(|name| is_meant(name)).map(|name| shown(name)).filter(|name| is_python(name)) {
            let old = git(&["show", &format!("{base}:./{path}")]).ok();
            let real = fs::canonicalize(&path).ok().filter(|real| real.starts_with(top));
            sides.add(&path, old, real.and_then(|real| fs::read(real).ok()));
        }
        Ok(sides)
    }

    fn of_inputs(old: Inputs, new: Inputs) -> Self {
        let mut problems = old.problems;
        problems.extend(new.problems);
        Sides { before: old.sources, after: new.sources, problems }
    }

    fn of_diff(diff: &Path) -> Result<Self> {
        let text = fs::read_to_string(diff).with_context(|| format!("cannot read `{}`", shown(diff)))?;
        let mut sides = Sides::default();
        for file in files_of(&text).into_iter().filter(|file| is_python(&file.path)) {
            let tree = fs::read_to_string(&file.path).unwrap_or_default();
            let (old, new) = match (apply(&tree, &file.hunks, false), apply(&tree, &file.hunks, true)) {
                (Some(new), _) => (tree, new),
                (None, Some(old)) => (old, tree),
                (None, None) => bail!("the diff does not fit `{}`, applied or not", file.path),
            };
            sides.add(&file.path, Some(old.into_bytes()), Some(new.into_bytes()));
        }
        Ok(sides)
    }

    /// Two revisions, in the files that changed between them.
    pub fn of_git(range: &str) -> Result<Self> {
        let Some((base, head)) = range.split_once("..").filter(|(base, _)| !base.is_empty()) else {
            bail!("`{range}` is no range: write `BASE..HEAD`")
        };
        let head = if head.is_empty() { "HEAD" } else { head };
        if base.starts_with('-') || head.starts_with('-') {
            bail!("`{range}` is no range: write `BASE..HEAD`");
        }
        let names = git(&["diff", "--name-only", "-z", "--no-renames", "--relative", base, head])?;
        let names = names_in(&names);
        let mut sides = Sides::default();
        for path in names.iter().map(|path| shown(path)).filter(|path| is_python(path)) {
            let old = git(&["show", &format!("{base}:./{path}")]).ok();
            let new = git(&["show", &format!("{head}:./{path}")]).ok();
            sides.add(&path, old, new);
        }
        Ok(sides)
    }

    fn add(&mut self, path: &str, old: Option<Vec<u8>>, new: Option<Vec<u8>>) {
        for (bytes, side) in [(old, &mut self.before), (new, &mut self.after)] {
            match bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| Source::read(path, bytes)) {
                Some(Ok(source)) => side.push(source),
                Some(Err(problem)) => self.problems.push(problem),
                None => {}
            }
        }
    }
}

fn is_python(path: &str) -> bool {
    let end = Path::new(path).extension();
    ["py", "ipynb"].iter().any(|python| end.is_some_and(|end| end.eq_ignore_ascii_case(python)))
}

/// The names that git gives with `-z`.
fn names_in(list: &[u8]) -> BTreeSet<PathBuf> {
    let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned().into()).collect()
}

fn git(args: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").args(args).output().context("cannot start `git`")?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim()),
    }
}

/// A file in a diff.
struct Patched<'d> {
    path: String,
    hunks: Vec<Hunk<'d>>,
}

/// A hunk: the first lines of both sides, from 1, and its lines with their marks.
struct Hunk<'d> {
    old: usize,
    new: usize,
    lines: Vec<&'d str>,
}

fn files_of(diff: &str) -> Vec<Patched<'_>> {
    let mut files: Vec<Patched> = Vec::new();
    let (mut before, mut left) = ("", (0, 0));
    for line in diff.split_inclusive('\n') {
        let hunk = files.last_mut().and_then(|file| file.hunks.last_mut());
        if let (true, Some(hunk)) = (left != (0, 0) || line.starts_with('\\'), hunk) {
            hunk.lines.push(line);
            match line.as_bytes().first() {
                Some(b'-') => left.0 -= 1,
                Some(b'+') => left.1 -= 1,
                Some(b'\\') => {}
                _ => left = (left.0 - 1, left.1 - 1),
            }
        } else if let Some(name) = line.strip_prefix("--- ") {
            before = name;
        } else if let Some(name) = line.strip_prefix("+++ ") {
            let name = if name.starts_with("/dev/null") { before } else { name };
            let name = name.split('\t').next().unwrap_or(name).trim_end();
            let name = name.strip_prefix("a/").or_else(|| name.strip_prefix("b/")).unwrap_or(name);
            files.push(Patched { path: name.trim_matches('"').to_owned(), hunks: Vec::new() });
        } else if let (Some((hunk, counts)), Some(file)) = (header(line), files.last_mut()) {
            left = counts;
            file.hunks.push(hunk);
        }
    }
    files
}

/// `@@ -1,2 +3,4 @@`
fn header(line: &str) -> Option<(Hunk<'_>, (isize, isize))> {
    let ranges = line.strip_prefix("@@ -")?.split(" @@").next()?;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    let ((old, olds), (new, news)): ((usize, isize), (usize, isize)) = (range(old)?, range(new)?);
    Some((Hunk { old, new, lines: Vec::new() }, (olds, news)))
}

/// The text with the hunks applied, or taken back; nothing where they do not fit.
fn apply(text: &str, hunks: &[Hunk], back: bool) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut out, mut at) = (String::new(), 0);
    let (gone, come) = if back { ('+', '-') } else { ('-', '+') };
    for hunk in hunks {
        let first = if back { hunk.new } else { hunk.old }.saturating_sub(1);
        out.extend(lines.get(at..first.max(at))?.iter().copied());
        at = first.max(at);
        for (index, line) in hunk.lines.iter().enumerate() {
            let ends = hunk.lines.get(index + 1).is_some_and(|next| next.starts_with('\\'));
            let body = line.get(1..).unwrap_or("\n");
            let body = if ends { body.trim_end_matches('\n') } else { body };
            let mark = line.chars().next().filter(|mark| *mark != '\n').unwrap_or(' ');
            if mark == gone || mark == ' ' {
                (lines.get(at).copied() == Some(body)).then_some(())?;
                at += 1;
            }
            if mark == come || mark == ' ' {
                out.push_str(body);
            }
        }
    }
    out.extend(lines.get(at..)?.iter().copied());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str =
        "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a = 1\n+a = 2\n b = 3\n\\ No newline at end of file\n";

    #[test]
    fn a_diff_is_applied_and_taken_back() {
        let files = files_of(DIFF);
        assert_eq!(files[0].path, "x.py");
        assert_eq!(apply("a = 1\nb = 3", &files[0].hunks, false).as_deref(), Some("a = 2\nb = 3"));
        assert_eq!(apply("a = 2\nb = 3", &files[0].hunks, true).as_deref(), Some("a = 1\nb = 3"));
        assert_eq!(apply("a = 9\nb = 3", &files[0].hunks, false), None);
    }
}
