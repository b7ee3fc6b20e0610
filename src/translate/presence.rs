//! Questions whether a part of an object is there: `if job.execution_info:`, `cluster.errors is None`. What Azure ML has in the
//! place of some parts is always there, or is a list that may be empty; the table says what to ask in their place.

use super::{Result, SiteId, Translator, Value};
use crate::concept::Field;
use crate::render::Markup;
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};

/// One such question.
#[derive(Clone, Copy)]
pub(super) struct Presence {
    /// The read of the part.
    pub site: SiteId,
    /// What it is a part of.
    object: ExprId,
    pub field: &'static Field,
    /// Whether the answer is yes where the part is not there.
    absent: bool,
}

impl Translator<'_> {
    /// The question that an expression asks.
    pub(super) fn presence(&self, id: ExprId) -> Option<Presence> {
        let ast = self.p.ast;
        let (part, absent) = match ast.kind(id) {
            ExprKind::Compare(sides) => match sides.as_slice() {
                [part, none] if self.is_none(*none) => {
                    match self.operator_between(ast.span(*part), ast.span(*none)).1.as_str() {
                        "is" | "==" => (*part, true),
                        "is not" | "!=" => (*part, false),
                        _ => return None,
                    }
                }
                _ => return None,
            },
            ExprKind::Other(parts) => match parts.as_slice() {
                [part] if self.is_negation(id) => (*part, true),
                _ => return None,
            },
            _ if self.is_asked(id) => (id, false),
            _ => return None,
        };
        let (whole, site) = match self.p.sites.at(part) {
            Some(site) => (self.whole_read(self.site(site))?, site),
            None => self.part_named(part)?,
        };
        let (mapping, path) = (self.model(&whole.class).ok()?, whole.path.join("."));
        let field = mapping.there.get(&path)?;
        // The truth of what can be read is its own affair.
        let is_compared = matches!(ast.kind(id), ExprKind::Compare(_));
        if !is_compared && mapping.fields.get(&path).is_some() {
            return None;
        }
        Some(Presence { site, object: whole.receiver, field, absent })
    }

    /// What asks the same in Azure ML.
    pub(super) fn is_there(
        &mut self,
        Presence { site: id, object: receiver, field, absent }: Presence,
    ) -> Result<Value> {
        let site = self.site(id);
        let object = self.text(receiver)?;
        let extra = if absent { vec![("absent".to_owned(), Markup::plain("yes"))] } else { Vec::new() };
        let markup = self.attribute(field, object, receiver, site.stmt, extra)?;
        self.settle(id, None, field.fate, &field.note, &field.todo);
        Ok(Value::Expr(markup))
    }

    fn is_negation(&self, id: ExprId) -> bool {
        let rest = self.p.ast.span(id).of(self.p.source.text()).strip_prefix("not");
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '('))
    }

    /// Whether only the truth of an expression counts where it stands.
    fn is_asked(&self, id: ExprId) -> bool {
        let Some(parent) = self.p.resolved.parent(id) else {
            return self.p.resolved.owner(id).is_some_and(|stmt| self.is_test_of(stmt, id));
        };
        match self.p.ast.kind(parent) {
            ExprKind::IfExp { test, .. } => *test == id,
            // What `and` gives of those before the last is their being nothing.
            ExprKind::BoolOp(parts) => {
                let end = self.p.ast.span(id).end;
                let is_and =
                    self.p.source.text()[end..].trim_start_matches([' ', ')', '\n', '\r', '\\']).starts_with("and");
                parts.last() != Some(&id) && is_and || self.is_asked(parent)
            }
            ExprKind::Comprehension { clauses, .. } => clauses.iter().any(|clause| clause.ifs.contains(&id)),
            ExprKind::Other(_) => self.is_negation(parent),
            _ => false,
        }
    }

    fn is_test_of(&self, stmt: StmtId, id: ExprId) -> bool {
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::While { test, .. } => *test == id,
            StmtKind::If(branches) => branches.iter().any(|(test, _)| *test == Some(id)),
            StmtKind::Other { exprs, .. } => {
                let is_assert = self.p.ast.stmt(stmt).span.of(self.p.source.text()).starts_with("assert");
                is_assert && exprs.first() == Some(&id)
            }
            _ => false,
        }
    }
}
