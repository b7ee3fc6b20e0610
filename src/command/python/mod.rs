//! Command lines that Python runs: a list of words, or a string for a shell.
//!
//! Each is carried over into a text for a shell, in which `{h0}`, `{h1}` … stand for the expressions in it, is read and
//! rewritten there as any other command line, and what has changed goes back to where it came from: element by element
//! (`words`) or piece by piece (`line`). Who runs it, and who takes its output, is in `site`.

mod args;
mod hole;
mod line;
mod literal;
mod site;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::region::{Comments, Region};
use super::{Aim, CommandUse, Commands, Reader, left};
use crate::concept;
use crate::estate::az_batchai;
use crate::report::Fate;
use crate::shell::Dialect;
use crate::source::{Language, Source};
use crate::syntax::{Ast, StmtKind};
use crate::text::{Edit, Span, comments_above, is_mark, line_begin, line_start, margin};
use crate::translate::{Stuck, comment_lines};

use line::Line;
use site::{Form, Output, Site, sites};
use words::Words;

/// The way of a command line into a text for a shell, and back.
trait Carried {
    /// The text of each hole in the source.
    fn holes(&self) -> &[String];
    /// Where a part of the text stands in the source.
    fn place(&self, part: Span) -> Span;
    /// What edits of the text are in the source.
    fn back(&self, shell: &str, edits: &[Edit]) -> Result<Vec<Edit>, Stuck>;
}

/// Reads and converts the command lines that a program runs.
pub(super) fn read(source: &Source, ast: &Ast, aim: Aim<'_>, stored: &BTreeSet<String>) -> Commands {
    let mut all = Commands::default();
    if !source.text().contains("batchai") || !ast.errors.is_empty() {
        return all;
    }
    let mut marks: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for site in sites(source.text(), ast) {
        let one = Conversion { text: source.text(), path: source.path(), ast, site: &site, aim, stored }.convert();
        all.edits.extend(one.edits);
        all.uses.extend(one.uses);
        let above = marks.entry(line_start(source.text(), ast.stmt(site.stmt).span.start)).or_default();
        one.marks.into_iter().for_each(|mark| above.push(mark));
    }
    for (at, mut texts) in marks {
        let there: Vec<&str> = comments_above(source.text(), at).filter(|line| is_mark(line)).collect();
        let mut seen = Vec::new();
        texts.retain(|text| {
            let first = text.trim_start().lines().next().unwrap_or_default().to_owned();
            let is_new = !there.contains(&first.as_str()) && !seen.contains(text);
            seen.push(text.clone());
            is_new
        });
        if !texts.is_empty() {
            all.edits.push(Edit { span: Span::new(at, at), text: texts.concat() });
        }
    }
    all
}

/// Where a program writes the command lines that it runs.
pub fn places(source: &Source, ast: &Ast) -> Vec<Span> {
    let is_read = source.text().contains("batchai") && ast.errors.is_empty();
    let all = if is_read { sites(source.text(), ast) } else { Vec::new() };
    all.iter().map(|site| ast.span(site.expr)).collect()
}

/// What becomes of a command line.
#[derive(Default)]
struct Converted {
    edits: Vec<Edit>,
    uses: Vec<CommandUse>,
    /// Comments above its statement.
    marks: Vec<String>,
}

/// A command line on its way.
struct Conversion<'a> {
    text: &'a str,
    path: &'a str,
    ast: &'a Ast,
    site: &'a Site,
    aim: Aim<'a>,
    stored: &'a BTreeSet<String>,
}

impl Conversion<'_> {
    fn convert(&self) -> Converted {
        let margin = self.margin();
        let (shell, carried): (String, Box<dyn Carried>) = match self.site.form {
            Form::Words { is_joined } => {
                let (shell, words) = Words::new(self.text, self.ast, self.site.expr, margin, is_joined);
                (shell, Box::new(words))
            }
            Form::Line => match Line::new(self.text, self.ast, self.site.expr, margin, self.site.is_shell) {
                Some((shell, line)) => (shell, Box::new(line)),
                None => return self.unread(),
            },
        };
        let mut one = self.read(&shell, margin.len(), carried.as_ref());
        let failed = self.given_back(&shell, carried.as_ref(), &mut one);
        let stuck = self.site.stuck.clone().or(failed);
        if let Some(stuck) = stuck {
            self.leave(&mut one, &stuck);
        }
        one
    }

    /// The white space before its statement.
    fn margin(&self) -> &str {
        margin(&self.text[line_start(self.text, self.ast.stmt(self.site.stmt).span.start)..])
    }

    /// Reads it as the text for a shell that it is; edits and places are still those of that text.
    fn read(&self, shell: &str, start: usize, carried: &dyn Carried) -> Converted {
        let whole = Span::new(start, shell.len());
        let region = Region {
            span: whole,
            whole,
            dialect: Dialect::Notebook,
            lines: false,
            comments: Comments::At(0),
            is_kept: self.site.output == Output::Taken,
            is_read: self.site.is_run,
            is_plain: false,
            is_folded: false,
            is_single: !self.site.is_shell,
            quote: None,
            is_format: false,
            pasted: None,
            list: None,
            language: Language::Shell,
        };
        let (path, aim) = (self.path, self.aim);
        let mut out = Commands { stored: self.stored.clone(), ..Commands::default() };
        let (marks, mounted) = (BTreeMap::new(), &BTreeSet::new());
        let program = self.text;
        let mut reader =
            Reader { text: shell, original: shell, program, path, region: &region, aim, mounted, marks, out: &mut out };
        reader.region(&az_batchai(shell, whole));
        let marks = std::mem::take(&mut reader.marks).into_values().flatten();
        let marks = marks.map(|mark| hole::shown(&mark, carried.holes())).collect();
        let mut one = Converted { edits: out.edits, uses: out.uses, marks };
        for used in &mut one.uses {
            let all = [&mut used.settled].into_iter().chain(used.options.iter_mut().map(|(_, _, settled)| settled));
            all.for_each(|settled| settled.reason = hole::shown(&settled.reason, carried.holes()));
            if self.site.output == Output::Unseen && used.settled.fate == Fate::Exact {
                used.settled.fate = Fate::Approximate;
                used.settled.reason = "it cannot be seen who reads its output, whose fields have other names".into();
            }
        }
        one
    }

    /// Brings edits and places into the source. What cannot go back is said.
    fn given_back(&self, shell: &str, carried: &dyn Carried, one: &mut Converted) -> Option<Stuck> {
        let edits = std::mem::take(&mut one.edits);
        let place = |used: &mut CommandUse| {
            used.span = carried.place(used.span);
            used.options.iter_mut().for_each(|(_, span, _)| *span = carried.place(*span));
        };
        one.uses.iter_mut().for_each(place);
        if edits.is_empty() {
            return None;
        }
        let new = hole::applied(shell, &edits);
        let is_gone = new.trim() == "true";
        let back = if is_gone { self.without() } else { carried.back(shell, &edits) };
        match back {
            Ok(edits) => {
                one.edits = edits;
                None
            }
            Err(stuck) => Some(stuck),
        }
    }

    /// A command that has nothing in its place: its statement goes.
    fn without(&self) -> Result<Vec<Edit>, Stuck> {
        let stmt = self.ast.stmt(self.site.stmt);
        let block = self.ast.statement_around(stmt.span).filter(|(found, _)| *found == self.site.stmt);
        let (StmtKind::Expr(_), Some((_, block)), true) = (&stmt.kind, block, self.site.is_statement) else {
            let reason = "nothing takes its place, and something waits for how it ended";
            return Err(Stuck::new(reason, "take the command out"));
        };
        let start = line_begin(self.text, stmt.span.start);
        let rest = &self.text[stmt.span.end..];
        let end = stmt.span.end + rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let tail = rest[..end - stmt.span.end].trim_start();
        let is_alone = self.text[start..stmt.span.start].trim().is_empty();
        let has_comments = self.ast.comments.iter().any(|comment| stmt.span.contains(*comment));
        let can_go = is_alone && !has_comments && block.len() > 1;
        let (span, text) = match tail {
            "" if can_go => (Span::new(start, end), ""),
            // The comment behind it stays, on a line of its own.
            tail if can_go && tail.starts_with('#') => (Span::new(stmt.span.start, end - tail.len()), ""),
            _ => (stmt.span, "pass"),
        };
        Ok(vec![Edit { span, text: text.into() }])
    }

    /// All of it is left to a person.
    fn leave(&self, one: &mut Converted, stuck: &Stuck) {
        one.edits.clear();
        let settled = left(stuck);
        let code = one.uses.first().and_then(|used| concept::table().row(&used.symbol)).map(|row| row.code.clone());
        let margin = self.margin();
        let lines = comment_lines(&code.unwrap_or_default(), &stuck.reason, &stuck.todo, margin.len());
        one.marks = vec![lines.iter().map(|line| format!("{margin}{line}\n")).collect()];
        for used in &mut one.uses {
            used.settled = settled.clone();
            used.options.iter_mut().for_each(|(_, _, option)| *option = settled.clone());
        }
    }

    /// A string that cannot be carried over: bytes, escapes that a shell does not have.
    fn unread(&self) -> Converted {
        let span = self.ast.span(self.site.expr);
        let found = az_batchai(self.text, span).into_iter().next();
        let (head, name) = found.unwrap_or_else(|| (Span::new(span.start, span.start), super::ANY.to_owned()));
        let stuck = Stuck::new("it stands in text that is not read as a command", "write it as a list of words");
        let words: Vec<&str> = name.split(' ').collect();
        let known = (2..=words.len()).rev().map(|end| words[..end].join(" "));
        let symbol = known.into_iter().find(|name| concept::table().symbol(name).is_some());
        let symbol = symbol.unwrap_or_else(|| super::ANY.to_owned());
        let used = CommandUse { symbol, name, span: head, settled: left(&stuck), options: Vec::new() };
        let mut one = Converted { uses: vec![used], ..Converted::default() };
        self.leave(&mut one, &stuck);
        one
    }
}
