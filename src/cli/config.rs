//! Options from a file: `bai2aml.toml`, or `[tool.bai2aml]` in `pyproject.toml`, the nearest one upwards from the code.
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

/// The keys, each with the subcommand that has its flag; all have `color`, and [`ALIKE`] have what `convert` has.
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
/// Subcommands that aim as `convert` does.
const ALIKE: [&str; 2] = ["report", "review"];
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

/// Subcommands that ask for the options of each file that they are told of.
const SERVERS: [&str; 2] = ["lsp", "mcp"];

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
    if SERVERS.contains(&name) {
        return Ok(words);
    }
    let config = match own.get_one::<PathBuf>("config").or(own_options.get_one("config")) {
        Some(path) => Some(named(path)?),
        None => nearest(&paths(own_options))?,
    };
    let Some(config) = config else { return Ok(words) };
    let mut flags = Vec::new();
    for (key, value) in &config.options {
        let Some((_, of)) = KEYS.iter().find(|(known, _)| known == key) else { bail!(config.unknown(key)) };
        let subcommand = command.find_subcommand(if of.is_empty() { name } else { of });
        let arguments = command.get_arguments().chain(subcommand.into_iter().flat_map(Command::get_arguments));
        let arg = arguments.into_iter().find(|arg| arg.get_long() == Some(key));
        let flag = config.flag(key, value, arg)?;
        let is_typed = |id: &str| own_options.value_source(id) == Some(ValueSource::CommandLine);
        let is_overridden = OVERRIDDEN.iter().any(|(one, other)| one == key && name == *of && is_typed(other));
        let is_meant = of.is_empty() || *of == name || (*of == "convert" && ALIKE.contains(&name));
        if is_meant && !is_overridden {
            flags.push(flag);
        }
    }
    let is_value = |at: usize| at > 0 && ["--config", "--color"].iter().any(|flag| words[at - 1] == *flag);
    let at = (1..words.len()).find(|at| words[*at] == name && !is_value(*at)).map_or(words.len(), |at| at + 1);
    words.splice(at..at, flags);
    Ok(words)
}

/// The paths that a subcommand is about; none for one that has no such argument.
fn paths(options: &ArgMatches) -> Vec<PathBuf> {
    let paths = options.try_get_many::<PathBuf>("paths").ok().flatten();
    paths.into_iter().flatten().filter(|path| path.as_os_str() != "-").cloned().collect()
}

fn named(path: &Path) -> Result<Config> {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    Config::read(path, folder)?.ok_or_else(|| anyhow!("`{}` has no `[tool.bai2aml]`", place::shown(path)))
}

/// The file nearest to the folder that all paths are in, from there upwards.
fn nearest(paths: &[PathBuf]) -> Result<Option<Config>> {
    // A folder that cannot be read has no configuration that could be.
    let Ok(here) = env::current_dir() else { return Ok(None) };
    for folder in common(paths).unwrap_or_else(|| here.clone()).ancestors() {
        let seen = from(&here, folder);
        for name in [OWN, SHARED] {
            let path = seen.join(name);
            if path.is_file()
                && let Some(config) = Config::read(&path, seen.clone())?
            {
                return Ok(Some(config));
            }
        }
    }
    Ok(None)
}

/// The deepest folder that all of these are in. A path that does not exist is another part's error, and counts for nothing.
fn common(paths: &[PathBuf]) -> Option<PathBuf> {
    let folder = |path: PathBuf| if path.is_dir() { Some(path) } else { path.parent().map(Path::to_path_buf) };
    let mut folders = paths.iter().filter_map(|path| fs::canonicalize(path).ok().and_then(folder));
    let first = folders.next()?;
    Some(folders.fold(first, |all, one| all.ancestors().find(|up| one.starts_with(up)).unwrap_or(&all).to_path_buf()))
}

/// The way from one folder to another, as a person in the first one would write it.
fn from(here: &Path, folder: &Path) -> PathBuf {
    match (folder.strip_prefix(here), here.strip_prefix(folder)) {
        (Ok(down), _) => down.to_path_buf(),
        (_, Ok(up)) => vec![".."; up.components().count()].iter().collect(),
        _ => folder.to_path_buf(),
    }
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
