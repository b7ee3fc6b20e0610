//! Operations that are called later: by something else, `pool.submit(client.jobs.get, group, …)`, or by a name under which
//! they have a part of their arguments already, `get = partial(client.jobs.get, group)`.

use super::bind::takes;
use super::unpack::only_called;
use super::walk::Finder;
use crate::concept::{self, Kind};
use crate::resolve::{DefId, Ty, is_for_each};
use crate::syntax::{Arg, ExprId, ExprKind, StmtId};

impl Finder<'_> {
    /// Which argument is an operation of Batch AI that is called later with those behind it, its symbol, and what it is called
    /// with. Keywords that the function itself has are for that.
    pub fn later(&self, func: ExprId, args: &[Arg]) -> Option<(usize, String, Vec<Arg>)> {
        let at = args.iter().position(|arg| arg.stars == 0 && arg.name.is_none() && self.is_operation(arg.value))?;
        let own = match self.resolved.ty(func) {
            Ty::Function(code) => {
                let forwarder = self.resolved.forwarder(*code)?;
                if !forwarder.calls_argument(at, self.is_method(func)) {
                    return None;
                }
                forwarder.own.as_slice()
            }
            Ty::Class(_) | Ty::Object(_) => return None,
            _ if is_for_each(self.ast, func) || self.is_partial(func) => return None,
            _ => &[],
        };
        let is_given = |arg: &&Arg| arg.name.as_ref().is_none_or(|(name, _)| !own.contains(name));
        let given: Vec<Arg> = args[at + 1..].iter().filter(is_given).cloned().collect();
        let symbol = self.symbol(args[at].value)?;
        let row = concept::table().symbol(&symbol)?;
        takes(&symbol, row, &given, self.ast, self.resolved).then_some((at, symbol, given))
    }

    /// Whether an expression is an operation that a call of something else takes, to call it later.
    pub fn is_called_later(&self, method: ExprId) -> bool {
        let Some(call) = self.resolved.parent(method) else { return false };
        let ExprKind::Call { func, args, .. } = self.ast.kind(call) else { return false };
        if self.is_partial(*func) {
            return self.is_preset(call);
        }
        self.later(*func, args).is_some_and(|(at, ..)| args[at].value == method)
    }

    /// The operation that a call means by a name, `get('j')` after `get = partial(client.jobs.get, group, workspace)`, all that
    /// it is called with, and the statement that goes with such calls: nothing else is done with the name.
    pub fn preset(&self, func: ExprId, args: &[Arg]) -> Option<(ExprId, Vec<Arg>, StmtId)> {
        let defs = self.ast.name(func).map(|_| self.resolved.reaching(func)).filter(|defs| !defs.is_empty())?;
        let (operation, before, stmt) = self.made_ready(defs)?;
        Some((operation, before.iter().chain(args).cloned().collect(), stmt))
    }

    /// Whether an expression makes an operation ready for calls that all of its arguments can be told of.
    pub fn is_preset(&self, partial: ExprId) -> bool {
        let owner = self.resolved.owner(partial);
        let of_owner = self.resolved.defs().filter(|(_, def)| Some(def.stmt) == owner && def.value == Some(partial));
        let defs: Vec<DefId> = of_owner.map(|(id, _)| id).collect();
        !defs.is_empty() && self.made_ready(&defs).is_some()
    }

    fn made_ready(&self, defs: &[DefId]) -> Option<(ExprId, &[Arg], StmtId)> {
        // Who uses the name is asked last: most names that are called are no such ones.
        let ExprKind::Call { func, args, .. } = self.ast.kind(self.resolved.def(*defs.first()?).value?) else {
            return None;
        };
        let (operation, before) = args.split_first().filter(|_| self.is_partial(*func))?;
        let (stmt, calls) = only_called(self.ast, self.resolved, defs)?;
        let symbol = self.symbol(operation.value).filter(|_| self.is_operation(operation.value))?;
        let row = concept::table().symbol(&symbol)?;
        let is_told = |call: &ExprId| {
            let ExprKind::Call { args, .. } = self.ast.kind(*call) else { return false };
            let all: Vec<Arg> = before.iter().chain(args).cloned().collect();
            all.iter().all(|arg| arg.stars == 0) && takes(&symbol, row, &all, self.ast, self.resolved)
        };
        calls.iter().all(is_told).then_some((operation.value, before, stmt))
    }

    fn is_operation(&self, id: ExprId) -> bool {
        let is_operation =
            |symbol: &str| concept::table().symbol(symbol).is_some_and(|row| row.kind == Kind::Operation);
        matches!(self.ast.kind(id), ExprKind::Attribute { .. }) && self.symbol(id).is_some_and(|s| is_operation(&s))
    }

    /// Whether a function is called as a method of an object, which is its first argument.
    fn is_method(&self, func: ExprId) -> bool {
        match self.ast.kind(func) {
            ExprKind::Attribute { value, .. } => matches!(self.resolved.ty(*value), Ty::Object(_)),
            _ => false,
        }
    }
}
