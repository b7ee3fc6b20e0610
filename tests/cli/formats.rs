//! The formats of `check`: each against its schema, each with the same exit codes, and none that hostile text breaks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::place::{BROKEN, CLEAN, MANUAL, OTHER, Place, notebook};
use crate::venv;

const FORMATS: [&str; 9] =
    ["text", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit", "checkstyle"];

/// Text that has a meaning in some format or on a terminal, as a file name may have it.
const HOSTILE: &str = "x%0A::error::\u{1b}[31m\u{7}\u{202e}\u{fffe}<&\"'>]]>, :é.py";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Holds JSON against a schema of the repository.
pub fn is_valid(schema: &str, value: &Value) {
    // As published, the schema of SARIF has a pattern with a bracket that most readers of patterns refuse.
    let text = fs::read_to_string(root().join(schema)).unwrap().replace("{2}]?$", r"{2}\\]?$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{schema}: {}\n{value:#}", wrong.join("\n"));
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Findings of every level, in a script and a notebook, and files with problems, all with names as bad as they come.
fn everything() -> Place {
    let place = Place::with(&[
        (
            "a.py",
            &format!(
                "{CLEAN}# bai2aml: ignore[BAI9\u{1b}%,:<&\">] \u{7}\nx = '\u{1b}[2J\u{9b}'\nclient.file_servers.get()\n"
            ),
        ),
        ("b.ipynb", &notebook()),
        (&format!("c/{HOSTILE}"), MANUAL),
        ("d.py", BROKEN),
        (&format!("e{HOSTILE}"), "import batchai\0"),
    ]);
    assert_eq!(place.run(&["check", "--write-baseline", "known.json", "b.ipynb"]).code, 0);
    place.write(
        "known.json",
        place.read("known.json").replace("BatchAIManagementClient", "\\u001b]0;\\u0007<%>").as_bytes(),
    );
    place.write("b.ipynb", notebook().replace("clusters.delete", "clusters.get").as_bytes());
    place
}

fn run(place: &Place, format: &str) -> crate::place::Answer {
    place.run(&["check", "--format", format, "--baseline", "known.json", "."])
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let place = Place::with(&[("clean.py", OTHER), ("left.py", CLEAN), ("broken.py", BROKEN)]);
    for format in FORMATS {
        for (path, code) in [("clean.py", 0), ("left.py", 1), ("broken.py", 2), (".", 2), ("gone.py", 2)] {
            let answer = place.run(&["check", "--format", format, path]);
            assert_eq!(answer.code, code, "{format} {path}: {}", answer.err);
            let to_file = place.run(&["check", "--format", format, "--output", "out.txt", path]);
            assert_eq!((to_file.code, to_file.out.as_str()), (code, ""), "{format} {path}");
            assert_eq!(fs::read(place.path("out.txt")).unwrap(), answer.bytes, "{format} {path}");
            fs::remove_file(place.path("out.txt")).unwrap();
        }
    }
}

#[test]
fn problems_are_in_every_format_for_programs() {
    let place = everything();
    for format in FORMATS.iter().filter(|format| !["text", "concise"].contains(format)) {
        let answer = run(&place, format);
        assert_eq!(answer.code, 2);
        assert!(answer.out.contains("this is not Python 3"), "{format}: {}", answer.out);
    }
}

#[test]
fn json_is_of_its_schemas() {
    let place = everything();
    let skipped = ["check", "--format", "json", "--explain-clean", "."];
    for args in [
        &["check", "--format", "json", "--baseline", "known.json", "."][..],
        &skipped,
        &["check", "--format", "json", "d.py"],
    ] {
        is_valid("docs/schema/check.json", &json(&place.run(args).bytes));
    }
    let lines = place.run(&["check", "--format", "json-lines", "--explain-clean", "--baseline", "known.json", "."]);
    let kinds: Vec<Value> = lines.out.lines().map(|line| json(line.as_bytes())).collect();
    kinds.iter().for_each(|line| is_valid("docs/schema/check-line.json", line));
    assert_eq!(kinds.iter().filter(|line| line["kind"] == "end").count(), 1);
    assert_eq!(kinds.last().unwrap()["kind"], "end");
    let numbers = place.run(&["check", "--format", "json", "--statistics", "."]);
    is_valid("docs/schema/check-statistics.json", &json(&numbers.bytes));
    is_valid("docs/schema/baseline.json", &json(place.read("known.json").as_bytes()));
    for args in
        [&["convert", "--report", "r.json", "."][..], &["convert", "--report", "r.json", "--target", "v1", "a.py"]]
    {
        place.run(args);
        is_valid("docs/schema/report.json", &json(place.read("r.json").as_bytes()));
        fs::remove_file(place.path("r.json")).unwrap();
    }
    place.run(&["convert", "--certificate", "c.json", "a.py"]);
    let certificate = json(place.read("c.json").as_bytes());
    is_valid("docs/schema/certificate.json", &certificate);
    assert_ne!(certificate["files"][0]["fields"][0]["field"], Value::Null);
    let compared = json(&place.run(&["verify", "--format", "json", "a.py", "d.py"]).bytes);
    is_valid("docs/schema/verify.json", &compared);
    assert_ne!(compared["fields"][0]["verdict"], Value::Null);
    is_valid("docs/schema/coverage.json", &json(&place.run(&["coverage", "--format", "json"]).bytes));
}

#[test]
fn a_schema_refuses_what_is_not_of_it() {
    let text = fs::read_to_string(root().join("docs/schema/check.json")).unwrap();
    let validator = jsonschema::validator_for(&json(text.as_bytes())).unwrap();
    let mut value = json(&Place::with(&[("a.py", CLEAN)]).run(&["check", "--format", "json", "a.py"]).bytes);
    assert!(validator.is_valid(&value));
    value["findings"][0]["surprise"] = 1.into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn sarif_is_of_the_2_1_0_schema() {
    let place = everything();
    let log = json(&run(&place, "sarif").bytes);
    is_valid("tests/schema/sarif-2.1.0.json", &log);
    let clean = Place::with(&[("a.py", OTHER)]).run(&["check", "--format", "sarif", "a.py"]);
    is_valid("tests/schema/sarif-2.1.0.json", &json(&clean.bytes));
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte)), "{uri}");
    }
    let levels: Vec<&str> = results.iter().filter_map(|result| result["level"].as_str()).collect();
    assert!(levels.contains(&"error") && levels.contains(&"warning"), "{levels:?}");
}

#[test]
fn a_finding_in_a_notebook_has_the_line_of_the_file() {
    let place = Place::with(&[("b.ipynb", &notebook())]);
    let value = json(&place.run(&["check", "--format", "json", "b.ipynb"]).bytes);
    let text = place.read("b.ipynb");
    for finding in value["findings"].as_array().unwrap() {
        let line = text.lines().nth(finding["file_line"].as_u64().unwrap() as usize - 1).unwrap();
        let cell = CLEAN.lines().nth(finding["line"].as_u64().unwrap() as usize - 1).unwrap();
        assert!(line.contains(cell), "{line}: {cell}");
    }
    let github = place.run(&["check", "--format", "github", "b.ipynb"]).out;
    assert!(github.contains(" file=b.ipynb,line=17,title=BAI002 ") && github.contains("(cell 3, line 2)"), "{github}");
}

#[test]
fn a_github_command_is_one_line_and_nothing_in_it_is_another() {
    let place = everything();
    let answer = run(&place, "github");
    let number = json(&run(&place, "json").bytes);
    let number = ["findings", "problems"].map(|key| number[key].as_array().unwrap().len());
    assert_eq!(answer.out.lines().count(), number[0] + number[1]);
    for line in answer.out.lines() {
        let (properties, _) = line[2..].split_once("::").unwrap();
        assert!(["error ", "warning ", "notice "].iter().any(|word| properties.starts_with(word)), "{line}");
        assert!(properties.contains("file=") && properties.contains(",line="), "{line}");
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    }
    assert!(answer.out.contains("file=c/x%250A%3A%3Aerror%3A%3A^[[31m^G<U+202E>"), "{}", answer.out);
}

#[test]
fn gitlab_tells_findings_apart_by_their_fingerprints() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN), ("c.py", &format!("{CLEAN}{CLEAN}"))]);
    let list = json(&place.run(&["check", "--format", "gitlab", "."]).bytes);
    let list = list.as_array().unwrap();
    let prints: std::collections::BTreeSet<&str> =
        list.iter().filter_map(|entry| entry["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), list.len());
    for entry in list {
        assert!(entry["description"].is_string() && entry["check_name"].is_string(), "{entry}");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().unwrap()));
        assert!(entry["location"]["path"].is_string() && entry["location"]["lines"]["begin"].as_u64() > Some(0));
    }
}

#[test]
fn nothing_hostile_reaches_a_terminal_or_a_log() {
    let place = everything();
    for format in ["text", "concise", "github", "junit", "checkstyle"] {
        for color in ["never", "always"] {
            let answer = place.run(&["check", "--color", color, "--format", format, "--baseline", "known.json", "."]);
            let text = anstyle_free(&answer.out);
            let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!text.contains(bad), "{format}: {text:?}");
        }
    }
}

/// A text without the escapes that set a style.
fn anstyle_free(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(0);
        assert!(part[end..].starts_with('m'), "{part:?}");
        out + &part[end + 1..]
    })
}

#[test]
fn xml_is_of_its_schemas() {
    if !venv::wanted() {
        return;
    }
    let place = everything();
    place.write("clean/a.py", OTHER.as_bytes());
    for format in ["junit", "checkstyle"] {
        for path in [".", "clean"] {
            let file = format!("{format}-{}.xml", path.len());
            place.run(&["check", "--format", format, "--baseline", "known.json", "--output", &file, path]);
            is_valid_xml(&root().join("tests/schema").join(format!("{format}.xsd")), &place.path(&file));
        }
    }
}

fn is_valid_xml(schema: &PathBuf, file: &PathBuf) {
    let python = venv::environment("xml").unwrap_or_else(|sentence| panic!("{sentence}"));
    let script = "import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])";
    let output = Command::new(python).args(["-c", script]).args([schema, file]).output().unwrap();
    let text = fs::read_to_string(file).unwrap();
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn secrets_are_never_printed() {
    let key = "Qm".repeat(43);
    let script = format!(
        "from azure.mgmt.batchai import BatchAIManagementClient, models\n\
         from azure.common.credentials import ServicePrincipalCredentials\n\
         c = ServicePrincipalCredentials(client_id='a', secret='hunter2', tenant='t')\n\
         d = ServicePrincipalCredentials('a', 'hunter2', tenant='t')\n\
         models.AzureStorageCredentialsInfo(account_key='{key}==')\n\
         models.EnvironmentVariableWithSecretValue(name='X', value='hunter2')\n\
         models.UserAccountSettings(admin_user_name='me', admin_user_password='hunter2')\n\
         models.JobCreateParameters(x='AccountName=a;AccountKey={key}==;b')\n"
    );
    let place = Place::with(&[("a.py", &script), ("b.py", &script.replace("key='", "key=\n  '"))]);
    for format in FORMATS {
        let answer = place.run(&["check", "--format", format, "."]);
        assert_eq!(answer.code, 1);
        assert!(!answer.out.contains("hunter2") && !answer.out.contains(&key), "{format}: {}", answer.out);
        assert!(!answer.err.contains("hunter2") && !answer.err.contains(&key), "{}", answer.err);
    }
}

#[test]
fn text_shows_the_line_and_underlines_what_is_meant() {
    let text = "client = 1\nif client:\n\tfrom azure.mgmt.batchai import models  # naïve\n";
    let place = Place::with(&[("a.py", text)]);
    let expected = "\
error[BAI009]: this code imports Batch AI or the recipes' helpers
 --> a.py:3:33
  |
3 |     from azure.mgmt.batchai import models  # naïve
  |                                    ^^^^^^ azure.mgmt.batchai

";
    let answer = place.run(&["check", "a.py"]);
    assert_eq!(answer.out, expected);
    assert_eq!(answer.err, "1 use of Batch AI in 1 of 1 file\n");
    let colored = place.run(&["check", "--color", "always", "a.py"]).out;
    assert_eq!(anstyle_free(&colored), expected);
    assert_ne!(colored, expected);
}

#[test]
fn statistics_count_by_concept_the_most_frequent_first() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    let answer = place.run(&["check", "--statistics", "."]);
    assert_eq!(answer.code, 1);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines[0], "4  BAI002  credentials     signs in to Azure");
    assert!(lines[1..].iter().all(|line| line.starts_with("2  BAI")), "{}", answer.out);
    let usage = place.run(&["check", "--statistics", "--format", "sarif", "."]);
    assert_eq!(usage.code, 2);
    assert!(usage.err.contains("`--statistics` is for"), "{}", usage.err);
}

#[test]
fn output_never_replaces_a_file_that_was_read() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let answer = place.run(&["check", "--output", "a.py", "."]);
    assert_eq!((answer.code, place.read("a.py")), (2, CLEAN.to_owned()));
    assert_eq!(place.run(&["check", "--output", "-", "."]).code, 2);
    assert_eq!(place.run(&["check", "--output", "no/such/folder", "."]).code, 2);
}
