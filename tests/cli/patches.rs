//! `--patches DIR`: which files are written, what they hold, and what is never touched.

use std::fs;

use crate::place::{CLEAN, MANUAL, OTHER, Place, notebook};

/// A program of which nothing is lost and nothing differs.
const EXACT: &str = "import azure.mgmt.batchai.models as models\nORDER = [models.JobPriority.low]\n";

/// Two files that come apart.
fn place() -> Place {
    Place::repository(&[("src/exact.py", EXACT), ("src/manual.py", MANUAL)])
}

#[test]
fn what_is_certain_what_is_not_and_what_is_left() {
    let place = place();
    let answer = place.run(&["convert", "--patches", "out/todo", "src"]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{}", answer.err);
    let names = ["out/todo/manual.md", "out/todo/review.patch", "out/todo/safe.patch", "src/exact.py", "src/manual.py"];
    assert_eq!(place.names(), names);
    assert_eq!((place.read("src/exact.py"), place.read("src/manual.py")), (EXACT.into(), MANUAL.into()));
    assert!(place.read("out/todo/safe.patch").starts_with("--- a/src/exact.py\n+++ b/src/exact.py\n@@ -"));
    assert!(place.read("out/todo/review.patch").starts_with("--- a/src/manual.py\n+++ b/src/manual.py\n@@ -"));
    for line in
        ["out/todo/safe.patch: 1 hunk in 1 file\n", "out/todo/review.patch: 1 hunk in 1 file\n", "out/todo/manual.md: "]
    {
        assert!(answer.err.contains(line), "{}", answer.err);
    }
    for patch in ["out/todo/review.patch", "out/todo/safe.patch"] {
        assert_eq!(place.git(".", &["apply", patch], b"").code, 0);
    }
    let [exact, manual] = [place.read("src/exact.py"), place.read("src/manual.py")];
    assert_eq!(exact, "ORDER = ['low']\n");
    let whole = self::place();
    whole.run(&["convert", "--write", "src"]);
    assert_eq!([exact, manual], [whole.read("src/exact.py"), whole.read("src/manual.py")]);
}

#[test]
fn the_list_has_a_box_for_each_place_with_what_and_why() {
    let place = place();
    place.run(&["convert", "--patches", "todo", "src"]);
    let list = place.read("todo/manual.md");
    assert!(list.starts_with("# Left to do by hand\n"), "{list}");
    assert!(list.contains("\n## `src/manual.py`\n"), "{list}");
    let boxes: Vec<&str> = list.lines().filter(|line| line.starts_with("- [ ] `src/manual.py:")).collect();
    assert!(!boxes.is_empty() && boxes.iter().all(|line| line.contains(" BAI") && line.contains(": ")), "{list}");
    assert!(list.contains("\n  - do: "), "{list}");
}

#[test]
fn what_could_not_be_converted_is_in_the_list_and_decides_the_exit_code() {
    let place = Place::with(&[("a.py", EXACT), ("b.py", "import azure.mgmt.batchai\nprint 'x'\n")]);
    let answer = place.run(&["convert", "--patches", "todo", "."]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    let list = place.read("todo/manual.md");
    assert!(list.starts_with("# Not converted\n\n- [ ] `b.py:2:7`: this is not Python 3"), "{list}");
    assert!(place.read("todo/safe.patch").contains("a/a.py"));
}

#[test]
fn what_would_be_empty_is_not_written_and_that_is_said() {
    let place = Place::with(&[("a.py", EXACT), ("other.py", OTHER)]);
    let answer = place.run(&["convert", "--patches", "todo", "a.py"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(place.names(), ["a.py", "other.py", "todo/safe.patch"]);
    assert!(
        answer.err.contains("review.patch: nothing, not written\nmanual.md: nothing, not written\n"),
        "{}",
        answer.err
    );
    let answer = place.run(&["convert", "--patches", "none", "other.py"]);
    assert_eq!((answer.code, place.path("none").exists()), (0, false), "{}", answer.err);
}

#[test]
fn a_second_run_replaces_the_first_and_leaves_nothing_of_it() {
    let place = place();
    place.run(&["convert", "--patches", "todo", "src"]);
    let first = place.read("todo/safe.patch");
    assert_eq!(place.run(&["convert", "--patches", "todo", "src"]).code, 1);
    assert_eq!(place.read("todo/safe.patch"), first);
    let answer = place.run(&["convert", "--patches", "todo", "src/exact.py"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(place.names(), ["src/exact.py", "src/manual.py", "todo/safe.patch"]);
}

#[test]
fn a_folder_with_anything_else_is_refused() {
    let place = place();
    fs::create_dir(place.path("todo")).unwrap();
    fs::write(place.path("todo/notes.txt"), "mine").unwrap();
    let answer = place.run(&["convert", "--patches", "todo", "src"]);
    assert_eq!((answer.code, place.path("todo/safe.patch").exists()), (2, false));
    assert!(answer.err.contains("`todo` holds `notes.txt`, which is not of `--patches`"), "{}", answer.err);
    let answer = place.run(&["convert", "--patches", "src/exact.py", "src"]);
    assert_eq!((answer.code, place.read("src/exact.py")), (2, EXACT.into()), "{}", answer.err);
}

#[test]
fn it_takes_the_place_of_what_else_could_be_written() {
    let place = place();
    for other in [&["--write"][..], &["-o", "new"], &["--cells"]] {
        let answer = place.run(&[&["convert", "--patches", "todo", "src"], other].concat());
        assert_eq!(answer.code, 2, "{other:?}");
        assert!(answer.err.contains("cannot be used with"), "{}", answer.err);
    }
    let answer = place.run(&["convert", "--quiet", "--patches", "todo", "--report", "r.json", "src"]);
    assert_eq!((answer.code, answer.err.as_str()), (1, ""));
    assert!(place.path("r.json").exists() && place.path("todo/safe.patch").exists());
}

#[test]
fn patches_apply_from_where_the_user_stands() {
    let place = Place::repository(&[("src/deep/exact.py", EXACT), ("src/deep/manual.py", MANUAL)]);
    assert_eq!(place.run_in("src", &["convert", "--patches", "../todo", "deep"]).code, 1);
    for patch in ["../todo/safe.patch", "../todo/review.patch"] {
        let applied = place.git("src", &["apply", patch], b"");
        assert_eq!(applied.code, 0, "{}", applied.err);
    }
    assert_eq!(place.read("src/deep/exact.py"), "ORDER = ['low']\n");
}

#[test]
fn a_notebook_stays_one() {
    let place = Place::repository(&[("a.ipynb", &notebook()), ("b.py", CLEAN)]);
    place.run(&["convert", "--patches", "todo", "."]);
    for patch in ["todo/safe.patch", "todo/review.patch"] {
        if place.path(patch).exists() {
            assert_eq!(place.git(".", &["apply", patch], b"").code, 0);
            serde_json::from_str::<serde_json::Value>(&place.read("a.ipynb")).unwrap();
        }
    }
    let whole = Place::with(&[("a.ipynb", &notebook())]);
    whole.run(&["convert", "--write", "."]);
    assert_eq!(place.read("a.ipynb"), whole.read("a.ipynb"));
}

#[test]
fn two_patches_of_one_file_apply_in_both_orders() {
    // The reader of a setting has nothing to do with the client, and a line between them is enough.
    let program = "import azure.mgmt.batchai.models as models\n\nORDER = [models.JobPriority.low]\n\ndef f(x):\n    return x\n\n\
                   from somewhere import clients\n\nclients.mine.file_servers.get('rg', 'ws', 'f')\n";
    for order in [["safe", "review"], ["review", "safe"]] {
        let place = Place::repository(&[("a.py", program)]);
        place.run(&["convert", "--patches", "todo", "a.py"]);
        for patch in order {
            let applied = place.git(".", &["apply", &format!("todo/{patch}.patch")], b"");
            assert_eq!(applied.code, 0, "{order:?} {patch}: {}", applied.err);
        }
        assert!(place.read("a.py").contains("ORDER = ['low']\n"), "{}", place.read("a.py"));
        assert!(place.read("a.py").contains("# bai2aml: BAI901 manual"), "{}", place.read("a.py"));
    }
}
