//! A dictionary of Python as the configuration that it becomes in a file: the tree of JSON, with the user's expressions
//! where a value is known only when the program runs.

use std::collections::BTreeSet;

use super::json::{Document, Member, Node, Value};
use super::lower::HEAD_NAMES;
use crate::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};
use crate::text::{Span, line_begin};

/// How deep dictionaries are read.
const DEPTH: usize = 64;

/// A dictionary as a document; nothing where a key of it cannot be seen, or where its expressions cannot stand in the
/// program that a configuration is read as.
pub(super) fn read(ast: &Ast, text: &str, id: ExprId) -> Option<Document> {
    let mut reader = Reader { ast, text, whole: ast.span(id), parts: Vec::new() };
    let root = reader.node(id, 0);
    let values: Vec<ExprId> = [id].into_iter().chain(reader.parts.iter().map(|(_, value)| *value)).collect();
    let mut is_free = true;
    let mut look = |part| is_free &= ast.name(part).is_none_or(|name| !HEAD_NAMES.contains(&name));
    values.iter().for_each(|value| ast.descend(*value, &mut look));
    let is_inside = |comment: &Span| values.iter().any(|value| ast.span(*value).contains(*comment));
    let comments = ast.comments.iter().copied().filter(is_inside).collect();
    let brought = brought(ast, text, &values);
    let parts = reader.parts.iter().map(|(stmt, _)| ast.stmt(*stmt).span).collect();
    (is_free && matches!(root.value, Value::Map(_))).then_some(Document { root, comments, brought, parts })
}

/// What a program brings that expressions need to be understood: what paths are put together with, and texts with a name, also those that are
/// there at times.
fn brought(ast: &Ast, text: &str, values: &[ExprId]) -> String {
    let mut used = BTreeSet::new();
    values.iter().for_each(|value| ast.descend(*value, &mut |part| used.extend(ast.name(part))));
    let is_path = |name: &str| ["os", "posixpath"].contains(&name.split('.').next().unwrap_or_default());
    let line = |stmt: &StmtId| match &ast.stmt(*stmt).kind {
        StmtKind::Import(names) => {
            let paths = names.iter().filter(|alias| is_path(&alias.name) && used.contains(alias.bound()));
            paths.map(|alias| format!("import {}\n", alias.span.of(text))).collect()
        }
        StmtKind::ImportFrom { module, .. } if is_path(module) => format!("{}\n", ast.stmt(*stmt).span.of(text)),
        StmtKind::Assign { targets, value } if !ast.stmt(*stmt).span.of(text).contains('\n') => {
            match (targets.as_slice(), ast.kind(*value)) {
                ([target], ExprKind::Str { .. } | ExprKind::IfExp { .. })
                    if ast.name(*target).is_some_and(|n| used.contains(n) && is_once(ast, n))
                        && is_plain(ast, *value) =>
                {
                    format!("{}\n", ast.stmt(*stmt).span.of(text))
                }
                _ => String::new(),
            }
        }
        _ => String::new(),
    };
    ast.body.iter().map(line).collect()
}

/// Whether a value is made of texts, by tests of names: nothing that would be read as something else elsewhere.
fn is_plain(ast: &Ast, value: ExprId) -> bool {
    let mut is_plain = true;
    ast.descend(value, &mut |part| {
        is_plain &= match ast.kind(part) {
            ExprKind::Name(name) => !HEAD_NAMES.contains(&name.as_str()),
            kind => matches!(kind, ExprKind::Str { .. } | ExprKind::IfExp { .. }),
        }
    });
    is_plain
}

/// Whether a name is given a value in one place only.
fn is_once(ast: &Ast, name: &str) -> bool {
    given(ast, name, None) == 1
}

/// In how many places a name is given a value: in the whole program, or in a function, with its parameters.
fn given(ast: &Ast, name: &str, within: Option<Span>) -> usize {
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
    let is_here = |id: &StmtId| within.is_none_or(|within| within.contains(ast.stmt(*id).span));
    ast.stmt_ids().filter(is_here).filter(is_target).count()
}

/// Calls that do nothing but put values together, so that it does not matter when they are made.
const PLAIN_CALLS: [&str; 8] = ["dict", "str", "int", "float", "len", "format", "join", "get"];

struct Reader<'a> {
    ast: &'a Ast,
    text: &'a str,
    /// The dictionary itself.
    whole: Span,
    /// The statements that give names to its parts, with these.
    parts: Vec<(StmtId, ExprId)>,
}

impl Reader<'_> {
    fn node(&mut self, id: ExprId, depth: usize) -> Node {
        let span = self.ast.span(id);
        let is_line = !span.of(self.text).contains('\n');
        let ast = self.ast;
        let value = match ast.kind(id) {
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
            ExprKind::Name(name) => match self.part(name) {
                Some((stmt, value)) => {
                    self.parts.push((stmt, value));
                    return self.node(value, depth + 1);
                }
                None => Value::Code,
            },
            _ => Value::Code,
        };
        Node { span, value }
    }

    /// The part that a name stands for: a dictionary or list that is named for this one alone, in the same run of
    /// statements, and means the same here.
    fn part(&self, name: &str) -> Option<(StmtId, ExprId)> {
        let ast = self.ast;
        let mut named = ast.stmt_ids().filter_map(|stmt| match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if targets.len() == 1 && ast.name(targets[0]) == Some(name) => {
                Some((stmt, *value))
            }
            _ => None,
        });
        let (stmt, value) = named.next()?;
        let is_literal = match ast.kind(value) {
            ExprKind::Dict(_) | ExprKind::List(_) => true,
            ExprKind::Call { func, .. } => ast.name(*func) == Some("dict"),
            _ => false,
        };
        let is_only = is_once(ast, name) && ast.expr_ids().filter(|id| ast.name(*id) == Some(name)).count() == 2;
        let span = ast.stmt(stmt).span;
        let (_, block) = ast.statement_around(span)?;
        let leads_here = |id: &StmtId| {
            ast.stmt(*id).span.start > span.start && ast.stmt(*id).span.contains(self.whole)
                || self.parts.iter().any(|(part, _)| part == id)
        };
        let is_between = |id: StmtId| {
            let is_other = ast.stmt(id).span.contains(self.whole) && !ast.stmt(id).span.contains(span);
            let repeats = matches!(ast.stmt(id).kind, StmtKind::For { .. } | StmtKind::While { .. });
            is_other && repeats
        };
        let is_here = block.iter().any(leads_here) && !ast.stmt_ids().any(is_between);
        let line = self.text[line_begin(self.text, span.start)..span.start].trim();
        let tail = self.text[span.end..].lines().next().unwrap_or_default().trim();
        let is_alone = line.is_empty() && (tail.is_empty() || tail.starts_with('#'));
        (is_literal && is_only && is_here && is_alone && self.means_the_same(value, span)).then_some((stmt, value))
    }

    /// Whether an expression has the same value later: nothing in it gets another one, and it does nothing else.
    fn means_the_same(&self, value: ExprId, stmt: Span) -> bool {
        let ast = self.ast;
        let around = ast.stmt_ids().filter(|id| matches!(ast.stmt(*id).kind, StmtKind::Function(_)));
        let function = around.map(|id| ast.stmt(id).span).filter(|span| span.contains(self.whole));
        let function = function.max_by_key(|span| span.start);
        let mut is_same = true;
        ast.descend(value, &mut |part| {
            is_same &= match ast.kind(part) {
                ExprKind::Name(name) => {
                    let own = function.map_or(0, |_| given(ast, name, function));
                    let is_own = own == 1 && function.is_some_and(|function| function.contains(stmt));
                    is_own || own == 0 && given(ast, name, None) <= 1
                }
                ExprKind::Call { func, .. } => {
                    let called = ast.dotted(*func).unwrap_or_default();
                    let last = match ast.kind(*func) {
                        ExprKind::Attribute { attr, .. } => attr.as_str(),
                        _ => called.as_str(),
                    };
                    PLAIN_CALLS.contains(&last)
                }
                ExprKind::Lambda { .. } | ExprKind::Await(_) | ExprKind::Yield { .. } => false,
                _ => true,
            };
        });
        is_same
    }

    fn is_starred(&self, id: ExprId) -> bool {
        matches!(self.ast.kind(id), ExprKind::Starred(_))
    }

    /// The members of `{'key': value}` or `dict(key=value)`, if every key can be seen.
    fn map(&mut self, id: ExprId, depth: usize) -> Option<Vec<Member>> {
        let ast = self.ast;
        let mut members = Vec::new();
        match ast.kind(id) {
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    let key = (*key)?;
                    let span = Span::new(ast.span(key).start, ast.span(*value).end);
                    let key = ast.str_value(key)?.to_owned();
                    members.push(Member { key, span, node: self.node(*value, depth + 1) });
                }
            }
            ExprKind::Call { func, args, .. } if ast.name(*func) == Some("dict") => {
                for arg in args {
                    let (key, _) = arg.name.as_ref()?;
                    members.push(Member { key: key.clone(), span: arg.span, node: self.node(arg.value, depth + 1) });
                }
            }
            _ => return None,
        }
        Some(members)
    }
}
