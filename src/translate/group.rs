//! Operation groups and operations that the program keeps in variables: `jobs = client.jobs`, `get = jobs.get`.
//!
//! Calls on them are made on the client itself where that can be named, and then nothing reads the variable any more:
//! it goes. One that travels further (to a function, an attribute) becomes the group of the new client.

use std::collections::HashMap;

use super::{Result, Stuck, Translator};
use crate::concept;
use crate::find::{SiteId, SiteKind};
use crate::render::Markup;
use crate::report::Fate;
use crate::resolve::is_package;
use crate::sdk;
use crate::syntax::{Ast, ExprId, StmtId, StmtKind};

/// Around the text of a group that stands where a template has `{{ client }}.<group>`.
const OPEN: char = '\u{FDE3}';
const CLOSE: char = '\u{FDE4}';
/// How a template names the client.
const CLIENT: &str = "{{ client }}";
/// Why a variable for a group goes.
const UNUSED: &str = "nothing reads it any more: its calls are made on the client";

impl Translator<'_> {
    /// A statement that only names groups or operations waits until it is known whether anything reads the names.
    pub(super) fn wait_for_readers(&mut self, stmt: StmtId) -> bool {
        let StmtKind::Assign { targets, value } = &self.p.ast.stmt(stmt).kind else { return false };
        let values = self.p.ast.items(*value);
        let names = targets.iter().flat_map(|t| self.p.ast.items(*t)).all(|t| self.p.ast.name(t).is_some());
        let is_module =
            |id: &ExprId| self.ty(*id).symbol().is_some_and(|path| is_package(path) && self.p.sites.at(*id).is_none());
        let is_reference =
            |id: &ExprId| is_module(id) || self.p.sites.at(*id).is_some_and(|s| self.is_operation_or_group(s));
        let waits = names && !values.is_empty() && values.iter().all(is_reference);
        if waits {
            self.out.waiting.push((stmt, *value));
        }
        waits
    }

    fn is_operation_or_group(&self, id: SiteId) -> bool {
        let site = self.site(id);
        let operation = site.symbol.rsplit_once('.').is_some_and(|(g, m)| !sdk::batchai().operations(g, m).is_empty());
        site.kind == SiteKind::Reference && (operation || sdk::batchai().is_group(&site.symbol))
    }

    /// Removes the waiting statements whose names nothing reads, the last one first; translates the others.
    pub(super) fn waiting_statements(&mut self) {
        let waiting = std::mem::take(&mut self.out.waiting);
        if waiting.is_empty() {
            return;
        }
        let mut reads = self.reads_left();
        for (stmt, value) in waiting.into_iter().rev() {
            let is_read = |name: &&str| reads.get(*name).is_some_and(|n| *n > 0) || self.p.resolved.is_exported(name);
            if !assigned(self.p.ast, stmt).iter().any(is_read) {
                self.p.ast.descend(value, &mut |e| {
                    let count = self.p.ast.name(e).and_then(|name| reads.get_mut(name));
                    count.into_iter().for_each(|n| *n = n.saturating_sub(1));
                });
                self.settle_within(self.p.ast.span(value), Fate::Drop, UNUSED, "");
                self.delete(stmt);
            } else {
                self.expression(value);
            }
        }
    }

    /// How often each name is read once the edits so far are made.
    pub(super) fn reads_left(&self) -> HashMap<String, usize> {
        let ast = self.edited();
        let mut reads: HashMap<String, usize> = HashMap::new();
        ast.expr_ids().filter_map(|e| ast.name(e)).for_each(|name| *reads.entry(name.to_owned()).or_default() += 1);
        for name in ast.stmt_ids().flat_map(|s| assigned(&ast, s)) {
            reads.entry(name.to_owned()).and_modify(|n| *n -= 1);
        }
        reads
    }

    /// The group of the new client, for the old one as a value.
    pub(super) fn group(&mut self, id: SiteId, receiver: ExprId) -> Result<Markup> {
        let mapping = self.mapping(self.site(id))?;
        if mapping.fate == Fate::Manual {
            return Err(Stuck::new(&*mapping.note, &*mapping.todo));
        }
        let client = self.text(receiver)?;
        self.finish(id, mapping);
        self.fill(&mapping.code, &vec![("client".into(), client)])
    }

    /// What stands for `{{ client }}` in a template when only a group of it is in reach, as in `self.jobs.get(…)`.
    pub(super) fn client_by_group(&mut self, receiver: ExprId, template: &str) -> Option<Markup> {
        let class = self.ty(receiver).class().filter(|c| sdk::batchai().is_group(c))?;
        let row = concept::table().symbol(class)?.mapping(self.p.target, self.p.form);
        let group = row.code.strip_prefix(CLIENT)?;
        let all_on_group = template.split(CLIENT).skip(1).all(|rest| rest.starts_with(group));
        if !all_on_group {
            return None;
        }
        let own = self.text(receiver).ok()?;
        Some(if group.is_empty() { own } else { Markup(format!("{OPEN}{}{CLOSE}{group}{CLOSE}", own.0)) })
    }
}

/// `OPEN own CLOSE .group CLOSE .group` is `own`.
pub(super) fn by_group(markup: Markup) -> Markup {
    let mut text = markup.0;
    while let Some(start) = text.find(OPEN) {
        let mut parts = text[start + OPEN.len_utf8()..].splitn(3, CLOSE);
        let (own, group, rest) = (parts.next(), parts.next(), parts.next());
        let (Some(own), Some(group), Some(rest)) = (own, group, rest) else { break };
        text = format!("{}{own}{}", &text[..start], rest.strip_prefix(group).unwrap_or(rest));
    }
    Markup(text)
}

/// The names that a statement binds by assignment.
pub(super) fn assigned(ast: &Ast, stmt: StmtId) -> Vec<&str> {
    let StmtKind::Assign { targets, .. } = &ast.stmt(stmt).kind else { return Vec::new() };
    targets.iter().flat_map(|t| ast.items(*t)).filter_map(|t| ast.name(t)).collect()
}
