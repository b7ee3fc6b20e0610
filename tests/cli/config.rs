//! Options from `bai2aml.toml` and `pyproject.toml`.

use crate::place::{CLEAN, MANUAL, OTHER, Place};

#[test]
fn the_nearest_file_upwards_sets_options_and_a_flag_wins() {
    let place = Place::with(&[
        ("pyproject.toml", "[tool.bai2aml]\nformat = \"github\"\n"),
        ("near/bai2aml.toml", "format = \"checkstyle\"\n"),
        ("near/pyproject.toml", "[tool.bai2aml]\nformat = \"junit\"\n"),
        ("other/pyproject.toml", "[tool.black]\nline-length = 80\n"),
    ]);
    for (folder, start) in [(".", "::error "), ("near", "<?xml"), ("other", "::error ")] {
        place.write(&format!("{folder}/a.py"), CLEAN.as_bytes());
        assert!(place.run_in(folder, &["check", "a.py"]).out.starts_with(start), "{folder}");
    }
    assert!(place.run_in("near", &["check", "a.py"]).out.contains("<checkstyle"));
    assert!(place.run(&["check", "--format", "concise", "a.py"]).out.starts_with("a.py:"));
    assert!(place.run(&["check", "--config", "near/bai2aml.toml", "a.py"]).out.contains("<checkstyle"));
    assert!(place.run(&["--config", "near/bai2aml.toml", "check", "a.py"]).out.contains("<checkstyle"));
}

#[test]
fn the_file_nearest_to_what_is_checked_counts_from_wherever_it_is_run() {
    let place = Place::with(&[
        ("bai2aml.toml", "format = \"github\"\n"),
        ("near/bai2aml.toml", "format = \"checkstyle\"\nbaseline = \"known.json\"\n"),
        ("near/deep/a.py", CLEAN),
        ("near/b.py", CLEAN),
        ("far/a.py", CLEAN),
    ]);
    place.write("elsewhere/x.txt", b"");
    for (folder, paths, start) in [
        (".", vec!["near/deep/a.py"], "<?xml"),
        (".", vec!["near/deep", "near/b.py"], "<?xml"),
        ("near/deep", vec!["../../near"], "<?xml"),
        ("elsewhere", vec!["../near/deep"], "<?xml"),
        (".", vec!["near/b.py", "far/a.py"], "::error "),
        ("near", vec!["../far"], "::error "),
        (".", vec!["."], "::error "),
    ] {
        let mut words = vec!["check", "--no-baseline"];
        words.extend(&paths);
        let answer = place.run_in(folder, &words);
        assert!(answer.out.starts_with(start), "{folder} {paths:?}: {}{}", answer.out, answer.err);
    }
    let bad = Place::with(&[("sub/a.py", CLEAN), ("sub/bai2aml.toml", "formt = 1\n")]);
    assert!(bad.run(&["check", "sub"]).err.starts_with("error: sub/bai2aml.toml: there is no option `formt`"));
}

#[test]
fn each_command_takes_its_own_options() {
    let config = "target = \"v1\"\njob-form = \"script-run-config\"\nupgrade-vm-sizes = true\nstatistics = true\n";
    let place = Place::with(&[("bai2aml.toml", config), ("a.py", CLEAN)]);
    assert!(place.run(&["convert", "a.py"]).err.contains("target v1"));
    let v2 = place.run(&["convert", "--target", "v2", "a.py"]);
    assert!(v2.err.contains("target v2"), "{}", v2.err);
    assert!(place.run(&["check", "a.py"]).out.starts_with("2  BAI002"));
    assert!(place.run(&["check", "--statistics=false", "a.py"]).out.starts_with("error[BAI002]"));
    assert!(place.run(&["check", "--format", "github", "a.py"]).out.starts_with("::error"));
    assert_eq!(place.run(&["explain", "BAI101"]).code, 0);
}

#[test]
fn paths_start_at_the_file() {
    let place = Place::with(&[("a/b.py", MANUAL), ("bai2aml.toml", "baseline = \"known.json\"\n")]);
    assert_eq!(place.run(&["check", "--write-baseline", "known.json", "a"]).code, 0);
    assert_eq!(place.run_in("a", &["check", "b.py"]).code, 0);
    assert_eq!(place.run_in("a", &["check", "--no-baseline", "b.py"]).code, 1);
}

#[test]
fn what_is_wrong_in_a_file_is_an_error_that_names_it() {
    for (text, said) in [
        ("formt = \"text\"\n", "error: bai2aml.toml: there is no option `formt`; did you mean `format`?\n"),
        ("xyz = 1\n", "error: bai2aml.toml: there is no option `xyz`; there are baseline, color, "),
        ("format = \"txt\"\n", "error: bai2aml.toml: `format` is \"txt\", and must be one of \"text\", \"concise\", "),
        ("statistics = 1\n", "error: bai2aml.toml: `statistics` must be true or false\n"),
        ("baseline = false\n", "error: bai2aml.toml: `baseline` must be a string\n"),
        ("target = \"v3\"\n", "error: bai2aml.toml: `target` is \"v3\", and must be one of \"v2\", \"v1\"\n"),
        ("format = \n", "error: bai2aml.toml: this is not TOML: "),
    ] {
        let answer = Place::with(&[("a.py", OTHER), ("bai2aml.toml", text)]).run(&["check", "a.py"]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{text}");
        assert!(answer.err.starts_with(said), "{}", answer.err);
    }
    let place = Place::with(&[("a.py", OTHER), ("pyproject.toml", "[tool]\nbai2aml = 1\n")]);
    assert!(place.run(&["check", "a.py"]).err.contains("`tool.bai2aml` must be a table"));
    assert!(place.run(&["check", "--config", "gone.toml", "a.py"]).err.contains("cannot read `gone.toml`"));
}
