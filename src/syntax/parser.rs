//! The only file that names the parser crate's entry points; `lower.rs` and `annotation.rs` beside it read the parser's tree.
//!
//! `ruff_python_parser` is pinned because its API is not stable. It recovers from errors, so a tree always comes
//! back, with the errors beside it. It panics on a few inputs in notebook mode (ruff#21705): that is caught here, per
//! unit, and becomes a syntax error.

use std::collections::HashSet;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ModExpression, PythonVersion, StringLiteral};
use ruff_python_parser::{Mode, ParseOptions, parse_expression_range, parse_string_annotation, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::lower::Lowering;
use super::{Ast, StmtId, SyntaxError};
use crate::source::{Kind, Source, python_after};
use crate::text::{Span, comments_above, is_mark, line_start};

/// Parses every unit of a source into one program.
pub fn parse(source: &Source) -> Ast {
    let mut ast = Ast::default();
    for unit in source.units() {
        let text = unit.span.of(source.text());
        let cuts = Cuts::indentation(text, unit.indent, unit.span.start);
        match source.kind() {
            Kind::Notebook => parse_cell(&mut ast, cuts, unit.span),
            Kind::Script | Kind::Manifest(_) | Kind::Other(_) => parse_unit(&mut ast, &cuts, Mode::Module, unit.span),
        }
    }
    ast.left = left(&ast, source.text());
    ast
}

/// The statements with a mark in the unbroken block of comment lines directly above them.
fn left(ast: &Ast, text: &str) -> HashSet<StmtId> {
    if !ast.comments.iter().any(|comment| is_mark(comment.of(text))) {
        return HashSet::new();
    }
    let is_left = |stmt: &StmtId| comments_above(text, line_start(text, ast.stmt(*stmt).span.start)).any(is_mark);
    ast.stmt_ids().filter(is_left).collect()
}

/// Parses a cell. Where the parser sees a line magic that runs Python, the magic is cut off and the cell parsed again.
fn parse_cell(ast: &mut Ast, cuts: Cuts, unit: Span) {
    let magics = magics(&cuts.text);
    let ends: Vec<usize> = magics.iter().map(|(_, line)| cuts.offset(*line, false)).collect();
    if magics.is_empty() {
        return parse_unit(ast, &cuts, Mode::Ipython, unit);
    }
    let begins_later = magics.iter().any(|(magic, _)| cuts.text[magic.end..].starts_with('\\'));
    let cuts = cuts.without(magics.into_iter().map(|(magic, _)| magic));
    let (first, errors) = (ast.line_ends.len(), ast.errors.len());
    parse_unit(ast, &cuts, Mode::Ipython, unit);
    let goes_on = |end: &usize| ast.line_ends[first..].binary_search(end).is_err();
    if ast.errors.len() == errors
        && let Some(end) = ends.iter().find(|end| begins_later || goes_on(end))
    {
        let message = "the code of a line magic begins and ends on its line".into();
        ast.errors.push(SyntaxError { span: Span::new(*end, *end), message });
    }
    ast.magic_ends.extend(ends);
}

/// Every line magic that runs Python: what is not Python of it, and where its line ends.
fn magics(text: &str) -> Vec<(Range<usize>, usize)> {
    if !text.contains('%') {
        return Vec::new();
    }
    let options = ParseOptions::from(Mode::Ipython);
    let Ok(parsed) = catch_unwind(AssertUnwindSafe(|| parse_unchecked(text, options))) else { return Vec::new() };
    let commands = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::IpyEscapeCommand);
    let magic = |range: TextRange| {
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        Some((start..start + python_after(&text[start..end])?, end))
    };
    commands.filter_map(|token| magic(token.range())).collect()
}

fn parse_unit(ast: &mut Ast, cuts: &Cuts, mode: Mode, unit: Span) {
    let options = ParseOptions::from(mode).with_target_version(PythonVersion::PY313);
    let Ok(parsed) = catch_unwind(AssertUnwindSafe(|| parse_unchecked(&cuts.text, options))) else {
        ast.errors.push(SyntaxError { span: unit, message: "the parser gave up here".into() });
        return;
    };
    for error in parsed.errors() {
        let range = error.location;
        ast.errors.push(SyntaxError { span: cuts.map(range), message: error.error.to_string() });
    }
    for error in parsed.unsupported_syntax_errors() {
        ast.errors.push(SyntaxError { span: cuts.map(error.range), message: error.to_string() });
    }
    let mut opens_block = false;
    for token in parsed.tokens() {
        let span = cuts.map(token.range());
        match token.kind() {
            TokenKind::Comment => ast.comments.push(span),
            TokenKind::String | TokenKind::FStringMiddle => ast.strings.push(span),
            TokenKind::IpyEscapeCommand => ast.commands.push(span),
            TokenKind::Newline if mode == Mode::Ipython && !opens_block => ast.line_ends.push(span.start),
            _ => {}
        }
        if token.kind() != TokenKind::Comment {
            opens_block = token.kind() == TokenKind::Colon;
        }
    }
    if let Some(module) = parsed.try_into_module() {
        let body = Lowering { ast, cuts }.body(module.suite());
        ast.body.extend(body);
    }
}

/// The expression in a quoted annotation, with its places in `source`.
pub(super) fn parse_quoted(source: &str, quoted: &StringLiteral) -> Option<ModExpression> {
    let parse = || parse_string_annotation(source, quoted).ok();
    Some(catch_unwind(AssertUnwindSafe(parse)).ok()??.into_syntax())
}

/// The expression in a part of `source`.
pub(super) fn parse_range(source: &str, range: TextRange) -> Option<ModExpression> {
    let parse = || parse_expression_range(source, range).ok();
    Some(catch_unwind(AssertUnwindSafe(parse)).ok()??.into_syntax())
}

/// A unit's text without what is not Python in it, and the way back to the program text: the indentation that IPython
/// strips from a cell, and magics in front of Python.
pub(super) struct Cuts {
    text: String,
    /// Where in `text` something was cut, and how many bytes were cut up to there.
    places: Vec<(usize, usize)>,
    base: usize,
}

impl Cuts {
    fn indentation(text: &str, indent: usize, base: usize) -> Self {
        let whole = Cuts { text: text.into(), places: Vec::new(), base };
        if indent == 0 {
            return whole;
        }
        let mut at = 0;
        let margins = text.split_inclusive('\n').map(|line| {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            let margin = at..at + indent.min(blank);
            at += line.len();
            margin
        });
        whole.without(margins)
    }

    /// The same without more ranges of the text, which come in order.
    fn without(self, ranges: impl Iterator<Item = Range<usize>>) -> Self {
        let (mut text, mut places, mut end) = (String::with_capacity(self.text.len()), Vec::new(), 0);
        let mut before = self.places.iter().peekable();
        let mut cut = 0;
        for range in ranges {
            text.push_str(&self.text[end..range.start]);
            while let Some((at, total)) = before.next_if(|(at, _)| *at <= range.start) {
                places.push((at - cut, total + cut));
            }
            let earlier = places.last().map_or(0, |(_, total)| *total);
            cut += range.len();
            places.push((text.len(), earlier + range.len()));
            end = range.end;
        }
        text.push_str(&self.text[end..]);
        places.extend(before.map(|(at, total)| (at - cut, total + cut)));
        Cuts { text, places, base: self.base }
    }

    /// The text that is parsed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the program text of a range of the parsed text.
    pub(super) fn map(&self, range: TextRange) -> Span {
        let (start, end) = (self.offset(range.start().to_usize(), true), self.offset(range.end().to_usize(), false));
        Span::new(start, end.max(start))
    }

    /// A range starts after what was cut before it, and ends before what was cut after it.
    fn offset(&self, offset: usize, start: bool) -> usize {
        let count = self.places.partition_point(|(at, _)| if start { *at <= offset } else { *at < offset });
        self.base + offset + count.checked_sub(1).map_or(0, |last| self.places[last].1)
    }
}
