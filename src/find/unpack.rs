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
pub(super) fn unpacked(ast: &Ast, resolved: &Resolved, args: &[Arg]) -> Given {
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

/// The statement that binds a name and the calls of it, if it always has that value, which may stand where it is used, and is
/// only called.
pub(super) fn only_called(ast: &Ast, resolved: &Resolved, defs: &[DefId]) -> Option<(StmtId, Vec<ExprId>)> {
    let reader = Reader { ast, resolved };
    let call = |used: &ExprId| {
        let call = resolved.parent(*used)?;
        matches!(ast.kind(call), ExprKind::Call { func, .. } if func == used).then_some(call)
    };
    reader.only(defs, &|used| call(&used).is_some())?;
    let uses = defs.iter().flat_map(|def| resolved.uses_of(*def));
    let mut calls: Vec<ExprId> = uses.filter_map(|used| call(&used)).collect();
    calls.sort_unstable();
    calls.dedup();
    Some((resolved.def(*defs.first()?).stmt, calls))
}

/// Arguments, and the statements that only give them.
type Given = (Vec<Arg>, Vec<StmtId>);

/// How many dictionaries may take in one another.
const DEPTH: usize = 8;

fn named(arg: &Arg) -> Option<&str> {
    arg.name.as_ref().map(|(name, _)| name.as_str())
}

struct Reader<'a> {
    ast: &'a Ast,
    resolved: &'a Resolved,
}

impl Reader<'_> {
    /// What an argument unpacks, and the statements that bind that to names.
    fn written_out(&self, arg: &Arg) -> Option<Given> {
        match arg.stars {
            0 => None,
            1 => {
                let (tuple, stmt) = self.bound(arg.value)?;
                Some((self.positions(tuple)?, Vec::from_iter(stmt)))
            }
            _ => self.spread(arg.value),
        }
    }

    /// The items of a dictionary, and the statements that bind it, and those that it is made of, to names.
    fn spread(&self, dict: ExprId) -> Option<Given> {
        let (dict, stmt) = self.bound(dict)?;
        let (given, mut beside) = self.keywords(dict)?;
        beside.extend(stmt);
        Some((given, beside))
    }

    /// What is unpacked, if it is written out; of a name the value that it is bound to once, with its statement.
    fn bound(&self, value: ExprId) -> Option<(ExprId, Option<StmtId>)> {
        if self.ast.name(value).is_none() {
            return Some((value, None));
        }
        let defs = self.resolved.reaching(value);
        let stmt = self.resolved.def(*defs.first()?).stmt;
        Some((self.only_unpacked(defs, 0)?, Some(stmt)))
    }

    fn only_unpacked(&self, defs: &[DefId], depth: usize) -> Option<ExprId> {
        self.only(defs, &|used| self.is_unpacked(used, depth))
    }

    /// The value of definitions that are one, of something that means the same wherever the name is used, if all uses are of
    /// one kind.
    fn only(&self, defs: &[DefId], is_of_kind: &dyn Fn(ExprId) -> bool) -> Option<ExprId> {
        let (ast, resolved) = (self.ast, self.resolved);
        let def = resolved.def(*defs.first()?);
        let value = def.value.filter(|value| defs.iter().all(|other| resolved.def(*other).value == Some(*value)))?;
        let simple = matches!(&ast.stmt(def.stmt).kind, StmtKind::Assign { targets, .. } if targets.len() == 1);
        let uses: Vec<ExprId> = defs.iter().flat_map(|def: &DefId| resolved.uses_of(*def)).collect();
        let ours = simple && !resolved.is_exported(&def.name) && uses.iter().all(|used| is_of_kind(*used));
        (ours && self.keeps(value, def, uses.len() > 1)).then_some(value)
    }

    /// Whether something stands behind stars in a call of Batch AI, at once or as part of another dictionary that does.
    fn is_unpacked(&self, used: ExprId, depth: usize) -> bool {
        let Some(parent) = self.resolved.parent(used).filter(|_| depth < DEPTH) else { return false };
        let is_spread = |arg: &Arg| arg.value == used && arg.stars > 0;
        match self.ast.kind(parent) {
            ExprKind::Call { func, args, .. } if self.is_dict(*func) => {
                let is_first =
                    args.first().is_some_and(|arg| arg.value == used && arg.name.is_none() && arg.stars == 0);
                (is_first || args.iter().any(is_spread)) && self.goes_on(parent, depth + 1)
            }
            ExprKind::Call { func, args, .. } => {
                let symbol = self.resolved.ty(*func).symbol();
                symbol.is_some_and(|symbol| concept::table().symbol(symbol).is_some()) && args.iter().any(is_spread)
            }
            ExprKind::Dict(items) => {
                items.iter().any(|(key, value)| key.is_none() && *value == used) && self.goes_on(parent, depth + 1)
            }
            _ => false,
        }
    }

    /// Whether a dictionary that takes in another is itself unpacked and nothing else.
    fn goes_on(&self, dict: ExprId, depth: usize) -> bool {
        let owner = self.resolved.owner(dict).map(|stmt| (stmt, &self.ast.stmt(stmt).kind));
        match owner {
            Some((stmt, StmtKind::Assign { value, .. })) if *value == dict => {
                let own = self.resolved.defs().filter(|(_, def)| def.stmt == stmt).map(|(id, _)| id);
                self.only_unpacked(&own.collect::<Vec<_>>(), depth).is_some()
            }
            _ => self.is_unpacked(dict, depth),
        }
    }

    fn is_dict(&self, func: ExprId) -> bool {
        self.ast.name(func) == Some("dict") && self.resolved.reaching(func).is_empty()
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

    /// The items of a dictionary as arguments; of two with one name the later one counts.
    fn keywords(&self, dict: ExprId) -> Option<Given> {
        let (mut all, mut beside): Given = Default::default();
        let mut add = |given: Vec<Arg>, stmts: Vec<StmtId>| {
            for arg in given {
                all.retain(|other: &Arg| arg.name.is_none() || named(other) != named(&arg));
                all.push(arg);
            }
            beside.extend(stmts);
        };
        match self.ast.kind(dict) {
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    match key {
                        Some(key) => add(vec![self.keyword(*key, *value)?], Vec::new()),
                        None => self.spread(*value).map(|(given, stmts)| add(given, stmts))?,
                    }
                }
            }
            ExprKind::Call { func, args, .. } if self.is_dict(*func) => {
                for (index, arg) in args.iter().enumerate() {
                    match (&arg.name, arg.stars) {
                        (Some(_), _) => add(vec![arg.clone()], Vec::new()),
                        (None, 2) => self.spread(arg.value).map(|(given, stmts)| add(given, stmts))?,
                        (None, 0) if index == 0 => self.spread(arg.value).map(|(given, stmts)| add(given, stmts))?,
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
        Some((all, beside))
    }

    fn keyword(&self, key: ExprId, value: ExprId) -> Option<Arg> {
        let (name, place) = (self.ast.str_value(key)?.to_owned(), self.ast.span(key));
        let span = Span::new(place.start, self.ast.span(value).end);
        Some(Arg { name: Some((name, place)), value, stars: 0, span })
    }
}
