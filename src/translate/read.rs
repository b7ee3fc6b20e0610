//! Attributes that are read from results and written to models, enum members, and classes that are only named.

use std::collections::BTreeSet;

use super::call::Holes;
use super::later::handed_on;
use super::part::WholeRead;
use super::spelling::{STR_NOTE, STR_TODO};
use super::{Result, Stuck, Translator, Value, comment};
use crate::concept::{Field, Kind, Mapping, Shape, SymbolRow};
use crate::find::{File, Reflection, Site, SiteId, SiteKind};
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::resolve::Ty;
use crate::sdk::{self, target::SymbolKind};
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// What is said of all attributes of an object, where something else gets them.
const ALL_NOTE: &str = "these are the attributes of Azure ML's object, and they have other names";
const ALL_TODO: &str = "check what looks at them: printing them is fine, names in texts are not";

/// What an exception of Azure ML's own in the place of another one means.
const RAISED: &str = "azureml-core raises an exception of its own, which stands for others as well";

/// Classes and operations that some call of a program may be of, and of others as well.
pub(super) fn by_chance<'a>(files: &'a [File<'a>]) -> BTreeSet<&'a str> {
    let symbols = |site: &'a Site| match &site.kind {
        SiteKind::OneOf(symbols) => symbols.as_slice(),
        _ => &[],
    };
    files.iter().flat_map(|file| &file.sites.all).flat_map(symbols).map(String::as_str).collect()
}

impl Translator<'_> {
    /// `receiver.a.b`, or a member of an enum.
    pub(super) fn read(&mut self, id: SiteId, path: &[String]) -> Result<Value> {
        let site = self.site(id);
        let Some(WholeRead { receiver, class: symbol, path }) = self.whole_read(site) else {
            return self.member(id, path);
        };
        let path = path.as_slice();
        self.check_either(receiver, path)?;
        let mut markup = self.text(receiver)?;
        if matches!(self.ty(receiver), Ty::Enum(_)) {
            // `.value` and `.name` of a state that came by way of a variable, a function or a dictionary.
            self.settle(id, None, Fate::Exact, "", "");
            return Ok(Value::Expr(markup));
        }
        let mut class = symbol.clone();
        let (mut rest, mut worst) = (path, Fate::Exact);
        if let [front @ .., last] = path
            && !front.is_empty()
            && matches!(last.as_str(), "value" | "name")
            && is_enum(&symbol, front)
        {
            rest = front;
        }
        let (mut notes, mut todos) = (Vec::new(), Vec::new());
        while !rest.is_empty() {
            let mapping = self.model(&class)?;
            if let Some(path) = (2..=rest.len()).rev().map(|n| rest[..n].join(".")).find(|path| is_left(mapping, path))
            {
                return Err(missing(mapping, &class, &path));
            }
            let (field, used) =
                longest(mapping, rest).ok_or_else(|| missing(mapping, &class, &refused(mapping, rest)))?;
            let (field, used) = self.name_for_id(site, mapping, path).map_or((field, used), |name| (name, 1));
            self.check_looked_into(site, field)?;
            let extra = if used == rest.len() { self.around_read(site)? } else { Holes::new() };
            markup = match mapping.shape {
                Shape::Keywords if class == symbol && field.code.is_empty() => {
                    Markup(format!("{}.get({})", operand(&markup.0), self.string(&field.to).0))
                }
                _ => self.attribute(field, markup, receiver, site.stmt, extra)?,
            };
            worst = worst.max(field.fate);
            notes.extend(Some(field.note.as_str()).filter(|n| !n.is_empty()));
            todos.extend(Some(field.todo.as_str()).filter(|n| !n.is_empty()));
            let next = rest[..used].iter().fold(class.clone(), |class, step| next_class(&class, step));
            if let ("", Some(step)) = (next.as_str(), rest.get(used)) {
                return Err(missing(mapping, &class, &format!("{}.{step}", rest[..used].join("."))));
            }
            class = next;
            rest = &rest[used..];
        }
        self.check_left(receiver)?;
        if site.expr.is_some_and(|e| self.is_spelled_out(e)) {
            worst = worst.max(Fate::Approximate);
            notes.push(STR_NOTE);
            todos.push(STR_TODO);
        }
        self.settle(id, None, worst, &notes.join("; "), &todos.join("; "));
        Ok(Value::Expr(markup))
    }

    /// Refuses an attribute of an object that is of one class or another, unless it goes by the same name in all of them.
    pub(super) fn check_either(&self, object: ExprId, path: &[String]) -> Result<()> {
        let (Ty::Either(classes), Some(name)) = (self.ty(object), path.first()) else { return Ok(()) };
        let plain = |class: &String| {
            let field = self.model(class).ok()?.fields.get(name)?;
            let renamed = field.code.is_empty() && !field.to.is_empty() && !field.to.contains(' ');
            renamed.then_some((field.to.as_str(), field.fate))
        };
        let mut forms = classes.iter().map(plain);
        let first = forms.next().flatten();
        if path.len() == 1 && first.is_some() && forms.all(|form| form == first) {
            return Ok(());
        }
        let listed: Vec<String> = classes.iter().map(|class| format!("`{class}`")).collect();
        Err(Stuck::new(
            format!("it is an attribute of a {} here, and they differ in Azure ML", listed.join(" or a ")),
            "convert it by hand, or write a function for each of them and convert again",
        ))
    }

    /// `client.jobs.list(…).next()`: one entry of a list that nothing else can take from.
    pub(super) fn first_entry(&self, id: ExprId) -> Option<SiteId> {
        let ExprKind::Call { func, .. } = self.p.ast.kind(id) else { return None };
        let site = self.p.sites.at(*func)?;
        let SiteKind::Read(path) = &self.site(site).kind else { return None };
        let receiver = self.site(site).receiver.filter(|_| path == &["next"])?;
        let is_pager = matches!(self.ty(receiver), Ty::Many(_));
        (is_pager && matches!(self.p.ast.kind(receiver), ExprKind::Call { .. })).then_some(site)
    }

    /// What the table writes for that.
    pub(super) fn take_first(&mut self, id: SiteId) -> Result<Value> {
        let site = self.site(id);
        let mapping = self.mapping(site)?;
        let receiver = site.receiver.ok_or_else(|| Stuck::new(&*mapping.note, &*mapping.todo))?;
        let object = self.text(receiver)?;
        self.settle(id, None, Fate::Exact, "", "");
        Ok(Value::Expr(self.fill(&mapping.code, &vec![("self".to_owned(), object)])?))
    }

    pub(super) fn model(&self, class: &str) -> Result<&'static Mapping> {
        let row = crate::concept::table().symbol(class);
        row.map(|r| r.mapping(self.p.target, self.p.form)).ok_or_else(|| {
            Stuck::new(format!("the table does not know `{class}`"), "convert it by hand, and please report this")
        })
    }

    /// What a template can know of the place of a read: whether a sequence is iterated there, and the default that `getattr`
    /// was given.
    fn around_read(&mut self, site: &Site) -> Result<Holes> {
        let mut holes = Holes::new();
        if self.is_read_once(site) {
            holes.push(("once".to_owned(), Markup::plain("yes")));
        }
        if let Some(ExprKind::Call { args, .. }) = site.expr.map(|e| self.p.ast.kind(e))
            && let [_, _, default] = args.as_slice()
        {
            holes.push(("default".to_owned(), Markup(self.text(default.value)?.flat())));
        } else if site.expr.is_some_and(|read| self.is_exit_status(read)) {
            // The status of a program that gives none is that of success.
            holes.push(("default".to_owned(), Markup::plain("1")));
        }
        Ok(holes)
    }

    pub(super) fn attribute(
        &mut self,
        field: &Field,
        object: Markup,
        root: ExprId,
        stmt: StmtId,
        extra: Holes,
    ) -> Result<Markup> {
        field.imports.iter().for_each(|i| self.import(i));
        field.support.iter().for_each(|s| self.support(s));
        if field.code.is_empty() && !field.to.is_empty() {
            return Ok(Markup(format!("{}.{}", operand(&object.0), field.to)));
        }
        let mut holes = vec![("self".to_owned(), object)];
        holes.extend(extra);
        let needed = self.templates.holes(&field.code).unwrap_or_default();
        if needed.iter().any(|n| n == "client" || n == "ws") {
            let client = self
                .client_behind(root, stmt)
                .or_else(|| self.any_client(stmt))
                .ok_or_else(|| self.out_of_reach("reading it needs a client", stmt, "client"))?;
            holes.push(("client".into(), client.clone()));
            holes.push(("ws".into(), client));
        }
        self.fill(&field.code, &holes)
    }

    /// `setattr(parameters, key, value)`, `print(vars(cluster))`.
    pub(super) fn reflection(&mut self, id: SiteId, found: &Reflection) -> Result<Value> {
        let site = self.site(id);
        let Some(expr) = site.expr.filter(|_| found.is_all() && found.is_passed_on) else {
            return Err(comment::reflection(site, found));
        };
        self.settle(id, None, Fate::Approximate, ALL_NOTE, ALL_TODO);
        Ok(Value::Expr(self.verbatim(expr)))
    }

    fn member(&mut self, id: SiteId, path: &[String]) -> Result<Value> {
        let site = self.site(id);
        let mapping = self.mapping(site)?;
        // `.value` and `.name` of a member are the text that the member itself is now.
        let name = path.first().map_or("", String::as_str);
        let field = mapping.fields.get(name).ok_or_else(|| missing(mapping, &site.symbol, name))?;
        let markup = self.fill(&field.code, &Vec::new())?;
        self.settle(id, None, field.fate, &field.note, &field.todo);
        Ok(Value::Expr(markup))
    }

    /// `parameters.a.b = …`: the attribute goes by the name of the keyword.
    pub(super) fn write(&mut self, id: SiteId, path: &[String]) -> Result<Value> {
        let site = self.site(id);
        let receiver = site.receiver.ok_or_else(|| Stuck::new("it is assigned to", "convert it by hand"))?;
        self.check_either(receiver, path)?;
        let mut markup = operand(&self.text(receiver)?.0);
        let mut class = site.symbol.clone();
        // What stands alone is a dictionary of keywords.
        let is_alone = self.model(&class).is_ok_and(|m| m.shape == Shape::Keywords);
        let mut worst = Fate::Exact;
        for (index, step) in path.iter().enumerate() {
            let mapping = self.model(&class)?;
            let field = mapping.fields.get(step).ok_or_else(|| missing(mapping, &class, step))?;
            let last = index + 1 == path.len();
            let inner = next_class(&class, step);
            if !last && field.to.is_empty() && self.model(&inner).is_ok_and(|m| m.shape == Shape::Keywords) {
                // Its fields are attributes of the object itself.
                class = inner;
                continue;
            }
            let simple = matches!(mapping.shape, Shape::Call | Shape::Keywords)
                && !field.to.is_empty()
                && !field.to.contains(' ');
            if !simple || last && !field.filter.is_empty() {
                return Err(Stuck::new(
                    format!("`{step}` has no attribute of its own in Azure ML that could be assigned"),
                    format!("give the value where the `{class}` is built"),
                ));
            }
            markup = match mapping.shape {
                Shape::Keywords if is_alone => format!("{markup}[{}]", self.string(&field.to).0),
                _ => format!("{markup}.{}", field.to),
            };
            worst = worst.max(field.fate);
            class = next_class(&class, step);
        }
        self.settle(id, None, worst, "the attribute has another name", "");
        Ok(Value::Expr(Markup(markup)))
    }

    /// Refuses what is only named, where the code around it counts on more than the name.
    fn check_named(&self, site: &Site) -> Result<()> {
        if self.by_chance.contains(site.symbol.as_str()) {
            return Err(Stuck::new(
                "only the run tells whether this is what is called, and that call is left for a person",
                "convert it with that",
            ));
        }
        let Some(expr) = site.expr else { return Ok(()) };
        if let StmtKind::Class { bases, .. } = &self.p.ast.stmt(site.stmt).kind
            && bases.iter().any(|base| base.value == expr)
            && matches!(site.row().map(|row| row.kind), Some(Kind::Client | Kind::Model))
        {
            return Err(Stuck::new(
                "a class of the program inherits from it, and what it inherits is another in Azure ML",
                "hold the object in an attribute, call that, and convert again",
            ));
        }
        if let StmtKind::Other { exprs, bodies } = &self.p.ast.stmt(site.stmt).kind
            && !bodies.is_empty()
            && exprs.contains(&expr)
            && !site.row().is_some_and(|row| row.is_constant())
        {
            return Err(Stuck::new(
                "a pattern tells objects by their class and their attributes, and both are others in Azure ML",
                "tell them apart by `if`, and convert again",
            ));
        }
        self.check_plain(site, expr)?;
        self.check_handed_out(site, expr)?;
        let mut around = self.p.resolved.parent(expr);
        if around.is_some_and(|tuple| matches!(self.p.ast.kind(tuple), ExprKind::Tuple(_))) {
            around = around.and_then(|tuple| self.p.resolved.parent(tuple));
        }
        let Some(ExprKind::Call { func, .. }) = around.map(|around| self.p.ast.kind(around)) else { return Ok(()) };
        let is_plain = self.mapping(site).is_ok_and(|m| m.class.is_empty() && built_in(m.shape).is_some());
        match self.p.ast.name(*func) {
            Some("isinstance" | "issubclass") if is_plain => Err(Stuck::new(
                "in Azure ML it is a plain dictionary or tuple, which does not tell it apart from others",
                "tell them apart by something else, like a key that only one of them has",
            )),
            _ => Ok(()),
        }
    }

    /// What Azure ML raises in the place of an exception.
    fn raised_instead(&mut self, id: SiteId, class: &str) -> Value {
        self.settle(id, None, Fate::Approximate, RAISED, "");
        self.import(class);
        let name = self.name_of(class);
        Value::Expr(Markup(name.rsplit('.').next().unwrap_or(&name).to_owned()))
    }

    /// Whether an exception is what an `except` names that guards calls of Azure ML and of nothing else, and that does not look
    /// at the error.
    fn guards_azure_ml(&self, site: &Site) -> bool {
        let Some(named) = site.expr.map(|e| self.p.ast.span(e)) else { return false };
        let StmtKind::Try { body, handlers, .. } = &self.p.ast.stmt(site.stmt).kind else { return false };
        let is_in = |kind: ExprId| self.p.ast.span(kind).contains(named);
        let plain = handlers.iter().any(|h| h.name.is_none() && h.kind.is_some_and(is_in));
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return false };
        let body = Span::new(self.p.ast.stmt(*first).span.start, self.p.ast.stmt(*last).span.end);
        let calls = self.p.sites.iter().filter(|(_, s)| s.kind == SiteKind::Call && body.contains(s.span));
        let kinds: Vec<Kind> = calls.filter_map(|(_, s)| s.row().map(|row| row.kind)).collect();
        plain && kinds.contains(&Kind::Operation) && !kinds.contains(&Kind::Storage)
    }

    /// A class or function that is only named: `except CloudError`, an annotation.
    pub(super) fn reference(&mut self, id: SiteId) -> Result<Value> {
        let site = self.site(id);
        let mapping = self.mapping(site)?;
        if let Some(receiver) = site.receiver.filter(|_| sdk::batchai().is_group(&site.symbol)) {
            return self.group(id, receiver).map(Value::Expr);
        }
        self.check_named(site)?;
        if !mapping.instead.is_empty() && self.guards_azure_ml(site) {
            return Ok(self.raised_instead(id, &mapping.instead));
        }
        if site.row().is_some_and(|row| row.is_constant()) {
            self.finish(id, mapping);
            return self.fill(&mapping.code, &Vec::new()).map(Value::Expr);
        }
        check_called(site)?;
        let class = match mapping.imports.as_slice() {
            _ if !mapping.class.is_empty() => &mapping.class,
            _ if built_in(mapping.shape).is_some() => built_in(mapping.shape).unwrap_or_default(),
            _ if !mapping.target.is_empty() => &mapping.target,
            _ if !mapping.code.contains("{{") => &mapping.code,
            [only] => only,
            _ => &mapping.target,
        };
        let function = sdk::inventory(self.p.target).symbol(class).is_some_and(|s| s.kind == SymbolKind::Function);
        let around = site.expr.and_then(|e| self.p.resolved.parent(e)).map(|p| self.p.ast.kind(p));
        if let (Some(ExprKind::Attribute { attr, .. }), Some(Kind::Model)) = (around, site.row().map(|r| r.kind)) {
            return Err(Stuck::new(
                format!("the class of Azure ML has other attributes than `{attr}`, or none of that name"),
                "name the attributes that are needed instead",
            ));
        }
        // What a cluster is built with is a method in azureml-core.
        let is_method =
            mapping.class.is_empty() && class.contains('.') && sdk::inventory(self.p.target).symbol(class).is_none();
        if class.is_empty() || function || is_method || mapping.fate == Fate::Manual {
            return Err(Stuck::new(
                if mapping.note.is_empty() { "it has no counterpart that could be named here" } else { &mapping.note },
                &*mapping.todo,
            ));
        }
        if matches!(site.row().map(|r| r.kind), Some(Kind::Model | Kind::Client)) {
            // What is different about its objects is said where they are made and read.
            self.settle(id, None, Fate::Exact, "", "");
        } else {
            self.finish(id, mapping);
        }
        if class.contains('.') {
            self.import(class);
        }
        let name = self.name_of(class);
        Ok(Value::Expr(Markup(name.rsplit('.').next().unwrap_or(&name).to_owned())))
    }
}

/// Refuses a method that is handed on: what calls it gives it arguments of the old form.
fn check_called(site: &Site) -> Result<()> {
    let is_method = |row: &SymbolRow| match row.kind {
        Kind::Operation => true,
        Kind::Storage => site.receiver.is_some() && !row.params.is_empty(),
        _ => false,
    };
    if site.row().is_some_and(is_method) {
        return Err(handed_on());
    }
    Ok(())
}

/// Whether the table says of a path that nothing takes its place.
pub(super) fn is_left(mapping: &Mapping, path: &str) -> bool {
    mapping.manual.get(path).is_some() || mapping.drop.get(path).is_some()
}

/// The type of what a shape gives where it stands alone.
pub(super) fn built_in(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Pair => Some("tuple"),
        Shape::Keywords | Shape::Toolkit => Some("dict"),
        Shape::Volumes => Some("list"),
        _ => None,
    }
}

/// The field for the longest beginning of a path.
pub(super) fn longest<'m>(mapping: &'m Mapping, path: &[String]) -> Option<(&'m Field, usize)> {
    // Settings of a toolkit become part of the job: there is no object that has their fields.
    let is_kept = mapping.shape != Shape::Toolkit;
    (1..=path.len()).rev().find_map(|n| {
        let field = mapping.fields.get(&path[..n].join("."))?;
        let readable = !field.code.is_empty() || is_kept && n == 1 && !field.to.is_empty() && !field.to.contains(' ');
        readable.then_some((field, n))
    })
}

/// The longest beginning of a path of which the table says why it cannot be read.
fn refused(mapping: &Mapping, path: &[String]) -> String {
    let beginnings = (1..=path.len()).rev().map(|n| path[..n].join("."));
    beginnings.into_iter().find(|name| is_left(mapping, name)).unwrap_or_else(|| path[0].clone())
}

/// Whether a path of attributes ends at an enum.
fn is_enum(class: &str, path: &[String]) -> bool {
    let (Some((last, front)), surface) = (path.split_last(), sdk::batchai()) else { return false };
    let class = front.iter().fold(class.to_owned(), |class, step| next_class(&class, step));
    surface.attribute(&class, last).is_some_and(|t| matches!(Ty::of(t), Ty::Enum(_)))
}

pub(super) fn next_class(class: &str, attribute: &str) -> String {
    Ty::Instance(class.to_owned()).attribute(attribute).class().map(str::to_owned).unwrap_or_default()
}

pub(super) fn missing(mapping: &Mapping, class: &str, name: &str) -> Stuck {
    if let Some(what) = mapping.manual.get(name) {
        return Stuck::new(what, "");
    }
    if mapping.fields.get(name).is_some() {
        let reason = format!("`{name}` of a `{class}` is written into the new code, and cannot be read back from it");
        return Stuck::new(reason, "use the value that it was built with");
    }
    let reason = mapping.drop.get(name).cloned();
    Stuck::new(
        reason.unwrap_or_else(|| format!("Azure ML has nothing to read for `{class}.{name}`")),
        format!("take out what uses `{class}.{name}`"),
    )
}
