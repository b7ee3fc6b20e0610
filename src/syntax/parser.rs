//! The only file that names the parser crate's entry points; `lower.rs` and `annotation.rs` beside it read the parser's tree.
//!
//! `ruff_python_parser` is pinned because its API is not stable. It recovers from errors, so a tree always comes
//! back, with the errors beside it. It panics on a few inputs in notebook mode (ruff#21705): that is caught here, per
//! unit, and becomes a syntax error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ModExpression, PythonVersion, StringLiteral};
use ruff_python_parser::{Mode, ParseOptions, parse_expression_range, parse_string_annotation, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::lower::Lowering;
use super::{Ast, SyntaxError};
use crate::source::{Kind, Source};
use crate::text::Span;

/// Parses every unit of a source into one program.
pub fn parse(source: &Source) -> Ast {
    let mut ast = Ast::default();
    for unit in source.units() {
        let text = unit.span.of(source.text());
        let dedent = Dedent::new(text, unit.indent, unit.span.start);
        let mode = match source.kind() {
            Kind::Script => Mode::Module,
            Kind::Notebook => Mode::Ipython,
        };
        parse_unit(&mut ast, &dedent, mode, unit.span);
    }
    ast
}

fn parse_unit(ast: &mut Ast, dedent: &Dedent, mode: Mode, unit: Span) {
    let options = ParseOptions::from(mode).with_target_version(PythonVersion::PY313);
    let Ok(parsed) = catch_unwind(AssertUnwindSafe(|| parse_unchecked(&dedent.text, options))) else {
        ast.errors.push(SyntaxError { span: unit, message: "the parser gave up here".into() });
        return;
    };
    for error in parsed.errors() {
        let range = error.location;
        ast.errors.push(SyntaxError { span: dedent.map(range), message: error.error.to_string() });
    }
    for error in parsed.unsupported_syntax_errors() {
        ast.errors.push(SyntaxError { span: dedent.map(error.range), message: error.to_string() });
    }
    for token in parsed.tokens() {
        let span = dedent.map(token.range());
        match token.kind() {
            TokenKind::Comment => ast.comments.push(span),
            TokenKind::String | TokenKind::FStringMiddle => ast.strings.push(span),
            _ => {}
        }
    }
    if let Some(module) = parsed.try_into_module() {
        let body = Lowering { ast, dedent }.body(module.suite());
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

/// A unit's text without the indentation that IPython strips from a cell, and the way back to the program text.
pub(super) struct Dedent {
    text: String,
    /// Start of each line in `text`.
    lines: Vec<usize>,
    /// How many bytes were cut up to and with each line.
    cuts: Vec<usize>,
    base: usize,
}

impl Dedent {
    fn new(text: &str, indent: usize, base: usize) -> Self {
        if indent == 0 {
            return Dedent { text: text.into(), lines: Vec::new(), cuts: Vec::new(), base };
        }
        let mut out = String::with_capacity(text.len());
        let (mut lines, mut cuts, mut cut) = (Vec::new(), Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            lines.push(out.len());
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            cut += indent.min(blank);
            cuts.push(cut);
            out.push_str(&line[indent.min(blank)..]);
        }
        Dedent { text: out, lines, cuts, base }
    }

    /// The text that is parsed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the program text of a range of the parsed text.
    pub(super) fn map(&self, range: TextRange) -> Span {
        Span::new(self.offset(range.start().to_usize(), true), self.offset(range.end().to_usize(), false))
    }

    fn offset(&self, offset: usize, start: bool) -> usize {
        if self.lines.is_empty() {
            return self.base + offset;
        }
        // The end of a range that closes a line belongs to that line, not to the next.
        let line = self.lines.partition_point(|&l| if start { l <= offset } else { l < offset }).max(1);
        self.base + offset + self.cuts[line - 1]
    }
}
