//! Options from a file: `bai2aml.toml`, or `[tool.bai2aml]` in `pyproject.toml`, the nearest one upwards.
//!
//! A key is the name of a flag. What the file says is put in front of what the user typed, as if it had been typed, so
//! that one definition of an option says what it means, and what the user typed wins.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use similar::get_close_matches;
use toml::{Table, Value};

use super::place;

const OWN: &str = "bai2aml.toml";
const SHARED: &str = "pyproject.toml";

/// The keys, each with the subcommand that has its flag; all have `color`, and `review` has what `convert` has.
const KEYS: [(&str, &str); 11] = [
    ("baseline", "check"),
    ("color", ""),
    ("diff-base", "check"),
    ("explain-clean", "check"),
    ("format", "check"),
    ("job-form", "convert"),
    ("output", "check"),
    ("second-hop", "check"),
    ("statistics", "check"),
    ("target", "convert"),
    ("upgrade-vm-sizes", "convert"),
];
/// Keys whose values are paths, which start at the folder of the file.
const PATHS: [&str; 2] = ["baseline", "output"];
/// Keys that a flag of another name overrides.
const OVERRIDDEN: [(&str, &str); 5] = [
    ("baseline", "no_baseline"),
    ("baseline", "write_baseline"),
    ("output", "write_baseline"),
    ("statistics", "write_baseline"),
    ("diff-base", "write_baseline"),
];

/// A file with options.
struct Config {
    /// As messages show it.
    name: String,
    /// The way to its folder from the current one.
    folder: PathBuf,
    options: Table,
}

/// The words of a command line, with the options of the configuration behind the name of the subcommand.
pub fn with_options(mut words: Vec<OsString>, own: &ArgMatches, command: &Command) -> Result<Vec<OsString>> {
    let Some((name, own_options)) = own.subcommand() else { return Ok(words) };
    let Some(config) = find(own.get_one::<PathBuf>("config").or(own_options.get_one("config")))? else {
        return Ok(words);
    };
    let mut flags = Vec::new();
    for (key, value) in &config.options {
        let Some((_, of)) = KEYS.iter().find(|(known, _)| known == key) else { bail!(config.unknown(key)) };
        let subcommand = command.find_subcommand(if of.is_empty() { name } else { of });
        let arguments = command.get_arguments().chain(subcommand.into_iter().flat_map(Command::get_arguments));
        let arg = arguments.into_iter().find(|arg| arg.get_long() == Some(key));
        let flag = config.flag(key, value, arg)?;
        let is_typed = |id: &str| own_options.value_source(id) == Some(ValueSource::CommandLine);
        let is_overridden = OVERRIDDEN.iter().any(|(one, other)| one == key && name == *of && is_typed(other));
        let is_meant = of.is_empty() || *of == name || (*of == "convert" && name == "review");
        if is_meant && !is_overridden {
            flags.push(flag);
        }
    }
    let is_value = |at: usize| at > 0 && ["--config", "--color"].iter().any(|flag| words[at - 1] == *flag);
    let at = (1..words.len()).find(|at| words[*at] == name && !is_value(*at)).map_or(words.len(), |at| at + 1);
    words.splice(at..at, flags);
    Ok(words)
}

/// The file that is named, or the nearest one.
fn find(named: Option<&PathBuf>) -> Result<Option<Config>> {
    if let Some(path) = named {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let config = Config::read(path, folder)?;
        return config.map(Some).ok_or_else(|| anyhow!("`{}` has no `[tool.bai2aml]`", place::shown(path)));
    }
    // A folder that cannot be read has no configuration that could be.
    let Ok(here) = env::current_dir() else { return Ok(None) };
    for depth in 0..here.ancestors().count() {
        let folder: PathBuf = vec![".."; depth].iter().collect();
        for name in [OWN, SHARED] {
            let path = folder.join(name);
            if path.is_file()
                && let Some(config) = Config::read(&path, folder.clone())?
            {
                return Ok(Some(config));
            }
        }
    }
    Ok(None)
}

impl Config {
    /// The options in a file; none in a `pyproject.toml` that says nothing of this program.
    fn read(path: &Path, folder: PathBuf) -> Result<Option<Config>> {
        let name = place::shown(path);
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
        let is_shared = path.file_name().is_some_and(|file| file == SHARED);
        if is_shared && !text.contains("bai2aml") {
            return Ok(None);
        }
        let mut options: Table = toml::from_str(&text).map_err(|error| no_toml(&name, &error))?;
        if is_shared {
            let Some(own) = options.get("tool").and_then(|tool| tool.get("bai2aml")) else { return Ok(None) };
            options = own.as_table().cloned().ok_or_else(|| anyhow!("{name}: `tool.bai2aml` must be a table"))?;
        }
        Ok(Some(Config { name, folder, options }))
    }

    fn unknown(&self, key: &str) -> anyhow::Error {
        let keys = KEYS.map(|(key, _)| key);
        match get_close_matches(key, &keys, 1, 0.6).first() {
            Some(near) => anyhow!("{}: there is no option `{key}`; did you mean `{near}`?", self.name),
            None => anyhow!("{}: there is no option `{key}`; there are {}", self.name, keys.join(", ")),
        }
    }

    /// An option as the user would type it.
    fn flag(&self, key: &str, value: &Value, arg: Option<&Arg>) -> Result<OsString> {
        let values: Vec<String> =
            arg.into_iter().flat_map(Arg::get_possible_values).map(|v| v.get_name().to_owned()).collect();
        let is_bool = values == ["true", "false"];
        let text = match value {
            Value::Boolean(value) if is_bool => value.to_string(),
            Value::String(value) if !is_bool && (values.is_empty() || values.contains(value)) => value.clone(),
            _ if is_bool => bail!("{}: `{key}` must be true or false", self.name),
            _ if values.is_empty() => bail!("{}: `{key}` must be a string", self.name),
            value => bail!("{}: `{key}` is {value}, and must be one of \"{}\"", self.name, values.join("\", \"")),
        };
        let value = if PATHS.contains(&key) { self.folder.join(text).into_os_string() } else { text.into() };
        let mut flag = OsString::from(format!("--{key}="));
        flag.push(value);
        Ok(flag)
    }
}

fn no_toml(name: &str, error: &toml::de::Error) -> anyhow::Error {
    anyhow!("{name}: this is not TOML: {}", error.message())
}
