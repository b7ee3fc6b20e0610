//! What a comparison says of code that the conversion left to a person: that it is left, not that it is wrong.

use std::collections::BTreeMap;

use crate::report::{Entry, Fate, Location, Proof, Verdict};

/// What a ledger leaves to a person, by its place; of several at one place the first.
pub(super) struct Left<'a>(BTreeMap<&'a Location, (usize, &'a Entry)>);

impl<'a> Left<'a> {
    pub fn of(entries: &'a [Entry]) -> Self {
        let mut left = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.fate == Fate::Manual) {
            left.entry(&entry.location).or_insert((index, entry));
        }
        Left(left)
    }

    /// The proof, as "left to you" where the ledger has left a place of it to a person.
    pub fn to_a_person(&self, mut proof: Proof) -> Proof {
        if proof.verdict <= Verdict::LeftToYou {
            return proof;
        }
        let there = proof.before.iter().chain(&proof.whole).filter_map(|place| self.0.get(place));
        if let Some((_, entry)) = there.min_by_key(|(index, _)| index) {
            proof.verdict = Verdict::LeftToYou;
            proof.reason.clone_from(&entry.reason);
        }
        proof
    }
}
