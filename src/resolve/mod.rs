//! What each name and each expression is: reaching definitions, types, and values that can be known.
//!
//! The program is walked in the order in which Python runs it; branches are followed and joined, loops twice. What
//! cannot be known stays [`Ty::Unknown`]: nothing is guessed from a name.

mod annotation;
mod calls;
mod caught;
mod component;
mod flow;
mod forward;
mod import;
mod infer;
mod library;
mod mark;
mod objects;
mod scope;
mod shared;
mod standard;
mod tree;
mod ty;
mod value;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

pub use calls::{is_decorated, is_for_each};
pub use component::programs;
pub use forward::Forwarder;
use forward::Forwarders;
pub use mark::Marks;
pub use shared::{Code, listed};
pub use standard::is_standard;
pub use tree::{NodeId, Tree};
pub use ty::{Ty, is_class, is_package};
pub use value::{Part, Parts};

use crate::source::Source;
use crate::syntax::{self, Ast, ExprId, StmtId, StmtKind};
use crate::text::Span;

/// A file of a program, with what is known of it.
#[derive(Debug)]
pub struct Module<'a> {
    pub source: &'a Source,
    pub ast: Ast,
    pub resolved: Resolved,
}

impl<'a> Module<'a> {
    /// A program of one file.
    pub fn alone(source: &'a Source) -> Self {
        let ast = syntax::parse(source);
        let mut resolved = Resolved::new(&ast);
        let tree = Tree::new([source.path()].into_iter());
        flow::run(&tree, &[0], vec![&ast], std::slice::from_mut(&mut resolved));
        Module { source, ast, resolved }
    }

    /// The program of several files, which have these numbers in the run.
    pub fn all(tree: &Tree, files: &[usize], sources: &[&'a Source]) -> Vec<Self> {
        let asts: Vec<Ast> = sources.par_iter().map(|source| syntax::parse(source)).collect();
        let mut resolved: Vec<Resolved> = asts.iter().map(Resolved::new).collect();
        flow::run(tree, files, asts.iter().collect(), &mut resolved);
        let parts = sources.iter().zip(asts).zip(resolved);
        parts.map(|((source, ast), resolved)| Module { source, ast, resolved }).collect()
    }

    /// The text of the program.
    pub fn text(&self) -> &'a str {
        self.source.text()
    }
}

/// Index of a definition in [`Resolved::defs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefId(pub u32);

/// One binding of a name.
#[derive(Debug, Clone)]
pub struct Def {
    pub name: String,
    pub ty: Ty,
    /// The assigned expression, when the whole of it is bound.
    pub value: Option<ExprId>,
    /// The statement that binds.
    pub stmt: StmtId,
    /// The function or class in which the name is local; `None` for the program's own level.
    pub scope: Option<StmtId>,
}

/// What is known of a program.
#[derive(Debug, Default)]
pub struct Resolved {
    /// By expression.
    types: Vec<Ty>,
    /// By expression that reads a name: the definitions that may reach it.
    uses: HashMap<ExprId, Vec<DefId>>,
    defs: Vec<Def>,
    /// By name: its definitions.
    named: HashMap<String, Vec<DefId>>,
    /// Definitions of clients.
    clients: Vec<DefId>,
    /// By statement: the function in which it stands.
    scopes: Vec<Option<StmtId>>,
    /// By expression: the expression of which it is a part.
    parents: Vec<Option<ExprId>>,
    /// By expression: the statement to which it belongs.
    owners: Vec<Option<StmtId>>,
    /// By function and parameter: what calls of this module give for it.
    given: HashMap<(StmtId, String), Vec<ExprId>>,
    /// The place of the module in its program.
    module: usize,
    /// The functions of the program that call what they are given, and where those of this module do.
    forwarders: Arc<Forwarders>,
    forwarded: HashSet<ExprId>,
    /// Attributes that the program's own classes set on `self`.
    attributes: HashMap<(StmtId, String), Ty>,
    /// Names of unknown origin that are used as only Batch AI's client can be.
    evident: HashSet<String>,
    /// Definitions that are clients for that reason alone.
    by_evidence: HashSet<DefId>,
    /// Whether the program imports Batch AI at all.
    pub imports_batchai: bool,
    /// Whether `from azure.mgmt.batchai… import *` brings in its classes.
    star: bool,
    /// Names of imports that are found in the run.
    own: HashSet<Span>,
    /// By definition that an import from a module of the program makes: the module, and the name there.
    imported: HashMap<DefId, (usize, String)>,
    /// By expression `module.name`: the module of the program, and the name.
    taken: HashMap<ExprId, (usize, String)>,
    /// The modules of the program of which everything is imported.
    stars: Vec<usize>,
    /// Names of other modules of the program that this one takes.
    needs: BTreeSet<(usize, String)>,
    /// Names of this module that others of the program take.
    exported: BTreeSet<String>,
}

impl Resolved {
    /// Nothing is known yet but how the program is nested.
    fn new(ast: &Ast) -> Self {
        let mut resolved = Resolved {
            types: vec![Ty::Unknown; ast.expr_count()],
            scopes: vec![None; ast.stmt_count()],
            parents: vec![None; ast.expr_count()],
            owners: vec![None; ast.expr_count()],
            ..Resolved::default()
        };
        resolved.relate(ast);
        resolved
    }

    /// Forgets what the next pass will find again.
    fn forget(&mut self) {
        self.uses.clear();
        self.defs.clear();
        self.named.clear();
        self.clients.clear();
        self.given.clear();
        self.by_evidence.clear();
        self.imported.clear();
        self.stars.clear();
        self.needs.clear();
    }

    /// The class of this module that an object is of.
    pub fn class_of<'a>(&self, ast: &'a Ast, object: ExprId) -> Option<&'a StmtKind> {
        let Ty::Object(class) = self.ty(object) else { return None };
        (class.module == self.module).then(|| &ast.stmt(class.stmt).kind)
    }

    /// What a function of the program calls that it is given, with the arguments for that.
    pub fn forwarder(&self, function: Code) -> Option<&Forwarder> {
        self.forwarders.get(function)
    }

    /// Whether a call is one that a function of this module makes of what it is given.
    pub fn is_forwarded(&self, call: ExprId) -> bool {
        self.forwarded.contains(&call)
    }

    /// Whether a name of an import is a module of the run, or taken from one.
    pub fn is_own(&self, alias: Span) -> bool {
        self.own.contains(&alias)
    }

    /// The module of the program from which an import takes a name, and what it is called there.
    pub fn imported(&self, def: DefId) -> Option<(usize, &str)> {
        self.imported.get(&def).map(|(module, name)| (*module, name.as_str()))
    }

    /// The module of the program of which an expression takes an attribute, and what that is called.
    pub fn taken(&self, expr: ExprId) -> Option<(usize, &str)> {
        self.taken.get(&expr).map(|(module, name)| (*module, name.as_str()))
    }

    /// Whether the program of this file has other modules, and it imports one of them.
    pub fn has_own_imports(&self) -> bool {
        !self.own.is_empty()
    }

    /// Where a name that this module only passes on comes from.
    pub fn passed_on(&self, name: &str) -> Option<(usize, &str)> {
        self.defs_named(name).filter(|(_, def)| def.scope.is_none()).find_map(|(id, _)| self.imported(id))
    }

    /// What this module takes from others of the program.
    pub fn needs(&self) -> impl Iterator<Item = (usize, &str)> {
        self.needs.iter().map(|(module, name)| (*module, name.as_str()))
    }

    /// The modules of the program of which this one imports everything.
    pub fn stars(&self) -> &[usize] {
        &self.stars
    }

    /// Whether another module of the program takes this name from here.
    pub fn is_exported(&self, name: &str) -> bool {
        self.exported.contains(name)
    }

    /// Whether the module itself has this name.
    pub fn binds(&self, name: &str) -> bool {
        self.defs_named(name).any(|(_, def)| def.scope.is_none())
    }

    /// The type of an expression.
    pub fn ty(&self, id: ExprId) -> &Ty {
        &self.types[id.0 as usize]
    }

    /// The definitions that may reach a use of a name.
    pub fn reaching(&self, id: ExprId) -> &[DefId] {
        self.uses.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The definition with this number.
    pub fn def(&self, id: DefId) -> &Def {
        &self.defs[id.0 as usize]
    }

    /// All definitions, in the order of the walk.
    pub fn defs(&self) -> impl Iterator<Item = (DefId, &Def)> {
        self.defs.iter().enumerate().map(|(i, d)| (DefId(i as u32), d))
    }

    /// The definitions of a name, in the order of the walk.
    pub fn defs_named(&self, name: &str) -> impl Iterator<Item = (DefId, &Def)> {
        self.named.get(name).into_iter().flatten().map(|id| (*id, self.def(*id)))
    }

    /// The definitions of Batch AI clients, in the order of the walk.
    pub fn clients(&self) -> impl Iterator<Item = &Def> {
        self.clients.iter().map(|id| self.def(*id))
    }

    /// Whether a name is a client only because of how it is used: where it comes from cannot be seen.
    pub fn is_evident(&self, ast: &Ast, id: ExprId) -> bool {
        let defs = self.reaching(id);
        let nowhere = defs.is_empty() && ast.name(id).is_some_and(|name| self.evident.contains(name));
        nowhere || defs.iter().any(|def| self.by_evidence.contains(def))
    }

    /// The client that an object keeps as an attribute, as its method names it: `self.client`.
    pub fn own_client(&self, ast: &Ast, method: StmtId) -> Option<String> {
        let StmtKind::Function(f) = &ast.stmt(method).kind else { return None };
        let name = self.client_attribute(ast, self.scope(method)?).filter(|name| *name != f.name)?;
        Some(format!("{}.{name}", f.params.first()?.name))
    }

    /// The attribute by which the objects of a class know a client: a property, which may make it, or the only one that holds it.
    pub fn client_attribute<'s>(&'s self, ast: &'s Ast, class: StmtId) -> Option<&'s str> {
        let gives_client = |method: StmtId| {
            let returned = ast.stmt_ids().filter(|stmt| self.scope(*stmt) == Some(method));
            returned.into_iter().any(|stmt| match &ast.stmt(stmt).kind {
                StmtKind::Return(Some(value)) => self.ty(*value).is_client(),
                _ => false,
            })
        };
        let StmtKind::Class { body, .. } = &ast.stmt(class).kind else { return None };
        let properties = body.iter().filter_map(|stmt| match &ast.stmt(*stmt).kind {
            StmtKind::Function(f) if objects::is_property(ast, f) && gives_client(*stmt) => Some(f.name.as_str()),
            _ => None,
        });
        let mut names: Vec<&str> = properties.collect();
        if names.is_empty() {
            let held = self.attributes.iter().filter(|((owner, _), ty)| *owner == class && ty.is_client());
            names.extend(held.map(|((_, name), _)| name.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        <[&str; 1]>::try_from(names).ok().map(|[name]| name)
    }

    /// Every use of a name that a definition may reach.
    pub fn uses_of(&self, def: DefId) -> impl Iterator<Item = ExprId> {
        self.uses.iter().filter(move |(_, defs)| defs.contains(&def)).map(|(id, _)| *id)
    }

    /// Every use of a name with the definitions that may reach it.
    pub fn uses(&self) -> impl Iterator<Item = (ExprId, &[DefId])> {
        self.uses.iter().map(|(id, defs)| (*id, defs.as_slice()))
    }

    /// The function or class in which a statement stands.
    pub fn scope(&self, stmt: StmtId) -> Option<StmtId> {
        self.scopes[stmt.0 as usize]
    }

    /// The expression of which this one is a part.
    pub fn parent(&self, id: ExprId) -> Option<ExprId> {
        self.parents[id.0 as usize]
    }

    /// The statement to which an expression belongs.
    pub fn owner(&self, id: ExprId) -> Option<StmtId> {
        self.owners[id.0 as usize]
    }

    /// The one expression that a name stands for, through any number of plain assignments.
    pub fn origin(&self, ast: &Ast, id: ExprId) -> ExprId {
        let mut at = id;
        for _ in 0..32 {
            // A loop is walked twice, and gives each of its assignments two definitions.
            let mut values = self.reaching(at).iter().map(|def| self.def(*def).value);
            let Some(Some(value)) = values.next() else { break };
            if !values.all(|other| other == Some(value)) {
                break;
            }
            if ast.name(at).is_none() {
                break;
            }
            at = value;
        }
        at
    }

    fn relate(&mut self, ast: &Ast) {
        for stmt in ast.stmt_ids() {
            for expr in ast.stmt_exprs(stmt) {
                ast.descend(expr, &mut |e| {
                    self.owners[e.0 as usize] = Some(stmt);
                    for part in ast.parts(e) {
                        self.parents[part.0 as usize] = Some(e);
                    }
                });
            }
        }
        for stmt in &ast.body {
            self.nest(ast, *stmt, None);
        }
    }

    fn nest(&mut self, ast: &Ast, stmt: StmtId, scope: Option<StmtId>) {
        self.scopes[stmt.0 as usize] = scope;
        let inner = match ast.stmt(stmt).kind {
            StmtKind::Function(_) | StmtKind::Class { .. } => Some(stmt),
            _ => scope,
        };
        for block in ast.blocks(stmt) {
            for child in block {
                self.nest(ast, *child, inner);
            }
        }
    }
}
