//! Alternatives that are one and the same in Azure ML: `Union[ScaleSettings, NodeSetup]`, `except (CloudError, HttpOperationError)`.

use super::Translator;
use crate::render::Markup;
use crate::syntax::{ExprId, ExprKind, StmtKind};
use crate::text::Span;

impl Translator<'_> {
    /// The alternatives that an expression lists, where classes of Batch AI are among them.
    fn alternatives(&self, id: ExprId) -> Option<Vec<ExprId>> {
        let ast = self.p.ast;
        let items = match ast.kind(id) {
            ExprKind::Subscript { value, index } if ast.dotted(*value)?.rsplit('.').next() == Some("Union") => {
                match ast.kind(*index) {
                    ExprKind::Tuple(items) => items.clone(),
                    _ => return None,
                }
            }
            ExprKind::Tuple(items) if self.is_caught(id) => items.clone(),
            _ => return None,
        };
        let classes = items.iter().filter(|item| self.p.sites.at(**item).is_some()).count();
        (classes > 1).then_some(items)
    }

    fn is_caught(&self, id: ExprId) -> bool {
        let around = self.p.resolved.owner(id).map(|stmt| &self.p.ast.stmt(stmt).kind);
        matches!(around, Some(StmtKind::Try { handlers, .. }) if handlers.iter().any(|h| h.kind == Some(id)))
    }

    /// Alternatives, each of them once. `None` if the expression lists none, or none twice.
    pub(super) fn distinct(&mut self, id: ExprId, out: &mut Vec<(Span, Markup)>) -> bool {
        let Some(items) = self.alternatives(id) else { return false };
        let (mut texts, mut edits): (Vec<Markup>, _) = (Vec::new(), Vec::new());
        for item in &items {
            let before = edits.len();
            self.outermost(*item, &mut edits);
            texts.push(self.splice(self.p.ast.span(*item), edits[before..].to_vec()));
        }
        let mut distinct: Vec<Markup> = Vec::new();
        for text in &texts {
            if !distinct.contains(text) {
                distinct.push(text.clone());
            }
        }
        if distinct.len() == texts.len() {
            out.extend(edits);
            return true;
        }
        let text = match (distinct.as_slice(), self.p.ast.kind(id)) {
            ([only], _) => only.clone(),
            (several, ExprKind::Subscript { value, .. }) => {
                let open = format!("{}[", self.p.ast.span(*value).of(self.p.source.text()));
                Markup::list(&open, several, "]")
            }
            (several, _) => Markup::list("(", several, ")"),
        };
        out.push((self.p.ast.span(id), text));
        true
    }
}
