//! Names for parts of results: `info = job.execution_info`. Where Azure ML has no object for a part, what is read of the name
//! is read of the whole, and the name goes with its last use.

use super::read::{is_left, longest};
use super::{Result, Stuck, Translator};
use crate::find::{Site, SiteId, SiteKind};
use crate::report::Fate;
use crate::resolve::Def;
use crate::syntax::{ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// Why the definition of such a name goes.
const GONE: &str = "Azure ML keeps no such object; what is read of it is read of the whole";

/// How often a name may be defined that is looked through.
const DEFINITIONS: usize = 200;

/// A read, as of an object that Azure ML has.
pub(super) struct WholeRead {
    /// The object.
    pub receiver: ExprId,
    /// Its class.
    pub class: String,
    /// The attributes that are read of it, one of the other.
    pub path: Vec<String>,
}

impl Translator<'_> {
    /// A read of an object, by its own attributes or by names for parts of it.
    pub(super) fn whole_read(&self, site: &Site) -> Option<WholeRead> {
        let SiteKind::Read(path) = &site.kind else { return None };
        let receiver = site.receiver?;
        match self.part_named(receiver) {
            Some((part, _)) => {
                let mut whole = part;
                whole.path.extend(path.iter().cloned());
                Some(whole)
            }
            None => Some(WholeRead { receiver, class: site.symbol.clone(), path: path.clone() }),
        }
    }

    /// The part of an object that a name stands for, with the site that reads it where the name is defined.
    pub(super) fn part_named(&self, name: ExprId) -> Option<(WholeRead, SiteId)> {
        self.p.ast.name(name)?;
        let resolved = self.p.resolved;
        let mut defs = resolved.reaching(name).iter().map(|def| resolved.def(*def));
        let def = defs.next().filter(|first| defs.all(|other| other.stmt == first.stmt))?;
        let site = self.p.sites.at(def.value?)?;
        let whole = self.whole_read(self.site(site))?;
        let owner = resolved.owner(name)?;
        let is_gone = self.is_part_gone(&whole) && self.means_the_same(whole.receiver, def, owner);
        is_gone.then_some((whole, site))
    }

    /// Whether Azure ML has no object for what is read.
    fn is_part_gone(&self, whole: &WholeRead) -> bool {
        let Ok(mapping) = self.model(&whole.class) else { return false };
        let path = whole.path.join(".");
        let longer = format!("{path}.");
        let has_parts = mapping.fields.iter().any(|(name, _)| name.starts_with(&longer));
        has_parts && (is_left(mapping, &path) || mapping.fields.get(&path).is_none())
    }

    /// Whether a name holds at a statement what it held where another name was defined by it.
    fn means_the_same(&self, object: ExprId, def: &Def, at: StmtId) -> bool {
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let Some(name) = ast.name(object) else { return false };
        let (from, to) = (ast.stmt(def.stmt).span, ast.stmt(at).span);
        // A loop around the use alone comes to the use again, with all that it has changed.
        let comes_back = |other: Span| {
            ast.stmt_ids().map(|stmt| ast.stmt(stmt)).any(|around| {
                matches!(around.kind, StmtKind::For { .. } | StmtKind::While { .. })
                    && around.span.contains(to)
                    && around.span.contains(other)
                    && !around.span.contains(from)
            })
        };
        let defs: Vec<_> = resolved.defs_named(name).take(DEFINITIONS).map(|(_, other)| other).collect();
        let spans = defs.iter().filter(|other| other.scope == def.scope).map(|other| ast.stmt(other.stmt).span);
        def.scope == resolved.scope(at)
            && defs.len() < DEFINITIONS
            && spans.into_iter().all(|other| match other.start {
                start if start <= from.start => true,
                start if start < to.start => false,
                _ => !comes_back(other),
            })
    }

    /// Refuses what is read of a part of an object where that part is left for a person.
    pub(super) fn check_left(&self, object: ExprId) -> Result<()> {
        let resolved = self.p.resolved;
        let values = resolved.reaching(object).iter().filter_map(|def| self.p.sites.at(resolved.def(*def).value?));
        let is_left = |id: SiteId| matches!(self.site(id).kind, SiteKind::Read(_)) && self.is_for_a_person(id);
        match values.into_iter().any(is_left) {
            true => Err(Stuck::new("what it is read of is left for a person", "convert it with that")),
            false => Ok(()),
        }
    }

    /// Removes the definition of a name for a part, if all that is read of it can be read of the whole.
    pub(super) fn drop_part(&mut self, stmt: StmtId) -> bool {
        let StmtKind::Assign { targets, value } = &self.p.ast.stmt(stmt).kind else { return false };
        let [target] = targets.as_slice() else { return false };
        let (Some(name), Some(site)) = (self.p.ast.name(*target), self.p.sites.at(*value)) else { return false };
        let resolved = self.p.resolved;
        let defs: Vec<_> = resolved.defs_named(name).filter(|(_, def)| def.stmt == stmt).map(|(id, _)| id).collect();
        let uses: Vec<_> = defs.iter().flat_map(|def| resolved.uses_of(*def)).collect();
        if uses.is_empty() || resolved.is_exported(name) || !uses.iter().all(|used| self.is_read_through(*used)) {
            return false;
        }
        // Where it is asked for, what takes the question's place is what became of it.
        let asked = uses.iter().find_map(|used| {
            let around = resolved.parent(*used).and_then(|around| self.presence(around));
            self.presence(*used).or(around).filter(|presence| presence.site == site)
        });
        match asked {
            Some(presence) => self.settle_field(site, None, presence.field),
            None => self.settle(site, None, Fate::Drop, GONE, ""),
        }
        self.delete(stmt);
        true
    }

    /// Whether a use of a name for a part becomes code without the name.
    fn is_read_through(&self, used: ExprId) -> bool {
        let resolved = self.p.resolved;
        let is_kept = resolved.owner(used).is_none_or(|owner| self.p.refused.contains_key(&owner));
        if is_kept || self.part_named(used).is_none() {
            return false;
        }
        if self.presence(used).is_some() {
            return true;
        }
        let Some(mut around) = resolved.parent(used) else { return false };
        // The site is the whole chain of attributes.
        while self.p.sites.at(around).is_none()
            && let (ExprKind::Attribute { .. }, Some(outer)) = (self.p.ast.kind(around), resolved.parent(around))
        {
            around = outer;
        }
        if self.presence(around).is_some() {
            return true;
        }
        let whole = self.p.sites.at(around).and_then(|site| self.whole_read(self.site(site)));
        whole.is_some_and(|whole| {
            self.model(&whole.class).is_ok_and(|mapping| {
                let names = (1..=whole.path.len()).map(|n| whole.path[..n].join("."));
                longest(mapping, &whole.path).is_some_and(|(_, used)| {
                    names.skip(used).all(|longer| !is_left(mapping, &longer)) && !self.is_part_gone(&whole)
                })
            }) || self.is_part_gone(&whole) && self.is_named_part(around)
        })
    }

    /// Whether a part gets a name in turn.
    fn is_named_part(&self, part: ExprId) -> bool {
        let owner = self.p.resolved.owner(part).map(|owner| &self.p.ast.stmt(owner).kind);
        let Some(StmtKind::Assign { targets, value }) = owner else { return false };
        let [target] = targets.as_slice() else { return false };
        let Some(name) = self.p.ast.name(*target).filter(|_| *value == part) else { return false };
        let resolved = self.p.resolved;
        let defs = resolved.defs_named(name).filter(|(_, def)| def.value == Some(part)).map(|(id, _)| id);
        defs.into_iter().flat_map(|def| resolved.uses_of(def)).all(|used| self.is_read_through(used))
            && !resolved.is_exported(name)
    }
}
