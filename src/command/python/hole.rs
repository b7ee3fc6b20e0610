//! Holes: what stands for an expression in a text for a shell.

use crate::text::{Edit, Span, edited};

/// A piece of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Hole(usize),
}

/// What stands for the expression with a number.
pub(super) fn written(number: usize) -> String {
    format!("{{h{number}}}")
}

/// The pieces of a text, in order, with the places where they begin.
pub(super) fn tokens(text: &str) -> Vec<(usize, Token<'_>)> {
    let (mut tokens, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(found) = text[at..].find("{h").map(|found| at + found) {
        let digits = text[found + 2..].find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let number = text[found + 2..found + 2 + digits].parse::<usize>().ok();
        let is_doubled = (found - text[..found].trim_end_matches('{').len()) % 2 == 1;
        let is_closed = text[found + 2 + digits..].starts_with('}');
        let (Some(number), true, false) = (number, is_closed, is_doubled) else {
            at = found + 2;
            continue;
        };
        if start < found {
            tokens.push((start, Token::Text(&text[start..found])));
        }
        tokens.push((found, Token::Hole(number)));
        at = found + 2 + digits + 1;
        start = at;
    }
    if start < text.len() {
        tokens.push((start, Token::Text(&text[start..])));
    }
    tokens
}

/// The holes of a text in their order.
pub(super) fn numbers(text: &str) -> Vec<usize> {
    let tokens = tokens(text).into_iter();
    tokens.filter_map(|(_, token)| if let Token::Hole(number) = token { Some(number) } else { None }).collect()
}

/// A text for people, with the expressions themselves.
pub(super) fn shown(text: &str, holes: &[String]) -> String {
    let tokens = tokens(text).into_iter();
    let shown = tokens.map(|(_, token)| match token {
        Token::Text(text) => text.to_owned(),
        Token::Hole(number) => {
            holes.get(number).map_or_else(String::new, |hole| hole.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    });
    shown.collect()
}

/// A text with its edits made.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    edited(text, Span::new(0, text.len()), edits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_from_braces() {
        assert_eq!(numbers("-n {h0} -q {{h1}} x{h12}{h3}"), [0, 12, 3]);
        assert_eq!(shown("a {h1}b", &["x".into(), "y  (z)".into()]), "a y (z)b");
    }
}
