//! Things that go together, found pair by pair.

/// A partition of numbered elements.
#[derive(Debug, Default)]
pub(super) struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    /// This many elements, each by itself.
    pub fn of(count: usize) -> Self {
        Groups { parents: (0..count).collect() }
    }

    /// Adds elements, and gives the number of the first.
    pub fn add(&mut self, count: usize) -> usize {
        let first = self.parents.len();
        self.parents.extend(first..first + count);
        first
    }

    /// The least element of the group: the same for all of it.
    pub fn find(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    /// Makes one group of two.
    pub fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.parents[one.max(other)] = one.min(other);
    }
}
