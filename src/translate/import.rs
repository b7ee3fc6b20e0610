//! Imports: what nothing uses any more goes, what the new code names comes, grouped and sorted; and the support
//! functions that the new code calls.

use std::collections::{BTreeMap, BTreeSet};

use super::model::import_path;
use super::{Translator, support};
use crate::find::{Site, SiteKind};
use crate::report::Fate;
use crate::resolve::{is_class, is_standard};
use crate::source::Source;
use crate::syntax::{self, Alias, Ast, ExprKind, StmtId, StmtKind};
use crate::text::{Edit, Span, line_begin};

impl Translator<'_> {
    /// Edits the imports, after everything else has been edited.
    pub(super) fn imports(&mut self) {
        self.replace_fallbacks();
        let left = self.names_left();
        let mut removed = Vec::new();
        for stmt in self.import_statements() {
            if let Some(edit) = self.trimmed(stmt, &left) {
                removed.push((stmt, edit));
            }
        }
        self.settle_imports(&left);
        let added = self.added(&left);
        let left = if self.path_hacks(&removed) { self.names_left() } else { left };
        self.unneeded = self.unneeded(&left);
        self.write_imports(removed, &added);
        for stmt in std::mem::take(&mut self.unneeded) {
            self.delete(stmt);
        }
    }

    /// The names that the program still uses once the edits so far are made.
    fn names_left(&self) -> BTreeSet<String> {
        let ast = self.edited();
        // What stands before a dot is an expression too.
        ast.expr_ids().filter_map(|e| ast.dotted(e)).collect()
    }

    /// The program once the edits so far are made.
    pub(super) fn edited(&self) -> Ast {
        let source = self.p.source;
        let edited = source.apply(&super::remains::settled(self.p, self.out.edits.clone())).ok();
        let edited = edited.and_then(|bytes| Source::read(source.path(), bytes).ok());
        edited.map(|s| syntax::parse(&s)).unwrap_or_default()
    }

    /// Import statements that bind something of Batch AI or of a package that moves.
    fn import_statements(&self) -> Vec<StmtId> {
        let imports = self.p.sites.iter().filter(|(_, s)| s.kind == SiteKind::Import);
        let mut stmts: Vec<StmtId> = imports.map(|(_, s)| s.stmt).filter(|s| !self.is_kept(*s)).collect();
        stmts.dedup();
        stmts
    }

    /// Whether another module needs what an import statement binds.
    fn is_kept(&self, stmt: StmtId) -> bool {
        self.p.refused.contains_key(&stmt) || self.p.ast.is_left(stmt)
    }

    fn is_left(&self, stmt: StmtId, alias: &Alias, left: &BTreeSet<String>) -> bool {
        if alias.name == "*" {
            return self.brings_what_is_left(left);
        }
        let ends_with = |path: &String| path.rsplit('.').next() == Some(alias.bound());
        if self.is_imported_again(stmt, alias) {
            return false;
        }
        if self.out.support.iter().any(|s| s == alias.bound()) || self.out.imports.iter().any(ends_with) {
            // Our own function, or the class of that name in the new package, takes its place.
            return false;
        }
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::Import(_) if alias.asname.is_none() => left.contains(&alias.name),
            _ => left.contains(alias.asname.as_deref().unwrap_or(&alias.name)),
        }
    }

    /// Whether `from azure.mgmt.batchai.models import *` brings a class that the new code still names.
    fn brings_what_is_left(&self, left: &BTreeSet<String>) -> bool {
        let is_new = |name: &str| self.out.imports.iter().any(|path| path.rsplit('.').next() == Some(name));
        let is_own = |name: &str| self.p.resolved.defs_named(name).next().is_some();
        left.iter().any(|name| is_class(name) && !is_new(name) && !is_own(name))
    }

    /// Whether the file binds the same name a second time, and nothing uses what this statement binds.
    fn is_imported_again(&self, stmt: StmtId, alias: &Alias) -> bool {
        let resolved = self.p.resolved;
        let own = resolved.defs_named(alias.bound()).find(|(_, def)| def.stmt == stmt).map(|(id, _)| id);
        let again = resolved.defs_named(alias.bound()).any(|(_, def)| def.stmt != stmt);
        let by_name = alias.asname.is_some() || matches!(self.p.ast.stmt(stmt).kind, StmtKind::ImportFrom { .. });
        let used = |own| self.p.ast.expr_ids().any(|expr| resolved.reaching(expr).contains(&own));
        again && by_name && own.is_some_and(|own| !used(own))
    }

    /// What remains of an import statement: `None` if all of it does.
    fn trimmed(&self, stmt: StmtId, left: &BTreeSet<String>) -> Option<String> {
        let source = self.p.source.text();
        let (StmtKind::Import(names) | StmtKind::ImportFrom { names, .. }) = &self.p.ast.stmt(stmt).kind else {
            return None;
        };
        let moves = |s: &Site| s.kind == SiteKind::Import && !self.keeps_its_place(s);
        let ours = |alias: &Alias| self.p.sites.iter().any(|(_, s)| moves(s) && s.span == alias.span);
        let keep: Vec<&str> = names
            .iter()
            .filter(|a| !ours(a) || self.is_left(stmt, a, left) || self.was_idle(stmt, a))
            .map(|a| a.span.of(source))
            .collect();
        if keep.len() == names.len() {
            return None;
        }
        if keep.is_empty() {
            return Some(String::new());
        }
        let span = self.p.ast.stmt(stmt).span;
        let head = super::unneeded::up_to_import(&source[span.start..names[0].span.start]);
        Some(format!("{head} {}", keep.join(", ")))
    }

    /// Whether nothing used an import, and it is as good as before.
    fn was_idle(&self, stmt: StmtId, alias: &Alias) -> bool {
        let site = self.p.sites.iter().map(|(_, site)| site).find(|site| site.span == alias.span);
        let is_same = |site: &Site| self.mapping(site).is_ok_and(|m| m.imports == [site.symbol.clone()]);
        let mut own = self.p.resolved.defs_named(alias.bound()).filter(|(_, def)| def.stmt == stmt);
        let is_used = own.any(|(def, _)| self.p.resolved.uses_of(def).next().is_some());
        site.is_some_and(is_same) && !is_used
    }

    /// Whether the new code imports the same name from the same module.
    fn keeps_its_place(&self, site: &Site) -> bool {
        self.out.imports.contains(&site.symbol) && self.mapping(site).is_ok_and(|m| m.imports == [site.symbol.clone()])
    }

    fn settle_imports(&mut self, left: &BTreeSet<String>) {
        let sites: Vec<_> = self.p.sites.iter().filter(|(_, s)| s.kind == SiteKind::Import).map(|(id, _)| id).collect();
        for id in sites {
            let site = self.site(id);
            let (StmtKind::Import(names) | StmtKind::ImportFrom { names, .. }) = &self.p.ast.stmt(site.stmt).kind
            else {
                continue;
            };
            let Some(alias) = names.iter().find(|a| a.span == site.span) else { continue };
            if self.is_left(site.stmt, alias, left) {
                let reason = "code that is left for a person uses it";
                self.settle(id, None, Fate::Manual, reason, "remove it when that code has been converted");
            } else {
                self.settle(id, None, Fate::Exact, "", "");
            }
        }
    }

    /// New imports, by module: of what the new code may need, what it names.
    fn added(&mut self, left: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
        let mut support: Vec<String> = std::mem::take(&mut self.out.support);
        support.sort();
        support.dedup();
        // A row says what its code may call; here it is known what is called.
        support.retain(|name| left.contains(self.aliases.name(name)));
        let named = |dotted: &&String| {
            let last = self.aliases.name(dotted.rsplit('.').next().unwrap_or(dotted));
            let member = format!("{last}.");
            left.contains(last)
                || left.range(member.clone()..).next().is_some_and(|name| name.starts_with(&member))
                || left.contains(dotted.as_str())
                || dotted.split('.').any(|p| p.starts_with(char::is_uppercase) && left.contains(self.aliases.name(p)))
        };
        let each: BTreeSet<&String> = self.out.imports.iter().collect();
        let mut wanted: BTreeSet<String> = each.into_iter().filter(named).cloned().collect();
        let functions = support::functions(self.p.target, &support);
        for function in &functions {
            wanted.extend(function.needs.iter().cloned());
        }
        self.out.support = functions.into_iter().map(|f| self.aliases.text(&f.code)).collect();
        let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for dotted in wanted {
            let path = import_path(self.p.target, &dotted);
            if self.already(path) {
                continue;
            }
            match path.rsplit_once('.') {
                Some((module, name)) => {
                    modules.entry(module.to_owned()).or_default().insert(self.imported(name));
                }
                None => drop(modules.entry(self.imported(path)).or_default()),
            }
        }
        modules
    }

    /// A name as an import statement writes it.
    fn imported(&self, name: &str) -> String {
        match self.aliases.name(name) {
            alias if alias != name => format!("{name} as {alias}"),
            _ => name.to_owned(),
        }
    }

    /// Whether the program imports this already, and keeps it.
    fn already(&self, path: &str) -> bool {
        let ast = self.p.ast;
        let stays = |a: &Alias| self.p.sites.iter().any(|(_, s)| s.span == a.span && self.keeps_its_place(s));
        ast.body.iter().any(|s| match &ast.stmt(*s).kind {
            StmtKind::Import(names) => names.iter().any(|a| a.name == path && a.asname.is_none()),
            StmtKind::ImportFrom { module, level: 0, names } => names.iter().any(|a| {
                a.asname.is_none() && format!("{module}.{}", a.name) == path && (!self.is_ours(a) || stays(a))
            }),
            _ => false,
        })
    }

    fn is_ours(&self, alias: &Alias) -> bool {
        self.p.sites.iter().any(|(_, s)| s.kind == SiteKind::Import && s.span == alias.span)
    }

    /// `sys.path.append('../../..')` above `import utilities` served that import only. Whether there was one.
    fn path_hacks(&mut self, removed: &[(StmtId, String)]) -> bool {
        let text = self.p.source.text();
        let utilities =
            removed.iter().any(|(s, edit)| edit.is_empty() && self.p.ast.stmt(*s).span.of(text).contains("utilities"));
        if !utilities || self.p.resolved.has_own_imports() || self.imports_utilities_elsewhere(removed) {
            return false;
        }
        let before = self.out.edits.len();
        for stmt in self.p.ast.body.clone() {
            let StmtKind::Expr(call) = self.p.ast.stmt(stmt).kind else { continue };
            let ExprKind::Call { func, args, .. } = self.p.ast.kind(call) else { continue };
            let appends = self.p.ast.span(*func).of(text) == "sys.path.append";
            let up = args.first().and_then(|a| self.p.ast.str_value(a.value)).is_some_and(|p| p.starts_with(".."));
            if appends && up {
                self.delete_with_comment(stmt);
            }
        }
        self.out.edits.len() > before
    }

    fn imports_utilities_elsewhere(&self, removed: &[(StmtId, String)]) -> bool {
        let text = self.p.source.text();
        self.import_statements().iter().any(|s| {
            self.p.ast.stmt(*s).span.of(text).contains("utilities")
                && !removed.iter().any(|(r, edit)| r == s && edit.is_empty())
        })
    }

    /// Removes a statement, and the comment directly above it when that speaks of what is gone.
    fn delete_with_comment(&mut self, stmt: StmtId) {
        let text = self.p.source.text();
        let start = self.p.ast.stmt(stmt).span.start;
        let line = line_begin(text, start);
        let above = self.p.ast.comments.iter().rev().find(|c| c.end < line + 1 && text[c.end..line].trim().is_empty());
        if let Some(comment) = above {
            let begin = line_begin(text, comment.start);
            let speaks = comment.of(text).to_lowercase().contains("utilities");
            let adjacent = text[comment.end..line].matches('\n').count() == 1;
            if speaks && adjacent && text[begin..comment.start].trim().is_empty() {
                self.out.edits.push(Edit { span: Span::new(begin, line), text: String::new() });
            }
        }
        self.delete(stmt);
    }

    /// Replaces the first import that goes by the new ones, and removes the others.
    fn write_imports(&mut self, mut removed: Vec<(StmtId, String)>, added: &BTreeMap<String, BTreeSet<String>>) {
        let mut added = added.clone();
        for (stmt, remains) in removed.iter_mut().filter(|(_, remains)| !remains.is_empty()) {
            let StmtKind::ImportFrom { module, level: 0, .. } = &self.p.ast.stmt(*stmt).kind else { continue };
            let Some((mut names, (_, kept))) = added.remove(module).zip(remains.split_once(" import ")) else {
                continue;
            };
            names.extend(kept.split(", ").map(str::to_owned));
            *remains = import_lines(module, &names).join("\n");
        }
        let added = self.merged(&added, &removed);
        let (standard, packages): (Vec<_>, Vec<_>) = added.iter().partition(|(m, _)| is_standard(m));
        let standard: Vec<String> = standard.iter().flat_map(|(m, names)| import_lines(m, names)).collect();
        let (mut places, rest) = self.places(&removed, packages);
        for (stmt, remains) in &removed {
            let span = self.p.ast.stmt(*stmt).span;
            let here = places.remove(stmt).unwrap_or_default();
            if here.is_empty() && remains.is_empty() {
                self.delete(*stmt);
                continue;
            }
            let mut lines = self.comments_between(span);
            lines.extend(here);
            lines.extend(Some(remains.clone()).filter(|r| !r.is_empty()));
            let margin = format!("\n{}", " ".repeat(self.position(span.start).0));
            self.out.edits.push(Edit { span, text: lines.join(&margin) });
        }
        self.insert_support(removed.first().map(|(s, _)| *s));
        self.insert_imports(standard, rest);
    }

    /// The user's comments between the names of an import.
    fn comments_between(&self, span: Span) -> Vec<String> {
        let text = self.p.source.text();
        let within = self.p.ast.comments.iter().filter(|c| span.contains(**c));
        within.map(|c| c.of(text).trim_end().to_owned()).collect()
    }

    /// Adds names to `from` imports of the same module that stay; what is left needs lines of its own.
    fn merged(
        &mut self,
        added: &BTreeMap<String, BTreeSet<String>>,
        removed: &[(StmtId, String)],
    ) -> BTreeMap<String, BTreeSet<String>> {
        let ast = self.p.ast;
        let mut rest = added.clone();
        for stmt in &ast.body {
            let StmtKind::ImportFrom { module, level: 0, names } = &ast.stmt(*stmt).kind else { continue };
            let goes = self.unneeded.contains(stmt) || removed.iter().any(|(s, _)| s == stmt);
            let stays = !goes && names.iter().all(|n| n.name != "*");
            let (true, Some(last)) = (stays, names.last()) else { continue };
            if let Some(more) = rest.remove(module).filter(|m| !m.is_empty()) {
                let names: Vec<&str> = more.iter().map(String::as_str).collect();
                let at = last.span.end;
                self.out.edits.push(Edit { span: Span::new(at, at), text: format!(", {}", names.join(", ")) });
            }
        }
        rest
    }

    /// New imports of the standard library go after the last one there is, others after the last import.
    fn insert_imports(&mut self, standard: Vec<String>, packages: Vec<String>) {
        let ast = self.p.ast;
        let is_import = |s: &StmtId| matches!(ast.stmt(*s).kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. });
        let imports = |only_standard: bool| {
            let stays = |s: &StmtId| !self.unneeded.contains(s);
            let above = ast.body.iter().position(|s| self.is_use(*s)).unwrap_or(ast.body.len());
            let is_above = ast.body[..above].iter().any(is_import);
            let above = if is_above { &ast.body[..above] } else { &ast.body[..] };
            above.iter().copied().filter(stays).filter(move |s| match &ast.stmt(*s).kind {
                StmtKind::Import(names) => !only_standard || names.iter().all(|a| is_standard(&a.name)),
                StmtKind::ImportFrom { module, .. } => {
                    module != "__future__" && (!only_standard || is_standard(module))
                }
                _ => false,
            })
        };
        let first = imports(false).next();
        let future = ast
            .body
            .iter()
            .copied()
            .rfind(|s| matches!(&ast.stmt(*s).kind, StmtKind::ImportFrom { module, .. } if module == "__future__"));
        for (lines, after) in [(standard, imports(true).next_back()), (packages, imports(false).next_back())] {
            if lines.is_empty() {
                continue;
            }
            match after {
                Some(stmt) => {
                    let at = ast.stmt(stmt).span.end;
                    self.out.edits.push(Edit { span: Span::new(at, at), text: format!("\n{}", lines.join("\n")) });
                }
                None => {
                    let at = first.map(|s| ast.stmt(s).span.start).or(future.map(|f| ast.stmt(f).span.end));
                    let (at, text) = match (first, at) {
                        (Some(_), Some(at)) => (at, format!("{}\n\n", lines.join("\n"))),
                        (None, Some(at)) => (at, format!("\n\n{}", lines.join("\n"))),
                        _ => (self.beginning(), format!("{}\n\n", lines.join("\n"))),
                    };
                    // In front of what stands above the first statement: a comment must not lose its code.
                    self.out.edits.insert(0, Edit { span: Span::new(at, at), text });
                }
            }
        }
    }

    /// Whether a statement of the program's level uses Batch AI, so that imports and functions further down come too late.
    fn is_use(&self, stmt: StmtId) -> bool {
        let statement = self.p.ast.stmt(stmt);
        let is_import = matches!(statement.kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. });
        let first = self.p.sites.all.partition_point(|site| site.span.start < statement.span.start);
        let mut within = self.p.sites.all[first..].iter().take_while(|site| statement.span.contains(site.span));
        !is_import && within.any(|site| site.kind != SiteKind::Import)
    }

    /// Where the first statement stands, with a magic before it.
    fn beginning(&self) -> usize {
        let start = self.p.ast.body.first().map_or(0, |s| self.p.ast.stmt(*s).span.start);
        if self.is_after_magic(start) { start - self.position(start).1 } else { start }
    }

    /// Puts support functions after the imports of the unit in which the first import goes.
    fn insert_support(&mut self, first: Option<StmtId>) {
        let functions = std::mem::take(&mut self.out.support);
        if functions.is_empty() {
            return;
        }
        let ast = self.p.ast;
        let anchor = first.map_or(self.beginning(), |s| ast.stmt(s).span.start);
        let unit = self.p.source.units().iter().find(|u| u.span.range().contains(&anchor)).map(|u| u.span);
        let within = |s: &StmtId| unit.is_none_or(|u| u.contains(ast.stmt(*s).span));
        let is_import = |s: &StmtId| matches!(ast.stmt(*s).kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. });
        let here = || ast.body.iter().copied().filter(within);
        let last = here().take_while(|s| !self.is_use(*s)).filter(is_import).last().or_else(|| here().rfind(is_import));
        let at = last.map_or(anchor, |s| {
            let end = ast.stmt(s).span.end;
            self.p.source.text()[end..].find('\n').map_or(end, |i| end + i + 1)
        });
        let text = functions.iter().map(|f| f.trim()).collect::<Vec<_>>().join("\n\n\n");
        let after = &self.p.source.text()[at..];
        let gap = after.len() - after.trim_start_matches(['\n', '\r']).len();
        let limit = unit.map_or(self.p.source.text().len(), |u| u.end);
        let end = (at + gap).min(limit);
        let start = self.swallow(at, unit.map_or(0, |u| u.start));
        let head = if start == unit.map_or(0, |u| u.start) { "" } else { "\n\n" };
        let tail = if end >= limit { "\n" } else { "\n\n\n" };
        let edit = Edit { span: Span::new(start, end), text: format!("{head}{text}{tail}") };
        // In front of what stands above the next statement: a comment must not lose its code.
        self.out.edits.insert(0, edit);
    }

    /// Where the deleted and blank lines directly above a place begin; their deletions are taken over.
    fn swallow(&mut self, at: usize, limit: usize) -> usize {
        let text = self.p.source.text();
        let mut start = at;
        loop {
            let above = &text[limit..start];
            let line = above.strip_suffix('\n').unwrap_or(above).rfind('\n').map_or(limit, |i| limit + i + 1);
            let blank = start > limit && text[line..start].trim().is_empty();
            let gone = self.out.edits.iter().position(|e| e.text.is_empty() && e.span.end == start);
            match gone {
                Some(index) => start = self.out.edits.remove(index).span.start,
                None if blank => start = line,
                None => return start,
            }
        }
    }
}

/// The lines that import some names of a module.
pub(super) fn import_lines(module: &str, names: &BTreeSet<String>) -> Vec<String> {
    if names.is_empty() {
        return vec![format!("import {module}")];
    }
    // As isort does: constants and classes before functions, without regard to case otherwise.
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_by_key(|n| (n.starts_with(|c: char| c.is_lowercase()), n.to_lowercase()));
    let line = format!("from {module} import {}", sorted.join(", "));
    if line.chars().count() <= super::statement::WIDTH {
        return vec![line];
    }
    let inner: Vec<String> = sorted.iter().map(|n| format!("    {n},")).collect();
    vec![format!("from {module} import (\n{}\n)", inner.join("\n"))]
}
