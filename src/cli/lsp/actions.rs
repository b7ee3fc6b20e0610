//! What an editor offers at a place: to convert what stands there with all that it needs, what is certain, or the file.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::documents::Documents;
use super::server::{Can, diagnostic};
use super::text::Range;
use super::uri;
use crate::report::{Fate, Found};

/// What an action is for.
const SITE: &str = "quickfix";
const CERTAIN: &str = "source.fixAll.bai2aml";
const FILE: &str = "source.convert.bai2aml";

/// All of them.
pub const KINDS: [&str; 3] = [SITE, CERTAIN, FILE];

/// What is asked.
pub struct Asked<'a> {
    pub analysis: &'a Analysis,
    pub documents: &'a Documents,
    pub can: Can,
    /// The text that the place is in.
    pub uri: &'a str,
    pub range: Range,
    /// The kinds that are wanted, if not all.
    pub only: Option<Vec<&'a str>>,
}

/// Every action for a place.
pub fn all(asked: &Asked<'_>) -> Vec<Value> {
    let mut actions = Vec::new();
    let (analysis, target) = (asked.analysis, asked.analysis.target().package());
    let here: Vec<(&Found, Range)> = analysis.at(asked.documents, asked.uri, asked.range).collect();
    if asked.wants(SITE) {
        let mut seen = BTreeSet::new();
        for (found, range) in &here {
            let (changes, fate) = analysis.changes_at(found);
            if seen.insert(changes.clone()) {
                let title = match fate {
                    Fate::Manual => format!("Convert {} to {target}, and mark what is left to you", found.code),
                    Fate::Approximate => format!("Convert {} to {target} (something differs)", found.code),
                    Fate::Exact | Fate::Drop => format!("Convert {} to {target}", found.code),
                };
                let is_certain = fate <= Fate::Drop;
                actions.extend(asked.action(SITE, &title, &changes, Some((found, *range, is_certain))));
            }
        }
    }
    if asked.wants(CERTAIN) {
        let title = format!("Convert what stays the same to {target}");
        actions.extend(asked.action(CERTAIN, &title, &analysis.certain(), None));
    }
    let file = format!("Convert this file to {target}");
    let kind = if here.is_empty() || !asked.wants(SITE) { FILE } else { SITE };
    if asked.wants(FILE) || kind == SITE {
        actions.extend(asked.action(kind, &file, &analysis.changes(), None).or_else(|| asked.replaced(kind, &file)));
    }
    actions
}

impl Asked<'_> {
    /// Whether a kind is asked for: `source` stands for all that begins with `source.`.
    fn wants(&self, kind: &str) -> bool {
        let has =
            |wanted: &&str| kind.strip_prefix(*wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.only.as_ref().is_none_or(|only| only.iter().any(has))
    }

    /// An action that makes some changes; nothing if these change no text.
    fn action(
        &self,
        kind: &str,
        title: &str,
        changes: &BTreeSet<usize>,
        of: Option<(&Found, Range, bool)>,
    ) -> Option<Value> {
        let edits = self.analysis.edits(changes);
        if edits.is_empty() {
            return None;
        }
        let edit = match self.can.document_changes {
            true => {
                let change = |(uri, edits): (&String, &Vec<Value>)| json!({ "textDocument": self.versioned(uri), "edits": edits });
                json!({ "documentChanges": edits.iter().map(change).collect::<Vec<_>>() })
            }
            false => json!({ "changes": edits }),
        };
        let mut action = json!({ "title": title, "kind": kind, "edit": edit });
        if let Some((found, range, is_certain)) = of {
            action["diagnostics"] = json!([diagnostic(found, range)]);
            action["isPreferred"] = is_certain.into();
        }
        Some(action)
    }

    /// A file that becomes others.
    fn replaced(&self, kind: &str, title: &str) -> Option<Value> {
        let file = self.analysis.made().filter(|_| self.can.files && uri::path(self.uri).is_some())?;
        let mut changes = Vec::new();
        for new in &file.made {
            let uri = uri::of(&new.path);
            let start = json!({ "line": 0, "character": 0 });
            let text = String::from_utf8_lossy(&new.bytes);
            let edit = json!({ "range": { "start": start, "end": start }, "newText": text });
            changes.push(
                json!({ "kind": "create", "uri": uri, "options": { "overwrite": false, "ignoreIfExists": false } }),
            );
            changes.push(json!({ "textDocument": { "uri": uri, "version": null }, "edits": [edit] }));
        }
        if file.is_removed {
            changes.push(json!({ "kind": "delete", "uri": self.uri }));
        }
        Some(json!({ "title": title, "kind": kind, "edit": { "documentChanges": changes } }))
    }

    fn versioned(&self, uri: &str) -> Value {
        let version = self.documents.get(uri).map(|buffer| buffer.version);
        json!({ "uri": uri, "version": version })
    }
}
