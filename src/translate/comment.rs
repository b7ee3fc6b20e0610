//! Comments for a person, above code that bai2aml could not convert.

use super::statement::WIDTH;
use super::value::{COMMENT, Keywords};
use super::{Above, Stuck, Translator};
use crate::find::{Reflection, Site, SiteId, SiteKind};
use crate::render::Markup;
use crate::sdk;
use crate::syntax::{ExprId, ExprKind, StmtId};
use crate::text::{MARK, Span};

/// How the variables of Batch AI begin.
const VARIABLE: &str = "AZ_BATCHAI_";
/// How the codes of what is said of them begin.
const OF_VARIABLES: &str = "BAI6";

impl Translator<'_> {
    /// Puts a comment on a variable in front of the added statement that names it, where the statement below does not.
    pub(super) fn to_what_they_mark(&self, above: &mut [(StmtId, Above)]) {
        let names_one = |stmt: StmtId| {
            let is_left = |(id, site): (SiteId, &Site)| {
                site.stmt == stmt && matches!(site.kind, SiteKind::Mention(_)) && self.is_for_a_person(id)
            };
            self.p.sites.iter().any(is_left)
        };
        for group in above.chunk_by_mut(|one, other| one.0 == other.0) {
            let is_named =
                |(_, added): &(StmtId, Above)| matches!(added, Above::Code(code) if code.0.contains(VARIABLE));
            let is_of_variable =
                |added: &Above| matches!(added, Above::Comment { code, .. } if code.starts_with(OF_VARIABLES));
            if group.iter().any(|(_, added)| is_of_variable(added))
                && let Some(named) = group.iter().position(is_named).filter(|_| !names_one(group[0].0))
            {
                group[named..].sort_by_key(|(_, added)| !is_of_variable(added));
            }
        }
    }

    /// Why a use of the old storage SDK that only looks like one is left.
    pub(super) fn storage_guess(&self, site: &Site) -> Stuck {
        if !site.expr.is_some_and(|e| matches!(self.p.ast.kind(e), ExprKind::Call { .. })) {
            return Stuck::new(
                "a listing of the new SDK has no `next_marker`: it goes on by itself to the end",
                "take the loop over markers out, or page with `.by_page()`",
            );
        }
        let class = site.symbol.rsplit('.').nth(1).unwrap_or_default();
        Stuck::new(
            "it looks like a call of the old storage SDK, and where its client comes from cannot be seen here",
            format!("if it is one, annotate the client with `{class}` and convert again"),
        )
    }

    /// The code of a site's concept.
    pub(super) fn code(&self, site: &Site) -> Option<String> {
        crate::concept::table().row(&site.symbol).map(|r| r.code.clone())
    }

    /// The user's comments on an argument: on the lines above it, and behind it on its own line.
    pub(super) fn comments_on(&self, id: SiteId, index: usize) -> Keywords {
        let (site, text) = (self.site(id), self.p.source.text());
        let span = site.args[index].span;
        if !site.span.contains(span) {
            // They stay where they are: between the statements that go.
            return Keywords::new();
        }
        let inside = site.args.iter().map(|a| a.span).filter(|other| site.span.contains(*other));
        let before = inside.map(|other| other.end).filter(|end| *end <= span.start).max();
        let from = before.unwrap_or_else(|| match site.expr.map(|e| self.p.ast.kind(e)) {
            Some(ExprKind::Call { parens, .. }) => parens.start,
            Some(ExprKind::Dict(_)) => site.span.start,
            _ => span.start,
        });
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |i| at + i);
        // What stands behind the argument before is about that one.
        let from = if before.is_some() { line_end(from).min(span.start) } else { from };
        let own = Span::new(from, line_end(span.end).min(site.span.end).max(span.end));
        let first = self.p.ast.comments.partition_point(|c| c.start < own.start);
        let within = self.p.ast.comments[first..].iter().take_while(|c| c.end <= own.end);
        let on = within.filter(|c| !span.contains(**c));
        on.map(|c| (COMMENT.to_owned(), Markup::plain(c.of(text).trim_end()))).collect()
    }

    /// The lines of a comment; none when they are there already.
    pub(super) fn comment(
        &self,
        at: usize,
        indent: usize,
        code: &str,
        reason: &str,
        todo: &str,
        original: Option<&str>,
    ) -> Option<String> {
        let text = self.p.source.text();
        let margin = self.lines.own(at).map_or(&text[at..at + indent], |(_, margin)| margin);
        let mut lines = comment_lines(code, reason, todo, indent);
        if let Some(original) = original {
            lines.push("#   was:".into());
            lines.extend(original.lines().map(|l| format!("#     {l}").trim_end().to_owned()));
        }
        if self.comments_above(at).iter().any(|l| *l == lines[0]) {
            return None;
        }
        Some(lines.iter().map(|l| format!("{margin}{l}\n")).collect())
    }

    /// Source text in which the literals that are secrets are left out: a secret is not written down a second time.
    pub(super) fn without_secrets(&self, site: &Site, span: Span) -> String {
        let own = |site: &Site| site.args.iter().map(|a| (a.value, is_secret(site, &a.name))).collect::<Vec<_>>();
        let all = &self.p.sites.all;
        let first = all.partition_point(|s| s.span.start < span.start);
        let within = all[first..].iter().take_while(|s| s.span.start < span.end).flat_map(own);
        let mut hidden = Vec::new();
        for (value, secret) in own(site).into_iter().chain(within) {
            if span.contains(self.p.ast.span(value)) {
                self.secrets(value, secret, &mut hidden);
            }
        }
        // What a dictionary that is unpacked gives stands somewhere else.
        hidden.retain(|part| span.contains(*part));
        hidden.sort();
        hidden.dedup();
        let dots = hidden.into_iter().map(|span| (span, Markup(format!("{0}…{0}", self.quote)))).collect();
        self.splice(span, dots).flat()
    }

    /// The literals in what is given for a secret. The arguments of a constructor are judged one by one.
    fn secrets(&self, id: ExprId, secret: bool, hidden: &mut Vec<Span>) {
        let ast = self.p.ast;
        match ast.kind(id) {
            ExprKind::Str { .. } | ExprKind::FString(_) if secret => hidden.push(ast.span(id)),
            // A key is no secret, nor is what it stands for in this text.
            ExprKind::Subscript { value, .. } => self.secrets(*value, secret, hidden),
            _ => match self.p.sites.at(id).map(|site| self.site(site)) {
                Some(site) => site.args.iter().for_each(|a| self.secrets(a.value, is_secret(site, &a.name), hidden)),
                None => ast.parts(id).into_iter().for_each(|part| self.secrets(part, secret, hidden)),
            },
        }
    }

    /// The comment lines directly above a line.
    fn comments_above(&self, at: usize) -> Vec<String> {
        let lines = self.p.source.text()[..at].lines().rev();
        lines.map(str::trim).take_while(|l| l.starts_with('#')).map(str::to_owned).collect()
    }
}

/// The lines of a comment without their margin: what is left to a person, and what to do.
pub fn comment_lines(code: &str, reason: &str, todo: &str, indent: usize) -> Vec<String> {
    let mut lines = wrapped(&format!("{MARK} {code} manual: {reason}"), indent);
    if !todo.is_empty() {
        lines.extend(wrapped(&format!("#   do: {todo}"), indent));
    }
    lines
}

/// Whether an argument takes a secret, by its name: `password`, `account_key`, the `value` of a secret variable.
fn is_secret(site: &Site, argument: &str) -> bool {
    let reference = argument.ends_with("_reference") || argument.ends_with("_url");
    let named = ["password", "secret", "credential", "key"].iter().any(|word| argument.contains(word));
    named && !reference || argument == "value" && site.symbol.contains("Secret")
}

/// Breaks a comment into lines; the second and later ones are indented by three more columns.
fn wrapped(text: &str, indent: usize) -> Vec<String> {
    let room = WIDTH.saturating_sub(indent).max(40);
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && line.chars().count() + word.trim_end().chars().count() > room {
            lines.push(line.trim_end().to_owned());
            line = "#   ".into();
        }
        line.push_str(word);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Why a class that Batch AI does not have is left.
pub(super) fn misspelt(name: &str) -> Stuck {
    let meant = sdk::batchai().closest(name);
    let hint = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    Stuck::new(
        format!("no version of azure-mgmt-batchai has a class `{name}`{hint}"),
        "correct the name and convert again",
    )
}

/// Why a text that names the package is left.
pub(super) fn text(site: &Site) -> Stuck {
    if site.row().is_some_and(|row| row.kind == crate::concept::Kind::Exception) {
        return Stuck::new(
            "an error is told by its name here, and the errors of Azure ML have other names",
            "ask with `isinstance` for the class that takes its place, and convert again",
        );
    }
    Stuck::new(
        "it names Batch AI's package in a text, and what the code around it does with that cannot be seen here",
        "name what takes its place in Azure ML",
    )
}

/// Why a call that is made in parts is left.
pub(super) fn partial() -> Stuck {
    Stuck::new(
        "a part of its arguments is given here and the rest elsewhere, and the new call takes others",
        "write a function that calls it with all of them, and convert again",
    )
}

/// Why a call is left of which only the run tells what it calls.
pub(super) fn one_of(symbols: &[String]) -> Stuck {
    let quoted: Vec<String> = symbols.iter().map(|symbol| format!("`{symbol}`")).collect();
    Stuck::new(
        format!("only the run tells which of {} is called here, and they differ in Azure ML", quoted.join(" or ")),
        "call each of them by its name, in a branch of its own, and convert again",
    )
}

/// Why attributes that are named by a text are left.
pub(super) fn reflection(site: &Site, found: &Reflection) -> Stuck {
    let of = match site.receiver {
        Some(_) => format!("of a `{}`", site.symbol),
        None if site.symbol.starts_with("azure.") => "of Batch AI's package".to_owned(),
        None => format!("of `{}`", site.symbol),
    };
    let by = found.by;
    match &found.name {
        _ if found.is_all() => Stuck::new(
            format!("`{by}` gives all attributes {of}, and in Azure ML they have other names"),
            "write out the attributes that are used, and convert again",
        ),
        Some(name) => Stuck::new(
            format!("`{by}` names the attribute `{name}` {of} in a text"),
            "write it as an attribute and convert again, or convert it by hand",
        ),
        None => Stuck::new(
            format!("which attribute {of} `{by}` names is known only at run time, and in Azure ML it has another name"),
            "write out the names that it may have, and convert again",
        ),
    }
}

/// Why what only looks like Batch AI is left for a person.
pub(super) fn guess(site: &Site) -> Stuck {
    let (what, origin, hint) = match (site.symbol.contains('.'), site.receiver) {
        (true, Some(_)) => ("a call of Batch AI", "where what it is called on comes from", "that with its class"),
        (true, None) => {
            ("a call of Batch AI", "where its client comes from", "the client with `BatchAIManagementClient`")
        }
        (false, Some(_)) => ("a use of a Batch AI object", "where that comes from", "the object with its class"),
        (false, None) => {
            let todo =
                "if it is one, import it from `azure.mgmt.batchai.models` and convert again, or convert it by hand";
            return Stuck::new("it looks like a class of Batch AI, and where it comes from cannot be seen here", todo);
        }
    };
    Stuck::new(
        format!("it looks like {what}, and {origin} cannot be seen here"),
        format!("if it is one, convert it by hand, or annotate {hint} and convert again"),
    )
}
