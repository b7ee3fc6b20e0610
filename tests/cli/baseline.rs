//! What is known already: baselines, and what was there before a branch.

use crate::place::{Answer, CLEAN, MANUAL, Place};

fn check(place: &Place, args: &[&str]) -> Answer {
    place.run(&[&["check", "--format", "concise"], args].concat())
}

fn codes(answer: &Answer) -> Vec<&str> {
    answer.out.lines().filter_map(|line| line.split(' ').nth(1)).collect()
}

/// Two files, and a baseline that knows both.
fn known() -> Place {
    let place = Place::with(&[("src/a.py", CLEAN), ("src/b.py", MANUAL)]);
    let answer = check(&place, &["--write-baseline", "known.json", "src"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""), "{}", answer.err);
    place
}

#[test]
fn what_a_baseline_knows_does_not_fail() {
    let answer = check(&known(), &["--baseline", "known.json", "src"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert_eq!(answer.err, "no new use of Batch AI in 2 files, 8 in the baseline\n");
}

#[test]
fn what_moves_or_is_reformatted_stays_known() {
    let place = known();
    let text = format!("\n\n# moved down\n{}", CLEAN.replace('\'', "\"").replace("'group', ", "\"group\",\n    "));
    place.write("src/a.py", text.as_bytes());
    std::fs::rename(place.path("src/b.py"), place.path("src/c.py")).unwrap();
    let answer = check(&place, &["--baseline", "known.json", "src"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
}

#[test]
fn what_is_new_fails_and_is_printed_alone() {
    let place = known();
    place.write("src/a.py", format!("{CLEAN}client.clusters.list('group', 'workspace')\n").as_bytes());
    let answer = check(&place, &["--baseline", "known.json", "src"]);
    assert_eq!((answer.code, codes(&answer)), (1, vec!["BAI105"]));
    place.write(
        "src/a.py",
        format!("{CLEAN}client.clusters.delete('group', 'workspace', 'cluster').result()\n").as_bytes(),
    );
    let answer = check(&place, &["--baseline", "known.json", "src"]);
    assert_eq!((answer.code, codes(&answer)), (1, vec!["BAI104"]), "a copy is new");
    assert!(answer.out.starts_with("src/a.py:9:1: "), "{}", answer.out);
}

#[test]
fn what_is_gone_fails_until_it_is_taken_out() {
    let place = known();
    place.write("src/b.py", b"print('converted')\n");
    let answer = check(&place, &["--baseline", "known.json", "src"]);
    assert_eq!((answer.code, codes(&answer)), (1, vec!["BAI953"; 3]), "{}", answer.out);
    assert!(answer.out.starts_with("known.json:"), "{}", answer.out);
    let line: usize = answer.out.split(':').nth(1).unwrap().parse().unwrap();
    assert!(place.read("known.json").lines().nth(line - 1).unwrap().contains("\"id\""));
    assert_eq!(check(&place, &["--write-baseline", "known.json", "src"]).code, 0);
    assert_eq!(check(&place, &["--baseline", "known.json", "src"]).code, 0);
}

#[test]
fn a_run_on_a_part_misses_nothing_of_the_rest_and_the_folder_does_not_matter() {
    let place = known();
    assert_eq!(check(&place, &["--baseline", "known.json", "src/a.py"]).code, 0);
    let inside = place.run_in("src", &["check", "--baseline", "../known.json", "."]);
    assert_eq!((inside.code, inside.out.as_str()), (0, ""));
}

#[test]
fn a_baseline_holds_no_line_numbers_and_no_secrets() {
    let place = Place::with(&[("a.py", &CLEAN.replace("os.environ['SECRET']", "'hunter2'"))]);
    check(&place, &["--write-baseline", "known.json", "."]);
    let text = place.read("known.json");
    assert!(!text.contains("line") && !text.contains("hunter2"), "{text}");
    place.write("a.py", CLEAN.replace("os.environ['SECRET']", "'other'").as_bytes());
    assert_eq!(check(&place, &["--baseline", "known.json", "."]).code, 1, "keys of another length are another text");
    place.write("a.py", CLEAN.replace("os.environ['SECRET']", "'hunter3'").as_bytes());
    assert_eq!(check(&place, &["--baseline", "known.json", "."]).code, 0, "a new key is no new finding");
}

#[test]
fn a_baseline_that_cannot_be_read_or_would_be_half_is_an_error() {
    let place = Place::with(&[("a.py", CLEAN), ("b.json", "{}")]);
    for (args, said) in [
        (&["--baseline", "gone.json", "a.py"][..], "cannot read the baseline `gone.json`"),
        (&["--baseline", "b.json", "a.py"], "`b.json` is no baseline: "),
        (&["--write-baseline", "new.json", "a.py", "gone.py"], "no baseline was written"),
        (&["--write-baseline", "a.py", "a.py"], "would replace `a.py`"),
    ] {
        let answer = check(&place, args);
        assert_eq!(answer.code, 2, "{args:?}");
        assert!(answer.err.contains(said), "{}", answer.err);
    }
    assert_eq!(place.names(), ["a.py", "b.json"]);
}

/// A repository with a commit on `main`, and a branch.
fn branch() -> Place {
    let place = Place::repository(&[("src/a.py", CLEAN), ("src/b.py", MANUAL)]);
    commit(&place, "main");
    place.git(".", &["checkout", "-q", "-b", "branch"], b"");
    place
}

fn commit(place: &Place, branch: &str) {
    place.git(".", &["checkout", "-q", "-B", branch], b"");
    place.git(".", &["add", "."], b"");
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "x"];
    assert_eq!(place.git(".", &who, b"").code, 0);
}

#[test]
fn a_branch_answers_for_what_it_adds() {
    let place = branch();
    assert_eq!(check(&place, &["--diff-base", "main", "."]).code, 0);
    place.write("src/a.py", format!("import sys\n{CLEAN}client.clusters.list('g', 'w')\n").as_bytes());
    place.write("src/new.py", MANUAL.as_bytes());
    let answer = check(&place, &["--diff-base", "main", "."]);
    let found = [vec!["BAI105"], vec!["BAI009", "BAI001", "BAI901"]].concat();
    assert_eq!((answer.code, codes(&answer)), (1, found), "{}", answer.out);
    assert!(answer.err.contains(", 8 older than the branch"), "{}", answer.err);
    let part = place.run_in("src", &["check", "--format", "concise", "--diff-base", "main", "a.py"]);
    assert_eq!((part.code, codes(&part)), (1, vec!["BAI105"]));
}

#[test]
fn it_is_the_merge_base_that_counts_and_the_index_is_left_alone() {
    let place = branch();
    place.write("src/c.py", CLEAN.as_bytes());
    commit(&place, "branch");
    place.git(".", &["checkout", "-q", "main"], b"");
    std::fs::remove_file(place.path("src/b.py")).unwrap();
    commit(&place, "main");
    place.git(".", &["checkout", "-q", "branch"], b"");
    let answer = check(&place, &["--diff-base", "main", "src"]);
    assert!(answer.out.lines().all(|line| line.starts_with("src/c.py:")), "{}", answer.out);
    assert_eq!(place.git(".", &["status", "--porcelain"], b"").out, "");
}

#[test]
fn a_revision_that_git_does_not_know_is_an_error() {
    let place = branch();
    for (rev, said) in [("nowhere", "git knows no revision `nowhere`"), ("--all", "`--all` is no revision")] {
        let answer = check(&place, &[&format!("--diff-base={rev}"), "."]);
        assert_eq!(answer.code, 2);
        assert!(answer.err.contains(said), "{}", answer.err);
    }
    let outside = Place::with(&[("a.py", CLEAN)]);
    assert_eq!(check(&outside, &["--diff-base", "main", "."]).code, 2);
}
