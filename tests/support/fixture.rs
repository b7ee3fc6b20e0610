//! The fixtures as data: what stands before, what was promised about it, and what a conversion gives.
//!
//! Nothing here decides whether a result is right; the tests in `tests/fixtures.rs` do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bai2aml::concept::JobForm;
use bai2aml::convert::{Options, convert};
use bai2aml::report::{Converted, Fate, Location};
use bai2aml::sdk::Target;
use bai2aml::source::Source;
use bai2aml::syntax::{self, Ast, ExprId, ExprKind, StmtId, StmtKind};

/// Every aim of a conversion, named as in `after.v1-src.py`.
pub const AIMS: [Aim; 3] = [
    Aim { name: "v2", kinds: &["", "-v2"], target: Target::V2, job_form: JobForm::Estimator },
    Aim { name: "v1", kinds: &["", "-v1", "-v1-est"], target: Target::V1, job_form: JobForm::Estimator },
    Aim { name: "v1-src", kinds: &["", "-v1", "-v1-src"], target: Target::V1, job_form: JobForm::ScriptRunConfig },
];

/// One aim of a conversion.
pub struct Aim {
    pub name: &'static str,
    /// The endings of `expect-manual` that speak of it.
    kinds: &'static [&'static str],
    target: Target,
    job_form: JobForm,
}

impl Aim {
    pub fn options(&self) -> Options {
        Options { target: self.target, job_form: self.job_form, upgrade_vm_sizes: false }
    }
}

/// One folder of `fixtures/`.
pub struct Fixture {
    pub name: String,
    pub dir: PathBuf,
    /// What follows `before.`: `py`, `ipynb`, or the whole name of a dependency file.
    pub extension: String,
    pub before: Vec<u8>,
}

/// Every fixture, by name.
pub fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut dirs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).filter(|p| p.is_dir()).collect();
    dirs.sort();
    dirs.into_iter().map(Fixture::read).collect()
}

impl Fixture {
    fn read(dir: PathBuf) -> Fixture {
        let name = dir.file_name().expect("a name").to_string_lossy().into_owned();
        let files = fs::read_dir(&dir).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let names = files.map(|file| file.to_string_lossy().into_owned());
        let mut extensions = names.filter_map(|file| file.strip_prefix("before.").map(str::to_owned));
        let extension = extensions.next().unwrap_or_else(|| panic!("{name}: nothing is called `before.…`"));
        assert!(extensions.next().is_none(), "{name}: more than one file is called `before.…`");
        let before = fs::read(dir.join(format!("before.{extension}"))).expect("read");
        Fixture { name, dir, extension, before }
    }

    /// Whether its name says that nothing may change.
    pub fn is_unchanged(&self) -> bool {
        self.name.starts_with("unchanged-")
    }

    pub fn is_notebook(&self) -> bool {
        self.extension == "ipynb"
    }

    /// `guide/before.py`, `pins/requirements.txt`: the path under which it is converted.
    pub fn path(&self) -> String {
        let is_named = !["py", "ipynb"].contains(&&*self.extension);
        let before = if is_named { "" } else { "before." };
        format!("{}/{before}{}", self.name, self.extension)
    }

    pub fn source(&self, bytes: &[u8]) -> Source {
        Source::read(&self.path(), bytes.to_vec())
            .unwrap_or_else(|problem| panic!("{}: cannot be read: {}", self.name, problem.message))
    }

    pub fn convert(&self, aim: &Aim) -> Converted {
        self.convert_bytes(&self.before, aim)
    }

    pub fn convert_bytes(&self, bytes: &[u8], aim: &Aim) -> Converted {
        let source = self.source(bytes);
        let run = std::panic::catch_unwind(|| convert(vec![source], &aim.options()));
        let mut run = run.unwrap_or_else(|_| panic!("{}, {}: the conversion panicked", self.name, aim.name));
        run.pop().expect("one result for one source")
    }
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
        let said = aim.kinds.iter().map(|kind| of(&format!("expect-manual{kind}")));
        let mut manual: BTreeSet<String> = said.flatten().collect();
        let is_all = manual.remove("all");
        let kinds = promised.into_iter().flat_map(|p| p.iter()).filter(|(kind, _)| kind.starts_with("expect"));
        let codes: BTreeSet<String> =
            kinds.flat_map(|(_, codes)| codes).filter(|code| *code != "all").cloned().collect();
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
                b'\n' if depth > 0 || opaque[at] || text[..at].trim_end_matches('\r').ends_with('\\') => {
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

/// The golden of a report: for each aim the totals by fate, and the findings one a line.
pub fn report(fixture: &Fixture) -> serde_json::Value {
    let aims = AIMS.iter().map(|aim| {
        let result = fixture.convert(aim);
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
        (aim.name.to_owned(), serde_json::json!({ "totals": totals, "findings": findings, "problems": problems }))
    });
    serde_json::Value::Object(aims.collect())
}

/// `12`, or `3:12` in a notebook.
pub fn place(at: &Location) -> String {
    at.cell.map_or(String::new(), |cell| format!("{cell}:")) + &at.line.to_string()
}

/// A fate as the report writes it.
pub fn word(fate: Fate) -> String {
    format!("{fate:?}").to_lowercase()
}
