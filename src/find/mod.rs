//! The sites: every place where the program uses Batch AI, with the arguments bound to the names that the SDK gives them.
//!
//! A site is the source tree of one use: its symbol, its receiver, its arguments by name. What becomes of it is not
//! decided here; but every [`Atom`] found here must get its fate later, and the ledger counts.

mod bind;
mod export;
mod guess;
mod later;
mod mention;
mod misspelt;
mod plain;
mod read;
mod reflect;
mod unpack;
mod walk;
mod written;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use bind::Bound;
pub use export::exported_in;
pub use mention::{Mention, mentions_in};
pub use reflect::Reflection;

use crate::concept::{self, SymbolRow};
use crate::resolve::Module;
use crate::syntax::{ExprId, StmtId};
use crate::text::Span;

/// Index of a site in [`Sites::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(pub usize);

/// One use of Batch AI.
#[derive(Debug)]
pub struct Site {
    /// The whole use: the call, the attribute, the name, the string; `None` for an import.
    pub expr: Option<ExprId>,
    /// Where it stands.
    pub span: Span,
    /// The statement to which it belongs.
    pub stmt: StmtId,
    pub kind: SiteKind,
    /// Canonical name of the symbol, a key of the concept table.
    pub symbol: String,
    /// The object on which it is called or read: a client, an operation group, a result.
    pub receiver: Option<ExprId>,
    /// Arguments by name.
    pub args: Vec<Bound>,
    /// The SDK version by whose signature the arguments were named.
    pub version: Option<String>,
    /// Statements that only give it arguments, and go when it is converted: a dictionary that is unpacked in it, items
    /// that are added below it.
    pub beside: Vec<StmtId>,
}

/// The kinds of site.
#[derive(Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// A call of a client, model, operation or helper.
    Call,
    /// A class, function or enum member that is named but not called.
    Reference,
    /// A method of a long-running operation that was started elsewhere; the symbol is what started it.
    Wait,
    /// `receiver.a.b`: attributes of a result or model.
    Read(Vec<String>),
    /// The same as the target of an assignment.
    Write(Vec<String>),
    /// `AZ_BATCHAI_…` in a string.
    Mention(Mention),
    /// A name that an import binds.
    Import,
    /// A class of this name, taken from Batch AI's package, which has none: called or only named.
    Misspelt(String),
    /// A text that is a dotted name of the package.
    Text,
    /// A call of something else that takes an operation with its arguments, to call it later; the number of the argument
    /// that is the operation.
    Later(usize),
    /// A call of which a part of the arguments is given here and the rest elsewhere.
    Partial,
    /// A call of one of these classes or operations: which one is known only at run time.
    OneOf(Vec<String>),
    /// Attributes by names that are no names in the program: `setattr(parameters, key, value)`.
    Reflection(Reflection),
    /// A call or read that looks like Batch AI's, on something of unknown origin.
    Guess,
}

/// What the ledger counts: a site itself, or one of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom {
    pub site: SiteId,
    /// Index of the argument.
    pub arg: Option<usize>,
}

/// A file of a program, with its sites.
#[derive(Debug)]
pub struct File<'a> {
    pub module: Module<'a>,
    pub sites: Sites,
}

/// All sites of a file.
#[derive(Debug, Default)]
pub struct Sites {
    pub all: Vec<Site>,
    /// Variables that somebody else answers for; see [`Sites::leave_out`].
    pub apart: Vec<Site>,
    by_expr: HashMap<ExprId, SiteId>,
    mentions: HashMap<ExprId, Vec<SiteId>>,
    beside: HashSet<StmtId>,
}

impl<'a> File<'a> {
    /// The files of a program with their sites. What is beside Batch AI counts where any of them uses it, for objects of
    /// other packages go from file to file as well.
    pub fn all(modules: Vec<Module<'a>>) -> Vec<Self> {
        let found: Vec<(Sites, bool)> = modules.iter().map(walk::find).collect();
        let is_used = found.iter().any(|(_, is_evident)| *is_evident);
        let sites = found.into_iter().map(|(sites, _)| if is_used { sites } else { Sites::default() });
        modules.into_iter().zip(sites).map(|(module, sites)| File { module, sites }).collect()
    }
}

impl Sites {
    /// Finds every use of Batch AI in a file by itself.
    pub fn find(module: &Module) -> Self {
        let (sites, is_evident) = walk::find(module);
        if is_evident { sites } else { Sites::default() }
    }

    /// The site with this number.
    pub fn get(&self, id: SiteId) -> &Site {
        &self.all[id.0]
    }

    /// The site that an expression is.
    pub fn at(&self, expr: ExprId) -> Option<SiteId> {
        self.by_expr.get(&expr).copied()
    }

    /// The mentions of variables in a string literal.
    pub fn mentions(&self, expr: ExprId) -> &[SiteId] {
        self.mentions.get(&expr).map_or(&[], Vec::as_slice)
    }

    /// Whether a statement belongs to the arguments of some site; see [`Site::beside`].
    pub fn is_beside(&self, stmt: StmtId) -> bool {
        self.beside.contains(&stmt)
    }

    /// All sites with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SiteId, &Site)> {
        self.all.iter().enumerate().map(|(i, s)| (SiteId(i), s))
    }

    /// Everything that the ledger must account for.
    pub fn atoms(&self) -> impl Iterator<Item = Atom> {
        self.iter().flat_map(|(site, s)| {
            let args = (0..s.args.len()).map(move |i| Atom { site, arg: Some(i) });
            [Atom { site, arg: None }].into_iter().chain(args)
        })
    }

    /// Leaves out the variables that somebody else answers for: in parts of the file, or by name.
    pub fn leave_out(&mut self, parts: &[Span], variables: &BTreeMap<String, String>) {
        let is_theirs = |site: &Site| match &site.kind {
            SiteKind::Mention(mention) => {
                variables.contains_key(&mention.variable) || parts.iter().any(|part| part.contains(site.span))
            }
            _ => false,
        };
        if self.all.iter().any(is_theirs) {
            let Sites { all, mut apart, .. } = std::mem::take(self);
            let (theirs, ours): (Vec<Site>, Vec<Site>) = all.into_iter().partition(is_theirs);
            apart.extend(theirs);
            self.apart = apart;
            ours.into_iter().for_each(|site| _ = self.add(site));
        }
    }

    fn add(&mut self, site: Site) -> SiteId {
        let id = SiteId(self.all.len());
        match (&site.kind, site.expr) {
            (SiteKind::Mention(_), Some(expr)) => self.mentions.entry(expr).or_default().push(id),
            (_, Some(expr)) => drop(self.by_expr.insert(expr, id)),
            (_, None) => {}
        }
        self.beside.extend(&site.beside);
        self.all.push(site);
        id
    }
}

impl Site {
    /// The row of the concept table.
    pub fn row(&self) -> Option<&'static SymbolRow> {
        concept::table().symbol(&self.symbol)
    }

    /// Whether it is a call, now or later.
    pub fn is_call(&self) -> bool {
        matches!(self.kind, SiteKind::Call | SiteKind::Later(_))
    }

    /// The argument with this name.
    pub fn arg(&self, name: &str) -> Option<ExprId> {
        self.args.iter().find(|a| a.name == name).map(|a| a.value)
    }

    /// The position of the argument with this value.
    pub fn arg_at(&self, value: ExprId) -> Option<usize> {
        self.args.iter().position(|a| a.value == value)
    }

    /// The position of the argument with this name.
    pub fn arg_index(&self, name: &str) -> Option<usize> {
        self.args.iter().position(|a| a.name == name)
    }
}
