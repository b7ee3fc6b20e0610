//! The folder that the server was started in: nothing else is read or written, whatever a path says.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::cli::place::shown;

/// The folder, links resolved.
pub struct Inside {
    top: PathBuf,
}

impl Inside {
    pub fn here() -> Result<Self> {
        Ok(Inside { top: fs::canonicalize(".").context("cannot read the current folder")? })
    }

    pub fn top(&self) -> &Path {
        &self.top
    }

    /// A path of the folder, seen from there. One that leads out of it is refused before the disk is asked, and after its
    /// links are followed.
    pub fn path(&self, text: &str) -> Result<PathBuf> {
        let mut path = PathBuf::new();
        for part in self.top.join(text).components() {
            match part {
                Component::ParentDir => drop(path.pop()),
                part => path.push(part),
            }
        }
        let out =
            || format!("`{text}` lies outside of the folder that the server was started in: name a path inside of it");
        let Ok(inside) = path.strip_prefix(&self.top) else { bail!(out()) };
        ensure!(inside.as_os_str() != "-", "`-` is no path");
        // Of what is not there, the folder above it says where it would be.
        let there = path.ancestors().find_map(|part| fs::canonicalize(part).ok());
        ensure!(there.is_some_and(|real| real.starts_with(&self.top)), out());
        fs::metadata(&path).with_context(|| format!("cannot read `{}`", shown(inside)))?;
        Ok(if inside.as_os_str().is_empty() { PathBuf::from(".") } else { inside.to_path_buf() })
    }

    /// The paths that a call names; the whole folder if it names none.
    pub fn paths(&self, list: &Value) -> Result<Vec<PathBuf>> {
        match list {
            Value::Null => Ok(vec![PathBuf::from(".")]),
            Value::Array(list) if !list.is_empty() => {
                let path = |path: &Value| self.path(path.as_str().context("`paths` is a list of strings")?);
                list.iter().map(path).collect()
            }
            _ => bail!("`paths` is a list of strings"),
        }
    }

    /// A file of the folder, if it is there and in it.
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        let real = fs::canonicalize(self.top.join(name)).ok()?;
        (real.is_file() && real.starts_with(&self.top)).then_some(real)
    }

    /// Whether a folder of this one may be written to, if it is there: a link may lead out.
    pub fn holds(&self, name: &str) -> bool {
        fs::canonicalize(self.top.join(name)).map_or(true, |real| real.starts_with(&self.top))
    }
}
