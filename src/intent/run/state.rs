//! The state of a run: variables and heap, and what two branches leave together.

use std::rc::Rc;

use crate::intent::model::At;
use crate::intent::value::{Cell, Class, Handle, Names, Object, Pair, Piece, Value};

/// How many characters of an expression stand in a sentence.
const BRIEF: usize = 60;

/// A thing of Azure, its attribute that is set, the value, and the place.
type Change = (Rc<Handle>, String, Value, At);

/// Variables and heap. A copy shares what stands in it, but takes time by its length, and each branch makes one: thousands
/// of branches in a program grow faster than the program.
#[derive(Debug, Clone, Default)]
pub(in crate::intent) struct State {
    /// By module of the program.
    pub(in crate::intent) globals: Vec<Rc<Names>>,
    pub(in crate::intent) locals: Rc<Names>,
    heap: Vec<Rc<Cell>>,
    /// What is set on things of Azure that are there already.
    changes: Rc<Vec<Change>>,
}

impl State {
    pub(in crate::intent) fn new(modules: usize) -> Self {
        State { globals: vec![Rc::default(); modules], ..State::default() }
    }

    /// Puts something into the heap.
    pub(in crate::intent) fn add(&mut self, cell: Cell) -> Value {
        self.heap.push(Rc::new(cell));
        Value::Ref(self.heap.len() - 1)
    }

    pub(in crate::intent) fn cell(&self, place: usize) -> &Cell {
        &self.heap[place]
    }

    /// How many places there are.
    pub(in crate::intent) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(in crate::intent) fn cell_mut(&mut self, place: usize) -> &mut Cell {
        Rc::make_mut(&mut self.heap[place])
    }

    /// Notes that an attribute of a thing of Azure is set.
    pub(in crate::intent) fn change(&mut self, handle: &Rc<Handle>, name: &str, value: Value, at: At) {
        let changes = Rc::make_mut(&mut self.changes);
        changes.retain(|(other, field, ..)| !(other == handle && field == name));
        changes.push((Rc::clone(handle), name.to_owned(), value, at));
    }

    /// What is set on a thing of Azure.
    pub(in crate::intent) fn changes(&self, handle: &Handle) -> Vec<(String, Value, At)> {
        let own = self.changes.iter().filter(|(other, ..)| **other == *handle);
        own.map(|(_, name, value, at)| (name.clone(), value.clone(), *at)).collect()
    }

    /// The object that a value refers to.
    pub(in crate::intent) fn object(&self, value: &Value) -> Option<&Object> {
        match value {
            Value::Ref(place) => match self.cell(*place) {
                Cell::Object(object) => Some(object),
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of a list, if all are known.
    pub(in crate::intent) fn items(&self, value: &Value) -> Option<&[Value]> {
        match value {
            Value::Ref(place) => match self.cell(*place) {
                Cell::List(items, false) => Some(items),
                _ => None,
            },
            _ => None,
        }
    }

    /// What stands for each item of a list of which the length is not known.
    pub(in crate::intent) fn only(&self, place: usize) -> Option<&Value> {
        match self.cell(place) {
            Cell::List(items, true) if items.len() == 1 => items.first(),
            _ => None,
        }
    }

    /// The items of a dictionary, and whether there may be more.
    pub(in crate::intent) fn dict(&self, value: &Value) -> Option<(&[Pair], bool)> {
        match value {
            Value::Ref(place) => match self.cell(*place) {
                Cell::Dict(items, open) => Some((items, *open)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The class of an SDK that a value is of.
    pub(in crate::intent) fn class(&self, value: &Value) -> Option<Rc<str>> {
        match &self.object(value)?.class {
            Class::Sdk(name) => Some(Rc::clone(name)),
            _ => None,
        }
    }

    /// A state from which another branch can begin: like `self`, with room for what the first branch made.
    pub(in crate::intent) fn beside(&self, first: &State) -> State {
        let mut state = self.clone();
        state.heap.extend(first.heap[self.heap.len()..].iter().cloned());
        state
    }

    /// What two branches leave; `other` began [`beside`](State::beside) `self`.
    pub(in crate::intent) fn merge(&mut self, test: &str, other: State) {
        for (place, cell) in other.heap.iter().enumerate() {
            match self.heap.get_mut(place) {
                None => self.heap.push(Rc::clone(cell)),
                Some(own) if !Rc::ptr_eq(own, cell) && own != cell => *own = Rc::new(merged(test, own, cell)),
                Some(_) => {}
            }
        }
        for (handle, name, value, at) in other.changes.iter() {
            let own =
                self.changes.iter().find(|(o, n, ..)| o == handle && n == name).map(|(_, _, value, _)| value.clone());
            let value = Value::choice(test, own.unwrap_or(Value::Missing), value.clone());
            self.change(handle, name, value, *at);
        }
        names(test, &mut self.locals, &other.locals);
        self.globals.iter_mut().zip(&other.globals).for_each(|(own, other)| names(test, own, other));
    }

    /// Code for a value, as a program would write it: what symbols are made of.
    pub(in crate::intent) fn code(&self, value: &Value) -> String {
        self.written(value, 0)
    }

    /// The same for a sentence: only its beginning where it is long.
    pub(in crate::intent) fn brief(&self, value: &Value) -> String {
        let code = self.code(value);
        match code.char_indices().nth(BRIEF) {
            Some((end, _)) => format!("{}…", &code[..end]),
            None => code,
        }
    }

    fn written(&self, value: &Value, depth: usize) -> String {
        let all = |values: &[Value]| values.iter().map(|v| self.written(v, depth + 1)).collect::<Vec<_>>().join(", ");
        match value {
            Value::Text(pieces) => format!("'{}'", self.shown_pieces(pieces)),
            Value::Number(number) => number.to_string(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::None => "None".into(),
            Value::Missing => "(not given)".into(),
            Value::Handle(handle) => format!("{} {}", handle.kind, self.written(&handle.name, depth + 1)),
            Value::Symbol(name) | Value::Unknown(name) => name.to_string(),
            Value::Method(method) => format!("{}.{}", self.written(&method.0, depth + 1), method.1),
            Value::Function(_) => "(a function)".into(),
            Value::Class(_) => "(code)".into(),
            Value::Choice(choice) => {
                let (yes, no) = (self.written(&choice.1, depth + 1), self.written(&choice.2, depth + 1));
                format!("({yes} if {} else {no})", choice.0)
            }
            Value::Ref(_) if depth > 6 => "…".into(),
            Value::Ref(place) => match self.cell(*place) {
                Cell::List(items, open) => format!("[{}{}]", all(items), if *open { ", …" } else { "" }),
                Cell::Dict(items, open) => {
                    let pair = |(key, value, _): &(Value, Value, At)| {
                        format!("{}: {}", self.written(key, depth + 1), self.written(value, depth + 1))
                    };
                    let items: Vec<String> = items.iter().map(pair).collect();
                    format!("{{{}{}}}", items.join(", "), if *open { ", …" } else { "" })
                }
                Cell::Object(object) => {
                    let class = match &object.class {
                        Class::Sdk(name) => name,
                        _ => "object",
                    };
                    let field =
                        |(name, value, _): &(String, Value, At)| format!("{name}={}", self.written(value, depth + 1));
                    format!("{class}({})", object.fields.iter().map(field).collect::<Vec<_>>().join(", "))
                }
            },
        }
    }

    /// The text of a value: a string as it is, anything else in braces.
    pub(in crate::intent) fn shown(&self, value: &Value) -> String {
        match value {
            Value::Text(pieces) => self.shown_pieces(pieces),
            Value::Number(number) => number.to_string(),
            Value::Bool(_) | Value::None => self.code(value),
            _ => format!("{{{}}}", self.code(value)),
        }
    }

    fn shown_pieces(&self, pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Hole(value) => format!("{{{}}}", self.code(value)),
        };
        pieces.iter().map(piece).collect()
    }
}

fn names(test: &str, own: &mut Rc<Names>, other: &Rc<Names>) {
    if Rc::ptr_eq(own, other) {
        return;
    }
    let own = Rc::make_mut(own);
    for (name, value) in own.iter_mut() {
        let other = other.get(name).cloned().unwrap_or(Value::Missing);
        if *value != other {
            *value = either(test, std::mem::replace(value, Value::None), other);
        }
    }
    for (name, value) in other.iter() {
        if !own.contains_key(name) {
            own.insert(name.clone(), either(test, Value::Missing, value.clone()));
        }
    }
}

/// A name that only one branch binds has that value wherever it is used.
fn either(test: &str, yes: Value, no: Value) -> Value {
    match (yes, no) {
        (Value::Missing, value) | (value, Value::Missing) => value,
        (yes, no) => Value::choice(test, yes, no),
    }
}

fn merged(test: &str, yes: &Cell, no: &Cell) -> Cell {
    match (yes, no) {
        (Cell::List(a, open), Cell::List(b, more)) => {
            let length = a.len().max(b.len());
            let item = |list: &[Value], at: usize| list.get(at).cloned().unwrap_or(Value::Missing);
            Cell::List((0..length).map(|at| Value::choice(test, item(a, at), item(b, at))).collect(), *open || *more)
        }
        (Cell::Dict(a, open), Cell::Dict(b, more)) => Cell::Dict(joined(test, a, b), *open || *more),
        (Cell::Object(a), Cell::Object(b)) => Cell::Object(Object {
            class: a.class.clone(),
            fields: joined(test, &a.fields, &b.fields),
            open: a.open.clone().or_else(|| b.open.clone()),
            at: a.at,
        }),
        (yes, _) => yes.clone(),
    }
}

fn joined<K: Clone + PartialEq>(test: &str, a: &[(K, Value, At)], b: &[(K, Value, At)]) -> Vec<(K, Value, At)> {
    let find = |list: &[(K, Value, At)], key: &K| {
        list.iter().find(|(k, ..)| k == key).map_or(Value::Missing, |(_, value, _)| value.clone())
    };
    let first = a.iter().map(|(key, value, at)| (key.clone(), Value::choice(test, value.clone(), find(b, key)), *at));
    let only = b.iter().filter(|(key, ..)| a.iter().all(|(k, ..)| k != key));
    let second = only.map(|(key, value, at)| (key.clone(), Value::choice(test, Value::Missing, value.clone()), *at));
    first.chain(second).collect()
}
