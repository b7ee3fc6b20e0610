//! Statements.

use std::rc::Rc;

use super::{Event, Flow, Run};
use crate::intent::model::At;
use crate::intent::value::{Body, Cell, Closure, Handle, Value};
use crate::resolve::{Code, Ty};
use crate::syntax::{Alias, ExprId, ExprKind, Handler, StmtId, StmtKind};

/// Loops over lists of up to so many items take each of them.
const UNROLLED: usize = 16;

impl<'a> Run<'a> {
    pub(super) fn block(&mut self, body: &[StmtId]) -> Flow {
        for stmt in body {
            if !self.spend() || self.stmt(*stmt) == Flow::Gone {
                return Flow::Gone;
            }
        }
        Flow::Next
    }

    fn stmt(&mut self, stmt: StmtId) -> Flow {
        let ast = self.ast();
        match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } => {
                let (value, at) = (self.eval(*value), self.at(*value));
                targets.iter().for_each(|target| self.assign(*target, value.clone(), at));
            }
            StmtKind::AnnAssign { target, value: Some(value), .. } => {
                let (value, at) = (self.eval(*value), self.at(*value));
                self.assign(*target, value, at);
            }
            StmtKind::AugAssign { target, op, value } => self.augmented(*target, op, *value),
            StmtKind::Expr(expr) => drop(self.eval(*expr)),
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => self.import(stmt, names),
            StmtKind::Function(f) => {
                let around = Rc::clone(&self.state.locals);
                let body = Body::Def(Code { module: self.here, stmt });
                self.set(&f.name, Value::Function(Rc::new(Closure { body, around, object: None })));
            }
            StmtKind::Class { name, .. } => self.set(name, Value::Class(Code { module: self.here, stmt })),
            StmtKind::Return(value) => {
                let value = value.map_or(Value::None, |value| self.eval(value));
                self.give_back(value);
                return Flow::Gone;
            }
            StmtKind::If(clauses) => return self.branches(clauses),
            StmtKind::For { target, iter, body, orelse } => {
                self.for_each(*target, *iter, body);
                return self.block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.eval(*test);
                self.repeat(body, None);
                return self.block(orelse);
            }
            StmtKind::With { items, body } => {
                for (context, target) in items {
                    let (value, at) = (self.eval(*context), self.at(*context));
                    let value = self.entered(value);
                    if let Some(target) = target {
                        self.assign(*target, value, at);
                    }
                }
                return self.block(body);
            }
            StmtKind::Try { body, handlers, orelse, finally } => return self.attempt(body, handlers, orelse, finally),
            StmtKind::Global(names) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.global.extend(names.iter().cloned());
                }
            }
            StmtKind::Other { exprs, bodies } => return self.other(stmt, exprs, bodies),
            StmtKind::AnnAssign { value: None, .. } | StmtKind::Magic => {}
        }
        Flow::Next
    }

    fn other(&mut self, stmt: StmtId, exprs: &[ExprId], bodies: &[Vec<StmtId>]) -> Flow {
        exprs.iter().for_each(|expr| drop(self.eval(*expr)));
        for body in bodies {
            self.branch("a case", body);
        }
        let text = self.ast().stmt(stmt).span.of(self.unit().module.text());
        if text.starts_with("raise") { Flow::Gone } else { Flow::Next }
    }

    fn give_back(&mut self, value: Value) {
        if let Some(frame) = self.frames.last_mut() {
            let test = frame.tests.join(" and ");
            frame.returned.push((test, value));
        }
    }

    fn import(&mut self, stmt: StmtId, names: &[Alias]) {
        let resolved = &self.unit().module.resolved;
        for id in self.imports[self.here].get(&stmt).cloned().unwrap_or_default() {
            let name = resolved.def(id).name.clone();
            let value = match (resolved.imported(id), &resolved.def(id).ty) {
                (Some((module, from)), _) => {
                    let from = from.to_owned();
                    self.module(module);
                    self.state.globals[module].get(&from).cloned().unwrap_or_else(|| Value::unknown(from))
                }
                (None, Ty::Symbol(path)) => Value::Symbol(path.as_str().into()),
                _ => Value::unknown(name.clone()),
            };
            self.set(&name, value);
        }
        debug_assert!(!names.is_empty(), "an import has names");
    }

    /// Binds a variable.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let is_global = self.frames.last().is_none_or(|f| f.body.is_none() || f.global.contains(name));
        let names = if is_global { &mut self.state.globals[self.here] } else { &mut self.state.locals };
        Rc::make_mut(names).insert(name.to_owned(), value);
    }

    /// Binds a target: a name, the parts of a tuple, an attribute, an item.
    pub(super) fn assign(&mut self, target: ExprId, value: Value, at: At) {
        let ast = self.ast();
        match ast.kind(target) {
            ExprKind::Name(name) => self.set(name, value),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let items = self.state.items(&value).filter(|items| items.len() == targets.len()).map(<[_]>::to_vec);
                for (index, target) in targets.iter().enumerate() {
                    let item = items.as_ref().map_or_else(
                        || Value::unknown(format!("{}[{index}]", self.state.code(&value))),
                        |items| items[index].clone(),
                    );
                    self.assign(*target, item, at);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                let object = self.eval(*object);
                self.store(&object, attr, value, at);
            }
            ExprKind::Subscript { value: object, index } => {
                let (object, key) = (self.eval(*object), self.eval(*index));
                self.put(&object, key, value, at);
            }
            _ => {}
        }
    }

    fn augmented(&mut self, target: ExprId, op: &'static str, value: ExprId) {
        let (old, new, at) = (self.eval(target), self.eval(value), self.at(value));
        if let (Value::Ref(place), Some(more)) = (&old, self.state.items(&new).map(<[_]>::to_vec))
            && let Cell::List(items, _) = self.state.cell_mut(*place)
        {
            return items.extend(more);
        }
        let value = self.binary(&old, op.trim_end_matches('='), &new);
        self.assign(target, value, at);
    }

    /// Each clause that may run does; what they leave is put together.
    fn branches(&mut self, clauses: &[(Option<ExprId>, Vec<StmtId>)]) -> Flow {
        let Some(((test, body), rest)) = clauses.split_first() else { return Flow::Next };
        let Some(test) = test else { return self.block(body) };
        let value = self.eval(*test);
        match value.truth() {
            Some(true) => return self.block(body),
            Some(false) => return self.branches(rest),
            None => {}
        }
        let test = self.state.code(&value);
        self.fork(&test, |run| run.block(body), |run| run.branches(rest))
    }

    /// Runs one thing and, beside it, another.
    pub(super) fn fork(
        &mut self,
        test: &str,
        yes: impl FnOnce(&mut Self) -> Flow,
        no: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let start = self.state.clone();
        let first = self.under(test.to_owned(), yes);
        let left = std::mem::take(&mut self.state);
        self.state = start.beside(&left);
        let second = self.under(format!("not {test}"), no);
        match (first, second) {
            (Flow::Next, Flow::Next) => {
                let right = std::mem::replace(&mut self.state, left);
                self.state.merge(test, right);
                Flow::Next
            }
            (Flow::Next, Flow::Gone) => {
                // What the other branch returned may be among what it made.
                let right = std::mem::take(&mut self.state);
                self.state = left.beside(&right);
                Flow::Next
            }
            (Flow::Gone, flow) => flow,
        }
    }

    fn under(&mut self, test: String, work: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let depth = self.frames.len();
        if let Some(frame) = self.frames.last_mut() {
            frame.tests.push(test);
        }
        let flow = work(self);
        debug_assert_eq!(depth, self.frames.len(), "a branch leaves the function in which it stands alone");
        if let Some(frame) = self.frames.last_mut() {
            frame.tests.pop();
        }
        flow
    }

    /// Runs a block that may not run at all.
    fn branch(&mut self, test: &str, body: &[StmtId]) {
        self.fork(test, |run| run.block(body), |_| Flow::Next);
    }

    fn attempt(&mut self, body: &[StmtId], handlers: &[Handler], orelse: &[StmtId], finally: &[StmtId]) -> Flow {
        let mut flow = self.block(body);
        if flow == Flow::Next {
            flow = self.block(orelse);
        }
        for handler in handlers {
            let name = handler.name.as_deref();
            let caught = self.fork(
                "no error",
                |_| flow,
                |run| {
                    name.into_iter().for_each(|name| run.set(name, Value::unknown(name)));
                    run.block(&handler.body)
                },
            );
            flow = caught;
        }
        match self.block(finally) {
            Flow::Gone => Flow::Gone,
            Flow::Next => flow,
        }
    }

    fn for_each(&mut self, target: ExprId, iter: ExprId, body: &[StmtId]) {
        let (list, at) = (self.eval(iter), self.at(iter));
        if let Some(items) = self.state.items(&list).filter(|items| items.len() <= UNROLLED).map(<[_]>::to_vec) {
            for item in items {
                self.assign(target, item, at);
                self.block(body);
            }
            return;
        }
        let element = self.element(&list);
        self.repeat(body, Some((target, element, at)));
    }

    /// A symbol for each element of something.
    pub(super) fn element(&self, list: &Value) -> Value {
        match list {
            Value::Handle(handle) if handle.name == Value::Missing => {
                let name = Value::unknown(format!("each of the {}", handle.kind));
                Value::Handle(Rc::new(Handle { kind: handle.kind.clone(), name }))
            }
            Value::Handle(_) => list.clone(),
            Value::Ref(place) if self.state.only(*place).is_some() => {
                self.state.only(*place).cloned().unwrap_or(Value::None)
            }
            _ => Value::unknown(format!("each of {}", self.state.code(list))),
        }
    }

    /// A loop goes round twice, so that what one round leaves to the next is seen. The second round is forgotten if it
    /// asks for the same again.
    fn repeat(&mut self, body: &[StmtId], target: Option<(ExprId, Value, At)>) {
        self.loops += 1;
        let start = self.events.len();
        self.round(body, &target);
        let first = self.events.len();
        if self.loops <= 2 && first > start {
            self.round(body, &target);
            if self.events[start..first] == self.events[first..] {
                self.events.truncate(first);
            }
        }
        self.loops -= 1;
    }

    fn round(&mut self, body: &[StmtId], target: &Option<(ExprId, Value, At)>) {
        self.fork(
            "the loop runs",
            |run| {
                if let Some((target, element, at)) = target {
                    run.assign(*target, element.clone(), *at);
                }
                run.block(body)
            },
            |_| Flow::Next,
        );
    }

    pub(super) fn log(&mut self, event: Event) {
        self.events.push(event);
    }
}
