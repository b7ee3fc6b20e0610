//! A program while it is written: lines, indentation, fresh names, comments, quotes. Knows Python, and nothing of Batch AI.

use std::collections::BTreeMap;

use super::choice::Choices;

/// What every part of the generator writes to.
pub struct Writer<'a> {
    pub choices: Choices<'a>,
    /// The lines, each with its indentation; line endings are put in at the end.
    pub lines: Vec<String>,
    /// Lines that are none of Batch AI's: they must come out as they are.
    pub strangers: Vec<String>,
    /// Which symbols were written, and how often: the ledger must know each.
    pub used: BTreeMap<String, usize>,
    /// One step of indentation.
    pub step: &'static str,
    /// How many blocks are open.
    pub depth: usize,
    names: usize,
}

const COMMENTS: [&str; 5] =
    ["# as in the paper", "#no space", "# 'quoted' \"twice\"", "# ünïcödé (", "# {{ braces }} %s"];

impl<'a> Writer<'a> {
    pub fn new(step: &'static str) -> Self {
        Writer {
            choices: Choices::new(&[]),
            lines: Vec::new(),
            strangers: Vec::new(),
            used: BTreeMap::new(),
            step,
            depth: 0,
            names: 0,
        }
    }

    /// Writes a statement, at times with a comment above or behind it.
    pub fn line(&mut self, text: &str) {
        let indent = self.step.repeat(self.depth);
        if self.choices.one_in(12) {
            let comment = self.comment();
            self.lines.push(format!("{indent}{comment}"));
        }
        let behind = if self.choices.one_in(10) { format!("  {}", self.comment()) } else { String::new() };
        self.lines.push(format!("{indent}{text}{behind}"));
    }

    /// Writes an assignment, at times over two lines.
    pub fn assign(&mut self, name: &str, value: &str) {
        let broken = self.choices.one_in(12);
        let between =
            if broken { format!("\\\n{}{}", self.step.repeat(self.depth + 1), value) } else { value.to_owned() };
        self.line(&format!("{name} = {between}"));
    }

    /// Gives a value a name, in a statement before the one that is being written.
    pub fn hoist(&mut self, base: &str, value: &str) -> String {
        let name = self.name(base);
        self.assign(&name, value);
        name
    }

    /// A name that is new, or now and then the plain one again, as people reuse `parameters`.
    pub fn name(&mut self, base: &str) -> String {
        self.names += 1;
        if self.choices.one_in(6) { base.to_owned() } else { format!("{base}_{}", self.names) }
    }

    /// A line of the user's own that has nothing to do with anything.
    pub fn stranger(&mut self) {
        self.names += 1;
        let text = format!(
            "note_{} = {}  # kept",
            self.names,
            ["'ü'", "\"\\\\\"", "{'a': [1, 2]}", "lambda x: x"][self.choices.below(4)]
        );
        self.lines.push(format!("{}{text}", self.step.repeat(self.depth)));
        self.strangers.push(text);
    }

    fn comment(&mut self) -> &'static str {
        self.choices.pick(&COMMENTS)
    }

    /// A string literal.
    pub fn quote(&mut self, text: &str) -> String {
        let escaped = text.replace('\\', "\\\\");
        let double = || format!("\"{}\"", escaped.replace('"', "\\\""));
        let single = || format!("'{}'", escaped.replace('\'', "\\'"));
        let middle = (text.len() / 2..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        match self.choices.below(12) {
            0..6 => single(),
            6..9 => double(),
            9 if !text.contains(['\'', '"', '\\']) => format!("r'{text}'"),
            10 if !text.contains(['\'', '\\']) => format!("'{}' '{}'", &text[..middle], &text[middle..]),
            11 if !text.contains(['"', '\\']) => format!("\"\"\"{text}\"\"\""),
            _ => double(),
        }
    }

    /// `open a, b close`, on one line or on several, with comments between.
    pub fn bracket(&mut self, open: &str, items: &[String], close: &str) -> String {
        if items.is_empty() {
            return format!("{open}{close}");
        }
        let indent = self.step.repeat(self.depth + 1);
        match self.choices.below(4) {
            0 | 1 => format!("{open}{}{close}", items.join(", ")),
            2 => format!("{open}{}{close}", items.join(&format!(",\n{indent}"))),
            _ => {
                let mut text = format!("{open}\n");
                for item in items {
                    let comment = if self.choices.one_in(6) { format!("  {}", self.comment()) } else { String::new() };
                    text += &format!("{indent}{item},{comment}\n");
                }
                text + &self.step.repeat(self.depth) + close
            }
        }
    }
}
