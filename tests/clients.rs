//! The two servers with clients that others wrote: `lsp` with pygls, `mcp` with the package `mcp`.
//!
//! What the clients do and expect is in `tests/clients/*.py`; their virtual environment is made as those of the SDKs are, see
//! `tests/support/venv.rs`.

#[allow(dead_code)]
#[path = "support/venv.rs"]
mod venv;

use std::path::Path;
use std::process::Command;

/// Runs a client in an empty folder; it ends with a word when all was as it expects.
fn run(client: &str) {
    if !venv::wanted() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let python =
        venv::environment_of("clients", &folder.join("requirements.txt")).unwrap_or_else(|why| panic!("{why}"));
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(python);
    command.arg(folder.join(client)).arg(env!("CARGO_BIN_EXE_bai2aml")).current_dir(place.path());
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.ends_with("well\n"), "{out}\n{err}");
}

#[test]
fn an_editor_opens_edits_hovers_and_converts() {
    run("lsp.py");
}

#[test]
fn an_agent_checks_converts_explains_verifies_and_stays_in_its_folder() {
    run("agent.py");
}
