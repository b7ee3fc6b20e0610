//! Attributes of Batch AI's names in code that the conversion itself has written.
//!
//! Where a function of the program is left to a person, what it gives is still of Batch AI, and so is the type of what
//! converted code reads of it. Such a read stands in words that no program for Batch AI has: it is no use of it.

use super::walk::Finder;
use crate::concept::{self, Mapping};
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// The object in a template.
const SELF: &str = "{{ self }}";

impl Finder<'_> {
    /// Whether an attribute stands in the very code that the table writes for it: as an item of a dictionary that was a
    /// list, or in the call that its template makes of it.
    pub(super) fn is_written(&self, class: &str, receiver: ExprId, step: &str, read: ExprId) -> bool {
        let Some(row) = concept::table().symbol(class) else { return false };
        let mappings = [&row.v2, &row.v1];
        mappings.into_iter().any(|mapping| self.is_item(mapping, step, read) || self.is_call(mapping, receiver, step))
    }

    /// `job.environment_variables["NAME"]`, or with the name of a pair.
    fn is_item(&self, mapping: &Mapping, step: &str, read: ExprId) -> bool {
        let Some(ExprKind::Subscript { value, index }) = self.resolved.parent(read).map(|p| self.ast.kind(p)) else {
            return false;
        };
        let is_name = match self.ast.kind(*index) {
            ExprKind::Str { .. } => true,
            ExprKind::Subscript { value: pair, .. } => self.is_pair(*pair),
            _ => false,
        };
        *value == read && is_name && mapping.fields.get(step).is_some_and(|field| field.filter == "dictionary")
    }

    /// Whether a name is the variable of a loop over the items of a dictionary.
    fn is_pair(&self, name: ExprId) -> bool {
        let mut loops =
            self.resolved.reaching(name).iter().map(|def| &self.ast.stmt(self.resolved.def(*def).stmt).kind);
        loops.next().is_some_and(|stmt| {
            let StmtKind::For { iter, .. } = stmt else { return false };
            let ExprKind::Call { func, .. } = self.ast.kind(*iter) else { return false };
            matches!(self.ast.kind(*func), ExprKind::Attribute { attr, .. } if attr == "items")
        })
    }

    /// `(job.environment_variables or {}).items()`
    fn is_call(&self, mapping: &Mapping, receiver: ExprId, step: &str) -> bool {
        let Some(field) = mapping.fields.get(step) else { return false };
        let place = self.ast.span(receiver);
        alternatives(&field.code).filter(|code| code.ends_with(')')).any(|code| {
            let Some(before) = code.find(&format!("{SELF}.{step}")) else { return false };
            let code = code.replace(SELF, place.of(self.text));
            let start = place.start.checked_sub(before);
            start.and_then(|start| self.text.get(start..)).is_some_and(|text| text.starts_with(&code))
        })
    }
}

/// What a template writes, with and without its condition.
fn alternatives(code: &str) -> impl Iterator<Item = &str> {
    code.split("{%").map(|part| part.split_once("%}").map_or(part, |(_, part)| part))
}
