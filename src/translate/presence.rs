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
    /// What becomes of an expression that asks whether a part is there.
    pub(super) fn asked(&mut self, id: ExprId) -> Option<Result<Value>> {
        match (self.presence(id), self.guarded_read(id)) {
            (Some(presence), _) => Some(self.is_there(presence)),
            (None, Some(guarded)) => Some(self.read_if_there(id, guarded)),
            (None, None) => None,
        }
    }

    /// Whether an expression asks that.
    pub(super) fn asks(&self, id: ExprId) -> bool {
        self.presence(id).is_some() || self.guarded_read(id).is_some()
    }

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
        self.part_there(part, matches!(ast.kind(id), ExprKind::Compare(_)), absent)
    }

    fn part_there(&self, part: ExprId, is_compared: bool, absent: bool) -> Option<Presence> {
        let (whole, site) = match self.p.sites.at(part) {
            Some(site) => (self.whole_read(self.site(site))?, site),
            None => self.part_named(part)?,
        };
        let (mapping, path) = (self.model(&whole.class).ok()?, whole.path.join("."));
        let field = mapping.there.get(&path)?;
        // The truth of what can be read is its own affair.
        if !is_compared && mapping.fields.get(&path).is_some() {
            return None;
        }
        Some(Presence { site, object: whole.receiver, field, absent })
    }

    /// `job.execution_info and job.execution_info.exit_code` for its value: the question, and what is read.
    pub(super) fn guarded_read(&self, id: ExprId) -> Option<(Presence, ExprId)> {
        let ExprKind::BoolOp(parts) = self.p.ast.kind(id) else { return None };
        let [part, read] = parts.as_slice() else { return None };
        let (_, operator) = self.operator_between(self.p.ast.span(*part), self.p.ast.span(*read));
        if operator.trim_end_matches(" \\") != "and" || self.is_asked(id) {
            return None;
        }
        Some((self.part_there(*part, false, false)?, *read))
    }

    /// What it gives, and `None` where the part is not there.
    pub(super) fn read_if_there(&mut self, id: ExprId, (presence, read): (Presence, ExprId)) -> Result<Value> {
        let there = self.is_there(presence)?.alone();
        let read = self.text(read)?;
        let code = format!("{} if {} else None", read.0, there.0);
        let around = self.p.resolved.parent(id).map(|around| self.p.ast.kind(around));
        let is_whole = around.is_none_or(|around| {
            matches!(around, ExprKind::Call { .. } | ExprKind::Dict(_) | ExprKind::List(_) | ExprKind::Tuple(_))
        });
        Ok(Value::Expr(Markup(if is_whole { code } else { format!("({code})") })))
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
            ExprKind::BoolOp(_) => self.is_asked(parent),
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
