//! The second hop: code that has landed on the first SDK of Azure ML, whose support has ended.

use super::name::words;
use super::{Use, language};
use crate::manifest;
use crate::source::{Language, Source, is_python};
use crate::syntax::{self, Alias, Ast, StmtKind};
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
        return packages(text, whole, language).into_iter().map(|(name, span)| new(name, span)).collect();
    }
    let statements = imports(ast).into_iter().map(|(module, span)| new(&module, span));
    // What a notebook installs, by command lines and by files that it writes.
    let shells = manifest::shells(source, ast).into_iter().flat_map(|span| packages(text, span, Language::Shell));
    let files = manifest::written(source).into_iter().filter(|file| !is_python(&file.name));
    let files = files.flat_map(|file| packages(text, file.span, Language::Shell));
    let installed = shells.chain(files).map(|(name, span)| new(name, span));
    statements.chain(installed).chain(written(source)).collect()
}

/// The packages that a part of a text names outside of its comments.
fn packages(text: &str, part: Span, language: Language) -> Vec<(&'static str, Span)> {
    let comments = language.comments(text, part);
    let found = PACKAGES.iter().flat_map(|name| words(text, part, name).into_iter().map(move |span| (*name, span)));
    found.filter(|(_, span)| !comments.iter().any(|comment| comment.contains(*span))).collect()
}

/// The uses in the programs that a notebook writes.
fn written(source: &Source) -> Vec<Use> {
    let programs = manifest::written(source).into_iter().filter(|file| is_python(&file.name));
    let uses = programs.flat_map(|file| {
        let text = file.span.of(source.text());
        let inner = Source::read(&file.name, text.as_bytes().to_vec()).ok().filter(|inner| inner.text() == text);
        let found = inner.map(|inner| imports(&syntax::parse(&inner))).unwrap_or_default();
        found.into_iter().map(move |(module, span)| {
            let span = Span::new(span.start + file.span.start, span.end + file.span.start);
            Use { symbol: CODE.to_owned(), name: module, span }
        })
    });
    uses.collect()
}

/// The modules of the first SDK that a program imports.
fn imports(ast: &Ast) -> Vec<(String, Span)> {
    let statements = ast.stmt_ids().flat_map(|stmt| match &ast.stmt(stmt).kind {
        StmtKind::Import(names) => names.iter().map(|name| (name.name.clone(), name.span)).collect(),
        StmtKind::ImportFrom { module, level: 0, names } => from(module, names),
        _ => Vec::new(),
    });
    statements.filter(|(module, _)| is_first(module)).collect()
}

/// The modules that `from module import names` reaches.
fn from(module: &str, names: &[Alias]) -> Vec<(String, Span)> {
    names.iter().map(|name| (format!("{module}.{}", name.name), name.span)).collect()
}

fn is_first(module: &str) -> bool {
    let mut parts = module.split('.');
    parts.next() == Some("azureml") && parts.next().is_some_and(|part| MODULES.contains(&part))
}
