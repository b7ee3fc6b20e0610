//! That no comment is lost.
//!
//! A comment may move, and it may stand as part of the original code in a comment of ours. One kind goes on purpose:
//! what speaks of `utilities`, the recipes' package, goes with the `sys.path.append` that made it importable.

use super::{Fault, Program};
use crate::text::Span;

/// The comments of the original that the new program does not have.
pub(super) fn faults(old: &Program, new: &Program) -> Vec<Fault> {
    let mut there: Vec<&str> = texts(new).collect();
    let mut faults = Vec::new();
    for comment in texts(old) {
        let same = there.iter().position(|text| *text == comment);
        match same.or_else(|| there.iter().position(|text| quotes(text, comment))) {
            Some(index) => drop(there.swap_remove(index)),
            None if comment.to_lowercase().contains("utilities") => {}
            None => faults.push(Fault::new(Span::new(0, 0), format!("the comment `{comment}` is lost"))),
        }
    }
    faults
}

fn texts<'a>(program: &'a Program) -> impl Iterator<Item = &'a str> {
    program.ast.comments.iter().map(|span| span.of(program.text).trim_end())
}

/// Whether a comment line shows a line of the original that ended in this comment.
fn quotes(line: &str, comment: &str) -> bool {
    line.len() > comment.len() && line.starts_with("#     ") && line.ends_with(comment)
}
