//! What the modules of a program know of each other, from one pass of the walk to the next.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::forward::Forwarders;
use super::tree::{NodeId, Tree};
use super::{Resolved, Ty};
use crate::syntax::{Ast, ExprKind, StmtId, StmtKind};

/// A function or class of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// The module, by its place in the program.
    pub module: usize,
    pub stmt: StmtId,
}

/// What is known of a program's functions, classes and modules.
pub(super) struct Shared<'a> {
    pub tree: &'a Tree,
    /// The syntax trees of the modules.
    pub asts: Vec<&'a Ast>,
    /// By file of the run: its place in the program.
    places: HashMap<usize, usize>,
    /// What callers give, by function and parameter.
    pub params: Facts<(Code, String)>,
    /// What functions return.
    pub returns: Facts<Code>,
    /// Methods and nested classes, by class and name.
    pub members: Facts<(Code, String)>,
    /// Attributes that the program's own classes set on `self`.
    pub attributes: Facts<(Code, String)>,
    /// The first base of a class that is of the program itself.
    pub bases: Facts<Code>,
    /// What functions assign to names that they declare `global`, by module and name.
    pub globals: Facts<(usize, String)>,
    /// Clients that are put into dictionaries of unknown origin, by the dictionary's name and the key.
    pub items: Facts<(String, String)>,
    exports: Vec<Exports>,
    /// The functions of the program that call what they are given.
    pub forwarders: Arc<Forwarders>,
    changed: bool,
    evidence: Evidence,
}

/// Whether it is asked how names of unknown origin are used.
#[derive(PartialEq)]
enum Evidence {
    Unasked,
    /// Some are used as only Batch AI's client can be.
    Found,
    Taken,
}

/// Types by what has them.
pub(super) struct Facts<K> {
    known: HashMap<K, Ty>,
    changed: bool,
}

/// What a module has for those that import it.
#[derive(Default, PartialEq)]
struct Exports {
    names: HashMap<String, Ty>,
    /// Whether it has all classes of Batch AI.
    star: bool,
}

impl<K: Eq + Hash> Facts<K> {
    fn new() -> Self {
        Facts { known: HashMap::new(), changed: false }
    }

    pub fn known(&self, key: &K) -> Option<&Ty> {
        self.known.get(key)
    }

    pub fn get(&self, key: &K) -> Ty {
        self.known(key).cloned().unwrap_or_default()
    }

    /// Adds what is known now to what was known.
    pub fn learn(&mut self, key: K, ty: Ty) {
        let old = self.get(&key);
        self.set(key, old.join(ty));
    }

    pub fn set(&mut self, key: K, ty: Ty) {
        let is_news = self.known.get(&key) != Some(&ty);
        self.changed |= is_news;
        if is_news {
            self.known.insert(key, ty);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &Ty)> {
        self.known.iter()
    }
}

impl<'a> Shared<'a> {
    /// Nothing is known yet of these modules, which are the files with these numbers.
    pub fn new(tree: &'a Tree, files: &[usize], asts: Vec<&'a Ast>) -> Self {
        Shared {
            tree,
            places: files.iter().enumerate().map(|(place, file)| (*file, place)).collect(),
            exports: asts.iter().map(|_| Exports::default()).collect(),
            asts,
            params: Facts::new(),
            returns: Facts::new(),
            members: Facts::new(),
            attributes: Facts::new(),
            bases: Facts::new(),
            globals: Facts::new(),
            items: Facts::new(),
            forwarders: Arc::default(),
            changed: false,
            evidence: Evidence::Unasked,
        }
    }

    /// From here on evidence is taken for what a name is, if there was any.
    pub fn goes_by_evidence(&mut self) -> bool {
        let is_found = self.evidence == Evidence::Found;
        self.evidence = if is_found { Evidence::Taken } else { Evidence::Unasked };
        is_found
    }

    /// Whether the use of a name is evidence for what it is, which may be known already.
    pub fn is_evidence(&mut self, is_known: bool) -> bool {
        match self.evidence {
            Evidence::Taken => self.changed |= !is_known,
            _ => self.evidence = Evidence::Found,
        }
        self.evidence == Evidence::Taken
    }

    /// Whether anything was learned since this was asked last.
    pub fn has_news(&mut self) -> bool {
        let facts = [
            &mut self.params.changed,
            &mut self.returns.changed,
            &mut self.members.changed,
            &mut self.attributes.changed,
            &mut self.bases.changed,
            &mut self.globals.changed,
            &mut self.items.changed,
        ];
        facts.into_iter().for_each(|news| self.changed |= std::mem::take(news));
        std::mem::take(&mut self.changed)
    }

    /// The module that a node is, by its place in the program; a file that is no Python has nothing to give.
    pub fn module(&self, node: NodeId) -> Option<usize> {
        let place = *self.places.get(&self.tree.file(node)?)?;
        self.asts[place].errors.is_empty().then_some(place)
    }

    /// What a module has under a name.
    pub fn export(&self, module: usize, name: &str) -> Ty {
        let Exports { names, star } = &self.exports[module];
        let classes = *star && super::ty::is_class(name);
        let known = names.get(name).cloned().unwrap_or_default();
        if known == Ty::Unknown && classes { Ty::Symbol(name.to_owned()) } else { known }
    }

    /// The names that `from module import *` brings.
    pub fn star(&self, module: usize) -> Vec<String> {
        let mut names: Vec<String> = match listed(self.asts[module]) {
            Some(names) => names,
            None => self.exports[module].names.keys().filter(|name| !name.starts_with('_')).cloned().collect(),
        };
        names.sort();
        names
    }

    pub fn has_all_classes(&self, module: usize) -> bool {
        self.exports[module].star && listed(self.asts[module]).is_none()
    }

    /// Notes what a module that has been walked gives to others.
    pub fn publish(&mut self, module: usize, resolved: &Resolved) {
        let mut exports = Exports { names: HashMap::new(), star: resolved.star };
        for (_, def) in resolved.defs().filter(|(_, def)| def.scope.is_none()) {
            let known = exports.names.entry(def.name.clone()).or_default();
            *known = std::mem::take(known).join(def.ty.clone());
        }
        self.changed |= exports != self.exports[module];
        self.exports[module] = exports;
    }
}

/// The names in `__all__`.
pub fn listed(ast: &Ast) -> Option<Vec<String>> {
    let mut found = None;
    for stmt in &ast.body {
        let (target, value) = match &ast.stmt(*stmt).kind {
            StmtKind::Assign { targets, value } if targets.len() == 1 => (targets[0], *value),
            StmtKind::AugAssign { target, value, .. } => (*target, *value),
            _ => continue,
        };
        if let (Some("__all__"), ExprKind::List(items) | ExprKind::Tuple(items)) = (ast.name(target), ast.kind(value)) {
            let names = items.iter().filter_map(|item| ast.str_value(*item)).map(str::to_owned);
            found.get_or_insert_with(Vec::new).extend(names);
        }
    }
    found
}
