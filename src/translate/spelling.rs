//! Strings as they are spelt, and the spellings of a state: the enums of Batch AI were objects, in Azure ML a state is the word itself.

use super::Translator;
use crate::render::Markup;
use crate::resolve::Ty;
use crate::sdk;
use crate::syntax::{ExprId, ExprKind};
use crate::text::Span;

/// What `str()` of a state says of it.
pub(super) const STR_NOTE: &str =
    "`str()` of it began with the name of the enum, as in `ExecutionState.succeeded`, and is now the word alone";
/// What to do about it.
pub(super) const STR_TODO: &str = "check what the text is compared with";

impl Translator<'_> {
    /// A text as a literal of the program's own quotes.
    pub(super) fn string(&self, text: &str) -> Markup {
        Markup(crate::render::python_string(text, self.quote))
    }

    /// The one value of a name that is a literal string, or the literal itself.
    pub(super) fn literal(&self, id: ExprId) -> Option<String> {
        self.p.resolved.string(self.p.ast, id, true).text()
    }

    /// The operator between two sides of a comparison, and where it stands.
    pub(super) fn operator_between(&self, left: Span, right: Span) -> (Span, String) {
        let whole = Span::new(left.end, right.start).of(self.p.source.text());
        let text = whole.trim_start_matches(|c: char| c == ')' || c.is_whitespace());
        let begin = left.end + whole.len() - text.len();
        let text = text.trim_end_matches(|c: char| c == '(' || c.is_whitespace());
        let operator = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (Span::new(begin, begin + text.len()), operator)
    }

    /// `state is ExecutionState.failed`: members of an enum are one object each, and the texts that they become are not.
    pub(super) fn identities(&self, id: ExprId, out: &mut Vec<(Span, Markup)>) {
        let ExprKind::Compare(sides) = self.p.ast.kind(id) else { return };
        for pair in sides.windows(2) {
            let [left, right] = [pair[0], pair[1]].map(|side| self.p.ast.span(side));
            let is_member = |side: &ExprId| match self.ty(*side) {
                Ty::Enum(_) => true,
                Ty::Symbol(path) => {
                    path.rsplit_once('.').is_some_and(|(class, _)| sdk::batchai().enumeration(class).is_some())
                }
                _ => false,
            };
            let (span, operator) = self.operator_between(left, right);
            let equals = match operator.as_str() {
                "is" => "==",
                "is not" => "!=",
                _ => continue,
            };
            if !pair.iter().any(|side| self.is_none(*side)) && pair.iter().any(is_member) {
                out.push((span, Markup::plain(equals)));
            }
        }
    }

    /// The state in `str(state).split('.')[1]`, which the new code has as it is.
    pub(super) fn spelled(&self, id: ExprId) -> Option<ExprId> {
        let ast = self.p.ast;
        let ExprKind::Subscript { value, index } = ast.kind(id) else { return None };
        let ExprKind::Call { func, args, .. } = ast.kind(*value) else { return None };
        let ExprKind::Attribute { value: text, attr, .. } = ast.kind(*func) else { return None };
        let parted = matches!(attr.as_str(), "split" | "rsplit") && ast.str_value(args.first()?.value) == Some(".");
        let last = matches!(ast.span(*index).of(self.p.source.text()), "1" | "-1");
        let state = self.argument_of_str(*text)?;
        (parted && last).then_some(state)
    }

    /// Whether a state is made a text of: the text was another one.
    pub(super) fn is_spelled_out(&self, state: ExprId) -> bool {
        let parent = self.p.resolved.parent(state);
        let stands_alone = parent.and_then(|p| self.argument_of_str(p)) == Some(state);
        let taken_apart = parent.and_then(|p| self.p.resolved.parent(p)).and_then(|p| self.p.resolved.parent(p));
        let taken_apart = taken_apart.and_then(|p| self.p.resolved.parent(p)).and_then(|p| self.spelled(p));
        stands_alone && taken_apart != Some(state)
    }

    /// `state` in `str(state)`.
    fn argument_of_str(&self, id: ExprId) -> Option<ExprId> {
        let ExprKind::Call { func, args, .. } = self.p.ast.kind(id) else { return None };
        let built_in = self.p.ast.name(*func) == Some("str") && self.p.resolved.reaching(*func).is_empty();
        let [only] = args.as_slice() else { return None };
        (built_in && matches!(self.ty(only.value), Ty::Enum(_))).then_some(only.value)
    }
}
