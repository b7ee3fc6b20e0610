//! Configurations that a program writes: dictionaries that become JSON in a file. Here they are found, with who takes them.

use std::collections::BTreeSet;

use crate::config::{self, Config, FileKind, Form};
use crate::source::Source;
use crate::syntax::{Arg, Ast, ExprId, ExprKind, Function, StmtId, StmtKind};
use crate::text::{Span, line_begin, margin};

/// Functions that only show what they are given, or give back a text of it.
const SHOWING: [&str; 7] = ["print", "pprint", "len", "display", "repr", "str", "dumps"];

/// A dictionary that is a configuration.
pub(super) struct Dictionary {
    pub kind: FileKind,
    pub span: Span,
    /// Statements that give names to its parts.
    pub parts: Vec<Span>,
    /// The statement that it stands in.
    pub stmt: StmtId,
    /// The file that it is written to, and where that is named; empty where that cannot be seen.
    pub file: String,
    pub names: Vec<ExprId>,
    /// The calls that take it.
    pub takers: Vec<ExprId>,
    /// The configuration that it is; or why that cannot be seen.
    pub config: Result<Config, String>,
}

/// The dictionaries of a program that are configurations of Batch AI.
pub(super) fn dictionaries(source: &Source, ast: &Ast) -> Vec<Dictionary> {
    let text = source.text();
    if !config::can_be_in(text) || !ast.errors.is_empty() {
        return Vec::new();
    }
    let all: Vec<Dictionary> = ast.expr_ids().filter_map(|id| dictionary(text, ast, id)).collect();
    // A part of another is no configuration of its own.
    let holds = |other: &Dictionary, span: Span| {
        other.span != span && other.span.contains(span) || other.parts.iter().any(|part| part.contains(span))
    };
    let is_part: Vec<bool> = all.iter().map(|one| all.iter().any(|other| holds(other, one.span))).collect();
    all.into_iter().zip(is_part).filter(|(_, is_part)| !is_part).map(|(one, _)| one).collect()
}

fn dictionary(text: &str, ast: &Ast, id: ExprId) -> Option<Dictionary> {
    let is_made = match ast.kind(id) {
        ExprKind::Dict(_) => true,
        ExprKind::Call { func, .. } => ast.name(*func) == Some("dict"),
        _ => false,
    };
    if !is_made {
        return None;
    }
    let span = ast.span(id);
    let margin = margin(&text[line_begin(text, span.start)..]).to_owned();
    let config = config::dictionary(ast, text, id, Form::Dictionary { quote: quote(span.of(text)), margin });
    let kind = config.as_ref().map(|config| config.kind).or_else(|| kind(ast, id))?;
    let (stmt, _) = ast.statement_around(span)?;
    let mut value = Held { ast, id, names: Vec::new(), functions: BTreeSet::new() };
    let is_followed = value.follow(stmt);
    let takers = value.takers();
    let (file, names) = value.file(&takers).unwrap_or_default();
    // Others take such dictionaries as well: the SDK, services with names of their own.
    if file.is_empty() && !has_schema(ast, id) {
        return None;
    }
    let parts = config.as_ref().map(|config| config.parts().to_vec()).unwrap_or_default();
    let unseen = config.as_ref().and_then(|config| config.unseen(text)).map(|part| part.lines().next().unwrap_or(part));
    let config = match config {
        None => Err("a key of it, or what an expression in it means, cannot be seen".to_owned()),
        Some(_) if file.is_empty() => Err("it cannot be seen which file it goes to".to_owned()),
        Some(_) if unseen.is_some() => Err(format!("what `{}` in it holds cannot be seen", unseen.unwrap_or_default())),
        Some(_) if !is_followed => Err("it cannot be seen who takes it".to_owned()),
        Some(_) if value.is_touched() => Err("the program reads or changes it elsewhere".to_owned()),
        Some(config) => value
            .unknown(&takers)
            .map_or(Ok(config), |name| Err(format!("`{name}` takes it, and it cannot be seen what for"))),
    };
    Some(Dictionary { kind, span, parts, stmt, file, names, takers, config })
}

/// The quotes of its first key.
fn quote(text: &str) -> char {
    text.chars().find(|c| ['\'', '"'].contains(c)).unwrap_or('\'')
}

/// Where a name means one thing: a function, or what is outside of those that have the name for themselves.
struct Scope {
    within: Option<Span>,
    without: Vec<Span>,
}

impl Scope {
    fn has(&self, span: Span) -> bool {
        self.within.is_none_or(|within| within.contains(span)) && !self.without.iter().any(|part| part.contains(span))
    }
}

/// The functions of a program, each with where it stands.
fn functions(ast: &Ast) -> impl Iterator<Item = (Span, &Function)> {
    ast.stmt_ids().filter_map(|id| match &ast.stmt(id).kind {
        StmtKind::Function(function) => Some((ast.stmt(id).span, function)),
        _ => None,
    })
}

/// The innermost function around a place.
fn function_around(ast: &Ast, at: Span) -> Option<(Span, &Function)> {
    functions(ast).filter(|(span, _)| span.contains(at)).max_by_key(|(span, _)| span.start)
}

/// A dictionary with the names that it goes by.
struct Held<'a> {
    ast: &'a Ast,
    id: ExprId,
    /// Each with the part of the program in which it is this one.
    names: Vec<(&'a str, Scope)>,
    /// The functions that give it back.
    functions: BTreeSet<&'a str>,
}

impl<'a> Held<'a> {
    /// Follows it from its statement to its names; false where it goes into something else.
    fn follow(&mut self, stmt: StmtId) -> bool {
        let ast = self.ast;
        match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if *value == self.id && targets.len() == 1 => {
                self.call(targets[0]);
            }
            StmtKind::Return(Some(value)) if *value == self.id => {
                let around = function_around(ast, ast.stmt(stmt).span);
                self.functions.extend(around.map(|(_, function)| function.name.as_str()));
            }
            _ => return !self.takers().is_empty(),
        }
        self.given_back();
        !self.names.is_empty() || !self.functions.is_empty()
    }

    /// Names that a function gives it, and functions that give back such a name.
    fn given_back(&mut self) {
        let ast = self.ast;
        for stmt in ast.stmt_ids() {
            if let StmtKind::Assign { targets, value } = &ast.stmt(stmt).kind
                && let [target] = targets.as_slice()
                && self.is_it(*value)
            {
                self.call(*target);
            }
        }
    }

    /// It goes by the name of a target.
    fn call(&mut self, target: ExprId) {
        let ast = self.ast;
        let Some(name) = ast.name(target) else { return };
        let within = function_around(ast, ast.span(target)).map(|(span, _)| span);
        let binds = |(span, function): &(Span, &Function)| {
            function.params.iter().any(|param| param.name == name)
                || ast.stmt_ids().any(|id| match &ast.stmt(id).kind {
                    StmtKind::Assign { targets, .. } => {
                        span.contains(ast.stmt(id).span) && targets.iter().any(|target| ast.name(*target) == Some(name))
                    }
                    _ => false,
                })
        };
        let is_inner = |span: Span| within.is_none_or(|within| within != span && within.contains(span));
        let without = functions(ast).filter(|(span, _)| is_inner(*span)).filter(binds).map(|(span, _)| span).collect();
        self.names.push((name, Scope { within, without }));
    }

    /// Whether an expression is the dictionary.
    fn is_it(&self, id: ExprId) -> bool {
        match self.ast.kind(id) {
            _ if id == self.id => true,
            ExprKind::Name(name) => {
                self.names.iter().any(|(known, scope)| known == name && scope.has(self.ast.span(id)))
            }
            ExprKind::Call { func, .. } => self.ast.name(*func).is_some_and(|name| self.functions.contains(name)),
            _ => false,
        }
    }

    /// The calls that take it.
    fn takers(&self) -> Vec<ExprId> {
        let takes = |call: &ExprId| match self.ast.kind(*call) {
            ExprKind::Call { args, .. } => args.iter().any(|arg| self.is_it(arg.value)),
            _ => false,
        };
        self.ast.expr_ids().filter(takes).collect()
    }

    /// Whether the program looks into it, or changes it.
    fn is_touched(&self) -> bool {
        self.ast.expr_ids().any(|id| match self.ast.kind(id) {
            ExprKind::Subscript { value, .. } | ExprKind::Attribute { value, .. } => self.is_it(*value),
            _ => false,
        })
    }

    /// A function that takes it and may do anything with it.
    fn unknown(&self, takers: &[ExprId]) -> Option<String> {
        takers.iter().find_map(|call| {
            let ExprKind::Call { func, args, .. } = self.ast.kind(*call) else { return None };
            let name = self.ast.dotted(*func)?;
            let last = name.rsplit('.').next().unwrap_or(&name);
            let is_plain = is_writer(last) || SHOWING.contains(&last);
            let known = match self.defined(last) {
                Some((params, body)) => args.iter().enumerate().all(|(at, arg)| {
                    let param = arg.name.as_ref().map(|(name, _)| name.as_str());
                    let param = param.or_else(|| params.get(at).copied());
                    !self.is_it(arg.value) || param.is_some_and(|param| !self.is_opened(param, body))
                }),
                None => is_plain,
            };
            (!known).then_some(name)
        })
    }

    /// A function of the program: its parameters, and where it stands.
    fn defined(&self, name: &str) -> Option<(Vec<&'a str>, Span)> {
        let (span, function) = functions(self.ast).find(|(_, function)| function.name == name)?;
        Some((function.params.iter().map(|param| param.name.as_str()).collect(), span))
    }

    /// Whether a part of the program looks into a name.
    fn is_opened(&self, name: &str, part: Span) -> bool {
        self.ast.expr_ids().filter(|id| part.contains(self.ast.span(*id))).any(|id| match self.ast.kind(id) {
            ExprKind::Subscript { value, .. } | ExprKind::Attribute { value, .. } => {
                self.ast.name(*value) == Some(name)
            }
            _ => false,
        })
    }

    /// The files that a call names beside it: `json.dump(job, open('job.json', 'w'))`
    fn named_in(&self, call: ExprId) -> BTreeSet<&'a str> {
        let (ast, mut found) = (self.ast, BTreeSet::new());
        let ExprKind::Call { args, .. } = ast.kind(call) else { return found };
        for arg in args.iter().filter(|arg| !self.is_it(arg.value)) {
            ast.descend(arg.value, &mut |part| {
                found.extend(ast.str_value(part).filter(|text| text.to_ascii_lowercase().ends_with(".json")));
            });
        }
        found
    }

    /// The files that the `with` statements open in which it is handed on.
    fn opened_around(&self, takers: &[ExprId]) -> BTreeSet<&'a str> {
        let (ast, mut found) = (self.ast, BTreeSet::new());
        for call in takers {
            let around = ast.stmt_ids().filter(|id| ast.stmt(*id).span.contains(ast.span(*call)));
            let opened = around.filter_map(|id| match &ast.stmt(id).kind {
                StmtKind::With { items, .. } => Some((ast.stmt(id).span.start, items)),
                _ => None,
            });
            for (item, _) in opened.max_by_key(|(start, _)| *start).into_iter().flat_map(|(_, items)| items) {
                ast.descend(*item, &mut |part| {
                    found.extend(ast.str_value(part).filter(|text| text.to_ascii_lowercase().ends_with(".json")));
                });
            }
        }
        found
    }

    /// The file that is named where it is handed on, or the only one that the program opens, or names, if it dumps it;
    /// with all places where the program has that name.
    fn file(&self, takers: &[ExprId]) -> Option<(String, Vec<ExprId>)> {
        let ast = self.ast;
        let is_json = |id: &ExprId| ast.str_value(*id).is_some_and(|text| text.to_ascii_lowercase().ends_with(".json"));
        let args = |call: ExprId| match ast.kind(call) {
            ExprKind::Call { args, .. } => args.as_slice(),
            _ => &[],
        };
        let called = |call: ExprId| match ast.kind(call) {
            ExprKind::Call { func, .. } => ast.dotted(*func).unwrap_or_default(),
            _ => String::new(),
        };
        let named =
            |call: ExprId| args(call).iter().map(|arg| arg.value).find(is_json).and_then(|id| ast.str_value(id));
        let only = |names: BTreeSet<&'a str>| names.first().filter(|_| names.len() == 1).map(|name| (*name).to_owned());
        let beside: BTreeSet<&str> = takers.iter().flat_map(|call| self.named_in(*call)).collect();
        let dumps = |call: ExprId| called(call).contains("dump");
        let opens = |call: &ExprId| called(*call).rsplit('.').next() == Some("open") && args(*call).len() > 1;
        let is_dumped = takers.iter().any(|call| dumps(*call))
            || takers.iter().any(|call| self.defined(&called(*call)).is_some()) && ast.expr_ids().any(dumps);
        let file = only(beside.clone()).or_else(|| only(self.opened_around(takers))).or_else(|| {
            let opened = ast.expr_ids().filter(opens).filter_map(|call| Some((call, named(call)?)));
            let opened: Vec<(ExprId, &str)> = opened.collect();
            let function = takers.first().and_then(|call| function_around(ast, ast.span(*call)));
            let is_near = |call: ExprId| function.is_some_and(|(span, _)| span.contains(ast.span(call)));
            let near = opened.iter().filter(|(call, _)| is_near(*call)).map(|(_, name)| *name).collect();
            let opened = opened.iter().map(|(_, name)| *name).collect();
            let all = || ast.expr_ids().filter(is_json).filter_map(|id| ast.str_value(id)).collect::<BTreeSet<_>>();
            if beside.is_empty() && is_dumped {
                only(near).or_else(|| only(opened)).or_else(|| only(all()))
            } else {
                None
            }
        })?;
        let names = ast.expr_ids().filter(|id| ast.str_value(*id) == Some(file.as_str())).collect();
        Some((file, names))
    }
}

/// What a dictionary configures, if it does: by its schema, or by the keys below `properties`, which it may be itself.
fn kind(ast: &Ast, id: ExprId) -> Option<FileKind> {
    let ExprKind::Dict(items) = ast.kind(id) else { return None };
    let value = |items: &[(Option<ExprId>, ExprId)], key: &str| {
        let is_it = |(name, _): &&(Option<ExprId>, ExprId)| name.and_then(|name| ast.str_value(name)) == Some(key);
        items.iter().find(is_it).map(|(_, value)| *value)
    };
    if has_schema(ast, id) {
        let schema = value(items, "$schema").and_then(|schema| ast.str_value(schema)).unwrap_or_default();
        return Some(if schema.contains("cluster") { FileKind::Cluster } else { FileKind::Job });
    }
    let properties = match value(items, "properties").map(|properties| ast.kind(properties)) {
        Some(ExprKind::Dict(properties)) => properties,
        _ => items,
    };
    let is_ours = config::keys().any(|key| value(properties, key).is_some());
    let kind = if value(properties, "vmSize").is_some() { FileKind::Cluster } else { FileKind::Job };
    let is_whole = kind == FileKind::Cluster || value(properties, "nodeCount").is_some();
    (is_ours && is_whole).then_some(kind)
}

/// Whether a dictionary names a schema of Batch AI.
fn has_schema(ast: &Ast, id: ExprId) -> bool {
    let ExprKind::Dict(items) = ast.kind(id) else { return false };
    let text = |id: ExprId| ast.str_value(id).unwrap_or_default();
    let is_it = |(key, value): &(Option<ExprId>, ExprId)| {
        key.is_some_and(|key| text(key) == "$schema") && text(*value).to_ascii_lowercase().contains("/batchai/")
    };
    items.iter().any(is_it)
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
