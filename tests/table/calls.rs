//! What templates write is code that the target has: each is filled, put behind its imports, and verified like a
//! converted file.

use std::collections::{BTreeMap, BTreeSet};

use bai2aml::concept::{Shape, table};
use bai2aml::render::{Markup, Style, Templates, layout};
use bai2aml::resolve::{Module, Ty};
use bai2aml::sdk::{Target, batchai};
use bai2aml::source::Source;
use bai2aml::syntax::{Ast, ExprKind, StmtKind, parse};
use bai2aml::verify::verify;

use super::{Case, all_right, cases};

/// What a template gets whatever the arguments are.
const ALWAYS: [&str; 7] = ["client", "ws", "self", "value", "mount", "rest", "path"];

/// What a client gets from its calls: in v1 a client that nothing tells of its workspace is left for a person.
const HOME: [&str; 2] = ["resource_group_name", "workspace_name"];

#[test]
pub fn what_templates_write_exists() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.is_python() && !case.is_whole()) {
        for (what, template, imports) in templates(case) {
            for given in ways(case) {
                let imports: Vec<String> = imports.iter().cloned().chain(arguments(case, &given)).collect();
                let fault = fault(case, template, &given, &imports);
                wrong.extend(fault.map(|fault| case.says(&format!("{what}: {fault}"))));
            }
        }
    }
    all_right(wrong);
}

/// The templates of a mapping that write Python, each with its place and its imports.
fn templates(case: &Case) -> Vec<(String, &str, Vec<String>)> {
    let mapping = case.mapping;
    let own = [("code", &mapping.code), ("key", &mapping.key)];
    let own = own.map(|(what, text)| (what.to_owned(), text, mapping.imports.clone()));
    let fields =
        mapping.fields.iter().map(|(name, field)| (format!("`{name}`.code"), &field.code, field.imports.clone()));
    let all = own.into_iter().chain(fields).map(|(what, text, imports)| (what, text.as_str(), imports));
    all.filter(|(_, text, _)| !text.is_empty() && !is_class(text)).collect()
}

/// What the arguments bring along.
fn arguments(case: &Case, given: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let fields = case.mapping.fields.iter().filter(|(name, _)| given.contains(*name));
    fields.flat_map(|(_, field)| &field.imports).cloned()
}

/// A dotted name stands for itself: the class of an exception.
fn is_class(template: &str) -> bool {
    template.contains('.') && !template.contains(['{', '(', ' '])
}

/// The arguments with which a symbol can be called: in each version those that must be given, with each other, and all.
fn ways(case: &Case) -> Vec<BTreeSet<String>> {
    let mut forms: Vec<Vec<(&str, bool)>> = Vec::new();
    for source in &case.symbol.sources {
        let (group, method) = source.rsplit_once('.').unwrap_or_default();
        let operations = batchai().operations(group, method).iter();
        forms.extend(operations.map(|form| form.params.iter().map(|p| (p.name, p.required)).collect()));
        let models = batchai().model(source).iter();
        forms.extend(models.map(|form| form.fields.iter().map(|f| (f.name, f.required)).collect()));
        let client = batchai().client(source).into_iter();
        forms.extend(client.map(|client| client.params.iter().map(|p| (p.name, p.required)).collect()));
    }
    for params in [&case.symbol.params, &case.symbol.older].into_iter().filter(|params| !params.is_empty()) {
        forms.push(params.iter().map(|p| (p.trim_end_matches('?'), !p.ends_with('?'))).collect());
    }
    let mut ways: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for form in &forms {
        let (must, may): (Vec<_>, Vec<_>) = form.iter().partition(|(_, required)| *required);
        let least = || must.iter().map(|(name, _)| (*name).to_owned());
        ways.insert(least().collect());
        ways.extend(may.iter().map(|(name, _)| least().chain([(*name).to_owned()]).collect()));
        ways.insert(form.iter().map(|(name, _)| (*name).to_owned()).chain(context()).collect());
    }
    ways.retain(|way| !way.is_empty());
    if ways.is_empty() { vec![BTreeSet::new()] } else { ways.into_iter().collect() }
}

/// What a template gets where it can be found out.
fn context() -> impl Iterator<Item = String> {
    ["result", "assigned", "wait"].into_iter().chain(HOME).map(str::to_owned)
}

/// Only what no expression does is a statement, because an expression can stand anywhere.
#[test]
pub fn what_is_an_expression_is_no_statement() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.is_python() && !case.is_whole()) {
        let is_expression = ways(case).iter().all(|given| is_expression(&case.mapping.code, given));
        let is_statement = case.mapping.shape == Shape::Statement;
        if !case.mapping.code.is_empty() && is_expression == is_statement {
            wrong.push(case.says(if is_statement {
                "its code is no `statement`"
            } else {
                "its code is a `statement`"
            }));
        }
    }
    all_right(wrong);
}

/// Whether a template writes one expression from these arguments; what cannot be filled is none.
fn is_expression(template: &str, given: &BTreeSet<String>) -> bool {
    let given = given.iter().map(String::as_str);
    let values: Vec<(String, Markup)> =
        ALWAYS.iter().copied().chain(given).map(|name| (name.to_owned(), Markup::plain(name))).collect();
    let Ok(markup) = Templates::new('\'').render(template, &values) else { return false };
    let source = source(&layout(&markup, 0, 0, Style { width: 1000, indent: 4 }));
    let ast = parse(&source);
    let is_one = |ast: &Ast| matches!(*ast.body, [only] if matches!(ast.stmt(only).kind, StmtKind::Expr(_)));
    ast.errors.is_empty() && is_one(&ast)
}

/// What is wrong with the code that a template writes from these arguments.
fn fault(case: &Case, template: &str, given: &BTreeSet<String>, imports: &[String]) -> Option<String> {
    let mut template = template.to_owned();
    let mut values: Vec<(String, Markup)> = Vec::new();
    let home = if case.target == Target::V1 { HOME.as_slice() } else { &[] };
    for name in ALWAYS.iter().chain(home).copied().chain(given.iter().map(String::as_str)) {
        let keywords = keywords(case, name);
        if keywords.is_some() {
            template = template.replace(&format!("**{{{{ {name} }}}}"), &format!("{{{{ {name} }}}}"));
        }
        values.push((name.to_owned(), Markup::plain(keywords.as_deref().unwrap_or(name))));
    }
    let code = match Templates::new('\'').render(&template, &values) {
        Ok(markup) => layout(&markup, 0, 0, Style { width: 1000, indent: 4 }),
        Err(error) => return Some(format!("{error:#}")),
    };
    if code.trim().is_empty() {
        return None;
    }
    let (before, after) = (source(""), source(&program(case, &code, imports)));
    let after = Module::alone(&after);
    let found = verify(&Module::alone(&before), &after, case.target, &[], &BTreeMap::new());
    let messages: Vec<String> = found.into_iter().map(|fault| fault.message).chain(not_imported(&after)).collect();
    (!messages.is_empty()).then(|| format!("{} in {:?}", messages.join("; "), code.trim()))
}

/// The classes that a program names and does not import.
fn not_imported(module: &Module) -> Vec<String> {
    let ast = &module.ast;
    let classes = ast.expr_ids().filter_map(|id| match ast.kind(id) {
        ExprKind::Name(name) if name.starts_with(char::is_uppercase) => Some(name),
        _ => None,
    });
    let unknown = classes.filter(|name| module.resolved.defs_named(name).next().is_none());
    unknown.map(|name| format!("`{name}` is not imported")).collect()
}

/// The keywords that a parameter brings along when it is built in the call.
fn keywords(case: &Case, param: &str) -> Option<String> {
    let operations = case.symbol.sources.iter().filter_map(|source| source.rsplit_once('.'));
    let mut forms = operations.flat_map(|(group, method)| batchai().operations(group, method));
    let ty = forms.find_map(|form| form.parameter_type(param))?;
    let model = table().symbol(Ty::of(ty).class()?)?;
    let mapping = if case.target == Target::V2 { &model.v2 } else { &model.v1 };
    if mapping.shape != Shape::Keywords {
        return None;
    }
    let keywords = mapping.fields.iter().filter(|(_, field)| !field.to.is_empty());
    Some(keywords.map(|(_, field)| format!("{}=value", field.to)).collect::<Vec<_>>().join(", "))
}

/// A program in which the code finds all that it needs: imports, a client, support functions, values.
fn program(case: &Case, code: &str, imports: &[String]) -> String {
    let import = |dotted: &String| match dotted.rsplit_once('.') {
        Some((module, name)) => format!("from {module} import {name}\n"),
        None => format!("import {dotted}\n"),
    };
    let of_fields = case.mapping.fields.iter().flat_map(|(_, field)| &field.support);
    let functions = case.mapping.support.iter().chain(of_fields);
    let names = case
        .mapping
        .fields
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let context = ["value", "mount", "rest", "path", "result", "resource_group_name", "workspace_name"];
    let bound =
        context.into_iter().chain(names).chain(functions.map(String::as_str)).map(|name| format!("{name} = input()\n"));
    let program: String = imports.iter().map(import).chain(bound).collect();
    format!("{program}self = input()\n{}{}\n", client(case), code.trim_start())
}

/// The client on which the symbol is called.
fn client(case: &Case) -> &'static str {
    let source = &case.symbol.sources[0];
    if source.starts_with("azure.storage.blob.") {
        "import azure.storage.blob\nclient = azure.storage.blob.BlobServiceClient(open)\n"
    } else if source.starts_with("azure.storage.file.") {
        "import azure.storage.fileshare\nclient = azure.storage.fileshare.ShareServiceClient(open)\n"
    } else if source.starts_with("azure.mgmt.resource.") {
        "client = input()\n"
    } else if case.target == Target::V2 {
        "import azure.ai.ml\nclient = ws = azure.ai.ml.MLClient(open)\n"
    } else {
        "import azureml.core\nclient = ws = azureml.core.Workspace.from_config()\n"
    }
}

fn source(text: &str) -> Source {
    Source::read("template.py", text.as_bytes().to_vec()).unwrap_or_else(|problem| panic!("{}", problem.message))
}

/// `.result()` stays behind what gives a poller, and behind nothing else.
#[test]
pub fn what_is_begun_is_a_poller() {
    let begins = |code: &str| {
        let last = code.split('(').next().unwrap_or_default();
        last.contains(".begin_") && !code.contains(").result()")
    };
    let wrong = cases().into_iter().filter(|case| case.mapping.poller != begins(&case.mapping.code));
    all_right(wrong.map(|case| case.says("`poller` is not what its code says")));
}
