//! Scripts, run on the real SDKs without Azure, ask for exactly what their golden recordings say.
//!
//! The scripts are `tests/sdk/examples/NAME.SDK.py` (they test the drivers) and the conversions in `fixtures/*/` that
//! have a golden `sdk.v2.json`, `sdk.v1.json` or `sdk.v1-src.json` (`sdk.batchai.json` is of the original); of a
//! program of several files its `main.py` runs. `BLESS=1` rewrites goldens; to ask for a fixture's first one, make it
//! as an empty file.

// By path: rustfmt looks for the modules of a test that has a folder of its own name in that folder.
#[path = "support/json.rs"]
mod json;
#[path = "support/venv.rs"]
mod venv;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use similar::TextDiff;

use json::readable;
use venv::{Failure, Sdk};

/// A script and the file that says what it asks Azure for.
struct Case {
    script: PathBuf,
    golden: PathBuf,
}

#[test]
fn v1_scripts_ask_azure_for_what_their_goldens_say() {
    check(Sdk::V1, &["v1", "v1-src"]);
}

#[test]
fn v2_scripts_ask_azure_for_what_their_goldens_say() {
    check(Sdk::V2, &["v2"]);
}

#[test]
fn batchai_scripts_ask_azure_for_what_their_goldens_say() {
    check(Sdk::BatchAi, &["batchai"]);
}

/// Every YAML that a configuration becomes is loaded by azure-ai-ml's own loaders and sent: one of a file, of a file in a
/// folder, of a text that another file holds, and of a dictionary in a program.
#[test]
fn yaml_asks_azure_for_what_its_goldens_say() {
    if !venv::wanted() {
        return;
    }
    let send = fs::read(venv::sdk_folder().join("send_yaml.py")).expect("the script");
    let folders = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    let scratch = tempfile::tempdir().expect("a folder");
    let mut cases = Vec::new();
    for folder in folders {
        let files: Vec<(String, String)> = results(&folder).iter().flat_map(|path| yaml_in(path)).collect();
        let beside = scratch.path().join(file_name(&folder));
        if !files.is_empty() {
            fs::create_dir(&beside).expect("a folder");
            for (name, text) in &files {
                fs::write(beside.join(name), text).expect("written");
            }
            fs::write(beside.join("send.py"), &send).expect("written");
            cases.push(Case { script: beside.join("send.py"), golden: folder.join("sdk.yaml.json") });
        }
    }
    assert!(cases.len() >= 25, "{} fixtures have YAML", cases.len());
    let scripts: Vec<_> = cases.iter().map(|case| case.script.clone()).collect();
    let results = venv::run_all(Sdk::V2, &scripts);
    let wrong: Vec<_> = cases.iter().zip(results).filter_map(|(case, result)| difference(case, result)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The results of a fixture for v2, also below its folder.
fn results(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for path in entries(&folder) {
            let is_inner = folder.components().any(|part| part.as_os_str() == "after.v2");
            if path.is_dir() && (is_inner || file_name(&path) == "after.v2") {
                open.push(path);
            } else if path.is_file() && (is_inner || file_name(&path).starts_with("after.v2.")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The YAML in a result, each with a name; a program with dictionaries as it is.
fn yaml_in(path: &Path) -> Vec<(String, String)> {
    const SCHEMA: &str = "$schema: https://azuremlschemas.";
    let Ok(text) = fs::read_to_string(path) else { return Vec::new() };
    let name = file_name(path).trim_start_matches("after.v2.").to_owned();
    if name.ends_with(".yml") && text.starts_with(SCHEMA) {
        return vec![(name, text)];
    }
    if name.ends_with(".py") || name == "py" {
        let has_one = text.contains("'$schema': 'https://azuremlschemas.")
            || text.contains("\"$schema\": \"https://azuremlschemas.");
        return if has_one { vec![("program.py".into(), text)] } else { Vec::new() };
    }
    // What another file holds ends before a line that is no entry: the end of a here-document, of a block, of a cell.
    let text = if name.ends_with("ipynb") { cells(&text) } else { text };
    let starts = text.match_indices(SCHEMA).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
    let held = starts.map(|(at, _)| {
        let is_entry = |line: &&str| line.starts_with([' ', '#', '-']) || line.contains(": ") || line.ends_with(':');
        let lines: Vec<&str> = text[at..].lines().take_while(is_entry).collect();
        format!("{}\n", lines.join("\n"))
    });
    let named = |(number, text): (usize, String)| {
        let ending = if text.contains("\ntype: azure_") { "datastore.yml" } else { "yml" };
        (format!("held-{number}.{ending}"), text)
    };
    held.enumerate().map(named).collect()
}

/// The cells of a notebook, one below the other, with a line between them that is no entry of YAML.
fn cells(notebook: &str) -> String {
    let notebook: Value = serde_json::from_str(notebook).unwrap_or_default();
    let cells = notebook["cells"].as_array().cloned().unwrap_or_default();
    let source = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<String>(),
        source => source.as_str().unwrap_or_default().to_owned(),
    };
    cells.iter().map(|cell| format!("{}\n|\n", source(cell))).collect()
}

/// `forms` are the words in file names that stand for scripts of this SDK.
fn check(sdk: Sdk, forms: &[&str]) {
    let cases: Vec<_> = forms.iter().flat_map(|form| examples(form).into_iter().chain(fixtures(form))).collect();
    if !venv::wanted() || cases.is_empty() {
        return;
    }
    let scripts: Vec<_> = cases.iter().map(|case| case.script.clone()).collect();
    let results = venv::run_all(sdk, &scripts);
    let wrong: Vec<_> = cases.iter().zip(results).filter_map(|(case, result)| difference(case, result)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `tests/sdk/examples/NAME.FORM.py` or `.ipynb`, each with a golden beside it.
fn examples(form: &str) -> Vec<Case> {
    let is_ours = |path: &PathBuf| {
        file_name(path).ends_with(&format!(".{form}.py")) || file_name(path).ends_with(&format!(".{form}.ipynb"))
    };
    let scripts = entries(&venv::sdk_folder().join("examples")).into_iter().filter(is_ours);
    scripts.map(|script| Case { golden: script.with_extension("json"), script }).collect()
}

/// `fixtures/*/after.FORM.py`, `.ipynb` or `/main.py`, where the fixture has a golden for it; for Batch AI what stood before.
fn fixtures(form: &str) -> Vec<Case> {
    let folders = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    let golden = |folder: &PathBuf| folder.join(format!("sdk.{form}.json"));
    let with_golden = folders.into_iter().filter(|folder| golden(folder).exists());
    with_golden.map(|folder| Case { golden: golden(&folder), script: script(&folder, form) }).collect()
}

fn script(folder: &Path, form: &str) -> PathBuf {
    let name = if form == "batchai" { "before".to_owned() } else { format!("after.{form}") };
    let ends = [".py", ".ipynb", "/main.py"].map(|end| folder.join(format!("{name}{end}")));
    ends.into_iter().find(|script| script.exists()).unwrap_or_else(|| panic!("{}: no {name}", folder.display()))
}

/// What is wrong with a case, for a reader. The examples `fails-*` show what must fail: their golden is the failure.
/// `BLESS=1` makes the result the golden.
fn difference(case: &Case, result: Result<Value, Failure>) -> Option<String> {
    let must_fail = file_name(&case.script).starts_with("fails-");
    let text = match result {
        Ok(recording) => readable(&recording),
        Err(failure) if must_fail => readable(&serde_json::json!({ "fails": failure.summary })),
        Err(failure) => return Some(format!("{} fails on the SDK:\n{}", case.script.display(), failure.error)),
    };
    if env::var_os("BLESS").is_some() {
        fs::write(&case.golden, &text).expect("the golden can be written");
    }
    let golden = fs::read_to_string(&case.golden).unwrap_or_default();
    (golden != text).then(|| {
        let diff = TextDiff::from_lines(&golden, &text);
        let name = case.golden.display().to_string();
        diff.unified_diff().header(&name, "what the script asks for (BLESS=1 accepts it)").to_string()
    })
}

/// The entries of a folder in the order of their names; none if there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
