//! `convert --ndjson`: the same bytes as for files, an answer for every line, and nothing that ends the stream.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;

use serde_json::{Value, json};

use crate::formats::is_valid;
use crate::place::{Answer, BROKEN, CLEAN, MANUAL, OTHER, Place, notebook};

const JOB: &str = r#"{"properties": {"nodeCount": 1, "customToolkitSettings": {"commandLine": "python train.py"}}}"#;

fn line(path: &str, text: &str) -> String {
    json!({ "path": path, "text": text }).to_string() + "\n"
}

fn convert(input: &str) -> (Answer, Vec<Value>) {
    let answer = Place::new().pipe(&["convert", "--ndjson"], input.as_bytes());
    let lines: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter().take(13).for_each(|line| is_valid("docs/schema/convert-line.json", line));
    (answer, lines)
}

#[test]
fn an_answer_is_what_convert_makes_of_the_file() {
    let crlf = CLEAN.replace('\n', "\r\n");
    let files = [
        ("a/clean.py", CLEAN),
        ("manual.py", MANUAL),
        ("crlf.py", &crlf),
        ("bom.py", &format!("\u{feff}{CLEAN}")),
        ("no newline.py", CLEAN.trim_end()),
        ("naïve \"q\".py", &format!("# 한글 \u{2028}\n{CLEAN}")),
        ("latin.py", &format!("# -*- coding: latin-1 -*-\n# é\n{CLEAN}")),
        ("book.ipynb", &notebook()),
        ("other.py", OTHER),
        ("requirements.txt", "azure-mgmt-batchai==2.0.0\n"),
        ("run.sh", "az batchai cluster delete -n gpus -g rg -w ws -y\n"),
        ("conf/job.json", JOB),
        ("package.json", "{\"name\": \"x\"}\n"),
    ];
    let input: String = files.iter().map(|(path, text)| line(path, text)).collect();
    let (answer, lines) = convert(&input);
    assert_eq!((answer.code, lines.len()), (1, files.len()), "{}", answer.err);
    for ((path, text), line) in files.iter().zip(&lines) {
        let place = Place::with(&[(path, text)]);
        let diff = place.run(&["convert", "."]).out;
        assert_eq!(line["diff"], diff, "{path}");
        assert_eq!(line["error"], Value::Null);
        place.run(&["convert", "-o", "out", "."]);
        let report: Value = serde_json::from_str(&place.read("out/report.json")).unwrap();
        let expected = report["files"].get(0).cloned().unwrap_or_default();
        if expected != Value::Null {
            assert_eq!(line["report"], expected, "{path}");
        }
        let mut made: Vec<&Value> = line["made"].as_array().into_iter().flatten().collect();
        let own = json!({ "path": path, "text": line["text"] });
        if !diff.is_empty() && line["text"] != Value::Null {
            made.push(&own);
        }
        let mut names: Vec<String> = made.iter().map(|new| format!("out/{}", new["path"].as_str().unwrap())).collect();
        made.iter().zip(&names).for_each(|(new, name)| assert_eq!(new["text"], place.read(name), "{path}"));
        names.extend(["out/report.json".to_owned(), path.to_string()]);
        names.extend((!diff.is_empty()).then(|| format!("out/{path}.diff")));
        names.sort();
        assert_eq!(place.names(), names);
        assert_eq!(diff.is_empty(), line["text"] == *text);
    }
    assert_eq!(lines.iter().filter(|line| line["text"] == Value::Null).count(), 1, "only the JSON goes");
    assert_eq!(answer.err, "13 lines, 11 converted, 0 with an error\n");
}

#[test]
fn what_is_wrong_with_a_line_is_said_and_the_next_one_is_read() {
    let half = "{\"path\": \"h.py\", \"text\": \"\\ud800\", \"id\": 4}\n";
    let deep = format!("{{\"path\": \"d.py\", \"text\": \"\", \"x\": {}}}\n", "[".repeat(100_000));
    let input = [
        "{\"path\": \"a.py\", \"text\"\r\n",
        "[1]\n",
        "\n",
        "{\"path\": 7, \"text\": \"\", \"id\": 1}\n",
        "{\"path\": \"a.py\", \"id\": 2}\n",
        "{\"path\": \"\", \"text\": \"\"}\n",
        half,
        &deep,
        &line("b.py", BROKEN),
        &line("n.py", "import azure.mgmt.batchai\n\0"),
        &line("x.ipynb", "{\"batchai\": "),
        "\u{feff}{}\n",
        &line("c.py", CLEAN),
        "null",
    ];
    let (answer, lines) = convert(&input.concat());
    assert_eq!((answer.code, lines.len()), (2, input.len() - 1));
    let errors: Vec<Option<&str>> = lines.iter().map(|line| line["error"].as_str()).collect();
    assert_eq!(errors.iter().filter(|error| error.is_none()).count(), 1, "{errors:?}");
    assert!(lines[11]["diff"].as_str().unwrap().contains("+++ b/c.py\n"));
    let numbers: Vec<Option<u64>> = lines.iter().map(|line| line["line"].as_u64()).collect();
    assert_eq!(numbers[..7], [1, 2, 4, 5, 6, 7, 8].map(Some));
    assert_eq!((numbers[7], numbers[10], numbers[12]), (None, Some(12), Some(14)));
    assert_eq!((&lines[3]["path"], &lines[3]["id"]), (&json!("a.py"), &json!(2)));
    assert_eq!((&lines[2]["path"], &lines[2]["id"]), (&Value::Null, &json!(1)));
    let expected = "this line holds no file: its `text` has half of a surrogate pair; a line is an object with two strings, \
                    `path` and `text`";
    assert_eq!(errors[5], Some(expected));
    assert!(errors[7].unwrap().starts_with("b.py:3:"), "{errors:?}");
    assert_eq!((&lines[7]["text"], &lines[7]["diff"]), (&json!(BROKEN), &json!("")));
    assert_ne!(lines[7]["report"]["problems"][0]["help"], Value::Null);
    assert_eq!(answer.err, "13 lines, 1 converted, 12 with an error\n");
}

#[test]
fn other_members_come_back_as_they_were() {
    let more = r#""id": 12345678901234567890123, "repo": {"b": [1.50,  "\u00e9"], "a": null}, "diff": "mine""#;
    let (answer, lines) = convert(&format!("{{{more}, \"path\": \"a.py\", \"text\": \"\"}}\r\n"));
    assert!(
        answer.out.ends_with(
            r#""error":null,"id":12345678901234567890123,"repo":{"b": [1.50,  "\u00e9"], "a": null}}
"#
        ),
        "{}",
        answer.out
    );
    assert_eq!((answer.code, &lines[0]["diff"]), (0, &json!("")));
    let inner = convert("{\"path\": \"a.py\", \"text\": \"\", \"x\": [1,\r2]}\n").0.out;
    assert!(!inner.contains('\r'), "{inner:?}");
}

#[test]
fn what_convert_does_not_read_in_a_folder_is_said_to_be_skipped() {
    let (answer, lines) = convert(&[line("a.c", BROKEN), line("LICENSE", BROKEN), line("b.py", OTHER)].concat());
    assert_eq!(answer.code, 0);
    let skipped: Vec<bool> = lines.iter().map(|line| line["skipped"].is_string()).collect();
    assert_eq!(skipped, [true, true, false]);
}

#[test]
fn paths_are_names_and_nothing_is_opened() {
    let place = Place::with(&[("a.py", OTHER)]);
    let input = ["a.py", "../../etc/a.py", "/etc/a.py", "-", "dbfs:/repos/a.py"].map(|path| line(path, CLEAN)).concat();
    let answer = place.pipe(&["convert", "--ndjson"], input.as_bytes());
    let lines: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().map(|l| l["diff"].as_str().unwrap().lines().next().unwrap_or("")).collect();
    assert_eq!(names, ["--- a/a.py", "--- a/etc/a.py", "--- a/etc/a.py", "", "--- a/dbfs:/repos/a.py"]);
    assert!(lines[3]["skipped"].is_string());
    assert_eq!((place.names(), place.read("a.py")), (vec!["a.py".to_owned()], OTHER.to_owned()));
}

#[test]
fn exit_codes_are_those_of_convert() {
    let code = |input: &str| convert(input).0.code;
    assert_eq!(code(""), 0);
    assert_eq!(code("\n\r\n"), 0);
    assert_eq!(code(&line("a.py", CLEAN)), 0);
    assert_eq!(code(&[line("a.py", MANUAL), line("b.py", CLEAN)].concat()), 1);
    assert_eq!(code(&[line("a.py", MANUAL), line("b.py", BROKEN), line("c.py", CLEAN)].concat()), 2);
    assert_eq!(Place::new().pipe(&["convert", "--ndjson"], b"").out, "");
    let quiet = Place::new().pipe(&["convert", "--ndjson", "-q"], line("a.py", CLEAN).as_bytes());
    assert_eq!(quiet.err, "");
}

#[test]
fn it_reads_no_files_and_writes_none() {
    let place = Place::with(&[("a.py", CLEAN)]);
    for more in [&["a.py"][..], &["--write"], &["-o", "x"], &["--patches", "x"], &["--report", "x"], &["--cells"]] {
        let answer = place.run(&[&["convert", "--ndjson"], more].concat());
        assert_eq!(answer.code, 2, "{more:?}");
        assert!(answer.err.contains("cannot be used with"), "{}", answer.err);
    }
    assert_eq!(place.run(&["convert"]).code, 2);
    let v1 = place.pipe(&["convert", "--ndjson", "--target", "v1"], line("a.py", CLEAN).as_bytes());
    assert!(v1.out.contains("azureml.core"), "{}", v1.out);
}

#[test]
fn an_answer_comes_before_the_next_line() {
    let place = Place::new();
    let mut child = place
        .program(&["convert", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut to, mut from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for path in ["a.py", "b.py", "c.py"] {
        to.write_all(line(path, CLEAN).as_bytes()).unwrap();
        let mut answer = String::new();
        from.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["path"], path);
    }
    drop(to);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let place = Place::new();
    let mut child = place
        .program(&["convert", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let writer = thread::spawn(move || (0..2_000).try_for_each(|_| to.write_all(line("a.py", CLEAN).as_bytes())));
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().ok();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn the_order_is_that_of_the_lines_and_the_answer_is_the_same_every_time() {
    let texts = [CLEAN, OTHER, MANUAL, BROKEN];
    let input: String = (0..400).map(|at| line(&format!("{at}.py"), texts[at % 4])).collect();
    let (first, lines) = convert(&input);
    assert!(lines.iter().enumerate().all(|(at, line)| line["path"] == format!("{at}.py")));
    assert_eq!(first.out, convert(&input).0.out);
}

#[test]
fn a_line_of_50_megabytes_is_a_line() {
    let output = "x".repeat(50 << 20);
    let large = notebook().replacen("\"outputs\": []", &format!("\"outputs\": [{{\"text\": \"{output}\"}}]"), 1);
    let input = [
        line("large.ipynb", &large),
        line("large.py", &format!("# batchai {}", &output[..9 << 20])),
        line("a.py", CLEAN),
    ];
    let answer = Place::new().pipe(&["convert", "--ndjson"], input.concat().as_bytes());
    let lines: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((answer.code, lines.len()), (2, 3));
    let text = lines[0]["text"].as_str().unwrap();
    assert!(text.contains("MLClient") && text.contains(&output) && lines[0]["error"] == Value::Null);
    assert!(lines[1]["error"].as_str().unwrap().contains("bytes of code are more than"), "{}", lines[1]["error"]);
    assert_ne!(lines[2]["diff"], "");
}

#[test]
fn the_schema_of_a_report_is_that_of_convert() {
    let schema = |name: &str| {
        let path = format!("{}/docs/schema/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str::<Value>(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let (line, report) = (schema("convert-line"), schema("report"));
    assert_eq!(line["properties"]["report"]["oneOf"][1], report["properties"]["files"]["items"]);
    assert_eq!(line["$defs"], report["$defs"]);
}
