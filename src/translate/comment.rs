//! Comments for a person, above code that bai2aml could not convert.

use super::Translator;
use super::statement::WIDTH;
use super::value::{COMMENT, Keywords};
use crate::find::SiteId;
use crate::render::Markup;
use crate::syntax::ExprKind;
use crate::text::Span;

/// What every comment of ours begins with: a second run knows them by it.
pub const MARK: &str = "# bai2aml:";

impl Translator<'_> {
    /// The user's comments on an argument: on the lines above it, and behind it on its own line.
    pub(super) fn comments_on(&self, id: SiteId, index: usize) -> Keywords {
        let (site, text) = (self.site(id), self.p.source.text());
        let span = site.args[index].span;
        let before = site.args.iter().map(|a| a.span.end).filter(|end| *end <= span.start).max();
        let from = before.unwrap_or_else(|| match site.expr.map(|e| self.p.ast.kind(e)) {
            Some(ExprKind::Call { parens, .. }) => parens.start,
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
        original: Option<Span>,
    ) -> Option<String> {
        let text = self.p.source.text();
        let margin = &text[at..at + indent];
        let mut lines = comment_lines(code, reason, todo, indent);
        if let Some(original) = original {
            lines.push("#   was:".into());
            lines.extend(self.slice(original).flat().lines().map(|l| format!("#     {l}").trim_end().to_owned()));
        }
        if self.comments_above(at).iter().any(|l| *l == lines[0]) {
            return None;
        }
        Some(lines.iter().map(|l| format!("{margin}{l}\n")).collect())
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
