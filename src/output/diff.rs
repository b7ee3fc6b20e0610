//! Unified diffs, byte for byte: what `git apply` and `patch` take.
//!
//! Lines end at `\n` alone, so a lone `\r`, a form feed or a byte that is not UTF-8 is part of a line like any other.

use std::io;
use std::ops::Range;
use std::path::Path;

use anstyle::Style;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::{Out, style};
use crate::change::{Hunk, split};
use crate::report::Converted;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// How a diff names its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The path from where the patch is applied, `/` between its parts.
    pub path: Vec<u8>,
    /// The path from the top of the git repository that the user stands in, if it is another one.
    pub from_top: Option<Vec<u8>>,
}

impl Name {
    /// A name outside any repository.
    pub fn new(path: &str) -> Self {
        Name { path: path.into(), from_top: None }
    }

    /// A patch without a `diff --git` line is applied from the current folder: that is what we want. But in a sub
    /// folder git guesses how many parts of the path to strip, and guesses wrong when the path repeats the folder
    /// (`site/site/x.py`); and it takes an empty side for a file that is created or deleted. A `diff --git` line, whose
    /// path starts at the top of the repository, leaves it nothing to guess.
    fn needs_top(&self, has_empty_side: bool) -> bool {
        let ambiguous = |top: &Vec<u8>| self.path.starts_with(&top[..top.len().saturating_sub(self.path.len())]);
        has_empty_side || self.from_top.as_ref().is_some_and(ambiguous)
    }

    /// The lines above the hunks. `mark` says that a file comes or goes, and on which side there is none.
    fn header(&self, has_empty_side: bool, mark: Option<Missing>) -> Vec<u8> {
        let git = mark.is_some() || self.needs_top(has_empty_side);
        let path = if git { self.from_top.as_ref().unwrap_or(&self.path) } else { &self.path };
        let (mut old, mut new) = (quoted(b"a/", path), quoted(b"b/", path));
        // A name with a space ends at a tab.
        let end: &[u8] = if path.contains(&b' ') { b"\t\n" } else { b"\n" };
        let mut out = Vec::new();
        if git {
            out.extend([b"diff --git ", &old[..], b" ", &new, b"\n"].concat());
        }
        match mark {
            Some(Missing::Old) => {
                out.extend(b"new file mode 100644\n");
                old = b"/dev/null".to_vec();
            }
            Some(Missing::New) => {
                out.extend(b"deleted file mode 100644\n");
                new = b"/dev/null".to_vec();
            }
            None => {}
        }
        out.extend([b"--- ", &old[..], end, b"+++ ", &new, end].concat());
        out
    }
}

/// The side on which there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Old,
    New,
}

/// A path as git writes it: in double quotes with escapes if a character in it needs that.
fn quoted(side: &[u8], path: &[u8]) -> Vec<u8> {
    let clean = std::str::from_utf8(path).is_ok_and(|path| super::visible::text(path) == path);
    if clean && !path.iter().any(|byte| matches!(byte, b'"' | b'\\' | b'\t')) {
        return [side, path].concat();
    }
    let mut out = [b"\"", side].concat();
    for &byte in path {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    out.push(b'"');
    out
}

/// The diff of a file: each line with its colour and its line ending. Empty if nothing differs.
pub fn lines(name: &Name, before: &[u8], after: &[u8]) -> Vec<(Style, Vec<u8>)> {
    if before == after {
        return Vec::new();
    }
    with_hunks(&name.header(before.is_empty() || after.is_empty(), None), before, after)
}

/// The diff of a file that is made.
pub fn made(name: &Name, after: &[u8]) -> Vec<(Style, Vec<u8>)> {
    with_hunks(&name.header(true, Some(Missing::Old)), b"", after)
}

/// The diff of a file that goes.
pub fn removed(name: &Name, before: &[u8]) -> Vec<(Style, Vec<u8>)> {
    with_hunks(&name.header(true, Some(Missing::New)), before, b"")
}

fn with_hunks(header: &[u8], before: &[u8], after: &[u8]) -> Vec<(Style, Vec<u8>)> {
    let mut out: Vec<_> = header.split_inclusive(|&b| b == b'\n').map(|l| (style::HEADING, l.to_vec())).collect();
    out.extend(hunks(before, after));
    out
}

/// What becomes of a file, with those that are made from it, each under the name that `named` gives it.
pub fn all(file: &Converted, named: impl Fn(&Path) -> Name) -> Vec<(Style, Vec<u8>)> {
    let name = named(&file.path);
    let own = if file.is_removed { removed(&name, &file.before) } else { lines(&name, &file.before, &file.after) };
    let new = file.made.iter().flat_map(|new| made(&named(&new.path), &new.bytes));
    own.into_iter().chain(new).collect()
}

/// A patch of these hunks alone.
pub fn patch_of(name: &Name, before: &[u8], after: &[u8], hunks: &[Hunk]) -> Vec<u8> {
    let (old, new) = (split(before), split(after));
    let mut out = Vec::new();
    for hunk in hunks {
        out.push((style::HUNK, head(hunk.old.clone(), hunk.new.clone())));
        let mut at = hunk.old.start;
        for part in &hunk.replaced {
            push_equal(&mut out, &old[at..part.old.start]);
            push_replaced(&mut out, &old[part.old.clone()], &new[part.new.clone()]);
            at = part.old.end;
        }
        push_equal(&mut out, &old[at..hunk.old.end]);
    }
    let header = name.header(before.is_empty() || after.is_empty(), None);
    header.into_iter().chain(out.into_iter().flat_map(|(_, line)| line)).collect()
}

/// The same as one text, for a file.
pub fn patch(lines: Vec<(Style, Vec<u8>)>) -> Vec<u8> {
    lines.into_iter().flat_map(|(_, line)| line).collect()
}

/// Prints a diff.
pub fn print(out: &mut Out, lines: &[(Style, Vec<u8>)]) -> io::Result<()> {
    lines.iter().try_for_each(|(style, line)| out.exact(*style, line))
}

/// The hunks alone, without the names.
pub fn hunks(before: &[u8], after: &[u8]) -> Vec<(Style, Vec<u8>)> {
    let (old, new) = (split(before), split(after));
    let mut out = Vec::new();
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT) {
        let Some((first, last)) = group.first().zip(group.last()) else { continue };
        let olds = first.old_range().start..last.old_range().end;
        let news = first.new_range().start..last.new_range().end;
        out.push((style::HUNK, head(olds, news)));
        group.iter().for_each(|op| push(&mut out, op, &old, &new));
    }
    out
}

/// The line above a hunk.
fn head(old: Range<usize>, new: Range<usize>) -> Vec<u8> {
    format!("@@ -{} +{} @@\n", range(old), range(new)).into_bytes()
}

/// A range of lines as a hunk header says it: an empty one names the line before it, a single one has no length.
fn range(range: Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    }
}

fn push(out: &mut Vec<(Style, Vec<u8>)>, op: &DiffOp, old: &[&[u8]], new: &[&[u8]]) {
    let (olds, news) = (&old[op.old_range()], &new[op.new_range()]);
    if op.tag() == DiffTag::Equal { push_equal(out, olds) } else { push_replaced(out, olds, news) }
}

fn push_equal(out: &mut Vec<(Style, Vec<u8>)>, lines: &[&[u8]]) {
    lines.iter().for_each(|line| push_line(out, style::PLAIN, b' ', line));
}

fn push_replaced(out: &mut Vec<(Style, Vec<u8>)>, olds: &[&[u8]], news: &[&[u8]]) {
    olds.iter().for_each(|line| push_line(out, style::REMOVED, b'-', line));
    news.iter().for_each(|line| push_line(out, style::ADDED, b'+', line));
}

fn push_line(out: &mut Vec<(Style, Vec<u8>)>, style: Style, sign: u8, line: &[u8]) {
    let whole = line.ends_with(b"\n");
    let end: &[u8] = if whole { b"" } else { b"\n" };
    out.push((style, [&[sign], line, end].concat()));
    if !whole {
        out.push((style::PLAIN, b"\\ No newline at end of file\n".to_vec()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        String::from_utf8(patch(lines(&Name::new("x.py"), before.as_bytes(), after.as_bytes()))).unwrap()
    }

    #[test]
    fn nothing_differs_nothing_is_shown() {
        assert_eq!(diff("a\n", "a\n"), "");
    }

    #[test]
    fn a_change_has_its_context() {
        let (before, after) = ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
        let hunk = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(diff(before, after), format!("--- a/x.py\n+++ b/x.py\n{hunk}"));
    }

    #[test]
    fn a_missing_final_newline_is_said_on_both_sides() {
        let note = "\\ No newline at end of file\n";
        assert_eq!(diff("a", "b"), format!("--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n{note}+b\n{note}"));
    }

    #[test]
    fn a_lone_carriage_return_does_not_end_a_line() {
        assert!(diff("a\rb\n", "a\rc\n").ends_with("@@ -1 +1 @@\n-a\rb\n+a\rc\n"));
    }

    #[test]
    fn an_empty_side_has_a_git_header() {
        assert_eq!(diff("a\n", ""), "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn a_file_that_comes_or_goes_has_no_other_side() {
        let name = Name { path: b"x.yml".into(), from_top: Some(b"sub/x.yml".into()) };
        let text = |lines| String::from_utf8(patch(lines)).unwrap();
        let git = "diff --git a/sub/x.yml b/sub/x.yml\n";
        let came = "new file mode 100644\n--- /dev/null\n+++ b/sub/x.yml\n@@ -0,0 +1 @@\n+a\n";
        assert_eq!(text(made(&name, b"a\n")), format!("{git}{came}"));
        let went = "deleted file mode 100644\n--- a/sub/x.yml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(text(removed(&name, b"a\n")), format!("{git}{went}"));
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted(b"a/", "d/한글 x.py".as_bytes()), "a/d/한글 x.py".as_bytes());
        assert_eq!(quoted(b"a/", b"q\"\\\t\xe9"), b"\"a/q\\\"\\\\\\011\\351\"");
    }

    #[test]
    fn only_a_path_that_git_would_strip_wrongly_starts_at_the_top() {
        let name = |path: &str, top: &str| Name { path: path.into(), from_top: Some(top.into()) };
        assert!(name("site/x.py", "site/site/x.py").needs_top(false));
        assert!(!name("x.py", "site/x.py").needs_top(false));
        assert!(!Name::new("x.py").needs_top(false));
    }
}
