//! The target tree: what a piece of Batch AI code becomes, typed by what the consumer may do with it.

use crate::render::{BREAK, Markup};

/// Keywords with their values, in order; the name `**` unpacks, and [`COMMENT`] is a comment on the next one.
pub type Keywords = Vec<(String, Markup)>;

/// What an expression becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One expression.
    Expr(Markup),
    /// Keywords for whoever consumes it; alone they are a `dict(…)`.
    Keywords(Keywords),
    /// A key and a value; alone they are a tuple.
    Pair(Markup, Markup),
    /// Objects that must be registered before they are used; alone they are a list.
    Items(Vec<Markup>),
}

impl Value {
    /// The value where nobody consumes it: one expression.
    pub fn alone(self) -> Markup {
        match self {
            Value::Expr(markup) => markup,
            Value::Keywords(keywords) => Markup::list("dict(", &keywords_list(&keywords), ")"),
            Value::Pair(key, value) => Markup(format!("({}, {})", key.0, value.0)),
            Value::Items(items) => match items.as_slice() {
                [Markup(only)] if only.starts_with('*') => Markup(only[1..].to_owned()),
                _ => Markup::list("[", &items, "]"),
            },
        }
    }
}

/// The name of a comment among keywords.
pub const COMMENT: &str = "#";

/// `name=value` for each keyword, with the comments above it; the name `**` unpacks.
pub fn keywords_list(keywords: &[(String, Markup)]) -> Vec<Markup> {
    let (mut list, mut above) = (Vec::new(), String::new());
    for (name, value) in keywords {
        match name.as_str() {
            COMMENT => above.push_str(&format!("{}{BREAK}", value.0)),
            "**" => list.push(Markup(format!("{}**{}", std::mem::take(&mut above), value.0))),
            _ => list.push(Markup(format!("{}{name}={}", std::mem::take(&mut above), value.0))),
        }
    }
    list
}
