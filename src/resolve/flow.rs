//! The walk over statements, in the order in which Python runs them.
//!
//! Function bodies are walked after the level at which they stand, because that is when they run. Three passes let
//! types pass through calls: what callers give reaches parameters, what functions return reaches callers.

use std::collections::HashMap;

use super::scope::Scope;
use super::{Def, DefId, Resolved, Ty};
use crate::syntax::{Alias, Ast, ExprId, ExprKind, Function, Handler, StmtId, StmtKind};

const PASSES: usize = 3;

/// Fills in what there is to know.
pub(super) fn run(ast: &Ast, resolved: &mut Resolved) {
    let mut summaries = Summaries::default();
    let has_functions = ast.stmt_ids().any(|s| matches!(ast.stmt(s).kind, StmtKind::Function(_)));
    for pass in 0..PASSES + 1 {
        resolved.uses.clear();
        resolved.defs.clear();
        resolved.named.clear();
        resolved.clients.clear();
        let mut walk =
            Walk { ast, resolved, summaries: &mut summaries, scopes: vec![Scope::default()], function: None, loops: 0 };
        let known = walk.resolved.evident.len();
        walk.level(&ast.body);
        let settled = walk.resolved.evident.len() == known;
        if settled && (pass >= PASSES || !has_functions) {
            break;
        }
    }
}

/// What is known of the program's functions between passes.
#[derive(Default)]
pub(super) struct Summaries {
    /// What callers give, by function and parameter.
    pub params: HashMap<(StmtId, String), Ty>,
    /// What functions return.
    pub returns: HashMap<StmtId, Ty>,
    /// Methods and nested classes, by class and name.
    pub members: HashMap<(StmtId, String), Ty>,
    /// What functions assign to names that they declare `global`.
    pub globals: HashMap<String, Ty>,
    /// Clients that are put into dictionaries of unknown origin, by the dictionary's name and the key.
    pub items: HashMap<(String, String), Ty>,
}

/// The state of a walk.
pub(super) struct Walk<'a> {
    pub ast: &'a Ast,
    pub resolved: &'a mut Resolved,
    pub summaries: &'a mut Summaries,
    /// The program's level first, the innermost function last.
    scopes: Vec<Scope>,
    /// The function or class that is being walked.
    pub function: Option<StmtId>,
    loops: usize,
}

impl Walk<'_> {
    /// A level of code with the functions that it defines.
    fn level(&mut self, body: &[StmtId]) {
        self.block(body);
        self.functions(body);
    }

    fn functions(&mut self, body: &[StmtId]) {
        for stmt in body {
            match &self.ast.stmt(*stmt).kind {
                StmtKind::Function(f) => self.function(*stmt, f),
                StmtKind::Class { body, .. } => {
                    let outer = self.function.replace(*stmt);
                    self.functions(body);
                    self.function = outer;
                }
                _ => {
                    for block in self.ast.blocks(*stmt) {
                        self.functions(block);
                    }
                }
            }
        }
    }

    fn function(&mut self, stmt: StmtId, f: &Function) {
        let class = self.function.filter(|c| matches!(self.ast.stmt(*c).kind, StmtKind::Class { .. }));
        let outer = self.function.replace(stmt);
        self.scopes.push(Scope::default());
        for (index, param) in f.params.iter().enumerate() {
            let ty = match class {
                Some(class) if index == 0 && self.is_decorated(f, "classmethod") => Ty::Class(class),
                Some(class) if index == 0 && !self.is_decorated(f, "staticmethod") => Ty::Object(class),
                _ => self.param_type(stmt, &param.name, param.annotation, param.default),
            };
            self.define(&param.name, ty, None, stmt);
        }
        self.level(&f.body);
        self.scopes.pop();
        self.function = outer;
    }

    fn param_type(&mut self, f: StmtId, name: &str, annotation: Option<ExprId>, default: Option<ExprId>) -> Ty {
        let given = self.summaries.params.get(&(f, name.to_owned())).cloned().unwrap_or_default();
        let annotated = annotation.map_or(Ty::Unknown, |a| self.annotation(a));
        let default = default.map_or(Ty::Unknown, |d| self.resolved.ty(d).clone());
        annotated.join(given).join(default)
    }

    fn block(&mut self, body: &[StmtId]) {
        for stmt in body {
            self.stmt(*stmt);
        }
    }

    fn stmt(&mut self, stmt: StmtId) {
        let ast = self.ast;
        match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } => {
                self.infer(*value);
                for target in targets {
                    self.assign(*target, Some(*value), self.resolved.ty(*value).clone(), stmt);
                }
            }
            StmtKind::AnnAssign { target, annotation, value } => {
                self.infer(*annotation);
                let annotated = self.annotation(*annotation);
                let ty = value.map_or(Ty::Unknown, |v| self.infer(v));
                self.assign(*target, *value, ty.join(annotated), stmt);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.infer(*value);
                let ty = self.infer(*target);
                self.assign(*target, None, ty, stmt);
            }
            StmtKind::Import(names) => self.import(names, stmt),
            StmtKind::ImportFrom { module, level, names } => self.import_from(module, *level, names, stmt),
            StmtKind::Global(names) => self.here().globals.extend(names.iter().cloned()),
            StmtKind::Return(value) => {
                let ty = value.map_or(Ty::None, |v| self.infer(v));
                if let Some(f) = self.function {
                    let known = self.summaries.returns.remove(&f).unwrap_or_default();
                    self.summaries.returns.insert(f, known.join(ty));
                }
            }
            StmtKind::Function(f) => {
                self.infer_all(stmt);
                let returned = f.returns.map_or(Ty::Unknown, |r| self.annotation(r));
                let known = self.summaries.returns.remove(&stmt).unwrap_or_default();
                self.summaries.returns.insert(stmt, known.join(returned));
                self.member(&f.name, Ty::Function(stmt));
                self.define(&f.name, Ty::Function(stmt), None, stmt);
            }
            StmtKind::Class { name, body, .. } => {
                self.infer_all(stmt);
                self.class(stmt, name, body);
            }
            _ => self.compound(stmt),
        }
    }

    fn class(&mut self, stmt: StmtId, name: &str, body: &[StmtId]) {
        self.member(name, Ty::Class(stmt));
        self.define(name, Ty::Class(stmt), None, stmt);
        let outer = self.function.replace(stmt);
        self.scopes.push(Scope::default());
        self.block(body);
        self.scopes.pop();
        self.function = outer;
    }

    /// Notes what a class body defines.
    fn member(&mut self, name: &str, ty: Ty) {
        if let Some(class) = self.function.filter(|c| matches!(self.ast.stmt(*c).kind, StmtKind::Class { .. })) {
            self.summaries.members.insert((class, name.to_owned()), ty);
        }
    }

    fn compound(&mut self, stmt: StmtId) {
        let ast = self.ast;
        match &ast.stmt(stmt).kind {
            StmtKind::If(clauses) => {
                let mut branches = Vec::new();
                for (test, body) in clauses {
                    test.map(|t| self.infer(t));
                    branches.push(self.branch(body));
                }
                if clauses.iter().all(|(test, _)| test.is_some()) {
                    branches.push(Default::default());
                }
                self.here().join(&branches);
            }
            StmtKind::For { target, iter, body, orelse } => {
                let element = self.infer(*iter).element();
                self.repeat(|walk| {
                    walk.assign(*target, None, element.clone(), stmt);
                    walk.block(body);
                });
                self.block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.repeat(|walk| {
                    walk.infer(*test);
                    walk.block(body);
                });
                self.block(orelse);
            }
            StmtKind::With { items, body } => {
                for (context, target) in items {
                    let ty = self.infer(*context);
                    let ty = self.entered(ty);
                    if let Some(target) = target {
                        // A client, like most context managers, gives itself.
                        let value = Some(*context).filter(|_| ty.is_client());
                        self.assign(*target, value, ty, stmt);
                    }
                }
                self.block(body);
            }
            StmtKind::Try { body, handlers, orelse, finally } => {
                self.attempt(body, handlers, orelse, stmt);
                self.block(finally);
            }
            _ => {
                self.infer_all(stmt);
                for block in ast.blocks(stmt) {
                    let branch = self.branch(block);
                    self.here().join(&[branch, Default::default()]);
                }
            }
        }
    }

    /// What follows without an error knows that all of the body ran; a handler does not.
    fn attempt(&mut self, body: &[StmtId], handlers: &[Handler], orelse: &[StmtId], stmt: StmtId) {
        let tried = self.branch(body);
        self.here().enter();
        self.here().join(std::slice::from_ref(&tried));
        self.block(orelse);
        let mut branches = vec![self.here().leave()];
        self.here().join(&[tried, Default::default()]);
        branches.extend(handlers.iter().map(|h| self.handler(h, stmt)));
        self.here().join(&branches);
    }

    /// An `except` clause, in which its name is the exception.
    fn handler(&mut self, handler: &Handler, stmt: StmtId) -> super::scope::Changes {
        let caught = handler.kind.map_or(Ty::Unknown, |k| self.infer(k)).instance();
        self.here().enter();
        if let Some(name) = &handler.name {
            self.define(name, caught, None, stmt);
        }
        self.block(&handler.body);
        self.here().leave()
    }

    fn infer_all(&mut self, stmt: StmtId) {
        for expr in self.ast.stmt_exprs(stmt) {
            self.infer(expr);
        }
    }

    fn branch(&mut self, body: &[StmtId]) -> super::scope::Changes {
        self.here().enter();
        self.block(body);
        self.here().leave()
    }

    /// A loop body, which may run not at all, and whose end reaches its beginning.
    fn repeat(&mut self, body: impl Fn(&mut Self)) {
        self.loops += 1;
        // Deeper loops are walked once: each level would double the work, and real code does not need it.
        for _ in 0..if self.loops <= 3 { 2 } else { 1 } {
            self.here().enter();
            body(self);
            let changes = self.here().leave();
            self.here().join(&[changes, Default::default()]);
        }
        self.loops -= 1;
    }

    fn here(&mut self) -> &mut Scope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn define(&mut self, name: &str, ty: Ty, value: Option<ExprId>, stmt: StmtId) {
        let id = DefId(self.resolved.defs.len() as u32);
        let ty = if self.resolved.evident.contains(name) && ty.is_foreign() { Ty::client() } else { ty };
        let scope = if self.scopes.len() > 1 { self.function } else { None };
        if self.here().is_global(name) {
            let known = self.summaries.globals.remove(name).unwrap_or_default();
            self.summaries.globals.insert(name.to_owned(), known.join(ty.clone()));
        }
        self.resolved.named.entry(name.to_owned()).or_default().push(id);
        if ty.is_client() {
            self.resolved.clients.push(id);
        }
        self.resolved.defs.push(Def { name: name.to_owned(), ty, value, stmt, scope });
        self.here().set(name, vec![id]);
    }

    /// Binds a target: a name, the parts of a tuple, an attribute of `self`.
    pub(super) fn assign(&mut self, target: ExprId, value: Option<ExprId>, ty: Ty, stmt: StmtId) {
        let ast = self.ast;
        self.resolved.types[target.0 as usize] = ty.clone();
        match ast.kind(target) {
            ExprKind::Name(name) => {
                self.member(name, ty.clone());
                self.define(name, ty, value, stmt);
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let values = value.and_then(|v| match ast.kind(v) {
                    ExprKind::Tuple(values) | ExprKind::List(values) if values.len() == targets.len() => Some(values),
                    _ => None,
                });
                for (index, target) in targets.iter().enumerate() {
                    let value = values.map(|v| v[index]);
                    let part = match &ty {
                        Ty::Tuple(parts) => parts.get(index).cloned().unwrap_or_default(),
                        other => other.element(),
                    };
                    let ty = value.map_or(part, |v| self.resolved.ty(v).clone());
                    self.assign(*target, value, ty, stmt);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                if let Ty::Object(class) | Ty::Class(class) = self.infer(*object) {
                    let key = (class, attr.clone());
                    let known = self.resolved.attributes.remove(&key).unwrap_or_default();
                    self.resolved.attributes.insert(key, known.join(ty));
                }
            }
            ExprKind::Starred(inner) => self.assign(*inner, None, Ty::Unknown, stmt),
            ExprKind::Subscript { value: object, index } => {
                self.infer(*index);
                self.infer(*object);
                self.put(*object, *index, ty);
            }
            _ => {
                for part in ast.parts(target) {
                    self.infer(part);
                }
            }
        }
    }

    /// What a comprehension's or lambda's own names are, for as long as `body` runs.
    pub(super) fn nested(&mut self, names: &[(ExprId, Ty)], params: &[String], body: impl FnOnce(&mut Self)) {
        self.here().enter();
        let stmt = StmtId(0);
        for (target, ty) in names {
            self.assign(*target, None, ty.clone(), stmt);
        }
        for param in params {
            self.define(param, Ty::Unknown, None, stmt);
        }
        body(self);
        self.here().leave();
    }

    fn import(&mut self, names: &[Alias], stmt: StmtId) {
        for alias in names {
            self.resolved.imports_batchai |= super::ty::is_package(&alias.name);
            let path = if alias.asname.is_some() { alias.name.as_str() } else { alias.bound() };
            self.define(alias.bound(), Ty::Symbol(path.to_owned()), None, stmt);
        }
    }

    fn import_from(&mut self, module: &str, level: u32, names: &[Alias], stmt: StmtId) {
        let whole = names.iter().any(|n| super::ty::is_package(&format!("{module}.{}", n.name)));
        self.resolved.imports_batchai |= level == 0 && (super::ty::is_package(module) || whole);
        self.resolved.star |= level == 0 && super::ty::is_package(module) && names.iter().any(|n| n.name == "*");
        for alias in names {
            let ty = if level > 0 && !module.starts_with("utilities") {
                Ty::Unknown
            } else {
                Ty::Symbol(super::ty::canonical(module, &alias.name))
            };
            self.define(alias.asname.as_deref().unwrap_or(&alias.name), ty, None, stmt);
        }
    }

    /// The definitions that a name may mean here: the innermost scope that has it.
    pub(super) fn lookup(&self, name: &str) -> Vec<DefId> {
        if let Some(defs) = self.scopes.last().and_then(|s| s.get(name)) {
            return defs.to_vec();
        }
        // An outer scope is complete by the time a function runs: any of its definitions may be the one.
        for scope in self.scopes.iter().rev().skip(1) {
            if scope.get(name).is_some() {
                let all = self.resolved.defs_named(name).filter(|(_, d)| d.scope != self.function);
                return all.map(|(id, _)| id).collect();
            }
        }
        Vec::new()
    }
}
