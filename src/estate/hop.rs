//! The second hop: code that has landed on the first SDK of Azure ML, whose support has ended.

use super::name::words;
use super::{Use, language};
use crate::source::Source;
use crate::syntax::{Alias, Ast, StmtKind};
use crate::text::Span;

/// Code of the rule.
const CODE: &str = "BAI841";
/// The parts of `azureml` that belong to the first SDK. Other packages under that name are alive.
const MODULES: [&str; 14] = [
    "automl",
    "contrib",
    "core",
    "data",
    "dataprep",
    "exceptions",
    "explain",
    "interpret",
    "opendatasets",
    "pipeline",
    "telemetry",
    "tensorboard",
    "train",
    "widgets",
];
/// Its distributions.
const PACKAGES: [&str; 9] = [
    "azureml-automl-core",
    "azureml-contrib-services",
    "azureml-core",
    "azureml-defaults",
    "azureml-pipeline",
    "azureml-pipeline-core",
    "azureml-sdk",
    "azureml-train-core",
    "azureml-widgets",
];

/// Where a file uses the first SDK of Azure ML: imports in Python, packages elsewhere.
pub fn second_hop(source: &Source, ast: &Ast) -> Vec<Use> {
    let text = source.text();
    let new = |name: &str, span: Span| Use { symbol: CODE.to_owned(), name: name.to_owned(), span };
    if let Some(language) = language(source) {
        let whole = Span::new(0, text.len());
        let comments = language.comments(text, whole);
        let found =
            PACKAGES.iter().flat_map(|name| words(text, whole, name).into_iter().map(move |span| (*name, span)));
        let found = found.filter(|(_, span)| !comments.iter().any(|comment| comment.contains(*span)));
        return found.map(|(name, span)| new(name, span)).collect();
    }
    let statements = ast.stmt_ids().flat_map(|stmt| match &ast.stmt(stmt).kind {
        StmtKind::Import(names) => names.iter().map(|name| (name.name.clone(), name.span)).collect(),
        StmtKind::ImportFrom { module, level: 0, names } => from(module, names),
        _ => Vec::new(),
    });
    statements.filter(|(module, _)| is_first(module)).map(|(module, span)| new(&module, span)).collect()
}

/// The modules that `from module import names` reaches.
fn from(module: &str, names: &[Alias]) -> Vec<(String, Span)> {
    names.iter().map(|name| (format!("{module}.{}", name.name), name.span)).collect()
}

fn is_first(module: &str) -> bool {
    let mut parts = module.split('.');
    parts.next() == Some("azureml") && parts.next().is_some_and(|part| MODULES.contains(&part))
}
