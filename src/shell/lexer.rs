//! From text to simple commands, in one pass; `word` reads their words. Nothing is refused: a quote that is never closed reaches to the end, and
//! what stands in it is no command.

use super::mark::separator;
use super::{Command, Dialect, Document, Inside, Join, Script, Word};
use crate::text::Span;

/// Words that begin or end a block, and stand where a command could.
const KEYWORDS: [(&str, i32); 13] = [
    ("if", 0),
    ("then", 1),
    ("elif", -1),
    ("else", 0),
    ("fi", -1),
    ("while", 0),
    ("until", 0),
    ("do", 1),
    ("done", -1),
    ("{", 1),
    ("}", -1),
    ("esac", 0),
    ("time", 0),
];

/// The simple commands in a part of a text, by the places where they begin.
pub fn read(text: &str, part: Span, dialect: Dialect) -> Vec<Command> {
    script(text, part, dialect).commands
}

/// The commands with the here-documents between them.
pub fn script(text: &str, part: Span, dialect: Dialect) -> Script {
    let mut lexer = Lexer {
        text,
        end: part.end,
        dialect,
        commands: Vec::new(),
        begun: Vec::new(),
        documents: Vec::new(),
        line: part.start,
        lists: 0,
        depth: 0,
        in_backquotes: false,
    };
    lexer.list(part.start, None, Inside::Script);
    lexer.pipes();
    lexer.commands.sort_by_key(|command| command.span);
    lexer.pipes();
    Script { commands: lexer.commands, documents: lexer.documents }
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) end: usize,
    pub(super) dialect: Dialect,
    commands: Vec<Command>,
    /// Here-documents whose text begins on the next line.
    begun: Vec<Begun>,
    documents: Vec<Document>,
    /// Where the line begins that is being read, above which a comment can stand.
    pub(super) line: usize,
    lists: usize,
    pub(super) depth: i32,
    pub(super) in_backquotes: bool,
}

/// A here-document whose text is still to come.
struct Begun {
    /// The word that ends it.
    name: String,
    /// Whether tabs go before its lines.
    tabs: bool,
    operator: Span,
    is_literal: bool,
    line: usize,
}

/// A command that is being read.
struct Open {
    words: Vec<Word>,
    redirections: Vec<Span>,
    before: Join,
    line: usize,
}

impl Open {
    fn new(before: Join) -> Open {
        Open { words: Vec::new(), redirections: Vec::new(), before, line: 0 }
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn rest(&self, at: usize) -> &'a str {
        &self.text[at.min(self.end)..self.end]
    }

    /// Reads commands up to what closes the list, and gives the place behind that.
    pub(super) fn list(&mut self, start: usize, close: Option<char>, inside: Inside) -> usize {
        self.lists += 1;
        let (list, mut at, mut open) = (self.lists, start, Open::new(Join::Line));
        while at < self.end {
            let rest = self.rest(at);
            let Some(c) = rest.chars().next() else { break };
            if let Some(length) = self.continuation(rest) {
                at += length;
            } else if c == '\n' {
                self.finish(&mut open, Join::Line, inside, list);
                at = self.documents(at + 1);
                if inside != Inside::Backquotes {
                    self.line = at;
                }
            } else if c.is_whitespace() {
                at += c.len_utf8();
            } else if let Some(length) = self.comment(rest) {
                at += length;
            } else if Some(c) == close {
                at += c.len_utf8();
                self.finish(&mut open, Join::Line, inside, list);
                return at;
            } else if let Some((join, length)) = separator(rest) {
                self.finish(&mut open, join, inside, list);
                at += length;
            } else if c == '(' {
                at = self.parenthesis(at, &mut open, inside, list);
            } else if c == ')' || self.dialect == Dialect::PowerShell && (c == '{' || c == '}') {
                self.finish(&mut open, Join::Line, inside, list);
                at += 1;
            } else if let Some(length) = self.redirection(at) {
                at = self.redirected(at, length, &mut open);
            } else {
                at = self.next_word(at, &mut open);
            }
        }
        self.finish(&mut open, Join::Line, inside, list);
        at.min(self.end)
    }

    fn next_word(&mut self, at: usize, open: &mut Open) -> usize {
        let line = self.line;
        let (word, end) = self.word(at);
        if open.words.is_empty() && self.keyword(&word, open) {
            return end;
        }
        if open.words.is_empty() {
            open.line = line;
        }
        open.words.push(word);
        end
    }

    fn parenthesis(&mut self, at: usize, open: &mut Open, inside: Inside, list: usize) -> usize {
        if open.words.is_empty() && self.dialect != Dialect::PowerShell {
            let depth = self.depth;
            let end = self.list(at + 1, Some(')'), Inside::Group);
            self.depth = depth;
            // What follows a group belongs to it: `( … ) && az …`.
            open.before = Join::Line;
            return end;
        }
        // An array, the parentheses of a function, an expression of PowerShell.
        let inner = if self.dialect == Dialect::PowerShell { Inside::Substitution } else { Inside::Group };
        let end = self.list(at + 1, Some(')'), inner);
        if self.dialect == Dialect::PowerShell {
            open.words.push(Word {
                span: Span::new(at, end),
                literal: None,
                is_open: !self.rest(at).is_empty() && !self.text[..end].ends_with(')'),
            });
        } else {
            self.finish(open, Join::Line, inside, list);
        }
        end
    }

    fn finish(&mut self, open: &mut Open, after: Join, inside: Inside, list: usize) {
        let done = std::mem::replace(open, Open::new(after));
        let (Some(first), Some(last)) = (done.words.first(), done.words.last()) else {
            open.before = if after == Join::Line { done.before_line() } else { after };
            return;
        };
        let span = Span::new(first.span.start, last.span.end);
        let depth = usize::try_from(self.depth).unwrap_or(0);
        self.commands.push(Command {
            span,
            before: done.before,
            after,
            inside,
            line: done.line,
            depth,
            redirections: done.redirections,
            into: None,
            list,
            words: done.words,
        });
    }

    /// Which command takes the output of which.
    fn pipes(&mut self) {
        for at in 0..self.commands.len() {
            let command = &self.commands[at];
            let next = || self.commands[at + 1..].iter().position(|next| next.list == command.list);
            let into = if command.after == Join::Pipe { next().map(|found| at + 1 + found) } else { None };
            self.commands[at].into = into;
        }
    }

    /// A word that belongs to the shell's grammar and to no command.
    fn keyword(&mut self, word: &Word, open: &mut Open) -> bool {
        if self.dialect == Dialect::PowerShell {
            return false;
        }
        let raw = word.raw(self.text);
        if raw == "!" {
            open.before = Join::Not;
            return true;
        }
        let Some((_, change)) = KEYWORDS.iter().find(|(keyword, _)| *keyword == raw) else { return false };
        self.depth += change;
        true
    }

    /// The length of a line's end that does not end a command.
    pub(super) fn continuation(&self, rest: &str) -> Option<usize> {
        let mark = if self.dialect == Dialect::PowerShell { '`' } else { '\\' };
        let behind = rest.strip_prefix(mark)?;
        let blank = behind.len() - behind.trim_start_matches('\r').len();
        behind[blank..].starts_with('\n').then_some(1 + blank + 1)
    }

    fn comment(&self, rest: &str) -> Option<usize> {
        if self.dialect == Dialect::PowerShell && rest.starts_with("<#") {
            return Some(rest.find("#>").map_or(rest.len(), |end| end + 2));
        }
        rest.starts_with('#').then(|| rest.find('\n').unwrap_or(rest.len()))
    }

    /// The length of `>`, `2>&1`, `<<` and their like.
    fn redirection(&self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let operator = &rest[digits..];
        if operator.starts_with("<(") || operator.starts_with(">(") || self.placeholder(operator).is_some() {
            return None;
        }
        let both = usize::from(digits == 0 && operator.starts_with("&>"));
        let arrows = operator[both..].len() - operator[both..].trim_start_matches(['<', '>']).len();
        let more = operator[both + arrows..].starts_with(['&', '|', '-']);
        (arrows > 0).then(|| digits + both + arrows + usize::from(more))
    }

    fn redirected(&mut self, at: usize, length: usize, open: &mut Open) -> usize {
        let operator = &self.rest(at)[..length];
        let blank = self.rest(at + length);
        let target = at + length + (blank.len() - blank.trim_start_matches([' ', '\t']).len());
        let (word, end) = self.word(target);
        if operator.contains("<<") && !operator.contains("<<<") {
            let raw = word.raw(self.text);
            let name = raw.replace(['\'', '"', '\\'], "");
            let is_literal = name.len() < raw.len();
            let (tabs, operator) = (operator.ends_with('-'), Span::new(at, end));
            self.begun.push(Begun { name, tabs, operator, is_literal, line: self.line });
        }
        open.redirections.push(Span::new(at, end.max(at + length)));
        end.max(at + length)
    }

    /// Passes over the here-documents that begin at a line.
    fn documents(&mut self, mut at: usize) -> usize {
        for Begun { name, tabs, operator, is_literal, line: above } in std::mem::take(&mut self.begun) {
            let (start, mut end) = (at, at);
            while at < self.end {
                let rest = self.rest(at);
                let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
                let line = rest[..length].trim_end_matches(['\n', '\r']);
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                end = at;
                at += length;
                if line == name {
                    break;
                }
                end = at;
            }
            let body = Span::new(start, end);
            self.documents.push(Document { body, end: at, operator, is_literal, line: above });
        }
        at
    }
}

impl Open {
    fn before_line(&self) -> Join {
        // Empty lines and comments stand between `&&` and its second command as well.
        match self.before {
            Join::And | Join::Or | Join::Pipe => self.before,
            _ => Join::Line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(text: &str, dialect: Dialect) -> Vec<Vec<&str>> {
        let read = read(text, Span::new(0, text.len()), dialect);
        read.iter().map(|command| command.words.iter().map(|word| word.raw(text)).collect()).collect()
    }

    #[test]
    fn words_are_told_apart() {
        let posix = |text| commands(text, Dialect::Posix);
        assert_eq!(posix("a 'b c' \"d $e\" f\\ g # h"), [["a", "'b c'", "\"d $e\"", "f\\ g"]]);
        assert_eq!(posix("a \\\n  --b ${c:-d e} \\\r\n  $((1 + 2))"), [["a", "--b", "${c:-d e}", "$((1 + 2))"]]);
        assert_eq!(posix("a && b || c; d | e & f"), [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]);
        assert_eq!(posix("a > x 2>&1 b\nc"), [vec!["a", "b"], vec!["c"]]);
        assert_eq!(posix("if a; then b; fi"), [["a"], ["b"]]);
        assert_eq!(posix("case $x in\n a) b;;\nesac"), [vec!["case", "$x", "in"], vec!["a"], vec!["b"]]);
    }

    #[test]
    fn commands_in_commands_are_found() {
        let posix = |text| commands(text, Dialect::Posix);
        assert_eq!(posix("a=$(b c)"), [vec!["a=$(b c)"], vec!["b", "c"]]);
        assert_eq!(posix("a \"x $(b 'y)')\""), [vec!["a", "\"x $(b 'y)')\""], vec!["b", "'y)'"]]);
        assert_eq!(posix("a `b`; (c; d)"), [vec!["a", "`b`"], vec!["b"], vec!["c"], vec!["d"]]);
        assert_eq!(posix("a <(b)"), [vec!["a", "<(b)"], vec!["b"]]);
    }

    #[test]
    fn here_documents_are_no_commands() {
        let text = "cat <<EOF > x\naz one\nEOF\naz two\ncat <<-'E'\n\taz three\n\tE\naz four\n";
        assert_eq!(commands(text, Dialect::Posix), [vec!["cat"], vec!["az", "two"], vec!["cat"], vec!["az", "four"]]);
    }

    #[test]
    fn other_shells_have_their_own_words() {
        assert_eq!(commands("a $(X) $$Y $$(b)", Dialect::Make), [vec!["a", "$(X)", "$$Y", "$$(b)"], vec!["b"]]);
        assert_eq!(commands("a {x['y z']} $u", Dialect::Notebook), [["a", "{x['y z']}", "$u"]]);
        assert_eq!(commands("a --b <c d> > e", Dialect::Document), [["a", "--b", "<c d>"]]);
        let text = "$x = az a `\n  -b $y.c | d # e\nif($f){ az g }";
        assert_eq!(
            commands(text, Dialect::PowerShell),
            [vec!["$x", "=", "az", "a", "-b", "$y.c"], vec!["d"], vec!["if", "($f)"], vec!["$f"], vec!["az", "g"]]
        );
    }

    #[test]
    fn any_text_is_read() {
        for text in ["\"", "'", "`", "$(", "${", "<<", "<<EOF", "a >", "&", "\\", "$", "é\"ü", "((", "))", "{", "a\\"]
        {
            for dialect in [Dialect::Posix, Dialect::Make, Dialect::Notebook, Dialect::Document, Dialect::PowerShell] {
                let read = read(text, Span::new(0, text.len()), dialect);
                assert!(read.iter().all(|command| command.span.end <= text.len()), "{text}");
            }
        }
    }

    #[test]
    fn lines_for_comments_are_those_of_statements() {
        let text = "a \\\n  $(b) 'x\ny'\nc && \\\n d\n";
        let read = read(text, Span::new(0, text.len()), Dialect::Posix);
        let lines: Vec<usize> = read.iter().map(|command| command.line).collect();
        assert_eq!(lines, [0, 0, 17, 17]);
    }
}
