//! The colours, in one place: those of `git diff` and of the Rust compiler.

use anstyle::{AnsiColor, Style};

use crate::report::{Fate, Verdict};

/// Text without a colour.
pub const PLAIN: Style = Style::new();
/// Names of files, and other headings.
pub const HEADING: Style = Style::new().bold();
/// The line that says where a hunk stands.
pub const HUNK: Style = AnsiColor::Cyan.on_default();
/// A line that comes in.
pub const ADDED: Style = AnsiColor::Green.on_default();
/// A line that goes out.
pub const REMOVED: Style = AnsiColor::Red.on_default();
/// What stops a file.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();

/// The colour of a fate: the more a person has to do, the more it stands out.
pub fn fate(fate: Fate) -> Style {
    match fate {
        Fate::Exact => ADDED,
        Fate::Drop => HUNK,
        Fate::Approximate => AnsiColor::Yellow.on_default().bold(),
        Fate::Manual => ERROR,
    }
}

/// The style of a verdict.
pub fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Equal | Verdict::Added => PLAIN,
        Verdict::LeftToYou | Verdict::NoCounterpart | Verdict::CannotTell => fate(Fate::Approximate),
        Verdict::Missing | Verdict::Differs => fate(Fate::Manual),
    }
}
