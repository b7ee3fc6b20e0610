//! `--write`, `-o` and `--report`: what is written, and what is never touched.

use std::fs;

use crate::place::{BROKEN, CLEAN, MANUAL, OTHER, Place, notebook};

#[test]
fn without_a_flag_nothing_is_written() {
    let place = Place::with(&[("a.py", CLEAN), ("b.ipynb", &notebook())]);
    place.run(&["convert", "."]);
    place.run(&["check", "."]);
    assert_eq!(place.names(), ["a.py", "b.ipynb"]);
    assert_eq!((place.read("a.py"), place.read("b.ipynb")), (CLEAN.into(), notebook()));
}

#[test]
fn a_report_is_written_even_if_there_is_nothing_to_report() {
    let place = Place::with(&[("a.py", OTHER)]);
    assert_eq!(place.run(&["convert", "--report", "r.json", "a.py", "gone.py"]).code, 2);
    let report: serde_json::Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_eq!(report["schema"], 1);
    assert_eq!(report["tool"]["name"], "bai2aml");
    assert_eq!(report["target"], "v2");
    assert_eq!(report["problems"][0]["path"], "gone.py");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let place = Place::with(&[("a.py", OTHER)]);
    for path in ["no/folder/r.json", "."] {
        let answer = place.run(&["convert", "--report", path, "a.py"]);
        assert_eq!(answer.code, 2);
        assert!(
            answer.err.starts_with(&format!("error: cannot write `{path}`; nothing was changed: ")),
            "{}",
            answer.err
        );
    }
}

#[test]
fn a_report_never_replaces_a_file_to_convert() {
    let place = Place::with(&[("a.py", OTHER)]);
    let answer = place.run(&["convert", "--report", "./a.py", "a.py"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("one of the files to convert"), "{}", answer.err);
    assert_eq!(place.read("a.py"), OTHER);
}

#[cfg(unix)]
#[test]
fn a_report_is_written_into_a_pipe_and_does_not_replace_it() {
    use std::os::unix::fs::FileTypeExt;
    let place = Place::with(&[("a.py", OTHER)]);
    let pipe = place.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    assert_eq!(place.run(&["convert", "--report", "pipe", "a.py"]).code, 0);
    assert!(reader.join().unwrap().starts_with("{\n  \"schema\": 1,"));
    assert!(fs::metadata(place.path("pipe")).unwrap().file_type().is_fifo());
}

#[cfg(unix)]
#[test]
fn a_report_never_replaces_a_link() {
    let place = Place::with(&[("a.py", OTHER), ("old.json", "{}")]);
    std::os::unix::fs::symlink("old.json", place.path("r.json")).unwrap();
    std::os::unix::fs::symlink("gone.json", place.path("s.json")).unwrap();
    assert_eq!(place.run(&["convert", "--report", "r.json", "a.py"]).code, 0);
    assert!(place.path("r.json").is_symlink() && place.read("old.json").contains("schema"));
    let answer = place.run(&["convert", "--report", "s.json", "a.py"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("it is a link that leads nowhere"), "{}", answer.err);
}

// All of these need the real conversion: they look at files that it changes.

#[test]
fn write_rewrites_in_place_what_the_diff_shows() {
    let place = Place::repository(&[("a.py", CLEAN), ("b/c.ipynb", &notebook()), ("d.py", OTHER)]);
    let diff = place.run(&["convert", "."]);
    let answer = place.run(&["convert", "--write", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (diff.code, ""));
    assert!(
        answer.err.contains("3 files read, 2 with Batch AI, 2 rewritten (`bai2aml undo` takes it back)\n"),
        "{}",
        answer.err
    );
    assert_eq!(place.names(), ["a.py", "b/c.ipynb", "d.py"]);
    assert_ne!(place.read("a.py"), CLEAN);
    assert_eq!(place.git(".", &["apply", "--reverse"], &diff.bytes).code, 0);
    assert_eq!((place.read("a.py"), place.read("b/c.ipynb")), (CLEAN.into(), notebook()));
}

#[test]
fn a_file_with_an_error_stays_and_the_others_are_rewritten() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", BROKEN), ("c.py", CLEAN)]);
    let answer = place.run(&["convert", "--write", "."]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("error: b.py:"), "{}", answer.err);
    assert_eq!(place.read("b.py"), BROKEN);
    assert!(place.read("a.py") != CLEAN && place.read("c.py") != CLEAN);
}

#[test]
fn if_one_file_cannot_be_written_none_is() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    let mut mode = fs::metadata(place.path("b.py")).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(place.path("b.py"), mode).unwrap();
    let answer = place.run(&["convert", "--write", "--report", "r.json", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(answer.err.contains("b.py`; nothing was changed: it is read-only"), "{}", answer.err);
    assert_eq!(place.names(), ["a.py", "b.py"]);
    assert_eq!((place.read("a.py"), place.read("b.py")), (CLEAN.into(), CLEAN.into()));
}

#[test]
fn if_the_report_cannot_be_written_no_file_is() {
    let place = Place::with(&[("a.py", CLEAN)]);
    assert_eq!(place.run(&["convert", "--write", "--report", "no/r.json", "a.py"]).code, 2);
    assert_eq!(place.read("a.py"), CLEAN);
}

#[cfg(unix)]
#[test]
fn write_keeps_the_mode_and_follows_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with(&[("real/x.py", CLEAN)]);
    fs::set_permissions(place.path("real/x.py"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("real/x.py", place.path("y.py")).unwrap();
    place.run(&["convert", "--write", "y.py"]);
    assert!(fs::symlink_metadata(place.path("y.py")).unwrap().is_symlink());
    assert_ne!(place.read("real/x.py"), CLEAN);
    assert_eq!(fs::metadata(place.path("real/x.py")).unwrap().permissions().mode() & 0o777, 0o750);
}

#[test]
fn a_folder_of_results_has_files_diffs_and_a_report() {
    let place = Place::repository(&[("src/a.py", CLEAN), ("b.ipynb", &notebook()), ("c.py", OTHER)]);
    let answer = place.run(&["convert", "-o", "new/out", "."]);
    assert_eq!(answer.out, "");
    assert!(answer.err.contains("2 written to `new/out`\n"), "{}", answer.err);
    let made = ["b.ipynb", "b.ipynb.diff", "report.json", "src/a.py", "src/a.py.diff"].map(|n| format!("new/out/{n}"));
    assert_eq!(place.names(), [&["b.ipynb".into(), "c.py".into()][..], &made, &["src/a.py".into()]].concat());
    assert_eq!(place.git(".", &["apply", "new/out/src/a.py.diff"], b"").code, 0);
    assert_eq!(place.read("src/a.py"), place.read("new/out/src/a.py"));
}

#[test]
fn the_folder_of_results_is_not_read_and_not_overwritten() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let first = place.run(&["convert", "-o", "new", "."]);
    let again = place.run(&["convert", "-o", "new", "."]);
    assert_eq!((first.code, first.err), (again.code, again.err));
    place.write("new/a.py", b"mine\n");
    let answer = place.run(&["convert", "-o", "new", "."]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("new/a.py`; nothing was changed: a file with another text is there"), "{}", answer.err);
    assert_eq!(place.read("new/a.py"), "mine\n");
}

#[test]
fn the_folder_of_results_can_not_be_the_folder_that_is_read() {
    let place = Place::with(&[("a.py", CLEAN)]);
    assert_eq!(place.run(&["convert", "-o", ".", "a.py"]).code, 2);
    assert_eq!((place.names(), place.read("a.py")), (vec!["a.py".to_string()], CLEAN.to_string()));
}

#[test]
fn files_from_elsewhere_are_placed_inside_the_folder_of_results() {
    let place = Place::with(&[("lib/pkg/x.py", CLEAN), ("y.py", CLEAN), ("app/z.py", OTHER)]);
    let absolute = place.path("y.py");
    assert_ne!(place.run_in("app", &["convert", "-o", "new", "../lib", absolute.to_str().unwrap()]).code, 2);
    let made: Vec<_> = place.names().into_iter().filter(|name| name.ends_with(".py") && name.contains("new")).collect();
    assert_eq!(made, ["app/new/lib/pkg/x.py", "app/new/y.py"]);
}

#[test]
fn two_files_for_one_place_are_an_error() {
    let place = Place::with(&[("y.py", CLEAN), ("app/y.py", CLEAN)]);
    let answer = place.run_in("app", &["convert", "-o", "new", "../y.py", "y.py"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("two files would be written to `new/y.py`"), "{}", answer.err);
    assert_eq!(place.names(), ["app/y.py", "y.py"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_of_results_is_an_error() {
    let place = Place::with(&[("src/a.py", CLEAN), ("new/x", ""), ("other/x", "")]);
    std::os::unix::fs::symlink("../other", place.path("new/src")).unwrap();
    let answer = place.run(&["convert", "-o", "new", "src"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("leads out of `new`"), "{}", answer.err);
    assert_eq!(place.names(), ["new/src", "new/x", "other/x", "src/a.py"]);
}

#[test]
fn standard_input_goes_to_the_folder_of_results_too() {
    let place = Place::new();
    place.pipe(&["convert", "-o", "new", "-"], notebook().as_bytes());
    assert_eq!(place.names(), ["new/report.json", "new/stdin.ipynb", "new/stdin.ipynb.diff"]);
}

#[test]
fn the_report_has_every_entry_and_its_totals_balance() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", MANUAL), ("c.py", OTHER), ("d.py", BROKEN)]);
    place.run(&["convert", "--report", "r.json", "--target", "v1", "."]);
    let report: serde_json::Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_eq!((report["target"].as_str(), report["job_form"].as_str()), (Some("v1"), Some("auto")));
    assert_eq!(report["files_read"], 4);
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|file| &file["path"]).collect::<Vec<_>>(), ["a.py", "b.py", "d.py"]);
    assert_eq!((&files[0]["changed"], &files[2]["changed"]), (&true.into(), &false.into()));
    let sum = |totals: &serde_json::Value| totals.as_object().unwrap().values().filter_map(|n| n.as_u64()).sum::<u64>();
    let entries: u64 = files.iter().map(|file| file["entries"].as_array().unwrap().len() as u64).sum();
    assert_eq!(sum(&report["totals"]), entries);
    assert_eq!(files.iter().map(|file| sum(&file["totals"])).sum::<u64>(), entries);
}
