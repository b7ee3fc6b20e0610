//! That the target has what the program uses of it: every import, call, keyword and attribute of its packages.
//!
//! Only packages of the inventory are judged, and only where it is known what an expression is. A marked statement is
//! not judged: it has the original code. Nor is `clusters = client.clusters` when only marked code uses it.

use super::infer::Types;
use super::mark::Marks;
use super::{Fault, Program, call, member};
use crate::sdk;
use crate::syntax::{Alias, ExprKind, StmtKind};

/// What the target does not have.
pub(super) fn faults(program: &Program, marks: &Marks, types: &Types) -> Vec<Fault> {
    let mut faults = imports(program, marks, types);
    for id in program.ast.expr_ids() {
        let Some(stmt) = program.resolved.owner(id).filter(|stmt| !marks.has(*stmt)) else { continue };
        match program.ast.kind(id) {
            ExprKind::Call { func, args, .. } => faults.extend(call::faults(types, id, *func, args)),
            ExprKind::Attribute { value, attr, attr_span } => {
                let missing = member::missing(types, *value, attr);
                let is_left = || sdk::batchai().group(attr).is_some() && marks.use_some(stmt);
                faults.extend(missing.filter(|_| !is_left()).map(|message| Fault::new(*attr_span, message)));
            }
            _ => {}
        }
    }
    faults
}

fn imports(program: &Program, marks: &Marks, types: &Types) -> Vec<Fault> {
    let mut faults = Vec::new();
    for stmt in program.ast.stmt_ids().filter(|stmt| !marks.has(*stmt)) {
        let dotted: Vec<(&Alias, String)> = match &program.ast.stmt(stmt).kind {
            StmtKind::Import(names) => names.iter().map(|alias| (alias, alias.name.clone())).collect(),
            StmtKind::ImportFrom { module, level: 0, names } => {
                let named = names.iter().filter(|alias| alias.name != "*");
                named.map(|alias| (alias, format!("{module}.{}", alias.name))).collect()
            }
            _ => continue,
        };
        let missing = dotted.into_iter().filter(|(_, dotted)| is_missing(types, dotted));
        faults.extend(missing.map(|(alias, dotted)| Fault::new(alias.span, format!("no `{dotted}` is known"))));
    }
    faults
}

/// Whether a dotted name should be in the inventory and is not. Of Azure's packages only those for management
/// (`azure.mgmt`) may come in besides; whatever else users import they imported before.
fn is_missing(types: &Types, dotted: &str) -> bool {
    let ours = matches!(dotted.split('.').next(), Some("azure" | "azureml"));
    ours && !dotted.starts_with("azure.mgmt") && !types.is_known(dotted)
}
