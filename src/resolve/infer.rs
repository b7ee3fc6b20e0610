//! The type of each expression.

use super::Ty;
use super::flow::Walk;
use crate::concept;
use crate::sdk;
use crate::syntax::{Arg, ExprId, ExprKind};

/// Built-in functions that give what they are given, one by one or all at once.
const PASS_THROUGH: [&str; 6] = ["list", "sorted", "tuple", "reversed", "iter", "set"];

/// So many arguments tell an operation of Batch AI, which names resource group and workspace, from those of others.
const MANY: usize = 3;

impl Walk<'_> {
    /// Infers an expression with all its parts, and remembers the types.
    pub(super) fn infer(&mut self, id: ExprId) -> Ty {
        let ty = self.kind(id);
        self.resolved.types[id.0 as usize] = ty.clone();
        ty
    }

    fn kind(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        match ast.kind(id) {
            ExprKind::Name(name) => self.name(id, name),
            ExprKind::Attribute { value, attr, .. } => {
                let object = self.infer(*value);
                self.attribute(&object, attr)
            }
            ExprKind::Call { func, args, .. } => self.call_expr(*func, args),
            ExprKind::None => Ty::None,
            ExprKind::Str { .. } => Ty::Other,
            ExprKind::FString(_) | ExprKind::Number | ExprKind::Bool(_) => {
                self.parts(id);
                Ty::Other
            }
            ExprKind::Tuple(items) => Ty::Tuple(items.iter().map(|item| self.infer(*item)).collect()),
            ExprKind::List(items) => {
                let element = items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.infer(*item)));
                Ty::Many(Box::new(element))
            }
            ExprKind::BoolOp(items) => items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.infer(*item))),
            ExprKind::IfExp { test, body, orelse } => {
                self.infer(*test);
                self.infer(*body).join(self.infer(*orelse))
            }
            ExprKind::Subscript { value, index } => {
                self.infer(*index);
                self.infer(*value).element()
            }
            ExprKind::Await(value) | ExprKind::Starred(value) => self.infer(*value),
            ExprKind::Binary { left, right, .. } => self.infer(*left).join(self.infer(*right)),
            ExprKind::Comprehension { .. } | ExprKind::Lambda { .. } | ExprKind::Named { .. } => self.scoped(id),
            _ => {
                self.parts(id);
                Ty::Unknown
            }
        }
    }

    fn parts(&mut self, id: ExprId) {
        for part in self.ast.parts(id) {
            self.infer(part);
        }
    }

    fn scoped(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        match ast.kind(id) {
            ExprKind::Comprehension { elements, clauses } => {
                let mut names = Vec::new();
                for clause in clauses {
                    names.push((clause.target, self.infer(clause.iter).element()));
                }
                let mut ty = Ty::Unknown;
                self.nested(&names, &[], |walk| {
                    for clause in clauses {
                        clause.ifs.iter().for_each(|test| drop(walk.infer(*test)));
                    }
                    ty = elements.iter().fold(Ty::Unknown, |ty, e| ty.join(walk.infer(*e)));
                });
                Ty::Many(Box::new(ty))
            }
            ExprKind::Lambda { params, body } => {
                params.iter().filter_map(|p| p.default).for_each(|d| drop(self.infer(d)));
                let names: Vec<String> = params.iter().map(|p| p.name.clone()).collect();
                self.nested(&[], &names, |walk| drop(walk.infer(*body)));
                Ty::Unknown
            }
            ExprKind::Named { value, .. } => self.infer(*value),
            _ => Ty::Unknown,
        }
    }

    fn name(&mut self, id: ExprId, name: &str) -> Ty {
        let defs = self.lookup(name);
        if defs.is_empty() && self.resolved.star && super::ty::is_class(name) {
            return Ty::Symbol(name.to_owned());
        }
        let mut ty = defs.iter().fold(Ty::Unknown, |ty, def| ty.join(self.resolved.def(*def).ty.clone()));
        if self.resolved.evident.contains(name) && ty.is_foreign() {
            ty = Ty::client();
        }
        if !defs.is_empty() {
            let known = self.resolved.uses.entry(id).or_default();
            known.extend(defs);
            known.sort();
            known.dedup();
        }
        ty
    }

    fn attribute(&mut self, object: &Ty, name: &str) -> Ty {
        match object {
            Ty::Object(class) => {
                let key = (*class, name.to_owned());
                let set = self.resolved.attributes.get(&key).cloned().unwrap_or_default();
                set.join(self.summaries.members.get(&key).cloned().unwrap_or_default())
            }
            _ => object.attribute(name),
        }
    }

    fn call_expr(&mut self, func: ExprId, args: &[Arg]) -> Ty {
        let callee = self.infer(func);
        for arg in args {
            self.infer(arg.value);
        }
        if let ExprKind::Attribute { value, attr, .. } = self.ast.kind(func)
            && let Some(ty) = method_of(self.resolved.ty(*value), attr)
        {
            return ty;
        }
        if let Some(symbol) = self.by_evidence(func, &callee, args) {
            return returned(&symbol);
        }
        match &callee {
            Ty::Symbol(path) if is_copy(path) => {
                args.first().map_or(Ty::Unknown, |a| self.resolved.ty(a.value).clone())
            }
            Ty::Symbol(path) => returned(path),
            Ty::Class(class) => {
                if let Some(Ty::Function(init)) = self.summaries.members.get(&(*class, "__init__".into())) {
                    self.call(*init, true, args);
                }
                Ty::Object(*class)
            }
            Ty::Function(function) => {
                let method = matches!(self.ast.kind(func), ExprKind::Attribute { .. });
                self.call(*function, method, args);
                self.summaries.returns.get(function).cloned().unwrap_or_default()
            }
            _ => self.builtin(func, args),
        }
    }

    /// `X.jobs.create(…, parameters)`, where `X` is of unknown origin and the arguments are Batch AI's own objects, or
    /// as many as one of its operations takes in a program that imports Batch AI: `X` can only be its client.
    fn by_evidence(&mut self, func: ExprId, callee: &Ty, args: &[Arg]) -> Option<String> {
        let ExprKind::Attribute { value: group, attr: method, .. } = self.ast.kind(func) else { return None };
        let ExprKind::Attribute { value: client, attr: name, .. } = self.ast.kind(*group) else { return None };
        let surface = sdk::batchai();
        let class = surface.group(name)?;
        let ours = |arg: &Arg| self.resolved.ty(arg.value).class().is_some_and(|c| !surface.model(c).is_empty());
        let foreign = callee.is_foreign() && self.resolved.ty(*client).is_foreign();
        let takes = |o: &sdk::batchai::Operation| o.takes(args.len());
        let as_many = self.resolved.imports_batchai && args.len() >= MANY;
        let evident = args.iter().any(ours) || as_many && surface.operations(class, method).iter().any(takes);
        if !foreign || surface.operations(class, method).is_empty() || !evident {
            return None;
        }
        let variable = self.ast.name(*client)?;
        self.resolved.evident.insert(variable.to_owned());
        Some(format!("{class}.{method}"))
    }

    fn builtin(&self, func: ExprId, args: &[Arg]) -> Ty {
        match (self.ast.name(func), args) {
            (Some(name), [first, ..]) if PASS_THROUGH.contains(&name) && self.resolved.reaching(func).is_empty() => {
                self.resolved.ty(first.value).clone()
            }
            (Some("getattr"), [object, name, ..]) if self.resolved.reaching(func).is_empty() => {
                let object = self.resolved.ty(object.value);
                self.ast.str_value(name.value).map_or(Ty::Unknown, |name| object.attribute(name))
            }
            _ => Ty::Unknown,
        }
    }
}

/// Methods of pollers and sequences.
fn method_of(object: &Ty, name: &str) -> Option<Ty> {
    match (object, name) {
        (Ty::Poller(inner), "result") => Some((**inner).clone()),
        (Ty::Poller(_), _) => Some(Ty::Other),
        (Ty::Many(inner), "pop" | "next") => Some((**inner).clone()),
        (Ty::Many(_), "append" | "extend" | "sort") => Some(Ty::None),
        _ => None,
    }
}

/// What calling a symbol gives.
fn returned(path: &str) -> Ty {
    let surface = sdk::batchai();
    if surface.client(path).is_some() || !surface.model(path).is_empty() {
        return Ty::Instance(path.to_owned());
    }
    if let Some((group, method)) = path.rsplit_once('.')
        && let Some(operation) = surface.operations(group, method).first()
    {
        return Ty::returned(operation.kind, operation.returns.as_ref());
    }
    match concept::table().symbol(path) {
        Some(symbol) => symbol.returns.as_deref().map_or_else(|| constructed(path), Ty::parse),
        None => Ty::Other,
    }
}

/// Whether a function of any library gives what it is given.
fn is_copy(path: &str) -> bool {
    path == "copy.copy" || concept::table().symbol(path).is_some_and(|row| row.of.is_some())
}

/// A symbol of the table that says nothing of what it returns: a class gives its object.
fn constructed(path: &str) -> Ty {
    let last = path.rsplit('.').next().unwrap_or(path);
    if last.starts_with(char::is_uppercase) { Ty::Instance(path.to_owned()) } else { Ty::Other }
}
