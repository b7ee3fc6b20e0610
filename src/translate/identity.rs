//! Ids of clusters: a job of Azure ML knows its cluster by name where Batch AI's knew the ARM id.

use super::{Result, Stuck, Translator};
use crate::concept::{Field, Mapping};
use crate::find::{Site, SiteKind};
use crate::syntax::{ExprId, ExprKind};

impl<'a> Translator<'a> {
    /// Refuses a name in the place of an id where the code around it looks into the id.
    pub(super) fn check_looked_into(&self, site: &Site, field: &Field) -> Result<()> {
        let Some(expr) = site.expr.filter(|_| field.is_name) else { return Ok(()) };
        let ast = self.p.ast;
        let looks = match self.p.resolved.parent(expr).map(|around| ast.kind(around)) {
            Some(ExprKind::Compare(sides)) => !sides.iter().all(|side| self.is_cluster_id(*side)),
            Some(ExprKind::Attribute { .. }) => !self.takes_last(expr),
            Some(ExprKind::Subscript { value, .. }) => *value == expr,
            Some(ExprKind::Call { func, .. }) => {
                let name = ast.span(*func).of(self.p.source.text()).rsplit('.').next().unwrap_or_default();
                name.contains("parse") || name.contains("resource_id")
            }
            _ => false,
        };
        if looks {
            return Err(Stuck::new(
                "the cluster of a job is a name in Azure ML, and the code here looks into its ARM id",
                "use the name, and compare it with `cluster.name`",
            ));
        }
        Ok(())
    }

    /// What is read of a cluster instead of its id, which is compared with that of a job's cluster: the name.
    pub(super) fn name_for_id(&self, site: &Site, mapping: &'a Mapping, path: &[String]) -> Option<&'a Field> {
        let around = self.p.resolved.parent(site.expr.filter(|_| path == ["id"])?)?;
        let ExprKind::Compare(sides) = self.p.ast.kind(around) else { return None };
        let is_jobs = |side: &ExprId| self.field_read(*side).is_some_and(|field| field.is_name);
        let is_one = sides.iter().any(is_jobs) && sides.iter().all(|side| self.is_cluster_id(*side));
        mapping.fields.get("name").filter(|_| is_one)
    }

    /// Whether an expression is the id of a cluster, its own or that which a job holds.
    fn is_cluster_id(&self, id: ExprId) -> bool {
        let own = || {
            let site = self.site(self.p.sites.at(id)?);
            Some(matches!(&site.kind, SiteKind::Read(path) if site.symbol == "Cluster" && path == &["id"]))
        };
        self.field_read(id).is_some_and(|field| field.is_name) || own() == Some(true)
    }

    /// The row's field for the whole of what is read.
    fn field_read(&self, id: ExprId) -> Option<&'static Field> {
        let site = self.site(self.p.sites.at(id)?);
        let SiteKind::Read(path) = &site.kind else { return None };
        self.model(&site.symbol).ok()?.fields.get(&path.join("."))
    }

    /// `id.split('/')[-1]`, which is the name.
    fn takes_last(&self, id: ExprId) -> bool {
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let method = resolved.parent(id);
        let call = method.and_then(|method| resolved.parent(method));
        let (Some(method), Some(call)) = (method, call) else { return false };
        let splits =
            matches!(ast.kind(method), ExprKind::Attribute { attr, .. } if attr == "split" || attr == "rsplit");
        let item = resolved.parent(call).map(|item| ast.kind(item));
        let is_last = |index: ExprId| ast.span(index).of(self.p.source.text()) == "-1";
        splits && matches!(item, Some(ExprKind::Subscript { value, index }) if *value == call && is_last(*index))
    }
}
