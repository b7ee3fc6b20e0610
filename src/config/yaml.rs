//! Writes YAML: block style, plain scalars where they can only be read as text, long command lines folded.
//!
//! It writes what a configuration file can hold, and no more: no anchors, no tags, no keys but text.

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    /// An expression of the user's program; no file of YAML has one.
    Code(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

/// Columns of a line of text that is folded.
const WIDTH: usize = 100;
/// What a reader of YAML 1.1 or 1.2 takes for something else than text.
const WORDS: [&str; 14] =
    ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", ".nan", ".inf", "inf", "~"];

/// The lines of an entry at the outermost level.
pub fn entry(key: &str, value: &Value) -> String {
    let mut out = String::new();
    pair(key, value, 0, &mut out);
    out
}

fn pair(key: &str, value: &Value, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(indent));
    out.push_str(&inline(key));
    out.push(':');
    below(value, indent, out);
}

/// A value behind the colon of its key, or the dash of its item.
fn below(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            entries.iter().for_each(|(key, value)| pair(key, value, indent + 2, out));
        }
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                out.push_str(&" ".repeat(indent + 2));
                out.push('-');
                below(item, indent + 2, out);
            }
        }
        Value::Map(_) => out.push_str(" {}\n"),
        Value::List(_) => out.push_str(" []\n"),
        Value::Bool(value) => out.push_str(&format!(" {value}\n")),
        Value::Number(number) | Value::Code(number) => out.push_str(&format!(" {number}\n")),
        Value::Text(text) => out.push_str(&format!(" {}\n", scalar(text, indent + 2))),
    }
}

/// A text as a scalar, with the indentation of its further lines.
fn scalar(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let is_printable = |c: char| c == '\n' || !(c.is_control() || is_odd(c));
    // A block cannot say how it begins or ends where that is white space.
    let is_block =
        text.chars().all(is_printable) && !text.starts_with([' ', '\n', '\t']) && !text.ends_with([' ', '\t']);
    if text.contains('\n') && is_block && !text.ends_with("\n\n") && !text.contains(" \n") {
        let end = if text.ends_with('\n') { "" } else { "-" };
        let lines = text.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("\n{margin}{line}") });
        return format!("|{end}{}", lines.collect::<String>());
    }
    let one = inline(text);
    if one.len() <= WIDTH || text.contains('\n') || !is_block {
        return one;
    }
    let lines = folded(text);
    if lines.len() < 2 {
        one
    } else {
        format!(">-{}", lines.iter().map(|line| format!("\n{margin}{line}")).collect::<String>())
    }
}

/// The lines of a text that is broken at single spaces, which a reader puts back.
fn folded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    for word in text.split(' ') {
        let is_single = !word.is_empty() && !current.is_empty() && !current.ends_with(' ');
        if is_single && current.len() + 1 + word.len() > WIDTH && !word.starts_with('\t') {
            lines.push(std::mem::take(&mut current));
        } else if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
    lines
}

/// A text on one line.
fn inline(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if !text.chars().any(|c| c.is_control() || is_odd(c)) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) > 0xFFFF && is_odd(c) => out.push_str(&format!("\\U{:08X}", c as u32)),
            c if c.is_control() || is_odd(c) => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Characters that break lines, have no place in YAML, or that nobody sees.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether every reader takes a text for itself without quotes.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let is_safe = |c: char| c.is_alphanumeric() || "_-./$(){}<>=+,;:@^~ \"'\\&|*!?#%[]".contains(c);
    let begins = first.is_alphabetic() || "_/$.<(".contains(first);
    let is_number = text.trim_start_matches(['.', '_']).starts_with(|c: char| c.is_ascii_digit());
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    begins
        && !is_number
        && !is_word
        && !["...", "<<", "="].contains(&text)
        && text.chars().all(is_safe)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// What a library reads.
    fn read(text: &str) -> serde_json::Value {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
    }

    fn as_json(value: &Value) -> serde_json::Value {
        match value {
            Value::Bool(value) => json!(value),
            Value::Number(number) | Value::Code(number) => serde_json::from_str(number).unwrap(),
            Value::Text(text) => json!(text),
            Value::List(items) => items.iter().map(as_json).collect(),
            Value::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        let words = prop_oneof![
            Just("yes"),
            Just("no"),
            Just("~"),
            Just("null"),
            Just("0x1f"),
            Just("1e3"),
            Just("12:30:45"),
            Just("2018-05-01"),
            Just("- a"),
            Just("a: b"),
            Just("a #b"),
            Just("#"),
            Just("%X%"),
            Just("$X"),
            Just("<X>"),
            Just("${{inputs.DATA}}"),
            Just("'"),
            Just("\""),
            Just("\\"),
            Just("\t"),
            Just("\n"),
            Just("\r\n"),
            Just(" "),
            Just("  "),
            Just("\u{85}"),
            Just("\u{feff}"),
            Just("\u{2028}"),
            Just("--x=1"),
            Just("&a"),
            Just("*a"),
            Just("!t"),
            Just("|"),
            Just(">"),
            Just("@"),
            Just("`"),
            Just("{"),
            Just("["),
            Just("]"),
            Just(","),
            Just("---"),
            Just("..."),
            Just("? a"),
            Just("한글"),
            Just("😀"),
            Just("python train.py --epochs 12 --learning-rate 0.01 --data ${{inputs.DATA}}/images"),
        ];
        let joined = prop::collection::vec(words, 0..12);
        prop_oneof![
            joined.clone().prop_map(|words| words.concat()),
            joined.prop_map(|words| words.join(" ")),
            any::<String>(),
        ]
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(|number| Value::Number(number.to_string())),
            texts().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map(texts(), inner, 0..4)
                    .prop_map(|entries| Value::Map(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_library_reads_back_every_text(text in texts()) {
            prop_assert_eq!(read(&entry("key", &Value::Text(text.clone()))), json!({ "key": text }));
        }

        #[test]
        fn a_library_reads_back_every_value(value in values()) {
            prop_assert_eq!(read(&entry("key", &value)), json!({ "key": as_json(&value) }));
        }
    }

    #[test]
    fn long_command_lines_are_folded_and_scripts_stand_as_they_are() {
        let line = "python train.py --epochs 12 --learning-rate 0.01 --data ${{inputs.DATA}}/images --out ${{outputs.MODEL}} -v";
        let folded = "command: >-\n  python train.py --epochs 12 --learning-rate 0.01 --data ${{inputs.DATA}}/images --out\n  ${{outputs.MODEL}} -v\n";
        assert_eq!(entry("command", &Value::Text(line.into())), folded);
        let script = Value::Text("a <<'EOF'\n  b\n\nEOF\n".into());
        assert_eq!(entry("command", &script), "command: |\n  a <<'EOF'\n    b\n\n  EOF\n");
        let odd = Value::Text("a\u{85}b".into());
        assert_eq!(entry("command", &odd), "command: \"a\\u0085b\"\n");
    }
}
