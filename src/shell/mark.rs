//! Marks of a shell's grammar, looked at by themselves.

use super::Join;

/// What stands between commands, and its length.
pub(super) fn separator(rest: &str) -> Option<(Join, usize)> {
    let all = [
        ("&&", Join::And),
        ("||", Join::Or),
        ("|&", Join::Pipe),
        (";;", Join::Line),
        ("|", Join::Pipe),
        (";", Join::Semicolon),
    ];
    let found = all.iter().find(|(mark, _)| rest.starts_with(mark)).map(|(mark, join)| (*join, mark.len()));
    found.or((rest.starts_with('&') && !rest.starts_with("&>")).then_some((Join::Background, 1)))
}

/// Whether an expansion has its end.
pub(super) fn is_closed(expansion: &str) -> bool {
    let behind = expansion.trim_start_matches('$');
    match behind.chars().next() {
        Some('(') => behind.ends_with(')'),
        Some('{') => behind.ends_with('}'),
        Some('`') => behind.len() > 1 && behind.ends_with('`'),
        _ => true,
    }
}

/// The length of text up to the bracket that closes its first one.
pub(super) fn balanced(text: &str, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at + close.len_utf8();
            }
        }
    }
    text.len()
}
