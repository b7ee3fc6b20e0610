//! Places: which statements an edit is about, and where its text stands in the new program.

use crate::source::Source;
use crate::syntax::{Ast, StmtId, StmtKind};
use crate::text::{Edit, Span};

/// What an edit has to do with statements.
pub(super) enum Touch {
    /// It changes their own code.
    Within(Vec<StmtId>),
    /// It stands beside one and belongs to it: a comment, or a statement that runs before or after it.
    Beside(StmtId),
    /// Nothing.
    No,
}

impl Touch {
    pub fn statements(&self) -> impl Iterator<Item = StmtId> + '_ {
        let (many, one) = match self {
            Touch::Within(stmts) => (stmts.as_slice(), None),
            Touch::Beside(stmt) => (&[][..], Some(*stmt)),
            Touch::No => (&[][..], None),
        };
        many.iter().copied().chain(one)
    }
}

/// The statements of a program by the places of their own code: that of a block without the statements in it.
pub(super) struct Ground<'a> {
    ast: &'a Ast,
    /// Disjoint, in order.
    own: Vec<(Span, StmtId)>,
    /// Cells of notebooks; a script has none.
    cells: Vec<Span>,
    /// By statement: the one of the outermost level around it.
    top: Vec<Option<StmtId>>,
}

impl<'a> Ground<'a> {
    pub fn new(ast: &'a Ast, source: &Source) -> Self {
        let mut own = Vec::new();
        for stmt in ast.stmt_ids() {
            let whole = ast.stmt(stmt).span;
            let first = ast.blocks(stmt).into_iter().flatten().map(|inner| ast.stmt(*inner).span.start).min();
            let head = first.map_or(whole, |first| head(source.text(), Span::new(whole.start, first.max(whole.start))));
            let exprs = ast.stmt_exprs(stmt).into_iter().map(|expr| ast.span(expr));
            own.extend(exprs.filter(|span| !head.contains(*span)).map(|span| (span, stmt)));
            own.push((head, stmt));
        }
        own.sort();
        let mut top = vec![None; ast.stmt_count()];
        for outer in &ast.body {
            let mut open = vec![*outer];
            while let Some(stmt) = open.pop() {
                top[stmt.0 as usize] = Some(*outer);
                open.extend(ast.blocks(stmt).into_iter().flatten());
            }
        }
        let cells = source.cells().into_iter().map(|cell| cell.span).collect();
        Ground { ast, own, cells, top }
    }

    /// The statements whose own code a span has a part of.
    pub fn within(&self, span: Span) -> Vec<StmtId> {
        let first = self.own.partition_point(|(own, _)| own.end <= span.start);
        let here = self.own[first..].iter().take_while(|(own, _)| own.start < span.end);
        let mut found: Vec<StmtId> = here.filter(|(own, _)| own.overlaps(span)).map(|(_, stmt)| *stmt).collect();
        found.dedup();
        found
    }

    /// The statement that a byte belongs to: of compound ones the innermost.
    pub fn at(&self, place: usize) -> Option<StmtId> {
        let own = self.within(Span::new(place, place + 1)).first().copied();
        own.or_else(|| self.ast.statement_around(Span::new(place, place + 1)).map(|(stmt, _)| stmt))
    }

    pub fn touch(&self, edit: &Edit) -> Touch {
        let Span { start, end } = edit.span;
        if start < end {
            let within = self.within(edit.span);
            return if within.is_empty() { Touch::No } else { Touch::Within(within) };
        }
        let before = self.own.partition_point(|(own, _)| own.start < start);
        if let Some((_, stmt)) = self.own[..before].last().filter(|(own, _)| start < own.end) {
            return Touch::Within(vec![*stmt]);
        }
        let is_joined = |own: &&(Span, StmtId)| self.is_in_cell_of(start, own.0);
        let above = self.own[..before].last().filter(|(own, _)| own.end == start).filter(is_joined);
        let below = self.own.get(before).filter(is_joined);
        match (above, below) {
            // A name more in an import, an argument more: they go on with what stands there.
            (Some((_, stmt)), _) if !edit.text.starts_with(['\n', '\r']) => Touch::Within(vec![*stmt]),
            _ if is_definition(&edit.text) => Touch::No,
            (Some((_, stmt)), _) => Touch::Beside(*stmt),
            (None, Some((_, stmt))) => Touch::Beside(*stmt),
            (None, None) => Touch::No,
        }
    }

    /// Each such statement with the nearest one around it, through blocks but not through functions and classes.
    pub fn nested(&self, is_meant: impl Fn(StmtId) -> bool) -> Vec<(StmtId, StmtId)> {
        let mut open: Vec<(StmtId, Option<StmtId>)> = self.ast.body.iter().map(|stmt| (*stmt, None)).collect();
        let mut found = Vec::new();
        while let Some((stmt, around)) = open.pop() {
            let nearest = if is_meant(stmt) { Some(stmt) } else { around };
            found.extend(around.filter(|_| nearest == Some(stmt)).map(|outer| (outer, stmt)));
            let is_scope = matches!(self.ast.stmt(stmt).kind, StmtKind::Function(_) | StmtKind::Class { .. });
            let within = nearest.filter(|_| !is_scope);
            open.extend(self.ast.blocks(stmt).into_iter().flatten().map(|inner| (*inner, within)));
        }
        found
    }

    /// The statement of the outermost level around a statement.
    pub fn top(&self, stmt: StmtId) -> StmtId {
        self.top[stmt.0 as usize].unwrap_or(stmt)
    }

    fn is_in_cell_of(&self, at: usize, own: Span) -> bool {
        let cell = self.cells.iter().find(|cell| cell.start <= at && at < cell.end.max(cell.start + 1));
        cell.is_none_or(|cell| cell.contains(own))
    }
}

/// What stands before a block, without the white space and the comments that are about the block.
fn head(text: &str, span: Span) -> Span {
    let mut head = span.of(text).trim_end();
    while let Some((above, last)) = head.rsplit_once('\n').filter(|(_, last)| last.trim_start().starts_with('#')) {
        debug_assert!(!last.is_empty(), "a comment");
        head = above.trim_end();
    }
    Span::new(span.start, span.start + head.len())
}

/// Whether an edit only puts comments in.
pub(super) fn is_comment(edit: &Edit) -> bool {
    is_addition(edit) && edit.text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// Whether an edit takes nothing away.
pub(super) fn is_addition(edit: &Edit) -> bool {
    edit.span.start == edit.span.end
}

/// Whether new text only defines something, wherever it stands.
fn is_definition(text: &str) -> bool {
    let text = text.trim_start();
    ["import ", "from ", "def ", "class "].iter().any(|word| text.starts_with(word))
}

/// Where the text of each edit stands in the new text; nothing if the new text is not what the edits make of the old one.
pub(super) fn after(before: &Source, edits: &[Edit], after: &str) -> Option<Vec<Span>> {
    let text = before.text();
    let clamp = |at: usize| if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at };
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|index| (clamp(edits[*index].span.start), clamp(edits[*index].span.end)));
    let mut places = vec![Span::new(0, 0); edits.len()];
    let (mut old, mut new) = (0, 0);
    for index in order {
        let Edit { span, text: put } = &edits[index];
        let (start, end) = (clamp(span.start), clamp(span.end));
        let kept = text.get(old..start)?;
        after.get(new..)?.strip_prefix(kept)?;
        new += kept.len();
        let spelled = ["\n", "\r\n", "\r"].map(|end| put.replace('\n', end));
        let spelled = spelled.iter().find(|spelled| after[new..].starts_with(spelled.as_str()))?;
        places[index] = Span::new(new, new + spelled.len());
        new += spelled.len();
        old = end;
    }
    (after.get(new..)? == text.get(old..)?).then_some(places)
}
