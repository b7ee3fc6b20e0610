//! That the target has what the program uses of it: every import, call, keyword and attribute of its packages.
//!
//! Only packages of the inventory are judged, and only where it is known what an expression is.

use super::infer::Types;
use super::{Fault, Program, call, member};
use crate::syntax::{Alias, ExprKind, StmtKind};

/// What the target does not have.
pub(super) fn faults(program: &Program, types: &Types) -> Vec<Fault> {
    let mut faults = imports(program, types);
    for id in program.ast.expr_ids() {
        match program.ast.kind(id) {
            ExprKind::Call { func, args, .. } => faults.extend(call::faults(types, id, *func, args)),
            ExprKind::Attribute { value, attr, attr_span } => {
                faults.extend(member::missing(types, *value, attr).map(|m| Fault::new(*attr_span, m)));
            }
            _ => {}
        }
    }
    faults
}

fn imports(program: &Program, types: &Types) -> Vec<Fault> {
    let mut faults = Vec::new();
    for stmt in program.ast.stmt_ids() {
        match &program.ast.stmt(stmt).kind {
            StmtKind::Import(names) => {
                let missing = names.iter().filter(|alias| is_missing(types, &alias.name));
                faults.extend(missing.map(|alias| not_there(alias, &alias.name)));
            }
            StmtKind::ImportFrom { module, level: 0, names } => {
                let dotted = names.iter().map(|alias| (alias, format!("{module}.{}", alias.name)));
                let missing = dotted.filter(|(alias, dotted)| alias.name != "*" && is_missing(types, dotted));
                faults.extend(missing.map(|(alias, dotted)| not_there(alias, &dotted)));
            }
            _ => {}
        }
    }
    faults
}

/// Whether a dotted name is below a module of the inventory, which does not have it.
fn is_missing(types: &Types, dotted: &str) -> bool {
    let below = |module: &str| dotted.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'));
    types.inventory.modules().any(below) && !types.is_known(dotted)
}

fn not_there(alias: &Alias, dotted: &str) -> Fault {
    Fault::new(alias.span, format!("no `{dotted}` is known"))
}
