//! That the target has what the program uses of it: every import, call, keyword and attribute of its packages.
//!
//! Only packages of the inventory are judged, and only where it is known what an expression is. In a marked statement
//! what stands there as in the original is not judged, for a person will convert it; but the rest of it is, as a part
//! can be marked and the whole be converted. Nor is `clusters = client.clusters` judged when marked code uses it.

use super::infer::Types;
use super::{Fault, call, member};
use crate::resolve::{Marks, Module};
use crate::sdk;
use crate::syntax::{Alias, ExprKind, StmtKind};

/// What the target does not have. `original` is the text of the program before the conversion.
pub(super) fn faults(program: &Module, original: &str, marks: &Marks, types: &Types) -> Vec<Fault> {
    let mut faults = imports(program, types);
    for id in program.ast.expr_ids() {
        let marked = || program.resolved.owner(id).is_some_and(|stmt| marks.has(stmt));
        let used = || program.resolved.owner(id).is_some_and(|stmt| marks.use_some(stmt));
        match program.ast.kind(id) {
            ExprKind::Call { func, args, parens } => {
                let wrong = call::faults(types, id, *func, args);
                let is_left = !wrong.is_empty() && marked() && original.contains(parens.of(program.text()));
                faults.extend(wrong.into_iter().filter(|_| !is_left));
            }
            ExprKind::Attribute { value, attr, attr_span } => {
                let Some(message) = member::missing(types, *value, attr) else { continue };
                let is_left = marked() && original.contains(&format!(".{attr}"))
                    || used() && sdk::batchai().group(attr).is_some();
                if !is_left {
                    faults.push(Fault::new(*attr_span, message));
                }
            }
            _ => {}
        }
    }
    faults
}

fn imports(program: &Module, types: &Types) -> Vec<Fault> {
    let mut faults = Vec::new();
    for stmt in program.ast.stmt_ids() {
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
