//! Constructors of models that become a call, keywords, a pair or a list of things to register.

use std::collections::BTreeSet;

use super::value::{Keywords, keywords_list};
use super::{Above, Result, Stuck, Translator, Value, link};
use crate::concept::{Field, Mapping, Shape};
use crate::find::{Bound, SiteId};
use crate::render::{Markup, NEWLINE, free_name, operand, summand};
use crate::report::Fate;
use crate::resolve::{Parts, Ty};
use crate::sdk::{self, Target};
use crate::syntax::{ExprId, ExprKind, StmtId};

impl Translator<'_> {
    /// `Target(keyword=value, …)`.
    pub(super) fn construct(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let class = self.name_of(&mapping.target);
        let mut keywords = self.entity_keywords(id, &mapping.target)?;
        keywords.extend(self.field_keywords(id, mapping)?);
        self.defaults(id, mapping, &mut keywords)?;
        self.check_keywords(&mapping.target, &keywords)?;
        self.finish(id, mapping);
        self.import(&mapping.target);
        Ok(Value::Expr(Markup::list(&format!("{class}("), &keywords_list(&keywords), ")")))
    }

    /// How a dotted class is called in code: what stands before the class is imported.
    pub(super) fn name_of(&self, dotted: &str) -> String {
        let imported = import_path(self.p.target, dotted);
        let module = imported.rsplit_once('.').map_or("", |(m, _)| m);
        let name = dotted.strip_prefix(module).map_or(dotted, |n| n.trim_start_matches('.'));
        self.aliases.text(name)
    }

    /// The keywords that the fields of a constructor become, in the user's order.
    pub(super) fn field_keywords(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Keywords> {
        let site = self.site(id);
        self.told_apart(site)?;
        let mut keywords: Keywords = Vec::new();
        for (index, arg) in site.args.iter().enumerate() {
            let Some(field) = mapping.fields.get(&arg.name) else {
                self.beside(id, index, mapping)?;
                continue;
            };
            if self.is_none(arg.value) {
                self.settle(id, Some(index), Fate::Drop, "it is `None`", "");
                continue;
            }
            let (mark, before) = (self.mark(), keywords.len());
            match self.field(id, index, mapping, &mut keywords) {
                Ok(()) => {
                    if keywords.len() > before {
                        keywords.splice(before..before, self.comments_on(id, index));
                    }
                    self.settle_field(id, Some(index), field);
                }
                Err(stuck) => {
                    self.rollback(mark);
                    self.field_stuck(id, index, &stuck);
                }
            }
        }
        Ok(keywords)
    }

    /// A field that a person must see to: its code goes into a comment, the rest of the object is converted.
    pub(super) fn field_stuck(&mut self, id: SiteId, index: usize, stuck: &Stuck) {
        let site = self.site(id);
        let arg = &site.args[index];
        self.settle(id, Some(index), Fate::Manual, &stuck.reason, &stuck.todo);
        self.settle_within(self.p.ast.span(arg.value), Fate::Manual, &stuck.reason, &stuck.todo);
        self.person(site, &stuck.reason, &stuck.todo, arg.span);
    }

    fn field(&mut self, id: SiteId, index: usize, mapping: &'static Mapping, keywords: &mut Keywords) -> Result<()> {
        let arg = &self.site(id).args[index];
        let Some(field) = mapping.fields.get(&arg.name) else { return Ok(()) };
        self.check_part(&self.site(id).symbol, &arg.name, arg.value)?;
        let before = self.mark();
        let value = match field.filter.as_str() {
            "" => self.value(arg.value)?,
            filter => self.filter(filter, id, arg.value)?,
        };
        match value {
            Value::Keywords(inner) => keywords.extend(inner),
            Value::Items(items) => {
                self.check_whole(before)?;
                self.register(self.site(id).stmt, id, &items)?;
            }
            other if field.to.is_empty() && self.spreads(&self.site(id).symbol, &arg.name, arg.value) => {
                keywords.push(("**".into(), self.unpackable(arg.value, other.alone(), "{}")?));
            }
            other if field.to.is_empty() => {
                self.check_whole(before)?;
                let loose = other.alone();
                self.register_all(self.site(id).stmt, id, &loose)?;
            }
            other => {
                let value = other.alone();
                let value =
                    if field.code.is_empty() { value } else { self.fill(&field.code, &vec![("value".into(), value)])? };
                keywords.extend(field.to.split([',', ' ']).map(|to| (to.to_owned(), value.clone())));
            }
        }
        Ok(())
    }

    /// What stands after `**`: where the value can be `None`, an empty dictionary instead.
    pub(super) fn unpackable(&mut self, id: ExprId, text: Markup, nothing: &str) -> Result<Markup> {
        if let ExprKind::IfExp { test, body, orelse } = *self.p.ast.kind(id)
            && (self.is_none(body) || self.is_none(orelse))
        {
            let test = self.text(test)?.0;
            let [body, orelse] = [body, orelse].map(|branch| match self.is_none(branch) {
                true => Ok(Markup::plain(nothing)),
                false => self.text(branch),
            });
            return Ok(Markup(format!("({} if {test} else {})", body?.0, orelse?.0)));
        }
        let reaching = self.p.resolved.reaching(id);
        let can_be_none = reaching.iter().any(|def| self.p.resolved.def(*def).value.is_some_and(|v| self.is_none(v)));
        Ok(if can_be_none { Markup(format!("({} or {nothing})", text.0)) } else { text })
    }

    /// Whether an expression that is not a constructor stands for keywords: by its type, or else by that of the field.
    pub(super) fn spreads(&self, class: &str, field: &str, id: ExprId) -> bool {
        let shape = self.shape_of(id).or_else(|| self.field_shape(class, field));
        shape.is_none_or(|s| matches!(s, Shape::Keywords | Shape::Toolkit))
    }

    /// The shape of the model that a field takes.
    pub(super) fn field_shape(&self, class: &str, field: &str) -> Option<Shape> {
        let ty = Ty::of(sdk::batchai().attribute(class, field)?);
        Some(crate::concept::table().symbol(ty.class()?)?.mapping(self.p.target, self.p.form).shape)
    }

    /// The shape of the model that an expression is an object of.
    pub(super) fn shape_of(&self, id: ExprId) -> Option<Shape> {
        let class = self.ty(id).class()?;
        Some(crate::concept::table().symbol(class)?.mapping(self.p.target, self.p.form).shape)
    }

    /// Keywords alone: `dict(…)` unless folded.
    pub(super) fn keywords(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let mut keywords = self.field_keywords(id, mapping)?;
        self.defaults(id, mapping, &mut keywords)?;
        self.finish(id, mapping);
        Ok(Value::Keywords(keywords))
    }

    /// A key and a value.
    pub(super) fn pair(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let both = format!("{}{}", mapping.key, mapping.code);
        let mut holes = self.holes(id, mapping, &both)?;
        if self.templates.holes(&both).is_ok_and(|names| names.iter().any(|n| n == "mount")) {
            self.mount_holes(id, &mut holes)?;
        }
        let key = self.fill(&mapping.key, &holes)?;
        let value = self.fill(&mapping.code, &holes)?;
        self.finish(id, mapping);
        Ok(Value::Pair(key, value))
    }

    /// The datastore and the path in it of a directory, for v1.
    fn mount_holes(&mut self, id: SiteId, holes: &mut super::call::Holes) -> Result<()> {
        let site = self.site(id);
        let Some(path) = site.arg("path").or(site.arg("path_prefix")) else {
            return Err(Stuck::new("it has no path", "give the path and convert again"));
        };
        let mut tail = Parts::default();
        if site.arg("path").is_none() {
            tail.push_text("{run-id}");
            if let Some(suffix) = self.given(site, "path_suffix") {
                tail.push_text("/");
                self.p.resolved.string(self.p.ast, suffix, false).0.into_iter().for_each(|p| tail.push(p));
            }
        }
        let (mount, rest) = self.datastore_path(path, tail)?;
        holes.push(("mount".into(), mount));
        holes.push(("rest".into(), rest));
        for (index, arg) in self.site(id).args.iter().enumerate() {
            if matches!(arg.name.as_str(), "path" | "path_prefix" | "path_suffix") {
                let field = self.mapping(self.site(id))?.fields.get(&arg.name);
                let (fate, note, todo) = field.map_or((Fate::Exact, "", ""), |f| (f.fate, &*f.note, &*f.todo));
                self.settle(id, Some(index), fate, note, todo);
            }
        }
        Ok(())
    }

    /// Where an output goes: a directory of its own for each job, as in Batch AI.
    pub(super) fn output_path(&mut self, id: SiteId, prefix: ExprId) -> Result<Markup> {
        let site = self.site(id);
        let fixed = site.arg("create_new").is_some_and(|c| matches!(self.p.ast.kind(c), ExprKind::Bool(false)));
        let mut tail = Parts::default();
        tail.push_text(if fixed { "" } else { "${{name}}" });
        if let Some(suffix) = self.given(site, "path_suffix") {
            tail.push_text(if fixed { "" } else { "/" });
            self.p.resolved.string(self.p.ast, suffix, false).0.into_iter().for_each(|p| tail.push(p));
        }
        self.datastore_uri(id, prefix, tail)
    }

    /// Things to register: the items of the lists that the fields hold.
    pub(super) fn volumes(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let site = self.site(id);
        self.told_apart(site)?;
        let mut items = Vec::new();
        for (index, arg) in site.args.iter().enumerate() {
            let Some(field) = mapping.fields.get(&arg.name) else {
                self.beside(id, index, mapping)?;
                continue;
            };
            self.check_part(&site.symbol, &arg.name, arg.value)?;
            if !self.is_none(arg.value) {
                items.extend(self.list_items(arg.value)?);
            }
            self.settle(id, Some(index), field.fate, &field.note, &field.todo);
        }
        self.finish(id, mapping);
        Ok(Value::Items(items))
    }

    /// The items of a list literal, translated one by one; anything else is unpacked.
    fn list_items(&mut self, id: ExprId) -> Result<Vec<Markup>> {
        if let ExprKind::List(items) = self.p.ast.kind(id) {
            let items: Vec<ExprId> = items.clone();
            return items.into_iter().map(|item| self.text(item)).collect();
        }
        match self.value(id)? {
            Value::Items(items) => Ok(items),
            other => Ok(vec![Markup(format!("*{}", summand(&other.alone().0)))]),
        }
    }

    /// A dictionary from a list of pairs.
    pub(super) fn dictionary(&mut self, id: ExprId) -> Result<Markup> {
        let ExprKind::List(items) = self.p.ast.kind(id) else {
            if let Some(list) = self.or_none(id) {
                return self.dictionary(list);
            }
            let text = self.text(id)?;
            let given = matches!(self.ty(id), Ty::Many(_));
            // Batch AI took `None` for no directories.
            let is_nothing = !given || self.may_be_none(id);
            let text = if is_nothing { Markup(format!("{} or {{}}", operand(&text.0))) } else { text };
            return Ok(Markup::list("dict(", &[text], ")"));
        };
        self.dictionary_of(&items.clone())
    }

    /// A dictionary of the pairs that these items become.
    pub(super) fn dictionary_of(&mut self, items: &[ExprId]) -> Result<Markup> {
        let (mut pairs, mut loose) = (Vec::new(), false);
        let mut given = Vec::new();
        for item in items {
            match self.value(*item)? {
                Value::Pair(key, value) => pairs.push(Markup(format!("{}: {}", key.0, value.0))),
                other if self.is_pair(self.ty(*item)) => {
                    let pair = other.alone();
                    pairs.push(Markup(format!("**dict([{}])", pair.0)));
                    given.push(pair);
                }
                _ => match self.unpacked_pairs(*item)? {
                    Some(more) => pairs.push(more),
                    None => loose = true,
                },
            }
        }
        if loose {
            return Err(Stuck::new(
                "some items of the list are not built here, so it cannot become a dictionary",
                "build the dictionary by hand from (name, value) pairs",
            ));
        }
        if !given.is_empty() && given.len() == items.len() {
            return Ok(Markup::list("dict([", &given, "])"));
        }
        Ok(Markup::list("{", &pairs, "}"))
    }

    /// Refuses a list that becomes a dictionary and has two items of one name: only the last of them would be left.
    pub(super) fn check_distinct(&self, field: &Field, list: ExprId) -> Result<()> {
        if field.filter != "dictionary" {
            return Ok(());
        }
        let items = self.listed(self.p.resolved.origin(self.p.ast, list));
        let made = items.into_iter().filter_map(|item| link::constructors(self.p, item).first().copied());
        let name = |made: SiteId| self.site(made).arg("id").or(self.site(made).arg("name"));
        let mut known = BTreeSet::new();
        for name in made.filter_map(name).filter_map(|name| self.literal(name)) {
            if !known.insert(name.clone()) {
                return Err(Stuck::new(
                    format!("two items of the list are called `{name}`, and Azure ML has one of each name"),
                    "give each a name of its own and convert again",
                ));
            }
        }
        Ok(())
    }

    /// Whether the objects of a class are pairs of a key and a value.
    fn is_pair(&self, ty: &Ty) -> bool {
        let row = ty.class().and_then(|class| crate::concept::table().symbol(class));
        row.is_some_and(|r| r.mapping(self.p.target, self.p.form).shape == Shape::Pair)
    }

    /// `*variables` in a list of pairs: `**dict(variables)` in the dictionary.
    fn unpacked_pairs(&mut self, item: ExprId) -> Result<Option<Markup>> {
        let ExprKind::Starred(list) = *self.p.ast.kind(item) else { return Ok(None) };
        let crate::resolve::Ty::Many(inner) = self.ty(list) else { return Ok(None) };
        if !self.is_pair(inner) {
            return Ok(None);
        }
        let list = self.text(list)?;
        Ok(Some(Markup(format!("**dict({})", list.0))))
    }

    /// Registers datastores above a statement, one by one.
    pub(super) fn register(&mut self, stmt: StmtId, consumer: SiteId, items: &[Markup]) -> Result<()> {
        self.straight(self.site(consumer))?;
        for item in items {
            match item.0.strip_prefix('*') {
                Some(all) => self.register_all(stmt, consumer, &Markup(all.to_owned()))?,
                None => {
                    let code = match self.p.target {
                        Target::V2 => {
                            let client = self.client_for(consumer, stmt)?;
                            Markup::list(
                                &format!("{}.datastores.create_or_update(", client.0),
                                std::slice::from_ref(item),
                                ")",
                            )
                        }
                        Target::V1 => item.clone(),
                    };
                    self.above(stmt, Above::Code(code));
                }
            }
        }
        Ok(())
    }

    /// Registers every datastore of a list that is known only at run time. In v1 they are registered where they are
    /// made, so only a call that makes them is needed.
    pub(super) fn register_all(&mut self, stmt: StmtId, consumer: SiteId, list: &Markup) -> Result<()> {
        match self.p.target {
            Target::V2 => {
                let client = self.client_for(consumer, stmt)?.0;
                let name = free_name("datastore", |n| self.identifiers.contains(n));
                let code =
                    format!("for {name} in {}:{NEWLINE}    {client}.datastores.create_or_update({name})", list.0);
                self.above(stmt, Above::Code(Markup(code)));
            }
            Target::V1 if list.0.contains('(') => self.above(stmt, Above::Code(list.clone())),
            Target::V1 => {}
        }
        Ok(())
    }

    /// Keywords that the target needs although the source said nothing of them: fields `_keyword`, and
    /// `_with:field` for those that come with a field.
    fn defaults(&mut self, id: SiteId, mapping: &'static Mapping, keywords: &mut Keywords) -> Result<()> {
        let given = |k: &str, keywords: &[(String, Markup)]| keywords.iter().any(|(n, _)| n == k);
        let made = |arg: &Bound| mapping.fields.get(&arg.name).is_some_and(|field| field.to == "**");
        let of_helpers = self.site(id).args.iter().filter(|arg| made(arg)).count();
        // What a helper of ours unpacks has keywords of its own.
        let is_unpacked = keywords.iter().filter(|(name, _)| name == "**").count() > of_helpers;
        for (name, field) in mapping.fields.iter() {
            let Some(when) = name.strip_prefix('_') else { continue };
            // No dictionary of the user's names the workspace.
            let unpacked = is_unpacked && !when.starts_with("with:") && !field.code.contains("ws");
            let wanted = match when.strip_prefix("with:") {
                Some(source) => self.given(self.site(id), source).is_some(),
                None => !unpacked,
            };
            if wanted && !given(&field.to, keywords) {
                let holes = match field.code.contains("ws") {
                    true => vec![("ws".to_owned(), Markup::plain(self.workspace_name(Some(self.site(id).stmt))?))],
                    false => Vec::new(),
                };
                let value = self.fill(&field.code, &holes)?;
                let at = if field.to == "workspace" { 0 } else { keywords.len() };
                keywords.insert(at, (field.to.clone(), value));
                if field.fate != Fate::Exact {
                    self.settle(id, None, field.fate, &field.note, &field.todo);
                }
                field.imports.iter().for_each(|i| self.import(i));
            }
        }
        let params = sdk::inventory(self.p.target).symbol(&mapping.target).and_then(|s| s.params).unwrap_or_default();
        if params.iter().any(|p| p.required && p.name == "name") && !given("name", keywords) {
            keywords.insert(0, ("name".into(), Markup::plain("None")));
        }
        Ok(())
    }

    /// A constructor or operation that consumes this one, of the given symbol.
    pub(super) fn consumer(&self, id: SiteId, symbol: &str) -> Option<SiteId> {
        self.links.consumers(id).iter().copied().find(|c| self.site(*c).symbol == symbol)
    }
}

/// What is imported for a dotted class: the class, or for `pkg.Class.method` its class.
pub(super) fn import_path(target: Target, dotted: &str) -> &str {
    let inventory = sdk::inventory(target);
    let mut path = dotted;
    while let Some((parent, _)) = path.rsplit_once('.') {
        if inventory.symbol(path).is_some() {
            return path;
        }
        path = parent;
    }
    dotted
}
