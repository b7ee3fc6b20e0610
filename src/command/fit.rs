//! Whether what a command becomes can stand where it does: in quotes, in YAML, among parts that another language puts together.

use super::{Reader, list, pasted};
use crate::text::{Edit, edited};
use crate::translate::Stuck;

impl Reader<'_> {
    /// Why the edits of a command cannot stand in its place, if that is so.
    pub(super) fn fits(&self, edits: &[Edit]) -> Result<(), Stuck> {
        if let Some(list) = self.region.list {
            list::back(self.original, self.text, self.region.span, list, edits)?;
        }
        let values = |text: &str| match self.region.pasted {
            Some(pasted) => pasted::without_values(self.text, self.region.span, pasted, text),
            None => text.to_owned(),
        };
        if let Some(quote) = self.region.quote
            && edits.iter().any(|edit| values(&edit.text).contains([quote, '\\', '\n']))
        {
            let reason = "what it becomes has quotes that cannot stand in this string";
            return Err(Stuck::new(reason, "put the command into a script of its own, and convert that"));
        }
        if let Some(pasted) = self.region.pasted
            && !pasted::keeps_values(self.text, self.region.span, pasted, edits)
        {
            return Err(pasted::stuck());
        }
        if self.region.is_format && !self.keeps_values(edits) {
            let reason = "its values would come in another order, or a sign for one would be new";
            return Err(Stuck::new(reason, "write the command by hand"));
        }
        let new = || edits.iter().map(|edit| edit.text.as_str());
        if self.region.is_plain && new().any(|text| text.contains(": ") || text.contains(" #") || text.ends_with(':')) {
            let reason = "what it becomes cannot stand in YAML without quotes";
            return Err(Stuck::new(reason, "write the step as a block (`|`), and convert again"));
        }
        Ok(())
    }

    /// Whether a text that is filled with values takes the same ones in the same order.
    fn keeps_values(&self, edits: &[Edit]) -> bool {
        // What takes the whole call out leaves no values to keep.
        if edits.iter().any(|edit| edit.span.contains(self.region.span)) {
            return true;
        }
        let span = self.region.span;
        let Some(new) = edited(self.text, span, edits) else { return false };
        let signs = |text: &str| -> Vec<String> {
            let signs = text.match_indices('%').map(|(at, _)| text[at..].chars().take(2).collect());
            signs.collect()
        };
        let old = signs(span.of(self.text));
        old == signs(&new) && !old.iter().any(|sign| sign[1..].starts_with(|c: char| !c.is_alphabetic()))
    }
}
