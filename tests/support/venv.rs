//! Runs scripts on the real SDKs, offline, through the drivers in `tests/sdk`.
//!
//! Each SDK gets a virtual environment under `target/sdk-tests/`, made on first use from `requirements-*.txt` and
//! kept as long as that file stays the same. Nothing here knows what a recording says.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde::Deserialize;
use serde_json::Value;

/// The pinned packages need it.
const OLDEST_PYTHON: (u32, u32) = (3, 11);

/// The SDKs that scripts are written for.
#[derive(Clone, Copy, Debug)]
pub enum Sdk {
    V1,
    V2,
    BatchAi,
}

impl Sdk {
    /// As in `run_v2.py`, `requirements-v2.txt`, `after.v2.py`.
    pub fn name(self) -> &'static str {
        match self {
            Sdk::V1 => "v1",
            Sdk::V2 => "v2",
            Sdk::BatchAi => "batchai",
        }
    }
}

/// False if the environment says to leave these tests out; that it did so is printed.
pub fn wanted() -> bool {
    let off = env::var("BAI2AML_SDK_TESTS").is_ok_and(|value| value == "off");
    if off {
        eprintln!("BAI2AML_SDK_TESTS=off: nothing was run on the real SDKs");
    }
    !off
}

/// The recording of one script for azure-ai-ml.
#[allow(dead_code)]
pub fn run_v2(script: &Path) -> Value {
    run_one(Sdk::V2, script)
}

/// The recording of one script for azureml-core.
#[allow(dead_code)]
pub fn run_v1(script: &Path) -> Value {
    run_one(Sdk::V1, script)
}

/// The recording of one script for azure-mgmt-batchai.
#[allow(dead_code)]
pub fn run_batchai(script: &Path) -> Value {
    run_one(Sdk::BatchAi, script)
}

fn run_one(sdk: Sdk, script: &Path) -> Value {
    let result = run_all(sdk, &[script.to_path_buf()]).remove(0);
    result.unwrap_or_else(|failure| panic!("{} fails on the SDK:\n{}", script.display(), failure.error))
}

/// Why a script did not come to its end.
#[derive(Debug, Deserialize)]
pub struct Failure {
    /// Type and message of the exception, in one line.
    #[serde(default)]
    #[allow(dead_code)]
    pub summary: String,
    /// The traceback.
    pub error: String,
}

/// Runs all scripts in one warm process; each gives its recording or its failure.
pub fn run_all(sdk: Sdk, scripts: &[PathBuf]) -> Vec<Result<Value, Failure>> {
    let python = environment(sdk.name()).unwrap_or_else(|sentence| panic!("{sentence}"));
    let mut driver = Command::new(python)
        .arg(sdk_folder().join(format!("run_{}.py", sdk.name())))
        .arg("--batch")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the driver starts");
    let mut paths = driver.stdin.take().expect("stdin is piped");
    let list: String = scripts.iter().map(|path| format!("{}\n", path.display())).collect();
    let writer = thread::spawn(move || paths.write_all(list.as_bytes()));
    let output = driver.wait_with_output().expect("the driver ends");
    writer.join().expect("the writer does not panic").ok();
    let results: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(result).collect();
    assert_eq!(results.len(), scripts.len(), "the driver gave up:\n{}", String::from_utf8_lossy(&output.stderr));
    results
}

fn result(line: &str) -> Result<Value, Failure> {
    let mut line: Value = serde_json::from_str(line).expect("the driver prints JSON lines");
    match line["record"].take() {
        Value::Null => Err(serde_json::from_value(line).expect("a line has a record or an error")),
        record => Ok(record),
    }
}

/// `tests/sdk`.
pub fn sdk_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk")
}

/// Where the environments are, a folder each.
pub fn environments() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("sdk-tests")
}

/// The Python of an environment, which is made if it is not there or not of today's `requirements-NAME.txt`.
///
/// # Errors
/// A sentence on what could not be made.
pub fn environment(name: &str) -> Result<PathBuf, String> {
    environment_of(name, &sdk_folder().join(format!("requirements-{name}.txt")))
}

/// The same for a list of requirements that stands elsewhere.
///
/// # Errors
/// A sentence on what could not be made.
pub fn environment_of(name: &str, requirements: &Path) -> Result<PathBuf, String> {
    let root = environments();
    let folder = root.join(name);
    let python = folder.join("bin/python");
    let versions = sdk_folder().join(format!("requirements-{name}-versions.txt"));
    let mut wanted = fs::read(requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    wanted.extend(fs::read(&versions).unwrap_or_default());
    let marker = folder.join("installed.txt");
    fs::create_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    let lock = File::create(root.join(format!("{name}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if !python.exists() || fs::read(&marker).ok().as_deref() != Some(&wanted[..]) {
        install(&folder, &python, requirements)?;
        for package in fs::read_to_string(&versions).unwrap_or_default().lines() {
            install_version(&folder, &python, package)?;
        }
        fs::write(&marker, &wanted).map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn install(folder: &Path, python: &Path, requirements: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder).ok();
    let (major, minor) = OLDEST_PYTHON;
    let check = format!("import sys, venv, ensurepip; assert sys.version_info >= ({major}, {minor})");
    let need = format!(
        "the SDK tests need `python3` {major}.{minor} or newer with its `venv` module (Debian: package `python3-venv`); \
         BAI2AML_SDK_TESTS=off leaves them out"
    );
    run(Command::new("python3").args(["-c", &check])).map_err(|_| need)?;
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
    run(Command::new(python).args(pip).arg(requirements)).map_err(|error| {
        let last = error.lines().last().unwrap_or_default();
        format!("`pip install -r {}` needs a package index that it can reach: {last}", requirements.display())
    })
}

/// Another version of a package, `name==1.2.3`, in a folder of its own: `versions/1.2.3`.
fn install_version(folder: &Path, python: &Path, package: &str) -> Result<(), String> {
    let Some((_, version)) = package.split_once("==") else { return Ok(()) };
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"];
    run(Command::new(python).args(pip).arg(folder.join("versions").join(version)).arg(package))
        .map_err(|error| format!("`pip install {package}`: {}", error.lines().last().unwrap_or_default()))
}

/// Runs a command to its end; a failure is what it wrote to standard error.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
