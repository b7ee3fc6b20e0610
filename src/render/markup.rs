//! Text that knows where it may be broken.
//!
//! The marks are Unicode noncharacters, which no program text may hold (see [`is_reserved`]); so pieces can be joined
//! as strings and pass through templates.

use crate::text::{Span, line_begin, margin};

pub(super) const OPEN: char = '\u{FDD0}';
pub(super) const CLOSE: char = '\u{FDD1}';
/// Nothing, or a line break when its group is broken.
pub(super) const SOFT: char = '\u{FDD2}';
/// A space, or a line break when its group is broken.
pub(super) const LINE: char = '\u{FDD3}';
/// A line break of the user's; decimal digits up to `END` give the indentation relative to the first line, plus `ORIGIN`.
pub(super) const HARD: char = '\u{FDD4}';
pub(super) const END: char = '\u{FDD5}';
pub(super) const ORIGIN: i64 = 100_000;
/// A line break within a group, which is broken for it: what follows a comment.
pub const BREAK: char = '\u{FDD7}';
/// The end of a line of a statement that has several.
pub const NEWLINE: char = '\u{FDD6}';

/// Around what fills a hole of a template, until it is known what stands beside it.
pub(super) const VALUE: char = '\u{FDD8}';
pub(super) const VALUE_END: char = '\u{FDD9}';

/// Whether a character may be a mark: the noncharacters of one block.
pub fn is_reserved(c: char) -> bool {
    ('\u{FDD0}'..='\u{FDEF}').contains(&c)
}

/// A piece of code with marks in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup(pub String);

impl Markup {
    /// Code on one line.
    pub fn plain(text: impl Into<String>) -> Self {
        Markup(text.into())
    }

    /// Source text as it stands, whose lines keep their indentation relative to the line of `origin`. Lines that begin
    /// within one of `strings`, which are in order, are left alone.
    pub fn verbatim(source: &str, span: Span, origin: usize, strings: &[Span]) -> Self {
        let text = span.of(source);
        if !text.contains('\n') {
            return Markup(text.to_owned());
        }
        let line_start = line_begin(source, origin);
        let base = indentation(&source[line_start..]) as i64;
        let (mut out, mut at, mut fresh) = (String::new(), span.start, false);
        for line in text.split_inclusive('\n') {
            let shown = line.trim_end_matches(['\n', '\r']);
            out.push_str(if fresh { shown.trim_start_matches([' ', '\t']) } else { shown });
            at += line.len();
            if !line.ends_with('\n') {
                break;
            }
            let around = strings.partition_point(|string| string.end <= at);
            fresh = strings.get(around).is_none_or(|string| string.start >= at);
            if fresh {
                let own = indentation(&source[at..span.end]) as i64;
                out.push_str(&format!("{HARD}{}{END}", own - base + ORIGIN));
            } else {
                out.push('\n');
            }
        }
        Markup(out)
    }

    /// `before` + items, separated by commas, + `after`; one line or one item a line. A call that is the only
    /// argument keeps its bracket on the line.
    pub fn list(before: &str, items: &[Markup], after: &str) -> Self {
        if items.is_empty() {
            return Markup(format!("{before}{after}"));
        }
        if let [Markup(only)] = items
            && only.contains(OPEN)
            && !only.split(OPEN).next().is_some_and(|head| head.contains(BREAK))
            && !before.ends_with('{')
            && !only.split('(').next().is_some_and(|head| head.contains('='))
        {
            return Markup(format!("{before}{only}{after}"));
        }
        let items: Vec<&str> = items.iter().map(|i| i.0.as_str()).collect();
        Markup(format!("{before}{OPEN}{SOFT}{}{CLOSE}{after}", items.join(&format!(",{LINE}"))))
    }

    /// Pieces with a place to break between them.
    pub fn lines(before: &str, pieces: &[Markup], after: &str) -> Self {
        let pieces: Vec<&str> = pieces.iter().map(|i| i.0.as_str()).collect();
        Markup(format!("{before}{OPEN}{SOFT}{}{CLOSE}{after}", pieces.join(&LINE.to_string())))
    }

    /// The same without the parentheses around all of it.
    pub fn unwrapped(&self) -> Markup {
        let inner = self.0.strip_prefix(&format!("({OPEN}")).and_then(|t| t.strip_suffix(&format!("{CLOSE})")));
        Markup(inner.map_or_else(|| self.0.clone(), |inner| format!("{OPEN}{inner}{CLOSE}")))
    }

    /// A display such as `{…}` with more items at its end; `None` if it is not one.
    pub fn with_items(&self, items: &[Markup]) -> Option<Markup> {
        let head = self.0.strip_suffix(&format!("{CLOSE}}}")).filter(|t| t.starts_with('{'))?;
        let more: Vec<String> = items.iter().map(|i| format!(",{LINE}{}", i.0)).collect();
        Some(Markup(format!("{head}{}{CLOSE}}}", more.concat())))
    }

    /// The text without marks, on one line where that is possible.
    pub fn flat(&self) -> String {
        super::layout(self, 0, 0, super::Style { width: usize::MAX, indent: 4 })
    }
}

fn indentation(line: &str) -> usize {
    margin(line).len()
}
