//! Plain dictionaries that stand for models: where an operation wants a `JobCreateParameters` the SDK takes
//! `{'node_count': 2}` as well, and spells the keys as Python does, as REST does, or below `properties`.
//!
//! A dictionary that can be seen whole, and that nothing else uses, is a site of its model, as if the constructor stood
//! there. What is known only in part (a key that is computed, an item that is added elsewhere) is deliberately no site.

use std::collections::HashSet;

use super::{Bound, Site, SiteKind, Sites};
use crate::resolve::{DefId, Resolved, Ty};
use crate::sdk;
use crate::sdk::batchai::{Field, Model, Type};
use crate::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// The level of REST's JSON that Python does not have.
const FLATTENED: &str = "properties";
/// How deep dictionaries are read.
const DEPTH: usize = 12;

/// An entry of a dictionary: its key, its value, and where the whole stands.
struct Entry<'a> {
    key: &'a str,
    value: ExprId,
    span: Span,
}

/// Adds a site for every dictionary that is given where a model is wanted.
pub(super) fn find(ast: &Ast, resolved: &Resolved, sites: &mut Sites) {
    let given = |site: &Site| site.args.iter().map(|arg| arg.value).collect::<Vec<_>>();
    let slots: HashSet<ExprId> = sites.all.iter().flat_map(given).collect();
    let wanted: Vec<(StmtId, ExprId, Type)> = sites.all.iter().flat_map(wanted).collect();
    let mut known = HashSet::new();
    for (taker, value, ty) in wanted {
        let mut reader = Reader { ast, resolved, slots: &slots, found: Vec::new() };
        if reader.reads(value, &ty, 0) {
            // What an earlier run left to a person takes the dictionary that it made of a model.
            reader.found.retain(|site| site.stmt == taker || !ast.is_left(taker));
            reader.found.retain(|site| site.expr.is_some_and(|expr| known.insert(expr)));
            for site in reader.found {
                sites.add(site);
            }
        }
    }
}

/// The arguments of a site that are models, or lists of them, with the statement that takes them.
fn wanted(site: &Site) -> Vec<(StmtId, ExprId, Type)> {
    let surface = sdk::batchai();
    if site.kind != SiteKind::Call {
        return Vec::new();
    }
    let (group, method) = site.symbol.rsplit_once('.').unwrap_or_default();
    let parameter = |name: &str| surface.operations(group, method).iter().find_map(|o| o.parameter_type(name));
    let ty = |name: &str| parameter(name).or_else(|| surface.attribute(&site.symbol, name)).cloned();
    site.args.iter().filter_map(|arg| Some((site.stmt, arg.value, ty(&arg.name)?))).collect()
}

/// The field that a key names, in one form of a model.
fn field(form: &'static Model, key: &str) -> Option<&'static Field> {
    form.fields.iter().find(|field| field.constructor && field.is_called(key))
}

struct Reader<'a> {
    ast: &'a Ast,
    resolved: &'a Resolved,
    /// What is given to Batch AI: a name that stands anywhere else may be changed or read there.
    slots: &'a HashSet<ExprId>,
    found: Vec<Site>,
}

impl<'a> Reader<'a> {
    /// Whether all of a value is understood; the dictionaries in it are noted.
    fn reads(&mut self, value: ExprId, ty: &Type, depth: usize) -> bool {
        let ast = self.ast;
        let class = match ty {
            _ if matches!(ast.kind(value), ExprKind::None) => return true,
            Type::Model(class) => *class,
            Type::List(inner) => return self.reads_list(value, inner, depth),
            Type::Enum(_) | Type::Dict(_) | Type::Plain(_) => return true,
        };
        if matches!(self.resolved.ty(value), Ty::Instance(_)) {
            return true;
        }
        let Some((origin, added)) = self.origin(value).filter(|_| depth < DEPTH) else { return false };
        let Some(entries) = self.entries(origin, class) else { return false };
        self.reads_model(origin, class, entries, added, depth)
    }

    fn reads_list(&mut self, value: ExprId, inner: &Type, depth: usize) -> bool {
        if !matches!(inner, Type::Model(_)) {
            return true;
        }
        if matches!(self.resolved.ty(value), Ty::Many(element) if matches!(**element, Ty::Instance(_))) {
            return true;
        }
        let ast = self.ast;
        let origin = self.origin(value).filter(|(_, added)| added.is_empty());
        match origin.map(|(origin, _)| ast.kind(origin)) {
            Some(ExprKind::List(items)) => items.iter().all(|item| self.reads(*item, inner, depth + 1)),
            Some(ExprKind::Comprehension { elements, .. }) => match elements.as_slice() {
                [element] => self.reads(*element, inner, depth + 1),
                _ => false,
            },
            _ => false,
        }
    }

    fn reads_model(
        &mut self,
        dict: ExprId,
        class: &str,
        mut entries: Vec<Entry<'a>>,
        added: Vec<(StmtId, Entry<'a>)>,
        depth: usize,
    ) -> bool {
        let beside = added.iter().map(|(stmt, _)| *stmt).collect();
        entries.extend(added.into_iter().map(|(_, entry)| entry));
        let forms = sdk::batchai().model(class);
        let fits = |form: &&'static Model| entries.iter().all(|entry| field(form, entry.key).is_some());
        let Some(form) = forms.iter().find(fits) else { return false };
        let mut args: Vec<Bound> = Vec::new();
        for Entry { key, value, span } in entries {
            let Some(field) = field(form, key).filter(|field| self.reads(value, &field.ty, depth + 1)) else {
                return false;
            };
            // The last one of a name is the one that counts.
            args.retain(|earlier| earlier.name != field.name);
            args.push(Bound { name: field.name.to_owned(), value, span, known: true });
        }
        let Some(stmt) = self.resolved.owner(dict) else { return false };
        let (symbol, version) = (class.to_owned(), form.versions.last().map(|v| (*v).to_owned()));
        let (expr, span, kind) = (Some(dict), self.ast.span(dict), SiteKind::Call);
        self.found.push(Site { expr, span, stmt, kind, symbol, receiver: None, args, version, beside });
        true
    }

    /// What a name stands for, where nothing else uses the name, with the items that are added right below.
    fn origin(&self, id: ExprId) -> Option<(ExprId, Vec<(StmtId, Entry<'a>)>)> {
        let mut at = id;
        let mut added = Vec::new();
        for _ in 0..DEPTH {
            let Some(name) = self.ast.name(at) else { return Some((at, added)) };
            let value = self.resolved.origin(self.ast, at);
            let def = *self.resolved.reaching(at).first()?;
            added.extend(self.added(def));
            let below = |used| added.iter().any(|(stmt, _)| self.resolved.owner(used) == Some(*stmt));
            let mut uses = self.resolved.reaching(at).iter().flat_map(|def| self.resolved.uses_of(*def));
            let ours = uses.all(|used| used == at || self.slots.contains(&used) || below(used));
            if value == at || !ours || self.resolved.is_exported(name) {
                return None;
            }
            at = value;
        }
        None
    }

    /// The statements `name['key'] = value` that follow the one which binds the name, without any other between them.
    fn added(&self, def: DefId) -> Vec<(StmtId, Entry<'a>)> {
        let (ast, def) = (self.ast, self.resolved.def(def));
        let block = ast.statement_around(ast.stmt(def.stmt).span).map_or(&[][..], |(_, block)| block);
        let below = block.iter().skip_while(|stmt| **stmt != def.stmt).skip(1);
        below.map_while(|stmt| Some((*stmt, self.item(*stmt, &def.name)?))).collect()
    }

    /// `name['key'] = value`, and the value does not read the name.
    fn item(&self, stmt: StmtId, name: &str) -> Option<Entry<'a>> {
        let ast = self.ast;
        let StmtKind::Assign { targets, value } = &ast.stmt(stmt).kind else { return None };
        let ([target], span) = (targets.as_slice(), ast.stmt(stmt).span) else { return None };
        let ExprKind::Subscript { value: object, index } = ast.kind(*target) else { return None };
        let mut reads = false;
        ast.descend(*value, &mut |part| reads |= ast.name(part) == Some(name));
        let ours = ast.name(*object) == Some(name) && !reads;
        ast.str_value(*index).filter(|_| ours).map(|key| Entry { key, value: *value, span })
    }

    /// The entries of a dictionary that is written out, those below `properties` among them.
    fn entries(&self, dict: ExprId, class: &str) -> Option<Vec<Entry<'a>>> {
        let mut entries = Vec::new();
        for entry in self.written(dict)? {
            let flattened = entry.key == FLATTENED && sdk::batchai().attribute(class, FLATTENED).is_none();
            match flattened {
                true => entries.extend(self.written(entry.value)?),
                false => entries.push(entry),
            }
        }
        Some(entries)
    }

    fn written(&self, dict: ExprId) -> Option<Vec<Entry<'a>>> {
        let ast = self.ast;
        match ast.kind(dict) {
            ExprKind::Dict(items) => items
                .iter()
                .map(|(key, value)| {
                    let key = (*key)?;
                    let span = Span::new(ast.span(key).start, ast.span(*value).end);
                    Some(Entry { key: ast.str_value(key)?, value: *value, span })
                })
                .collect(),
            ExprKind::Call { func, args, .. } if self.is_dict(*func) => args
                .iter()
                .map(|arg| {
                    let (key, _) = arg.name.as_ref()?;
                    Some(Entry { key, value: arg.value, span: arg.span })
                })
                .collect(),
            _ => None,
        }
    }

    fn is_dict(&self, func: ExprId) -> bool {
        self.ast.name(func) == Some("dict") && self.resolved.reaching(func).is_empty()
    }
}
