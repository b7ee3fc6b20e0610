//! What each expression of the new program is, asked for one by one and remembered.
//!
//! `resolve` says which definitions reach a name; this says what they are in the target's packages. Where definitions
//! disagree nothing is known, so that a false alarm needs a false inventory.

use std::cell::RefCell;
use std::collections::HashMap;

use super::ty::Ty;
use crate::resolve::Module;
use crate::resolve::{Def, Resolved};
use crate::sdk::{Inventory, MemberKind, SymbolKind};
use crate::syntax::{Arg, Ast, ExprId, ExprKind, Function, StmtId, StmtKind};

/// Built-in functions that give the same elements.
const PASS_THROUGH: [&str; 6] = ["list", "sorted", "tuple", "reversed", "iter", "set"];

/// The types of a program's expressions.
pub(super) struct Types<'a> {
    pub ast: &'a Ast,
    pub inventory: &'static Inventory,
    resolved: &'a Resolved,
    /// By expression: what is known so far.
    known: RefCell<Vec<Option<Ty>>>,
    /// Calls by the last name of what is called.
    calls: HashMap<&'a str, Vec<ExprId>>,
    /// `x.attr = value`: the object and the value, by attribute.
    stores: HashMap<&'a str, Vec<(ExprId, ExprId)>>,
    /// The values that a function returns.
    returns: HashMap<StmtId, Vec<ExprId>>,
}

impl<'a> Types<'a> {
    pub fn new(program: &'a Module, inventory: &'static Inventory) -> Self {
        let (ast, resolved) = (&program.ast, &program.resolved);
        let mut types = Types {
            ast,
            inventory,
            resolved,
            known: RefCell::new(vec![None; ast.expr_count()]),
            calls: HashMap::new(),
            stores: HashMap::new(),
            returns: HashMap::new(),
        };
        ast.expr_ids().for_each(|id| types.index_call(id));
        ast.stmt_ids().for_each(|id| types.index_stmt(id));
        types
    }

    fn index_call(&mut self, id: ExprId) {
        let ExprKind::Call { func, .. } = self.ast.kind(id) else { return };
        if let ExprKind::Name(name) | ExprKind::Attribute { attr: name, .. } = self.ast.kind(*func) {
            self.calls.entry(name).or_default().push(id);
        }
    }

    fn index_stmt(&mut self, id: StmtId) {
        match &self.ast.stmt(id).kind {
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    if let ExprKind::Attribute { value: object, attr, .. } = self.ast.kind(*target) {
                        self.stores.entry(attr).or_default().push((*object, *value));
                    }
                }
            }
            StmtKind::Return(Some(value)) => {
                if let Some(function) = self.resolved.scope(id) {
                    self.returns.entry(function).or_default().push(*value);
                }
            }
            _ => {}
        }
    }

    /// What an expression is.
    pub fn of(&self, id: ExprId) -> Ty {
        let index = id.0 as usize;
        if let Some(ty) = &self.known.borrow()[index] {
            return ty.clone();
        }
        // An expression that depends on itself meets this, and nothing is known of it.
        self.known.borrow_mut()[index] = Some(Ty::Unknown);
        let ty = self.infer(id);
        self.known.borrow_mut()[index] = Some(ty.clone());
        ty
    }

    fn infer(&self, id: ExprId) -> Ty {
        match self.ast.kind(id) {
            ExprKind::None => Ty::None,
            ExprKind::Name(name) => self.name(id, name),
            ExprKind::Attribute { value, attr, .. } => self.attribute(&self.of(*value), attr),
            ExprKind::Call { func, args, .. } => self.call(*func, args),
            ExprKind::List(items) | ExprKind::Tuple(items) => Ty::Many(Box::new(self.all(items))),
            ExprKind::Comprehension { elements, .. } => Ty::Many(Box::new(self.all(elements))),
            ExprKind::BoolOp(items) => self.all(items),
            ExprKind::IfExp { body, orelse, .. } => self.of(*body).join(self.of(*orelse)),
            ExprKind::Subscript { value, index } => self.item(self.of(*value), *index),
            ExprKind::Await(value) | ExprKind::Named { value, .. } => self.of(*value),
            _ => Ty::Unknown,
        }
    }

    fn all(&self, items: &[ExprId]) -> Ty {
        Ty::of_all(items.iter().map(|item| self.of(*item)))
    }

    fn item(&self, value: Ty, index: ExprId) -> Ty {
        match value {
            Ty::Mapping(inner) => *inner,
            Ty::Many(inner) if matches!(self.ast.kind(index), ExprKind::Number) => *inner,
            _ => Ty::Unknown,
        }
    }

    /// The type of an attribute; that there is none is `member`'s business.
    fn attribute(&self, object: &Ty, attr: &str) -> Ty {
        match object {
            Ty::Symbol(path) => self.of_symbol(path, attr),
            Ty::Object(class) => self.of_class(class, attr),
            Ty::Poller(inner) if attr == "result" => Ty::Gives(inner.clone()),
            Ty::Mapping(inner) if attr == "get" => Ty::Gives(inner.clone()),
            Ty::Mapping(inner) if attr == "values" => Ty::Gives(Box::new(Ty::Many(inner.clone()))),
            Ty::Own(class) | Ty::Class(class) => self.of_own(*class, attr),
            _ => Ty::Unknown,
        }
    }

    fn of_symbol(&self, path: &str, attr: &str) -> Ty {
        let dotted = format!("{path}.{attr}");
        match self.inventory.symbol(path) {
            Some(symbol) if symbol.kind == SymbolKind::Class => self.of_class(symbol.name, attr),
            _ if self.is_known(&dotted) => Ty::Symbol(dotted),
            _ => Ty::Unknown,
        }
    }

    fn of_class(&self, class: &'static str, attr: &str) -> Ty {
        match self.inventory.possible_member(class, attr) {
            Some(member) if member.kind == MemberKind::Method => Ty::Method(class, attr.to_owned()),
            Some(member) => Ty::returned(member.returns),
            None => Ty::Unknown,
        }
    }

    /// A method of a class of the program, or what its methods put into an attribute.
    fn of_own(&self, class: StmtId, attr: &str) -> Ty {
        let StmtKind::Class { body, .. } = &self.ast.stmt(class).kind else { return Ty::Unknown };
        let named = |s: &&StmtId| matches!(&self.ast.stmt(**s).kind, StmtKind::Function(f) if f.name == attr);
        if let Some(method) = body.iter().find(named) {
            return self.method(*method);
        }
        let stores = self.stores.get(attr).map_or(&[][..], Vec::as_slice).iter();
        Ty::of_all(stores.filter(|(object, _)| self.of(*object) == Ty::Own(class)).map(|(_, value)| self.of(*value)))
    }

    /// A method as an attribute. What a decorator makes of it is not known, but for a property.
    fn method(&self, method: StmtId) -> Ty {
        let StmtKind::Function(f) = &self.ast.stmt(method).kind else { return Ty::Unknown };
        match f.decorators.as_slice() {
            [] => Ty::Function(method),
            [decorator] if self.ast.name(*decorator) == Some("property") => self.given_back(method),
            _ => Ty::Unknown,
        }
    }

    /// Whether the inventory has this name, or modules below it.
    pub fn is_known(&self, dotted: &str) -> bool {
        self.inventory.symbol(dotted).is_some() || self.is_package(dotted)
    }

    /// Whether modules of the inventory are below this one.
    pub fn is_package(&self, dotted: &str) -> bool {
        self.inventory.modules().any(|m| m.strip_prefix(dotted).is_some_and(|rest| rest.starts_with('.')))
    }

    fn call(&self, func: ExprId, args: &[Arg]) -> Ty {
        match self.of(func) {
            Ty::Symbol(path) => Ty::returned(self.inventory.symbol(&path).and_then(|s| s.returns)),
            Ty::Method(class, name) => {
                Ty::returned(self.inventory.possible_member(class, &name).and_then(|m| m.returns))
            }
            Ty::Gives(inner) => *inner,
            Ty::Function(function) => self.given_back(function),
            Ty::Class(class) => Ty::Own(class),
            _ => self.built_in(func, args),
        }
    }

    fn given_back(&self, function: StmtId) -> Ty {
        Ty::of_all(self.returns.get(&function).into_iter().flatten().map(|value| self.of(*value)))
    }

    fn built_in(&self, func: ExprId, args: &[Arg]) -> Ty {
        let Some(name) = self.ast.name(func).filter(|_| self.resolved.reaching(func).is_empty()) else {
            return Ty::Unknown;
        };
        match args {
            [first, ..] if PASS_THROUGH.contains(&name) => Ty::Many(Box::new(self.of(first.value).element())),
            [first, rest @ ..] if name == "next" => {
                rest.iter().fold(self.of(first.value).element(), |ty, default| ty.join(self.of(default.value)))
            }
            _ => Ty::Unknown,
        }
    }

    fn name(&self, id: ExprId, name: &str) -> Ty {
        if let Some(ty) = self.local(id, name) {
            return ty;
        }
        Ty::of_all(self.resolved.reaching(id).iter().map(|def| self.definition(self.resolved.def(*def))))
    }

    /// A name of a comprehension or lambda around the expression.
    fn local(&self, id: ExprId, name: &str) -> Option<Ty> {
        let mut at = id;
        while let Some(parent) = self.resolved.parent(at) {
            match self.ast.kind(parent) {
                ExprKind::Comprehension { clauses, .. } => {
                    if let Some(clause) = clauses.iter().find(|c| self.binds(c.target, name)) {
                        let whole = self.ast.name(clause.target).is_some();
                        return Some(if whole { self.of(clause.iter).element() } else { Ty::Unknown });
                    }
                }
                ExprKind::Lambda { params, .. } if params.iter().any(|p| p.name == name) => return Some(Ty::Unknown),
                _ => {}
            }
            at = parent;
        }
        None
    }

    fn binds(&self, target: ExprId, name: &str) -> bool {
        let mut found = false;
        self.ast.descend(target, &mut |part| found |= self.ast.name(part) == Some(name));
        found
    }

    fn definition(&self, def: &Def) -> Ty {
        let is_it = |target: ExprId| self.ast.name(target) == Some(&def.name);
        match (&self.ast.stmt(def.stmt).kind, def.value) {
            (_, Some(value)) => self.of(value),
            (StmtKind::Import(names), _) => {
                let alias = names.iter().find(|a| a.bound() == def.name);
                self.imported(alias.map(|a| if a.asname.is_some() { &*a.name } else { a.bound() }))
            }
            (StmtKind::ImportFrom { module, level: 0, names }, _) => {
                let alias = names.iter().find(|a| a.asname.as_deref().unwrap_or(&a.name) == def.name);
                self.imported(alias.map(|a| format!("{module}.{}", a.name)).as_deref())
            }
            (StmtKind::For { target, iter, .. }, _) if is_it(*target) => self.of(*iter).element(),
            (StmtKind::With { items, .. }, _) => {
                let item = items.iter().find(|(_, target)| target.is_some_and(is_it));
                item.map_or(Ty::Unknown, |(context, _)| self.of(*context))
            }
            (StmtKind::Function(f), _) if def.scope == Some(def.stmt) => self.param(def.stmt, f, &def.name),
            (StmtKind::Function(f), _) if f.decorators.is_empty() => Ty::Function(def.stmt),
            (StmtKind::Class { .. }, _) => Ty::Class(def.stmt),
            _ => Ty::Unknown,
        }
    }

    fn imported(&self, path: Option<&str>) -> Ty {
        path.filter(|p| self.is_known(p)).map_or(Ty::Unknown, |p| Ty::Symbol(p.to_owned()))
    }

    /// A parameter: the object itself, or what all callers agree on.
    fn param(&self, function: StmtId, f: &Function, name: &str) -> Ty {
        let Some(index) = f.params.iter().position(|p| p.name == name) else { return Ty::Unknown };
        let class = self.class_around(function);
        if let (Some((class, _)), 0, []) = (class, index, f.decorators.as_slice()) {
            return Ty::Own(class);
        }
        let (callee, ty) = match class {
            Some((class, name)) if f.name == "__init__" => (name, Ty::Class(class)),
            _ => (&*f.name, Ty::Function(function)),
        };
        let position = index.checked_sub(usize::from(class.is_some()));
        let default = f.params[index].default;
        let calls = self.calls.get(callee).into_iter().flatten();
        Ty::of_all(calls.filter_map(|call| {
            let ExprKind::Call { func, args, .. } = self.ast.kind(*call) else { return None };
            let given = || argument(args, name, position).or(default);
            (self.of(*func) == ty).then(|| given().map_or(Ty::Unknown, |value| self.of(value)))
        }))
    }

    /// The class of which a function is a method.
    fn class_around(&self, function: StmtId) -> Option<(StmtId, &'a str)> {
        let class = self.resolved.scope(function)?;
        match &self.ast.stmt(class).kind {
            StmtKind::Class { name, .. } => Some((class, name)),
            _ => None,
        }
    }
}

/// The value that a call gives to a parameter.
fn argument(args: &[Arg], name: &str, index: Option<usize>) -> Option<ExprId> {
    if args.iter().any(|a| a.stars > 0) {
        return None;
    }
    let named = args.iter().find(|a| a.name.as_ref().is_some_and(|(n, _)| n == name));
    let positional = || args.iter().filter(|a| a.name.is_none()).nth(index?);
    named.or_else(positional).map(|a| a.value)
}
