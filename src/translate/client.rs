//! The client: which one a call is made on, and the resource group and workspace that move to it from its calls.

use super::{Result, Stuck, Translator};
use crate::find::{Site, SiteId, SiteKind};
use crate::render::Markup;
use crate::resolve::DefId;
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind, StmtId};

impl Translator<'_> {
    /// The client expression on which an operation is called.
    pub(super) fn client_of(&mut self, site: &Site) -> Result<Markup> {
        if let Some(client) = site.args.iter().find(|a| self.ty(a.value).is_client()) {
            return self.text(client.value);
        }
        if let Some(own) = site.receiver.filter(|r| self.ty(*r).class().is_some_and(|c| c.contains('.'))) {
            // An object of another package: it is its own client.
            return self.text(own);
        }
        let receiver = site.receiver.map(|r| self.p.resolved.origin(self.p.ast, r));
        match receiver.map(|r| (r, self.p.ast.kind(r))) {
            Some((r, _)) if self.ty(r).is_client() => self.text(r),
            Some((_, ExprKind::Attribute { value, .. })) if self.ty(*value).is_client() => self.text(*value),
            _ => self.any_client(site.stmt).ok_or_else(|| {
                Stuck::new("it needs a client, and none is in reach here", "pass the client to this place")
            }),
        }
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

    /// The only client variable that a statement can name: of its own function, of the program, of its object.
    pub(super) fn any_client(&self, stmt: StmtId) -> Option<Markup> {
        let scope = self.p.resolved.scope(stmt);
        let reachable = |d: &&crate::resolve::Def| d.ty.is_client() && (d.scope.is_none() || d.scope == scope);
        let mut clients: Vec<&str> = self.p.resolved.clients().filter(reachable).map(|d| d.name.as_str()).collect();
        clients.sort_unstable();
        clients.dedup();
        match clients.as_slice() {
            [only] => Some(self.renamed(only)),
            [] => self.p.resolved.own_client(self.p.ast, scope?).map(Markup),
            _ => None,
        }
    }

    /// The workspace variable of v1.
    pub(super) fn workspace_name(&self) -> String {
        let mut clients: Vec<&str> = self.p.resolved.clients().map(|d| d.name.as_str()).collect();
        clients.dedup();
        match clients.as_slice() {
            [only] => self.renamed(only).0,
            _ => "ws".into(),
        }
    }

    /// A client's name in the target: `ws` for the workspace of v1 when the name is free.
    pub(super) fn renamed(&self, name: &str) -> Markup {
        let free = self.p.target == Target::V1 && !self.identifiers.contains("ws");
        Markup::plain(if free && self.only_client(name) { "ws" } else { name })
    }

    /// Whether a name means a client wherever the program uses it.
    fn only_client(&self, name: &str) -> bool {
        let mut defs = self.p.resolved.defs_named(name).peekable();
        let kept = |value: ExprId| {
            let atom = self.p.sites.at(value).map(|site| crate::find::Atom { site, arg: None });
            atom.and_then(|a| self.ledger.get(a)).is_some_and(|s| s.fate == crate::report::Fate::Manual)
        };
        defs.peek().is_some() && defs.all(|(_, d)| d.ty.is_client() && d.value.is_some_and(|v| !kept(v)))
    }

    /// The resource group or workspace of a client that is made here, from the calls that it reaches.
    pub(super) fn home_of(&mut self, site: &Site, param: &str) -> Option<Markup> {
        let stmt = site.stmt;
        let mut found: Vec<(String, ExprId)> = Vec::new();
        for value in self.arguments_named(site, param) {
            let text = self.p.ast.span(value).of(self.p.source.text()).to_owned();
            if !found.iter().any(|(t, _)| *t == text) {
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
        }
        if found.len() > 1 || found.len() == 1 && param == "location" {
            return None;
        }
        // Old calls name no workspace; the recipes' configuration does.
        let config = site.args.iter().find(|a| self.ty(a.value).class() == Some("utilities.config.Configuration"))?;
        let attribute = if param == "workspace_name" { "workspace" } else { "resource_group" };
        let text = self.p.ast.span(config.value).of(self.p.source.text());
        Some(Markup(format!("{text}.{attribute}")))
    }

    /// Whether the program creates a workspace with the client that `site` makes.
    pub(super) fn creates_workspace(&self, site: &Site) -> bool {
        !self.arguments_named(site, "location").is_empty()
    }

    /// What the calls on the client that `site` makes pass as this parameter.
    fn arguments_named(&self, site: &Site, param: &str) -> Vec<ExprId> {
        let made: Vec<DefId> = self.p.resolved.defs().filter(|(_, d)| d.value == site.expr).map(|(id, _)| id).collect();
        let calls = self.p.sites.iter().filter(|(_, s)| s.kind == SiteKind::Call);
        let of_client = calls.filter(|(_, s)| {
            let Some(receiver) = s.receiver.map(|r| self.p.resolved.origin(self.p.ast, r)) else { return false };
            let ExprKind::Attribute { value, .. } = self.p.ast.kind(receiver) else { return false };
            let reaching = self.p.resolved.reaching(*value);
            reaching.is_empty() || reaching.iter().any(|d| made.contains(d))
        });
        of_client
            .filter(|(_, s)| param != "location" || s.symbol.starts_with("WorkspacesOperations."))
            .filter_map(|(_, s)| s.arg(param))
            .collect()
    }
}
