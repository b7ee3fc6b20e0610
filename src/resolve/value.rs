//! Strings that the program builds, as far as their text can be known without running it.

use std::collections::HashSet;

use super::{Resolved, Ty};
use crate::syntax::{Arg, Ast, ExprId, ExprKind, FPart, StmtKind, format_argument, percent_spec};

/// A piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that is known.
    Text(String),
    /// What this expression gives, which is a string.
    Hole(ExprId),
    /// What this expression gives, which formatting turns into a string.
    Formatted(ExprId),
    /// The same, where a format spec says how: `.4f`.
    Spec(ExprId, String),
    /// This text where the expression is true, and nothing otherwise.
    When(ExprId, String),
}

/// A string in pieces; neighbouring texts are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts(pub Vec<Part>);

/// Methods of lists that leave them as they are, and functions that only look at what they are given.
const LOOKS: [&str; 3] = ["copy", "count", "index"];
const READS: [&str; 14] = [
    "call",
    "check_call",
    "check_output",
    "enumerate",
    "info",
    "join",
    "len",
    "list",
    "map",
    "print",
    "run",
    "sorted",
    "str",
    "tuple",
];

/// How far a value is followed through names.
const DEPTH: usize = 12;

impl Parts {
    /// The whole text, when there is no hole.
    pub fn text(&self) -> Option<String> {
        match self.0.as_slice() {
            [] => Some(String::new()),
            [Part::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    /// Adds text at the end.
    pub fn push_text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Part::Text(text.to_owned())),
        }
    }

    /// Adds a piece at the end.
    pub fn push(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.push_text(&text),
            hole => self.0.push(hole),
        }
    }

    /// The known text with a mark for every hole.
    pub fn known(&self) -> String {
        let texts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Hole(_) | Part::Formatted(_) | Part::Spec(..) | Part::When(..) => "\u{fffc}",
        });
        texts.collect()
    }
}

impl Resolved {
    /// The string that an expression gives, in pieces. Anything that is not built from literals is one hole.
    /// Names are followed when `follow` is set.
    pub fn string(&self, ast: &Ast, id: ExprId, follow: bool) -> Parts {
        let mut parts = Parts::default();
        Builder { ast, resolved: self, follow }.build(id, &mut parts, 0);
        parts
    }

    /// Whether the program adds to the list that a name stands for, or takes from it, in a statement of its own.
    pub fn is_changed(&self, ast: &Ast, id: ExprId) -> bool {
        Builder { ast, resolved: self, follow: false }.is_changed(id, false)
    }

    /// Every string literal that can be part of what an expression gives, through names, parts and `+=`.
    pub fn strings_in(&self, ast: &Ast, id: ExprId) -> Vec<ExprId> {
        Strings { ast, resolved: self, through_calls: false }.of(id)
    }

    /// The same, and what calls of this module give for parameters, and what its functions return.
    pub fn strings_given(&self, ast: &Ast, id: ExprId) -> Vec<ExprId> {
        Strings { ast, resolved: self, through_calls: true }.of(id)
    }

    /// What a function of this module returns.
    fn returned_by<'a>(&'a self, ast: &'a Ast, func: ExprId) -> impl Iterator<Item = ExprId> + 'a {
        let function = match self.ty(func) {
            Ty::Function(code) if code.module == self.module => Some(code.stmt),
            _ => None,
        };
        let inside = ast.stmt_ids().filter(move |stmt| function.is_some() && self.scope(*stmt) == function);
        inside.filter_map(|stmt| match ast.stmt(stmt).kind {
            StmtKind::Return(value) => value,
            _ => None,
        })
    }
}

/// The search for string literals.
struct Strings<'a> {
    ast: &'a Ast,
    resolved: &'a Resolved,
    through_calls: bool,
}

impl Strings<'_> {
    fn of(&self, id: ExprId) -> Vec<ExprId> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        self.collect(id, &mut found, &mut seen);
        found
    }

    fn collect(&self, id: ExprId, found: &mut Vec<ExprId>, seen: &mut HashSet<ExprId>) {
        if !seen.insert(id) {
            return;
        }
        let (ast, resolved) = (self.ast, self.resolved);
        match ast.kind(id) {
            ExprKind::Str { .. } => found.push(id),
            ExprKind::FString(_) => {
                found.push(id);
                ast.parts(id).into_iter().for_each(|part| self.collect(part, found, seen));
            }
            ExprKind::Name(_) => {
                for def in resolved.reaching(id).iter().map(|def| resolved.def(*def)) {
                    let given = resolved.given.get(&(def.stmt, def.name.clone())).filter(|_| self.through_calls);
                    given.into_iter().flatten().for_each(|value| self.collect(*value, found, seen));
                    if let Some(value) = def.value {
                        self.collect(value, found, seen);
                    } else if let StmtKind::AugAssign { target, value, .. } = &ast.stmt(def.stmt).kind {
                        self.collect(*value, found, seen);
                        self.collect(*target, found, seen);
                    }
                }
            }
            ExprKind::Attribute { .. } => {}
            _ => ast.parts(id).into_iter().for_each(|part| self.collect(part, found, seen)),
        }
        let ExprKind::Call { func, .. } = ast.kind(id) else { return };
        if let ExprKind::Attribute { value, .. } = ast.kind(*func) {
            self.collect(*value, found, seen);
        }
        if self.through_calls {
            resolved.returned_by(ast, *func).for_each(|value| self.collect(value, found, seen));
        }
    }
}

struct Builder<'a> {
    ast: &'a Ast,
    resolved: &'a Resolved,
    follow: bool,
}

impl Builder<'_> {
    fn build(&self, id: ExprId, out: &mut Parts, depth: usize) {
        if depth > DEPTH || self.known(id, out, depth).is_none() {
            out.push(Part::Hole(id));
        }
    }

    /// The same for a value that formatting turns into text.
    fn formatted(&self, id: ExprId, out: &mut Parts, depth: usize) {
        let followed = Builder { follow: true, ..*self };
        if depth > DEPTH || self.known(id, out, depth).is_none() {
            out.push(if followed.is_text(id) { Part::Hole(id) } else { Part::Formatted(id) });
        }
    }

    /// The same for a value that a format spec turns into text.
    fn by_spec(&self, id: ExprId, spec: &str, out: &mut Parts, depth: usize) {
        match spec {
            "" => self.formatted(id, out, depth),
            spec => out.push(Part::Spec(id, spec.to_owned())),
        }
    }

    /// Adds what the expression gives, or nothing at all.
    fn known(&self, id: ExprId, out: &mut Parts, depth: usize) -> Option<()> {
        match self.ast.kind(id) {
            ExprKind::Str { value, .. } => out.push_text(value),
            ExprKind::FString(parts) => {
                let mut own = Parts::default();
                for part in parts {
                    match part {
                        FPart::Text(text) => own.push_text(text),
                        FPart::Value { expr, spec: Some(spec) } => self.by_spec(*expr, spec, &mut own, depth + 1),
                        FPart::Value { spec: None, .. } => return None,
                    }
                }
                own.0.into_iter().for_each(|p| out.push(p));
            }
            ExprKind::Binary { op: "+", .. } => return self.sum(id, out, depth),
            ExprKind::Name(_) if self.follow => {
                let origin = self.resolved.origin(self.ast, id);
                if origin == id || !self.is_text(origin) {
                    return None;
                }
                self.build(origin, out, depth + 1);
            }
            ExprKind::Call { func, args, .. } => return self.call(*func, args, out, depth),
            ExprKind::Binary { left, op: "%", right } => return self.percent(*left, *right, out, depth),
            _ => return None,
        }
        Some(())
    }

    /// Adds what a sum gives, however many summands it has; those before the first text are numbers for all that can be seen.
    fn sum(&self, id: ExprId, out: &mut Parts, depth: usize) -> Option<()> {
        let (mut first, mut summands) = (id, Vec::new());
        while let ExprKind::Binary { left, op: "+", right } = self.ast.kind(first) {
            summands.push((*left, *right));
            first = *left;
        }
        let before = summands.iter().rposition(|(_, right)| self.is_text(*right));
        let text = if self.is_text(first) { summands.len() - 1 } else { before? };
        self.build(summands[text].0, out, depth + 1);
        summands[..=text].iter().rev().for_each(|(_, right)| self.build(*right, out, depth + 1));
        Some(())
    }

    /// Whether an expression surely is a string that we can look into.
    fn is_text(&self, id: ExprId) -> bool {
        match self.ast.kind(id) {
            ExprKind::Str { simple, .. } => *simple,
            ExprKind::FString(_) => true,
            ExprKind::Binary { left, op: "+", right } => self.is_text(*left) || self.is_text(*right),
            ExprKind::Binary { left, op: "%", .. } => self.is_text(*left),
            ExprKind::Name(_) if self.follow => {
                let origin = self.resolved.origin(self.ast, id);
                origin != id && self.is_text(origin)
            }
            ExprKind::Call { func, .. } => match self.ast.kind(*func) {
                ExprKind::Attribute { value, attr, .. } if attr == "format" => self.template(*value).is_some(),
                ExprKind::Attribute { value, attr, .. } if attr == "join" => {
                    self.ast.str_value(*value).is_some() || self.is_path_join(*func)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_path_join(&self, func: ExprId) -> bool {
        self.resolved.ty(func).symbol().is_some_and(|s| s == "os.path.join" || s == "posixpath.join")
    }

    fn call(&self, func: ExprId, args: &[Arg], out: &mut Parts, depth: usize) -> Option<()> {
        let ExprKind::Attribute { value, attr, .. } = self.ast.kind(func) else { return None };
        let mut own = Parts::default();
        if attr == "format" {
            let template = self.template(*value)?;
            self.format(&template, args, &mut own, depth)?;
        } else if self.is_path_join(func) {
            for (index, arg) in args.iter().enumerate() {
                if index > 0 && !own.known().ends_with('/') {
                    own.push_text("/");
                }
                self.build(arg.value, &mut own, depth + 1);
            }
        } else if attr == "join" {
            let separator = self.ast.str_value(*value)?;
            let [list] = args else { return None };
            let ExprKind::List(items) = self.ast.kind(self.followed(list.value)) else { return None };
            if self.is_changed(list.value, true) {
                return None;
            }
            for (index, item) in items.iter().enumerate() {
                own.push_text(if index > 0 { separator } else { "" });
                self.build(*item, &mut own, depth + 1);
            }
        } else {
            return None;
        }
        own.0.into_iter().for_each(|p| out.push(p));
        Some(())
    }

    /// Whether the list that a name stands for may hold something else than it was written with; in `doubt`, because it is
    /// given to a function or not followed, it may.
    fn is_changed(&self, id: ExprId, doubt: bool) -> bool {
        let is_given = |used: ExprId| {
            let parent = self.resolved.parent(used).map(|parent| self.ast.kind(parent));
            matches!(parent, Some(ExprKind::Call { .. }))
        };
        let mut at = id;
        while self.ast.name(at).is_some() {
            let Some(def) = self.resolved.reaching(at).first() else { return doubt };
            if self.resolved.uses_of(*def).any(|used| (doubt || !is_given(used)) && self.changes(used)) {
                return true;
            }
            let Some(value) = self.resolved.def(*def).value.filter(|value| *value != at) else { return doubt };
            at = value;
        }
        false
    }

    /// Whether the use of a name changes what it stands for: `args.append(…)`, `args[1] = …`, `args += …`.
    fn changes(&self, used: ExprId) -> bool {
        let Some(parent) = self.resolved.parent(used) else {
            let stmt = self.resolved.owner(used).map(|stmt| &self.ast.stmt(stmt).kind);
            return matches!(stmt, Some(StmtKind::AugAssign { target, .. }) if *target == used);
        };
        match self.ast.kind(parent) {
            ExprKind::Attribute { attr, .. } => !LOOKS.contains(&attr.as_str()),
            ExprKind::Subscript { value, .. } if *value == used => {
                match self.resolved.owner(used).map(|stmt| &self.ast.stmt(stmt).kind) {
                    Some(StmtKind::Assign { targets, .. }) => targets.contains(&parent),
                    Some(StmtKind::Expr(_) | StmtKind::Return(_)) => false,
                    _ => true,
                }
            }
            ExprKind::Call { func, .. } if *func != used => match self.ast.kind(*func) {
                ExprKind::Name(name) => !READS.contains(&name.as_str()),
                ExprKind::Attribute { attr, .. } => !READS.contains(&attr.as_str()),
                _ => true,
            },
            _ => false,
        }
    }

    fn followed(&self, id: ExprId) -> ExprId {
        if self.follow { self.resolved.origin(self.ast, id) } else { id }
    }

    /// The text on which `.format` is called.
    fn template(&self, id: ExprId) -> Option<String> {
        let mut parts = Parts::default();
        let id = self.followed(id);
        match self.ast.kind(id) {
            ExprKind::Str { simple: true, .. } => self.build(id, &mut parts, DEPTH),
            ExprKind::Binary { op: "+", .. } => self.build(id, &mut parts, 1),
            _ => return None,
        }
        parts.text()
    }

    fn format(&self, template: &str, args: &[Arg], out: &mut Parts, depth: usize) -> Option<()> {
        if args.iter().any(|a| a.stars > 0) {
            return None;
        }
        let (mut rest, mut auto) = (template, 0);
        while let Some(at) = rest.find(['{', '}']) {
            out.push_text(&rest[..at]);
            let tail = &rest[at..];
            if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
                out.push_text(&tail[..1]);
                rest = after;
                continue;
            }
            let end = tail.find('}')?;
            let field = tail.strip_prefix('{').map(|t| &t[..end - 1])?;
            let (field, spec) = field.split_once(':').unwrap_or((field, ""));
            if spec.contains('{') {
                return None;
            }
            let arg = format_argument(args, field, &mut auto)?;
            self.by_spec(arg.value, spec, out, depth + 1);
            rest = &tail[end + 1..];
        }
        out.push_text(rest);
        Some(())
    }

    /// `'%(a)s' % {'a': value}`
    fn percent_names(
        &self,
        template: &str,
        items: &[(Option<ExprId>, ExprId)],
        out: &mut Parts,
        depth: usize,
    ) -> Option<()> {
        let mut own = Parts::default();
        let mut pieces = template.split("%(");
        own.push_text(pieces.next()?);
        for piece in pieces {
            let (name, rest) = piece.split_once(')')?;
            let key = |key: &Option<ExprId>| key.and_then(|k| self.ast.str_value(k)) == Some(name);
            let (_, value) = items.iter().find(|(k, _)| key(k))?;
            let (spec, length) = percent_spec(rest)?;
            self.by_spec(*value, &spec, &mut own, depth + 1);
            own.push_text(&rest[length..]);
        }
        own.0.into_iter().for_each(|p| out.push(p));
        Some(())
    }

    fn percent(&self, left: ExprId, right: ExprId, out: &mut Parts, depth: usize) -> Option<()> {
        let template = self.template(left)?;
        let values: Vec<ExprId> = match self.ast.kind(right) {
            ExprKind::Tuple(items) => items.clone(),
            ExprKind::Dict(items) => return self.percent_names(&template, items, out, depth),
            _ => vec![right],
        };
        let mut own = Parts::default();
        let mut pieces = template.split('%');
        own.push_text(pieces.next()?);
        let (mut used, mut percent) = (0, false);
        for piece in pieces {
            match piece.chars().next() {
                _ if percent => {
                    own.push_text(piece);
                    percent = false;
                }
                None => {
                    own.push_text("%");
                    percent = true;
                }
                Some(_) => {
                    let (spec, length) = percent_spec(piece)?;
                    self.by_spec(*values.get(used)?, &spec, &mut own, depth + 1);
                    used += 1;
                    own.push_text(&piece[length..]);
                }
            }
        }
        (used == values.len()).then(|| own.0.into_iter().for_each(|p| out.push(p)))
    }
}
