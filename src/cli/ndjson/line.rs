//! A line of `convert --ndjson`: a file, and what else stands in it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::output::ndjson::OWN;

/// The file that a line holds.
#[derive(Debug)]
pub struct Line {
    pub path: String,
    pub text: String,
    /// All other members, as they stand, in their order.
    pub rest: Vec<(String, Box<RawValue>)>,
}

/// A line that holds no file, with as much of it as could be read.
#[derive(Debug)]
pub struct Refused {
    pub path: Option<String>,
    pub rest: Vec<(String, Box<RawValue>)>,
    /// What is wrong, and what to do.
    pub error: String,
}

impl Line {
    /// Reads a line.
    pub fn read(bytes: &[u8]) -> Result<Line, Refused> {
        let Members(members) = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
        let (mut path, mut text, mut rest) = (None, None, Vec::new());
        let mut is_string = false;
        for (name, value) in members {
            let string = || serde_json::from_str::<String>(value.get()).ok();
            match name.as_str() {
                "path" => path = string().filter(|path| !path.is_empty()),
                "text" => (text, is_string) = (string(), value.get().starts_with('"')),
                own if OWN.contains(&own) => {}
                _ => rest.push((name, in_a_line(value))),
            }
        }
        match (path, text) {
            (Some(path), Some(text)) => Ok(Line { path, text, rest }),
            (None, _) => Err(no_file(None, rest, "it has no `path`")),
            (path, None) if is_string => Err(no_file(path, rest, "its `text` has half of a surrogate pair")),
            (path, None) => Err(no_file(path, rest, "it has no `text`")),
        }
    }
}

fn no_file(path: Option<String>, rest: Vec<(String, Box<RawValue>)>, why: &str) -> Refused {
    let error = format!("this line holds no file: {why}; a line is an object with two strings, `path` and `text`");
    Refused { path, rest, error }
}

/// White space in a value may hold a carriage return, which some readers take for the end of a line.
fn in_a_line(value: Box<RawValue>) -> Box<RawValue> {
    if !value.get().contains('\r') {
        return value;
    }
    RawValue::from_string(value.get().replace('\r', " ")).unwrap_or(value)
}

fn not_json(error: &serde_json::Error) -> Refused {
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    let column = error.column();
    let error = format!("this line is no object of JSON: {what} at column {column}; give one object a line");
    Refused { path: None, rest: Vec::new(), error }
}

/// The members of an object, in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfMembers)
    }
}

struct OfMembers;

impl<'de> Visitor<'de> for OfMembers {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
