//! Names that an operation gives to the thing it creates: in Azure ML they belong to the thing.
//!
//! `client.clusters.create(…, name, parameters)` becomes `AmlCompute(name=name, …)` where the constructor stands, if
//! the name is known there, and `parameters.name = name` above the call otherwise.

use super::value::Keywords;
use super::{Above, Result, Stuck, Translator, link};
use crate::concept::{Field, JobForm};
use crate::find::{Atom, Site, SiteId};
use crate::render::Markup;
use crate::report::Fate;
use crate::sdk::{self, Target, name::name_rule};
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};

/// How a name reaches the thing that it names.
#[derive(PartialEq, Eq)]
enum Way {
    /// Into the constructor.
    Fold,
    /// Assigned where the operation is called.
    Assign,
}

/// The argument by whose rule the names of computes go.
const COMPUTE: (&str, &str) = ("ClustersOperations.create", "cluster_name");
/// The argument that an estimator gives as a tag, which may be any text.
const JOB_NAME: &str = "job_name";
/// Holes of an operation that old versions filled where its parameters were made, and the field there. Entries are those of a
/// dictionary, without its braces.
const LENT: [(&str, &str); 3] = [("experiment_name", "experiment_name"), ("tags", "tags"), ("tag_entries", "tags")];
const OTHER_NAME: &str = "choose another name, wherever the program has it";

impl Translator<'_> {
    /// Keywords that the operations which take this constructor's object add to it.
    pub(super) fn entity_keywords(&mut self, id: SiteId, target: &str) -> Result<Keywords> {
        let Some((operation, Way::Fold)) = self.creator(id) else { return Ok(Vec::new()) };
        let site = self.site(operation);
        let mapping = self.mapping(site)?;
        let class = sdk::inventory(self.p.target).symbol(target);
        let mut keywords = Vec::new();
        for arg in &site.args {
            let Some(field) = mapping.fields.get(&arg.name).filter(|f| !f.to.is_empty()) else { continue };
            if class.as_ref().is_none_or(|c| c.accepts(&field.to)) {
                let value = self.text(arg.value)?;
                keywords.push((field.to.clone(), value));
            }
        }
        Ok(keywords)
    }

    /// A name given to an operation: it is in the constructor already, or it is assigned here.
    pub(super) fn name_entity(&mut self, id: SiteId, index: usize, to: &str) -> Result<()> {
        let site = self.site(id);
        let arg = &site.args[index];
        let mapping = self.mapping(site)?;
        let field = mapping.fields.get(&arg.name);
        let (fate, note, todo) = match field {
            Some(f) if f.filter == "compute_name" => self.compute_name(arg.value, f),
            Some(f) => (f.fate, f.note.clone(), f.todo.clone()),
            None => (Fate::Exact, String::new(), String::new()),
        };
        // A constructor that is left for a person has not taken the name along.
        let takes = |e: SiteId| !self.stays(e) && matches!(self.creator(e), Some((op, Way::Fold)) if op == id);
        let folded = self.entity(site).is_some_and(takes);
        if !folded {
            let parameters = site.arg("parameters").ok_or_else(|| {
                Stuck::new("it is called without `parameters`", "pass the parameters and convert again")
            })?;
            self.straight(site)?;
            let (object, value) = (self.text(parameters)?, self.text(arg.value)?);
            self.above(site.stmt, Above::Code(Markup(format!("{}.{to} = {}", object.0, value.0))));
        } else {
            // The constructor has translated it already; this is for what stands in it.
            self.text(arg.value)?;
        }
        self.settle(id, Some(index), fate, &note, &todo);
        Ok(())
    }

    /// Whether a site has been left for a person.
    pub(super) fn is_for_a_person(&self, id: SiteId) -> bool {
        let of_site = Atom { site: id, arg: None };
        self.ledger.get(of_site).is_some_and(|settled| settled.fate == Fate::Manual)
    }

    /// The name of a compute as the user wrote it, with its fate.
    pub(super) fn named_compute(&mut self, id: SiteId, value: ExprId) -> Result<Markup> {
        let site = self.site(id);
        let index = site.arg_at(value);
        let field = index.and_then(|i| self.mapping(site).ok()?.fields.get(&site.args[i].name));
        if let Some(field) = field {
            let (fate, note, todo) = self.compute_name(value, field);
            self.settle(id, index, fate, &note, &todo);
        }
        self.text(value)
    }

    /// What becomes of a compute's name: Azure ML refuses some that Batch AI took.
    fn compute_name(&self, value: ExprId, field: &Field) -> (Fate, String, String) {
        let Some(name) = self.literal(value) else { return (field.fate, field.note.clone(), field.todo.clone()) };
        match refused(COMPUTE.0, COMPUTE.1, &name) {
            Some(note) => (Fate::Approximate, note, OTHER_NAME.to_owned()),
            None => (Fate::Exact, String::new(), String::new()),
        }
    }

    /// Says of the names that a call gives which of them Azure ML refuses.
    pub(super) fn refused_names(&mut self, id: SiteId) {
        let site = self.site(id);
        let is_tag = self.p.target == Target::V1 && self.p.form == JobForm::Estimator;
        for (index, arg) in site.args.iter().enumerate().filter(|(_, arg)| !(is_tag && arg.name == JOB_NAME)) {
            let name = self.literal(arg.value);
            if let Some(note) = name.and_then(|name| refused(&site.symbol, &arg.name, &name)) {
                self.settle(id, Some(index), Fate::Approximate, &note, OTHER_NAME);
            }
        }
    }

    /// Whether a statement above the one of a site runs just when the site does: it is not within a comprehension, a
    /// lambda, a branch of an expression or the test of a loop.
    pub(super) fn straight(&self, site: &Site) -> Result<()> {
        self.straight_at(site.stmt, site.expr)
    }

    /// The same for an expression of a statement.
    pub(super) fn straight_at(&self, stmt: StmtId, expr: Option<ExprId>) -> Result<()> {
        let ast = self.p.ast;
        let mut at = expr;
        let mut ok = !matches!(ast.stmt(stmt).kind, StmtKind::While { .. } | StmtKind::Function(_));
        while let Some(expr) = at {
            at = self.p.resolved.parent(expr);
            let around = at.map(|a| ast.kind(a));
            ok &= !matches!(
                around,
                Some(
                    ExprKind::Comprehension { .. }
                        | ExprKind::Lambda { .. }
                        | ExprKind::IfExp { .. }
                        | ExprKind::BoolOp(_)
                )
            );
        }
        let start = ast.stmt(stmt).span.start;
        let (indent, column) = self.position(start);
        if ok && (indent == column || self.is_after_magic(start)) {
            return Ok(());
        }
        Err(Stuck::new(
            "it needs a statement of its own before it, and there is no place for one",
            "give the call a line of its own and convert again",
        ))
    }

    /// Gives parameters that are built in the call itself a name, so that statements can speak of them.
    pub(super) fn name_parameters(&mut self, id: SiteId) -> Result<()> {
        let site = self.site(id);
        let mapping = self.mapping(site)?;
        let named = site.args.iter().any(|a| mapping.fields.get(&a.name).is_some_and(|f| !f.to.is_empty()));
        let Some(parameters) = site.arg("parameters").filter(|p| named && self.p.ast.name(*p).is_none()) else {
            return Ok(());
        };
        let folded = self.entity(site).is_some_and(|e| matches!(self.creator(e), Some((op, Way::Fold)) if op == id));
        if folded {
            return Ok(());
        }
        self.straight(site)?;
        let before = self.mark();
        let text = self.text(parameters)?;
        self.check_whole(before)?;
        let wanted = ["parameters", "job_parameters", "new_parameters"];
        let is_free = |n: &&str| !self.identifiers.contains(*n) || self.is_dead(n, site.stmt);
        let name = wanted.into_iter().find(is_free).unwrap_or("azure_ml_parameters");
        self.above(site.stmt, Above::Code(Markup(format!("{name} = {}", text.0))));
        self.temporaries.insert(parameters, name.to_owned());
        Ok(())
    }

    /// The constructor of what an operation creates.
    fn entity(&self, operation: &Site) -> Option<SiteId> {
        let parameters = operation.arg("parameters")?;
        link::constructors(self.p, parameters).first().copied()
    }

    /// The one operation that creates what this constructor makes, and how its name gets there.
    fn creator(&self, id: SiteId) -> Option<(SiteId, Way)> {
        let consumers = self.links.consumers(id);
        let creators: Vec<SiteId> = consumers
            .iter()
            .copied()
            .filter(|c| self.site(*c).arg("parameters").is_some() && self.site(*c).symbol.contains('.'))
            .collect();
        let [operation] = creators.as_slice() else { return creators.first().map(|c| (*c, Way::Assign)) };
        let (made, call) = (self.site(id), self.site(*operation));
        let inline = call.span.contains(made.span);
        let Ok(mapping) = self.mapping(call) else { return None };
        let named = call.args.iter().filter(|a| mapping.fields.get(&a.name).is_some_and(|f| !f.to.is_empty()));
        let known = || named.clone().all(|a| link::available(self.p, a.value, made.stmt));
        let fold = inline || link::together(self.p, made, call) && known();
        Some((*operation, if fold { Way::Fold } else { Way::Assign }))
    }

    /// What a hole of an operation gets from where its parameters are made.
    pub(super) fn lent(&mut self, operation: &Site, hole: &str) -> Result<Option<Markup>> {
        let Some((_, field)) = LENT.iter().find(|(name, _)| *name == hole) else { return Ok(None) };
        let Some(made) = self.entity(operation).filter(|made| self.lends(*made, field)) else { return Ok(None) };
        let Some(value) = self.site(made).arg(field) else { return Ok(None) };
        let text = self.text(value)?;
        Ok(match self.p.ast.kind(value) {
            ExprKind::Dict(entries) if hole == "tag_entries" && entries.is_empty() => None,
            ExprKind::Dict(_) if hole == "tag_entries" => {
                let inside = text.0.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(&text.0);
                Some(Markup(inside.trim().trim_end_matches(',').to_owned()))
            }
            _ if hole == "tag_entries" => Some(Markup(format!("**{}", text.0))),
            _ => Some(text),
        })
    }

    /// Whether an argument of a constructor goes into the call of the operation that takes its object.
    pub(super) fn lends(&mut self, id: SiteId, name: &str) -> bool {
        let Some((operation, Way::Fold)) = self.creator(id) else { return false };
        let operation = self.site(operation);
        let Ok(mapping) = self.mapping(operation) else { return false };
        let asks = |hole: &String| LENT.iter().any(|(asked, field)| asked == hole && *field == name);
        let is_asked = self.templates.holes(&mapping.code).is_ok_and(|holes| holes.iter().any(asks));
        let value = self.site(id).arg(name).filter(|value| !self.is_none(*value));
        let is_here = value.is_some_and(|v| self.is_steady(v) && link::available(self.p, v, operation.stmt));
        is_asked && operation.arg(name).is_none() && is_here
    }

    /// The operation that creates what this constructor makes.
    pub(super) fn creating_operation(&self, id: SiteId) -> Option<SiteId> {
        self.creator(id).map(|(operation, _)| operation)
    }
}

/// Why Azure ML refuses a name, if it does.
fn refused(symbol: &str, argument: &str, name: &str) -> Option<String> {
    let rule = name_rule(symbol, argument).filter(|rule| !rule.takes(name))?;
    Some(format!("Azure ML refuses the name `{name}`: {}", rule.says))
}
