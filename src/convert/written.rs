//! Configurations that a program writes: dictionaries that become JSON in a file. They are left to a person.

use crate::config::{self, FileKind};
use crate::syntax::{Arg, Ast, ExprId, ExprKind, StmtKind};
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

/// Where a program names a file only to write it: `open(name, 'w')`, `Path(name).write_text(x)`, `write_json(x, name)`.
pub(super) fn names_written(ast: &Ast, name: &str) -> Vec<Span> {
    let named = |id: ExprId| ast.str_value(id).is_some_and(|text| text == name || text.ends_with(&format!("/{name}")));
    let mut found = Vec::new();
    for id in ast.expr_ids() {
        let ExprKind::Call { func, args, .. } = ast.kind(id) else { continue };
        let names = |args: &[Arg]| args.iter().map(|arg| arg.value).filter(|id| named(*id)).collect::<Vec<_>>();
        let called = match ast.kind(*func) {
            ExprKind::Name(name) => name,
            ExprKind::Attribute { value, attr, .. } => {
                // A path that is opened or written to.
                if let ExprKind::Call { args: path, .. } = ast.kind(*value)
                    && (is_writer(attr) || attr == "open" && opens_to_write(ast, args))
                {
                    found.extend(names(path));
                }
                attr
            }
            _ => continue,
        };
        if is_writer(called) || called == "open" && opens_to_write(ast, args) {
            found.extend(names(args));
        }
    }
    found.into_iter().map(|id| ast.span(id)).collect()
}

/// Whether a function writes, by its name, and does not read as well.
fn is_writer(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    has(&["write", "dump", "save"]) && !has(&["read", "load", "get", "update"])
}

/// Whether a mode among the arguments of `open` starts the file anew.
fn opens_to_write(ast: &Ast, args: &[Arg]) -> bool {
    let mode = args.iter().find(|arg| arg.name.as_ref().is_some_and(|(name, _)| name == "mode"));
    let mode = mode.or_else(|| args.iter().rev().find(|arg| arg.name.is_none()));
    let mode = mode.and_then(|arg| ast.str_value(arg.value));
    mode.is_some_and(|mode| mode.len() <= 3 && mode.starts_with(['w', 'x']) && !mode.contains('+'))
}
