//! What a converted program leaves to a person.
//!
//! A statement is *marked* when its first line has a comment directly above it, in an unbroken block of comment lines,
//! that a conversion has left ([`is_mark`](crate::text::is_mark)). The mark speaks for the statement's own expressions, not for statements within it. A
//! definition (an import, an assignment) is left as well when a marked statement uses it, or when such a definition uses
//! it in turn.

use std::collections::{HashMap, HashSet};

use super::{DefId, Resolved};
use crate::syntax::{Ast, StmtId, StmtKind};

/// The marked statements of a program, and the definitions that they use.
#[derive(Debug, Default)]
pub struct Marks {
    marked: HashSet<StmtId>,
    used: HashMap<StmtId, HashSet<DefId>>,
}

impl Marks {
    /// Those of one file.
    pub fn new(ast: &Ast, resolved: &Resolved) -> Self {
        let marked: HashSet<StmtId> = ast.stmt_ids().filter(|stmt| ast.is_left(*stmt)).collect();
        let mut todo: Vec<StmtId> = marked.iter().copied().collect();
        let mut marks = Marks { marked, used: HashMap::new() };
        while let Some(stmt) = todo.pop() {
            marks.follow(ast, resolved, stmt, &mut todo);
        }
        marks
    }

    fn follow(&mut self, ast: &Ast, resolved: &Resolved, stmt: StmtId, todo: &mut Vec<StmtId>) {
        for expr in ast.stmt_exprs(stmt) {
            ast.descend(expr, &mut |part| {
                for def in resolved.reaching(part) {
                    let at = resolved.def(*def).stmt;
                    if self.used.entry(at).or_default().insert(*def) {
                        todo.push(at);
                    }
                }
            });
        }
    }

    /// Whether a statement is marked.
    pub fn has(&self, stmt: StmtId) -> bool {
        self.marked.contains(&stmt)
    }

    /// Whether marked code uses what a statement defines.
    pub fn use_some(&self, stmt: StmtId) -> bool {
        self.used.contains_key(&stmt)
    }

    /// Whether marked code uses this package by its dotted name: several plain imports, as of `a.b` and `a.b.c`, bind one
    /// name, and each of them is needed.
    pub fn use_package(&self, ast: &Ast, resolved: &Resolved, name: &str) -> bool {
        let imports = self.used.keys().filter(|stmt| matches!(ast.stmt(**stmt).kind, StmtKind::Import(_)));
        imports.into_iter().any(|stmt| self.use_name(resolved, *stmt, name))
    }

    /// Whether marked code uses this name of a statement.
    pub fn use_name(&self, resolved: &Resolved, stmt: StmtId, name: &str) -> bool {
        self.used.get(&stmt).is_some_and(|defs| defs.iter().any(|def| resolved.def(*def).name == name))
    }
}
