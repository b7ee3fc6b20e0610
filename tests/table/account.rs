//! Every symbol of Batch AI is in a row, and every parameter, field and member has one place in each target.

use std::collections::BTreeSet;

use bai2aml::concept::{Kind, SymbolRow, table};
use bai2aml::resolve::Ty;
use bai2aml::sdk::{Type, batchai};

use super::{Case, all_right, cases};

#[test]
pub fn every_symbol_of_batch_ai_is_in_a_row() {
    let missing = batchai().symbols().filter(|symbol| !is_known(symbol));
    all_right(missing.map(|symbol| format!("{symbol} is in no row")));
}

/// A symbol with a row, a member of one (the next test sees to it), or only the way to others.
fn is_known(symbol: &str) -> bool {
    let has_row = |symbol: &str| table().symbol(symbol).is_some();
    has_row(symbol) || symbol.rsplit_once('.').is_some_and(|(owner, _)| has_row(owner)) || is_way(symbol)
}

/// Operation groups and the attributes of clients that lead to them, pagers: they stand in code only around symbols
/// that have a row.
fn is_way(symbol: &str) -> bool {
    let surface = batchai();
    let is_group = |name: &str| surface.symbols().any(|other| other.starts_with(&format!("{name}.")));
    let leads = |(_, attribute): (&str, &str)| surface.group(attribute).is_some();
    symbol.ends_with("Operations") && is_group(symbol)
        || symbol.rsplit_once('.').is_some_and(leads)
        || surface.pager(symbol).is_some()
}

#[test]
pub fn every_parameter_field_and_member_has_exactly_one_place() {
    let mut wrong = Vec::new();
    for case in cases() {
        for name in members(&case) {
            let places = places(&case, name);
            if places.is_empty() && (!case.is_whole() || is_read(&case)) {
                wrong.push(case.says(&format!("`{name}` is in none of fields, manual, drop")));
            } else if places.len() > 1 {
                wrong.push(case.says(&format!("`{name}` is in {}", places.join(" and in "))));
            }
        }
    }
    all_right(wrong);
}

/// Whether it has parts that code reads, also where it is left as a whole.
fn is_read(case: &Case) -> bool {
    matches!(case.symbol.kind, Kind::Model | Kind::Enum)
}

fn places(case: &Case, name: &str) -> Vec<&'static str> {
    let mapping = case.mapping;
    let places = [
        ("fields", mapping.fields.get(name).is_some()),
        ("manual", mapping.manual.get(name).is_some()),
        ("drop", mapping.drop.get(name).is_some()),
    ];
    places.into_iter().filter(|(_, is_there)| *is_there).map(|(place, _)| place).collect()
}

/// What can be said of the symbols of a row in code: parameters, fields, members.
pub fn members(case: &Case) -> BTreeSet<&'static str> {
    case.symbol.sources.iter().flat_map(|source| members_of(source, case.symbol)).collect()
}

fn members_of(source: &str, symbol: &'static SymbolRow) -> Vec<&'static str> {
    let surface = batchai();
    let (group, method) = source.rsplit_once('.').unwrap_or_default();
    let operations = surface.operations(group, method).iter().flat_map(|form| &form.params).map(|param| param.name);
    let fields = surface.model(source).iter().flat_map(|form| &form.fields).map(|field| field.name);
    let members = surface.enumeration(source).into_iter().flat_map(|found| &found.members).map(|member| member.name);
    let client = surface.client(source).into_iter().flat_map(|client| {
        let params = client.params.iter().map(|param| param.name);
        let groups = client.groups.iter().map(|(attribute, _)| *attribute);
        params.chain(groups).chain(client.attributes.iter().chain(&client.methods).copied())
    });
    let given = symbol.params.iter().chain(&symbol.older).map(|param| param.trim_end_matches('?'));
    operations.chain(fields).chain(members).chain(client).chain(surface.members_of(source)).chain(given).collect()
}

#[test]
pub fn nothing_else_has_a_place() {
    let mut wrong = Vec::new();
    for case in cases() {
        let known = members(&case);
        let mapping = case.mapping;
        let keys = mapping.fields.iter().map(|(key, _)| key);
        let keys = keys.chain(mapping.manual.iter().map(|(key, _)| key)).chain(mapping.drop.iter().map(|(key, _)| key));
        let is_known = |key: &&str| {
            let is_path = case.symbol.sources.iter().any(|source| is_path(source, key));
            known.contains(key)
                || is_path
                || is_default(&case, key)
                || is_foreign_class(&case) && !is_argument(&case, key)
        };
        let unknown = keys.filter(|key| !is_known(key));
        wrong.extend(unknown.map(|key| case.says(&format!("`{key}` is no parameter, field or member"))));
    }
    all_right(wrong);
}

/// Whether a key is `_keyword` or `_with:field`: a keyword that the source has no field for.
fn is_default(case: &Case, key: &str) -> bool {
    let Some(name) = key.strip_prefix('_') else { return false };
    let comes_with = name.strip_prefix("with:");
    let is_whole = case.mapping.fields.get(key).is_some_and(|field| !field.to.is_empty() && !field.code.is_empty());
    is_whole && comes_with.is_none_or(|field| case.mapping.fields.get(field).is_some())
}

/// Whether what is said of a field can only be said of an argument: nothing is read by it.
fn is_argument(case: &Case, key: &str) -> bool {
    key.starts_with('_') || case.mapping.fields.get(key).is_some_and(|field| field.code.is_empty())
}

/// Whether a symbol is a class of another package: of its attributes nothing but the table tells.
fn is_foreign_class(case: &Case) -> bool {
    let is_class = |source: &String| source.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
    !matches!(case.symbol.kind, Kind::Credential | Kind::Client)
        && case.symbol.sources.iter().all(|source| is_class(source) && batchai().model(source).is_empty())
        && !case.symbol.sources.iter().any(|source| batchai().client(source).is_some())
        && case.symbol.kind != Kind::Enum
}

/// Whether `a.b.c` can be read of a model, or `a.b` of a client's attribute.
fn is_path(source: &str, key: &str) -> bool {
    let mut class = source.to_owned();
    let mut steps = key.split('.');
    if batchai().client(source).is_some_and(|client| client.attributes.contains(&steps.next().unwrap_or_default())) {
        return key.contains('.');
    }
    let mut is_enum = false;
    key.split('.').all(|step| {
        if is_enum {
            return ["name", "value"].contains(&step);
        }
        let Some(ty) = batchai().attribute(&class, step) else { return false };
        class = Ty::of(ty).class().unwrap_or_default().to_owned();
        is_enum = matches!(ty, Type::Enum(_));
        true
    })
}

#[test]
pub fn every_name_of_a_row_that_looks_like_batch_ai_exists() {
    let known: BTreeSet<String> = batchai().symbols().collect();
    let mut wrong = Vec::new();
    for row in table().rows() {
        let of_sdk =
            row.symbols.iter().filter(|symbol| !matches!(symbol.kind, Kind::Package | Kind::Command | Kind::File));
        for source in of_sdk.flat_map(|symbol| &symbol.sources) {
            let is_ours = source.contains("Operations.") || !source.contains('.') && !source.starts_with("AZ_");
            let is_module = source == "utilities";
            if is_ours && !is_module && !known.contains(source) {
                wrong.push(format!("{} {source}: azure-mgmt-batchai has no such symbol", row.code));
            }
        }
    }
    all_right(wrong);
}

/// What a symbol gives, and what its attributes are, is something that is known: a model of Batch AI or another row.
#[test]
pub fn every_type_of_a_row_is_known() {
    let mut wrong = Vec::new();
    for case in cases() {
        let attributes = case.symbol.attributes.iter().map(|(_, text)| text.as_str());
        for text in attributes.chain(case.symbol.returns.as_deref()).chain(case.symbol.of.as_deref()) {
            let unknown = classes(&Ty::given(text, "")).into_iter().filter(|class| table().symbol(class).is_none());
            wrong.extend(unknown.map(|class| case.says(&format!("`{class}` is not known"))));
        }
    }
    all_right(wrong);
}

/// The classes in a type.
fn classes(ty: &Ty) -> Vec<String> {
    match ty {
        Ty::Poller(inner, _) | Ty::Many(inner) => classes(inner),
        Ty::Tuple(parts) => parts.iter().flat_map(classes).collect(),
        Ty::Instance(class) => vec![class.clone()],
        _ => Vec::new(),
    }
}

/// What symbols that the inventory of Batch AI does not hold are, by how their names begin and end; the first counts.
const BY_NAME: [(&str, Kind); 30] = [
    ("az *", Kind::Command),
    ("pip:*", Kind::Package),
    ("AZ_*", Kind::Variable),
    ("arm:*", Kind::File),
    ("file:*", Kind::File),
    ("npm:*", Kind::File),
    ("nuget:*", Kind::File),
    ("maven:*", Kind::File),
    ("azure.storage.*", Kind::Storage),
    ("utilities", Kind::Module),
    ("utilities.*", Kind::Helper),
    ("azure.common.credentials.*", Kind::Credential),
    ("azure.common.client_factory.*", Kind::Credential),
    ("msrestazure.azure_active_directory.*", Kind::Credential),
    ("azure.mgmt.resource.ResourceManagementClient.*", Kind::Operation),
    ("azure.mgmt.*Client", Kind::Client),
    ("*ClientConfiguration", Kind::Client),
    ("aio.BatchAI", Kind::Client),
    ("aio.*", Kind::Module),
    ("*exceptions.*", Kind::Exception),
    ("azure.common.*", Kind::Exception),
    ("*paging.*", Kind::Model),
    ("*Paged", Kind::Model),
    ("*ListResult", Kind::Model),
    ("*Operations", Kind::Helper),
    ("Model.*", Kind::Helper),
    ("copy.*", Kind::Helper),
    ("msrestazure.azure_operation.*", Kind::Helper),
    ("*polling.*", Kind::Helper),
    ("azure.mgmt.batchai*", Kind::Module),
];

/// Whether a name is of this look, in which `*` is any text.
pub fn is_named(name: &str, look: &str) -> bool {
    let Some((start, rest)) = look.split_once('*') else { return name == look };
    let Some(name) = name.strip_prefix(start) else { return false };
    name.char_indices().map(|(at, _)| &name[at..]).chain([""]).any(|name| is_named(name, rest))
}

/// What a symbol is decides how code with it is read.
#[test]
pub fn kinds_are_what_the_inventory_says() {
    let surface = batchai();
    let kind = |source: &str| {
        let (group, method) = source.rsplit_once('.').unwrap_or_default();
        match source {
            _ if surface.client(source).is_some() => Some(Kind::Client),
            _ if surface.enumeration(source).is_some() => Some(Kind::Enum),
            _ if !surface.model(source).is_empty() => Some(Kind::Model),
            _ if !surface.operations(group, method).is_empty() => Some(Kind::Operation),
            _ => BY_NAME.iter().find(|(look, _)| is_named(source, look)).map(|(_, kind)| *kind),
        }
    };
    let mut wrong = Vec::new();
    for case in cases() {
        let source = &case.symbol.sources[0];
        match kind(source) {
            Some(kind) if kind == case.symbol.kind => {}
            Some(kind) => wrong.push(case.says(&format!("its kind is {kind:?}"))),
            None => wrong.push(case.says("nothing tells its kind: add its package to `BY_NAME`")),
        }
    }
    all_right(wrong);
}
