//! How far what an edit changes reaches in one program, the old one or the new one.

use super::groups::Groups;
use super::uses::{Cell, Numbers, Reading};
use crate::resolve::Module;
use crate::syntax::StmtId;

/// A statement that an edit adds and that does no harm alone: an import, a function.
pub(super) struct Addition {
    pub file: usize,
    pub stmt: StmtId,
    /// The element of the edit.
    pub edit: usize,
}

/// One of the two programs, as elements of the groups.
pub(super) struct Side<'a> {
    modules: Vec<&'a Module<'a>>,
    /// By file: the element of its first statement.
    first: Vec<usize>,
    /// By file and statement: whether an edit or an entry is about it.
    touched: Vec<Vec<bool>>,
    additions: Vec<Addition>,
}

impl<'a> Side<'a> {
    pub fn new(modules: Vec<&'a Module<'a>>, groups: &mut Groups) -> Self {
        let first = modules.iter().map(|module| groups.add(module.ast.stmt_count())).collect();
        let touched = modules.iter().map(|module| vec![false; module.ast.stmt_count()]).collect();
        Side { modules, first, touched, additions: Vec::new() }
    }

    /// The element of a statement.
    pub fn element(&self, file: usize, stmt: StmtId) -> usize {
        self.first[file] + stmt.0 as usize
    }

    pub fn touch(&mut self, file: usize, stmt: StmtId) {
        self.touched[file][stmt.0 as usize] = true;
    }

    pub fn is_touched(&self, file: usize, stmt: StmtId) -> bool {
        self.touched[file][stmt.0 as usize]
    }

    pub fn add(&mut self, addition: Addition) {
        self.additions.push(addition);
    }

    /// Joins what a changed value connects, and gives what needs an addition: an element, and that of the edit.
    pub fn flow(&self, groups: &mut Groups) -> Vec<(usize, usize)> {
        let reading = Reading::of(&self.modules);
        let mut net = Net::new(self, &reading);
        let added = net.set_apart(&self.additions);
        let first_cell = groups.add(net.numbers.len());
        let touched = self.touched.iter().flatten().enumerate().filter(|(_, touched)| **touched).map(|(at, _)| at);
        let moving = reading.moving.iter().map(|cell| net.numbers.of(cell)).collect::<Vec<_>>();
        net.open = touched.map(Node::Stmt).chain(moving.into_iter().map(Node::Cell)).collect();
        while let Some(node) = net.open.pop() {
            net.reach(node, groups, (self.first.first().copied().unwrap_or(0), first_cell));
        }
        let mut needs = std::mem::take(&mut net.needs);
        for (cell, edit) in added {
            needs.extend(net.cells[cell].stmts.iter().map(|at| (self.first[0] + at, edit)));
        }
        needs
    }
}

/// A statement or a cell, by number.
#[derive(Clone, Copy)]
enum Node {
    Stmt(usize),
    Cell(usize),
}

/// What one statement has to do with cells, by their numbers.
#[derive(Default)]
struct Links {
    reads: Vec<usize>,
    binds: Vec<usize>,
    gives: Vec<usize>,
    is_reached: bool,
    /// It is an addition, or within one: what it reads it needs, and nothing needs it for that.
    is_added: bool,
}

/// What a cell has to do with statements and other cells.
#[derive(Default)]
struct Ends {
    /// The statements that read or bind it.
    stmts: Vec<usize>,
    same: Vec<usize>,
    is_reached: bool,
    /// An addition binds it: nothing is reached through it.
    is_apart: bool,
}

struct Net {
    numbers: Numbers,
    stmts: Vec<Links>,
    cells: Vec<Ends>,
    open: Vec<Node>,
    /// By file: the number of its first statement.
    first: Vec<usize>,
    /// Elements of additions, each with that of a cell that it reads.
    needs: Vec<(usize, usize)>,
}

impl Net {
    fn new(side: &Side, reading: &Reading) -> Self {
        let base = side.first.first().copied().unwrap_or(0);
        let first = side.first.iter().map(|first| first - base).collect();
        let (stmts, cells, open, needs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut net = Net { numbers: Numbers::default(), stmts, cells, open, first, needs };
        for uses in reading.uses.iter().flatten() {
            let mut numbered = |cells: &[Cell]| {
                let mut numbers: Vec<usize> = cells.iter().map(|cell| net.numbers.of(cell)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                numbers
            };
            let (reads, binds, gives) = (numbered(&uses.reads), numbered(&uses.binds), numbered(&uses.gives));
            net.stmts.push(Links { reads, binds, gives, is_reached: false, is_added: false });
        }
        let same: Vec<(usize, usize)> =
            reading.same.iter().map(|(one, other)| (net.numbers.of(one), net.numbers.of(other))).collect();
        for cell in &reading.moving {
            net.numbers.of(cell);
        }
        net.cells = (0..net.numbers.len()).map(|_| Ends::default()).collect();
        for (at, stmt) in net.stmts.iter().enumerate() {
            stmt.reads.iter().chain(&stmt.binds).for_each(|cell| net.cells[*cell].stmts.push(at));
        }
        for (one, other) in same {
            net.cells[one].same.push(other);
            net.cells[other].same.push(one);
        }
        net
    }

    /// Sets the cells apart that additions bind, and gives each with the edit.
    fn set_apart(&mut self, additions: &[Addition]) -> Vec<(usize, usize)> {
        let mut added = Vec::new();
        for Addition { file, stmt, edit } in additions {
            let links = &mut self.stmts[self.first[*file] + stmt.0 as usize];
            links.is_added = true;
            for cell in &links.binds {
                self.cells[*cell].is_apart = true;
                added.push((*cell, *edit));
            }
        }
        let of_addition = |cell: &Cell| match cell {
            Cell::Name(file, stmt, _) | Cell::Result(file, stmt) => {
                self.stmts[self.first[*file] + stmt.0 as usize].is_added
            }
            _ => false,
        };
        for cell in self.numbers.where_it_is(of_addition) {
            self.cells[cell].is_apart = true;
        }
        added
    }

    /// Goes on from something that a change reaches. `base` is the element of the first statement, and of the first cell.
    fn reach(&mut self, node: Node, groups: &mut Groups, base: (usize, usize)) {
        match node {
            Node::Stmt(at) if !std::mem::replace(&mut self.stmts[at].is_reached, true) => {
                let stmt = &self.stmts[at];
                for cell in stmt.binds.iter().chain(&stmt.gives).filter(|cell| !self.cells[**cell].is_apart) {
                    groups.join(base.0 + at, base.1 + cell);
                    self.open.push(Node::Cell(*cell));
                }
            }
            Node::Cell(at) if !self.cells[at].is_apart && !std::mem::replace(&mut self.cells[at].is_reached, true) => {
                for stmt in &self.cells[at].stmts {
                    if self.stmts[*stmt].is_added {
                        self.needs.push((base.0 + stmt, base.1 + at));
                        continue;
                    }
                    groups.join(base.0 + stmt, base.1 + at);
                    self.open.push(Node::Stmt(*stmt));
                }
                for cell in &self.cells[at].same {
                    groups.join(base.1 + at, base.1 + cell);
                    self.open.push(Node::Cell(*cell));
                }
            }
            _ => {}
        }
    }
}
