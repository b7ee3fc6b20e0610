//! A requirement where it stands, with what it takes to put others in its place.

use crate::text::{Span, line_begin};

/// A requirement in a dependency file or a command line.
#[derive(Debug)]
pub(super) struct Item {
    /// Its name, in lower case, with `-`.
    pub name: String,
    /// The version that is asked for.
    pub specifier: String,
    /// What a new requirement takes the place of.
    pub text: Span,
    /// What goes when nothing takes its place.
    pub whole: Span,
    /// The list that it is in: within one, nothing has to be required twice.
    pub list: usize,
    pub form: Form,
    pub more: More,
    /// Why it cannot be replaced.
    pub kept: Option<Kept>,
    /// Whether a comment can stand above its line.
    pub marked: bool,
}

/// Why a requirement is left to a person.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kept {
    /// The file has hashes.
    Hashed,
    /// conda installs it.
    Conda,
    /// Its form is not read.
    Unread,
}

impl Kept {
    /// Why, for the reader of the report.
    pub fn reason(self) -> &'static str {
        match self {
            Kept::Hashed => "the file has hashes, and nobody has computed one for what takes its place",
            Kept::Conda => "conda would install it, and what takes its place is known for pip only",
            Kept::Unread => "it is named in a form that `bai2aml` does not convert",
        }
    }

    /// What to do, with what takes its place.
    pub fn todo(self, packages: &str) -> String {
        match self {
            Kept::Hashed => {
                format!("put {packages} in its place, and let `pip-compile --generate-hashes` write the file")
            }
            Kept::Conda => format!("take it out, and let pip install {packages}"),
            Kept::Unread => format!("put {packages} in its place"),
        }
    }
}

/// How a requirement is written.
#[derive(Debug)]
pub(super) enum Form {
    /// `name>=1`, and what follows it, such as a marker.
    Plain { tail: String },
    /// `name = ">=1"`: the text around the version.
    Keyed { before: String, after: String },
    /// A word of a shell command, where `>` needs quotes.
    Word { quote: char },
}

/// Where further requirements go, and what stands around each.
#[derive(Debug)]
pub(super) struct More {
    pub at: usize,
    pub before: String,
    pub after: String,
}

impl Form {
    /// What is written for a requirement that comes after the first one.
    pub fn further(&self, name: &str, specifier: &str) -> String {
        match self {
            Form::Plain { tail } => self.first(name, specifier) + tail,
            _ => self.first(name, specifier),
        }
    }

    /// What is written in place of the old requirement.
    pub fn first(&self, name: &str, specifier: &str) -> String {
        match self {
            Form::Plain { .. } => format!("{name}{specifier}"),
            Form::Keyed { before, after } => format!("{name} = {before}{specifier}{after}"),
            Form::Word { quote } => format!("{quote}{name}{specifier}{quote}"),
        }
    }

    /// What is not the requirement's own, by which two of one name differ.
    pub fn condition(&self) -> &str {
        match self {
            Form::Plain { tail } => tail.trim(),
            _ => "",
        }
    }
}

/// The line around a place of a text, without its ending.
pub(super) fn line_at(text: &str, at: usize) -> Span {
    let start = line_begin(text, at);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
    Span::new(start, end.max(at))
}

/// What stands before the first character of a line that is not blank.
pub(super) fn margin(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// What goes with what begins at a place: its line, or all of it before the line's comment.
pub(super) fn with_line(text: &str, start: usize) -> Span {
    let line = line_at(text, start);
    let comment = line.start + comment(line.of(text));
    if comment < line.end {
        return Span::new(start, comment);
    }
    match text[line.end..].find('\n') {
        Some(newline) => Span::new(line.start, line.end + newline + 1),
        // A last line without an ending takes the one before it.
        None => Span::new(text[..line.start].trim_end_matches(['\r', '\n']).len(), line.end),
    }
}

/// Lines of a text from a place on, each without its ending.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let span = Span::new(at, at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        span
    })
}

/// Where the comment of a line begins, for files in which ` #` begins one, or `;` as in `setup.cfg`.
pub(super) fn comment(line: &str) -> usize {
    let inside = [line.find(" #"), line.find("\t#")].into_iter().flatten().min().map(|at| at + 1);
    if line.trim_start().starts_with(['#', ';']) { margin(line).len() } else { inside.unwrap_or(line.len()) }
}
