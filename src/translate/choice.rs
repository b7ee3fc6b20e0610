//! Expressions that give one text or none: `'-x DEBUG=1' if debug else ''`, by name or in place.

use std::collections::BTreeSet;

use super::Translator;
use super::launcher::{Choice, Own};
use crate::resolve::{Part, Parts};
use crate::syntax::{ExprId, ExprKind};

/// How far names are followed.
const DEPTH: usize = 8;

impl Translator<'_> {
    /// The launcher that a command line starts, where options that are there at times are understood as well.
    pub(super) fn read_launcher(&self, parts: &Parts) -> Option<Own> {
        let choices: Vec<Choice> = parts.0.iter().filter_map(|part| self.choice(part)).collect();
        Own::read(parts, &choices)
    }

    fn choice(&self, part: &Part) -> Option<Choice> {
        let (Part::Hole(id) | Part::Formatted(id)) = part else { return None };
        let mut texts = BTreeSet::new();
        self.texts(*id, &mut texts, 0)?;
        let is_at_times = texts.remove("");
        let text = texts.pop_first().filter(|_| is_at_times && texts.is_empty())?;
        // A text is true where it is not empty; the test itself says the same, and is shorter than the whole.
        let condition = match self.p.ast.kind(*id) {
            ExprKind::IfExp { test, orelse, .. } if self.p.ast.str_value(*orelse) == Some("") => *test,
            _ => *id,
        };
        Some(Choice { expression: *id, condition, text })
    }

    /// Every text that an expression can give; nothing where one of them cannot be seen.
    fn texts(&self, id: ExprId, out: &mut BTreeSet<String>, depth: usize) -> Option<()> {
        match self.p.ast.kind(id) {
            ExprKind::Str { value, .. } => drop(out.insert(value.clone())),
            ExprKind::IfExp { body, orelse, .. } if depth < DEPTH => {
                self.texts(*body, out, depth + 1)?;
                self.texts(*orelse, out, depth + 1)?;
            }
            ExprKind::Name(_) if depth < DEPTH => {
                let definitions = self.p.resolved.reaching(id);
                if definitions.is_empty() {
                    return None;
                }
                for definition in definitions {
                    self.texts(self.p.resolved.def(*definition).value?, out, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }
}
