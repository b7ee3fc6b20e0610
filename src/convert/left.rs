//! What a comparison says of code that the conversion left to a person: that it is left, not that it is wrong.

use crate::report::{Entry, Fate, Proof, Verdict};

/// The proof, as "left to you" where the ledger has left the place of it to a person.
pub(super) fn to_a_person(mut proof: Proof, entries: &[Entry]) -> Proof {
    if proof.verdict <= Verdict::LeftToYou {
        return proof;
    }
    let places = || proof.before.iter().chain(&proof.whole);
    let is_there = |entry: &&Entry| entry.fate == Fate::Manual && places().any(|place| entry.location == *place);
    let left = entries.iter().find(is_there);
    if let Some(entry) = left {
        proof.verdict = Verdict::LeftToYou;
        proof.reason.clone_from(&entry.reason);
    }
    proof
}
