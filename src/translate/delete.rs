//! Statements that go, and the comments in them, which stay.

use super::Translator;
use crate::syntax::StmtId;
use crate::text::{Edit, Span, line_begin};

impl Translator<'_> {
    /// Removes a statement with its line; a block that would be empty gets `pass`. Comments within it stay.
    pub(super) fn delete(&mut self, stmt: StmtId) {
        let span = self.p.ast.stmt(stmt).span;
        let text = self.p.source.text();
        let start = line_begin(text, span.start);
        let rest = &text[span.end..];
        let end = rest.find('\n').map_or(text.len(), |i| span.end + i + 1);
        let tail = rest[..end - span.end].trim();
        let alone = text[start..span.start].trim().is_empty() && tail.is_empty();
        let (span, text) = match self.comments_in(span) {
            Some(comments) if self.is_only_one(stmt) => (span, format!("{comments}pass")),
            Some(comments) if alone => (Span::new(span.start, end), comments.trim_end_matches([' ', '\t']).to_owned()),
            Some(comments) => (span, format!("{comments}pass")),
            // The comment behind it stays, on a line of its own.
            None if tail.starts_with('#') && !self.is_only_one(stmt) => {
                (Span::new(span.start, span.end + rest.find('#').unwrap_or(0)), String::new())
            }
            None if !alone || self.is_only_one(stmt) => (span, "pass".into()),
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

    /// Whether a statement is the only one of its block.
    fn is_only_one(&self, stmt: StmtId) -> bool {
        let ast = self.p.ast;
        let within = ast.statement_around(ast.stmt(stmt).span);
        within.is_some_and(|(_, block)| block == [stmt] && block != ast.body)
    }
}
