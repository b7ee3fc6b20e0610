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

/// Every YAML that a configuration file becomes is loaded by azure-ai-ml's own loaders and sent.
#[test]
fn yaml_asks_azure_for_what_its_goldens_say() {
    if !venv::wanted() {
        return;
    }
    let send = fs::read(venv::sdk_folder().join("send_yaml.py")).expect("the script");
    let folders = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    let scratch = tempfile::tempdir().expect("a folder");
    let mut cases = Vec::new();
    for folder in folders.into_iter().filter(|folder| file_name(folder).starts_with("config-")) {
        let name = |path: &PathBuf| file_name(path).strip_prefix("after.v2.").map(str::to_owned);
        let files: Vec<_> = entries(&folder).into_iter().filter_map(|path| Some((name(&path)?, path))).collect();
        let beside = scratch.path().join(file_name(&folder));
        let is_yaml = |name: &str| name.ends_with(".yml");
        if files.iter().any(|(name, _)| is_yaml(name)) {
            fs::create_dir(&beside).expect("a folder");
            for (name, path) in &files {
                fs::copy(path, beside.join(name)).expect("copied");
            }
            fs::write(beside.join("send.py"), &send).expect("written");
            cases.push(Case { script: beside.join("send.py"), golden: folder.join("sdk.yaml.json") });
        }
    }
    assert!(cases.len() >= 15, "{} configuration files become YAML", cases.len());
    let scripts: Vec<_> = cases.iter().map(|case| case.script.clone()).collect();
    let results = venv::run_all(Sdk::V2, &scripts);
    let wrong: Vec<_> = cases.iter().zip(results).filter_map(|(case, result)| difference(case, result)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
