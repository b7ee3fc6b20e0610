//! A process that is killed while it writes, and a disk that is full: the files are as they were, or `undo` makes them so.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::place::{Answer, CLEAN, Place, notebook};
use crate::undo::all;

/// What changes something on a disk. `openat` is left out: what it leaves is what the next one finds.
const CALLS: [&str; 13] = [
    "write",
    "fsync",
    "mkdir",
    "rmdir",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "fchmod",
    "chown",
    "lchown",
    "flock",
];

const ENDED: &str = "was ended while it wrote files in";

/// Whether strace can run a program here. The tests that need it say so if not.
fn has_strace() -> bool {
    let status = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let has = status.is_ok_and(|status| status.success());
    if !has {
        eprintln!("SKIPPED: this test needs strace, and leave to use it; `killed_at_any_time` is its smaller brother");
    }
    has
}

fn three() -> Place {
    Place::with(&[("a.py", CLEAN), ("b/c.ipynb", &notebook()), ("r.json", "mine\n")])
}

const WRITE: [&str; 6] = ["convert", "--write", "--report", "r.json", "a.py", "b"];

/// Has `what` done to a run at each single call in turn, in a place of its own, and gives what it answered to `then`.
/// Returns how many calls that were. One thread alone works, so that the number of a call means the same each time.
fn at_each_call(
    args: &[&str],
    what: &str,
    place: impl Fn() -> Place,
    mut then: impl FnMut(&Place, Answer, &str),
) -> usize {
    let mut calls = 0;
    for call in CALLS {
        for number in 1.. {
            let place = place();
            let Some(answer) = injected(&place, args, &format!("{call}:{what}:when={number}")) else { break };
            then(&place, answer, &format!("{call} {number}"));
            calls += 1;
        }
    }
    calls
}

/// Runs the program under strace; nothing if what was to be done to it was not.
fn injected(place: &Place, args: &[&str], what: &str) -> Option<Answer> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let program = place.program(args);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", &format!("trace={}", CALLS.join(",")), "-e", &format!("inject={what}")]);
    strace.arg("-o").arg(log.path()).arg(program.get_program()).args(program.get_args());
    strace.current_dir(place.path(".")).env("HOME", place.path(".")).env("RAYON_NUM_THREADS", "1");
    let answer = place.start(&mut strace, b"");
    let text = fs::read_to_string(log.path()).unwrap();
    (text.contains("INJECTED") || text.contains("killed by SIGKILL")).then_some(answer)
}

/// Fails with the names of what is not the same; the texts would be long.
#[track_caller]
fn is_same(place: &Place, before: &[(String, Vec<u8>)], what: &str) {
    let now = all(place);
    let differ =
        now.iter().filter(|file| !before.contains(file)).chain(before.iter().filter(|file| !now.contains(file)));
    let differ: Vec<&str> = differ.map(|(name, _)| name.as_str()).collect();
    assert!(differ.is_empty(), "{what}: {differ:?} differ");
}

/// Whatever was left behind, `undo` makes it as it was. Returns whether there was anything to undo.
#[track_caller]
fn is_put_back(place: &Place, before: &[(String, Vec<u8>)], what: &str) -> bool {
    let is_unfinished = || {
        let runs = fs::read_dir(place.path(".bai2aml/runs")).into_iter().flatten().flatten();
        runs.map(|run| run.file_name()).any(|name| name == "1.writing" || name == "1.undoing")
    };
    if is_unfinished() {
        let state = all(place);
        for args in [&["check", "."][..], &["convert", "."]] {
            let answer = place.run(args);
            assert!(answer.err.starts_with(&format!("warning: a run {ENDED}")), "{what}: {}", answer.err);
        }
        let answer = place.run(&["convert", "--write", "."]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{what}");
        assert!(answer.err.starts_with(&format!("error: an earlier run {ENDED}")), "{what}: {}", answer.err);
        assert!(answer.err.contains("nothing was changed: `bai2aml undo` puts"), "{what}: {}", answer.err);
        assert!(place.run(&["undo", "--list"]).out.contains("  not finished  convert --write"), "{what}");
        is_same(place, &state, what);
    }
    let answer = place.run(&["undo"]);
    let had_run = answer.code == 0;
    assert!(had_run || answer.code == 1, "{what}: {}", answer.err);
    is_same(place, before, what);
    assert_eq!(place.run(&["undo"]).code, 1, "{what}");
    had_run
}

#[test]
fn killed_before_any_single_call_that_writes() {
    if !has_strace() {
        return;
    }
    let before = all(&three());
    let mut undone = 0;
    let calls = at_each_call(&WRITE, "signal=SIGKILL", three, |place, answer, call| {
        assert_ne!(answer.code, 0);
        undone += usize::from(is_put_back(place, &before, call));
        // What never began is swept away by the next run.
        place.run(&WRITE);
        assert_eq!(place.run(&["undo"]).code, 0);
        assert!(!place.path(".bai2aml").exists());
    });
    println!("killed at {calls} calls, {undone} of them with something to undo");
    assert!(calls > 40 && undone > 15, "{undone} of {calls}");
}

#[test]
fn undo_that_is_killed_before_any_single_call_is_undone_by_the_next() {
    if !has_strace() {
        return;
    }
    let before = all(&three());
    let written = || {
        let place = three();
        place.run(&WRITE);
        place
    };
    let calls = at_each_call(&["undo"], "signal=SIGKILL", written, |place, answer, call| {
        assert_ne!(answer.code, 0);
        is_put_back(place, &before, call);
    });
    println!("killed at {calls} calls");
    assert!(calls > 20, "{calls}");
}

#[test]
fn a_disk_that_is_full_at_any_single_call_changes_nothing() {
    if !has_strace() {
        return;
    }
    let before = all(&three());
    let mut failed = 0;
    let calls = at_each_call(&WRITE, "error=ENOSPC", three, |place, answer, call| {
        if answer.code == 2 {
            failed += 1;
            assert!(answer.err.contains("no space left on the disk"), "{call}: {}", answer.err);
            // The last call of all takes a word away that says that the run is not finished.
            match answer.err.contains("error: all files were written, but") {
                true => assert!(answer.err.contains("`bai2aml undo` puts all of them back"), "{call}: {}", answer.err),
                false => is_same(place, &before, call),
            }
        }
        is_put_back(place, &before, call);
    });
    println!("no space at {calls} calls, {failed} of them with an error");
    assert!(failed > 15, "{failed} of {calls}");
}

#[test]
fn killed_at_any_time() {
    const FILES: usize = 60;
    let place = Place::new();
    for file in 0..FILES {
        place.write(&format!("d{}/f{file}.py", file % 7), CLEAN.as_bytes());
    }
    let before = all(&place);
    // The journal is there, then one file after the other is new: killed a little later each time.
    let (mut undone, mut half) = (0, 0);
    for round in 0..16 {
        let mut child = place.program(&["convert", "--write", "."]).stderr(Stdio::null()).spawn().unwrap();
        let runs = place.path(".bai2aml/runs");
        let watched = place.path(&format!("d{}/f{}.py", round % 7, round));
        let is_time = || match round % 2 {
            0 => runs.join("1.writing").exists(),
            _ => fs::read(&watched).is_ok_and(|text| text != CLEAN.as_bytes()),
        };
        while !is_time() && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(50));
        }
        sleep(Duration::from_micros(700 * (round as u64 / 2)));
        child.kill().unwrap();
        child.wait().unwrap();
        let new = all(&place).iter().filter(|file| !before.contains(file)).count();
        half += usize::from(new > 0 && new < FILES);
        undone += usize::from(is_put_back(&place, &before, &format!("round {round}")));
    }
    assert!(undone > 8, "{undone}");
    println!("{undone} rounds with something to undo, {half} of them with some files new and some old");
}

/// A small disk of its own. Only root may have one.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_really_full_changes_nothing() {
    let place = Place::new();
    fs::create_dir(place.path("disk")).unwrap();
    let disk = place.path("disk");
    let mount = |size: &str| {
        let options = format!("size={size}");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&disk);
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let unmount = || assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    if !mount("1m") {
        eprintln!("SKIPPED: this test needs leave to mount a tmpfs; the one with strace makes the same errors");
        return;
    }
    unmount();
    let mut codes = Vec::new();
    for kib in [40, 56, 72, 88, 104, 120, 200] {
        assert!(mount(&format!("{kib}k")));
        for file in 0..6 {
            place.write(&format!("disk/f{file}.py"), CLEAN.as_bytes());
        }
        let before = all(&place);
        let answer = place.run_in("disk", &["convert", "--write", "."]);
        codes.push(answer.code);
        if answer.code == 2 {
            assert!(answer.err.contains("nothing was changed: no space left on the disk"), "{}", answer.err);
            assert_eq!(place.run_in("disk", &["undo"]).code, 1);
        } else {
            assert_eq!(place.run_in("disk", &["undo"]).code, 0);
        }
        is_same(&place, &before, &format!("{kib} KiB"));
        unmount();
    }
    assert_eq!((codes.first(), codes.last()), (Some(&2), Some(&0)), "{codes:?}");
}
