//! What an annotation says of a value.

use super::Ty;
use super::flow::Walk;
use super::ty::{ANY, is_class};
use crate::syntax::{ExprId, ExprKind};

/// Types of `typing` and built-in ones whose parameter is what they hold.
const SEQUENCES: [&str; 16] = [
    "AsyncIterator",
    "Collection",
    "Deque",
    "FrozenSet",
    "Iterable",
    "Iterator",
    "List",
    "MutableSequence",
    "Queue",
    "Sequence",
    "Set",
    "deque",
    "frozenset",
    "list",
    "set",
    "tuple",
];
/// Those whose second parameter is what they hold, by keys.
const MAPPINGS: [&str; 7] = ["DefaultDict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "dict"];
/// Those that stand for their first parameter.
const ASIDE: [&str; 6] = ["Annotated", "Awaitable", "ClassVar", "Final", "Optional", "Union"];

impl Walk<'_, '_> {
    /// The type of a value that is annotated so.
    pub(super) fn annotation(&mut self, annotation: ExprId) -> Ty {
        let ast = self.ast;
        match ast.kind(annotation) {
            ExprKind::Subscript { value, index } => {
                let of: Vec<ExprId> = ast.items(*index);
                let name = self.dotted(*value);
                self.generic(name.rsplit('.').next().unwrap_or_default(), *index, &of)
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

    /// `name[of]`
    fn generic(&mut self, name: &str, index: ExprId, of: &[ExprId]) -> Ty {
        let many = |ty: Ty| if ty == Ty::Unknown { ty } else { Ty::Many(Box::new(ty)) };
        match (name, of) {
            ("Tuple" | "tuple", [_, second, ..]) if !matches!(self.ast.kind(*second), ExprKind::Other(_)) => {
                let parts: Vec<Ty> = of.iter().map(|part| self.annotation(*part)).collect();
                if parts.iter().any(Ty::is_known) { Ty::Tuple(parts).bounded() } else { Ty::Unknown }
            }
            ("Tuple", [first, ..]) | ("Generator" | "AsyncGenerator", [first, ..]) => many(self.annotation(*first)),
            ("Callable", [_, gives]) => match self.annotation(*gives) {
                Ty::Unknown => Ty::Unknown,
                gives => Ty::Callable(Box::new(gives)),
            },
            ("Coroutine", [_, _, gives]) => self.annotation(*gives),
            (name, [_, value]) if MAPPINGS.contains(&name) => match self.annotation(*value) {
                Ty::Unknown => Ty::Unknown,
                value => Ty::dict([(ANY.to_owned(), value)]),
            },
            (name, _) if ASIDE.contains(&name) => self.annotation(index),
            (name, _) if SEQUENCES.contains(&name) => many(self.annotation(index)),
            _ => {
                self.annotation(index);
                Ty::Unknown
            }
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
