//! What each name and each expression is: reaching definitions, types, and values that can be known.
//!
//! The program is walked in the order in which Python runs it; branches are followed and joined, loops twice. What
//! cannot be known stays [`Ty::Unknown`]: nothing is guessed from a name.

mod annotation;
mod calls;
mod flow;
mod infer;
mod objects;
mod scope;
mod ty;
mod value;

use std::collections::{HashMap, HashSet};

pub use ty::Ty;
pub use value::{Part, Parts};

use crate::syntax::{Ast, ExprId, StmtId, StmtKind};

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
    /// Attributes that the program's own classes set on `self`.
    attributes: HashMap<(StmtId, String), Ty>,
    /// Names of unknown origin that are used as only Batch AI's client can be.
    evident: HashSet<String>,
    /// Whether the program imports Batch AI at all.
    imports_batchai: bool,
    /// Whether `from azure.mgmt.batchai… import *` brings in its classes.
    star: bool,
}

impl Resolved {
    /// Walks a program.
    pub fn new(ast: &Ast) -> Self {
        let mut resolved = Resolved {
            types: vec![Ty::Unknown; ast.expr_count()],
            scopes: vec![None; ast.stmt_count()],
            parents: vec![None; ast.expr_count()],
            owners: vec![None; ast.expr_count()],
            ..Resolved::default()
        };
        resolved.relate(ast);
        flow::run(ast, &mut resolved);
        resolved
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
        let made = |def: &DefId| self.def(*def).value.is_some_and(|v| self.ty(v).is_client());
        ast.name(id).is_some_and(|name| self.evident.contains(name)) && !self.reaching(id).iter().any(made)
    }

    /// The client that an object keeps as an attribute, as its method names it: `self.client`.
    pub fn own_client(&self, ast: &Ast, method: StmtId) -> Option<String> {
        let StmtKind::Function(f) = &ast.stmt(method).kind else { return None };
        let class = self.scope(method)?;
        let mut names: Vec<&str> = self
            .attributes
            .iter()
            .filter(|((owner, _), ty)| *owner == class && ty.is_client())
            .map(|((_, name), _)| name.as_str())
            .collect();
        names.sort_unstable();
        match (f.params.first(), names.as_slice()) {
            (Some(object), [name]) => Some(format!("{}.{name}", object.name)),
            _ => None,
        }
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
