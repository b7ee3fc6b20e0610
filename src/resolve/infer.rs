//! The type of each expression.

use super::Ty;
use super::flow::Walk;
use crate::concept;
use crate::sdk;
use crate::syntax::{Arg, Clause, ExprId, ExprKind};

/// Functions that read data, which has no objects of any SDK in it.
const DATA: [&str; 6] =
    ["json.load", "json.loads", "yaml.load", "yaml.safe_load", "yaml.full_load", "ast.literal_eval"];

/// Classes whose objects are known by their keys, like dictionaries.
const KEYED: [&str; 3] = ["types.SimpleNamespace", "collections.OrderedDict", "collections.defaultdict"];

/// So many arguments tell an operation of Batch AI, which names resource group and workspace, from those of others.
const MANY: usize = 3;

/// Functions that call what they are given with each element of something.
const EACH: [&str; 8] = ["filter", "filterfalse", "groupby", "imap", "map", "max", "min", "sorted"];

impl Walk<'_, '_> {
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
                if let Ty::Module(node) = object {
                    self.take(id, node, attr);
                }
                let ty = self.attribute(&object, attr);
                if ty.is_foreign() && self.is_evident(id) { Ty::client() } else { ty }
            }
            ExprKind::Call { func, args, .. } => self.call_expr(*func, args),
            ExprKind::None => Ty::None,
            ExprKind::Str { .. } => Ty::Other,
            ExprKind::FString(_) | ExprKind::Number | ExprKind::Bool(_) => {
                self.parts(id);
                Ty::Other
            }
            ExprKind::Tuple(items) => Ty::Tuple(items.iter().map(|item| self.infer(*item)).collect()).bounded(),
            ExprKind::Dict(items) => self.dictionary(items),
            ExprKind::List(items) => {
                let element = items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.infer(*item)));
                Ty::Many(Box::new(element)).bounded()
            }
            ExprKind::Yield { value, is_from } => self.yielded(*value, *is_from),
            ExprKind::BoolOp(items) => items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.infer(*item))),
            ExprKind::IfExp { test, body, orelse } => {
                self.infer(*test);
                self.infer(*body).join(self.infer(*orelse))
            }
            ExprKind::Subscript { value, index } => {
                self.infer(*index);
                self.infer(*value);
                self.item(*value, *index)
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

    fn dictionary(&mut self, items: &[(Option<ExprId>, ExprId)]) -> Ty {
        let mut known = Ty::dict([]);
        for (key, value) in items {
            key.map(|key| self.infer(key));
            let ty = self.infer(*value);
            known = match key.map(|key| self.ast.str_value(key)) {
                Some(Some(key)) => known.join(Ty::dict([(key.to_owned(), ty)])),
                None if matches!(ty, Ty::Dict(_)) => known.join(ty),
                _ => known,
            };
        }
        known.bounded()
    }

    /// What a generator gives, its function gives as a sequence; a caller sends it nothing that is known.
    fn yielded(&mut self, value: Option<ExprId>, is_from: bool) -> Ty {
        let ty = value.map_or(Ty::None, |value| self.infer(value)).held();
        if let Some(function) = self.function {
            let given = if is_from { ty } else { Ty::Many(Box::new(ty)) };
            self.shared.returns.learn(self.code(function), given.bounded());
        }
        Ty::Unknown
    }

    fn parts(&mut self, id: ExprId) {
        for part in self.ast.parts(id) {
            self.infer(part);
        }
    }

    /// What the elements of a comprehension are: each of its clauses knows the names of those before it.
    fn elements(&mut self, elements: &[ExprId], clauses: &[Clause]) -> Ty {
        let Some((clause, rest)) = clauses.split_first() else {
            return elements.iter().fold(Ty::Unknown, |ty, e| ty.join(self.infer(*e)));
        };
        let names = [(clause.target, self.infer(clause.iter).element())];
        let mut ty = Ty::Unknown;
        self.nested(&names, &[], |walk| {
            clause.ifs.iter().for_each(|test| drop(walk.infer(*test)));
            ty = walk.elements(elements, rest);
        });
        ty
    }

    fn scoped(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        match ast.kind(id) {
            ExprKind::Comprehension { elements, clauses } => {
                Ty::Many(Box::new(self.elements(elements, clauses))).bounded()
            }
            ExprKind::Lambda { params, body } => {
                params.iter().filter_map(|p| p.default).for_each(|d| drop(self.infer(d)));
                let mut element = std::mem::take(&mut self.element);
                let names: Vec<(String, Ty)> =
                    params.iter().map(|p| (p.name.clone(), std::mem::take(&mut element))).collect();
                let mut gives = Ty::Unknown;
                self.nested(&[], &names, |walk| gives = walk.infer(*body));
                if gives == Ty::Unknown { gives } else { Ty::Callable(Box::new(gives)).bounded() }
            }
            ExprKind::Named { target, value } => {
                let ty = self.infer(*value);
                if let Some(stmt) = self.resolved.owner(id) {
                    self.assign(*target, Some(*value), ty.clone(), stmt);
                }
                ty
            }
            _ => Ty::Unknown,
        }
    }

    fn name(&mut self, id: ExprId, name: &str) -> Ty {
        let defs = self.lookup(name);
        if defs.is_empty() && self.resolved.star && super::ty::is_class(name) {
            return Ty::Symbol(name.to_owned());
        }
        let mut ty = defs.iter().fold(Ty::Unknown, |ty, def| ty.join(self.resolved.def(*def).ty.clone()));
        if defs.iter().all(|def| self.resolved.def(*def).scope.is_none())
            && let Some(set) = self.shared.globals.known(&(self.module, name.to_owned()))
        {
            ty = ty.join(set.clone());
        }
        if self.resolved.evident.contains(name) && ty.is_foreign() {
            ty = Ty::client();
        }
        for from in defs.iter().filter_map(|def| self.resolved.imported.get(def)) {
            self.resolved.needs.insert(from.clone());
        }
        if !defs.is_empty() {
            let known = self.resolved.uses.entry(id).or_default();
            known.extend(defs);
            known.sort();
            known.dedup();
        }
        ty
    }

    /// What a lambda that is given to this function is called with: each element of what is sorted, filtered, mapped.
    fn element_for(&self, func: ExprId, values: &[&Arg]) -> Ty {
        let first = values.first().map(|arg| self.resolved.ty(arg.value));
        match self.ast.kind(func) {
            ExprKind::Name(name) if EACH.contains(&name.as_str()) => first.map_or(Ty::Unknown, Ty::element),
            ExprKind::Attribute { value, attr, .. } if attr == "sort" => self.resolved.ty(*value).element(),
            ExprKind::Attribute { attr, .. } if EACH.contains(&attr.as_str()) => first.map_or(Ty::Unknown, Ty::element),
            _ => Ty::Unknown,
        }
    }

    fn call_expr(&mut self, func: ExprId, args: &[Arg]) -> Ty {
        let callee = self.infer(func);
        let is_lambda = |arg: &&Arg| matches!(self.ast.kind(arg.value), ExprKind::Lambda { .. });
        let (lambdas, values): (Vec<&Arg>, Vec<&Arg>) = args.iter().partition(is_lambda);
        for arg in &values {
            self.infer(arg.value);
        }
        for arg in lambdas {
            self.element = self.element_for(func, &values);
            self.infer(arg.value);
            self.element = Ty::Unknown;
        }
        self.hand_errors(func, args);
        if let Some(ty) = self.expected(func, args) {
            return ty;
        }
        if let (ExprKind::Attribute { value, attr, .. }, [.., added]) = (self.ast.kind(func), args) {
            self.grow(*value, attr, added.value);
        }
        if let ExprKind::Attribute { value, attr, .. } = self.ast.kind(func)
            && let Some(ty) = method_of(self.resolved.ty(*value), attr)
        {
            return ty;
        }
        if let (ExprKind::Attribute { value, attr, .. }, [key, ..]) = (self.ast.kind(func), args)
            && matches!(attr.as_str(), "get" | "pop" | "setdefault")
            && let ty = self.item(*value, key.value)
            && matches!(self.resolved.ty(*value), Ty::Dict(_) | Ty::Unknown)
            && ty != Ty::Unknown
        {
            return ty;
        }
        if let Some(ty) = self.of_library(func, args) {
            return ty;
        }
        if let Some(symbol) = self.by_evidence(func, &callee, args) {
            return returned(&symbol);
        }
        if let Some(ty) = self.own_call(func, &callee, args) {
            return ty;
        }
        match &callee {
            Ty::Symbol(path) if is_copy(path) => {
                args.first().map_or(Ty::Unknown, |a| self.resolved.ty(a.value).clone())
            }
            Ty::Symbol(path) if path.ends_with(".as_completed") => {
                args.first().map_or(Ty::Unknown, |a| self.resolved.ty(a.value).clone())
            }
            Ty::Symbol(path) if path.starts_with("azure.common.client_factory.") => self.made_by_factory(args),
            Ty::Symbol(path) if KEYED.contains(&path.as_str()) => self.keywords(args),
            Ty::Symbol(path) => returned(path),
            Ty::OneOf(symbols) => symbols.iter().map(|path| returned(path)).fold(Ty::Unknown, Ty::join),
            _ => self.builtin(func, args),
        }
    }

    /// `get_client_from_cli_profile(BatchAIManagementClient)`
    fn made_by_factory(&self, args: &[Arg]) -> Ty {
        let class = args.first().and_then(|a| self.resolved.ty(a.value).symbol());
        class.filter(|c| sdk::batchai().client(c).is_some()).map_or(Ty::Other, |c| Ty::Instance(c.to_owned()))
    }

    /// `dict(name=value)`, and what is like it.
    fn keywords(&self, args: &[Arg]) -> Ty {
        let named = args.iter().filter_map(|a| Some((a.name.as_ref()?.0.clone(), self.resolved.ty(a.value).clone())));
        Ty::dict(named)
    }

    /// `X.jobs.create(…, parameters)`, where `X` is of unknown origin and the arguments are Batch AI's own objects, or
    /// as many as one of its operations takes in a program that imports Batch AI: `X` can only be its client. What an
    /// earlier run left to a person says nothing of the other code, which it has converted.
    fn by_evidence(&mut self, func: ExprId, callee: &Ty, args: &[Arg]) -> Option<String> {
        let ExprKind::Attribute { value: group, attr: method, .. } = self.ast.kind(func) else { return None };
        let ExprKind::Attribute { value: client, attr: name, .. } = self.ast.kind(*group) else { return None };
        let surface = sdk::batchai();
        let class = surface.group(name)?;
        let ours = |arg: &Arg| self.resolved.ty(arg.value).class().is_some_and(|c| !surface.model(c).is_empty());
        let foreign =
            callee.is_foreign() && (self.resolved.ty(*client).is_foreign() || *self.resolved.ty(*client) == Ty::None);
        let takes = |o: &sdk::batchai::Operation| o.takes(args.len());
        let as_many = self.resolved.imports_batchai && args.len() >= MANY;
        let evident = args.iter().any(ours) || as_many && surface.operations(class, method).iter().any(takes);
        let is_left = self.resolved.owner(func).is_some_and(|stmt| self.ast.is_left(stmt));
        if !foreign || is_left || surface.operations(class, method).is_empty() || !evident {
            return None;
        }
        let place = self.ast.dotted(*client)?;
        if !self.shared.is_evidence(self.resolved.evident.contains(&place)) {
            return None;
        }
        self.resolved.evident.insert(place);
        Some(format!("{class}.{method}"))
    }

    /// Whether this is written as something that can only be a client.
    fn is_evident(&self, id: ExprId) -> bool {
        !self.resolved.evident.is_empty() && self.ast.dotted(id).is_some_and(|d| self.resolved.evident.contains(&d))
    }

    fn builtin(&self, func: ExprId, args: &[Arg]) -> Ty {
        match (self.ast.name(func), args) {
            (Some("super"), _) => self.above().unwrap_or_default(),
            (Some("dict"), _) if self.resolved.reaching(func).is_empty() => self.keywords(args),
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
        (Ty::Poller(inner, _), "result") => Some((**inner).clone()),
        (Ty::Poller(..), _) => Some(Ty::Other),
        (Ty::Many(inner), "get" | "get_nowait" | "next" | "pop" | "popleft") => Some((**inner).clone()),
        (Ty::Many(_), "append" | "appendleft" | "extend" | "put" | "put_nowait" | "sort") => Some(Ty::None),
        // A dictionary that a comprehension makes is known by what it holds.
        (Ty::Many(_), "values") => Some(object.clone()),
        (Ty::Many(inner), "items") => Some(Ty::Many(Box::new(Ty::Tuple(vec![Ty::Other, (**inner).clone()])))),
        (Ty::Future(inner), "result" | "get") => Some((**inner).clone()),
        (Ty::Dict(_), "values") => Some(Ty::Many(Box::new(object.item(None)))),
        (Ty::Dict(_), "items") => Some(Ty::Many(Box::new(Ty::Tuple(vec![Ty::Other, object.item(None)])))),
        _ => None,
    }
}

/// What calling a symbol gives.
pub(super) fn returned(path: &str) -> Ty {
    let surface = sdk::batchai();
    if surface.client(path).is_some() || !surface.model(path).is_empty() {
        return Ty::Instance(path.to_owned());
    }
    if let Some((group, method)) = path.rsplit_once('.')
        && let Some(operation) = surface.operations(group, method).first()
    {
        return Ty::returned(operation.kind, operation.returns.as_ref(), path);
    }
    if DATA.contains(&path) {
        return Ty::dict([]);
    }
    match concept::table().symbol(path) {
        Some(symbol) => symbol.returns.as_deref().map_or_else(|| constructed(path), |text| Ty::given(text, path)),
        None if path.starts_with("azure") => Ty::Other,
        None => Ty::Foreign,
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
