//! Functions, classes and objects of the program.

use std::collections::HashSet;
use std::rc::Rc;

use super::{DEPTH, Flow, Frame, Run};
use crate::intent::model::At;
use crate::intent::value::{Body, Cell, Class, Closure, Object, Value};
use crate::resolve::Code;
use crate::syntax::{ExprId, ExprKind, Function, Param, StmtId, StmtKind};

/// An argument: its name or its stars, its value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub name: Option<String>,
    pub value: Value,
    pub stars: u8,
    pub at: At,
}

impl<'a> Run<'a> {
    /// Calls a function of the program. Without a call the parameters are symbols.
    pub(super) fn call_closure(&mut self, closure: &Closure, given: Vec<Given>, call: Option<ExprId>) -> Value {
        let running = self.frames.iter().filter(|frame| frame.body == Some(closure.body)).count();
        if self.frames.len() >= DEPTH || running > 0 || !self.spend() {
            return self.opaque(&given, call);
        }
        let (here, locals) = (self.here, std::mem::take(&mut self.state.locals));
        self.around.push(Rc::clone(&closure.around));
        self.frames.push(Frame { body: Some(closure.body), ..Frame::default() });
        let value = match closure.body {
            Body::Def(code) => {
                self.called.insert(code);
                self.here = code.module;
                self.run_def(code, closure, given, call.is_some())
            }
            Body::Lambda(module, id) => {
                self.here = module;
                self.run_lambda(id, given)
            }
        };
        self.frames.pop();
        self.around.pop();
        self.here = here;
        self.state.locals = locals;
        value
    }

    /// A call that is not followed.
    fn opaque(&mut self, given: &[Given], call: Option<ExprId>) -> Value {
        let name = call.map_or_else(|| "a function".to_owned(), |call| self.source(call));
        let codes: Vec<String> = given.iter().map(|g| self.state.code(&g.value)).collect();
        Value::unknown(format!("{name}({})", codes.join(", ")))
    }

    fn run_lambda(&mut self, id: ExprId, given: Vec<Given>) -> Value {
        let ExprKind::Lambda { params, body } = self.ast().kind(id) else { return Value::None };
        for (index, param) in params.iter().enumerate() {
            let value = given.get(index).map_or_else(|| Value::unknown(param.name.clone()), |g| g.value.clone());
            self.set(&param.name, value);
        }
        self.eval(*body)
    }

    fn run_def(&mut self, code: Code, closure: &Closure, given: Vec<Given>, is_called: bool) -> Value {
        let ast = self.ast();
        let StmtKind::Function(f) = &ast.stmt(code.stmt).kind else { return Value::None };
        self.bind(code, f, closure, given, is_called);
        let flow = self.block(&f.body);
        let is_generator = self.yields(code.stmt, f);
        let returned = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.returned)).unwrap_or_default();
        if is_generator {
            return Value::unknown(format!("{}(…)", f.name));
        }
        let mut value = if flow == Flow::Next { Some(Value::None) } else { None };
        for (test, given) in returned.into_iter().rev() {
            value = Some(match value {
                Some(rest) if !test.is_empty() => Value::choice(&test, given, rest),
                _ => given,
            });
        }
        value.unwrap_or(Value::None)
    }

    fn yields(&self, stmt: StmtId, f: &Function) -> bool {
        let text = self.ast().stmt(stmt).span.of(self.unit().module.text());
        !f.body.is_empty() && (text.contains("yield ") || text.contains("yield\n"))
    }

    fn bind(&mut self, code: Code, f: &'a Function, closure: &Closure, given: Vec<Given>, is_called: bool) {
        let mut places = given.iter().filter(|g| g.name.is_none() && g.stars == 0);
        let mut object = closure.object.clone();
        let splat = given.iter().any(|g| g.stars > 0);
        let mut used: HashSet<&str> = HashSet::new();
        for param in &f.params {
            let named = given.iter().find(|g| g.name.as_deref() == Some(&param.name));
            used.insert(&param.name);
            let value = match object.take() {
                Some(object) => object,
                None if param.stars > 0 => self.collected(param, &given, &used, &mut places),
                None => match named.or_else(|| if param.positional { places.next() } else { None }) {
                    Some(given) => given.value.clone(),
                    None if splat => Value::unknown(param.name.clone()),
                    None => match param.default {
                        Some(default) => self.eval(default),
                        None if is_called => Value::unknown(param.name.clone()),
                        None => self.symbol_for(code, param),
                    },
                },
            };
            self.set(&param.name, value);
        }
    }

    /// `*args` and `**kwargs`.
    fn collected<'g>(
        &mut self,
        param: &Param,
        given: &[Given],
        used: &HashSet<&str>,
        places: &mut impl Iterator<Item = &'g Given>,
    ) -> Value {
        let open = given.iter().any(|g| g.stars > 0);
        if param.span.start > 0 && self.unit().module.text()[..param.span.start].ends_with("**") {
            let rest = given.iter().filter(|g| g.name.as_deref().is_some_and(|name| !used.contains(name)));
            let pair = |g: &Given| (Value::text(g.name.as_deref().unwrap_or_default()), g.value.clone(), g.at);
            let pairs = rest.map(pair).collect();
            return self.state.add(Cell::Dict(pairs, open));
        }
        let rest = places.map(|g| g.value.clone()).collect();
        self.state.add(Cell::List(rest, open))
    }

    /// A new object of a class of the program, before `__init__`.
    pub(super) fn new_object(&mut self, class: Code) -> Value {
        let object = Object { class: Class::Own(class), fields: Vec::new(), open: None, at: At::default() };
        let value = self.state.add(Cell::Object(object));
        if let Some(init) = self.method_of(class, "__init__") {
            let closure = Closure { body: Body::Def(init), around: Rc::default(), object: Some(value.clone()) };
            if !self.called.contains(&init) {
                self.call_closure(&closure, Vec::new(), None);
            }
        }
        value
    }

    /// Makes an object of a class of the program.
    pub(super) fn construct(&mut self, class: Code, given: Vec<Given>, call: ExprId) -> Value {
        let object = Object { class: Class::Own(class), fields: Vec::new(), open: None, at: self.at(call) };
        let value = self.state.add(Cell::Object(object));
        match self.method_of(class, "__init__") {
            Some(init) => {
                let closure = Closure { body: Body::Def(init), around: Rc::default(), object: Some(value.clone()) };
                self.call_closure(&closure, given, Some(call));
            }
            None => self.take_fields(&value, &given),
        }
        value
    }

    /// A class without `__init__`, such as a data class: what is given by name is a field.
    fn take_fields(&mut self, value: &Value, given: &[Given]) {
        for given in given {
            if let Some(name) = &given.name {
                self.store(value, name, given.value.clone(), given.at);
            }
        }
    }

    /// The method of a class, its own or of a base in the program.
    pub(super) fn method_of(&self, class: Code, name: &str) -> Option<Code> {
        let mut at = class;
        for _ in 0..8 {
            let module = self.units[at.module].module;
            let StmtKind::Class { body, bases, .. } = &module.ast.stmt(at.stmt).kind else { return None };
            let named =
                |stmt: &&StmtId| matches!(&module.ast.stmt(**stmt).kind, StmtKind::Function(f) if f.name == name);
            if let Some(stmt) = body.iter().find(named) {
                return Some(Code { module: at.module, stmt: *stmt });
            }
            let own = bases.iter().find_map(|base| match module.resolved.ty(base.value) {
                crate::resolve::Ty::Class(code) => Some(*code),
                _ => None,
            });
            at = own?;
        }
        None
    }

    /// What a class body gives to a name.
    pub(super) fn class_value(&mut self, class: Code, name: &str) -> Option<Value> {
        let units = self.units;
        let ast = &units[class.module].module.ast;
        let StmtKind::Class { body, .. } = &ast.stmt(class.stmt).kind else { return None };
        let value = body.iter().rev().find_map(|stmt| match &ast.stmt(*stmt).kind {
            StmtKind::Assign { targets, value } if targets.iter().any(|t| ast.name(*t) == Some(name)) => Some(*value),
            StmtKind::AnnAssign { target, value: Some(value), .. } if ast.name(*target) == Some(name) => Some(*value),
            _ => None,
        })?;
        let here = std::mem::replace(&mut self.here, class.module);
        let value = self.eval(value);
        self.here = here;
        Some(value)
    }

    /// What `with` binds.
    pub(super) fn entered(&mut self, value: Value) -> Value {
        let Some(Class::Own(class)) = self.state.object(&value).map(|o| o.class.clone()) else { return value };
        match self.method_of(class, "__enter__") {
            Some(enter) => {
                let closure = Closure { body: Body::Def(enter), around: Rc::default(), object: Some(value.clone()) };
                let given = self.call_closure(&closure, Vec::new(), None);
                if given == Value::None { value } else { given }
            }
            None => value,
        }
    }

    /// Whether a method has a decorator of this name.
    pub(super) fn is_decorated(&self, code: Code, names: &[&str]) -> bool {
        let ast = &self.units[code.module].module.ast;
        let StmtKind::Function(f) = &ast.stmt(code.stmt).kind else { return false };
        f.decorators.iter().any(|d| match ast.kind(*d) {
            ExprKind::Name(name) | ExprKind::Attribute { attr: name, .. } => names.contains(&name.as_str()),
            _ => false,
        })
    }
}
