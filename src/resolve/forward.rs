//! Functions of the program that call what they are given: `def retried(operation, *args, **kwargs)`.

use std::collections::HashMap;

use super::{Code, Resolved};
use crate::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};

/// What a function calls that it is given, with the arguments that it is given for that.
#[derive(Debug, Default)]
pub struct Forwarder {
    /// The position of what it calls among its parameters.
    operation: usize,
    /// Its parameters that callers may give by name, and that are not handed on.
    pub own: Vec<String>,
    /// The calls of it, in the module of the function.
    calls: Vec<ExprId>,
    /// Whether it gives something to its callers, which can only be what it called.
    pub gives: bool,
}

impl Forwarder {
    /// Whether it calls the argument with this number; of a method the object is no argument.
    pub fn calls_argument(&self, number: usize, is_method: bool) -> bool {
        self.operation == number + usize::from(is_method)
    }
}

/// The functions of a program that call what they are given.
#[derive(Debug, Default)]
pub struct Forwarders(HashMap<Code, Forwarder>);

impl Forwarders {
    /// Finds them in the modules of a program.
    pub(super) fn find(asts: &[&Ast], resolved: &[Resolved]) -> Self {
        let mut found: HashMap<Code, Forwarder> = HashMap::new();
        for (module, (ast, resolved)) in asts.iter().zip(resolved).enumerate() {
            for call in ast.expr_ids() {
                let Some((stmt, operation)) = forwarded(ast, resolved, call) else { continue };
                let code = Code { module, stmt };
                let forwarder = found.entry(code).or_insert_with(|| forwarder(ast, resolved, code, operation));
                if forwarder.operation == operation {
                    forwarder.calls.push(call);
                }
            }
        }
        Forwarders(found)
    }

    /// What a function calls that it is given.
    pub fn get(&self, function: Code) -> Option<&Forwarder> {
        self.0.get(&function)
    }

    /// The calls of a module that its functions make of what they are given.
    pub(super) fn calls_in(&self, module: usize) -> impl Iterator<Item = ExprId> {
        let own = self.0.iter().filter(move |(code, _)| code.module == module);
        own.flat_map(|(_, forwarder)| forwarder.calls.iter().copied())
    }
}

/// `operation(*args, …)` in a function that has both as parameters: the function, and the position of the first.
fn forwarded(ast: &Ast, resolved: &Resolved, call: ExprId) -> Option<(StmtId, usize)> {
    let ExprKind::Call { func, args, .. } = ast.kind(call) else { return None };
    let (name, first) = (ast.name(*func)?, args.first().filter(|arg| arg.stars > 0)?);
    let given = ast.name(first.value)?;
    let stmt = resolved.scope(resolved.owner(call)?)?;
    let StmtKind::Function(f) = &ast.stmt(stmt).kind else { return None };
    let operation = f.params.iter().position(|param| param.positional && param.name == name)?;
    f.params.iter().any(|param| param.stars == first.stars && param.name == given).then_some((stmt, operation))
}

fn forwarder(ast: &Ast, resolved: &Resolved, code: Code, operation: usize) -> Forwarder {
    let StmtKind::Function(f) = &ast.stmt(code.stmt).kind else { return Forwarder::default() };
    let own = f.params.iter().filter(|param| param.stars == 0).map(|param| param.name.clone()).collect();
    let mut inside = ast.stmt_ids().filter(|stmt| resolved.scope(*stmt) == Some(code.stmt));
    let gives = inside.any(|stmt| matches!(ast.stmt(stmt).kind, StmtKind::Return(Some(_))));
    Forwarder { operation, own, calls: Vec::new(), gives }
}
