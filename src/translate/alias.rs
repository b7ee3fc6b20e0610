//! Names of ours that the program uses for something else: they are imported, or defined, under another name.

use std::collections::{BTreeMap, BTreeSet};

use super::{Program, support};
use crate::concept;
use crate::find::{Site, SiteKind};
use crate::syntax::{Alias, StmtKind};

/// Put before a name that is taken.
const PREFIX: &str = "ml_";

/// Our names that are taken, with what they are called instead.
#[derive(Debug, Default)]
pub(super) struct Aliases(BTreeMap<String, String>);

impl Aliases {
    pub fn new(program: &Program) -> Self {
        let needed = needed(program);
        let taken = taken(program, &needed);
        let ours = ours(program, &needed).into_iter().filter(|name| taken.contains(name.as_str()));
        let free = |name: &str| {
            let mut alias = format!("{PREFIX}{name}");
            while taken.contains(alias.as_str()) {
                alias.push('_');
            }
            alias
        };
        Aliases(ours.map(|name| (name.clone(), free(&name))).collect())
    }

    /// What a name of ours is called in this program.
    pub fn name<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// Our own text with its names as this program calls them.
    pub fn text(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            let (before, tail) = rest.split_at(start);
            out.push_str(before);
            let end = tail.find(|c| !is_word(c)).unwrap_or(tail.len());
            let (word, after) = tail.split_at(end);
            // An attribute or a keyword is not a name.
            let is_keyword = after.starts_with('=') && !after.starts_with("==");
            let own = !out.ends_with('.') && !is_keyword;
            out.push_str(if own { self.name(word) } else { word });
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// The names that the program binds, imports of packages that go left out.
fn taken<'a>(program: &'a Program, needed: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let imports = program.sites.iter().filter(|(_, s)| s.kind == SiteKind::Import);
    let goes: Vec<_> = imports.flat_map(|(_, s)| imported(program, s).map(|name| (s.stmt, name))).collect();
    let same = |def: &crate::resolve::Def| {
        // `import json` of the user's is the `json` that we mean.
        matches!(program.ast.stmt(def.stmt).kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
            && def.ty.symbol().is_some_and(|path| needed.contains(path))
    };
    program
        .resolved
        .defs()
        .filter(|(_, d)| !goes.contains(&(d.stmt, d.name.as_str())) && !same(d))
        .map(|(_, d)| d.name.as_str())
        .collect()
}

/// The name that an import binds.
fn imported<'a>(program: &'a Program, site: &Site) -> Option<&'a str> {
    let (StmtKind::Import(names) | StmtKind::ImportFrom { names, .. }) = &program.ast.stmt(site.stmt).kind else {
        return None;
    };
    names.iter().find(|alias| alias.span == site.span).map(Alias::bound)
}

/// Everything that our code may import.
fn needed(program: &Program) -> BTreeSet<String> {
    let rows = concept::table().rows().flat_map(|r| &r.symbols);
    let mappings = rows.map(|s| s.mapping(program.target, program.form));
    let mut out: BTreeSet<String> = BTreeSet::new();
    for mapping in mappings {
        out.extend(mapping.imports.iter().cloned());
        out.extend(mapping.fields.iter().flat_map(|(_, f)| f.imports.iter().cloned()));
        out.extend(mapping.distribution.iter().map(|(_, class)| class.clone()));
        out.extend([&mapping.target, &mapping.class].into_iter().filter(|t| !t.is_empty()).cloned());
    }
    out.extend(support::all(program.target).flat_map(|f| f.needs));
    out.extend(
        ["azure.ai.ml.command", "azure.ai.ml.Input", "azure.ai.ml.Output", "contextlib.nullcontext"].map(str::to_owned),
    );
    out
}

/// The names that our code may bring in.
fn ours(program: &Program, needed: &BTreeSet<String>) -> BTreeSet<String> {
    let last = |path: &String| super::model::import_path(program.target, path).rsplit('.').next().map(str::to_owned);
    let imported: BTreeSet<String> = needed.iter().filter_map(last).collect();
    imported.into_iter().chain(support::names(program.target).map(str::to_owned)).collect()
}
