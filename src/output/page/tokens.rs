//! Which characters of a line of code are keywords, strings, numbers and comments, for the colours of a diff.
//!
//! It colours and decides nothing, so it knows as little of each language as that takes: how comments begin, and for
//! Python its words and its long strings. It reads text in which control characters are spelt out already.

use crate::source::{Kind, Language};

/// Python's keywords, and the names that are as good as that.
const WORDS: [&str; 38] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "self", "try", "while", "with", "yield", "match", "case",
];

/// What a run of characters is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Keyword,
    Text,
    Number,
    Comment,
    /// What is defined, or a decorator.
    Name,
}

/// How the lines of a file are coloured.
pub(super) struct Lexer {
    comment: &'static [&'static str],
    is_python: bool,
    /// The end of the long string that the next line begins in.
    within: Option<&'static str>,
}

impl Lexer {
    /// For files of a kind.
    pub fn of(kind: Kind) -> Lexer {
        let comment: &[&str] = match kind {
            Kind::Other(Language::Batch) => &["REM ", "rem ", "::"],
            Kind::Other(Language::CSharp | Language::Java | Language::JavaScript | Language::Infrastructure) => &["//"],
            Kind::Other(Language::Json | Language::Xml | Language::Markdown | Language::Text) => &[],
            _ => &["#"],
        };
        let is_python = matches!(kind, Kind::Script | Kind::Notebook | Kind::Other(Language::Python));
        Lexer { comment, is_python, within: None }
    }

    /// The runs of the next line: `4k1.7s` is a keyword of four characters, one that is nothing, a string of seven.
    /// Characters are counted as JavaScript does. What is nothing at the end is left out.
    pub fn line(&mut self, line: &str) -> String {
        let mut runs: Vec<(Class, usize)> = Vec::new();
        let mut rest = line;
        let mut before = "";
        while !rest.is_empty() {
            let (class, length) = self.next(rest, before);
            let (token, after) = rest.split_at(length);
            let units = token.encode_utf16().count();
            match runs.last_mut().filter(|(last, _)| *last == class) {
                Some((_, all)) => *all += units,
                None => runs.push((class, units)),
            }
            if !token.trim().is_empty() {
                before = token;
            }
            rest = after;
        }
        if runs.last().is_some_and(|(class, _)| *class == Class::Plain) {
            runs.pop();
        }
        runs.iter().map(|(class, units)| format!("{units}{}", letter(*class))).collect()
    }

    /// The class of what begins here, and its length. `before` is the last token of the line.
    fn next(&mut self, rest: &str, before: &str) -> (Class, usize) {
        if let Some(end) = self.within {
            let length = rest.find(end).map(|at| at + end.len());
            self.within = if length.is_some() { None } else { Some(end) };
            return (Class::Text, length.unwrap_or(rest.len()));
        }
        if self.comment.iter().any(|sign| rest.starts_with(sign)) && (self.is_python || is_apart(before, rest)) {
            return (Class::Comment, rest.len());
        }
        let first = rest.chars().next().unwrap_or(' ');
        match first {
            '"' | '\'' => (Class::Text, self.string(rest)),
            '@' if self.is_python && before.is_empty() => (Class::Name, 1 + word(&rest[1..])),
            c if c.is_ascii_digit() => (Class::Number, word(rest)),
            c if is_word(c) => self.word(rest, before),
            c => (Class::Plain, c.len_utf8()),
        }
    }

    fn word(&mut self, rest: &str, before: &str) -> (Class, usize) {
        let length = word(rest);
        let (name, after) = rest.split_at(length);
        let is_prefix = length <= 2 && after.starts_with(['"', '\'']) && name.chars().all(|c| "rbfuRBFU".contains(c));
        match name {
            _ if self.is_python && is_prefix => (Class::Text, length + self.string(after)),
            _ if self.is_python && ["def", "class"].contains(&before) => (Class::Name, length),
            _ if self.is_python && before != "." && WORDS.contains(&name) => (Class::Keyword, length),
            _ => (Class::Plain, length),
        }
    }

    /// The length of a string; a long one may go on in the next line.
    fn string(&mut self, rest: &str) -> usize {
        let long = ["\"\"\"", "'''"].into_iter().find(|mark| self.is_python && rest.starts_with(mark));
        if let Some(mark) = long {
            let end = rest[mark.len()..].find(mark);
            self.within = if end.is_some() { None } else { Some(mark) };
            return end.map_or(rest.len(), |at| at + 2 * mark.len());
        }
        let mark = rest.chars().next().unwrap_or('"');
        let mut is_escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                c if c == mark => return at + 1,
                _ => {}
            }
        }
        rest.len()
    }
}

/// Whether a sign stands where a comment can begin: in a shell `a#b` is a word.
fn is_apart(before: &str, rest: &str) -> bool {
    before.is_empty() || !rest.starts_with('#') || !before.ends_with(is_word) && !before.ends_with(['$', '{'])
}

fn word(text: &str) -> usize {
    text.find(|c: char| !is_word(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn letter(class: Class) -> char {
    match class {
        Class::Plain => '.',
        Class::Keyword => 'k',
        Class::Text => 's',
        Class::Number => 'n',
        Class::Comment => 'c',
        Class::Name => 'd',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(kind: Kind, text: &str) -> Vec<String> {
        let mut lexer = Lexer::of(kind);
        text.split('\n').map(|line| lexer.line(line)).collect()
    }

    #[test]
    fn python_has_its_colours() {
        for (line, runs) in [
            ("def f(x):  # note", "3k1.1d6.6c"),
            ("return f'a{b}' + 1.5", "6k1.7s3.1n1.1n"),
            ("job.import_ = None", "14.4k"),
            ("x.class", ""),
            ("'a#b' # 'c'", "5s1.5c"),
            ("@wraps", "6d"),
            ("'half", "5s"),
            ("'\\''", "4s"),
            ("한글 = '😀'", "5.4s"),
            ("", ""),
        ] {
            assert_eq!(lines(Kind::Script, line), [runs], "{line}");
        }
    }

    #[test]
    fn a_long_string_goes_on() {
        assert_eq!(lines(Kind::Script, "x = '''a\nif b\n''' if c"), ["4.4s", "4s", "3s1.2k"]);
        assert_eq!(lines(Kind::Script, "'''a''' or"), ["7s1.2k"]);
    }

    #[test]
    fn other_languages_have_comments_and_strings() {
        let kind = Kind::Other(Language::Shell);
        assert_eq!(lines(kind, "az ml 'x' # if"), ["6.3s1.4c"]);
        assert_eq!(lines(kind, "echo ${#a} a#b"), [""]);
        assert_eq!(lines(Kind::Other(Language::Json), "{\"a\": 1} # x"), ["1.3s2.1n"]);
    }
}
