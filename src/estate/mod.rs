//! Batch AI outside of Python: command lines, configuration files, templates, packages and variables in files of other
//! languages, and in the blocks of Markdown.
//!
//! It finds, by the rows of area 8 of the concept table, and says where; nothing is converted here. A use is a key of the
//! table with the place of what it names; `command` converts the command lines.

mod config;
mod hop;
mod name;

pub use hop::second_hop;
pub use name::az_batchai;

use crate::find::{exported_in, mentions_in};
use crate::source::{Kind, Language, Manifest, Source};
use crate::text::Span;

/// One use of Batch AI outside of Python.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub span: Span,
    /// Its key in the concept table.
    pub symbol: String,
    /// As it is called in the report.
    pub name: String,
}

/// What the whole of a file is written in; none for Python.
pub fn language(source: &Source) -> Option<Language> {
    match source.kind() {
        Kind::Other(language) => Some(language),
        Kind::Manifest(Manifest::Conda) => Some(Language::Yaml),
        Kind::Manifest(_) => Some(Language::Text),
        Kind::Script | Kind::Notebook => None,
    }
}

/// Every use in a file that is not Python, in order, and the comments in it.
pub fn uses(source: &Source) -> (Vec<Use>, Vec<Span>) {
    let Some(language) = language(source).filter(|_| !is_ours(source.text())) else { return Default::default() };
    let text = source.text();
    let (mut uses, mut comments) = (Vec::new(), Vec::new());
    for part in parts(text, language) {
        let own = part.language.comments(text, part.span);
        let found = in_part(text, &part).into_iter();
        uses.extend(found.filter(|found| !own.iter().any(|comment| comment.contains(found.span))));
        comments.extend(own);
    }
    if language == Language::Json {
        uses.extend(config::uses(source));
    }
    uses.sort();
    uses.dedup_by(|next, first| next.span == first.span);
    (uses, comments)
}

/// A part of a file in one language.
pub struct Part {
    pub span: Span,
    pub language: Language,
}

/// The parts of a file: a file of Markdown has its blocks and what stands between them.
pub fn parts(text: &str, language: Language) -> Vec<Part> {
    let whole = Part { span: Span::new(0, text.len()), language };
    if language == Language::Markdown { blocks(text) } else { vec![whole] }
}

fn blocks(text: &str) -> Vec<Part> {
    let (mut parts, mut open): (Vec<Part>, Option<&str>) = (Vec::new(), None);
    let mut current = Part { span: Span::new(0, 0), language: Language::Markdown };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let fence = &bare[..bare.len() - bare.trim_start_matches(['`', '~']).len()];
        let closes = open.is_some_and(|open| bare.starts_with(open) && bare == fence);
        if closes || open.is_none() && fence.len() >= 3 {
            current.span.end = at;
            let language = if closes { Language::Markdown } else { Language::of_fence(&bare[fence.len()..]) };
            open = if closes { None } else { Some(fence) };
            parts.push(std::mem::replace(&mut current, Part { span: Span::new(at, at), language }));
            current.span.start = at + line.len();
            current.span.end = current.span.start;
        }
        at += line.len();
    }
    current.span.end = text.len();
    parts.push(current);
    parts.retain(|part| part.span.start < part.span.end);
    parts
}

fn in_part(text: &str, part: &Part) -> Vec<Use> {
    let variables = mentions_in(part.span.of(text), part.span.start).into_iter();
    // One that the text sets itself is none of Batch AI's.
    let own = exported_in(part.span.of(text));
    let ours =
        variables.filter(|mention| mention.variable.starts_with("AZ_BATCHAI_") && !own.contains(&mention.variable));
    let mut uses: Vec<Use> =
        ours.map(|mention| Use { symbol: mention.symbol(), name: mention.variable, span: mention.span }).collect();
    if part.language.has_commands() {
        uses.extend(name::commands(text, part.span));
    }
    uses.extend(name::named(text, part.span, part.language));
    uses
}

/// Whether a text is one of our own reports, which name what they found.
fn is_ours(text: &str) -> bool {
    let start: String = text.chars().take(200).filter(|c| !c.is_whitespace()).collect();
    start.starts_with("{\"schema\":") && start.contains("\"bai2aml\"")
}
