//! Elements of a list or arguments of a call that go, and what stands between them.

use crate::syntax::Ast;
use crate::text::{Edit, Span};
use crate::translate::Stuck;

/// Takes elements out, with the commas and line ends that went with them; comments stay.
pub(super) fn without(ast: &Ast, elements: &[Span], first: usize, last: usize) -> Result<Edit, Stuck> {
    let has_comment = |span: Span| ast.comments.iter().any(|comment| span.contains(*comment));
    let behind = elements.get(last + 1).map(|next| Span::new(elements[first].start, next.start));
    let before = first.checked_sub(1).map(|before| Span::new(elements[before].end, elements[last].end));
    let free = [before, behind].into_iter().flatten().find(|span| !has_comment(*span));
    let span =
        free.ok_or_else(|| Stuck::new("a comment stands between its words", "move the comment, and convert again"))?;
    Ok(Edit { span, text: String::new() })
}
