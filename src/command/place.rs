//! Where a command stands: what may go before it, behind it and in its place, and where a comment on it can stand.

use super::pasted;
use super::region::{Comments, Region, trimmed};
use super::rewrite::Draft;
use crate::shell::{Command, Dialect, Inside, Join};
use crate::source::Language;
use crate::text::{Edit, Span, line_begin, line_start, margin};
use crate::translate::Stuck;

/// A command in its text.
pub(super) struct Place<'a> {
    pub text: &'a str,
    pub region: &'a Region,
    pub command: &'a Command,
    /// Where its own words begin, behind a prompt.
    pub start: usize,
}

impl Place<'_> {
    /// Where its line begins.
    fn line(&self) -> usize {
        line_begin(self.text, self.command.line.max(self.region.span.start))
    }

    /// What a line of its own begins with: margin, prompt, `@` of `make`, `!` of IPython. None where it shares its line.
    fn lead(&self) -> Option<String> {
        let before = &self.text[self.line()..self.start];
        let margin: String = before.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        let rest = before[margin.len()..].trim_end();
        match self.region.dialect {
            Dialect::Make if rest.chars().all(|c| "@-+".contains(c)) => Some(before.to_owned()),
            Dialect::Document if ["", "$", "%"].contains(&rest) => Some(before.to_owned()),
            Dialect::Notebook if rest.ends_with('!') => {
                let name = rest.trim_end_matches('!').trim_end().trim_end_matches('=').trim_end();
                let is_name = name.chars().all(|c| c.is_alphanumeric() || "_.,".contains(c));
                is_name.then(|| format!("{margin}!"))
            }
            _ => rest.is_empty().then(|| before.to_owned()),
        }
    }

    /// Whether other statements can stand on lines beside it.
    fn own_line(&self) -> Option<String> {
        let is_statement = matches!(self.command.before, Join::Line);
        let is_outside = matches!(self.command.inside, Inside::Script | Inside::Group);
        // A line that the one above runs into is not one of its own.
        let in_python = self.region.dialect == Dialect::Notebook;
        let is_first = !in_python || line_start(self.text, self.line()) == self.line();
        self.lead().filter(|_| self.region.lines && is_statement && is_outside && is_first)
    }

    /// The edits for what goes before and behind it.
    pub fn beside(&self, draft: &Draft) -> Result<Vec<Edit>, Stuck> {
        let mut edits = Vec::new();
        let own = self.own_line();
        if !draft.before.is_empty() {
            match &own {
                Some(lead) => {
                    let lines = draft.before.iter().map(|line| format!("{lead}{line}\n"));
                    edits.push(Edit { span: Span::new(self.line(), self.line()), text: lines.collect() });
                }
                None => {
                    self.chained(&[Join::Line, Join::Semicolon, Join::And])?;
                    let text: String = draft.before.iter().map(|line| format!("{line} && ")).collect();
                    edits.push(Edit { span: Span::new(self.start, self.start), text });
                }
            }
        }
        if let Some(after) = &draft.after {
            let end = self.command.end();
            let is_last = self.command.after == Join::Line && self.rest_of_line(end).trim().is_empty();
            let text = match own.filter(|_| is_last) {
                Some(lead) => format!("\n{lead}{after}"),
                None => {
                    self.chained(&[Join::Line, Join::Semicolon, Join::And])?;
                    if matches!(self.command.after, Join::Pipe | Join::Background) {
                        return Err(self.stuck());
                    }
                    format!(" && {after}")
                }
            };
            edits.push(Edit { span: Span::new(end, end), text });
        }
        Ok(edits)
    }

    fn chained(&self, joins: &[Join]) -> Result<(), Stuck> {
        let can = joins.contains(&self.command.before) && self.region.dialect != Dialect::PowerShell;
        if can { Ok(()) } else { Err(self.stuck()) }
    }

    fn stuck(&self) -> Stuck {
        let reason = "it becomes several commands, which cannot stand in this place";
        Stuck::new(reason, "put the command on a line of its own, and convert again")
    }

    fn rest_of_line(&self, at: usize) -> &str {
        self.text[at..self.region.whole.end].lines().next().unwrap_or_default()
    }

    /// The edit for a command that goes: with its line, where nothing else needs that.
    pub fn without(&self) -> Result<Edit, Stuck> {
        if let (Language::R, Some(string)) = (self.region.language, self.region.quote.map(|_| self.region.span)) {
            return match pasted::statement(self.text, string) {
                Some(span) => Ok(Edit { span, text: String::new() }),
                None if self.region.pasted.is_none() && self.command.span.contains(trimmed(self.text, string)) => {
                    Ok(Edit { span: string, text: "true".into() })
                }
                None => Err(Stuck::new("nothing takes its place, and something waits for it", "take the command out")),
            };
        }
        Ok(self.gone())
    }

    /// The same in a text for a shell.
    fn gone(&self) -> Edit {
        let (start, end) = (self.line(), self.command.end());
        let ignored = self.ignored(end);
        let end = end + ignored;
        let rest = self.rest_of_line(end);
        let is_last = self.command.after == Join::Line || ignored > 0;
        let is_alone = is_last && self.command.depth == 0 && self.command.inside == Inside::Script;
        let in_block = self.region.dialect == Dialect::Notebook && self.text[start..].starts_with([' ', '\t']);
        let is_bare = self.command.words.first().is_some_and(|word| word.span.start <= self.start);
        if self.own_line().is_none() || !is_alone || in_block || !is_bare {
            let nothing = match self.region.dialect {
                Dialect::PowerShell => "$null",
                _ => "true",
            };
            return Edit { span: Span::new(self.start, self.command.span.end), text: nothing.into() };
        }
        if !rest.trim().is_empty() {
            // A comment of the user stays, in a notebook as one of Python.
            let blank = rest.len() - rest.trim_start().len();
            let start = if self.region.dialect == Dialect::Notebook { start } else { self.start };
            return Edit { span: Span::new(start, end + blank), text: String::new() };
        }
        let end = end + rest.len();
        let newline = self.text[end..self.region.whole.end].chars().take_while(|c| *c == '\r' || *c == '\n');
        let newline = newline.scan(false, |seen, c| (!std::mem::replace(seen, c == '\n')).then_some(c)).count();
        Edit { span: Span::new(start, end + newline), text: String::new() }
    }

    /// The length of `|| true` or `| Out-Null` behind it, which stood there for its sake.
    fn ignored(&self, end: usize) -> usize {
        let rest = self.rest_of_line(end);
        let piped =
            rest.trim_start().strip_prefix('|').map(str::trim_start).filter(|_| self.command.after == Join::Pipe);
        let piped = piped.filter(|rest| rest.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("Out-Null")));
        if let Some(tail) = piped.map(|rest| &rest[8..])
            && (tail.trim().is_empty() || tail.trim_start().starts_with('#'))
        {
            return rest.len() - tail.len();
        }
        let behind =
            rest.trim_start().strip_prefix("||").map(str::trim_start).filter(|_| self.command.after == Join::Or);
        let after = behind.and_then(|rest| rest.strip_prefix("true").or_else(|| rest.strip_prefix(':')));
        let is_all =
            |after: &&str| after.trim().is_empty() || after.trim_start().starts_with('#') && after.starts_with(' ');
        after.filter(is_all).map_or(0, |after| rest.len() - after.len())
    }

    /// Where a comment on it stands, with its margin; none where no comment can stand.
    pub fn comment(&self) -> Option<(usize, String)> {
        self.region.comment_above(self.text, self.command.line.max(self.region.span.start))
    }
}

impl Region {
    /// Where a comment on something in a line can stand, and its margin.
    pub fn comment_above(&self, text: &str, line: usize) -> Option<(usize, String)> {
        let at = match self.comments {
            Comments::Lines => line_begin(text, line),
            Comments::At(at) => at,
            Comments::Nowhere => return None,
        };
        let margin = margin(&text[at..]).to_owned();
        // In a recipe a comment behind a tab would go to the shell, which says it.
        Some((at, if self.dialect == Dialect::Make { String::new() } else { margin }))
    }
}
