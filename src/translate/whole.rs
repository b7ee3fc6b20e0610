//! Calls that are all of a statement: one that becomes several statements, or none, is replaced with the statement.

use std::collections::BTreeSet;

use super::poller::no_such_method;
use super::{Result, Stuck, Translator};
use crate::concept::{Kind, Shape};
use crate::find::{SiteId, SiteKind};
use crate::render::{DEAD, Markup, NEWLINE, Templates};
use crate::report::Fate;
use crate::syntax::{ExprId, StmtId, StmtKind};
use crate::text::Span;

/// What becomes of the value of a call that is all of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    Unused,
    /// The name that it gets, or another target.
    Named(ExprId),
    Returned,
}

impl Outcome {
    fn name(self) -> Option<ExprId> {
        match self {
            Outcome::Named(target) => Some(target),
            Outcome::Unused | Outcome::Returned => None,
        }
    }
}

impl Translator<'_> {
    /// The call that is all of a statement, and what becomes of its value.
    pub(super) fn whole_statement(&self, stmt: StmtId) -> Option<(ExprId, Outcome)> {
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::Expr(value) => Some((*value, Outcome::Unused)),
            StmtKind::Assign { targets, value } if targets.len() == 1 => Some((*value, Outcome::Named(targets[0]))),
            StmtKind::Return(value) => Some(((*value)?, Outcome::Returned)),
            _ => None,
        }
    }

    /// Replaces a statement whose call becomes statements, or nothing.
    pub(super) fn replace_statement(&mut self, stmt: StmtId, value: ExprId, result: Outcome) -> bool {
        let waited = self.poller_of(value);
        let core = waited.map_or(value, |(inner, _)| inner);
        let Some(site) = self.p.sites.at(core).filter(|s| self.site(*s).kind == SiteKind::Call) else {
            return waited.is_some_and(|(inner, makers)| self.wait_statement(value, result, inner, makers));
        };
        let Ok(mapping) = self.mapping(self.site(site)) else { return false };
        let is_returned = matches!(result, Outcome::Returned);
        let has_place = match mapping.shape {
            Shape::Drop => !is_returned,
            Shape::Statement => !is_returned || Templates::result_name(&mapping.code).is_some(),
            _ => false,
        };
        if !has_place {
            return false;
        }
        let mark = self.mark();
        let is_waited = waited.is_some();
        let outcome = self.check_wait(is_waited.then_some(value), site).and_then(|()| match mapping.shape {
            Shape::Drop => self.drop_statement(stmt, site, result.name()),
            _ => self.write_statement(stmt, site, result, is_waited),
        });
        if let Err(stuck) = outcome {
            self.rollback(mark);
            self.keep(core, &stuck);
            if is_waited {
                self.arguments_of(value).iter().for_each(|arg| self.expression(arg.value));
            }
        }
        true
    }

    /// `poller.wait()` on a line of its own, where what the poller became is waited for another way.
    fn wait_statement(&mut self, call: ExprId, result: Outcome, poller: ExprId, makers: &[String]) -> bool {
        let template = self.waited_for(makers).map_or("", |m| &m.wait);
        let unused = match result {
            Outcome::Unused => true,
            Outcome::Named(name) => self.p.ast.name(name) == Some("_"),
            Outcome::Returned => false,
        };
        if template.is_empty() || !unused || !matches!(self.method(call), "result" | "wait") {
            return false;
        }
        let wait = self.text(poller).and_then(|object| self.fill(template, &vec![("self".into(), object)]));
        let Some((stmt, Ok(wait))) = self.p.resolved.owner(call).map(|stmt| (stmt, wait)) else { return false };
        self.replace(self.p.ast.stmt(stmt).span, &wait);
        if let Some(site) = self.p.sites.at(call) {
            self.without_limit(call, site);
            self.settle(site, None, Fate::Exact, "", "");
        }
        true
    }

    /// Refuses a method of a poller that is about more than the end of the operation.
    fn check_wait(&mut self, call: Option<ExprId>, site: SiteId) -> Result<()> {
        let Some(call) = call else { return Ok(()) };
        let method = self.method(call);
        if matches!(method, "result" | "wait") {
            self.without_limit(call, site);
            return Ok(());
        }
        Err(no_such_method(method))
    }

    fn write_statement(&mut self, stmt: StmtId, site: SiteId, result: Outcome, waited: bool) -> Result<()> {
        self.check_given(self.site(site))?;
        let mapping = self.mapping(self.site(site))?;
        if Templates::result_name(&mapping.code).is_none() && self.is_read(result.name()) {
            let todo = "take out what uses the result, and convert again";
            return Err(Stuck::new("its result is used, and the new call gives none", todo));
        }
        let mut holes = self.holes(site, mapping, &mapping.code)?;
        let name = match result {
            Outcome::Unused => None,
            Outcome::Named(target) => Some(self.text(target)?),
            Outcome::Returned => {
                Templates::result_name(&mapping.code).map(|wanted| Markup(self.new_name(wanted, stmt)))
            }
        };
        if let Some(name) = &name {
            holes.push(("assigned".into(), name.clone()));
            if name.0 != "_" {
                holes.push(("result".into(), name.clone()));
            }
        }
        if waited {
            holes.push(("wait".into(), Markup::plain("yes")));
        }
        let dead: BTreeSet<&str> = Templates::wanted(&mapping.code).filter(|n| self.is_dead(n, stmt)).collect();
        holes.push((DEAD.into(), Markup(dead.into_iter().collect::<Vec<_>>().join(" "))));
        // Line ends of the template are line ends of the statement, whatever text the holes bring.
        let template = mapping.code.trim_end().replace('\n', &NEWLINE.to_string());
        let mut markup = self.fill(&template, &holes)?;
        if let (Outcome::Returned, Some(name)) = (result, name) {
            markup.0.push_str(&format!("{NEWLINE}return {}", name.0));
        }
        let span = self.p.ast.stmt(stmt).span;
        let (indent, column) = self.position(span.start);
        if markup.0.contains(NEWLINE) && self.is_after_magic(span.start) {
            let todo = "take the magic off the line and convert again";
            return Err(Stuck::new("it becomes several statements, and a line magic takes one line", todo));
        }
        if markup.0.contains(NEWLINE) && indent != column {
            let todo = "give the call a line of its own and convert again";
            return Err(Stuck::new("it becomes several statements, and other code is on its line", todo));
        }
        self.finish(site, mapping);
        self.replace(span, &markup);
        Ok(())
    }

    /// Whether something that stays reads the name that a result gets.
    fn is_read(&self, result: Option<ExprId>) -> bool {
        let is_use = |expr: ExprId, name: &str| self.p.ast.name(expr) == Some(name) && !self.goes(expr);
        let name = result.and_then(|result| self.p.ast.name(result)).filter(|name| *name != "_");
        name.is_some_and(|name| self.p.resolved.uses().any(|(expr, _)| is_use(expr, name)))
    }

    /// What gets a name goes in the end, when it is known what became of the code that takes it.
    fn drop_statement(&mut self, stmt: StmtId, site: SiteId, result: Option<ExprId>) -> Result<()> {
        if self.is_read(result) {
            return Err(self.still_used(site)?);
        }
        self.made_with_client(site)?;
        match result.filter(|result| self.p.ast.name(*result).is_some()) {
            Some(result) => self.out.dropped.push((stmt, site, result)),
            None => self.drop_now(stmt, site, result)?,
        }
        Ok(())
    }

    fn drop_now(&mut self, stmt: StmtId, site: SiteId, result: Option<ExprId>) -> Result<()> {
        let mapping = self.mapping(self.site(site))?;
        for index in 0..self.site(site).args.len() {
            if self.site(site).args[index].name == "*" {
                self.settle(site, Some(index), Fate::Drop, &mapping.note, "");
            } else {
                self.beside(site, index, mapping)?;
            }
        }
        // What the row says of it goes before what is said of all that goes with it.
        self.finish(site, mapping);
        let target = result.map(|result| self.p.ast.span(result));
        for span in [Some(self.site(site).span), target].into_iter().flatten() {
            self.settle_within(span, Fate::Drop, &mapping.note, "");
        }
        self.delete(stmt);
        Ok(())
    }

    /// Why something stays that Azure ML has nothing for.
    fn still_used(&self, site: SiteId) -> Result<Stuck> {
        let (site, mapping) = (self.site(site), self.mapping(self.site(site))?);
        let arguments = site.args.iter().filter(|arg| !self.is_none(arg.value));
        let is_model = site.row().is_some_and(|row| row.kind == Kind::Model);
        let reason = arguments.filter_map(|arg| mapping.manual.get(&arg.name)).next().filter(|_| is_model);
        Ok(match reason {
            Some(reason) => Stuck::new(&**reason, ""),
            None => Stuck::new("its result is used, and Azure ML gives none", &*mapping.todo),
        })
    }

    /// Removes what Azure ML has nothing for, the last one first: one may take what another makes. What is named in code
    /// that is left stays.
    pub(super) fn dropped_statements(&mut self) {
        for (stmt, site, result) in std::mem::take(&mut self.out.dropped).into_iter().rev() {
            let mark = self.mark();
            let done = match self.is_named_still(stmt) {
                true => self.still_used(site).and_then(Err),
                false => self.drop_now(stmt, site, Some(result)),
            };
            if let (Err(stuck), Some(made)) = (done, self.site(site).expr) {
                self.rollback(mark);
                self.keep(made, &stuck);
            }
        }
    }

    /// Whether what a statement binds is read outside of the edits so far, or in their texts.
    fn is_named_still(&self, stmt: StmtId) -> bool {
        let resolved = self.p.resolved;
        let own = resolved.defs().filter(|(_, def)| def.stmt == stmt);
        let mut uses = own.flat_map(|(id, def)| resolved.uses_of(id).map(|used| (self.p.ast.span(used), &*def.name)));
        let is_gone = |span: Span, name: &str| {
            self.out.edits.iter().any(|edit| edit.span.contains(span) && !reads(&edit.text, name))
        };
        uses.any(|(span, name)| !is_gone(span, name))
    }
}

/// Whether new code reads a name, as far as its words tell: not as a keyword, an attribute or a text.
fn reads(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '\'' | '"');
    code.match_indices(name).any(|(at, _)| {
        let rest = &code[at + name.len()..];
        let is_keyword = rest.starts_with('=') && !rest.starts_with("==");
        let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        !code[..at].ends_with(is_part) && !goes_on && !is_keyword
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_new_code_is_a_read_unless_it_is_a_keyword_an_attribute_or_a_text() {
        for (code, expected) in [
            ("AmlCompute(size=image)", true),
            ("image == 'x'", true),
            ("[image.id]", true),
            ("Environment(image='x')", false),
            ("job.image", false),
            ("'image'", false),
            ("images + my_image", false),
        ] {
            assert_eq!(reads(code, "image"), expected, "{code}");
        }
    }
}
