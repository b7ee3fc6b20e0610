//! Where a program writes a command line of `az batchai`, who runs it, and whether its output is taken.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::concept;
use crate::estate::az_batchai;
use crate::syntax::{Arg, Ast, ExprId, ExprKind, FPart, StmtId, StmtKind};
use crate::text::Span;
use crate::translate::Stuck;

use super::words::{GROUP, items};

/// A command line.
pub(super) struct Site {
    pub expr: ExprId,
    pub stmt: StmtId,
    pub form: Form,
    /// Whether something runs it; text that nothing is seen to run is left to a person.
    pub is_run: bool,
    /// Whether a shell reads it, or it is only split at its blanks.
    pub is_shell: bool,
    /// Whether the call that runs it is a statement of its own.
    pub is_statement: bool,
    pub output: Output,
    /// Why it is left to a person, if that is known before it is read.
    pub stuck: Option<Stuck>,
}

/// What it is written as.
pub(super) enum Form {
    /// A list, whose words one string may be made of.
    Words {
        is_joined: bool,
    },
    Line,
}

/// What becomes of its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Unused,
    Taken,
    Unseen,
}

/// A way to run a command line.
#[derive(Clone, Copy)]
struct Run {
    is_shell: bool,
    is_statement: bool,
    output: Output,
}

/// Functions that run a command line: their names, whether always by a shell, and whether they give its output.
const RUNNERS: [(&str, bool, bool); 9] = [
    ("os.system", true, false),
    ("os.popen", true, true),
    ("subprocess.run", false, false),
    ("subprocess.call", false, false),
    ("subprocess.check_call", false, false),
    ("subprocess.check_output", false, true),
    ("subprocess.Popen", false, false),
    ("subprocess.getoutput", true, true),
    ("subprocess.getstatusoutput", true, true),
];

/// Functions that say what they are given to people, and arguments that do.
const SAYING: [&str; 13] = [
    "print",
    "write",
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "critical",
    "exception",
    "log",
    "echo",
    "fail",
    "exit",
];
const DESCRIBING: [&str; 4] = ["help", "description", "usage", "epilog"];

/// Shells that take a command line behind `-c`.
const SHELLS: [&str; 3] = ["sh", "bash", "zsh"];

/// What Batch AI's commands are about, behind their group.
const GROUPS: [&str; 5] = ["cluster", "experiment", "file-server", "job", "workspace"];

/// Methods that add words to a list.
const ADDING: [&str; 3] = ["append", "extend", "insert"];

/// The command lines of a program, in order.
pub(super) fn sites(text: &str, ast: &Ast) -> Vec<Site> {
    let commands: Vec<ExprId> = ast.expr_ids().filter(|id| is_command(ast, *id) || has_command(ast, *id)).collect();
    // Nearly no program has any, and whoever runs them need not be looked for then.
    if commands.is_empty() {
        return Vec::new();
    }
    let finder = Finder::new(text, ast);
    let mut lines = BTreeSet::new();
    let mut found: Vec<Site> = Vec::new();
    for id in commands {
        if is_command(ast, id) {
            found.extend(finder.words(id));
            continue;
        }
        let whole = finder.whole(id);
        if lines.insert(whole) {
            found.extend(finder.line(whole));
        }
    }
    found.sort_by_key(|site| ast.span(site.expr).start);
    found
}

struct Finder<'a> {
    text: &'a str,
    ast: &'a Ast,
    parents: HashMap<ExprId, ExprId>,
    /// Where each name stands.
    names: HashMap<&'a str, Vec<ExprId>>,
    /// What names stand for, by imports.
    imports: HashMap<&'a str, String>,
    /// Functions of the program that run what they are given: by name, the place of that parameter.
    helpers: HashMap<&'a str, (usize, Run)>,
}

impl<'a> Finder<'a> {
    fn new(text: &'a str, ast: &'a Ast) -> Finder<'a> {
        let (parents, names) = (HashMap::new(), HashMap::new());
        let mut finder = Finder { text, ast, parents, names, imports: HashMap::new(), helpers: HashMap::new() };
        for id in ast.expr_ids() {
            finder.parents.extend(ast.parts(id).into_iter().map(|part| (part, id)));
            if let Some(name) = ast.name(id) {
                finder.names.entry(name).or_default().push(id);
            }
        }
        for stmt in ast.stmt_ids() {
            match &ast.stmt(stmt).kind {
                StmtKind::Import(names) => {
                    names.iter().filter(|alias| alias.asname.is_some()).for_each(|alias| {
                        finder.imports.insert(alias.bound(), alias.name.clone());
                    });
                }
                StmtKind::ImportFrom { module, names, .. } => names.iter().for_each(|alias| {
                    finder.imports.insert(alias.bound(), format!("{module}.{}", alias.name));
                }),
                _ => {}
            }
        }
        let helpers: Vec<_> = ast.stmt_ids().filter_map(|stmt| finder.helper(stmt)).collect();
        finder.helpers.extend(helpers);
        finder
    }

    /// A function that runs what it is given.
    fn helper(&self, stmt: StmtId) -> Option<(&'a str, (usize, Run))> {
        let StmtKind::Function(function) = &self.ast.stmt(stmt).kind else { return None };
        let body = self.ast.stmt(stmt).span;
        let given = |(at, param): (usize, &crate::syntax::Param)| {
            let uses = self.uses(&param.name).filter(|id| body.contains(self.ast.span(*id)));
            let run = uses.filter_map(|id| self.run(id)).next()?;
            Some((at, run))
        };
        function.params.iter().enumerate().find_map(given).map(|found| (function.name.as_str(), found))
    }

    fn uses(&self, name: &str) -> impl Iterator<Item = ExprId> {
        self.names.get(name).into_iter().flatten().copied()
    }

    /// The whole string that a literal is part of.
    fn whole(&self, mut id: ExprId) -> ExprId {
        while let Some(parent) = self.parents.get(&id).copied() {
            let next = match self.ast.kind(parent) {
                ExprKind::Binary { op: "+", .. } => parent,
                ExprKind::Binary { op: "%", left, .. } if *left == id => parent,
                ExprKind::Attribute { attr, value, .. } if attr == "format" && *value == id => {
                    match self.parents.get(&parent) {
                        Some(call) if self.is_called(parent, *call) => *call,
                        _ => return id,
                    }
                }
                _ => return id,
            };
            id = next;
        }
        id
    }

    fn is_called(&self, func: ExprId, call: ExprId) -> bool {
        matches!(self.ast.kind(call), ExprKind::Call { func: called, .. } if *called == func)
    }

    fn words(&self, id: ExprId) -> Option<Site> {
        let join = self.parents.get(&id).filter(|call| {
            let ExprKind::Call { func, .. } = self.ast.kind(**call) else { return false };
            matches!(self.ast.kind(*func), ExprKind::Attribute { value, attr, .. }
                if attr == "join" && self.ast.str_value(*value) == Some(" "))
        });
        let whole = join.copied().unwrap_or(id);
        let is_call = matches!(self.ast.kind(id), ExprKind::Call { .. });
        let is_statement = is_call && self.is_statement(id);
        let output = if is_statement { Output::Unused } else { Output::Unseen };
        // A function that is given the words runs them.
        let run = if is_call { Some(Run { is_shell: false, is_statement, output }) } else { self.runs(whole) };
        let is_added = || {
            let parent = self.parents.get(&whole).map(|parent| self.ast.kind(*parent));
            matches!(parent, Some(ExprKind::Binary { .. })) || self.is_added_to(whole)
        };
        let stuck = is_added().then(|| {
            Stuck::new("words are added to it elsewhere", "convert the command and what is added to it by hand")
        });
        self.site(id, Form::Words { is_joined: join.is_some() }, run, stuck)
    }

    fn line(&self, id: ExprId) -> Option<Site> {
        let run = self.runs(id);
        if run.is_none() && !self.is_meant(id) {
            return None;
        }
        let stuck = self.is_added_to(id).then(|| {
            Stuck::new("text is added to it elsewhere", "convert the command and what is added to it by hand")
        });
        self.site(id, Form::Line, run, stuck)
    }

    fn site(&self, expr: ExprId, form: Form, run: Option<Run>, stuck: Option<Stuck>) -> Option<Site> {
        let (stmt, _) = self.ast.statement_around(self.ast.span(expr))?;
        let is_list = matches!(form, Form::Words { .. });
        Some(Site {
            expr,
            stmt,
            form,
            is_run: run.is_some() || is_list,
            is_shell: run.is_some_and(|run| run.is_shell),
            is_statement: run.is_some_and(|run| run.is_statement),
            output: run.map_or(Output::Unseen, |run| run.output),
            stuck,
        })
    }

    /// Whether text that nothing is seen to run is a command all the same, and not said to somebody.
    fn is_meant(&self, id: ExprId) -> bool {
        let span = self.ast.span(id);
        let found = az_batchai(self.text, span).into_iter().next();
        let is_first = |(at, name): &(Span, String)| {
            let before = self.text[span.start..at.start].trim_start_matches(|c: char| c.is_alphabetic());
            // What the group does is added to it elsewhere.
            let is_begun = || {
                let behind = &self.text[at.end..span.end];
                behind
                    .split('"')
                    .next()
                    .and_then(|rest| rest.split('\'').next())
                    .is_some_and(|rest| rest.trim().is_empty())
            };
            let is_first = before.trim_matches(|c: char| c.is_whitespace() || "'\"\\".contains(c)).is_empty();
            is_first && (is_known(name) || name == super::super::ANY && is_begun())
        };
        if !found.as_ref().is_some_and(is_first) {
            return false;
        }
        let Some((stmt, _)) = self.ast.statement_around(span) else { return false };
        let is_text = matches!(&self.ast.stmt(stmt).kind, StmtKind::Expr(value) if *value == id);
        !is_text && !self.is_said(id)
    }

    /// Whether a string goes to people: it is printed, compared, raised, or describes an option.
    fn is_said(&self, mut id: ExprId) -> bool {
        while let Some(parent) = self.parents.get(&id).copied() {
            match self.ast.kind(parent) {
                ExprKind::Compare(_) => return true,
                ExprKind::Call { func, args, .. } => {
                    let name = match self.ast.kind(*func) {
                        ExprKind::Name(name) => name,
                        ExprKind::Attribute { attr, .. } => attr,
                        _ => "",
                    };
                    let keyword = args.iter().find(|arg| arg.value == id).and_then(|arg| arg.name.as_ref());
                    let is_description = keyword.is_some_and(|(name, _)| DESCRIBING.contains(&name.as_str()));
                    let is_raised = ["Error", "Exception", "Exit", "Warning"].iter().any(|end| name.ends_with(end));
                    if is_description || is_raised || SAYING.contains(&name) {
                        return true;
                    }
                }
                _ => {}
            }
            id = parent;
        }
        false
    }

    /// Whether a name that holds it gets more: `command += …`, `command.append(…)`.
    fn is_added_to(&self, id: ExprId) -> bool {
        let Some(name) = self.assigned(id) else { return false };
        let by_statement = self.ast.stmt_ids().any(|stmt| {
            matches!(&self.ast.stmt(stmt).kind, StmtKind::AugAssign { target, .. } if self.ast.name(*target) == Some(name))
        });
        let by_use = || {
            self.uses(name).any(|id| match self.parents.get(&id).map(|parent| self.ast.kind(*parent)) {
                Some(ExprKind::Binary { .. }) => true,
                Some(ExprKind::Attribute { attr, .. }) => ADDING.contains(&attr.as_str()),
                _ => false,
            })
        };
        by_statement || by_use()
    }

    /// The name that an expression is given to.
    fn assigned(&self, id: ExprId) -> Option<&'a str> {
        let (stmt, _) = self.ast.statement_around(self.ast.span(id))?;
        match &self.ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if *value == id && targets.len() == 1 => self.ast.name(targets[0]),
            _ => None,
        }
    }

    /// How an expression is run: at once, or by the name that it is given to.
    fn runs(&self, id: ExprId) -> Option<Run> {
        if let Some(run) = self.run(id) {
            return Some(run);
        }
        let name = self.assigned(id)?;
        let runs: Vec<Run> = self.uses(name).filter_map(|id| self.run(id)).collect();
        let first = *runs.first()?;
        let output = runs.iter().find(|run| run.output != Output::Unused).map_or(first.output, |run| run.output);
        Some(Run { output, is_statement: false, ..first })
    }

    /// How an expression is run by the call that takes it.
    fn run(&self, id: ExprId) -> Option<Run> {
        let parent = *self.parents.get(&id)?;
        match self.ast.kind(parent) {
            ExprKind::Attribute { attr, .. } if attr == "split" => {
                let call = *self.parents.get(&parent)?;
                self.run(call).map(|run| Run { is_shell: false, ..run })
            }
            // `['bash', '-c', 'az batchai …']`
            ExprKind::List(items) if items.len() == 3 && items[2] == id && self.is_shell(items) => {
                self.runs(parent).map(|run| Run { is_shell: true, ..run })
            }
            ExprKind::Call { func, args, .. } if *func != id => {
                let dotted = self.dotted(*func)?;
                if dotted == "shlex.split" {
                    return self.run(parent).map(|run| Run { is_shell: false, ..run });
                }
                let at = args.iter().position(|arg| arg.value == id && arg.stars == 0)?;
                self.runner(&dotted, args, at, parent).or_else(|| self.helped(&dotted, args, at, parent))
            }
            _ => None,
        }
    }

    fn is_shell(&self, items: &[ExprId]) -> bool {
        let word = |at: usize| self.ast.str_value(items[at]).unwrap_or_default();
        SHELLS.contains(&word(0).rsplit('/').next().unwrap_or_default())
            && word(1).starts_with('-')
            && word(1).ends_with('c')
    }

    fn runner(&self, dotted: &str, args: &[Arg], at: usize, call: ExprId) -> Option<Run> {
        let (_, is_shell, gives) = RUNNERS.iter().find(|(name, ..)| *name == dotted)?;
        if at > 0 && args[at].name.as_ref().is_none_or(|(name, _)| name != "args") {
            return None;
        }
        let keyword = |name: &str| args.iter().find(|arg| arg.name.as_ref().is_some_and(|(n, _)| n == name));
        let is_true = |arg: &Arg| matches!(self.ast.kind(arg.value), ExprKind::Bool(true));
        let is_kept = |arg: &Arg| !self.ast.dotted(arg.value).is_some_and(|value| value.ends_with("DEVNULL"));
        let takes = *gives || keyword("capture_output").is_some_and(is_true) || keyword("stdout").is_some_and(is_kept);
        let is_statement = self.is_statement(call);
        let output = if takes && !is_statement { Output::Taken } else { Output::Unused };
        Some(Run { is_shell: *is_shell || keyword("shell").is_some_and(is_true), is_statement, output })
    }

    /// The same by a function of the program.
    fn helped(&self, dotted: &str, args: &[Arg], at: usize, call: ExprId) -> Option<Run> {
        let (parameter, run) = self.helpers.get(dotted.rsplit('.').next().unwrap_or(dotted))?;
        let is_method = dotted.contains('.');
        let is_it = at + usize::from(is_method) == *parameter || at == *parameter;
        let is_statement = self.is_statement(call);
        let output = if is_statement { Output::Unused } else { Output::Unseen };
        (is_it && args[at].name.is_none()).then_some(Run { is_statement, output, ..*run })
    }

    fn is_statement(&self, call: ExprId) -> bool {
        let around = self.ast.statement_around(self.ast.span(call));
        around.is_some_and(|(stmt, _)| matches!(self.ast.stmt(stmt).kind, StmtKind::Expr(value) if value == call))
    }

    /// The name of what is called, by the module that it comes from.
    fn dotted(&self, func: ExprId) -> Option<String> {
        let dotted = self.ast.dotted(func)?;
        let (first, rest) = dotted.split_once('.').map_or((dotted.as_str(), None), |(first, rest)| (first, Some(rest)));
        let module = self.imports.get(first).map_or(first, String::as_str);
        Some(rest.map_or_else(|| module.to_owned(), |rest| format!("{module}.{rest}")))
    }
}

/// Whether an expression is a list of words that begins as a command of Batch AI does.
fn is_command(ast: &Ast, id: ExprId) -> bool {
    let is_call = matches!(ast.kind(id), ExprKind::Call { .. });
    let first = match ast.kind(id) {
        ExprKind::Call { args, .. } => args.first().map(|arg| arg.value),
        ExprKind::List(items) | ExprKind::Tuple(items) => items.first().copied(),
        _ => None,
    };
    if first.and_then(|first| ast.str_value(first)).is_none() {
        return false;
    }
    let items = items(ast, id);
    let word = |at: usize| items.get(at).and_then(|id| ast.str_value(*id)).unwrap_or_default();
    if word(0) == GROUP && GROUPS.contains(&word(1)) {
        return items.iter().any(|item| ast.str_value(*item).is_some_and(|word| word.starts_with('-')));
    }
    if is_call {
        return false;
    }
    let program = word(0).rsplit(['/', '\\']).next().unwrap_or_default();
    ["az", "az.cmd"].contains(&program) && word(1) == "batchai"
}

/// Whether an expression is a string with a command of Batch AI in it.
fn has_command(ast: &Ast, id: ExprId) -> bool {
    let text: Cow<'_, str> = match ast.kind(id) {
        ExprKind::Str { value, .. } => value.as_str().into(),
        ExprKind::FString(parts) => {
            let parts = parts.iter().map(|part| if let FPart::Text(text) = part { text.as_str() } else { "{}" });
            parts.collect()
        }
        _ => return false,
    };
    !az_batchai(&text, Span::new(0, text.len())).is_empty()
}

/// Whether words begin with a command that Batch AI had.
fn is_known(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (3..=words.len()).any(|end| concept::table().symbol(&words[..end].join(" ")).is_some())
}
