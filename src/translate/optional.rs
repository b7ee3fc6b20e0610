//! Values that may be `None`: Batch AI took that for a field that is left out, and the new code puts such a value into a text or
//! a dictionary.

use super::Translator;
use crate::find::Site;
use crate::render::{Markup, operand};
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// How far names are followed.
const DEPTH: usize = 4;

/// Methods and functions that give `None` for a setting that is not there, unless they are given something else.
const LOOKS_UP: [&str; 2] = ["get", "getenv"];

impl Translator<'_> {
    /// An argument that says something: `None` is as good as left out.
    pub(super) fn given(&self, site: &Site, name: &str) -> Option<ExprId> {
        site.arg(name).filter(|value| !self.is_none(*value))
    }

    pub(super) fn is_none(&self, id: ExprId) -> bool {
        matches!(self.p.ast.kind(id), ExprKind::None)
    }

    /// Whether the program itself says that an expression can be `None`.
    pub(super) fn may_be_none(&self, id: ExprId) -> bool {
        self.can_be_none(id, DEPTH)
    }

    fn can_be_none(&self, id: ExprId, depth: usize) -> bool {
        let next = |part: ExprId| depth > 0 && self.can_be_none(part, depth - 1);
        match self.p.ast.kind(id) {
            ExprKind::None => true,
            ExprKind::Name(_) => self.p.resolved.reaching(id).iter().any(|def| {
                let def = self.p.resolved.def(*def);
                match (def.value, &self.p.ast.stmt(def.stmt).kind) {
                    (Some(value), _) => next(value),
                    (None, StmtKind::Function(f)) => {
                        let own = f.params.iter().find(|param| param.name == def.name && param.stars == 0);
                        own.and_then(|param| param.default).is_some_and(next)
                    }
                    _ => false,
                }
            }),
            ExprKind::IfExp { body, orelse, .. } => next(*body) || next(*orelse),
            ExprKind::BoolOp(parts) => parts.last().is_some_and(|last| next(*last)),
            ExprKind::Call { func, args, .. } => match self.p.ast.kind(*func) {
                ExprKind::Attribute { attr, .. } => {
                    args.len() == 1 && LOOKS_UP.contains(&attr.as_str()) && self.p.sites.at(id).is_none()
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether an expression is all that an argument of Batch AI is given.
    pub(super) fn is_argument(&self, id: ExprId) -> bool {
        let site = self.p.resolved.parent(id).and_then(|call| self.p.sites.at(call));
        site.is_some_and(|site| self.site(site).args.iter().any(|arg| arg.value == id))
    }

    /// The other value in `value or None`, where an empty one will do.
    pub(super) fn or_none(&self, id: ExprId) -> Option<ExprId> {
        match self.p.ast.kind(id) {
            ExprKind::BoolOp(parts) => match parts.as_slice() {
                [value, none] if self.is_none(*none) => Some(*value),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of an expression, and in the place of `None` something that is nothing too.
    pub(super) fn or_nothing(&self, id: ExprId, text: Markup, nothing: &str) -> Markup {
        match self.may_be_none(id) {
            true => Markup(format!("{} or {nothing}", operand(&text.0))),
            false => text,
        }
    }
}
