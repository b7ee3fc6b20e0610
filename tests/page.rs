//! The page of `report` in headless Chromium: with three findings, with ten thousand, and with hostile ones; in light, in
//! dark and on paper. `tests/page/drive.py` is the person who reads it.
//!
//! It needs `chromium` (or what BAI2AML_CHROMIUM names) and an environment of its own under `target/sdk-tests/page`; screenshots
//! go to `target/tmp/page/`. `BAI2AML_SDK_TESTS=off` leaves it out.

#[allow(dead_code)]
#[path = "cli/place.rs"]
mod place;
#[path = "support/trees.rs"]
mod trees;
#[allow(dead_code)]
#[path = "support/venv.rs"]
mod venv;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use place::Place;

/// The browser.
fn chromium() -> PathBuf {
    let path = env::var_os("BAI2AML_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    assert!(
        path.exists(),
        "the page is tested in `{}`, which is not there: install it (Debian: package `chromium`), or name another one in \
         BAI2AML_CHROMIUM; BAI2AML_SDK_TESTS=off leaves this test out",
        path.display()
    );
    path
}

/// Reads the report of a tree as a person does; a failure is what that person says.
fn read(name: &str, place: &Place, code: i32) {
    if !venv::wanted() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page").join(name);
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    let page = folder.join("report.html");
    let numbers = folder.join("report.json");
    for path in [&page, &numbers] {
        let answer = place.run(&["report", ".", "-o", path.to_str().unwrap()]);
        assert_eq!(answer.code, code, "{}", answer.err);
    }
    let python = venv::environment("page").unwrap_or_else(|sentence| panic!("{sentence}"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/drive.py");
    let output = Command::new(python)
        .arg(script)
        .args([&chromium(), &page, &numbers, &folder])
        .arg(trees::SECRETS.join(" "))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{name}:\n{}{}", said[0], said[1]);
}

#[test]
fn three_findings_are_read() {
    read("three", &Place::with(&[("train.py", trees::THREE)]), 0);
}

#[test]
fn ten_thousand_findings_are_read() {
    read("many", &trees::many(120, 9), 0);
}

#[test]
fn hostile_findings_are_read_and_do_nothing() {
    let place = trees::hostile();
    let secrets = trees::secretive();
    for name in secrets.names() {
        place.write(&format!("secret/{name}"), secrets.read(&name).as_bytes());
    }
    read("hostile", &place, 2);
}
