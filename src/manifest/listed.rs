//! Files with one requirement a line: `requirements.txt`, the lists of `setup.cfg`, conda's `environment.yml`.
//!
//! YAML is read line by line: a conda environment is a list of words, `conda env export` writes no other form, and
//! edits need places, which YAML libraries do not keep for both values and comments. What is written in another form
//! is not lost: see `named` in the module above.

use super::item::{Form, Item, Kept, More, comment, lines, margin, with_line};
use super::requirement::Requirement;
use crate::text::Span;

/// The requirements of a `requirements.txt`.
pub(super) fn requirements(text: &str) -> Vec<Item> {
    let mut continues = false;
    let mut items = Vec::new();
    for line in lines(text) {
        let here = line.of(text);
        if !continues {
            items.extend(item(text, line, value(text, line, line.start), 0));
        }
        continues = here.ends_with('\\');
    }
    if text.contains("--hash=") {
        items.iter_mut().for_each(|item| item.kept = Some(Kept::Hashed));
    }
    items
}

/// The requirement that a part of a line is.
fn item(text: &str, line: Span, value: Span, list: usize) -> Option<Item> {
    let found = Requirement::of(value.of(text))?;
    let end = value.start + found.length;
    Some(Item {
        name: found.name,
        specifier: found.specifier.to_owned(),
        text: Span::new(value.start, end),
        whole: with_line(text, value.start),
        list,
        form: Form::Plain { tail: text[end..value.end].to_owned() },
        more: More { at: line.end, before: format!("\n{}", &text[line.start..value.start]), after: String::new() },
        kept: None,
        marked: true,
    })
}

/// A line from a place on, without its comment and blanks.
fn value(text: &str, line: Span, start: usize) -> Span {
    let end = (line.start + comment(line.of(text))).max(start);
    let code = &text[start..end];
    let start = end - code.trim_start().len();
    Span::new(start, start + code.trim().len())
}

/// The requirements of a `setup.cfg`.
pub(super) fn setup_cfg(text: &str) -> Vec<Item> {
    let (mut section, mut list, mut is_read, mut items) = (String::new(), 0, false, Vec::new());
    for line in lines(text) {
        let here = line.of(text);
        if let Some(name) = here.strip_prefix('[') {
            (section, is_read) = (name.trim_end().trim_end_matches(']').to_owned(), false);
        } else if here.starts_with(char::is_whitespace) && is_read {
            items.extend(item(text, line, value(text, line, line.start), list));
        } else if let Some((key, _)) = here.split_once('=').filter(|_| !here.starts_with(['#', ';', ' ', '\t'])) {
            (is_read, list) = (is_requirements(&section, key.trim()), line.start);
            let first = item(text, line, value(text, line, line.start + key.len() + 1), list);
            items.extend(first.filter(|_| is_read).map(inline));
        }
    }
    items
}

fn is_requirements(section: &str, key: &str) -> bool {
    match section {
        "options" => ["install_requires", "setup_requires", "tests_require"].contains(&key),
        // In `tox.ini`.
        _ if section == "testenv" || section.starts_with("testenv:") => key == "deps",
        _ => section == "options.extras_require",
    }
}

/// A requirement on the line of its key: the others go on lines of their own.
fn inline(item: Item) -> Item {
    let more = More { before: "\n    ".into(), ..item.more };
    Item { whole: item.text, more, ..item }
}

/// Whether YAML is a conda environment: it has a list of dependencies.
pub(super) fn is_conda(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "dependencies:")
}

/// The packages of a conda environment, those of pip in it included.
pub(super) fn conda(text: &str) -> Vec<Item> {
    let (mut is_read, mut pip, mut items) = (false, None, Vec::new());
    for line in lines(text) {
        let here = line.of(text);
        let indent = margin(here).len();
        let Some(entry) = here[indent..].strip_prefix("- ") else {
            let is_over = !here.trim().is_empty() && !here.trim_start().starts_with('#') && indent == 0;
            is_read = if is_over { here.trim_end() == "dependencies:" } else { is_read };
            continue;
        };
        let start = line.end - entry.trim_start().len();
        if !is_read {
            continue;
        }
        pip = pip.filter(|of: &usize| indent > *of);
        match pip {
            _ if entry.trim() == "pip:" => pip = Some(indent),
            Some(of) => items.extend(of_pip(text, line, start, of + 1)),
            None => items.extend(of_conda(text, line, start)),
        }
    }
    items
}

/// A requirement in a list of YAML, in quotes or without. Its dash goes with it.
fn of_pip(text: &str, line: Span, start: usize, list: usize) -> Option<Item> {
    let all = value(text, line, start);
    let whole = with_line(text, line.start + margin(line.of(text)).len());
    let quote = all.of(text).chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else { return item(text, line, all, list).map(|item| Item { whole, ..item }) };
    let inside = Span::new(all.start + 1, all.start + 1 + text[all.start + 1..all.end].find(quote)?);
    let item = item(text, line, inside, list)?;
    Some(Item { whole, more: More { after: quote.into(), ..item.more }, ..item })
}

/// A package that conda itself installs: `conda-forge::name=1.0=build`.
fn of_conda(text: &str, line: Span, start: usize) -> Option<Item> {
    let entry = text[start..line.end].trim_start_matches(['"', '\'']);
    let start = line.end - entry.len();
    let start = start + entry.find("::").map_or(0, |channel| channel + 2);
    let code = &text[start..line.end];
    let end = code.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '#')).unwrap_or(code.len());
    let word = code[..end].split_once('=').map_or(&code[..end], |(name, _)| name);
    let found = Requirement::of(word)?;
    Some(Item {
        name: found.name,
        specifier: code[word.len()..end].to_owned(),
        text: Span::new(start, start + end),
        whole: with_line(text, start),
        list: 0,
        form: Form::Plain { tail: String::new() },
        more: More { at: line.end, before: String::new(), after: String::new() },
        kept: Some(Kept::Conda),
        marked: true,
    })
}
