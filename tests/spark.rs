//! The example for Spark (`examples/spark/convert_table.py`): a thousand files through `spark-submit`, the same bytes as
//! on the command line, and for each file that fails the reason.
//!
//! It makes its virtual environment from the example's own requirements, and needs Java; see `tests/support/venv.rs`.

#[allow(dead_code)]
#[path = "support/venv.rs"]
mod venv;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const FILES: usize = 1_000;

/// Prints the rows of a folder of Parquet, a line of JSON each.
const ROWS: &str = "
import json, sys
import pyarrow.parquet
for row in pyarrow.parquet.read_table(sys.argv[1]).to_pylist():
    print(json.dumps(row))
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files that cannot be converted: their paths, and the words of the reason.
fn broken() -> [(&'static str, &'static [u8], &'static str); 4] {
    [
        ("broken/half.py", b"import azure.mgmt.batchai\nclient = (\n", "this is not Python 3"),
        ("broken/50% é.py", b"import azure.mgmt.batchai\n\0", "is NUL"),
        ("broken/book.ipynb", b"{\"batchai\": ", "this is not JSON"),
        ("broken/latin.py", b"# -*- coding: latin-1 -*-\n# \xe9\n", "byte 28 is not UTF-8"),
    ]
}

/// Fills a folder with the files of fixtures, each in a folder of its own so that none is a module of another, until there
/// are enough.
fn fill(folder: &Path) {
    let mut originals: Vec<(String, Vec<u8>)> = Vec::new();
    let mut fixtures: Vec<PathBuf> = entries(&root().join("fixtures"));
    fixtures.retain(|fixture| fixture.is_dir());
    for file in fixtures.iter().flat_map(|fixture| entries(fixture)) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(end) = name.strip_prefix("before.").filter(|_| file.is_file()) else { continue };
        let bytes = fs::read(&file).unwrap();
        // Spark's reader of folders leaves out what is empty, and has nothing to say about it.
        let is_small = (1..=if end == "ipynb" { 3_000 } else { 1_200 }).contains(&bytes.len());
        if is_small && std::str::from_utf8(&bytes).is_ok() {
            originals.push((if ["py", "ipynb"].contains(&end) { name } else { end.to_owned() }, bytes));
        }
    }
    assert!(originals.len() > 100, "{} fixtures", originals.len());
    for (index, (name, bytes)) in originals.iter().cycle().take(FILES - broken().len()).enumerate() {
        write(&folder.join(format!("f{index:04}")).join(name), bytes);
    }
    broken().iter().for_each(|(path, bytes, _)| write(&folder.join(path), bytes));
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Files of a folder by their paths in it.
fn files(top: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![top.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
    }
    files
}

fn spark(folder: &Path) -> Output {
    let java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    assert!(
        java,
        "Spark needs Java 17 (Debian: `openjdk-17-jre-headless`); BAI2AML_SDK_TESTS=off leaves this test out"
    );
    let example = root().join("examples/spark");
    let python = venv::environment_of("spark", &example.join("requirements.txt")).unwrap_or_else(|why| panic!("{why}"));
    let path = format!("{}:{}", python.parent().unwrap().display(), env::var("PATH").unwrap_or_default());
    let mut command = Command::new(python.with_file_name("spark-submit"));
    command.args(["--master", "local[2]", "--conf", "spark.ui.enabled=false"]).arg(example.join("convert_table.py"));
    command.args(["--program", env!("CARGO_BIN_EXE_bai2aml"), "source", "result"]).current_dir(folder);
    command.env("PATH", path).env("SPARK_LOCAL_IP", "127.0.0.1").env_remove("SPARK_HOME").output().unwrap()
}

fn rows(folder: &Path) -> Vec<Value> {
    let python = venv::environments().join("spark/bin/python");
    let output = Command::new(python).args(["-c", ROWS, "result"]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_thousand_files_come_out_as_on_the_command_line() {
    if !venv::wanted() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let source = place.path().join("source");
    fill(&source);
    let mut convert = Command::new(env!("CARGO_BIN_EXE_bai2aml"));
    let line = convert.args(["convert", "-q", "-o", "../line", "."]).current_dir(&source).output().unwrap();
    assert_eq!(line.status.code(), Some(2), "{}", String::from_utf8_lossy(&line.stderr));
    let mut expected = files(&place.path().join("line"));
    let report: Value = serde_json::from_slice(&expected.remove("report.json").unwrap()).unwrap();
    let reports: BTreeMap<&str, &Value> =
        report["files"].as_array().unwrap().iter().map(|file| (file["path"].as_str().unwrap(), file)).collect();

    let output = spark(place.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));

    let originals = files(&source);
    let rows = rows(place.path());
    assert_eq!((rows.len(), originals.len()), (FILES, FILES));
    let mut changed = 0;
    for row in &rows {
        let path = row["path"].as_str().unwrap();
        if let Some((_, _, why)) = broken().iter().find(|(broken, ..)| *broken == path) {
            assert!(row["error"].as_str().unwrap().contains(why), "{row}");
            continue;
        }
        assert_eq!(row["error"], Value::Null, "{path}");
        let diff = row["diff"].as_str().unwrap();
        assert_eq!(diff.as_bytes(), expected.remove(&format!("{path}.diff")).unwrap_or_default(), "{path}");
        changed += usize::from(!diff.is_empty());
        let own = (!diff.is_empty()).then_some((path, &row["text"]));
        let made = row["made"].as_array().unwrap().iter();
        let made = made.map(|new| (new["path"].as_str().unwrap(), &new["text"]));
        for (name, text) in made.chain(own).filter(|(_, text)| text.is_string()) {
            let bytes = expected.remove(name).unwrap_or_else(|| panic!("{name} is not made by the command line"));
            assert!(text.as_str().unwrap().as_bytes() == bytes, "{name}");
        }
        if diff.is_empty() {
            assert!(row["text"].as_str().unwrap().as_bytes() == originals[path], "{path}");
        }
        if let Some(report) = reports.get(path) {
            assert_eq!(serde_json::from_str::<Value>(row["report"].as_str().unwrap()).unwrap(), **report, "{path}");
        }
    }
    assert!(expected.is_empty(), "not in the table: {:?}", expected.keys());
    assert!(changed > 400, "{changed}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], format!("{FILES} files, {changed} converted, {} failed", broken().len()));
    assert_eq!(lines.len(), 1 + broken().len(), "{said}");
    for (path, _, why) in broken() {
        let line = lines.iter().find(|line| line.starts_with(&format!("'{path}': ")));
        assert!(line.is_some_and(|line| line.contains(why)), "{said}");
    }
}
