//! Lines that hold several statements, `a; b` and `if x: a`: where one of them becomes more than one line, each gets a line of
//! its own.

use std::collections::HashSet;

use super::{Program, Translator};
use crate::concept::{Mapping, Shape};
use crate::find::SiteKind;
use crate::syntax::StmtId;
use crate::text::{Edit, Span, line_begin, margin};

/// How far a block stands in from what it belongs to.
const STEP: &str = "    ";

/// A statement that gets a line of its own.
struct Apart {
    stmt: Span,
    /// What stands between it and what comes before it on its line.
    before: Span,
    /// The white space before it on its new line.
    margin: String,
}

/// The statements of a program that get lines of their own, in the order of the text.
#[derive(Default)]
pub(super) struct Lines(Vec<Apart>);

impl Lines {
    pub fn new(program: &Program, mapping: &dyn Fn(&str) -> Option<&'static Mapping>) -> Self {
        let mut lines = Lines::default();
        if program.sites.all.is_empty() {
            return lines;
        }
        let text = program.source.text();
        let grows = growing(program, mapping);
        let inner = program.ast.stmt_ids().flat_map(|stmt| program.ast.blocks(stmt));
        for block in std::iter::once(program.ast.body.as_slice()).chain(inner) {
            let span = |stmt: &StmtId| program.ast.stmt(*stmt).span;
            let shared = block.chunk_by(|a, b| !text[span(a).end..span(b).start].contains('\n'));
            for line in shared.filter(|line| line.iter().any(|stmt| grows.contains(stmt))) {
                lines.take_apart(program, &line.iter().map(span).collect::<Vec<_>>());
            }
        }
        lines.0.sort_by_key(|apart| apart.stmt.start);
        lines
    }

    fn take_apart(&mut self, program: &Program, line: &[Span]) {
        let (text, first) = (program.source.text(), line[0]);
        if program.ast.is_after_magic(text, first.start) {
            return;
        }
        let begin = line_begin(text, first.start);
        let mut margin = margin(&text[begin..]).to_owned();
        let head = text[begin..first.start].trim_end();
        if head.ends_with(':') {
            margin.push_str(if margin.contains('\t') { "\t" } else { STEP });
            let before = Span::new(begin + head.len(), first.start);
            self.0.push(Apart { stmt: first, before, margin: margin.clone() });
        } else if !head.is_empty() {
            return;
        }
        for pair in line.windows(2) {
            let before = Span::new(pair[0].end, pair[1].start);
            self.0.push(Apart { stmt: pair[1], before, margin: margin.clone() });
        }
    }

    fn at(&self, offset: usize) -> Option<&Apart> {
        let next = self.0.partition_point(|apart| apart.stmt.start <= offset);
        self.0[..next].last().filter(|apart| offset < apart.stmt.end)
    }

    /// Where the line of its own begins that the statement at a place gets, and the white space before it.
    pub fn own(&self, offset: usize) -> Option<(usize, &str)> {
        self.at(offset).map(|apart| (apart.stmt.start, apart.margin.as_str()))
    }

    /// What goes with a statement of a shared line: itself, and what parts it from the one before.
    pub fn gone(&self, stmt: Span) -> Option<Span> {
        let apart = self.at(stmt.start).filter(|apart| apart.stmt == stmt)?;
        Some(Span::new(apart.before.start, stmt.end))
    }

    /// The ends of lines, where nothing else is written in their place.
    pub fn edits(&self, others: &[Edit]) -> Vec<Edit> {
        let is_free = |apart: &&Apart| {
            others.iter().all(|edit| edit.span.start >= apart.before.end || edit.span.end <= apart.before.start)
        };
        let ends = self.0.iter().filter(is_free);
        ends.map(|apart| Edit { span: apart.before, text: format!("\n{}", apart.margin) }).collect()
    }
}

/// The statements that become more than one line, or may.
fn growing(program: &Program, mapping: &dyn Fn(&str) -> Option<&'static Mapping>) -> HashSet<StmtId> {
    let grows = program.sites.iter().filter(|(_, site)| match site.kind {
        SiteKind::Call => mapping(&site.symbol)
            .is_some_and(|mapping| mapping.code.contains('\n') || matches!(mapping.shape, Shape::Job | Shape::Volumes)),
        // It goes, and others come elsewhere.
        SiteKind::Import => true,
        _ => false,
    });
    grows.map(|(_, site)| site.stmt).chain(program.refused.keys().copied()).collect()
}

impl Translator<'_> {
    /// Ends the lines of statements that get one of their own.
    pub(super) fn lines_apart(&mut self) {
        let ends = self.lines.edits(&self.out.edits);
        self.out.edits.extend(ends);
    }
}
