//! A program is run once with symbols in place of what only a real run knows, and what it asks Azure for is written down.
//!
//! Calls of the program's own functions are followed, both branches of a condition are taken and what they leave is put
//! together, a loop goes round twice. Nothing is guessed: what is not understood becomes a symbol with the text of the
//! program, and a call that may be one to Azure and cannot be told is written down as such. No code is executed.

mod block;
mod build;
mod call;
mod expr;
mod function;
mod method;
mod path;
mod plain;
mod state;
mod text;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::lower;
use super::model::{At, Intent, Operation, Thing};
use super::value::{Body, Closure, Value};
use crate::find::Sites;
use crate::resolve::{Code, DefId, Module, Ty};
use crate::syntax::{Ast, ExprId, Param, StmtId, StmtKind};
pub(super) use state::State;

/// How many statements and calls a run may take before it is given up.
const BUDGET: usize = 60_000;
/// How deep calls may be nested.
const DEPTH: usize = 16;

/// A module of the program, with its sites of Batch AI.
pub(super) struct Unit<'a> {
    pub module: &'a Module<'a>,
    pub sites: &'a Sites,
}

/// What one call to Azure asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    Operation(Operation),
    Thing(String, Thing),
    /// A call of this SDK of Azure ML.
    Sdk(String),
    /// A call that may be this.
    Maybe(At, String),
    Unread(At, String),
}

/// A run under way.
pub(super) struct Run<'a> {
    units: &'a [Unit<'a>],
    /// By module: the definitions that a statement makes.
    imports: Vec<HashMap<StmtId, Vec<DefId>>>,
    pub state: State,
    events: Vec<Event>,
    /// The module that runs.
    here: usize,
    started: HashSet<usize>,
    /// Places of the heap that were handed to Azure.
    asked: HashSet<usize>,
    called: HashSet<Code>,
    /// The functions that run, outermost first.
    frames: Vec<Frame>,
    /// Names of the functions around the one that runs.
    around: Vec<Rc<super::value::Names>>,
    budget: usize,
    loops: usize,
    /// How deep in expressions the run is, and whether it ever was too deep.
    depth: usize,
    is_too_deep: bool,
}

/// A function that runs.
#[derive(Default)]
struct Frame {
    body: Option<Body>,
    /// What it returns, each under a condition.
    returned: Vec<(String, Value)>,
    /// The conditions under which the current statement runs.
    tests: Vec<String>,
    /// Names that it shares with the module.
    global: HashSet<String>,
}

/// Where the run goes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    /// `return`, `raise`: nothing after it runs.
    Gone,
}

/// What a program asks for; the units from `own` on are helpers that others are to call.
pub(super) fn read(units: &[Unit], own: usize) -> Intent {
    let mut run = Run {
        units,
        imports: units.iter().map(|unit| imports(unit.module)).collect(),
        state: State::new(units.len()),
        events: Vec::new(),
        here: 0,
        started: HashSet::new(),
        asked: HashSet::new(),
        called: HashSet::new(),
        frames: vec![Frame::default()],
        around: Vec::new(),
        budget: BUDGET,
        loops: 0,
        depth: 0,
        is_too_deep: false,
    };
    (0..own).for_each(|module| run.module(module));
    run.uncalled(own);
    run.kept();
    let at = At { module: own.saturating_sub(1), ..At::default() };
    if run.budget == 0 {
        run.events.push(Event::Unread(at, "the program is too large to be followed to its end".into()));
    }
    if run.is_too_deep {
        run.events.push(Event::Unread(at, "expressions are nested too deeply to be followed".into()));
    }
    lower::intent(run.events)
}

fn imports(module: &Module) -> HashMap<StmtId, Vec<DefId>> {
    let mut by_stmt: HashMap<StmtId, Vec<DefId>> = HashMap::new();
    for (id, def) in module.resolved.defs() {
        if matches!(module.ast.stmt(def.stmt).kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. }) {
            by_stmt.entry(def.stmt).or_default().push(id);
        }
    }
    by_stmt
}

impl<'a> Run<'a> {
    fn unit(&self) -> &'a Unit<'a> {
        &self.units[self.here]
    }

    fn ast(&self) -> &'a Ast {
        &self.unit().module.ast
    }

    /// The place of an expression.
    fn at(&self, expr: ExprId) -> At {
        At::new(self.here, self.ast().span(expr))
    }

    /// The text of an expression.
    fn source(&self, expr: ExprId) -> String {
        self.ast().span(expr).of(self.unit().module.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Runs a module, once.
    fn module(&mut self, module: usize) {
        if !self.started.insert(module) {
            return;
        }
        let (here, locals) = (std::mem::replace(&mut self.here, module), std::mem::take(&mut self.state.locals));
        let around = std::mem::take(&mut self.around);
        self.frames.push(Frame::default());
        let ast = &self.units[module].module.ast;
        ast.expr_ids().for_each(|id| self.undefined(id));
        self.block(&ast.body);
        self.frames.pop();
        self.around = around;
        self.state.locals = locals;
        self.here = here;
    }

    /// Runs what nothing in the program calls, with symbols as arguments: others may call it. What is named in the program
    /// comes last, for what runs before may call it.
    fn uncalled(&mut self, own: usize) {
        let units = self.units;
        for named in [false, true] {
            for (module, unit) in units.iter().enumerate().take(own) {
                self.here = module;
                let ast = &unit.module.ast;
                for stmt in &ast.body {
                    match &ast.stmt(*stmt).kind {
                        StmtKind::Function(f) if self.is_named(&f.name) == named => {
                            self.entry(Code { module, stmt: *stmt }, None);
                        }
                        StmtKind::Class { name, body, .. } if self.is_named(name) == named => {
                            self.methods(Code { module, stmt: *stmt }, body);
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// Whether any module uses a function or class of this name.
    fn is_named(&self, name: &str) -> bool {
        let uses = |unit: &Unit| {
            let defs = unit.module.resolved.defs_named(name).filter(|(_, def)| def.scope.is_none());
            defs.into_iter().any(|(id, _)| unit.module.resolved.uses_of(id).next().is_some())
        };
        self.units.iter().any(uses)
    }

    fn methods(&mut self, class: Code, body: &[StmtId]) {
        let is_used = |run: &Self, stmt: &StmtId| run.called.contains(&Code { module: class.module, stmt: *stmt });
        if body.iter().all(|stmt| is_used(self, stmt)) {
            return;
        }
        let object = self.new_object(class);
        for stmt in body {
            if matches!(self.units[class.module].module.ast.stmt(*stmt).kind, StmtKind::Function(_)) {
                self.entry(Code { module: class.module, stmt: *stmt }, Some(object.clone()));
            }
        }
    }

    fn entry(&mut self, code: Code, object: Option<Value>) {
        if self.called.contains(&code) {
            return;
        }
        let before = self.events.len();
        let closure = Closure { body: Body::Def(code), around: Rc::default(), object };
        self.call_closure(&closure, Vec::new(), None);
        // A function that never meets Azure leaves nothing.
        debug_assert!(self.events.len() >= before);
    }

    /// The symbol for a parameter that nobody gives.
    fn symbol_for(&self, code: Code, param: &Param) -> Value {
        let module = self.units[code.module].module;
        let defs = module.resolved.defs_named(&param.name).filter(|(_, def)| def.stmt == code.stmt);
        let types: Vec<&Ty> = defs.map(|(_, def)| &def.ty).collect();
        if types.iter().any(|ty| ty.is_client()) {
            return Value::Symbol("BatchAIManagementClient".into());
        }
        let unknown = Value::unknown(param.name.clone());
        match types.iter().find_map(|ty| build::group(ty.class()?)) {
            Some(group) => Value::Method(Rc::new((unknown, group.to_owned()))),
            None => unknown,
        }
    }

    fn spend(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget > 0
    }
}
