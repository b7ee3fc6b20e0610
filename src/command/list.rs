//! Command lines that stand as a list of words: `CMD ["az", "batchai", …]`, items of YAML, `system2("az", c("batchai", …))` of R.
//!
//! They are read as the line that they are for a shell, every byte in its place. What is written is a list again: words
//! that stay keep their text, and what stands between them.

use super::region::{Comments, Region};
use crate::shell::{Dialect, Join, Word, read};
use crate::source::Language;
use crate::text::{Edit, Span, edited, line_begin};
use crate::translate::Stuck;

/// What a list is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Between brackets.
    Flow,
    /// An item on each line.
    Block,
    /// `c("a", "b")` behind the program, which a shell gets or not.
    R { is_shell: bool },
}

/// A word of a list: what stands in its quotes, if it has any; with `code` it is an expression.
#[derive(Debug, Clone)]
struct Element {
    inner: Span,
    quote: Option<char>,
    code: bool,
}

impl Element {
    fn outer(&self) -> Span {
        let quote = self.quote.map_or(0, char::len_utf8);
        Span::new(self.inner.start - quote, self.inner.end + quote)
    }
}

/// What has a meaning for a shell.
const SPECIAL: &str = "$`\\;&|<>()*?[]{}~#! \t";

/// Shells that take a command line behind `-c`.
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "zsh"];

/// The calls of R that take a program and its words, and whether a shell gets those.
const CALLS: [(&str, bool); 2] = [("system2(", true), ("processx::run(", false)];

/// The list between the brackets of a value on one line that is a command of Batch AI.
pub(super) fn flow(text: &str, value: Span) -> Option<Span> {
    between(text, value).filter(|span| is_ours(text, *span, List::Flow))
}

/// The command line in such a list that a shell is given: `["sh", "-c", "az batchai …"]`
pub(super) fn line_of_shell(text: &str, value: Span) -> Option<(Span, char)> {
    let all = elements(text, between(text, value)?, List::Flow)?;
    let [program, option, line] = all.as_slice() else { return None };
    let is_shell = SHELLS.contains(&program.inner.of(text).rsplit('/').next()?);
    let option = option.inner.of(text);
    (is_shell && option.starts_with('-') && option.ends_with('c')).then_some((line.inner, line.quote?))
}

/// What stands between the brackets of a value on one line, with a comment behind it or none.
fn between(text: &str, value: Span) -> Option<Span> {
    let open = value.start
        + value.of(text).find(|c: char| !c.is_whitespace()).filter(|at| value.of(text)[*at..].starts_with('['))?;
    let close = open + text[open..value.end].rfind(']')?;
    let rest = text[close + 1..value.end].trim();
    around(text, Span::new(open + 1, close)).filter(|_| rest.is_empty() || rest.starts_with('#'))
}

/// The list whose first item begins a line, as far as its items go on.
pub(super) fn block(text: &str, line: usize, end: usize) -> Option<Span> {
    let margin = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = text[line..end].lines().next()?;
    let program =
        first.trim_start_matches(' ').strip_prefix("- ")?.split(" #").next()?.trim().trim_matches(['"', '\'']);
    if program.rsplit('/').next() != Some("az") {
        return None;
    }
    let (indent, mut at, mut last) = (margin(first), line, line);
    for one in text[line..end].split_inclusive('\n') {
        if margin(one) != indent || !one[indent..].starts_with("- ") {
            break;
        }
        at += one.len();
        last = at - (one.len() - one.trim_end().len());
    }
    around(text, Span::new(line + indent + 2, last)).filter(|span| is_ours(text, *span, List::Block))
}

/// The lists of a part of R.
pub(super) fn in_r(text: &str, part: Span) -> Vec<Region> {
    let calls = CALLS.iter().flat_map(|(call, is_shell)| {
        part.of(text).match_indices(call).map(move |(at, _)| (part.start + at + call.len(), *is_shell))
    });
    let region = |(start, is_shell): (usize, bool)| {
        let list = List::R { is_shell };
        let open = start + text[start..part.end].find("c(")? + 2;
        let close = open + text[open..part.end].find(')')?;
        let span = around(text, Span::new(start, close)).filter(|span| is_ours(text, *span, list))?;
        let rest = text[close..part.end].split('\n').next().unwrap_or_default();
        let is_kept = rest.replace(' ', "").contains("stdout=TRUE") || !is_shell;
        let comments = Comments::At(line_begin(text, span.start));
        Some(Region { is_kept, comments, ..Region::listed(span, list, Language::R) })
    };
    calls.filter_map(region).collect()
}

/// A part without what is around it.
fn around(text: &str, part: Span) -> Option<Span> {
    let inner = part.of(text);
    let start = part.start + inner.len() - inner.trim_start().len();
    let end = part.start + inner.trim_end().len();
    (start < end).then(|| Span::new(start, end))
}

/// Whether a list begins as a command of Batch AI.
fn is_ours(text: &str, span: Span, list: List) -> bool {
    let words = elements(text, span, list).unwrap_or_default();
    let word = |at: usize| words.get(at).filter(|word| !word.code).map(|word| word.inner.of(text));
    word(0).is_some_and(|program| program.rsplit('/').next() == Some("az")) && word(1) == Some("batchai")
}

/// The words of a list; none where one cannot be read.
fn elements(text: &str, span: Span, list: List) -> Option<Vec<Element>> {
    let (mut all, mut at) = (Vec::new(), span.start);
    while at < span.end {
        if let Some(length) = between_words(&text[at..span.end], list) {
            at += length;
            continue;
        }
        let element = element(text, Span::new(at, span.end), list)?;
        at = element.outer().end;
        all.push(element);
    }
    Some(all)
}

/// The length of what begins here and is no word: blanks, signs between items, comments, `args = c(`.
fn between_words(rest: &str, list: List) -> Option<usize> {
    let c = rest.chars().next()?;
    let is_r = matches!(list, List::R { .. });
    let is_sign = match list {
        List::Block => rest.starts_with("- "),
        List::Flow => c == ',' || rest.starts_with("\\\n"),
        List::R { .. } => c == ',',
    };
    match c {
        _ if c.is_whitespace() || is_sign => Some(c.len_utf8()),
        '#' if list == List::Block => Some(rest.find('\n').unwrap_or(rest.len())),
        'c' if is_r && rest.starts_with("c(") => Some(2),
        'a' if is_r && rest.starts_with("args") => {
            rest.find('=').filter(|at| rest[4..*at].trim().is_empty()).map(|at| at + 1)
        }
        _ => None,
    }
}

/// The word that begins here.
fn element(text: &str, part: Span, list: List) -> Option<Element> {
    let rest = part.of(text);
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c));
    if let Some(quote) = quote {
        let inner = Span::new(part.start + 1, part.start + 1 + rest[1..].find(quote)?);
        let is_doubled = text[inner.end + 1..].starts_with(quote);
        return (!inner.of(text).contains(['\\', '\n']) && !is_doubled).then_some(Element {
            inner,
            quote: Some(quote),
            code: false,
        });
    }
    let code = matches!(list, List::R { .. });
    let is_part = |c: char| match list {
        List::Block => c != '\n' && c != '\r',
        List::Flow => !c.is_whitespace() && c != ',',
        List::R { .. } => c.is_ascii_alphanumeric() || "_.".contains(c),
    };
    let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
    let word = word.split(" #").next().unwrap_or(word).trim_end();
    let is_odd = word.is_empty() || word.contains(['"', '\'', '#', '\\']) || word.contains(": ");
    (!is_odd).then(|| Element { inner: Span::new(part.start, part.start + word.len()), quote: None, code })
}

/// A text in which a list is the line of a shell: what is known of it in quotes where it needs them, and a variable for each
/// expression.
pub(super) fn shadow(text: &str, span: Span, list: List) -> Option<String> {
    let mut line = " ".repeat(span.end - span.start).into_bytes();
    let all = elements(text, span, list)?;
    for element in &all {
        let inner = element.inner.of(text);
        let mut put = |at: usize, with: &str| {
            line[at - span.start..at - span.start + with.len()].copy_from_slice(with.as_bytes())
        };
        if element.code {
            if inner.len() < 2 {
                return None;
            }
            put(element.inner.start, &format!("${}", inner[1..].replace('.', "_")));
            continue;
        }
        if inner.is_empty() || inner.contains(|c| SPECIAL.contains(c) || c == '"') {
            element.quote.filter(|_| !inner.contains('\''))?;
            put(element.inner.start - 1, "'");
            put(element.inner.end, "'");
        }
        put(element.inner.start, inner);
    }
    let line = String::from_utf8(line).ok()?;
    let names: Vec<&str> =
        all.iter().filter(|element| element.code).map(|element| &element.inner.of(text)[1..]).collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let is_distinct = distinct.len() == names.len();
    is_distinct.then(|| format!("{}{line}{}", &text[..span.start], &text[span.end..]))
}

/// The edit of the list that does what edits of its line do.
pub(super) fn back(text: &str, shadow: &str, span: Span, list: List, edits: &[Edit]) -> Result<Edit, Stuck> {
    let stuck = || {
        let reason = "what it becomes cannot be written as one list of words";
        Stuck::new(reason, "put the command into a script of its own, and convert that")
    };
    let all = elements(text, span, list).ok_or_else(stuck)?;
    let line = edited(shadow, span, edits).ok_or_else(stuck)?;
    let commands = read(&line, Span::new(0, line.len()), Dialect::Posix);
    let [command] = commands.as_slice() else { return Err(stuck()) };
    let is_one = command.before == Join::Line && command.after == Join::Line && command.redirections.is_empty();
    let keeps_program = all.first().is_some_and(|first| command.words[0].raw(&line) == first.inner.of(text));
    if !is_one || !keeps_program && matches!(list, List::R { .. }) {
        return Err(stuck());
    }
    let (mut out, mut next) = (String::new(), 0);
    let plain = match list {
        List::Block => {
            let line = line_begin(text, span.start);
            format!("\n{}- ", " ".repeat(text[line..].len() - text[line..].trim_start_matches(' ').len()))
        }
        _ => ", ".to_owned(),
    };
    for (at, word) in command.words.iter().enumerate() {
        let raw = word.raw(&line);
        let is_it = |element: &Element| span_in(shadow, element).is_some_and(|old| old == raw);
        let old = all[next..].iter().position(is_it).map(|more| next + more);
        let before = match (at, old) {
            (0, _) => String::new(),
            (1, _) => separator(text, &all, 1),
            (_, Some(old)) => separator(text, &all, old),
            (_, None) => plain.clone(),
        };
        out.push_str(&before);
        match old.or((at == 0).then_some(0)) {
            Some(old) => out.push_str(all[old].outer().of(text)),
            None => out.push_str(&written(text, &line, word, &all, list).ok_or_else(stuck)?),
        }
        next = old.map_or(next, |old| old + 1);
    }
    // A comment behind the last word.
    out.push_str(all.last().map_or("", |last| &text[last.outer().end..span.end]));
    Ok(Edit { span, text: out })
}

/// A word of the list as it stands in the line.
fn span_in<'a>(shadow: &'a str, element: &Element) -> Option<&'a str> {
    let inner = element.inner.of(shadow);
    let is_quoted = element.quote.is_some() && shadow[..element.inner.start].ends_with('\'');
    if is_quoted { shadow.get(element.inner.start - 1..element.inner.end + 1) } else { Some(inner) }
}

/// What stands before a word.
fn separator(text: &str, all: &[Element], at: usize) -> String {
    match (at.checked_sub(1).and_then(|before| all.get(before)), all.get(at)) {
        (Some(before), Some(here)) => text[before.outer().end..here.outer().start].to_owned(),
        _ => ", ".to_owned(),
    }
}

/// A word of the new command in the language of the list.
fn written(text: &str, line: &str, word: &Word, all: &[Element], list: List) -> Option<String> {
    let quoted = all.iter().find_map(|element| element.quote);
    let quote = quoted.unwrap_or('\'');
    let is_bare = list == List::Block || list == List::Flow && quoted.is_none();
    let pieces = pieces(text, word.raw(line), all)?;
    let literal = |value: &str| match list {
        _ if value.contains('\n') => None,
        _ if is_bare && !value.is_empty() && !value.contains(|c| SPECIAL.contains(c) || "\"':,%@".contains(c)) => {
            Some(value.to_owned())
        }
        List::Block => Some(format!("'{}'", value.replace('\'', "''"))),
        List::Flow if quote == '\'' => Some(format!("'{}'", value.replace('\'', "''"))),
        _ => Some(format!("{quote}{}{quote}", value.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")))),
    };
    let parts: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Ok(value) => literal(value),
            Err(code) => Some((*code).to_owned()),
        })
        .collect::<Option<_>>()?;
    let whole = match parts.as_slice() {
        [] => literal("")?,
        [one] => one.clone(),
        many => format!("paste0({})", many.join(", ")),
    };
    let is_special = pieces
        .iter()
        .any(|piece| piece.as_ref().is_ok_and(|value| value.contains(|c| SPECIAL.contains(c) || "'\"".contains(c))));
    Some(if list == (List::R { is_shell: true }) && is_special { format!("shQuote({whole})") } else { whole })
}

/// A word of a shell as texts and, for each variable, the expression that it stands for.
fn pieces<'a>(text: &'a str, raw: &str, all: &[Element]) -> Option<Vec<Result<String, &'a str>>> {
    let (mut out, mut quote): (Vec<Result<String, &str>>, Option<char>) = (Vec::new(), None);
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('\\' | '`', None | Some('"')) => return None,
            ('$', None | Some('"')) => {
                let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
                let is_it = |element: &&Element| {
                    element.code && element.inner.of(text)[1..].replace('.', "_") == rest[..length]
                };
                out.push(Err(all.iter().find(is_it)?.inner.of(text)));
                rest = &rest[length..];
            }
            _ => match out.last_mut() {
                Some(Ok(last)) => last.push(c),
                _ => out.push(Ok(c.to_string())),
            },
        }
    }
    Some(out)
}
