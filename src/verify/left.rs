//! That nothing of Batch AI is left without a mark.
//!
//! Every use that [`Sites::find`](crate::find::Sites::find) finds in the new program (it leaves out variables that the
//! program exports itself) is a fault, except:
//!
//! - it stands in a marked statement, or in a definition that one uses (see [`Marks`]); of an import only the
//!   name that is used is accepted, not its neighbours;
//! - it waits for an operation that a marked statement starts;
//! - it is an attribute that the target writes in the same way, by the concept table: `bfs.account_name`. What is wrong
//!   then is where the object comes from, and that has its mark;
//! - it is a variable in a part of the program that another stage converts, or one that another file of the run sets;
//! - it is a variable `AZ_BATCH_…`: that family is Azure Batch's, and Azure ML sets it as well;
//! - it is a function of any library (`copy.deepcopy`), which the target keeps;
//! - it stands in a function or class that the conversion added;
//! - it belongs to a neighbour of Batch AI and is still there today: the target's inventory has it
//!   (`azure.core.exceptions.HttpResponseError`), or it is of `azure.mgmt.resource`, which the inventory does not cover.

use std::collections::{BTreeMap, HashSet};

use super::Fault;
use crate::concept::{self, JobForm};
use crate::find::{Site, SiteKind, Sites};
use crate::report::Fate;
use crate::resolve::{Marks, Module, is_class};
use crate::sdk::{self, Param, Target, Type};
use crate::syntax::{Arg, ExprKind, Stmt, StmtKind};
use crate::text::Span;

/// Packages that the old code used and the new code goes on using, in newer versions.
const BESIDE: [&str; 2] = ["azure.mgmt.resource.", "azure.mgmt.storage."];

/// What is left of Batch AI and not accepted.
pub(super) fn faults(
    (old, program): (&Module, &Module),
    marks: &Marks,
    target: Target,
    apart: &[Span],
    handed: &BTreeMap<String, String>,
) -> Vec<Fault> {
    let mut sites = Sites::find(program);
    sites.leave_out(apart, handed);
    if sites.all.is_empty() {
        return Vec::new();
    }
    let started: HashSet<&str> =
        sites.all.iter().filter(|site| starts(site, marks)).map(|s| s.symbol.as_str()).collect();
    let is_waited = |site: &Site| site.kind == SiteKind::Wait && started.contains(site.symbol.as_str());
    let added = added(old, program);
    let is_left = |site: &&Site| {
        !is_of_today(site, target)
            && !added.iter().any(|definition| definition.contains(site.span))
            && !goes_on(program, site, target)
            && !is_waited(site)
            && !is_accepted(program, marks, site)
    };
    let left = sites.all.iter().filter(is_left);
    left.map(|site| Fault::new(site.span, format!("`{}` is left without a mark", shown(site)))).collect()
}

/// The functions and classes of the program's level that only the new program has: nothing in them was there before.
fn added(old: &Module, new: &Module) -> Vec<Span> {
    let names = |module: &Module| -> HashSet<String> {
        let ast = &module.ast;
        ast.body.iter().filter_map(|stmt| defined(&ast.stmt(*stmt).kind)).map(str::to_owned).collect()
    };
    let known = names(old);
    let is_new = |stmt: &&Stmt| defined(&stmt.kind).is_some_and(|name| !known.contains(name));
    new.ast.body.iter().map(|stmt| new.ast.stmt(*stmt)).filter(is_new).map(|stmt| stmt.span).collect()
}

/// The name of the function or class that a statement defines.
fn defined(kind: &StmtKind) -> Option<&str> {
    match kind {
        StmtKind::Function(function) => Some(&function.name),
        StmtKind::Class { name, .. } => Some(name),
        _ => None,
    }
}

/// Whether a site calls something in a marked statement.
fn starts(site: &Site, marks: &Marks) -> bool {
    site.kind == SiteKind::Call && marks.has(site.stmt)
}

fn shown(site: &Site) -> &str {
    match &site.kind {
        SiteKind::Mention(mention) => &mention.variable,
        _ => &site.symbol,
    }
}

/// Whether what was found is the same, and as good, in the target.
fn is_of_today(site: &Site, target: Target) -> bool {
    match &site.kind {
        _ if site
            .row()
            .is_some_and(|row| row.of.is_some() && row.mapping(target, JobForm::default()).fate == Fate::Exact) =>
        {
            true
        }
        SiteKind::Mention(mention) => !mention.variable.starts_with("AZ_BATCHAI_"),
        SiteKind::Read(path) | SiteKind::Write(path) if stays(&site.symbol, path, target) => true,
        _ => {
            BESIDE.iter().any(|package| site.symbol.starts_with(package))
                || sdk::inventory(target).symbol(&site.symbol).is_some()
        }
    }
}

/// Whether an operation group of a client that was left for a person is only on the way to a method of the new SDK:
/// `client.jobs.create_or_update(…)`, and `client.jobs.get(name)` with arguments that only the new one can mean.
fn goes_on(program: &Module, site: &Site, target: Target) -> bool {
    let ast = &program.ast;
    let class = site.symbol.split('.').next().unwrap_or_default();
    let Some(expr) = site.expr.filter(|_| sdk::batchai().is_group(class) && target == Target::V2) else { return false };
    let (func, args) = match ast.kind(expr) {
        ExprKind::Call { func, args, .. } => (Some(*func), Some(args)),
        _ => (program.resolved.parent(expr), None),
    };
    let Some(ExprKind::Attribute { value: group, attr: method, .. }) = func.map(|func| ast.kind(func)) else {
        return false;
    };
    let ExprKind::Attribute { attr: group, .. } = ast.kind(*group) else { return false };
    let Some(method) = sdk::inventory(target).client_method(group, method) else { return false };
    args.is_none_or(|args| takes(method.params.as_deref().unwrap_or_default(), args))
}

/// Whether these parameters take the arguments of a call.
fn takes(params: &[Param], args: &[Arg]) -> bool {
    let by_place = args.iter().filter(|arg| arg.name.is_none()).count();
    let has = |name: &str| params.iter().any(|param| param.name == name);
    args.iter().all(|arg| arg.stars == 0 && arg.name.as_ref().is_none_or(|(name, _)| has(name)))
        && by_place <= params.iter().filter(|param| param.positional).count()
}

/// Whether the target writes these attributes of a Batch AI class in the same way.
fn stays(class: &str, path: &[String], target: Target) -> bool {
    let [step, rest @ ..] = path else { return true };
    let mapping = concept::table().symbol(class).map(|row| row.mapping(target, JobForm::default()));
    let same = mapping.and_then(|m| m.fields.get(step)).is_some_and(|field| {
        field.code == format!("{{{{ self }}}}.{step}") || field.code.is_empty() && field.to == *step
    });
    same && match sdk::batchai().attribute(class, step) {
        Some(Type::Model(next)) => stays(next, rest, target),
        _ => true,
    }
}

/// Whether a marked statement names a class without saying where it comes from.
fn brings_what_is_marked(program: &Module, marks: &Marks) -> bool {
    program.ast.expr_ids().any(|expr| {
        let is_marked = || program.resolved.owner(expr).is_some_and(|stmt| marks.has(stmt));
        program.ast.name(expr).is_some_and(is_class) && is_marked()
    })
}

/// Whether a site stands where Batch AI may be left.
fn is_accepted(program: &Module, marks: &Marks, site: &Site) -> bool {
    match &program.ast.stmt(site.stmt).kind {
        _ if marks.has(site.stmt) => true,
        StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
            let alias = names.iter().find(|alias| alias.span == site.span);
            alias.is_some_and(|alias| {
                if alias.name == "*" {
                    return brings_what_is_marked(program, marks);
                }
                let is_plain = alias.name.contains('.') && alias.name.split('.').next() == Some(alias.bound());
                is_plain && marks.use_package(&program.ast, &program.resolved, alias.bound())
                    || marks.use_name(&program.resolved, site.stmt, alias.bound())
            })
        }
        _ => marks.use_some(site.stmt),
    }
}
