//! JSON as a person wants to read it in a golden file.

use serde_json::Value;

/// Indented, but a list of plain values stands on one line.
pub fn readable(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text + "\n"
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let fields = fields.iter().map(|(name, value)| (format!("{}: ", Value::from(name.as_str())), value));
            write_entries("{}", fields, depth, text);
        }
        Value::Array(items) if items.iter().any(|item| item.is_array() || item.is_object()) || items.len() > 4 => {
            write_entries("[]", items.iter().map(|item| (String::new(), item)), depth, text);
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(Value::to_string).collect();
            text.push_str(&format!("[{}]", items.join(", ")));
        }
        plain => text.push_str(&plain.to_string()),
    }
}

fn write_entries<'a>(
    brackets: &str,
    entries: impl Iterator<Item = (String, &'a Value)>,
    depth: usize,
    text: &mut String,
) {
    let (open, close) = brackets.split_at(1);
    let mut separator = open;
    for (label, value) in entries {
        text.push_str(&format!("{separator}\n{}{label}", "  ".repeat(depth + 1)));
        write(value, depth + 1, text);
        separator = ",";
    }
    text.push_str(&format!("\n{}{close}", "  ".repeat(depth)));
}
