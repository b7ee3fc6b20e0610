//! The back end: the new program's objects as values of YAML.
//!
//! A configuration file holds values and nothing else, so its program does too; only the functions that the conversion
//! itself puts into a program are followed. Where the configuration is a dictionary of the user's program, expressions
//! that are the user's stay as they are.

use std::collections::BTreeSet;

use super::GIVEN;
use super::yaml::Value;
use crate::concept::{self, Ordered, YamlDocument};
use crate::render::{python_string, summand};
use crate::source::Source;
use crate::syntax::{self, Arg, Ast, ExprId, ExprKind, StmtKind};

/// How deep functions and values are followed.
const DEPTH: usize = 64;

/// An object that becomes a file of its own: what is known of its class, and its entries in the order of YAML.
pub(super) struct Raised {
    pub document: &'static YamlDocument,
    pub entries: Vec<(String, Value)>,
}

/// The objects of a program, in the order in which it makes them; an error names what has no place in YAML. With `code`,
/// expressions of the user have one, and `code` is what the user's program has for them.
pub(super) fn raise(program: &Source, code: Option<&str>) -> Result<Vec<Raised>, String> {
    let ast = syntax::parse(program);
    let own = code.map(|brought| names_bound(&ast, program.text(), brought));
    let reader = Reader { ast: &ast, text: program.text(), bound: Vec::new(), own: own.as_ref() };
    let mut calls: Vec<(usize, &'static YamlDocument, &[Arg])> = Vec::new();
    for id in ast.expr_ids() {
        let ExprKind::Call { func, args, .. } = ast.kind(id) else { continue };
        let document = ast.name(*func).and_then(|name| concept::yaml().document(name));
        calls.extend(document.map(|document| (ast.span(id).start, document, args.as_slice())));
    }
    calls.sort_by_key(|(start, ..)| *start);
    let raise = |(_, document, args): (usize, &'static YamlDocument, &[Arg])| {
        let mut given = reader.arguments(args, 0)?;
        given.retain(|(_, value)| *value != Value::Text(GIVEN.into()));
        Ok(Raised { document, entries: entries(&document.keys, given)? })
    };
    calls.into_iter().map(raise).collect()
}

/// Keywords as the entries of a map: the keys of YAML in their order.
fn entries(keys: &Ordered<String>, mut given: Vec<(String, Value)>) -> Result<Vec<(String, Value)>, String> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for (key, keyword) in keys.iter() {
        let Some(at) = given.iter().position(|(name, _)| name == keyword) else { continue };
        let (_, value) = given.remove(at);
        match key.split_once('.') {
            None => entries.push((key.to_owned(), value)),
            Some((outer, inner)) => match entries.iter_mut().find(|(name, _)| name == outer) {
                Some((_, Value::Map(map))) => map.push((inner.to_owned(), value)),
                _ => entries.push((outer.to_owned(), Value::Map(vec![(inner.to_owned(), value)]))),
            },
        }
    }
    match given.first() {
        Some((keyword, _)) => Err(format!("`{keyword}` has no key")),
        None => Ok(entries),
    }
}

struct Reader<'a> {
    ast: &'a Ast,
    text: &'a str,
    /// Parameters of the function that is followed.
    bound: Vec<(String, Value)>,
    /// The names that the program itself brings, where an expression without them is the user's.
    own: Option<&'a BTreeSet<&'a str>>,
}

/// What a program imports of Azure, defines and assigns: no expression of the user has that.
fn names_bound<'a>(ast: &'a Ast, text: &str, brought: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for stmt in &ast.body {
        match &ast.stmt(*stmt).kind {
            StmtKind::ImportFrom { module, names: all, .. } if module.starts_with("azure") => {
                names.extend(all.iter().map(|a| a.bound()))
            }
            StmtKind::Function(function) => drop(names.insert(function.name.as_str())),
            StmtKind::Class { name, .. } => drop(names.insert(name.as_str())),
            // One that is as it was is the user's.
            StmtKind::Assign { .. } if brought.lines().any(|line| line == ast.stmt(*stmt).span.of(text)) => {}
            StmtKind::Assign { targets, .. } => names.extend(targets.iter().filter_map(|target| ast.name(*target))),
            _ => {}
        }
    }
    names
}

impl Reader<'_> {
    fn arguments(&self, args: &[Arg], depth: usize) -> Result<Vec<(String, Value)>, String> {
        let mut given = Vec::new();
        for arg in args {
            match (&arg.name, arg.stars) {
                // What is `None` is not there.
                (Some(_), 0) if matches!(self.ast.kind(arg.value), ExprKind::None) => {}
                (Some((name, _)), 0) => given.push((name.clone(), self.value(arg.value, depth)?)),
                (None, 2) => match self.value(arg.value, depth)? {
                    Value::Map(entries) => given.extend(entries),
                    _ => return Err(self.strange(arg.value)),
                },
                _ => return Err(self.strange(arg.value)),
            }
        }
        Ok(given)
    }

    fn value(&self, id: ExprId, depth: usize) -> Result<Value, String> {
        if depth > DEPTH {
            return Err(self.strange(id));
        }
        let deeper = |id: ExprId| self.value(id, depth + 1);
        Ok(match self.ast.kind(id) {
            // What the user has laid out on several lines stays so.
            ExprKind::Str { .. } if self.own.is_some() && self.of(id).contains('\n') => self.code(id)?,
            ExprKind::Str { value, .. } => Value::Text(value.clone()),
            ExprKind::Number => Value::Number(self.ast.span(id).of(self.text).to_owned()),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::List(items) => Value::List(items.iter().map(|item| deeper(*item)).collect::<Result<_, _>>()?),
            ExprKind::Dict(items) => Value::Map(self.dict(items, depth + 1)?),
            ExprKind::Binary { left, op: "+", right } => match (deeper(*left)?, deeper(*right)?) {
                (Value::Text(left), Value::Text(right)) => Value::Text(left + &right),
                (left, right) if self.own.is_some() => sum(left, right).map_or_else(|| self.code(id), Ok)?,
                _ => return Err(self.strange(id)),
            },
            ExprKind::Name(name) => self.named(name, depth).map_or_else(|| self.code(id), Ok)?,
            ExprKind::Subscript { value, .. } => {
                self.last_segment(*value, depth + 1).map_or_else(|| self.code(id), Ok)?
            }
            ExprKind::Call { func, args, .. } => {
                self.call(id, self.ast.name(*func).unwrap_or_default(), args, depth)?
            }
            _ => self.code(id)?,
        })
    }

    fn of(&self, id: ExprId) -> &str {
        self.ast.span(id).of(self.text)
    }

    /// An expression of the user, as it is.
    fn code(&self, id: ExprId) -> Result<Value, String> {
        let own = self.own.ok_or_else(|| self.strange(id))?;
        let mut is_users = true;
        self.ast.descend(id, &mut |part| is_users &= self.ast.name(part).is_none_or(|name| !own.contains(name)));
        if is_users { Ok(Value::Code(self.of(id).to_owned())) } else { Err(self.strange(id)) }
    }

    fn dict(&self, items: &[(Option<ExprId>, ExprId)], depth: usize) -> Result<Vec<(String, Value)>, String> {
        let mut entries = Vec::new();
        for (key, value) in items {
            let read = self.value(*value, depth)?;
            match (key.map(|key| self.value(key, depth)).transpose()?, read) {
                (Some(Value::Text(key)), read) => entries.push((key, read)),
                (None, Value::Map(inner)) => entries.extend(inner),
                _ => return Err(self.strange(*value)),
            }
        }
        Ok(entries)
    }

    /// `'/a/b'.rsplit('/', 1)[-1]`, as the conversion writes it for the name in an identifier.
    fn last_segment(&self, id: ExprId, depth: usize) -> Option<Value> {
        let ExprKind::Call { func, .. } = self.ast.kind(id) else { return None };
        let ExprKind::Attribute { value, attr, .. } = self.ast.kind(*func) else { return None };
        match self.value(*value, depth).ok()? {
            Value::Text(text) if attr == "rsplit" => Some(Value::Text(text.rsplit('/').next()?.to_owned())),
            _ => None,
        }
    }

    /// A parameter, or a constant of the program.
    fn named(&self, name: &str, depth: usize) -> Option<Value> {
        if let Some((_, value)) = self.bound.iter().find(|(bound, _)| bound == name) {
            return Some(value.clone());
        }
        if self.own.is_some() {
            return None;
        }
        let assigned = self.ast.body.iter().find_map(|stmt| match &self.ast.stmt(*stmt).kind {
            StmtKind::Assign { targets, value } if targets.iter().any(|t| self.ast.name(*t) == Some(name)) => {
                Some(*value)
            }
            _ => None,
        });
        self.value(assigned?, depth + 1).ok()
    }

    fn call(&self, id: ExprId, name: &str, args: &[Arg], depth: usize) -> Result<Value, String> {
        if let Some(part) = concept::yaml().part(name) {
            // A secret is not looked at.
            // Nor is it written, unless the user's program has it from elsewhere.
            let is_written = |arg: &Arg| self.own.is_none() || self.ast.str_value(arg.value).is_some();
            let is_named = |arg: &Arg| arg.name.as_ref().is_some_and(|(name, _)| part.secret.get(name).is_some());
            let (secret, open): (Vec<_>, Vec<_>) =
                args.iter().cloned().partition(|arg| is_named(arg) && is_written(arg));
            let mut given = self.arguments(&open, depth + 1)?;
            for (name, _) in secret.into_iter().filter_map(|arg| arg.name) {
                let placeholder = part.secret.get(&name).cloned().unwrap_or_default();
                given.push((name, Value::Text(placeholder)));
            }
            let kind = (!part.kind.is_empty()).then(|| ("type".to_owned(), Value::Text(part.kind.clone())));
            return Ok(Value::Map(kind.into_iter().chain(entries(&part.keys, given)?).collect()));
        }
        self.followed(name, args, depth).map_or_else(|| self.code(id), Ok)
    }

    /// What a function of the program gives: what its last statement returns.
    fn followed(&self, name: &str, args: &[Arg], depth: usize) -> Option<Value> {
        let function = self.ast.body.iter().find_map(|stmt| match &self.ast.stmt(*stmt).kind {
            StmtKind::Function(function) if function.name == name => Some(function),
            _ => None,
        })?;
        let StmtKind::Return(Some(returned)) = self.ast.stmt(*function.body.last()?).kind else { return None };
        let values = args.iter().map(|arg| self.value(arg.value, depth + 1).ok()).collect::<Option<Vec<_>>>()?;
        let bound = function.params.iter().map(|param| param.name.clone()).zip(values).collect();
        Reader { bound, ..*self }.value(returned, depth + 1).ok()
    }

    fn strange(&self, id: ExprId) -> String {
        let word: String = self.of(id).chars().take_while(|c| !c.is_whitespace()).take(40).collect();
        format!("`{word}` is no value")
    }
}

/// Two texts of which one at least is known only at run time.
fn sum(left: Value, right: Value) -> Option<Value> {
    let code = |value| match value {
        Value::Text(text) => Some(python_string(&text, '\'')),
        Value::Code(code) => Some(summand(&code)),
        _ => None,
    };
    Some(Value::Code(format!("{} + {}", code(left)?, code(right)?)))
}
