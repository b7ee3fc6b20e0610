//! Expressions.

use std::rc::Rc;

use super::function::Given;
use super::{Run, State};
use crate::intent::model::At;
use crate::intent::table::table;
use crate::intent::value::{Body, Cell, Closure, Handle, Pair, Piece, Value};
use crate::resolve::Ty;
use crate::sdk;
use crate::syntax::{Clause, ExprId, ExprKind, FPart};
use crate::text::Span;

/// How many expressions may stand in each other: no person writes as many, and each takes its share of the stack.
const DEEPEST: usize = 5_000;

impl Run<'_> {
    /// What an expression gives.
    pub(super) fn eval(&mut self, id: ExprId) -> Value {
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            return Value::unknown("…");
        }
        self.depth += 1;
        let value = self.expression(id);
        self.depth -= 1;
        value
    }

    fn expression(&mut self, id: ExprId) -> Value {
        let ast = self.ast();
        match ast.kind(id) {
            ExprKind::Name(name) => self.name(id, name),
            ExprKind::Attribute { value, attr, .. } => self.attribute_of(id, *value, attr),
            ExprKind::Call { func, args, .. } => self.call(id, *func, args),
            ExprKind::Str { value, .. } => Value::text(value),
            ExprKind::FString(parts) => self.f_string(parts),
            ExprKind::Number => Value::Number(self.source(id).into()),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::None => Value::None,
            ExprKind::List(items) | ExprKind::Tuple(items) => self.list(items),
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Binary { left, op, right } => {
                let (left, right) = (self.eval(*left), self.eval(*right));
                self.binary(&left, op, &right)
            }
            ExprKind::BoolOp(items) => self.bool_op(id, items),
            ExprKind::IfExp { test, body, orelse } => {
                let test = self.eval(*test);
                match test.truth() {
                    Some(true) => self.eval(*body),
                    Some(false) => self.eval(*orelse),
                    None => {
                        let (yes, no) = (self.eval(*body), self.eval(*orelse));
                        Value::choice(&self.state.code(&test), yes, no)
                    }
                }
            }
            ExprKind::Compare(items) => self.compare(id, items),
            ExprKind::Comprehension { elements, clauses } => self.comprehension(id, elements, clauses),
            ExprKind::Subscript { value, index } => {
                let (value, index) = (self.eval(*value), self.eval(*index));
                self.item(&value, &index)
            }
            ExprKind::Starred(value) | ExprKind::Await(value) => self.eval(*value),
            ExprKind::Named { target, value } => {
                let (given, at) = (self.eval(*value), self.at(*value));
                self.assign(*target, given.clone(), at);
                given
            }
            ExprKind::Lambda { .. } => {
                let around = Rc::clone(&self.state.locals);
                Value::Function(Rc::new(Closure { body: Body::Lambda(self.here, id), around, object: None }))
            }
            ExprKind::Other(parts) | ExprKind::Slice(parts) => self.other_expr(id, parts),
            ExprKind::Yield { value, .. } => self.other_expr(id, &value.iter().copied().collect::<Vec<_>>()),
        }
    }

    fn all(&mut self, items: &[ExprId]) -> Vec<Value> {
        items.iter().map(|item| self.eval(*item)).collect()
    }

    fn name(&mut self, id: ExprId, name: &str) -> Value {
        let value = self.state.locals.get(name).or_else(|| self.around.last()?.get(name));
        let value = value.or_else(|| self.state.globals[self.here].get(name));
        match value {
            Some(Value::Unknown(_)) | None if self.unit().module.resolved.ty(id).is_client() => {
                Value::Symbol("BatchAIManagementClient".into())
            }
            Some(value) => value.clone(),
            None => match self.unit().module.resolved.ty(id) {
                Ty::Symbol(path) => Value::Symbol(path.as_str().into()),
                _ => Value::unknown(name),
            },
        }
    }

    fn f_string(&mut self, parts: &[FPart]) -> Value {
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                FPart::Text(text) => pieces.push(Piece::Text(text.clone())),
                FPart::Value { expr, spec: Some(spec) } => {
                    let value = self.eval(*expr);
                    pieces.extend(self.by_spec(&value, spec));
                }
                FPart::Value { expr, spec: None } => {
                    let value = self.eval(*expr);
                    let code = self.state.code(&value);
                    pieces.push(Piece::Hole(Value::unknown(format!("format({code})"))));
                }
            }
        }
        Value::pieces(pieces)
    }

    /// A list; one that is unpacked into it may add more.
    fn list(&mut self, items: &[ExprId]) -> Value {
        let (mut values, mut open) = (Vec::new(), false);
        for item in items {
            let value = self.eval(*item);
            match self.ast().kind(*item) {
                ExprKind::Starred(_) => match self.state.items(&value) {
                    Some(more) => values.extend(more.iter().cloned()),
                    None => open = true,
                },
                _ => values.push(value),
            }
        }
        self.state.add(Cell::List(values, open))
    }

    fn dict(&mut self, items: &[(Option<ExprId>, ExprId)]) -> Value {
        let (mut pairs, mut open) = (Vec::new(), false);
        for (key, value) in items {
            let key = key.map(|key| self.eval(key));
            let at = self.at(*value);
            let value = self.eval(*value);
            match key {
                Some(key) => pairs.push((key, value, at)),
                None => match self.state.dict(&value) {
                    Some((more, false)) => pairs.extend(more.iter().cloned()),
                    _ => open = true,
                },
            }
        }
        self.state.add(Cell::Dict(pairs, open))
    }

    pub(super) fn binary(&mut self, left: &Value, op: &str, right: &Value) -> Value {
        let is_text = |value: &Value| matches!(value, Value::Text(_));
        match (op, left, right) {
            ("+", _, _) if is_text(left) || is_text(right) => {
                let both = [left, right].into_iter().flat_map(|side| match side {
                    Value::Text(pieces) => pieces.to_vec(),
                    other => vec![Piece::Hole(other.clone())],
                });
                return Value::pieces(both.collect());
            }
            ("%", Value::Text(_), _) => return self.percent(left, right),
            ("+", Value::Ref(_), Value::Ref(_)) => {
                if let (Some(a), Some(b)) = (self.state.items(left), self.state.items(right)) {
                    let both = a.iter().chain(b).cloned().collect();
                    return self.state.add(Cell::List(both, false));
                }
            }
            (_, Value::Number(a), Value::Number(b)) => {
                if let Some(value) = arithmetic(a, op, b) {
                    return Value::Number(value.to_string().into());
                }
            }
            _ => {}
        }
        Value::unknown(format!("{} {op} {}", self.state.code(left), self.state.code(right)))
    }

    fn bool_op(&mut self, id: ExprId, items: &[ExprId]) -> Value {
        let values = self.all(items);
        let (Some((last, rest)), text) = (values.split_last(), self.source(id)) else { return Value::None };
        let span = self.ast().span(items[0]);
        let gap = &text[span.of(self.unit().module.text()).split_whitespace().collect::<Vec<_>>().join(" ").len()..];
        let word = if gap.trim_start_matches([')', ' ']).starts_with("or") { "or" } else { "and" };
        let mut open = Vec::new();
        for value in rest {
            match value.truth() {
                Some(truth) if truth == (word == "or") => {
                    open.push(value.clone());
                    return self.joined(&open, word);
                }
                Some(_) => {}
                None => open.push(value.clone()),
            }
        }
        open.push(last.clone());
        self.joined(&open, word)
    }

    fn joined(&self, values: &[Value], word: &str) -> Value {
        match values {
            [one] => one.clone(),
            _ => {
                let codes: Vec<String> = values.iter().map(|v| self.state.code(v)).collect();
                Value::unknown(codes.join(&format!(" {word} ")))
            }
        }
    }

    fn compare(&mut self, id: ExprId, items: &[ExprId]) -> Value {
        let values = self.all(items);
        let source = self.source(id);
        if let [left, right] = values.as_slice()
            && let (Some(left), Some(right)) = (left.known(), right.known())
        {
            if source.contains("==") {
                return Value::Bool(left == right);
            }
            if source.contains("!=") {
                return Value::Bool(left != right);
            }
        }
        if let [value, Value::None] = values.as_slice()
            && let Some(is_none) = is_none(value)
            && source.contains(" is ")
        {
            return Value::Bool(is_none != source.contains(" is not "));
        }
        let codes: Vec<String> = values.iter().map(|v| self.state.code(v)).collect();
        Value::unknown(format!("compare({})", codes.join(", ")))
    }

    /// What a comprehension gives for a symbol that stands for each element, or for each of the items that are known.
    fn comprehension(&mut self, id: ExprId, elements: &[ExprId], clauses: &[Clause]) -> Value {
        let is_dict = self.source(id).starts_with('{') && elements.len() == 2;
        let [clause] = clauses else { return self.each(is_dict, elements, clauses) };
        let (list, at) = (self.eval(clause.iter), self.at(clause.iter));
        let known = self.state.items(&list).filter(|_| clause.ifs.is_empty()).map(<[_]>::to_vec);
        let Some(items) = known.filter(|items| items.len() <= 64) else { return self.each(is_dict, elements, clauses) };
        let mut rows = Vec::new();
        for item in items {
            self.assign(clause.target, item, at);
            rows.push(self.all(elements));
        }
        self.collect(is_dict, rows, false, at)
    }

    fn each(&mut self, is_dict: bool, elements: &[ExprId], clauses: &[Clause]) -> Value {
        let mut at = At::default();
        for clause in clauses {
            at = self.at(clause.iter);
            let list = self.eval(clause.iter);
            let element = self.element(&list);
            self.assign(clause.target, element, at);
            self.all(&clause.ifs);
        }
        let row = self.all(elements);
        self.collect(is_dict, vec![row], true, at)
    }

    fn collect(&mut self, is_dict: bool, rows: Vec<Vec<Value>>, open: bool, at: At) -> Value {
        self.state.add(match is_dict {
            true => {
                let pair = |mut row: Vec<Value>| Some((row.remove(0), row.pop()?, at));
                Cell::Dict(rows.into_iter().filter_map(pair).collect(), open)
            }
            false => Cell::List(rows.into_iter().filter_map(|mut row| row.pop()).collect(), open),
        })
    }

    fn other_expr(&mut self, id: ExprId, parts: &[ExprId]) -> Value {
        let values = self.all(parts);
        let own = self.around_parts(id, parts);
        if let ([value], true) = (values.as_slice(), own.starts_with("not ")) {
            return match value.truth() {
                Some(truth) => Value::Bool(!truth),
                None => Value::unknown(format!("not {}", self.state.code(value))),
            };
        }
        if let ([Value::Number(number)], true) = (values.as_slice(), own.starts_with('-')) {
            return Value::Number(format!("-{number}").into());
        }
        let codes: Vec<String> = values.iter().map(|v| self.state.code(v)).collect();
        let kind: String = own.chars().filter(|c| "[]{}():~-+".contains(*c)).collect();
        Value::unknown(format!("{kind}({})", codes.join(", ")))
    }

    /// The text of an expression without its parts, which may be as long as all of it.
    fn around_parts(&self, id: ExprId, parts: &[ExprId]) -> String {
        let (ast, text) = (self.ast(), self.unit().module.text());
        let whole = ast.span(id);
        let mut spans: Vec<Span> = parts.iter().map(|part| ast.span(*part)).collect();
        spans.sort_unstable_by_key(|span| span.start);
        let (mut own, mut at) = (String::new(), whole.start);
        for span in spans {
            own.push_str(text.get(at..span.start).unwrap_or_default());
            at = at.max(span.end);
        }
        own.push_str(text.get(at..whole.end).unwrap_or_default());
        own
    }

    fn attribute_of(&mut self, id: ExprId, object: ExprId, attr: &str) -> Value {
        if let Some((module, name)) = self.unit().module.resolved.taken(id) {
            let name = name.to_owned();
            self.module(module);
            if let Some(value) = self.state.globals[module].get(&name) {
                return value.clone();
            }
        }
        let value = self.eval(object);
        match value {
            Value::Unknown(_) => match self.unit().module.resolved.ty(id) {
                Ty::Instance(class) if sdk::batchai().client(class).is_some() => Value::Symbol(class.as_str().into()),
                _ => self.attribute(&value, attr),
            },
            _ => self.attribute(&value, attr),
        }
    }

    /// The item of a list or dictionary.
    pub(super) fn item(&mut self, value: &Value, index: &Value) -> Value {
        if let Some((items, _)) = self.state.dict(value)
            && let Some((_, value, _)) = items.iter().rev().find(|(key, ..)| key == index)
        {
            return value.clone();
        }
        if let (Some(items), Value::Number(number)) = (self.state.items(value), index)
            && let Some(at) = place(number, items.len())
        {
            return items[at].clone();
        }
        if let Value::Handle(handle) = value {
            if handle.name == Value::Missing {
                return Value::Handle(Rc::new(Handle { kind: handle.kind.clone(), name: index.clone() }));
            }
            let key = index.known().map(|index| format!("v1.{}.{index}", handle.kind));
            if let Some(key) = key.filter(|key| table().has(key) && !table().is_called(key)) {
                return self.sdk_call_at(&key, Some(value.clone()), Vec::new(), &[], At::default());
            }
        }
        Value::unknown(format!("{}[{}]", self.state.code(value), self.state.code(index)))
    }

    /// `object[key] = value`
    pub(super) fn put(&mut self, object: &Value, key: Value, value: Value, at: At) {
        let Value::Ref(place) = object else { return };
        match self.state.cell_mut(*place) {
            Cell::Dict(items, _) => match items.iter_mut().find(|(k, ..)| *k == key) {
                Some(item) => *item = (key, value, at),
                None => items.push((key, value, at)),
            },
            Cell::List(items, open) => match &key {
                Value::Number(number) => match place_mut(number, items) {
                    Some(item) => *item = value,
                    None => *open = true,
                },
                _ => *open = true,
            },
            Cell::Object(object) => object.open = Some("its items are set".into()),
        }
    }
}

/// Whether a value is `None`, if that can be told.
fn is_none(value: &Value) -> Option<bool> {
    match value {
        Value::None => Some(true),
        Value::Unknown(code) => NEVER_NONE.iter().any(|call| code.starts_with(call)).then_some(false),
        Value::Missing | Value::Choice(_) | Value::Method(_) => None,
        _ => Some(false),
    }
}

/// Calls of what is built into Python that never give `None`.
const NEVER_NONE: [&str; 4] = ["int(", "float(", "len(", "str("];

fn place_mut<'v>(number: &str, items: &'v mut [Value]) -> Option<&'v mut Value> {
    let at = place(number, items.len())?;
    items.get_mut(at)
}

fn place(number: &str, length: usize) -> Option<usize> {
    let index: i64 = number.parse().ok()?;
    let at = if index < 0 { index + i64::try_from(length).ok()? } else { index };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn arithmetic(left: &str, op: &str, right: &str) -> Option<i64> {
    let (left, right): (i64, i64) = (left.parse().ok()?, right.parse().ok()?);
    match op {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "//" if right > 0 => left.checked_div_euclid(right),
        _ => None,
    }
}

impl State {
    /// What the arguments of `dict(…)` and of `update` say, and whether there may be more.
    pub(super) fn given(&self, given: Vec<Given>, at: At) -> (Vec<Pair>, bool) {
        let (mut pairs, mut open) = (Vec::new(), false);
        for given in given {
            match (&given.name, given.stars) {
                (Some(name), _) => pairs.push((Value::text(name), given.value, given.at)),
                (None, 0) => match self.entries(&given.value, at) {
                    Some((items, more)) => {
                        pairs.extend(items);
                        open |= more;
                    }
                    None => open = true,
                },
                _ => open = true,
            }
        }
        (pairs, open)
    }

    /// A dictionary or a list of pairs as the items of a dictionary, and whether there may be more.
    fn entries(&self, value: &Value, at: At) -> Option<(Vec<Pair>, bool)> {
        let Value::Ref(place) = value else { return None };
        let pair = |item: &Value| self.entry(item).map(|(key, value)| (key, value, at));
        match self.cell(*place) {
            Cell::Dict(items, open) => Some((items.clone(), *open)),
            Cell::List(items, open) => Some((items.iter().map(pair).collect::<Option<_>>()?, *open)),
            Cell::Object(_) => None,
        }
    }

    /// A pair as a key and its value; of a pair that may not be there the value is what may not be there.
    fn entry(&self, item: &Value) -> Option<(Value, Value)> {
        if let Value::Choice(choice) = item {
            let (test, yes, no) = &**choice;
            let maybe = |value, other| Value::Choice(Rc::new((test.clone(), value, other)));
            return match (yes, no) {
                (pair, Value::Missing) => self.entry(pair).map(|(key, value)| (key, maybe(value, Value::Missing))),
                (Value::Missing, pair) => self.entry(pair).map(|(key, value)| (key, maybe(Value::Missing, value))),
                _ => None,
            };
        }
        match self.items(item)? {
            [key, value] => Some((key.clone(), value.clone())),
            _ => None,
        }
    }
}
