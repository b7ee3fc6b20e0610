//! Arguments that are unpacked from a dictionary or tuple which is written out: `**common`, `*where`.
//!
//! They count as if they were written in the call. The names in them must mean the same there, and nothing but such calls
//! may use the dictionary: its statement then goes with them.

use crate::concept;
use crate::resolve::{Def, DefId, Resolved};
use crate::sdk;
use crate::syntax::{Arg, Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// The arguments of a call with the unpacked ones in their places, and the statements that only give them.
pub(super) fn unpacked(ast: &Ast, resolved: &Resolved, args: &[Arg]) -> (Vec<Arg>, Vec<StmtId>) {
    let reader = Reader { ast, resolved };
    let (mut all, mut beside) = (Vec::new(), Vec::new());
    for arg in args {
        match reader.written_out(arg) {
            Some((given, stmt)) => {
                all.extend(given);
                beside.extend(stmt);
            }
            None => all.push(arg.clone()),
        }
    }
    (all, beside)
}

struct Reader<'a> {
    ast: &'a Ast,
    resolved: &'a Resolved,
}

impl Reader<'_> {
    /// What an argument unpacks, and the statement that binds it to a name.
    fn written_out(&self, arg: &Arg) -> Option<(Vec<Arg>, Option<StmtId>)> {
        if arg.stars == 0 {
            return None;
        }
        let named = self.ast.name(arg.value).is_some();
        let origin = if named { self.bound(arg.value)? } else { arg.value };
        let given = match arg.stars {
            1 => self.positions(origin)?,
            _ => self.keywords(origin)?,
        };
        Some((given, self.resolved.reaching(arg.value).first().map(|def| self.resolved.def(*def).stmt)))
    }

    /// The value of a name that is bound once, to something that means the same wherever the name is unpacked.
    fn bound(&self, name: ExprId) -> Option<ExprId> {
        let (ast, resolved) = (self.ast, self.resolved);
        let defs = resolved.reaching(name);
        let def = resolved.def(*defs.first()?);
        let value = def.value.filter(|value| defs.iter().all(|other| resolved.def(*other).value == Some(*value)))?;
        let simple = matches!(&ast.stmt(def.stmt).kind, StmtKind::Assign { targets, .. } if targets.len() == 1);
        let uses: Vec<ExprId> = defs.iter().flat_map(|def: &DefId| resolved.uses_of(*def)).collect();
        let ours = simple && !resolved.is_exported(&def.name) && uses.iter().all(|used| self.is_unpacked(*used));
        (ours && self.keeps(value, def, uses.len() > 1)).then_some(value)
    }

    /// Whether a name stands behind stars in a call of Batch AI.
    fn is_unpacked(&self, used: ExprId) -> bool {
        let Some(ExprKind::Call { func, args, .. }) = self.resolved.parent(used).map(|call| self.ast.kind(call)) else {
            return false;
        };
        let ours = self.resolved.ty(*func).symbol().is_some_and(|symbol| concept::table().symbol(symbol).is_some());
        ours && args.iter().any(|arg| arg.value == used && arg.stars > 0)
    }

    /// Whether a value can be written where the name is used: no name in it gets another value later, and what it calls
    /// may be called more than once.
    fn keeps(&self, value: ExprId, def: &Def, is_shared: bool) -> bool {
        let (ast, resolved) = (self.ast, self.resolved);
        let start = ast.stmt(def.stmt).span.start;
        let settled = |other: &Def| {
            let is_here = other.scope.is_none() || other.scope == def.scope;
            ast.stmt(other.stmt).span.start < start && is_here || self.is_of_another(other, def)
        };
        let mut keeps = true;
        ast.descend(value, &mut |part| {
            keeps &= match ast.kind(part) {
                ExprKind::Name(name) => resolved.defs_named(name).all(|(_, other)| settled(other)),
                ExprKind::Call { func, .. } => {
                    let model =
                        resolved.ty(*func).symbol().is_some_and(|class| !sdk::batchai().model(class).is_empty());
                    model || !is_shared || part == value
                }
                ExprKind::Await(_) | ExprKind::Named { .. } | ExprKind::Lambda { .. } => false,
                _ => true,
            }
        });
        keeps
    }

    /// Whether a definition is one of a function's own names, in which another one does not stand.
    fn is_of_another(&self, other: &Def, def: &Def) -> bool {
        let mut around = def.scope;
        while let Some(scope) = around {
            if other.scope == Some(scope) {
                return false;
            }
            around = self.resolved.scope(scope);
        }
        other.scope.is_some()
    }

    fn positions(&self, tuple: ExprId) -> Option<Vec<Arg>> {
        let (ExprKind::Tuple(items) | ExprKind::List(items)) = self.ast.kind(tuple) else { return None };
        let plain = items.iter().all(|item| !matches!(self.ast.kind(*item), ExprKind::Starred(_)));
        let arg = |item: &ExprId| Arg { name: None, value: *item, stars: 0, span: self.ast.span(*item) };
        plain.then(|| items.iter().map(arg).collect())
    }

    fn keywords(&self, dict: ExprId) -> Option<Vec<Arg>> {
        match self.ast.kind(dict) {
            ExprKind::Dict(items) => items.iter().map(|(key, value)| self.keyword((*key)?, *value)).collect(),
            ExprKind::Call { func, args, .. } => {
                let built_in = self.ast.name(*func) == Some("dict") && self.resolved.reaching(*func).is_empty();
                let named = args.iter().all(|arg| arg.name.is_some());
                (built_in && named).then(|| args.clone())
            }
            _ => None,
        }
    }

    fn keyword(&self, key: ExprId, value: ExprId) -> Option<Arg> {
        let (name, place) = (self.ast.str_value(key)?.to_owned(), self.ast.span(key));
        let span = Span::new(place.start, self.ast.span(value).end);
        Some(Arg { name: Some((name, place)), value, stars: 0, span })
    }
}
