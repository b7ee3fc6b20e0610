//! Writes dictionaries of Python: a key a line at the outermost level, and below it what has room on one line.

use super::write::Item;
use super::yaml::Value;
use crate::render::python_string;

/// Columns that a line may have.
const WIDTH: usize = 100;
const STEP: &str = "    ";

/// A dictionary, on lines of this margin.
pub(super) fn dictionary(items: &[Item], quote: char, margin: &str) -> String {
    let inner = format!("{margin}{STEP}");
    let line = |item: &Item| match item {
        Item::Comment(line) => format!("{inner}{line}\n"),
        Item::Entry(key, value) => entry(key, value, quote, &inner),
    };
    format!("{{\n{}{margin}}}", items.iter().map(line).collect::<String>())
}

fn entry(key: &str, value: &Value, quote: char, margin: &str) -> String {
    let key = python_string(key, quote);
    let room = WIDTH.saturating_sub(margin.len() + key.len() + ": ,".len());
    let short = inline(value, quote);
    let is_short = short.len() <= room && !short.contains('\n');
    let value = if is_short { short } else { broken(value, quote, margin).unwrap_or(short) };
    format!("{margin}{key}: {value},\n")
}

/// A value on one line, as far as the user's own code is.
fn inline(value: &Value, quote: char) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(code) | Value::Code(code) => code.clone(),
        Value::Text(text) => python_string(text, quote),
        Value::List(items) => format!("[{}]", joined(items.iter().map(|item| inline(item, quote)).collect())),
        Value::Map(entries) => {
            let entry =
                |(key, value): &(String, Value)| format!("{}: {}", python_string(key, quote), inline(value, quote));
            format!("{{{}}}", joined(entries.iter().map(entry).collect()))
        }
    }
}

/// A value on several lines, where it has parts.
fn broken(value: &Value, quote: char, margin: &str) -> Option<String> {
    let inner = format!("{margin}{STEP}");
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let lines: String = entries.iter().map(|(key, value)| entry(key, value, quote, &inner)).collect();
            Some(format!("{{\n{lines}{margin}}}"))
        }
        Value::List(items) if !items.is_empty() => {
            let lines: String = items.iter().map(|item| format!("{inner}{},\n", inline(item, quote))).collect();
            Some(format!("[\n{lines}{margin}]"))
        }
        _ => None,
    }
}
