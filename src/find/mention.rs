//! `AZ_BATCHAI_…` variables in text.

use crate::concept;
use crate::text::Span;

/// One variable in a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The full name, `AZ_BATCHAI_INPUT_DATA`.
    pub variable: String,
    /// The `$` or `${…}` included, as it stands in the program.
    pub span: Span,
}

/// The beginnings of the names of Batch AI's variables.
const PREFIXES: [&str; 2] = ["AZ_BATCHAI_", "AZ_BATCH_"];

/// Where Batch AI's machines mounted what `AZ_BATCHAI_MOUNT_ROOT` names.
const MOUNTS: &str = "/mnt/batch/tasks/shared/LS_root/mounts";
const MOUNT_ROOT: &str = "AZ_BATCHAI_MOUNT_ROOT";

/// The key of the concept table for variables that have no row of their own.
const OTHERS: &str = "AZ_BATCH_*";

/// Every variable in a text that begins at `base`, with the `$` and braces that belong to it.
pub fn mentions_in(text: &str, base: usize) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("AZ_BATCH").map(|i| i + from) {
        let end = text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(text.len(), |i| at + i);
        from = end;
        let variable = &text[at..end];
        let own_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !own_word || !PREFIXES.iter().any(|p| variable.starts_with(p)) {
            continue;
        }
        let (start, end) = with_dollar(text, at, end);
        found.push(Mention { variable: variable.to_owned(), span: Span::new(base + start, base + end) });
    }
    found.extend(written_out(text, base));
    found.sort_by_key(|mention| mention.span.start);
    found
}

/// The mount root as the path that it was, which says the same. Azure ML's own machines have `clusters` below it.
fn written_out(text: &str, base: usize) -> impl Iterator<Item = Mention> {
    let ours = text.match_indices(MOUNTS).filter(|(at, _)| !text[at + MOUNTS.len()..].starts_with("/clusters/"));
    ours.map(move |(at, _)| Mention {
        variable: MOUNT_ROOT.to_owned(),
        span: Span::new(base + at, base + at + MOUNTS.len()),
    })
}

fn with_dollar(text: &str, start: usize, end: usize) -> (usize, usize) {
    let before = &text[..start];
    if before.ends_with("${") && text[end..].starts_with('}') {
        (start - 2, end + 1)
    } else if before.ends_with('$') {
        (start - 1, end)
    } else {
        (start, end)
    }
}

impl Mention {
    /// Whether it names the variable, and not the path that is behind it.
    pub fn is_named(&self) -> bool {
        self.span.end - self.span.start < MOUNTS.len()
    }

    /// The key of the concept table: `AZ_BATCHAI_INPUT_DATA` is a case of `AZ_BATCHAI_INPUT_*`.
    pub fn symbol(&self) -> String {
        for family in ["AZ_BATCHAI_INPUT_", "AZ_BATCHAI_OUTPUT_", "AZ_BATCHAI_PREV_OUTPUT_"] {
            if self.variable.starts_with(family) {
                return format!("{family}*");
            }
        }
        let is_known = concept::table().symbol(&self.variable).is_some();
        if is_known { self.variable.clone() } else { OTHERS.to_owned() }
    }

    /// The id of the input or output directory that the variable stands for.
    pub fn id(&self) -> Option<(&str, &str)> {
        let rest = self.variable.strip_prefix("AZ_BATCHAI_")?;
        let (kind, id) = rest.split_once('_')?;
        matches!(kind, "INPUT" | "OUTPUT").then_some((kind, id))
    }
}
