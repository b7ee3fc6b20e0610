//! Operations that something else calls later, with the arguments that it is given for that.

use super::{Result, Stuck, Translator, Value};
use crate::find::SiteId;
use crate::render::{BREAK, Markup};
use crate::syntax::{Arg, ExprId, ExprKind, StmtKind};

impl Translator<'_> {
    /// `pool.submit(client.jobs.get, group, workspace, 'j')` becomes `pool.submit(client.jobs.get, 'j')`. What the new call
    /// needs is worked out at once, as before, if that asks nobody; else a `lambda` does it in its time.
    pub(super) fn later(&mut self, id: SiteId, operation: usize) -> Result<Value> {
        let site = self.site(id);
        let Some(ExprKind::Call { func, args, .. }) = site.expr.map(|call| self.p.ast.kind(call)) else {
            return Err(handed_on());
        };
        let call = self.call(id)?.alone();
        let parts = match in_parts(&call.0) {
            Some((called, given)) => {
                [called, given].into_iter().filter(|part| !part.is_empty()).map(Markup::plain).collect()
            }
            None if self.is_repeated(id) => return Err(handed_on()),
            None => vec![Markup(format!("lambda: {}", call.0))],
        };
        let mut items = Vec::new();
        for arg in &args[..operation] {
            items.push(self.passed(arg)?);
        }
        items.extend(parts);
        for arg in args[operation + 1..].iter().filter(|arg| site.arg_at(arg.value).is_none()) {
            items.push(self.passed(arg)?);
        }
        let func = self.text(*func)?;
        Ok(Value::Expr(Markup::list(&format!("{}(", func.0), &items, ")")))
    }

    /// An argument that stays as it is.
    fn passed(&mut self, arg: &Arg) -> Result<Markup> {
        let value = self.text(arg.value)?;
        let stars = "*".repeat(arg.stars.into());
        Ok(match &arg.name {
            Some((name, _)) => Markup(format!("{name}={}", value.0)),
            None => Markup(format!("{stars}{}", value.0)),
        })
    }

    /// Whether the same code makes several calls, with names that mean something else in each.
    fn is_repeated(&self, id: SiteId) -> bool {
        let (ast, site) = (self.p.ast, self.site(id));
        let in_loop = ast.stmt_ids().any(|stmt| {
            let is_loop = match ast.stmt(stmt).kind {
                // What it goes over is worked out once.
                StmtKind::For { .. } => stmt != site.stmt,
                StmtKind::While { .. } => true,
                _ => false,
            };
            is_loop && ast.stmt(stmt).span.contains(site.span)
        });
        let is_each = |id: &ExprId| !matches!(ast.kind(*id), ExprKind::Call { .. } | ExprKind::Attribute { .. });
        let mut around = std::iter::successors(site.expr, |id| self.p.resolved.parent(*id)).skip(1);
        in_loop || around.any(|id| is_each(&id))
    }
}

/// A call of a name with values that ask nobody, as what is called and what it is given.
fn in_parts(call: &str) -> Option<(&str, &str)> {
    let (called, given) = call.strip_suffix(')')?.split_once('(')?;
    let is_name = called.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    (is_name && !given.contains(['(', BREAK])).then_some((called, given))
}

/// Why a method that is handed on is left: what calls it gives it arguments of the old form.
pub(super) fn handed_on() -> Stuck {
    Stuck::new(
        "the method is handed on without being called, and has another form in the new SDK",
        "call it in a function of your own, hand that on, and convert again",
    )
}
