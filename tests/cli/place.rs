//! A folder to run the program in, and what a run answers.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A script that converts without a finding for a person.
pub const CLEAN: &str = "\
import os
from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient

credentials = ServicePrincipalCredentials(client_id='app', secret=os.environ['SECRET'], tenant='tenant')
client = BatchAIManagementClient(credentials, 'subscription')
client.clusters.delete('group', 'workspace', 'cluster').result()
print('gone')
";

/// A script with something that has no counterpart in Azure ML.
pub const MANUAL: &str = "\
from azure.mgmt.batchai import BatchAIManagementClient

client = BatchAIManagementClient(credentials, 'subscription')
client.file_servers.delete('group', 'workspace', 'server').result()
";

/// Half a file: it uses Batch AI, and no version of Python reads it.
pub const BROKEN: &str = "import azure.mgmt.batchai\nclient = (\nprint \"no\"\n";

/// Python without Batch AI.
pub const OTHER: &str = "import os\nprint(os.name)\n";

/// A notebook with three cells; the last one is [`CLEAN`].
pub fn notebook() -> String {
    let lines: Vec<String> = CLEAN.split_inclusive('\n').map(|line| format!("{line:?}")).collect();
    let code = |source: &str| {
        format!(
            r#"{{
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {{}},
   "outputs": [],
   "source": [{source}]
  }}"#
        )
    };
    let text = r#"{"cell_type": "markdown", "metadata": {}, "source": ["About Batch AI"]}"#;
    let cells = [text.to_string(), code(r#""import os""#), code(&lines.join(",\n    "))].join(",\n  ");
    format!("{{\n \"cells\": [\n  {cells}\n ],\n \"metadata\": {{}},\n \"nbformat\": 4,\n \"nbformat_minor\": 2\n}}\n")
}

/// A folder of its own for a test.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What a run of a program answered.
pub struct Answer {
    /// The exit code.
    pub code: i32,
    /// Standard output, exactly.
    pub bytes: Vec<u8>,
    /// Standard output as text.
    pub out: String,
    /// Standard error as text.
    pub err: String,
}

impl Place {
    /// An empty folder.
    pub fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let place = Place::new();
        for (name, text) in files {
            place.write(name, text.as_bytes());
        }
        place
    }

    /// The same, in a git repository.
    pub fn repository(files: &[(&str, &str)]) -> Self {
        let place = Place::with(files);
        assert_eq!(place.git(".", &["init", "-q"], b"").code, 0);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// All files in it, sorted; what git and this program keep for themselves is left out.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        list(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }

    /// Runs the program here.
    pub fn run(&self, args: &[&str]) -> Answer {
        self.run_in(".", args)
    }

    /// Runs the program in a folder of this one.
    pub fn run_in(&self, folder: &str, args: &[&str]) -> Answer {
        self.start(self.program(args).current_dir(self.path(folder)), b"")
    }

    /// Runs the program with a standard input.
    pub fn pipe(&self, args: &[&str], input: &[u8]) -> Answer {
        self.start(&mut self.program(args), input)
    }

    /// The program, ready to run, without the user's settings.
    pub fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bai2aml"));
        command.args(args).current_dir(self.folder.path()).env("HOME", self.folder.path());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs git in a folder of this one.
    pub fn git(&self, folder: &str, args: &[&str], input: &[u8]) -> Answer {
        let mut command = Command::new("git");
        command.args(args).current_dir(self.path(folder)).env("GIT_CONFIG_GLOBAL", "/dev/null");
        self.start(&mut command, input)
    }

    /// Runs a command to its end.
    pub fn start(&self, command: &mut Command, input: &[u8]) -> Answer {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input closes it early.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Answer {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            bytes: output.stdout,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn list(top: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            if ![".git", ".bai2aml"].iter().any(|own| path.file_name().unwrap() == *own) {
                list(top, &path, names);
            }
        } else {
            names.push(path.strip_prefix(top).unwrap().to_string_lossy().into_owned());
        }
    }
}
