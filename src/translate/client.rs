//! The client: which one a call is made on, and the resource group and workspace that move to it from its calls.

use std::collections::BTreeSet;

use super::{Result, Stuck, Translator};
use crate::find::{Site, SiteId, SiteKind};
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::resolve::{DefId, Ty};
use crate::sdk::{self, Target};
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};

impl<'a> Translator<'a> {
    /// The client expression on which an operation is called.
    pub(super) fn client_of(&mut self, site: &Site, template: &str) -> Result<Markup> {
        if let Some(client) = site.args.iter().find(|a| self.ty(a.value).is_client()) {
            return self.text(client.value);
        }
        if let Some(own) = self.own_object(site) {
            return self.text(own);
        }
        let receiver = site.receiver.map(|r| self.p.resolved.origin(self.p.ast, r));
        match receiver.map(|r| (r, self.p.ast.kind(r))) {
            Some((r, _)) if self.ty(r).is_client() => self.text(r),
            Some((_, ExprKind::Attribute { value, .. })) if self.ty(*value).is_client() => self.text(*value),
            _ => {
                let group = site.receiver.and_then(|r| self.client_by_group(r, template));
                group
                    .or_else(|| self.any_client(site.stmt))
                    .ok_or_else(|| self.out_of_reach("it needs a client", site.stmt, "client"))
            }
        }
    }

    /// The object of another package on which a call is made: it is its own client.
    fn own_object(&self, site: &Site) -> Option<ExprId> {
        let of_package = |id: &ExprId| self.ty(*id).class().is_some_and(|c| c.contains('.'));
        if let Some(own) = site.receiver.filter(of_package) {
            return Some(own);
        }
        let ExprKind::Call { func, .. } = self.p.ast.kind(site.expr?) else { return None };
        let mut at = *func;
        while let ExprKind::Attribute { value, .. } = self.p.ast.kind(at) {
            at = *value;
            if of_package(&at) {
                return Some(at);
            }
        }
        None
    }

    /// The client with which `consumer` is (or will be) sent, if it can be named at `stmt`.
    pub(super) fn client_for(&mut self, consumer: SiteId, stmt: StmtId) -> Result<Markup> {
        let mut at = consumer;
        for _ in 0..8 {
            if let Some(operation) = self.creating_operation(at)
                && let Some(receiver) = self.site(operation).receiver
                && let ExprKind::Attribute { value, .. } = self.p.ast.kind(receiver)
                && super::link::available(self.p, *value, stmt)
            {
                return self.text(*value);
            }
            match self.links.consumers(at) {
                [next, ..] => at = *next,
                [] => break,
            }
        }
        self.any_client(stmt).ok_or_else(|| {
            Stuck::new(
                "its datastores must be registered, and no client is in reach here",
                "call `datastores.create_or_update` for them where the client is known",
            )
        })
    }

    /// The client that gave an object, if it can be named at `stmt`.
    pub(super) fn client_behind(&mut self, object: ExprId, stmt: StmtId) -> Option<Markup> {
        let (mut found, mut seen, mut open) = (Vec::new(), Vec::new(), vec![object]);
        while let Some(id) = open.pop() {
            if seen.contains(&id) || seen.len() > 32 {
                continue;
            }
            seen.push(id);
            match self.client_called(id) {
                Some(client) if super::link::available(self.p, client, stmt) => found.push(self.text(client).ok()?),
                Some(_) => {}
                None => match self.client_held(id) {
                    Some((holder, name)) if super::link::available(self.p, holder, stmt) => {
                        found.push(Markup(format!("{}.{name}", operand(&self.text(holder).ok()?.0))));
                    }
                    _ => open.extend(self.made_of(id)),
                },
            }
        }
        found.dedup();
        <[Markup; 1]>::try_from(found).ok().map(|[client]| client)
    }

    /// The object of a class of the program whose method gives something, and the attribute by which it knows its client.
    fn client_held(&self, call: ExprId) -> Option<(ExprId, &'a str)> {
        let ExprKind::Call { func, .. } = self.p.ast.kind(call) else { return None };
        let ExprKind::Attribute { value, .. } = self.p.ast.kind(*func) else { return None };
        let Ty::Object(class) = self.ty(*value) else { return None };
        let name = Some(class.stmt).filter(|_| class.module == self.p.here)?;
        Some((*value, self.p.resolved.client_attribute(self.p.ast, name)?))
    }

    fn is_group(&self, id: ExprId) -> bool {
        self.ty(id).class().is_some_and(|class| sdk::batchai().is_group(class))
    }

    /// The client of a call whose origin cannot be seen, at the first call on it: there it is said.
    pub(super) fn first_of_stranger(&self, id: SiteId) -> Option<&str> {
        let stranger = |site: &Site| {
            let client = site.expr.and_then(|e| self.p.sites.at(e)).and_then(|_| self.client_called(site.expr?))?;
            self.p.ast.name(client).filter(|_| self.p.resolved.is_evident(self.p.ast, client))
        };
        let name = stranger(self.site(id))?;
        let before = &self.p.sites.all[..id.0];
        (!before.iter().any(|site| stranger(site) == Some(name))).then_some(name)
    }

    /// The client in `client.group.method(…)`.
    fn client_called(&self, id: ExprId) -> Option<ExprId> {
        let receiver = self.site(self.p.sites.at(id)?).receiver?;
        let ExprKind::Attribute { value, .. } = self.p.ast.kind(self.p.resolved.origin(self.p.ast, receiver)) else {
            return None;
        };
        Some(*value).filter(|client| self.ty(*client).is_client())
    }

    /// The expressions that an object may come from: values of its name, a poller, a list.
    fn made_of(&self, id: ExprId) -> Vec<ExprId> {
        let ast = self.p.ast;
        match ast.kind(id) {
            ExprKind::Name(_) => {
                self.p.resolved.reaching(id).iter().filter_map(|d| self.p.resolved.def(*d).value).collect()
            }
            ExprKind::Subscript { value, .. } | ExprKind::Await(value) => vec![*value],
            ExprKind::Call { func, args, .. } => match ast.kind(*func) {
                ExprKind::Attribute { value, .. } => vec![*value],
                _ => args.first().map(|a| a.value).into_iter().collect(),
            },
            _ => Vec::new(),
        }
    }

    /// The only client variable that a statement can name: of its own function, of the program, of its object.
    pub(super) fn any_client(&self, stmt: StmtId) -> Option<Markup> {
        let resolved = self.p.resolved;
        let scope = resolved.scope(stmt);
        let named = |is_reached: &dyn Fn(Option<StmtId>) -> bool| -> BTreeSet<&str> {
            let reached = resolved.clients().filter(|d| d.ty.is_client() && is_reached(d.scope));
            reached.map(|d| d.name.as_str()).collect()
        };
        // Names of a class are not those of its methods.
        let is_function = |of: &StmtId| matches!(self.p.ast.stmt(*of).kind, StmtKind::Function(_));
        let around = std::iter::successors(scope, |inner| resolved.scope(*inner)).skip(1).filter(is_function);
        let around: Vec<StmtId> = around.collect();
        let mut clients = named(&|of| of.is_none() || of == scope);
        if clients.is_empty() {
            clients = named(&|of| of.is_some_and(|of| around.contains(&of)));
        }
        match clients.first() {
            Some(only) if clients.len() == 1 => Some(self.renamed(only)),
            Some(_) => None,
            None => self.client_of_scope(scope?, stmt),
        }
    }

    /// The client that a function has by other means than a variable: its object's, that of what it is given, or the only one
    /// that it speaks of.
    fn client_of_scope(&self, scope: StmtId, stmt: StmtId) -> Option<Markup> {
        let own = self.p.resolved.own_client(self.p.ast, scope).map(Markup);
        own.or_else(|| self.home_of_parameter(scope)).or_else(|| {
            let (ast, resolved) = (self.p.ast, self.p.resolved);
            let spoken = ast.expr_ids().filter(|id| {
                // What a function of the program gives without arguments, it gives each time.
                let named = match ast.kind(*id) {
                    ExprKind::Attribute { .. } => Some(*id),
                    ExprKind::Call { func, args, .. }
                        if args.is_empty() && matches!(self.ty(*func), Ty::Function(_)) =>
                    {
                        Some(*func)
                    }
                    _ => None,
                };
                let is_here = || resolved.owner(*id).is_some_and(|owner| resolved.scope(owner) == Some(scope));
                let is_named = |named| super::link::available(self.p, named, stmt);
                self.ty(*id).is_client() && is_here() && named.is_some_and(is_named)
            });
            let texts: BTreeSet<&str> = spoken.map(|id| self.text_of(id)).collect();
            texts.first().filter(|_| texts.len() == 1).map(|text| Markup::plain(*text))
        })
    }

    /// The workspace of v1, as a statement can name it.
    pub(super) fn workspace_name(&self, stmt: Option<StmtId>) -> Result<String> {
        let found = stmt.and_then(|stmt| self.any_client(stmt));
        found.map(|workspace| workspace.0).ok_or_else(|| match stmt {
            Some(stmt) => self.out_of_reach("it needs the workspace", stmt, "workspace"),
            None => Stuck::new("it needs the workspace, and none is in reach here", "pass the workspace to this place"),
        })
    }

    /// Why something that needs a client, or the workspace of v1, is left, and which function has to be given it.
    pub(super) fn out_of_reach(&self, why: &str, stmt: StmtId, what: &str) -> Stuck {
        let function = self.p.resolved.scope(stmt).map(|function| &self.p.ast.stmt(function).kind);
        let todo = match function {
            Some(StmtKind::Function(f)) => {
                format!("give `{}` a parameter for the {what}, and pass it in each call", f.name)
            }
            _ => format!("pass the {what} to this place"),
        };
        Stuck::new(format!("{why}, and none is in reach here"), todo)
    }

    /// A client's name in the target: `ws` for the workspace of v1 when the name is free.
    pub(super) fn renamed(&self, name: &str) -> Markup {
        // Other modules know it by its name.
        let own = !self.p.resolved.is_exported(name);
        let free = own && self.renames && self.p.target == Target::V1 && !self.identifiers.contains("ws");
        Markup::plain(if free && self.only_client(name) { "ws" } else { name })
    }

    /// Whether code that is left for a person calls a client by a name that it would not have any more: kept code stays
    /// as it was, to the letter.
    pub(super) fn renames_kept_code(&self) -> bool {
        let is_left = |id: SiteId| {
            let settled = self.ledger.get(crate::find::Atom { site: id, arg: None });
            settled.is_some_and(|s| s.fate == Fate::Manual)
        };
        let left = self.p.sites.iter().filter(|(id, _)| self.renames && is_left(*id)).filter_map(|(_, site)| site.expr);
        let mut found = false;
        for expr in left {
            self.p.ast.descend(expr, &mut |part| {
                let name = self.p.ast.name(part).filter(|_| self.ty(part).is_client());
                found |= name.is_some_and(|name| self.renamed(name).0 != name);
            });
        }
        found
    }

    /// Whether a name means a client wherever the program uses it.
    fn only_client(&self, name: &str) -> bool {
        let mut defs = self.p.resolved.defs_named(name).peekable();
        let kept = |value: ExprId| {
            let atom = self.p.sites.at(value).map(|site| crate::find::Atom { site, arg: None });
            atom.and_then(|a| self.ledger.get(a)).is_some_and(|s| s.fate == Fate::Manual)
        };
        defs.peek().is_some()
            && defs.all(|(_, d)| d.ty.is_client() && d.value.is_some_and(|v| self.ty(v).is_client() && !kept(v)))
    }

    /// The resource group or workspace of a client that is made here, from the calls that it reaches.
    pub(super) fn home_of(&mut self, site: &Site, param: &str) -> Option<Markup> {
        let stmt = site.stmt;
        let mut found: Vec<(String, ExprId)> = Vec::new();
        for value in self.arguments_named(site, param) {
            let text = self.p.ast.span(value).of(self.p.source.text()).to_owned();
            if !found.iter().any(|(t, other)| *t == text && !self.is_set_between(*other, value)) {
                found.push((text, value));
            }
        }
        if let [(_, value)] = found.as_slice() {
            if super::link::available(self.p, *value, stmt) {
                return self.text(*value).ok();
            }
            let origin = self.p.resolved.origin(self.p.ast, *value);
            if origin != *value && super::link::available(self.p, origin, stmt) {
                return self.text(origin).ok();
            }
            if let Some(literal) = self.literal(*value) {
                return Some(self.string(&literal));
            }
            if let Some(attribute) = self.own_attribute(site, *value) {
                return Some(Markup::plain(attribute));
            }
        }
        if found.len() > 1 || found.len() == 1 && param == "location" {
            return None;
        }
        let elsewhere = if found.is_empty() { self.passed_elsewhere(site, param) } else { Vec::new() };
        match elsewhere.as_slice() {
            [] => {}
            [only] => return only.clone().map(Markup::plain),
            _ => return None,
        }
        // Old calls name no workspace; the recipes' configuration does.
        let config = site.args.iter().find(|a| self.ty(a.value).class() == Some("utilities.config.Configuration"))?;
        let attribute = if param == "workspace_name" { "workspace" } else { "resource_group" };
        let text = self.p.ast.span(config.value).of(self.p.source.text());
        Some(Markup(format!("{}.{attribute}", operand(text))))
    }

    /// Whether a name of one function or program means another thing at its second place.
    fn is_set_between(&self, one: ExprId, other: ExprId) -> bool {
        let resolved = self.p.resolved;
        let scope = |id: ExprId| resolved.owner(id).map(|stmt| resolved.scope(stmt));
        let (first, second) = (resolved.reaching(one), resolved.reaching(other));
        scope(one) == scope(other) && !first.is_empty() && first.iter().all(|def| !second.contains(def))
    }

    /// Says of each call on a client of which workspace it is about, where the client does not know.
    pub(super) fn tell_homes(&mut self, site: &Site) {
        let values: BTreeSet<ExprId> = self.arguments_named(site, "workspace_name").into_iter().collect();
        let calls = self.p.sites.iter().filter(|(_, s)| !s.symbol.starts_with("WorkspacesOperations."));
        let named: Vec<(SiteId, usize, &str)> = calls
            .filter_map(|(id, s)| {
                let index = s.arg_index("workspace_name").filter(|index| values.contains(&s.args[*index].value))?;
                Some((id, index, self.text_of(s.args[index].value)))
            })
            .collect();
        for (id, index, workspace) in named {
            let note = format!("this call is about the workspace `{workspace}`, which its client has to know");
            self.settle(
                id,
                Some(index),
                Fate::Approximate,
                &note,
                "give the client this workspace; several workspaces need a client each",
            );
        }
    }

    /// Whether an expression is the name of a workspace that a listing gave.
    pub(super) fn is_of_listed_workspace(&self, name: ExprId) -> bool {
        let ExprKind::Attribute { value, attr, .. } = self.p.ast.kind(name) else { return false };
        attr == "name" && self.ty(*value).class() == Some("Workspace") && self.p.ast.name(*value).is_some()
    }

    /// Says of a call that it is about each workspace of a listing, where its new form is about that of the client.
    pub(super) fn tell_listed(&mut self, id: SiteId, index: usize) {
        let workspace = self.text_of(self.site(id).args[index].value);
        let reason = format!("it is about the workspace `{workspace}`, and its new form about that of the client");
        let todo = match self.p.target {
            Target::V2 => "make an `MLClient` for each workspace of the listing, and call that",
            Target::V1 => "call it with the workspace of the listing",
        };
        self.settle(id, Some(index), Fate::Manual, &reason, todo);
        self.person(self.site(id), &reason, todo, self.site(id).span);
    }

    /// Whether no other client is made in this file, and the calls on this one mean one workspace.
    pub(super) fn is_only_home(&self, site: &Site) -> bool {
        let makes = |s: &Site| s.kind == SiteKind::Call && s.expr.is_some_and(|made| self.ty(made).is_client());
        let clients = self.p.sites.iter().filter(|(_, s)| makes(s));
        let text = |value: ExprId| self.p.ast.span(value).of(self.p.source.text());
        let is_one = |param| {
            let values: BTreeSet<&str> = self.arguments_named(site, param).into_iter().map(text).collect();
            values.len() <= 1
        };
        clients.count() == 1 && is_one("resource_group_name") && is_one("workspace_name")
    }

    /// Whether the program creates a workspace with the client that `site` makes.
    pub(super) fn creates_workspace(&self, site: &Site) -> bool {
        !self.arguments_named(site, "location").is_empty()
    }

    /// What the calls on the client that `site` makes pass as this parameter.
    fn arguments_named(&self, site: &Site, param: &str) -> Vec<ExprId> {
        let made: Vec<DefId> = self.p.resolved.defs().filter(|(_, d)| d.value == site.expr).map(|(id, _)| id).collect();
        let calls = self.p.sites.iter().filter(|(_, s)| s.is_call());
        let of_client = calls.filter(|(_, s)| {
            let Some(receiver) = s.receiver.map(|r| self.p.resolved.origin(self.p.ast, r)) else { return false };
            let ExprKind::Attribute { value, .. } = self.p.ast.kind(receiver) else { return self.is_group(receiver) };
            if !self.ty(*value).is_client() && self.is_group(receiver) {
                return true;
            }
            let reaching = self.p.resolved.reaching(*value);
            match reaching.is_empty() {
                true => !self.is_of_another_class(site, *value),
                false => reaching.iter().any(|d| made.contains(d)),
            }
        });
        // A listing of another group says nothing of the client's own.
        let of_client =
            of_client.filter(|(_, s)| !s.symbol.ends_with(".list_by_resource_group") || self.is_own_group(s));
        of_client
            .filter_map(|(_, s)| if param == "location" { self.locates_workspace(s) } else { s.arg(param) })
            .collect()
    }

    /// Whether a client is that of an object whose class makes its own, and not the one that `site` makes.
    fn is_of_another_class(&self, site: &Site, client: ExprId) -> bool {
        let held = match self.p.ast.kind(client) {
            ExprKind::Call { func, .. } => *func,
            _ => client,
        };
        let Some((class, _)) = self.attribute_of_self(held) else { return false };
        let is_maker = |made: &Site| made.kind == SiteKind::Call && made.expr.is_some_and(|e| self.ty(e).is_client());
        self.class_around(site) != Some(class)
            && self.p.sites.iter().any(|(_, made)| is_maker(made) && self.class_around(made) == Some(class))
    }

    /// The class in which a site stands.
    fn class_around(&self, site: &Site) -> Option<StmtId> {
        let mut around = std::iter::successors(self.p.resolved.scope(site.stmt), |scope| self.p.resolved.scope(*scope));
        around.find(|scope| matches!(self.p.ast.stmt(*scope).kind, StmtKind::Class { .. }))
    }

    /// Where a call makes a workspace.
    pub(super) fn locates_workspace(&self, site: &Site) -> Option<ExprId> {
        site.arg("location").filter(|_| site.symbol.starts_with("WorkspacesOperations."))
    }
}

/// Statements that only a client of Batch AI needs.
impl Translator<'_> {
    /// `client.close()` and the like: a call of a method that the table drops goes with its statement.
    pub(super) fn drop_call(&mut self, stmt: StmtId) -> bool {
        let StmtKind::Expr(call) = self.p.ast.stmt(stmt).kind else { return false };
        let ExprKind::Call { func, args, .. } = self.p.ast.kind(call) else { return false };
        let Some(id) = self.p.sites.at(*func).filter(|_| args.is_empty() && self.p.sites.at(call).is_none()) else {
            return false;
        };
        let SiteKind::Read(path) = &self.site(id).kind else { return false };
        let Ok(mapping) = self.mapping(self.site(id)) else { return false };
        let Some(reason) = path.first().and_then(|method| mapping.drop.get(method)) else { return false };
        self.settle_within(self.p.ast.span(call), Fate::Drop, reason, "");
        self.delete(stmt);
        true
    }

    /// A client that a `with` statement enters: the new one has nothing to enter.
    pub(super) fn entered(&mut self, stmt: StmtId, context: ExprId) -> bool {
        let StmtKind::With { items, .. } = &self.p.ast.stmt(stmt).kind else { return false };
        if !self.ty(context).is_client() || !items.iter().any(|(c, _)| *c == context) {
            return false;
        }
        if let Some(client) = self.attempt_or_keep(context) {
            let class = self.aliases.name("nullcontext").to_owned();
            self.import("contextlib.nullcontext");
            self.replace(self.p.ast.span(context), &Markup::list(&format!("{class}("), &[client], ")"));
        }
        true
    }
}
