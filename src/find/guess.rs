//! What looks like a use of Batch AI, on something of unknown origin: a client, a class or an object from elsewhere.
//!
//! Nothing is converted on a guess: it goes to a person. Most are no evidence that a program uses Batch AI; those are that
//! are put in words which only Batch AI has.

use std::collections::HashSet;
use std::rc::Rc;

use super::walk::Finder;
use crate::concept;
use crate::resolve::Ty;
use crate::sdk::batchai::{Operation, Type};
use crate::sdk::{self, Target};
use crate::syntax::{Arg, ExprId, ExprKind, StmtId, StmtKind};

/// The method by which Azure ML's own computes tell their state, in attributes of the same names.
const AZURE_ML_STATUS: &str = "get_status";

/// The clients of the old storage SDK, and what only the names of their methods have in them.
const STORAGE_CLASSES: [&str; 2] = ["azure.storage.blob.BlockBlobService", "azure.storage.file.FileService"];

const STORAGE_METHODS: [&str; 7] = [
    "_blob_from_",
    "get_blob_to_",
    "_file_from_",
    "get_file_to_",
    "shared_access_signature",
    "make_blob_",
    "make_file_",
];

/// Operations whose names no other service has.
const TELLING: [&str; 2] = ["list_output_files", "list_remote_login_information"];

/// Parameters that together with `workspace_name` no other service has.
const TELLING_NAMES: [&str; 3] = ["experiment_name", "job_name", "cluster_name"];

/// So many keywords that are all fields of one class tell it.
const FIELDS: usize = 3;

/// Whether a call that is a guess can hardly be anything but Batch AI's, by the words in it.
pub(super) fn is_telling(symbol: &str, args: &[Arg]) -> bool {
    let surface = sdk::batchai();
    let named: Vec<&str> = args.iter().filter_map(|arg| Some(arg.name.as_ref()?.0.as_str())).collect();
    let Some((class, method)) = symbol.rsplit_once('.') else {
        let all_fields = surface.model(symbol).iter().any(|form| named.iter().all(|name| form.field(name).is_some()));
        return surface.is_parameter(symbol) && named.len() >= FIELDS && all_fields;
    };
    let knows = |o: &Operation| named.iter().all(|name| o.params.iter().any(|param| param.name == *name));
    let by_name = named.contains(&"workspace_name") && TELLING_NAMES.iter().any(|name| named.contains(name));
    let operations = surface.operations(class, method);
    operations.iter().any(knows) && (by_name || TELLING.contains(&method) && args.len() > FIELDS)
}

/// More steps than an attribute of an object is ever away from its name.
const LONGEST: usize = 32;

/// What a test asks of a method that a mock stands for.
const ASKED: [&str; 4] = ["call_args", "call_args_list", "call_count", "mock_calls"];

/// The error of the service, which tests and handlers also know by its name.
const ERROR: &str = "msrestazure.azure_exceptions.CloudError";

impl Finder<'_> {
    /// `type(error).__name__ == 'CloudError'`: the error that a text names.
    pub fn compared_error(&self, id: ExprId, text: &str) -> Option<&'static str> {
        if text != "CloudError" {
            return None;
        }
        let mut around = self.resolved.parent(id)?;
        while let ExprKind::Tuple(_) | ExprKind::List(_) = self.ast.kind(around) {
            around = self.resolved.parent(around)?;
        }
        let ExprKind::Compare(sides) = self.ast.kind(around) else { return None };
        let is_name = |side: &ExprId| matches!(self.ast.kind(*side), ExprKind::Attribute { attr, .. } if ["__name__", "__qualname__"].contains(&attr.as_str()));
        sides.iter().any(is_name).then_some(ERROR)
    }

    /// `X.jobs.create.assert_called_with`, `X.jobs.create.call_args`: the operation of which a test asks how it was called.
    fn guess_mock(&self, asked: ExprId) -> Option<String> {
        let ExprKind::Attribute { value: method, attr, .. } = self.ast.kind(asked) else { return None };
        let ExprKind::Attribute { value: group, attr: name, .. } = self.ast.kind(*method) else { return None };
        let ExprKind::Attribute { value: client, attr: of, .. } = self.ast.kind(*group) else { return None };
        let is_asked = attr.starts_with("assert_") || ASKED.contains(&attr.as_str());
        let class = sdk::batchai().group(of).filter(|_| is_asked && self.resolved.imports_batchai)?;
        let is_known = !sdk::batchai().operations(class, name).is_empty();
        (is_known && self.is_open(*client)).then(|| format!("{class}.{name}"))
    }

    /// The symbol that a call of something unknown looks like, and the object that it would then be called on or change.
    pub fn guess_call(&self, func: ExprId, args: &[Arg]) -> Option<(Option<ExprId>, String)> {
        let alone = |symbol| (None, symbol);
        let guess = self.guess_operation(func, args).or_else(|| self.guess_model(func, args)).map(alone);
        let guess = guess.or_else(|| self.guess_group(func, args)).or_else(|| self.guess_append(func, args));
        let guess = guess.or_else(|| self.guess_storage(func).map(alone));
        guess.or_else(|| self.guess_getter(func, args).or_else(|| self.guess_mock(func)).map(alone))
    }

    /// `attrgetter('execution_info.exit_code')`: an attribute of what an operation gives, by a text.
    fn guess_getter(&self, func: ExprId, args: &[Arg]) -> Option<String> {
        let is_getter = self.resolved.ty(func).symbol() == Some("operator.attrgetter");
        let mut names = args.iter().filter(|_| is_getter).filter_map(|arg| self.ast.str_value(arg.value));
        // Names of one word are not Batch AI's alone.
        let of_batch_ai = |path: &str| {
            let name = path.split('.').next().filter(|name| name.contains('_'))?;
            sdk::batchai().got_with(name)
        };
        names.find_map(of_batch_ai).map(str::to_owned)
    }

    /// `X.update(…, scale_settings=models.ScaleSettings(…))`: an operation that takes an object of this class there.
    fn guess_group(&self, func: ExprId, args: &[Arg]) -> Option<(Option<ExprId>, String)> {
        let ExprKind::Attribute { value: group, attr: method, .. } = self.ast.kind(func) else { return None };
        if !self.is_open(*group) || !self.is_open(func) {
            return None;
        }
        let fits = |operation: &Operation| {
            args.iter().enumerate().any(|(index, arg)| {
                let by_name = arg.name.as_ref().map(|(name, _)| name.as_str());
                let name = by_name.or_else(|| Some(operation.params.get(index)?.name));
                let taken = name.and_then(|name| operation.parameter_type(name));
                matches!(taken, Some(Type::Model(class)) if self.resolved.ty(arg.value).classes().contains(class))
            })
        };
        let mut groups = sdk::batchai().operations_named(method).filter(|(_, forms)| forms.iter().any(fits));
        groups.next().map(|(class, _)| (Some(*group), format!("{class}.{method}")))
    }

    /// `X.scale_settings = models.ScaleSettings(…)`: an object of a class that has such an attribute.
    pub fn guess_write(&self, object: ExprId, attr: &str, value: ExprId) -> Option<String> {
        let of_enum = matches!(self.resolved.ty(value), Ty::Enum(_)) || self.member(value).is_some();
        let class = match Self::wire(self.resolved.ty(value)) {
            Some(ty) => sdk::batchai().holder(attr, &ty),
            None => sdk::batchai().only_of(attr).filter(|_| of_enum),
        };
        class.filter(|_| self.is_open(object)).map(str::to_owned)
    }

    /// `X.file_servers.append(models.FileServerReference(…))`: the same of a list.
    fn guess_append(&self, func: ExprId, args: &[Arg]) -> Option<(Option<ExprId>, String)> {
        let ExprKind::Attribute { value: list, attr: method, .. } = self.ast.kind(func) else { return None };
        let ExprKind::Attribute { value: object, attr, .. } = self.ast.kind(*list) else { return None };
        let ([item], "append") = (args, method.as_str()) else { return None };
        let ty = Type::List(Box::new(Self::wire(self.resolved.ty(item.value))?));
        let class = sdk::batchai().holder(attr, &ty).filter(|_| self.is_open(*object) && self.is_open(*list))?;
        Some((Some(*object), class.to_owned()))
    }

    /// The type by which a model holds a value.
    fn wire(ty: &Ty) -> Option<Type> {
        match ty {
            Ty::Instance(class) => sdk::batchai().class_type(class),
            Ty::Many(element) => Some(Type::List(Box::new(Self::wire(element)?))),
            _ => None,
        }
    }

    /// `X.jobs.create(…)`, and an operation takes that many arguments.
    fn guess_operation(&self, func: ExprId, args: &[Arg]) -> Option<String> {
        let ExprKind::Attribute { value: group, attr: method, .. } = self.ast.kind(func) else { return None };
        let ExprKind::Attribute { value: client, attr: name, .. } = self.ast.kind(*group) else { return None };
        let class = sdk::batchai().group(name)?;
        let operations = sdk::batchai().operations(class, method);
        let count = args.len();
        let takes = |o: &Operation| o.params.iter().filter(|p| p.required).count() <= count && count <= o.params.len();
        // Azure ML's own clients have `jobs.get(name)` and `jobs.list()` too, and keywords that Batch AI's do not have.
        let has = |name: &str| operations.iter().any(|o| o.params.iter().any(|param| param.name == name));
        let named = || args.iter().filter_map(|arg| arg.name.as_ref()).filter(|(keyword, _)| !has(keyword));
        let is_new = || {
            let new = named().next().and_then(|_| sdk::inventory(Target::V2).client_method(name, method));
            new.is_some_and(|new| named().any(|(keyword, _)| new.accepts(keyword)))
        };
        let fits = count > 1 && operations.iter().any(takes) && !is_new();
        (fits && self.is_open(*client) && self.is_open(func)).then(|| format!("{class}.{method}"))
    }

    /// `X.create_blob_from_path(…)`: no other SDK has methods of such names.
    fn guess_storage(&self, func: ExprId) -> Option<String> {
        let ExprKind::Attribute { value: client, attr: method, .. } = self.ast.kind(func) else { return None };
        let telling = STORAGE_METHODS.iter().any(|part| method.contains(part));
        let unknown = self.resolved.ty(*client).is_foreign() && self.resolved.ty(func).is_foreign();
        let symbols = STORAGE_CLASSES.map(|class| format!("{class}.{method}"));
        symbols.into_iter().find(|symbol| telling && unknown && concept::table().symbol(symbol).is_some())
    }

    /// `X.JobCreateParameters(…)`: a class that only an operation takes, or with keywords that are all its fields.
    fn guess_model(&self, func: ExprId, args: &[Arg]) -> Option<String> {
        let name = match self.ast.kind(func) {
            ExprKind::Name(_) => self.resolved.ty(func).symbol()?.rsplit('.').next()?,
            ExprKind::Attribute { attr, .. } => attr,
            _ => return None,
        };
        let models = sdk::batchai().model(name);
        let named: Vec<&str> = args.iter().filter_map(|a| Some(a.name.as_ref()?.0.as_str())).collect();
        let fields = named.len() > 1 && models.iter().any(|m| named.iter().all(|n| m.field(n).is_some()));
        let fits = !models.is_empty() && (fields || sdk::batchai().is_parameter(name));
        (fits && self.is_open(func)).then(|| name.to_owned())
    }

    /// `X.execution_state`: an attribute that only jobs, or only clusters, have, or that one of the objects has of which
    /// `X` is made.
    pub fn guess_read(&self, id: ExprId, object: ExprId, attr: &str) -> Option<String> {
        if let Some(symbol) = self.guess_mock(id).filter(|_| !attr.starts_with("assert_")) {
            return Some(symbol);
        }
        if *self.resolved.ty(id) != Ty::Unknown || !self.is_open(object) || self.is_status(object) {
            return None;
        }
        let class = sdk::batchai().only_of(attr).or_else(|| self.part_of(object, attr));
        class.or_else(|| self.made_of(object, attr)).map(str::to_owned)
    }

    /// The class with such an attribute of which objects went into something, by ways that are not followed.
    fn made_of(&self, object: ExprId, attr: &str) -> Option<&'static str> {
        // Names of one word are not Batch AI's alone.
        if !attr.contains('_') || *self.resolved.ty(object) != Ty::Unknown {
            return None;
        }
        // What an object of Batch AI does not have is of the new SDK: `parameters.run_config`.
        if let ExprKind::Attribute { value, .. } = self.ast.kind(object)
            && !self.resolved.ty(*value).objects().is_empty()
        {
            return None;
        }
        // Nor is what another SDK gives for one: `client.jobs.create_or_update(parameters)`.
        let is_given = |source: &ExprId| self.root(*source).is_some_and(|root| *self.resolved.ty(root) == Ty::Other);
        let sources = self.sources(object)?.into_iter().filter(|source| !is_given(source));
        let held = sources.flat_map(|source| self.held_in(source).to_vec());
        let found = held.into_iter().find(|class| sdk::batchai().with_field(class, attr).is_some());
        found.or_else(|| self.of_callback(object).then(|| sdk::batchai().got_with(attr)).flatten())
    }

    /// The classes of the objects in an expression and its parts, outermost first; each expression is looked at once.
    fn held_in(&self, id: ExprId) -> Rc<[&'static str]> {
        if let Some(known) = self.held.borrow().get(&id) {
            return Rc::clone(known);
        }
        let around = self.resolved.parent(id).map(|around| self.ast.kind(around));
        // An attribute is another object.
        let is_left_behind = matches!(around, Some(ExprKind::Attribute { .. }));
        let own = self.resolved.ty(id).objects().into_iter().filter(|_| !is_left_behind);
        let mut held: Vec<&'static str> = own.filter_map(|class| sdk::batchai().model_name(class)).collect();
        for part in self.ast.parts(id) {
            held.extend(self.held_in(part).iter());
        }
        let mut seen = HashSet::new();
        held.retain(|class| seen.insert(*class));
        let held: Rc<[&'static str]> = held.into();
        self.held.borrow_mut().insert(id, Rc::clone(&held));
        held
    }

    /// The expressions of which something is made: its own, and what gave its name a value. Nothing for a chain that is
    /// longer than people write.
    fn sources(&self, object: ExprId) -> Option<Vec<ExprId>> {
        let mut sources = vec![object];
        let root = self.root(object)?;
        for def in self.resolved.reaching(root) {
            let def = self.resolved.def(*def);
            let head = match &self.ast.stmt(def.stmt).kind {
                StmtKind::For { iter, .. } => vec![*iter],
                StmtKind::With { items, .. } => items.iter().map(|(context, _)| *context).collect(),
                _ => Vec::new(),
            };
            sources.extend(def.value.map_or(head, |value| vec![value]));
        }
        let mut at = root;
        while let Some(around) = self.resolved.parent(at) {
            if let ExprKind::Comprehension { clauses, .. } = self.ast.kind(around) {
                sources.extend(clauses.iter().map(|clause| clause.iter));
            }
            at = around;
        }
        Some(sources)
    }

    /// The name at the beginning of `a.b[c](d).e`, or whatever stands there.
    fn root(&self, id: ExprId) -> Option<ExprId> {
        let inner = |at: &ExprId| match self.ast.kind(*at) {
            ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(*value),
            ExprKind::Call { func, .. } => Some(*func),
            _ => None,
        };
        std::iter::successors(Some(id), inner).take(LONGEST).find(|at| inner(at).is_none())
    }

    /// Whether something is the parameter of a lambda that is handed on to something.
    fn of_callback(&self, object: ExprId) -> bool {
        let Some(name) = self.ast.name(object) else { return false };
        let around = std::iter::successors(self.resolved.parent(object), |at| self.resolved.parent(*at));
        let mut lambdas = around.filter_map(|at| match self.ast.kind(at) {
            ExprKind::Lambda { params, .. } => Some((at, params)),
            _ => None,
        });
        let lambda = lambdas.find(|(_, params)| params.iter().any(|param| param.name == name));
        let taker = lambda.and_then(|(at, _)| self.resolved.parent(at));
        taker.is_some_and(|taker| matches!(self.ast.kind(taker), ExprKind::Call { .. }))
    }

    /// The class that has a part of this name in which there is such an attribute: `X.scale_settings.auto_scale`.
    fn part_of(&self, part: ExprId, attr: &str) -> Option<&'static str> {
        let ExprKind::Attribute { value: object, attr: name, .. } = self.ast.kind(part) else { return None };
        // Names of one word are not Batch AI's alone.
        let class = sdk::batchai().with_part(name, attr).filter(|_| name.contains('_'))?;
        (self.is_open(*object) && !self.is_status(*object)).then_some(class)
    }

    /// Whether an object is what a compute of azureml-core says of itself.
    fn is_status(&self, object: ExprId) -> bool {
        match self.ast.kind(self.resolved.origin(self.ast, object)) {
            ExprKind::Call { func, .. } => {
                matches!(self.ast.kind(*func), ExprKind::Attribute { attr, .. } if attr == AZURE_ML_STATUS)
            }
            _ => false,
        }
    }

    /// Whether nothing speaks against Batch AI: it is no object of a known class, nor of a neighbouring SDK.
    fn is_open(&self, id: ExprId) -> bool {
        match self.resolved.ty(id) {
            Ty::Unknown | Ty::Foreign | Ty::None => true,
            Ty::Symbol(path) => !path.starts_with("azure.") && self.symbol(id).is_none(),
            Ty::Object(_) => self.passes_on(id),
            _ => false,
        }
    }

    /// Whether the class of an object looks elsewhere for what its objects do not have.
    fn passes_on(&self, object: ExprId) -> bool {
        let Some(StmtKind::Class { body, .. }) = self.resolved.class_of(self.ast, object) else { return false };
        let is_it =
            |stmt: &StmtId| matches!(&self.ast.stmt(*stmt).kind, StmtKind::Function(f) if f.name == "__getattr__");
        body.iter().any(is_it)
    }
}
