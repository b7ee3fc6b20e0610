//! What the editor and the nearest `bai2aml.toml` ask for.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use crate::cli::args::{Args, Command};
use crate::convert::Options;
use crate::sdk::Target;

/// Settings of `initializationOptions`, each with the flag that it stands for and the subcommand of that.
const KEYS: [(&str, &str, &str); 4] = [
    ("target", "--target", "convert"),
    ("jobForm", "--job-form", "convert"),
    ("upgradeVmSizes", "--upgrade-vm-sizes", "convert"),
    ("secondHop", "--second-hop", "check"),
];

/// Where nobody asks for anything, and where the configuration cannot be read.
pub const PLAIN: Options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };

/// What the editor sent: flags, each for a subcommand. They win over those of a file.
#[derive(Debug, Default)]
pub struct Settings(Vec<(&'static str, OsString)>);

impl Settings {
    /// What is not known is for other programs, or other versions of this one.
    pub fn read(options: &Value) -> Self {
        let flags = KEYS.iter().filter_map(|(key, flag, command)| {
            let value = match &options[*key] {
                Value::String(value) => value.clone(),
                Value::Bool(value) => value.to_string(),
                _ => return None,
            };
            Some((*command, format!("{flag}={value}").into()))
        });
        Settings(flags.collect())
    }

    /// What a file is converted for, and whether the first SDK of Azure ML is found in it.
    pub fn of(&self, path: &Path) -> Result<(Options, bool)> {
        let Command::Convert(convert) = self.parsed("convert", path)?.command else { return Ok((PLAIN, false)) };
        let second_hop = matches!(self.parsed("check", path)?.command, Command::Check(check) if check.second_hop);
        Ok((convert.aim.options(), second_hop))
    }

    fn parsed(&self, name: &str, path: &Path) -> Result<Args> {
        let flags = self.0.iter().filter(|(command, _)| *command == name).map(|(_, flag)| flag.clone());
        let words = [OsString::from("bai2aml"), name.into()].into_iter().chain(flags);
        Args::of(words.chain(["--".into(), path.into()]).collect())
    }
}
