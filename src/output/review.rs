//! What `review` says: hunks with all that a decision needs, questions, and how it ended.

use std::io;

use super::summary::{count, finding, note, word};
use super::wrap::wrap;
use super::{Out, diff, style, verdict, visible};
use crate::report::{Fate, Finding, Proof};

/// What a line says about the keys before the first question.
pub const KEYS: &str = "? shows the keys";

/// A hunk.
pub struct Shown<'a> {
    pub number: usize,
    pub of: usize,
    pub place: String,
    pub fate: Fate,
    pub before: &'a [u8],
    /// The file with this hunk alone.
    pub after: Vec<u8>,
    pub findings: Vec<&'a Finding>,
    /// Hunks without which it is left out, counted from 0.
    pub needs: &'a [usize],
    /// Hunks that are left out without it.
    pub followers: &'a [usize],
}

/// A hunk that was accepted and is left out.
pub struct Followed {
    pub number: usize,
    /// The hunks that it waits for, counted from 0.
    pub needs: Vec<usize>,
}

/// How a review ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// How many hunks were taken.
    pub taken: usize,
    /// How many files were written.
    pub files: usize,
    /// The command that takes it back.
    pub way: Option<String>,
}

/// Prints the first line of a list.
pub fn head(out: &mut Out, id: &str, hunks: usize, files: usize) -> io::Result<()> {
    out.text(style::HEADING, &format!("preview {id}"))?;
    out.line(&format!(": {} in {}", count(hunks, "hunk"), count(files, "file")))
}

/// Prints a hunk: its place and fate, the diff, what to know, and what it depends on.
pub fn hunk(out: &mut Out, shown: &Shown<'_>) -> io::Result<()> {
    let Shown { number, of, place, fate, .. } = shown;
    out.line("")?;
    out.text(style::HEADING, &format!("hunk {number} of {of}: {place}"))?;
    out.text(style::PLAIN, ", ")?;
    out.text(style::fate(*fate), word(*fate))?;
    out.line("")?;
    lines(out, shown)?;
    shown.findings.iter().try_for_each(|found| finding(out, found))?;
    let both: Vec<usize> = shown.needs.iter().filter(|at| shown.followers.contains(at)).copied().collect();
    let only = |all: &[usize]| all.iter().filter(|at| !both.contains(at)).copied().collect::<Vec<_>>();
    for (label, hunks) in
        [("goes with", both.clone()), ("needs", only(shown.needs)), ("needed by", only(shown.followers))]
    {
        if !hunks.is_empty() {
            note(out, label, &numbers(&hunks))?;
        }
    }
    Ok(())
}

/// Prints a hunk that a person edited and that was accepted.
pub fn edited(out: &mut Out, shown: &Shown<'_>) -> io::Result<()> {
    out.line("accepted as edited:")?;
    lines(out, shown)
}

fn lines(out: &mut Out, shown: &Shown<'_>) -> io::Result<()> {
    diff::hunks(shown.before, &shown.after).iter().try_for_each(|(style, line)| out.exact(*style, line))
}

/// `hunk 3`, or `hunks 1, 4-6`; they are counted from 0.
pub fn numbers(hunks: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in hunks.iter().map(|at| at + 1) {
        match runs.last_mut().filter(|(_, last)| *last + 1 == at) {
            Some((_, last)) => *last = at,
            None => runs.push((at, at)),
        }
    }
    let run = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    };
    let runs: Vec<String> = runs.iter().map(run).collect();
    format!("hunk{} {}", if hunks.len() == 1 { "" } else { "s" }, runs.join(", "))
}

/// Asks, and leaves the cursor behind the question.
pub fn prompt(out: &mut Out, question: &str) -> io::Result<()> {
    out.text(style::HEADING, question.trim_end())?;
    out.text(style::PLAIN, " ")?;
    out.flush()
}

/// Says something.
pub fn say(out: &mut Out, text: &str) -> io::Result<()> {
    out.line(&wrap(text, 0, "  ", out.width()))
}

/// Prints a page of `explain`.
pub fn page(out: &mut Out, text: &str) -> io::Result<()> {
    out.line("")?;
    out.text(style::PLAIN, text)
}

/// Prints what each key does.
pub fn help(out: &mut Out) -> io::Result<()> {
    out.line(
        "a, y  accept this hunk\n\
         r, n  reject it, and with it what depends on it\n\
         s     skip it: it comes again at the end\n\
         e     edit its new lines in $EDITOR, and accept that\n\
         x     explain its concept; of several one, as in `x BAI101`\n\
         A     accept all that are left\n\
         u     undo the last decision\n\
         q     quit: what was accepted is written after a last question\n\
         ?     this",
    )
}

/// `5 hunks`
pub fn many(hunks: usize) -> String {
    count(hunks, "hunk")
}

/// `2 files`
pub fn files(files: usize) -> String {
    count(files, "file")
}

/// Says which accepted hunks are left out, and why.
pub fn followed(out: &mut Out, followed: &[Followed]) -> io::Result<()> {
    followed.iter().try_for_each(|Followed { number, needs }| {
        let why = if needs.is_empty() { "nothing needs it".to_owned() } else { format!("it needs {}", numbers(needs)) };
        say(out, &format!("hunk {number} is left out: {why}"))
    })
}

/// Prints what `verify` says of what was chosen.
pub fn verdict(out: &mut Out, proofs: &[Proof]) -> io::Result<()> {
    verdict::print(out, proofs)?;
    say(out, &format!("verify: {}", verdict::counted(proofs)))
}

/// Says of files that become others that they have no hunks.
pub fn wholes(out: &mut Out, files: &[String]) -> io::Result<()> {
    files.iter().map(|file| visible::text(file)).try_for_each(|file| {
        say(
            out,
            &format!(
                "`{file}` becomes other files as a whole: `bai2aml convert {file}` shows them, `--write` makes them"
            ),
        )
    })
}

/// Says how it ended.
pub fn ended(out: &mut Out, ended: &Ended, hunks: usize) -> io::Result<()> {
    let back = ended.way.as_ref().map(|way| format!(" (`{way}` takes it back)")).unwrap_or_default();
    match (hunks, ended.files) {
        (0, _) => say(out, "no hunks: nothing would change"),
        (_, 0) => say(out, &format!("nothing was changed: none of {} was taken", count(hunks, "hunk"))),
        (_, number) => {
            let taken = ended.taken;
            say(out, &format!("{taken} of {} taken, {} rewritten{back}", count(hunks, "hunk"), count(number, "file")))
        }
    }
}

/// Says how to decide on a list.
pub fn how(out: &mut Out, id: &str) -> io::Result<()> {
    say(out, &format!("take hunks with `bai2aml review --preview {id} --accept 1,3-5 …`, or all with `--accept all`"))
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_are_said_in_short() {
        assert_eq!(numbers(&[0]), "hunk 1");
        assert_eq!(numbers(&[0, 1, 3, 4, 5]), "hunks 1, 2, 4-6");
    }
}
