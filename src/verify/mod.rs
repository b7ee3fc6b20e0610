//! The checks on a converted program before it is given out: promise 2 of the design, and parts of 1 and 3.
//!
//! A fault is a bug of the converter, never of the user: what was wrong in the same words in the original is not
//! reported. The checks read the new text as if nothing were known of how it was made. They repair nothing, and they do
//! not look at what the conversion says about itself: that the ledger balances is the ledger's own check.

mod across;
mod call;
mod comment;
mod exist;
mod infer;
mod left;
mod member;
mod name;
mod placeholder;
mod ty;

use std::collections::BTreeMap;

pub use across::{Missing, missing};
use infer::Types;

use crate::resolve::{Marks, Module};
use crate::sdk::{self, Inventory, Target};
use crate::text::Span;

/// Something wrong with a converted program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where, in the text of the new program; empty where the fault is that something is gone.
    pub span: Span,
    /// What, as a sentence.
    pub message: String,
}

impl Fault {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Fault { span, message: message.into() }
    }
}

/// Everything wrong with a converted file, in the order of its text. `old` is the original; what is wrong between files
/// [`missing`] says.
///
/// The new program must parse; every import, call, keyword and attribute of the target's packages must exist; every name
/// that the conversion brought in must be bound; nothing of Batch AI may be left without a mark (see [`left`]); every
/// comment must still be there; every input and output that a command names must be declared.
///
/// What stands `apart` in the new program is for another stage to convert, and its variables that are `handed` to it are set.
pub fn verify(
    old: &Module,
    new: &Module,
    target: Target,
    apart: &[Span],
    handed: &BTreeMap<String, String>,
) -> Vec<Fault> {
    if !new.ast.errors.is_empty() {
        return syntax_errors(old, new);
    }
    let (marks, types) = (Marks::new(&new.ast, &new.resolved), Types::new(new, sdk::inventory(target)));
    let mut faults = left::faults((old, new), &marks, target, apart, handed);
    faults.extend(comment::faults(old, new));
    faults.extend(name::faults(old, new));
    faults.extend(placeholder::faults(new, &types));
    faults.extend(brought(old, exist::faults(new, old.text(), &marks, &types), types.inventory));
    faults.sort();
    faults
}

/// What does not parse; a file that did not parse before is given back as it was.
fn syntax_errors(old: &Module, new: &Module) -> Vec<Fault> {
    let untouched = old.text() == new.text();
    let errors = new.ast.errors.iter().filter(|_| !untouched);
    errors.map(|e| Fault::new(e.span, format!("syntax error: {}", e.message))).collect()
}

/// The faults that the original does not have as well: users may have code for these packages that our inventory does
/// not know.
fn brought(old: &Module, mut faults: Vec<Fault>, inventory: &'static Inventory) -> Vec<Fault> {
    if faults.is_empty() {
        return faults;
    }
    let types = Types::new(old, inventory);
    let mut known: Vec<String> = exist::faults(old, old.text(), &Marks::new(&old.ast, &old.resolved), &types)
        .into_iter()
        .map(|f| f.message)
        .collect();
    faults.retain(|fault| match known.iter().position(|message| *message == fault.message) {
        Some(index) => {
            known.swap_remove(index);
            false
        }
        None => true,
    });
    faults
}

#[cfg(test)]
mod tests;
