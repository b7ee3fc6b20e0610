//! Long-running operations: `.result()`, `.wait()` and what else is asked of a poller.
//!
//! The call that starts an operation is long-running in Azure ML too, or is waited for in a statement of its own, or ends at
//! once; the table says which.

use super::call::needs_statement;
use super::{Above, Result, Stuck, Translator, Value};
use crate::concept::{Mapping, Shape};
use crate::find::{Site, SiteId, SiteKind};
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::resolve::Ty;
use crate::sdk;
use crate::syntax::{Arg, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// Why a wait stays: the comment is where the operation is started.
pub(super) const LEFT: &str = "what it waits for is left for a person";

/// Why an argument of a wait is not needed.
const AT_ONCE: &str = "the new call ends at once";

/// What is lost of `.wait(timeout=60)`.
const NO_LIMIT: &str = "the new code waits to the end, without the time limit of the old one";
const NO_LIMIT_TODO: &str = "check that it may take so long";

pub(super) fn no_such_method(method: &str) -> Stuck {
    Stuck::new(format!("what the new call gives has no `{method}`"), "ask it for its state, or wait for it")
}

impl<'a> Translator<'a> {
    /// `X` in `X.result()` and the like, where `X` is a long-running operation, with what started it.
    pub(super) fn poller_of(&self, id: ExprId) -> Option<(ExprId, &'a [String])> {
        let ExprKind::Call { func, .. } = self.p.ast.kind(id) else { return None };
        let ExprKind::Attribute { value, attr, .. } = self.p.ast.kind(*func) else { return None };
        match self.ty(*value) {
            Ty::Poller(_, makers)
                if sdk::batchai().polls(attr) && !makers.iter().any(|maker| maker.starts_with("aio.")) =>
            {
                Some((*value, makers))
            }
            _ => None,
        }
    }

    /// Whether what a method of a poller waits for is started in this file.
    pub(super) fn starts_here(&self, id: ExprId) -> bool {
        let Some((_, makers)) = self.poller_of(id) else { return false };
        self.p.sites.iter().any(|(_, site)| site.kind == SiteKind::Call && makers.contains(&site.symbol))
    }

    /// The mapping of what started a poller; of several operations, where all of them are waited for in the same way.
    pub(super) fn waited_for(&self, makers: &[String]) -> Result<&'static Mapping> {
        let row = |symbol: &String| crate::concept::table().symbol(symbol);
        let mut mappings = makers.iter().filter_map(row).map(|row| row.mapping(self.p.target, self.p.form));
        let unlike = || {
            Stuck::new(
                "it waits for operations of several kinds, which are waited for in several ways",
                "wait for each kind on its own, and convert again",
            )
        };
        let first = mappings.next().ok_or_else(unlike)?;
        if first.shape == Shape::Manual || first.fate == Fate::Manual && first.code.is_empty() {
            return Err(Stuck::new(LEFT, "convert it with that"));
        }
        match mappings.all(|other| (other.poller, &other.wait) == (first.poller, &first.wait)) {
            true => Ok(first),
            false => Err(unlike()),
        }
    }

    /// Says of a wait with a time limit that the new one has none; before what else is said of the site.
    pub(super) fn without_limit(&mut self, call: ExprId, site: SiteId) {
        let args = self.arguments_of(call);
        if args.iter().any(|arg| !self.is_none(arg.value)) {
            self.settle(site, None, Fate::Approximate, NO_LIMIT, NO_LIMIT_TODO);
            args.iter().for_each(|arg| self.settle_within(arg.span, Fate::Drop, NO_LIMIT, ""));
        }
    }

    /// The arguments of an expression that is a call.
    pub(super) fn arguments_of(&self, call: ExprId) -> &'a [Arg] {
        match self.p.ast.kind(call) {
            ExprKind::Call { args, .. } => args,
            _ => &[],
        }
    }

    /// The name of the method that a call calls.
    pub(super) fn method(&self, call: ExprId) -> &'a str {
        let ExprKind::Call { func, .. } = self.p.ast.kind(call) else { return "" };
        match self.p.ast.kind(*func) {
            ExprKind::Attribute { attr, .. } => attr,
            _ => "",
        }
    }

    /// `.result()` stays where the new code is long-running too, and goes where it is not.
    pub(super) fn poller_call(&mut self, id: ExprId, (value, makers): (ExprId, &[String])) -> Result<Value> {
        if self.is_left_in_function(value, makers) {
            return Err(Stuck::new(LEFT, "convert it with that"));
        }
        let inner = self.value(value)?;
        let mapping = self.waited_for(makers)?;
        let new = self.waited(id, (value, inner), mapping)?;
        if let Some(site) = self.p.sites.at(id) {
            self.settle(site, None, Fate::Exact, "", "");
        }
        Ok(new)
    }

    /// `poller.result` that is handed on: a function that gives the same.
    pub(super) fn poller_method(&mut self, id: ExprId, site: SiteId) -> Result<Value> {
        let ExprKind::Attribute { value, attr, .. } = self.p.ast.kind(id) else { return Err(no_such_method("")) };
        let Ty::Poller(_, makers) = self.ty(*value) else { return Err(no_such_method(attr)) };
        let mapping = self.waited_for(makers)?;
        let inner = self.text(*value)?;
        let code = match attr.as_str() {
            _ if mapping.poller => format!("{}.{attr}", operand(&inner.0)),
            "result" if mapping.wait.is_empty() => format!("lambda: {}", inner.0),
            _ => return Err(no_such_method(attr)),
        };
        self.settle(site, None, Fate::Exact, "", "");
        Ok(Value::Expr(Markup(code)))
    }

    /// Whether a call is of a function of this file in which the operation has been left for a person.
    fn is_left_in_function(&self, call: ExprId, makers: &[String]) -> bool {
        let ExprKind::Call { func, .. } = self.p.ast.kind(call) else { return false };
        let Ty::Function(code) = self.ty(*func) else { return false };
        let starts = |site: &Site| {
            let is_here = code.module == self.p.here && self.p.resolved.scope(site.stmt) == Some(code.stmt);
            is_here && site.kind == SiteKind::Call && makers.contains(&site.symbol)
        };
        self.p.sites.iter().any(|(id, site)| starts(site) && self.is_for_a_person(id))
    }

    /// The name that all of a statement's value gets.
    fn given_to(&self, stmt: StmtId, id: ExprId) -> Option<&'a str> {
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if *value == id && targets.len() == 1 => self.p.ast.name(targets[0]),
            _ => None,
        }
    }

    /// What is waited for is spoken of twice: `f(…)` in `f(…).result()` needs a name for that, the one that it gets anyway or one
    /// that it gets above.
    fn name_of_waited(&mut self, id: ExprId, value: ExprId, stmt: StmtId, inner: Markup) -> Option<Markup> {
        let mut calls = false;
        self.p.ast.descend(value, &mut |part| calls |= matches!(self.p.ast.kind(part), ExprKind::Call { .. }));
        if !calls {
            return None;
        }
        if let Some(name) = self.given_to(stmt, id) {
            return Some(Markup::plain(name));
        }
        let name = self.name_above("started", stmt, &inner);
        self.above(stmt, Above::Code(Markup(format!("{name} = {}", inner.0))));
        Some(Markup::plain(name))
    }

    /// What becomes of a method of a poller.
    fn waited(&mut self, id: ExprId, (value, inner): (ExprId, Value), mapping: &'static Mapping) -> Result<Value> {
        let method = self.method(id);
        if !mapping.wait.is_empty() {
            if !matches!(method, "result" | "wait") {
                return Err(no_such_method(method));
            }
            if let Some(site) = self.p.sites.at(id).or_else(|| self.p.sites.at(value)) {
                self.without_limit(id, site);
            }
            let stmt = self.p.resolved.owner(id).filter(|_| self.p.sites.at(value).is_none());
            let stmt = stmt.ok_or_else(needs_statement)?;
            self.straight_at(stmt, Some(id))?;
            let named = self.name_of_waited(id, value, stmt, inner.clone().alone());
            let object = named.clone().unwrap_or_else(|| inner.clone().alone());
            let wait = self.fill(&mapping.wait, &vec![("self".to_owned(), object)])?;
            if self.given_to(stmt, id).is_some() && named.is_some() {
                self.below(stmt, &[wait]);
                return Ok(inner);
            }
            self.above(stmt, Above::Code(wait));
            return Ok(named.map_or(inner, Value::Expr));
        }
        if !mapping.poller {
            return match method {
                "result" | "wait" => {
                    let args = self.arguments_of(id).iter();
                    args.for_each(|arg| self.settle_within(arg.span, Fate::Drop, AT_ONCE, ""));
                    Ok(inner)
                }
                "done" => Ok(Value::Expr(Markup::plain("True"))),
                "add_done_callback" => Err(Stuck::new(
                    "the new call ends at once, and calls nothing back",
                    "call the function on the next line",
                )),
                _ => Err(Stuck::new(
                    format!("the new call ends at once, so there is no poller that has `{method}`"),
                    "take it out: what the call returns is ready",
                )),
            };
        }
        let rest = Span::new(self.p.ast.span(value).end, self.p.ast.span(id).end);
        let mut replaced = Vec::new();
        self.arguments_of(id).iter().for_each(|arg| self.outermost(arg.value, &mut replaced));
        let suffix = self.splice(rest, replaced);
        Ok(Value::Expr(Markup(format!("{}{}", inner.alone().0, suffix.0))))
    }
}
