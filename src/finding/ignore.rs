//! Suppressions: `# bai2aml: ignore[BAI101] reason`, at the end of a line or above it.
//!
//! One suppresses what it names and nothing else. One that suppresses nothing, or that gives no reason, is a finding,
//! and those cannot be suppressed.

use super::Spot;
use crate::concept;
use crate::source::Source;
use crate::text::{Span, line_begin};

/// What a comment begins with in the languages that are read.
const OPENERS: [&str; 6] = ["#", "//", "/*", "<!--", "<#", "--"];
/// What one ends with.
const CLOSERS: [&str; 3] = ["*/", "-->", "#>"];
const MARK: &str = "bai2aml:";
const WORD: &str = "ignore";

/// Code of a suppression that suppresses nothing.
const UNUSED: &str = "BAI951";
/// Code of one that gives no reason.
const UNEXPLAINED: &str = "BAI952";

/// A suppression.
struct Ignore {
    /// The comment.
    span: Span,
    /// What it names, and whether that was found.
    names: Vec<(String, bool)>,
    has_reason: bool,
    /// The line that it speaks for.
    line: Span,
}

/// Takes out what the comments suppress, puts in what is wrong with them, and says how many of the given spots are left.
pub(super) fn apply(source: &Source, comments: &[Span], spots: &mut Vec<Spot>) -> usize {
    let mut ignores: Vec<Ignore> = comments.iter().filter_map(|comment| read(source, *comment)).collect();
    // Every one of them has to see every spot: two may name the same, and both are used then.
    spots.retain(|spot| ignores.iter_mut().filter_map(|ignore| ignore.hits(spot).then_some(())).count() == 0);
    let left = spots.len();
    spots.extend(ignores.iter().flat_map(Ignore::faults));
    left
}

fn read(source: &Source, comment: Span) -> Option<Ignore> {
    let (names, reason) = parse(comment.of(source.text()))?;
    let names = names.into_iter().map(|name| (name, false)).collect();
    Some(Ignore { span: comment, names, has_reason: !reason.is_empty(), line: line(source, comment) })
}

/// What a comment in any language says after our name: `ignore[BAI101] reason`; `None` where it is not one of ours.
pub(super) fn content(comment: &str) -> Option<&str> {
    let opener = OPENERS.iter().find(|opener| comment.starts_with(**opener))?;
    let text = comment[opener.len()..].trim();
    let text = CLOSERS.iter().find_map(|closer| text.strip_suffix(closer)).unwrap_or(text);
    Some(text.strip_prefix(MARK)?.trim_start())
}

/// What a comment names, and its reason; `None` if it is no suppression.
fn parse(comment: &str) -> Option<(Vec<String>, &str)> {
    let rest = content(comment)?.strip_prefix(WORD)?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let Some((list, reason)) = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return Some((Vec::new(), rest.trim()));
    };
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    Some((names.map(str::to_owned).collect(), reason.trim()))
}

/// The line that a comment speaks for: its own, or the next one that is no comment if it has one to itself.
fn line(source: &Source, comment: Span) -> Span {
    let text = source.text();
    let own = line_at(text, comment.start);
    if !text[own.start..comment.start].trim().is_empty() {
        return own;
    }
    let mut line = line_at(text, (comment.end + 1).min(text.len()));
    while line.end < text.len() && OPENERS.iter().any(|opener| line.of(text).trim_start().starts_with(opener)) {
        line = line_at(text, line.end + 1);
    }
    let same_cell = source.locate(line.start).cell == source.locate(comment.start).cell;
    if same_cell { line } else { Span::new(comment.end, comment.end) }
}

fn line_at(text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at);
    let start = line_begin(text, at);
    Span::new(start, text[at..].find('\n').map_or(text.len(), |newline| at + newline))
}

impl Ignore {
    /// Whether it suppresses this, which it then remembers.
    fn hits(&mut self, spot: &Spot) -> bool {
        let here = self.line.start <= spot.span.start && spot.span.start < self.line.end;
        let mut hit = false;
        for (name, used) in self.names.iter_mut().filter(|_| here) {
            if is(name, &spot.code) {
                (*used, hit) = (true, true);
            }
        }
        hit
    }

    fn faults(&self) -> Vec<Spot> {
        let fault = |code, symbol: &str, message: String, help: &str| Spot {
            code: String::from(code),
            symbol: symbol.to_owned(),
            span: self.span,
            message: Some(message),
            help: help.to_owned(),
        };
        let mut faults: Vec<Spot> = Vec::new();
        if self.names.is_empty() {
            let help = "write `ignore[CODE] reason`, with the code of what is to be suppressed";
            faults.push(fault(UNUSED, WORD, "this suppression names no code, and suppresses nothing".into(), help));
        }
        for (name, _) in self.names.iter().filter(|(_, used)| !used) {
            let (message, help) = match concept::described(name) {
                Some(_) => (format!("nothing on this line is `{name}`"), "take the suppression out"),
                None => (format!("there is no concept `{name}`"), "`bai2aml explain --list` shows all of them"),
            };
            faults.push(fault(UNUSED, name, message, help));
        }
        let used: Vec<&str> = self.names.iter().filter(|(_, used)| *used).map(|(name, _)| name.as_str()).collect();
        if !self.has_reason && !used.is_empty() {
            let help = "say behind the bracket why this may stay";
            faults.push(fault(UNEXPLAINED, &used.join(","), "this suppression gives no reason".into(), help));
        }
        faults
    }
}

/// Whether a suppression that names this, by code or by name, means that code.
fn is(name: &str, code: &str) -> bool {
    name.eq_ignore_ascii_case(code) || concept::table().find(name).is_some_and(|row| row.code == code)
}
