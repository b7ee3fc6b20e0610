//! The fixtures as data: what stands before, what was promised about it, and what a conversion gives.
//!
//! Nothing here decides whether a result is right; the tests in `tests/fixtures.rs` do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bai2aml::concept::{Kind, table};
use bai2aml::convert::convert;
use bai2aml::report::{Converted, Fate, Location};
use bai2aml::source::Source;
use bai2aml::syntax::{self, Ast, ExprId, ExprKind, StmtId, StmtKind};

use super::promise::{AIMS, Aim, place};

/// One folder of `fixtures/`, or one file of a folder that is a program of several.
pub struct Fixture {
    /// `guide`, or `folder-cycle/jobs.py`.
    pub name: String,
    /// The folder of the case.
    pub dir: PathBuf,
    /// What follows `before.`: `py`, `ipynb`, or the whole name of a dependency file.
    pub extension: String,
    pub before: Vec<u8>,
    /// All files of the program by their paths, this one among them.
    pub files: Vec<(String, Vec<u8>)>,
    /// Which of them this is.
    at: usize,
}

/// Every fixture, by name; of a program of several files each file.
pub fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    entries(&root).into_iter().filter(|path| path.is_dir()).flat_map(Fixture::read).collect()
}

/// The paths in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// What follows `before.` in the name of a file.
fn extension(path: &Path) -> Option<String> {
    path.file_name()?.to_string_lossy().strip_prefix("before.").map(str::to_owned)
}

/// Every file below a folder, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let each = entries(folder).into_iter();
    each.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

impl Fixture {
    fn read(dir: PathBuf) -> Vec<Fixture> {
        let name = dir.file_name().expect("a name").to_string_lossy().into_owned();
        let paths = match dir.join("before") {
            folder if folder.is_dir() => files_below(&folder),
            _ => entries(&dir).into_iter().filter(|path| extension(path).is_some()).collect(),
        };
        let one = paths.len() == 1 || name.starts_with("folder-");
        assert!(one, "{name}: not one of `before.…` and `before/`");
        let shown = |path: &PathBuf| match extension(path) {
            Some(named) if !["py", "ipynb"].contains(&&*named) => named,
            _ => path.strip_prefix(&dir).expect("below").to_string_lossy().replace('\\', "/"),
        };
        let files = paths.iter().map(|path| (format!("{name}/{}", shown(path)), fs::read(path).expect("readable")));
        let files: Vec<(String, Vec<u8>)> = files.collect();
        let fixture = |at: usize| {
            let below = files[at].0.strip_prefix(&format!("{name}/before/"));
            let last = || files[at].0.rsplit('.').next().unwrap_or_default().to_owned();
            Fixture {
                name: below.map_or(name.clone(), |below| format!("{name}/{below}")),
                dir: dir.clone(),
                extension: extension(&paths[at]).unwrap_or_else(last),
                before: files[at].1.clone(),
                files: files.clone(),
                at,
            }
        };
        (0..files.len()).map(fixture).collect()
    }

    /// Where this file is below `before/`, if it is one of several.
    pub fn below(&self) -> Option<&str> {
        self.name.split_once('/').map(|(_, below)| below)
    }

    /// Whether it is the first file of its case.
    pub fn is_first(&self) -> bool {
        self.at == 0
    }

    /// Whether nothing may change: the name says so, or a file of several promises nothing.
    pub fn is_unchanged(&self) -> bool {
        let silent = || !String::from_utf8_lossy(&self.before).contains("# expect");
        self.name.starts_with("unchanged-") || self.below().is_some() && silent()
    }

    /// Whether the file is no Python 3, and says so.
    pub fn is_broken(&self) -> bool {
        String::from_utf8_lossy(&self.before).contains("# no Python 3")
    }

    /// Whether it is a configuration file of `az batchai`.
    pub fn is_config(&self) -> bool {
        self.extension.ends_with("json")
    }

    pub fn is_notebook(&self) -> bool {
        self.extension == "ipynb"
    }

    /// `guide/before.py`, `pins/requirements.txt`: the path under which it is converted.
    pub fn path(&self) -> &str {
        &self.files[self.at].0
    }

    pub fn source(&self, bytes: &[u8]) -> Source {
        source(self.path(), bytes)
    }

    /// All files of the program.
    pub fn sources(&self) -> Vec<Source> {
        self.files.iter().map(|(path, bytes)| source(path, bytes)).collect()
    }

    pub fn convert(&self, aim: &Aim) -> Converted {
        self.convert_all(aim).swap_remove(self.at)
    }

    /// The results for all files of the program.
    pub fn convert_all(&self, aim: &Aim) -> Vec<Converted> {
        self.once(aim, 1, || self.run_on(&self.files, aim))
    }

    /// All files after converting, by their paths: the old ones that stay, and the new ones.
    pub fn after_all(&self, aim: &Aim) -> BTreeMap<PathBuf, Vec<u8>> {
        standing(self.convert_all(aim))
    }

    /// The same after converting a second time.
    pub fn after_again(&self, aim: &Aim) -> BTreeMap<PathBuf, Vec<u8>> {
        let files: Vec<(String, Vec<u8>)> =
            self.after_all(aim).into_iter().map(|(path, bytes)| (path.to_string_lossy().into_owned(), bytes)).collect();
        standing(self.once(aim, 2, || self.run_on(&files, aim)))
    }

    /// As `work` gives them, which is done once in a run of the tests.
    fn once(&self, aim: &Aim, time: usize, work: impl FnOnce() -> Vec<Converted>) -> Vec<Converted> {
        type Run = (PathBuf, &'static str, usize);
        static DONE: Mutex<BTreeMap<Run, Vec<Converted>>> = Mutex::new(BTreeMap::new());
        let key = (self.dir.clone(), aim.name, time);
        let known = DONE.lock().expect("no panic").get(&key).cloned();
        known.unwrap_or_else(|| {
            let results = work();
            DONE.lock().expect("no panic").insert(key, results.clone());
            results
        })
    }

    fn run_on(&self, files: &[(String, Vec<u8>)], aim: &Aim) -> Vec<Converted> {
        let sources = files.iter().map(|(path, bytes)| source(path, bytes)).collect();
        let run = std::panic::catch_unwind(|| convert(sources, &aim.options()));
        run.unwrap_or_else(|_| panic!("{}, {}: the conversion panicked", self.name, aim.name))
    }
}

/// The files that there are after a conversion.
fn standing(results: Vec<Converted>) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for file in results {
        files.extend(file.made.into_iter().map(|new| (new.path, new.bytes)));
        if !file.is_removed {
            files.insert(file.path, file.after);
        }
    }
    files
}

fn source(path: &str, bytes: &[u8]) -> Source {
    Source::read(path, bytes.to_vec()).unwrap_or_else(|problem| panic!("{path}: cannot be read: {}", problem.message))
}

/// What a fixture's comments promise, in whatever it is written, by logical line: the first physical line of each, from 0 in the program text.
///
/// - `# expect: BAI101`: a use of that concept, converted or dropped
/// - `# expect-manual: BAI901`: one that is left to a person; `all`: so are the others of the line
/// - `# expect-manual-v2:`, `-v1:`, `-v1-est:`, `-v1-src:`: one that is so for that target, or job form, alone
/// - `# expect-edit`: the line changes although nothing of Batch AI is in it
///
/// A comment speaks for its whole logical line, wherever in it it stands.
pub struct Promises {
    lines: Lines,
    promised: BTreeMap<usize, BTreeMap<String, BTreeSet<String>>>,
}

impl Promises {
    pub fn of(source: &Source) -> Promises {
        let ast = syntax::parse(source);
        let lines = Lines::of(source, &ast);
        let mut promised: BTreeMap<usize, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        // In Python they are comments; elsewhere, as in dependency files and shell cells, they look like them.
        for (physical, text) in source.text().split('\n').enumerate() {
            let Some(at) = text.find("# expect") else { continue };
            for (kind, codes) in promises_in(&text[at..]) {
                promised.entry(lines.logical(physical)).or_default().entry(kind).or_default().extend(codes);
            }
        }
        Promises { lines, promised }
    }

    /// The codes that a logical line promises, and of these the ones that are left to a person.
    pub fn codes(&self, line: usize, aim: &Aim) -> (BTreeSet<String>, BTreeSet<String>) {
        let promised = self.promised.get(&line);
        let of = |kind: &str| promised.and_then(|p| p.get(kind)).cloned().unwrap_or_default();
        let said = kinds(aim).iter().map(|kind| of(&format!("expect-manual{kind}")));
        let mut manual: BTreeSet<String> = said.flatten().collect();
        let is_all = manual.remove("all");
        let kinds = promised.into_iter().flat_map(|p| p.iter()).filter(|(kind, _)| kind.starts_with("expect"));
        let codes: BTreeSet<String> =
            kinds.flat_map(|(_, codes)| codes).filter(|code| *code != "all").cloned().collect();
        manual.extend(codes.iter().filter(|code| aim.name != "v2" && is_command(code)).cloned());
        (codes.clone(), if is_all { codes } else { manual })
    }

    /// The logical lines that promise anything.
    pub fn lines(&self) -> impl Iterator<Item = usize> {
        self.promised.keys().copied()
    }

    /// Whether a logical line may change although nothing was found in it.
    pub fn may_change(&self, line: usize) -> bool {
        self.promised.get(&line).is_some_and(|p| p.contains_key("expect-edit"))
    }

    /// The logical line on which a place stands.
    pub fn line_of(&self, source: &Source, at: &Location) -> usize {
        let cells = source.cells();
        let first = at.cell.and_then(|cell| cells.iter().find(|c| c.index == cell)).map_or(0, |c| c.span.start);
        self.lines.logical(self.lines.physical(first) + at.line - 1)
    }

    /// The logical line that holds a physical line of the program text.
    pub fn logical(&self, physical: usize) -> usize {
        self.lines.logical(physical)
    }
}

/// Whether a code is of a command line: `v1` leaves all of them to a person.
fn is_command(code: &str) -> bool {
    table().find(code).is_some_and(|row| {
        row.symbols.iter().all(|symbol| symbol.kind == Kind::Command && symbol.v1.fate == Fate::Manual)
    })
}

/// The endings of `expect-manual` that speak of an aim.
fn kinds(aim: &Aim) -> &'static [&'static str] {
    match aim.name {
        "v2" => &["", "-v2"],
        "v1" => &["", "-v1", "-v1-est"],
        _ => &["", "-v1", "-v1-src"],
    }
}

/// `# a note  # expect: A B` as `("expect", [A, B])`.
fn promises_in(comment: &str) -> Vec<(String, Vec<String>)> {
    let parts = comment.split('#').map(str::trim).filter(|part| part.starts_with("expect"));
    let split = parts.map(|part| part.split_once(':').unwrap_or((part, "")));
    split.map(|(kind, codes)| (kind.to_owned(), codes.split_whitespace().map(str::to_owned).collect())).collect()
}

/// Where the lines of a program start, and which of them continue an earlier one.
struct Lines {
    starts: Vec<usize>,
    logical: Vec<usize>,
}

impl Lines {
    fn of(source: &Source, ast: &Ast) -> Lines {
        let text = source.text();
        let starts: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut opaque = vec![false; text.len() + 1];
        for span in ast.strings.iter().chain(&ast.comments) {
            opaque[span.range()].fill(true);
        }
        let mut depth = 0_i32;
        let mut logical = vec![0];
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'(' | b'[' | b'{' if !opaque[at] => depth += 1,
                b')' | b']' | b'}' if !opaque[at] => depth -= 1,
                // A magic that writes a file has no room for a comment: its line belongs to the next.
                b'\n' if text[text[..at].rfind('\n').map_or(0, |line| line + 1)..].starts_with("%%writefile") => {
                    logical.push(logical[logical.len() - 1]);
                }
                b'\n' if depth > 0 || opaque[at] || text[..at].trim_end_matches('\r').ends_with(['\\', '`', '^']) => {
                    logical.push(logical[logical.len() - 1]);
                }
                b'\n' => logical.push(logical.len()),
                _ => {}
            }
        }
        Lines { starts, logical }
    }

    fn physical(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    fn logical(&self, physical: usize) -> usize {
        self.logical.get(physical).copied().unwrap_or(physical)
    }
}

/// Every name that a program binds by assignment, `for` or `with`, with its line from 0; inside functions only for those
/// whose `def` stands on a line that `is_known`.
pub fn bindings(source: &Source, is_known: impl Fn(usize) -> bool) -> Vec<(String, usize)> {
    let ast = syntax::parse(source);
    let mut bound = Vec::new();
    let mut open: Vec<StmtId> = ast.body.clone();
    while let Some(id) = open.pop() {
        let line = source.text()[..ast.stmt(id).span.start].matches('\n').count();
        let targets: Vec<ExprId> = match &ast.stmt(id).kind {
            StmtKind::Assign { targets, .. } => targets.clone(),
            StmtKind::For { target, .. } => vec![*target],
            StmtKind::With { items, .. } => items.iter().filter_map(|(_, name)| *name).collect(),
            _ => Vec::new(),
        };
        bound.extend(targets.into_iter().flat_map(|target| names(&ast, target)).map(|name| (name, line)));
        open.extend(bodies(&ast, id, is_known(line)));
    }
    bound
}

fn names(ast: &Ast, target: ExprId) -> Vec<String> {
    match ast.kind(target) {
        ExprKind::Name(name) => vec![name.clone()],
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().flat_map(|item| names(ast, *item)).collect(),
        _ => Vec::new(),
    }
}

fn bodies(ast: &Ast, id: StmtId, is_known: bool) -> Vec<StmtId> {
    match &ast.stmt(id).kind {
        StmtKind::Function(function) if is_known => function.body.clone(),
        StmtKind::Class { body, .. } | StmtKind::With { body, .. } => body.clone(),
        StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => [&body[..], orelse].concat(),
        StmtKind::If(branches) => branches.iter().flat_map(|(_, body)| body.clone()).collect(),
        StmtKind::Try { body, handlers, orelse, finally } => {
            let handled = handlers.iter().flat_map(|handler| handler.body.clone());
            body.iter().chain(orelse).chain(finally).copied().chain(handled).collect()
        }
        _ => Vec::new(),
    }
}

/// The golden of a report: for each aim the totals by fate, and the findings one a line; for several files by file.
pub fn report(fixture: &Fixture) -> serde_json::Value {
    let aims = AIMS.iter().map(|aim| {
        let results = fixture.convert_all(aim);
        let said = match fixture.below() {
            None => said(&results[0]),
            Some(_) => {
                let names =
                    fixture.files.iter().map(|(path, _)| path.splitn(3, '/').last().expect("a name").to_owned());
                serde_json::Value::Object(names.zip(results.iter().map(said)).collect())
            }
        };
        (aim.name.to_owned(), said)
    });
    serde_json::Value::Object(aims.collect())
}

pub fn said(result: &Converted) -> serde_json::Value {
    let mut totals = BTreeMap::new();
    for entry in &result.entries {
        *totals.entry(word(entry.fate)).or_insert(0) += 1;
    }
    let findings: Vec<String> = result
        .findings
        .iter()
        .map(|f| format!("{} {} {} {}", place(&f.location), f.code, word(f.fate), f.symbol))
        .collect();
    let problems: Vec<&str> = result.problems.iter().map(|problem| problem.message.as_str()).collect();
    serde_json::json!({ "totals": totals, "findings": findings, "problems": problems })
}

/// A fate as the report writes it.
pub fn word(fate: Fate) -> String {
    format!("{fate:?}").to_lowercase()
}
