//! Configuration files of `az batchai`: one use for the whole of each.

use super::Use;
use crate::config;
use crate::source::Source;
use crate::text::Span;

/// What a file of JSON configures.
pub(super) fn uses(source: &Source) -> Vec<Use> {
    // One that cannot be read is a problem, not a use.
    let Some(Ok(config)) = config::read(source) else { return Vec::new() };
    let text = source.text();
    let at = text.find("\"properties\"").unwrap_or(0);
    let span = Span::new(at, (at + "\"properties\"".len()).min(text.len()));
    vec![Use { span, symbol: config.kind.symbol().into(), name: config.kind.name().into() }]
}
