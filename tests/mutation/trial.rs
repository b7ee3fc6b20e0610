//! What a spoilt row changes: in conversions of the fixtures, in the checks of the table, in what people read of a row.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bai2aml::concept::tests::{Place, asked, with};
use bai2aml::concept::{Row, SymbolRow, explain, table};
use bai2aml::convert::convert;
use bai2aml::report::{Converted, Fate, Verdict};

use super::checks;
use super::fixture::{self, Fixture};
use super::promise::{AIMS, place};

/// A fixture with what its goldens hold and what its conversion asks the table for, by aim.
pub struct Case {
    pub fixture: Fixture,
    whole: [String; 3],
    asked: [BTreeSet<Place>; 3],
    /// What its ledgers are about: `Job.node_count`, `az batchai job list --query`.
    symbols: BTreeSet<String>,
}

/// Who notices that a row is spoilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noticed {
    /// The goldens of this fixture.
    Fixture(usize),
    /// This test of `tests/table/`.
    Check(&'static str),
    /// What `explain` and the pages of codes say, which `tests/book.rs` holds; asked last, but of sentences.
    Page,
    Nobody,
}

impl Case {
    pub fn of(fixture: Fixture) -> Case {
        let mut symbols = BTreeSet::new();
        let runs = [0, 1, 2].map(|aim| asked(|| run(&fixture, aim, &mut symbols)));
        let [one, two, three] = runs;
        Case { fixture, whole: [one.0, two.0, three.0], asked: [one.1, two.1, three.1], symbols }
    }

    fn size(&self) -> usize {
        self.fixture.files.iter().map(|(_, bytes)| bytes.len()).sum()
    }
}

/// Every case of `fixtures/`.
pub fn fixtures() -> Vec<Fixture> {
    fixture::all().into_iter().filter(Fixture::is_first).collect()
}

/// Converts a fixture, and says of it what the goldens and the promises of its lines hold.
fn run(fixture: &Fixture, aim: usize, symbols: &mut BTreeSet<String>) -> String {
    match catch_unwind(AssertUnwindSafe(|| convert(fixture.sources(), &AIMS[aim].options()))) {
        Ok(results) => {
            symbols.extend(results.iter().flat_map(|file| &file.entries).map(|entry| entry.symbol.clone()));
            results.iter().map(seen).collect()
        }
        Err(_) => "it panicked".to_owned(),
    }
}

fn seen(file: &Converted) -> String {
    let mut text = String::new();
    let mut line = |what: &str| text.write_fmt(format_args!("{what}\n")).expect("a text takes all");
    for (path, bytes) in file.made.iter().map(|new| (&new.path, &new.bytes)).chain([(&file.path, &file.after)]) {
        line(&format!("{}: {}", path.display(), String::from_utf8_lossy(bytes)));
    }
    line(&fixture::said(file).to_string());
    file.entries.iter().for_each(|entry| {
        line(&format!("{} {} {}", place(&entry.location), entry.code, entry.fate == Fate::Manual));
    });
    for proof in &file.proofs {
        let told = if proof.verdict > Verdict::Added { &*format!("{}: {}", proof.field, proof.reason) } else { "" };
        line(&format!("{:?} {told}", proof.verdict));
    }
    text
}

/// A place in the table and the form that is spoilt there.
pub struct Spot<'a> {
    pub place: Place,
    pub form: &'a str,
    pub symbol: &'a SymbolRow,
}

impl Spot<'_> {
    /// The aims that read this form.
    fn aims(&self) -> &'static [usize] {
        match self.form {
            "v2" => &[0],
            "v1" if self.symbol.v1_src.is_none() => &[1, 2],
            "v1" => &[1],
            "v1-src" => &[2],
            _ => &[0, 1, 2],
        }
    }

    /// The fixtures that ask for the symbol, first those that use what was changed, and of these the smallest.
    fn order(&self, cases: &[Case], aim: usize, about: &[String]) -> Vec<usize> {
        let near = |case: &Case| {
            let names = self.symbol.sources.iter().flat_map(|source| {
                about.iter().flat_map(move |name| [format!("{source}.{name}"), format!("{source} {name}")])
            });
            names.filter(|name| case.symbols.contains(name)).count()
        };
        let mut order: Vec<usize> =
            (0..cases.len()).filter(|case| cases[*case].asked[aim].contains(&self.place)).collect();
        order.sort_by_cached_key(|case| (usize::MAX - near(&cases[*case]), cases[*case].size()));
        order
    }

    /// The row with this symbol in it.
    pub fn row(&self, symbol: SymbolRow) -> &'static Row {
        let mut row = table().rows().nth(self.place.0).expect("a row").clone();
        row.symbols[self.place.1] = symbol;
        Box::leak(Box::new(row))
    }

    /// Who notices the row in the place of the right one.
    pub fn noticed(&self, cases: &[Case], row: &'static Row, area: &str, about: &[String]) -> Noticed {
        let code = &row.code;
        let page = || {
            let now = with(self.place.0, row, || explain(code));
            (now != explain(code)).then_some(Noticed::Page)
        };
        // What people read is no part of a golden, but on the pages of codes.
        if area == "sentence"
            && let Some(noticed) = page()
        {
            return noticed;
        }
        // Some of these have a conversion run in circles, which the checks know.
        let is_refused = || checks::ALL.iter().find(|check| self.fails(check, row)).map(|check| check.0);
        if ["fields swapped", "keyword"].contains(&area)
            && let Some(check) = is_refused()
        {
            return Noticed::Check(check);
        }
        for aim in self.aims().iter().copied() {
            for case in self.order(cases, aim, about) {
                let fixture = &cases[case];
                let now = with(self.place.0, row, || run(&fixture.fixture, aim, &mut BTreeSet::new()));
                if now != fixture.whole[aim] {
                    return Noticed::Fixture(case);
                }
            }
        }
        // A row that does the same to every fixture and says another thing on its page is noticed there at least.
        is_refused().map(Noticed::Check).or_else(page).unwrap_or(Noticed::Nobody)
    }

    /// Whether a test of `tests/table/` fails, of those that look at single rows.
    fn fails(&self, check: &(&'static str, fn()), row: &'static Row) -> bool {
        with(self.place.0, row, || checks::confined(&row.code, || catch_unwind(check.1).is_err()))
    }
}
