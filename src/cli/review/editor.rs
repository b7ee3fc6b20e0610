//! The user's editor, on the new lines of one hunk.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result};

/// Has the user edit a text; nothing if the editor says that it failed.
pub fn edit(text: &[u8], end: &str) -> Result<Option<Vec<u8>>> {
    let mut file = tempfile::Builder::new().prefix("bai2aml-hunk-").suffix(end).tempfile()?;
    let is_crlf = text.windows(2).any(|pair| pair == b"\r\n");
    file.write_all(&if is_crlf { replaced(text, b"\r\n", b"\n") } else { text.to_vec() })?;
    // Some editors put another file in its place: it is found by its name.
    let path = file.into_temp_path();
    let editor = editor();
    let mut command = shell(&editor);
    let status = command.arg(&path).status().with_context(|| format!("cannot start `{}`", editor.to_string_lossy()))?;
    if !status.success() {
        return Ok(None);
    }
    let mut text = fs::read(&path).context("cannot read what the editor wrote")?;
    if !(text.is_empty() || text.ends_with(b"\n")) {
        text.push(b'\n');
    }
    Ok(Some(if is_crlf { replaced(&replaced(&text, b"\r\n", b"\n"), b"\n", b"\r\n") } else { text }))
}

fn editor() -> OsString {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os).find(|editor| !editor.is_empty());
    named.unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.into())
}

/// What the variable holds is a command with options, as for git.
#[cfg(unix)]
fn shell(editor: &OsString) -> Command {
    let mut script = editor.clone();
    script.push(" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(editor);
    command
}

#[cfg(not(unix))]
fn shell(editor: &OsString) -> Command {
    Command::new(editor)
}

fn replaced(text: &[u8], one: &[u8], other: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    while at < text.len() {
        match text[at..].starts_with(one) {
            true => {
                out.extend_from_slice(other);
                at += one.len();
            }
            false => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    out
}
