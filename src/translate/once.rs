//! Values that the old code worked out once, and the new code speaks of more than once: `int(input())` as both limits of a
//! cluster, `new_name()` in both branches of a `try`. They get a name in a statement above.

use super::call::Holes;
use super::{Above, Result, SiteId, Translator};
use crate::render::{Markup, free_name};
use crate::syntax::{ExprId, ExprKind};

/// Built-in functions, and methods of texts, dictionaries and paths, that give the same each time.
const STEADY: [&str; 23] = [
    "abs",
    "basename",
    "bool",
    "dirname",
    "endswith",
    "float",
    "format",
    "get",
    "getenv",
    "int",
    "join",
    "len",
    "lower",
    "max",
    "min",
    "replace",
    "round",
    "split",
    "splitext",
    "startswith",
    "str",
    "strip",
    "upper",
];

impl Translator<'_> {
    /// Whether a value may be written twice: nothing in it is called that could give something else the second time.
    pub(super) fn is_steady(&self, id: ExprId) -> bool {
        let mut is_steady = true;
        self.p.ast.descend(id, &mut |part| match self.p.ast.kind(part) {
            ExprKind::Call { func, .. } => {
                let called = match self.p.ast.kind(*func) {
                    ExprKind::Name(name) if self.p.resolved.reaching(*func).is_empty() => name,
                    ExprKind::Attribute { attr, .. } => attr,
                    _ => "",
                };
                is_steady &= STEADY.contains(&called) || self.p.sites.at(part).is_some();
            }
            ExprKind::Await(_) | ExprKind::Named { .. } => is_steady = false,
            _ => {}
        });
        is_steady
    }

    /// A value that is about to be written more than once: its text, or the name that it has got for that.
    ///
    /// # Errors
    /// There is no place for a statement above.
    pub(super) fn once(&mut self, id: SiteId, value: ExprId, text: Markup, wanted: &str) -> Result<Markup> {
        if self.is_steady(value) {
            return Ok(text);
        }
        let site = self.site(id);
        self.straight(site)?;
        let names = [wanted.to_owned(), format!("new_{wanted}"), format!("azure_ml_{wanted}")];
        let is_taken = |n: &str| self.identifiers.contains(n) || self.is_other_above(n, site.stmt, &text);
        let free = names.iter().find(|name| !is_taken(name)).cloned();
        let name = free.unwrap_or_else(|| free_name(wanted, is_taken));
        self.above(site.stmt, Above::Code(Markup(format!("{name} = {}", text.0))));
        Ok(Markup::plain(name))
    }

    /// The same for each hole that a template has more than once.
    pub(super) fn each_once(&mut self, id: SiteId, template: &str, holes: &mut Holes) -> Result<()> {
        for arg in &self.site(id).args {
            let Some(at) = holes.iter().position(|(name, _)| *name == arg.name) else { continue };
            let text = holes[at].1.clone();
            let is_repeated = || self.fill(template, holes).is_ok_and(|code| code.0.matches(&text.0).count() > 1);
            if !self.is_steady(arg.value) && is_repeated() {
                holes[at].1 = self.once(id, arg.value, text, &arg.name)?;
            }
        }
        let object = self.site(id).receiver.filter(|object| !self.is_steady(*object));
        if let (Some(object), Some(at)) = (object, holes.iter().position(|(name, _)| name == "self")) {
            let text = holes[at].1.clone();
            if self.fill(template, holes).is_ok_and(|code| code.0.matches(&text.0).count() > 1) {
                holes[at].1 = self.once(id, object, text, "made_from")?;
            }
        }
        Ok(())
    }
}
