//! `undo`: what `--write` changed is put back byte for byte, or nothing is.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::place::{Answer, CLEAN, MANUAL, OTHER, Place, notebook};

/// Everything in a place but the journal, with what each file holds.
pub fn all(place: &Place) -> Vec<(String, Vec<u8>)> {
    let names = place.names().into_iter();
    names.map(|name| (name.clone(), fs::read(place.path(&name)).unwrap_or_default())).collect()
}

fn write(place: &Place, args: &[&str]) -> Answer {
    place.run(&[&["convert", "--write"], args].concat())
}

#[test]
fn undo_puts_every_byte_back_and_leaves_nothing_behind() {
    let bom = format!("\u{feff}{}", CLEAN.replace('\n', "\r\n"));
    let place = Place::repository(&[("a.py", CLEAN), ("b/c.ipynb", &notebook()), ("d.py", OTHER), ("e.py", &bom)]);
    let before = all(&place);
    let answer = write(&place, &["--report", "r.json", "."]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.err.contains("3 rewritten (`bai2aml undo` takes it back)\n"), "{}", answer.err);
    assert!(place.path("r.json").exists() && place.read("a.py") != CLEAN && place.read("e.py") != bom);
    assert_eq!(place.git(".", &["status", "--short"], b"").out, "?? a.py\n?? b/\n?? d.py\n?? e.py\n?? r.json\n");
    let answer = place.run(&["undo"]);
    assert_eq!(answer.code, 0);
    assert_eq!(answer.out, "put back a.py\nput back b/c.ipynb\nput back e.py\nremoved r.json\n");
    assert!(answer.err.starts_with("4 files put back: run 1 of 2"), "{}", answer.err);
    assert!(answer.err.ends_with(" UTC, `bai2aml convert --write --report r.json .`\n"), "{}", answer.err);
    assert_eq!(all(&place), before);
    assert!(!place.path(".bai2aml").exists());
    let answer = place.run(&["undo"]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    assert!(answer.err.starts_with("nothing to undo"), "{}", answer.err);
}

#[test]
fn a_file_that_became_others_comes_back_and_they_go() {
    let job = include_str!("../../fixtures/config-caffe/before.job.json");
    let place = Place::repository(&[("a.py", CLEAN), ("job.json", job)]);
    let before = all(&place);
    let answer = write(&place, &["."]);
    assert!(answer.err.contains("(`bai2aml undo` takes it back)"), "{}", answer.err);
    assert!(!place.path("job.json").exists() && place.path("job.yml").exists());
    let answer = place.run(&["undo", "--diff"]);
    assert!(answer.out.contains("--- /dev/null\n+++ b/job.json\n"), "{}", answer.out);
    fs::write(place.path("job.json"), "{}").unwrap();
    let answer = place.run(&["undo"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("job.json: the run removed it, and another file is there now"), "{}", answer.err);
    fs::remove_file(place.path("job.json")).unwrap();
    let answer = place.run(&["undo"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "put back a.py\nremoved job.yml\nput back job.json\n"));
    assert_eq!(all(&place), before);
}

#[test]
fn runs_are_undone_one_after_the_other() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    let before = all(&place);
    write(&place, &["a.py"]);
    let between = place.read("a.py");
    write(&place, &["b.py"]);
    // A run that changes nothing is none.
    write(&place, &["a.py", "b.py"]);
    let answer = place.run(&["undo", "--list"]);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!((answer.code, lines.len()), (0, 2));
    assert!(lines[0].starts_with("  2  20") && lines[0].ends_with("  1 file  convert --write b.py"), "{lines:?}");
    assert!(lines[1].starts_with("  1  20") && lines[1].ends_with("  1 file  convert --write a.py"), "{lines:?}");
    assert_eq!(place.run(&["undo"]).out, "put back b.py\n");
    assert_eq!((place.read("a.py"), place.read("b.py").as_str()), (between, CLEAN));
    assert_eq!(place.run(&["undo"]).out, "put back a.py\n");
    assert_eq!(all(&place), before);
    let answer = place.run(&["undo", "--list"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
}

#[test]
fn what_would_be_put_back_is_shown_and_nothing_is_changed() {
    let place = Place::repository(&[("a.py", CLEAN)]);
    write(&place, &["--report", "r.json", "a.py"]);
    let after = all(&place);
    let answer = place.run(&["undo", "--dry-run"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "would put back a.py\nwould remove r.json\n"));
    let diff = place.run(&["undo", "--diff"]);
    assert_eq!((diff.code, all(&place)), (0, after));
    assert_eq!(place.git(".", &["apply"], &diff.bytes).code, 0);
    assert_eq!((place.read("a.py").as_str(), place.path("r.json").exists()), (CLEAN, false));
    // All of it is back by another way, and the journal goes.
    let answer = place.run(&["undo"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert!(answer.err.starts_with("all files were as before: run 1 of"), "{}", answer.err);
    assert!(!place.path(".bai2aml").exists());
}

/// Undo is refused after this change, names the file and the reason, and changes nothing.
#[track_caller]
fn refused(change: impl Fn(&Path), why: &str) {
    let place = Place::with(&[("a.py", CLEAN), ("b/c.py", CLEAN), ("d.py", CLEAN)]);
    write(&place, &["."]);
    change(&place.path("."));
    let after = all(&place);
    for args in [&["undo"][..], &["undo", "--dry-run"], &["undo", "--diff"]] {
        let answer = place.run(args);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.err);
        let help = "  = help: its old text is in `.bai2aml/runs/1/1`";
        assert!(answer.err.starts_with(&format!("error: b/c.py: {why}\n{help}\n")), "{}", answer.err);
        assert!(
            answer.err.contains("\nnothing was changed: 1 file is not as they were left by run 1 of"),
            "{}",
            answer.err
        );
    }
    assert_eq!(all(&place), after);
    assert_eq!(place.read(".bai2aml/runs/1/1"), CLEAN);
    // The way out: the files stay.
    let answer = place.run(&["undo", "--forget"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert!(answer.err.starts_with("forgotten: run 1 of"), "{}", answer.err);
    assert_eq!(all(&place), after);
    assert!(!place.path(".bai2aml").exists());
    assert_eq!(place.run(&["undo"]).code, 1);
}

#[test]
fn a_file_that_was_changed_since_stops_everything() {
    refused(|top| fs::write(top.join("b/c.py"), "mine\n").unwrap(), "it was edited since");
    refused(|top| fs::remove_file(top.join("b/c.py")).unwrap(), "it was removed or renamed since");
    refused(|top| fs::rename(top.join("b"), top.join("e")).unwrap(), "it was removed or renamed since");
    let folder = |top: &Path| {
        fs::remove_file(top.join("b/c.py")).unwrap();
        fs::create_dir(top.join("b/c.py")).unwrap();
    };
    refused(folder, "it is no file any more");
    let read_only = |top: &Path| {
        let mut mode = fs::metadata(top.join("b/c.py")).unwrap().permissions();
        mode.set_readonly(true);
        fs::set_permissions(top.join("b/c.py"), mode).unwrap();
    };
    refused(read_only, "it is read-only now");
}

#[cfg(unix)]
#[test]
fn a_link_that_came_since_is_not_followed() {
    use std::os::unix::fs::symlink;
    let file = |top: &Path| {
        fs::rename(top.join("b/c.py"), top.join("b/x")).unwrap();
        symlink("x", top.join("b/c.py")).unwrap();
    };
    refused(file, "it is no file any more");
    let folder = |top: &Path| {
        fs::rename(top.join("b"), top.join("x")).unwrap();
        symlink("x", top.join("b")).unwrap();
    };
    refused(folder, "the way to it leads through a link now");
}

#[test]
fn a_file_that_is_as_before_already_is_no_edit() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    let before = all(&place);
    write(&place, &["--report", "r.json", "."]);
    place.write("a.py", CLEAN.as_bytes());
    fs::remove_file(place.path("r.json")).unwrap();
    let answer = place.run(&["undo"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "put back b.py\n"));
    assert_eq!(all(&place), before);
}

#[test]
fn a_report_that_replaced_another_is_put_back_and_an_edited_one_is_not() {
    let place = Place::with(&[("a.py", CLEAN), ("r.json", "mine\n")]);
    write(&place, &["--report", "r.json", "a.py"]);
    assert!(place.read("r.json").starts_with('{'));
    assert_eq!(place.run(&["undo"]).out, "put back a.py\nput back r.json\n");
    assert_eq!(place.read("r.json"), "mine\n");
    write(&place, &["--report", "new.json", "a.py"]);
    place.write("new.json", b"mine\n");
    let answer = place.run(&["undo"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.starts_with("error: new.json: it was edited since\n  = help: it is new: the run made it\n"));
    assert_eq!(place.read("new.json"), "mine\n");
}

#[test]
fn without_a_write_there_is_no_journal() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", OTHER)]);
    place.run(&["convert", "--report", "r.json", "a.py"]);
    place.run(&["convert", "-o", "new", "a.py"]);
    write(&place, &["b.py"]);
    assert!(!place.path(".bai2aml").exists());
    let answer = write(&place, &["--no-journal", "a.py"]);
    assert!(answer.err.contains("1 rewritten\n"), "{}", answer.err);
    assert!(!place.path(".bai2aml").exists());
    assert_eq!(place.run(&["convert", "--no-journal", "a.py"]).code, 2);
}

#[test]
fn a_write_that_fails_leaves_no_journal() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    assert_eq!(write(&place, &["--report", "no/r.json", "."]).code, 2);
    assert!(!place.path(".bai2aml").exists());
    place.write(".bai2aml", b"mine");
    let answer = write(&place, &["."]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("nothing was changed: "), "{}", answer.err);
    assert!(answer.err.contains("/.bai2aml` is in the way of the journal; remove it\n"), "{}", answer.err);
    assert_eq!((place.read("a.py").as_str(), place.read(".bai2aml").as_str()), (CLEAN, "mine"));
}

#[cfg(unix)]
#[test]
fn modes_and_links_stay_and_copies_are_as_closed_as_the_files() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with(&[("real/x.py", CLEAN), ("z.py", CLEAN)]);
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    let set = |name: &str, mode| fs::set_permissions(place.path(name), fs::Permissions::from_mode(mode)).unwrap();
    set("real/x.py", 0o750);
    set("z.py", 0o600);
    symlink("real/x.py", place.path("y.py")).unwrap();
    write(&place, &["y.py", "z.py"]);
    assert_eq!((mode(".bai2aml/runs/1/0"), mode(".bai2aml/runs/1/1")), (0o750, 0o600));
    // What the user changed since and is no text stays.
    set("z.py", 0o640);
    assert_eq!(place.run(&["undo"]).code, 0);
    assert!(place.path("y.py").is_symlink());
    assert_eq!((place.read("y.py").as_str(), place.read("z.py").as_str()), (CLEAN, CLEAN));
    assert_eq!((mode("real/x.py"), mode("z.py")), (0o750, 0o640));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_put_back_too() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let path = place.path(".").join(OsStr::from_bytes(b"a\xe9 \x1b[2J.py"));
    fs::write(&path, CLEAN).unwrap();
    write(&place, &["."]);
    assert_ne!(fs::read_to_string(&path).unwrap(), CLEAN);
    let answer = place.run(&["undo"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "put back a\u{fffd} ^[[2J.py\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), CLEAN);
}

#[test]
fn the_journal_stands_at_the_top_and_is_found_from_everywhere_below() {
    let place = Place::repository(&[("src/a.py", CLEAN), ("docs/x", "")]);
    place.run_in("src", &["convert", "--write", "a.py"]);
    assert!(place.path(".bai2aml/runs/1").exists());
    assert_eq!(place.run_in("docs", &["undo"]).code, 0);
    assert_eq!(place.read("src/a.py"), CLEAN);
    // Without a repository it is the current folder.
    let place = Place::with(&[("src/a.py", CLEAN)]);
    write(&place, &["src"]);
    assert!(place.path(".bai2aml/runs/1").exists());
    assert_eq!(place.run_in("src", &["undo"]).out, "put back a.py\n");
    assert_eq!(place.read("src/a.py"), CLEAN);
}

fn real(place: &Place, name: &str) -> String {
    fs::canonicalize(place.path(name)).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn files_from_elsewhere_have_their_journal_there_and_the_run_says_so() {
    let place = Place::with(&[("lib/pkg/x.py", CLEAN), ("lib/y.py", CLEAN), ("app/z", "")]);
    place.git("lib", &["init", "-q"], b"");
    let answer = place.run_in("app", &["convert", "--write", "../lib/pkg"]);
    let lib = real(&place, "lib");
    assert!(answer.err.contains(&format!("1 rewritten (`bai2aml undo {lib}` takes it back)\n")), "{}", answer.err);
    assert!(place.path("lib/.bai2aml/runs/1").exists() && !place.path("app/.bai2aml").exists());
    assert_eq!(place.run_in("app", &["undo"]).code, 1);
    assert_eq!(place.run_in("app", &["undo", "../lib"]).out, format!("put back {lib}/pkg/x.py\n"));
    assert_eq!(place.read("lib/pkg/x.py"), CLEAN);
}

#[test]
fn a_repository_below_another_folder_has_its_own_runs() {
    let place = Place::with(&[("a.py", CLEAN), ("own/b.py", CLEAN), ("own/c.py", CLEAN)]);
    place.git("own", &["init", "-q"], b"");
    write(&place, &["a.py"]);
    // The run above is not of this repository.
    assert_eq!(place.run_in("own", &["undo"]).code, 1);
    write(&place, &["own/b.py"]);
    place.run_in("own", &["convert", "--write", "c.py"]);
    assert_eq!(place.run_in("own", &["undo"]).out, "put back c.py\n");
    assert_eq!(place.run_in("own", &["undo"]).out, "put back b.py\n");
    assert_eq!(place.run_in("own", &["undo"]).code, 1);
    assert_eq!(place.run(&["undo"]).out, "put back a.py\n");
}

#[test]
fn the_journal_is_never_read_as_code() {
    let place = Place::with(&[("a.py", CLEAN)]);
    write(&place, &["a.py"]);
    fs::copy(place.path(".bai2aml/runs/1/0"), place.path(".bai2aml/runs/1/0.py")).unwrap();
    let checked = place.run(&["check", "."]);
    assert_eq!((checked.code, checked.out.as_str()), (0, ""), "{}", checked.err);
    assert!(place.run(&["convert", "."]).err.contains("1 file read, none with Batch AI"));
    let clean = place.run(&["check", "--explain-clean", "."]);
    assert!(
        [&clean.out, &clean.err].iter().any(|text| text.contains("the journal of `convert --write`")),
        "{}",
        clean.err
    );
    for path in [".bai2aml", ".bai2aml/runs/1", ".bai2aml/runs/1/0"] {
        for command in ["check", "convert"] {
            let answer = place.run(&[command, path]);
            assert_eq!((answer.code, answer.out.as_str()), (2, ""));
            assert!(answer.err.contains(&format!("error: {path}: this is of the journal")), "{}", answer.err);
        }
    }
    let answer = place.run_in(".bai2aml/runs/1", &["check", "."]);
    assert_eq!(answer.code, 2);
}

#[test]
fn a_journal_leads_to_no_file_outside_its_folder() {
    let place = Place::with(&[("top/a.py", CLEAN), ("b.py", CLEAN)]);
    place.run_in("top", &["convert", "--write", "a.py"]);
    write(&place, &["--no-journal", "b.py"]);
    let after = all(&place);
    let note = place.read("top/.bai2aml/runs/1/run.json");
    let out = real(&place, "b.py");
    for path in ["../b.py", &out, "x/../../b.py", "", "."] {
        let lie = note.replace("\"path\": \"a.py\"", &format!("\"path\": \"{path}\""));
        assert_ne!(lie, note);
        place.write("top/.bai2aml/runs/1/run.json", lie.as_bytes());
        let answer = place.run_in("top", &["undo"]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""));
        assert!(answer.err.contains("the journal names `"), "{}", answer.err);
    }
    place.write("top/.bai2aml/runs/1/run.json", note.as_bytes());
    assert_eq!(all(&place), after);
}

#[test]
fn a_damaged_journal_changes_nothing() {
    let place = Place::with(&[("a.py", CLEAN)]);
    write(&place, &["a.py"]);
    let (after, note) = (place.read("a.py"), place.read(".bai2aml/runs/1/run.json"));
    let wrong = |answer: Answer, why: &str| {
        assert_eq!((answer.code, answer.out.as_str()), (2, ""));
        assert!(answer.err.contains(why), "{}", answer.err);
        assert_eq!(place.read("a.py"), after);
    };
    place.write(".bai2aml/runs/1/0", b"other");
    wrong(place.run(&["undo"]), "/.bai2aml/runs/1/0` is not the text that was put there; nothing was changed");
    place.write(".bai2aml/runs/1/run.json", note.replace("\"schema\": 1", "\"schema\": 2").as_bytes());
    wrong(place.run(&["undo"]), "is of another version of bai2aml: use that one");
    place.write(".bai2aml/runs/1/run.json", b"{");
    wrong(place.run(&["undo"]), "cannot be read; its old texts are beside it, and without that folder you can go on");
    fs::remove_dir_all(place.path(".bai2aml")).unwrap();
    assert_eq!(place.run(&["undo"]).code, 1);
}

#[test]
fn one_run_writes_at_a_time() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", MANUAL)]);
    write(&place, &["a.py"]);
    let lock = fs::File::options().write(true).open(place.path(".bai2aml/lock")).unwrap();
    lock.lock().unwrap();
    for args in [&["undo"][..], &["undo", "--forget"], &["convert", "--write", "b.py"]] {
        let answer = place.run(args);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""));
        assert!(answer.err.contains("another run is writing files here; wait until it has ended"), "{}", answer.err);
    }
    // Who only looks is not kept from it.
    assert_eq!(place.run(&["undo", "--list"]).code, 0);
    drop(lock);
    assert_eq!(place.run(&["undo"]).code, 0);
    assert_eq!((place.read("a.py").as_str(), place.read("b.py").as_str()), (CLEAN, MANUAL));
}

#[test]
fn the_note_of_a_run_is_as_its_schema_says() {
    let place = Place::with(&[("a.py", CLEAN)]);
    write(&place, &["--report", "r.json", "a.py"]);
    let note: serde_json::Value = serde_json::from_str(&place.read(".bai2aml/runs/1/run.json")).unwrap();
    crate::formats::is_valid("docs/schema/journal.json", &note);
}

/// Runs the program as somebody who is not root, whom the system would let write everywhere.
#[cfg(target_os = "linux")]
fn as_nobody(place: &Place, folder: &str, args: &[&str]) -> Answer {
    let program = place.program(args);
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = match is_root {
        true => Command::new("setpriv"),
        false => Command::new("env"),
    };
    if is_root {
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    }
    command.arg(program.get_program()).args(program.get_args()).current_dir(place.path(folder));
    place.start(&mut command, b"")
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_must_not_be_written_has_its_journal_further_down_or_none() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::repository(&[("src/pkg/a.py", CLEAN), ("lib/b.py", CLEAN)]);
    let set = |name: &str, mode| fs::set_permissions(place.path(name), fs::Permissions::from_mode(mode)).unwrap();
    for name in ["src", "src/pkg", "lib"] {
        set(name, 0o777);
    }
    set(".", 0o555);
    let answer = as_nobody(&place, ".", &["convert", "--write", "src"]);
    assert!(answer.err.contains("1 rewritten (`bai2aml undo src/pkg` takes it back)\n"), "{}", answer.err);
    assert!(place.path("src/pkg/.bai2aml/runs/1").exists());
    assert_eq!(as_nobody(&place, ".", &["undo", "src/pkg"]).out, "put back src/pkg/a.py\n");
    // Two files that have only the closed folder in common.
    let answer = as_nobody(&place, ".", &["convert", "--write", "src", "lib"]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(answer.err.contains("nothing was changed; make that folder writable, or go without by `--no-journal`: "));
    assert!(answer.err.contains(": permission denied\n"), "{}", answer.err);
    assert_eq!((place.read("src/pkg/a.py").as_str(), place.read("lib/b.py").as_str()), (CLEAN, CLEAN));
    assert_eq!(as_nobody(&place, ".", &["convert", "--write", "--no-journal", "src", "lib"]).code, 0);
    assert!(place.read("src/pkg/a.py") != CLEAN && place.read("lib/b.py") != CLEAN);
    // A folder whose files must not be replaced: nothing is left in it either.
    place.write("src/pkg/a.py", CLEAN.as_bytes());
    set("src/pkg", 0o555);
    let answer = as_nobody(&place, "src", &["convert", "--write", "pkg"]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.err);
    assert_eq!(
        (place.names(), place.path("src/.bai2aml").exists()),
        (vec!["lib/b.py".into(), "src/pkg/a.py".into()], false)
    );
    set("src/pkg", 0o755);
    set(".", 0o755);
}
