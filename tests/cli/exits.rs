//! Exit codes: the part of the answer that a script reads.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::place::{BROKEN, CLEAN, MANUAL, OTHER, Place};

#[test]
fn nothing_to_do_is_0() {
    let place = Place::with(&[("a.py", OTHER)]);
    assert_eq!(place.run(&["convert", "a.py"]).code, 0);
    assert_eq!(place.run(&["check", "a.py"]).code, 0);
}

#[test]
fn what_cannot_be_read_is_2() {
    let place = Place::with(&[("a.py", OTHER)]);
    assert_eq!(place.run(&["convert", "a.py", "gone.py"]).code, 2);
    assert_eq!(place.run(&["check", "a.py", "gone.py"]).code, 2);
}

#[test]
fn quiet_prints_errors_only() {
    let place = Place::with(&[("a.py", OTHER)]);
    let answer = place.run(&["convert", "-q", "a.py", "gone.py"]);
    let help = "  = help: check the spelling, and the folder you are in\n";
    assert_eq!(answer.err, format!("error: gone.py: no such file or folder\n{help}"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_2() {
    let place = Place::with(&[("a.py", OTHER)]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut program = place.program(&["check", "--format", "json", "a.py"]);
    let output = program.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(err, "error: cannot write the output: no space left on the disk\n");
}

// All of these need the real conversion.

#[test]
fn a_clean_conversion_is_0_and_one_with_manual_work_is_1() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", MANUAL)]);
    let codes = ["a.py", "b.py", "."].map(|path| place.run(&["convert", path]).code);
    assert_eq!(codes, [0, 1, 1], "{}", place.run(&["convert", "a.py"]).err);
    assert_eq!(place.run(&["check", "a.py"]).code, 1);
}

#[test]
fn a_file_that_does_not_parse_is_2_and_the_others_are_converted() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", BROKEN)]);
    let answer = place.run(&["convert", "."]);
    assert_eq!(answer.code, 2);
    assert!(answer.out.contains("+++ b/a.py\n") && !answer.out.contains("b/b.py"), "{}", answer.out);
    assert!(answer.err.contains("error: b.py:") && answer.err.contains("\n  = help: "), "{}", answer.err);
    assert_eq!(place.run(&["check", "."]).code, 2);
}

#[test]
fn the_last_lines_give_files_fates_and_target() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", OTHER)]);
    let err = place.run(&["convert", "."]).err;
    let [.., files, fates, again, target] = err.lines().collect::<Vec<_>>()[..] else { panic!("{err}") };
    assert_eq!(files, "2 files read, 1 with Batch AI, 1 would change (`--write` rewrites in place)");
    for fate in ["exact", "approximate", "manual", "drop"] {
        assert!(fates.contains(fate), "{fates}");
    }
    assert!(again.starts_with("read again: "), "{again}");
    assert!(target.starts_with("target v2, azure-ai-ml; `--target v1` writes"), "{target}");
    let v1 = place.run(&["convert", "--target", "v1", "."]).err;
    assert!(v1.lines().last().unwrap().starts_with("target v1, azureml-core"), "{v1}");
}

#[test]
fn a_manual_finding_says_where_what_and_what_to_do() {
    let place = Place::with(&[("b.py", MANUAL)]);
    let err = place.run(&["convert", "b.py"]).err;
    let finding = err.lines().position(|line| line.contains(" manual: ")).expect("a finding");
    let lines: Vec<_> = err.lines().skip(finding).collect();
    assert!(lines[0].starts_with("b.py:4:"), "{err}");
    assert!(lines[1].starts_with("  = do: "), "{err}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let files: Vec<_> = (0..400).map(|i| (format!("f{i}.py"), CLEAN)).collect();
    let place = Place::with(&files.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>());
    let mut child = place.program(&["convert", "."]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(line, "--- a/f0.py\n");
    assert!(!err.contains("error") && !err.contains("panicked"), "{err}");
    assert_eq!(output.status.code(), Some(0));
}
