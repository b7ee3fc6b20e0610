//! Imports of the standard library whose only use goes with the code that is converted.

use std::collections::BTreeSet;

use super::Translator;
use crate::resolve::is_standard;
use crate::syntax::{Alias, StmtId, StmtKind};

impl Translator<'_> {
    /// The statements at the top of the file that import only what was used and is not any more. `left` are the names
    /// that the converted code uses.
    pub(super) fn unneeded(&self, left: &BTreeSet<String>) -> BTreeSet<StmtId> {
        let body = self.p.ast.body.iter().copied();
        body.filter(|stmt| self.is_unneeded(*stmt, left) && !self.has_comment_behind(*stmt)).collect()
    }

    fn is_unneeded(&self, stmt: StmtId, left: &BTreeSet<String>) -> bool {
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::Import(names) => names.iter().all(|name| {
                is_standard(&name.name) && !name.name.contains('.') && self.has_lost_its_use(name, &name.name, left)
            }),
            StmtKind::ImportFrom { module, level: 0, names } if module != "__future__" && is_standard(module) => {
                let path = |name: &Alias| format!("{module}.{}", name.name);
                names.iter().all(|name| name.name != "*" && self.has_lost_its_use(name, &path(name), left))
            }
            _ => false,
        }
    }

    fn has_lost_its_use(&self, alias: &Alias, path: &str, left: &BTreeSet<String>) -> bool {
        let name = alias.bound();
        let of_support =
            |code: &String| code.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == name);
        let taken = self.p.files.iter().any(|file| {
            let resolved = &file.module.resolved;
            let mut needs = resolved.needs();
            resolved.stars().contains(&self.p.here) || needs.any(|(from, what)| from == self.p.here && what == name)
        });
        self.identifiers.contains(name)
            && !left.contains(name)
            && !self.out.imports.iter().any(|wanted| wanted == path)
            && !self.out.support.iter().any(of_support)
            && !taken
    }

    /// A comment on the line of a statement would be lost with it.
    fn has_comment_behind(&self, stmt: StmtId) -> bool {
        let (text, end) = (self.p.source.text(), self.p.ast.stmt(stmt).span.end);
        self.p.ast.comments.iter().any(|c| c.start >= end && !text[end..c.start].contains('\n'))
    }
}

/// The beginning of an import statement, without the bracket and the comment that can stand before its names.
pub(super) fn up_to_import(before_names: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || "._".contains(c);
    let mut words = before_names.match_indices("import").map(|(at, word)| (at, at + word.len()));
    let end =
        words.find(|(at, end)| !before_names[..*at].ends_with(is_part) && !before_names[*end..].starts_with(is_part));
    &before_names[..end.map_or(before_names.len(), |(_, end)| end)]
}
