//! Which files of a run are one program: those that import each other, at once or through others.

use std::collections::HashMap;

use rayon::prelude::*;

use super::tree::{NodeId, Tree};
use crate::source::Source;
use crate::syntax::{self, Ast, StmtKind, imported_words};

/// The files of a run by program, each program in the order of its paths. Most files are a program of their own.
pub fn programs(tree: &Tree, sources: &[Source]) -> Vec<Vec<usize>> {
    let edges: Vec<Vec<usize>> =
        sources.par_iter().enumerate().map(|(file, source)| imports_of(tree, file, source)).collect();
    let mut roots: Vec<usize> = (0..sources.len()).collect();
    for (file, imported) in edges.iter().enumerate() {
        for other in imported {
            let (one, other) = (root(&mut roots, file), root(&mut roots, *other));
            roots[one.max(other)] = one.min(other);
        }
    }
    let mut programs: Vec<Vec<usize>> = vec![Vec::new(); sources.len()];
    for file in 0..sources.len() {
        programs[root(&mut roots, file)].push(file);
    }
    programs.retain(|files| !files.is_empty());
    for files in &mut programs {
        files.sort_by_key(|file| sources[*file].path());
    }
    programs
}

fn root(roots: &mut [usize], file: usize) -> usize {
    let mut at = file;
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

/// The files that a file imports. Only one that may import any is parsed.
fn imports_of(tree: &Tree, file: usize, source: &Source) -> Vec<usize> {
    let text = source.text().as_bytes();
    let is_ours = |word: &[u8]| std::str::from_utf8(word).is_ok_and(|name| tree.has(name));
    let from_folder = memchr::memmem::find(text, b"from .").is_some();
    if from_folder || imported_words(text).any(is_ours) { imports(tree, file, &syntax::parse(source)) } else { vec![] }
}

/// The files that a parsed file imports.
pub(super) fn imports(tree: &Tree, file: usize, ast: &Ast) -> Vec<usize> {
    let mut found = Vec::new();
    for stmt in ast.stmt_ids() {
        match &ast.stmt(stmt).kind {
            StmtKind::Import(names) => {
                for alias in names {
                    let node = tree.find(file, 0, &alias.name, &[]);
                    let top = node.map(|node| tree.top(node, alias.name.split('.').count()));
                    found.extend(node.into_iter().chain(top).filter_map(|node| tree.file(node)));
                }
            }
            StmtKind::ImportFrom { module, level, names } => {
                let names: Vec<&str> = names.iter().map(|alias| alias.name.as_str()).collect();
                let node = tree.find(file, *level, module, &names);
                let parts = |node: NodeId| names.iter().filter_map(move |name| tree.child(node, name));
                found.extend(
                    node.into_iter().flat_map(|n| [n].into_iter().chain(parts(n))).filter_map(|n| tree.file(n)),
                );
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The modules of a program in the order in which Python would run them: what a module imports comes before it.
pub(super) fn order(tree: &Tree, files: &[usize], asts: &[&Ast]) -> Vec<usize> {
    let places: HashMap<usize, usize> = files.iter().enumerate().map(|(place, file)| (*file, place)).collect();
    let edges: Vec<Vec<usize>> = files
        .iter()
        .zip(asts)
        .map(|(file, ast)| if files.len() == 1 { vec![] } else { imports(tree, *file, ast) })
        .map(|imported| imported.iter().filter_map(|file| places.get(file).copied()).collect())
        .collect();
    let mut order = Vec::new();
    let mut seen = vec![false; files.len()];
    for start in 0..files.len() {
        let mut open = vec![(start, false)];
        while let Some((module, is_done)) = open.pop() {
            if is_done {
                order.push(module);
            } else if !std::mem::replace(&mut seen[module], true) {
                open.push((module, true));
                open.extend(edges[module].iter().rev().map(|next| (*next, false)));
            }
        }
    }
    order
}
