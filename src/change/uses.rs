//! What each statement reads and what it gives: the cells through which values go from one to another.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::concept;
use crate::resolve::{Def, Module, Ty, is_class};
use crate::syntax::{Ast, ExprId, ExprKind, Function, StmtId, StmtKind};

/// Methods that look a key up.
const LOOKUPS: [&str; 4] = ["get", "getenv", "pop", "setdefault"];

/// Something that holds a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Cell {
    /// A name as one statement binds it. Parameters are bound by their function.
    Name(usize, StmtId, String),
    /// A name of a file that is bound nowhere, or declared `global`.
    Loose(usize, String),
    /// An attribute of this name, of any object of the program.
    Attribute(String),
    /// What any dictionary has under this key, and any file of this name.
    Item(String),
    /// What a function returns.
    Result(usize, StmtId),
    /// What goes to and comes from code that is not here.
    Outside,
}

/// A function or class of the program: its file and statement.
type Code = (usize, StmtId);

/// What one statement has to do with cells.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub reads: Vec<Cell>,
    /// What it binds: if the cell changes, the statement has a part in it.
    pub binds: Vec<Cell>,
    /// What it hands something to: a list that it appends to, the parameters of a function that it calls.
    pub gives: Vec<Cell>,
}

/// What all statements of a program have to do with cells.
pub(super) struct Reading<'a> {
    modules: &'a [&'a Module<'a>],
    /// Methods of the program's classes, by name.
    methods: HashMap<&'a str, Vec<Code>>,
    /// Names that some function declares `global`, by file.
    globals: HashSet<(usize, &'a str)>,
    /// By file and statement.
    pub uses: Vec<Vec<Uses>>,
    /// Cells that hold objects of Batch AI, or of what is converted beside it.
    pub moving: Vec<Cell>,
    /// Cells that are the same by another name.
    pub same: Vec<(Cell, Cell)>,
    /// Functions that something in the program may call.
    called: HashSet<Code>,
}

impl<'a> Reading<'a> {
    pub fn of(modules: &'a [&'a Module<'a>]) -> Self {
        let uses = modules.iter().map(|m| m.ast.stmt_ids().map(|_| Uses::default()).collect()).collect();
        let (methods, globals, moving, same) = (HashMap::new(), HashSet::new(), Vec::new(), Vec::new());
        let mut reading = Reading { modules, methods, globals, uses, moving, same, called: HashSet::new() };
        (0..modules.len()).for_each(|file| reading.index(file));
        (0..modules.len()).for_each(|file| reading.definitions(file));
        for (file, module) in modules.iter().enumerate() {
            module.ast.stmt_ids().for_each(|stmt| reading.statement(file, stmt));
        }
        (0..modules.len()).for_each(|file| reading.outside(file));
        reading
    }

    fn index(&mut self, file: usize) {
        let Module { ast, resolved, .. } = self.modules[file];
        for stmt in ast.stmt_ids() {
            match &ast.stmt(stmt).kind {
                StmtKind::Function(f) if resolved.scope(stmt).is_some_and(|around| is_class_body(ast, around)) => {
                    self.methods.entry(&f.name).or_default().push((file, stmt));
                }
                StmtKind::Global(names) => self.globals.extend(names.iter().map(|name| (file, name.as_str()))),
                _ => {}
            }
        }
    }

    /// What the statements of a file bind.
    fn definitions(&mut self, file: usize) {
        let Module { ast, resolved, .. } = self.modules[file];
        for (id, def) in resolved.defs() {
            if is_nested(ast, def) {
                continue;
            }
            let cell = Cell::Name(file, def.stmt, def.name.clone());
            if is_moving(&def.ty) {
                self.moving.push(cell.clone());
            }
            if let Some((module, name)) = resolved.imported(id) {
                let theirs = self.exported(module, name);
                self.same.extend(theirs.into_iter().map(|other| (cell.clone(), other)));
            }
            let is_parameter = def.scope == Some(def.stmt) && matches!(ast.stmt(def.stmt).kind, StmtKind::Function(_));
            if is_parameter {
                continue;
            }
            let in_class = def.scope.is_some_and(|around| is_class_body(ast, around));
            let is_global = self.globals.contains(&(file, def.name.as_str()));
            let bound = &mut self.uses[file][def.stmt.0 as usize].binds;
            bound.extend(in_class.then(|| Cell::Attribute(def.name.clone())));
            bound.extend(is_global.then(|| Cell::Loose(file, def.name.clone())));
            bound.push(cell);
        }
    }

    fn statement(&mut self, file: usize, stmt: StmtId) {
        let Module { ast, resolved, source } = self.modules[file];
        let mut uses = std::mem::take(&mut self.uses[file][stmt.0 as usize]);
        for expr in ast.stmt_exprs(stmt) {
            ast.descend(expr, &mut |part| self.expression(file, part, &mut uses));
        }
        match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, .. } => targets.iter().for_each(|t| self.target(file, *t, &mut uses)),
            StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, .. } | StmtKind::For { target, .. } => {
                self.target(file, *target, &mut uses);
            }
            StmtKind::With { items, .. } => {
                items.iter().filter_map(|(_, target)| *target).for_each(|t| self.target(file, t, &mut uses));
            }
            StmtKind::Expr(value) => self.method(file, *value, &mut uses),
            _ => {}
        }
        let is_result = match &ast.stmt(stmt).kind {
            StmtKind::Return(_) => true,
            _ => ast.blocks(stmt).is_empty() && ast.stmt(stmt).span.of(source.text()).contains("yield"),
        };
        if let Some(function) = resolved.scope(stmt).filter(|_| is_result) {
            uses.gives.push(Cell::Result(file, function));
        }
        self.uses[file][stmt.0 as usize] = uses;
    }

    /// Functions that nothing here calls are called from elsewhere: what they take is made there, and what they return
    /// may come back to another of them.
    fn outside(&mut self, file: usize) {
        let Module { ast, resolved, .. } = self.modules[file];
        let is_function = |stmt: &StmtId| matches!(ast.stmt(*stmt).kind, StmtKind::Function(_));
        let functions: HashSet<StmtId> =
            ast.stmt_ids().filter(|stmt| is_function(stmt) && !self.called.contains(&(file, *stmt))).collect();
        let taken = resolved.defs().filter(|(_, def)| def.scope == Some(def.stmt) && functions.contains(&def.stmt));
        let taken =
            taken.filter(|(_, def)| is_moving(&def.ty)).map(|(_, def)| Cell::Name(file, def.stmt, def.name.clone()));
        let given = functions.iter().map(|function| Cell::Result(file, *function));
        self.same.extend(taken.chain(given).map(|cell| (cell, Cell::Outside)));
    }

    /// What an expression itself reads, and the functions that it names.
    fn expression(&mut self, file: usize, id: ExprId, uses: &mut Uses) {
        let Module { ast, resolved, .. } = self.modules[file];
        let cells = self.read(file, id);
        if is_moving(resolved.ty(id)) {
            self.moving.extend(cells.iter().cloned());
        }
        uses.reads.extend(cells);
        for (file, stmt) in self.callees(file, id) {
            self.called.insert((file, stmt));
            if let StmtKind::Function(function) = &self.modules[file].ast.stmt(stmt).kind {
                uses.gives.extend(self.parameters(file, stmt, function));
                uses.reads.push(Cell::Result(file, stmt));
            }
        }
        if let ExprKind::Call { func, args, .. } = ast.kind(id)
            && let Some(key) = args.first().and_then(|arg| ast.str_value(arg.value))
        {
            let (reads, gives) = match ast.kind(*func) {
                ExprKind::Attribute { attr, .. } => (LOOKUPS.contains(&attr.as_str()), attr == "setdefault"),
                ExprKind::Name(name) => (name == "open", name == "open"),
                _ => (false, false),
            };
            let item = || Cell::Item(key.to_owned());
            uses.reads.extend(reads.then(item));
            uses.gives.extend(gives.then(item));
        }
    }

    /// The cells that an expression is.
    fn read(&self, file: usize, id: ExprId) -> Vec<Cell> {
        let Module { ast, resolved, .. } = self.modules[file];
        match ast.kind(id) {
            ExprKind::Name(name) => self.name(file, id, name),
            ExprKind::Attribute { value, attr, .. } => match resolved.taken(id) {
                Some((module, name)) => self.exported(module, name),
                None if is_of_program(resolved.ty(*value)) => vec![Cell::Attribute(attr.clone())],
                None => Vec::new(),
            },
            ExprKind::Subscript { index, .. } => {
                ast.str_value(*index).map(|key| Cell::Item(key.to_owned())).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn name(&self, file: usize, id: ExprId, name: &str) -> Vec<Cell> {
        let Module { ast, resolved, .. } = self.modules[file];
        let reaching = resolved.reaching(id);
        let defs = reaching.iter().map(|def| resolved.def(*def)).filter(|def| !is_nested(ast, def));
        let mut cells: Vec<Cell> = defs.map(|def| Cell::Name(file, def.stmt, def.name.clone())).collect();
        if reaching.is_empty() || self.globals.contains(&(file, name)) {
            cells.push(Cell::Loose(file, name.to_owned()));
            cells.extend(resolved.stars().iter().flat_map(|module| self.exported(*module, name)));
        }
        cells.dedup();
        cells
    }

    /// What a module has under a name.
    fn exported(&self, module: usize, name: &str) -> Vec<Cell> {
        let defs = self.modules[module].resolved.defs_named(name).filter(|(_, def)| def.scope.is_none());
        let mut cells: Vec<Cell> = defs.map(|(_, def)| Cell::Name(module, def.stmt, def.name.clone())).collect();
        cells.dedup();
        cells
    }

    /// The functions of the program that an expression means.
    fn callees(&self, file: usize, id: ExprId) -> Vec<Code> {
        let Module { ast, resolved, .. } = self.modules[file];
        let inits = || self.methods.get("__init__").cloned().unwrap_or_default();
        match (resolved.ty(id), ast.kind(id)) {
            (Ty::Function(code), _) => vec![(code.module, code.stmt)],
            (Ty::Class(code), _) => {
                let scope = |(file, stmt): &Code| self.modules[*file].resolved.scope(*stmt);
                let own: Vec<Code> = inits()
                    .into_iter()
                    .filter(|init| init.0 == code.module && scope(init) == Some(code.stmt))
                    .collect();
                if own.is_empty() { inits() } else { own }
            }
            (_, ExprKind::Attribute { value, attr, .. }) if is_of_program(resolved.ty(*value)) => {
                self.methods.get(attr.as_str()).cloned().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The parameters of a function, without the object of a method: what that holds goes by its attributes.
    fn parameters(&self, file: usize, stmt: StmtId, function: &Function) -> Vec<Cell> {
        let Module { ast, resolved, .. } = self.modules[file];
        let of_class = resolved.scope(stmt).is_some_and(|around| is_class_body(ast, around));
        let own = usize::from(of_class && function.params.first().is_some_and(|p| matches!(&*p.name, "self" | "cls")));
        function.params.iter().skip(own).map(|p| Cell::Name(file, stmt, p.name.clone())).collect()
    }

    /// What an assignment puts something into, where that is no name.
    fn target(&self, file: usize, target: ExprId, uses: &mut Uses) {
        let ast = &self.modules[file].ast;
        match ast.kind(target) {
            ExprKind::Tuple(parts) | ExprKind::List(parts) => parts.iter().for_each(|t| self.target(file, *t, uses)),
            ExprKind::Starred(inner) => self.target(file, *inner, uses),
            ExprKind::Attribute { .. } => uses.binds.extend(self.read(file, target)),
            ExprKind::Subscript { value, .. } => {
                uses.binds.extend(self.read(file, target));
                uses.gives.extend(self.base(file, *value));
            }
            _ => {}
        }
    }

    /// A method that is called for what it does may keep what it is given.
    fn method(&self, file: usize, call: ExprId, uses: &mut Uses) {
        let ast = &self.modules[file].ast;
        if let ExprKind::Call { func, args, .. } = ast.kind(call)
            && let ExprKind::Attribute { value, attr, .. } = ast.kind(*func)
        {
            uses.gives.extend(self.base(file, *value));
            // `json.dump(value, file)`: the module keeps nothing, the file does.
            if attr == "dump" {
                args.iter().for_each(|arg| uses.gives.extend(self.base(file, arg.value)));
            }
        }
    }

    /// What an object is held by, if it is no module.
    fn base(&self, file: usize, id: ExprId) -> Vec<Cell> {
        let Module { ast, .. } = self.modules[file];
        let is_import = |cell: &Cell| match cell {
            Cell::Name(file, stmt, _) => {
                let kind = &self.modules[*file].ast.stmt(*stmt).kind;
                matches!(kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
            }
            Cell::Loose(..) => true,
            _ => false,
        };
        let mut cells = self.read(file, id);
        if let ExprKind::Subscript { value, .. } = ast.kind(id) {
            cells.extend(self.read(file, *value));
        }
        cells.retain(|cell| !is_import(cell));
        cells
    }
}

/// Cells by number.
#[derive(Debug, Default)]
pub(super) struct Numbers(BTreeMap<Cell, usize>);

impl Numbers {
    pub fn of(&mut self, cell: &Cell) -> usize {
        let next = self.0.len();
        *self.0.entry(cell.clone()).or_insert(next)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The numbers of some cells.
    pub fn where_it_is(&self, is_meant: impl Fn(&Cell) -> bool) -> Vec<usize> {
        self.0.iter().filter(|(cell, _)| is_meant(cell)).map(|(_, number)| *number).collect()
    }
}

fn is_class_body(ast: &Ast, stmt: StmtId) -> bool {
    matches!(ast.stmt(stmt).kind, StmtKind::Class { .. })
}

/// The names of comprehensions and lambdas are said to be of the first statement; none of them outlives its own.
fn is_nested(ast: &Ast, def: &Def) -> bool {
    def.stmt == StmtId(0) && !binds(ast, def.stmt, &def.name)
}

/// Whether a statement itself binds a name.
fn binds(ast: &Ast, stmt: StmtId, name: &str) -> bool {
    match &ast.stmt(stmt).kind {
        StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => names.iter().any(|alias| alias.bound() == name),
        StmtKind::Function(f) => f.name == name || f.params.iter().any(|param| param.name == name),
        StmtKind::Class { name: class, .. } => class == name,
        StmtKind::Try { handlers, .. } => handlers.iter().any(|handler| handler.name.as_deref() == Some(name)),
        _ => {
            let mut found = false;
            ast.stmt_exprs(stmt)
                .into_iter()
                .for_each(|expr| ast.descend(expr, &mut |e| found |= ast.name(e) == Some(name)));
            found
        }
    }
}

/// Whether an object's attributes are the program's own: nothing else is known of it.
fn is_of_program(ty: &Ty) -> bool {
    !is_moving(ty) && !matches!(ty, Ty::Symbol(_) | Ty::Module(_) | Ty::Instance(_) | Ty::Enum(_))
}

/// Whether something is an object of Batch AI, or of what is converted beside it.
fn is_moving(ty: &Ty) -> bool {
    match ty {
        Ty::Instance(class) => is_class(class) || concept::table().symbol(class).is_some(),
        Ty::Poller(..) => true,
        Ty::Many(inner) | Ty::Callable(inner) | Ty::Future(inner) => is_moving(inner),
        Ty::Tuple(parts) => parts.iter().any(is_moving),
        Ty::Dict(items) => items.iter().any(|(_, ty)| is_moving(ty)),
        _ => false,
    }
}
