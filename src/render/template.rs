//! Templates: minijinja over the table's `code`, with three functions that write Python.
//!
//! Holes are filled with code that is already Markup; text from user code is only ever a value, never a template.

use std::collections::{BTreeSet, HashMap};

use minijinja::value::{Kwargs, Rest, Value};
use minijinja::{Environment, Error, State, UndefinedBehavior};

use super::Markup;
use super::markup::{VALUE, VALUE_END};
use super::operand::{Binding, binding, in_place};

/// The hole that holds names of the program whose values nothing needs any more, with spaces between them.
pub const DEAD: &str = "_dead";

/// The templates of one run, with the quotes that the user's file prefers.
pub struct Templates {
    environment: Environment<'static>,
    holes: HashMap<String, Vec<String>>,
}

impl Templates {
    /// `quote` is `'` or `"`.
    pub fn new(quote: char) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.add_function("q", move |text: &str| python_string(text, quote));
        environment.add_function("call", call);
        environment.add_function("free", |name: &str| name.to_owned());
        Templates { environment, holes: HashMap::new() }
    }

    /// The names of the user's program: from now on `free("name")` writes a name that none of them is, but for those
    /// in the hole [`DEAD`].
    pub fn reserve(&mut self, taken: BTreeSet<String>) {
        self.environment.add_function("free", move |state: &State, name: &str| {
            let dead = state.lookup(DEAD).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
            free_name(name, |n| taken.contains(n) && !dead.split(' ').any(|d| d == n))
        });
    }

    /// The names that a template asks for with `free`.
    pub fn wanted(template: &str) -> impl Iterator<Item = &str> {
        template.split("free(\"").skip(1).filter_map(|rest| rest.split('"').next())
    }

    /// The name for the result of a template that gives one.
    pub fn result_name(template: &str) -> Option<&str> {
        let wanted = template.split_once("result or free(\"").and_then(|(_, rest)| rest.split('"').next());
        wanted.or(template.contains("result").then_some("result"))
    }

    /// The names that a template reads.
    ///
    /// # Errors
    /// If the template is malformed, with minijinja's words.
    pub fn holes(&mut self, template: &str) -> Result<Vec<String>, Error> {
        if let Some(holes) = self.holes.get(template) {
            return Ok(holes.clone());
        }
        let parsed = self.environment.template_from_str(template)?;
        let mut holes: Vec<String> = parsed
            .undeclared_variables(false)
            .into_iter()
            .filter(|n| !["q", "call", "free"].contains(&n.as_str()))
            .collect();
        // To minijinja it is a name of its own.
        if template.contains("self") {
            holes.push("self".to_owned());
        }
        holes.sort();
        self.holes.insert(template.to_owned(), holes.clone());
        Ok(holes)
    }

    /// Fills a template.
    ///
    /// # Errors
    /// If the template is malformed, with minijinja's words.
    pub fn render(&self, template: &str, holes: &[(String, Markup)]) -> Result<Markup, Error> {
        let context: HashMap<String, String> = holes.iter().map(|(k, v)| (k.clone(), marked(&v.0))).collect();
        self.environment.render_str(template, context).map(|text| Markup(settled(&text)))
    }
}

/// An expression that other code could take apart, between marks.
fn marked(code: &str) -> String {
    if binding(code) == Binding::Tight { code.to_owned() } else { format!("{VALUE}{code}{VALUE_END}") }
}

/// Code without those marks, and with parentheses where they are needed.
fn settled(code: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(code.len()), code);
    while let Some((before, (value, after))) =
        rest.split_once(VALUE).and_then(|(before, behind)| Some((before, behind.split_once(VALUE_END)?)))
    {
        out.push_str(before);
        let value = in_place(value, &out, &after.replace([VALUE, VALUE_END], ""));
        out.push_str(&value);
        rest = after;
    }
    out + rest
}

/// `call("Name", raw, keyword=value)`: arguments that are undefined or empty are left out; a keyword that starts with
/// `_` stands for text that already has its keywords.
fn call(_: &State, name: &str, raw: Rest<Value>, keywords: Kwargs) -> Result<String, Error> {
    let mut items: Vec<Markup> = raw.iter().filter_map(text).map(Markup).collect();
    for keyword in keywords.args() {
        let value: Value = keywords.get(keyword)?;
        if let Some(value) = text(&value) {
            items.push(Markup(if keyword.starts_with('_') { value } else { format!("{keyword}={value}") }));
        }
    }
    Ok(Markup::list(&format!("{name}("), &items, ")").0)
}

/// A name for a variable of the new code, with underscores behind it until it is not taken.
pub fn free_name(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    while is_taken(&name) {
        name.push('_');
    }
    name
}

fn text(value: &Value) -> Option<String> {
    if value.is_undefined() || value.is_none() {
        return None;
    }
    Some(value.to_string()).filter(|t| !t.is_empty())
}

/// A Python string literal; the other quotes are used when that saves escapes.
pub fn python_string(text: &str, quote: char) -> String {
    let other = if quote == '\'' { '"' } else { '\'' };
    let quote = if text.contains(quote) && !text.contains(other) { other } else { quote };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
