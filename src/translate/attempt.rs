//! Attempts: what is written for a site can be taken back, and of what is left for a person nothing goes elsewhere.

use super::{Above, Result, Stuck, Translator};
use crate::find::SiteId;
use crate::render::Markup;
use crate::syntax::ExprId;

/// How long everything is that only grows: a point to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    edits: usize,
    imports: usize,
    support: usize,
    above: usize,
    consumed: usize,
    kept: usize,
    loose: usize,
    ledger: usize,
}

impl Translator<'_> {
    pub(super) fn mark(&self) -> Mark {
        let out = &self.out;
        Mark {
            edits: out.edits.len(),
            imports: out.imports.len(),
            support: out.support.len(),
            above: out.above.len(),
            consumed: out.consumed.len(),
            kept: out.kept.len(),
            loose: out.loose.len(),
            ledger: self.ledger.mark(),
        }
    }

    pub(super) fn rollback(&mut self, mark: Mark) {
        self.out.edits.truncate(mark.edits);
        self.out.imports.truncate(mark.imports);
        self.out.support.truncate(mark.support);
        self.out.above.truncate(mark.above);
        self.out.consumed.truncate(mark.consumed);
        self.out.kept.truncate(mark.kept);
        self.out.loose.truncate(mark.loose);
        self.ledger.rollback(mark.ledger);
    }

    /// Whether this run leaves a constructor where it stands.
    pub(super) fn keeps(&self, id: SiteId) -> bool {
        self.site(id).expr.is_some_and(|made| self.out.kept.contains(&made))
    }

    /// Whether a constructor stays where it stands, for a person: this run leaves it, or has to, or an earlier one did.
    pub(super) fn stays(&self, id: SiteId) -> bool {
        let site = self.site(id);
        self.keeps(id) || self.p.refused.contains_key(&site.stmt) || self.p.ast.is_left(site.stmt)
    }

    /// Translates a site; if that fails everything is taken back, and the site stays for a person.
    pub(super) fn attempt_or_keep(&mut self, id: ExprId) -> Option<Markup> {
        let mark = self.mark();
        match self.text(id) {
            Ok(markup) => Some(markup),
            Err(stuck) => {
                self.rollback(mark);
                self.keep(id, &stuck);
                None
            }
        }
    }

    /// Refuses a value of which a part is left for a person where it goes into a statement of its own: the comment would be
    /// above another one.
    pub(super) fn check_whole(&self, before: Mark) -> Result<()> {
        if self.out.kept.len() == before.kept {
            return Ok(());
        }
        let said = self.out.above[before.above..].iter().find_map(|(_, above)| match above {
            Above::Comment { reason, todo, .. } => Some(Stuck::new(&**reason, &**todo)),
            _ => None,
        });
        Err(said.unwrap_or_else(|| Stuck::new("a part of it is left for a person", "convert it together with that")))
    }
}
