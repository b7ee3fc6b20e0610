//! Diffs on standard output, and what `git apply` makes of them. All of these need the real conversion.

use crate::place::{CLEAN, MANUAL, OTHER, Place, notebook};

/// Converts `args` in `folder`, applies the diff there forward and in reverse, and returns it.
fn round_trip(place: &Place, folder: &str, args: &[&str], files: &[&str]) -> String {
    let before: Vec<_> = files.iter().map(|name| std::fs::read(place.path(name)).unwrap()).collect();
    let diff = place.run_in(folder, &[&["convert"], args].concat());
    assert!(!diff.bytes.is_empty(), "{}", diff.err);
    for (way, changed) in [(&["apply"][..], true), (&["apply", "--reverse"], false)] {
        let applied = place.git(folder, way, &diff.bytes);
        assert_eq!(applied.code, 0, "{}\n{}", applied.err, diff.out);
        for (name, before) in files.iter().zip(&before) {
            assert_eq!(std::fs::read(place.path(name)).unwrap() != *before, changed, "{way:?} {name}");
        }
    }
    diff.out
}

#[test]
fn a_diff_applies_from_where_the_user_stands() {
    let place = Place::repository(&[("a.py", CLEAN), ("src/b.py", MANUAL), ("src/deep/c.py", CLEAN), ("d.py", OTHER)]);
    let diff = round_trip(&place, ".", &["."], &["a.py", "src/b.py", "src/deep/c.py"]);
    assert!(diff.starts_with("--- a/a.py\n+++ b/a.py\n@@ -"), "{diff}");
    let diff = round_trip(&place, "src", &["."], &["src/b.py", "src/deep/c.py"]);
    assert!(diff.starts_with("--- a/b.py\n+++ b/b.py\n@@ -"), "{diff}");
}

#[test]
fn a_diff_applies_outside_a_repository() {
    let place = Place::with(&[("src/b.py", MANUAL)]);
    round_trip(&place, ".", &["src"], &["src/b.py"]);
    round_trip(&place, "src", &["b.py"], &["src/b.py"]);
}

#[test]
fn a_diff_applies_where_a_path_repeats_its_folder() {
    let place = Place::repository(&[("site/site/x.py", CLEAN), ("site/y.py", CLEAN), ("a/x.py", CLEAN)]);
    round_trip(&place, "site", &["."], &["site/site/x.py", "site/y.py"]);
    round_trip(&place, "a", &["."], &["a/x.py"]);
}

#[test]
fn a_diff_names_an_absolute_path_in_this_folder_from_here() {
    let place = Place::repository(&[("src/b.py", CLEAN)]);
    let path = place.path("src/b.py");
    let diff = round_trip(&place, ".", &[path.to_str().unwrap()], &["src/b.py"]);
    assert!(diff.starts_with("--- a/src/b.py\n"), "{diff}");
    let diff = round_trip(&place, ".", &["src/../src/./b.py"], &["src/b.py"]);
    assert!(diff.starts_with("--- a/src/b.py\n"), "{diff}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_git_quotes_apply() {
    use std::os::unix::ffi::OsStrExt;
    let names = ["two words.py", "한글.py", "q\"uo'te.py", "back\\slash.py", "tab\there.py", "line\nbreak.py"];
    for name in names {
        let place = Place::repository(&[(name, CLEAN)]);
        round_trip(&place, ".", &["."], &[name]);
    }
    let place = Place::repository(&[]);
    let path = place.path(".").join(std::ffi::OsStr::from_bytes(b"caf\xe9.py"));
    std::fs::write(&path, CLEAN).unwrap();
    let diff = place.run(&["convert", "."]);
    assert!(diff.out.starts_with("--- \"a/caf\\351.py\"\n"), "{}", diff.out);
    assert_eq!(place.git(".", &["apply"], &diff.bytes).code, 0);
    assert_ne!(std::fs::read(&path).unwrap(), CLEAN.as_bytes());
}

#[test]
fn line_endings_and_other_bytes_stay() {
    let texts: [Vec<u8>; 6] = [
        CLEAN.replace('\n', "\r\n").into_bytes(),
        CLEAN.trim_end().into(),
        [b"\xef\xbb\xbf", CLEAN.as_bytes()].concat(),
        CLEAN.replace("import os", "import os\u{c}\nx = 'é \u{85} \u{2028}'").into_bytes(),
        [b"# -*- coding: latin-1 -*-\n# caf\xe9\n", CLEAN.as_bytes()].concat(),
        CLEAN.replacen('\n', "\r\n", 2).into_bytes(),
    ];
    for text in texts {
        let place = Place::repository(&[]);
        place.write("x.py", &text);
        round_trip(&place, ".", &["x.py"], &["x.py"]);
    }
}

#[test]
fn a_notebook_applies_as_a_patch_of_its_json() {
    let place = Place::repository(&[]);
    for text in [notebook(), notebook().trim_end().to_string(), notebook().replace("\n    \"", " \"")] {
        place.write("x.ipynb", text.as_bytes());
        round_trip(&place, ".", &["x.ipynb"], &["x.ipynb"]);
    }
}

#[test]
fn cells_are_shown_one_by_one() {
    let place = Place::with(&[("x.ipynb", &notebook()), ("y.py", CLEAN)]);
    let out = place.run(&["convert", "--cells", "."]).out;
    assert!(out.starts_with("=== x.ipynb\n--- cell 3\n@@ -"), "{out}");
    assert!(out.contains("\n-from azure.mgmt.batchai import BatchAIManagementClient\n"), "{out}");
    assert!(!out.contains("\\n"), "{out}");
    assert!(out.contains("\n--- a/y.py\n+++ b/y.py\n@@ -"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_diff_goes_to_the_file_behind_a_link() {
    let place = Place::repository(&[("real/x.py", CLEAN)]);
    std::os::unix::fs::symlink("real", place.path("link")).unwrap();
    std::os::unix::fs::symlink("real/x.py", place.path("y.py")).unwrap();
    for path in ["link/x.py", "y.py"] {
        let diff = round_trip(&place, ".", &[path], &["real/x.py"]);
        assert!(diff.starts_with("--- a/real/x.py\n"), "{diff}");
    }
}

#[test]
fn a_file_outside_this_folder_is_named_from_its_own_root() {
    let place = Place::repository(&[("lib/x.py", CLEAN), ("app/y.py", OTHER)]);
    let answer = place.run_in("app", &["convert", "../lib/x.py"]);
    assert!(answer.out.starts_with("--- a/lib/x.py\n"), "{}", answer.out);
    let note = "note: `../lib/x.py` lies outside this folder: apply its diff in `";
    assert!(answer.err.contains(note), "{}", answer.err);
    assert_eq!(place.git(".", &["apply", "--check"], &answer.bytes).code, 0);
}

#[test]
fn a_file_outside_any_repository_is_named_from_the_root() {
    let (here, there) = (Place::new(), Place::with(&[("x.py", CLEAN)]));
    let answer = here.run(&["convert", there.path("x.py").to_str().unwrap()]);
    assert!(answer.err.contains("apply its diff in `/`"), "{}", answer.err);
    assert!(!answer.out.contains("a//"), "{}", answer.out);
    let applied = here.git("/", &["apply"], &answer.bytes);
    assert_eq!(applied.code, 0, "{}", applied.err);
    assert_ne!(there.read("x.py"), CLEAN);
}

#[test]
fn a_second_run_has_no_diff() {
    let place = Place::with(&[("x.py", CLEAN), ("x.ipynb", &notebook()), ("y.py", MANUAL)]);
    place.run(&["convert", "--write", "."]);
    assert_eq!(place.run(&["convert", "."]).out, "");
}
