//! What a file is, by its path.

use std::path::Path;

use super::{Kind, Language, Manifest};

/// What a path says, and for standard input what the text looks like.
pub(super) fn of(path: &str, bytes: &[u8]) -> Kind {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match path.rsplit_once('.') {
        _ if path == "-" && text.trim_ascii_start().starts_with(b"{") => Kind::Notebook,
        Some((_, extension)) if extension.eq_ignore_ascii_case("ipynb") => Kind::Notebook,
        _ => match (manifest(path), Language::of(path, text)) {
            (Some(manifest), _) => Kind::Manifest(manifest),
            (None, Some(language)) => Kind::Other(language),
            (None, None) => Kind::Script,
        },
    }
}

/// The same for a file that was found in a folder: nobody says that it is Python, so it has to say so itself.
pub(super) fn of_found(path: &str, bytes: &[u8]) -> Kind {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let runs_python = first.starts_with(b"#!") && first.windows(6).any(|word| word == b"python");
    match of(path, bytes) {
        Kind::Script if !is_python(path) && !runs_python => Kind::Other(Language::Text),
        Kind::Manifest(_) if !is_dependency_file(Path::new(path)) => Kind::Other(Language::Text),
        kind => kind,
    }
}

/// Whether a path is that of a script or a notebook.
pub fn is_python(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ["py", "ipynb"].iter().any(|python| ending.eq_ignore_ascii_case(python)))
}

/// The kind of dependency file that a path can name. For one that was named by the user, its ending is enough.
pub(super) fn manifest(path: &str) -> Option<Manifest> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        _ if name == "Pipfile" => Some(Manifest::Toml),
        _ if name == "tox.ini" => Some(Manifest::SetupCfg),
        Some("txt" | "in") => Some(Manifest::Requirements),
        Some("cfg") => Some(Manifest::SetupCfg),
        Some("toml") => Some(Manifest::Toml),
        Some("yml" | "yaml") => Some(Manifest::Conda),
        _ => None,
    }
}

/// Whether a file found in a folder is a dependency file, by the names that people give them. YAML is looked into
/// whatever its name is: conda environments have many.
pub fn is_dependency_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    match manifest(&name) {
        Some(Manifest::Requirements) => {
            folder == "requirements" || ["requirement", "constraint"].iter().any(|word| name.contains(word))
        }
        Some(Manifest::Toml) => ["pyproject.toml", "Pipfile"].contains(&&*name),
        Some(Manifest::SetupCfg) => ["setup.cfg", "tox.ini"].contains(&&*name),
        Some(Manifest::Conda) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependency_files_are_known_by_their_names() {
        for path in
            ["requirements.txt", "dev-requirements.in", "requirements/base.txt", "Pipfile", "env.yaml", "tox.ini"]
        {
            assert!(is_dependency_file(Path::new(path)), "{path}");
        }
        for path in ["notes.txt", "Cargo.toml", "tox.cfg", "Pipfile.lock", "requirements.py"] {
            assert!(!is_dependency_file(Path::new(path)), "{path}");
        }
    }
}
