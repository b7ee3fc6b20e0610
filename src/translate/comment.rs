//! Comments for a person, above code that bai2aml could not convert.

use super::Translator;
use super::statement::WIDTH;
use crate::text::Span;

/// What every comment of ours begins with: a second run knows them by it.
pub const MARK: &str = "# bai2aml:";

impl Translator<'_> {
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
        let mut lines = wrapped(&format!("{MARK} {code} manual: {reason}"), indent);
        if !todo.is_empty() {
            lines.extend(wrapped(&format!("#   do: {todo}"), indent));
        }
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
