//! That a command declares the inputs and outputs that it names: the service is not asked about an unknown output, and
//! the job would write to a path that nobody keeps.
//!
//! Only what can be read in one call of `command` is judged: a text that is known, and a dict with literal keys.

use super::Fault;
use super::infer::Types;
use super::ty::Ty;
use crate::resolve::Module;
use crate::syntax::{Arg, ExprId, ExprKind};

const COMMAND: &str = "azure.ai.ml.command";

/// Inputs and outputs that a command names and does not declare.
pub(super) fn faults(program: &Module, types: &Types) -> Vec<Fault> {
    let mut faults = Vec::new();
    for id in program.ast.expr_ids() {
        let ExprKind::Call { func, args, .. } = program.ast.kind(id) else { continue };
        if types.of(*func) == Ty::Symbol(COMMAND.into()) {
            check(program, args, &mut faults);
        }
    }
    faults
}

fn check(program: &Module, args: &[Arg], faults: &mut Vec<Fault>) {
    let given = |name: &str| args.iter().find(|a| a.name.as_ref().is_some_and(|(n, _)| n == name)).map(|a| a.value);
    let Some(command) = given("command").filter(|_| args.iter().all(|a| a.stars == 0)) else { return };
    let text = program.resolved.string(&program.ast, command, true).known();
    for family in ["inputs", "outputs"] {
        let Some(declared) = keys(program, given(family)) else { continue };
        let missing = named(&text, family).into_iter().filter(|name| !declared.contains(name));
        faults.extend(missing.map(|name| {
            let message = format!("the command names `${{{{{family}.{name}}}}}` and does not declare it");
            Fault::new(program.ast.span(command), message)
        }));
    }
}

/// The keys of a dict, if they are all literal; no dict has none.
fn keys<'a>(program: &'a Module, dict: Option<ExprId>) -> Option<Vec<&'a str>> {
    let Some(dict) = dict else { return Some(Vec::new()) };
    match program.ast.kind(dict) {
        ExprKind::Dict(items) => items.iter().map(|(key, _)| program.ast.str_value((*key)?)).collect(),
        _ => None,
    }
}

/// The names in `${{family.NAME}}`, each once.
fn named<'a>(text: &'a str, family: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (_, rest) in text.match_indices("${{").map(|(at, mark)| text.split_at(at + mark.len())) {
        let Some((inside, _)) = rest.split_once("}}") else { continue };
        let name = inside.trim().strip_prefix(family).and_then(|rest| rest.strip_prefix('.'));
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}
