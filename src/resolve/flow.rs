//! The walk over statements, in the order in which Python runs them.
//!
//! Function bodies are walked after the level at which they stand, because that is when they run. Several passes let
//! types pass through calls and imports: what callers give reaches parameters, what functions return reaches callers.

use std::sync::Arc;

use super::calls::is_decorated;
use super::component::order;
use super::forward::Forwarders;
use super::scope::Scope;
use super::shared::{Code, Shared};
use super::ty::ANY;
use super::{Def, DefId, Resolved, Tree, Ty};
use crate::syntax::{Ast, ExprId, ExprKind, Function, Handler, Param, StmtId, StmtKind};

/// Passes over a program of one module, and over one of several, where types have farther to go.
const PASSES: [usize; 2] = [4, 16];

/// Fills in what there is to know of the modules of a program, which are these files of the run.
pub(super) fn run(tree: &Tree, files: &[usize], asts: Vec<&Ast>, modules: &mut [Resolved]) {
    let order = order(tree, files, &asts);
    let forwarders = Forwarders::find(&asts, modules);
    let mut shared = Shared::new(tree, files, asts);
    shared.forwarders = Arc::new(forwarders);
    settle(&mut shared, &order, files, modules);
    // How a name is used says what it is only where nothing else does.
    if shared.goes_by_evidence() {
        settle(&mut shared, &order, files, modules);
    }
    hand_out(&shared, modules);
}

/// Walks the modules until nothing more is learned.
fn settle(shared: &mut Shared, order: &[usize], files: &[usize], modules: &mut [Resolved]) {
    for _ in 0..PASSES[usize::from(files.len() > 1)] {
        for &module in order {
            let resolved = &mut modules[module];
            resolved.forget();
            Walk::new(shared, module, files[module], resolved).module();
            if files.len() > 1 {
                shared.publish(module, resolved);
            }
        }
        if !shared.has_news() {
            break;
        }
    }
}

/// Gives each module what others know of it.
fn hand_out(shared: &Shared, modules: &mut [Resolved]) {
    for (module, resolved) in modules.iter_mut().enumerate() {
        resolved.module = module;
        resolved.forwarders = Arc::clone(&shared.forwarders);
        resolved.forwarded = shared.forwarders.calls_in(module).collect();
    }
    for ((class, name), ty) in shared.attributes.iter() {
        modules[class.module].attributes.insert((class.stmt, name.clone()), ty.clone());
    }
    let mut open: Vec<(usize, String)> = modules.iter().flat_map(|m| m.needs.iter().cloned()).collect();
    while let Some((module, name)) = open.pop() {
        let from = modules[module].passed_on(&name).map(|(module, name)| (module, name.to_owned()));
        if modules[module].exported.insert(name) {
            open.extend(from);
        }
    }
}

/// The state of a walk.
pub(super) struct Walk<'w, 'a> {
    pub ast: &'a Ast,
    /// The place of the module in its program, and its file.
    pub module: usize,
    pub file: usize,
    pub resolved: &'w mut Resolved,
    pub shared: &'w mut Shared<'a>,
    /// The program's level first, the innermost function last.
    scopes: Vec<Scope>,
    /// The function or class that is being walked.
    pub function: Option<StmtId>,
    loops: usize,
    /// What the lambda that is walked next is called with.
    pub element: Ty,
}

impl<'w, 'a> Walk<'w, 'a> {
    fn new(shared: &'w mut Shared<'a>, module: usize, file: usize, resolved: &'w mut Resolved) -> Self {
        let (ast, scopes) = (shared.asts[module], vec![Scope::default()]);
        Walk { ast, module, file, resolved, shared, scopes, function: None, loops: 0, element: Ty::Unknown }
    }

    fn module(&mut self) {
        self.level(&self.ast.body);
    }

    /// A function or class of this module.
    pub(super) fn code(&self, stmt: StmtId) -> Code {
        Code { module: self.module, stmt }
    }

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
        let last = f.params.iter().rposition(|param| param.positional);
        for (index, param) in f.params.iter().enumerate() {
            let ty = match class {
                Some(class) if index == 0 && is_decorated(self.ast, f, "classmethod") => Ty::Class(self.code(class)),
                Some(class) if index == 0 && !is_decorated(self.ast, f, "staticmethod") => Ty::Object(self.code(class)),
                _ => self.param_type(stmt, param),
            };
            let ty = if Some(index) == last { ty.join(self.handled(f)) } else { ty };
            self.define(&param.name, ty, None, stmt);
        }
        self.level(&f.body);
        self.scopes.pop();
        self.function = outer;
    }

    fn param_type(&mut self, f: StmtId, param: &Param) -> Ty {
        let given = self.shared.params.get(&(self.code(f), param.name.clone()));
        let annotated = param.annotation.map_or(Ty::Unknown, |a| self.annotation(a));
        let annotated = match param.stars {
            _ if annotated == Ty::Unknown => annotated,
            0 => annotated,
            1 => Ty::Many(Box::new(annotated)),
            _ => Ty::dict([(ANY.to_owned(), annotated)]),
        };
        let default = param.default.map_or(Ty::Unknown, |d| self.resolved.ty(d).clone());
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
                let added = self.infer(*value);
                let ty = self.infer(*target);
                let ty = if matches!(added, Ty::Many(_)) { ty.join(added).bounded() } else { ty };
                self.assign(*target, None, ty, stmt);
            }
            StmtKind::Import(names) => self.import(names, stmt),
            StmtKind::ImportFrom { module, level, names } => self.import_from(module, *level, names, stmt),
            StmtKind::Global(names) => self.here().globals.extend(names.iter().cloned()),
            StmtKind::Return(value) => {
                let ty = value.map_or(Ty::None, |v| self.infer(v));
                if let Some(f) = self.function {
                    self.shared.returns.learn(self.code(f), ty.held());
                }
            }
            StmtKind::Function(f) => {
                self.infer_all(stmt);
                let returned = f.returns.map_or(Ty::Unknown, |r| self.annotation(r));
                let code = self.code(stmt);
                self.shared.returns.learn(code, returned);
                self.member(&f.name, Ty::Function(code));
                self.define(&f.name, Ty::Function(code), None, stmt);
            }
            StmtKind::Class { name, body, bases, .. } => {
                self.infer_all(stmt);
                self.bases(stmt, bases);
                self.class(stmt, name, body);
            }
            _ => self.compound(stmt),
        }
    }

    fn class(&mut self, stmt: StmtId, name: &str, body: &[StmtId]) {
        self.member(name, Ty::Class(self.code(stmt)));
        self.define(name, Ty::Class(self.code(stmt)), None, stmt);
        let outer = self.function.replace(stmt);
        self.scopes.push(Scope::default());
        self.block(body);
        self.scopes.pop();
        self.function = outer;
    }

    /// Notes what a class body defines.
    fn member(&mut self, name: &str, ty: Ty) {
        if let Some(class) = self.function.filter(|c| matches!(self.ast.stmt(*c).kind, StmtKind::Class { .. })) {
            self.shared.members.set((self.code(class), name.to_owned()), ty);
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

    pub(super) fn define(&mut self, name: &str, ty: Ty, value: Option<ExprId>, stmt: StmtId) {
        let id = DefId(self.resolved.defs.len() as u32);
        let evident = self.resolved.evident.contains(name) && ty.is_foreign();
        let ty = if evident { Ty::client() } else { ty.held() };
        if evident {
            self.resolved.by_evidence.insert(id);
        }
        let scope = if self.scopes.len() > 1 { self.function } else { None };
        if self.here().is_global(name) {
            self.shared.globals.learn((self.module, name.to_owned()), ty.clone());
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
        self.resolved.types[target.0 as usize] = ty.clone().held();
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
                    let part = match ast.kind(*target) {
                        ExprKind::Starred(_) => Ty::Many(Box::new(ty.element())),
                        _ => part,
                    };
                    let ty = value.map_or(part, |v| self.resolved.ty(v).clone());
                    self.assign(*target, value, ty, stmt);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.put_all(attr, &ty);
                if let Ty::Object(class) | Ty::Class(class) = self.infer(*object) {
                    self.shared.attributes.learn((class, attr.clone()), ty.held());
                }
            }
            ExprKind::Starred(inner) => self.assign(*inner, None, ty, stmt),
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
    pub(super) fn nested(&mut self, names: &[(ExprId, Ty)], params: &[(String, Ty)], body: impl FnOnce(&mut Self)) {
        self.here().enter();
        let stmt = StmtId(0);
        for (target, ty) in names {
            self.assign(*target, None, ty.clone(), stmt);
        }
        for (param, ty) in params {
            self.define(param, ty.clone(), None, stmt);
        }
        body(self);
        self.here().leave();
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
