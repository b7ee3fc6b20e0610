//! Where values are kept: attributes of the program's own classes, items of dictionaries, context managers.

use super::calls::is_decorated;
use super::flow::Walk;
use super::ty::ANY;
use super::{Code, Ty};
use crate::syntax::{Arg, Ast, ExprId, ExprKind, Function, StmtId};

/// How far base classes are followed.
const BASES: usize = 8;
/// Decorators that make a method an attribute.
const PROPERTIES: [&str; 4] = ["property", "cached_property", "lazy_property", "cachedproperty"];

/// Whether a method is read like an attribute.
pub(super) fn is_property(ast: &Ast, f: &Function) -> bool {
    PROPERTIES.iter().any(|name| is_decorated(ast, f, name))
}

impl Walk<'_, '_> {
    /// The attribute of an object.
    pub(super) fn attribute(&mut self, object: &Ty, name: &str) -> Ty {
        match object {
            Ty::Object(class) => match self.member_of(*class, name) {
                Ty::Function(method) if self.is_property(method) => self.shared.returns.get(&method),
                member => member,
            },
            Ty::Class(class) => self.member_of(*class, name),
            Ty::Module(node) => self.of_module(*node, name),
            _ => object.attribute(name),
        }
    }

    /// What a class of the program, or one that it is based on, knows by this name.
    pub(super) fn member_of(&self, class: Code, name: &str) -> Ty {
        let mut at = Some(class);
        for _ in 0..BASES {
            let Some(class) = at else { break };
            let key = (class, name.to_owned());
            let ty = self.shared.attributes.get(&key).join(self.shared.members.get(&key));
            if !matches!(ty, Ty::Unknown | Ty::None) {
                return ty;
            }
            at = self.base(class);
        }
        Ty::Unknown
    }

    /// Notes the first base of a class that the program itself defines, in this module or another one.
    pub(super) fn bases(&mut self, class: StmtId, bases: &[Arg]) {
        let own = bases.iter().map(|base| self.resolved.ty(base.value)).find(|ty| matches!(ty, Ty::Class(_)));
        if let Some(base) = own.cloned() {
            self.shared.bases.set(self.code(class), base);
        }
    }

    fn base(&self, class: Code) -> Option<Code> {
        match self.shared.bases.get(&class) {
            Ty::Class(base) => Some(base),
            _ => None,
        }
    }

    fn is_property(&self, method: Code) -> bool {
        self.function_of(method).is_some_and(|(ast, f)| is_property(ast, f))
    }

    /// What `with` binds for a context manager.
    pub(super) fn entered(&self, ty: Ty) -> Ty {
        let class = match ty {
            Ty::Object(class) => class,
            // No list is a context manager, but a function that gives one with `yield` is made one by a decorator.
            Ty::Many(given) => return *given,
            other => return other,
        };
        match self.member_of(class, "__enter__") {
            Ty::Function(enter) => self.shared.returns.get(&enter),
            _ => Ty::Object(class),
        }
    }

    /// `object[key]`, or `object.get(key)`.
    pub(super) fn item(&self, object: ExprId, key: ExprId) -> Ty {
        let ty = self.resolved.ty(object);
        if matches!(self.ast.kind(key), ExprKind::Slice(_)) {
            return if matches!(ty, Ty::Many(_)) { ty.clone() } else { Ty::Unknown };
        }
        let key = self.ast.str_value(key);
        match (ty, key, self.last_name(object)) {
            (Ty::Unknown, Some(key), Some(name)) => self.shared.items.get(&(name, key.to_owned())),
            (_, None, Some(name)) => match ty.item(None) {
                Ty::Unknown => self.shared.items.get(&(name, ANY.to_owned())),
                known => known,
            },
            _ => ty.item(key),
        }
    }

    /// `object[key] = …`
    pub(super) fn put(&mut self, object: ExprId, key: ExprId, ty: Ty) {
        let key = self.ast.str_value(key).unwrap_or(ANY);
        if matches!(self.resolved.ty(object), Ty::Dict(_)) || self.holder(object).is_some() {
            self.becomes(object, Ty::dict([(key.to_owned(), ty.clone().held())]));
        }
        if let Some(name) = self.last_name(object).filter(|_| ty.is_client()) {
            self.shared.items.learn((name, key.to_owned()), ty);
        }
    }

    /// `context.obj = {'client': client}`: the clients that an attribute holds by their keys.
    pub(super) fn put_all(&mut self, attr: &str, ty: &Ty) {
        let Ty::Dict(items) = ty else { return };
        for (key, item) in items.iter().filter(|(_, item)| item.is_client()) {
            self.shared.items.learn((attr.to_owned(), key.clone()), item.clone());
        }
    }

    /// `list.append(value)`, and what is like it: what the list holds is known from here on.
    pub(super) fn grow(&mut self, list: ExprId, method: &str, value: ExprId) {
        if self.holder(list).is_none() && !matches!(self.resolved.ty(list), Ty::Many(_)) {
            return;
        }
        let grown = match method {
            "add" | "append" | "appendleft" | "insert" | "put" | "put_nowait" => {
                Ty::Many(Box::new(self.resolved.ty(value).clone().held()))
            }
            "extend" => self.resolved.ty(value).clone(),
            _ => return,
        };
        self.becomes(list, grown);
    }

    /// The dictionary that holds a list or another dictionary, and its key: `lists[key]`, `lists.setdefault(key, [])`.
    fn holder(&self, held: ExprId) -> Option<(ExprId, String)> {
        let (holder, key) = match self.ast.kind(held) {
            ExprKind::Subscript { value, index } => (*value, *index),
            ExprKind::Call { func, args, .. } => match (self.ast.kind(*func), args.as_slice()) {
                (ExprKind::Attribute { value, attr, .. }, [key, _]) if attr == "setdefault" => (*value, key.value),
                _ => return None,
            },
            _ => return None,
        };
        let key = self.ast.str_value(key).unwrap_or(ANY).to_owned();
        (matches!(self.resolved.ty(holder), Ty::Dict(_)) || self.holder(holder).is_some()).then_some((holder, key))
    }

    /// A variable, an attribute or what a dictionary holds is more from here on than it was.
    fn becomes(&mut self, holder: ExprId, more: Ty) {
        if let Some((around, key)) = self.holder(holder) {
            return self.becomes(around, Ty::dict([(key, more)]));
        }
        for def in self.resolved.reaching(holder).to_vec() {
            let def = &mut self.resolved.defs[def.0 as usize];
            def.ty = std::mem::take(&mut def.ty).join(more.clone()).bounded();
        }
        if let ExprKind::Attribute { value: object, attr, .. } = self.ast.kind(holder)
            && let Ty::Object(class) | Ty::Class(class) = *self.resolved.ty(*object)
        {
            self.shared.attributes.learn((class, attr.clone()), more);
        }
    }

    /// The name under which an object is known: that of a variable or of an attribute.
    fn last_name(&self, id: ExprId) -> Option<String> {
        match self.ast.kind(id) {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::Attribute { attr, .. } => Some(attr.clone()),
            _ => None,
        }
    }

    /// `super()`: an object of the class on which the one that is being walked is based.
    pub(super) fn above(&self) -> Option<Ty> {
        let class = self.resolved.scope(self.function?)?;
        self.base(self.code(class)).map(Ty::Object)
    }
}
