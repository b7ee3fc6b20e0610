//! Source tree to target tree: every site becomes what the concept table says, where it stands.
//!
//! Each Batch AI type has one representation in the target, and whoever consumes it composes; so parts that are built
//! in other cells, functions, branches and loops convert without knowledge of the whole program. Where a whole tree
//! stands in one expression its parts are folded into the form that a person would write.
//!
//! Facts are in the table; this module holds the control flow. A site that cannot be translated stays as it is.

mod alias;
mod alternatives;
mod arguments;
mod assign;
mod attempt;
mod beside;
mod call;
mod choice;
mod client;
mod command;
mod comment;
mod complete;
mod delete;
mod entity;
mod environment;
mod filter;
mod flags;
mod group;
mod guarded;
mod home;
mod identity;
mod import;
mod job;
mod later;
mod launcher;
mod lines;
mod link;
mod lives;
mod local;
mod loose;
mod model;
mod once;
mod optional;
mod own;
mod parameters;
mod part;
mod path;
mod pieces;
mod poller;
mod prepare;
mod presence;
mod read;
mod remains;
mod size;
mod spelling;
mod splat;
mod statement;
mod style;
mod support;
mod told;
mod toolkit;
mod v1;
mod unneeded;
mod value;
mod whole;

use std::collections::{BTreeSet, HashMap};

use crate::concept::{self, JobForm, Mapping};
use crate::find::{Atom, File, Site, SiteId, SiteKind, Sites};
use crate::ledger::{Ledger, Settled};
use crate::render::{Markup, Style, Templates};
use crate::report::Fate;
use crate::resolve::{Resolved, Ty};
use crate::sdk::Target;
use crate::source::Source;
use crate::syntax::{Ast, ExprId, StmtId};
use crate::text::{Edit, Span};

pub use comment::comment_lines;
pub use loose::advice;
pub use value::Value;

/// Why something cannot be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub reason: String,
    pub todo: String,
}

impl Stuck {
    /// A reason, and what to do about it.
    pub fn new(reason: impl Into<String>, todo: impl Into<String>) -> Self {
        Stuck { reason: reason.into(), todo: todo.into() }
    }
}

/// What translation gives.
pub struct Translation {
    pub edits: Vec<Edit>,
    pub ledger: Ledger,
}

/// Everything that the translation of a file reads.
pub struct Program<'a> {
    pub source: &'a Source,
    pub ast: &'a Ast,
    pub resolved: &'a Resolved,
    pub sites: &'a Sites,
    /// All files of the program, and which one of them this is.
    pub files: &'a [File<'a>],
    pub here: usize,
    pub target: Target,
    pub form: JobForm,
    /// Whether sizes of virtual machines that are retired are replaced.
    pub upgrade_vm_sizes: bool,
    /// Statements that must stay as they are, and why.
    pub refused: &'a HashMap<StmtId, Stuck>,
}

impl Program<'_> {
    /// The innermost statement around a place of the program text.
    pub fn statement_at(&self, at: usize) -> Option<StmtId> {
        self.ast.statement_around(Span::new(at, at + 1)).map(|(stmt, _)| stmt)
    }
}

/// Translates a program.
pub fn translate(program: &Program<'_>) -> Translation {
    let mut translator = Translator::new(program, true);
    translator.program();
    if translator.renames_kept_code() {
        translator = Translator::new(program, false);
        translator.program();
    }
    Translation { edits: remains::settled(program, translator.out.edits), ledger: translator.ledger }
}

/// What translation has written so far. All of it only grows, so that an attempt can be taken back by length.
#[derive(Default)]
struct Output {
    edits: Vec<Edit>,
    /// Dotted names to import.
    imports: Vec<String>,
    /// Functions of `templates/*/support` to insert.
    support: Vec<String>,
    /// Lines to insert above a statement, in order.
    above: Vec<(StmtId, Above)>,
    /// Statements that went, each with those that have its value by now.
    moved: HashMap<StmtId, Vec<StmtId>>,
    /// Names whose value was used up where they stand, so that the name itself is gone.
    consumed: Vec<ExprId>,
    /// Expressions that are left as they are, for a person.
    kept: Vec<ExprId>,
    /// Mentions of variables in strings that nothing has consumed yet.
    loose: Vec<SiteId>,
    /// Statements that build parts of a job which is written whole elsewhere.
    deferred: Vec<(StmtId, SiteId)>,
    /// Statements that make what Azure ML has nothing for, and the name that it gets.
    dropped: Vec<(StmtId, SiteId, ExprId)>,
    /// Statements that only name operation groups or operations, with their values.
    waiting: Vec<(StmtId, ExprId)>,
}

/// Something to put above a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Above {
    /// A statement.
    Code(Markup),
    /// A comment of the user's, from between arguments that are written anew.
    Kept(String),
    /// A comment for a person: the text, and the code that it is about.
    Comment { code: String, reason: String, todo: String, original: Option<String> },
}

struct Translator<'a> {
    p: &'a Program<'a>,
    templates: Templates,
    quote: char,
    style: Style,
    /// The statements that get lines of their own.
    lines: lines::Lines,
    links: link::Links,
    volumes: path::Volumes,
    /// Local files that the program uploads.
    uploaded: Vec<ExprId>,
    /// What our names are called where the program has them for something else.
    aliases: alias::Aliases,
    /// Expressions that got a name of their own in a statement above.
    temporaries: HashMap<ExprId, String>,
    /// Whether the client gets the name that suits what it becomes.
    renames: bool,
    /// Names that the program uses, so that new ones do not clash.
    identifiers: BTreeSet<&'a str>,
    lives: lives::Lives<'a>,
    places: style::Places,
    /// Classes and operations that a call may be of, and of others as well.
    by_chance: BTreeSet<&'a str>,
    /// Imports of the standard library that go, once the rest is written.
    unneeded: BTreeSet<StmtId>,
    out: Output,
    ledger: Ledger,
}

type Result<T> = std::result::Result<T, Stuck>;

impl<'a> Translator<'a> {
    fn new(program: &'a Program<'a>, renames: bool) -> Self {
        let quote = style::preferred_quote(program.source.text(), &program.ast.strings);
        let identifiers: BTreeSet<&str> = program.ast.expr_ids().filter_map(|e| program.ast.name(e)).collect();
        let mut templates = Templates::new(quote);
        templates.reserve(identifiers.iter().map(|n| (*n).to_owned()).collect());
        Translator {
            p: program,
            templates,
            quote,
            style: Translator::style(program),
            links: link::Links::new(program),
            lines: lines::Lines::new(program, &|symbol| {
                Some(concept::table().symbol(symbol)?.mapping(program.target, program.form))
            }),
            volumes: path::Volumes::new(program),
            uploaded: v1::uploaded(program.sites),
            identifiers,
            lives: lives::Lives::new(program),
            places: style::Places::new(program.ast),
            by_chance: read::by_chance(program.files),
            aliases: alias::Aliases::new(program),
            temporaries: HashMap::new(),
            renames,
            unneeded: BTreeSet::new(),
            out: Output::default(),
            ledger: Ledger::default(),
        }
    }

    /// What an expression becomes.
    fn value(&mut self, id: ExprId) -> Result<Value> {
        if let Some(name) = self.temporaries.get(&id) {
            return Ok(Value::Expr(Markup::plain(name.clone())));
        }
        if let Some(asked) = self.asked(id) {
            return asked;
        }
        if let Some(site) = self.p.sites.at(id).filter(|site| self.site(*site).kind != SiteKind::Wait) {
            return self.site_value(site);
        }
        if let Some(site) = self.first_entry(id) {
            return self.take_first(site);
        }
        if let Some(inner) = self.poller_of(id) {
            return self.poller_call(id, inner);
        }
        if let Some(site) = self.p.sites.at(id) {
            return self.poller_method(id, site);
        }
        if let Some(state) = self.spelled(id) {
            return self.value(state);
        }
        if self.is_flags(id) {
            return self.flags(id).map(Value::Expr);
        }
        if let Some(name) = self.p.ast.name(id).filter(|_| self.ty(id).is_client()) {
            return Ok(Value::Expr(self.renamed(name)));
        }
        self.mentions_left(id);
        Ok(Value::Expr(self.verbatim(id)))
    }

    /// What an expression becomes as one expression.
    fn text(&mut self, id: ExprId) -> Result<Markup> {
        Ok(self.value(id)?.alone())
    }

    fn site_value(&mut self, id: SiteId) -> Result<Value> {
        let site = self.site(id);
        match &site.kind {
            SiteKind::Call => self.call(id),
            SiteKind::Later(operation) => self.later(id, *operation),
            SiteKind::Read(path) => self.read(id, path),
            SiteKind::Write(path) => self.write(id, path),
            SiteKind::Reference => self.reference(id),
            SiteKind::Guess if site.symbol.starts_with("azure.storage.") => Err(self.storage_guess(site)),
            SiteKind::Guess => Err(comment::guess(site)),
            SiteKind::Misspelt(name) => Err(comment::misspelt(name)),
            SiteKind::Text => Err(comment::text(site)),
            SiteKind::Partial => Err(comment::partial()),
            SiteKind::OneOf(symbols) => Err(comment::one_of(symbols)),
            SiteKind::Reflection(reflection) => self.reflection(id, reflection),
            SiteKind::Mention(_) | SiteKind::Import | SiteKind::Wait => Ok(Value::Expr(self.slice(site.span))),
        }
    }

    /// The source text of an expression with the sites in it translated. A site that cannot be stays as it is.
    fn verbatim(&mut self, id: ExprId) -> Markup {
        let span = self.p.ast.span(id);
        let mut replaced = Vec::new();
        self.identities(id, &mut replaced);
        for part in self.p.ast.parts(id) {
            self.outermost(part, &mut replaced);
        }
        self.splice(span, replaced)
    }

    /// The outermost translatable expressions below and including `id`, with their translations.
    fn outermost(&mut self, id: ExprId, out: &mut Vec<(Span, Markup)>) {
        let is_site = self.p.sites.at(id).is_some()
            || self.poller_of(id).is_some()
            || self.spelled(id).is_some()
            || self.asks(id)
            || self.first_entry(id).is_some()
            || self.is_flags(id);
        if is_site {
            let markup = self.attempt_or_keep(id);
            if let Some(markup) = markup {
                out.push((self.p.ast.span(id), markup));
            }
            return;
        }
        if self.distinct(id, out) {
            return;
        }
        self.mentions_left(id);
        self.identities(id, out);
        for part in self.p.ast.parts(id) {
            self.outermost(part, out);
        }
    }

    /// Source text with some spans replaced, in Markup.
    fn splice(&self, span: Span, mut replaced: Vec<(Span, Markup)>) -> Markup {
        replaced.sort_by_key(|(s, _)| *s);
        if replaced.is_empty() {
            return self.slice(span);
        }
        let mut out = String::new();
        let mut at = span.start;
        for (part, markup) in replaced {
            out.push_str(&self.slice_from(span.start, Span::new(at, part.start)).0);
            out.push_str(&self.in_its_place(part, &markup).0);
            at = part.end;
        }
        out.push_str(&self.slice_from(span.start, Span::new(at, span.end)).0);
        Markup(out)
    }

    /// Source text as it stands.
    fn slice(&self, span: Span) -> Markup {
        self.slice_from(span.start, span)
    }

    /// Source text whose lines stay relative to the line of `origin`.
    fn slice_from(&self, origin: usize, span: Span) -> Markup {
        Markup::verbatim(self.p.source.text(), span, origin, &self.p.ast.strings)
    }

    fn site(&self, id: SiteId) -> &'a Site {
        self.p.sites.get(id)
    }

    fn mapping(&self, site: &Site) -> Result<&'static Mapping> {
        let row = site.row().ok_or_else(|| Stuck::new("it is not in the concept table", "convert it by hand"))?;
        Ok(row.mapping(self.p.target, self.p.form))
    }

    fn ty(&self, id: ExprId) -> &'a Ty {
        self.p.resolved.ty(id)
    }

    /// Gives a site, or one of its arguments, its fate.
    fn settle(&mut self, site: SiteId, arg: Option<usize>, fate: Fate, reason: &str, todo: &str) {
        let settled = Settled { fate, reason: reason.to_owned(), todo: todo.to_owned() };
        self.ledger.settle(Atom { site, arg }, settled);
    }

    /// Gives everything within a span the same fate, where it has none yet.
    fn settle_within(&mut self, span: Span, fate: Fate, reason: &str, todo: &str) {
        let all = &self.p.sites.all;
        let first = all.partition_point(|s| s.span.start < span.start);
        let within = all[first..].iter().take_while(|s| s.span.start < span.end).enumerate();
        let inside: Vec<(SiteId, usize)> =
            within.filter(|(_, s)| span.contains(s.span)).map(|(i, s)| (SiteId(first + i), s.args.len())).collect();
        for (id, args) in inside {
            self.settle(id, None, fate, reason, todo);
            for arg in 0..args {
                self.settle(id, Some(arg), fate, reason, todo);
            }
        }
    }

    /// Leaves an expression as it is, with a comment above its statement.
    fn keep(&mut self, id: ExprId, stuck: &Stuck) {
        self.out.kept.push(id);
        let kept = self.p.sites.at(id).map(|site| self.site(site));
        if let Some(site) = kept.filter(|_| self.ty(id).is_client()) {
            self.tell_homes(site);
        }
        let span = self.p.ast.span(id);
        self.settle_within(span, Fate::Manual, &stuck.reason, &stuck.todo);
        let by_site = self.p.sites.at(id).and_then(|site| self.code(self.site(site)));
        let by_maker =
            || self.poller_of(id).and_then(|(_, makers)| Some(concept::table().row(makers.first()?)?.code.clone()));
        let code = by_site.or_else(by_maker).or_else(|| self.code_in(span)).unwrap_or_default();
        // Of an operation that is left the comment is where it starts, if that is in this file.
        let is_said = stuck.reason == poller::LEFT && self.starts_here(id);
        if let Some(stmt) = self.p.resolved.owner(id).filter(|_| !is_said) {
            let comment =
                Above::Comment { code, reason: stuck.reason.clone(), todo: stuck.todo.clone(), original: None };
            self.above(stmt, comment);
        }
    }

    fn above(&mut self, stmt: StmtId, above: Above) {
        if !self.out.above.contains(&(stmt, above.clone())) {
            self.out.above.push((stmt, above));
        }
    }

    fn import(&mut self, dotted: &str) {
        self.out.imports.push(dotted.to_owned());
    }

    fn support(&mut self, name: &str) {
        self.out.support.push(name.to_owned());
    }
}
