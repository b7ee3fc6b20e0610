//! `review`: hunk by hunk on a terminal, and without one by what the command says.

use std::fs;
use std::process::Command;

use crate::place::{Answer, MANUAL, OTHER, Place, notebook};
use crate::undo::all;

/// A script in three hunks that go together.
const CLEAN: &str = "\
import os
from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient

credentials = ServicePrincipalCredentials(client_id='app', secret=os.environ['SECRET'], tenant='tenant')
client = BatchAIManagementClient(credentials, 'subscription')

client.clusters.delete('group', 'workspace', 'cluster').result()
print('gone')
";

/// Two functions that have nothing to do with each other, and stay as they are, each with a comment above.
const TWO: &str = "\
import os


def index():
    return os.environ['AZ_BATCHAI_TASK_INDEX']


def log():
    print('no Batch AI')


log()
";

/// Nothing of it differs afterwards.
const EXACT: &str = "import azure.mgmt.batchai.models as models\n\nORDER = [models.JobPriority.low]\n";

fn preview(place: &Place, args: &[&str]) -> String {
    let answer = place.run(&[&["review", "--list"], args].concat());
    let word = answer.out.split_whitespace().nth(1).unwrap().trim_end_matches(':').to_owned();
    assert!(answer.out.starts_with(&format!("preview {word}: ")), "{}", answer.out);
    word
}

#[test]
fn without_a_terminal_the_hunks_are_listed_and_nothing_is_written() {
    let place = Place::repository(&[("a.py", CLEAN), ("b.py", TWO), ("c.py", OTHER)]);
    let before = all(&place);
    for args in [&["review", "."][..], &["review", "--list", "."]] {
        let answer = place.run(args);
        assert_eq!(answer.code, 1);
        assert!(
            answer.out.contains(": 4 hunks in 2 files\n\nhunk 1 of 4: a.py:2, exact\n@@ -1,6 +1,6 @@\n"),
            "{}",
            answer.out
        );
        assert!(answer.out.contains("\n-from azure.mgmt.batchai import BatchAIManagementClient\n"), "{}", answer.out);
        assert!(
            answer.out.contains("  = goes with: hunks 2, 3\n\nhunk 2 of 4: a.py:5, approximate\n"),
            "{}",
            answer.out
        );
        assert!(answer.out.contains("\na.py:6:10: BAI001 approximate: "), "{}", answer.out);
        assert!(answer.out.contains("\nhunk 4 of 4: b.py:5, manual\n"), "{}", answer.out);
        assert!(answer.err.starts_with("take hunks with `bai2aml review --preview "), "{}", answer.err);
    }
    assert_eq!(all(&place), before);
    let answer = place.run(&["review", "c.py"]);
    assert_eq!((answer.code, answer.err.as_str()), (0, "no hunks: nothing would change\n"));
    assert_eq!(place.run(&["review", "c.py", "gone.py"]).code, 2);
    assert_eq!(place.run(&["review", "-"]).code, 2);
    assert!(!place.path(".bai2aml").exists());
}

#[test]
fn all_hunks_are_what_convert_writes_and_undo_takes_them_back() {
    let files = [("a.py", CLEAN.to_owned()), ("b.ipynb", notebook()), ("c.py", CLEAN.replace('\n', "\r\n"))];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (place, other) = (Place::repository(&files), Place::repository(&files));
    let before = all(&place);
    let answer = place.run(&["review", "--accept", "all", "."]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("verify: "), "{}", answer.out);
    assert!(answer.err.ends_with("3 files rewritten (`bai2aml undo` takes it back)\n"), "{}", answer.err);
    other.run(&["convert", "--write", "."]);
    assert_eq!(all(&place), all(&other));
    assert!(place.run(&["undo", "--list"]).out.ends_with("  3 files  review --accept all .\n"));
    assert_eq!(place.run(&["undo"]).code, 0);
    assert_eq!(all(&place), before);
    place.run(&["review", "--no-journal", "--accept", "all", "."]);
    assert_eq!(place.run(&["undo"]).code, 1);
    assert_eq!(all(&place), all(&other));
}

#[test]
fn what_depends_on_a_hunk_that_is_left_out_follows_and_is_said() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", TWO)]);
    let id = preview(&place, &["."]);
    let answer = place.run(&["review", "--preview", &id, "--accept", "1,2-4", "--reject", "2", "."]);
    assert_eq!(answer.code, 1, "{}", answer.err);
    let followed = "hunk 1 is left out: it needs hunk 2\nhunk 3 is left out: it needs hunk 2\nverify: ";
    assert!(answer.out.starts_with(followed), "{}", answer.out);
    assert!(answer.err.starts_with("1 of 4 hunks taken, 1 file rewritten"), "{}", answer.err);
    assert_eq!(place.read("a.py"), CLEAN);
    assert!(place.read("b.py").contains("# bai2aml: BAI611 manual"));
    let answer = place.run(&["review", "--accept", "all", "--reject", "approximate", "a.py"]);
    assert_eq!((answer.code, place.read("a.py").as_str()), (1, CLEAN));
    assert!(answer.err.starts_with("nothing was changed: none of 3 hunks was taken"), "{}", answer.err);
}

#[test]
fn what_is_exact_can_be_taken_without_a_question() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", MANUAL), ("c.py", EXACT)]);
    let answer = place.run(&["review", "--accept-exact", "."]);
    assert_eq!(answer.code, 1);
    assert_eq!((place.read("a.py").as_str(), place.read("b.py").as_str()), (CLEAN, MANUAL));
    assert_ne!(place.read("c.py"), EXACT);
    assert_eq!(place.run(&["check", "c.py"]).code, 0);
}

#[test]
fn a_preview_whose_file_has_changed_is_refused() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    let id = preview(&place, &["."]);
    let refused = |answer: Answer| {
        assert_eq!((answer.code, answer.out.as_str()), (2, ""));
        assert!(
            answer.err.contains(&format!("are not those of preview `{id}`; nothing was changed")),
            "{}",
            answer.err
        );
        assert_eq!(place.read("b.py"), CLEAN);
    };
    place.write("a.py", format!("{CLEAN}print('more')\n").as_bytes());
    refused(place.run(&["review", "--preview", &id, "--accept", "all", "."]));
    place.write("a.py", CLEAN.as_bytes());
    refused(place.run(&["review", "--preview", &id, "--accept", "1-3", "--target", "v1", "."]));
    refused(place.run(&["review", "--preview", &id, "--accept", "1-3", "b.py"]));
    assert_eq!(place.run(&["review", "--preview", &id, "--accept", "1-3", "."]).code, 1);
    assert!(place.read("a.py") != CLEAN && place.read("b.py") == CLEAN);
}

#[test]
fn decisions_come_from_a_file_too() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", TWO)]);
    let id = preview(&place, &["."]);
    let wrong = [
        ("accept 1\n", "numbers are those of a preview: give its ID with `--preview`"),
        ("accept all\nrejcet 1\n", "d.txt:2: a line is `preview ID`, `accept HUNKS` or `reject HUNKS`"),
        (&format!("preview {id}\naccept 9\n"), "there is no hunk 9: there are 4"),
        (&format!("preview {id}\naccept 0\n"), "there is no hunk 0: there are 4"),
        ("accept some\n", "`some` is no hunk: write numbers (`1,3-5`), fates (`exact,drop`) or `all`"),
        ("accept\n", "d.txt:1: a line is"),
    ];
    for (text, why) in wrong {
        place.write("d.txt", text.as_bytes());
        let answer = place.run(&["review", "--decisions", "d.txt", "."]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{text}");
        assert!(answer.err.contains(why), "{text}: {}", answer.err);
    }
    assert_eq!((place.read("a.py").as_str(), place.read("b.py").as_str()), (CLEAN, TWO));
    place.write("d.txt", format!("# mine\npreview {id}\n\naccept all # but\nreject 4\n").as_bytes());
    assert_eq!(place.run(&["review", "--decisions", "d.txt", "."]).code, 1);
    assert!(place.read("a.py") != CLEAN && place.read("b.py") == TWO);
    assert_eq!(place.run(&["review", "--decisions", "no.txt", "."]).code, 2);
    assert_eq!(place.run(&["review", "--decisions", "d.txt", "--accept", "all", "."]).code, 2);
}

#[test]
fn options_of_the_configuration_are_those_of_convert() {
    let place = Place::with(&[("a.py", CLEAN), ("bai2aml.toml", "target = 'v1'\n")]);
    place.run(&["review", "--accept", "all", "a.py"]);
    assert!(place.read("a.py").contains("azureml.core"), "{}", place.read("a.py"));
}

/// A conversation on a pseudo-terminal; nothing if the system has no `script` of util-linux, which is said.
fn talk(place: &Place, args: &str, env: &[(&str, &str)], lines: &str) -> Option<Answer> {
    let is_there = Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("SKIPPED: this test needs `script` of util-linux for a terminal");
        return None;
    }
    let program = place.program(&[]);
    let line = format!("{} review {args}", program.get_program().to_str().unwrap());
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &line, "/dev/null"]).current_dir(place.path(".")).env("HOME", place.path("."));
    script.env("TERM", "xterm").env("NO_COLOR", "1").envs(env.iter().copied());
    Some(place.start(&mut script, lines.as_bytes()))
}

const PLAIN: &[(&str, &str)] = &[];

#[test]
fn hunks_are_accepted_on_a_terminal_and_written_after_a_last_question() {
    let (place, other) = (Place::with(&[("a.py", CLEAN)]), Place::with(&[("a.py", CLEAN)]));
    let Some(answer) = talk(&place, "a.py", PLAIN, "a\ny\na\ny\n") else { return };
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert!(answer.out.contains("hunk 3 of 3 [a,r,s,e,x,u,q,?]? "), "{}", answer.out);
    assert!(answer.out.contains("verify: 4 fields: 4 equal\r\n"), "{}", answer.out);
    assert!(answer.out.contains("write 3 of 3 hunks to 1 file [y,n,u]? "), "{}", answer.out);
    assert!(
        answer.out.contains("3 of 3 hunks taken, 1 file rewritten (`bai2aml undo` takes it back)"),
        "{}",
        answer.out
    );
    other.run(&["convert", "--write", "a.py"]);
    assert_eq!(all(&place), all(&other));
    assert_eq!(place.run(&["undo"]).out, "put back a.py\n");
    assert_eq!(place.read("a.py"), CLEAN);
}

#[test]
fn nothing_is_written_without_a_yes_at_the_end() {
    for lines in ["A\nn\n", "A\nq\n", "A\n\nhm\nno\n", "A\n", "a\n", "", "q\n", "r\n"] {
        let place = Place::with(&[("a.py", CLEAN)]);
        let Some(answer) = talk(&place, "a.py", PLAIN, lines) else { return };
        assert_eq!((answer.code, place.read("a.py").as_str()), (1, CLEAN), "{lines:?}: {}", answer.out);
        assert!(answer.out.contains("nothing was changed: none of 3 hunks was taken"), "{lines:?}: {}", answer.out);
        assert!(!place.path(".bai2aml").exists());
    }
}

#[test]
fn a_rejected_hunk_takes_with_it_what_depends_on_it() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", TWO)]);
    let Some(answer) = talk(&place, ".", PLAIN, "a\nr\na\ny\n") else { return };
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(answer.out.contains("left out with it: hunks 1, 3\r\n"), "{}", answer.out);
    assert!(!answer.out.contains("hunk 3 of 4 [") && answer.out.contains("hunk 4 of 4 ["), "{}", answer.out);
    assert!(place.read("a.py") == CLEAN && place.read("b.py") != TWO);
}

#[test]
fn a_skipped_hunk_comes_again_and_is_left_open_the_second_time() {
    let place = Place::with(&[("a.py", EXACT), ("b.py", TWO)]);
    let Some(answer) = talk(&place, ".", PLAIN, "s\nA\ny\n") else { return };
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(place.read("a.py") != EXACT && place.read("b.py") != TWO);
    let place = Place::with(&[("a.py", EXACT), ("b.py", TWO)]);
    let skips = "s\n".repeat(12);
    let Some(answer) = talk(&place, ".", PLAIN, &skips) else { return };
    assert_eq!(answer.code, 1);
    assert_eq!(answer.out.matches("hunk 1 of").count(), 4, "shown and asked, twice: {}", answer.out);
    assert!(place.read("a.py") == EXACT && place.read("b.py") == TWO);
}

#[test]
fn decisions_are_taken_back_also_at_the_end() {
    let place = Place::with(&[("b.py", TWO), ("c.py", CLEAN)]);
    let Some(answer) = talk(&place, ".", PLAIN, "u\na\nu\nr\nu\nr\nA\nu\nA\ny\n") else { return };
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(answer.out.contains("there is no decision to take back"), "{}", answer.out);
    assert!(place.read("b.py") == TWO && place.read("c.py") != CLEAN, "{}", answer.out);
}

#[test]
fn concepts_are_explained_and_unknown_keys_show_the_keys() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let Some(answer) = talk(&place, "a.py", PLAIN, "?\na\nx\nx BAI001\nx BAI999\nhm\nq\nn\n") else { return };
    assert_eq!(answer.code, 1);
    assert_eq!(answer.out.matches("u     undo the last decision").count(), 2, "{}", answer.out);
    assert!(answer.out.contains("x and one of BAI001, BAI002"), "{}", answer.out);
    let page = place.run(&["explain", "BAI001"]).out.replace('\n', "\r\n");
    assert!(answer.out.contains(&page), "{}", answer.out);
    assert!(answer.out.contains("there is no concept `BAI999`"), "{}", answer.out);
}

#[test]
fn a_hunk_can_be_edited_and_what_does_not_parse_is_not_taken() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let editor = [("VISUAL", ""), ("EDITOR", "sed -i 's/begin_delete/begin_remove/'")];
    let Some(answer) = talk(&place, "a.py", &editor, "a\na\ne\ny\n") else { return };
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert!(answer.out.contains("accepted as edited:\r\n") && answer.out.contains("+client.compute.begin_remove("));
    assert!(place.read("a.py").contains("\nclient.compute.begin_remove('cluster').result()\nprint('gone')\n"));

    let place = Place::with(&[("a.py", &CLEAN.replace('\n', "\r\n"))]);
    let editor = [("EDITOR", "printf 'one = 1\\ntwo = 2' >")];
    talk(&place, "a.py", &editor, "a\na\ne\ny\n");
    assert!(place.read("a.py").ends_with("\r\none = 1\r\ntwo = 2\r\nprint('gone')\r\n"), "{}", place.read("a.py"));

    let place = Place::with(&[("a.py", CLEAN)]);
    let Some(answer) = talk(&place, "a.py", &[("EDITOR", "echo '((' >")], "a\na\ne\nq\n") else { return };
    assert!(answer.out.contains("the file would be no Python any more with that: e edits it again"), "{}", answer.out);
    assert_eq!((answer.code, place.read("a.py").as_str()), (1, CLEAN));

    let Some(answer) = talk(&place, "a.py", &[("EDITOR", "false")], "e\nq\n") else { return };
    assert!(answer.out.contains("the editor says that it failed: the hunk stays as it was"), "{}", answer.out);
    assert_eq!((answer.code, place.read("a.py").as_str()), (1, CLEAN));
}

#[test]
fn a_file_that_changes_meanwhile_is_refused_and_the_others_go_on() {
    let place = Place::with(&[("a.py", TWO), ("b.py", CLEAN)]);
    // The editor changes another file than it was given, and then says that it failed.
    let editor = [("EDITOR", "echo 'more = 1' >> b.py; false")];
    let Some(answer) = talk(&place, ".", &editor, "e\na\na\ny\n") else { return };
    assert_eq!(answer.code, 2, "{}", answer.out);
    assert!(answer.out.contains("`b.py` has changed since it was read: its hunk 2 is left out; review it again"));
    assert!(answer.out.contains("left out with it: hunks 3, 4"), "{}", answer.out);
    assert!(place.read("a.py") != TWO && place.read("b.py") == format!("{CLEAN}more = 1\n"));
    // A change between the last decision and the writing stops everything.
    let place = Place::with(&[("a.py", TWO)]);
    let editor = [("EDITOR", "(sleep 0.3; echo 'more = 1' >> a.py) & true")];
    let Some(answer) = talk_slowly(&place, "a.py", &editor, &["e\n", "y\n"]) else { return };
    assert_eq!(answer.code, 2, "{}", answer.out);
    let said = answer.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("nothing was changed: it changed while it was converted; run again"), "{said}");
    assert_eq!(place.read("a.py"), format!("{TWO}more = 1\n"));
}

/// A conversation with a pause of a second before each line but the first.
fn talk_slowly(place: &Place, args: &str, env: &[(&str, &str)], lines: &[&str]) -> Option<Answer> {
    let program = place.program(&[]);
    let said: Vec<String> = lines.iter().map(|line| format!("printf '{}'; sleep 1.5", line.escape_default())).collect();
    let line = format!("{} review {args}", program.get_program().to_str().unwrap());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("({}) | script -q -e -c '{line}' /dev/null", said.join("; ")));
    shell.current_dir(place.path(".")).env("HOME", place.path(".")).env("TERM", "xterm").env("NO_COLOR", "1");
    shell.envs(env.iter().copied());
    Command::new("script").arg("--version").output().ok()?;
    Some(place.start(&mut shell, b""))
}

#[test]
fn the_screen_is_80_columns_wide_safe_and_coloured_where_that_is_wanted() {
    let text = format!("x = '\u{1b}]0;title\u{7}'\n{CLEAN}");
    let place = Place::with(&[("a.py", &text), ("b.py", TWO)]);
    let Some(plain) = talk(&place, ".", PLAIN, "?\nA\nn\n") else { return };
    assert!(!plain.out.contains('\u{1b}'), "{:?}", plain.out);
    assert!(plain.out.contains("x = '^[]0;title^G'"), "{:?}", plain.out);
    let is_code = |line: &str| line.starts_with(['-', '+', ' ', '@']) && !line.starts_with("  = ");
    // What was typed early stands elsewhere, so that what is said next begins behind the question.
    let said =
        plain.out.lines().filter(|line| !is_code(line)).map(|line| line.rsplit("]? ").next().unwrap().trim_end());
    let long = said.filter(|line| line.chars().count() > 80).collect::<Vec<_>>();
    assert!(long.is_empty(), "{long:?}");
    let script = talk(&place, "--color always .", PLAIN, "A\nn\n").unwrap();
    assert!(script.out.contains("\u{1b}[1mhunk 1 of 4: a.py:3\u{1b}[0m, \u{1b}[32mexact\u{1b}[0m"), "{:?}", script.out);
    assert!(script.out.contains("\u{1b}[31m-from azure.mgmt.batchai import"), "{:?}", script.out);
    assert!(!script.out.contains("\u{1b}]0;title"), "{:?}", script.out);
}

#[test]
fn a_run_that_was_ended_keeps_a_review_from_writing() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", CLEAN)]);
    place.run(&["convert", "--write", "a.py"]);
    fs::rename(place.path(".bai2aml/runs/1"), place.path(".bai2aml/runs/1.writing")).unwrap();
    let answer = place.run(&["review", "--accept", "all", "b.py"]);
    assert_eq!((answer.code, place.read("b.py").as_str()), (2, CLEAN));
    assert!(answer.err.starts_with("error: an earlier run was ended while it wrote files"), "{}", answer.err);
    let answer = place.run(&["review", "--list", "b.py"]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.starts_with("warning: a run was ended while it wrote files"), "{}", answer.err);
}

#[test]
fn a_file_that_becomes_others_is_named() {
    let config = fs::read_to_string("fixtures/config-cluster/before.cluster.json").unwrap();
    let place = Place::with(&[("cluster.json", &*config), ("a.py", CLEAN)]);
    let alone = place.run(&["review", "cluster.json"]);
    assert_eq!((alone.code, alone.out.as_str()), (1, ""), "{}", alone.err);
    assert!(alone.err.starts_with("`cluster.json` becomes other files as a whole: `bai2aml convert cluster.json`"));
    assert!(!alone.err.contains("no hunks"), "{}", alone.err);
    let all = place.run(&["review", "--accept", "all", "."]);
    assert_eq!(all.code, 1, "{}", all.err);
    assert!(all.err.contains("`cluster.json` becomes other files"), "{}", all.err);
    assert_eq!(place.read("cluster.json"), config);
}
