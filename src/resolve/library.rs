//! What functions of Python's own libraries give of the sequences that they are given.

use super::Ty;
use super::flow::Walk;
use crate::syntax::{Arg, ExprId, ExprKind};

/// What a function gives, in terms of its positional arguments.
#[derive(Clone, Copy)]
enum Gives {
    /// A sequence of the same elements as this argument.
    Same(usize),
    /// One element of this argument; of several arguments, one of them.
    One(usize),
    /// Pairs of a number and an element.
    Numbered,
    /// Tuples of one element each.
    Together,
    /// The elements of all of them, one after the other.
    All,
    /// The elements of the elements.
    Flat,
    /// Pairs of a key and the elements that have it.
    Grouped,
    /// A queue that holds nothing yet.
    Empty,
}

/// By name: built-in functions, and functions of `itertools`, `heapq`, `random`, `collections`, `queue` and their like.
/// Nothing else of these names gives anything but elements either.
const FUNCTIONS: [(&str, Gives); 38] = [
    ("JoinableQueue", Gives::Empty),
    ("LifoQueue", Gives::Empty),
    ("PriorityQueue", Gives::Empty),
    ("Queue", Gives::Empty),
    ("SimpleQueue", Gives::Empty),
    ("chain", Gives::All),
    ("choice", Gives::One(0)),
    ("cycle", Gives::Same(0)),
    ("deque", Gives::Same(0)),
    ("dropwhile", Gives::Same(1)),
    ("enumerate", Gives::Numbered),
    ("filter", Gives::Same(1)),
    ("filterfalse", Gives::Same(1)),
    ("from_iterable", Gives::Flat),
    ("groupby", Gives::Grouped),
    ("heappop", Gives::One(0)),
    ("heappushpop", Gives::One(0)),
    ("heapreplace", Gives::One(0)),
    ("ifilter", Gives::Same(1)),
    ("islice", Gives::Same(0)),
    ("iter", Gives::Same(0)),
    ("izip", Gives::Together),
    ("list", Gives::Same(0)),
    ("max", Gives::One(0)),
    ("min", Gives::One(0)),
    ("next", Gives::One(0)),
    ("nlargest", Gives::Same(1)),
    ("nsmallest", Gives::Same(1)),
    ("reversed", Gives::Same(0)),
    ("sample", Gives::Same(0)),
    ("set", Gives::Same(0)),
    ("sorted", Gives::Same(0)),
    ("takewhile", Gives::Same(1)),
    ("tqdm", Gives::Same(0)),
    ("trange", Gives::Same(0)),
    ("tuple", Gives::Same(0)),
    ("zip", Gives::Together),
    ("zip_longest", Gives::Together),
];

impl Walk<'_, '_> {
    /// What a function of a library gives, if it is one of these and is given something that is known.
    pub(super) fn of_library(&self, func: ExprId, args: &[Arg]) -> Option<Ty> {
        let name = match self.ast.kind(func) {
            ExprKind::Name(name) => name,
            ExprKind::Attribute { attr, .. } => attr,
            _ => return None,
        };
        let index = FUNCTIONS.binary_search_by_key(&name.as_str(), |(name, _)| name).ok()?;
        let is_own = matches!(self.resolved.ty(func), Ty::Function(_) | Ty::Class(_) | Ty::Callable(_));
        let given: Vec<&Ty> = args
            .iter()
            .filter(|arg| arg.name.is_none() && arg.stars == 0)
            .map(|arg| self.resolved.ty(arg.value))
            .collect();
        let ty = given_back(FUNCTIONS[index].1, &given).filter(|_| !is_own)?;
        (ty.is_known() || matches!(FUNCTIONS[index].1, Gives::Empty)).then(|| ty.bounded())
    }
}

fn given_back(gives: Gives, given: &[&Ty]) -> Option<Ty> {
    let many = |ty: Ty| Ty::Many(Box::new(ty));
    let elements = || given.iter().map(|ty| ty.element());
    Some(match gives {
        Gives::Same(place) => match given.get(place)? {
            same @ Ty::Many(_) => (*same).clone(),
            other => many(other.element()),
        },
        Gives::One(place) if given.len() > place + 1 && !matches!(given[place], Ty::Many(_)) => {
            given.iter().map(|ty| (*ty).clone()).fold(Ty::Unknown, Ty::join)
        }
        Gives::One(place) => given.get(place)?.element(),
        Gives::Numbered => many(Ty::Tuple(vec![Ty::Other, given.first()?.element()])),
        Gives::Together => many(Ty::Tuple(elements().collect())),
        Gives::All => many(elements().fold(Ty::Unknown, Ty::join)),
        Gives::Flat => many(given.first()?.element().element()),
        Gives::Grouped => many(Ty::Tuple(vec![Ty::Unknown, many(given.first()?.element())])),
        Gives::Empty => many(Ty::Unknown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_in_order() {
        assert!(FUNCTIONS.is_sorted_by_key(|(name, _)| *name));
    }
}
