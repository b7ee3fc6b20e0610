//! Baselines: findings that are known and may stay for now. What is not in one is new; what only it has is gone, and is
//! a finding too, so that a baseline can only shrink.
//!
//! An entry is matched by its id, first in its own file and then in any other, so that code that moves stays known.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::id::{fingerprint, stem};
use crate::concept;
use crate::report::{Excerpt, Found, Level, Location};

/// The version of the format.
const SCHEMA: u32 = 1;

/// Code of an entry that nothing answers to.
const GONE: &str = "BAI953";

/// The findings that are known.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: u32,
    /// Says whose file this is.
    tool: String,
    findings: Vec<Known>,
    /// What its own findings call the file.
    #[serde(skip)]
    path: String,
    /// The lines of the entries in it.
    #[serde(skip)]
    lines: Vec<usize>,
}

/// One finding that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    id: String,
    code: String,
    symbol: String,
    within: String,
}

/// What a comparison comes to.
#[derive(Debug, Default)]
pub struct Compared {
    /// The findings that the baseline does not have, in order.
    pub new: Vec<Found>,
    /// How many it has.
    pub known: usize,
    /// Its entries that nothing answers to, as findings in the baseline's own file.
    pub gone: Vec<Found>,
}

/// By what an entry and a finding are the same, given path and id of each.
type Key = for<'a> fn(&'a str, &'a str) -> (&'a str, &'a str);

/// The closest first.
const KEYS: [Key; 3] = [|path, id| (path, id), |path, id| (path, stem(id)), |_, id| ("", stem(id))];

impl Baseline {
    /// These findings as known ones; `path` is how the baseline names a file.
    pub fn of(findings: &[Found], path: impl Fn(&str) -> String) -> Self {
        let known = |found: &Found| Known {
            path: path(&found.location.path),
            id: found.id.clone(),
            code: found.code.clone(),
            symbol: found.symbol.clone(),
            within: found.within.clone(),
        };
        let mut findings: Vec<Known> = findings.iter().map(known).collect();
        findings.sort();
        let tool = env!("CARGO_PKG_NAME").to_owned();
        Baseline { schema: SCHEMA, tool, findings, path: String::new(), lines: Vec::new() }
    }

    /// Reads the text of a baseline; `path` is what its own findings call it.
    pub fn read(path: &str, text: &str) -> Result<Self, String> {
        let mut baseline: Baseline = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema != SCHEMA {
            return Err(format!("its `schema` is {}, and this version reads {SCHEMA}", baseline.schema));
        }
        let (mut at, mut line) = (0, 1);
        for known in &baseline.findings {
            let next = text[at..].find(&format!("\"{}\"", known.id)).map_or(at, |found| at + found);
            line += text[at..next].matches('\n').count();
            baseline.lines.push(line);
            at = next + usize::from(next < text.len());
        }
        baseline.path = path.to_owned();
        Ok(baseline)
    }

    /// The text of the file.
    pub fn text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Compares findings with what is known. `path` is how the baseline names a file; an entry is gone only if the run
    /// covers its file.
    pub fn compare(
        &self,
        findings: Vec<Found>,
        path: impl Fn(&str) -> String,
        covers: impl Fn(&str) -> bool,
    ) -> Compared {
        let paths: Vec<String> = findings.iter().map(|found| path(&found.location.path)).collect();
        let (mut open, mut is_known) = (vec![true; self.findings.len()], vec![false; findings.len()]);
        for key in KEYS {
            let mut waiting: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
            for (at, entry) in self.findings.iter().enumerate().rev().filter(|(at, _)| open[*at]) {
                waiting.entry(key(&entry.path, &entry.id)).or_default().push(at);
            }
            for (at, found) in findings.iter().enumerate() {
                let entries = waiting.get_mut(&key(&paths[at], &found.id)).filter(|_| !is_known[at]);
                if let Some(entry) = entries.and_then(Vec::pop) {
                    (open[entry], is_known[at]) = (false, true);
                }
            }
        }
        let gone = open.iter().enumerate().filter(|(at, open)| **open && covers(&self.findings[*at].path));
        let gone = gone.map(|(at, _)| self.gone(at)).collect();
        let known = is_known.iter().filter(|known| **known).count();
        let new = findings.into_iter().zip(is_known).filter(|(_, known)| !known).map(|(found, _)| found).collect();
        Compared { new, known, gone }
    }

    fn gone(&self, at: usize) -> Found {
        let (known, line) = (&self.findings[at], self.lines.get(at).copied().unwrap_or(1));
        let Known { path, id, symbol, .. } = known;
        Found {
            id: format!("{GONE}-{}", fingerprint(&[path, id])),
            code: GONE.to_owned(),
            concept: concept::described(GONE).map(|(name, _)| name.to_owned()).unwrap_or_default(),
            level: Level::Warning,
            location: Location { path: self.path.clone(), cell: None, line, column: 1 },
            end_line: line,
            end_column: 1,
            file_line: line,
            symbol: symbol.clone(),
            within: String::new(),
            message: format!("the baseline knows a `{symbol}` in `{path}` that is not there any more"),
            help: "take the entry out, or write the baseline anew with `--write-baseline`".to_owned(),
            excerpt: Excerpt::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, id: &str) -> Found {
        let mut found = Baseline::default().with(path, id).gone(0);
        (found.id, found.location.path) = (id.to_owned(), path.to_owned());
        found
    }

    impl Baseline {
        fn with(mut self, path: &str, id: &str) -> Self {
            let [code, symbol, within] = ["BAI101", "x", ""].map(str::to_owned);
            self.findings.push(Known { path: path.into(), id: id.into(), code, symbol, within });
            self
        }
    }

    fn compare(baseline: &Baseline, findings: &[(&str, &str)]) -> (Vec<String>, usize, usize) {
        let findings = findings.iter().map(|(path, id)| found(path, id)).collect();
        let Compared { new, known, gone } = baseline.compare(findings, str::to_owned, |path| path != "outside.py");
        (new.into_iter().map(|found| found.id).collect(), known, gone.len())
    }

    #[test]
    fn what_moves_stays_known_and_what_is_copied_is_new() {
        let baseline = Baseline::default().with("a.py", "BAI101-1").with("a.py", "BAI101-1-2");
        assert_eq!(compare(&baseline, &[("a.py", "BAI101-1"), ("b.py", "BAI101-1")]), (vec![], 2, 0));
        let copied = [("a.py", "BAI101-1"), ("a.py", "BAI101-1-2"), ("a.py", "BAI101-1-3")];
        assert_eq!(compare(&baseline, &copied), (vec!["BAI101-1-3".into()], 2, 0));
    }

    #[test]
    fn an_entry_is_gone_only_where_the_run_looked() {
        let baseline = Baseline::default().with("a.py", "BAI101-1").with("outside.py", "BAI101-2");
        assert_eq!(compare(&baseline, &[]), (vec![], 0, 1));
    }

    #[test]
    fn a_baseline_reads_what_it_writes_and_knows_its_lines() {
        let text = Baseline::of(&[found("a.py", "BAI101-1"), found("b.py", "BAI101-1")], str::to_owned).text().unwrap();
        let read = Baseline::read("base.json", &text).unwrap();
        assert_eq!(read.text().unwrap(), text);
        let line = |at: usize| text.lines().nth(read.lines[at] - 1).unwrap().trim();
        assert_eq!([line(0), line(1)], ["\"id\": \"BAI101-1\",", "\"id\": \"BAI101-1\","]);
        assert!(read.lines[0] < read.lines[1]);
    }

    #[test]
    fn another_version_or_another_file_is_refused() {
        let text = |schema: u32| format!("{{\"schema\": {schema}, \"tool\": \"bai2aml\", \"findings\": []}}");
        assert!(Baseline::read("x", &text(1)).is_ok());
        assert!(Baseline::read("x", &text(9)).unwrap_err().contains("`schema` is 9"));
        assert!(Baseline::read("x", "{\"findings\": []}").is_err());
    }
}
