//! Every promise of the converter, on every fixture.
//!
//! A folder of `fixtures/` holds `before.py`, `before.ipynb`, or a dependency file (`before.setup.cfg` stands for
//! `setup.cfg`), and in its comments what is to be found in it (see
//! `support/fixture.rs`). Beside it stand the goldens that `BLESS=1 cargo test --test fixtures` rewrites:
//! `after.v2.*`, `after.v1.*`, `after.v1-src.*` (left out where it equals `after.v1.*`) and `report.json`. Blessing
//! never rewrites what stands before. A folder named `unchanged-…` has no goldens: nothing may be found in it.
//!
//! A folder named `folder-…` holds the files of one program in `before/`, and has its goldens in `after.v2/` and so on;
//! there a file that promises nothing must stay as it is.

mod support {
    pub mod fixture;
    pub mod json;
    pub mod promise;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bai2aml::convert::{check, convert};
use bai2aml::estate::uses;
use bai2aml::output::diff;
use bai2aml::report::{Converted, Entry, Fate, Finding, Location, Made};
use bai2aml::source::Source;
use similar::{DiffOp, DiffTag, TextDiff};
use support::fixture::{self, Fixture, Promises, bindings, report};
use support::json::readable;
use support::promise::{self, AIMS, Aim, place, shown};

/// Runs a property over every fixture and aim, and fails with everything that it says.
fn every(property: impl Fn(&Fixture, &Aim) -> Vec<String>) {
    let fixtures = fixture::all();
    let wrong = fixtures.iter().flat_map(|f| AIMS.iter().map(move |aim| (f, aim))).flat_map(|(f, aim)| {
        let said = property(f, aim);
        said.into_iter().map(move |what| format!("{}, {}: {what}", f.name, aim.name))
    });
    fail_with(wrong.collect());
}

fn fail_with(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} found wrong:\n\n{}\n", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn results_are_their_goldens() {
    let blessing = std::env::var_os("BLESS").is_some();
    let fixtures = fixture::all();
    let changed = fixtures.iter().filter(|f| !f.is_unchanged() || f.below().is_some()).flat_map(|fixture| {
        let report = || ("report.json".to_owned(), Some(readable(&report(fixture)).into_bytes()));
        let goldens = after_files(fixture).into_iter().chain(fixture.is_first().then(report));
        goldens.filter_map(|(name, now)| compare(&fixture.dir.join(name), now, blessing)).collect::<Vec<_>>()
    });
    let changed: Vec<String> = changed.collect();
    if !changed.is_empty() && !blessing {
        eprintln!("BLESS=1 cargo test --test fixtures rewrites the goldens; read what it wrote");
    }
    fail_with(changed);
}

/// The golden files of the results, with what they should hold; nothing for one that should not be there.
fn after_files(fixture: &Fixture) -> Vec<(String, Option<Vec<u8>>)> {
    let is_same = fixture.after_all(&AIMS[2]) == fixture.after_all(&AIMS[1]);
    let mut files = Vec::new();
    for (at, aim) in AIMS.iter().enumerate() {
        let result = fixture.convert(aim);
        let name = match fixture.below() {
            Some(below) => format!("after.{}/{below}", aim.name),
            None => format!("after.{}.{}", aim.name, fixture.extension),
        };
        let made = |new: &Made| (made_name(&name, fixture, new), Some(new.bytes.clone()));
        files.extend(result.made.iter().map(made));
        let stays = !result.is_removed && (at < 2 || !is_same);
        files.push((name, stays.then_some(result.after)));
    }
    files
}

/// The golden of a file that is made, beside that of the file that it is made from.
fn made_name(name: &str, fixture: &Fixture, new: &Made) -> String {
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let own = file(fixture.path());
    format!("{}{}", name.strip_suffix(&own).expect("its own name"), file(&new.path.to_string_lossy()))
}

/// Says how a golden differs from what it should be; or makes it so.
fn compare(golden: &Path, now: Option<Vec<u8>>, blessing: bool) -> Option<String> {
    let old = fs::read(golden).ok();
    if old == now {
        return None;
    }
    if blessing {
        match &now {
            Some(bytes) => {
                fs::create_dir_all(golden.parent().expect("a folder")).expect("made");
                fs::write(golden, bytes)
            }
            None => fs::remove_file(golden),
        }
        .unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        return None;
    }
    Some(format!("{}\n{}", golden.display(), shown(&old.unwrap_or_default(), &now.unwrap_or_default())))
}

/// The hardest shapes of public code, in the order in which they were collected, each have a fixture for the plain form
/// and one for a twisted form. Fixtures that are older than this naming stand here.
#[test]
fn each_hard_shape_has_a_plain_and_a_twisted_fixture() {
    const OLDER: [(u32, &str); 13] = [
        (1, "mixed-versions"),
        (2, "click-context"),
        (3, "class-self-client"),
        (5, "string-annotations"),
        (6, "backslash-continuation"),
        (9, "parameter-sweep"),
        (11, "notebook-part-per-cell"),
        (12, "list-append-inputs"),
        (13, "conditional-scale"),
        (15, "changed-after-built"),
        (16, "old-sdk-0x"),
        (19, "output-files"),
        (20, "long-command-lines"),
    ];
    let names: BTreeSet<String> = fixture::all().into_iter().map(|fixture| fixture.name).collect();
    let lacking = (1..=25).filter(|number| {
        let of_number = |name: &&String| name.starts_with(&format!("shape-{number:02}-"));
        let (twisted, plain): (Vec<_>, Vec<_>) = names.iter().filter(of_number).partition(|n| n.ends_with("-twisted"));
        let older = OLDER.iter().any(|(of, name)| of == number && names.contains(*name));
        twisted.is_empty() || (plain.is_empty() && !older)
    });
    fail_with(lacking.map(|number| format!("shape {number}: no plain or no twisted fixture")).collect());
}

/// The goldens of all aims together; `verify.txt` is that of `tests/intent.rs`.
fn is_golden(name: &str) -> bool {
    ["report.json", "verify.txt"].contains(&name)
}

#[test]
fn folders_hold_nothing_else() {
    let made: BTreeSet<(PathBuf, String)> = fixture::all()
        .iter()
        .flat_map(|fixture| after_files(fixture).into_iter().map(|(name, _)| (fixture.dir.clone(), name)))
        .collect();
    let known = |fixture: &Fixture, name: &str| {
        let of = |aim: &Aim| match name.strip_prefix(&format!("after.{}/", aim.name)) {
            Some(below) => fixture.files.iter().any(|(path, _)| path.ends_with(&format!("/before/{below}"))),
            None => name == format!("after.{}.{}", aim.name, fixture.extension),
        };
        let is_made = made.contains(&(fixture.dir.clone(), name.to_owned()));
        let forms = AIMS.iter().map(|aim| aim.name).chain(["batchai"]);
        let sdk = forms.into_iter().chain(["given", "yaml"]).any(|form| name == format!("sdk.{form}.json"));
        let below = |path: &str| path.split_once('/').is_some_and(|(_, path)| path == name);
        let before = name == format!("before.{}", fixture.extension) || fixture.files.iter().any(|(p, _)| below(p));
        before
            || (!fixture.name.starts_with("unchanged-") && (AIMS.iter().any(of) || is_made || sdk || is_golden(name)))
    };
    let wrong = fixture::all().into_iter().filter(Fixture::is_first).flat_map(|fixture| {
        let below =
            |path: PathBuf| path.strip_prefix(&fixture.dir).expect("below").to_string_lossy().replace('\\', "/");
        let names = fixture::files_below(&fixture.dir).into_iter().map(below);
        let strange = names.filter(|name| !known(&fixture, name)).collect::<Vec<_>>();
        strange.into_iter().map(move |name| format!("{}: `{name}` is no part of a fixture", fixture.name))
    });
    fail_with(wrong.collect());
}

#[test]
fn a_third_must_not_change() {
    let fixtures: Vec<_> = fixture::all().into_iter().filter(|fixture| fixture.below().is_none()).collect();
    let unchanged = fixtures.iter().filter(|f| f.is_unchanged()).count();
    assert!(fixtures.len() >= 45, "{} fixtures, 45 were promised", fixtures.len());
    assert!(unchanged * 3 >= fixtures.len(), "{unchanged} of {} fixtures are `unchanged-`", fixtures.len());
}

#[test]
fn what_has_no_batch_ai_is_not_touched() {
    every(|fixture, aim| {
        if !fixture.is_unchanged() || fixture.is_broken() {
            return Vec::new();
        }
        let result = fixture.convert(aim);
        let left =
            check(fixture.sources(), false).into_iter().filter(|checked| checked.path == Path::new(fixture.path()));
        // What stands in other languages is found and not converted: the fixture is right to stay as it is.
        let sources = fixture.sources();
        let source = sources.iter().find(|source| source.path() == fixture.path()).unwrap();
        let other: Vec<Location> = uses(source).0.iter().map(|used| source.locate(used.span.start)).collect();
        let found = result.findings.into_iter().map(|found| (found.location, found.code, found.symbol));
        let left = left.flat_map(|checked| checked.findings).map(|found| (found.location, found.code, found.symbol));
        let all = found.chain(left.filter(|(at, ..)| !other.contains(at)));
        let mut wrong: Vec<String> =
            all.map(|(at, code, symbol)| format!("{}: found {code} {symbol}", place(&at))).collect();
        wrong.extend(result.problems.iter().map(|problem| problem.message.clone()));
        wrong.extend((!result.entries.is_empty()).then(|| "the ledger is not empty".to_owned()));
        wrong.extend((result.after != fixture.before).then(|| shown(&fixture.before, &result.after)));
        wrong
    });
}

#[test]
fn what_has_batch_ai_changes() {
    every(|fixture, aim| {
        // What only one target has is left to a person for the others.
        let result = fixture.convert(aim);
        let is_left = fixture.is_config() && result.entries.iter().all(|entry| entry.fate == Fate::Manual);
        // A script whose variables the job sets reads them as before.
        let mut entries = result.entries.iter();
        let is_set =
            !result.entries.is_empty() && entries.all(|entry| entry.reason.ends_with("sets it for this script"));
        let same = !fixture.is_unchanged() && result.after == fixture.before && !is_left && !is_set;
        same.then(|| "nothing changed; is it an `unchanged-` fixture?".to_owned()).into_iter().collect()
    });
}

#[test]
fn nothing_is_a_problem() {
    every(|fixture, aim| {
        let mut problems = fixture.convert(aim).problems;
        if fixture.is_broken() && !problems.is_empty() {
            problems.remove(0);
        }
        promise::said(&problems)
    });
}

#[test]
fn results_parse() {
    every(|fixture, aim| {
        let after = fixture.convert(aim).after;
        let source = fixture.source(&after);
        if fixture.is_broken() { Vec::new() } else { promise::unparsed(&source) }
    });
}

#[test]
fn a_second_run_changes_nothing() {
    every(|fixture, aim| {
        let (once, twice) = (fixture.after_all(aim), fixture.after_again(aim));
        let names: BTreeSet<_> = once.keys().chain(twice.keys()).collect();
        let texts =
            names.into_iter().map(|name| [&once, &twice].map(|files| files.get(name).cloned().unwrap_or_default()));
        texts.filter(|[once, twice]| once != twice).map(|[once, twice]| shown(&once, &twice)).collect()
    });
}

#[test]
fn every_use_is_expected_and_every_expectation_is_met() {
    every(|fixture, aim| {
        if fixture.is_unchanged() {
            return Vec::new();
        }
        let source = fixture.source(&fixture.before);
        let promises = Promises::of(&source);
        let found = fixture.convert(aim).entries;
        let line_of = |entry: &Entry| promises.line_of(&source, &entry.location);
        let lines: BTreeSet<usize> = found.iter().map(line_of).chain(promises.lines()).collect();
        let unmet = |line: usize| {
            let here = || found.iter().filter(move |entry| line_of(entry) == line);
            let codes = here().map(|entry| entry.code.clone()).collect();
            let manual = here().filter(|entry| entry.fate == Fate::Manual).map(|entry| entry.code.clone()).collect();
            let (expected, by_hand) = promises.codes(line, aim);
            [difference("found", &expected, &codes), difference("manual", &by_hand, &manual)]
        };
        let said = lines.into_iter().flat_map(|line| unmet(line).into_iter().flatten().map(move |what| (line, what)));
        said.map(|(line, what)| format!("{what} on this line:\n    {}", source.text().lines().nth(line).unwrap_or("")))
            .collect()
    });
}

fn difference(what: &str, expected: &BTreeSet<String>, found: &BTreeSet<String>) -> Option<String> {
    let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    let (expected, found) = (words(expected), words(found));
    (expected != found).then(|| format!("{what} `{found}`, expected `{expected}`"))
}

/// Whether a line imports what the new program does not name: its only use was in what is gone.
fn is_unneeded_import(line: &str, after: &str) -> bool {
    let Some((_, names)) = line.split_once("import ").filter(|_| line.starts_with(['i', 'f'])) else { return false };
    let names: Vec<&str> = names.split(',').map(|name| name.rsplit(' ').next().unwrap_or_default().trim()).collect();
    // What is only a word of a text is followed by no call and no attribute.
    let code: Vec<&str> = after.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let is_in = |text: String| code.iter().any(|line| line.contains(&text));
    !names.iter().any(|name| is_in(format!("{name}.")) || is_in(format!("{name}(")))
}

#[test]
fn only_lines_with_batch_ai_change() {
    every(|fixture, aim| {
        if fixture.is_unchanged() {
            return Vec::new();
        }
        let source = fixture.source(&fixture.before);
        let promises = Promises::of(&source);
        let result = fixture.convert(aim);
        if result.is_removed {
            return Vec::new();
        }
        let found: BTreeSet<usize> = result.entries.iter().map(|e| promises.line_of(&source, &e.location)).collect();
        let after = fixture.source(&result.after);
        let diff = TextDiff::from_lines(source.text(), after.text());
        let gone = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal).flat_map(|op| op.old_range());
        let lines: Vec<&str> = source.text().split_inclusive('\n').collect();
        let stray = gone.filter(|&at| {
            let line = promises.logical(at);
            !lines[at].trim().is_empty()
                && !found.contains(&line)
                && !promises.may_change(line)
                && !is_unneeded_import(lines[at], after.text())
                && lines[at].trim_end() != "if TYPE_CHECKING:"
        });
        stray
            .map(|at| format!("line {} changed, and nothing was found in it: {}", at + 1, lines[at].trim_end()))
            .collect()
    });
}

#[test]
fn names_of_the_user_keep_their_values() {
    every(|fixture, aim| {
        let (before, after) = (fixture.source(&fixture.before), fixture.source(&fixture.convert(aim).after));
        let old = bindings(&before, |_| true);
        let diff = TextDiff::from_lines(before.text(), after.text());
        let is_kept = |line| diff.ops().iter().any(|op| op.tag() == DiffTag::Equal && op.new_range().contains(&line));
        let new = bindings(&after, is_kept);
        let taken = diff.grouped_ops(3).into_iter().flat_map(|group| {
            let [olds, news] = changed_lines(&group);
            let was = |name: &str| old.iter().any(|(n, line)| n == name && olds.contains(line));
            let known = |name: &str| name != "_" && old.iter().any(|(n, _)| n == name);
            let anew = new.iter().filter(|(name, line)| news.contains(line) && known(name) && !was(name));
            anew.map(|(name, line)| (name.clone(), *line)).collect::<Vec<_>>()
        });
        taken
            .map(|(name, line)| format!("line {} gives `{name}`, a name of the user, another value", line + 1))
            .collect()
    });
}

/// The lines that a group of a diff takes out, and those that it puts in.
fn changed_lines(group: &[DiffOp]) -> [BTreeSet<usize>; 2] {
    let changed = || group.iter().filter(|op| op.tag() != DiffTag::Equal);
    [changed().flat_map(|op| op.old_range()).collect(), changed().flat_map(|op| op.new_range()).collect()]
}

#[test]
fn files_keep_their_form() {
    every(|fixture, aim| {
        let result = fixture.convert(aim);
        if !result.is_removed {
            return promise::reformed(&fixture.before, &result.after, fixture.is_notebook());
        }
        // New files end their lines as the old one does, and the last one as well.
        let ends = |bytes: &[u8]| bytes.windows(2).any(|two| two == b"\r\n");
        let is_right = |new: &Made| ends(&new.bytes) == ends(&fixture.before) && new.bytes.ends_with(b"\n");
        let wrong = result.made.iter().filter(|new| !is_right(new));
        wrong.map(|new| format!("{}: other line endings", new.path.display())).collect()
    });
}

#[test]
fn the_end_of_lines_changes_nothing_else() {
    let crlf = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes();
    every(|fixture, aim| {
        let is_plain = fixture.below().is_none() && fixture.path().ends_with(".py") && fixture.before.is_ascii();
        if !is_plain || fixture.before.contains(&b'\r') {
            return Vec::new();
        }
        let once = fixture.convert(aim);
        let other = convert(vec![fixture.source(&crlf(&fixture.before))], &aim.options()).swap_remove(0);
        let said = |of: &Converted| of.findings.iter().map(|f| (f.code.clone(), f.message.clone())).collect::<Vec<_>>();
        let mut wrong = promise::said(&other.problems);
        wrong.extend((crlf(&once.after) != other.after).then(|| shown(&crlf(&once.after), &other.after)));
        wrong.extend((said(&once) != said(&other)).then(|| "other findings".to_owned()));
        wrong
    });
}

#[test]
fn diffs_apply_forward_and_in_reverse() {
    every(|fixture, aim| {
        let result = fixture.convert(aim);
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        let own = if result.is_removed { None } else { Some((name(&result.path), result.after.clone())) };
        let made = result.made.iter().map(|new| (name(&new.path), new.bytes.clone()));
        let before = BTreeMap::from([(name(&result.path), fixture.before.clone())]);
        let after: BTreeMap<String, Vec<u8>> = own.into_iter().chain(made).collect();
        if after == before {
            return Vec::new();
        }
        let patch = diff::patch(diff::all(&result, |path| diff::Name::new(&name(path))));
        let ways = [(&["apply"][..], &before, &after), (&["apply", "--reverse"][..], &after, &before)];
        ways.into_iter().filter_map(|(args, from, to)| apply(args, &patch, from, to).err()).collect()
    });
}

/// Lets git check and apply a patch in a folder of its own.
fn apply(
    args: &[&str],
    patch: &[u8],
    from: &BTreeMap<String, Vec<u8>>,
    to: &BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    let dir = tempfile::tempdir().expect("a folder");
    from.iter().for_each(|(name, bytes)| fs::write(dir.path().join(name), bytes).expect("written"));
    let beside = tempfile::tempdir().expect("a folder");
    let diff = beside.path().join("x.diff");
    fs::write(&diff, patch).expect("written");
    for more in [&["--check"][..], &[]] {
        let mut git = Command::new("git");
        // Outside any repository, and without anybody's settings, such as one that changes line endings.
        git.current_dir(dir.path()).env("GIT_CEILING_DIRECTORIES", dir.path()).env("GIT_DIR", dir.path().join("none"));
        git.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
        let ran = git.args(args).args(more).arg(&diff).output().expect("git runs");
        if !ran.status.success() {
            return Err(format!("git {args:?} {more:?}: {}", String::from_utf8_lossy(&ran.stderr)));
        }
    }
    let read = |path: PathBuf| {
        (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path).expect("read"))
    };
    let now: BTreeMap<String, Vec<u8>> = fixture::files_below(dir.path()).into_iter().map(read).collect();
    if now == *to { Ok(()) } else { Err(format!("git {args:?} gives other files: {:?}", now.keys())) }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let all = fixture::all();
    let (files, folders): (Vec<&Fixture>, Vec<&Fixture>) = all.iter().partition(|fixture| fixture.below().is_none());
    for aim in &AIMS {
        let run = |sources: Vec<Source>| {
            let results = convert(sources, &aim.options()).into_iter();
            let mut results: Vec<_> = results.map(|r| (r.path.clone(), r.after, r.entries, r.findings)).collect();
            results.sort_by(|a, b| a.0.cmp(&b.0));
            results
        };
        let each = |order: Vec<&Fixture>| order.into_iter().flat_map(Fixture::sources).collect::<Vec<_>>();
        let reversed = |mut sources: Vec<Source>| {
            sources.reverse();
            run(sources)
        };
        let differ = |one: &[_], other: &[_], how: &str| {
            let differ = one.iter().zip(other).filter(|(a, b)| a != b);
            fail_with(
                differ.map(|(a, _): (&Said, _)| format!("{}, {}: differs {how}", a.0.display(), aim.name)).collect(),
            );
        };
        let forward = run(each(files.clone()));
        differ(&forward, &reversed(each(files.clone())), "in reverse order");
        differ(&forward, &files.iter().flat_map(|f| run(f.sources())).collect::<Vec<_>>(), "alone");
        for folder in folders.iter().filter(|f| f.is_first()) {
            differ(&run(folder.sources()), &reversed(folder.sources()), "in reverse order");
        }
    }
}

/// What a run says of a file.
type Said = (PathBuf, Vec<u8>, Vec<Entry>, Vec<Finding>);
