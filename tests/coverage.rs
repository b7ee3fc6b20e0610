//! The matrix of `bai2aml coverage` is whole: every symbol of Batch AI has a row, a fate in each target, and a line of
//! a fixture that uses it.
//!
//! `BLESS=1 cargo test --test coverage` rewrites `src/concept/covered.txt`, the list of those lines. A line that still
//! holds stays as it is, so that a new fixture changes nothing here but what it adds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bai2aml::command::{self, Aim, Configs};
use bai2aml::concept::{config_symbol, coverage, listed};
use bai2aml::config;
use bai2aml::find::{Site, SiteKind, Sites};
use bai2aml::resolve::{Module, Resolved, Ty};
use bai2aml::sdk::{OperationKind, Target, Type, batchai};
use bai2aml::source::Source;
use bai2aml::syntax::{Ast, ExprId, ExprKind};

#[test]
fn every_symbol_has_a_row_and_a_fate_in_each_target() {
    let missing = coverage().into_iter().filter(|line| line.code.is_none() || line.fates.len() < 3);
    let missing: Vec<String> =
        missing.map(|line| format!("{}: {:?} {:?}", line.symbol, line.code, line.fates)).collect();
    assert!(missing.is_empty(), "{} without a row:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn every_symbol_is_used_by_a_line_of_a_fixture() {
    let uses = uses();
    let old = fs::read_to_string(list()).unwrap_or_default();
    let old: BTreeMap<&str, &str> = old.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let (mut text, mut missing) = (String::new(), Vec::new());
    for line in coverage() {
        let Some(places) = uses.get(&line.symbol) else {
            missing.push(line.symbol);
            continue;
        };
        let kept = old.get(line.symbol.as_str()).filter(|place| places.contains(**place));
        // Fixtures of this matrix first: they show a symbol in the company of its like.
        let first = places.iter().find(|place| place.starts_with("api-")).or(places.first());
        let place = kept.copied().or(first.map(String::as_str)).unwrap_or_default();
        text.push_str(&format!("{} {place}\n", line.symbol));
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(list(), &text).unwrap();
    }
    assert!(missing.is_empty(), "no fixture uses these {}:\n{}", missing.len(), missing.join("\n"));
    let now = fs::read_to_string(list()).unwrap();
    assert!(now == text, "src/concept/covered.txt is out of date; BLESS=1 cargo test --test coverage rewrites it");
}

fn list() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/concept/covered.txt")
}

/// Every symbol that a fixture uses, with the places: what the ledger counts as that symbol, and the classes that
/// stand behind it.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (fixture, source) in fixtures() {
        let module = Module::alone(&source);
        let sites = Sites::find(&module);
        let Module { ast, resolved, .. } = &module;
        let mut note = |symbol: &str, offset: usize| {
            uses.entry(listed(symbol)).or_default().insert(at(&fixture, &source, offset));
        };
        for (_, site) in sites.iter() {
            of_site(site).into_iter().for_each(|(symbol, offset)| note(&symbol, offset));
        }
        let configs = Configs::default();
        let aim = Aim { target: Target::V2, upgrade: false, configs: &configs };
        for used in command::read(&source, ast, aim).uses {
            note(&used.symbol, used.span.start);
            used.options.iter().for_each(|(name, span, _)| note(&format!("{} {name}", used.symbol), span.start));
        }
        for id in ast.expr_ids() {
            of_attribute(id, ast, resolved).into_iter().for_each(|symbol| note(&symbol, ast.span(id).end - 1));
        }
    }
    for (fixture, source) in configs() {
        let Some(Ok(config)) = config::read(&source) else { panic!("{fixture} is no configuration file") };
        for atom in config.lower(source.text(), &[]).atoms {
            let symbol = config_symbol(config.kind.name(), &atom.path);
            uses.entry(symbol).or_default().insert(at(&fixture, &source, atom.json.start));
        }
    }
    uses
}

/// The fixtures that are configuration files, by name.
fn configs() -> Vec<(String, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        for file in fs::read_dir(entry.path()).unwrap().flatten().filter(|_| name.starts_with("config-")) {
            let file = file.path();
            let is_before = file.file_name().unwrap().to_string_lossy().starts_with("before.");
            if is_before {
                found.push((name.clone(), Source::read(&file.to_string_lossy(), fs::read(&file).unwrap()).unwrap()));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// The fixtures that use Batch AI, by name.
fn fixtures() -> Vec<(String, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let paths = fs::read_dir(entry.path()).unwrap().flatten().map(|file| file.path());
        let is_before =
            |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with("before."));
        let Some(path) = paths.into_iter().find(is_before).filter(|_| !name.starts_with("unchanged-")) else {
            continue;
        };
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        // `before.run.sh` stands for `run.sh`.
        let named = file.strip_prefix("before.").filter(|named| !["py", "ipynb"].contains(named));
        let source = Source::read(named.unwrap_or(&file), fs::read(&path).unwrap()).unwrap();
        found.push((name, source));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// `guide:31`, in a notebook `guide:cell:line`.
fn at(fixture: &str, source: &Source, offset: usize) -> String {
    let at = source.locate(offset);
    let cell = at.cell.map_or(String::new(), |cell| format!("{cell}:"));
    format!("{fixture}:{cell}{}", at.line)
}

/// The symbols of a site and of its arguments.
fn of_site(site: &Site) -> Vec<(String, usize)> {
    let start = site.span.start;
    let mut found = vec![(site.symbol.clone(), start)];
    match &site.kind {
        SiteKind::Import
        | SiteKind::Guess
        | SiteKind::Wait
        | SiteKind::Misspelt(_)
        | SiteKind::Text
        | SiteKind::Partial
        | SiteKind::OneOf(_)
        | SiteKind::Reflection(_) => return Vec::new(),
        SiteKind::Read(path) | SiteKind::Write(path) => found.extend(steps(&site.symbol, path).map(|s| (s, start))),
        SiteKind::Call | SiteKind::Later(_) | SiteKind::Reference | SiteKind::Mention(_) => {}
    }
    let known = site.args.iter().filter(|arg| arg.known);
    found.extend(known.map(|arg| (format!("{}.{}", site.symbol, arg.name), arg.span.start)));
    found.extend(behind(&site.symbol).into_iter().map(|symbol| (symbol, start)));
    found
}

/// `Job.execution_info.exit_code` is a use of that path, of `Job.execution_info` and of
/// `JobPropertiesExecutionInfo.exit_code`.
fn steps(class: &str, path: &[String]) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut class = class.to_owned();
    for (at, step) in path.iter().enumerate() {
        found.extend((at..path.len()).map(|end| format!("{class}.{}", path[at..=end].join("."))));
        let next = batchai().attribute(&class, step).map(Ty::of);
        class = next.and_then(|ty| ty.class().map(str::to_owned)).unwrap_or_default();
        found.push(class.clone());
    }
    found.into_iter().filter(|symbol| !symbol.is_empty())
}

/// The classes behind a call of an operation: its group, and the poller or pager that it gives.
fn behind(symbol: &str) -> Vec<String> {
    let Some((group, method)) = symbol.rsplit_once('.') else { return Vec::new() };
    let mut found = Vec::new();
    for form in batchai().operations(group, method) {
        found.push(group.to_owned());
        let is_async = group.starts_with("aio.");
        let is_new = form.versions.contains(&"7.0.0");
        let classes: &[&str] = match (form.kind, is_new, is_async) {
            (OperationKind::Plain, ..) => &[],
            (OperationKind::Poller, _, true) => &["azure.core.polling.AsyncLROPoller"],
            (OperationKind::Poller, true, _) => &["azure.core.polling.LROPoller"],
            (OperationKind::Poller, ..) => &POLLERS[..2],
            (OperationKind::Pager, _, true) => &["azure.core.async_paging.AsyncItemPaged"],
            (OperationKind::Pager, true, _) => &["azure.core.paging.ItemPaged"],
            (OperationKind::Pager, ..) => &["msrest.paging.Paged"],
        };
        found.extend(classes.iter().map(|class| (*class).to_owned()));
        if form.kind == OperationKind::Pager && !is_async && !is_new {
            found.extend(pager_of(form.returns.as_ref()));
        }
    }
    found
}

const POLLERS: [&str; 3] = [
    "msrest.polling.poller.LROPoller",
    "msrestazure.azure_operation.AzureOperationPoller",
    "azure.core.polling.LROPoller",
];

fn pager_of(element: Option<&Type>) -> Option<String> {
    let of = |name: &String| batchai().pager(name).is_some_and(|of| Some(of) == element);
    batchai().symbols().find(of)
}

/// What an attribute is a use of, beyond the sites: a client's operation group, a method of a poller or pager, an
/// attribute of the recipes' configuration.
fn of_attribute(id: ExprId, ast: &Ast, resolved: &Resolved) -> Vec<String> {
    let ExprKind::Attribute { value, attr, .. } = ast.kind(id) else { return Vec::new() };
    let surface = batchai();
    match resolved.ty(*value) {
        Ty::Instance(class) if surface.client(class).is_some() => vec![format!("{class}.{attr}")],
        Ty::Instance(class) if surface.model(class).is_empty() => vec![format!("{class}.{attr}")],
        Ty::Symbol(class) => members(std::slice::from_ref(class), attr),
        Ty::Poller(..) => members(&poller_classes(*value, ast, resolved), attr),
        Ty::Many(_) => {
            let pagers =
                ["msrest.paging.Paged", "azure.core.paging.ItemPaged", "azure.core.async_paging.AsyncItemPaged"];
            members(&pagers.map(str::to_owned), attr)
        }
        _ => Vec::new(),
    }
}

fn members(classes: &[String], attr: &str) -> Vec<String> {
    let has = |class: &&String| batchai().members_of(class).any(|member| member == attr);
    classes.iter().filter(has).map(|class| format!("{class}.{attr}")).collect()
}

/// The classes that a poller may have, by the operation that started it; any, where that is not seen.
fn poller_classes(id: ExprId, ast: &Ast, resolved: &Resolved) -> Vec<String> {
    let origin = match ast.kind(resolved.origin(ast, id)) {
        ExprKind::Await(call) => *call,
        _ => resolved.origin(ast, id),
    };
    let symbol = match ast.kind(origin) {
        ExprKind::Call { func, .. } => resolved.ty(*func).symbol().unwrap_or_default(),
        _ => "",
    };
    let classes = behind(symbol).into_iter().filter(|class| class.ends_with("Poller")).collect::<Vec<_>>();
    if classes.is_empty() { POLLERS.map(str::to_owned).to_vec() } else { classes }
}
