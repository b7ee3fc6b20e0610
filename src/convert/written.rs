//! Configurations that a program writes: dictionaries that become JSON in a file. They are left to a person.

use crate::config::{self, FileKind};
use crate::syntax::{Ast, ExprId, ExprKind, StmtKind};
use crate::text::Span;

/// A dictionary that is a configuration.
pub(super) struct Dictionary {
    pub kind: FileKind,
    pub span: Span,
    /// The statement that it stands in.
    pub stmt: Span,
    /// The file that it is written to.
    pub file: String,
}

/// The dictionaries of a program that are configurations of Batch AI.
pub(super) fn dictionaries(ast: &Ast) -> Vec<Dictionary> {
    let found = ast.expr_ids().filter_map(|id| Some((id, kind(ast, id)?)));
    let found = found.filter_map(|(id, kind)| {
        let (stmt, _) = ast.statement_around(ast.span(id))?;
        let name = match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if *value == id && targets.len() == 1 => ast.name(targets[0]),
            _ => None,
        };
        Some(Dictionary { kind, span: ast.span(id), stmt: ast.stmt(stmt).span, file: file(ast, id, name)? })
    });
    found.collect()
}

/// What a dictionary configures, if it does: by the keys below `properties`.
fn kind(ast: &Ast, id: ExprId) -> Option<FileKind> {
    let ExprKind::Dict(items) = ast.kind(id) else { return None };
    let value = |items: &[(Option<ExprId>, ExprId)], key: &str| {
        let is_it = |(name, _): &&(Option<ExprId>, ExprId)| name.and_then(|name| ast.str_value(name)) == Some(key);
        items.iter().find(is_it).map(|(_, value)| *value)
    };
    let ExprKind::Dict(properties) = ast.kind(value(items, "properties")?) else { return None };
    let is_ours = config::keys().any(|key| value(properties, key).is_some());
    let kind = if value(properties, "vmSize").is_some() { FileKind::Cluster } else { FileKind::Job };
    let is_whole = kind == FileKind::Cluster || value(properties, "nodeCount").is_some();
    (is_ours && is_whole).then_some(kind)
}

/// The file that is named where the dictionary is handed on, or the only one that the program opens if it dumps it.
fn file(ast: &Ast, id: ExprId, name: Option<&str>) -> Option<String> {
    let is_json = |id: &ExprId| ast.str_value(*id).is_some_and(|text| text.to_ascii_lowercase().ends_with(".json"));
    let is_it = |arg: ExprId| arg == id || name.is_some() && ast.name(arg) == name;
    let (mut beside, mut opened, mut is_dumped) = (Vec::new(), Vec::new(), false);
    for call in ast.expr_ids() {
        let ExprKind::Call { func, args, .. } = ast.kind(call) else { continue };
        let named = args.iter().map(|arg| arg.value).find(is_json).and_then(|id| ast.str_value(id));
        if args.iter().any(|arg| is_it(arg.value)) {
            beside.extend(named);
            is_dumped |= ast.dotted(*func).is_some_and(|func| func.contains("dump"));
        } else if ast.dotted(*func).is_some_and(|func| func.rsplit('.').next() == Some("open")) && args.len() > 1 {
            opened.extend(named);
        }
    }
    let only = if beside.is_empty() && is_dumped { opened } else { beside };
    only.first().filter(|first| only.iter().all(|name| name == *first)).map(|name| (*name).to_owned())
}
