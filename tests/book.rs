//! The book in `docs/`: its pages of codes and options are made from the program, what it shows was printed by the
//! program, what it tells people to type is understood, and its links lead somewhere.
//!
//! `BLESS=1 cargo test --test book` rewrites what is made by the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bai2aml::concept::{explain, list};
use similar::TextDiff;

const PROGRAM: &str = env!("CARGO_BIN_EXE_bai2aml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page, and the README, by its path.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([("README.md".to_owned(), fs::read_to_string(root().join("README.md")).unwrap())]);
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                pages.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    pages
}

/// Holds a page against what it should be; `BLESS=1` rewrites it.
fn is_up_to_date(path: &str, new: &str) {
    let old = fs::read_to_string(root().join(path)).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() && old != new {
        fs::write(root().join(path), new).unwrap();
        return;
    }
    let diff = TextDiff::from_lines(&*old, new);
    let diff = diff.unified_diff().header(path, "what it should be (BLESS=1 cargo test --test book)").to_string();
    assert!(diff.is_empty(), "{diff}");
}

/// The areas of the codes, by their first digit: file and title.
const AREAS: [(&str, &str); 10] = [
    ("0-account", "Account and client"),
    ("1-compute", "Compute"),
    ("2-storage", "Storage and data"),
    ("3-job", "Jobs"),
    ("4-toolkit", "Toolkits"),
    ("5-output", "Output and monitoring"),
    ("6-variable", "Environment variables"),
    ("7-neighbour", "Neighbouring SDKs"),
    ("8-file", "Commands, configuration and other files"),
    ("9-none", "No equivalent, and rules"),
];

#[test]
fn the_pages_of_codes_are_the_concept_table() {
    let list = list();
    let mut shown = 0;
    for (digit, (file, title)) in AREAS.iter().enumerate() {
        let mut page = format!("# {title}\n");
        for (code, name, summary) in list.iter().filter(|(code, ..)| code[3..].starts_with(&digit.to_string())) {
            page += &format!("\n## {code}\n\n`{name}`: this code {summary}.\n\n{}", body(code));
            shown += 1;
        }
        is_up_to_date(&format!("docs/codes/{file}.md"), &page);
    }
    assert_eq!(shown, list.len(), "a code has no page");
}

/// What `explain` says below its first sentence: the fates as they are, the example as a diff.
fn body(code: &str) -> String {
    let text = explain(code).unwrap();
    let (_, text) = text.split_once("\n\n").unwrap_or_else(|| panic!("{code} has a title alone"));
    let (fates, example) = text.split_once("\nExample, ").map_or((text, None), |(fates, rest)| (fates, Some(rest)));
    if !fates.starts_with("v2: ") {
        return fates.trim_end().to_owned() + "\n";
    }
    let mut body = format!("```text\n{}\n```\n", fates.trim_end());
    if let Some((title, diff)) = example.and_then(|example| example.split_once("\n\n")) {
        let lines: Vec<&str> = diff.trim_end().lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        body += &format!("\nExample, {title}:\n\n```diff\n{}\n```\n", lines.join("\n"));
    }
    body
}

#[test]
fn the_page_of_options_is_the_help() {
    let help = |args: &[&str]| {
        let output = Command::new(PROGRAM).args(args).env("COLUMNS", "80").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    };
    let all = help(&["--help"]);
    let commands = all.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut page = format!(
        "# Options\n\nWhat `--help` says. `bai2aml man` has the same as manual pages.\n\n```text\n{all}\n```\n"
    );
    for line in commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let command = line.split_whitespace().next().unwrap();
        if command != "help" {
            page += &format!("\n## {command}\n\n```text\n{}\n```\n", help(&[command, "--help"]));
        }
    }
    is_up_to_date("docs/options.md", &page);
}

/// Everything in fences of a language, with its place in the page.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<(usize, &'a str)> {
    let open = format!("```{language}\n");
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = page[at..].find(&open) {
        let start = at + found + open.len();
        let end = start + page[start..].find("```").expect("a fence is closed");
        blocks.push((start, &page[start..end]));
        at = end;
    }
    blocks
}

/// `$ command` with the lines below it.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, output))) => *output += &format!("{line}\n"),
            (None, None) => panic!("a console block starts with `$ `: {line}"),
        }
    }
    commands
}

/// The console blocks of a page run one after the other in one folder. `cat` of a file that is not there yet makes it from
/// what the page shows.
#[test]
fn what_the_pages_show_is_what_the_program_prints() {
    let mut shown = 0;
    for (path, page) in pages() {
        let blocks = blocks(&page, "console");
        if blocks.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut new = page.clone();
        let mut all: Vec<(usize, usize, String)> = Vec::new();
        for (start, block) in blocks {
            let mut text = String::new();
            for (command, output) in commands(block) {
                text += &format!("$ {command}\n{}", ran(command, &output, folder.path()));
                shown += 1;
            }
            all.push((start, start + block.len(), text));
        }
        for (start, end, text) in all.into_iter().rev() {
            new.replace_range(start..end, &text);
        }
        is_up_to_date(&path, &new);
    }
    assert!(shown > 10, "{shown} commands were run");
}

/// What a console block may start: nothing that reaches out of its folder. What tests cannot run stands in a `bash` block.
const SAFE: [&str; 5] = ["bai2aml", "cat", "echo", "git", "printf"];

/// What a command prints on both streams.
fn ran(command: &str, shown: &str, folder: &Path) -> String {
    let starts = command.split(['|', '&', ';']).filter_map(|part| part.split_whitespace().next());
    let other: Vec<&str> = starts.filter(|word| !SAFE.contains(word)).collect();
    assert!(other.is_empty(), "`{command}` starts {other:?}: write it in a `bash` block");
    let made = command.strip_prefix("cat ").map(|name| folder.join(name)).filter(|path| !path.exists());
    if let Some(path) = made {
        fs::write(path, shown).unwrap();
    }
    let path = format!("{}:{}", Path::new(PROGRAM).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder)
        .env_remove("COLUMNS")
        .envs([("PATH", path.as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([
            ("GIT_AUTHOR_NAME", "x"),
            ("GIT_AUTHOR_EMAIL", "x"),
            ("GIT_COMMITTER_NAME", "x"),
            ("GIT_COMMITTER_EMAIL", "x"),
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Lines of code that call the program, anywhere in the documents: its commands and options exist.
#[test]
fn what_the_pages_tell_to_type_is_understood() {
    let (folder, mut tried, mut wrong) = (tempfile::tempdir().unwrap(), 0, Vec::new());
    for (path, page) in pages() {
        for line in page.lines().filter(|line| line.starts_with("    bai2aml ")) {
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let end = words.iter().position(|word| ["#", "|", ">", "<", "&&"].contains(word)).unwrap_or(words.len());
            let output = Command::new(PROGRAM)
                .args(words[..end].iter().map(|word| word.trim_matches('\'')))
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            if said.contains("Usage: ") || said.contains("For more information, try") {
                wrong.push(format!("{path}: {line}\n{said}"));
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty() && tried > 20, "{tried} tried\n{}", wrong.join("\n"));
}

/// On the page itself, as a forge shows it; `tests/getting/book.rs` does the same for the book that is built.
#[test]
fn links_of_the_pages_lead_somewhere() {
    let pages = pages();
    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for link in links(page) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let from = Path::new(path).parent().unwrap();
            let target = if file.is_empty() { PathBuf::from(path) } else { plain(&from.join(file)) };
            let known = pages.get(&target.to_string_lossy().into_owned());
            let has_anchor = |page: &&String| page.lines().filter_map(heading).any(|heading| heading == anchor);
            if !root().join(&target).exists() || (!anchor.is_empty() && known.filter(has_anchor).is_none()) {
                wrong.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The relative links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|link| !link.starts_with("http") && !link.contains(char::is_whitespace))
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            parts.pop();
        } else if part.as_os_str() != "." {
            parts.push(part);
        }
    }
    parts
}

/// The anchor that a heading makes.
fn heading(line: &str) -> Option<String> {
    let text = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
    let kept = text.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    Some(kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect())
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: Vec<&str> = links(&contents).collect();
    let pages = pages();
    let pages = pages
        .keys()
        .filter_map(|path| path.strip_prefix("docs/"))
        .filter(|path| *path != "SUMMARY.md" && !path.starts_with("images/"));
    let missing: Vec<&str> = pages.filter(|page| !listed.contains(page)).collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not name {missing:?}");
}
