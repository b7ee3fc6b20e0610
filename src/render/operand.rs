//! Parentheses: an expression that is put where another stood, or beside an operator, is not taken apart by what is around it.
//!
//! Only as much of Python is read as that needs: brackets, strings, comments, operators.

use super::markup::{END, HARD, NEWLINE, is_reserved};

/// The words that have an expression behind them up to the end of the statement or its colon.
const OPENING: [&str; 3] = ["return", "assert", "yield"];

/// The same, where a colon has to follow: in a comprehension another expression may.
const HEADING: [&str; 4] = ["if", "elif", "while", "in"];

/// The words that are operators.
const OPERATORS: [&str; 10] = ["or", "and", "not", "in", "is", "if", "else", "for", "lambda", "await"];

/// How well an expression holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binding {
    /// A name, a literal, a call, something in brackets: nothing takes it apart. So is what is no expression: keywords,
    /// statements.
    Tight,
    /// Only arithmetic: a sum may go on.
    Sum,
    /// Anything else.
    Loose,
}

/// How well code holds together.
pub fn binding(code: &str) -> Binding {
    let number = code.strip_prefix('-').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    if number || code.trim_start_matches(is_reserved).starts_with('*') {
        return Binding::Tight;
    }
    let (mut found, mut depth, mut rest) = (Binding::Tight, 0usize, code);
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\'' | '"' => length = string_length(rest),
            '#' => length = rest.find(['\n', HARD]).unwrap_or(rest.len()),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            NEWLINE | ',' | ':' => return Binding::Tight,
            '=' | '<' | '>' | '!' => {
                if c == '=' && !rest[1..].starts_with('=') {
                    return Binding::Tight;
                }
                length += usize::from(rest[1..].starts_with('='));
                found = Binding::Loose;
            }
            '&' | '|' | '^' | '~' => found = Binding::Loose,
            '+' | '-' | '*' | '/' | '%' | '@' => found = found.max(Binding::Sum),
            _ if is_word(c) => {
                length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                if OPERATORS.contains(&&rest[..length]) {
                    found = Binding::Loose;
                }
            }
            _ => {}
        }
        rest = &rest[length..];
    }
    found
}

/// Code as an operand of an operator, or with an attribute, subscript or call behind it.
pub fn operand(code: &str) -> String {
    if binding(code) == Binding::Tight { code.to_owned() } else { format!("({code})") }
}

/// Code as a part of a sum.
pub fn summand(code: &str) -> String {
    if binding(code) == Binding::Loose { format!("({code})") } else { code.to_owned() }
}

/// Code for a place in other code: in parentheses where `before` or `after` would take it apart.
pub fn in_place(code: &str, before: &str, after: &str) -> String {
    let bound = binding(code);
    if bound == Binding::Tight {
        return code.to_owned();
    }
    let (before, after) =
        (without_breaks(before), after.trim_start_matches(|c| c == ' ' || c != NEWLINE && is_reserved(c)));
    let (last, next) = (before.chars().last(), after.chars().next());
    let word = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
    let in_string = matches!(last, Some('\'' | '"'));
    let opens = matches!(last, None | Some('(' | '[' | '{' | ',' | ':' | '\n' | NEWLINE))
        || last == Some('=') && !before.ends_with("==") && !before.ends_with("!=")
        || OPENING.contains(&word)
        || HEADING.contains(&word) && next == Some(':');
    let closes = matches!(next, None | Some(')' | ']' | '}' | ',' | ':' | '\n' | '\r' | '#' | NEWLINE))
        || matches!(next, Some('=' | '!')) && !after[1..].starts_with('=');
    let sum = |c: Option<char>| c == Some('+') && bound == Binding::Sum;
    if in_string || (opens || sum(last)) && (closes || sum(next)) { code.to_owned() } else { format!("({code})") }
}

/// Code without the blanks and marks at its end; a line break of the user's is one.
fn without_breaks(code: &str) -> &str {
    let mut code = code;
    loop {
        let shorter = code.trim_end_matches(|c| c == ' ' || !matches!(c, NEWLINE | END) && is_reserved(c));
        match shorter.ends_with(END).then(|| shorter.rfind(HARD)).flatten() {
            Some(at) => code = &shorter[..at],
            None => return shorter,
        }
    }
}

/// How long the string literal is that text begins with.
fn string_length(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let quote = if text.starts_with(&triple) { triple.as_str() } else { quote };
    let mut at = quote.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        let escape = usize::from(rest.starts_with('\\'));
        let Some(c) = rest[escape..].chars().next() else { break };
        at += escape + c.len_utf8();
    }
    text.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_together_is_left() {
        for tight in [
            "a",
            "a.b(c or d)",
            "-1",
            "'a or b'",
            "f\"{x} + {y}\"",
            "[x for x in y]",
            "a=b, c=d",
            "*a",
            "x = 1",
            "'a' 'b'",
            "''",
            "'''a'b''' ",
        ] {
            assert_eq!(binding(tight), Binding::Tight, "{tight}");
        }
        for sum in ["a + b", "a*b", "-a", "'%s' % a", "a // 2"] {
            assert_eq!(binding(sum), Binding::Sum, "{sum}");
        }
        for loose in
            ["a or b", "a if b else c", "a == b", "a<b", "not a", "lambda", "x for x in y", "a | b", "'\\' or' or b"]
        {
            assert_eq!(binding(loose), Binding::Loose, "{loose}");
        }
    }

    #[test]
    fn parentheses_come_where_something_would_take_it_apart() {
        let cases = [
            ("a or b", "f(", ")", "a or b"),
            ("a or b", "f(x=", ", y)", "a or b"),
            ("a or b", "", ".c", "(a or b)"),
            ("a or b", "x == ", "", "(a or b)"),
            ("a or b", "x = ", "\n", "a or b"),
            ("a or b", "return ", "", "a or b"),
            ("a if b else c", "[x for x in ", "]", "(a if b else c)"),
            ("a or b", "for x in ", ":", "a or b"),
            ("a + b", "'x' + ", " + c", "a + b"),
            ("a + b", "", " // c", "(a + b)"),
            ("a or b", "'x' + ", "", "(a or b)"),
            ("a", "", ".c", "a"),
        ];
        for (code, before, after, expected) in cases {
            assert_eq!(in_place(code, before, after), expected, "{before}{code}{after}");
        }
    }
}
