//! The walk that finds the sites.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::bind::bind;
use super::export::exported;
use super::guess::is_telling;
use super::mention::mentions_in;
use super::unpack::unpacked;
use super::{Site, SiteKind, Sites};
use crate::concept::{self, Kind, SymbolRow};
use crate::resolve::{Module, Resolved, Ty, is_package};
use crate::sdk;
use crate::syntax::{Alias, Arg, Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// Modules whose every import is a use of Batch AI.
pub(super) const MODULES: [&str; 2] = ["azure.mgmt.batchai", "utilities"];
/// The symbol of what is read of a listing.
const LISTING: &str = "azure.storage.blob.BlockBlobService.list_blobs";

/// Whether a site shows that the program uses Batch AI. Its neighbours (storage, credentials, Azure Batch's own
/// variables) are not our business in a program that does not, nor is what a docstring tells.
fn is_evidence(site: &Site, ast: &Ast) -> bool {
    match &site.kind {
        SiteKind::Guess => match site.expr.map(|expr| ast.kind(expr)) {
            Some(ExprKind::Call { args, .. }) => is_telling(&site.symbol, args),
            _ => false,
        },
        SiteKind::Mention(mention) => {
            mention.variable.starts_with("AZ_BATCHAI_") && mention.is_named() && !is_docstring(site, ast)
        }
        SiteKind::Text => false,
        _ if site.symbol.starts_with(MODULES[1]) => is_recipe_helper(site),
        _ => {
            !site.symbol.starts_with("azure.") && !site.symbol.starts_with("msrest")
                || site.symbol.starts_with(MODULES[0])
        }
    }
}

fn is_docstring(site: &Site, ast: &Ast) -> bool {
    matches!(ast.stmt(site.stmt).kind, StmtKind::Expr(expr) if site.expr == Some(expr))
}

/// Many a project has a package called `utilities`, with a `download_file` in it. It is the recipes' where a helper
/// takes or makes a client, or is a method of their classes, and is given what theirs needs.
fn is_recipe_helper(site: &Site) -> bool {
    let Some(row) = site.row().filter(|_| site.kind == SiteKind::Call) else { return false };
    let own = site.symbol.contains("batchai") || site.symbol.split('.').count() > 3;
    let fits = |params: &[String]| params.iter().all(|p| p.ends_with('?') || site.arg_index(p).is_some());
    let fits = fits(&row.params) || !row.older.is_empty() && fits(&row.older);
    (own || row.params.iter().any(|p| p == "client")) && fits && site.args.iter().all(|a| a.known)
}

/// Whether a text is a dotted name of Batch AI's package: what `unittest.mock.patch` and `importlib` take.
fn is_path(text: &str) -> bool {
    is_package(text) && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_')
}

/// How the symbols of the asynchronous client begin.
const ASYNC: &str = "aio.";

/// The sites of a file, with those of packages beside Batch AI, and whether they show that it uses Batch AI.
pub(super) fn find(module: &Module) -> (Sites, bool) {
    let mut sites = Sites::default();
    let Module { ast, resolved, .. } = module;
    Finder { ast, resolved, text: module.text(), sites: &mut sites, held: RefCell::default() }.run();
    let is_evident = sites.all.iter().any(|site| is_evidence(site, ast));
    (sites, is_evident)
}

pub(super) struct Finder<'a> {
    pub ast: &'a Ast,
    pub resolved: &'a Resolved,
    pub text: &'a str,
    sites: &'a mut Sites,
    /// What [`Finder::held_in`] found.
    pub held: RefCell<HashMap<ExprId, Rc<[&'static str]>>>,
}

impl Finder<'_> {
    fn run(&mut self) {
        for stmt in self.ast.stmt_ids() {
            self.stmt(stmt);
        }
        super::plain::find(self.ast, self.resolved, self.sites);
        let set = exported(self.ast, self.resolved);
        self.sites.all.retain(|s| !matches!(&s.kind, SiteKind::Mention(m) if set.contains(&m.variable)));
        // A module called `utilities` is the recipes' only if one of their helpers is used.
        if !self.sites.all.iter().any(|s| s.symbol.starts_with("utilities.")) {
            self.sites.all.retain(|s| s.symbol != MODULES[1]);
        }
        self.sites.all.sort_by_key(|s| (s.span.start, std::cmp::Reverse(s.span.end)));
        self.reindex();
    }

    /// Sites are numbered by position, so that everything after is in the order of the text.
    fn reindex(&mut self) {
        let all = std::mem::take(&mut self.sites.all);
        *self.sites = Sites::default();
        all.into_iter().for_each(|site| {
            self.sites.add(site);
        });
    }

    fn stmt(&mut self, stmt: StmtId) {
        let ast = self.ast;
        match &ast.stmt(stmt).kind {
            StmtKind::Import(names) => {
                for alias in names.iter().filter(|alias| !self.resolved.is_own(alias.span)) {
                    self.import(stmt, &alias.name, &alias.name, alias);
                }
            }
            StmtKind::ImportFrom { names, .. } if names.iter().any(|alias| self.resolved.is_own(alias.span)) => {
                names.iter().for_each(|alias| self.passed_on(stmt, alias));
            }
            StmtKind::ImportFrom { module, level: 0, names } => {
                for alias in names {
                    let dotted = format!("{module}.{}", alias.name);
                    self.import(stmt, module, &dotted, alias);
                }
            }
            _ => {}
        }
        let written: Vec<ExprId> = match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, .. } => targets.clone(),
            StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, .. } => vec![*target],
            StmtKind::For { target, .. } => vec![*target],
            _ => vec![],
        };
        let written: Vec<ExprId> = written.iter().flat_map(|t| ast.items(*t)).collect();
        for expr in ast.stmt_exprs(stmt) {
            ast.descend(expr, &mut |e| self.expr(stmt, e, written.contains(&e)));
        }
    }

    /// A name of a package that comes by way of another module of the program.
    fn passed_on(&mut self, stmt: StmtId, alias: &Alias) {
        let mut defs = self.resolved.defs_named(alias.bound()).filter(|(_, def)| def.stmt == stmt);
        if let Some(path) = defs.next().and_then(|(_, def)| def.ty.symbol()) {
            let path = path.to_owned();
            let root = if crate::resolve::is_class(&path) { MODULES[0] } else { path.as_str() };
            self.import(stmt, root, &path, alias);
        }
    }

    fn import(&mut self, stmt: StmtId, module: &str, dotted: &str, alias: &Alias) {
        let table = concept::table();
        let within = |path: &str| {
            MODULES.iter().find(|m| path == **m || path.strip_prefix(**m).is_some_and(|r| r.starts_with('.'))).copied()
        };
        let symbol = match within(dotted).or_else(|| within(module)) {
            Some(root) => root.to_owned(),
            None if table.symbol(dotted).is_some_and(|row| row.of.is_none()) => dotted.to_owned(),
            None => return,
        };
        self.add(stmt, None, alias.span, SiteKind::Import, symbol, None);
    }

    fn expr(&mut self, stmt: StmtId, id: ExprId, written: bool) {
        let ast = self.ast;
        match ast.kind(id) {
            ExprKind::Call { func, args, .. } if self.getattr(stmt, id, *func, args) => {}
            ExprKind::Call { .. } | ExprKind::Attribute { .. } if let Some(found) = self.reflection(id) => {
                let (symbol, object, reflection) = found;
                self.add(stmt, Some(id), ast.span(id), SiteKind::Reflection(reflection), symbol, object);
            }
            ExprKind::Call { func, .. } if self.is_partial(*func) && self.is_preset(id) => {}
            ExprKind::Call { func, args, .. } if let Some((operation, args, made)) = self.preset(*func, args) => {
                self.operation(stmt, id, operation, &args);
                self.sites.all.last_mut().into_iter().for_each(|site| site.beside.push(made));
            }
            ExprKind::Call { func, args, .. } if let Some(symbol) = self.in_parts(*func, args) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Partial, symbol, None);
            }
            ExprKind::Call { func, args, .. } => self.call(stmt, id, *func, args),
            ExprKind::Name(_) if written => {}
            ExprKind::Attribute { .. } if let Some((poller, started)) = self.handed_on(id) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Wait, started, Some(poller));
            }
            ExprKind::Attribute { .. } if self.read(stmt, id, written) => {}
            ExprKind::Attribute { value, attr, .. } if attr == "next_marker" && self.is_listing(*value) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Guess, LISTING.to_owned(), None);
            }
            ExprKind::Attribute { value, .. } if self.is_group(id, *value) => {
                let class = self.resolved.ty(id).class().unwrap_or_default().to_owned();
                self.add(stmt, Some(id), ast.span(id), SiteKind::Reference, class, Some(*value));
            }
            ExprKind::Attribute { value, attr, .. } if written => match self.guessed_write(stmt, *value, attr) {
                Some(symbol) => drop(self.add(stmt, Some(id), ast.span(id), SiteKind::Guess, symbol, Some(*value))),
                None => self.reference(stmt, id),
            },
            ExprKind::Attribute { value, attr, .. } if let Some(symbol) = self.guess_read(id, *value, attr) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Guess, symbol, Some(*value));
            }
            ExprKind::Attribute { .. } | ExprKind::Name(_) => self.reference(stmt, id),
            ExprKind::Str { value, .. } if is_path(value) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Text, MODULES[0].to_owned(), None);
            }
            ExprKind::Str { value, .. } if let Some(error) = self.compared_error(id, value) => {
                self.add(stmt, Some(id), ast.span(id), SiteKind::Text, error.to_owned(), None);
            }
            ExprKind::Str { .. } | ExprKind::FString(_) => {
                let span = ast.span(id);
                for mention in mentions_in(span.of(self.text), span.start) {
                    let (span, symbol) = (mention.span, mention.symbol());
                    self.add(stmt, Some(id), span, SiteKind::Mention(mention), symbol, None);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, stmt: StmtId, id: ExprId, func: ExprId, args: &[Arg]) {
        let ast = self.ast;
        if self.resolved.is_forwarded(id) {
            return;
        }
        if self.symbol(func).is_some() {
            self.operation(stmt, id, func, args);
        } else if let Ty::OneOf(symbols) = self.resolved.ty(func) {
            let kind = SiteKind::OneOf(symbols.clone());
            self.add(stmt, Some(id), ast.span(id), kind, symbols[0].clone(), self.receiver(func));
        } else if let Some((at, symbol, given)) = self.later(func, args) {
            let Some(row) = concept::table().symbol(&symbol) else { return };
            let (bound, version) = bind(&symbol, row, &given, ast, self.resolved);
            let receiver = self.receiver(args[at].value);
            let site = self.add(stmt, Some(id), ast.span(id), SiteKind::Later(at), symbol, receiver);
            let site = &mut self.sites.all[site.0];
            (site.args, site.version) = (bound, version);
        } else if let Some((poller, started)) = self.wait(func) {
            self.add(stmt, Some(id), ast.span(id), SiteKind::Wait, started, Some(poller));
        } else if let Some(name) = self.misspelt(func) {
            self.add(stmt, Some(id), ast.span(id), SiteKind::Misspelt(name), MODULES[0].to_owned(), None);
        } else if let Some((object, symbol)) = self.guess_call(func, args) {
            self.add(stmt, Some(id), ast.span(id), SiteKind::Guess, symbol, object);
        }
    }

    /// A call of what an expression is: a class, an operation, a helper.
    fn operation(&mut self, stmt: StmtId, id: ExprId, func: ExprId, args: &[Arg]) {
        let Some(symbol) = self.symbol(func) else { return };
        let Some(row) = concept::table().symbol(&symbol).filter(|row| self.is_of(row, args)) else { return };
        let (args, beside) = unpacked(self.ast, self.resolved, args);
        let (bound, version) = bind(&symbol, row, &args, self.ast, self.resolved);
        let receiver = self.receiver(func);
        let site = self.add(stmt, Some(id), self.ast.span(id), SiteKind::Call, symbol, receiver);
        let site = &mut self.sites.all[site.0];
        (site.args, site.version, site.beside) = (bound, version, beside);
    }

    /// The class of the object of unknown origin of which a statement sets an attribute.
    fn guessed_write(&self, stmt: StmtId, object: ExprId, attr: &str) -> Option<String> {
        let StmtKind::Assign { value, .. } = &self.ast.stmt(stmt).kind else { return None };
        self.guess_write(object, attr, *value)
    }

    /// The long-running operation of `poller.result()`, and what started it, where that is another expression.
    fn wait(&self, func: ExprId) -> Option<(ExprId, String)> {
        let (poller, started) = self.polled(func)?;
        let here = match self.ast.kind(poller) {
            ExprKind::Call { func, args, .. } => self.symbol(*func).is_some() || self.preset(*func, args).is_some(),
            _ => false,
        };
        (!here).then_some((poller, started))
    }

    /// The same of `poller.result` that is handed on without being called.
    fn handed_on(&self, id: ExprId) -> Option<(ExprId, String)> {
        let is_called = |parent: ExprId| matches!(self.ast.kind(parent), ExprKind::Call { func, .. } if *func == id);
        self.polled(id).filter(|_| !self.resolved.parent(id).is_some_and(is_called))
    }

    /// The long-running operation of which an expression is a method, and what started it.
    fn polled(&self, func: ExprId) -> Option<(ExprId, String)> {
        let ExprKind::Attribute { value, attr, .. } = self.ast.kind(func) else { return None };
        let Ty::Poller(_, makers) = self.resolved.ty(*value) else { return None };
        // What nothing takes the place of is left where it is started.
        let async_too = makers.iter().any(|maker| maker.starts_with(ASYNC));
        let started = makers.first().filter(|_| sdk::batchai().polls(attr) && !async_too)?;
        Some((*value, started.clone()))
    }

    /// Whether a function that is not made for Batch AI is given an object of it.
    fn is_of(&self, row: &SymbolRow, args: &[Arg]) -> bool {
        let Some(class) = &row.of else { return true };
        args.first().is_some_and(|a| self.resolved.ty(a.value).class() == Some(class))
    }

    /// Whether an expression is what the old storage SDK listed.
    fn is_listing(&self, id: ExprId) -> bool {
        matches!(self.resolved.ty(id), Ty::Many(inner) if inner.class().is_some_and(|c| c.starts_with("azure.storage.")))
    }

    /// The symbol of the table that an expression names.
    pub(super) fn symbol(&self, id: ExprId) -> Option<String> {
        // What stands below a name that no version has is not what it seems.
        if let ExprKind::Attribute { value, .. } = self.ast.kind(id)
            && self.misspelt(*value).is_some()
        {
            return None;
        }
        let symbol = self.resolved.ty(id).symbol()?;
        concept::table().symbol(symbol).map(|_| symbol.to_owned())
    }

    /// The object of a method call, when the method is an operation or one of a known class.
    pub(super) fn receiver(&self, func: ExprId) -> Option<ExprId> {
        let ExprKind::Attribute { value, .. } = self.ast.kind(func) else { return None };
        match self.resolved.ty(*value) {
            Ty::Instance(_) => Some(*value),
            _ => None,
        }
    }

    /// A symbol that is named without being called; modules and operations on the way to a call do not count.
    fn reference(&mut self, stmt: StmtId, id: ExprId) {
        if let Some(name) = self.misspelt(id) {
            let called = |p| matches!(self.ast.kind(p), ExprKind::Call { func, .. } if *func == id);
            if !self.resolved.parent(id).is_some_and(called) {
                self.add(stmt, Some(id), self.ast.span(id), SiteKind::Misspelt(name), MODULES[0].to_owned(), None);
            }
            return;
        }
        let Some((symbol, member)) = self.symbol(id).map(|s| (s, None)).or_else(|| self.member(id)) else { return };
        let called = self.resolved.parent(id).is_some_and(|p| match self.ast.kind(p) {
            ExprKind::Call { func, .. } => *func == id,
            ExprKind::Attribute { value, .. } => *value == id && !self.resolved.ty(p).eq(&Ty::Unknown),
            _ => false,
        });
        let around = self.resolved.parent(id).filter(|p| matches!(self.ast.kind(*p), ExprKind::Attribute { .. }));
        let spelled = around.and_then(|p| self.member(p));
        if member.is_some() && spelled.is_some_and(|(class, _)| class == symbol) {
            return;
        }
        let kind = concept::table().symbol(&symbol).map(|s| s.kind);
        let row = concept::table().symbol(&symbol);
        let foreign = row.is_some_and(|row| row.of.is_some());
        // A variable that holds a flag or an exception is not what it holds.
        let held = self.ast.name(id).is_some()
            && (row.is_some_and(SymbolRow::is_constant) || kind == Some(Kind::Exception) && self.is_given(id));
        if called && member.is_none() || self.is_called_later(id) || kind == Some(Kind::Module) || foreign || held {
            return;
        }
        let kind = member.map_or(SiteKind::Reference, |m| SiteKind::Read(vec![m]));
        let receiver = self.receiver(id);
        self.add(stmt, Some(id), self.ast.span(id), kind, symbol, receiver);
    }

    /// Whether a name is a parameter or a variable that was given its value, and no import.
    fn is_given(&self, id: ExprId) -> bool {
        let defs = self.resolved.reaching(id);
        let is_import = |kind: &StmtKind| matches!(kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. });
        !defs.is_empty() && !defs.iter().any(|def| is_import(&self.ast.stmt(self.resolved.def(*def).stmt).kind))
    }

    /// `client.jobs` as a value, not on the way to one of its operations.
    pub(super) fn is_group(&self, id: ExprId, client: ExprId) -> bool {
        let on_the_way = self.resolved.parent(id).is_some_and(|p| {
            matches!(self.ast.kind(p), ExprKind::Attribute { value, .. } if *value == id && self.symbol(p).is_some())
        });
        let class = self.resolved.ty(id).class();
        !on_the_way && self.resolved.ty(client).is_client() && class.is_some_and(|c| sdk::batchai().is_group(c))
    }

    /// A member of an enum: `VmPriority.lowpriority`, with `.value` or `.name` behind it or not.
    pub(super) fn member(&self, id: ExprId) -> Option<(String, Option<String>)> {
        let path = self.resolved.ty(id).symbol()?;
        let (class, member) =
            path.strip_suffix(".value").or(path.strip_suffix(".name")).unwrap_or(path).rsplit_once('.')?;
        sdk::batchai().enumeration(class)?;
        Some((class.to_owned(), Some(member.to_owned())))
    }

    pub(super) fn add(
        &mut self,
        stmt: StmtId,
        expr: Option<ExprId>,
        span: Span,
        kind: SiteKind,
        symbol: String,
        receiver: Option<ExprId>,
    ) -> super::SiteId {
        self.sites.add(Site {
            expr,
            span,
            stmt,
            kind,
            symbol,
            receiver,
            args: Vec::new(),
            version: None,
            beside: Vec::new(),
        })
    }
}
