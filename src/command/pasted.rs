//! Command lines that R puts together from strings and values: `paste("az … -g", group)`, `paste0("az … -g ", group)`.
//!
//! They are read as one line in which every value stands for a word or a part of one, every byte in its place. What is
//! written has to be such a line again, with the same values in the same order.

use crate::text::{Edit, Span, edited, line_begin, next_line};
use crate::translate::Stuck;

/// How the parts are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pasted {
    /// With blanks between them.
    Apart,
    Together,
}

/// The functions.
const CALLS: [(&str, Pasted); 2] = [("paste0(", Pasted::Together), ("paste(", Pasted::Apart)];
/// What R runs a command line with.
const RUNS: [&str; 4] = ["invisible(", "system(", "shell(", "sprintf("];
/// What stands for a value: a pattern to a shell, and so no text that is known.
const VALUE: &str = "*";

/// An argument; of a string what stands between its quotes.
#[derive(Debug)]
struct Argument {
    span: Span,
    quote: Option<char>,
}

/// The command lines in a part of a text, from behind the first quote on, with their quotes.
pub(super) fn lines(text: &str, part: Span) -> Vec<(Span, char, Pasted)> {
    let calls = CALLS.iter().flat_map(|(call, pasted)| {
        let found = part.of(text).match_indices(call);
        found.map(move |(at, _)| (part.start + at, part.start + at + call.len(), *pasted))
    });
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let calls = calls.filter(|(at, ..)| !text[..*at].ends_with(is_word));
    calls
        .filter_map(|(_, start, pasted)| line(text, start, part.end).map(|(span, quote)| (span, quote, pasted)))
        .collect()
}

fn line(text: &str, start: usize, end: usize) -> Option<(Span, char)> {
    let all = arguments(&text[..end], start)?;
    let first = all.first()?;
    let quote = first.quote.filter(|_| first.span.of(text) == "az" || first.span.of(text).starts_with("az "))?;
    let is_one_kind = all.iter().all(|arg| arg.quote.is_none_or(|other| other == quote));
    (all.len() > 1 && is_one_kind).then(|| (Span::new(first.span.start, all[all.len() - 1].span.end), quote))
}

/// The arguments of a call from behind its parenthesis on, if they are strings and values only.
fn arguments(text: &str, start: usize) -> Option<Vec<Argument>> {
    let (mut all, mut at) = (Vec::new(), start);
    loop {
        at = blank(text, at);
        let argument = argument(text, at)?;
        at = argument.span.end + argument.quote.map_or(0, char::len_utf8);
        all.push(argument);
        at = blank(text, at);
        match text[at..].chars().next()? {
            ',' => at += 1,
            ')' => return Some(all),
            _ => return None,
        }
    }
}

/// The place behind white space and comments.
fn blank(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start();
    match rest.strip_prefix('#').and_then(|comment| comment.find('\n')) {
        Some(end) => blank(text, text.len() - rest.len() + 1 + end),
        None => text.len() - rest.len(),
    }
}

fn argument(text: &str, at: usize) -> Option<Argument> {
    let rest = &text[at..];
    if let Some(quote) = rest.chars().next().filter(|c| ['"', '\''].contains(c)) {
        let inner = rest[1..].find(quote).map(|end| &rest[1..=end])?;
        let is_plain = !inner.contains(['\\', '\n']);
        return is_plain.then(|| Argument { span: Span::new(at + 1, at + 1 + inner.len()), quote: Some(quote) });
    }
    let (mut depth, mut quote, mut end) = (0, None, rest.len());
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ',' | ')') if depth == 0 => {
                end = at;
                break;
            }
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    let value = rest[..end].trim_end();
    let name = value.split('=').next().unwrap_or_default().trim();
    let is_odd = value.contains('#');
    let is_named = ["sep", "collapse", "recycle0"].contains(&name);
    (!value.is_empty() && !is_named && !is_odd).then(|| Argument { span: Span::new(at, at + value.len()), quote: None })
}

/// The text with the line as a shell will see it; none where strings meet within a word.
pub(super) fn shadow(text: &str, span: Span, pasted: Pasted) -> Option<String> {
    let all = arguments(text, span.start - 1)?;
    let mut line = span.of(text).to_owned();
    let mut cover = |part: Span, with: &str| {
        let at = part.start - span.start..part.end - span.start;
        line.replace_range(at.clone(), &with.repeat(at.len()));
    };
    if pasted == Pasted::Together {
        holes(&all).into_iter().for_each(|hole| cover(hole, VALUE));
    } else {
        all.iter().filter(|arg| arg.quote.is_none()).for_each(|value| cover(value.span, VALUE));
    }
    for two in all.windows(2).filter(|two| pasted == Pasted::Apart || two.iter().all(|arg| arg.quote.is_some())) {
        let (before, after) = (two[0].span.of(text), two[1].span.of(text));
        if pasted == Pasted::Together && !before.ends_with(' ') && !after.starts_with(' ') {
            return None;
        }
        cover(Span::new(two[0].span.end, two[1].span.start), " ");
    }
    Some(format!("{}{line}{}", &text[..span.start], &text[span.end..]))
}

/// What stands between strings, values and all, where they are put together without blanks.
fn holes(all: &[Argument]) -> Vec<Span> {
    let (mut holes, mut open): (Vec<Span>, Option<Span>) = (Vec::new(), None);
    let mut last = 0;
    for arg in all {
        match (arg.quote, open) {
            (None, None) => open = Some(Span::new(last, arg.span.end)),
            (None, Some(hole)) => open = Some(Span::new(hole.start, arg.span.end)),
            (Some(_), Some(hole)) => {
                holes.push(Span::new(hole.start, arg.span.start));
                open = None;
            }
            (Some(_), None) => {}
        }
        last = arg.span.end;
    }
    holes.extend(open);
    holes
}

/// The whole call that runs a string of R, if it is a statement on lines of its own, with these lines; a comment behind it
/// stays. `string`: what stands between the quotes, or is put together.
pub(super) fn statement(text: &str, string: Span) -> Option<Span> {
    let start = line_begin(text, string.start);
    let called = text[start..string.start - 1].trim_start();
    let begin = string.start - 1 - called.len();
    let (mut depth, mut rest) = (0, called);
    while !rest.is_empty() {
        let call = RUNS.iter().chain(CALLS.iter().map(|(call, _)| call)).find_map(|call| rest.strip_prefix(call));
        rest = call?.trim_start();
        depth += 1;
    }
    // The line above must not hold the beginning of what this is the end of.
    let above = text[..start].lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let above = above.split('#').next().unwrap_or_default().trim();
    let is_word = |word: &str| above.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    let opens = ["if", "else", "for", "while", "repeat", "function"].iter().any(|word| is_word(word));
    let is_whole = above.is_empty() || above.ends_with(['{', '}']);
    let is_other = above.ends_with([')', '"', '\'', ']']) || above.ends_with(|c: char| c.is_alphanumeric());
    if depth == 0 || !(is_whole || is_other && !opens) {
        return None;
    }
    let mut end = string.end + usize::from(text[string.end..].starts_with(['"', '\'']));
    while depth > 0 {
        let (at, c) = text[end..].char_indices().find(|(_, c)| ['(', ')', '\n'].contains(c))?;
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => return None,
        };
        end += at + 1;
    }
    let tail = text[end..].lines().next().unwrap_or_default();
    match tail.trim_start() {
        "" => Some(Span::new(start, next_line(text, end))),
        comment if comment.starts_with('#') => Some(Span::new(begin, end + tail.len() - comment.len())),
        _ => None,
    }
}

/// Text that is put in, without the values that are only moved.
pub(super) fn without_values(text: &str, span: Span, pasted: Pasted, new: &str) -> String {
    let all = arguments(text, span.start - 1).filter(|_| pasted == Pasted::Together).unwrap_or_default();
    holes(&all).iter().fold(new.to_owned(), |new, hole| new.replace(hole.of(text), ""))
}

/// Whether edits leave a line of the same kind, which has lost no values but those that were taken out with their option.
pub(super) fn keeps_values(text: &str, span: Span, pasted: Pasted, edits: &[Edit]) -> bool {
    let edits: Vec<&Edit> = edits.iter().filter(|edit| span.contains(edit.span)).collect();
    let Some(inner) = edited(text, span, edits.iter().copied()) else { return false };
    let end = text[span.end..].find(')').map_or(text.len(), |end| span.end + end + 1);
    let new = format!("{}{inner}{}", &text[span.start - 1..span.start], &text[span.end..end]);
    let (Some(old), Some(all)) = (arguments(text, span.start - 1), arguments(&new, 0)) else { return false };
    let is_gone = |value: Span| edits.iter().any(|edit| edit.text.is_empty() && edit.span.contains(value));
    let mut left: Vec<Span> = old.iter().filter(|arg| arg.quote.is_none()).map(|arg| arg.span).collect();
    for value in all.iter().filter(|arg| arg.quote.is_none()).map(|arg| arg.span.of(&new)) {
        let Some(at) = left.iter().position(|span| span.of(text) == value) else { return false };
        // Without blanks of their own they can stand in any order: each has come with what belongs to it.
        if pasted == Pasted::Apart && left.drain(..at).any(|value| !is_gone(value)) {
            return false;
        }
        left.remove(if pasted == Pasted::Apart { 0 } else { at });
    }
    // A value that went with its option is in no other text.
    let is_text = |value: &str| edits.iter().any(|edit| has_word(&edit.text, value));
    let is_moved = |arg: &Argument| arg.quote.is_none() && is_gone(arg.span) && is_text(arg.span.of(text));
    left.into_iter().all(is_gone) && (pasted == Pasted::Together || !old.iter().any(is_moved))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// Why such a line is left.
pub(super) fn stuck() -> Stuck {
    let reason = "what it becomes cannot be put together from these parts";
    Stuck::new(reason, "put it together with `paste0`, or into a script of its own, and convert again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (Span, Pasted, Option<String>) {
        let (span, _, pasted) = lines(text, Span::new(0, text.len())).pop().expect("a line");
        let shadow = shadow(text, span, pasted).map(|shadow| span.of(&shadow).to_owned());
        (span, pasted, shadow)
    }

    #[test]
    fn values_are_words_or_parts_of_them() {
        let text = r#"system(paste("az batchai x -g", rg, "-n", f(a, "b")))"#;
        let (_, pasted, shadow) = only(text);
        assert_eq!(pasted, Pasted::Apart);
        let words: Vec<String> = shadow.unwrap().split_whitespace().map(str::to_owned).collect();
        assert_eq!(words, ["az", "batchai", "x", "-g", "**", "-n", "*********"]);
        let text = r#"x <- paste0("az batchai x -g ", rg, " -n job-", i, "-a", " -w ws")"#;
        let words = only(text).2.unwrap();
        let words: Vec<&str> = words.split_whitespace().collect();
        assert_eq!(words.len(), 9, "{words:?}");
        assert!(words[6].starts_with("job-*") && words[6].ends_with("-a"), "{words:?}");
    }

    #[test]
    fn other_strings_are_no_lines() {
        for text in [
            r#"paste("az batchai x", sep = "")"#,
            r#"paste("run", x)"#,
            r#"paste0("az batchai \"x\"", y)"#,
            r#"mypaste("az batchai x", y)"#,
            r#"paste("az batchai x""#,
            r#"paste("az batchai x")"#,
        ] {
            assert!(lines(text, Span::new(0, text.len())).is_empty(), "{text}");
        }
        let text = r#"paste0("az batchai x -", "g rg", y)"#;
        assert_eq!(only(text).2, None);
    }

    #[test]
    fn values_stay_in_their_order() {
        let text = r#"paste0("az batchai x -e ", e, " -n ", n, " -c ", c)"#;
        let (span, ..) = only(text);
        let edit = |old: &str, new: &str| {
            let at = text.find(old).unwrap();
            Edit { span: Span::new(at, at + old.len()), text: new.into() }
        };
        let keeps = |edits: &[Edit]| keeps_values(text, span, Pasted::Together, edits);
        assert!(keeps(&[edit(r#" -e ", e, ""#, "")]));
        assert!(keeps(&[edit(r#" -e ", e, ""#, r#" -c ", c, ""#), edit(r#" -c ", c"#, r#" -e ", e"#)]));
        assert!(!keeps(&[edit(r#" -e ", e, ""#, " -z z")]));
        assert!(!keeps(&[edit(r#" -e ", "#, "")]));
        assert!(!keeps(&[edit(r#" -n ", n"#, r#" -n ", m"#)]));
        assert!(keeps(&[edit(r#"-c ", c"#, r#"--set compute=", c"#)]));
        let text = r#"paste("az batchai x -e", e1, "-n", n, "-c", c)"#;
        let (span, ..) = only(text);
        let edit = |old: &str, new: &str| {
            let at = text.find(old).unwrap();
            Edit { span: Span::new(at, at + old.len()), text: new.into() }
        };
        let keeps = |edits: &[Edit]| keeps_values(text, span, Pasted::Apart, edits);
        assert!(!keeps(&[edit(r#" -e", e1"#, "")]), "the option before it is cut off");
        assert!(keeps(&[edit(r#", "-n", n"#, "")]));
        assert!(!keeps(&[edit(r#", "-n", n"#, ""), edit("-c", "--set name=n -c")]), "it is no value any more");
    }
}
