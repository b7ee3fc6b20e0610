//! What a conversion asks Azure for is what the old program asked for, by the reading of `src/intent`, which knows nothing
//! of the conversion.
//!
//! `fixtures/NAME/verify.txt` is what it says of every fixture and aim (`BLESS=1 cargo test --test intent`). The mutations
//! are tests of the reading: each spoils converted code in one way, and it must be noticed.

#[allow(dead_code)]
mod support {
    pub mod fixture;
    pub mod json;
    pub mod promise;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use bai2aml::intent::verify;
use bai2aml::output::verdict::{counted, word};
use bai2aml::report::{Converted, Fate, Proof, Verdict};
use support::fixture::{self, Fixture};
use support::promise::{AIMS, Aim};

/// Fields of which the ledger says `exact` and the reading something else: fixture, part of the field, and why.
const KNOWN: [(&str, &str, &str); 19] = [
    ("client-in-dictionaries", "workspaces", "a cache that is filled under a condition hides which client it gives"),
    ("api-pollers", "max", "the ledger says it where the parameters are built, and not at the call"),
    ("parts-left-out", "max", "the ledger says it where the parameters are built, and not at the call"),
    ("operands", "subnet", "a function of the new code leaves the keywords out where there is no subnet"),
    ("paths-on-shares", "command", "datastores have other names than the volumes, and one is a directory of its share"),
    ("api-raw-responses-2.0.0", "jobs.get", "the run is looked up on a workspace of which nothing is known"),
    (
        "several-workspaces",
        "workspaces",
        "the client is left to a person, and each call says which workspace it is about",
    ),
    ("api-storage-settings", "key", "a secret by name is read from its vault by the new code"),
    ("api-variables", "kept jobs", "the arguments are left to a person"),
    ("comprehension", "jobs.get", "what makes the jobs is left to a person, so that their names are not known"),
    ("folder-package/trainer/parts.py", "datastores bfs", "the job that mounts it is left to a person"),
    ("parts-in-functions", "datastores bfs", "the job that mounts it is left to a person"),
    ("preparation-apart", "preparation", "the job that takes it leaves it to a person, at its own place"),
    ("shape-14-branching-parameters", "job", "the job is left to a person"),
    ("shape-01-call-shapes-twisted", "jobs.get", "the run is looked up on a workspace of which nothing is known"),
    ("unmanaged-mount", "datastores bfs", "the job that mounts it is left to a person"),
    ("utilities-helper", "workspaces", "a cache that is filled elsewhere hides where the settings come from"),
    ("values-of-questions", "workspaces", "the client is left to a person, at its own place"),
    ("waiting", "jobs.create job", "the job is left to a person"),
];

/// Whether the ledger says of the place of a field, and of nothing else there, that the new code does the same.
fn is_exact(proof: &Proof, file: &Converted) -> bool {
    let place = proof.before.as_ref();
    let mut fates = file.entries.iter().filter(|entry| place == Some(&entry.location)).peekable();
    fates.peek().is_some() && fates.all(|entry| entry.fate == Fate::Exact)
}

fn each(mut work: impl FnMut(&Fixture, &Aim, &Converted)) {
    for fixture in fixture::all() {
        for aim in &AIMS {
            work(&fixture, aim, &fixture.convert(aim));
        }
    }
}

#[test]
fn nothing_that_the_ledger_calls_exact_differs() {
    let (mut wrong, mut met) = (Vec::new(), Vec::new());
    each(|fixture, aim, file| {
        let differs = |proof: &&Proof| matches!(proof.verdict, Verdict::Differs | Verdict::Missing);
        for proof in file.proofs.iter().filter(differs).filter(|proof| is_exact(proof, file)) {
            let known = KNOWN.iter().position(|(name, part, _)| *name == fixture.name && proof.field.contains(part));
            match known {
                Some(known) => met.push(known),
                None => wrong.push(format!("{}, {}: {}: {}", fixture.name, aim.name, proof.field, proof.reason)),
            }
        }
    });
    let gone = (0..KNOWN.len()).filter(|known| !met.contains(known));
    wrong.extend(gone.map(|known| format!("{}: {}: no longer so", KNOWN[known].0, KNOWN[known].1)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How often it may not be able to tell of what the ledger calls exact, by words of the reason; a smaller number is better.
const UNTOLD: [(&str, usize); 11] = [
    ("is made where it cannot be seen", 74),
    ("it became", 69),
    ("a call that may be this", 80),
    ("the script is uploaded from", 99),
    ("is unpacked", 31),
    ("followed", 84),
    ("is not among what is compared", 15),
    ("cannot be seen", 27),
    ("may change it", 15),
    ("may have more", 11),
    ("does not say in which workspace it works", 16),
];

#[test]
fn what_cannot_be_told_of_exact_fields_does_not_grow() {
    let mut counts = [0; UNTOLD.len()];
    each(|_, _, file| {
        let untold = file.proofs.iter().filter(|proof| proof.verdict == Verdict::CannotTell);
        for proof in untold.filter(|proof| is_exact(proof, file)) {
            let of = UNTOLD.iter().position(|(words, _)| proof.reason.contains(words));
            assert!(of.is_some(), "a reason that is not listed: {}", proof.reason);
            counts[of.unwrap_or_default()] += 1;
        }
    });
    let bounds = UNTOLD.map(|(_, bound)| bound);
    assert_eq!(counts, bounds, "by reason: {:?}", UNTOLD.map(|(words, _)| words));
}

#[test]
fn the_verdicts_are_as_in_the_goldens() {
    let mut goldens: BTreeMap<std::path::PathBuf, String> = BTreeMap::new();
    each(|fixture, aim, file| {
        if !fixture.is_unchanged() && !file.proofs.is_empty() {
            let golden = goldens.entry(fixture.dir.join("verify.txt")).or_default();
            let below = fixture.below().map(|below| format!(" {below}")).unwrap_or_default();
            golden.push_str(&format!("{}{below}: {}\n", aim.name, counted(&file.proofs)));
            file.proofs
                .iter()
                .filter(|proof| proof.verdict > Verdict::Added)
                .for_each(|proof| golden.push_str(&line(proof)));
        }
    });
    let mut wrong = Vec::new();
    for (path, text) in goldens {
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "not as in the golden (BLESS=1 rewrites it): {}", wrong.join(", "));
}

fn line(proof: &Proof) -> String {
    let place = proof.before.as_ref().map_or_else(|| "new".to_owned(), |at| at.line.to_string());
    let text = format!("{}: {}", proof.field, proof.reason).replace('\n', " ");
    let short: String = text.chars().take(220).collect();
    format!("    {place}: {}: {short}\n", word(proof.verdict))
}

/// A way to spoil converted code; nothing where there is nothing of its kind.
type Mutation = (&'static str, fn(&str) -> Option<String>);

const MUTATIONS: [Mutation; 9] = [
    ("wrong node count", |text| {
        first(
            text,
            &[
                ("instance_count=", "instance_count=7 or "),
                ("    node_count=", "    node_count=7 or "),
                ("min_instances=", "min_instances=7 or "),
                ("min_nodes=", "min_nodes=7 or "),
            ],
        )
    }),
    ("dropped variable", |text| {
        first(text, &[("environment_variables={'", "environment_variables={'LOST_"), ("EnvironmentVariable(", "Lost(")])
    }),
    ("swapped mounts", swapped),
    ("missing import", |text| {
        without_line(
            text,
            &["from azure.ai.ml import", "from azureml.core import", "from azure.ai.ml.entities import "],
        )
    }),
    ("input and output exchanged", |text| exchanged(text, "    inputs=", "    outputs=")),
    ("role arguments exchanged", |text| exchanged(text, "in ps) ", "in worker) ")),
    ("read-write made read-only", |text| first(text, &[("rw_mount", "ro_mount")])),
    ("time limit lost", |text| {
        first(text, &[("    timeout=", "    description="), ("max_run_duration_seconds=", "label=")])
    }),
    ("priority misspelt", |text| {
        first(text, &[("'low_priority'", "'LowPriority'"), ("vm_priority='lowpriority'", "vm_priority='LowPriority'")])
    }),
];

/// The first place outside of a `def`: the default of a parameter that every call gives changes nothing.
fn first(text: &str, changes: &[(&str, &str)]) -> Option<String> {
    let line = |at: usize| text[text[..at].rfind('\n').map_or(0, |end| end + 1)..].trim_start();
    let place = |old: &str| text.match_indices(old).map(|(at, _)| at).find(|at| !line(*at).starts_with("def "));
    let (at, old, new) = changes.iter().find_map(|(old, new)| Some((place(old)?, old, new)))?;
    Some(format!("{}{new}{}", &text[..at], &text[at + old.len()..]))
}

fn without_line(text: &str, starts: &[&str]) -> Option<String> {
    let line = text.lines().find(|line| starts.iter().any(|start| line.starts_with(start)) && !line.ends_with('('))?;
    Some(text.replacen(line, "", 1))
}

/// One keyword for the other, both ways.
fn exchanged(text: &str, one: &str, other: &str) -> Option<String> {
    text.contains(one).then(|| text.replace(other, "\u{0}").replace(one, other).replace('\u{0}', one))
}

/// The first two datastores, or of a single one the container or share.
fn swapped(text: &str) -> Option<String> {
    let names: Vec<&str> =
        text.split("azureml://datastores/").skip(1).filter_map(|rest| rest.split('/').next()).collect();
    let one = *names.first()?;
    match names.iter().find(|name| **name != one) {
        Some(other) => exchanged(text, &format!("datastores/{one}/"), &format!("datastores/{other}/")),
        None => first(
            text,
            &[("container_name='", "container_name='other-"), ("file_share_name='", "file_share_name='other-")],
        ),
    }
}

/// What is not equal, so that two readings can be told apart.
fn amiss(proofs: &[Proof]) -> Vec<String> {
    let amiss = proofs.iter().filter(|proof| proof.verdict > Verdict::Added);
    amiss.map(|proof| format!("{} {:?} {}", proof.field, proof.verdict, proof.reason)).collect()
}

/// The first line in which two texts differ, from 1.
fn changed_line(one: &str, other: &str) -> usize {
    one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count() + 1
}

/// Whether the reading says already of what stands in a line that it is not equal.
fn is_doubted(proofs: &[Proof], line: usize) -> bool {
    let amiss = proofs.iter().filter(|proof| proof.verdict > Verdict::Added);
    amiss.filter_map(|proof| proof.after.as_ref()).any(|at| at.line == line)
}

/// Whether two texts differ, and not in a comment: code that is left to a person stands in comments as well.
fn is_code(one: &str, other: &str) -> bool {
    let line = other.lines().nth(changed_line(one, other) - 1);
    one != other && line.is_none_or(|line| !line.trim_start().starts_with('#'))
}

/// What the spoiling of one fixture in one way came to.
#[derive(Default)]
struct Rate {
    noticed: usize,
    /// The reading says already of that line that it cannot tell, or that it differs.
    doubted: usize,
    all: usize,
}

/// Spoilt code of which the reading says no more than of the code itself: how, the fixtures, and why.
const SURVIVORS: [(&str, &[&str], &str); 20] = [
    (
        "swapped mounts",
        &["cli-python-configurations"],
        "it stands in a dictionary that goes to a file for a command, and only what an SDK sends is read",
    ),
    ("read-write made read-only", &["cli-python-configurations"], "the same dictionary"),
    (
        "wrong node count",
        &[
            "api-job-factory",
            "api-recipe-helpers",
            "parameter-sweep",
            "shape-09-sweep-twisted",
            "sweep-files",
            "sweep-rounds",
        ],
        "it stands in a helper that copies jobs, and what the old program made of them is not followed",
    ),
    (
        "input and output exchanged",
        &["api-job-factory", "api-recipe-helpers", "shape-09-sweep-twisted", "sweep-files"],
        "the same helper",
    ),
    (
        "time limit lost",
        &[
            "api-job-factory",
            "api-recipe-helpers",
            "parameter-sweep",
            "shape-09-sweep-twisted",
            "sweep-files",
            "sweep-rounds",
        ],
        "the same helper",
    ),
    (
        "dropped variable",
        &["incomplete-parts", "values-of-questions"],
        "the statement is left to a person, in the words of Batch AI",
    ),
    ("swapped mounts", &["api-job-factory", "sweep-files"], "the same helper"),
    (
        "wrong node count",
        &[
            "caffe",
            "changed-after-built",
            "client-7",
            "custom-mpirun-options",
            "format-specs",
            "kwargs-from-callers",
            "parameters-step-by-step",
            "shape-08-pollers-in-lists",
            "shape-08-pollers-in-lists-twisted",
        ],
        "what hands it to Azure is left to a person, and the reading says so",
    ),
    (
        "wrong node count",
        &["api-enums-7.0.0", "one-line-blocks", "shape-13-conditional-scale-twisted"],
        "nothing in the program runs it or takes what it gives, so that no cluster gets it",
    ),
    ("wrong node count", &["shape-04-foreign-client"], "the statement is left to a person, in the words of Batch AI"),
    ("read-write made read-only", &["api-enums-2.0.0", "handed-on"], "it stands in a part that goes into no job here"),
    ("swapped mounts", &["handed-on"], "it stands in a part that goes into no job here"),
    (
        "read-write made read-only",
        &["caffe2"],
        "only the new program has this output, and what is added is not compared",
    ),
    (
        "read-write made read-only",
        &["client-in-property", "parts-left-out"],
        "the output is made by a function, and no job of the program takes it",
    ),
    (
        "dropped variable",
        &["parts-left-out"],
        "what the list of variables holds is known only at run time, and the reading says so",
    ),
    ("wrong node count", &["comprehension"], "what makes the jobs is left to a person, and the conversion says so"),
    ("input and output exchanged", &["comprehension"], "the same jobs"),
    ("time limit lost", &["comprehension"], "the same jobs"),
    ("time limit lost", &["statements-gone"], "a later statement sets the limit anew"),
    (
        "time limit lost",
        &[
            "api-storage-blobs",
            "api-storage-containers",
            "api-storage-downloads",
            "api-storage-file-downloads",
            "api-storage-file-uploads",
            "api-storage-files",
            "api-storage-shares",
            "api-storage-uploads",
            "storage-blob-options",
            "storage-parts-of-files",
            "storage-results-read",
        ],
        "it is the timeout of a storage call, which asks nothing of Azure ML",
    ),
];

#[test]
fn spoilt_code_is_noticed() {
    let mut rates: BTreeMap<&str, Rate> = BTreeMap::new();
    let mut alive: BTreeSet<(&str, String)> = BTreeSet::new();
    for fixture in fixture::all().into_iter().filter(|f| f.files.len() == 1 && !f.is_unchanged() && f.extension == "py")
    {
        for aim in &AIMS {
            let Ok(after) = String::from_utf8(fixture.convert(aim).after) else { continue };
            let before = [fixture.source(&fixture.before)];
            let read = |text: &str| verify(&before, &[fixture.source(text.as_bytes())]).0;
            let proofs = read(&after);
            let whole = amiss(&proofs);
            for (name, spoil) in MUTATIONS {
                let Some(spoilt) = spoil(&after).filter(|spoilt| is_code(&after, spoilt)) else { continue };
                let rate = rates.entry(name).or_default();
                rate.all += 1;
                if amiss(&read(&spoilt)).iter().any(|said| !whole.contains(said)) {
                    rate.noticed += 1;
                } else if is_doubted(&proofs, changed_line(&after, &spoilt)) {
                    rate.doubted += 1;
                } else {
                    alive.insert((name, fixture.name.clone()));
                }
            }
        }
    }
    let rates = rates.iter().map(|(name, rate)| {
        format!("{name}: {} of {} noticed, {} in a line that is doubted already", rate.noticed, rate.all, rate.doubted)
    });
    let rates = rates.collect::<Vec<_>>().join("\n");
    println!("{rates}");
    let known: BTreeSet<(&str, String)> = SURVIVORS
        .iter()
        .flat_map(|(name, fixtures, _)| fixtures.iter().map(|fixture| (*name, (*fixture).to_owned())))
        .collect();
    let new: Vec<_> = alive.difference(&known).collect();
    let gone: Vec<_> = known.difference(&alive).collect();
    assert!(new.is_empty() && gone.is_empty(), "{rates}\nalive: {new:#?}\nno longer alive: {gone:#?}");
}
