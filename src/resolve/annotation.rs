//! What an annotation says of a value.

use super::Ty;
use super::flow::Walk;
use super::ty::is_class;
use crate::syntax::{ExprId, ExprKind};

/// Types of `typing` and built-in ones whose parameter is what they hold.
const SEQUENCES: [&str; 8] = ["List", "list", "Sequence", "Iterable", "Iterator", "Tuple", "tuple", "Collection"];

impl Walk<'_, '_> {
    /// The type of a value that is annotated so.
    pub(super) fn annotation(&mut self, annotation: ExprId) -> Ty {
        let ast = self.ast;
        match ast.kind(annotation) {
            ExprKind::Subscript { value, index } => {
                let inner = self.annotation(*index);
                let name = self.dotted(*value);
                match name.rsplit('.').next() {
                    Some("Optional" | "Union") => inner,
                    Some(name) if SEQUENCES.contains(&name) && inner != Ty::Unknown => Ty::Many(Box::new(inner)),
                    _ => Ty::Unknown,
                }
            }
            ExprKind::Tuple(items) => items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.annotation(*item))),
            // No type, but people write `[Job]` for a list of jobs.
            ExprKind::List(items) => {
                let inner = items.iter().fold(Ty::Unknown, |ty, item| ty.join(self.annotation(*item)));
                if inner == Ty::Unknown { inner } else { Ty::Many(Box::new(inner)) }
            }
            ExprKind::Binary { left, right, .. } => self.annotation(*left).join(self.annotation(*right)),
            ExprKind::Name(_) | ExprKind::Attribute { .. } => self.named(annotation),
            _ => Ty::Unknown,
        }
    }

    fn named(&mut self, annotation: ExprId) -> Ty {
        if self.resolved.ty(annotation) == &Ty::Unknown
            && let Some(class) = meant(&self.dotted(annotation), self.resolved.imports_batchai)
        {
            self.resolved.types[annotation.0 as usize] = Ty::Symbol(class);
        }
        self.resolved.ty(annotation).clone().instance()
    }

    fn dotted(&self, id: ExprId) -> String {
        self.ast.dotted(id).unwrap_or_default()
    }
}

/// The class of Batch AI that a name which nothing binds surely means: quoted annotations need no import.
fn meant(dotted: &str, imports_batchai: bool) -> Option<String> {
    let last = dotted.rsplit('.').next().unwrap_or(dotted);
    let package =
        dotted.contains("batchai.") || imports_batchai && dotted.starts_with("models.") || last.starts_with("BatchAI");
    (package && is_class(last)).then(|| last.to_owned())
}
