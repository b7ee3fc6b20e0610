//! How new code is laid out in a program.

use std::collections::HashMap;

use super::statement::WIDTH;
use super::{Program, Translator};
use crate::render::Style;
use crate::syntax::{Ast, ExprKind, StmtId};
use crate::text::Span;

/// Where the f-strings of a program are, in order.
pub(super) fn f_strings(ast: &Ast) -> Vec<Span> {
    let all = ast.expr_ids().filter(|expr| matches!(ast.kind(*expr), ExprKind::FString(_)));
    let mut spans: Vec<Span> = all.map(|expr| ast.span(expr)).collect();
    spans.sort_unstable();
    spans
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
