//! How new code is laid out in a program.

use std::collections::HashMap;

use super::statement::WIDTH;
use super::{Program, Translator};
use crate::render::Style;
use crate::syntax::{Ast, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// Where some things of a program are, in order.
pub(super) struct Places {
    pub f_strings: Vec<Span>,
    /// `if` statements and conditional expressions, whole.
    pub conditions: Vec<Span>,
}

impl Places {
    pub(super) fn new(ast: &Ast) -> Self {
        let spans = |wanted: fn(&ExprKind) -> bool| -> Vec<Span> {
            ast.expr_ids().filter(|expr| wanted(ast.kind(*expr))).map(|expr| ast.span(expr)).collect()
        };
        let mut f_strings = spans(|kind| matches!(kind, ExprKind::FString(_)));
        let mut conditions = spans(|kind| matches!(kind, ExprKind::IfExp { .. }));
        let statements = ast.stmt_ids().map(|id| ast.stmt(id)).filter(|stmt| matches!(stmt.kind, StmtKind::If(_)));
        conditions.extend(statements.map(|stmt| stmt.span));
        f_strings.sort_unstable();
        conditions.sort_unstable();
        Places { f_strings, conditions }
    }
}

impl Translator<'_> {
    /// How new code is laid out: a level is as wide as most of the program's own.
    pub(super) fn style(program: &Program) -> Style {
        let ast = program.ast;
        let column = |stmt: StmtId| {
            let text = &program.source.text()[..ast.stmt(stmt).span.start];
            let line = &text[text.rfind('\n').map_or(0, |i| i + 1)..];
            line.chars().all(|c| c == ' ').then_some(line.len())
        };
        let mut levels: HashMap<usize, usize> = HashMap::new();
        for stmt in ast.stmt_ids() {
            for first in ast.blocks(stmt).iter().filter_map(|block| block.first()) {
                let (outer, inner) = (column(stmt), column(*first));
                if let (Some(outer), Some(inner)) = (outer, inner) {
                    *levels.entry(inner.saturating_sub(outer)).or_default() += 1;
                }
            }
        }
        let usual = levels.into_iter().filter(|(width, _)| matches!(width, 2 | 4 | 8)).max_by_key(|(w, n)| (*n, *w));
        Style { width: WIDTH, indent: usual.map_or(4, |(width, _)| width) }
    }
}

/// The quotes that most of the program's strings use.
pub(super) fn preferred_quote(text: &str, strings: &[Span]) -> char {
    let first = |span: &Span| span.of(text).chars().find(|c| matches!(c, '\'' | '"'));
    let double = strings.iter().filter(|s| first(s) == Some('"')).count();
    if double * 2 > strings.len() { '"' } else { '\'' }
}
