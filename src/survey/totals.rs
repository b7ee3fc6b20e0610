//! Fates, counted.

use serde::Serialize;

use crate::report::Fate;

/// How many of something met each fate: entries of the ledger, or places of a survey.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// The new code does the same.
    pub exact: usize,
    /// The new code works, and something differs.
    pub approximate: usize,
    /// A person must act.
    pub manual: usize,
    /// It is gone, safely.
    pub drop: usize,
}

impl Totals {
    /// Counts fates.
    pub fn of(fates: impl Iterator<Item = Fate>) -> Self {
        let mut totals = Totals::default();
        fates.for_each(|fate| totals.add(fate, 1));
        totals
    }

    /// Counts some more of one fate.
    pub fn add(&mut self, fate: Fate, number: usize) {
        *match fate {
            Fate::Exact => &mut self.exact,
            Fate::Drop => &mut self.drop,
            Fate::Approximate => &mut self.approximate,
            Fate::Manual => &mut self.manual,
        } += number;
    }

    /// How many met a fate.
    pub fn get(&self, fate: Fate) -> usize {
        match fate {
            Fate::Exact => self.exact,
            Fate::Drop => self.drop,
            Fate::Approximate => self.approximate,
            Fate::Manual => self.manual,
        }
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.exact + self.drop + self.approximate + self.manual
    }

    /// How many convert, of a hundred: all but what is left to a person. What is not all is never a hundred.
    pub fn converted(&self) -> usize {
        let all = self.all();
        ((all - self.manual) * 100).checked_div(all).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_all_is_never_a_hundred() {
        let totals = Totals { exact: 9_999, approximate: 0, manual: 1, drop: 0 };
        assert_eq!((totals.converted(), totals.all()), (99, 10_000));
        assert_eq!(Totals::default().converted(), 100);
        assert_eq!(Totals::of([Fate::Manual].into_iter()).converted(), 0);
    }
}
