//! That nothing of Batch AI is left without a mark.
//!
//! Every use that [`Sites::find`](crate::find::Sites::find) finds in the new program is a fault, except:
//!
//! - it stands in a *marked* statement: one whose first line has a comment directly above it, in an unbroken block of
//!   comment lines, that begins with [`MARK`];
//! - it stands in a definition (an import or an assignment) that a marked statement uses, or that such a definition
//!   uses in turn; of an import only the name that is used is accepted, not its neighbours;
//! - it reads or writes an attribute of an object that comes from a marked statement;
//! - it is a variable `AZ_BATCHAI_…` in a string, and some string of the program has it in an `export` of the shell,
//!   `export <VARIABLE>=`: converted commands set the variables that texts of the user still name. The support constant
//!   `TASK_FROM_TF_CONFIG` is such a string;
//! - it is a variable `AZ_BATCH_…`: that family is Azure Batch's, and Azure ML sets it as well.

use std::collections::HashSet;

use super::{Fault, Program};
use crate::find::{Site, SiteKind};
use crate::resolve::DefId;
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};
use crate::translate::MARK;

/// What is left of Batch AI and not accepted.
pub(super) fn faults(program: &Program) -> Vec<Fault> {
    let sites = program.sites();
    if sites.all.is_empty() {
        return Vec::new();
    }
    let exported = exported(program);
    let accepted = Accepted::new(program);
    let left = sites.all.iter().filter(|site| !accepted.has(site) && !is_set(site, &exported));
    left.map(|site| Fault::new(site.span, format!("`{}` is left without a mark", shown(site)))).collect()
}

fn shown(site: &Site) -> &str {
    match &site.kind {
        SiteKind::Mention(mention) => &mention.variable,
        _ => &site.symbol,
    }
}

/// Whether a variable is set by the program itself or by Azure ML.
fn is_set(site: &Site, exported: &HashSet<String>) -> bool {
    let SiteKind::Mention(mention) = &site.kind else { return false };
    !mention.variable.starts_with("AZ_BATCHAI_") || exported.contains(&mention.variable)
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

/// Whether one of the comment lines directly above a statement begins with the mark.
fn is_marked(program: &Program, stmt: StmtId) -> bool {
    let start = program.ast.stmt(stmt).span.start;
    let line = program.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let above = program.text[..line].lines().rev().map(str::trim_start);
    above.take_while(|line| line.starts_with('#')).any(|line| line.starts_with(MARK))
}

/// The variables that strings of the program export, a sum of strings taken as one.
fn exported(program: &Program) -> HashSet<String> {
    let Program { ast, resolved, .. } = program;
    let mut found = HashSet::new();
    for id in ast.expr_ids() {
        let is_sum = |id| matches!(ast.kind(id), ExprKind::Binary { op: "+", .. });
        let is_text = is_sum(id) || matches!(ast.kind(id), ExprKind::Str { .. } | ExprKind::FString(_));
        if is_text && !resolved.parent(id).is_some_and(is_sum) {
            exports_in(&resolved.string(ast, id, false).known(), &mut found);
        }
    }
    found
}

/// The variables that shell text exports with a value: `export A=1 B="2 3"; …`.
fn exports_in(text: &str, found: &mut HashSet<String>) {
    for (at, word) in text.match_indices("export ") {
        if text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        for word in words(&text[at + word.len()..]) {
            if let Some((name, _)) = word.split_once('=') {
                found.insert(name.to_owned());
            }
        }
    }
}

/// The words of a shell command up to its end; quotes hold a word together.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote) = (Vec::new(), 0, None);
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ' | '\t') => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            (None, ';' | '&' | '|' | '\n') => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    words.push(&text[start..end]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exports(text: &str) -> Vec<String> {
        let mut found = HashSet::new();
        exports_in(text, &mut found);
        let mut found: Vec<String> = found.into_iter().collect();
        found.sort();
        found
    }

    #[test]
    fn every_word_of_an_export_counts_up_to_its_end() {
        assert_eq!(exports(r#"export A="${{inputs.A}} x" B=1; C=2 python run.py"#), ["A", "B"]);
        assert_eq!(exports("cd /x && export A=$(mktemp -d) && echo B=2"), ["A"]);
    }

    #[test]
    fn a_name_alone_sets_nothing() {
        assert!(exports("export A; unexport B=1; echo $C").is_empty());
    }
}
