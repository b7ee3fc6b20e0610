//! Ids and excerpts for places that others found, by the same rules as for those that `check` finds.

use super::{excerpt, id, secret};
use crate::source::Source;
use crate::syntax::Ast;
use crate::text::Span;

/// What a place is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Unique in its file.
    pub id: String,
    /// The function or class around it; empty outside of all.
    pub within: String,
    /// The line on which it begins; empty where that is too long to show.
    pub excerpt: String,
}

/// Names places of a file, each with the code of its concept, in their order.
pub fn name<'a>(source: &Source, ast: &Ast, places: impl Iterator<Item = (&'a str, Span)>) -> Vec<Named> {
    let secrets = secret::secrets(source.text(), source.kind());
    let mut ids = id::Ids::new(source, ast, &secrets);
    let named = places.map(|(code, span)| {
        let (id, within) = ids.next(code, span);
        Named { id, within, excerpt: excerpt::of(source.text(), &secrets, span).line }
    });
    named.collect()
}
