//! Flags of the storage SDK that are put together: `BlobPermissions.READ | BlobPermissions.WRITE`.
//!
//! Each flag alone becomes an object or list of its own, and the new classes have no `|`; so what is between their
//! brackets goes into one pair.

use super::{Result, Stuck, Translator};
use crate::find::SiteKind;
use crate::render::Markup;
use crate::syntax::{ExprId, ExprKind};

impl Translator<'_> {
    /// Whether an expression puts flags together.
    pub(super) fn is_flags(&self, id: ExprId) -> bool {
        // The last one first, and no further than needed: this is asked of each part of a long sum.
        match self.p.ast.kind(id) {
            ExprKind::Binary { left, right, .. } => {
                [right, left].into_iter().all(|id| self.is_flags(*id) || self.is_flag(*id))
            }
            _ => false,
        }
    }

    fn is_flag(&self, id: ExprId) -> bool {
        let Some(site) = self.p.sites.at(id).map(|site| self.site(site)) else { return false };
        matches!(site.kind, SiteKind::Reference) && site.row().is_some_and(|row| row.is_constant())
    }

    fn parts(&self, id: ExprId) -> Vec<ExprId> {
        let (mut parts, mut open) = (Vec::new(), vec![id]);
        while let Some(id) = open.pop() {
            match self.p.ast.kind(id) {
                ExprKind::Binary { left, right, .. } => open.extend([*right, *left]),
                _ => parts.push(id),
            }
        }
        parts
    }

    /// `X(a)` and `X(b)` are `X(a, b)`, `[a]` and `[b]` are `[a, b]`.
    pub(super) fn flags(&mut self, id: ExprId) -> Result<Markup> {
        let stuck =
            || Stuck::new("these flags cannot be put together in the new SDK", "write one object with all of them");
        let (mut around, mut inside) = (None, Vec::new());
        for part in self.parts(id) {
            let text = self.text(part)?.flat();
            let open = text.find(['(', '[']).ok_or_else(stuck)?;
            let (before, rest) = text.split_at(open + 1);
            let (flag, close) = rest.split_at(rest.len() - 1);
            let brackets = (before.to_owned(), close.to_owned());
            if around.get_or_insert_with(|| brackets.clone()) != &brackets {
                return Err(stuck());
            }
            inside.push(Markup::plain(flag));
        }
        let (open, close) = around.ok_or_else(stuck)?;
        Ok(Markup::list(&open, &inside, &close))
    }
}
