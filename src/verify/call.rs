//! That a call of something of the target's packages fits its signature.

use super::Fault;
use super::infer::Types;
use super::ty::Ty;
use crate::sdk::Param;
use crate::syntax::{Arg, ExprId};

/// What is wrong with the arguments of a call.
pub(super) fn faults(types: &Types, call: ExprId, func: ExprId, args: &[Arg]) -> Vec<Fault> {
    let Some(Callee { name, params, open }) = callee(types, func) else { return Vec::new() };
    let mut faults = Vec::new();
    let mut fault = |span, message| faults.push(Fault::new(span, message));
    for arg in args {
        let Some((keyword, span)) = &arg.name else { continue };
        if !params.iter().any(|p| p.name == keyword) {
            fault(*span, format!("`{name}` takes no `{keyword}`"));
        }
    }
    let given: Vec<&Arg> = args.iter().filter(|a| a.name.is_none() && a.stars == 0).collect();
    let places: Vec<&Param> = params.iter().filter(|p| p.positional).collect();
    if let Some(extra) = given.get(places.len()).filter(|_| !may_collect(&places, open)) {
        let takes = plural(places.len(), "positional argument");
        fault(extra.span, format!("`{name}` takes {takes}, not {}", given.len()));
    }
    let named = |param: &Param| args.iter().any(|a| a.name.as_ref().is_some_and(|(n, _)| n == param.name));
    let placed: Vec<&str> = places.iter().take(given.len()).map(|p| p.name).collect();
    if args.iter().all(|a| a.stars == 0) {
        for param in params.iter().filter(|p| p.required && !named(p) && !placed.contains(&p.name)) {
            fault(types.ast.span(call), format!("`{name}` needs `{}`", param.name));
        }
        for param in places.iter().filter(|p| named(p) && placed.contains(&p.name)) {
            fault(types.ast.span(call), format!("`{name}` gets `{}` twice", param.name));
        }
    }
    faults
}

struct Callee {
    name: String,
    params: Vec<Param>,
    open: bool,
}

/// Stands for one of several classes that derive from it, whose methods take other parameters.
const FACTORY: &str = "azureml.core.ComputeTarget";

/// What is called, if its parameters are known.
fn callee(types: &Types, func: ExprId) -> Option<Callee> {
    match types.of(func) {
        Ty::Symbol(path) => {
            let symbol = types.inventory.symbol(&path)?;
            Some(Callee { name: last(symbol.name).to_owned(), params: symbol.params?, open: symbol.open })
        }
        Ty::Method(class, name) if class != FACTORY => {
            let member = types.inventory.possible_member(class, &name)?;
            Some(Callee { name: format!("{}.{name}", last(class)), params: member.params?, open: member.open })
        }
        _ => None,
    }
}

/// The inventory does not tell `*` from `*args`; a callable with `*args` mostly is open, or has no other places.
fn may_collect(places: &[&Param], open: bool) -> bool {
    open && places.is_empty()
}

/// The last part of a dotted name.
pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

fn plural(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
