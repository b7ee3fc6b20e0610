//! Attributes that are read from Batch AI's objects, and written to them: the longest chain is one site.

use super::SiteKind;
use super::walk::Finder;
use crate::concept::{self, Kind, SymbolRow};
use crate::resolve::Ty;
use crate::sdk;
use crate::syntax::{Arg, ExprId, ExprKind, StmtId};

/// The classes of lists in pages, up to 2.0.0 and in 7.0.0.
const PAGERS: [&str; 2] = ["msrest.paging.Paged", "azure.core.paging.ItemPaged"];

/// The row of an exception, of a class of the storage SDK or of a helper, that says what becomes of its attribute.
fn attribute_row(class: &str, attribute: &str) -> Option<&'static SymbolRow> {
    let row = concept::table().symbol(class)?;
    let names = match row.kind {
        Kind::Exception | Kind::Storage => row.names(attribute),
        // What it was made with, and what its row lists besides; other attributes of a helper keep their names.
        Kind::Helper => {
            let is_param = row.params.iter().any(|p| p.trim_end_matches('?') == attribute);
            let has_code = row.v2.fields.get(attribute).is_some_and(|field| !field.code.is_empty());
            let is_method = concept::table().symbol(&format!("{class}.{attribute}")).is_some();
            let is_listed = row.attributes.get(attribute).is_some();
            !is_method && (is_listed || is_param && (has_code || row.attributes.iter().next().is_some()))
        }
        _ => false,
    };
    names.then_some(row)
}

/// The class of a list that has this member, if the list is one of Batch AI's objects.
fn pager_of(ty: &Ty, member: &str) -> Option<&'static str> {
    let Ty::Many(element) = ty else { return None };
    let surface = sdk::batchai();
    let is_ours = element.class().is_some_and(|class| !surface.model(class).is_empty());
    PAGERS.into_iter().find(|class| is_ours && surface.members_of(class).any(|name| name == member))
}

/// The first of some classes that has an attribute.
fn owner<'c>(classes: &'c [String], attribute: &str) -> Option<&'c str> {
    let has = |class: &&String| sdk::batchai().attribute(class, attribute).is_some();
    classes.iter().find(has).map(String::as_str)
}

fn is_exception(class: &str, attribute: &str) -> bool {
    attribute_row(class, attribute).is_some_and(|row| row.kind == Kind::Exception)
}

impl Finder<'_> {
    /// `receiver.a.b` of a Batch AI object; the longest chain is one site.
    pub(super) fn read(&mut self, stmt: StmtId, id: ExprId, written: bool) -> bool {
        let Some((root, path)) = self.chain(id) else { return false };
        let longer = self.resolved.parent(id).is_some_and(|p| {
            matches!(self.ast.kind(p), ExprKind::Attribute { value, .. } if *value == id) && self.chain(p).is_some()
        });
        if longer {
            return true;
        }
        let of = self.resolved.ty(root);
        let class = match of {
            Ty::Enum(class) => Some(class.as_str()),
            // What is said of it says of all of them: `translate::read`.
            Ty::Either(classes) => path.first().and_then(|name| owner(classes, name)),
            _ => of.class().or_else(|| pager_of(of, path.first()?)),
        };
        let Some(class) = class.map(str::to_owned) else { return false };
        if let [step] = path.as_slice()
            && !written
            && self.is_written(&class, root, step, id)
        {
            return true;
        }
        let kind = if written { SiteKind::Write(path) } else { SiteKind::Read(path) };
        self.add(stmt, Some(id), self.ast.span(id), kind, class, Some(root));
        true
    }

    /// Whether an expression is the configuration of a client.
    fn is_config(&self, id: ExprId) -> bool {
        let is_named = matches!(self.ast.kind(id), ExprKind::Attribute { attr, .. } if attr == "config");
        is_named && self.chain(id).is_some_and(|(_, path)| path == ["config"])
    }

    fn chain(&self, id: ExprId) -> Option<(ExprId, Vec<String>)> {
        let ExprKind::Attribute { value, attr, .. } = self.ast.kind(id) else { return None };
        let surface = sdk::batchai();
        match self.resolved.ty(*value) {
            // `.value` and `.name` of an enum member are the member itself in the target.
            Ty::Enum(_) if matches!(attr.as_str(), "value" | "name") => {}
            Ty::Instance(class) => match surface.client(class) {
                Some(client) => {
                    let own = client.attributes.iter().chain(&client.methods).any(|a| a == attr);
                    if !own || client.groups.iter().any(|(group, _)| group == attr) {
                        return None;
                    }
                }
                None if surface.members_of(class).any(|member| member == attr) => {}
                None if surface.attribute(class, attr).is_none() => drop(attribute_row(class, attr)?),
                None => {}
            },
            Ty::Either(classes) => drop(owner(classes, attr)?),
            // What an exception holds, the row of the exception says.
            Ty::Symbol(path) if path.rsplit_once('.').is_some_and(|(class, at)| is_exception(class, at)) => {}
            Ty::Many(_) if pager_of(self.resolved.ty(*value), attr).is_some() => {}
            _ if self.is_config(*value) => {}
            _ => return None,
        }
        match self.chain(*value) {
            Some((root, mut path)) => {
                path.push(attr.clone());
                Some((root, path))
            }
            None => Some((*value, vec![attr.clone()])),
        }
    }

    /// `getattr(receiver, 'a')`, with a default or not, is a read of `a`.
    pub(super) fn getattr(&mut self, stmt: StmtId, id: ExprId, func: ExprId, args: &[Arg]) -> bool {
        let built_in = self.ast.name(func) == Some("getattr") && self.resolved.reaching(func).is_empty();
        let [object, name, ..] = args else { return false };
        if built_in && self.is_group(id, object.value) && self.ast.str_value(name.value).is_some() {
            let class = self.resolved.ty(id).class().unwrap_or_default().to_owned();
            self.add(stmt, Some(id), self.ast.span(id), SiteKind::Reference, class, Some(object.value));
            return true;
        }
        let (Some(name), Ty::Instance(class)) = (self.ast.str_value(name.value), self.resolved.ty(object.value)) else {
            return false;
        };
        let known = sdk::batchai().attribute(class, name).is_some() || attribute_row(class, name).is_some();
        if !built_in || !known {
            return false;
        }
        let kind = SiteKind::Read(vec![name.to_owned()]);
        self.add(stmt, Some(id), self.ast.span(id), kind, class.clone(), Some(object.value));
        true
    }
}
