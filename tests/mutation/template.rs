//! Ways to spoil a template: an argument lost, two exchanged, a condition decided beforehand, a literal changed.
//!
//! It reads just enough of minijinja and of the code around it for that: words, texts, brackets and tags.

use std::ops::Range;

/// A spoilt text, and what was done to it.
pub struct Spoilt {
    pub area: &'static str,
    pub what: String,
    pub text: String,
    /// The words of what was changed: fixtures that use parameters of these names are the first to ask.
    pub about: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    /// In quotes, which belong to it.
    Text,
    /// `{{`, `{%`
    Open,
    /// `}}`, `%}`
    Close,
    Mark,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    at: Range<usize>,
    /// Whether it stands in a tag, and is minijinja's.
    inside: bool,
}

/// All ways to spoil a template.
pub fn spoilt(template: &str) -> Vec<Spoilt> {
    let code = Code { text: template, tokens: tokens(template) };
    let mut all = Vec::new();
    code.arguments(&mut all);
    code.conditions(&mut all);
    code.choices(&mut all);
    code.filters(&mut all);
    code.literals(&mut all);
    code.holes(&mut all);
    code.words(&mut all);
    code.lines(&mut all);
    all.retain(|spoilt| spoilt.text != template);
    all
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut inside = false;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = if rest.starts_with("{{") || rest.starts_with("{%") {
            (Kind::Open, 2)
        } else if rest.starts_with("}}") || rest.starts_with("%}") {
            (Kind::Close, 2)
        } else if first.is_alphabetic() || first == '_' {
            (Kind::Word, rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()))
        } else if first.is_ascii_digit() {
            (Kind::Number, rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
        } else if let Some(length) = quoted(rest, inside) {
            (Kind::Text, length)
        } else {
            (Kind::Mark, first.len_utf8())
        };
        match kind {
            Kind::Open => inside = true,
            Kind::Close => inside = false,
            _ => {}
        }
        if kind != Kind::Mark || !first.is_whitespace() {
            tokens.push(Token { kind, at: at..at + length, inside });
        }
        at += length;
    }
    tokens
}

/// The length of a text in quotes; outside of tags only of one that no tag interrupts.
fn quoted(rest: &str, inside: bool) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let end = rest[1..].find(quote)? + 2;
    let is_whole = inside || !rest[..end].contains(['{', '\n']);
    is_whole.then_some(end)
}

struct Code<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl Code<'_> {
    fn of(&self, token: &Token) -> &str {
        &self.text[token.at.clone()]
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| self.of(token) == text)
    }

    /// The text with a part replaced.
    fn with(&self, part: Range<usize>, new: &str) -> String {
        format!("{}{new}{}", &self.text[..part.start], &self.text[part.end..])
    }

    fn add(&self, all: &mut Vec<Spoilt>, area: &'static str, what: String, part: Range<usize>, new: &str) {
        let about = words(&self.text[part.clone()]);
        all.push(Spoilt { area, what, text: self.with(part, new), about });
    }

    /// The arguments of every call and the items of every list, as spans of text.
    fn calls(&self) -> Vec<Vec<Range<usize>>> {
        let mut open: Vec<(&str, usize, Vec<Range<usize>>)> = Vec::new();
        let mut calls = Vec::new();
        for token in &self.tokens {
            let text = self.of(token);
            match text {
                "(" | "[" | "{" | "{{" | "{%" => open.push((text, token.at.end, Vec::new())),
                "," => {
                    if let Some((_, start, items)) = open.last_mut() {
                        items.push(*start..token.at.start);
                        *start = token.at.end;
                    }
                }
                ")" | "]" | "}" | "}}" | "%}" => {
                    let Some((with, start, mut items)) = open.pop() else { return calls };
                    let expected = [("(", ")"), ("[", "]"), ("{", "}"), ("{{", "}}"), ("{%", "%}")];
                    if !expected.contains(&(with, text)) {
                        return calls;
                    }
                    if !self.text[start..token.at.start].trim().is_empty() {
                        items.push(start..token.at.start);
                    }
                    if matches!(with, "(" | "[") && !items.is_empty() {
                        calls.push(items);
                    }
                }
                _ => {}
            }
        }
        calls
    }

    fn arguments(&self, all: &mut Vec<Spoilt>) {
        for items in self.calls() {
            let is_whole = |item: &Range<usize>| !self.text[item.clone()].contains("{%");
            for (index, item) in items.iter().enumerate().filter(|(_, item)| is_whole(item)) {
                let shown = self.text[item.clone()].trim();
                // The name that `call` or `free` is given is a literal, and is changed as one.
                if items.len() == 1 && shown.starts_with(['"', '\'']) {
                    continue;
                }
                let part = match items.get(index + 1) {
                    Some(next) => item.start..next.start,
                    None if index > 0 => items[index - 1].end..item.end,
                    None => item.clone(),
                };
                self.add(all, "argument dropped", format!("without `{shown}`"), part, "");
            }
            // The order of what is only searched means nothing.
            let is_searched = items.first().is_some_and(|item| self.text[..item.start].trim_end().ends_with(" in ["));
            for pair in items.windows(2).filter(|pair| !is_searched && pair.iter().all(is_whole)) {
                self.exchange(all, "arguments swapped", &self.value(&pair[0]), &self.value(&pair[1]));
            }
        }
    }

    /// What follows the `=` of a keyword; all of another argument.
    fn value(&self, item: &Range<usize>) -> Range<usize> {
        let mut here = self.tokens.iter().filter(|token| item.start <= token.at.start && token.at.end <= item.end);
        let (first, second) = (here.next(), here.next());
        let is_keyword = first.is_some_and(|token| token.kind == Kind::Word)
            && second.is_some_and(|token| self.of(token) == "=" && !self.text[token.at.end..].starts_with('='));
        let start = second.filter(|_| is_keyword).map_or(item.start, |token| token.at.end);
        let text = &self.text[start..item.end];
        let (space, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        start + space..start + end.max(space)
    }

    fn exchange(&self, all: &mut Vec<Spoilt>, area: &'static str, one: &Range<usize>, other: &Range<usize>) {
        let (first, second) = (&self.text[one.clone()], &self.text[other.clone()]);
        let between = &self.text[one.end..other.start];
        let what = format!("`{first}` and `{second}` exchanged");
        self.add(all, area, what, one.start..other.end, &format!("{second}{between}{first}"));
    }

    /// Each condition is decided: a fixture must take the one way, and another the other.
    fn conditions(&self, all: &mut Vec<Spoilt>) {
        for (index, token) in self.tokens.iter().enumerate() {
            if !token.inside || token.kind != Kind::Word || !matches!(self.of(token), "if" | "elif") {
                continue;
            }
            let Some(end) = self.end_of_operand(index + 1, &["else"]) else { continue };
            let part = self.tokens[index + 1].at.start..self.tokens[end - 1].at.end;
            let shown = self.text[part.clone()].to_owned();
            for decided in ["true", "false"] {
                self.add(all, "condition decided", format!("`{shown}` is {decided}"), part.clone(), decided);
            }
        }
    }

    /// Each `or` and `and` loses a side.
    fn choices(&self, all: &mut Vec<Spoilt>) {
        const ENDS: [&str; 6] = ["else", "if", "or", "and", "~", "not"];
        for (index, token) in self.tokens.iter().enumerate() {
            if !token.inside || !matches!(self.of(token), "or" | "and") {
                continue;
            }
            let Some(end) = self.end_of_operand(index + 1, &["else", "if", "or", "and", "~"]) else { continue };
            let start = self.start_of_operand(index, &ENDS);
            let (left, right) = (self.tokens[start].at.start, self.tokens[end - 1].at.end);
            let name = self.of(token).to_owned();
            let shown = self.text[left..right].to_owned();
            let (one, other) = (self.text[left..token.at.start].trim(), self.text[token.at.end..right].trim());
            self.add(all, "choice decided", format!("`{shown}`: only the left side of `{name}`"), left..right, one);
            self.add(all, "choice decided", format!("`{shown}`: only the right side of `{name}`"), left..right, other);
        }
    }

    /// The number of the token behind an operand that begins here.
    fn end_of_operand(&self, start: usize, ends: &[&str]) -> Option<usize> {
        let mut depth = 0_usize;
        for at in start..self.tokens.len() {
            let text = self.of(&self.tokens[at]);
            match text {
                "(" | "[" => depth += 1,
                ")" | "]" if depth > 0 => depth -= 1,
                ")" | "]" | "," | "}}" | "%}" if depth == 0 => return (at > start).then_some(at),
                _ if depth == 0 && ends.contains(&text) => return (at > start).then_some(at),
                _ => {}
            }
        }
        None
    }

    /// The number of the first token of the operand that ends before this one.
    fn start_of_operand(&self, end: usize, ends: &[&str]) -> usize {
        let mut depth = 0_usize;
        for at in (0..end).rev() {
            let text = self.of(&self.tokens[at]);
            match text {
                ")" | "]" => depth += 1,
                "(" | "[" if depth > 0 => depth -= 1,
                "(" | "[" | "," | "{{" | "{%" | "=" if depth == 0 => return at + 1,
                _ if depth == 0 && (ends.contains(&text) && text != "not" || text == "elif") => return at + 1,
                _ => {}
            }
        }
        0
    }

    fn filters(&self, all: &mut Vec<Spoilt>) {
        for (index, token) in self.tokens.iter().enumerate().filter(|(_, token)| token.inside) {
            if self.of(token) != "|" || !self.tokens.get(index + 1).is_some_and(|next| next.kind == Kind::Word) {
                continue;
            }
            let close =
                self.tokens[index + 2..].iter().position(|token| self.of(token) == ")").map(|at| index + 2 + at);
            let end = if self.is(index + 2, "(") { close.unwrap_or(index + 1) } else { index + 1 };
            let part = token.at.start..self.tokens[end].at.end;
            let what = format!("without `{}`", &self.text[part.clone()]);
            self.add(all, "argument dropped", what, part, "");
        }
    }

    fn literals(&self, all: &mut Vec<Spoilt>) {
        for token in &self.tokens {
            let text = self.of(token);
            let new = match (token.kind, text) {
                (Kind::Text, _) => format!("{}x{}", &text[..text.len() - 1], &text[text.len() - 1..]),
                (Kind::Number, _) => format!("{text}1"),
                (_, "True") => "False".to_owned(),
                (_, "False") => "True".to_owned(),
                (_, "true") => "false".to_owned(),
                (_, "false") => "true".to_owned(),
                _ => continue,
            };
            self.add(all, "literal changed", format!("`{text}` is `{new}`"), token.at.clone(), &new);
        }
    }

    fn holes(&self, all: &mut Vec<Spoilt>) {
        let open = self.tokens.iter().filter(|token| self.of(token) == "{{");
        let holes: Vec<Range<usize>> = open
            .filter_map(|token| {
                let end = self.tokens.iter().find(|t| t.at.start > token.at.start && self.of(t) == "}}")?;
                Some(token.at.start..end.at.end)
            })
            .filter(|hole| !self.text[hole.clone()].contains('('))
            .collect();
        for hole in &holes {
            self.add(all, "hole filled", format!("`{}` is `spoilt`", &self.text[hole.clone()]), hole.clone(), "spoilt");
        }
        for pair in holes.windows(2) {
            self.exchange(all, "arguments swapped", &pair[0], &pair[1]);
        }
    }

    /// Each stretch of code between two tags: the first word of it changes.
    fn words(&self, all: &mut Vec<Spoilt>) {
        const GRAMMAR: [&str; 14] =
            ["for", "in", "if", "else", "try", "except", "not", "is", "None", "with", "or", "and", "True", "False"];
        let mut is_open = true;
        for token in &self.tokens {
            is_open |= token.kind == Kind::Close;
            let is_word = token.kind == Kind::Word && !token.inside && !GRAMMAR.contains(&self.of(token));
            if is_open && is_word {
                is_open = false;
                let text = self.of(token);
                self.add(all, "word changed", format!("`{text}` is `{text}x`"), token.at.clone(), &format!("{text}x"));
            }
        }
    }

    fn lines(&self, all: &mut Vec<Spoilt>) {
        if self.text.trim().lines().count() < 2 {
            return;
        }
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let part = start..start + line.len();
            start = part.end;
            let is_balanced = [("{%", "%}"), ("{{", "}}"), ("(", ")"), ("[", "]")]
                .iter()
                .all(|(open, close)| line.matches(open).count() == line.matches(close).count());
            let is_branch = ["{% if", "{% elif", "{% else", "{% endif"].iter().any(|tag| line.contains(tag));
            if is_balanced && !is_branch && !line.trim().is_empty() {
                self.add(all, "line dropped", format!("without the line `{}`", line.trim()), part, "");
            }
        }
    }
}

/// The words of a text, which may be names of parameters.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_')).map(str::to_owned).collect()
}
