//! Parameters that are changed after they were built: `parameters.node_count = 2`, `….environment_variables.append(…)`.
//!
//! A job of azure-ai-ml takes some changes under other names and loses others without a word (its inputs and outputs),
//! so the table says for each keyword how it is set. What cannot be set stays, the whole statement.

use super::attempt::Mark;
use super::job::VARIABLES;
use super::read::{missing, next_class};
use super::value::{COMMENT, Keywords};
use super::{Result, Stuck, Translator, Value, comment, link};
use crate::concept::{Field, Mapping, Shape};
use crate::find::{Site, SiteId, SiteKind};
use crate::render::{Markup, NEWLINE, operand};
use crate::report::Fate;
use crate::sdk::Target;
use crate::syntax::{Arg, ExprId, ExprKind, StmtId, StmtKind};

/// The methods by which lists are changed.
const LIST_METHODS: [&str; 5] = ["append", "extend", "insert", "remove", "pop"];

/// What a job keeps when the number of its nodes is changed.
const NODES_NOTE: &str =
    "command and distribution stay as they were for the number of nodes with which the job was built";
const NODES_TODO: &str = "check `distribution=` of the job: one node with one process needs none, several nodes do";
const RUN_NODES_TODO: &str =
    "check how the job is distributed: one node with one process needs nothing, several nodes do";

impl Translator<'_> {
    /// A statement that changes a job's parameters.
    pub(super) fn change(&mut self, stmt: StmtId) -> bool {
        match &self.p.ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } => match targets.as_slice() {
                [target] => self.assigned(stmt, *target, *value),
                _ => false,
            },
            StmtKind::Expr(call) => self.list_changed(stmt, *call),
            _ => false,
        }
    }

    fn assigned(&mut self, stmt: StmtId, target: ExprId, value: ExprId) -> bool {
        let Some(id) = self.p.sites.at(target) else { return false };
        if self.site(id).kind == SiteKind::Guess {
            let (mark, stuck) = (self.mark(), comment::guess(self.site(id)));
            return self.replace_or_leave(stmt, target, mark, Err(stuck));
        }
        let (SiteKind::Write(path), Ok(mapping)) = (&self.site(id).kind, self.mapping(self.site(id))) else {
            return false;
        };
        if let Some((variables, object)) = self.variable_of_job(id, path) {
            let mark = self.mark();
            let written = self.variable_set(id, variables, object, value);
            return self.replace_or_leave(stmt, target, mark, written);
        }
        let mark = self.mark();
        if let Err(stuck) = self.check_built(id) {
            return self.replace_or_leave(stmt, target, mark, Err(stuck));
        }
        let written = match (path.as_slice(), mapping.shape) {
            ([name], Shape::Job) => self.settings(id, name, value, mapping),
            (path, Shape::Call)
                if !mapping.set.is_empty() && !self.is_of_object(&self.site(id).symbol, mapping, path) =>
            {
                self.attributes(id, path, value)
            }
            _ => return false,
        };
        let written = written.and_then(|keywords| self.set_all(id, mapping, &keywords));
        self.replace_or_leave(stmt, target, mark, written)
    }

    /// Whether a path goes through an object that Azure ML has as well: `user_account_settings.admin_user_password`.
    fn is_of_object(&self, class: &str, mapping: &Mapping, path: &[String]) -> bool {
        let [first, _] = path else { return false };
        let is_kept = mapping.fields.get(first).is_some_and(|field| !field.to.is_empty() && field.code.is_empty());
        is_kept && self.model(&next_class(class, first)).is_ok_and(|inner| inner.shape == Shape::Call)
    }

    /// Refuses a change of parameters that are left as they are.
    fn check_built(&self, id: SiteId) -> Result<()> {
        let made = self.site(id).receiver.map(|object| link::constructors(self.p, object)).unwrap_or_default();
        // What an earlier run left it has said already, with all that changes it.
        match made.iter().any(|made| self.keeps(*made)) {
            true => Err(Stuck::new("the parameters that it changes are left for a person", "convert it with them")),
            false => Ok(()),
        }
    }

    /// `variable.value = …` in a loop over the variables of a job: the job, and the variable.
    fn variable_of_job(&self, id: SiteId, path: &[String]) -> Option<(ExprId, ExprId)> {
        let site = self.site(id);
        let variable = site.receiver.filter(|_| site.symbol == "EnvironmentVariable" && path == ["value"])?;
        // A loop is walked twice, and defines its variable each time.
        let mut loops = self.p.resolved.reaching(variable).iter().map(|def| self.p.resolved.def(*def).stmt);
        let first = loops.next().filter(|first| loops.all(|other| other == *first))?;
        let StmtKind::For { iter, .. } = &self.p.ast.stmt(first).kind else { return None };
        let list = self.site(self.p.sites.at(*iter)?);
        let of_job = list.symbol == "JobCreateParameters" && list.kind == SiteKind::Read(vec![VARIABLES.to_owned()]);
        Some((list.receiver.filter(|_| of_job)?, variable))
    }

    /// The dictionary of the job gets the value.
    fn variable_set(&mut self, id: SiteId, job: ExprId, variable: ExprId, value: ExprId) -> Result<Markup> {
        let (job, variable, value) = (self.text(job)?, self.text(variable)?, self.text(value)?);
        let holder = if self.p.target == Target::V1 { "run_config." } else { "" };
        self.settle(id, None, Fate::Exact, "", "");
        Ok(Markup(format!("{}.{holder}{VARIABLES}[{}[0]] = {}", operand(&job.0), operand(&variable.0), value.0)))
    }

    /// The field that an assignment sets: of the object itself, or of a part of it.
    pub(super) fn field_set(&self, site: &Site) -> Option<&'static Field> {
        let SiteKind::Write(path) = &site.kind else { return None };
        let (last, within) = path.split_last()?;
        let class = within.iter().fold(site.symbol.clone(), |class, step| next_class(&class, step));
        self.model(&class).ok()?.fields.get(last)
    }

    /// The keywords that a value becomes which is assigned to a part of a cluster: `scale_settings.manual.target_node_count`.
    fn attributes(&mut self, id: SiteId, path: &[String], value: ExprId) -> Result<Keywords> {
        let (name, within) = path.split_last().ok_or_else(|| not_set("it"))?;
        self.site(id).receiver.map_or(Ok(()), |object| self.check_either(object, path))?;
        let mut class = self.site(id).symbol.clone();
        for step in within {
            let inner = next_class(&class, step);
            let is_spread = self.model(&class)?.fields.get(step).is_some_and(|field| field.to.is_empty());
            if !is_spread || self.model(&inner)?.shape != Shape::Keywords {
                return Err(not_set(&path.join(".")));
            }
            class = inner;
        }
        let mapping = self.model(&class)?;
        let field = mapping.fields.get(name).ok_or_else(|| missing(mapping, &class, name))?;
        self.check_part(&class, name, value)?;
        let set = match field.filter.as_str() {
            "" => self.value(value)?,
            filter => self.filter(filter, id, value)?,
        };
        let mut keywords = match set {
            Value::Keywords(inner) => inner,
            _ if field.to == "**" => return Err(not_set(name)),
            Value::Expr(whole) if !field.to.is_empty() && field.code.is_empty() => vec![(field.to.clone(), whole)],
            Value::Expr(whole) if !field.to.is_empty() => {
                vec![(field.to.clone(), self.fill(&field.code, &vec![("value".to_owned(), whole)])?)]
            }
            _ => return Err(not_set(name)),
        };
        self.settle_field(id, None, field);
        if let Some(more) = mapping.fields.get(&format!("_with:{name}")) {
            keywords.push((more.to.clone(), self.fill(&more.code, &Vec::new())?));
        }
        Ok(keywords)
    }

    /// The keywords that an assigned value becomes.
    fn settings(&mut self, id: SiteId, name: &str, value: ExprId, mapping: &'static Mapping) -> Result<Keywords> {
        let field = mapping.fields.get(name).filter(|_| !mapping.set.is_empty()).ok_or_else(|| not_set(name))?;
        let receiver = self.site(id).receiver.ok_or_else(|| not_set(name))?;
        if self.p.target == Target::V1 {
            return self.run_settings(id, name, value, field);
        }
        if field.to == name && field.filter.is_empty() {
            // It is the same in Azure ML, whoever built the parameters.
            self.settle_field(id, None, field);
            return Ok(vec![(name.to_owned(), self.text(value)?)]);
        }
        let job = link::constructors(self.p, receiver).first().copied().ok_or_else(|| {
            Stuck::new("the parameters are built where it cannot be seen", "give the value where they are built")
        })?;
        self.unexpanded(name, value)?;
        let (keywords, volumes) = self.job_field(job, name, value, mapping)?;
        if !volumes.is_empty() {
            return Err(Stuck::new(
                "the command needs inputs that a job which is built does not take",
                "give the settings where the job is built",
            ));
        }
        if name == "node_count" {
            self.settle(id, None, Fate::Approximate, NODES_NOTE, NODES_TODO);
        }
        self.settle_field(id, None, field);
        Ok(keywords)
    }

    /// The same for v1, where most of a job is settled once it is built: what its run configuration still takes.
    fn run_settings(&mut self, id: SiteId, name: &str, value: ExprId, field: &'static Field) -> Result<Keywords> {
        self.unexpanded(name, value)?;
        let value = match field.filter.as_str() {
            "" => self.value(value)?,
            filter => self.filter(filter, id, value)?,
        };
        if name == "node_count" {
            self.settle(id, None, Fate::Approximate, NODES_NOTE, RUN_NODES_TODO);
        }
        self.settle_field(id, None, field);
        Ok(match value {
            Value::Keywords(inner) => inner,
            other => vec![(name.to_owned(), other.alone())],
        })
    }

    /// Whether a job, or what may be one, is given another number of nodes once it is built.
    pub(super) fn gets_nodes_later(&self, job: SiteId) -> bool {
        let sets = |site: &&Site| {
            site.symbol == "JobCreateParameters"
                && matches!(&site.kind, SiteKind::Write(path) if path == &["node_count"])
        };
        let is_it = |object: ExprId| {
            let made = self.p.resolved.origin(self.p.ast, object);
            let other = self.p.sites.at(made).filter(|other| self.site(*other).kind == SiteKind::Call);
            other.is_none_or(|other| other == job)
        };
        self.p.sites.iter().map(|(_, site)| site).filter(sets).any(|site| site.receiver.is_some_and(is_it))
    }

    /// Refuses variables whose values name those of Batch AI.
    fn unexpanded(&self, name: &str, value: ExprId) -> Result<()> {
        let span = self.p.ast.span(value);
        if name != VARIABLES || !self.p.sites.iter().any(|(_, s)| is_mention_in(s, span)) {
            return Ok(());
        }
        Err(Stuck::new(
            "a variable in it names one of Batch AI, which Azure ML does not expand",
            "export it at the start of the command",
        ))
    }

    /// One statement for each keyword.
    fn set_all(&mut self, id: SiteId, mapping: &'static Mapping, keywords: &Keywords) -> Result<Markup> {
        let receiver = self.site(id).receiver.ok_or_else(|| not_set("it"))?;
        let object = self.text(receiver)?;
        let mut lines = Vec::new();
        // A comment among the arguments goes above the statement, as each that the new code does not have.
        for (keyword, value) in keywords.iter().filter(|(keyword, _)| keyword != COMMENT) {
            let template = settable(mapping, keyword)?;
            let holes = vec![("self".to_owned(), object.clone()), ("value".to_owned(), value.clone())];
            lines.push(self.fill(&template, &holes)?.0);
        }
        Ok(Markup(lines.join(&NEWLINE.to_string())))
    }

    /// `parameters.environment_variables.append(…)`: a list of the old job is a dictionary of the new one.
    fn list_changed(&mut self, stmt: StmtId, call: ExprId) -> bool {
        let ExprKind::Call { func, args, .. } = self.p.ast.kind(call) else { return false };
        let ExprKind::Attribute { value: list, attr, .. } = self.p.ast.kind(*func) else { return false };
        let Some(id) = self.p.sites.at(*list).filter(|_| LIST_METHODS.contains(&attr.as_str())) else { return false };
        let (SiteKind::Read(path), Ok(mapping)) = (&self.site(id).kind, self.mapping(self.site(id))) else {
            return false;
        };
        let ([name], Shape::Job) = (path.as_slice(), mapping.shape) else { return false };
        let Some(field) = mapping.fields.get(name).filter(|f| f.filter == "dictionary") else { return false };
        let mark = self.mark();
        let written = match (attr.as_str(), args.as_slice()) {
            ("append", [item]) if !mapping.set.is_empty() => self.item_set(id, name, field, mapping, item),
            _ => Err(not_set(name)),
        };
        self.replace_or_leave(stmt, *list, mark, written)
    }

    fn item_set(
        &mut self,
        id: SiteId,
        name: &str,
        field: &'static Field,
        mapping: &'static Mapping,
        item: &Arg,
    ) -> Result<Markup> {
        let (keyword, holder) = match self.p.target {
            Target::V2 => (field.to.as_str(), field.to.clone()),
            Target::V1 => (name, format!("run_config.{name}")),
        };
        settable(mapping, keyword)?;
        let receiver = self.site(id).receiver.ok_or_else(|| not_set(name))?;
        let object = self.text(receiver)?;
        let Value::Pair(key, value) = self.value(item.value)? else { return Err(not_set(name)) };
        self.settle_field(id, None, field);
        Ok(Markup(format!("{}.{holder}[{}] = {}", operand(&object.0), key.0, value.0)))
    }

    fn replace_or_leave(&mut self, stmt: StmtId, at: ExprId, mark: Mark, written: Result<Markup>) -> bool {
        let span = self.p.ast.stmt(stmt).span;
        match written {
            Ok(markup) if markup.0.is_empty() => self.delete(stmt),
            Ok(markup) => self.replace(span, &markup),
            Err(stuck) => {
                self.rollback(mark);
                self.keep(at, &stuck);
                self.settle_within(span, Fate::Manual, &stuck.reason, &stuck.todo);
            }
        }
        true
    }
}

/// How a keyword is set on a job that is built.
fn settable(mapping: &Mapping, keyword: &str) -> Result<String> {
    match mapping.set.get(keyword).map(String::as_str) {
        Some("") => Err(Stuck::new(
            format!("`{keyword}` of a job that is built cannot be changed: Azure ML would lose the change in silence"),
            "give it where the job is built",
        )),
        Some(template) => Ok(template.to_owned()),
        None if keyword == "**" => Err(not_set("it")),
        None if mapping.set.get("*").is_some() => Err(not_set(keyword)),
        None => Ok(format!("{{{{ self }}}}.{keyword} = {{{{ value }}}}")),
    }
}

fn not_set(name: &str) -> Stuck {
    Stuck::new(
        format!("how `{name}` changes cannot be told from this statement"),
        "give the value where the parameters are built",
    )
}

fn is_mention_in(site: &Site, span: crate::text::Span) -> bool {
    matches!(site.kind, SiteKind::Mention(_)) && span.contains(site.span)
}
