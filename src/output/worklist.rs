//! The work list beside the patches, in Markdown: what is left to do by hand, and what to look at in `review.patch`.
//!
//! It prints no code. What comes from user code or a file name is escaped, so that it is text wherever it is shown.

use std::fmt::Write;

use super::run::Run;
use super::summary::{count, place, word};
use super::visible;
use crate::finding::without_secrets;
use crate::report::{Converted, Fate, Finding, Problem};

/// The list, and what is in it; nothing if there is nothing to tell.
pub fn write(run: &Run<'_>) -> Option<(Vec<u8>, String)> {
    let of = |fate: Fate| {
        let files = run.files.iter().map(move |file| (file, findings(file, fate)));
        files.filter(|(_, findings)| !findings.is_empty()).collect::<Vec<_>>()
    };
    let (left, look) = (of(Fate::Manual), of(Fate::Approximate));
    let problems: Vec<&Problem> = run.problems().collect();
    if left.is_empty() && look.is_empty() && problems.is_empty() {
        return None;
    }
    let mut out = String::new();
    section(&mut out, "Left to do by hand", LEFT, &left);
    if !problems.is_empty() {
        out.push_str("# Not converted\n\n");
        for problem in problems {
            let at = problem.location.as_ref().map_or_else(|| visible::text(&problem.path).into_owned(), place);
            let _ = writeln!(out, "- [ ] {}: {}", code(&at), said(&problem.message));
            let _ = writeln!(out, "  - do: {}", said(&problem.help));
        }
        out.push('\n');
    }
    section(&mut out, "To look at in review.patch", LOOK, &look);
    let number =
        |files: &[(&Converted, Vec<&Finding>)]| files.iter().map(|(_, findings)| findings.len()).sum::<usize>();
    let holds = format!("{} left to do by hand, {} to look at", count(number(&left), "place"), number(&look));
    Some((format!("{}\n", out.trim_end()).into_bytes(), holds))
}

const LEFT: &str = "The code stays as it is there, and `review.patch` puts a comment above it. Lines are those of the files before a patch\n\
    is applied.";
const LOOK: &str = "The new code works, and something differs.";

fn findings(file: &Converted, fate: Fate) -> Vec<&Finding> {
    file.findings.iter().filter(|finding| finding.fate == fate).collect()
}

fn section(out: &mut String, title: &str, text: &str, files: &[(&Converted, Vec<&Finding>)]) {
    if files.is_empty() {
        return;
    }
    let _ = writeln!(out, "# {title}\n\n{text}\n");
    for (file, findings) in files {
        let path = visible::text(&file.path.to_string_lossy()).into_owned();
        let _ = writeln!(out, "## {}\n\n{}:\n", code(&path), count(findings.len(), "place"));
        for finding in findings {
            let Finding { code: number, symbol, message, actions, also, .. } = finding;
            let at = code(&place(&finding.location));
            let _ = writeln!(out, "- [ ] {at} {number} {}: {}", code(symbol), said(message));
            for also in also {
                let _ = writeln!(out, "  - also {}: {}", word(also.fate), said(&also.message));
            }
            for action in actions {
                let _ = writeln!(out, "  - do: {}", said(action));
            }
        }
        out.push('\n');
    }
}

/// Text of this program, in which user code stands between backquotes.
pub(super) fn said(text: &str) -> String {
    let text = without_secrets(text);
    let text = visible::text(&text).replace('\t', " ");
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { plain(part) }).collect()
}

/// Text between backquotes, one more of them than stand in it.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    if text.is_empty() { String::new() } else { format!("{fence}{space}{}{space}{fence}", visible::text(text)) }
}

/// Text in which nothing is markup.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#|~&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(said("`a_b` is <b>gone</b>, [x](y)"), "`a_b` is \\<b\\>gone\\</b\\>, \\[x\\](y)");
        assert_eq!(said("a ` alone"), "a \\` alone");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("\u{1b}[31m"), "`^[[31m`");
    }

    #[test]
    fn secrets_are_hidden() {
        let text = said("`--password s3cret` is an option, `account_key='abc'` is not");
        assert_eq!(
            text,
            "`--password ******` is an option, `account\\_key` is not".replace("account\\_key", "account_key='***'")
        );
    }
}
