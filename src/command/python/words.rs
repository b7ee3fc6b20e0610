//! A list of words as a text for a shell, and changes of its words back in the list.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::hole::{self, Token};
use super::{Carried, args};
use crate::render::python_string;
use crate::shell::{self, Dialect};
use crate::syntax::{Ast, ExprId, ExprKind};
use crate::text::{Edit, Span};
use crate::translate::Stuck;

/// A list of words.
pub(super) struct Words<'a> {
    text: &'a str,
    ast: &'a Ast,
    /// Where each word stands in the text for the shell, and in the source.
    places: Vec<(Span, Span)>,
    holes: Vec<String>,
    quote: char,
    /// Whether a shell reads the words, joined: then each is written as the shell has it.
    is_joined: bool,
    /// Whether the first word is the program.
    has_program: bool,
}

/// What stands behind the program.
pub(super) const GROUP: &str = "batchai";

/// The words of a list, or of a call: the arguments before its keywords.
pub(super) fn items(ast: &Ast, list: ExprId) -> Vec<ExprId> {
    match ast.kind(list) {
        ExprKind::List(items) | ExprKind::Tuple(items) => items.clone(),
        ExprKind::Call { args, .. } => {
            args.iter().take_while(|arg| arg.name.is_none() && arg.stars == 0).map(|arg| arg.value).collect()
        }
        _ => Vec::new(),
    }
}

impl<'a> Words<'a> {
    /// The text for a shell, behind a margin, and the way back.
    pub fn new(text: &'a str, ast: &'a Ast, list: ExprId, margin: &str, is_joined: bool) -> (String, Self) {
        let items = items(ast, list);
        let quote = items.first().and_then(|first| ast.span(*first).of(text).chars().find(|c| ['"', '\''].contains(c)));
        let mut words = Words {
            text,
            ast,
            places: Vec::new(),
            holes: Vec::new(),
            quote: quote.unwrap_or('\''),
            is_joined,
            has_program: true,
        };
        let mut out = margin.to_owned();
        // Where whoever takes the words puts the program before them.
        words.has_program = items.first().and_then(|first| ast.str_value(*first)) != Some(GROUP);
        out.push_str(if words.has_program { "" } else { "az " });
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { " " });
            let start = out.len();
            match ast.kind(*item) {
                ExprKind::Str { value, simple: true, .. } if is_joined && is_one_word(value) => out.push_str(value),
                ExprKind::Str { value, simple: true, .. } if !is_joined && !value.contains(['\'', '{', '}']) => {
                    out.push_str(&quoted(value));
                }
                _ => {
                    out.push_str(&hole::written(words.holes.len()));
                    words.holes.push(ast.span(*item).of(text).to_owned());
                }
            }
            words.places.push((Span::new(start, out.len()), ast.span(*item)));
        }
        (out, words)
    }

    /// A word as an expression of Python.
    fn expression(&self, raw: &str) -> Result<String, Stuck> {
        let mut parts: Vec<String> = Vec::new();
        let mut literal = String::new();
        let pieces = if self.is_joined { hole::tokens(raw) } else { Vec::new() };
        if self.is_joined {
            for (_, piece) in pieces {
                match piece {
                    Token::Text(text) => literal.push_str(&single_braces(text)),
                    Token::Hole(number) => self.hole(number, &mut literal, &mut parts),
                }
            }
        } else {
            self.unquoted(raw, &mut literal, &mut parts)?;
        }
        if !literal.is_empty() || parts.is_empty() {
            parts.push(python_string(&literal, self.quote));
        }
        Ok(parts.join(" + "))
    }

    fn hole(&self, number: usize, literal: &mut String, parts: &mut Vec<String>) {
        if !literal.is_empty() {
            parts.push(python_string(&std::mem::take(literal), self.quote));
        }
        parts.extend(self.holes.get(number).cloned());
    }

    /// The value of a word for a shell. What only a shell could tell has no place in a list.
    fn unquoted(&self, raw: &str, literal: &mut String, parts: &mut Vec<String>) -> Result<(), Stuck> {
        let mut quote: Option<char> = None;
        for (_, token) in hole::tokens(raw) {
            let Token::Text(text) = token else {
                let Token::Hole(number) = token else { continue };
                self.hole(number, literal, parts);
                continue;
            };
            for c in single_braces(text).chars() {
                match quote {
                    Some(open) if c == open => quote = None,
                    None if c == '"' || c == '\'' => quote = Some(c),
                    Some('\'') => literal.push(c),
                    _ if "$`\\".contains(c) => return Err(needs_shell()),
                    None if "|&;<>*?~".contains(c) => return Err(needs_shell()),
                    _ => literal.push(c),
                }
            }
        }
        Ok(())
    }
}

impl Carried for Words<'_> {
    fn holes(&self) -> &[String] {
        &self.holes
    }

    fn place(&self, part: Span) -> Span {
        let mut inside = self.places.iter().filter(|(word, _)| word.overlaps(part)).map(|(_, place)| *place);
        let first = inside.next().unwrap_or(Span::new(0, 0));
        Span::new(first.start, inside.next_back().unwrap_or(first).end)
    }

    fn back(&self, shell: &str, edits: &[Edit]) -> Result<Vec<Edit>, Stuck> {
        let new = hole::applied(shell, edits);
        let commands = shell::read(&new, Span::new(0, new.len()), Dialect::Notebook);
        let [command] = commands.as_slice() else {
            let reason = "it becomes several commands, which cannot stand in one list";
            return Err(Stuck::new(reason, "put the command into a script of its own, and convert that"));
        };
        let old: Vec<&str> = self.places.iter().map(|(word, _)| word.of(shell)).collect();
        let words = command.words.iter().skip(usize::from(!self.has_program));
        let words: Vec<&str> = words.map(|word| word.raw(&new)).collect();
        let elements: Vec<Span> = self.places.iter().map(|(_, place)| *place).collect();
        let mut back = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &words) {
            let (tag, was, is) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                continue;
            }
            let written: Result<Vec<String>, Stuck> = words[is].iter().map(|word| self.expression(word)).collect();
            let written = written?.join(", ");
            back.push(match (tag, was.start.checked_sub(1)) {
                (DiffTag::Delete, _) => args::without(self.ast, &elements, was.start, was.end - 1)?,
                (DiffTag::Insert, Some(before)) => {
                    let at = elements[before].end;
                    Edit { span: Span::new(at, at), text: format!(", {written}") }
                }
                (_, None) if tag == DiffTag::Insert => return Err(needs_shell()),
                _ => {
                    let span = Span::new(elements[was.start].start, elements[was.end - 1].end);
                    if self.ast.comments.iter().any(|comment| span.contains(*comment)) {
                        let todo = "move the comment, and convert again";
                        return Err(Stuck::new("a comment stands between its words", todo));
                    }
                    Edit { span, text: written }
                }
            });
        }
        let is_plain = elements.windows(2).all(|two| {
            let gap = &self.text[two[0].end..two[1].start];
            gap.contains('#') || gap.chars().all(|c| c == ',' || c == '\\' || c.is_whitespace())
        });
        if is_plain { Ok(back) } else { Err(Stuck::new("parentheses stand around its words", "take them away")) }
    }
}

pub(super) fn needs_shell() -> Stuck {
    let reason = "what it becomes needs a shell, and none reads it here";
    Stuck::new(reason, "put the command into a script of its own, and convert that")
}

/// Whether a shell reads a text as one word that it has nothing to do with.
fn is_one_word(value: &str) -> bool {
    !value.is_empty() && !value.contains(char::is_whitespace) && !value.contains(['{', '}'])
}

/// A word in the quotes that a shell needs.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) { value.to_owned() } else { format!("'{value}'") }
}

/// Braces are doubled in a text for a shell that holes stand in.
pub(super) fn single_braces(text: &str) -> String {
    text.replace("{{", "{").replace("}}", "}")
}
