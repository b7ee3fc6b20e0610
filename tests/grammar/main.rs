//! Programs made by a grammar of Batch AI, from what the inventory says there is: each keeps the promises of the fixtures.
//!
//! `cargo test` tries two hundred. `BAI2AML_CASES=100000 cargo test --release --test grammar -- --nocapture` tries so many, from
//! `BAI2AML_FROM` on, and says each failure when it is found; `BAI2AML_MINUTES=120` tries until the time is over, and says how
//! many those were. `BAI2AML_SEED=17 cargo test --test grammar -- --nocapture` prints program 17 and what becomes of it, and
//! makes it smaller if it fails. A case is all of its seed: the same on each machine. Whether a conversion means the same is not asked here: the oracle asks that.

mod choice;
mod flow;
mod operation;
mod program;
mod value;
mod writer;
#[path = "../support/promise.rs"]
mod promise;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use bai2aml::convert::convert;
use bai2aml::report::Converted;
use program::Written;
use promise::{AIMS, Aim};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rayon::prelude::*;

/// How many programs are tried where nobody says otherwise.
const CASES: u64 = 200;

/// After how many a long run says how far it is.
const BLOCK: u64 = 2000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn every_program_keeps_the_promises() {
    if let Some(seed) = number("BAI2AML_SEED") {
        println!("{}", shown(seed));
    }
    let first = number("BAI2AML_SEED").or_else(|| number("BAI2AML_FROM")).unwrap_or_default();
    let cases = if number("BAI2AML_SEED").is_some() { 1 } else { number("BAI2AML_CASES").unwrap_or(CASES) };
    let (started, mut tried, mut failed) = (Instant::now(), 0, Vec::new());
    let limit = number("BAI2AML_MINUTES").map(|minutes| Duration::from_secs(60 * minutes));
    while limit.map_or(tried < cases, |limit| started.elapsed() < limit) {
        let block = if limit.is_some() { BLOCK } else { BLOCK.min(cases - tried) };
        let seeds = first + tried..first + tried + block;
        failed.par_extend(seeds.into_par_iter().filter_map(failure).inspect(|failure| eprintln!("{failure}\n")));
        tried += block;
        eprintln!("{tried} programs, {} failed, {} s", failed.len(), started.elapsed().as_secs());
    }
    assert!(failed.is_empty(), "{} of {tried} failed:\n\n{}", failed.len(), failed.join("\n\n"));
}

/// The numbers of a seed: one list about the whole program, and one for each piece.
fn numbers() -> impl Strategy<Value = Vec<Vec<u16>>> {
    vec(vec(any::<u16>(), 0..160), 1..7)
}

fn runner(seed: u64) -> TestRunner {
    // Making a program smaller takes a minute, so that is done for the one that is asked for.
    let shrinks = if number("BAI2AML_SEED").is_some() { 400 } else { 0 };
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: shrinks, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// What is wrong with the program of a seed, made smaller where it is the one asked for: to one that breaks the same promise.
fn failure(seed: u64) -> Option<String> {
    let first = RefCell::new(None);
    let tried = runner(seed).run(&numbers(), |numbers| {
        let Some(what) = wrong(&program::write(&numbers)) else { return Ok(()) };
        let is_first = *first.borrow_mut().get_or_insert_with(|| kind(&what)) == kind(&what);
        if is_first { Err(TestCaseError::fail(what)) } else { Ok(()) }
    });
    let Err(TestError::Fail(reason, numbers)) = tried else { return None };
    let written = program::write(&numbers);
    Some(format!("seed {seed}: {reason}\n{}", String::from_utf8_lossy(&written.bytes)))
}

/// What is said of a broken promise, without the names, the symbol and the place.
fn kind(what: &str) -> String {
    let line = what.lines().next().unwrap_or_default();
    let outside: String = line.split('`').step_by(2).collect();
    outside.split(" (").next().unwrap_or_default().rsplit(": ").next().unwrap_or_default().to_owned()
}

/// What becomes of the program of a seed, for a person.
fn shown(seed: u64) -> String {
    let numbers = numbers().new_tree(&mut runner(seed)).expect("a program").current();
    let written = program::write(&numbers);
    let mut text = String::from_utf8_lossy(&written.bytes).into_owned();
    for aim in &AIMS {
        let after = run(&written, &written.bytes, aim)
            .map_or_else(|what| what, |done| promise::shown(&written.bytes, &done.after));
        text += &format!("\n=== {}\n{after}", aim.name);
    }
    text
}

/// The first promise that a program breaks.
fn wrong(written: &Written) -> Option<String> {
    let broken = promise::unparsed(&written.source(&written.bytes));
    if !broken.is_empty() {
        return Some(format!("the grammar is wrong: {}", broken.join("; ")));
    }
    AIMS.iter().find_map(|aim| Some(format!("{}: {}", aim.name, broken_promise(written, aim)?)))
}

fn run(written: &Written, bytes: &[u8], aim: &Aim) -> Result<Converted, String> {
    let source = written.source(bytes);
    let done = catch_unwind(|| convert(vec![source], &aim.options())).map_err(|_| "panicked".to_owned())?;
    done.into_iter().next().ok_or_else(|| "no result".to_owned())
}

fn broken_promise(written: &Written, aim: &Aim) -> Option<String> {
    let once = match run(written, &written.bytes, aim) {
        Ok(once) => once,
        Err(what) => return Some(what),
    };
    let mut wrong = promise::said(&once.problems);
    wrong.extend(promise::unparsed(&written.source(&once.after)));
    wrong.extend(promise::reformed(&written.bytes, &once.after, written.path.ends_with("ipynb")));
    wrong.extend(mistakes(&once));
    wrong.extend(unknown(written, &once));
    wrong.extend(touched(written, &once));
    for (what, from) in [("a second run changes", &once.after), ("the answer is another", &written.bytes)] {
        let again = run(written, from, aim).map(|again| again.after).unwrap_or_default();
        wrong.extend((again != once.after).then(|| format!("{what}:\n{}", promise::shown(&once.after, &again))));
    }
    wrong.into_iter().next()
}

/// Where the program itself says that it is wrong: what the verification refused is left to a person.
fn mistakes(once: &Converted) -> Option<String> {
    let reasons = once.findings.iter().filter(|found| found.actions.iter().any(|act| act.contains("please report")));
    reasons.map(|found| format!("{}: {}", found.symbol, found.message)).next()
}

/// A symbol of the program that the ledger knows less often than it was written.
fn unknown(written: &Written, once: &Converted) -> Option<String> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    once.entries.iter().for_each(|entry| *known.entry(&entry.symbol).or_default() += 1);
    let count = |symbol: &str| known.get(symbol).copied().unwrap_or_default();
    let lost = written.used.iter().find(|(symbol, uses)| count(symbol) < **uses)?;
    Some(format!("`{}` is written {} times, and the ledger knows {}", lost.0, lost.1, count(lost.0)))
}

/// A line of the user's that is not there any more as it was.
fn touched(written: &Written, once: &Converted) -> Option<String> {
    let after = written.source(&once.after);
    let gone = written.strangers.iter().find(|line| !after.text().lines().any(|new| new.trim() == line.as_str()))?;
    Some(format!("this line is gone: {gone}"))
}
