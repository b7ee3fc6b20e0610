//! Who consumes what: constructors that stand apart from the call that uses them.
//!
//! Names are followed through plain assignments. A constructor whose consumer is not found is translated alone.

use std::collections::HashMap;

use super::Program;
use crate::find::{Site, SiteId, SiteKind};
use crate::sdk;
use crate::syntax::{ExprId, ExprKind, StmtId};

/// The links of a program.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// For a constructor: the constructors and operations that take it.
    consumers: HashMap<SiteId, Vec<SiteId>>,
    /// For a constructor: the fields that are assigned once its object is built.
    assigned: HashMap<SiteId, Vec<String>>,
}

impl Links {
    pub fn new(program: &Program) -> Self {
        let mut links = Links::default();
        for (id, site) in program.sites.iter() {
            for arg in &site.args {
                for made in constructors(program, arg.value) {
                    links.consumers.entry(made).or_default().push(id);
                }
            }
            if let (SiteKind::Write(path), Some(object)) = (&site.kind, site.receiver)
                && let [field, ..] = path.as_slice()
            {
                for made in constructors(program, object) {
                    links.assigned.entry(made).or_default().push(field.clone());
                }
            }
        }
        links
    }

    /// Whether a field of what this constructor makes is assigned once that is built.
    pub fn is_assigned(&self, id: SiteId, is_field: impl Fn(&str) -> bool) -> bool {
        self.assigned.get(&id).is_some_and(|fields| fields.iter().any(|field| is_field(field)))
    }

    /// Who takes what this constructor makes.
    pub fn consumers(&self, id: SiteId) -> &[SiteId] {
        self.consumers.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// The constructor calls that an expression stands for: itself, through names, or the items of a list.
pub(super) fn constructors(program: &Program, id: ExprId) -> Vec<SiteId> {
    let origin = program.resolved.origin(program.ast, id);
    if let Some(site) = program.sites.at(origin) {
        let is_model = !sdk::batchai().model(&program.sites.get(site).symbol).is_empty();
        return if is_model && program.sites.get(site).kind == SiteKind::Call { vec![site] } else { vec![] };
    }
    match program.ast.kind(origin) {
        ExprKind::List(items) | ExprKind::Tuple(items) => {
            items.iter().flat_map(|item| constructors(program, *item)).collect()
        }
        _ => vec![],
    }
}

/// Whether an expression of a later statement has the same value at `at`: every name in it means what it meant there.
pub(super) fn available(program: &Program, id: ExprId, at: StmtId) -> bool {
    let (ast, resolved) = (program.ast, program.resolved);
    let start = ast.stmt(at).span.start;
    let mut ok = true;
    ast.descend(id, &mut |e| {
        ok &= match ast.kind(e) {
            ExprKind::Name(_) => {
                let defs = resolved.reaching(e);
                !defs.is_empty()
                    && defs.iter().all(|d| {
                        let def = resolved.def(*d);
                        ast.stmt(def.stmt).span.start < start
                            && (def.scope.is_none() || def.scope == resolved.scope(at))
                    })
            }
            ExprKind::Call { .. } if looks_up(program, e, at) => true,
            ExprKind::Call { .. } | ExprKind::Await(_) | ExprKind::Named { .. } => false,
            _ => true,
        }
    });
    ok
}

/// Methods that look a setting up by its name, and change nothing.
const LOOKS_UP: [&str; 2] = ["get", "getenv"];

/// Whether a call looks a setting up by its name, as in `config.get('region')` and `os.getenv('REGION')`, so that it gives
/// at `at` what it gives later.
fn looks_up(program: &Program, call: ExprId, at: StmtId) -> bool {
    let ast = program.ast;
    let ExprKind::Call { func, args, .. } = ast.kind(call) else { return false };
    let ExprKind::Attribute { value, attr, .. } = ast.kind(*func) else { return false };
    let [first, ..] = args.as_slice() else { return false };
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    let are_plain = args.iter().all(|arg| arg.stars == 0 && matches!(ast.kind(arg.value), ExprKind::Str { .. }));
    let of_environment = attr == "getenv" || ast.dotted(*value).is_some_and(|dotted| dotted.ends_with("environ"));
    LOOKS_UP.contains(&attr.as_str())
        && are_plain
        && ast.str_value(first.value).is_some_and(is_name)
        && program.sites.at(call).is_none()
        && !(of_environment && changes_environment(program, at))
}

/// Whether the program sets variables of its environment after a statement.
fn changes_environment(program: &Program, at: StmtId) -> bool {
    let rest = &program.source.text()[program.ast.stmt(at).span.start..];
    ["load_dotenv(", "environ[", "environ.update(", "environ.setdefault(", "putenv("].iter().any(|way| {
        let sets = |rest: &str| {
            !way.ends_with('[') || rest.split_once(']').is_some_and(|(_, r)| r.trim_start().starts_with('='))
        };
        rest.match_indices(way).any(|(found, _)| sets(&rest[found..]))
    })
}

/// Whether two statements run together, once each: the same function, and the later one not in a loop of its own.
pub(super) fn together(program: &Program, first: &Site, second: &Site) -> bool {
    program.resolved.scope(first.stmt) == program.resolved.scope(second.stmt)
}
