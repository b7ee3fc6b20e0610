//! The walk over statements: edits are made here, each as small as it can be.

use std::collections::{HashMap, HashSet};

use super::group::assigned;
use super::{Above, Output, Stuck, Translator, support};
use crate::concept::{JobForm, Shape};
use crate::render::{Markup, Style, in_place, layout};
use crate::report::Fate;
use crate::resolve::{DefId, Marks};
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind, Stmt, StmtId, StmtKind};
use crate::text::{Edit, Span, line_begin, line_start, margin};

/// The width at which new code is broken.
pub(super) const WIDTH: usize = 88;

/// Why a function stays as it is.
const ADDED: &str = "an earlier run has added it";

/// What to do with settings that are in a job by now.
const STILL_READ: &str = "take it out with the code that reads it";

impl Translator<'_> {
    /// Translates the whole program.
    pub(super) fn program(&mut self) {
        for stmt in &self.p.ast.body {
            self.stmt(*stmt);
        }
        self.deferred_statements();
        self.beside_statements();
        self.dropped_statements();
        self.waiting_statements();
        self.dead_definitions();
        self.loose_mentions();
        self.lost_comments();
        self.insert_above();
        self.lines_apart();
        self.rename_client();
        self.imports();
    }

    fn stmt(&mut self, stmt: StmtId) {
        if let Some(stuck) = self.p.refused.get(&stmt) {
            return self.refuse(stmt, stuck);
        }
        if self.p.ast.is_left(stmt) {
            return self.leave(stmt);
        }
        if let Stmt { kind: StmtKind::Function(f), span } = self.p.ast.stmt(stmt)
            && support::is_added(self.p.target, &f.name, span.of(self.p.source.text()))
        {
            return self.settle_within(*span, Fate::Exact, ADDED, "");
        }
        if self.is_beside(stmt)
            || self.defer(stmt)
            || self.drop_call(stmt)
            || self.wait_for_readers(stmt)
            || self.drop_part(stmt)
            || self.change(stmt)
        {
            return;
        }
        let whole = self.whole_statement(stmt);
        let done = whole.is_some_and(|(core, result)| self.replace_statement(stmt, core, result));
        if !done {
            for expr in self.p.ast.stmt_exprs(stmt) {
                if !self.entered(stmt, expr) {
                    self.expression(expr);
                }
            }
            self.delete_if_idle(stmt);
        }
        for block in self.p.ast.blocks(stmt) {
            for inner in block {
                self.stmt(*inner);
            }
        }
    }

    /// Settles the sites of a marked statement, and goes on within it.
    fn leave(&mut self, stmt: StmtId) {
        let reason = "an earlier run left it for a person";
        let todo = "convert it by hand, or delete the comment above it to try again";
        let Stmt { kind, span } = self.p.ast.stmt(stmt);
        if matches!(kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. }) {
            self.settle_within(*span, Fate::Manual, reason, todo);
        }
        for expr in self.p.ast.stmt_exprs(stmt) {
            self.settle_within(self.p.ast.span(expr), Fate::Manual, reason, todo);
        }
        for block in self.p.ast.blocks(stmt) {
            for inner in block {
                self.stmt(*inner);
            }
        }
    }

    /// Leaves a statement as it is: what it would become is not right.
    fn refuse(&mut self, stmt: StmtId, Stuck { reason, todo }: &Stuck) {
        let span = self.p.ast.stmt(stmt).span;
        if self.p.ast.blocks(stmt).iter().all(|block| block.is_empty()) {
            self.settle_within(span, Fate::Manual, reason, todo);
        }
        for expr in self.p.ast.stmt_exprs(stmt) {
            self.settle_within(self.p.ast.span(expr), Fate::Manual, reason, todo);
        }
        let code = self.code_in(span).unwrap_or_else(|| "BAI009".into());
        let (reason, todo) = (reason.clone(), todo.clone());
        self.above(stmt, Above::Comment { code, reason, todo, original: None });
        for block in self.p.ast.blocks(stmt) {
            for inner in block {
                self.stmt(*inner);
            }
        }
    }

    /// The code of the first site within a span.
    pub(super) fn code_in(&self, span: Span) -> Option<String> {
        self.p.sites.all.iter().find(|site| span.contains(site.span)).and_then(|site| self.code(site))
    }

    /// In v1 a job is written whole: settings that stand apart wait for it.
    fn defer(&mut self, stmt: StmtId) -> bool {
        let StmtKind::Assign { targets, value } = &self.p.ast.stmt(stmt).kind else { return false };
        let Some(site) = self.p.sites.at(*value).filter(|_| self.p.target == Target::V1 && targets.len() == 1) else {
            return false;
        };
        let waits = self.mapping(self.site(site)).is_ok_and(|m| m.shape == Shape::Toolkit)
            || self.site(site).symbol == "JobPreparation" && self.p.form == JobForm::Estimator;
        if waits && self.consumer(site, "JobCreateParameters").is_some() {
            self.out.deferred.push((stmt, site));
            return true;
        }
        false
    }

    /// Settings that became part of a job go; those that something still reads, or of a job that is left for a person, stay.
    fn deferred_statements(&mut self) {
        let deferred = std::mem::take(&mut self.out.deferred);
        let reads = if deferred.is_empty() { HashMap::new() } else { self.reads_left() };
        for (stmt, site) in deferred {
            let settled = self.ledger.get(crate::find::Atom { site, arg: None });
            let is_converted = settled.is_some_and(|s| s.fate != Fate::Manual);
            let is_read = assigned(self.p.ast, stmt).iter().any(|name| reads.get(*name).is_some_and(|n| *n > 0));
            if let Some(expr) = self.site(site).expr.filter(|_| is_converted && is_read) {
                // What is said of a part of them is said of the job as well, which has it, too.
                if let Some(job) = self.consumer(site, "JobCreateParameters").map(|job| self.site(job).stmt) {
                    let said = self.out.above.iter().filter(|(at, _)| *at == stmt).map(|(_, above)| above.clone());
                    said.collect::<Vec<_>>().into_iter().for_each(|above| self.above(job, above));
                }
                let stuck =
                    Stuck::new("the job has what it says, and code that is left for a person reads it", STILL_READ);
                self.keep(expr, &stuck);
            } else if is_converted {
                let jobs = self.consumer(site, "JobCreateParameters").map(|job| self.site(job).stmt);
                self.goes_into(stmt, self.site(site).span, jobs.as_slice());
            } else if let Some(expr) = self.site(site).expr {
                let stuck = Stuck::new("the job that it belongs to is left for a person", "convert it with the job");
                self.keep(expr, &stuck);
            }
        }
    }

    /// A call on its own line that became a mere name or string does nothing any more.
    fn delete_if_idle(&mut self, stmt: StmtId) {
        let StmtKind::Expr(value) = self.p.ast.stmt(stmt).kind else { return };
        let span = self.p.ast.span(value);
        let idle = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '\'' | '"' | '-'));
        if self.out.edits.last().is_some_and(|e| e.span == span && idle(&e.text)) {
            self.out.edits.pop();
            // What is said of it is not said of the next statement.
            let is_said =
                self.out.above.iter().any(|(at, above)| *at == stmt && matches!(above, Above::Comment { .. }));
            match is_said {
                true => self.out.edits.push(Edit { span: self.p.ast.stmt(stmt).span, text: "pass".into() }),
                false => self.delete(self.idle_loop(stmt).unwrap_or(stmt)),
            }
        }
    }

    /// The loop over a variable that does nothing but the statement which goes.
    fn idle_loop(&self, stmt: StmtId) -> Option<StmtId> {
        let ast = self.p.ast;
        let is_around = |around: &StmtId| match &ast.stmt(*around).kind {
            StmtKind::For { iter, body, orelse, .. } => {
                *body == [stmt] && orelse.is_empty() && ast.name(*iter).is_some()
            }
            _ => false,
        };
        let around = ast.stmt_ids().find(is_around)?;
        let mut bound = self.p.resolved.defs().filter(|(_, def)| def.stmt == around);
        let is_inside = |used: ExprId| self.p.resolved.owner(used) == Some(stmt);
        bound.all(|(def, _)| self.p.resolved.uses_of(def).all(is_inside)).then_some(around)
    }

    /// Edits for the outermost sites of an expression.
    pub(super) fn expression(&mut self, id: ExprId) {
        let mut replaced = Vec::new();
        self.outermost(id, &mut replaced);
        for (span, markup) in replaced {
            self.replace(span, &self.in_its_place(span, &markup));
        }
    }

    /// What an expression becomes, in parentheses where the code around it would take that apart.
    pub(super) fn in_its_place(&self, span: Span, markup: &Markup) -> Markup {
        if matches!(markup.0.as_str(), "==" | "!=") {
            return markup.clone();
        }
        let text = self.p.source.text();
        self.quoted_for(span, Markup(in_place(&markup.0, &text[..span.start], &text[span.end..])))
    }

    /// Code within an f-string, which before Python 3.12 may not have the quotes of the string in it.
    fn quoted_for(&self, span: Span, markup: Markup) -> Markup {
        let before = self.places.f_strings.partition_point(|string| string.start <= span.start);
        let around =
            self.places.f_strings[..before].iter().rev().find(|string| string.contains(span) && **string != span);
        let begin = around.map_or("", |string| string.of(self.p.source.text()).trim_start_matches(char::is_alphabetic));
        let [single, double] =
            ['\'', '"'].map(|quote| begin.starts_with(quote) && !begin.starts_with(&String::from(quote).repeat(3)));
        if single && !markup.0.contains('"') {
            return Markup(markup.0.replace('\'', "\""));
        }
        if double && !markup.0.contains('\'') {
            return Markup(markup.0.replace('"', "'"));
        }
        markup
    }

    pub(super) fn replace(&mut self, span: Span, markup: &Markup) {
        let (indent, column) = self.position(span.start);
        let width = if self.is_after_magic(span.start) { usize::MAX } else { self.style.width };
        let style = Style { width, ..self.style };
        let text = self.with_margin(layout(markup, indent, column, style), span.start, indent);
        if !differs_in_layout_alone(&text, span.of(self.p.source.text())) {
            self.out.edits.push(Edit { span, text });
        }
    }

    /// Whether code at this place has to stay on its line.
    pub(super) fn is_after_magic(&self, at: usize) -> bool {
        self.p.ast.is_after_magic(self.p.source.text(), at)
    }

    /// Puts statements below a statement.
    pub(super) fn below(&mut self, stmt: StmtId, statements: &[Markup]) {
        let Span { start, end } = self.p.ast.stmt(stmt).span;
        let indent = self.position(start).0;
        for statement in statements {
            let line = format!("\n{}{}", " ".repeat(indent), layout(statement, indent, indent, self.style));
            self.out.edits.push(Edit { span: Span::new(end, end), text: self.with_margin(line, start, indent) });
        }
    }

    /// New lines begin with the characters that indent the statement, tabs or spaces.
    fn with_margin(&self, text: String, offset: usize, indent: usize) -> String {
        let source = self.p.source.text();
        let start = line_begin(source, offset);
        let margin = self.lines.own(offset).map_or(&source[start..start + indent], |(_, margin)| margin);
        if !margin.contains('\t') {
            return text;
        }
        text.replace(&format!("\n{}", " ".repeat(indent)), &format!("\n{margin}"))
    }

    /// Indentation of the line, and column in it.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let text = self.p.source.text();
        if let Some((start, margin)) = self.lines.own(offset) {
            return (margin.len(), margin.len() + text[start..offset].chars().count());
        }
        let start = line_begin(text, offset);
        let line = &text[start..];
        (margin(line).len(), text[start..offset].chars().count())
    }

    /// Assignments of strings with variables of Batch AI in them to one name, which other modules do not know.
    fn string_definitions(&self) -> impl Iterator<Item = (DefId, StmtId, ExprId)> {
        self.p.resolved.defs().filter_map(|(id, def)| {
            let value = def.value.filter(|_| !self.p.resolved.is_exported(&def.name))?;
            let mut strings = self.p.resolved.strings_in(self.p.ast, value).into_iter();
            let is_ours = strings.any(|string| !self.p.sites.mentions(string).is_empty());
            let one = matches!(&self.p.ast.stmt(def.stmt).kind, StmtKind::Assign { targets, .. } if targets.len() == 1);
            (is_ours && one).then_some((id, def.stmt, value))
        })
    }

    /// Definitions of strings that were used up wherever they are used: nothing reads them any more.
    fn dead_definitions(&mut self) {
        let mut consumed: HashSet<ExprId> = std::mem::take(&mut self.out.consumed).into_iter().collect();
        for kept in &self.out.kept {
            self.p.ast.descend(*kept, &mut |part| {
                consumed.remove(&part);
            });
        }
        let mut uses: HashMap<DefId, Vec<ExprId>> = HashMap::new();
        for (expr, defs) in self.p.resolved.uses() {
            defs.iter().for_each(|def| uses.entry(*def).or_default().push(expr));
        }
        let definitions: Vec<_> = self.string_definitions().collect();
        let mut dead: Vec<(StmtId, ExprId)> = Vec::new();
        // What a dead definition reads dies with it.
        loop {
            let goes = |used: &ExprId| {
                let owner = self.p.resolved.owner(*used);
                consumed.contains(used) || dead.iter().any(|(stmt, _)| owner == Some(*stmt))
            };
            let more: Vec<_> = definitions
                .iter()
                .filter(|(id, stmt, value)| {
                    let is_known = dead.iter().any(|known| known == &(*stmt, *value));
                    !is_known && uses.get(id).is_some_and(|uses| uses.iter().all(goes))
                })
                .collect();
            if more.is_empty() {
                break;
            }
            dead.extend(more.into_iter().map(|(_, stmt, value)| (*stmt, *value)));
        }
        let mut spans: Vec<Span> = dead.iter().map(|(stmt, _)| self.p.ast.stmt(*stmt).span).collect();
        spans.sort();
        let goes = |span: Span| {
            let before = spans.partition_point(|s| s.start <= span.start);
            spans[..before].last().is_some_and(|s| s.contains(span))
        };
        self.out.edits.retain(|e| !goes(e.span));
        let sites = self.p.sites;
        self.out.loose.retain(|s| !goes(sites.get(*s).span));
        for (stmt, value) in dead {
            self.consume(value);
            self.delete(stmt);
        }
    }

    /// Comments between arguments that were written anew go above their statement. Of several that say the same, as many
    /// go there as the new text lacks.
    fn lost_comments(&mut self) {
        let text = self.p.source.text();
        let mut lost: Vec<(StmtId, &str, usize)> = Vec::new();
        for edit in self.out.edits.iter().filter(|e| !e.text.is_empty()) {
            let Some((stmt, _)) = self.p.ast.statement_around(edit.span) else { continue };
            let first = self.p.ast.comments.partition_point(|c| c.start < edit.span.start);
            let inside = self.p.ast.comments[first..].iter().take_while(|c| c.end <= edit.span.end);
            let mut counts: HashMap<&str, usize> = HashMap::new();
            for comment in inside.map(|c| c.of(text)) {
                let count = counts.entry(comment).or_default();
                *count += 1;
                if *count <= edit.text.matches(comment).count() {
                    continue;
                }
                match lost.iter_mut().find(|(at, other, _)| *at == stmt && *other == comment) {
                    Some((.., count)) => *count += 1,
                    None => lost.push((stmt, comment, 1)),
                }
            }
        }
        for (stmt, comment, count) in lost {
            let above = self.out.above.iter().filter(|(at, _)| *at == stmt);
            let there = above.map(|(_, above)| match above {
                Above::Code(code) => code.0.matches(comment).count(),
                _ => 0,
            });
            for _ in there.sum()..count {
                self.out.above.push((stmt, Above::Kept(comment.to_owned())));
            }
        }
    }

    /// Inserts what goes above statements: statements first, comments next to the code that they are about. What code that
    /// an earlier run left uses has its comment there.
    fn insert_above(&mut self) {
        let Output { above, .. } = &mut self.out;
        let mut above = std::mem::take(above);
        let marks = Marks::new(self.p.ast, self.p.resolved);
        above.retain(|(stmt, above)| !matches!(above, Above::Comment { .. }) || !marks.use_some(*stmt));
        above.sort_by_key(|(stmt, a)| (self.p.ast.stmt(*stmt).span.start, !matches!(a, Above::Code(_))));
        self.to_what_they_mark(&mut above);
        for (stmt, item) in above {
            let start = self.p.ast.stmt(stmt).span.start;
            let own = self.lines.own(start).map(|(_, margin)| margin.to_owned());
            let at = if own.is_some() { start } else { line_start(self.p.source.text(), start) };
            let (indent, _) = self.position(at);
            let margin = own.clone().unwrap_or_else(|| self.p.source.text()[at..at + indent].to_owned());
            let text = match item {
                Above::Code(markup) => {
                    let code = self.with_margin(layout(&markup, indent, indent, self.style), at, indent);
                    Some(format!("{margin}{code}\n"))
                }
                Above::Kept(comment) => Some(format!("{margin}{comment}\n")),
                Above::Comment { code, reason, todo, original } => {
                    self.comment(at, indent, &code, &reason, &todo, original.as_deref())
                }
            };
            if let Some(text) = text {
                // A line that begins here has its margin already.
                let text = if own.is_some() { format!("{}{margin}", &text[margin.len()..]) } else { text };
                self.out.edits.push(Edit { span: Span::new(at, at), text });
            }
        }
    }

    /// In v1 the client becomes the workspace, and is called so where the name is free.
    fn rename_client(&mut self) {
        if self.p.target == Target::V2 {
            return;
        }
        let ast = self.p.ast;
        let mut edited: Vec<Span> = self.out.edits.iter().map(|e| e.span).collect();
        edited.sort();
        let is_edited = |span: Span| {
            let next = edited.partition_point(|e| e.start < span.end);
            edited[..next].iter().rev().take(4).any(|e| e.overlaps(span))
        };
        for id in ast.expr_ids() {
            let ExprKind::Name(name) = ast.kind(id) else { continue };
            if !self.ty(id).is_client() {
                continue;
            }
            let (new, span) = (self.renamed(name).0, ast.span(id));
            if new != *name && !is_edited(span) {
                self.out.edits.push(Edit { span, text: new });
            }
        }
    }
}

/// Whether two texts are the same code, broken into lines in another way: the user's way stays.
fn differs_in_layout_alone(new: &str, old: &str) -> bool {
    let tokens = |text: &str| text.split_whitespace().collect::<String>().replace(",)", ")");
    new == old || tokens(new) == tokens(old)
}
