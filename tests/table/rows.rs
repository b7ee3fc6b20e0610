//! Codes, names and symbols of the rows: each once, and in its place.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use bai2aml::concept::{Kind, Row, Shape, table};
use bai2aml::report::Fate;

use super::{Case, all_right, cases};

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    names.for_each(|name| *seen.entry(name).or_default() += 1);
    let mut twice: Vec<String> =
        seen.into_iter().filter(|(_, n)| *n > 1).map(|(name, n)| format!("`{name}` {n} times")).collect();
    twice.sort();
    twice
}

/// The program reads the rows as JSON, which has no lines to name; here they are read as they are written.
#[test]
pub fn rows_are_of_the_schema() {
    #[derive(serde::Deserialize)]
    struct Area {
        concept: Vec<Row>,
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/concept/table");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut codes = Vec::new();
    for file in files {
        match toml::from_str::<Area>(&fs::read_to_string(&file).unwrap()) {
            Ok(area) => codes.extend(area.concept.into_iter().map(|row| row.code)),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }
    assert_eq!(codes, table().rows().map(|row| row.code.clone()).collect::<Vec<_>>());
}

/// The symbols as they are written, with all their tables.
fn written() -> Vec<toml::Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/concept/table");
    let texts = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let areas = texts.map(|text| toml::from_str::<toml::Value>(&text).unwrap());
    let rows = areas.flat_map(|area| area["concept"].as_array().unwrap().clone());
    rows.flat_map(|row| row["symbol"].as_array().unwrap().clone()).collect()
}

/// A second table that says the same would have to be kept the same by hand.
#[test]
fn what_is_the_same_in_both_targets_stands_there_once() {
    let is_twice = |symbol: &toml::Value| symbol.get("v2").is_some() && symbol.get("v2") == symbol.get("v1");
    let wrong = written().into_iter().filter(is_twice);
    all_right(wrong.map(|symbol| format!("{}: its `v2` and `v1` are one table, `both`", symbol["source"])));
}

#[test]
fn shapes_that_go_without_saying_are_not_said() {
    let mut wrong = Vec::new();
    for symbol in written() {
        let forms = ["both", "v2", "v1", "v1-src"].into_iter().filter_map(|form| Some((form, symbol.get(form)?)));
        let said = forms.filter(|(_, mapping)| {
            let shape = mapping.get("shape").and_then(toml::Value::as_str);
            shape == Some("value") || shape.is_some() && shape == mapping["fate"].as_str()
        });
        wrong.extend(said.map(|(form, _)| format!("{} {form}: its shape goes without saying", symbol["source"])));
    }
    all_right(wrong);
}

#[test]
pub fn codes_names_and_symbols_are_there_once() {
    let rows = || table().rows();
    all_right(twice(rows().map(|row| row.code.as_str())));
    all_right(twice(rows().map(|row| row.name.as_str())));
    all_right(twice(rows().flat_map(|row| &row.symbols).flat_map(|symbol| &symbol.sources).map(String::as_str)));
}

#[test]
pub fn codes_stand_in_the_file_of_their_area_and_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/concept/table");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).unwrap();
        let codes = text.lines().filter_map(|line| line.strip_prefix("code = \"")?.strip_suffix('"'));
        let codes: Vec<&str> = codes.collect();
        let is_here =
            |code: &str| code.len() == 6 && code.strip_prefix("BAI").is_some_and(|n| n.starts_with(&file[..1]));
        wrong.extend(
            codes.iter().filter(|code| !is_here(code)).map(|code| format!("{file}: {code} is of another area")),
        );
        wrong.extend(
            codes.windows(2).filter(|two| two[0] >= two[1]).map(|two| format!("{file}: {} before {}", two[0], two[1])),
        );
        wrong.extend(
            codes.iter().filter(|code| table().find(code).is_none()).map(|code| format!("{file}: {code} is not read")),
        );
    }
    all_right(wrong);
}

#[test]
pub fn names_are_words_with_hyphens() {
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let wrong = table().rows().filter(|row| !row.name.split('-').all(is_word));
    all_right(wrong.map(|row| format!("{} {}", row.code, row.name)));
}

#[test]
pub fn every_mapping_has_what_its_shape_needs() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| !case.is_whole()) {
        let mapping = case.mapping;
        let says = match mapping.shape {
            _ if case.symbol.kind == Kind::Package && mapping.packages.is_empty() => "a package needs `packages`",
            _ if case.symbol.kind == Kind::Package => continue,
            _ if case.symbol.kind == Kind::Command && mapping.shape != Shape::Value => "a command has no `shape`",
            // Whole files are written by `src/config/`.
            _ if case.symbol.kind == Kind::File => continue,
            Shape::Call if mapping.target.is_empty() => "a `call` needs a `target`",
            Shape::Pair if mapping.key.is_empty() || mapping.code.is_empty() => "a `pair` needs `key` and `code`",
            Shape::Statement if mapping.code.is_empty() => "a `statement` needs `code`",
            Shape::Value if mapping.code.is_empty() && !is_only_read(case) => "a `value` needs `code`",
            _ => continue,
        };
        wrong.push(case.says(says));
    }
    all_right(wrong);
}

/// Results, enums and variables are never called: what becomes of them is said of their parts.
fn is_only_read(case: &Case) -> bool {
    let kind = case.symbol.kind;
    matches!(kind, Kind::Enum | Kind::Variable | Kind::Module) || kind == Kind::Model && !can_be_built(case)
}

fn can_be_built(case: &Case) -> bool {
    let built = |form: &bai2aml::sdk::Model| form.fields.iter().any(|field| field.constructor && field.required);
    case.symbol.sources.iter().any(|source| bai2aml::sdk::batchai().model(source).iter().any(built))
}

#[test]
pub fn every_fate_but_exact_says_why() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mapping = case.mapping;
        if mapping.fate != Fate::Exact && mapping.note.is_empty() {
            wrong.push(case.says("no `note` says why it is not exact"));
        }
        if mapping.fate == Fate::Drop && case.symbol.kind != Kind::Model && !mapping.todo.is_empty() {
            wrong.push(case.says("what goes leaves nothing to do"));
        }
        if mapping.fate == Fate::Manual && mapping.todo.is_empty() {
            wrong.push(case.says("no `do` says what a person should do"));
        }
        for (name, field) in mapping.fields.iter() {
            if field.fate != Fate::Exact && field.note.is_empty() {
                wrong.push(case.says(&format!("no `note` says why `{name}` is not exact")));
            }
            if matches!(field.fate, Fate::Manual | Fate::Drop) {
                wrong.push(
                    case.says(&format!("`{name}` is in `fields`, but its fate belongs under `manual` or `drop`")),
                );
            }
        }
    }
    all_right(wrong);
}
