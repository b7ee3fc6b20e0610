//! Which files are read, and what becomes of those that cannot be.

use std::fs;

use crate::place::{CLEAN, MANUAL, OTHER, Place, notebook};

/// Paths in the output of `check`, each once.
fn found(out: &str) -> Vec<&str> {
    let mut paths: Vec<_> = out.lines().filter_map(|line| line.split(':').next()).collect();
    paths.dedup();
    paths
}

#[test]
fn a_wrong_path_is_an_error_that_says_what_to_do() {
    let answer = Place::new().run(&["convert", "no/such.py"]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(answer.err.starts_with("error: no/such.py: no such file or folder\n  = help: check"), "{}", answer.err);
}

#[test]
fn a_folder_without_python_is_an_error() {
    let place = Place::with(&[("docs/notes.txt", "batchai"), ("docs/empty/.hidden", "")]);
    for (command, folder, said) in [("convert", "docs", "no Python files"), ("check", "docs/empty", "no files")] {
        let answer = place.run(&[command, folder]);
        assert_eq!(answer.code, 2);
        assert!(answer.err.starts_with(&format!("error: {folder}: {said}")), "{}", answer.err);
    }
    assert_eq!(place.run(&["check", "docs"]).code, 0);
}

#[test]
fn files_without_batch_ai_are_only_counted() {
    let place = Place::with(&[("a.py", OTHER), ("b.py", OTHER), ("c.txt", "batchai")]);
    let answer = place.run(&["convert", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert!(answer.err.starts_with("2 files read, none with Batch AI\n"), "{}", answer.err);
    let answer = place.run(&["check", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert_eq!(answer.err, "no use of Batch AI in 3 files\n");
}

#[test]
fn what_was_not_looked_into_is_said_when_it_is_asked_for() {
    let place =
        Place::repository(&[("a.py", OTHER), (".env/x.py", CLEAN), ("skip/b.py", CLEAN), (".gitignore", "skip/\n")]);
    place.write("model.bin", b"AZ_BATCHAI_X\0");
    let answer = place.run(&["check", "--explain-clean", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    let mut lines: Vec<&str> = answer.err.lines().collect();
    assert_eq!(lines.pop(), Some("no use of Batch AI in 1 file"));
    let hidden = [".env", ".git", ".gitignore"].map(|name| format!("skipped: {name}: hidden"));
    assert_eq!(lines[..3], hidden);
    assert_eq!(lines[3..], ["skipped: model.bin: no text", "skipped: skip: named in .gitignore or .ignore"]);
    let json = place.run(&["check", "--explain-clean", "--format", "json", "."]);
    let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(json["skipped"].as_array().unwrap().len(), 5);
    assert_eq!(json["skipped"][3]["reason"], "no text");
}

#[test]
fn the_same_file_given_twice_is_read_once() {
    let place = Place::with(&[("src/a.py", OTHER)]);
    let answer = place.run(&["check", "src", "./src/a.py", "src/a.py", "src/"]);
    assert_eq!(answer.err, "no use of Batch AI in 1 file\n");
}

#[test]
fn the_same_wrong_path_given_twice_is_one_error() {
    let answer = Place::new().run(&["check", "x.py", "./x.py"]);
    assert_eq!(answer.err.matches("error: ").count(), 1, "{}", answer.err);
}

#[test]
fn a_script_that_holds_a_nul_byte_is_an_error_and_no_skip() {
    let place = Place::with(&[("a.py", "import azure.mgmt.batchai\0\n"), ("b.py", OTHER)]);
    let answer = place.run(&["check", "."]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("error: a.py"), "{}", answer.err);
    assert!(answer.err.ends_with("no use of Batch AI in 2 files, 1 error\n"), "{}", answer.err);
}

#[test]
fn a_notebook_that_is_not_json_is_an_error() {
    let place = Place::with(&[("a.ipynb", "import batchai\n")]);
    let answer = place.run(&["convert", "a.ipynb"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("error: a.ipynb"), "{}", answer.err);
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_an_error() {
        let place = Place::with(&[("src/a.py", OTHER)]);
        symlink("gone.py", place.path("src/link.py")).unwrap();
        for path in ["src", "src/link.py"] {
            let answer = place.run(&["check", path]);
            assert_eq!(answer.code, 2);
            assert!(answer.err.starts_with("error: src/link.py: this link leads nowhere\n"), "{}", answer.err);
        }
    }

    #[test]
    fn links_in_a_circle_do_not_hang() {
        let place = Place::with(&[("src/a.py", OTHER)]);
        symlink("..", place.path("src/up")).unwrap();
        symlink("self.py", place.path("src/self.py")).unwrap();
        let answer = place.run(&["check", "src"]);
        assert_eq!(answer.code, 2);
        assert!(answer.err.contains("error: src/self.py: too many levels of symbolic links"), "{}", answer.err);
        assert!(answer.err.ends_with("no use of Batch AI in 1 file, 1 error\n"), "{}", answer.err);
    }

    #[test]
    fn a_pipe_in_a_folder_is_not_waited_for() {
        let place = Place::with(&[("a.py", OTHER)]);
        let made = std::process::Command::new("mkfifo").arg(place.path("pipe.py")).status().unwrap();
        assert!(made.success());
        assert_eq!(place.run(&["check", "."]).err, "no use of Batch AI in 1 file\n");
    }

    #[test]
    fn what_the_system_refuses_to_read_is_an_error_and_the_others_are_read() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::with(&[("shut/a.py", OTHER), ("b.py", OTHER), ("c.py", OTHER)]);
        for name in ["shut", "c.py"] {
            fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let answer = place.run(&["check", "."]);
        let refused = fs::read(place.path("c.py")).is_err();
        fs::set_permissions(place.path("shut"), fs::Permissions::from_mode(0o755)).unwrap();
        // Root reads everything.
        if refused {
            assert_eq!(answer.code, 2);
            assert!(answer.err.starts_with("error: c.py: permission denied\n"), "{}", answer.err);
            assert!(answer.err.contains("error: shut: permission denied\n"), "{}", answer.err);
        }
        assert!(answer.err.contains("no use of Batch AI in "), "{}", answer.err);
    }

    // Needs the real conversion.
    #[test]
    fn a_file_and_a_link_to_it_are_one_file() {
        let place = Place::with(&[("a/x.py", CLEAN)]);
        symlink("x.py", place.path("a/y.py")).unwrap();
        let answer = place.run(&["check", "--format", "concise", "a"]);
        assert_eq!(found(&answer.out), ["a/x.py"]);
        assert!(answer.err.ends_with("in 1 of 1 file\n"), "{}", answer.err);
    }
}

// All of these need the real conversion: they look at what `check` finds.

#[test]
fn a_folder_is_read_without_what_git_ignores_hidden_files_and_checkpoints() {
    let names = ["a.py", "b.txt", "c.IPYNB", "skip/a.py", ".venv/a.py", "d/.ipynb_checkpoints/a.py", "d/e.py"];
    let place = Place::repository(&names.map(|name| (name, CLEAN)));
    place.write("c.IPYNB", notebook().as_bytes());
    place.write(".gitignore", b"skip/\n");
    assert_eq!(found(&place.run(&["check", "--format", "concise", "."]).out), ["a.py", "c.IPYNB", "d/e.py"]);
}

#[test]
fn gitignore_counts_only_in_a_repository_and_ignore_everywhere() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN), (".gitignore", "a.py\n"), (".ignore", "b.py\n")]);
    assert_eq!(found(&place.run(&["check", "--format", "concise", "."]).out), ["a.py"]);
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is_called() {
    let place = Place::repository(&[("a.py", CLEAN), (".hidden", CLEAN), (".gitignore", "a.py\n")]);
    assert_eq!(found(&place.run(&["check", "--format", "concise", "a.py", ".hidden"]).out), [".hidden", "a.py"]);
}

#[test]
fn the_order_of_the_arguments_changes_nothing() {
    let place = Place::with(&[("a.py", CLEAN), ("b/c.py", MANUAL), ("d.py", CLEAN)]);
    let one = place.run(&["convert", "a.py", "b", "d.py", "gone.py"]);
    let other = place.run(&["convert", "gone.py", "d.py", "b/c.py", "./a.py"]);
    assert_eq!((one.out, one.err), (other.out, other.err));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let files: Vec<_> = (0..40).map(|i| (format!("f{i}.py"), [CLEAN, MANUAL, OTHER][i % 3])).collect();
    let place = Place::with(&files.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>());
    let [one, many] =
        ["1", "7"].map(|n| place.start(place.program(&["convert", "."]).env("RAYON_NUM_THREADS", n), b""));
    assert_eq!((one.out, one.err), (many.out, many.err));
}

#[test]
fn paths_are_shown_without_a_dot_in_front() {
    let place = Place::with(&[("a/b.py", CLEAN)]);
    for path in [".", "./a", "a/", "./a/b.py"] {
        assert_eq!(found(&place.run(&["check", "--format", "concise", path]).out), ["a/b.py"], "{path}");
    }
}

#[test]
fn a_line_of_check_has_place_code_and_symbol() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let answer = place.run(&["check", "--format", "concise", "a.py"]);
    assert_eq!(answer.code, 1);
    for line in answer.out.lines() {
        let (at, rest) = line.split_once(": ").unwrap();
        let [path, number, column] = at.split(':').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(path, "a.py");
        assert!(number.parse::<usize>().is_ok() && column.parse::<usize>().is_ok(), "{line}");
        assert!(rest.starts_with("BAI") && rest.contains(": this code "), "{line}");
    }
}

#[test]
fn a_place_in_a_notebook_has_its_cell() {
    let place = Place::with(&[("a.ipynb", &notebook())]);
    let answer = place.run(&["check", "--format", "concise", "a.ipynb"]);
    assert!(answer.out.lines().all(|line| line.starts_with("a.ipynb:cell ")), "{}", answer.out);
}

#[test]
fn json_has_the_same_findings_and_the_problems() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let text = place.run(&["check", "--format", "concise", "a.py"]);
    let answer = place.run(&["check", "--format", "json", "a.py", "gone.py"]);
    assert_eq!(answer.code, 2);
    let json: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(json["schema"], 2);
    assert_eq!(json["findings"].as_array().unwrap().len(), text.out.lines().count());
    assert_eq!(json["problems"][0]["path"], "gone.py");
}

#[test]
fn standard_input_is_a_script_or_a_notebook() {
    let place = Place::new();
    let script = place.pipe(&["check", "--format", "concise", "-"], CLEAN.as_bytes());
    assert!(script.out.starts_with("-:"), "{}", script.out);
    let cells = place.pipe(&["check", "--format", "concise", "-"], notebook().as_bytes());
    assert!(cells.out.starts_with("-:cell "), "{} {}", cells.out, cells.err);
    assert!(place.pipe(&["convert", "-"], CLEAN.as_bytes()).out.starts_with("--- a/stdin.py\n+++ b/stdin.py\n"));
    let diff = place.pipe(&["convert", "-"], notebook().as_bytes()).out;
    assert!(diff.starts_with("--- a/stdin.ipynb\n+++ b/stdin.ipynb\n"), "{diff}");
}

/// Ways to nest code, each with a size at which an algorithm that looks at all of it at each level would not end.
#[test]
fn code_that_is_nested_very_deeply_is_converted_all_the_same() {
    const USE: &str =
        "from azure.mgmt.batchai import BatchAIManagementClient\nclient = BatchAIManagementClient(c, 's')\n";
    let nested = [
        ("parentheses", format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000))),
        ("signs", format!("x = {}1\n", "-".repeat(100_000))),
        ("sum", format!("x = 1{}\n", "+1".repeat(100_000))),
        ("lists", format!("x = {}{}\n", "[".repeat(20_000), "]".repeat(20_000))),
        ("attributes", format!("x = client{}\n", ".a".repeat(20_000))),
        ("calls", format!("x = client.clusters{}\n", ".get('a')".repeat(5_000))),
    ];
    for (name, code) in nested {
        let place = Place::with(&[("a.py", &*format!("{USE}{code}"))]);
        let answer = place.run(&["convert", "a.py"]);
        assert_eq!(answer.code, 1, "{name}: {}", answer.err);
        assert!(answer.out.contains("+client = MLClient("), "{name}: {}", answer.err);
    }
}
