//! What `tests/mutation/` does to the table: a spoilt row in the place of a right one, for one thread, and a note of what
//! is asked for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::Row;
use crate::facts::facts;

/// Row and symbol, by their numbers.
pub(crate) type Place = (usize, usize);

thread_local! {
    static SPOILT: Cell<Option<(usize, &'static Row)>> = const { Cell::new(None) };
    static ASKED: RefCell<Option<BTreeSet<Place>>> = const { RefCell::new(None) };
}

/// The rows as `build.rs` hands them over.
pub(crate) fn written() -> Vec<serde_json::Value> {
    facts!("concept-table")
}

/// Does some work on this thread with another row in the place of one, also if it panics.
pub(crate) fn with<T>(place: usize, row: &'static Row, work: impl FnOnce() -> T) -> T {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            SPOILT.set(None);
        }
    }
    SPOILT.set(Some((place, row)));
    let _back = Back;
    work()
}

/// Does some work on this thread, and gives what it asked for.
pub(crate) fn asked<T>(work: impl FnOnce() -> T) -> (T, BTreeSet<Place>) {
    ASKED.set(Some(BTreeSet::new()));
    let done = work();
    (done, ASKED.take().unwrap_or_default())
}

pub(super) fn note(place: Place) {
    ASKED.with_borrow_mut(|asked| asked.as_mut().map(|asked| asked.insert(place)));
}

pub(super) fn spoilt(place: usize) -> Option<&'static Row> {
    SPOILT.get().filter(|(of, _)| *of == place).map(|(_, row)| row)
}
