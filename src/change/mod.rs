//! Changes: which edits of a conversion only make sense together, what is the least certain fate among them, and what
//! else each of them needs.
//!
//! Edits belong together where a value that one of them changes reaches another: through names, attributes, keys,
//! functions and modules. What flows is read from the old program and from the new one, for each shows half of it: an
//! import that goes and its uses stand in the old program, one that comes and its uses in the new one. What cannot be
//! told is taken to reach. Whether edits stand on neighbouring lines is another matter: see [`Sorted`].

mod flow;
mod groups;
mod hunk;
mod piece;
mod place;
mod sort;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

pub use hunk::{Hunk, Replaced, split};
pub use piece::{Piece, Web, compose, pieces};
pub use sort::{Draft, Half, Patch, Sorted};

use crate::manifest;
use crate::report::{Entry, Fate};
use crate::resolve::Module;
use crate::source::{Kind, Source};
use crate::syntax::{Ast, StmtId, StmtKind};
use crate::text::{Edit, Span};
use flow::{Addition, Side};
use groups::Groups;
use place::{Ground, Touch};

/// A file of a program, before and after its conversion.
pub struct Part<'a> {
    pub before: &'a Module<'a>,
    pub after: &'a Module<'a>,
    pub edits: &'a [Edit],
    pub entries: &'a [Entry],
}

/// An edit, or an entry of the ledger: the file, and which one of that file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    pub file: usize,
    pub index: usize,
}

/// Edits that go together, and the entries of the ledger that they answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The least certain fate among its entries.
    pub fate: Fate,
    /// By file and place. None, where the code stays as it is and only its meaning is told.
    pub edits: Vec<Item>,
    /// By file and place.
    pub entries: Vec<Item>,
    /// The changes that it does not work without; each of those does no harm alone.
    pub needs: Vec<usize>,
}

impl Change {
    /// The same change with the numbers that its files and the changes that it needs have in a run.
    pub fn renumbered(mut self, files: &[usize], first: usize) -> Change {
        self.edits.iter_mut().chain(&mut self.entries).for_each(|item| item.file = files[item.file]);
        self.needs.iter_mut().for_each(|change| *change += first);
        self
    }
}

/// The changes of a program, in the order of their places.
pub fn changes(parts: &[Part]) -> Vec<Change> {
    let mut related = Related::new(parts);
    if !related.by_flow() {
        // A new text that cannot be followed from the old one: then nothing can be told apart.
        (1..related.elements).for_each(|element| related.groups.join(0, element));
    }
    related.changes()
}

/// What is known of a program so far. The elements that are grouped are its edits, its entries, and later statements.
struct Related<'a> {
    parts: &'a [Part<'a>],
    groups: Groups,
    /// Where the edits, and the entries, of each file begin among the elements.
    first_edit: Vec<usize>,
    first_entry: Vec<usize>,
    /// How many edits and entries there are.
    elements: usize,
    /// An element that needs an edit.
    needs: Vec<(usize, usize)>,
}

impl<'a> Related<'a> {
    fn new(parts: &'a [Part<'a>]) -> Self {
        let mut count = 0;
        let mut next = |more: usize| {
            count += more;
            count - more
        };
        let first_edit = parts.iter().map(|part| next(part.edits.len())).collect();
        let first_entry = parts.iter().map(|part| next(part.entries.len())).collect();
        let elements = next(0);
        let groups = Groups::of(elements);
        Related { parts, groups, first_edit, first_entry, elements, needs: Vec::new() }
    }

    /// Groups what goes together; false if the places of the edits in the new texts are not known.
    fn by_flow(&mut self) -> bool {
        let places: Vec<Option<Vec<Span>>> =
            self.parts.iter().map(|part| place::after(part.before.source, part.edits, part.after.text())).collect();
        let before: Vec<&Module> = self.parts.iter().map(|part| part.before).collect();
        let mut old = Side::new(before, &mut self.groups);
        for file in 0..self.parts.len() {
            self.read_before(file, &mut old);
        }
        old.flow(&mut self.groups);
        let Some(places) = places.into_iter().collect::<Option<Vec<_>>>() else { return false };
        let after: Vec<&Module> = self.parts.iter().map(|part| part.after).collect();
        let mut new = Side::new(after, &mut self.groups);
        for (file, places) in places.iter().enumerate() {
            self.read_after(file, places, &mut new);
        }
        let needs = new.flow(&mut self.groups);
        self.needs.extend(needs);
        true
    }

    /// Which statements of the old program the edits and entries of a file are about.
    fn read_before(&mut self, file: usize, side: &mut Side) {
        let part = &self.parts[file];
        let Part { before: Module { source, ast, .. }, edits, entries, .. } = part;
        let ground = Ground::new(ast, source);
        let written: Vec<Span> = manifest::written(source).into_iter().map(|written| written.span).collect();
        let mut beside: BTreeMap<Beside, usize> = BTreeMap::new();
        let is_program = matches!(source.kind(), Kind::Script | Kind::Notebook);
        let place_of = |span: Span| match written.iter().position(|written| written.contains(span)) {
            _ if !is_program => Some(Beside::File),
            Some(index) => Some(Beside::Written(index)),
            None => None,
        };
        let mut imports = Vec::new();
        let mut commands = Vec::new();
        for (index, edit) in edits.iter().enumerate() {
            let element = self.first_edit[file] + index;
            if let Some(place) = place_of(edit.span) {
                self.groups.join(*beside.entry(place).or_insert(element), element);
                continue;
            }
            let touch = ground.touch(edit);
            for stmt in touch.statements() {
                self.groups.join(side.element(file, stmt), element);
                if let Touch::Within(_) = touch {
                    side.touch(file, stmt);
                    if is_import(ast, stmt) {
                        imports.push(element);
                    }
                }
            }
            let is_magic = |stmt: StmtId| matches!(ast.stmt(stmt).kind, StmtKind::Magic);
            if !place::is_comment(edit) && touch.statements().all(is_magic) && !place::is_addition(edit) {
                commands.push(element);
            }
        }
        // A line that installs what the program imports.
        for command in commands {
            imports.iter().for_each(|import| self.groups.join(*import, command));
        }
        for (index, entry) in entries.iter().enumerate() {
            let element = self.first_entry[file] + index;
            if let Some(place) = place_of(entry.span) {
                self.groups.join(*beside.entry(place).or_insert(element), element);
            } else if let Some(stmt) = ground.at(entry.span.start) {
                self.groups.join(side.element(file, stmt), element);
                if !is_import(ast, stmt) {
                    side.touch(file, stmt);
                }
            } else if let Some(edit) = edits.iter().position(|edit| meets(source, edit.span, entry.span)) {
                self.groups.join(self.first_edit[file] + edit, element);
            }
        }
        for (outer, inner) in ground.nested(|stmt| side.is_touched(file, stmt)) {
            self.groups.join(side.element(file, outer), side.element(file, inner));
        }
    }

    /// Which statements of the new program the edits of a file have written.
    fn read_after(&mut self, file: usize, places: &[Span], side: &mut Side) {
        let Part { before, after: Module { source, ast, .. }, edits, .. } = &self.parts[file];
        let ground = Ground::new(ast, source);
        for (index, (edit, place)) in edits.iter().zip(places).enumerate() {
            let element = self.first_edit[file] + index;
            if place::is_comment(edit) {
                continue;
            }
            for stmt in ground.within(*place) {
                self.groups.join(side.element(file, stmt), element);
                let is_new = place::is_addition(edit) && binds_new_names(before, ast, ground.top(stmt));
                match is_new {
                    true => side.add(Addition { file, stmt, edit: element }),
                    false => side.touch(file, stmt),
                }
            }
        }
    }

    fn changes(mut self) -> Vec<Change> {
        let mut found: BTreeMap<usize, Change> = BTreeMap::new();
        let empty = || Change { fate: Fate::Exact, edits: Vec::new(), entries: Vec::new(), needs: Vec::new() };
        for (file, part) in self.parts.iter().enumerate() {
            for index in 0..part.edits.len() {
                let group = self.groups.find(self.first_edit[file] + index);
                found.entry(group).or_insert_with(empty).edits.push(Item { file, index });
            }
            for (index, entry) in part.entries.iter().enumerate() {
                let group = self.groups.find(self.first_entry[file] + index);
                let change = found.entry(group).or_insert_with(empty);
                change.fate = change.fate.max(entry.fate);
                change.entries.push(Item { file, index });
            }
        }
        let start = |item: &Item| self.parts[item.file].edits[item.index].span;
        let place = |item: &Item| self.parts[item.file].entries[item.index].span;
        for change in found.values_mut() {
            change.edits.sort_by_key(|item| (item.file, start(item), item.index));
            change.entries.sort_by_key(|item| (item.file, place(item), item.index));
        }
        let first = |change: &Change| {
            let edit = change.edits.first().map(|item| (item.file, start(item).start));
            let entry = change.entries.first().map(|item| (item.file, place(item).start));
            edit.into_iter().chain(entry).min()
        };
        let mut ordered: Vec<(usize, Change)> = found.into_iter().collect();
        ordered.sort_by_key(|(group, change)| (first(change), *group));
        let number: BTreeMap<usize, usize> = ordered.iter().enumerate().map(|(at, (group, _))| (*group, at)).collect();
        let mut needs: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (one, other) in std::mem::take(&mut self.needs) {
            let pair = (self.groups.find(one), self.groups.find(other));
            if let (Some(one), Some(other)) = (number.get(&pair.0), number.get(&pair.1)) {
                needs.insert((*one, *other));
            }
        }
        let mut changes: Vec<Change> = ordered.into_iter().map(|(_, change)| change).collect();
        needs.into_iter().filter(|(one, other)| one != other).for_each(|(one, other)| changes[one].needs.push(other));
        changes
    }
}

/// What is not of a program but beside it, and goes together as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    /// A dependency file, or one of another language.
    File,
    /// A file that a notebook writes.
    Written(usize),
}

fn is_import(ast: &Ast, stmt: StmtId) -> bool {
    matches!(ast.stmt(stmt).kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
}

/// Whether an edit stands on the line of an entry that is in no statement.
fn meets(source: &Source, edit: Span, entry: Span) -> bool {
    let line = |at: usize| source.file_line(at);
    edit.overlaps(entry) || (line(edit.start)..=line(edit.end)).contains(&line(entry.start))
}

/// Whether a new statement of the outermost level is an import, function or class of a name that the old program does not
/// have: it does no harm alone.
fn binds_new_names(before: &Module, new: &Ast, top: StmtId) -> bool {
    let is_known = |name: &str| before.resolved.binds(name);
    match &new.stmt(top).kind {
        StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
            names.iter().all(|name| !is_known(name.bound()))
        }
        StmtKind::Function(function) => !is_known(&function.name),
        StmtKind::Class { name, .. } => !is_known(name),
        _ => false,
    }
}
