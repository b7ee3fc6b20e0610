//! Uses of Batch AI by names in texts: `setattr(parameters, key, value)`, `getattr(models, name)`, `vars(cluster)`.
//!
//! Which attribute or class they name is mostly known only at run time, and in Azure ML it has another name; so nothing of
//! them may pass in silence. `getattr` with a name that can be read here is a read like any other: see `read`.

use super::walk::{Finder, MODULES};
use crate::concept;
use crate::resolve::{Ty, is_package};
use crate::sdk;
use crate::syntax::{Arg, ExprId, ExprKind, format_argument};

/// The built-in functions that take an object and the name of an attribute.
const BY_NAME: [&str; 4] = ["getattr", "setattr", "hasattr", "delattr"];

/// The built-in function that gives all attributes of an object, and the attribute that does.
const ALL: &str = "vars";
const DICTIONARY: &str = "__dict__";

/// The method of a text that fills it, also with attributes.
const FORMAT: &str = "format";

/// What calls something with a part of its arguments now, and the rest later.
const PARTIAL: [&str; 2] = ["functools.partial", "functools.partialmethod"];

/// Attributes of an object by names that are no names in the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reflection {
    /// The built-in function, or `__dict__`.
    pub by: &'static str,
    /// The name of the attribute, where it is a literal.
    pub name: Option<String>,
    /// Whether the result only goes into another call, as in `print(vars(cluster))`.
    pub is_passed_on: bool,
}

impl Reflection {
    /// Whether it is about all attributes.
    pub fn is_all(&self) -> bool {
        self.by == ALL || self.by == DICTIONARY
    }
}

impl Finder<'_> {
    /// The symbol whose attributes a call or an attribute takes in this way, the object, and how.
    pub fn reflection(&self, id: ExprId) -> Option<(String, Option<ExprId>, Reflection)> {
        let (by, object, name) = match self.ast.kind(id) {
            ExprKind::Call { func, args, .. } if let Some(found) = self.formatted(*func, args) => return Some(found),
            ExprKind::Call { func, args, .. } => self.built_in(*func, args)?,
            ExprKind::Attribute { value, attr, .. } if attr == DICTIONARY => (DICTIONARY, *value, None),
            _ => return None,
        };
        // What it gives is known, so it is the name of something that is found by itself.
        if by == BY_NAME[0] && *self.resolved.ty(id) != Ty::Unknown {
            return None;
        }
        let (symbol, is_object) = self.reflected(object)?;
        let name = name.and_then(|name| self.ast.str_value(name)).map(str::to_owned);
        let parent = self.resolved.parent(id).map(|parent| self.ast.kind(parent));
        let is_passed_on = matches!(parent, Some(ExprKind::Call { func, .. }) if *func != id);
        Some((symbol, is_object.then_some(object), Reflection { by, name, is_passed_on }))
    }

    /// `'{0.execution_state}'.format(job)`: the attribute that the text names.
    fn formatted(&self, func: ExprId, args: &[Arg]) -> Option<(String, Option<ExprId>, Reflection)> {
        let ExprKind::Attribute { value, attr, .. } = self.ast.kind(func) else { return None };
        let template = self.ast.str_value(*value).filter(|_| attr == FORMAT)?;
        let mut auto = 0;
        template.split('{').skip(1).find_map(|field| {
            let field = field.split(['}', ':', '!']).next()?;
            let (of, path) = field.split_once('.').unwrap_or((field, ""));
            let given = format_argument(args, of, &mut auto);
            let object = given.filter(|_| !path.is_empty())?.value;
            let (symbol, is_object) = self.reflected(object)?;
            let reflection = Reflection { by: FORMAT, name: Some(path.to_owned()), is_passed_on: false };
            Some((symbol, is_object.then_some(object), reflection))
        })
    }

    /// What `partial(client.jobs.create, group, workspace)` calls, and `submit(…)` after `submit = partial(…)`.
    pub fn in_parts(&self, func: ExprId, args: &[Arg]) -> Option<String> {
        if self.is_partial(func) {
            return self.symbol(args.first()?.value).filter(|symbol| !symbol.starts_with("azure."));
        }
        let made = self.ast.name(func).map(|_| self.resolved.origin(self.ast, func)).filter(|made| *made != func)?;
        match self.ast.kind(made) {
            ExprKind::Call { func, args, .. } if self.is_partial(*func) => self.in_parts(*func, args),
            _ => None,
        }
    }

    /// Whether a function takes another with a part of its arguments.
    pub fn is_partial(&self, func: ExprId) -> bool {
        self.resolved.ty(func).symbol().is_some_and(|path| PARTIAL.contains(&path))
    }

    fn built_in(&self, func: ExprId, args: &[Arg]) -> Option<(&'static str, ExprId, Option<ExprId>)> {
        let called = self.ast.name(func).filter(|_| self.resolved.reaching(func).is_empty())?;
        let by = BY_NAME.into_iter().chain([ALL]).find(|by| *by == called)?;
        match args {
            [object, name, ..] if by != ALL => Some((by, object.value, Some(name.value))),
            [object] if by == ALL => Some((by, object.value, None)),
            _ => None,
        }
    }

    /// The symbol of an object, a class or the package of Batch AI, and whether it is an object.
    fn reflected(&self, object: ExprId) -> Option<(String, bool)> {
        let surface = sdk::batchai();
        match self.resolved.ty(object) {
            Ty::Instance(class) => {
                let is_ours =
                    surface.client(class).is_some() || surface.is_group(class) || !surface.model(class).is_empty();
                (is_ours && concept::table().symbol(class).is_some()).then(|| (class.clone(), true))
            }
            Ty::Either(classes) => classes.first().map(|class| (class.clone(), true)),
            Ty::Symbol(path) if is_package(path) => Some((MODULES[0].to_owned(), false)),
            Ty::Symbol(path) if surface.enumeration(path).is_some() => Some((path.clone(), false)),
            _ => None,
        }
    }
}
