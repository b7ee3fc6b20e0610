//! The resource group and workspace of a client, from calls that are made elsewhere: in other files of the program, or
//! where a function of the program gave the client.
//!
//! What such a call passes is taken over only if it can be said where the client is made: a literal, a name or an
//! attribute of an import that both files have, or what the function that makes the client was given.

use std::collections::BTreeSet;

use super::{Result, Stuck, Translator};
use crate::concept;
use crate::find::{File, Site, SiteId, SiteKind};
use crate::render::Markup;
use crate::resolve::{Def, Ty, is_decorated};
use crate::sdk::Target;
use crate::syntax::{Arg, ExprId, ExprKind, Param, StmtId, StmtKind};
use crate::text::Span;

/// How many steps a client is followed back.
const STEPS: usize = 16;

/// Where a client that a call is made on comes from.
enum Origin<'a> {
    /// The site in question makes it.
    Here,
    /// A call of the function in which the site stands.
    Call(&'a File<'a>, &'a [Arg]),
    /// Nobody can say.
    Unknown,
}

impl<'a> Translator<'a> {
    /// What calls elsewhere on the client that `site` makes pass as a parameter, said in terms of the site's place;
    /// nothing for one that cannot be said there.
    pub(super) fn passed_elsewhere(&self, site: &Site, param: &str) -> Vec<Option<String>> {
        let mut found = Vec::new();
        let is_only = self.makers() == 1;
        for (index, file) in self.p.files.iter().enumerate() {
            for (_, call) in file.sites.iter().filter(|(_, s)| s.is_call()) {
                let (Some(client), Some(value)) = (client_of(file, call), call.arg(param)) else { continue };
                let said = || self.said_here(site, index, value).or_else(|| self.literal_of(file, value));
                match self.origin_of(site, index, client) {
                    Origin::Call(from, args) => {
                        found.push(self.as_parameter(site, file, value, (from, args)).or_else(said))
                    }
                    Origin::Here if index != self.p.here => found.push(said()),
                    Origin::Unknown if is_only && index != self.p.here => found.extend(said().map(Some)),
                    _ => {}
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The workspace of what a function is given, where that is one object that knows its own: `cluster.workspace`.
    pub(super) fn home_of_parameter(&self, function: StmtId) -> Option<Markup> {
        let StmtKind::Function(f) = &self.p.ast.stmt(function).kind else { return None };
        let of = |param: &Param| {
            let mut defs = self.p.resolved.defs_named(&param.name).filter(|(_, d)| d.scope == Some(function));
            let (_, def) = defs.next().filter(|_| param.default.is_none() && param.stars == 0)?;
            let row = concept::table().symbol(def.ty.class()?)?;
            let home = &row.mapping(self.p.target, self.p.form).home;
            (!home.is_empty() && defs.next().is_none()).then(|| home.replace("{{ self }}", &param.name))
        };
        let mut homes = f.params.iter().filter_map(of);
        homes.next().filter(|_| homes.next().is_none()).map(Markup::plain)
    }

    /// Refuses to take out the call that makes a workspace, unless the client became one that is made where it is missing.
    pub(super) fn made_with_client(&mut self, id: SiteId) -> Result<()> {
        let site = self.site(id);
        let is_group = site.symbol.ends_with(".create_resource_group");
        if self.p.target != Target::V1 || !is_group && self.locates_workspace(site).is_none() {
            return Ok(());
        }
        let is_maker = |s: &&Site| s.kind == SiteKind::Call && s.expr.is_some_and(|made| self.ty(made).is_client());
        let makers: Vec<&Site> = self.p.sites.iter().map(|(_, site)| site).filter(is_maker).collect();
        let needed = ["location", "resource_group_name", "workspace_name"];
        let makes = makers.into_iter().any(|maker| {
            self.creates_workspace(maker) && needed.iter().all(|name| self.home_of(maker, name).is_some())
        });
        match makes {
            true => Ok(()),
            false if is_group => Err(Stuck::new(
                "the client became a workspace that has to exist, and nothing makes its resource group any more",
                "make the group once, with `az group create` or in the portal, and take this call out",
            )),
            false => Err(Stuck::new(
                "the client became a workspace that has to exist, and nothing makes it any more",
                "make it once, with `Workspace.create` or in the studio, and take this call out",
            )),
        }
    }

    /// Whether all calls of the program are about the same workspace, which then is the one of its client.
    pub(super) fn names_one_workspace(&self) -> bool {
        self.names_given("workspace_name").len() == 1
    }

    /// Whether a call is about the one resource group of the program, which then is the one of its client.
    pub(super) fn is_own_group(&self, site: &Site) -> bool {
        let Some(group) = site.arg("resource_group_name") else { return false };
        let in_loop = self.p.resolved.reaching(group).iter().any(|def| {
            let def = self.p.resolved.def(*def);
            def.stmt == StmtId(0) || matches!(self.p.ast.stmt(def.stmt).kind, StmtKind::For { .. })
        });
        !in_loop && self.names_given("resource_group_name").len() == 1
    }

    /// What the calls of the program give as a parameter, as it is written.
    fn names_given(&self, param: &str) -> BTreeSet<&'a str> {
        let named = |file: &'a File<'a>| {
            let values = file.sites.all.iter().filter_map(|site| site.arg(param));
            values.map(|value| file.module.ast.span(value).of(file.module.text()))
        };
        self.p.files.iter().flat_map(named).collect()
    }

    /// How many places of the program make a client.
    fn makers(&self) -> usize {
        let made = |file: &File| {
            let calls = file.sites.iter().filter(|(_, s)| s.kind == SiteKind::Call);
            calls.filter(|(_, s)| s.expr.is_some_and(|e| file.module.resolved.ty(e).is_client())).count()
        };
        self.p.files.iter().map(made).sum()
    }

    fn origin_of(&self, site: &Site, file: usize, client: ExprId) -> Origin<'a> {
        let (mut at, mut expr) = (file, client);
        for _ in 0..STEPS {
            let file = &self.p.files[at];
            let (ast, resolved) = (&file.module.ast, &file.module.resolved);
            expr = resolved.origin(ast, expr);
            if at == self.p.here && Some(expr) == site.expr {
                return Origin::Here;
            }
            if let ExprKind::Call { func, args, .. } = ast.kind(expr) {
                let maker = self.p.resolved.scope(site.stmt);
                let is_maker = matches!(resolved.ty(*func), Ty::Function(code)
                    if code.module == self.p.here && Some(code.stmt) == maker);
                return if is_maker { Origin::Call(file, args) } else { Origin::Unknown };
            }
            let Some((module, name)) = taken(file, expr) else { return Origin::Unknown };
            let mut defs = self.p.files[module].module.resolved.defs_named(name).filter(|(_, d)| d.scope.is_none());
            let (Some((_, Def { value: Some(value), .. })), None) = (defs.next(), defs.next()) else {
                return Origin::Unknown;
            };
            (at, expr) = (module, *value);
        }
        Origin::Unknown
    }

    /// A value as an attribute of a parameter of the function that makes the client: callers give it, or what has it.
    fn as_parameter(&self, site: &Site, file: &File, value: ExprId, call: (&File, &[Arg])) -> Option<String> {
        let (from, args) = call;
        let maker = self.p.resolved.scope(site.stmt)?;
        let StmtKind::Function(f) = &self.p.ast.stmt(maker).kind else { return None };
        let text = file.module.ast.span(value).of(file.module.text());
        let first = root(file, value).filter(|_| std::ptr::eq(from, file))?;
        let resolved = &file.module.resolved;
        args.iter().enumerate().find_map(|(index, arg)| {
            let given = root(file, arg.value)?;
            let rest = text.strip_prefix(arg_text(file, arg))?;
            let same = !resolved.reaching(first).is_empty() && resolved.reaching(first) == resolved.reaching(given);
            let whole = rest.is_empty() || rest.starts_with(['.', '[']);
            let param = parameter(&f.params, index, arg).filter(|_| same && whole && arg.stars == 0)?;
            self.is_never_set(&param.name, maker).then(|| format!("{}{rest}", param.name))
        })
    }

    fn is_never_set(&self, param: &str, function: StmtId) -> bool {
        self.p.resolved.defs_named(param).filter(|(_, d)| d.scope == Some(function)).count() == 1
    }

    /// A value of another file under the name that it has here.
    fn said_here(&self, site: &Site, other: usize, value: ExprId) -> Option<String> {
        let file = &self.p.files[other];
        let first = root(file, value)?;
        let rest = file.module.ast.span(value).of(file.module.text()).strip_prefix(file.module.ast.name(first)?)?;
        let resolved = &file.module.resolved;
        let [def] = resolved.reaching(first) else { return None };
        let from = match resolved.imported(*def) {
            Some((module, name)) => Some((module, name)),
            None if resolved.def(*def).scope.is_none() => Some((other, resolved.def(*def).name.as_str())),
            None => None,
        };
        let start = self.starts(site.stmt);
        let mut here = self.p.resolved.defs().filter(|(_, d)| d.scope.is_none() && self.starts(d.stmt) < start);
        let ty = resolved.ty(first);
        let same = here.find(|(id, d)| match ty {
            Ty::Module(_) => d.ty == *ty,
            _ => from.is_some_and(|(module, name)| {
                self.p.resolved.imported(*id) == Some((module, name)) || module == self.p.here && d.name == name
            }),
        });
        same.filter(|(_, d)| self.p.resolved.defs_named(&d.name).count() == 1).map(|(_, d)| format!("{}{rest}", d.name))
    }

    /// What an object keeps, where the method that makes the client can name it: an attribute that its class has or that is set
    /// before, or else what it is set to.
    pub(super) fn own_attribute(&self, site: &Site, value: ExprId) -> Option<String> {
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let kept = self.kept(value)?;
        let (class, attr) = self.attribute_of_self(kept)?;
        let rest = self.text_of(value).strip_prefix(self.text_of(kept))?;
        let method = resolved.scope(site.stmt).filter(|method| resolved.scope(*method) == Some(class))?;
        let StmtKind::Function(f) = &ast.stmt(method).kind else { return None };
        let sets = ast.stmt_ids().filter_map(|stmt| Some((stmt, self.set_to(stmt, class, attr)?)));
        let set: Vec<(StmtId, Option<ExprId>)> = sets.collect();
        // What a class method is given is the class, which does not have what its objects keep.
        if ["classmethod", "staticmethod"].iter().any(|name| is_decorated(ast, f, name)) {
            return None;
        }
        let object = f.params.first().map_or("self", |object| &object.name);
        if set.is_empty() && self.is_of_class(class, attr) {
            return Some(format!("{object}.{attr}{rest}"));
        }
        let [(set, given)] = set.as_slice() else { return None };
        let setter = resolved.scope(*set)?;
        let is_built = matches!(&ast.stmt(setter).kind, StmtKind::Function(f) if f.name == "__init__");
        let is_first = f.body.contains(set) && self.starts(*set) < self.starts(site.stmt);
        match setter == method {
            true if is_first => Some(format!("{object}.{attr}{rest}")),
            true => {
                let given = given.filter(|given| super::link::available(self.p, *given, site.stmt))?;
                let mut is_set = true;
                ast.descend(given, &mut |part| {
                    let Some((_, attr)) = self.attribute_of_self(part) else { return };
                    let mut sets = ast.stmt_ids().filter(|stmt| self.set_to(*stmt, class, attr).is_some());
                    is_set &= sets.all(|set| self.starts(set) < self.starts(site.stmt));
                });
                if !is_set {
                    return None;
                }
                Some(format!("{}{rest}", self.text_of(given)))
            }
            false => is_built.then(|| format!("{object}.{attr}{rest}")),
        }
    }

    /// Whether the body of a class says that its objects have an attribute: it has a value there, or is a field of a data class.
    fn is_of_class(&self, class: StmtId, attr: &str) -> bool {
        let ast = self.p.ast;
        let StmtKind::Class { body, .. } = &ast.stmt(class).kind else { return false };
        body.iter().any(|stmt| match &ast.stmt(*stmt).kind {
            StmtKind::Assign { targets, .. } => targets.iter().any(|target| ast.name(*target) == Some(attr)),
            StmtKind::AnnAssign { target, .. } => ast.name(*target) == Some(attr),
            _ => false,
        })
    }

    /// `self.settings` in `self.settings.group`.
    fn kept(&self, value: ExprId) -> Option<ExprId> {
        match self.p.ast.kind(value) {
            ExprKind::Attribute { .. } if self.attribute_of_self(value).is_some() => Some(value),
            ExprKind::Attribute { value: inner, .. } => self.kept(*inner),
            _ => None,
        }
    }

    /// What a statement sets an attribute of the object to, if it sets it; nothing where that is a part of something.
    fn set_to(&self, stmt: StmtId, class: StmtId, attr: &str) -> Option<Option<ExprId>> {
        let StmtKind::Assign { targets, value } = &self.p.ast.stmt(stmt).kind else { return None };
        let is_it = |target: ExprId| self.attribute_of_self(target) == Some((class, attr));
        targets.iter().find_map(|target| match (self.p.ast.kind(*target), self.p.ast.kind(*value)) {
            _ if is_it(*target) => Some(Some(*value)),
            (ExprKind::Tuple(targets), ExprKind::Tuple(values)) => {
                targets.iter().zip(values).find(|(target, _)| is_it(**target)).map(|(_, value)| Some(*value))
            }
            (ExprKind::Tuple(targets), _) if targets.iter().any(|target| is_it(*target)) => Some(None),
            _ => None,
        })
    }

    /// An expression as it is written.
    pub(super) fn text_of(&self, id: ExprId) -> &'a str {
        self.p.ast.span(id).of(self.p.source.text())
    }

    /// `self.attr`: the class, and the attribute.
    pub(super) fn attribute_of_self(&self, expr: ExprId) -> Option<(StmtId, &'a str)> {
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let ExprKind::Attribute { value, attr, .. } = ast.kind(expr) else { return None };
        let method = resolved.scope(resolved.owner(expr)?)?;
        let StmtKind::Function(f) = &ast.stmt(method).kind else { return None };
        let object = f.params.first().filter(|object| ast.name(*value) == Some(&object.name));
        let class = resolved.scope(method).filter(|_| object.is_some())?;
        matches!(ast.stmt(class).kind, StmtKind::Class { .. }).then_some((class, attr))
    }

    fn starts(&self, stmt: StmtId) -> usize {
        self.p.ast.stmt(stmt).span.start
    }

    /// The text of a constant of another module of the program.
    pub(super) fn constant_elsewhere(&self, expr: ExprId) -> Option<String> {
        let (module, name) = taken(&self.p.files[self.p.here], expr)?;
        let file = &self.p.files[module].module;
        let mut defs = file.resolved.defs_named(name).filter(|(_, def)| def.scope.is_none());
        let (Some((_, Def { value: Some(value), .. })), None) = (defs.next(), defs.next()) else { return None };
        file.resolved.string(&file.ast, *value, true).text()
    }

    /// Whether another file of the program gives a volume the name that an expression holds: both read the same of one module.
    pub(super) fn names_volume_elsewhere(&self, expr: ExprId) -> bool {
        let Some(here) = read_of_module(&self.p.files[self.p.here], expr) else { return false };
        self.p.files.iter().any(|file| {
            let mut names = file.sites.all.iter().filter_map(|site| site.arg("relative_mount_path"));
            names.any(|name| read_of_module(file, name) == Some(here.clone()))
        })
    }

    fn literal_of(&self, file: &File, value: ExprId) -> Option<String> {
        let text = file.module.resolved.string(&file.module.ast, value, true).text()?;
        Some(self.string(&text).0)
    }
}

/// The client expression on which an operation is called.
fn client_of(file: &File, call: &Site) -> Option<ExprId> {
    let (ast, resolved) = (&file.module.ast, &file.module.resolved);
    let ExprKind::Attribute { value, .. } = ast.kind(resolved.origin(ast, call.receiver?)) else { return None };
    Some(*value).filter(|client| resolved.ty(*client).is_client())
}

/// The module of the program and the name there that an expression stands for.
fn taken<'a>(file: &'a File, expr: ExprId) -> Option<(usize, &'a str)> {
    let resolved = &file.module.resolved;
    match resolved.reaching(expr) {
        [def] => resolved.imported(*def),
        _ => resolved.taken(expr),
    }
}

/// What an import binds: a module of the program, or a name in it.
#[derive(Clone, PartialEq)]
enum Module<'a> {
    Whole(&'a Ty),
    Name(usize, &'a str),
}

/// The module of the program that an expression reads something of, and what: `.SHARES['data']`.
fn read_of_module<'a>(file: &'a File, expr: ExprId) -> Option<(Module<'a>, &'a str)> {
    let (ast, resolved) = (&file.module.ast, &file.module.resolved);
    let first = root(file, expr)?;
    let rest = Span::new(ast.span(first).end, ast.span(expr).end).of(file.module.text());
    match (resolved.ty(first), resolved.reaching(first)) {
        (module @ Ty::Module(_), _) => Some((Module::Whole(module), rest)),
        (_, [def]) => resolved.imported(*def).map(|(module, name)| (Module::Name(module, name), rest)),
        _ => None,
    }
}

/// The name with which an expression of names, attributes and constant indexes begins.
fn root(file: &File, expr: ExprId) -> Option<ExprId> {
    let ast = &file.module.ast;
    match ast.kind(expr) {
        ExprKind::Name(_) => Some(expr),
        ExprKind::Attribute { value, .. } => root(file, *value),
        ExprKind::Subscript { value, index } => {
            matches!(ast.kind(*index), ExprKind::Str { .. } | ExprKind::Number).then(|| root(file, *value))?
        }
        _ => None,
    }
}

fn arg_text<'a>(file: &File<'a>, arg: &Arg) -> &'a str {
    file.module.ast.span(arg.value).of(file.module.text())
}

/// The parameter that an argument is for.
fn parameter<'a>(params: &'a [Param], index: usize, arg: &Arg) -> Option<&'a Param> {
    match &arg.name {
        Some((name, _)) => params.iter().find(|param| param.name == *name && param.stars == 0),
        None => params.get(index).filter(|param| param.positional),
    }
}
