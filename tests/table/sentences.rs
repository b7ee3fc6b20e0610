//! What the table says to people: short, and in the form of all messages.

use bai2aml::concept::table;

use super::{Case, all_right, cases};

/// Names that a sentence may begin with although their first letter is a capital.
const NAMES: [&str; 25] = [
    "ADAL",
    "Azure",
    "Batch",
    "Blob",
    "CNTK",
    "Caffe",
    "Caffe2",
    "Chainer",
    "Docker",
    "Horovod",
    "IPython",
    "Key",
    "MPI",
    "NCCL",
    "NFS",
    "Python",
    "PyTorch",
    "SSH",
    "TensorFlow",
    "Gloo",
    "Jupyter",
    "Keras",
    "Linux",
    "Open",
    "Intel",
];

const LONGEST: usize = 160;

#[test]
pub fn sentences_have_the_form_of_messages() {
    let mut wrong = Vec::new();
    for case in cases() {
        for (what, text) in sentences(&case) {
            wrong.extend(faults(text).map(|fault| case.says(&format!("{what} {fault}: {text}"))));
        }
    }
    all_right(wrong);
}

/// Every sentence of a mapping, with its place.
fn sentences(case: &Case) -> Vec<(String, &str)> {
    let mapping = case.mapping;
    let mut all = vec![("note".to_owned(), mapping.note.as_str()), ("do".to_owned(), mapping.todo.as_str())];
    for (name, field) in mapping.fields.iter() {
        all.push((format!("`{name}`.note"), field.note.as_str()));
        all.push((format!("`{name}`.do"), field.todo.as_str()));
    }
    all.extend(mapping.manual.iter().map(|(name, text)| (format!("manual `{name}`"), text.as_str())));
    all.extend(mapping.drop.iter().map(|(name, text)| (format!("drop `{name}`"), text.as_str())));
    all.retain(|(what, text)| !text.is_empty() || what.starts_with("manual") || what.starts_with("drop"));
    all
}

fn faults(text: &str) -> impl Iterator<Item = &'static str> {
    let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let capital = text.starts_with(|c: char| c.is_uppercase()) && !NAMES.contains(&first);
    let faults = [
        (text.trim().is_empty(), "is empty"),
        (text.trim() != text, "has space around it"),
        (capital, "starts with a capital"),
        (text.ends_with('.'), "ends with a stop"),
        (text.chars().count() > LONGEST, "is longer than 160 characters"),
        (text.matches('`').count() % 2 == 1, "has an odd backquote"),
        (text.contains("not written yet"), "is not written yet"),
    ];
    faults.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault)
}

#[test]
pub fn summaries_complete_this_code() {
    let verb = |summary: &str| summary.split(' ').next().is_some_and(|word| word.ends_with('s'));
    let rows = table().rows();
    let wrong = rows.flat_map(|row| {
        let faults = faults(&row.summary).chain((!verb(&row.summary)).then_some("does not begin with a verb"));
        faults.map(|fault| format!("{} {fault}: This code {}", row.code, row.summary)).collect::<Vec<_>>()
    });
    all_right(wrong);
}

#[test]
pub fn no_row_is_left_to_be_written() {
    let unwritten = cases().into_iter().filter(|case| {
        let mapping = case.mapping;
        let texts = [&mapping.note, &mapping.todo, &mapping.code];
        texts.iter().any(|text| text.contains("not written"))
    });
    all_right(unwritten.map(|case| case.says("is not written yet")));
}
