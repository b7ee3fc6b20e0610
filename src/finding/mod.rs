//! From the places where Batch AI is used to the findings of `check`: ids, excerpts, suppressions, baselines.
//!
//! Nothing is searched for here: a [`Spot`] comes from the stages above. Pure: a baseline is text that somebody else
//! reads and writes.

mod baseline;
mod excerpt;
mod id;
mod ignore;
mod mask;
mod named;
mod open;
mod secret;

use crate::concept;
use crate::report::{Found, Level};
use crate::source::{Kind, Source};
use crate::syntax::Ast;
use crate::text::Span;

pub use baseline::{Baseline, Compared};
pub use id::fingerprint;
pub use mask::Mask;
pub use named::{Named, name};

/// One place that is to be reported.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Code of the concept.
    pub code: String,
    /// What stands there.
    pub symbol: String,
    /// Where.
    pub span: Span,
    /// What is to be said, where that is not the summary of the concept.
    pub message: Option<String>,
    /// What to do next; may be empty.
    pub help: String,
}

impl Spot {
    /// A use of a concept.
    pub fn new(code: &str, symbol: &str, span: Span) -> Self {
        Spot { code: code.to_owned(), symbol: symbol.to_owned(), span, message: None, help: String::new() }
    }
}

/// A text of ours that may name code, with what looks like a secret in it as stars.
pub fn without_secrets(text: &str) -> String {
    secret::hidden(text, &secret::secrets(text, Kind::Script), Span::new(0, text.len()))
}

/// What is said of a file: its findings in order, and how many others its comments suppress.
#[derive(Debug, Default)]
pub struct Told {
    pub findings: Vec<Found>,
    pub suppressed: usize,
}

/// The findings of a file. `comments` are those in which a suppression may stand.
pub fn tell(source: &Source, ast: &Ast, comments: &[Span], mut spots: Vec<Spot>) -> Told {
    spots.extend(open::comments(source, comments, &spots));
    let before = spots.len();
    let kept = ignore::apply(source, comments, &mut spots);
    let suppressed = before - kept;
    spots.sort_by(|one, other| (one.span, &one.code).cmp(&(other.span, &other.code)));
    if spots.is_empty() {
        return Told { findings: Vec::new(), suppressed };
    }
    let secrets = secret::secrets(source.text(), source.kind());
    let mut ids = id::Ids::new(source, ast, &secrets);
    let findings = spots.into_iter().map(|spot| found(source, &secrets, &mut ids, spot)).collect();
    Told { findings, suppressed }
}

fn found(source: &Source, secrets: &[Span], ids: &mut id::Ids<'_>, spot: Spot) -> Found {
    let Spot { code, symbol, span, message, help } = spot;
    let (location, end) = (source.locate(span.start), source.locate(span.end));
    let (id, within) = ids.next(&code, span);
    let level = concept::rule(&code).map_or(Level::Error, |rule| rule.level);
    let summary = |code: &str| concept::described(code).map(|(_, summary)| format!("this code {summary}"));
    Found {
        id,
        concept: concept::described(&code).map(|(name, _)| name.to_owned()).unwrap_or_default(),
        level,
        end_line: end.line,
        end_column: end.column,
        file_line: source.file_line(span.start),
        symbol,
        within,
        message: message.or_else(|| summary(&code)).unwrap_or_default(),
        help,
        excerpt: excerpt::of(source.text(), secrets, span),
        location,
        code,
    }
}
