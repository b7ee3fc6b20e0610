//! Where a name of the program may be given another value, because nothing needs the old one any more.
//!
//! Only straight code of the program's own level is looked at: a name that a function uses is always needed. Within a
//! function, a name that it does not mention is one of its own.

use std::collections::HashMap;

use super::{Above, Program, Translator};
use crate::render::Markup;
use crate::syntax::{StmtId, StmtKind};

/// By name: the places that use it in order, each with the earliest place at which a value is given that this one or a
/// later one uses; `None` where that cannot be told.
#[derive(Debug, Default)]
pub(super) struct Lives<'a>(HashMap<&'a str, Option<Vec<(usize, usize)>>>);

impl<'a> Lives<'a> {
    pub fn new(program: &Program<'a>) -> Self {
        let (ast, resolved) = (program.ast, program.resolved);
        let start = |stmt: StmtId| ast.stmt(stmt).span.start;
        let mut lives = Lives::default();
        for (id, defs) in resolved.uses() {
            let Some(name) = ast.name(id) else { continue };
            let from = defs.iter().map(|d| start(resolved.def(*d).stmt)).min().unwrap_or(0);
            let own = resolved.owner(id).is_some_and(|stmt| resolved.scope(stmt).is_none());
            lives.add(name, own.then_some((ast.span(id).start, from)));
        }
        for (_, def) in resolved.defs() {
            let changes = matches!(ast.stmt(def.stmt).kind, StmtKind::AugAssign { .. } | StmtKind::Function(_));
            if changes || resolved.scope(def.stmt).is_some() {
                lives.add(&def.name, None);
            }
        }
        lives.sorted()
    }

    /// With the uses in order, so that the first one after a place speaks for all that follow it.
    fn sorted(mut self) -> Self {
        for uses in self.0.values_mut().flatten() {
            uses.sort_unstable();
            for at in (1..uses.len()).rev() {
                uses[at - 1].1 = uses[at - 1].1.min(uses[at].1);
            }
        }
        self
    }

    fn add(&mut self, name: &'a str, used: Option<(usize, usize)>) {
        let uses = self.0.entry(name).or_insert_with(|| Some(Vec::new()));
        match (uses.as_mut(), used) {
            (Some(uses), Some(used)) => uses.push(used),
            _ => *uses = None,
        }
    }

    /// Whether every use of a name from this place on takes a value that it gets there or later.
    fn dead_at(&self, name: &str, place: usize) -> bool {
        match self.0.get(name) {
            Some(Some(uses)) => {
                let next = uses.partition_point(|(at, _)| *at < place);
                uses.get(next).is_none_or(|(_, from)| *from >= place)
            }
            Some(None) => false,
            None => true,
        }
    }
}

impl Translator<'_> {
    /// Whether nothing needs the value that a name has at a statement: what uses it later gives it a value first.
    pub(super) fn is_dead(&self, name: &str, at: StmtId) -> bool {
        let scope = self.p.resolved.scope(at).map(|scope| self.p.ast.stmt(scope));
        if let Some(function) = scope.filter(|scope| matches!(scope.kind, StmtKind::Function(_))) {
            let text = function.span.of(self.p.source.text());
            return text.split(|c: char| !(c.is_alphanumeric() || c == '_')).all(|word| word != name);
        }
        let span = self.p.ast.stmt(at).span;
        let outermost =
            self.p.ast.statement_around(span).is_some_and(|(_, block)| std::ptr::eq(block, &*self.p.ast.body));
        outermost && self.lives.dead_at(name, span.start)
    }

    /// A name for a variable that is assigned above or at a statement: the wanted one, if the program does not use it, or
    /// does not need its value there any more.
    pub(super) fn new_name(&self, wanted: &str, at: StmtId) -> String {
        crate::render::free_name(wanted, |n| self.identifiers.contains(n) && !self.is_dead(n, at))
    }

    /// A name for a value that is given above a statement: not one that another value has got there.
    pub(super) fn name_above(&self, wanted: &str, at: StmtId, value: &Markup) -> String {
        let is_in_use = |n: &str| self.identifiers.contains(n) && !self.is_dead(n, at);
        crate::render::free_name(wanted, |n| is_in_use(n) || self.is_other_above(n, at, value))
    }

    /// Whether a name is given above a statement already, with another value.
    pub(super) fn is_other_above(&self, name: &str, at: StmtId, value: &Markup) -> bool {
        let begin = format!("{name} = ");
        self.out.above.iter().any(|(stmt, above)| match above {
            Above::Code(code) if *stmt == at => code.0.strip_prefix(&begin).is_some_and(|other| other != value.0),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_needed_from_where_it_is_given_to_its_last_use() {
        let mut lives = Lives::default();
        for (at, from) in [(20, 10), (40, 30), (50, 30)] {
            lives.add("cluster", Some((at, from)));
        }
        let lives = lives.sorted();
        let dead = [5, 15, 25, 35, 60].map(|place| lives.dead_at("cluster", place));
        assert_eq!(dead, [true, false, true, false, true]);
    }
}
