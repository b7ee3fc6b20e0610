//! What is known of a document: its findings with their places, and what becomes of it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::documents::Documents;
use super::program::Loaded;
use super::text::{Encoding, Position, Range, Text};
use crate::change::Change;
use crate::convert::{Checked, Options, Plan, check, plan};
use crate::report::{Converted, Fate, Finding, Found, Location, Problem};
use crate::sdk::Target;
use crate::source::Source;

/// A document and the files that it imports.
pub struct Analysis {
    files: Vec<Loaded>,
    options: Options,
    encoding: Encoding,
    pub findings: Vec<Found>,
    pub problems: Vec<Problem>,
    plan: OnceCell<Plan>,
}

impl Analysis {
    /// Looks at the first of some files, with the others beside it.
    pub fn of(files: Vec<Loaded>, options: Options, second_hop: bool, encoding: Encoding) -> Self {
        let plan = OnceCell::new();
        let mut all = Analysis { files, options, encoding, findings: Vec::new(), problems: Vec::new(), plan };
        match all.files.first().map(Loaded::source) {
            Some(Err(problem)) => all.problems.push(problem),
            Some(Ok(_)) => {
                let Checked { findings, problems, .. } = check(all.sources(), second_hop).swap_remove(0);
                (all.findings, all.problems) = (findings, problems);
            }
            None => {}
        }
        all
    }

    /// Whether there was nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a document is one of the files.
    pub fn has(&self, uri: &str) -> bool {
        self.files.iter().any(|file| file.uri == uri)
    }

    /// What is written for.
    pub fn target(&self) -> Target {
        self.options.target
    }

    /// The sources, the document's first; one that cannot be read tells the others nothing.
    fn sources(&self) -> Vec<Source> {
        self.files.iter().filter_map(|file| file.source().ok()).collect()
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| plan(self.sources(), &self.options))
    }

    /// Where something of the document stands: the text, and the place in it.
    pub fn place(&self, documents: &Documents, at: &Location, end: Option<&Found>) -> Option<(String, Range)> {
        let file = self.files.first()?;
        let (uri, text) = match (&file.cells, at.cell) {
            (Some(cells), Some(cell)) => (cells.get(cell)?, documents.get(cells.get(cell)?)?.text.as_str()),
            (Some(_), None) => return None,
            (None, Some(_)) => {
                let line = end.map_or(1, |found| found.file_line);
                return Some((file.uri.clone(), Text::new(&file.text, self.encoding).whole(line)));
            }
            (None, None) => (&file.uri, file.text.as_str()),
        };
        let (mark, text) =
            text.strip_prefix('\u{feff}').map_or((0, text), |bare| (self.encoding.width('\u{feff}'), bare));
        let text = Text::new(text, self.encoding);
        let start = text.counted(at.line, at.column);
        let end = end.map_or(text.whole(at.line).end, |end| text.counted(end.end_line, end.end_column));
        let shift = |mut place: Position| {
            place.column += if place.line == 0 { mark } else { 0 };
            place
        };
        Some((uri.clone(), Range { start: shift(start), end: shift(end.max(start)) }))
    }

    /// Which findings stand at a place.
    pub fn at<'a>(
        &'a self,
        documents: &'a Documents,
        uri: &'a str,
        range: Range,
    ) -> impl Iterator<Item = (&'a Found, Range)> {
        self.findings.iter().filter_map(move |found| {
            let (there, place) = self.place(documents, &found.location, Some(found))?;
            (there == uri && place.meets(range)).then_some((found, place))
        })
    }

    /// What the conversion says of a place.
    pub fn fates(&self, found: &Found) -> Vec<&Finding> {
        let findings = self.plan().converted.first().map_or(&[][..], |file| &file.findings);
        findings.iter().filter(|finding| finding.location == found.location).collect()
    }

    /// The changes that a place belongs to, with all that these need, and the least certain fate among them.
    pub fn changes_at(&self, found: &Found) -> (BTreeSet<usize>, Fate) {
        let plan = self.plan();
        let (Some(file), Some(planned)) = (plan.converted.first(), plan.files.first()) else {
            return (BTreeSet::new(), Fate::Exact);
        };
        let is_here = |change: &Change| {
            change.entries.iter().filter(|item| item.file == 0).any(|item| {
                let entry = &file.entries[item.index];
                planned.source.locate(entry.site.start) == found.location || entry.location == found.location
            })
        };
        let first = (0..plan.changes.len()).filter(|at| is_here(&plan.changes[*at])).collect();
        let all = self.with_needs(first);
        let fate = all.iter().map(|at| plan.changes[*at].fate).max().unwrap_or(Fate::Exact);
        (all, fate)
    }

    /// The changes that the document has a part in, with all that these need.
    pub fn changes(&self) -> BTreeSet<usize> {
        let is_here = |at: &usize| self.plan().changes[*at].edits.iter().any(|item| item.file == 0);
        self.with_needs((0..self.plan().changes.len()).filter(is_here).collect())
    }

    /// Those of them after which the code does the same, and that need no others.
    pub fn certain(&self) -> BTreeSet<usize> {
        let plan = self.plan();
        // What answers for nothing, such as an import, comes with what needs it.
        let is_own = |at: &usize| !plan.changes[*at].entries.is_empty();
        let is_certain = |all: &BTreeSet<usize>| all.iter().all(|at| plan.changes[*at].fate <= Fate::Drop);
        let each = self.changes().into_iter().filter(is_own).map(|at| self.with_needs(BTreeSet::from([at])));
        each.filter(is_certain).flatten().collect()
    }

    fn with_needs(&self, mut all: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = all.iter().copied().collect();
        while let Some(at) = open.pop() {
            open.extend(self.plan().changes[at].needs.iter().filter(|need| all.insert(**need)));
        }
        all
    }

    /// The edits of some changes, by the address of the text that they are of.
    pub fn edits(&self, changes: &BTreeSet<usize>) -> BTreeMap<String, Vec<Value>> {
        let (plan, mut all) = (self.plan(), BTreeMap::new());
        let readable = self.files.iter().filter(|file| file.source().is_ok());
        for (at, file) in readable.enumerate() {
            let has_part = changes.iter().any(|change| plan.changes[*change].edits.iter().any(|item| item.file == at));
            let Some(after) = plan.with(at, |change| changes.contains(&change)).ok().filter(|_| has_part) else {
                continue;
            };
            let before = plan.files[at].source.bytes();
            for (uri, old, new) in texts(file, before, &after) {
                let edits = Text::new(&old, self.encoding).edits(&new);
                if !edits.is_empty() {
                    all.insert(uri, edits);
                }
            }
        }
        all
    }

    /// What comes to stand beside the document, and whether it goes: a configuration file becomes others.
    pub fn made(&self) -> Option<&Converted> {
        self.plan().converted.first().filter(|file| file.problems.is_empty() && !file.made.is_empty())
    }
}

/// The texts of a file before and after: of a notebook that is open as one, its cells.
fn texts(file: &Loaded, before: &[u8], after: &[u8]) -> Vec<(String, String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(cells) = &file.cells else { return vec![(file.uri.clone(), text(before), text(after))] };
    let of_cells = |bytes: &[u8]| {
        let notebook: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let cells = notebook["cells"].as_array().cloned().unwrap_or_default();
        cells.iter().map(|cell| cell["source"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let pairs = of_cells(before).into_iter().zip(of_cells(after));
    cells.iter().cloned().zip(pairs).map(|(uri, (old, new))| (uri, old, new)).collect()
}
