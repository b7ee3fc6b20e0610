//! Annotations: those that are quoted or stand in a `# type:` comment are read like the others, where they stand.

use ruff_python_ast as r;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::lower::Lowering;
use super::parser::{parse_quoted, parse_range};
use super::{ExprId, ExprKind, Param};

/// What begins a comment that annotates the function above it.
const COMMENT: &str = "# type: (";

impl Lowering<'_> {
    /// An annotation, through quotes: `'Job'`, `List['models.Job']`.
    pub fn annotation(&mut self, e: &r::Expr) -> ExprId {
        let kind = match e {
            r::Expr::StringLiteral(s) => {
                if let Some(inner) = s.as_single_part_string().and_then(|s| parse_quoted(self.source(), s)) {
                    return self.annotation(&inner.body);
                }
                return self.expr(e);
            }
            r::Expr::Subscript(s) if !is_of_values(&s.value) => {
                ExprKind::Subscript { value: self.expr(&s.value), index: self.annotation(&s.slice) }
            }
            r::Expr::Tuple(t) => ExprKind::Tuple(t.elts.iter().map(|e| self.annotation(e)).collect()),
            r::Expr::List(l) => ExprKind::List(l.elts.iter().map(|e| self.annotation(e)).collect()),
            r::Expr::BinOp(b) => {
                let left = self.annotation(&b.left);
                ExprKind::Binary { left, op: b.op.as_str(), right: self.annotation(&b.right) }
            }
            _ => return self.expr(e),
        };
        self.add(e.range(), kind)
    }

    /// Takes over the comment `# type: (A, B) -> C` below the head of a function.
    pub fn type_comment(&mut self, f: &r::StmtFunctionDef, params: &mut [Param], returns: &mut Option<ExprId>) {
        let head = f.returns.as_ref().map_or(f.parameters.range(), |r| r.range()).end();
        let Some(body) = f.body.first().map(|s| s.range().start()) else { return };
        let between = &self.source()[TextRange::new(head, body)];
        let Some(at) = between.find(COMMENT) else { return };
        let line = between[at..].lines().next().unwrap_or_default();
        let Some(arrow) = line.rfind("->") else { return };
        let range = |from: usize, to: usize| {
            let place = |offset: usize| head + TextSize::try_from(at + offset).unwrap_or_default();
            TextRange::new(place(from), place(to))
        };
        let result = &line[arrow + 2..];
        let result = range(arrow + 2 + (result.len() - result.trim_start().len()), line.trim_end().len());
        let given = range(COMMENT.len() - 1, line[..arrow].trim_end().len());
        let (Some(given), Some(result)) = (parse_range(self.source(), given), parse_range(self.source(), result))
        else {
            return;
        };
        let types = match &*given.body {
            r::Expr::Tuple(t) => t.elts.as_slice(),
            one => std::slice::from_ref(one),
        };
        // A method's comment leaves `self` out.
        let own = params.len().saturating_sub(types.len()).min(1);
        for (param, ty) in params[own..].iter_mut().zip(types).filter(|(p, _)| p.annotation.is_none()) {
            param.annotation = Some(self.annotation(ty));
        }
        if returns.is_none() {
            *returns = Some(self.annotation(&result.body));
        }
    }
}

/// Whether a subscript holds values and not types: the strings of `Literal['a']` are strings.
fn is_of_values(class: &r::Expr) -> bool {
    let name = match class {
        r::Expr::Name(n) => n.id.as_str(),
        r::Expr::Attribute(a) => a.attr.as_str(),
        _ => "",
    };
    matches!(name, "Literal" | "Annotated")
}
