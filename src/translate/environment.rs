//! Environment variables of a job. Batch AI expanded its own variables in their values, and Azure ML takes values as they
//! stand; so those are exported at the start of the command, and the others stay variables of the job.

use super::command::{Piece, Shell};
use super::toolkit::JOB;
use super::{Result, Translator, link};
use crate::concept::JobForm;
use crate::find::SiteId;
use crate::render::{Markup, summand};
use crate::report::Fate;
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind};

impl Translator<'_> {
    /// The variables that stay ones, as a dictionary; `None` where there are none.
    pub(super) fn environment(&mut self, job: SiteId, list: ExprId) -> Result<Option<Markup>> {
        let moved = self.expanding_variables(job);
        if moved.is_empty() {
            return self.dictionary(list).map(Some);
        }
        if let ExprKind::List(items) = self.p.ast.kind(list) {
            let items = self.without(items, &moved);
            return if items.is_empty() { Ok(None) } else { self.dictionary_of(&items).map(Some) };
        }
        let rest = self.remaining(list, &moved)?;
        Ok(rest.map(|rest| Markup::list("dict(", &[rest], ")")))
    }

    /// A list, or a sum of lists, without some of its items.
    fn remaining(&mut self, list: ExprId, moved: &[SiteId]) -> Result<Option<Markup>> {
        match self.p.ast.kind(list) {
            ExprKind::Binary { left, op: "+", right } => {
                let (left, right) = (self.remaining(*left, moved)?, self.remaining(*right, moved)?);
                Ok(match (left, right) {
                    (Some(left), Some(right)) => Some(Markup(format!("{} + {}", summand(&left.0), summand(&right.0)))),
                    (left, right) => left.or(right),
                })
            }
            ExprKind::List(items) => {
                let kept = self.without(items, moved);
                if kept.len() == items.len() {
                    return self.text(list).map(Some);
                }
                let kept: Vec<Markup> = kept.into_iter().map(|item| self.text(item)).collect::<Result<_>>()?;
                Ok((!kept.is_empty()).then(|| Markup::list("[", &kept, "]")))
            }
            _ => self.text(list).map(Some),
        }
    }

    fn without(&self, items: &[ExprId], moved: &[SiteId]) -> Vec<ExprId> {
        let is_moved = |item: &ExprId| self.p.sites.at(*item).is_some_and(|site| moved.contains(&site));
        items.iter().copied().filter(|item| !is_moved(item)).collect()
    }

    /// `NAME="value"` for each variable that goes into the command; what the values name is exported before them.
    pub(super) fn environment_exports(&mut self, job: Option<SiteId>, shell: &mut Shell) -> Result<Vec<String>> {
        let mut words = Vec::new();
        for made in job.map(|job| self.expanding_variables(job)).unwrap_or_default() {
            let site = self.site(made);
            let (Some(name), Some(value)) = (site.arg("name"), site.arg("value")) else { continue };
            let (Some(name), Some(text)) = (self.literal(name), self.literal(value)) else { continue };
            let pieces = std::mem::take(&mut shell.pieces);
            let read = self.shell(value, shell);
            let text = match std::mem::replace(&mut shell.pieces, pieces).as_slice() {
                [Piece::Text(text)] => text.clone(),
                _ => text,
            };
            read?;
            words.push(format!("{name}=\"{}\"", text.replace('"', "\\\"")));
            let mapping = self.mapping(site)?;
            let note = "its value names a variable, so it is exported at the start of the command";
            self.settle(made, None, Fate::Approximate, note, "");
            self.settle_fields(made, mapping)?;
        }
        Ok(words)
    }

    /// The variables of a job whose literal values name variables of Batch AI, where the job has a command for them.
    pub(super) fn expanding_variables(&self, job: SiteId) -> Vec<SiteId> {
        let site = self.site(job);
        let Some(list) = self.given(site, "environment_variables") else { return Vec::new() };
        let settings = site.args.iter().filter(|arg| self.is_toolkit_field(&arg.name));
        let settings = settings.flat_map(|arg| link::constructors(self.p, arg.value)).next();
        let own_command = settings.is_some_and(|settings| self.consumer(settings, JOB) == Some(job));
        if !own_command || self.p.target == Target::V1 && self.p.form == JobForm::Estimator {
            return Vec::new();
        }
        let names_variable = |site: &SiteId| {
            let known = |name: &str| self.site(*site).arg(name).and_then(|value| self.literal(value));
            let expanded = |value: String| value.contains("$AZ_BATCH") || value.contains("${AZ_BATCH");
            known("name").is_some() && known("value").is_some_and(expanded)
        };
        self.listed(list).into_iter().filter_map(|item| self.p.sites.at(item)).filter(names_variable).collect()
    }

    /// The items of a list that is written out, or of those in a sum.
    pub(super) fn listed(&self, list: ExprId) -> Vec<ExprId> {
        match self.p.ast.kind(list) {
            ExprKind::List(items) => items.clone(),
            ExprKind::Binary { left, op: "+", right } => [self.listed(*left), self.listed(*right)].concat(),
            _ => Vec::new(),
        }
    }
}
