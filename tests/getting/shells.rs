//! `completions` and `man`, in the shells and in the program that reads manual pages.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::venv;

const PROGRAM: &str = env!("CARGO_BIN_EXE_bai2aml");

fn run(args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).env("COLUMNS", "80").output().unwrap()
}

fn text(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = text(&["--help"]);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let lines = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).filter(|name| name != "help").collect()
}

/// A shell, or another tool that `.ci/run` installs.
fn tool(name: &str) -> Command {
    let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output().unwrap().status.success();
    assert!(found, "this test needs `{name}` (`.ci/run` installs it); BAI2AML_SDK_TESTS=off leaves it out");
    Command::new(name)
}

/// `PATH` with the program in front.
fn path() -> String {
    format!("{}:{}", Path::new(PROGRAM).parent().unwrap().display(), std::env::var("PATH").unwrap())
}

#[test]
fn every_shell_knows_every_command() {
    let commands = commands();
    assert!(commands.len() > 8 && commands.contains(&"convert".to_owned()), "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = text(&["completions", shell]);
        let missing: Vec<&String> = commands.iter().filter(|name| !script.contains(name.as_str())).collect();
        assert!(missing.is_empty() && script.contains("upgrade-vm-sizes"), "{shell}: {missing:?}");
    }
    assert_eq!(run(&["completions", "tcsh"]).status.code(), Some(2));
}

/// Types `words` with their tabs at a terminal into an interactive shell, once it says that it is ready.
fn type_into(shell: &[&str], prepare: &str, words: &str, folder: &Path) {
    let command = shell.join(" ");
    let mut terminal = tool("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .current_dir(folder)
        .envs([("TERM", "dumb"), ("PATH", &path()), ("HISTFILE", "/dev/null"), ("SHELL", "/bin/sh")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut screen) = (terminal.stdin.take().unwrap(), terminal.stdout.take().unwrap());
    // The quotes keep the word from being read where it is only echoed.
    writeln!(keys, "{prepare}; echo REA''DY").unwrap();
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"READY") {
        assert_eq!(screen.read(&mut byte).unwrap(), 1, "{command} ended: {}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
    writeln!(keys, "{words}\nexit").unwrap();
    screen.read_to_end(&mut seen).unwrap();
    let status = terminal.wait().unwrap();
    assert!(status.success(), "{command}: {}", String::from_utf8_lossy(&seen));
}

/// A command, an option, a value of an option and a code are typed by half; the completed line runs.
fn completes(shell: &[&str], prepare: &str) {
    let folder = tempfile::tempdir().unwrap();
    type_into(shell, prepare, "bai2aml cove\t--fa\tmanu\t > coverage", folder.path());
    type_into(shell, prepare, "bai2aml exp\tBAI10\t3 > explain", folder.path());
    let wrote = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(wrote("coverage"), text(&["coverage", "--fate", "manual"]));
    assert_eq!(wrote("explain"), text(&["explain", "BAI103"]));
}

#[test]
fn bash_completes() {
    if !venv::wanted() {
        return;
    }
    completes(&["bash", "--norc", "-i"], "source <(bai2aml completions bash)");
}

#[test]
fn zsh_completes() {
    if !venv::wanted() {
        return;
    }
    tool("zsh");
    completes(&["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u -D; source <(bai2aml completions zsh)");
}

#[test]
fn fish_completes() {
    if !venv::wanted() {
        return;
    }
    let ask = "bai2aml completions fish | source; complete -C 'bai2aml cove'; complete -C 'bai2aml coverage --fate m'";
    let home = tempfile::tempdir().unwrap();
    let answer = tool("fish").args(["-c", ask]).envs([("PATH", path().as_str())]).env("HOME", home.path()).output();
    let answer = answer.unwrap();
    let lines: Vec<String> = String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{lines:?} {}", String::from_utf8_lossy(&answer.stderr));
    assert!(lines[0].starts_with("coverage\tShow what becomes") && lines[1].starts_with("manual"), "{lines:?}");
}

#[test]
fn codes_are_completed_with_what_they_mean() {
    let [bash, zsh] = ["bash", "zsh"].map(|shell| text(&["completions", shell]));
    let words: Vec<&str> = bash.split(|c: char| !c.is_alphanumeric()).collect();
    for (code, _, summary) in bai2aml::concept::list() {
        assert!(words.contains(&&*code), "{code}");
        let word = summary.split_whitespace().next().unwrap().replace('`', "");
        assert!(zsh.contains(&format!("{code}\\:\"{word}")), "{code}: {summary}");
    }
}

#[test]
fn a_page_for_each_command_is_read_by_man_without_a_warning() {
    if !venv::wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("man1");
    assert_eq!(text(&["man", "-o", dir.to_str().unwrap()]), "");
    let mut pages: Vec<PathBuf> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    assert_eq!(pages.len(), commands().len() + 1, "{pages:?}");
    for page in &pages {
        let name = page.file_stem().unwrap().to_str().unwrap();
        let args = name.strip_prefix("bai2aml-").map_or(vec!["man"], |command| vec!["man", command]);
        assert_eq!(text(&args), fs::read_to_string(page).unwrap(), "{name}");
        let read = tool("groff").args(["-ww", "-man", "-Tutf8"]).arg(page).output().unwrap();
        assert!(read.status.success() && read.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&read.stderr));
        let shown = String::from_utf8(read.stdout).unwrap();
        assert!(shown.contains(&format!("{name}(1)")) && shown.contains("bai2aml 0."), "{shown}");
    }
    // A second time over the first, for a new version.
    fs::write(dir.join("bai2aml.1"), "old").unwrap();
    text(&["man", "-o", dir.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(dir.join("bai2aml.1")).unwrap(), text(&["man"]));
}

#[test]
fn pages_say_what_the_help_says() {
    for command in commands() {
        let (help, page) = (text(&[&command, "--help"]), text(&["man", &command]));
        let plain = |text: &str| {
            let words = text.replace("\\-", "-").replace("\\*(Aq", "'").replace("\\fB", "").replace("\\fR", "");
            words.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let page = plain(&page);
        let after = help.split("\n\n").skip_while(|paragraph| !paragraph.contains("-h, --help")).skip(1);
        for said in after.flat_map(|paragraph| paragraph.split(": ")) {
            let said = said.strip_prefix("Examples:\n").unwrap_or(said);
            assert!(said.starts_with("Exit codes") || page.contains(&plain(said)), "{command}: {said}\n{page}");
        }
        assert!(page.contains(".SH OPTIONS") && page.contains(".SH DESCRIPTION"), "{command}");
    }
    assert!(text(&["man"]).contains(".SH \"EXIT STATUS\""));
    let unknown = run(&["man", "frobnicate"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no command `frobnicate`"));
}
