//! The GitHub Action and the examples for GitHub, GitLab and Azure Pipelines: their commands run as those services run them.
//!
//! `Runner` stands in for the services: it fills in expressions and environment, and runs each script in a bash of its
//! own. Steps that are actions of others (`uses`, `task`) are noted with what they are given.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::packages::{built, clean_environment, root, succeeds, tool};
use crate::venv;

/// As GitHub starts it for `shell: bash`.
const BASH: [&str; 4] = ["--noprofile", "--norc", "-eo", "pipefail"];

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn string(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A job on GitHub's machine.
struct Runner {
    place: tempfile::TempDir,
    /// What expressions name, such as `inputs.paths` or `steps.check.outputs.sarif`; everything else is empty.
    known: BTreeMap<String, String>,
    /// Actions of others: what they are and what they were given.
    used: Vec<(String, BTreeMap<String, String>)>,
}

impl Runner {
    /// A job in a repository that holds this file.
    fn new(name: &str, text: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        for folder in ["temp", "work"] {
            fs::create_dir(place.path().join(folder)).unwrap();
        }
        fs::write(place.path().join("work").join(name), text).unwrap();
        let known = [
            ("github.action_path", built().source.display().to_string()),
            ("runner.temp", place.path().join("temp").display().to_string()),
            ("runner.os", "Linux".to_owned()),
            ("runner.arch", "X64".to_owned()),
        ];
        let known = known.map(|(name, value)| (name.to_owned(), value)).into();
        Runner { place, known, used: Vec::new() }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.place.path().join(below)
    }

    /// The exit code of the first step that fails, or 0.
    fn act(&mut self, inputs: &[(&str, &str)]) -> i32 {
        let action = yaml("action.yml");
        for (name, input) in action["inputs"].as_object().unwrap() {
            let given = inputs.iter().find(|(given, _)| given == name).map(|(_, value)| (*value).to_owned());
            self.known.insert(format!("inputs.{name}"), given.unwrap_or_else(|| string(&input["default"])));
        }
        let unknown = inputs.iter().find(|(name, _)| action["inputs"].get(*name).is_none());
        assert!(unknown.is_none(), "action.yml has no input {unknown:?}");
        for step in action["runs"]["steps"].as_array().unwrap() {
            if !step.get("if").is_none_or(|condition| self.holds(condition.as_str().unwrap())) {
                continue;
            }
            match step.get("run") {
                Some(script) => match self.script(step, script.as_str().unwrap()) {
                    0 => {}
                    code => return code,
                },
                None => self.uses(step),
            }
        }
        0
    }

    fn uses(&mut self, step: &Value) {
        let with = step["with"].as_object().unwrap().iter();
        let with = with.map(|(name, value)| (name.clone(), self.filled(&string(value)))).collect();
        self.used.push((string(&step["uses"]), with));
    }

    fn script(&mut self, step: &Value, script: &str) -> i32 {
        assert_eq!(step["shell"], "bash");
        let outputs = self.path("outputs");
        fs::write(&outputs, "").unwrap();
        let file = self.path("script.sh");
        fs::write(&file, script).unwrap();
        let mut command = Command::new("bash");
        command.args(BASH).arg(&file).current_dir(self.path("work"));
        command.env("GITHUB_OUTPUT", &outputs).env("GITHUB_PATH", self.path("path"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.filled(&string(value)));
        }
        let output = command.output().unwrap();
        eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        for line in fs::read_to_string(&outputs).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            self.known.insert(format!("steps.{}.outputs.{name}", string(&step["id"])), value.to_owned());
        }
        output.status.code().unwrap()
    }

    /// Text with its `${{ … }}` filled in.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").unwrap();
            filled += self.known.get(name.trim()).map_or("", String::as_str);
            filled += rest;
        }
        filled
    }

    /// Conditions of the form `name == 'text' && name != 'text'`.
    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").all(|part| {
            let (equal, sides) = match part.split_once(" == ") {
                Some(sides) => (true, sides),
                None => (false, part.split_once(" != ").unwrap_or_else(|| panic!("{part} is not understood"))),
            };
            let value = self.known.get(sides.0).map_or("", String::as_str);
            (value == sides.1.trim_matches('\'')) == equal
        })
    }

    fn output(&self, name: &str) -> &str {
        self.known.get(&format!("steps.check.outputs.{name}")).map_or("", String::as_str)
    }

    /// The codes in the file that is sent to code scanning.
    fn sent(&self) -> Vec<String> {
        let (_, with) = self.used.iter().find(|(name, _)| name.contains("/upload-sarif@")).expect("nothing is sent");
        codes(Path::new(&with["sarif_file"]))
    }
}

fn codes(sarif: &Path) -> Vec<String> {
    let sarif: Value = serde_json::from_slice(&fs::read(sarif).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|result| string(&result["ruleId"])).collect()
}

const USE: &str = "from azure.mgmt.batchai import BatchAIManagementClient\n\n\
    client = BatchAIManagementClient(credentials, 'subscription')\n";

#[test]
fn the_action_builds_checks_and_sends_findings() {
    if !venv::wanted() {
        return;
    }
    let mut job = Runner::new("use.py", USE);
    // The dependencies are built, and so is the program.
    assert_eq!(job.act(&[("profile", "dev")]), 1);
    assert_eq!((job.output("exit-code"), job.sent()), ("1", vec!["BAI009".to_owned(), "BAI001".to_owned()]));
    let (cache, with) = &job.used[0];
    assert!(cache.starts_with("actions/cache@") && with["key"].len() > "bai2aml-Linux-X64-dev-".len() + 20, "{with:?}");
    assert_eq!(with["path"], job.path("temp/bai2aml").display().to_string());
    assert!(job.path("temp/bai2aml/bin/bai2aml").exists());
    assert_eq!(fs::read_to_string(job.path("path")).unwrap(), format!("{}/bin\n", with["path"]));

    // From here on it is in the cache, as it would be on the next run.
    job.known.insert("steps.cache.outputs.cache-hit".to_owned(), "true".to_owned());
    assert_eq!(job.act(&[("fail", "false")]), 0);
    assert_eq!(job.output("exit-code"), "1");
    job.used.clear();
    assert_eq!(job.act(&[("upload", "false")]), 1);
    assert!(job.used.iter().all(|(name, _)| !name.contains("upload-sarif")), "{:?}", job.used);

    fs::write(job.path("work/clean.py"), "print()\n").unwrap();
    assert_eq!(job.act(&[("paths", "clean.py\n")]), 0);
    fs::write(job.path("work/broken.py"), format!("{USE}def f(:\n")).unwrap();
    assert_eq!((job.act(&[("fail", "false")]), job.output("exit-code").to_owned()), (2, "2".to_owned()));
    job.used.clear();
    // Without a file there is nothing to send.
    assert_eq!((job.act(&[("options", "--no-such-option")]), job.output("sarif").to_owned()), (2, String::new()));
    assert!(job.used.iter().all(|(name, _)| !name.contains("upload-sarif")), "{:?}", job.used);
}

/// What a workflow gives is data: it is not run, not split at spaces, and no option where a path is meant.
#[test]
fn the_action_runs_nothing_that_it_is_given() {
    if !venv::wanted() {
        return;
    }
    let mut job = Runner::new("a b; $(touch run).py", USE);
    fs::create_dir_all(job.path("temp/bai2aml/bin")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_bai2aml"), job.path("temp/bai2aml/bin/bai2aml")).unwrap();
    job.known.insert("steps.cache.outputs.cache-hit".to_owned(), "true".to_owned());
    assert_eq!(job.act(&[("paths", "a b; $(touch run).py"), ("options", "--color\nnever")]), 1);
    for hostile in ["$(touch run)", "`touch run`", "'; touch run; '", "\"; touch run; \"", "--write-baseline=run"] {
        assert_eq!(job.act(&[("paths", hostile), ("fail", "false")]), 2, "{hostile}");
        assert_eq!(job.act(&[("options", hostile.trim_start_matches('-')), ("paths", ".")]), 2, "{hostile}");
        assert_eq!(job.act(&[("fail", hostile)]), 1, "{hostile}");
    }
    assert!(!job.path("work/run").exists());
    for step in yaml("action.yml")["runs"]["steps"].as_array().unwrap() {
        assert!(!step.get("run").is_some_and(|run| string(run).contains("${{")), "{step}");
    }
}

/// The workflow takes the action from a folder beside the code, and gives it what it has.
#[test]
fn the_workflow_uses_the_action() {
    let workflow = yaml("docs/ci/github.yml");
    if !venv::wanted() {
        return;
    }
    assert_eq!(workflow["permissions"]["security-events"], "write");
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let action = yaml("action.yml");
    for (name, _) in steps[2]["with"].as_object().unwrap() {
        assert!(action["inputs"].get(name).is_some(), "{name}");
    }
    assert_eq!(string(&steps[2]["uses"]), format!("./{}", string(&steps[1]["with"]["path"])));
    let job = Runner::new("use.py", USE);
    let copy = job.path("work").join(string(&steps[1]["with"]["path"]));
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("fixture.py"), USE).unwrap();
    let check = Command::new(env!("CARGO_BIN_EXE_bai2aml"))
        .args(["check", "--format", "concise", "."])
        .current_dir(job.path("work"))
        .output();
    assert_eq!(String::from_utf8(check.unwrap().stdout).unwrap().lines().count(), 2, "the action is checked too");
}

/// Runs scripts one after the other, as a job does, and gives the exit code of each.
fn scripts(scripts: &[String], folder: &Path, environment: &[(&str, &Path)]) -> Vec<i32> {
    let mut codes = Vec::new();
    for script in scripts {
        let mut command = Command::new("bash");
        command.args(BASH).args(["-c", script]).current_dir(folder).env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        let output = command.envs(environment.iter().copied()).output().unwrap();
        eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        codes.push(output.status.code().unwrap());
    }
    codes
}

#[test]
fn the_wheel_serves_gitlab_azure_pipelines_and_the_action() {
    if !venv::wanted() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let wheel = &built().wheel;
    gitlab(wheel, place.path());
    azure(wheel);
    let mut job = Runner::new("use.py", USE);
    assert_eq!(job.act(&[("wheel", wheel.to_str().unwrap())]), 1);
    assert_eq!(job.sent().len(), 2);
    assert!(job.used.iter().all(|(name, _)| !name.contains("cache")), "{:?}", job.used);
}

fn gitlab(wheel: &Path, place: &Path) {
    let job = Runner::new("use.py", USE);
    let bin = clean_environment(&place.join("image"));
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let file = &yaml("docs/ci/gitlab.yml")["bai2aml"];
    let lines: Vec<String> = file["script"].as_array().unwrap().iter().map(string).collect();
    assert_eq!(scripts(&lines, &job.path("work"), &[("BAI2AML", wheel), ("PATH", Path::new(&path))]), [0, 1]);
    let report = job.path("work").join(string(&file["artifacts"]["reports"]["codequality"]));
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert_eq!(report.as_array().unwrap().len(), 2);
    assert_eq!(file["artifacts"]["when"], "always");
}

fn azure(wheel: &Path) {
    let job = Runner::new("use.py", USE);
    let steps = yaml("docs/ci/azure-pipelines.yml");
    let steps = steps["steps"].as_array().unwrap();
    let lines: Vec<String> = steps.iter().filter_map(|step| step.get("bash")).map(string).collect();
    let [temp, path] = [
        job.path("temp"),
        PathBuf::from(format!("{}:{}", job.path("temp/bai2aml/bin").display(), std::env::var("PATH").unwrap())),
    ];
    let environment: [(&str, &Path); 4] = [
        ("BAI2AML", wheel),
        ("AGENT_TEMPDIRECTORY", &temp),
        ("BUILD_ARTIFACTSTAGINGDIRECTORY", &temp),
        ("PATH", &path),
    ];
    assert_eq!(scripts(&lines, &job.path("work"), &environment), [0, 0, 1]);
    let filled = |step: &Value, key: &str| {
        let text = string(&step["inputs"][key]);
        PathBuf::from(
            text.replace("$(Agent.TempDirectory)", &temp.to_string_lossy())
                .replace("$(Build.ArtifactStagingDirectory)", &temp.to_string_lossy()),
        )
    };
    let tasks: Vec<&Value> = steps.iter().filter(|step| step.get("task").is_some()).collect();
    assert!(fs::read_to_string(filled(tasks[0], "testResultsFiles")).unwrap().contains("<testsuites"));
    assert_eq!(codes(&filled(tasks[1], "pathToPublish")).len(), 2);
    assert!(tasks.iter().all(|task| task["condition"] == "succeededOrFailed()"));
    // A file that cannot be read fails the first of them already.
    fs::write(job.path("work/broken.py"), format!("{USE}def f(:\n")).unwrap();
    assert_eq!(scripts(&lines[1..], &job.path("work"), &environment), [1, 2]);
}

#[test]
fn shellcheck_finds_nothing_in_the_scripts() {
    if !venv::wanted() {
        return;
    }
    let [action, gitlab, azure] = ["action.yml", "docs/ci/gitlab.yml", "docs/ci/azure-pipelines.yml"].map(yaml);
    let steps = [&action["runs"]["steps"], &azure["steps"]].into_iter().flat_map(|steps| steps.as_array().unwrap());
    let scripts = steps.filter_map(|step| step.get("run").or(step.get("bash")));
    let scripts: Vec<String> = scripts.chain(gitlab["bai2aml"]["script"].as_array().unwrap()).map(string).collect();
    assert!(scripts.len() > 8, "{scripts:?}");
    for script in scripts {
        let mut check = tool("shellcheck")
            .args(["--shell", "bash", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        check.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = check.wait_with_output().unwrap();
        assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stdout));
    }
    succeeds(tool("shellcheck").arg(root().join(".ci/run")));
}
