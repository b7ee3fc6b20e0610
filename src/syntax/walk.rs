//! Walking the tree: the parts of an expression and of a statement, in the order of their text.

use super::{Ast, ExprId, ExprKind, FPart, StmtId, StmtKind};
use crate::text::Span;

impl Ast {
    /// The direct parts of an expression, in the order of their text.
    pub fn parts(&self, id: ExprId) -> Vec<ExprId> {
        match self.kind(id) {
            ExprKind::Name(_) | ExprKind::Str { .. } | ExprKind::Number | ExprKind::Bool(_) | ExprKind::None => vec![],
            ExprKind::Attribute { value, .. } | ExprKind::Starred(value) | ExprKind::Await(value) => vec![*value],
            ExprKind::Call { func, args, .. } => std::iter::once(*func).chain(args.iter().map(|a| a.value)).collect(),
            ExprKind::FString(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    FPart::Text(_) => None,
                    FPart::Value { expr, .. } => Some(*expr),
                })
                .collect(),
            ExprKind::List(items)
            | ExprKind::Tuple(items)
            | ExprKind::BoolOp(items)
            | ExprKind::Compare(items)
            | ExprKind::Slice(items)
            | ExprKind::Other(items) => items.clone(),
            ExprKind::Yield { value, .. } => value.iter().copied().collect(),
            ExprKind::Dict(items) => items.iter().flat_map(|(key, value)| key.iter().chain([value])).copied().collect(),
            ExprKind::Binary { left, right, .. } => vec![*left, *right],
            ExprKind::IfExp { test, body, orelse } => vec![*body, *test, *orelse],
            ExprKind::Comprehension { elements, clauses } => {
                let clauses = clauses.iter().flat_map(|c| [c.target, c.iter].into_iter().chain(c.ifs.iter().copied()));
                elements.iter().copied().chain(clauses).collect()
            }
            ExprKind::Subscript { value, index } => vec![*value, *index],
            ExprKind::Named { target, value } => vec![*target, *value],
            ExprKind::Lambda { params, body } => params.iter().filter_map(|p| p.default).chain([*body]).collect(),
        }
    }

    /// The parts of a tuple or list that is written out, and anything else alone: what `a, b = …` assigns to.
    pub fn items(&self, id: ExprId) -> Vec<ExprId> {
        match self.kind(id) {
            ExprKind::Tuple(items) | ExprKind::List(items) => items.clone(),
            _ => vec![id],
        }
    }

    /// The expression and all below it, outermost first.
    pub fn descend(&self, id: ExprId, visit: &mut impl FnMut(ExprId)) {
        visit(id);
        for part in self.parts(id) {
            self.descend(part, visit);
        }
    }

    /// The expressions that belong to a statement itself, not to the statements within it.
    pub fn stmt_exprs(&self, id: StmtId) -> Vec<ExprId> {
        match &self.stmt(id).kind {
            StmtKind::Assign { targets, value } => targets.iter().copied().chain([*value]).collect(),
            StmtKind::AugAssign { target, value, .. } => vec![*target, *value],
            StmtKind::AnnAssign { target, annotation, value } => {
                [*target, *annotation].into_iter().chain(*value).collect()
            }
            StmtKind::Expr(value) => vec![*value],
            StmtKind::Import(_) | StmtKind::ImportFrom { .. } | StmtKind::Global(_) | StmtKind::Magic => vec![],
            StmtKind::Function(f) => {
                let params = f.params.iter().flat_map(|p| p.annotation.into_iter().chain(p.default));
                f.decorators.iter().copied().chain(params).chain(f.returns).collect()
            }
            StmtKind::Class { bases, decorators, .. } => {
                decorators.iter().copied().chain(bases.iter().map(|b| b.value)).collect()
            }
            StmtKind::Return(value) => value.iter().copied().collect(),
            StmtKind::For { target, iter, .. } => vec![*target, *iter],
            StmtKind::While { test, .. } => vec![*test],
            StmtKind::If(clauses) => clauses.iter().filter_map(|(test, _)| *test).collect(),
            StmtKind::With { items, .. } => items.iter().flat_map(|(e, t)| [*e].into_iter().chain(*t)).collect(),
            StmtKind::Try { handlers, .. } => handlers.iter().filter_map(|h| h.kind).collect(),
            StmtKind::Other { exprs, .. } => exprs.clone(),
        }
    }

    /// The blocks of statements within a statement, in the order of their text.
    pub fn blocks(&self, id: StmtId) -> Vec<&[StmtId]> {
        match &self.stmt(id).kind {
            StmtKind::Function(f) => vec![&f.body],
            StmtKind::Class { body, .. } | StmtKind::With { body, .. } => vec![body],
            StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => vec![body, orelse],
            StmtKind::If(clauses) => clauses.iter().map(|(_, body)| body.as_slice()).collect(),
            StmtKind::Try { body, handlers, orelse, finally } => {
                let handlers = handlers.iter().map(|h| h.body.as_slice());
                [body.as_slice()].into_iter().chain(handlers).chain([orelse.as_slice(), finally]).collect()
            }
            StmtKind::Other { bodies, .. } => bodies.iter().map(Vec::as_slice).collect(),
            _ => vec![],
        }
    }

    /// The innermost statement around a span, with the block in which it stands.
    pub fn statement_around(&self, span: Span) -> Option<(StmtId, &[StmtId])> {
        let start = |s: &StmtId| self.stmt(*s).span.start;
        let (mut block, mut found) = (self.body.as_slice(), None);
        loop {
            let before = block.partition_point(|s| start(s) <= span.start);
            let around = block[..before].last().filter(|s| self.stmt(**s).span.contains(span));
            let Some(stmt) = around else { return found };
            found = Some((*stmt, block));
            let begun = |b: &&[StmtId]| b.first().is_some_and(|s| start(s) <= span.start);
            block = self.blocks(*stmt).into_iter().rfind(begun).unwrap_or_default();
        }
    }
}
