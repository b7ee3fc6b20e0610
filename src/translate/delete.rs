//! Statements that go, and the comments in them, which stay.

use super::Translator;
use crate::syntax::StmtId;
use crate::text::{Edit, Span, line_begin};

impl Translator<'_> {
    /// Removes a statement with its line. Comments within it stay. A block that is empty then gets its `pass` in the end.
    pub(super) fn delete(&mut self, stmt: StmtId) {
        let span = self.p.ast.stmt(stmt).span;
        let text = self.p.source.text();
        let start = line_begin(text, span.start);
        let rest = &text[span.end..];
        let end = rest.find('\n').map_or(text.len(), |i| span.end + i + 1);
        let tail = rest[..end - span.end].trim();
        let alone = text[start..span.start].trim().is_empty() && tail.is_empty();
        let (span, text) = match self.comments_in(span) {
            Some(comments) if alone => (Span::new(span.start, end), comments.trim_end_matches([' ', '\t']).to_owned()),
            Some(comments) => (span, format!("{comments}pass")),
            // The comment behind it stays, on a line of its own.
            None if tail.starts_with('#') => {
                (Span::new(span.start, span.end + rest.find('#').unwrap_or(0)), String::new())
            }
            None if !alone => match self.lines.gone(span) {
                Some(gone) => (gone, String::new()),
                None => (span, "pass".into()),
            },
            None => (Span::new(start, end), String::new()),
        };
        self.out.edits.push(Edit { span, text });
    }

    /// The comments between the parts of a statement, each with the beginning of the next line.
    fn comments_in(&self, span: Span) -> Option<String> {
        let text = self.p.source.text();
        let line = line_begin(text, span.start);
        let margin = Some(&text[line..span.start]).filter(|margin| margin.trim().is_empty()).unwrap_or_default();
        let inside = self.p.ast.comments.iter().filter(|comment| span.contains(**comment));
        let lines: Vec<String> = inside.map(|comment| format!("{}\n{margin}", comment.of(text))).collect();
        (!lines.is_empty()).then(|| lines.concat())
    }
}
