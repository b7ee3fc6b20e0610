//! Attributes and methods of values: of strings, lists and dictionaries, of the program's objects, of the SDKs' objects.

use std::rc::Rc;

use super::build::member;
use super::function::Given;
use super::{Event, Run};
use crate::intent::model::At;
use crate::intent::table::table;
use crate::intent::value::{Body, Cell, Class, Closure, Handle, Object, Piece, Value};
use crate::resolve::Ty;
use crate::sdk;
use crate::syntax::{Arg, ExprId};

impl Run<'_> {
    /// The attribute of a value.
    pub(super) fn attribute(&mut self, value: &Value, name: &str) -> Value {
        match value {
            Value::Symbol(path) => self.of_symbol(path, name),
            Value::Ref(_) => self.of_object(value, name),
            Value::Handle(handle) => self.of_handle(handle, name),
            Value::Choice(_) => value.clone().each(&mut |value| self.attribute(&value, name)),
            Value::Class(class) => match self.method_of(*class, name) {
                Some(code) => {
                    let object = self.is_decorated(code, &["classmethod"]).then(|| value.clone());
                    Value::Function(Rc::new(Closure { body: Body::Def(code), around: Rc::default(), object }))
                }
                None => self.class_value(*class, name).unwrap_or_else(|| Value::unknown(name)),
            },
            Value::Text(_) | Value::Method(_) => Value::Method(Rc::new((value.clone(), name.to_owned()))),
            _ => Value::unknown(format!("{}.{name}", whole(&self.state.code(value)))),
        }
    }

    fn of_symbol(&self, path: &str, name: &str) -> Value {
        let client = sdk::batchai().client(path).is_some();
        match Ty::Symbol(path.to_owned()).attribute(name) {
            _ if client => Value::Method(Rc::new((Value::Symbol(path.into()), name.to_owned()))),
            Ty::Symbol(path) => match table().constant(&path) {
                Some(value) => Value::text(value),
                None => Value::Symbol(path.into()),
            },
            _ => Value::Symbol(format!("{path}.{name}").into()),
        }
    }

    fn of_object(&mut self, value: &Value, name: &str) -> Value {
        let Some(Object { class, fields, .. }) = self.state.object(value) else {
            return Value::Method(Rc::new((value.clone(), name.to_owned())));
        };
        if let Some((_, value, _)) = fields.iter().find(|(field, ..)| field == name) {
            return value.clone();
        }
        match class.clone() {
            Class::Own(class) => match self.method_of(class, name) {
                Some(code) => {
                    let object = (!self.is_decorated(code, &["staticmethod"])).then(|| value.clone());
                    let closure = Closure { body: Body::Def(code), around: Rc::default(), object };
                    match self.is_decorated(code, &["property", "cached_property"]) {
                        true => self.call_closure(&closure, Vec::new(), None),
                        false => Value::Function(Rc::new(closure)),
                    }
                }
                None => self.class_value(class, name).unwrap_or_else(|| self.unset(value, name)),
            },
            Class::Sdk(class) => self.of_sdk(value, &class, name),
            Class::Bare => self.unset(value, name),
        }
    }

    /// An attribute that nothing in the program sets.
    fn unset(&self, value: &Value, name: &str) -> Value {
        Value::unknown(format!("{}.{name}", self.state.code(value)))
    }

    /// An attribute of an SDK's object that was not given: a part that can be set further, or a method.
    fn of_sdk(&mut self, value: &Value, class: &str, name: &str) -> Value {
        if let Some(part) = table().part(class, name) {
            let object = Object { class: Class::Sdk(part.into()), fields: Vec::new(), open: None, at: At::default() };
            let part = self.state.add(Cell::Object(object));
            self.store(value, name, part.clone(), At::default());
            return part;
        }
        Value::Method(Rc::new((value.clone(), name.to_owned())))
    }

    fn of_handle(&mut self, handle: &Rc<Handle>, name: &str) -> Value {
        if let Some((_, value, _)) = self.state.changes(handle).into_iter().find(|(field, ..)| field == name) {
            return value;
        }
        let key = format!("v1.{}.{name}", handle.kind);
        let value = Value::Handle(Rc::clone(handle));
        match name {
            "name" => handle.name.clone(),
            "id" => value,
            _ if table().has(&key) && !table().is_called(&key) => {
                self.sdk_call_at(&key, Some(value), Vec::new(), &[], At::default())
            }
            _ => Value::Method(Rc::new((value, name.to_owned()))),
        }
    }

    /// `object.name = value`
    pub(super) fn store(&mut self, object: &Value, name: &str, value: Value, at: At) {
        if let Value::Handle(handle) = object {
            let value = self.or_as_before(object, name, value);
            return self.state.change(handle, name, value, at);
        }
        let Value::Ref(place) = object else { return };
        let Cell::Object(object) = self.state.cell_mut(*place) else { return };
        match object.fields.iter_mut().find(|(field, ..)| field == name) {
            Some(field) => *field = (name.to_owned(), value, at),
            None => object.fields.push((name.to_owned(), value, at)),
        }
    }

    /// What is asked for where a thing keeps what it has if nothing is: `cluster.max = nodes or cluster.max`.
    fn or_as_before(&mut self, object: &Value, name: &str, value: Value) -> Value {
        let Value::Unknown(code) = &value else { return value };
        let before = self.attribute(object, name);
        let before = format!(" or {}", self.state.code(&before));
        match code.strip_suffix(&before) {
            Some(asked) => Value::unknown(asked),
            None => value,
        }
    }

    /// `value.name(args)`
    pub(super) fn method_call(&mut self, id: ExprId, func: ExprId, value: ExprId, name: &str, args: &[Arg]) -> Value {
        let taken = self.unit().module.resolved.taken(func).is_some();
        if taken {
            let callee = self.eval(func);
            let given = self.given(args);
            return self.apply(&callee, given, id);
        }
        let object = self.eval(value);
        let given = self.given(args);
        self.call_method(&object, name, given, id)
    }

    pub(super) fn call_method(&mut self, object: &Value, name: &str, given: Vec<Given>, call: ExprId) -> Value {
        if matches!(name, "result" | "wait" | "add_done_callback")
            && !self.is_own(object)
            && let Value::Handle(_) | Value::Ref(_) | Value::None = object
        {
            return object.clone();
        }
        match object {
            Value::Symbol(path) => match self.of_symbol(path, name) {
                Value::Symbol(path) => self.apply(&Value::Symbol(path), given, call),
                // What looks like a client of Batch AI may be one of Azure ML by now.
                _ => self.of_unknown(&path.clone(), name, given, call),
            },
            Value::Text(_) => self.of_text(object, name, given),
            Value::Number(_) if name == "total_seconds" => object.clone(),
            Value::Ref(place) => self.of_ref(object, *place, name, given, call),
            // The id of something, taken apart: what comes last is its name.
            Value::Handle(_)
                if name == "rsplit" && given.first().is_some_and(|by| by.value.known().as_deref() == Some("/")) =>
            {
                let path = Value::unknown(format!("{}.rsplit('/')[0]", self.state.code(object)));
                self.state.add(Cell::List(vec![path, object.clone()], false))
            }
            Value::Handle(handle) => {
                let key = format!("v1.{}.{name}", handle.kind);
                match table().has(&key) {
                    true => {
                        let params = table().params(&key);
                        self.sdk_call(&key, Some(object.clone()), given, &params, call)
                    }
                    false => self.symbol(&format!("{}.{name}", self.state.code(object)), &given),
                }
            }
            Value::Method(method) => self.of_group(method, object, name, given, call),
            Value::Class(_) => {
                let callee = self.attribute(object, name);
                self.apply(&callee, given, call)
            }
            Value::Unknown(_) if name == "partition" => self.of_text(&Value::pieces(object.formatted()), name, given),
            Value::Unknown(text) => self.of_unknown(&text.clone(), name, given, call),
            Value::Choice(choice) => {
                let first = match &choice.1 {
                    Value::None | Value::Missing => choice.2.clone(),
                    first => first.clone(),
                };
                self.call_method(&first, name, given, call)
            }
            _ => self.beyond(&Value::unknown(format!("{}.{name}", self.state.code(object))), given),
        }
    }

    fn is_own(&self, value: &Value) -> bool {
        matches!(self.state.object(value).map(|o| &o.class), Some(Class::Own(_)))
    }

    /// `client.compute.get(…)`: a method of one of a client's groups.
    fn of_group(
        &mut self,
        group: &Rc<(Value, String)>,
        object: &Value,
        name: &str,
        given: Vec<Given>,
        call: ExprId,
    ) -> Value {
        let key = format!("v2.{}.{name}", group.1);
        let is_client = self.state.class(&group.0).is_some_and(|class| &*class == "v2.MLClient");
        // What looks like a client of Batch AI may be one of Azure ML by now.
        if is_client || table().has(&key) {
            let params = member(&group.1, name);
            return self.sdk_call(&key, Some(object.clone()), given, &params, call);
        }
        self.symbol(&format!("{}.{name}", self.state.code(object)), &given)
    }

    /// A method of something that is not known: of a client of Azure ML, if it is called as only that can be.
    pub(super) fn of_unknown(&mut self, text: &str, name: &str, given: Vec<Given>, call: ExprId) -> Value {
        if let Some((owner, group)) = text.rsplit_once('.') {
            let key = format!("v2.{group}.{name}");
            if table().has(&key) {
                let object = Value::Method(Rc::new((Value::unknown(owner), group.to_owned())));
                let params = member(group, name);
                return self.sdk_call(&key, Some(object), given, &params, call);
            }
        }
        if ["workspaces", "experiments"].iter().any(|kind| table().has(&format!("v1.{kind}.{name}"))) {
            self.log(Event::Maybe(self.at(call), "workspaces.create".into()));
        }
        self.maybe(call, name);
        self.beyond(&Value::unknown(format!("{}.{name}", whole(text))), given)
    }

    fn of_ref(&mut self, object: &Value, place: usize, name: &str, given: Vec<Given>, call: ExprId) -> Value {
        match self.state.cell(place) {
            Cell::Object(Object { class: Class::Sdk(class), fields, .. }) => {
                if let Some((_, value, _)) = fields.iter().find(|(field, ..)| field == name) {
                    let value = value.clone();
                    return self.apply(&value, given, call);
                }
                let key = format!("{class}.{name}");
                let params = table().params(&key);
                self.sdk_call(&key, Some(object.clone()), given, &params, call)
            }
            Cell::Object(_) => {
                let callee = self.of_object(object, name);
                self.apply(&callee, given, call)
            }
            Cell::List(..) => self.of_list(object, place, name, given),
            Cell::Dict(..) => self.of_dict(object, place, name, given, call),
        }
    }

    fn of_list(&mut self, object: &Value, place: usize, name: &str, given: Vec<Given>) -> Value {
        let first = given.first().map(|g| g.value.clone());
        let more = first.as_ref().and_then(|value| self.state.items(value)).map(<[_]>::to_vec);
        let text = self.state.code(object);
        let Cell::List(items, open) = self.state.cell_mut(place) else { return Value::None };
        match (name, first) {
            ("append" | "add", Some(value)) => items.push(value),
            ("extend", Some(_)) => match more {
                Some(more) => items.extend(more),
                None => *open = true,
            },
            ("insert", _) => match given.get(1) {
                Some(given) => items.insert(0, given.value.clone()),
                None => *open = true,
            },
            ("copy", _) => {
                let cell = self.state.cell(place).clone();
                return self.state.add(cell);
            }
            ("pop" | "remove" | "clear" | "sort" | "reverse", _) => *open = true,
            _ => {}
        }
        self.symbol(&format!("{text}.{name}"), &given)
    }

    fn of_dict(&mut self, object: &Value, place: usize, name: &str, given: Vec<Given>, call: ExprId) -> Value {
        let at = self.at(call);
        let Cell::Dict(items, open) = self.state.cell(place).clone() else { return Value::None };
        let all = |run: &mut Self, values: Vec<Value>| run.state.add(Cell::List(values, open));
        match (name, given.as_slice()) {
            ("get" | "pop" | "setdefault", [key, rest @ ..]) => {
                let found = items.iter().rev().find(|(k, ..)| *k == key.value).map(|(_, value, _)| value.clone());
                let absent = || rest.first().map_or(Value::None, |default| default.value.clone());
                let is_fixed = |key: &Value| matches!(key, Value::Number(_) | Value::None) || key.known().is_some();
                let may_be_another = !is_fixed(&key.value) && !items.is_empty();
                let value = found.unwrap_or_else(|| if open || may_be_another { Value::Missing } else { absent() });
                match (name, value) {
                    (_, Value::Missing) => self.symbol(&format!("{}.{name}", self.state.code(object)), &given),
                    ("setdefault", value) => {
                        self.put(object, key.value.clone(), value.clone(), at);
                        value
                    }
                    (_, value) => value,
                }
            }
            ("update", _) => {
                let (more, unseen) = self.state.given(given, at);
                for (key, value, at) in more {
                    self.put(object, key, value, at);
                }
                if let (true, Cell::Dict(_, open)) = (unseen, self.state.cell_mut(place)) {
                    *open = true;
                }
                Value::None
            }
            ("values", _) => all(self, items.into_iter().map(|(_, value, _)| value).collect()),
            ("keys", _) => all(self, items.into_iter().map(|(key, ..)| key).collect()),
            ("items", _) => {
                let pairs: Vec<Value> = items
                    .into_iter()
                    .map(|(key, value, _)| self.state.add(Cell::List(vec![key, value], false)))
                    .collect();
                all(self, pairs)
            }
            ("copy", _) => self.state.add(Cell::Dict(items, open)),
            _ => self.symbol(&format!("{}.{name}", self.state.code(object)), &given),
        }
    }

    fn of_text(&mut self, text: &Value, name: &str, given: Vec<Given>) -> Value {
        if let Some(part) = self.of_path(text, name, &given) {
            return part;
        }
        let known = text.known();
        match (name, known, given.as_slice()) {
            ("format", Some(template), _) => {
                self.format(&template, &given).unwrap_or_else(|| self.symbol("format", &given))
            }
            ("join", Some(separator), [Given { value, .. }]) => match self.state.items(value) {
                Some(items) => {
                    let mut pieces = Vec::new();
                    for (index, item) in items.iter().enumerate() {
                        pieces.push(Piece::Text(if index > 0 { separator.clone() } else { String::new() }));
                        pieces.extend(item.formatted());
                    }
                    Value::pieces(pieces)
                }
                None => self.symbol(&format!("{}.join", self.state.code(text)), &given),
            },
            ("strip" | "rstrip" | "lstrip", Some(text), []) => Value::text(match name {
                "strip" => text.trim(),
                "rstrip" => text.trim_end(),
                _ => text.trim_start(),
            }),
            ("replace", Some(text), [old, new]) => match (old.value.known(), new.value.known()) {
                (Some(old), Some(new)) => Value::text(&text.replace(&old, &new)),
                _ => self.symbol("replace", &given),
            },
            ("split" | "rsplit", Some(text), [Given { value, .. }]) => {
                match value.known().filter(|by| !by.is_empty()) {
                    Some(by) => {
                        let parts = text.split(&*by).map(Value::text).collect();
                        self.state.add(Cell::List(parts, false))
                    }
                    None => self.symbol("split", &given),
                }
            }
            ("startswith" | "endswith", Some(text), [Given { value, .. }]) => match value.known() {
                Some(part) if name == "startswith" => Value::Bool(text.starts_with(&part)),
                Some(part) => Value::Bool(text.ends_with(&part)),
                None => self.symbol(name, &given),
            },
            ("lower", Some(text), []) => Value::text(&text.to_lowercase()),
            ("upper", Some(text), []) => Value::text(&text.to_uppercase()),
            _ => self.symbol(&format!("{}.{name}", self.state.code(text)), &given),
        }
    }
}

/// Code before a `.`: in parentheses where only its end would be meant.
fn whole(code: &str) -> String {
    let mut depth = 0_i32;
    let mut quote = None;
    for character in code.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ' ') if depth == 0 => return format!("({code})"),
            _ => {}
        }
    }
    code.to_owned()
}
