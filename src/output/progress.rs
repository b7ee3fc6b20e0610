//! The line on a terminal that says that a run is still at work.

use std::io;

use super::Out;

/// Writes the line, over itself.
pub fn show(out: &mut Out, seconds: u64) -> io::Result<()> {
    out.trusted(&format!("\r\u{1b}[Kreading and checking, {seconds} s"))?;
    out.flush()
}

/// Takes it away.
pub fn clear(out: &mut Out) -> io::Result<()> {
    out.trusted("\r\u{1b}[K")?;
    out.flush()
}
