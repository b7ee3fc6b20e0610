//! Imports in functions: what only such a function uses is imported there, as before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Translator;
use crate::syntax::{Ast, StmtId, StmtKind};

/// The names of the functions and classes around something, outermost first.
type Chain = Vec<String>;

impl Translator<'_> {
    /// The new names that only functions use which had imports that go: by those imports, which they replace.
    /// `names` are modules with what is imported of them.
    pub(super) fn local_names(
        &self,
        removed: &[(StmtId, String)],
        names: &[(&String, &BTreeSet<String>)],
    ) -> HashMap<(String, String), Vec<StmtId>> {
        let mut locals: BTreeMap<Chain, StmtId> = BTreeMap::new();
        for (stmt, _) in removed {
            let around = std::iter::successors(self.p.resolved.scope(*stmt), |inner| self.p.resolved.scope(*inner));
            let mut chain: Chain = around.filter_map(|stmt| defined(self.p.ast, stmt)).map(str::to_owned).collect();
            chain.reverse();
            if !chain.is_empty() {
                locals.entry(chain).or_insert(*stmt);
            }
        }
        let mut found = HashMap::new();
        if locals.is_empty() {
            return found;
        }
        let uses = uses(&self.edited());
        for (module, imported) in names {
            for name in imported.iter() {
                let bound = name.rsplit(' ').next().unwrap_or(name);
                let in_support = self.out.support.iter().any(|code| code.contains(bound));
                let Some(chains) = uses.get(bound).filter(|_| !in_support) else { continue };
                let within = |chain: &Chain| locals.iter().find(|(local, _)| chain.starts_with(local)).map(|(_, s)| *s);
                let places: Option<BTreeSet<StmtId>> = chains.iter().map(within).collect();
                if let Some(places) = places {
                    found.insert(((*module).clone(), name.clone()), places.into_iter().collect());
                }
            }
        }
        found
    }
}

/// The name of the function or class that a statement defines.
fn defined(ast: &Ast, stmt: StmtId) -> Option<&str> {
    match &ast.stmt(stmt).kind {
        StmtKind::Function(function) => Some(&function.name),
        StmtKind::Class { name, .. } => Some(name),
        _ => None,
    }
}

/// Where each name stands.
fn uses(ast: &Ast) -> HashMap<String, BTreeSet<Chain>> {
    let mut found: HashMap<String, BTreeSet<Chain>> = HashMap::new();
    let mut open: Vec<(StmtId, Chain)> = ast.body.iter().map(|stmt| (*stmt, Chain::new())).collect();
    while let Some((stmt, chain)) = open.pop() {
        for expr in ast.stmt_exprs(stmt) {
            ast.descend(expr, &mut |part| {
                if let Some(name) = ast.name(part) {
                    found.entry(name.to_owned()).or_default().insert(chain.clone());
                }
            });
        }
        let inner: Chain = chain.iter().cloned().chain(defined(ast, stmt).map(str::to_owned)).collect();
        open.extend(ast.blocks(stmt).into_iter().flatten().map(|stmt| (*stmt, inner.clone())));
    }
    found
}
