//! That each module of a program still has what the others take from it.

use std::collections::BTreeSet;

use crate::resolve::{Module, listed};
use crate::syntax::{Ast, StmtId, StmtKind};

/// A name that is gone although another module takes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The module that had it, by its place in the program, and the statement there that bound it.
    pub module: usize,
    pub stmt: StmtId,
    pub name: String,
    /// The path of the file that takes it.
    pub by: String,
}

/// The names that a converted program misses across its modules. Both are the same files in the same order.
pub fn missing(before: &[&Module], after: &[Module]) -> Vec<Missing> {
    let mut found = BTreeSet::new();
    for taker in after {
        let (needs, names) = (taker.resolved.needs(), unbound(taker));
        let by_star = taker.resolved.stars().iter().flat_map(|m| names.iter().map(|name| (*m, *name)));
        for (module, name) in needs.chain(by_star) {
            found.extend(gone(before, after, (module, name), taker.source.path()));
        }
    }
    for (module, taker) in after.iter().enumerate() {
        for name in listed(&taker.ast).unwrap_or_default() {
            found.extend(gone(before, after, (module, &name), taker.source.path()));
        }
    }
    found.into_iter().collect()
}

/// The names that a module reads and nothing in it binds.
fn unbound<'a>(module: &'a Module) -> BTreeSet<&'a str> {
    let Module { ast, resolved, .. } = module;
    if resolved.stars().is_empty() {
        return BTreeSet::new();
    }
    let free = ast.expr_ids().filter(|id| resolved.reaching(*id).is_empty());
    free.filter_map(|id| ast.name(id)).collect()
}

/// A name that a module had and has no longer. One that it had by `*` is missing where that took it from.
fn gone(before: &[&Module], after: &[Module], from: (usize, &str), by: &str) -> Option<Missing> {
    let (mut module, mut name) = from;
    for _ in 0..before.len() {
        let Module { ast, resolved, .. } = &before[module];
        if after[module].resolved.binds(name) {
            return None;
        }
        let (id, def) = resolved.defs_named(name).find(|(_, def)| def.scope.is_none())?;
        match resolved.imported(id).filter(|_| is_star(ast, def.stmt)) {
            Some(next) => (module, name) = next,
            None => return Some(Missing { module, stmt: def.stmt, name: name.to_owned(), by: by.to_owned() }),
        }
    }
    None
}

fn is_star(ast: &Ast, stmt: StmtId) -> bool {
    matches!(&ast.stmt(stmt).kind, StmtKind::ImportFrom { names, .. } if names.iter().any(|alias| alias.name == "*"))
}
