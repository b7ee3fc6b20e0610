//! What `check` says at the end, on standard error: problems, what was skipped, and how many findings there are.

use std::collections::BTreeSet;
use std::io;

use super::{LeftOut, Listing};
use crate::output::wrap::wrap;
use crate::output::{Out, summary};
use crate::report::Level;

/// Prints everything but the findings.
pub fn print(out: &mut Out, listing: &Listing<'_>) -> io::Result<()> {
    summary::problems(out, listing.problems.iter().copied())?;
    for skipped in listing.skipped.unwrap_or_default() {
        out.line(&format!("skipped: {}: {}", crate::output::visible::text(&skipped.path), skipped.reason))?;
    }
    let sentence = sentence(listing);
    out.line(&wrap(&sentence, 0, "  ", out.width()))
}

fn sentence(listing: &Listing<'_>) -> String {
    let is_use = |level| level == Level::Error;
    let uses: Vec<_> = listing.findings.iter().filter(|found| is_use(found.level)).collect();
    let files: BTreeSet<&str> = uses.iter().map(|found| found.location.path.as_str()).collect();
    let read = summary::count(listing.read, "file");
    let LeftOut { suppressed, known, older } = listing.left_out;
    let more = [
        (listing.findings.len() - uses.len(), "other finding"),
        (suppressed, "suppressed"),
        (known, "in the baseline"),
        (older, "older than the branch"),
    ];
    let more = more.iter().filter(|(number, _)| *number > 0).map(|(number, what)| match *what {
        "other finding" => format!(", {}", summary::count(*number, what)),
        what => format!(", {number} {what}"),
    });
    let more: String = more.chain([summary::errors(listing.problems.len())]).collect();
    let left_out = listing.left_out != LeftOut::default();
    match uses.len() {
        0 if left_out => format!("no new use of Batch AI in {read}{more}"),
        0 => format!("no use of Batch AI in {read}{more}"),
        number => format!("{} of Batch AI in {} of {read}{more}", summary::count(number, "use"), files.len()),
    }
}
