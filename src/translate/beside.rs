//! Statements that only give arguments to a call which stands elsewhere: `parameters['node_count'] = 2` below a dictionary,
//! `common = dict(…)` above `**common`. They go with it, or stay with it.

use super::{Above, Translator};
use crate::find::{Site, SiteKind};
use crate::report::Fate;
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// What is said of a statement that stays with what it belongs to.
const REASON: &str = "what it belongs to is left for a person";
const ADVICE: &str = "convert it with that";

impl Translator<'_> {
    /// Whether a statement waits for what becomes of the constructor that it gives something.
    pub(super) fn is_beside(&self, stmt: StmtId) -> bool {
        self.p.sites.is_beside(stmt)
    }

    /// Leaves such a statement; what can be seen to be Batch AI in it gets a comment.
    fn stays_beside(&mut self, stmt: StmtId, value: ExprId) {
        let span = self.p.ast.span(value);
        self.settle_within(span, Fate::Manual, REASON, ADVICE);
        if self.p.ast.is_left(stmt) {
            return;
        }
        let is_seen = |site: &&Site| {
            let spelled = site.receiver.is_some() || matches!(site.kind, SiteKind::Mention(_) | SiteKind::Reference);
            spelled || !site.expr.is_some_and(|expr| self.is_dictionary(expr))
        };
        let first = self.p.sites.all.iter().filter(|site| span.contains(site.span)).find(is_seen);
        if let Some(code) = first.and_then(|site| self.code(site)) {
            let (reason, todo) = (REASON.to_owned(), ADVICE.to_owned());
            self.above(stmt, Above::Comment { code, reason, todo, original: None });
        }
    }

    fn is_dictionary(&self, expr: ExprId) -> bool {
        let ast = self.p.ast;
        match ast.kind(expr) {
            ExprKind::Dict(_) => true,
            ExprKind::Call { func, .. } => ast.name(*func) == Some("dict"),
            _ => false,
        }
    }

    /// Removes these statements where what they give is written into the new code.
    pub(super) fn beside_statements(&mut self) {
        let sites = self.p.sites;
        let mut all: Vec<StmtId> = sites.all.iter().flat_map(|site| site.beside.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        // One may take what another gives, and stands below it.
        for stmt in all.into_iter().rev() {
            let takers: Vec<&Site> = sites.all.iter().filter(|site| site.beside.contains(&stmt)).collect();
            let is_written = |span: Span| {
                let is_kept = self.out.kept.iter().any(|kept| self.p.ast.span(*kept).contains(span));
                !is_kept && self.out.edits.iter().any(|edit| edit.span.contains(span))
            };
            let is_left = takers.iter().any(|taker| !is_written(taker.span));
            let StmtKind::Assign { value, .. } = self.p.ast.stmt(stmt).kind else { continue };
            if is_left {
                self.stays_beside(stmt, value);
            } else {
                let takers: Vec<StmtId> = takers.iter().map(|taker| taker.stmt).collect();
                self.goes_into(stmt, self.p.ast.span(value), &takers);
            }
        }
    }
    /// Removes a statement whose value stands in others by now: what is to be said of it is said there.
    pub(super) fn goes_into(&mut self, gone: StmtId, value: Span, takers: &[StmtId]) {
        let mut at: Vec<StmtId> = Vec::new();
        for taker in takers {
            // One that has gone itself has given what it took to others.
            at.extend(self.out.moved.get(taker).map_or(std::slice::from_ref(taker), Vec::as_slice));
        }
        at.dedup();
        self.loose_within(value, &at);
        self.settle_within(value, Fate::Exact, "", "");
        let above = std::mem::take(&mut self.out.above);
        let (said, others): (Vec<_>, Vec<_>) = above.into_iter().partition(|(stmt, _)| *stmt == gone);
        self.out.above = others;
        for (_, said) in said {
            let times = if matches!(said, Above::Code(_)) { 1 } else { at.len() };
            at.iter().take(times).for_each(|taker| self.above(*taker, said.clone()));
        }
        self.delete(gone);
        self.out.moved.insert(gone, at);
    }
}
