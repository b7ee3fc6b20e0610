//! Hides the secrets of a file in all that is shown of it: where they stand, and wherever else their texts do.

use super::secret;
use crate::source::Kind;
use crate::text::Span;

/// A shorter text is too likely a word that means something else.
const SHORTEST: usize = 6;

/// The secrets of a file, before and after its conversion.
#[derive(Debug, Default)]
pub struct Mask {
    /// The longest first, so that none is left in parts.
    values: Vec<String>,
}

impl Mask {
    /// Learns what is secret in some texts.
    pub fn of<'a>(texts: impl Iterator<Item = (&'a str, Kind)>) -> Self {
        let of = |(text, kind): (&'a str, Kind)| {
            secret::secrets(text, kind).into_iter().map(|span| span.of(text).to_owned()).collect::<Vec<_>>()
        };
        let mut values: Vec<String> = texts.flat_map(of).filter(|value| is_telling(value)).collect();
        values.sort_by(|one, other| (other.len(), one).cmp(&(one.len(), other)));
        values.dedup();
        Mask { values }
    }

    /// A text with a star for each character of a secret. Lines stay lines, and characters stay in their columns.
    pub fn hide(&self, text: &str, kind: Kind) -> String {
        let mut hidden = secret::hidden(text, &secret::secrets(text, kind), Span::new(0, text.len()));
        for value in &self.values {
            if hidden.contains(value.as_str()) {
                hidden = hidden.replace(value.as_str(), &secret::stars(value));
            }
        }
        hidden
    }
}

/// Whether a text is that of a secret wherever it stands, and not a name or a word.
fn is_telling(value: &str) -> bool {
    let is_odd = |c: char| c.is_ascii_digit() || !(c.is_alphanumeric() || c == '_' || c == '-' || c == ' ');
    value.chars().count() >= SHORTEST && value.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(known: &str, text: &str) -> String {
        Mask::of([(known, Kind::Script)].into_iter()).hide(text, Kind::Script)
    }

    #[test]
    fn a_secret_is_hidden_where_nothing_says_that_it_is_one() {
        assert_eq!(hide("secret='hunter2'", "send('hunter2')  # hunter2"), "send('*******')  # *******");
        assert_eq!(hide("secret='hunter2'\nkey='hunter2-long'", "x('hunter2-long')"), "x('************')");
    }

    #[test]
    fn a_word_is_hidden_only_where_it_is_a_secret() {
        assert_eq!(hide("{'key': 'cluster_name'}", "cluster_name = 1"), "cluster_name = 1");
        assert_eq!(hide("", "password='cluster_name'"), "password='************'");
        assert_eq!(hide("key='a1'", "a1 = 2"), "a1 = 2");
    }
}
