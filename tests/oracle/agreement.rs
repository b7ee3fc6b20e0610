//! Whether the oracle and `verify` say the same of a conversion, part by part: a part that differs when both programs run
//! is not equal by the reading, and what the reading says is not equal differs when both run.
//!
//! What the parts are is data (`agreement.toml`), and so is where the two may disagree. That the reading cannot tell is no
//! disagreement; it is counted, and how often it may is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bai2aml::intent::verify;
use bai2aml::report::{Proof, Verdict};
use bai2aml::source::Source;
use serde::Deserialize;

use super::{Case, Field, matches};

/// How many disagreements may be explained at most.
const SHORT: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    untold: usize,
    unread: usize,
    part: Vec<Part>,
    apart: Vec<Apart>,
    #[serde(default)]
    disagrees: Vec<Disagreement>,
}

/// What is about the same in a recording and in a reading.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    oracle: Vec<String>,
    verify: Vec<String>,
}

/// What only one of the two looks at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apart {
    #[serde(default)]
    oracle: Vec<String>,
    #[serde(default)]
    verify: Vec<String>,
    /// For who reads the list.
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    fixtures: Vec<String>,
    forms: Vec<String>,
    part: String,
    reason: String,
}

/// What the two say of one part of one thing.
#[derive(Default)]
struct Said {
    /// For each field that the oracle compared, whether it is equal.
    ran: Vec<bool>,
    read: Vec<Verdict>,
}

enum Outcome {
    Agree,
    /// The reading cannot tell.
    Untold,
    /// The reading does not look at it.
    Unread,
    Disagree(&'static str),
}

/// The fields of one case: what there is to say of each part of each thing that both name, and of all others together.
type Parts<'a> = BTreeMap<(&'a str, String), Said>;

/// Takes the cases one by one, and ends with what is wrong and with the table of all.
pub struct Tally<'a> {
    agreement: &'a Agreement,
    table: String,
    wrong: String,
    used: BTreeSet<usize>,
    /// Parts that agree, that cannot be told, that are not read, and that are explained.
    counts: [usize; 4],
}

impl<'a> Tally<'a> {
    pub fn new(agreement: &'a Agreement) -> Self {
        Tally { agreement, table: String::new(), wrong: String::new(), used: BTreeSet::new(), counts: [0; 4] }
    }

    /// One case that came to its end on both sides.
    pub fn add(&mut self, case: &Case, fields: &[Field]) {
        let Some(proofs) = read(&case.before, &case.after) else { return };
        let is_open = proofs.iter().any(|proof| proof.field == "program");
        let mut counts = [0; 4];
        let mut left: Vec<&str> = Vec::new();
        for ((part, name), said) in self.parts(case, fields, &proofs) {
            let (count, is_left) = match said.outcome(is_open) {
                None => continue,
                Some(Outcome::Agree) => (0, false),
                Some(Outcome::Untold) => (1, true),
                Some(Outcome::Unread) => (2, true),
                Some(Outcome::Disagree(how)) => {
                    self.explain(case, part, &name, how);
                    (3, true)
                }
            };
            counts[count] += 1;
            left.extend(Some(part).filter(|part| is_left && !left.contains(part)));
        }
        counts.iter().zip(&mut self.counts).for_each(|(count, all)| *all += count);
        let left = if left.is_empty() { String::new() } else { format!(": {}", left.join(", ")) };
        writeln!(self.table, "{:<34} {:<6} {}{left}", case.fixture, case.form, told(counts)).expect("a string");
    }

    fn explain(&mut self, case: &Case, part: &str, name: &str, how: &str) {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
        let is_of = |d: &Disagreement| any(&d.fixtures, &case.fixture) && any(&d.forms, case.form) && d.part == part;
        match self.agreement.disagrees.iter().position(is_of) {
            Some(number) => drop(self.used.insert(number)),
            None => writeln!(self.wrong, "{} {}: {part} {name}: {how}", case.fixture, case.form).expect("a string"),
        }
    }

    fn parts(&mut self, case: &Case, fields: &[Field], proofs: &[Proof]) -> Parts<'a> {
        let ran: Vec<_> = fields.iter().map(|field| (recorded(&field.field), field.verdict == "equal")).collect();
        let read: Vec<_> = proofs.iter().map(|proof| (stated(&proof.field), proof.verdict)).collect();
        let names: BTreeSet<&str> = ran.iter().map(|((_, name), _)| name.as_str()).collect();
        let both: BTreeSet<&str> =
            read.iter().map(|((_, name), _)| name.as_str()).filter(|n| names.contains(n)).collect();
        let key = |name: &str| if both.contains(name) { name.to_owned() } else { String::new() };
        let mut parts = Parts::new();
        for ((field, name), is_equal) in &ran {
            let found = self.of(field, |part| &part.oracle, |apart| &apart.oracle);
            self.complain_unless(found.is_some(), case, field);
            for part in found.unwrap_or_default() {
                parts.entry((part, key(name))).or_default().ran.push(*is_equal);
            }
        }
        for ((field, name), verdict) in read.iter().filter(|((field, _), _)| field != "program") {
            let found = self.of(field, |part| &part.verify, |apart| &apart.verify);
            self.complain_unless(found.is_some(), case, field);
            for part in found.unwrap_or_default() {
                parts.entry((part, key(name))).or_default().read.push(*verdict);
            }
        }
        parts
    }

    fn complain_unless(&mut self, is_listed: bool, case: &Case, field: &str) {
        if !is_listed {
            writeln!(self.wrong, "{} {}: `{field}` is in no part", case.fixture, case.form).expect("a string");
        }
    }

    /// The parts that a field belongs to: of a whole thing (`jobs.`) all that are of its kind; none if it stands apart.
    fn of(
        &self,
        field: &str,
        part: impl Fn(&Part) -> &Vec<String>,
        apart: impl Fn(&Apart) -> &Vec<String>,
    ) -> Option<Vec<&'a str>> {
        let is_of = |pattern: &String| match field.ends_with('.') {
            true => pattern.starts_with(field),
            false => matches(pattern, field),
        };
        let parts: Vec<&str> =
            self.agreement.part.iter().filter(|p| part(p).iter().any(is_of)).map(|p| &*p.name).collect();
        let is_apart = self.agreement.apart.iter().any(|a| apart(a).iter().any(is_of));
        (is_apart || !parts.is_empty()).then_some(parts)
    }

    /// The table with its last line, and what is wrong.
    pub fn end(mut self) -> (String, String) {
        let all: usize = self.counts.iter().sum();
        let Agreement { untold, unread, disagrees, .. } = self.agreement;
        for (number, disagreement) in disagrees.iter().enumerate().filter(|(number, _)| !self.used.contains(number)) {
            writeln!(self.wrong, "nothing disagrees (any more, {number}): {}", disagreement.reason).expect("a string");
        }
        let bounds = [(self.counts[1], *untold, "cannot tell"), (self.counts[2], *unread, "does not look at")];
        for (count, bound, does) in bounds.into_iter().filter(|(count, bound, _)| count * 1000 > bound * all) {
            writeln!(self.wrong, "the reading {does} {count} of {all} parts; at most {bound} in a thousand may be")
                .expect("a string");
        }
        if disagrees.len() > SHORT {
            writeln!(self.wrong, "the list of disagreements is not short any more").expect("a string");
        }
        writeln!(self.table, "{all} parts: {}", told(self.counts)).expect("a string");
        (self.table, self.wrong)
    }
}

impl Said {
    /// Nothing where no run looked at it.
    fn outcome(&self, is_open: bool) -> Option<Outcome> {
        let has = |verdicts: &[Verdict]| self.read.iter().any(|verdict| verdicts.contains(verdict));
        let is_equal = self.ran.iter().all(|is_equal| *is_equal);
        let differs = has(&[Verdict::Differs, Verdict::Missing, Verdict::NoCounterpart]);
        Some(match () {
            () if self.ran.is_empty() => return None,
            () if is_equal && differs => Outcome::Disagree("it is equal when both run, and the reading says it is not"),
            () if !is_equal && (differs || has(&[Verdict::Added])) => Outcome::Agree,
            () if has(&[Verdict::CannotTell]) || !is_equal && is_open => Outcome::Untold,
            () if !is_equal => Outcome::Disagree("it differs when both run, and the reading says nothing of that"),
            () if self.read.is_empty() => Outcome::Unread,
            () => Outcome::Agree,
        })
    }
}

fn told([agree, untold, unread, explained]: [usize; 4]) -> String {
    let words = [(agree, "agree"), (untold, "not told"), (unread, "not read"), (explained, "disagree")];
    let words = words.iter().filter(|(count, word)| *count > 0 || *word == "agree");
    words.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// `jobs[train]#2.starts[worker][0]` as (`jobs.starts`, `train`), `operations[jobs.wait train]` as (`operations.jobs.wait`, `train`).
fn recorded(field: &str) -> (String, String) {
    let Some((kind, rest)) = field.split_once('[') else { return (field.to_owned(), String::new()) };
    if kind == "operations" {
        let (does, on) = rest.trim_end_matches(']').split_once(' ').unwrap_or((rest.trim_end_matches(']'), ""));
        return (format!("operations.{does}"), on.to_owned());
    }
    let mut depth = 1;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        depth == 0
    });
    let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
    let after = after.trim_start_matches(|c: char| c != '.').split('[').next().unwrap_or_default();
    (format!("{kind}{after}"), name.to_owned())
}

/// `jobs train: image` as (`jobs.image`, `train`), a whole thing, `jobs train`, as (`jobs.`, `train`), an operation, `jobs.wait
/// train`, as (`operations.jobs.wait`, `train`).
fn stated(field: &str) -> (String, String) {
    if field == "program" || field.starts_with("kept ") {
        return (field.to_owned(), String::new());
    }
    let (first, rest) = field.split_once(' ').unwrap_or((field, ""));
    if first.contains('.') {
        return (format!("operations.{first}"), rest.to_owned());
    }
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
    match field.rsplit_once(": ").filter(|(_, name)| is_name(name)) {
        Some((title, name)) => {
            let (kind, called) = title.split_once(' ').unwrap_or((title, ""));
            (format!("{kind}.{name}"), called.to_owned())
        }
        None => (format!("{first}."), rest.to_owned()),
    }
}

/// What `verify` says of the two programs; nothing of those that only send configuration files.
pub fn read(before: &Path, after: &Path) -> Option<Vec<Proof>> {
    let sides = [before, after].map(|path| match path.file_name() {
        Some(name) if name == "main.py" => sources(path.parent().expect("a folder")),
        _ => vec![source(path)],
    });
    let is_sender = before.file_name().is_some_and(|name| name == "send.py");
    (!is_sender).then(|| verify(&sides[0], &sides[1]).0)
}

/// Whether `verify` says more of a conversion with a mistake than of the one without.
pub fn notices(before: &Path, after: &Path, mistaken: &Path) -> bool {
    let amiss = |after: &Path| -> BTreeSet<String> {
        let proofs = read(before, after).unwrap_or_default();
        let amiss = proofs.iter().filter(|proof| proof.verdict > Verdict::Added);
        amiss.map(|proof| format!("{} {:?} {}", proof.field, proof.verdict, proof.reason)).collect()
    };
    !amiss(mistaken).is_subset(&amiss(after))
}

fn source(path: &Path) -> Source {
    let bytes = fs::read(path).expect("a program can be read");
    Source::read(&path.to_string_lossy(), bytes).unwrap_or_else(|problem| panic!("{}", problem.message))
}

/// The Python files below a folder.
fn sources(folder: &Path) -> Vec<Source> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let each = paths.iter().flat_map(|path| match path.extension() {
        _ if path.is_dir() => sources(path),
        Some(end) if end == "py" => vec![source(path)],
        _ => Vec::new(),
    });
    each.collect()
}
