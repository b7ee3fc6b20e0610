//! Calls of the program's own functions: what callers give, at once or through a thread, a pool or a partial function.

use super::flow::Walk;
use super::infer::returned;
use super::{Code, Ty};
use crate::syntax::{Arg, Ast, ExprId, ExprKind, Function, StmtKind};

/// What a caller gives.
struct Given {
    /// The name, if it is given by name.
    name: Option<String>,
    ty: Ty,
    /// The expression, if it is one that stands in the call.
    value: Option<ExprId>,
}

/// Methods of executors and pools that run a function later, and give a future.
const LATER: [&str; 3] = ["submit", "apply_async", "run_in_executor"];
/// Functions and methods that run a function on each item.
const EACH: [&str; 5] = ["map", "imap", "imap_unordered", "starmap", "map_async"];

impl<'a> Walk<'_, 'a> {
    /// Calls something of the program, and says what that gives.
    pub(super) fn own_call(&mut self, func: ExprId, callee: &Ty, args: &[Arg]) -> Option<Ty> {
        match callee {
            Ty::Class(class) => {
                if let Ty::Function(init) = self.member_of(*class, "__init__") {
                    let given = self.given(args);
                    self.call(init, 1, given);
                }
                Some(Ty::Object(*class))
            }
            Ty::Function(function) => {
                let bound = self.is_bound(func, *function);
                let given = self.given(args);
                let gives = self.call(*function, usize::from(bound), given);
                Some(self.forwarded(*function, bound, args).unwrap_or(gives))
            }
            Ty::Callable(gives) => Some((**gives).clone()),
            _ => self.indirect_call(func, callee, args),
        }
    }

    /// What a function gives that calls an operation of Batch AI which it is given.
    fn forwarded(&self, function: Code, is_bound: bool, args: &[Arg]) -> Option<Ty> {
        let forwarder = self.shared.forwarders.get(function).filter(|forwarder| forwarder.gives)?;
        let mut given = args.iter().enumerate().filter(|(at, _)| forwarder.calls_argument(*at, is_bound));
        match self.resolved.ty(given.next()?.1.value) {
            Ty::Symbol(path) => Some(returned(path)),
            _ => None,
        }
    }

    /// Whether a call gives the first parameter itself: the object or class of a method.
    fn is_bound(&self, func: ExprId, function: Code) -> bool {
        let Some((ast, f)) = self.function_of(function) else { return false };
        let ExprKind::Attribute { value, .. } = self.ast.kind(func) else { return false };
        let by_object = matches!(self.resolved.ty(*value), Ty::Object(_)) || is_decorated(ast, f, "classmethod");
        by_object && !is_decorated(ast, f, "staticmethod")
    }

    /// A function of the program, and the module in which it stands.
    pub(super) fn function_of(&self, function: Code) -> Option<(&'a Ast, &'a Function)> {
        let ast = self.shared.asts[function.module];
        match &ast.stmt(function.stmt).kind {
            StmtKind::Function(f) => Some((ast, f)),
            _ => None,
        }
    }

    fn value_given(&self, value: ExprId) -> Given {
        Given { name: None, ty: self.resolved.ty(value).clone(), value: Some(value) }
    }

    fn given(&self, args: &[Arg]) -> Vec<Given> {
        // What comes after `*values` has no known position.
        let placed = args.iter().position(|arg| arg.stars > 0).unwrap_or(args.len());
        let known = args.iter().enumerate().filter(|(at, arg)| arg.stars == 0 && (*at < placed || arg.name.is_some()));
        let given = |(_, arg): (usize, &Arg)| Given {
            name: arg.name.as_ref().map(|(name, _)| name.clone()),
            ..self.value_given(arg.value)
        };
        known.map(given).collect()
    }

    /// Remembers what a caller gives to a function, and says what the function returns.
    fn call(&mut self, function: Code, skip: usize, given: Vec<Given>) -> Ty {
        let Some((_, f)) = self.function_of(function) else { return Ty::Unknown };
        let mut positional = f.params.iter().filter(|p| p.positional).skip(skip);
        let with = |stars: u8| f.params.iter().find(|p| p.stars == stars).map(|p| p.name.clone());
        for Given { name, ty, value } in given {
            let (param, ty) = match name {
                Some(name) if f.params.iter().any(|p| p.stars == 0 && p.name == name) => (Some(name), ty),
                Some(name) => (with(2), Ty::dict([(name, ty)])),
                None => match positional.next() {
                    Some(param) => (Some(param.name.clone()), ty),
                    None => (with(1), Ty::Many(Box::new(ty))),
                },
            };
            let Some(param) = param else { continue };
            if let (true, Some(value)) = (function.module == self.module, value) {
                self.resolved.given.entry((function.stmt, param.clone())).or_default().push(value);
            }
            self.shared.params.learn((function, param), ty);
        }
        self.shared.returns.get(&function)
    }

    /// Calls a value that can be called: a function or method of the program, or something that gives a value.
    fn call_value(&mut self, callable: ExprId, given: Vec<Given>) -> Option<Ty> {
        match self.resolved.ty(callable).clone() {
            Ty::Function(function) => {
                let bound = self.is_bound(callable, function);
                Some(self.call(function, usize::from(bound), given))
            }
            Ty::Callable(gives) => Some(*gives),
            Ty::Symbol(path) => Some(returned(&path)),
            _ => None,
        }
    }

    /// Calls that run a function which they are given.
    fn indirect_call(&mut self, func: ExprId, callee: &Ty, args: &[Arg]) -> Option<Ty> {
        if let Some(target) = args.iter().find(|a| is_named(a, "target")) {
            let given = self.given_apart(args);
            self.call_value(target.value, given);
            return None;
        }
        let (first, rest) = args.split_first().filter(|(first, _)| first.name.is_none())?;
        let name = match self.ast.kind(func) {
            ExprKind::Name(name) => name.as_str(),
            ExprKind::Attribute { attr, .. } => attr.as_str(),
            _ => return None,
        };
        if callee.symbol() == Some("functools.partial") {
            let given = self.given(rest);
            return Some(Ty::Callable(Box::new(self.call_value(first.value, given)?)));
        }
        if name == "apply_async" {
            let given = rest.first().map_or(Vec::new(), |list| self.items_given(list.value));
            return Some(Ty::Future(Box::new(self.call_value(first.value, given)?)));
        }
        if LATER.contains(&name) {
            let given = self.given(rest);
            return Some(Ty::Future(Box::new(self.call_value(first.value, given)?)));
        }
        if EACH.contains(&name) {
            // Each item of it is given, which the parts of the expression hold.
            let item = |arg: &Arg| Given { ty: self.resolved.ty(arg.value).element(), ..self.value_given(arg.value) };
            let given = rest.iter().map(item).collect();
            return Some(Ty::Many(Box::new(self.call_value(first.value, given)?)));
        }
        None
    }

    /// What `Thread(target=f, args=(…), kwargs={…})` gives to `f`.
    fn given_apart(&self, args: &[Arg]) -> Vec<Given> {
        let mut given = args.iter().find(|a| is_named(a, "args")).map_or(Vec::new(), |a| self.items_given(a.value));
        if let Some(named) = args.iter().find(|a| is_named(a, "kwargs"))
            && let Ty::Dict(items) = self.resolved.ty(named.value)
        {
            let item = |(key, ty): &(String, Ty)| Given { name: Some(key.clone()), ty: ty.clone(), value: None };
            given.extend(items.iter().map(item));
        }
        given
    }

    fn items_given(&self, list: ExprId) -> Vec<Given> {
        match self.ast.kind(list) {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().map(|item| self.value_given(*item)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a function runs another on each item of what it is given.
pub fn is_for_each(ast: &Ast, func: ExprId) -> bool {
    match ast.kind(func) {
        ExprKind::Name(name) | ExprKind::Attribute { attr: name, .. } => EACH.contains(&name.as_str()),
        _ => false,
    }
}

/// Whether a function has a decorator of this name.
pub fn is_decorated(ast: &Ast, f: &Function, name: &str) -> bool {
    f.decorators.iter().any(|d| match ast.kind(*d) {
        ExprKind::Name(n) => n == name,
        ExprKind::Attribute { attr, .. } => attr == name,
        _ => false,
    })
}

fn is_named(arg: &Arg, name: &str) -> bool {
    arg.name.as_ref().is_some_and(|(n, _)| n == name)
}
