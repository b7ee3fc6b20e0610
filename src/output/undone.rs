//! What `undo` says: the runs that can be undone, and what was put back.

use std::io;

use super::wrap::wrap;
use super::{Out, style, summary};

/// A run of the journal.
pub struct Listed {
    /// Its number; the last one has the highest.
    pub number: u32,
    /// When it began, in seconds since 1970.
    pub time: u64,
    /// What the user typed.
    pub command: String,
    /// How many files it changed.
    pub files: usize,
    /// Whether it came to its end.
    pub is_done: bool,
}

impl Listed {
    fn told(&self) -> String {
        format!("run {} of {}, `bai2aml {}`", self.number, date(self.time), self.command)
    }
}

/// Prints the runs, one a line.
pub fn list(out: &mut Out, runs: &[Listed]) -> io::Result<()> {
    for run in runs {
        out.text(style::HEADING, &format!("{:3}", run.number))?;
        let files = summary::count(run.files, "file");
        out.text(style::PLAIN, &format!("  {}  {files:>9}  ", date(run.time)))?;
        if !run.is_done {
            out.text(style::ERROR, "not finished")?;
            out.text(style::PLAIN, "  ")?;
        }
        out.line(&run.command)?;
    }
    Ok(())
}

/// Prints a file that is put back, or would be.
pub fn file(out: &mut Out, path: &str, was_there: bool, is_asked: bool) -> io::Result<()> {
    let verb = match (is_asked, was_there) {
        (false, true) => "put back",
        (false, false) => "removed",
        (true, true) => "would put back",
        (true, false) => "would remove",
    };
    out.line(&format!("{verb} {path}"))
}

/// Says that all of it was put back.
pub fn done(out: &mut Out, files: usize, run: &Listed) -> io::Result<()> {
    let files =
        if files == 0 { "all files were as before".into() } else { summary::count(files, "file") + " put back" };
    say(out, &format!("{files}: {}", run.told()))
}

/// Says that nothing was changed.
pub fn refused(out: &mut Out, files: usize, run: &Listed) -> io::Result<()> {
    let are = if files == 1 { "is" } else { "are" };
    let files = summary::count(files, "file");
    let ways = "take those changes back first, or keep all files as they are with `bai2aml undo --forget`";
    say(out, &format!("nothing was changed: {files} {are} not as they were left by {}; {ways}", run.told()))
}

/// Says that a run cannot be undone any more.
pub fn forgotten(out: &mut Out, run: &Listed) -> io::Result<()> {
    say(out, &format!("forgotten: {}; its files stay as they are", run.told()))
}

/// Says that there is no run.
pub fn nothing(out: &mut Out) -> io::Result<()> {
    say(out, "nothing to undo: neither `convert --write` nor `review` has left a journal here")
}

fn say(out: &mut Out, text: &str) -> io::Result<()> {
    out.line(&wrap(text, 0, "  ", out.width()))
}

/// A time in Greenwich, to the minute: `2026-11-29 21:50 UTC`.
fn date(seconds: u64) -> String {
    let (days, minutes) = (seconds / 86_400, seconds % 86_400 / 60);
    // Years that begin in March, in eras of 400: the day of leap years is the last one.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01 00:00 UTC");
        assert_eq!(date(951_782_399), "2000-02-28 23:59 UTC");
        assert_eq!(date(951_782_400), "2000-02-29 00:00 UTC");
        assert_eq!(date(1_709_251_199), "2024-02-29 23:59 UTC");
        assert_eq!(date(4_107_542_400), "2100-03-01 00:00 UTC");
    }
}
