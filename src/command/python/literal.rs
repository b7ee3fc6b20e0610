//! String literals of Python, letter by letter: what each stands for, and how new text is written into one.

use super::hole::{self, Token};
use super::words::single_braces;
use crate::text::Span;

/// What braces and percent signs mean in a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// An f-string.
    F,
    /// What `.format(…)` fills in.
    Format,
    /// What `% …` fills in.
    Percent,
}

/// One literal of a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Literal {
    pub kind: Kind,
    pub quote: char,
    pub is_triple: bool,
    pub is_raw: bool,
}

/// A piece of a literal: where it stands, and what it is.
#[derive(Debug)]
pub(super) struct Bit {
    pub span: Span,
    pub value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    /// Text; an escape is a bit of its own.
    Text(String),
    /// `{x}`, `{}`, `%s`: with what it names, which is nothing where it takes the next argument.
    Field(String),
}

impl Literal {
    /// The literal at the beginning of a part of a text, its bits, and where it ends. None for bytes, and for escapes
    /// that are not read.
    pub fn read(text: &str, start: usize, end: usize, kind: Kind) -> Option<(Literal, Vec<Bit>, usize)> {
        let rest = &text[start..end];
        let prefix = rest.find(['"', '\''])?;
        let letters = rest[..prefix].to_ascii_lowercase();
        if !letters.chars().all(|c| "rfu".contains(c)) {
            return None;
        }
        let quote = rest[prefix..].chars().next()?;
        let is_triple = rest[prefix..].starts_with(&quote.to_string().repeat(3));
        let kind = if letters.contains('f') { Kind::F } else { kind };
        let literal = Literal { kind, quote, is_triple, is_raw: letters.contains('r') };
        let width = if is_triple { 3 } else { 1 };
        let (bits, close) = literal.bits(text, start + prefix + width, end)?;
        Some((literal, bits, close + width))
    }

    fn bits(&self, text: &str, start: usize, end: usize) -> Option<(Vec<Bit>, usize)> {
        let close = self.quote.to_string().repeat(if self.is_triple { 3 } else { 1 });
        let (mut bits, mut at) = (Vec::new(), start);
        loop {
            let rest = text.get(at..end)?;
            if rest.starts_with(&close) {
                return Some((bits, at));
            }
            let c = rest.chars().next()?;
            let (length, value) = match c {
                '\\' if !self.is_raw => escaped(rest)?,
                '{' | '}' if matches!(self.kind, Kind::F | Kind::Format) => self.braces(rest, c)?,
                '{' | '}' => (1, Value::Text(c.to_string().repeat(2))),
                '%' if self.kind == Kind::Percent => percent(rest)?,
                c => (c.len_utf8(), Value::Text(c.to_string())),
            };
            bits.push(Bit { span: Span::new(at, at + length), value });
            at += length;
        }
    }

    fn braces(&self, rest: &str, c: char) -> Option<(usize, Value)> {
        if rest[1..].starts_with(c) {
            return Some((2, Value::Text(c.to_string().repeat(2))));
        }
        if c == '}' {
            return None;
        }
        let mut depth = 0_usize;
        let end = rest.char_indices().find(|(_, c)| {
            depth = match c {
                '{' | '[' | '(' => depth + 1,
                '}' | ']' | ')' => depth.saturating_sub(1),
                _ => depth,
            };
            depth == 0
        });
        let length = end?.0 + 1;
        let inner = &rest[1..length - 1];
        let name = if self.kind == Kind::Format { inner.split([':', '!']).next().unwrap_or_default() } else { inner };
        Some((length, Value::Field(name.to_owned())))
    }

    /// New text as it is written in the literal, `fields` being how each hole is.
    pub fn written(&self, new: &str, field: impl Fn(usize) -> Option<String>) -> Option<String> {
        let mut out = String::new();
        for (_, token) in hole::tokens(new) {
            match token {
                Token::Hole(number) => out.push_str(&field(number)?),
                Token::Text(text) => {
                    let text = match self.kind {
                        Kind::Plain => single_braces(text),
                        Kind::Percent => single_braces(text).replace('%', "%%"),
                        Kind::F | Kind::Format => text.to_owned(),
                    };
                    for c in text.chars() {
                        match c {
                            '\\' | '\n' | '\r' if self.is_raw => return None,
                            c if c == self.quote && self.is_raw => return None,
                            '\\' => out.push_str("\\\\"),
                            '\n' if !self.is_triple => out.push_str("\\n"),
                            c if c == self.quote => out.extend(['\\', c]),
                            c => out.push(c),
                        }
                    }
                }
            }
        }
        Some(out)
    }
}

fn escaped(rest: &str) -> Option<(usize, Value)> {
    let (length, value) = match rest[1..].chars().next()? {
        '\n' => (2, String::new()),
        'n' => (2, "\n".into()),
        't' => (2, "\t".into()),
        c @ ('\\' | '\'' | '"') => (2, c.to_string()),
        _ => return None,
    };
    Some((length, Value::Text(value)))
}

fn percent(rest: &str) -> Option<(usize, Value)> {
    if rest[1..].starts_with('%') {
        return Some((2, Value::Text("%".into())));
    }
    let name = rest[1..].strip_prefix('(').and_then(|inner| inner.split_once(')')).map(|(name, _)| name);
    let start = 1 + name.map_or(0, |name| name.len() + 2);
    let length = start + rest[start..].find(|c: char| c.is_ascii_alphabetic())? + 1;
    Some((length, Value::Field(name.unwrap_or_default().to_owned())))
}
