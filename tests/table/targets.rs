//! Every class, import and keyword that the table writes exists in the real packages.

use std::collections::BTreeSet;
use std::fs;

use bai2aml::concept::{JobForm, Kind, Mapping, Shape, table};
use bai2aml::resolve::Ty;
use bai2aml::sdk::{Target, batchai, inventory};

use super::{Case, all_right, cases};

/// Modules of Python itself that new code may import.
const STANDARD: [&str; 16] = [
    "collections",
    "contextlib",
    "copy",
    "datetime",
    "fnmatch",
    "functools",
    "itertools",
    "json",
    "logging",
    "os",
    "posixpath",
    "re",
    "tempfile",
    "time",
    "types",
    "typing",
];

/// Clients of packages that are neighbours and have no inventory; azure-mgmt-resource 26 moved its client there.
const NEIGHBOURS: [&str; 2] =
    ["azure.mgmt.resource.resources.ResourceManagementClient", "azure.mgmt.storage.StorageManagementClient"];

#[test]
pub fn every_import_exists() {
    let mut wrong = Vec::new();
    for case in cases() {
        let fields = case.mapping.fields.iter().flat_map(|(_, field)| &field.imports);
        for dotted in case.mapping.imports.iter().chain(fields) {
            let is_standard = STANDARD.contains(&dotted.split('.').next().unwrap_or_default());
            if !is_standard && !NEIGHBOURS.contains(&dotted.as_str()) && inventory(case.target).symbol(dotted).is_none()
            {
                wrong.push(case.says(&format!("there is no `{dotted}` to import")));
            }
        }
    }
    all_right(wrong);
}

#[test]
pub fn every_class_exists() {
    let mut wrong = Vec::new();
    for case in cases() {
        let named = [&case.mapping.target, &case.mapping.class];
        let classes = case.mapping.distribution.iter().map(|(_, class)| class).chain(named);
        let built_in =
            |class: &str| matches!(class, "str" | "types.SimpleNamespace" | "") || NEIGHBOURS.contains(&class);
        let missing = classes.filter(|class| !built_in(class) && !exists(case.target, class));
        wrong.extend(missing.map(|class| case.says(&format!("there is no `{class}`"))));
    }
    all_right(wrong);
}

/// Whether a class, a function or a method of a class exists.
fn exists(target: Target, dotted: &str) -> bool {
    let method = dotted.rsplit_once('.').and_then(|(class, method)| inventory(target).member(class, method));
    method.is_some() || inventory(target).symbol(dotted).is_some()
}

/// Whether a call of this class, function or method takes the keyword, or its result has an attribute of that path.
fn takes(target: Target, dotted: &str, keyword: &str) -> bool {
    let inventory = inventory(target);
    if let Some((attribute, _)) = keyword.split_once('.') {
        return inventory.member(dotted, attribute).is_some();
    }
    let method = dotted.rsplit_once('.').and_then(|(class, method)| inventory.member(class, method));
    method.is_some_and(|method| method.accepts(keyword))
        || inventory.symbol(dotted).is_some_and(|symbol| symbol.accepts(keyword))
}

#[test]
pub fn every_keyword_exists() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.is_python() && !case.is_whole()) {
        let takers = takers(case);
        for (field, keyword) in keywords(case) {
            let is_spliced = takers.is_empty() && case.mapping.shape == Shape::Keywords;
            let is_taken = if is_spliced {
                functions_take(case, keyword)
            } else {
                takers.iter().any(|taker| takes(case.target, taker, keyword))
            };
            if !is_taken {
                let who = takers.iter().cloned().collect::<Vec<_>>().join("`, `");
                wrong.push(case.says(&format!("`{field}`: none of `{who}` takes `{keyword}`")));
            }
        }
    }
    all_right(wrong);
}

/// What names an object goes into that object, which is another argument.
#[test]
pub fn no_object_is_its_own_name() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.symbol.kind == Kind::Operation) {
        for (name, _) in case.mapping.fields.iter().filter(|(_, field)| !field.to.is_empty()) {
            let operations = case.symbol.sources.iter().filter_map(|source| source.rsplit_once('.'));
            let mut forms = operations.flat_map(|(group, method)| batchai().operations(group, method));
            if forms.any(|form| form.parameter_type(name).is_some_and(|ty| Ty::of(ty).class().is_some())) {
                wrong.push(case.says(&format!("`{name}` is an object, and cannot go into one as its name")));
            }
        }
    }
    all_right(wrong);
}

/// The keywords of a mapping, each with the field that it comes from.
fn keywords(case: &Case) -> Vec<(&str, &str)> {
    let mapping = case.mapping;
    let is_built = case.symbol.kind != Kind::Model || !matches!(mapping.shape, Shape::Value | Shape::Pair);
    let fields = mapping.fields.iter().filter(|_| is_built);
    let all = fields.flat_map(|(name, field)| field.to.split([',', ' ']).map(move |keyword| (name, keyword)));
    all.filter(|(_, keyword)| !keyword.is_empty() && *keyword != "**").collect()
}

/// The classes, functions and methods that get the keywords of a mapping.
fn takers(case: &Case) -> BTreeSet<String> {
    let mapping = case.mapping;
    let own = (!mapping.target.is_empty()).then(|| mapping.target.clone());
    let distribution = mapping.distribution.iter().map(|(_, class)| class.clone());
    let sources = case.symbol.sources.iter();
    let created = sources.clone().flat_map(|source| created(source));
    let created = created.filter_map(|class| Some(mapping_of(case, &class)?.target.clone()));
    let consumers = sources.flat_map(|source| consumers(case, source, 4));
    let spliced = consumers.filter(|_| own.is_none());
    own.iter().cloned().chain(distribution).chain(created).chain(spliced).filter(|taker| !taker.is_empty()).collect()
}

/// Whether the support functions take a keyword that operations splice into their calls; calls of the packages are
/// verified in `calls`.
fn functions_take(case: &Case, keyword: &str) -> bool {
    let symbols = table().rows().flat_map(|row| &row.symbols).flat_map(|symbol| &symbol.sources);
    let users = symbols.filter(|operation| created(operation).iter().any(|model| case.symbol.sources.contains(model)));
    let mappings = users.filter_map(|operation| mapping_of(case, operation));
    let functions: Vec<&String> = mappings.flat_map(|mapping| &mapping.support).collect();
    functions.is_empty() || functions.iter().any(|name| parameters(case.target, name).iter().any(|p| p == keyword))
}

/// The parameters of a support function.
fn parameters(target: Target, name: &str) -> Vec<String> {
    let file = super::support::file(&target.to_string(), name);
    let text = file.and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    let head = text.lines().find_map(|line| line.strip_prefix(&format!("def {name}("))).unwrap_or_default();
    head.split([')', ',']).map(|word| word.trim().split('=').next().unwrap_or_default().to_owned()).collect()
}

/// The models that an operation takes: their objects get its keywords.
fn created(operation: &str) -> Vec<String> {
    let (group, method) = operation.rsplit_once('.').unwrap_or_default();
    let forms = batchai().operations(group, method).iter();
    let types = forms.flat_map(|form| form.params.iter().filter_map(|param| form.parameter_type(param.name)));
    types.filter_map(|ty| Some(Ty::of(ty).class()?.to_owned())).collect()
}

/// The targets of the models that have a field of this model, or of their consumers if they are keywords too.
fn consumers(case: &Case, model: &str, depth: usize) -> Vec<String> {
    let holds = |class: &str| {
        let mut fields = batchai().model(class).iter().flat_map(|form| &form.fields);
        fields.any(
            |field| matches!(Ty::of(&field.ty), ty if ty.class() == Some(model) || ty.element().class() == Some(model)),
        )
    };
    let symbols = table().rows().flat_map(|row| &row.symbols);
    let classes = symbols.flat_map(|symbol| &symbol.sources).filter(|class| holds(class));
    let targets = classes.flat_map(|class| match mapping_of(case, class) {
        Some(mapping) if !mapping.target.is_empty() => vec![mapping.target.clone()],
        Some(_) if depth > 0 => consumers(case, class, depth - 1),
        _ => Vec::new(),
    });
    targets.collect()
}

fn mapping_of(case: &Case, symbol: &str) -> Option<&'static Mapping> {
    let form = if case.form == "v1-src" { JobForm::ScriptRunConfig } else { JobForm::Estimator };
    Some(table().symbol(symbol)?.mapping(case.target, form))
}
