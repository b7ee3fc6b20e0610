//! What imports bind: packages by their dotted name, modules of the run by where they are.

use super::flow::Walk;
use super::tree::NodeId;
use super::ty::{canonical, is_package};
use super::{DefId, Ty};
use crate::syntax::{Alias, ExprId, StmtId};

impl Walk<'_, '_> {
    pub(super) fn import(&mut self, names: &[Alias], stmt: StmtId) {
        for alias in names {
            self.resolved.imports_batchai |= is_package(&alias.name);
            let found = self.shared.tree.find(self.file, 0, &alias.name, &[]);
            let ty = match found {
                Some(node) => self.own_module(node, alias),
                None if alias.bound() != "utilities" && self.shared.tree.is_unclear(&alias.name) => Ty::Unknown,
                None if alias.asname.is_some() => Ty::Symbol(alias.name.clone()),
                None => Ty::Symbol(alias.bound().to_owned()),
            };
            self.define(alias.bound(), ty, None, stmt);
        }
    }

    fn own_module(&mut self, node: NodeId, alias: &Alias) -> Ty {
        self.resolved.own.insert(alias.span);
        let steps = alias.name.split('.').count();
        Ty::Module(if alias.asname.is_some() { node } else { self.shared.tree.top(node, steps) })
    }

    pub(super) fn import_from(&mut self, module: &str, level: u32, names: &[Alias], stmt: StmtId) {
        let wanted: Vec<&str> = names.iter().map(|alias| alias.name.as_str()).collect();
        if let Some(node) = self.shared.tree.find(self.file, level, module, &wanted) {
            return self.import_own(node, names, stmt);
        }
        let whole = names.iter().any(|n| is_package(&format!("{module}.{}", n.name)));
        self.resolved.imports_batchai |= level == 0 && (is_package(module) || whole);
        self.resolved.star |= level == 0 && is_package(module) && wanted.contains(&"*");
        let is_recipes = module == "utilities" || module.starts_with("utilities.");
        let is_unclear = level > 0 || self.shared.tree.is_unclear(module);
        for alias in names {
            let ty = match is_unclear && !is_recipes {
                true => Ty::Unknown,
                false => Ty::Symbol(canonical(module, &alias.name)),
            };
            self.define(alias.bound(), ty, None, stmt);
        }
    }

    fn import_own(&mut self, node: NodeId, names: &[Alias], stmt: StmtId) {
        for alias in names {
            self.resolved.own.insert(alias.span);
            if alias.name == "*" {
                self.import_all(node, stmt);
                continue;
            }
            let ty = self.of_module(node, &alias.name);
            self.import_name(node, &alias.name, alias.bound(), ty, stmt);
        }
    }

    fn import_all(&mut self, node: NodeId, stmt: StmtId) {
        let Some(module) = self.shared.module(node) else { return };
        self.resolved.star |= self.shared.has_all_classes(module);
        self.resolved.stars.push(module);
        for name in self.shared.star(module) {
            let ty = self.shared.export(module, &name);
            self.import_name(node, &name, &name, ty, stmt);
        }
    }

    fn import_name(&mut self, node: NodeId, name: &str, bound: &str, ty: Ty, stmt: StmtId) {
        let id = DefId(self.resolved.defs.len() as u32);
        self.define(bound, ty, None, stmt);
        if let Some(module) = self.shared.module(node) {
            self.resolved.imported.insert(id, (module, name.to_owned()));
        }
    }

    /// Notes that an expression is what a module has under a name.
    pub(super) fn take(&mut self, expr: ExprId, node: NodeId, name: &str) {
        if let Some(module) = self.shared.module(node) {
            self.resolved.taken.insert(expr, (module, name.to_owned()));
        }
    }

    /// What a module has under a name, which it must keep.
    pub(super) fn of_module(&mut self, node: NodeId, name: &str) -> Ty {
        let mut ty = Ty::Unknown;
        if let Some(module) = self.shared.module(node).filter(|module| *module != self.module) {
            self.resolved.needs.insert((module, name.to_owned()));
            ty = self.shared.export(module, name);
        }
        match self.shared.tree.child(node, name) {
            Some(child) if ty == Ty::Unknown => Ty::Module(child),
            _ => ty,
        }
    }
}
