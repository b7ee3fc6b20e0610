//! Calls of operations, helpers and constructors, by the shape that the table gives them.

use super::value::COMMENT;
use super::{Above, Result, Stuck, Translator, Value};
use crate::concept::{Field, Kind, Mapping, Shape};
use crate::find::{Bound, Site, SiteId, SiteKind};
use crate::render::Markup;
use crate::report::Fate;
use crate::resolve::Ty;
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind, StmtKind};
use crate::text::Span;

/// `f"{'name'}.x"` is `"name.x"`: a hole of an f-string that is a literal.
fn literal_holes(code: Markup) -> Markup {
    let Some(at) = code.0.find("{'").or_else(|| code.0.find("{\"")) else { return code };
    let inside = &code.0[at + 2..];
    let Some(end) = inside.find(['\'', '"']).filter(|end| inside[*end + 1..].starts_with('}')) else { return code };
    let plain = format!("{}{}{}", &code.0[..at], &inside[..end], &inside[end + 2..]);
    let string = plain[..at].rfind(['\'', '"']);
    let rest_is_plain = string.is_some_and(|s| !plain[s..].split(['\'', '"']).nth(1).unwrap_or("{").contains('{'));
    match string.filter(|s| rest_is_plain && plain[..*s].ends_with('f')) {
        Some(quote) => Markup(format!("{}{}", &plain[..quote - 1], &plain[quote..])),
        None => Markup(plain),
    }
}

pub(super) fn needs_statement() -> Stuck {
    Stuck::new(
        "its new form is a statement, and here it is part of an expression",
        "give the call a line of its own and convert again",
    )
}

/// What is said of downloaded files where the program has `requests`.
const ON_THIS_MACHINE: &str = "it downloads the files, and their `download_url` is a `file:` address on this machine, which \
                               `requests` does not open";
const BY_URLLIB: &str = "read it with `urllib.request.urlopen`, or leave this if something else opens it";

/// Stands before keywords that are written out, where a template would unpack a dictionary.
const SPREAD: char = '\u{FDE2}';

/// What to do about a client from elsewhere.
const STRANGER_TODO: &str = "convert the code that makes it together with this file";

/// The holes of a template.
pub(super) type Holes = Vec<(String, Markup)>;

/// A rendered template with its unpacked keywords among the others; without any, their comma goes too.
fn spread(text: &str) -> Markup {
    let unpacked = format!("**{SPREAD}");
    let text = [",", ")"].iter().fold(text.to_owned(), |text, end| text.replace(&format!(", {unpacked}{end}"), end));
    Markup(text.replace(&unpacked, "").replace(SPREAD, ""))
}

impl<'a> Translator<'a> {
    pub(super) fn call(&mut self, id: SiteId) -> Result<Value> {
        let site = self.site(id);
        let mapping = self.mapping(site)?;
        if mapping.fate == Fate::Manual && mapping.code.is_empty() || mapping.shape == Shape::Manual {
            return Err(Stuck::new(&*mapping.note, &*mapping.todo));
        }
        self.made_by_hand(site, mapping)?;
        self.check_given(site)?;
        self.refused_names(id);
        match mapping.shape {
            Shape::Value | Shape::Statement | Shape::Drop => self.by_template(id, mapping),
            Shape::Call => self.construct(id, mapping),
            Shape::Keywords => self.keywords(id, mapping),
            Shape::Pair => self.pair(id, mapping),
            Shape::Volumes => self.volumes(id, mapping),
            Shape::Toolkit => self.toolkit_alone(id),
            Shape::Job => self.job(id, mapping),
            Shape::Manual => Err(Stuck::new(&*mapping.note, &*mapping.todo)),
        }
    }

    /// Refuses an object that only the storage service gives where a program makes one, as tests do.
    fn made_by_hand(&self, site: &Site, mapping: &Mapping) -> Result<()> {
        let is_result = site.row().is_some_and(|row| row.kind == Kind::Storage && row.params.is_empty());
        let (class, new) = (site.symbol.rsplit('.').next().unwrap_or_default(), &mapping.code);
        let is_name = new.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
        if !is_result || !is_name || !new.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase)) {
            return Ok(());
        }
        Err(Stuck::new(
            format!("it makes a `{class}` by hand, and `{new}` is made of other arguments"),
            format!("make a `{new}` with what the code that gets it reads"),
        ))
    }

    /// One expression by a template over the arguments.
    fn by_template(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        if mapping.shape != Shape::Value && !self.is_for_effect(id) {
            return Err(needs_statement());
        }
        let holes = self.holes(id, mapping, &mapping.code)?;
        let markup = self.fill(&mapping.code, &holes)?;
        if mapping.shape != Shape::Value && markup.0.contains('\n') {
            return Err(needs_statement());
        }
        self.check_opened(id, &markup);
        self.finish(id, mapping);
        // A list is no iterator, from which `next` takes.
        let is_list = !mapping.support.is_empty() || markup.0.starts_with("list(");
        let is_taken = is_list && self.site(id).expr.is_some_and(|list| self.is_taken_from(list));
        Ok(Value::Expr(if is_taken { Markup(format!("iter({})", markup.0)) } else { markup }))
    }

    /// Whether nobody looks at what a call gives: a lambda was made for its effect, or something else calls it later.
    fn is_for_effect(&self, id: SiteId) -> bool {
        let site = self.site(id);
        let around = site.expr.and_then(|call| self.p.resolved.parent(call)).map(|around| self.p.ast.kind(around));
        match around {
            Some(around) => matches!(around, ExprKind::Lambda { .. }),
            None => {
                let is_alone =
                    |call| matches!(&self.p.ast.stmt(site.stmt).kind, StmtKind::Expr(alone) if *alone == call);
                matches!(site.kind, SiteKind::Later(_)) && site.expr.is_some_and(is_alone)
            }
        }
    }

    /// Files that are downloaded have addresses on this machine, which `requests` does not open.
    fn check_opened(&mut self, id: SiteId, listed: &Markup) {
        let are_here = listed.0.contains("list_log_files(")
            || self.p.target == Target::V1 && listed.0.contains("list_output_files(");
        let is_requests = |ty: &Ty| ty.symbol().is_some_and(|path| path.split('.').next() == Some("requests"));
        if !are_here || !self.p.resolved.defs().any(|(_, def)| is_requests(&def.ty)) {
            return;
        }
        self.settle(id, None, Fate::Manual, ON_THIS_MACHINE, BY_URLLIB);
        self.person(self.site(id), ON_THIS_MACHINE, BY_URLLIB, self.site(id).span);
    }

    /// Whether `next` takes from a sequence, here or by the name that it gets here.
    fn is_taken_from(&self, list: ExprId) -> bool {
        let is_next = |taken: ExprId| {
            let around = self.p.resolved.parent(taken).map(|parent| self.p.ast.kind(parent));
            matches!(around, Some(ExprKind::Call { func, .. }) if self.p.ast.name(*func) == Some("next"))
        };
        let given = self.p.resolved.defs().filter(|(_, def)| def.value == Some(list));
        is_next(list) || given.into_iter().any(|(def, _)| self.p.resolved.uses_of(def).any(is_next))
    }

    /// Settles a site, and notes what its code needs.
    pub(super) fn finish(&mut self, id: SiteId, mapping: &'static Mapping) {
        if let Some(client) = self.first_of_stranger(id) {
            let note = format!("where `{client}` is made cannot be seen here; its calls are those of Batch AI");
            let notes = [note.as_str(), &mapping.note].join("; ");
            self.settle(id, None, mapping.fate.max(Fate::Approximate), notes.trim_end_matches("; "), STRANGER_TODO);
        }
        self.settle(id, None, mapping.fate, &mapping.note, &mapping.todo);
        mapping.imports.iter().for_each(|i| self.import(i));
        mapping.support.iter().for_each(|s| self.support(s));
    }

    /// Settles an argument, or an attribute that is a site of its own, as its field says, and notes what the field's code needs.
    pub(super) fn settle_field(&mut self, id: SiteId, arg: Option<usize>, field: &'static Field) {
        self.settle(id, arg, field.fate, &field.note, &field.todo);
        field.imports.iter().for_each(|i| self.import(i));
        field.support.iter().for_each(|s| self.support(s));
    }

    pub(super) fn fill(&self, template: &str, holes: &Holes) -> Result<Markup> {
        self.templates
            .render(&self.aliases.text(template), holes)
            .map(|m| spread(m.0.trim()))
            .map(super::group::by_group)
            .map(literal_holes)
            .map_err(|e| Stuck::new(format!("its template is broken: {e:#}"), "please report this"))
    }

    /// The holes of a template, from the arguments of a site. Arguments that the template does not name are settled
    /// as the table says.
    pub(super) fn holes(&mut self, id: SiteId, mapping: &'static Mapping, template: &str) -> Result<Holes> {
        let site = self.site(id);
        let names = self
            .templates
            .holes(template)
            .map_err(|e| Stuck::new(format!("its template is broken: {e:#}"), "please report this"))?;
        self.told_apart(site)?;
        self.check_parameters(id)?;
        self.name_parameters(id)?;
        let mut holes = Holes::new();
        for (index, arg) in site.args.iter().enumerate() {
            if names.contains(&arg.name) {
                let markup = self.field_value(id, index, mapping)?;
                holes.push((arg.name.clone(), markup));
            } else {
                self.beside(id, index, mapping)?;
            }
        }
        self.context(site, template, &names, &mut holes)?;
        self.check_holes(site, template, &names, &holes)?;
        self.each_once(id, template, &mut holes)?;
        Ok(holes)
    }

    /// An argument that goes into the template.
    pub(super) fn field_value(&mut self, id: SiteId, index: usize, mapping: &'static Mapping) -> Result<Markup> {
        let arg = &self.site(id).args[index];
        let field = mapping.fields.get(&arg.name);
        self.check_part(&self.site(id).symbol, &arg.name, arg.value)?;
        let markup = match field {
            Some(field) if !field.filter.is_empty() => self.filter(&field.filter, id, arg.value)?.alone(),
            _ => match self.value_or_credential(arg.value)? {
                Value::Keywords(mut keywords) if self.p.sites.at(arg.value).is_some() => {
                    // A template is one line: the comments go above the statement.
                    keywords.retain(|(name, _)| name != COMMENT);
                    let keywords = super::value::keywords_list(&keywords);
                    let joined = keywords.iter().map(|k| k.0.as_str()).collect::<Vec<_>>().join(", ");
                    Markup(format!("{SPREAD}{joined}"))
                }
                other => other.alone(),
            },
        };
        match field {
            Some(field) => {
                self.settle_field(id, Some(index), field);
            }
            None => self.settle(id, Some(index), Fate::Exact, "", ""),
        }
        Ok(markup)
    }

    /// The new value of an argument. A credential that a person must replace stays: the client around it is known.
    fn value_or_credential(&mut self, id: ExprId) -> Result<Value> {
        let kind = self.p.sites.at(id).and_then(|site| self.site(site).row()).map(|row| row.kind);
        match self.value(id) {
            Err(stuck) if kind == Some(Kind::Credential) => {
                self.keep(id, &stuck);
                Ok(Value::Expr(Markup::plain(self.text_of(id))))
            }
            other => other,
        }
    }

    /// An argument that the new code does not take as it is: it moves elsewhere, is dropped, or a person must act.
    pub(super) fn beside(&mut self, id: SiteId, index: usize, mapping: &'static Mapping) -> Result<()> {
        let site = self.site(id);
        let arg = &site.args[index];
        let span = self.p.ast.span(arg.value);
        if let Some(reason) = mapping.manual.get(&arg.name) {
            if matches!(self.p.ast.kind(arg.value), ExprKind::None | ExprKind::Bool(false)) {
                let value = self.p.ast.span(arg.value).of(self.p.source.text());
                self.settle(id, Some(index), Fate::Drop, &format!("it is `{value}`, which asks for nothing"), "");
                return Ok(());
            }
            if let Some(harmless) = self.harmless(arg.value) {
                self.settle(id, Some(index), Fate::Drop, harmless, "");
                self.settle_within(span, Fate::Drop, harmless, "");
                return Ok(());
            }
            if self.lends(id, &arg.name) {
                self.settle(id, Some(index), Fate::Exact, "", "");
                return Ok(());
            }
            let todo = mapping.fields.get(&arg.name).map_or("", |f| &f.todo);
            self.settle(id, Some(index), Fate::Manual, reason, todo);
            self.settle_within(span, Fate::Manual, reason, todo);
            self.person(site, reason, todo, arg.span);
        } else if let Some(reason) = mapping.drop.get(&arg.name) {
            self.settle_within(span, Fate::Drop, reason, "");
            self.consume(arg.value);
            if self.is_steady(arg.value) {
                self.settle(id, Some(index), Fate::Drop, reason, "");
            } else {
                let reason = format!("{reason}; what it calls is not called any more");
                let todo = "call it on a line of its own if it does something else";
                self.settle(id, Some(index), Fate::Approximate, &reason, todo);
            }
        } else if let Some(field) = mapping.fields.get(&arg.name) {
            if !field.to.is_empty() {
                return self.name_entity(id, index, &field.to);
            }
            if arg.name == "workspace_name" && self.is_of_listed_workspace(arg.value) {
                self.tell_listed(id, index);
            }
            self.settle(id, Some(index), field.fate, &field.note, &field.todo);
            self.settle_within(span, field.fate, &field.note, &field.todo);
        } else if arg.known {
            return Err(Stuck::new(
                format!("the table does not say what becomes of `{}`", arg.name),
                "convert the call by hand, and please report this",
            ));
        } else {
            let reason = format!("no version of the SDK has `{}`; it was ignored", arg.name);
            self.settle(id, Some(index), Fate::Drop, &reason, "");
            self.settle_within(span, Fate::Drop, &reason, "");
        }
        Ok(())
    }

    /// Why an object that goes with all of its arguments asks for nothing: options that only set the size of a page, a
    /// machine image of the marketplace.
    fn harmless(&self, value: ExprId) -> Option<&'static str> {
        let site = self.site(self.p.sites.at(self.p.resolved.origin(self.p.ast, value))?);
        let mapping = self.mapping(site).ok().filter(|mapping| mapping.shape == Shape::Drop)?;
        let is_nothing = |arg: &Bound| {
            self.is_none(arg.value) || mapping.drop.get(&arg.name).is_some() || self.harmless(arg.value).is_some()
        };
        (site.kind == SiteKind::Call && site.args.iter().all(is_nothing)).then_some(mapping.note.as_str())
    }

    /// Whether an expression is an argument that the new code does not take.
    pub(super) fn goes(&self, value: ExprId) -> bool {
        let around = self.p.resolved.parent(value).and_then(|call| self.p.sites.at(call));
        let Some(site) = around.map(|id| self.site(id)).filter(|site| site.kind == SiteKind::Call) else {
            return false;
        };
        let mapping = self.mapping(site).ok().filter(|m| m.fate != Fate::Manual && m.shape != Shape::Manual);
        let Some(mapping) = mapping else { return false };
        let name = site.args.iter().find(|arg| arg.value == value).map(|arg| arg.name.as_str());
        name.is_some_and(|name| mapping.drop.get(name).is_some()) || self.harmless(value).is_some()
    }

    /// A comment above the statement of a site, with the code that a person must look at.
    pub(super) fn person(&mut self, site: &Site, reason: &str, todo: &str, original: Span) {
        let code = self.code(site).unwrap_or_default();
        let (reason, todo) = (reason.to_owned(), todo.to_owned());
        let original = Some(self.without_secrets(site, original));
        self.above(site.stmt, Above::Comment { code, reason, todo, original });
    }

    /// Whether a site makes a client of Batch AI: what makes clients of all kinds may make another one.
    fn makes_client(&self, site: &Site) -> bool {
        let is_sign_in = site.row().is_some_and(|row| row.kind == Kind::Credential);
        !is_sign_in || site.expr.is_some_and(|made| self.ty(made).is_client())
    }

    /// Holes that are not arguments: the client, the object.
    fn context(&mut self, site: &Site, template: &str, names: &[String], holes: &mut Holes) -> Result<()> {
        for name in names {
            match name.as_str() {
                "client" | "ws" => {
                    let client = self.client_of(site, template)?;
                    holes.push((name.clone(), client));
                }
                "self" => {
                    if let Some(receiver) = site.receiver {
                        let text = self.text(receiver)?;
                        holes.push(("self".into(), text));
                    }
                }
                "home" if self.names_one_workspace() => holes.push((name.clone(), Markup::plain("yes"))),
                "one_group" if self.is_own_group(site) => holes.push((name.clone(), Markup::plain("yes"))),
                "once" if self.is_read_once(site) => holes.push((name.clone(), Markup::plain("yes"))),
                "location" if !holes.iter().any(|(n, _)| n == name) => self.created_where(site, holes)?,
                "resource_group_name" | "workspace_name"
                    if !holes.iter().any(|(n, _)| n == name) && self.makes_client(site) =>
                {
                    match self.home_of(site, name) {
                        Some(text) => holes.push((name.clone(), text)),
                        None => self.homeless(site)?,
                    }
                }
                _ if holes.iter().any(|(n, _)| n == name) => {}
                _ => holes.extend(self.lent(site, name)?.map(|lent| (name.clone(), lent))),
            }
        }
        Ok(())
    }

    /// Whether a sequence is iterated where it is made, and by nobody else.
    pub(super) fn is_read_once(&self, site: &Site) -> bool {
        let Some(expr) = site.expr else { return false };
        let loops = matches!(&self.p.ast.stmt(site.stmt).kind, StmtKind::For { iter, .. } if *iter == expr);
        let around = self.p.resolved.parent(expr).map(|parent| self.p.ast.kind(parent));
        loops
            || around.is_some_and(|around| match around {
                ExprKind::Comprehension { clauses, .. } => clauses.iter().any(|clause| clause.iter == expr),
                ExprKind::Call { func, args, .. } => {
                    let takes_all = |name| ["list", "sorted", "tuple", "set", "next"].contains(&name);
                    args.iter().any(|a| a.value == expr) && self.p.ast.name(*func).is_some_and(takes_all)
                }
                _ => false,
            })
    }

    /// A client whose calls do not tell its resource group and workspace, or tell several.
    fn homeless(&mut self, site: &Site) -> Result<()> {
        let reason = "which resource group and workspace its calls mean cannot be seen here";
        let todo = match self.p.target {
            Target::V2 => "give `resource_group_name` and `workspace_name`; several workspaces need a client each",
            Target::V1 => {
                "put the workspace's `config.json` beside the program, or name the workspace with `Workspace.get`; \
                 several workspaces need one each"
            }
        };
        let here = site.expr.and_then(|e| self.p.sites.at(e));
        // The file beside the program names one workspace: a client that means another must not take it.
        let Some(id) = here.filter(|_| self.p.target == Target::V2 || self.is_only_home(site)) else {
            return Err(Stuck::new(reason, todo));
        };
        self.settle(id, None, Fate::Manual, reason, todo);
        self.person(site, reason, todo, site.span);
        self.tell_homes(site);
        let subscription = site.args.iter().position(|arg| arg.name == "subscription_id");
        if let (Target::V1, Some(index)) = (self.p.target, subscription) {
            let (note, todo) = ("`config.json` says the subscription", "check that it is this one");
            self.settle(id, Some(index), Fate::Approximate, note, todo);
        }
        Ok(())
    }

    /// In v1 the client of a program that creates its workspace is that workspace.
    fn created_where(&mut self, site: &Site, holes: &mut Holes) -> Result<()> {
        if !self.creates_workspace(site) {
            return Ok(());
        }
        let location = self.home_of(site, "location").ok_or_else(|| {
            Stuck::new(
                "it is made before the location of the workspace that the program creates is known",
                "create the workspace with `Workspace.create` by hand",
            )
        })?;
        holes.push(("location".into(), location));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_nothing_takes_its_comma_along() {
        let shown = |rest: &str| spread(&format!("resize(client, **{SPREAD}{rest}")).0;
        assert_eq!(shown("max=1, tags=t)"), "resize(client, max=1, tags=t)");
        assert_eq!(shown(", tags=t)"), "resize(client, tags=t)");
        assert_eq!(shown(")"), "resize(client)");
    }
}
