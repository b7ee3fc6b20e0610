//! What a program asks Azure for, read from its text, whoever wrote it and for which SDK; and the comparison of two such
//! readings.
//!
//! It is a second reading, independent of the conversion: it looks at no ledger, no template and no row of the concept
//! table, or it would prove nothing. Its facts are in a table of its own; what the options of `mpirun` mean is the one list
//! that it shares.

mod compare;
mod lower;
mod model;
mod order;
mod prove;
mod run;
mod table;
mod value;

use std::sync::OnceLock;

pub use compare::{Item, compare};
pub use model::{At, Field, Intent, Operation, Thing, Told};
pub use prove::{prove, verify};

use crate::find::Sites;
use crate::resolve::Module;
use crate::source::Source;
use run::Unit;

/// What a program of these modules asks Azure for.
pub fn read(modules: &[&Module]) -> Intent {
    let sites: Vec<Sites> = modules.iter().map(|module| Sites::find(module)).collect();
    read_with(modules, &sites.iter().collect::<Vec<_>>())
}

/// The same, where the uses of Batch AI have been found already.
pub fn read_with(modules: &[&Module], sites: &[&Sites]) -> Intent {
    let mut units: Vec<Unit> = modules.iter().zip(sites).map(|(module, sites)| Unit { module, sites }).collect();
    let is_helped = |text: &str| text.contains("utilities") || text.contains("azure.common");
    let is_helped = modules.iter().any(|module| is_helped(module.text()));
    if let Some((module, sites)) = helpers().filter(|_| is_helped) {
        units.push(Unit { module, sites });
    }
    run::read(&units, modules.len())
}

/// What the recipes' helpers and the sign-ins of azure.common ask for, as a module.
fn helpers() -> Option<(&'static Module<'static>, &'static Sites)> {
    static SOURCE: OnceLock<Option<Source>> = OnceLock::new();
    static MODULE: OnceLock<Option<(Module<'static>, Sites)>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| Source::read("helpers.py", include_bytes!("helpers.py").to_vec()).ok());
    let module = MODULE.get_or_init(|| {
        let module = Module::alone(source.as_ref()?);
        let sites = Sites::find(&module);
        Some((module, sites))
    });
    module.as_ref().map(|(module, sites)| (module, sites))
}
