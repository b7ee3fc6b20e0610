//! Variables of Batch AI in strings whose use is not seen: handed to a function, kept in a dictionary.
//!
//! Where Azure ML has a text that stands for the same thing wherever the string ends up, the text is written in its
//! place, and a finding says so. Everything else is empty in Azure ML and left to a person.

use std::collections::HashSet;

use super::path::store_name;
use super::{Above, Translator};
use crate::concept::Mapping;
use crate::find::{Atom, Mention, Site, SiteId, SiteKind};
use crate::report::Fate;
use crate::resolve::Parts;
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind, StmtId};
use crate::text::{Edit, Span};

/// What is said of a text whose use is not seen.
const NOTE: &str = "what this text is used for cannot be seen";
const DIRECTORY_TODO: &str =
    "check that it ends up in the command of a job: only there Azure ML puts the directory in its place";
const PATH_TODO: &str = "check that it ends up as the path of an input or output";

impl Translator<'_> {
    /// Settles the mentions that nothing has consumed.
    pub(super) fn loose_mentions(&mut self) {
        let loose = std::mem::take(&mut self.out.loose);
        let kept = self.strings_of_kept_code();
        let commented = self.commented();
        self.used_twice(&kept, &commented);
        for site in loose {
            if self.ledger.get(Atom { site, arg: None }).is_some() {
                continue;
            }
            let SiteKind::Mention(mention) = &self.site(site).kind else { continue };
            let stays = |s: &ExprId| kept.contains(s) || commented.contains(&self.site(site).stmt);
            let string = self.site(site).expr.filter(|s| !stays(s));
            match string.and_then(|string| self.in_place(string, mention)) {
                Some((text, span, todo)) => {
                    let note = format!("`{}` is written as in Azure ML; {NOTE}", mention.variable);
                    self.settle(site, None, Fate::Approximate, &note, todo);
                    self.out.edits.push(Edit { span, text });
                }
                None => self.left(site, mention, &[self.site(site).stmt]),
            }
        }
    }

    /// A text that new code does without, but that code left for a person still uses.
    fn used_twice(&mut self, kept: &HashSet<ExprId>, commented: &HashSet<StmtId>) {
        let program = self.p;
        for (id, site) in program.sites.iter() {
            let (SiteKind::Mention(mention), Some(string)) = (&site.kind, site.expr) else { continue };
            let settled = self.ledger.get(Atom { site: id, arg: None });
            let converted = settled.is_some_and(|s| s.fate != Fate::Manual);
            let stays = kept.contains(&string) && !commented.contains(&site.stmt);
            if converted && stays && !self.out.edits.iter().any(|e| e.span.overlaps(mention.span)) {
                self.left(id, mention, &[site.stmt]);
            }
        }
    }

    /// Leaves the mentions that nothing has consumed in a value which stands in other statements by now.
    pub(super) fn loose_within(&mut self, value: Span, at: &[StmtId]) {
        for site in self.out.loose.clone() {
            let Site { kind, span, .. } = self.site(site);
            let SiteKind::Mention(mention) = kind else { continue };
            if value.contains(*span) && self.ledger.get(Atom { site, arg: None }).is_none() {
                self.left(site, mention, at);
            }
        }
    }

    fn left(&mut self, site: SiteId, mention: &Mention, at: &[StmtId]) {
        let reason = format!("`{}` is empty in Azure ML, and {NOTE}", mention.variable);
        let todo = self.mapping(self.site(site)).map(|mapping| advice(mapping, mention)).unwrap_or_default();
        self.settle(site, None, Fate::Manual, &reason, &todo);
        let code = self.code(self.site(site)).unwrap_or_default();
        let said = Above::Comment { code, reason, todo, original: None };
        at.iter().for_each(|stmt| self.above(*stmt, said.clone()));
    }

    /// The string literals that code which is left for a person is made of: they stay with it.
    fn strings_of_kept_code(&self) -> HashSet<ExprId> {
        let kept = self.p.sites.iter().filter(|(id, _)| {
            let settled = self.ledger.get(Atom { site: *id, arg: None });
            settled.is_some_and(|s| s.fate == Fate::Manual)
        });
        let arguments = kept.flat_map(|(_, site)| &site.args).map(|arg| arg.value);
        arguments.flat_map(|value| self.p.resolved.strings_in(self.p.ast, value)).collect()
    }

    /// The statements that are left for a person.
    fn commented(&self) -> HashSet<StmtId> {
        let comments = self.out.above.iter().filter(|(_, above)| matches!(above, Above::Comment { .. }));
        comments.map(|(stmt, _)| *stmt).collect()
    }

    /// Whether the program runs on a node: it has variables of Batch AI and nothing else of it.
    fn is_training_script(&self) -> bool {
        self.p.sites.iter().all(|(_, site)| matches!(site.kind, SiteKind::Mention(_)))
    }

    /// What stands for a variable in a string that may end up anywhere, and where it goes.
    fn in_place(&self, string: ExprId, mention: &Mention) -> Option<(String, Span, &'static str)> {
        let source = self.p.source.text();
        let edited = self.out.edits.iter().any(|e| e.span.overlaps(mention.span));
        if self.p.target != Target::V2
            || self.is_training_script()
            || edited
            || !mention.span.of(source).starts_with('$')
        {
            return None;
        }
        if let Some((kind @ ("INPUT" | "OUTPUT"), id)) = mention.id() {
            if self.may_be_variable(string) {
                return None;
            }
            let text = self.directory_text(kind, id);
            let text = if self.is_formatted(string) { text.replace('{', "{{").replace('}', "}}") } else { text };
            return Some((text, mention.span, DIRECTORY_TODO));
        }
        let (text, span) = self.path_in_place(string, mention)?;
        Some((text, span, PATH_TODO))
    }

    /// Whether a text may be the value of a variable of a job, which Azure ML takes as it stands: it is no command line, and the
    /// program has variables with values that only the run tells.
    fn may_be_variable(&self, string: ExprId) -> bool {
        let is_one_word = self.p.ast.str_value(string).is_some_and(|text| !text.contains(char::is_whitespace));
        let mut variables = self.p.sites.iter().filter(|(_, s)| s.symbol == "EnvironmentVariable");
        let is_open = |value: Option<ExprId>| value.is_none_or(|value| self.literal(value).is_none());
        is_one_word && variables.any(|(_, variable)| is_open(variable.arg("value")))
    }

    /// `'$AZ_BATCHAI_MOUNT_ROOT/<volume>/…'` as the path of a datastore, where the whole literal is a path.
    fn path_in_place(&self, string: ExprId, mention: &Mention) -> Option<(String, Span)> {
        let source = self.p.source.text();
        let literal = self.p.ast.span(string);
        let quotes = literal.of(source).find(['\'', '"'])? + 1;
        let begins = literal.start + quotes == mention.span.start;
        let rest = source[mention.span.end..literal.end].strip_prefix('/')?;
        let end = rest.find('/')?;
        let volume = &rest[..end];
        let whole = !rest.contains(char::is_whitespace) && !volume.is_empty() && !volume.contains(['\'', '"', '$']);
        let one_literal = matches!(self.p.ast.kind(string), ExprKind::Str { parts, .. } if parts.len() == 1);
        if !begins || !whole || !one_literal || !mention.variable.ends_with("MOUNT_ROOT") {
            return None;
        }
        let span = Span::new(mention.span.start, mention.span.end + 1 + end + 1);
        let mut store = Parts::default();
        store.push_text(&store_name(volume));
        let folder = self.check_mount(&store).ok()?;
        Some((format!("azureml://datastores/{}/paths/{folder}", store_name(volume)), span))
    }

    /// Whether braces in a string are holes: it is an f-string, `.format` is called on it, or it has holes.
    fn is_formatted(&self, string: ExprId) -> bool {
        let ast = self.p.ast;
        let mut at = string;
        while let Some(parent) = self.p.resolved.parent(at) {
            match ast.kind(parent) {
                ExprKind::Binary { op: "+", .. } => at = parent,
                ExprKind::Attribute { attr, .. } if attr == "format" => return true,
                _ => break,
            }
        }
        let text = ast.span(string).of(self.p.source.text());
        let has_holes = text.match_indices('{').any(|(at, _)| {
            let inside = text[at + 1..].split('}').next().unwrap_or_default();
            !text[..at].ends_with('$') && inside.len() < 40 && !inside.contains(char::is_whitespace)
        });
        matches!(ast.kind(string), ExprKind::FString(_)) || has_holes
    }
}

/// What a person can do about a variable that is left.
pub fn advice(mapping: &Mapping, mention: &Mention) -> String {
    match mapping.export.get("any").filter(|_| mapping.todo.is_empty()) {
        Some(value) => {
            let value = value.replace("<ID>", mention.id().map_or("", |(_, id)| id));
            format!("put `export {}={value}` at the start of the job's command", mention.variable)
        }
        None => mapping.todo.clone(),
    }
}
