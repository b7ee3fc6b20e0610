//! Templates of commands: minijinja over the table's `code`, with functions that write what differs between shells.
//!
//! Holes are words as the user wrote them; text of the user is only ever a value, never a template.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use crate::shell::Dialect;
use crate::translate::Stuck;

/// Fills a template. `holes`: options by their names, with `_` for `-`, and `home`.
pub(super) fn fill(template: &str, holes: &BTreeMap<String, String>, dialect: Dialect) -> Result<String, Stuck> {
    let filled = environment(dialect).render_str(template, holes);
    filled.map(|text| text.trim().to_owned()).map_err(|error| {
        let reason = error.detail().unwrap_or("this command cannot be written here").to_owned();
        Stuck::new(reason, "write the command by hand")
    })
}

/// The name of a hole for an option.
pub(super) fn hole(option: &str) -> String {
    option.trim_start_matches('-').replace('-', "_")
}

fn environment(dialect: Dialect) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let in_powershell = dialect == Dialect::PowerShell;
    let dollar = dialect.dollar();
    environment.add_function("env", move |name: &str| match name {
        "USER" if in_powershell => "$env:USERNAME".to_owned(),
        _ if in_powershell => format!("$env:{name}"),
        _ => format!("\"{dollar}{name}\""),
    });
    environment.add_function("run", move |command: &str| {
        let is_safe = !in_powershell || !command.contains(['"', '|']);
        is_safe
            .then(|| format!("\"{dollar}({})\"", command.trim()))
            .ok_or_else(|| stuck("a pipe cannot be written here"))
    });
    environment.add_function("read", move |path: &str| {
        let program = if in_powershell { "Get-Content" } else { "cat" };
        format!("\"{dollar}({program} {path})\"")
    });
    environment.add_function("write", move |path: &str, line: &str| {
        if in_powershell { format!("Set-Content {path} '{line}'") } else { format!("echo '{line}' > {path}") }
    });
    environment.add_function("make_key", move || {
        if in_powershell {
            "if (!(Test-Path ~/.ssh/id_rsa)) { ssh-keygen -q -t rsa -N '\"\"' -f \"$HOME/.ssh/id_rsa\" }"
        } else {
            "[ -f ~/.ssh/id_rsa ] || ssh-keygen -q -t rsa -N '' -f ~/.ssh/id_rsa"
        }
    });
    environment.add_function("each", move |list: &str, command: &str| {
        if in_powershell {
            format!("{list} | ForEach-Object {{ {command} $_ }}")
        } else {
            // With `-I`, nothing runs where there is nothing.
            format!("{list} | xargs -I @ {command} @")
        }
    });
    environment.add_function("join", move |before: &str, word: &str| {
        dialect.prefixed(before, word).ok_or_else(|| stuck(&format!("its value cannot stand behind `{before}`")))
    });
    environment.add_function("inside", move |word: Value| {
        let word = word.to_string();
        dialect.within(&word).ok_or_else(|| stuck("its name cannot stand in a string"))
    });
    environment
}

fn stuck(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, reason.to_owned())
}
