//! What an editor shows of a finding, as Markdown: what it is, what becomes of it, and what `explain` says of its concept.

use std::fmt::Write;

use super::summary::word;
use super::visible;
use super::worklist::{code, said};
use crate::report::{Finding, Found};
use crate::sdk::Target;

/// A finding, what the conversion says of its place, and the page of its concept.
pub fn markdown(found: &Found, fates: &[&Finding], target: Target, page: Option<&str>) -> String {
    let mut out = format!("**{} {}**: {}", found.code, found.concept, said(&found.message));
    if !found.symbol.is_empty() {
        let _ = write!(out, " ({})", code(&found.symbol));
    }
    out.push_str("\n\n");
    if !found.help.is_empty() {
        let _ = writeln!(out, "{}\n", said(&found.help));
    }
    for fate in fates {
        let of = if fate.code == found.code { String::new() } else { format!("{} ", fate.code) };
        let _ =
            writeln!(out, "- {of}in {} ({target}): **{}**: {}", target.package(), word(fate.fate), said(&fate.message));
        for action in &fate.actions {
            let _ = writeln!(out, "  - do: {}", said(action));
        }
    }
    if let Some(page) = page {
        let _ = write!(out, "\n---\n\n{}", fenced(page));
    }
    out
}

/// A text that is shown as it stands.
fn fenced(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| visible::text(line).into_owned()).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}
