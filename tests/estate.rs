//! A tree of mixed files, `tests/estate/`, each kind with something that is to be found and with decoys that are not.
//!
//! What is to be found is written on its line (`expect: BAI822`), or here where the language has no comments.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Findings in files that cannot say it themselves, by path and line.
const EXPECTED: [(&str, usize, &str); 10] = [
    ("arm/cluster.json", 4, "BAI813"),
    ("arm/cluster.json", 5, "BAI813"),
    ("config/cluster.json", 2, "BAI812"),
    ("config/job.json", 2, "BAI812"),
    ("config/mounted-job.json", 2, "BAI812"),
    ("config/mounted-job.json", 4, "BAI601"),
    ("config/mounted-job.json", 5, "BAI605"),
    ("deploy/run.cmd", 3, "BAI823"),
    ("node/package.json", 3, "BAI814"),
    ("py/hop.py", 1, "BAI841"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/estate")
}

fn check(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bai2aml")).arg("check").args(args).current_dir(root()).output().unwrap()
}

type Places = BTreeSet<(String, usize, String)>;

/// Path, line and code of each line of `--format concise`.
fn found(args: &[&str]) -> Places {
    let output = check(&[&["--format", "concise"], args].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let place = |line: &str| {
        let (at, rest) = line.split_once(": ").unwrap();
        let mut at = at.split(':');
        let (path, number) = (at.next().unwrap(), at.next().unwrap());
        (path.to_owned(), number.parse().unwrap(), rest.split(' ').next().unwrap().to_owned())
    };
    text.lines().map(place).collect()
}

fn expected() -> Places {
    let mut all: Places = EXPECTED.iter().map(|(path, line, code)| ((*path).into(), *line, (*code).into())).collect();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            for (index, line) in text.lines().enumerate() {
                let code = line.split_once("expect: ").map(|(_, code)| &code[..6]).filter(|_| !line.starts_with("::"));
                all.extend(code.map(|code| (name.clone(), index + 1, code.to_owned())));
            }
        }
    }
    all
}

fn without_hop(places: Places) -> Places {
    places.into_iter().filter(|(.., code)| code != "BAI841").collect()
}

#[test]
fn everything_is_found_and_nothing_else() {
    let (found, expected) = (found(&["."]), without_hop(expected()));
    assert_eq!(expected.difference(&found).collect::<Vec<_>>(), Vec::<&_>::new(), "not found");
    assert_eq!(found.difference(&expected).collect::<Vec<_>>(), Vec::<&_>::new(), "found for nothing");
    assert!(expected.len() > 30);
}

#[test]
fn the_second_hop_is_found_when_it_is_asked_for() {
    let found = found(&["--second-hop", "."]);
    let hop: Vec<_> =
        found.iter().filter(|(.., code)| code == "BAI841").map(|(path, line, _)| (path.as_str(), *line)).collect();
    assert_eq!(hop, [("py/hop.py", 1), ("py/requirements.txt", 2)]);
    assert_eq!(without_hop(found.clone()), without_hop(expected()));
    let json = check(&["--second-hop", "--format", "json", "py/hop.py"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["findings"][0]["level"], "note");
}

#[test]
fn a_file_finds_the_same_when_it_is_named() {
    for (path, ..) in without_hop(expected()) {
        let is_of_it = |place: &&(String, usize, String)| place.0 == path;
        // A file that says nothing of itself is read as Python when it is named.
        if path == "env/train.env" {
            continue;
        }
        let all: Vec<_> = expected().into_iter().filter(|place| is_of_it(&place) && place.2 != "BAI841").collect();
        assert_eq!(found(&[&path]).into_iter().collect::<Vec<_>>(), all, "{path}");
    }
}

#[test]
fn a_use_in_another_language_says_what_to_do() {
    let output = check(&["deploy/run.cmd"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains(
            "error[BAI823]: this code shows or changes a cluster on the command line\n --> deploy/run.cmd:3:1"
        ),
        "{text}"
    );
    let text = String::from_utf8(check(&["docker/Dockerfile"]).stdout).unwrap();
    assert!(text.contains("= help: check with `pip install --dry-run`"), "{text}");
}

#[test]
fn commands_are_converted_and_the_rest_of_a_file_is_left_to_a_person() {
    let output = Command::new(env!("CARGO_BIN_EXE_bai2aml"))
        .args(["convert", "deploy/run.sh"])
        .current_dir(root())
        .output()
        .unwrap();
    let [diff, text] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(diff.contains("+az ml compute create --type AmlCompute -g vision -w training -n gpus"), "{diff}");
    assert!(
        text.contains("deploy/run.sh:6:18: BAI605 manual: `AZ_BATCHAI_MOUNT_ROOT` is not converted here"),
        "{text}"
    );
}
