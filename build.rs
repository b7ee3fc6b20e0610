//! Puts the concept table together: the rows of `src/concept/table/*.toml`, in the order of the files, as one JSON list.
//! People write TOML; the program reads JSON, because that takes a quarter of the time, at each start.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

const TABLE: &str = "src/concept/table";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TABLE}");
    let mut files: Vec<PathBuf> =
        fs::read_dir(TABLE)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Box<dyn Error>>>()?;
    files.sort();
    let mut rows = Vec::new();
    for file in &files {
        rows.extend(concepts(file).map_err(|error| format!("{}: {error}", file.display()))?);
    }
    let out = Path::new(&env::var("OUT_DIR")?).join("table.json");
    Ok(fs::write(out, serde_json::to_vec(&rows)?)?)
}

/// The rows of one file. What a row may hold is said by `src/concept/row.rs` alone.
fn concepts(file: &Path) -> Result<Vec<serde_json::Value>, Box<dyn Error>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Area {
        concept: Vec<serde_json::Value>,
    }
    Ok(toml::from_str::<Area>(&fs::read_to_string(file)?)?.concept)
}
