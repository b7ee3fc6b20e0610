//! That every name which the conversion brought in is bound: a support function that was not inserted, an import that is
//! missing, a definition that went although something still reads it.

use std::collections::HashSet;

use super::Fault;
use crate::resolve::Module;
use crate::syntax::{Ast, ExprId, ExprKind, StmtKind};

/// Python's built-in functions and types; exceptions and warnings are known by their endings.
const BUILT_IN: &str = " abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile \
    complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr \
    globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min \
    next object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str \
    sum super tuple type vars zip BaseException Exception BaseExceptionGroup ExceptionGroup Ellipsis NotImplemented \
    KeyboardInterrupt SystemExit StopIteration StopAsyncIteration GeneratorExit Warning get_ipython display ";

/// Uses of names that nothing binds, and that the original binds or does not have.
pub(super) fn faults(old: &Module, new: &Module) -> Vec<Fault> {
    let free: Vec<(ExprId, &str)> = unbound(new).collect();
    if free.is_empty() || imports_everything(&new.ast) {
        return Vec::new();
    }
    let before: HashSet<&str> = unbound(old).map(|(_, name)| name).collect();
    let brought = free.into_iter().filter(|(_, name)| !before.contains(name));
    brought.map(|(id, name)| Fault::new(new.ast.span(id), format!("nothing binds `{name}`"))).collect()
}

fn unbound<'a>(program: &'a Module) -> impl Iterator<Item = (ExprId, &'a str)> {
    let Module { ast, resolved, .. } = program;
    let elsewhere = bound_elsewhere(ast);
    let targets: HashSet<ExprId> = targets(ast);
    let names = ast.expr_ids().filter_map(|id| ast.name(id).map(|name| (id, name)));
    names.filter(move |(id, name)| {
        resolved.reaching(*id).is_empty() && !targets.contains(id) && !elsewhere.contains(name) && !is_built_in(name)
    })
}

/// Names that are bound in ways that `resolve` does not follow.
fn bound_elsewhere(ast: &Ast) -> HashSet<&str> {
    let mut names = HashSet::new();
    for stmt in ast.stmt_ids() {
        match &ast.stmt(stmt).kind {
            StmtKind::Try { handlers, .. } => names.extend(handlers.iter().filter_map(|h| h.name.as_deref())),
            StmtKind::Global(globals) => names.extend(globals.iter().map(String::as_str)),
            _ => {}
        }
    }
    for id in ast.expr_ids() {
        if let ExprKind::Named { target, .. } = ast.kind(id) {
            names.extend(ast.name(*target));
        }
    }
    names
}

/// Expressions that bind names and do not read them.
fn targets(ast: &Ast) -> HashSet<ExprId> {
    let mut found = HashSet::new();
    for id in ast.expr_ids() {
        if let ExprKind::Comprehension { clauses, .. } = ast.kind(id) {
            clauses.iter().for_each(|clause| bind(ast, clause.target, &mut found));
        }
    }
    for stmt in ast.stmt_ids() {
        let own: Vec<ExprId> = match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, .. } => targets.clone(),
            StmtKind::AnnAssign { target, .. } | StmtKind::For { target, .. } => vec![*target],
            StmtKind::With { items, .. } => items.iter().filter_map(|(_, target)| *target).collect(),
            _ => Vec::new(),
        };
        own.into_iter().for_each(|target| bind(ast, target, &mut found));
    }
    found
}

/// The names in a target, through tuples and stars but not into `a.b` or `a[b]`, which read `a`.
fn bind(ast: &Ast, target: ExprId, found: &mut HashSet<ExprId>) {
    match ast.kind(target) {
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| bind(ast, *item, found)),
        ExprKind::Starred(inner) => bind(ast, *inner, found),
        _ => {
            found.insert(target);
        }
    }
}

fn imports_everything(ast: &Ast) -> bool {
    ast.stmt_ids().any(|stmt| {
        matches!(&ast.stmt(stmt).kind, StmtKind::ImportFrom { names, .. } if names.iter().any(|a| a.name == "*"))
    })
}

fn is_built_in(name: &str) -> bool {
    let named = |ending: &str| name.ends_with(ending) && name.starts_with(|c: char| c.is_ascii_uppercase());
    name.starts_with("__")
        || name == "_"
        || named("Error")
        || named("Warning")
        || BUILT_IN.contains(&format!(" {name} "))
}
