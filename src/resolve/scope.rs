//! The names that are bound at one point of the walk, with a trail so that a branch can be taken back.

use std::collections::HashMap;

use super::DefId;

/// Names and the definitions that may reach this point.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: HashMap<String, Vec<DefId>>,
    /// What each change replaced, innermost branch last.
    trails: Vec<Vec<(String, Option<Vec<DefId>>)>>,
    /// The names that the function declares `global` or `nonlocal`.
    pub globals: Vec<String>,
}

/// What a branch changed.
pub(super) type Changes = HashMap<String, Vec<DefId>>;

impl Scope {
    pub fn get(&self, name: &str) -> Option<&[DefId]> {
        self.names.get(name).map(Vec::as_slice)
    }

    pub fn is_global(&self, name: &str) -> bool {
        self.globals.iter().any(|n| n == name)
    }

    pub fn set(&mut self, name: &str, defs: Vec<DefId>) {
        let old = self.names.insert(name.to_owned(), defs);
        if let Some(trail) = self.trails.last_mut() {
            trail.push((name.to_owned(), old));
        }
    }

    pub fn enter(&mut self) {
        self.trails.push(Vec::new());
    }

    /// Takes the innermost branch back and says what it had changed.
    pub fn leave(&mut self) -> Changes {
        let mut changes = Changes::new();
        for (name, old) in self.trails.pop().unwrap_or_default().into_iter().rev() {
            if let Some(now) = self.names.get(&name) {
                changes.entry(name.clone()).or_insert_with(|| now.clone());
            }
            match old {
                Some(defs) => self.names.insert(name, defs),
                None => self.names.remove(&name),
            };
        }
        changes
    }

    /// Joins branches: a name means what any of them left it as, or what it was where one did not touch it.
    pub fn join(&mut self, branches: &[Changes]) {
        let mut names: Vec<&String> = branches.iter().flat_map(Changes::keys).collect();
        names.sort();
        names.dedup();
        for name in names {
            let mut defs = Vec::new();
            for branch in branches {
                let before = self.get(name).unwrap_or_default();
                defs.extend_from_slice(branch.get(name).map_or(before, Vec::as_slice));
            }
            defs.sort();
            defs.dedup();
            self.set(name, defs);
        }
    }
}
