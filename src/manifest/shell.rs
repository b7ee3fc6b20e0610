//! Command lines that install: `pip install`, `conda install`, in `!` lines of notebooks and in shell cells.

use super::item::{Form, Item, Kept, More};
use super::requirement::Requirement;
use crate::text::Span;

/// A word of a command, with its quotes.
struct Word<'a> {
    text: &'a str,
    span: Span,
}

impl Word<'_> {
    fn bare(&self) -> &str {
        self.text.trim_matches(['"', '\''])
    }

    /// The program that a path or a name starts.
    fn program(&self) -> &str {
        self.bare().rsplit('/').next().unwrap_or_default()
    }
}

/// The packages that the commands of a text install; `base` is where it stands.
pub(super) fn items(text: &str, base: usize) -> Vec<Item> {
    let commands = commands(text, base);
    commands.iter().flat_map(|words| installed(words)).collect()
}

/// The commands of a text, in words; a backslash joins lines.
fn commands(text: &str, base: usize) -> Vec<Vec<Word<'_>>> {
    let (mut commands, mut words) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blank..];
        at += blank;
        if let Some(joined) = ["\\\n", "\\\r\n"].into_iter().find(|joined| rest.starts_with(joined)) {
            at += joined.len();
        } else if rest.starts_with([';', '&', '|', '\n', '\r', '(', ')', '`']) {
            commands.push(std::mem::take(&mut words));
            at += 1;
        } else if words.is_empty() && rest.starts_with(['!', '%']) {
            at += 1;
        } else if rest.starts_with('#') {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if !rest.is_empty() {
            let length = word(rest);
            words.push(Word { text: &rest[..length], span: Span::new(base + at, base + at + length) });
            at += length;
        }
    }
    commands.push(words);
    commands
}

/// The length of the word that a text begins with. A quote that its line does not close is a letter like others.
fn word(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') && is_closed(&text[at + 1..], c) => quote = Some(c),
            None if at > 0 && (c.is_whitespace() || ";&|()`".contains(c)) => return at,
            None => {}
        }
    }
    text.len()
}

fn is_closed(text: &str, quote: char) -> bool {
    text.lines().next().is_some_and(|line| line.contains(quote))
}

fn installed(words: &[Word<'_>]) -> Vec<Item> {
    let Some(install) = words.iter().position(|word| word.bare() == "install") else { return Vec::new() };
    let is = |names: &[&str]| words[..install].iter().any(|word| names.contains(&word.program()));
    let kept = match (is(&["pip", "pip2", "pip3"]), is(&["conda", "mamba"])) {
        (true, _) => None,
        (_, true) => Some(Kept::Conda),
        _ => return Vec::new(),
    };
    let list = words[install].span.start;
    let asked = words[install..].windows(2).filter(|two| !["-e", "--editable"].contains(&two[0].text));
    asked.filter_map(|two| item(two[0].span.end, &two[1], list, kept)).collect()
}

fn item(before: usize, word: &Word<'_>, list: usize, kept: Option<Kept>) -> Option<Item> {
    let found = Requirement::of(word.bare())?;
    let quote = word.text.chars().next().filter(|c| matches!(c, '"' | '\'')).unwrap_or('"');
    Some(Item {
        name: found.name,
        specifier: found.specifier.to_owned(),
        text: word.span,
        whole: Span::new(before, word.span.end),
        list,
        form: Form::Word { quote },
        more: More { at: word.span.end, before: " ".into(), after: String::new() },
        kept,
        marked: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        items(text, 0).into_iter().map(|item| item.name).collect()
    }

    #[test]
    fn packages_of_pip_and_conda_are_found() {
        assert_eq!(names("!pip install adal==1.0 'numpy>=1' # azure"), ["adal", "numpy"]);
        assert_eq!(names("!{sys.executable} -m pip install --user adal && pip3 install azure"), ["adal", "azure"]);
        assert_eq!(names("conda install -y adal"), ["adal"]);
        assert_eq!(names("echo don't\npip install \\\n  adal"), ["adal"]);
    }

    #[test]
    fn other_commands_install_nothing() {
        for text in [
            "apt-get install adal",
            "pip freeze",
            "pip uninstall adal",
            "pip install -e adal",
            "echo pip; install adal",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }
}
