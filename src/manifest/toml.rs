//! `pyproject.toml` (of any tool that keeps lists of requirements, and Poetry's tables) and `Pipfile`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::item::{Form, Item, More, line_at, margin, with_line};
use super::list::{Element, element};
use super::requirement::Requirement;
use crate::text::Span;

/// What a file that is no TOML says about itself.
pub(super) struct NoToml {
    pub at: usize,
    pub message: String,
}

/// The requirements of a TOML file.
pub(super) fn items(text: &str) -> Result<Vec<Item>, NoToml> {
    let root = DeTable::parse(text).map_err(|error| NoToml {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    })?;
    let mut reader = Reader { text, items: Vec::new() };
    reader.table(root.get_ref(), &mut Vec::new());
    reader.items.sort_by_key(|item| item.text.start);
    Ok(reader.items)
}

struct Reader<'a> {
    text: &'a str,
    items: Vec<Item>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, path: &mut Vec<String>) {
        let keyed = is_keyed(path);
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            match value.get_ref() {
                _ if keyed => self.items.extend(self.keyed(key.span().start, key.get_ref(), value)),
                DeValue::Table(table) => self.table(table, path),
                DeValue::Array(values) if is_list(path) => self.array(values, value.span().start),
                _ => {}
            }
            path.pop();
        }
    }

    fn array(&mut self, values: &[Spanned<DeValue<'_>>], list: usize) {
        for value in values.iter().filter(|value| matches!(value.get_ref(), DeValue::String(_))) {
            let span = Span::new(value.span().start, value.span().end);
            self.items.extend(element(self.text, &Element { span, list }));
        }
    }

    /// `name = "^1.0"` or `name = { version = "^1.0", … }`, on one line.
    fn keyed(&self, start: usize, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Item> {
        let span = Span::new(start, value.span().end);
        let line = line_at(self.text, start);
        let version = match value.get_ref() {
            DeValue::Table(table) => table.get("version")?,
            _ => value,
        };
        let DeValue::String(specifier) = version.get_ref() else { return None };
        let (from, to) = (version.span().start + 1, version.span().end.checked_sub(1)?);
        if !line.contains(span) || self.text.get(from..to) != Some(&**specifier) || self.text[..start].ends_with('"') {
            return None;
        }
        let before = self.text[value.span().start..from].to_owned();
        let after = self.text[to..value.span().end].to_owned();
        Some(Item {
            name: Requirement::of(key)?.name,
            specifier: specifier.to_string(),
            text: span,
            whole: with_line(self.text, start),
            list: self.text[..start].rfind("\n[").unwrap_or(0),
            form: Form::Keyed { before, after },
            more: More { at: line.end, before: format!("\n{}", margin(line.of(self.text))), after: String::new() },
            kept: None,
            marked: true,
        })
    }
}

/// Whether a table has a key for each requirement.
fn is_keyed(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        path[..],
        ["packages" | "dev-packages"]
            | ["tool", "poetry", "dependencies" | "dev-dependencies"]
            | ["tool", "poetry", "group", _, "dependencies"]
    )
}

/// Whether an array lists requirements: those of the standards, and those that other tools keep under such names.
fn is_list(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path[..] {
        ["dependency-groups", _] | ["project", "optional-dependencies", _] | ["build-system", "requires"] => true,
        ["tool", "poetry", ..] => false,
        [.., "dependencies" | "dev-dependencies" | "extra-dependencies"] => true,
        _ => false,
    }
}
