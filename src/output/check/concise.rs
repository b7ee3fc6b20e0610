//! Findings one a line: place, code, symbol and sentence.

use super::{Listing, Look, plain};
use crate::output::{style, summary};

pub(super) fn render(listing: &Listing<'_>, look: Look) -> String {
    let lines = listing.findings.iter().map(|found| {
        let place = summary::place(&found.location);
        let place = if look.color { format!("{0}{place}{0:#}", style::HEADING) } else { place };
        let symbol = if found.symbol.is_empty() { String::new() } else { plain(&found.symbol) + ": " };
        format!("{place}: {} {symbol}{}\n", found.code, plain(&found.message))
    });
    lines.collect()
}
