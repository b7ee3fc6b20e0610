//! JSON as people write it by hand, with the place of everything in it: comments and a last comma are read as well.
//!
//! It is read for its places: what a file says is compared and moved member by member, and a person is told where.

use crate::text::Span;

/// How deep values may stand in each other.
const DEPTH: usize = 64;

/// A file: its value, and the comments in it.
#[derive(Debug)]
pub struct Document {
    pub root: Node,
    pub comments: Vec<Span>,
    /// Statements that its expressions need to be understood; no file of JSON has any.
    pub brought: String,
    /// Statements that give its parts their names, and are not needed without it; no file of JSON has any.
    pub parts: Vec<Span>,
}

/// A value and where it stands.
#[derive(Debug)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

/// What a value is.
#[derive(Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    /// An expression of a program, whose value is known only when that runs; no JSON has one.
    Code,
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    pub key: String,
    /// Its key and its value.
    pub span: Span,
    pub node: Node,
}

/// Why a text is no JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub at: usize,
    pub message: &'static str,
}

impl Node {
    /// The members of an object.
    pub fn members(&self) -> &[Member] {
        if let Value::Map(members) = &self.value { members } else { &[] }
    }

    /// The value of a member of an object; the last one of that name, as it is in Python.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.node)
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }
}

/// Reads a text.
pub fn read(text: &str) -> Result<Document, Wrong> {
    let mut reader = Reader { text, at: 0, comments: Vec::new() };
    let root = reader.value(0)?;
    reader.space()?;
    if reader.at < text.len() {
        return Err(reader.wrong("nothing may follow the value"));
    }
    Ok(Document { root, comments: reader.comments, brought: String::new(), parts: Vec::new() })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    comments: Vec<Span>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn wrong(&self, message: &'static str) -> Wrong {
        Wrong { at: self.at, message }
    }

    /// Steps over white space and comments.
    fn space(&mut self) -> Result<(), Wrong> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            let rest = self.rest();
            let length = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map(|end| end + 2).ok_or_else(|| self.wrong("the comment is not closed"))?
            } else {
                return Ok(());
            };
            self.comments.push(Span::new(self.at, self.at + rest[..length].trim_end_matches('\r').len()));
            self.at += length;
        }
    }

    fn takes(&mut self, mark: char) -> bool {
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len_utf8() } else { 0 };
        found
    }

    fn value(&mut self, depth: usize) -> Result<Node, Wrong> {
        self.space()?;
        if depth > DEPTH {
            return Err(self.wrong("values stand too deep in each other"));
        }
        let start = self.at;
        let value = match self.rest().chars().next() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Value::Text(self.string()?),
            _ => self.word()?,
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn map(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.space()?;
            if self.takes('}') {
                return Ok(Value::Map(members));
            }
            let start = self.at;
            if !self.rest().starts_with('"') {
                return Err(self.wrong("a key in double quotes is missing"));
            }
            let key = self.string()?;
            self.space()?;
            if !self.takes(':') {
                return Err(self.wrong("`:` is missing"));
            }
            let node = self.value(depth + 1)?;
            members.push(Member { key, span: Span::new(start, node.span.end), node });
            self.space()?;
            if !self.takes(',') && !self.rest().starts_with('}') {
                return Err(self.wrong("`,` or `}` is missing"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space()?;
            if self.takes(']') {
                return Ok(Value::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.space()?;
            if !self.takes(',') && !self.rest().starts_with(']') {
                return Err(self.wrong("`,` or `]` is missing"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let bytes = self.rest().as_bytes();
        let mut end = 1;
        while bytes.get(end).is_some_and(|byte| *byte != b'"') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let quoted = self.rest().get(..=end).ok_or_else(|| self.wrong("the string is not closed"))?;
        let text = serde_json::from_str(quoted).map_err(|_| self.wrong("this is no string of JSON"))?;
        self.at += quoted.len();
        Ok(text)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Value, Wrong> {
        let rest = self.rest();
        let is_inside = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let word = &rest[..rest.find(|c| !is_inside(c)).unwrap_or(rest.len())];
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => Value::Number(word.to_owned()),
            "" => return Err(self.wrong("a value is missing")),
            _ => return Err(self.wrong("this is no value of JSON; text stands in double quotes")),
        };
        self.at += word.len();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_read() {
        let text = "// first\n{\"a\": [1, -2.5e3, null,], /* b */ \"b\": {\"c\": \"x\\u0041\\n\"}, # d\r\n}\n";
        let document = read(text).unwrap();
        let found: Vec<&str> = document.comments.iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["// first", "/* b */", "# d"]);
        let root = &document.root;
        assert_eq!(root.get("b").and_then(|b| b.get("c")).and_then(Node::text), Some("xA\n"));
        assert_eq!(root.members()[0].span.of(text), "\"a\": [1, -2.5e3, null,]");
        assert!(root.members()[0].node.get("a").is_none());
    }

    #[test]
    fn the_last_of_two_members_counts() {
        assert_eq!(read("{\"a\": \"1\", \"a\": \"2\"}").unwrap().root.get("a").and_then(Node::text), Some("2"));
    }

    #[test]
    fn what_is_no_json_is_said_with_its_place() {
        for (text, at, message) in [
            ("", 0, "a value is missing"),
            ("{\"a\": <X>}", 6, "a value is missing"),
            ("{\"a\": $X}", 6, "a value is missing"),
            ("{\"a\": yes}", 6, "this is no value of JSON; text stands in double quotes"),
            ("{\"a\" 1}", 5, "`:` is missing"),
            ("{a: 1}", 1, "a key in double quotes is missing"),
            ("{\"a\": 1 \"b\": 2}", 8, "`,` or `}` is missing"),
            ("[1 2]", 3, "`,` or `]` is missing"),
            ("{\"a\": \"b", 6, "the string is not closed"),
            ("{\"a\": \"b\\", 6, "the string is not closed"),
            ("{\"a\": \"\\x\"}", 6, "this is no string of JSON"),
            ("{} {}", 3, "nothing may follow the value"),
            ("/* {}", 0, "the comment is not closed"),
        ] {
            assert_eq!(read(text).unwrap_err(), Wrong { at, message }, "{text}");
        }
        assert_eq!(read(&"[".repeat(100)).unwrap_err().message, "values stand too deep in each other");
    }

    #[test]
    fn what_stands_too_deep_is_refused_where_that_is_seen() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(50_000), close.repeat(50_000));
            let wrong = read(&text).unwrap_err();
            assert_eq!(wrong.message, "values stand too deep in each other");
            assert_eq!(wrong.at, (DEPTH + 1) * open.len(), "nothing behind that is read");
        }
    }
}
