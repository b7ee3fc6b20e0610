//! That an attribute that is read or set exists.
//!
//! This matters most for jobs: a `Command` is a dict that answers `{}` for every attribute that it does not have, so that
//! a left-over `job.execution_state` raises nothing and a loop that waits for it never ends.

use super::call::last;
use super::infer::Types;
use super::ty::Ty;
use crate::sdk::SymbolKind;
use crate::syntax::ExprId;

/// What `.result()` is called on.
const POLLER: &str = "azure.core.polling.LROPoller";

/// What is wrong with an attribute of something known; nothing is said of names that begin with `_`.
pub(super) fn missing(types: &Types, object: ExprId, attr: &str) -> Option<String> {
    if attr.starts_with('_') {
        return None;
    }
    let owner = match types.of(object) {
        Ty::Symbol(path) => return missing_name(types, &path, attr),
        Ty::Object(class) => class,
        Ty::Poller(_) => POLLER,
        _ => return None,
    };
    let exists = types.inventory.possible_member(owner, attr).is_some();
    (!exists).then(|| format!("`{}` has no `{attr}`", last(owner)))
}

/// A name of a module, or a member of a class.
fn missing_name(types: &Types, path: &str, attr: &str) -> Option<String> {
    let exists = match types.inventory.symbol(path)?.kind {
        SymbolKind::Class => types.inventory.possible_member(path, attr).is_some(),
        SymbolKind::Module => types.is_known(&format!("{path}.{attr}")),
        SymbolKind::Function | SymbolKind::Value => true,
    };
    (!exists).then(|| format!("`{path}` has no `{attr}`"))
}
