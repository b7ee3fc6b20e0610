//! Colour, and what a terminal must never see.

use crate::place::{BROKEN, CLEAN, OTHER, Place};

#[test]
fn an_escape_in_a_path_is_spelt_out_everywhere() {
    let answer = Place::new().run(&["check", "x\u{1b}[31m\u{202e}.py"]);
    assert!(answer.err.starts_with("error: x^[[31m<U+202E>.py: no such file"), "{}", answer.err);
}

#[test]
fn a_newline_in_a_path_does_not_start_a_line() {
    let answer = Place::new().run(&["check", "x\nerror: y.py"]);
    assert!(answer.err.starts_with("error: x^Jerror: y.py: no such file"), "{}", answer.err);
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let place = Place::with(&[("a.py", OTHER)]);
    let colored = |args: &[&str], env: &[(&str, &str)]| {
        let mut program = place.program(&[&["convert", "gone.py"], args].concat());
        place.start(program.envs(env.iter().copied()), b"").err.contains("\x1b[")
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
}

#[test]
fn json_is_the_same_with_and_without_colour() {
    let place = Place::with(&[("a.py", OTHER)]);
    let [plain, colored] = ["never", "always"]
        .map(|when| place.run(&["check", "--format", "json", "--color", when, "a.py", "gone.py"]).out);
    assert_eq!(plain, colored);
}

// All of these need the real conversion.

#[test]
fn a_diff_in_a_pipe_is_exact_and_one_in_colour_is_safe() {
    let text = format!("x = '\u{1b}]0;title\u{7}\u{9b}1m'\r\n{CLEAN}");
    let place = Place::with(&[("a.py", &text)]);
    let plain = place.run(&["convert", "a.py"]).out;
    assert!(plain.contains("\n x = '\u{1b}]0;title\u{7}\u{9b}1m'\r\n"), "{plain:?}");
    let colored = place.run(&["convert", "--color", "always", "a.py"]).out;
    assert!(colored.contains("\n x = '^[]0;title^G<U+009B>1m'\r\n"), "{colored:?}");
    let removed = "\u{1b}[31m-from azure.mgmt.batchai import BatchAIManagementClient\u{1b}[0m\n";
    assert!(colored.contains(removed), "{colored:?}");
    let escapes: Vec<_> = colored.split('\u{1b}').skip(1).map(|rest| rest.split('m').next().unwrap()).collect();
    assert!(escapes.iter().all(|code| ["[0", "[1", "[31", "[32", "[36"].contains(code)), "{escapes:?}");
}

#[test]
fn text_from_user_code_is_never_sent_raw_with_a_finding() {
    let place = Place::with(&[("a\u{1b}[2J.py", CLEAN), ("b.py", &BROKEN.replace("no", "\u{1b}[2J"))]);
    for args in [&["convert", "."][..], &["check", "."], &["convert", "--cells", "."]] {
        assert!(!place.run(args).err.contains('\u{1b}'), "{args:?}");
    }
    assert!(place.run(&["check", "--format", "concise", "."]).out.starts_with("a^[[2J.py:"));
}
