//! What people read about the program is what the program does: the table of codes, the examples of
//! `explain`, the map in ARCHITECTURE.md.
//!
//! `BLESS=1 cargo test --test docs` rewrites the parts that are made by the program.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bai2aml::concept::{Kind, Mapping, Row, SymbolRow, explain, list, table};
use bai2aml::convert::{Options, convert};
use bai2aml::report::{Converted, Fate};
use bai2aml::sdk::Target;
use bai2aml::source::Source;
use similar::{Algorithm, DiffOp, TextDiff, group_diff_ops};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Holds a file, or what stands between two marks in it, against what it should be; `BLESS=1` rewrites it.
fn is_up_to_date(path: &str, mark: Option<&str>, new: &str) {
    let text = read(path);
    let (start, end) = mark.map_or((0, text.len()), |mark| between(path, &text, mark));
    if std::env::var_os("BLESS").is_some() && text[start..end] != *new {
        fs::write(root().join(path), [&text[..start], new, &text[end..]].concat()).unwrap();
        return;
    }
    let diff = TextDiff::from_lines(&text[start..end], new);
    let diff = diff.unified_diff().header(path, "what it should be (BLESS=1 cargo test --test docs)").to_string();
    assert!(diff.is_empty(), "{diff}");
}

/// What stands between `<!-- mark -->` and `<!-- /mark -->`.
fn between(path: &str, text: &str, mark: &str) -> (usize, usize) {
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{path} has no {what}"));
    (place(&open) + open.len(), place(&close))
}

#[test]
fn the_table_of_codes_is_the_concept_table() {
    let mut text = "\n| code | this code … | in `v2` | in `v1` |\n|---|---|---|---|\n".to_owned();
    for row in table().rows() {
        let [v2, v1] = [cell(row, |symbol| &symbol.v2), cell(row, |symbol| &symbol.v1)];
        let (code, anchor, area) = (&row.code, row.code.to_lowercase(), area(&row.code));
        let summary = row.summary.replace('|', "\\|");
        text.push_str(&format!("| [{code}]({area}#{anchor}) | {summary} | {v2} | {v1} |\n"));
    }
    is_up_to_date("docs/codes/index.md", Some("table"), &(text + "\n"));
}

/// The page of a code.
fn area(code: &str) -> String {
    let pages = fs::read_dir(root().join("docs/codes")).unwrap().flatten();
    let mut pages = pages.map(|entry| entry.file_name().to_string_lossy().into_owned());
    pages.find(|page| page[..1] == code[3..4]).unwrap_or_else(|| panic!("{code} has no page"))
}

/// The fate of a row's first symbol in a target, and the names that the new code of all of them uses.
fn cell(row: &Row, mapping: impl Fn(&SymbolRow) -> &Mapping) -> String {
    let mut names: Vec<String> = Vec::new();
    for mapping in row.symbols.iter().map(&mapping) {
        let classes = mapping.imports.iter().chain([&mapping.target]).filter_map(|dotted| dotted.rsplit('.').next());
        let classes = classes.filter(|name| name.starts_with(char::is_uppercase) || *name == "command");
        let packages = mapping.packages.iter().map(|package| bai2aml::manifest::split(package).0);
        names.extend(packages.map(|name| format!("`{name}`")));
        names.extend(classes.chain(mapping.support.iter().map(String::as_str)).map(|name| format!("`{name}`")));
    }
    let commands = row.symbols.iter().filter(|symbol| symbol.kind == Kind::Command).map(&mapping);
    let commands = commands.map(|mapping| mapping.code.split(" -").next().unwrap_or_default());
    names.extend(commands.filter(|code| code.starts_with("az ml")).map(|code| format!("`{code}`")));
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(4);
    let fate = row.symbols.first().map_or("", |symbol| word(mapping(symbol).fate));
    if names.is_empty() { fate.to_owned() } else { format!("{fate}: {}", names.join(", ")) }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Exact => "exact",
        Fate::Drop => "drop",
        Fate::Approximate => "approximate",
        Fate::Manual => "manual",
    }
}

/// A fixture and what its conversion to v2 gives.
struct Shown {
    name: String,
    before: String,
    converted: Converted,
}

fn fixtures() -> Vec<Shown> {
    let entries = fs::read_dir(root().join("fixtures")).unwrap().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders.iter().filter_map(|folder| shown(folder)).collect()
}

/// No notebooks: an excerpt would be JSON.
fn shown(folder: &Path) -> Option<Shown> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let before = files.filter(|file| !file.ends_with(".ipynb")).find(|file| file.starts_with("before."))?;
    let path = if before == "before.py" { &*before } else { &before["before.".len()..] };
    let bytes = fs::read(folder.join(&before)).ok()?;
    let name = folder.file_name()?.to_string_lossy().into_owned();
    let text = String::from_utf8(bytes.clone()).ok()?;
    let source = Source::read(&format!("{name}/{path}"), bytes).ok()?;
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    let converted = convert(vec![source], &options).pop()?;
    Some(Shown { name, before: text, converted })
}

#[test]
fn the_examples_of_explain_are_what_the_program_writes() {
    let fixtures = fixtures();
    let mut text = String::new();
    for row in table().rows() {
        let named = fixtures.iter().find(|shown| Some(&shown.name) == row.example.as_ref());
        let excerpts =
            |shown: &Shown| excerpts(shown, &row.code).into_iter().map(|e| (shown.name.clone(), e)).collect();
        let from_named: Vec<(String, Excerpt)> = named.map(excerpts).unwrap_or_default();
        let all: Vec<(String, Excerpt)> =
            if from_named.is_empty() { fixtures.iter().flat_map(excerpts).collect() } else { from_named };
        // The one that shows most of the row, and of these the shortest.
        let best = all
            .into_iter()
            .min_by_key(|(_, excerpt)| (excerpt.is_removal, Reverse(excerpt.symbols), excerpt.lines.len()));
        if let Some((name, excerpt)) = best {
            text.push_str(&format!("{} {name}\n{}\n\n", row.code, excerpt.lines.join("\n")));
        }
    }
    is_up_to_date("src/concept/examples.txt", None, &text);
}

/// A hunk of a conversion.
struct Excerpt {
    lines: Vec<String>,
    /// How many symbols of the row it shows.
    symbols: usize,
    /// Whether nothing takes the place of what goes.
    is_removal: bool,
}

/// The hunks of a conversion that belong to a code, without context and without the fixture's own notes.
fn excerpts(shown: &Shown, code: &str) -> Vec<Excerpt> {
    let after = String::from_utf8_lossy(&shown.converted.after).into_owned();
    let entries = shown.converted.entries.iter().filter(|entry| entry.code == code);
    let found: Vec<(usize, &str)> = entries.map(|entry| (entry.location.line - 1, entry.symbol.as_str())).collect();
    let (old, new): (Vec<&str>, Vec<&str>) = (shown.before.lines().collect(), after.lines().collect());
    let ops = similar::capture_diff_slices(Algorithm::Patience, &old, &new);
    let hunks = group_diff_ops(ops, 0).into_iter().flatten().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let excerpt = |op: DiffOp| {
        let here = found.iter().filter(|(line, _)| op.old_range().contains(line));
        let symbols = here.map(|(_, symbol)| symbol).collect::<BTreeSet<_>>().len();
        let removed = old[op.old_range()].iter().map(|line| format!("  -{}", without_note(line)));
        // What is left of a line that went, but for the note in it, is nothing.
        let is_text = |line: &&&str| line.is_empty() || !without_note(line).is_empty();
        let added = new[op.new_range()].iter().filter(is_text).map(|line| format!("  +{}", without_note(line)));
        Excerpt { lines: removed.chain(added).collect(), symbols, is_removal: op.new_range().is_empty() }
    };
    hunks.map(excerpt).filter(|e| e.symbols > 0 && e.lines.len() <= LONGEST_EXAMPLE).collect()
}

const LONGEST_EXAMPLE: usize = 40;

/// A line without `# expect: …`, in which a fixture says what is to be found.
fn without_note(line: &str) -> &str {
    line.split("# expect:").next().unwrap_or_default().trim_end()
}

#[test]
fn every_concept_is_explained_by_code_and_by_name() {
    for (code, name, summary) in list() {
        let text = explain(&code).unwrap_or_else(|| panic!("{code} is not explained"));
        assert_eq!(Some(&text), explain(&name).as_ref(), "{code} and {name}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert!(words(&text).starts_with(&format!("{code} {name}: this code {summary}")), "{text}");
        let titles = table().find(&code).map_or(&[][..], |_| &["\nv2: azure-ai-ml\n", "\nv1: azureml-core\n"][..]);
        for title in titles {
            assert!(text.contains(*title), "{code}: no {title:?}");
        }
    }
    assert_eq!(explain("BAI999"), None);
}

#[test]
fn explanations_name_every_field_with_its_reason() {
    let mut missing = Vec::new();
    for row in table().rows() {
        let text = explain(&row.code).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        for symbol in &row.symbols {
            for mapping in [Some(&symbol.v2), Some(&symbol.v1), symbol.v1_src.as_ref()].into_iter().flatten() {
                let fields = mapping.fields.iter().filter(|(name, _)| !name.starts_with('_'));
                let said = fields.flat_map(|(name, field)| [name, &field.note, &field.todo]);
                let beside = mapping.manual.iter().chain(mapping.drop.iter()).flat_map(|(name, text)| [name, text]);
                let all = said
                    .chain(beside)
                    .chain([mapping.note.as_str(), &mapping.todo])
                    .chain(symbol.sources.iter().map(String::as_str));
                missing.extend(all.filter(|word| !text.contains(*word)).map(|word| format!("{}: {word}", row.code)));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Words that are longer than a line stand alone; nothing else is wider than a terminal.
#[test]
fn explanations_fit_on_80_columns() {
    for (code, ..) in list() {
        let text = explain(&code).unwrap();
        let lines = text.lines().take_while(|line| !line.starts_with("Example"));
        let wide = lines.filter(|line| line.chars().count() > 80 && line.split_whitespace().count() > 3);
        assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new(), "{code}");
    }
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = read(page);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let local = links.filter(|link| !link.starts_with("http") && !link.starts_with('#'));
        wrong.extend(local.filter(|link| !root().join(link).exists()).map(|link| format!("{page}: {link}")));
        let paths = text.split('`').skip(1).step_by(2).filter(|word| is_path(word));
        wrong.extend(paths.filter(|path| !root().join(path).exists()).map(|path| format!("{page}: `{path}`")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a word in backquotes is a path of the repository.
fn is_path(word: &str) -> bool {
    let folders = ["src/", "tests/", "templates/", "fixtures/", "benches/", "tools/", ".ci/"];
    folders.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', '<', '…', ' ', '{'])
}

#[test]
fn the_map_names_every_stage() {
    let (map, page) = (read("src/lib.rs"), read("ARCHITECTURE.md"));
    let stages = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let missing: Vec<&str> = stages.filter(|stage| !page.contains(&format!("**{stage}**"))).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
}

#[test]
fn the_checks_run_what_the_readme_says() {
    let readme = read("README.md");
    assert!(readme.contains("`cargo test --locked`"));
    assert!(read(".ci/run").contains("cargo test --locked"));
}
