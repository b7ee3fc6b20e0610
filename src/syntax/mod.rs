//! The syntax tree of a program: our own, small, and kept in arenas.
//!
//! Expressions and statements are numbered, so that later stages keep what they learn in side tables. Only
//! `parser.rs` names the parser crate. The tree is for reading: text is changed by edits, never by printing a tree.

mod annotation;
mod imports;
mod lower;
mod parser;
mod spec;
mod walk;

pub use imports::imported_words;
pub use parser::parse;
pub use spec::{format_argument, percent_spec};

use std::collections::HashSet;

use crate::text::Span;

/// Index of an expression in [`Ast::exprs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// Index of a statement in [`Ast::stmts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StmtId(pub u32);

/// A parsed program: all units of a source, one after the other.
#[derive(Debug, Default)]
pub struct Ast {
    exprs: Vec<Expr>,
    stmts: Vec<Stmt>,
    /// The statements of the outermost level, in order.
    pub body: Vec<StmtId>,
    /// Every comment, with its `#`, in order.
    pub comments: Vec<Span>,
    /// Every string token, f-string pieces included, in order.
    pub strings: Vec<Span>,
    /// Every line of IPython that is not Python, in order: `!ls`, `%matplotlib inline`.
    pub commands: Vec<Span>,
    /// Where statements of notebooks end their lines; a line that opens a block does not count.
    line_ends: Vec<usize>,
    /// Where Python after a magic such as `%time` ends: it is one line.
    magic_ends: Vec<usize>,
    /// Statements that an earlier run left to a person: its comment is directly above.
    left: HashSet<StmtId>,
    /// What the parser did not understand; empty for a program that Python would accept.
    pub errors: Vec<SyntaxError>,
}

/// A place that is not Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What the parser expected, in its words.
    pub message: String,
}

/// One expression.
#[derive(Debug)]
pub struct Expr {
    /// The text of the expression, without parentheses around it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expression that later stages tell apart.
#[derive(Debug)]
pub enum ExprKind {
    /// A variable.
    Name(String),
    /// `value.attr`
    Attribute { value: ExprId, attr: String, attr_span: Span },
    /// `func(args)`; the span is that of the parentheses with all between them.
    Call { func: ExprId, args: Vec<Arg>, parens: Span },
    /// A string literal, implicitly joined parts included. `simple` is false for bytes and prefixed literals.
    Str { value: String, simple: bool, parts: Vec<Span> },
    /// An f-string.
    FString(Vec<FPart>),
    /// A number, as written.
    Number,
    /// `True` or `False`.
    Bool(bool),
    /// `None`
    None,
    /// `[…]`
    List(Vec<ExprId>),
    /// `…, …`
    Tuple(Vec<ExprId>),
    /// `{key: value}`; a missing key is `**value`.
    Dict(Vec<(Option<ExprId>, ExprId)>),
    /// `left op right`
    Binary { left: ExprId, op: &'static str, right: ExprId },
    /// `a and b`, `a or b`
    BoolOp(Vec<ExprId>),
    /// `body if test else orelse`
    IfExp { test: ExprId, body: ExprId, orelse: ExprId },
    /// `left == right`, chained or not.
    Compare(Vec<ExprId>),
    /// A list, set, dict comprehension or generator: its elements, and its `for` clauses.
    Comprehension { elements: Vec<ExprId>, clauses: Vec<Clause> },
    /// `value[index]`
    Subscript { value: ExprId, index: ExprId },
    /// `*value`
    Starred(ExprId),
    /// `await value`
    Await(ExprId),
    /// `yield value`, `yield from value`
    Yield { value: Option<ExprId>, is_from: bool },
    /// `first:last:step` of a subscript: the parts that are there.
    Slice(Vec<ExprId>),
    /// `(target := value)`
    Named { target: ExprId, value: ExprId },
    /// `lambda params: body`
    Lambda { params: Vec<Param>, body: ExprId },
    /// Anything else, with its parts.
    Other(Vec<ExprId>),
}

/// One argument of a call.
#[derive(Debug, Clone)]
pub struct Arg {
    /// `name` of `name=value`, and where it stands.
    pub name: Option<(String, Span)>,
    /// The value, without stars.
    pub value: ExprId,
    /// 0, 1 for `*value`, 2 for `**value`.
    pub stars: u8,
    /// The whole argument.
    pub span: Span,
}

/// A piece of an f-string.
#[derive(Debug)]
pub enum FPart {
    /// Text.
    Text(String),
    /// `{expression}`, with what follows it behind a `:`; `None` where there is more to it (`!r`, `=`, a width that is worked out).
    Value { expr: ExprId, spec: Option<String> },
}

/// One `for target in iter if …` of a comprehension.
#[derive(Debug)]
pub struct Clause {
    pub target: ExprId,
    pub iter: ExprId,
    pub ifs: Vec<ExprId>,
}

/// One parameter of a function or lambda.
#[derive(Debug, Clone)]
pub struct Param {
    pub name: String,
    pub span: Span,
    pub default: Option<ExprId>,
    pub annotation: Option<ExprId>,
    /// Cannot be given by position (after `*`), or is `*args`/`**kwargs` itself.
    pub positional: bool,
    /// 0, 1 for `*args`, 2 for `**kwargs`.
    pub stars: u8,
}

/// One statement.
#[derive(Debug)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
}

/// The kinds of statement that later stages tell apart.
#[derive(Debug)]
pub enum StmtKind {
    /// `a = b = value`
    Assign { targets: Vec<ExprId>, value: ExprId },
    /// `target op= value`
    AugAssign { target: ExprId, op: &'static str, value: ExprId },
    /// `target: annotation = value`
    AnnAssign { target: ExprId, annotation: ExprId, value: Option<ExprId> },
    /// An expression on its own.
    Expr(ExprId),
    /// `import a.b as c`
    Import(Vec<Alias>),
    /// `from ..module import a as b`
    ImportFrom { module: String, level: u32, names: Vec<Alias> },
    /// `def`
    Function(Function),
    /// `class`
    Class { name: String, bases: Vec<Arg>, decorators: Vec<ExprId>, body: Vec<StmtId> },
    /// `return value`
    Return(Option<ExprId>),
    /// `for`
    For { target: ExprId, iter: ExprId, body: Vec<StmtId>, orelse: Vec<StmtId> },
    /// `while`
    While { test: ExprId, body: Vec<StmtId>, orelse: Vec<StmtId> },
    /// `if`, `elif`…, `else`: the last has no test.
    If(Vec<(Option<ExprId>, Vec<StmtId>)>),
    /// `with`
    With { items: Vec<(ExprId, Option<ExprId>)>, body: Vec<StmtId> },
    /// `try`
    Try { body: Vec<StmtId>, handlers: Vec<Handler>, orelse: Vec<StmtId>, finally: Vec<StmtId> },
    /// `global a, b` and `nonlocal a, b`
    Global(Vec<String>),
    /// A line of IPython: `!ls`, `%time f()`.
    Magic,
    /// Anything else, with its parts.
    Other { exprs: Vec<ExprId>, bodies: Vec<Vec<StmtId>> },
}

/// A function definition.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub params: Vec<Param>,
    pub decorators: Vec<ExprId>,
    pub returns: Option<ExprId>,
    pub body: Vec<StmtId>,
}

/// One name of an import.
#[derive(Debug, Clone)]
pub struct Alias {
    /// The dotted name as written.
    pub name: String,
    /// The name after `as`.
    pub asname: Option<String>,
    pub span: Span,
}

/// One `except` clause.
#[derive(Debug)]
pub struct Handler {
    pub kind: Option<ExprId>,
    pub name: Option<String>,
    pub body: Vec<StmtId>,
}

impl Ast {
    /// The expression with this number.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The kind of the expression with this number.
    pub fn kind(&self, id: ExprId) -> &ExprKind {
        &self.expr(id).kind
    }

    /// The span of the expression with this number.
    pub fn span(&self, id: ExprId) -> Span {
        self.expr(id).span
    }

    /// Whether an earlier run left a statement to a person: its comment is still above it.
    pub fn is_left(&self, id: StmtId) -> bool {
        self.left.contains(&id)
    }

    /// The statement with this number.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }

    /// How many expressions there are: the size of a side table.
    pub fn expr_count(&self) -> usize {
        self.exprs.len()
    }

    /// How many statements there are: the size of a side table.
    pub fn stmt_count(&self) -> usize {
        self.stmts.len()
    }

    /// All expressions, in the order in which they were parsed.
    pub fn expr_ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.exprs.len() as u32).map(ExprId)
    }

    /// All statements, in the order in which they were parsed.
    pub fn stmt_ids(&self) -> impl Iterator<Item = StmtId> + use<> {
        (0..self.stmts.len() as u32).map(StmtId)
    }

    /// Whether a place stands after a magic on its line (`%time f()`), so that code there cannot be broken into lines.
    pub fn is_after_magic(&self, text: &str, at: usize) -> bool {
        let next = self.magic_ends.partition_point(|end| *end < at);
        self.magic_ends.get(next).is_some_and(|end| !text[at..*end].contains('\n'))
    }

    /// The variable's name, if the expression is one.
    pub fn name(&self, id: ExprId) -> Option<&str> {
        match self.kind(id) {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// `a.b.c`, if the expression is nothing but names and dots, and not more of them than a name in a package has.
    pub fn dotted(&self, id: ExprId) -> Option<String> {
        const MOST: usize = 32;
        let (mut at, mut parts) = (id, Vec::new());
        while let ExprKind::Attribute { value, attr, .. } = self.kind(at) {
            parts.push(attr.as_str());
            at = *value;
            if parts.len() == MOST {
                return None;
            }
        }
        parts.push(self.name(at)?);
        parts.reverse();
        Some(parts.join("."))
    }

    /// The value of a string literal.
    pub fn str_value(&self, id: ExprId) -> Option<&str> {
        match self.kind(id) {
            ExprKind::Str { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl Alias {
    /// The name that the import binds: `import a.b` binds `a`.
    pub fn bound(&self) -> &str {
        self.asname.as_deref().unwrap_or_else(|| self.name.split('.').next().unwrap_or(&self.name))
    }
}
