//! A dictionary of Python as the configuration that it becomes in a file: the tree of JSON, with the user's expressions
//! where a value is known only when the program runs.

use std::collections::BTreeSet;

use super::json::{Document, Member, Node, Value};
use super::lower::HEAD_NAMES;
use crate::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::Span;

/// How deep dictionaries are read.
const DEPTH: usize = 64;

/// A dictionary as a document; nothing where a key of it cannot be seen, or where its expressions cannot stand in the
/// program that a configuration is read as.
pub(super) fn read(ast: &Ast, text: &str, id: ExprId) -> Option<Document> {
    let whole = ast.span(id);
    let mut is_free = true;
    ast.descend(id, &mut |part| is_free &= ast.name(part).is_none_or(|name| !HEAD_NAMES.contains(&name)));
    let reader = Reader { ast, text };
    let root = reader.node(id, 0);
    let comments = ast.comments.iter().copied().filter(|comment| whole.contains(*comment)).collect();
    let brought = brought(ast, text, id);
    (is_free && matches!(root.value, Value::Map(_))).then_some(Document { root, comments, brought })
}

/// What a program brings that expressions need to be understood: what paths are put together with, and texts with a name.
fn brought(ast: &Ast, text: &str, id: ExprId) -> String {
    let mut used = BTreeSet::new();
    ast.descend(id, &mut |part| used.extend(ast.name(part)));
    let is_path = |name: &str| ["os", "posixpath"].contains(&name.split('.').next().unwrap_or_default());
    let line = |stmt: &StmtId| match &ast.stmt(*stmt).kind {
        StmtKind::Import(names) => {
            let paths = names.iter().filter(|alias| is_path(&alias.name) && used.contains(alias.bound()));
            paths.map(|alias| format!("import {}\n", alias.span.of(text))).collect()
        }
        StmtKind::ImportFrom { module, .. } if is_path(module) => format!("{}\n", ast.stmt(*stmt).span.of(text)),
        StmtKind::Assign { targets, value } => match (targets.as_slice(), ast.kind(*value)) {
            ([target], ExprKind::Str { .. })
                if ast.name(*target).is_some_and(|n| used.contains(n) && is_once(ast, n)) =>
            {
                format!("{}\n", ast.stmt(*stmt).span.of(text))
            }
            _ => String::new(),
        },
        _ => String::new(),
    };
    ast.body.iter().map(line).collect()
}

/// Whether a name is given a value in one place only.
fn is_once(ast: &Ast, name: &str) -> bool {
    let is_target = |id: &StmtId| {
        let targets: Vec<ExprId> = match &ast.stmt(*id).kind {
            StmtKind::Assign { targets, .. } => targets.clone(),
            StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, .. } | StmtKind::For { target, .. } => {
                vec![*target]
            }
            StmtKind::Function(function) => return function.params.iter().any(|param| param.name == name),
            _ => Vec::new(),
        };
        let mut found = false;
        targets.iter().for_each(|target| ast.descend(*target, &mut |part| found |= ast.name(part) == Some(name)));
        found
    };
    ast.stmt_ids().filter(is_target).count() == 1
}

struct Reader<'a> {
    ast: &'a Ast,
    text: &'a str,
}

impl Reader<'_> {
    fn node(&self, id: ExprId, depth: usize) -> Node {
        let span = self.ast.span(id);
        let is_line = !span.of(self.text).contains('\n');
        let value = match self.ast.kind(id) {
            _ if depth > DEPTH => Value::Code,
            // What stands on several lines stays as it is laid out.
            ExprKind::Str { value, simple: true, .. } if is_line => Value::Text(value.clone()),
            ExprKind::Number if serde_json::from_str::<serde_json::Number>(span.of(self.text)).is_ok() => {
                Value::Number(span.of(self.text).to_owned())
            }
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::None => Value::Null,
            ExprKind::List(items) | ExprKind::Tuple(items) if items.iter().all(|item| !self.is_starred(*item)) => {
                Value::List(items.iter().map(|item| self.node(*item, depth + 1)).collect())
            }
            ExprKind::Dict(_) | ExprKind::Call { .. } => self.map(id, depth).map_or(Value::Code, Value::Map),
            _ => Value::Code,
        };
        Node { span, value }
    }

    fn is_starred(&self, id: ExprId) -> bool {
        matches!(self.ast.kind(id), ExprKind::Starred(_))
    }

    /// The members of `{'key': value}` or `dict(key=value)`, if every key can be seen.
    fn map(&self, id: ExprId, depth: usize) -> Option<Vec<Member>> {
        let member = |key: &str, span: Span, value: ExprId| Member {
            key: key.to_owned(),
            span,
            node: self.node(value, depth + 1),
        };
        match self.ast.kind(id) {
            ExprKind::Dict(items) => items
                .iter()
                .map(|(key, value)| {
                    let key = (*key)?;
                    let span = Span::new(self.ast.span(key).start, self.ast.span(*value).end);
                    Some(member(self.ast.str_value(key)?, span, *value))
                })
                .collect(),
            ExprKind::Call { func, args, .. } if self.ast.name(*func) == Some("dict") => {
                args.iter().map(|arg| arg.name.as_ref().map(|(key, _)| member(key, arg.span, arg.value))).collect()
            }
            _ => None,
        }
    }
}
