//! Words: quotes, escapes, and expansions, in which commands can stand.

use super::lexer::Lexer;
use super::mark::{balanced, is_closed};
use super::{Dialect, Inside, Word};
use crate::text::Span;

impl Lexer<'_> {
    /// The length of `<storage account>` in a document.
    pub(super) fn placeholder(&self, rest: &str) -> Option<usize> {
        let inner = rest.strip_prefix('<').filter(|_| self.dialect == Dialect::Document)?;
        let end = inner.find('>')?;
        let is_name = |c: char| c.is_alphanumeric() || " _-.'".contains(c);
        let is_one = inner[..end].chars().all(is_name) && inner.starts_with(char::is_alphanumeric);
        let is_whole = inner[end + 1..].chars().next().is_none_or(|c| c.is_whitespace() || ".-_/\"'".contains(c));
        (is_one && !inner[..end].ends_with(' ') && is_whole).then_some(end + 2)
    }

    /// The word at a place, and where it ends.
    pub(super) fn word(&mut self, start: usize) -> (Word, usize) {
        let in_powershell = self.dialect == Dialect::PowerShell;
        let escape = if in_powershell { '`' } else { '\\' };
        let (mut at, mut value, mut is_known, mut is_open) = (start, String::new(), true, false);
        while at < self.end {
            let rest = self.rest(at);
            let Some(c) = rest.chars().next() else { break };
            if let Some(length) = self.continuation(rest) {
                at += length;
                continue;
            }
            match c {
                '\'' => {
                    let end = rest[1..].find('\'').map_or(rest.len(), |end| end + 2);
                    value.push_str(rest[1..end].trim_end_matches('\''));
                    is_open |= rest.len() < 2 || !rest[1..end].ends_with('\'');
                    at += end;
                }
                '"' => {
                    let begin = at;
                    at = self.double_quotes(at, &mut value, &mut is_known);
                    is_open |= at < begin + 2 || !self.text[..at].ends_with('"');
                }
                c if c == escape => {
                    let escaped = rest[1..].chars().next();
                    value.extend(escaped);
                    at += 1 + escaped.map_or(0, char::len_utf8);
                }
                '`' if self.in_backquotes => break,
                '$' | '`' => {
                    let begin = at;
                    (at, is_known) = (self.expansion(at), false);
                    is_open |= !is_closed(&self.text[begin..at]);
                }
                '{' if self.dialect == Dialect::Notebook => {
                    (at, is_known) = (at + self.braces(rest), false);
                }
                '<' if let Some(length) = self.placeholder(rest) => {
                    (at, is_known) = (at + length, false);
                }
                '<' | '>' if rest[1..].starts_with('(') && at == start => {
                    (at, is_known) = (self.list(at + 2, Some(')'), Inside::Substitution), false);
                }
                '{' | '}' if in_powershell => break,
                c if c.is_whitespace() || ";&|()<>".contains(c) => break,
                c => {
                    is_known &= !"*?[~".contains(c) || !value.is_empty() && c == '~';
                    value.push(c);
                    at += c.len_utf8();
                }
            }
        }
        if at == start {
            // A letter that begins no word, so that reading goes on.
            at += self.rest(at).chars().next().map_or(0, char::len_utf8);
        }
        (Word { span: Span::new(start, at), literal: is_known.then_some(value), is_open }, at)
    }

    fn double_quotes(&mut self, start: usize, value: &mut String, is_known: &mut bool) -> usize {
        let escape = if self.dialect == Dialect::PowerShell { '`' } else { '\\' };
        let mut at = start + 1;
        while at < self.end {
            let rest = self.rest(at);
            let Some(c) = rest.chars().next() else { break };
            match c {
                '"' => return at + 1,
                c if c == escape => {
                    let escaped = rest[1..].chars().next();
                    value.extend(escaped.filter(|c| *c != '\n'));
                    at += 1 + escaped.map_or(0, char::len_utf8);
                }
                '$' | '`' if self.dialect != Dialect::PowerShell || c == '$' => {
                    let line = self.line;
                    (at, *is_known) = (self.expansion(at), false);
                    self.line = line;
                }
                '{' if self.dialect == Dialect::Notebook => (at, *is_known) = (at + self.braces(rest), false),
                c => {
                    value.push(c);
                    at += c.len_utf8();
                }
            }
        }
        at
    }

    /// The place behind the expansion that begins with `$` or a backquote.
    fn expansion(&mut self, at: usize) -> usize {
        let rest = self.rest(at);
        if rest.starts_with('`') {
            return self.nested(at + 1, '`', Inside::Backquotes);
        }
        let dollars = if self.dialect == Dialect::Make && rest.starts_with("$$") { 2 } else { 1 };
        let behind = &rest[dollars..];
        if behind.starts_with("((") {
            return at + behind.find("))").map_or(rest.len(), |end| dollars + end + 2);
        }
        // `$(X)` is a variable of `make`, and nothing in it is a command.
        if behind.starts_with('(') && self.dialect == Dialect::Make && dollars == 1 {
            return at + dollars + balanced(behind, '(', ')');
        }
        if behind.starts_with('(') {
            return self.nested(at + dollars + 1, ')', Inside::Substitution);
        }
        if behind.starts_with('{') {
            return at + dollars + balanced(behind, '{', '}');
        }
        if behind.starts_with('\'') && self.dialect != Dialect::PowerShell {
            return at + dollars + 1 + behind[1..].find('\'').map_or(behind.len() - 1, |end| end + 1);
        }
        let is_inside = |c: char| c.is_alphanumeric() || c == '_' || self.dialect == Dialect::PowerShell && c == ':';
        let name = behind.len() - behind.trim_start_matches(is_inside).len();
        let special = usize::from(name == 0 && behind.starts_with(|c: char| "@*#?$!-<^+%".contains(c)));
        at + dollars + name + special
    }

    /// Reads the commands of an expansion, which open and close no block of those around it.
    fn nested(&mut self, at: usize, close: char, inside: Inside) -> usize {
        let (depth, was) = (self.depth, self.in_backquotes);
        self.in_backquotes = inside == Inside::Backquotes;
        let end = self.list(at, Some(close), inside);
        (self.depth, self.in_backquotes) = (depth, was);
        end
    }

    /// The length of what IPython puts in: `{x}`, but not `{{`.
    fn braces(&self, rest: &str) -> usize {
        if rest.starts_with("{{") { 2 } else { balanced(rest, '{', '}') }
    }
}
