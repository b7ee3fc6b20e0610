//! The oracle: originals run on the real azure-mgmt-batchai and conversions on the real Azure ML SDKs, and both ask for
//! the same things (`tests/sdk/oracle.py`). What differs is explained in `tests/oracle/explained.toml`, or the test
//! fails; so does an explanation of nothing. `tests/oracle/cases.txt` says how each case ended (`BLESS=1` rewrites it),
//! and `tests/oracle/agreement.txt` how it fits what `verify` says of it (`agreement.rs`).

#[path = "oracle/agreement.rs"]
mod agreement;
#[path = "support/venv.rs"]
mod venv;

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde::Deserialize;
use serde_json::Value;
use similar::TextDiff;

use agreement::{Agreement, Tally};
use venv::Sdk;

/// The forms of a conversion, as in the names of the goldens.
const FORMS: [&str; 3] = ["v2", "v1", "v1-src"];

/// A fixture that is converted, in one form.
struct Case {
    fixture: String,
    form: &'static str,
    before: PathBuf,
    after: PathBuf,
}

/// How a pair ended, as `oracle.py` says it.
#[derive(Deserialize)]
struct Ended {
    version: Option<String>,
    #[serde(default)]
    fields: Vec<Field>,
    fails: Option<String>,
    #[serde(default)]
    why: String,
}

#[derive(Deserialize)]
struct Field {
    field: String,
    verdict: String,
    before: Value,
    after: Value,
}

#[derive(Deserialize)]
struct Explained {
    explained: Vec<Explanation>,
}

/// Why something may differ. In patterns `*` stands for any text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explanation {
    fixtures: Vec<String>,
    forms: Vec<String>,
    /// `run` is the run itself.
    field: String,
    reason: String,
}

impl Explanation {
    fn is_of(&self, case: &Case, field: &str) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
        any(&self.fixtures, &case.fixture) && any(&self.forms, case.form) && matches(&self.field, field)
    }
}

#[test]
fn conversions_ask_azure_ml_for_what_the_originals_asked_batch_ai_for() {
    if !venv::wanted() {
        return;
    }
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let cases: Vec<Case> = cases().into_iter().chain(configurations(scratch.path())).collect();
    let explained: Explained = toml::from_str(&read("tests/oracle/explained.toml")).expect("explained.toml is right");
    let agreement: Agreement = toml::from_str(&read("tests/oracle/agreement.toml")).expect("agreement.toml is right");
    let (mut used, mut tally) = (BTreeSet::new(), Tally::new(&agreement));
    let (mut wrong, mut told) = (String::new(), String::new());
    for (case, ended) in cases.iter().zip(judged(&cases)) {
        let line = told_of(case, &ended, &explained.explained, &mut used, &mut wrong);
        writeln!(told, "{:<34} {:<6} {line}", case.fixture, case.form).expect("a string takes text");
        if ended.fails.is_none() {
            tally.add(case, &ended.fields);
        }
    }
    for (number, explanation) in explained.explained.iter().enumerate() {
        if !used.contains(&number) {
            writeln!(
                wrong,
                "explains nothing: `{}` of {:?}: {}",
                explanation.field, explanation.fixtures, explanation.reason
            )
            .expect("a string takes text");
        }
    }
    let (table, disagreements) = tally.end();
    let goldens = [("tests/oracle/cases.txt", told), ("tests/oracle/agreement.txt", table)];
    if env::var_os("BLESS").is_some() {
        goldens.iter().for_each(|(path, text)| fs::write(root().join(path), text).expect("a golden can be written"));
    }
    assert!(wrong.is_empty() && disagreements.is_empty(), "{wrong}{disagreements}");
    for (path, text) in &goldens {
        let golden = read(path);
        let diff = TextDiff::from_lines(&golden, text);
        assert!(golden == *text, "{path}: `BLESS=1` accepts it:\n{}", diff.unified_diff().context_radius(0));
    }
}

/// Each golden with a mistake is there without one as well, in the same way, to see that the mistake is what is noticed.
const UNCHANGED: &str = "no mistake";

/// A mistake in a golden.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    name: String,
    golden: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct Mutants {
    mutant: Vec<Mutant>,
}

#[test]
fn mistakes_in_conversions_are_noticed() {
    if !venv::wanted() {
        return;
    }
    let explained: Explained = toml::from_str(&read("tests/oracle/explained.toml")).expect("explained.toml is right");
    let Mutants { mutant: mut mutants } =
        toml::from_str(&read("tests/oracle/mutants.toml")).expect("mutants.toml is right");
    let goldens: BTreeSet<String> = mutants.iter().map(|mutant| mutant.golden.clone()).collect();
    let (from, to, name) = (String::new(), String::new(), UNCHANGED.to_owned());
    mutants.extend(goldens.into_iter().map(|golden| Mutant {
        name: name.clone(),
        golden,
        from: from.clone(),
        to: to.clone(),
    }));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all: Vec<Case> =
        mutants.iter().enumerate().map(|(n, m)| mutated(m, &folder.path().join(n.to_string()))).collect();
    let mistaken = mutants.iter().zip(&all).zip(judged(&all)).filter_map(|((mutant, case), ended)| {
        let mut wrong = String::new();
        told_of(case, &ended, &explained.explained, &mut BTreeSet::new(), &mut wrong);
        let is_noticed = ended.fails.as_deref() == Some("after") || !wrong.is_empty();
        (is_noticed == (mutant.name == UNCHANGED)).then(|| format!("{}: {}", mutant.golden, mutant.name))
    });
    let unread = mutants.iter().zip(&all).filter(|(mutant, case)| {
        let golden = root().join("fixtures").join(&mutant.golden);
        let is_read = agreement::notices(&case.before, &golden, &case.after);
        is_read == (mutant.name == UNCHANGED)
    });
    let unread = unread.map(|(mutant, _)| format!("`verify`: {}: {}", mutant.golden, mutant.name));
    let mistaken: Vec<String> = mistaken.chain(unread).collect();
    assert!(mistaken.is_empty(), "nobody noticed, or there was nothing to notice:\n{}", mistaken.join("\n"));
}

/// The case of a golden with its mistake, in a folder of its own.
fn mutated(mutant: &Mutant, folder: &Path) -> Case {
    let golden = root().join("fixtures").join(&mutant.golden);
    let text = fs::read_to_string(&golden).expect("the golden can be read");
    assert!(text.contains(&mutant.from), "{} no longer has `{}`", mutant.golden, mutant.from);
    fs::create_dir(folder).expect("a folder");
    let name = golden.file_name().expect("a golden is a file");
    fs::write(folder.join(name), text.replacen(&mutant.from, &mutant.to, 1)).expect("the mutant can be written");
    let given = golden.with_file_name("sdk.given.json");
    if given.exists() {
        fs::copy(given, folder.join("sdk.given.json")).expect("what is given can be copied");
    }
    let form = FORMS.into_iter().find(|form| name.to_string_lossy() == format!("after.{form}.py")).expect("a form");
    let fixture = mutant.golden.split('/').next().expect("a fixture").to_owned();
    Case { fixture, form, before: golden.with_file_name("before.py"), after: folder.join(name) }
}

/// One line on a case; what nothing explains goes to `wrong`.
fn told_of(
    case: &Case,
    ended: &Ended,
    explained: &[Explanation],
    used: &mut BTreeSet<usize>,
    wrong: &mut String,
) -> String {
    let mut explain = |field: &str| {
        let found = explained.iter().position(|explanation| explanation.is_of(case, field));
        used.extend(found);
        found.is_some()
    };
    let mut complain =
        |text: String| writeln!(wrong, "{} {}: {text}", case.fixture, case.form).expect("a string takes text");
    match ended.fails.as_deref() {
        Some("before") => return format!("the original does not run: {}", shortened(&ended.why)),
        Some(_) if left_by_hand(case) > 0 => {
            return format!("{} left by hand: {}", left_by_hand(case), shortened(&ended.why));
        }
        Some(_) => {
            if !explain("run") {
                complain(format!("does not run, and nothing is left by hand: {}", ended.why));
            }
            return format!("does not run: {}", shortened(&ended.why));
        }
        None => {}
    }
    let unequal: Vec<_> = ended.fields.iter().filter(|field| field.verdict != "equal").collect();
    for field in &unequal {
        if !explain(&field.field) {
            complain(format!(
                "{} {}\n    before: {}\n    after:  {}",
                field.field, field.verdict, field.before, field.after
            ));
        }
    }
    let version = ended.version.as_deref().unwrap_or_default();
    let equal = ended.fields.len() - unequal.len();
    let names: BTreeSet<_> = unequal.iter().map(|field| without_places(&field.field)).collect();
    let rest =
        if names.is_empty() { String::new() } else { format!(", explained: {}", Vec::from_iter(names).join(", ")) };
    format!("{version}: {equal} equal{rest}")
}

/// `jobs[train].starts[master][0]` → `jobs.starts`.
fn without_places(field: &str) -> String {
    let mut depth = 0;
    let keep = |c: &char| {
        depth += i32::from(*c == '[');
        let keep = depth == 0;
        depth -= i32::from(*c == ']');
        keep
    };
    field.chars().filter(keep).collect()
}

/// Messages name places on a disk and go on for long; their beginning is enough to know them.
fn shortened(why: &str) -> String {
    let why = why.split(" (/").next().unwrap_or(why);
    why.chars().take(90).collect::<String>().trim_end().to_owned()
}

/// How many uses of Batch AI the report of the fixture leaves to a person.
fn left_by_hand(case: &Case) -> u64 {
    let report: Value =
        serde_json::from_str(&read(&format!("fixtures/{}/report.json", case.fixture))).expect("a report is JSON");
    let totals = &report[if case.form == "v1" { "v1" } else { case.form }]["totals"];
    totals["manual"].as_u64().unwrap_or_default()
}

/// Every fixture with an original that can be run, in each form that has a golden.
fn cases() -> Vec<Case> {
    let mut folders: Vec<_> =
        fs::read_dir(root().join("fixtures")).expect("fixtures can be listed").flatten().collect();
    folders.sort_by_key(|folder| folder.file_name());
    let mut cases = Vec::new();
    for folder in folders {
        let program = |name: &str| {
            let ends = [".py", ".ipynb", "/main.py"].map(|end| folder.path().join(format!("{name}{end}")));
            ends.into_iter().find(|path| path.exists())
        };
        for form in FORMS {
            if let (Some(before), Some(after)) = (program("before"), program(&format!("after.{form}"))) {
                cases.push(Case { fixture: folder.file_name().to_string_lossy().into_owned(), form, before, after });
            }
        }
    }
    cases
}

/// Every configuration file that becomes YAML: sent as `az batchai` did, and the YAML as `az ml` does, from folders of
/// their own.
fn configurations(scratch: &Path) -> Vec<Case> {
    let mut folders: Vec<_> =
        fs::read_dir(root().join("fixtures")).expect("fixtures can be listed").flatten().collect();
    folders.sort_by_key(|folder| folder.file_name());
    let mut cases = Vec::new();
    for folder in folders {
        let fixture = folder.file_name().to_string_lossy().into_owned();
        let beside = |before: &str, ending: &str, sender: &str, side: &str| {
            let files = fs::read_dir(folder.path()).expect("a fixture").flatten();
            let named = |file: fs::DirEntry| {
                let name = file.file_name().to_string_lossy().strip_prefix(before)?.to_owned();
                name.ends_with(ending).then(|| (file.path(), name))
            };
            let files: Vec<_> = files.filter_map(named).collect();
            let to = scratch.join(side).join(&fixture);
            fs::create_dir_all(&to).expect("a folder");
            for (from, name) in &files {
                fs::copy(from, to.join(name)).expect("copied");
            }
            fs::copy(venv::sdk_folder().join(sender), to.join("send.py")).expect("the sender is copied");
            (!files.is_empty()).then(|| to.join("send.py"))
        };
        if !fixture.starts_with("config-") {
            continue;
        }
        let before = beside("before.", ".json", "send_json.py", "old");
        if let (Some(before), Some(after)) = (before, beside("after.v2.", ".yml", "send_yaml.py", "new")) {
            cases.push(Case { fixture, form: "v2", before, after });
        }
    }
    assert!(cases.len() >= 15, "{} configuration files become YAML", cases.len());
    cases
}

/// `oracle.py` on all cases at once.
fn judged(cases: &[Case]) -> Vec<Ended> {
    for sdk in [Sdk::BatchAi, Sdk::V2, Sdk::V1] {
        venv::environment(sdk.name()).unwrap_or_else(|sentence| panic!("{sentence}"));
    }
    let mut oracle = Command::new("python3")
        .arg(venv::sdk_folder().join("oracle.py"))
        .args(["--batch", "--environments"])
        .arg(venv::environments())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle starts");
    let pair = |case: &Case| format!("{}\n", serde_json::json!({ "before": case.before, "after": case.after }));
    let pairs: String = cases.iter().map(pair).collect();
    let mut input = oracle.stdin.take().expect("stdin is piped");
    let writer = thread::spawn(move || input.write_all(pairs.as_bytes()));
    let output = oracle.wait_with_output().expect("the oracle ends");
    writer.join().expect("the writer does not panic").expect("the oracle reads the pairs");
    let text = String::from_utf8(output.stdout).expect("the oracle prints UTF-8");
    let ended: Vec<Ended> =
        text.lines().map(|line| serde_json::from_str(line).expect("the oracle prints JSON lines")).collect();
    assert_eq!(ended.len(), cases.len(), "the oracle gave up");
    ended
}

/// Whether a pattern, in which `*` stands for any text, is the whole of it.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}
