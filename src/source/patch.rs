//! Edits of a notebook's program text, written as new JSON for the sources of the cells that change.
//!
//! An item (a JSON string) that no edit touches keeps its spelling, and so does the rest of one that an edit touches.
//! In list form new text ends an item after each `\n`, as Jupyter does, and an item's own end goes with the last
//! character of it.

use super::edits::place;
use super::fault::Fault;
use super::json;
use super::newline::Newline;
use super::notebook::{CodeCell, Item, Notebook, cell_at};
use crate::text::Edit;

/// The bytes of the notebook after edits, which come in order.
pub(super) fn apply(notebook: &Notebook, bytes: &[u8], text: &str, edits: &[Edit]) -> Result<Vec<u8>, Fault> {
    let layout = Layout::of_notebook(notebook);
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut rest) = (0, edits);
    while let Some((first, _)) = rest.split_first() {
        let cell =
            cell_at(&notebook.cells, first.span.start).ok_or_else(|| Fault::internal("an edit outside all cells"))?;
        let is_here = |edit: &Edit| cell_at(&notebook.cells, edit.span.start).is_some_and(|c| c.index == cell.index);
        let (here, later) = rest.split_at(rest.iter().take_while(|edit| is_here(edit)).count());
        if let Some(edit) = here.iter().find(|edit| edit.span.end > cell.span.end) {
            return Err(Fault::internal(format!("the edit at {} crosses two cells", place(edit))).in_cell(cell.index));
        }
        out.extend_from_slice(&bytes[at..cell.place.start]);
        out.extend_from_slice(cell_json(notebook, &layout, cell, text, here).as_bytes());
        (at, rest) = (cell.place.end, later);
    }
    out.extend_from_slice(&bytes[at..]);
    Ok(out)
}

fn cell_json(notebook: &Notebook, layout: &Layout, cell: &CodeCell, text: &str, edits: &[Edit]) -> String {
    let newline = Newline::dominant(cell.content.of(text)).unwrap_or(notebook.newline);
    // Python reads a lone `\r` in a cell, but nothing writes one.
    let newline = if newline == Newline::Cr { Newline::Lf } else { newline };
    let mut draft = Draft { cell, text, ascii: notebook.ascii, lines: Vec::new(), open: Line::default() };
    draft.fill(&inner_edits(cell, edits, newline));
    if edits.iter().any(|edit| edit.span.end > cell.content.end) {
        draft.drop_newline();
    }
    if cell.is_list { layout.list(cell, &draft.lines) } else { string(&draft.lines) }
}

/// An edit within a cell's content, its text as it will be read back.
struct Inner {
    start: usize,
    end: usize,
    text: String,
}

/// The edits without the line ending that was added to the cell: they stop before it, and one that comes after it
/// brings it along.
fn inner_edits(cell: &CodeCell, edits: &[Edit], newline: Newline) -> Vec<Inner> {
    let end = cell.content.end;
    let mut added_is_left = !edits.iter().any(|edit| edit.span.start <= end && edit.span.end > end);
    let inner = edits.iter().map(|edit| {
        let mut text = newline.spell(&edit.text).into_owned();
        if edit.span.start > end && std::mem::take(&mut added_is_left) {
            text.insert_str(0, newline.as_str());
        }
        Inner { start: edit.span.start.min(end), end: edit.span.end.min(end), text }
    });
    inner.collect()
}

/// One string of the new source.
#[derive(Default)]
struct Line {
    raw: String,
    /// The first and the last item of the old source that it has text of.
    from: Option<(usize, usize)>,
}

/// The new source of a cell while it is put together.
struct Draft<'a> {
    cell: &'a CodeCell,
    /// The program text.
    text: &'a str,
    ascii: bool,
    lines: Vec<Line>,
    open: Line,
}

impl Draft<'_> {
    fn fill(&mut self, edits: &[Inner]) {
        let mut rest = edits.iter().peekable();
        let mut gap = self.cell.content.start..self.cell.content.start;
        for (index, item) in self.cell.items.iter().enumerate() {
            let mut at = gap.end.max(item.text.start);
            while let Some(edit) = rest.next_if(|edit| edit.start < item.text.end) {
                self.copy(index, item, at, edit.start);
                self.insert(&edit.text);
                gap = edit.start..edit.end;
                at = edit.end;
            }
            self.copy(index, item, at, item.text.end);
            let is_cut = gap.start < item.text.end && item.text.end <= gap.end;
            let is_last = index + 1 == self.cell.items.len();
            let is_kept_empty = item.text.start == item.text.end && rest.peek().is_none();
            let is_line = item.text.of(self.text).ends_with('\n');
            if !is_cut && (!is_last || is_line || is_kept_empty) {
                self.close();
            }
        }
        rest.for_each(|edit| self.insert(&edit.text));
        if !self.open.raw.is_empty() {
            self.close();
        }
    }

    /// Takes over the part of an item between two places of the program text.
    fn copy(&mut self, index: usize, item: &Item, start: usize, end: usize) {
        if start < end {
            let raw = item.raw.of(&self.cell.json);
            let position = |at| json::position(raw, at - item.text.start);
            self.open.raw.push_str(&raw[position(start)..position(end)]);
            let first = self.open.from.map_or(index, |(first, _)| first);
            self.open.from = Some((first, index));
        }
    }

    fn insert(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            self.open.raw.push_str(&json::encode(line, self.ascii));
            if line.ends_with('\n') {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.lines.push(std::mem::take(&mut self.open));
    }

    /// Takes the line ending off the last line: the file does not have the one that was added to the cell.
    fn drop_newline(&mut self) {
        if let Some(mut last) = self.lines.pop() {
            last.raw.truncate(json::without_newline(&last.raw).len());
            if !last.raw.is_empty() {
                self.lines.push(last);
            }
        }
    }
}

fn string(lines: &[Line]) -> String {
    let inside: String = lines.iter().map(|line| line.raw.as_str()).collect();
    format!("\"{inside}\"")
}

/// What stands around and between the strings of a list.
struct Layout {
    head: String,
    between: String,
    tail: String,
}

impl Layout {
    /// The layout of a notebook's lists, for a list that has none of its own: that of the first one with two strings.
    fn of_notebook(notebook: &Notebook) -> Layout {
        let lists = || notebook.cells.iter().filter(|cell| cell.is_list);
        let default = Layout { head: "[".into(), between: ", ".into(), tail: "]".into() };
        let like = lists().find(|cell| cell.items.len() > 1).or_else(|| lists().find(|cell| !cell.items.is_empty()));
        like.map_or(default, |cell| Layout::of_cell(cell, ", "))
    }

    /// The layout of a list with at least one string; `between` is for one that does not show its own.
    fn of_cell(cell: &CodeCell, between: &str) -> Layout {
        let head = gap(cell, 0);
        let between = match cell.items.len() {
            2.. => gap(cell, 1).into(),
            _ if head.len() > 1 => format!(",{}", &head[1..]),
            _ => between.into(),
        };
        Layout { head: head.into(), between, tail: gap(cell, cell.items.len()).into() }
    }

    /// The JSON list of new lines in a cell.
    fn list(&self, cell: &CodeCell, lines: &[Line]) -> String {
        if lines.is_empty() {
            return "[]".into();
        }
        let own = (!cell.items.is_empty()).then(|| Layout::of_cell(cell, &self.between));
        let layout = own.as_ref().unwrap_or(self);
        let mut out = layout.head.clone();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.push_str(kept_gap(cell, &lines[index - 1], line).unwrap_or(&layout.between));
            }
            out.push('"');
            out.push_str(&line.raw);
            out.push('"');
        }
        out + &layout.tail
    }
}

/// The text of a list before its item `index`, or after the last one.
fn gap(cell: &CodeCell, index: usize) -> &str {
    let start = if index == 0 { 0 } else { cell.items[index - 1].raw.end + 1 };
    let end = cell.items.get(index).map_or(cell.json.len(), |item| item.raw.start - 1);
    &cell.json[start..end]
}

/// What stood between two lines, if they were neighbours before.
fn kept_gap<'a>(cell: &'a CodeCell, before: &Line, after: &Line) -> Option<&'a str> {
    let ((_, before), (after, _)) = (before.from?, after.from?);
    (before + 1 == after).then(|| gap(cell, after))
}
