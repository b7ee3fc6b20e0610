//! Addresses of files.

use std::path::{Path, PathBuf};

/// The path of a `file:` address; nothing for any other.
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // Before the first slash stands the name of a machine: it is ours.
    let path = &rest[rest.find('/')?..];
    let text = decoded(path)?;
    // `/c:/x` is how an address has a drive of Windows.
    let is_drive = cfg!(windows) && text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if is_drive { &text[1..] } else { &text }))
}

/// The address of a file.
pub fn of(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut out = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What stands behind the last slash of an address, as a name.
pub fn name(uri: &str) -> String {
    let last = uri.split(['?', '#']).next().unwrap_or(uri).rsplit(['/', ':']).next().unwrap_or(uri);
    decoded(last).unwrap_or_else(|| last.to_owned())
}

fn decoded(text: &str) -> Option<String> {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let (digits, more) = rest.split_at_checked(2)?;
        out.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = more;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        let file = Path::new("/a b/é%20.py");
        assert_eq!(of(file), "file:///a%20b/%C3%A9%2520.py");
        assert_eq!(path(&of(file)).as_deref(), Some(file));
        assert_eq!(path("file:///a%2"), None);
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(name("untitled:Untitled-1"), "Untitled-1");
        assert_eq!(name("vscode-notebook-cell:/x/a%20b.ipynb#W0s"), "a b.ipynb");
    }
}
