//! The hooks of `.pre-commit-hooks.yaml`, through `pre-commit` itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::packages::{built, root, succeeds, tool};
use crate::venv;

fn git(folder: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"];
    succeeds(Command::new("git").args(identity).args(args).current_dir(folder))
}

/// A repository with what pre-commit takes from this one, as it is now, and the program of the hooks, built by pre-commit.
pub fn build(folder: &Path, source: &Path) {
    let hooks = folder.join("hooks");
    succeeds(Command::new("cp").arg("-r").arg(source).arg(&hooks));
    fs::copy(root().join(".pre-commit-hooks.yaml"), hooks.join(".pre-commit-hooks.yaml")).unwrap();
    git(&hooks, &["init", "--quiet"]);
    git(&hooks, &["add", "--all"]);
    git(&hooks, &["commit", "--quiet", "--message", "all"]);
    let user = folder.join("user");
    fs::create_dir(&user).unwrap();
    git(&user, &["init", "--quiet"]);
    fs::write(user.join(".pre-commit-config.yaml"), configuration(folder, "")).unwrap();
    let project = Project { folder: &user, home: &folder.join("home") };
    let (output, said) = project.pre_commit(&["install-hooks"]);
    assert!(output.status.success(), "{said}");
}

/// The configuration of somebody who uses both hooks.
fn configuration(folder: &Path, args: &str) -> String {
    let hooks = folder.join("hooks");
    let rev = git(&hooks, &["rev-parse", "HEAD"]);
    let hooks = hooks.display();
    format!("repos:\n- repo: {hooks}\n  rev: {rev}  hooks:\n  - id: bai2aml-check\n{args}  - id: bai2aml-convert\n")
}

/// A repository of somebody who uses the hooks.
struct Project<'a> {
    folder: &'a Path,
    home: &'a Path,
}

impl Project<'_> {
    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
        git(self.folder, &["add", name]);
    }

    fn pre_commit(&self, args: &[&str]) -> (Output, String) {
        let mut command = tool("pre-commit");
        let output = command.args(args).current_dir(self.folder).env("PRE_COMMIT_HOME", self.home).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output, said)
    }

    fn passes(&self, args: &[&str]) {
        let (output, said) = self.pre_commit(args);
        assert!(output.status.success() && said.contains("Passed"), "{said}");
    }

    fn fails(&self, args: &[&str]) -> String {
        let (output, said) = self.pre_commit(args);
        assert!(output.status.code() == Some(1) && said.contains("Failed"), "{said}");
        said
    }
}

const CLIENT: &str = "from azure.mgmt.batchai import BatchAIManagementClient\n\n\
    client = BatchAIManagementClient(credentials, 'subscription')\n";
const USE: &str = "from client import client\n\nclient.clusters.delete('vision', 'training', 'gpus').result()\n";

#[test]
fn pre_commit_builds_and_runs_the_hooks() {
    if !venv::wanted() {
        return;
    }
    let (place, built) = (tempfile::tempdir().unwrap(), built());
    let project = Project { folder: place.path(), home: &built.folder.join("home") };
    let config = |args: &str| configuration(&built.folder, args);
    git(project.folder, &["init", "--quiet"]);
    project.write(".pre-commit-config.yaml", &config(""));
    project.write("clean.py", "print('hello')\n");
    project.passes(&["run"]);
    git(project.folder, &["commit", "--quiet", "--message", "clean"]);

    // The client is in a file that is not part of the commit.
    project.write("client.py", CLIENT);
    git(project.folder, &["commit", "--quiet", "--message", "client"]);
    project.write("use.py", USE);
    let said = project.fails(&["run"]);
    assert!(said.contains("use.py:3:1") && said.contains("BAI104"), "{said}");

    // A baseline lets the commit pass until something new comes.
    let known = ["check", "--write-baseline", "known.json", "."];
    succeeds(Command::new(env!("CARGO_BIN_EXE_bai2aml")).args(known).current_dir(project.folder));
    project.write("known.json", &fs::read_to_string(project.folder.join("known.json")).unwrap());
    project.write(".pre-commit-config.yaml", &config("    args: [--baseline, known.json, .]\n"));
    project.passes(&["run"]);
    project.write("new.py", &USE.replace("gpus", "cpus"));
    assert!(project.fails(&["run"]).contains("new.py:3:1"));

    // `convert` waits to be asked, and rewrites.
    project.fails(&["run", "--hook-stage", "manual", "bai2aml-convert"]);
    let converted = fs::read_to_string(project.folder.join("new.py")).unwrap();
    assert!(
        converted.contains("client.compute.begin_delete(") && !git(project.folder, &["diff"]).is_empty(),
        "{converted}"
    );
}
