//! The ledger: every atom that was found gets exactly one fate.
//!
//! Translation settles atoms as it goes. An attempt that fails is taken back, so that what is settled is what was
//! written. At the end [`Ledger::unsettled`] must be empty; if it is not, that is a bug, and it is said.

use std::collections::HashMap;

use crate::find::{Atom, Sites};
use crate::report::Fate;

/// What became of an atom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub fate: Fate,
    /// What differs, why it was dropped, or why a person must act.
    pub reason: String,
    /// What the person should do.
    pub todo: String,
}

/// The fates of a program's atoms.
#[derive(Debug, Default)]
pub struct Ledger {
    settled: HashMap<Atom, Settled>,
    /// The order of settling, to take an attempt back.
    journal: Vec<Atom>,
}

impl Ledger {
    /// Gives an atom its fate. The first one holds: what was decided at an atom itself is not overruled by what
    /// contains it.
    pub fn settle(&mut self, atom: Atom, settled: Settled) {
        if self.settled.contains_key(&atom) {
            return;
        }
        self.settled.insert(atom, settled);
        self.journal.push(atom);
    }

    /// A point to which [`Ledger::rollback`] can go back.
    pub fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Forgets everything that was settled since the mark.
    pub fn rollback(&mut self, mark: usize) {
        for atom in self.journal.drain(mark..) {
            self.settled.remove(&atom);
        }
    }

    /// What became of an atom.
    pub fn get(&self, atom: Atom) -> Option<&Settled> {
        self.settled.get(&atom)
    }

    /// The atoms that nobody settled.
    pub fn unsettled(&self, sites: &Sites) -> Vec<Atom> {
        sites.atoms().filter(|a| !self.settled.contains_key(a)).collect()
    }
}
