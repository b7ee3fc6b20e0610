//! That nothing of Batch AI is left without a mark.
//!
//! Every use that [`Sites::find`](crate::find::Sites::find) finds in the new program (it leaves out variables that the
//! program exports itself) is a fault, except:
//!
//! - it stands in a *marked* statement: one whose first line has a comment directly above it, in an unbroken block of
//!   comment lines, that begins with [`MARK`];
//! - it stands in a definition (an import or an assignment) that a marked statement uses, or that such a definition
//!   uses in turn; of an import only the name that is used is accepted, not its neighbours;
//! - it reads or writes an attribute of an object that comes from a marked statement;
//! - it is a variable `AZ_BATCH_…`: that family is Azure Batch's, and Azure ML sets it as well.

use std::collections::HashSet;

use super::{Fault, Program};
use crate::find::{Site, SiteKind};
use crate::resolve::DefId;
use crate::syntax::{ExprId, StmtId, StmtKind};
use crate::text::Span;
use crate::translate::MARK;

/// What is left of Batch AI and not accepted.
pub(super) fn faults(program: &Program) -> Vec<Fault> {
    let sites = program.sites();
    if sites.all.is_empty() {
        return Vec::new();
    }
    let accepted = Accepted::new(program);
    let left = sites.all.iter().filter(|site| !accepted.has(site) && !is_of_batch(site));
    left.map(|site| Fault::new(site.span, format!("`{}` is left without a mark", shown(site)))).collect()
}

fn shown(site: &Site) -> &str {
    match &site.kind {
        SiteKind::Mention(mention) => &mention.variable,
        _ => &site.symbol,
    }
}

/// Whether a variable is one of Azure Batch, which Azure ML sets.
fn is_of_batch(site: &Site) -> bool {
    matches!(&site.kind, SiteKind::Mention(mention) if !mention.variable.starts_with("AZ_BATCHAI_"))
}

/// The statements and definitions in which Batch AI may be left.
struct Accepted<'a> {
    program: &'a Program<'a>,
    marked: HashSet<StmtId>,
    defs: HashSet<DefId>,
}

impl<'a> Accepted<'a> {
    fn new(program: &'a Program) -> Self {
        let marked: HashSet<StmtId> = program.ast.stmt_ids().filter(|stmt| is_marked(program, *stmt)).collect();
        let mut todo: Vec<StmtId> = marked.iter().copied().collect();
        let mut accepted = Accepted { program, marked, defs: HashSet::new() };
        while let Some(stmt) = todo.pop() {
            accepted.used_by(stmt, &mut todo);
        }
        accepted
    }

    /// Accepts the definitions that a statement uses.
    fn used_by(&mut self, stmt: StmtId, todo: &mut Vec<StmtId>) {
        let Program { ast, resolved, .. } = self.program;
        for expr in ast.stmt_exprs(stmt) {
            ast.descend(expr, &mut |part| {
                let new = resolved.reaching(part).iter().filter(|def| self.defs.insert(**def));
                todo.extend(new.map(|def| resolved.def(*def).stmt));
            });
        }
    }

    /// Whether an expression gives something that a marked statement made, through at most `depth` definitions.
    fn derived(&self, expr: ExprId, depth: usize) -> bool {
        let Program { ast, resolved, .. } = self.program;
        let mut found = false;
        ast.descend(expr, &mut |part| {
            found |= resolved.reaching(part).iter().map(|def| resolved.def(*def).stmt).any(|stmt| {
                self.marked.contains(&stmt)
                    || depth > 0 && ast.stmt_exprs(stmt).into_iter().any(|e| self.derived(e, depth - 1))
            });
        });
        found
    }

    fn has(&self, site: &Site) -> bool {
        let mut defs = self.defs.iter().map(|def| self.program.resolved.def(*def)).filter(|def| def.stmt == site.stmt);
        match &self.program.ast.stmt(site.stmt).kind {
            _ if self.marked.contains(&site.stmt) => true,
            _ if site.receiver.is_some_and(|receiver| self.derived(receiver, 4)) => true,
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
                let alias = names.iter().find(|alias| alias.span == site.span);
                alias.is_some_and(|alias| defs.any(|def| def.name == alias.bound()))
            }
            _ => defs.next().is_some(),
        }
    }
}

/// Whether a place stands in a statement that is left for a person.
pub(super) fn is_marked_at(program: &Program, span: Span) -> bool {
    let around = program.ast.stmt_ids().filter(|stmt| program.ast.stmt(*stmt).span.contains(span));
    let innermost = around.min_by_key(|stmt| {
        let span = program.ast.stmt(*stmt).span;
        span.end - span.start
    });
    innermost.is_some_and(|stmt| is_marked(program, stmt))
}

/// Whether one of the comment lines directly above a statement begins with the mark.
fn is_marked(program: &Program, stmt: StmtId) -> bool {
    let start = program.ast.stmt(stmt).span.start;
    let line = program.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let above = program.text[..line].lines().rev().map(str::trim_start);
    above.take_while(|line| line.starts_with('#')).any(|line| line.starts_with(MARK))
}
