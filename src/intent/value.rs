//! What an expression gives when the program is run with symbols in place of what only a real run knows.

use std::collections::HashMap;
use std::rc::Rc;

use super::model::At;
use crate::resolve::Code;
use crate::syntax::ExprId;

/// The longest text that a symbol may have; a longer one is told by its hash.
const LONGEST: usize = 600;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A string, in pieces.
    Text(Rc<[Piece]>),
    /// A number, as written.
    Number(Rc<str>),
    Bool(bool),
    None,
    /// A place in the heap: a list, a dictionary, an object.
    Ref(usize),
    /// Something of Azure: its kind and its name.
    Handle(Rc<Handle>),
    /// A name of a package: `azure.ai.ml.MLClient`, of Batch AI without the package.
    Symbol(Rc<str>),
    /// A method of a value, not yet called.
    Method(Rc<(Value, String)>),
    /// A function of the program, with the names around it.
    Function(Rc<Closure>),
    /// A class of the program.
    Class(Code),
    /// What is only known at run time, as the program writes it.
    Unknown(Rc<str>),
    /// One of two values, by a condition.
    Choice(Rc<(String, Value, Value)>),
    /// Nothing was given.
    Missing,
}

/// A piece of a string.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Hole(Value),
}

/// Something of Azure that the program holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Handle {
    /// `clusters`, `jobs`
    pub kind: String,
    pub name: Value,
}

/// A function of the program.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Closure {
    pub body: Body,
    pub around: Rc<Names>,
    /// The object on which a method is called.
    pub object: Option<Value>,
}

/// The code of a function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Body {
    Def(Code),
    Lambda(usize, ExprId),
}

/// Variables with their values.
pub(super) type Names = HashMap<String, Value>;

/// A key, its value, and where it is given.
pub(super) type Pair = (Value, Value, At);

/// What a place in the heap holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Items; whether there may be more.
    List(Vec<Value>, bool),
    /// Keys and values with the places where they are given; whether there may be more.
    Dict(Vec<Pair>, bool),
    Object(Object),
}

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub class: Class,
    pub fields: Vec<(String, Value, At)>,
    /// Why there may be more fields.
    pub open: Option<String>,
    pub at: At,
}

/// What an object is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Class {
    /// A class of an SDK, by the name that the table has for it.
    Sdk(Rc<str>),
    /// A class of the program.
    Own(Code),
    /// A bare namespace.
    Bare,
}

impl Value {
    /// A string that is known.
    pub fn text(text: &str) -> Self {
        Value::Text(Rc::from([Piece::Text(text.to_owned())]))
    }

    /// What is known by this text only.
    pub fn unknown(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.len() {
            0..LONGEST => Value::Unknown(text.into()),
            _ => {
                // What is cut off may close braces, which tell texts and expressions apart.
                let start: String = text.chars().filter(|c| !matches!(c, '{' | '}')).take(40).collect();
                Value::Unknown(format!("{start}… #{:016x}", hash(&text)).into())
            }
        }
    }

    /// A string of pieces.
    pub fn pieces(pieces: Vec<Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Text(text)) if text.is_empty() => {}
                (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
                (_, piece) => joined.push(piece),
            }
        }
        Value::Text(joined.into())
    }

    /// One of two values; one of them where they agree.
    pub fn choice(test: &str, yes: Value, no: Value) -> Self {
        if yes == no { yes } else { Value::Choice(Rc::new((test.to_owned(), yes, no))) }
    }

    /// The string, if all of it is known.
    pub fn known(&self) -> Option<String> {
        match self {
            Value::Text(pieces) => match &**pieces {
                [] => Some(String::new()),
                [Piece::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value as pieces of a string into which it is formatted.
    pub fn formatted(&self) -> Vec<Piece> {
        match self {
            Value::Text(pieces) => pieces.to_vec(),
            Value::Number(number) => vec![Piece::Text(number.to_string())],
            other => vec![Piece::Hole(other.clone())],
        }
    }

    /// Whether it is true, if that is known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::None => Some(false),
            Value::Text(pieces) if pieces.is_empty() => Some(false),
            Value::Text(pieces) => pieces.iter().any(|p| matches!(p, Piece::Text(_))).then_some(true),
            Value::Number(number) => Some(number.chars().any(|c| matches!(c, '1'..='9'))),
            Value::Handle(_) | Value::Symbol(_) | Value::Function(_) => Some(true),
            _ => None,
        }
    }

    /// Does something with both sides of each choice in the value.
    pub fn each(self, change: &mut dyn FnMut(Value) -> Value) -> Value {
        match self {
            Value::Choice(choice) => {
                let (test, yes, no) = &*choice;
                let (yes, no) = (yes.clone().each(change), no.clone().each(change));
                Value::choice(test, yes, no)
            }
            other => change(other),
        }
    }
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
