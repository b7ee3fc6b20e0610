//! Imports that may fail: `try: import … except ImportError: …`. The new ones stand in the same place, and what the
//! handler gives a name instead (`BatchAIManagementClient = None`) goes to the new name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Translator;
use super::import::import_lines;
use crate::concept;
use crate::find::SiteKind;
use crate::syntax::{ExprId, Handler, StmtId, StmtKind};
use crate::text::{Edit, Span};

impl Translator<'_> {
    /// Where new imports go: in the place of the first import of the program's level that goes, or of one that is tried.
    /// What no import makes place for is returned beside that.
    pub(super) fn places(
        &self,
        removed: &[(StmtId, String)],
        modules: Vec<(&String, &BTreeSet<String>)>,
    ) -> (HashMap<StmtId, Vec<String>>, Vec<String>) {
        let is_level = |stmt: StmtId| {
            self.p.resolved.scope(stmt).is_none() && self.position(self.p.ast.stmt(stmt).span.start).0 == 0
        };
        let local = self.local_names(removed, &modules);
        let only_tried = !removed.iter().any(|(stmt, _)| is_level(*stmt));
        let (mut places, mut rest) = (HashMap::<_, Vec<String>>::new(), Vec::new());
        for (module, names) in modules {
            let of_place = |name: &String| local.get(&(module.clone(), name.clone()));
            let mut here: BTreeMap<StmtId, BTreeSet<String>> = BTreeMap::new();
            for name in names {
                for place in of_place(name).into_iter().flatten() {
                    here.entry(*place).or_default().insert(name.clone());
                }
            }
            for (place, names) in here {
                places.entry(place).or_default().extend(import_lines(module, &names));
            }
            let rest_of: BTreeSet<String> = names.iter().filter(|name| of_place(name).is_none()).cloned().collect();
            if rest_of.is_empty() && !names.is_empty() {
                continue;
            }
            let takes =
                |stmt: StmtId| is_level(stmt) || self.is_tried(stmt) && (only_tried || self.brought(stmt, module));
            let place = removed.iter().map(|(stmt, _)| *stmt).find(|stmt| takes(*stmt));
            place.map_or(&mut rest, |stmt| places.entry(stmt).or_default()).extend(import_lines(module, &rest_of));
        }
        (places, rest)
    }

    /// Whether an import is tried: it stands in a `try` of the program's level with a handler for imports that fail.
    fn is_tried(&self, import: StmtId) -> bool {
        self.tries().any(|(body, _)| body.contains(&import))
    }

    /// Whether what an import brought comes from this module now: Azure ML for Batch AI, the rest for the rest.
    fn brought(&self, import: StmtId, module: &str) -> bool {
        let is_batch_ai = self.p.ast.stmt(import).span.of(self.p.source.text()).contains("batchai");
        is_batch_ai == (module.starts_with("azure.ai.ml") || module.starts_with("azureml"))
    }

    /// Gives the new names what a handler gives the old ones where their import fails.
    pub(super) fn replace_fallbacks(&mut self) {
        if self.tries().all(|(_, handlers)| self.assigned_in(handlers).is_empty()) {
            return;
        }
        let edited = self.edited();
        let named = |name: &str| edited.expr_ids().filter(|e| edited.name(*e) == Some(name)).count();
        let left: BTreeSet<&str> = edited.expr_ids().filter_map(|e| edited.name(e)).collect();
        let mut edits: Vec<(StmtId, Option<Edit>)> = Vec::new();
        for (body, handlers) in self.tries() {
            let assigned = self.assigned_in(handlers);
            for (stmt, targets, value) in &assigned {
                let mut kept = Vec::new();
                let mut changes = false;
                for target in targets.iter().filter_map(|t| self.p.ast.name(*t)) {
                    let falls_back =
                        assigned.iter().flat_map(|(_, t, _)| t).filter(|t| self.p.ast.name(**t) == Some(target));
                    match self.moved_name(body, target).filter(|_| named(target) == falls_back.count()) {
                        Some(new) => {
                            changes = true;
                            kept.extend(Some(new).filter(|new| left.contains(new.as_str()) && !kept.contains(new)));
                        }
                        None => kept.push(target.to_owned()),
                    }
                }
                if changes {
                    let begin = self.p.ast.stmt(*stmt).span.start;
                    let span = Span::new(begin, self.p.ast.span(*value).start);
                    let text = format!("{} = ", kept.join(" = "));
                    edits.push((*stmt, Some(Edit { span, text }).filter(|_| !kept.is_empty())));
                }
            }
        }
        for (stmt, edit) in edits {
            match edit {
                Some(edit) => self.out.edits.push(edit),
                None => self.delete(stmt),
            }
        }
    }

    /// The body and the handlers of each `try` of the program's level that guards imports.
    fn tries(&self) -> impl Iterator<Item = (&[StmtId], &[Handler])> {
        let ast = self.p.ast;
        let catches = |handler: &Handler| {
            let kind = handler.kind.map(|kind| ast.span(kind).of(self.p.source.text()));
            kind.is_none_or(|kind| ["ImportError", "ModuleNotFoundError", "Exception"].iter().any(|k| kind.contains(k)))
        };
        ast.body.iter().filter_map(move |stmt| match &ast.stmt(*stmt).kind {
            StmtKind::Try { body, handlers, .. } if handlers.iter().any(catches) => {
                Some((body.as_slice(), handlers.as_slice()))
            }
            _ => None,
        })
    }

    /// The assignments to nothing but names in handlers: statement, targets, value.
    fn assigned_in(&self, handlers: &[Handler]) -> Vec<(StmtId, Vec<ExprId>, ExprId)> {
        let ast = self.p.ast;
        let stmts = handlers.iter().flat_map(|h| &h.body);
        let assigned = stmts.filter_map(|stmt| match &ast.stmt(*stmt).kind {
            StmtKind::Assign { targets, value } => Some((*stmt, targets.clone(), *value)),
            _ => None,
        });
        assigned.filter(|(_, targets, _)| targets.iter().all(|t| ast.name(*t).is_some())).collect()
    }

    /// The name that stands in the new code for one that an import in this block binds and that moves: empty where
    /// there is none.
    fn moved_name(&self, block: &[StmtId], bound: &str) -> Option<String> {
        let ast = self.p.ast;
        let mut sites = self.p.sites.iter().map(|(_, site)| site).filter(|site| site.kind == SiteKind::Import);
        let alias = sites.find_map(|site| match &ast.stmt(site.stmt).kind {
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } if block.contains(&site.stmt) => {
                names.iter().find(|alias| alias.span == site.span && alias.bound() == bound)
            }
            _ => None,
        })?;
        let row = concept::table().symbol(&alias.name);
        let path = row.and_then(|row| row.mapping(self.p.target, self.p.form).imports.first());
        let new = path.and_then(|path| path.rsplit('.').next()).unwrap_or_default();
        Some(self.aliases.name(new).to_owned())
    }
}
