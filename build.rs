//! Hands the facts of the program over as JSON, which is read at each start in a quarter of the time that TOML takes.
//! People write them as TOML, beside the code that reads them; `src/facts.rs` is the other end.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// The rows of the concept table: one list of all files, in their order.
const CONCEPTS: &str = "src/concept/table";

/// The other facts, a file each.
const FACTS: [&str; 10] = [
    "src/command/runners.toml",
    "src/concept/areas.toml",
    "src/concept/launcher.toml",
    "src/concept/rules.toml",
    "src/concept/yaml.toml",
    "src/intent/table.toml",
    "src/sdk/images.toml",
    "src/sdk/names.toml",
    "src/sdk/sizes.toml",
    "src/survey/effort.toml",
];

fn main() -> Result<(), Box<dyn Error>> {
    let concepts = concepts().map_err(|error| format!("{CONCEPTS}: {error}"))?;
    write(CONCEPTS, &Value::Array(concepts))?;
    for file in FACTS {
        write(file, &read::<Value>(Path::new(file))?)?;
    }
    Ok(())
}

/// What a row may hold is said by `src/concept/row.rs` alone.
fn concepts() -> Result<Vec<Value>, Box<dyn Error>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Area {
        concept: Vec<Value>,
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(CONCEPTS)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Box<dyn Error>>>()?;
    files.sort();
    let mut rows = Vec::new();
    for file in &files {
        rows.extend(read::<Area>(file)?.concept);
    }
    Ok(rows)
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, Box<dyn Error>> {
    toml::from_str(&fs::read_to_string(file)?).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// `src/sdk/sizes.toml` becomes `sdk-sizes.json`.
fn write(source: &str, facts: &Value) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={source}");
    let name = source.trim_start_matches("src/").trim_end_matches(".toml").replace('/', "-");
    let out = Path::new(&env::var("OUT_DIR")?).join(format!("{name}.json"));
    Ok(fs::write(out, serde_json::to_vec(facts)?)?)
}
