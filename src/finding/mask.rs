//! Hides the secrets of a file in all that is shown of it: where they stand, and wherever else their texts do.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};

use super::secret;
use crate::source::Kind;
use crate::text::Span;

/// A shorter text is too likely a word that means something else.
const SHORTEST: usize = 6;

/// The secrets of a file, before and after its conversion.
#[derive(Debug)]
pub struct Mask {
    /// Finds their texts; nothing where there are none.
    values: Option<AhoCorasick>,
}

impl Mask {
    /// Learns what is secret in some texts.
    pub fn of<'a>(texts: impl Iterator<Item = (&'a str, Kind)>) -> Self {
        let of = |(text, kind): (&'a str, Kind)| {
            secret::secrets(text, kind).into_iter().map(|span| span.of(text).to_owned()).collect::<Vec<_>>()
        };
        let values: BTreeSet<String> = texts.flat_map(of).filter(|value| is_telling(value)).collect();
        let mut builder = AhoCorasick::builder();
        let values = (!values.is_empty()).then(|| builder.match_kind(MatchKind::LeftmostLongest).build(values));
        Mask { values: values.and_then(Result::ok) }
    }

    /// A text with a star for each character of a secret. Lines stay lines, and characters stay in their columns.
    pub fn hide(&self, text: &str, kind: Kind) -> String {
        let hidden = secret::hidden(text, &secret::secrets(text, kind), Span::new(0, text.len()));
        let Some(values) = &self.values else { return hidden };
        let mut out = String::with_capacity(hidden.len());
        values.replace_all_with(&hidden, &mut out, |_, value, out| {
            out.push_str(&secret::stars(value));
            true
        });
        out
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
