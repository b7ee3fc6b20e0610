//! Ids of findings: by code, enclosing symbol and text, so that they survive what moves, reformats or surrounds a use.

use std::collections::HashMap;

use super::secret::hidden;
use crate::source::Source;
use crate::syntax::{Ast, StmtKind};
use crate::text::Span;

/// Gives ids to the findings of one file, in their order.
pub(super) struct Ids<'a> {
    source: &'a Source,
    ast: &'a Ast,
    secrets: &'a [Span],
    /// Functions and classes, outer ones first.
    scopes: Vec<(Span, &'a str)>,
    seen: HashMap<String, usize>,
}

impl<'a> Ids<'a> {
    pub fn new(source: &'a Source, ast: &'a Ast, secrets: &'a [Span]) -> Self {
        let scope = |stmt| match &ast.stmt(stmt).kind {
            StmtKind::Function(function) => Some((ast.stmt(stmt).span, function.name.as_str())),
            StmtKind::Class { name, .. } => Some((ast.stmt(stmt).span, name.as_str())),
            _ => None,
        };
        let mut scopes: Vec<_> = ast.stmt_ids().filter_map(scope).collect();
        scopes.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        Ids { source, ast, secrets, scopes, seen: HashMap::new() }
    }

    /// The id of the next finding, and what it stands within.
    pub fn next(&mut self, code: &str, span: Span) -> (String, String) {
        let around = self.scopes.iter().take_while(|(scope, _)| scope.start <= span.start);
        let around = around.filter(|(scope, _)| scope.contains(span));
        let within = around.map(|(_, name)| *name).collect::<Vec<_>>().join(".");
        let stem = format!("{code}-{}", fingerprint(&[code, &within, &self.normal(span)]));
        let number = self.seen.entry(stem.clone()).or_default();
        *number += 1;
        let id = if *number == 1 { stem } else { format!("{stem}-{number}") };
        (id, within)
    }

    /// A text as formatters leave it alone: without white space, comments and the last comma of a list, in one kind of
    /// quotes, with secrets hidden, so that a new key is no new finding.
    fn normal(&self, span: Span) -> String {
        let text = self.source.text();
        let first = self.ast.comments.partition_point(|comment| comment.end <= span.start);
        let comments = self.ast.comments[first..].iter().take_while(|comment| comment.start < span.end);
        let (mut out, mut at) = (String::new(), span.start);
        for comment in comments.filter(|comment| span.contains(**comment)) {
            push(&mut out, &hidden(text, self.secrets, Span::new(at, comment.start)));
            at = comment.end;
        }
        push(&mut out, &hidden(text, self.secrets, Span::new(at, span.end)));
        out
    }
}

fn push(out: &mut String, text: &str) {
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '\\') {
        if matches!(c, ')' | ']' | '}') && out.ends_with(',') {
            out.pop();
        }
        out.push(if c == '\'' { '"' } else { c });
    }
}

/// FNV-1a, folded to 48 bits: short, and the same on every machine and in every version.
pub fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{:012x}", (hash >> 48) ^ (hash & 0xffff_ffff_ffff))
}

/// An id without the number that tells equal ones of a file apart.
pub(super) fn stem(id: &str) -> &str {
    match id.match_indices('-').nth(1) {
        Some((at, _)) => &id[..at],
        None => id,
    }
}
