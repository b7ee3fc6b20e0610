//! `bai2aml convert --ndjson`: files in and answers out, a line of JSON each, for runs over more files than a disk holds.
//!
//! Every line is a program of its own and is treated like a file that stands in a folder. Its path is a name: no file is
//! opened. Whatever is wrong with a line is said in its answer, and the next line is read.

mod line;
mod stream;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use anstream::ColorChoice;
use anyhow::{Context, Result};
use rayon::prelude::*;

use super::args::Convert;
use super::prefilter::{Form, Needle};
use super::{Exit, unless_closed, walk};
use crate::convert::{Options, convert};
use crate::output::Out;
use crate::output::ndjson::{self, Count};
use crate::output::run::is_rewritten;
use crate::report::{Converted, Problem};
use crate::source::Source;
use line::{Line, Refused};
use stream::{Lines, Raw};

/// How much of the stream is taken from the system at a time.
const BUFFER: usize = 1 << 20;

/// Runs the subcommand with `--ndjson`.
pub fn run(args: &Convert, color: ColorChoice) -> Result<Exit> {
    let mut lines = Lines::of(io::BufReader::with_capacity(BUFFER, io::stdin()));
    let options = args.aim.options();
    let mut out = Out::stdout(color);
    let (mut count, mut exit) = (Count::default(), Exit::Clean);
    loop {
        let batch = match lines.next() {
            Ok(batch) if batch.is_empty() => break,
            batch => batch.context("cannot read standard input")?,
        };
        let bytes = batch.iter().map(Raw::size).sum();
        let answers: Vec<Answer> =
            batch.into_par_iter().map(|raw| Answer::to(raw, &options)).collect::<serde_json::Result<_>>()?;
        for answer in &answers {
            count.lines += 1;
            count.changed += usize::from(answer.is_changed);
            count.failed += usize::from(answer.exit == Exit::Failed);
            exit = if answer.exit as u8 > exit as u8 { answer.exit } else { exit };
        }
        let texts: Vec<String> = answers.into_iter().map(|answer| answer.text).collect();
        match ndjson::print(&mut out, &texts) {
            // Nobody reads on: what is left of the stream is of no use.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(exit),
            printed => unless_closed(printed)?,
        }
        lines.done(bytes);
    }
    if !args.quiet {
        let mut err = Out::stderr(color);
        // Without a standard error there is nobody to tell; the exit code says it.
        let _ = ndjson::print_end(&mut err, count).and_then(|()| err.flush());
    }
    Ok(exit)
}

/// What is said of a line.
struct Answer {
    text: String,
    exit: Exit,
    is_changed: bool,
}

impl Answer {
    fn to(raw: Raw, options: &Options) -> serde_json::Result<Answer> {
        let line = raw.bytes.as_deref().map_or_else(|| Err(too_long()), Line::read);
        match line {
            Ok(Line { path, text, rest }) => {
                let (file, skipped) = become_of(&path, text, options);
                let text = ndjson::answer(&rest, &file, skipped)?;
                Ok(Answer {
                    text,
                    exit: Exit::of(!file.problems.is_empty(), file.has_manual()),
                    is_changed: is_rewritten(&file),
                })
            }
            Err(Refused { path, rest, error }) => {
                let text = ndjson::refused(raw.number, path.as_deref(), &rest, &error)?;
                Ok(Answer { text, exit: Exit::Failed, is_changed: false })
            }
        }
    }
}

fn too_long() -> Refused {
    let error = "this line is longer than 512 MiB; no file of that size is converted, leave it out".into();
    Refused { path: None, rest: Vec::new(), error }
}

/// What becomes of a file, and why it was not looked into if it was not.
fn become_of(path: &str, text: String, options: &Options) -> (Converted, Option<&'static str>) {
    let place = Path::new(path);
    let unchanged = |text: String, problems: Vec<Problem>| Converted {
        path: path.into(),
        before: text.clone().into_bytes(),
        after: text.into_bytes(),
        is_removed: false,
        job_form: None,
        made: Vec::new(),
        entries: Vec::new(),
        findings: Vec::new(),
        proofs: Vec::new(),
        problems,
    };
    if !walk::is_converted(place) {
        return (unchanged(text, Vec::new()), Some("`convert` does not read files of this name in a folder"));
    }
    if !Needle::BatchAi.is_in(text.as_bytes(), Form::of(place)) {
        return (unchanged(text, Vec::new()), None);
    }
    let source = match Source::read_found(path, text.clone().into_bytes()) {
        Ok(source) => source,
        Err(problem) => return (unchanged(text, vec![problem]), None),
    };
    // One line must not end the stream, whatever it holds.
    let done = catch_unwind(AssertUnwindSafe(|| convert(vec![source], options).pop())).ok().flatten();
    let is_text = |file: &Converted| std::str::from_utf8(&file.after).is_ok();
    match done {
        Some(file) if is_text(&file) => (file, None),
        Some(_) => (unchanged(text, vec![no_text(path)]), None),
        None => (unchanged(text, vec![internal(path)]), None),
    }
}

/// A coding line can ask for another encoding than that of the stream.
fn no_text(path: &str) -> Problem {
    Problem {
        path: path.into(),
        location: None,
        message: "the new text is not UTF-8, because of the coding line of the file".into(),
        help: "convert the file itself with `bai2aml convert`".into(),
    }
}

fn internal(path: &str) -> Problem {
    Problem {
        path: path.into(),
        location: None,
        message: "internal error: the conversion ended early".into(),
        help: "nothing was changed; report this as a bug of `bai2aml`, with the file if you can share it".into(),
    }
}
