//! The tests of the tests, for the concept table: each row is spoilt in every way that its data allows, in memory, and
//! some test must notice: the goldens of a fixture, the checks of `tests/table/`, or for what people read the pages of codes.
//!
//! It is part of the library's own tests, because only they can put another row into the table. What fixtures and checks
//! are is theirs: their files are compiled here a second time.
//!
//! `cargo test --lib mutation` tries the same share of all mutants each time. `BAI2AML_MUTANTS=all` tries every one, holds
//! `rates.txt` and writes who noticed which to `target/mutants.txt`; `BAI2AML_MUTANTS='BAI101 '` those whose names have that;
//! `BAI2AML_MUTANTS=alive` those that the list of the run before has as alive, which is how a new fixture is tried.

#[path = "../table/main.rs"]
mod checks;
#[path = "../support/fixture.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod fixture;
#[path = "../support/promise.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod promise;
mod row;
mod template;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bai2aml::concept::tests::{Place, written};
use bai2aml::concept::{SymbolRow, table};
use serde::Deserialize;
use serde_json::Value;
use trial::{Case, Noticed, Spot};

/// Enough for the deepest fixture.
const STACK: usize = 64 << 20;

/// One of so many mutants is tried where nothing else is asked for.
const SHARE: u64 = 100;

/// Does each piece of work once, on as many threads as there are, and gives the results in order. A thread has a pool of
/// its own, so that what is done for it stays on it, where its spoilt row is.
fn on_threads<T: Send>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let worker = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).thread_name(|_| POOL.to_owned());
        let all = || {
            loop {
                let piece = next.fetch_add(1, Ordering::Relaxed);
                if piece >= pieces {
                    return;
                }
                let result = work(piece);
                done.lock().expect("no panic").insert(piece, result);
            }
        };
        pool.build().expect("a thread").install(all);
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(worker))));
    done.into_inner().expect("no panic").into_values().collect()
}

/// The name of the threads on which rows are spoilt.
const POOL: &str = "mutation";

/// What a spoilt row makes panic says so to nobody.
fn silence() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(POOL) {
            hook(info);
        }
    }));
}

/// A form of a symbol.
struct Piece {
    place: Place,
    form: &'static str,
    json: Value,
    /// `BAI101 ClustersOperations.create v2`
    name: String,
}

fn pieces() -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (r, row) in written().into_iter().enumerate() {
        for (s, symbol) in row["symbol"].as_array().expect("symbols").iter().enumerate() {
            let source = symbol["source"].as_str().or(symbol["source"][0].as_str()).expect("a name");
            for form in ["row", "both", "v2", "v1", "v1-src"] {
                if form == "row" || symbol.get(form).is_some() {
                    let name = format!("{} {source} {form}", row["code"].as_str().expect("a code"));
                    pieces.push(Piece { place: (r, s), form, json: symbol.clone(), name });
                }
            }
        }
    }
    pieces
}

/// The filters that rows ask for.
fn filters() -> Vec<String> {
    let symbols = table().rows().flat_map(|row| &row.symbols);
    let mappings = symbols.flat_map(|symbol| [Some(&symbol.v2), Some(&symbol.v1), symbol.v1_src.as_ref()]).flatten();
    let filters = mappings.flat_map(|mapping| mapping.fields.iter()).map(|(_, field)| field.filter.clone());
    filters.filter(|filter| !filter.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Which mutants are tried.
enum Asked {
    All,
    /// Those that the last list has as alive.
    Alive(BTreeSet<String>),
    Named(String),
    Share,
}

/// The list of the last run that was asked for by name.
fn list() -> PathBuf {
    folder().join("../../target/mutants.txt")
}

impl Asked {
    fn read() -> Asked {
        match std::env::var("BAI2AML_MUTANTS") {
            Ok(all) if all == "all" => Asked::All,
            Ok(alive) if alive == "alive" => {
                let text = fs::read_to_string(list()).expect("the list of a run before");
                let alive = text.lines().filter_map(|line| line.split_once("\tnobody\t"));
                Asked::Alive(alive.map(|(_, name)| name.to_owned()).collect())
            }
            Ok(name) => Asked::Named(name),
            Err(_) => Asked::Share,
        }
    }

    fn is_for(&self, name: &str) -> bool {
        match self {
            Asked::All => true,
            Asked::Alive(names) => names.contains(name),
            Asked::Named(part) => name.contains(part),
            Asked::Share => hash(name).is_multiple_of(SHARE),
        }
    }
}

/// FNV-1a: the same share in each run, on each machine, and whatever else is in the table.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// What became of one mutant.
struct Tried {
    area: &'static str,
    name: String,
    noticed: Noticed,
}

fn try_all(cases: &[Case], asked: &Asked) -> Vec<Tried> {
    let (pieces, filters) = (pieces(), filters());
    let tried = on_threads(pieces.len(), |at| {
        let piece = &pieces[at];
        let right: SymbolRow = serde_json::from_value(piece.json.clone()).expect("a symbol");
        let spot = Spot { place: piece.place, form: piece.form, symbol: &right };
        let named = row::spoilt(&piece.json, piece.form, &filters).into_iter().map(|spoilt| {
            let name = format!("{}: {}", piece.name, spoilt.what).replace('\n', "⏎");
            (name, spoilt)
        });
        let tried = named.filter(|(name, _)| asked.is_for(name)).map(|(name, spoilt)| {
            let noticed = match serde_json::from_value(spoilt.symbol) {
                Ok(symbol) => spot.noticed(cases, spot.row(symbol), spoilt.area, &spoilt.about),
                Err(_) => Noticed::Check("it is not of the schema"),
            };
            Tried { area: spoilt.area, name, noticed }
        });
        tried.collect::<Vec<_>>()
    });
    tried.into_iter().flatten().collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mutation")
}

/// Mutants that nothing notices, by what their areas and names look like, and why that does no harm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivors {
    #[allow(dead_code, reason = "it is for people")]
    why: String,
    /// `fate BAI105 ClustersListOptions v?: *`, and how many such there are.
    of: BTreeMap<String, usize>,
}

fn survivors() -> Vec<Survivors> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        survivor: Vec<Survivors>,
    }
    let text = fs::read_to_string(folder().join("survivors.toml")).expect("the list of survivors");
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("survivors.toml: {error}"));
    file.survivor
}

/// Who is alive and may not be; where all are tried, also which survivors are fewer than it says.
fn unexplained(tried: &[Tried], survivors: &[Survivors], all: bool) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> =
        survivors.iter().flat_map(|s| &s.of).map(|(look, number)| (look.as_str(), *number)).collect();
    let mut wrong = Vec::new();
    for one in tried.iter().filter(|one| one.noticed == Noticed::Nobody) {
        let name = format!("{} {}", one.area, one.name);
        match left.iter_mut().find(|(look, number)| **number > 0 && checks::is_named(&name, look)) {
            Some((_, number)) => *number -= 1,
            None => wrong.push(name),
        }
    }
    let gone = left.into_iter().filter(|(_, number)| all && *number > 0);
    wrong.extend(gone.map(|(look, number)| format!("`{look}`: {number} no longer alive")));
    wrong
}

/// By kind of mistake: how many, and who noticed them.
fn rates(tried: &[Tried]) -> String {
    let mut rates: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for one in tried {
        let column = match one.noticed {
            Noticed::Fixture(_) => 1,
            Noticed::Check(_) => 2,
            Noticed::Page => 3,
            Noticed::Nobody => 4,
        };
        for area in [one.area, "~ all"] {
            let counts = rates.entry(area).or_default();
            counts[0] += 1;
            counts[column] += 1;
        }
    }
    let mut text =
        format!("{:20}{:>8}{:>12}{:>9}{:>8}{:>8}\n", "", "mutants", "conversion", "checks", "pages", "alive");
    for (area, [all, conversion, checks, pages, alive]) in &rates {
        let area = area.trim_start_matches("~ ");
        text.push_str(&format!("{area:20}{all:8}{conversion:12}{checks:9}{pages:8}{alive:8}\n"));
    }
    text
}

#[test]
fn every_spoilt_row_is_noticed() {
    silence();
    let asked = Asked::read();
    let fixtures: Vec<Mutex<Option<_>>> = trial::fixtures().into_iter().map(|f| Mutex::new(Some(f))).collect();
    let cases = on_threads(fixtures.len(), |at| {
        let fixture = fixtures[at].lock().expect("no panic").take();
        Case::of(fixture.expect("it is taken once"))
    });
    let tried = try_all(&cases, &asked);
    let rates = rates(&tried);
    println!("{rates}");
    let is_all = matches!(asked, Asked::All);
    let mut wrong = unexplained(&tried, &survivors(), is_all);
    if !matches!(asked, Asked::Share) {
        let by = |one: &Tried| match one.noticed {
            Noticed::Fixture(case) => cases[case].fixture.name.clone(),
            Noticed::Check(check) => check.to_owned(),
            Noticed::Page => "pages".to_owned(),
            Noticed::Nobody => "nobody".to_owned(),
        };
        let list: String = tried.iter().map(|one| format!("{}\t{}\t{}\n", one.area, by(one), one.name)).collect();
        fs::write(self::list(), list).expect("written");
    }
    let golden = folder().join("rates.txt");
    if is_all && std::env::var_os("BLESS").is_some() {
        fs::write(&golden, &rates).expect("written");
    } else if is_all && fs::read_to_string(&golden).unwrap_or_default() != rates {
        wrong.push(format!("not as in {} (BLESS=1 rewrites it)", golden.display()));
    }
    assert!(wrong.is_empty(), "{} of {} mutants:\n{}", wrong.len(), tried.len(), wrong.join("\n"));
}
