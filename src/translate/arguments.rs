//! Command lines as words, for targets that take a script and its arguments instead of a shell command (v1).

use super::{Result, Stuck, Translator};
use crate::find::{Mention, mentions_in};
use crate::resolve::{Part, Parts};
use crate::syntax::ExprId;

/// One word of a command line, in pieces.
pub(super) type Word = Parts;

/// An argument: a flag with or without a value, or a word on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument {
    /// `--data_dir`; empty for a word on its own.
    pub flag: String,
    pub value: Option<Word>,
}

impl Translator<'_> {
    /// The words of a command line, through names.
    pub(super) fn words(&self, id: ExprId) -> Result<Vec<Word>> {
        let parts = self.p.resolved.string(self.p.ast, id, true);
        split(&parts).ok_or_else(|| {
            Stuck::new("its command line has quotes that are not closed", "write the arguments as a list by hand")
        })
    }

    /// The arguments of a command line.
    pub(super) fn arguments(&self, id: ExprId) -> Result<Vec<Argument>> {
        Ok(from_words(self.words(id)?))
    }
}

/// Splits at spaces outside quotes, as a shell does.
pub(super) fn split(parts: &Parts) -> Option<Vec<Word>> {
    let (mut words, mut word, mut open, mut begun) = (Vec::new(), Word::default(), None, false);
    for part in &parts.0 {
        let Part::Text(text) = part else {
            word.push(part.clone());
            begun = true;
            continue;
        };
        for c in text.chars() {
            match (c, open) {
                (quote, Some(o)) if quote == o => open = None,
                ('\'' | '"', None) => {
                    open = Some(c);
                    begun = true;
                }
                (c, None) if c.is_whitespace() => {
                    if std::mem::take(&mut begun) {
                        words.push(std::mem::take(&mut word));
                    }
                }
                (c, _) => {
                    word.push_text(&c.to_string());
                    begun = true;
                }
            }
        }
    }
    if begun {
        words.push(word);
    }
    open.is_none().then_some(words)
}

/// What a command line needs a shell for: a variable of its own, a second command, a redirection, a pattern.
pub(super) fn shell_word(parts: &Parts) -> Option<String> {
    let (mut quote, mut escaped) = (None, false);
    for part in &parts.0 {
        let Part::Text(text) = part else { continue };
        let ours = mentions_in(text, 0);
        for (at, c) in text.char_indices() {
            if ours.iter().any(|m| m.span.range().contains(&at)) || std::mem::take(&mut escaped) {
                continue;
            }
            match (c, quote) {
                ('\\', None | Some('"')) => escaped = true,
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (';' | '|' | '&' | '<' | '>', None) => {
                    let end = text[at..].find(|c| !";|&<>".contains(c)).map_or(text.len(), |n| at + n);
                    return Some(text[at..end].to_owned());
                }
                ('$' | '`', None | Some('"')) | ('*' | '?', None) => {
                    let from = text[..at].rfind(char::is_whitespace).map_or(0, |i| i + 1);
                    return text[from..].split_whitespace().next().map(str::to_owned);
                }
                _ => {}
            }
        }
    }
    None
}

/// `--flag value`, `--flag=value`, `--flag`, `word`
pub(super) fn from_words(words: Vec<Word>) -> Vec<Argument> {
    let mut out: Vec<Argument> = Vec::new();
    for word in words {
        let flag = word.known().starts_with('-') && !is_number(&word.known());
        if flag {
            out.push(split_flag(word));
            continue;
        }
        match out.last_mut() {
            Some(last) if !last.flag.is_empty() && last.value.is_none() => last.value = Some(word),
            _ => out.push(Argument { flag: String::new(), value: Some(word) }),
        }
    }
    out
}

fn split_flag(word: Word) -> Argument {
    let Some(Part::Text(first)) = word.0.first() else { return Argument { flag: String::new(), value: Some(word) } };
    match first.split_once('=') {
        Some((flag, rest)) => {
            let mut value = Word::default();
            value.push_text(rest);
            word.0[1..].iter().for_each(|p| value.push(p.clone()));
            Argument { flag: flag.to_owned(), value: Some(value) }
        }
        None => match word.text() {
            Some(flag) => Argument { flag, value: None },
            None => Argument { flag: String::new(), value: Some(word) },
        },
    }
}

/// Whether a word is a number, as it stands.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.parse::<f64>().is_ok() && text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c))
}

/// The variables of Batch AI that a word names.
pub(super) fn variables(word: &Word) -> Vec<Mention> {
    mentions_in(&word.known(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<(String, Option<String>)> {
        let mut parts = Parts::default();
        parts.push_text(text);
        let words = split(&parts).unwrap();
        from_words(words).into_iter().map(|a| (a.flag, a.value.and_then(|v| v.text()))).collect()
    }

    #[test]
    fn flags_take_the_word_that_follows() {
        let found = arguments("--a 1 --b=x\\ -v --c 'two words' last");
        let shown: Vec<_> = found.iter().map(|(f, v)| format!("{f}|{}", v.as_deref().unwrap_or("-"))).collect();
        assert_eq!(shown, ["--a|1", "--b|x\\", "-v|-", "--c|two words", "|last"]);
    }

    #[test]
    fn a_shell_is_needed_for_what_python_does_not_do() {
        let word = |text: &str| {
            let mut parts = Parts::default();
            parts.push_text(text);
            shell_word(&parts)
        };
        assert_eq!(word("a.py --rate $RATE"), Some("$RATE".to_owned()));
        assert_eq!(word("a.py && python b.py"), Some("&&".to_owned()));
        assert_eq!(word("a.py --in $AZ_BATCHAI_INPUT_X --p 'a*;$b' --q \"a>b\""), None);
        assert_eq!(word("a.py --q \"$b\""), Some("\"$b\"".to_owned()));
    }

    #[test]
    fn negative_numbers_are_values() {
        assert_eq!(arguments("--lr -0.1"), [("--lr".to_owned(), Some("-0.1".to_owned()))]);
    }
}
