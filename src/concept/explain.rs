//! `bai2aml explain`: a row of the table as text, 80 columns wide.
//!
//! All of it comes from the table, but the example: `examples.txt` holds an excerpt of a fixture for each row, which
//! `tests/docs.rs` takes from the conversion itself.

use std::collections::HashMap;

use minijinja::Environment;
use minijinja::value::{Kwargs, Rest, Value};

use super::{Field, Mapping, Row, Shape, SymbolRow, rule, rules, table};
use crate::report::Fate;
use crate::sdk::Target;

/// Excerpts of fixtures: a line with code and fixture, then the lines of a diff, indented.
const EXAMPLES: &str = include_str!("examples.txt");

const WIDTH: usize = 80;

/// Columns of a field: where its new name and its fate begin, if the words before them are not longer.
const COLUMNS: [usize; 2] = [34, 66];

/// Code, name and summary of every row and rule.
pub fn list() -> Vec<(String, String, String)> {
    let rows = table().rows().map(|r| (r.code.clone(), r.name.clone(), r.summary.clone()));
    let rules = rules().iter().map(|r| (r.code.clone(), r.name.clone(), r.summary.clone()));
    let mut list: Vec<_> = rows.chain(rules).collect();
    list.sort();
    list
}

/// What the concept with this code or name is, and what becomes of it.
pub fn explain(code_or_name: &str) -> Option<String> {
    let mut page = Page::default();
    if let Some(rule) = rule(code_or_name) {
        page.sentence(0, &format!("{} {}: this code {}", rule.code, rule.name, rule.summary));
        page.line("");
        page.sentence(0, &rule.text);
        return Some(page.0);
    }
    let row = table().find(code_or_name)?;
    page.sentence(0, &format!("{} {}: this code {}", row.code, row.name, row.summary));
    page.target(row, &format!("v2: {}", Target::V2.package()), |symbol| Some((&symbol.v2, None)));
    page.target(row, &format!("v1: {}", Target::V1.package()), |symbol| Some((&symbol.v1, None)));
    if row.symbols.iter().any(|symbol| symbol.v1_src.is_some()) {
        let title = "v1 with --job-form script-run-config, where that differs";
        page.target(row, title, |symbol| Some((symbol.v1_src.as_ref()?, Some(&symbol.v1))));
    }
    page.example(row);
    Some(page.0)
}

/// The text so far.
#[derive(Default)]
struct Page(String);

impl Page {
    /// Words on lines that begin at a column.
    fn sentence(&mut self, indent: usize, text: &str) {
        self.words(indent, indent, text);
    }

    /// Words, the first line at one column and the others at another.
    fn words(&mut self, indent: usize, hang: usize, text: &str) {
        let mut line = " ".repeat(indent);
        for (index, word) in text.split_whitespace().enumerate() {
            let fits = line.chars().count() + 1 + word.chars().count() <= WIDTH;
            if index > 0 && fits {
                line.push(' ');
            } else if index > 0 {
                self.line(&line);
                line = " ".repeat(hang);
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    /// What becomes of every symbol of a row in one target; parts that are as in another mapping are left out.
    fn target<'a>(
        &mut self,
        row: &'a Row,
        title: &str,
        mapping: impl Fn(&'a SymbolRow) -> Option<(&'a Mapping, Option<&'a Mapping>)>,
    ) {
        self.line("");
        self.line(title);
        for symbol in &row.symbols {
            if let Some((mapping, base)) = mapping(symbol) {
                self.line("");
                self.words(2, 4, &symbol.sources.join(", "));
                self.mapping(mapping, base);
            }
        }
    }

    fn mapping(&mut self, mapping: &Mapping, base: Option<&Mapping>) {
        self.line(&format!("    {}", fate(mapping.fate)));
        self.said(6, &mapping.note, &mapping.todo);
        self.code(mapping);
        for step in mapping.append.iter().filter(|step| !step.note.is_empty()) {
            self.sentence(8, &step.note);
        }
        self.fields(mapping, base);
        for (name, field) in mapping.there.iter() {
            let is_known = base.and_then(|base| base.there.get(name)).is_some_and(|other| same(field, other));
            if !is_known {
                self.field(&format!("if {name}"), &readable(mapping, &field.code), field.fate);
                self.said(8, &field.note, &field.todo);
            }
        }
        let beside = [(Fate::Manual, &mapping.manual), (Fate::Drop, &mapping.drop)];
        for (fate, fields) in beside {
            let before = base.map(|base| if fate == Fate::Manual { &base.manual } else { &base.drop });
            for (name, reason) in fields.iter() {
                if before.and_then(|before| before.get(name)) != Some(reason) {
                    self.field(name, "", fate);
                    self.sentence(8, reason);
                }
            }
        }
    }

    /// What becomes of the fields. A keyword that comes by itself is there where something is said of it.
    fn fields(&mut self, mapping: &Mapping, base: Option<&Mapping>) {
        let place = Place::of(mapping);
        for (name, field) in
            mapping.fields.iter().filter(|(name, field)| !name.starts_with('_') || !field.note.is_empty())
        {
            let is_known = base.and_then(|base| base.fields.get(name)).is_some_and(|other| same(field, other));
            if is_known {
                continue;
            }
            let name = if name.starts_with('_') { "otherwise" } else { name };
            self.field(name, &place.of_field(mapping, name, field), field.fate);
            self.said(8, &field.note, &field.todo);
        }
    }

    /// The new code, or the class whose keywords are written.
    fn code(&mut self, mapping: &Mapping) {
        if !mapping.target.is_empty() {
            self.line(&format!("      {}(…)", mapping.target));
        }
        for package in &mapping.packages {
            self.line(&format!("      {package}"));
        }
        let lines = if mapping.shape == Shape::Pair {
            format!("({}, {})", readable(mapping, &mapping.key), readable(mapping, &mapping.code))
        } else {
            readable(mapping, &mapping.code)
        };
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let indent = 6 + line.len() - line.trim_start().len();
            self.words(indent, indent + 4, line);
        }
        for command in [&mapping.launch, &mapping.launch_config].into_iter().filter(|command| !command.is_empty()) {
            self.words(6, 10, &format!("command: {}", readable(mapping, command)));
        }
        for (backend, class) in mapping.distribution.iter() {
            let when = if backend.is_empty() { String::new() } else { format!(" with `{backend}`") };
            self.words(6, 10, &format!("distribution{when}: {class}"));
        }
        for (how, text) in mapping.export.iter().filter(|(_, text)| !text.is_empty()) {
            let how = if how == "any" { String::new() } else { format!("{how}: ") };
            self.line(&format!("      {how}{text}"));
        }
    }

    /// A field, what takes it, and its fate; what takes it goes on a line of its own if it is long.
    fn field(&mut self, name: &str, place: &str, what: Fate) {
        let start = format!("      {name}");
        let gap = COLUMNS[0].saturating_sub(start.chars().count()).max(2);
        let whole = format!("{start}{}{place}", " ".repeat(gap));
        let (line, rest) = if whole.chars().count() < COLUMNS[1] { (whole, None) } else { (start, Some(place)) };
        let gap = COLUMNS[1].saturating_sub(line.chars().count()).max(2);
        self.line(&format!("{line}{}{}", " ".repeat(gap), fate(what)));
        if let Some(place) = rest {
            self.words(8, 12, place);
        }
    }

    /// What differs, and what to do.
    fn said(&mut self, indent: usize, note: &str, todo: &str) {
        if !note.is_empty() {
            self.sentence(indent, note);
        }
        if !todo.is_empty() {
            self.words(indent, indent + 4, &format!("do: {todo}"));
        }
    }

    /// An excerpt of the fixture that shows the row.
    fn example(&mut self, row: &Row) {
        let mut lines = EXAMPLES.lines().skip_while(|line| !line.starts_with(&row.code));
        let Some(fixture) = lines.next().and_then(|head| head.split(' ').nth(1)) else { return };
        self.line("");
        self.line(&format!("Example, in v2 (from fixtures/{fixture})"));
        self.line("");
        lines.take_while(|line| line.starts_with(' ')).for_each(|line| self.line(line));
    }
}

/// How a mapping takes its fields.
enum Place {
    /// As keywords of what is written.
    Keywords,
    /// Into the code.
    Code,
}

impl Place {
    fn of(mapping: &Mapping) -> Self {
        match mapping.shape {
            Shape::Call | Shape::Keywords | Shape::Job | Shape::Toolkit => Place::Keywords,
            _ => Place::Code,
        }
    }

    /// What takes a field; nothing if it stands in the code that was shown.
    fn of_field(&self, mapping: &Mapping, name: &str, field: &Field) -> String {
        let is_shown = mapping.code.contains(name) || mapping.key.contains(name);
        let to = field.to.split([',', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        match self {
            _ if !field.code.is_empty() && !to.is_empty() && to != "**" => {
                format!("{to}={}", readable(mapping, &field.code))
            }
            _ if !field.code.is_empty() => readable(mapping, &field.code),
            Place::Keywords if !to.is_empty() => to,
            _ if !to.is_empty() => format!("{to} of the new object"),
            Place::Code if !is_shown && ["resource_group_name", "workspace_name"].contains(&name) => {
                "the client".into()
            }
            _ => String::new(),
        }
    }
}

fn same(one: &Field, other: &Field) -> bool {
    let parts = |field: &Field| [&field.to, &field.code, &field.note, &field.todo].map(String::clone);
    one.fate == other.fate && parts(one) == parts(other)
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Exact => "exact",
        Fate::Drop => "drop",
        Fate::Approximate => "approximate",
        Fate::Manual => "manual",
    }
}

/// What templates read besides fields, and how it is shown.
const CONTEXT: [(&str, &str); 9] = [
    ("client", "client"),
    ("ws", "client"),
    ("self", "object"),
    ("value", "value"),
    ("mount", "mount"),
    ("rest", "rest"),
    ("wait", "wait"),
    ("resource_group_name", "resource_group_name"),
    ("workspace_name", "workspace_name"),
];

/// A template filled with the names of what goes into it.
fn readable(mapping: &Mapping, template: &str) -> String {
    let fields = mapping.fields.iter().map(|(name, _)| name);
    let beside = mapping.manual.iter().chain(mapping.drop.iter()).map(|(name, _)| name);
    let holes = fields.chain(beside).map(|name| (name, name)).chain(CONTEXT.iter().copied());
    let holes: HashMap<String, String> = holes.map(|(name, shown)| (name.to_owned(), shown.to_owned())).collect();
    let mut environment = Environment::new();
    environment.add_function("q", |text: &str| format!("'{text}'"));
    environment.add_function("call", call);
    // A template that cannot be filled is a fault of the table, which `tests/table` reports; it is shown as it is.
    environment.render_str(template, holes).unwrap_or_else(|_| template.to_owned())
}

/// `call("Name", a, b=c)` is how templates write `Name(a, b=c)`; what is undefined is left out.
fn call(name: &str, positions: Rest<Value>, keywords: Kwargs) -> Result<String, minijinja::Error> {
    let mut items: Vec<String> = positions.iter().filter(|value| !value.is_undefined()).map(Value::to_string).collect();
    for keyword in keywords.args() {
        let value: Value = keywords.get(keyword)?;
        if !value.is_undefined() {
            items.push(if keyword.starts_with('_') { value.to_string() } else { format!("{keyword}={value}") });
        }
    }
    Ok(format!("{name}({})", items.join(", ")))
}
