//! The type of an expression, as far as a migration needs it.

use super::{Code, NodeId};
use crate::concept;
use crate::sdk;
use crate::sdk::batchai::{OperationKind, Type};

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ty {
    /// Nothing is known.
    #[default]
    Unknown,
    /// `None`, which gives way to anything else.
    None,
    /// Something that is known not to be of Batch AI: a literal, an object of another Azure SDK.
    Other,
    /// What a function of a module that is not here gives.
    Foreign,
    /// A module, class, function, method or enum member, by its dotted name.
    Symbol(String),
    /// One of these classes or operations of Batch AI, in order of name: which one is known only at run time.
    OneOf(Vec<String>),
    /// An object of a class.
    Instance(String),
    /// An object of one of these classes of Batch AI, in order of name: which one depends on the caller or the branch.
    Either(Vec<String>),
    /// A long-running operation that gives this, and the operations that may have started it.
    Poller(Box<Ty>, Vec<String>),
    /// A list, pager or other sequence of this.
    Many(Box<Ty>),
    /// A tuple that is written out.
    Tuple(Vec<Ty>),
    /// A dictionary or namespace, by keys that are written out; only what is known of its values.
    Dict(Vec<(String, Ty)>),
    /// Something that gives this when it is called: a lambda, a partial function.
    Callable(Box<Ty>),
    /// What a pool of threads promises.
    Future(Box<Ty>),
    /// A member of an enum, by the name of the enum.
    Enum(String),
    /// A function of the program.
    Function(Code),
    /// A class of the program.
    Class(Code),
    /// An object of a class of the program.
    Object(Code),
    /// A module or package of the run.
    Module(NodeId),
}

/// Stands for a key of a dictionary that is known only at run time.
pub(super) const ANY: &str = "";

/// How large a type may grow: programs that wrap a value again and again would double it each time.
const LARGEST: usize = 200;

/// Where the packages that the program imports put Batch AI.
const PACKAGE: &str = "azure.mgmt.batchai";

/// The module of the asynchronous client of 7.0.0, within the package and before its names in the inventory.
const ASYNC: &str = "aio.";

impl Ty {
    /// What two branches agree on: knowledge wins over ignorance, so that nothing is overlooked.
    pub fn join(self, other: Ty) -> Ty {
        match (self, other) {
            (Ty::Unknown | Ty::None | Ty::Other | Ty::Foreign, b) => b,
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                Ty::Tuple(a.into_iter().zip(b).map(|(a, b)| a.join(b)).collect())
            }
            (Ty::Dict(mut a), Ty::Dict(b)) => {
                for (key, ty) in b {
                    match a.iter_mut().find(|(k, _)| *k == key) {
                        Some((_, known)) => *known = std::mem::take(known).join(ty),
                        None => a.push((key, ty)),
                    }
                }
                Ty::Dict(a)
            }
            (Ty::Poller(a, mut makers), Ty::Poller(b, more)) => {
                makers.extend(more);
                makers.sort_unstable();
                makers.dedup();
                Ty::Poller(Box::new(a.join(*b)), makers)
            }
            (a, b) if a != b && a.is_called() && b.is_called() => {
                let mut symbols = [a.symbols(), b.symbols()].concat();
                symbols.sort_unstable();
                symbols.dedup();
                Ty::OneOf(symbols)
            }
            // An empty list says nothing of what it will hold.
            (Ty::Many(a), Ty::Many(b)) => Ty::Many(Box::new(a.join(*b))),
            (a, b) if a != b && a.is_model() && b.is_model() => {
                let mut classes = [a.classes(), b.classes()].concat();
                classes.sort_unstable();
                classes.dedup();
                Ty::Either(classes.into_iter().map(str::to_owned).collect())
            }
            (a, _) => a,
        }
    }

    /// The classes of which it may be an object.
    pub fn classes(&self) -> Vec<&str> {
        match self {
            Ty::Instance(class) => vec![class],
            Ty::Either(classes) => classes.iter().map(String::as_str).collect(),
            _ => vec![],
        }
    }

    /// The classes of all objects in it, however deep.
    pub fn objects(&self) -> Vec<&str> {
        match self {
            Ty::Tuple(parts) => parts.iter().flat_map(Ty::objects).collect(),
            Ty::Dict(items) => items.iter().flat_map(|(_, ty)| ty.objects()).collect(),
            Ty::Poller(inner, _) | Ty::Many(inner) | Ty::Callable(inner) | Ty::Future(inner) => inner.objects(),
            _ => self.classes(),
        }
    }

    /// The symbols that it may be.
    fn symbols(&self) -> Vec<String> {
        match self {
            Ty::Symbol(path) => vec![path.clone()],
            Ty::OneOf(symbols) => symbols.clone(),
            _ => vec![],
        }
    }

    /// Whether this is a class or an operation of Batch AI, or one of several.
    fn is_called(&self) -> bool {
        let surface = sdk::batchai();
        let is_operation =
            |path: &str| path.rsplit_once('.').is_some_and(|(group, name)| !surface.operations(group, name).is_empty());
        let symbols = self.symbols();
        !symbols.is_empty() && symbols.iter().all(|path| !surface.model(path).is_empty() || is_operation(path))
    }

    /// Whether this is an object of a model class of Batch AI, or of one of several.
    fn is_model(&self) -> bool {
        let classes = self.classes();
        !classes.is_empty() && classes.iter().all(|class| !sdk::batchai().model(class).is_empty())
    }

    /// A dictionary with these items.
    pub fn dict(items: impl IntoIterator<Item = (String, Ty)>) -> Ty {
        let known = items.into_iter().filter(|(_, ty)| !matches!(ty, Ty::Unknown | Ty::None | Ty::Other | Ty::Foreign));
        Ty::Dict(known.collect()).bounded()
    }

    /// Whether anything of Batch AI is in it.
    pub fn is_known(&self) -> bool {
        match self {
            Ty::Unknown | Ty::None | Ty::Other | Ty::Foreign => false,
            Ty::Tuple(parts) => parts.iter().any(Ty::is_known),
            Ty::Dict(items) => items.iter().any(|(_, ty)| ty.is_known()),
            Ty::Poller(inner, _) | Ty::Many(inner) | Ty::Callable(inner) | Ty::Future(inner) => inner.is_known(),
            _ => true,
        }
    }

    /// The type, or nothing where it has grown too large.
    pub fn bounded(self) -> Ty {
        if self.size() > LARGEST { Ty::Unknown } else { self }
    }

    fn size(&self) -> usize {
        match self {
            Ty::Tuple(parts) => 1 + parts.iter().map(Ty::size).sum::<usize>(),
            Ty::Dict(items) => 1 + items.iter().map(|(_, ty)| ty.size()).sum::<usize>(),
            Ty::Poller(inner, _) | Ty::Many(inner) | Ty::Callable(inner) | Ty::Future(inner) => 1 + inner.size(),
            _ => 1,
        }
    }

    /// What a dictionary holds under a key; any of its values where the key is not known.
    pub fn item(&self, key: Option<&str>) -> Ty {
        match self {
            Ty::Dict(items) => {
                let found = items.iter().filter(|(k, _)| k == ANY || key.is_none_or(|key| key == k));
                found.map(|(_, ty)| ty.clone()).fold(Ty::Unknown, Ty::join)
            }
            other => other.element(),
        }
    }

    /// The attribute of a symbol or instance.
    pub fn attribute(&self, name: &str) -> Ty {
        match self {
            Ty::Symbol(path) if !sdk::batchai().model(path).is_empty() => model_attribute(name),
            Ty::Symbol(path) => Ty::Symbol(canonical(path, name)),
            Ty::Instance(class) => instance_attribute(class, name),
            Ty::Either(classes) => {
                classes.iter().map(|class| instance_attribute(class, name)).fold(Ty::Unknown, Ty::join)
            }
            // Namespaces are written as dictionaries are.
            Ty::Dict(_) => self.item(Some(name)),
            _ => Ty::Unknown,
        }
    }

    /// The class of an instance.
    pub fn class(&self) -> Option<&str> {
        match self {
            Ty::Instance(class) => Some(class),
            _ => None,
        }
    }

    /// The dotted name of a symbol.
    pub fn symbol(&self) -> Option<&str> {
        match self {
            Ty::Symbol(path) => Some(path),
            _ => None,
        }
    }

    /// Batch AI's client, whatever version made it.
    pub fn client() -> Self {
        Ty::Instance("BatchAIManagementClient".to_owned())
    }

    /// Whether this is Batch AI's client; the asynchronous one is not meant, since nothing takes its place.
    pub fn is_client(&self) -> bool {
        self.class().is_some_and(|c| sdk::batchai().client(c).is_some() && !c.starts_with(ASYNC))
    }

    /// An object of the class that this names: of a tuple of classes, of the first that is known.
    pub fn instance(self) -> Ty {
        match self {
            Ty::Symbol(class) => Ty::Instance(class),
            Ty::OneOf(classes) => classes.into_iter().map(Ty::Instance).fold(Ty::Unknown, Ty::join),
            Ty::Class(class) => Ty::Object(class),
            Ty::Tuple(classes) => classes.into_iter().map(Ty::instance).fold(Ty::Unknown, Ty::join),
            _ => Ty::Unknown,
        }
    }

    /// What a variable holds that is given this: a member of an enum is one of its values from there on, for another
    /// branch or another caller may give another one.
    pub fn held(self) -> Ty {
        match self {
            Ty::Symbol(path) => match path.rsplit_once('.') {
                Some((class, _)) if sdk::batchai().enumeration(class).is_some() => Ty::Enum(class.to_owned()),
                _ => Ty::Symbol(path),
            },
            other => other,
        }
    }

    /// Whether nothing is known that speaks against a guess: no value, or a name from a module that is not here.
    pub fn is_foreign(&self) -> bool {
        match self {
            Ty::Unknown | Ty::Foreign => true,
            Ty::Symbol(path) => concept::table().symbol(path).is_none() && !path.starts_with("azure."),
            _ => false,
        }
    }

    /// What iterating gives.
    pub fn element(&self) -> Ty {
        match self {
            Ty::Many(inner) => (**inner).clone(),
            Ty::Tuple(parts) => parts.iter().cloned().fold(Ty::Unknown, Ty::join),
            _ => Ty::Unknown,
        }
    }

    /// What the function of a symbol gives, as the concept table describes it: `Cluster`, `[Job]`, `poller Job`.
    pub fn given(text: &str, symbol: &str) -> Ty {
        match text.strip_prefix("poller ") {
            Some(rest) => Ty::Poller(Box::new(Ty::parse(rest)), vec![symbol.to_owned()]),
            None => Ty::parse(text),
        }
    }

    /// A description of the concept table: `Cluster`, `[Job]`, `([Job], _)`, `{job: Job, value: _}`.
    pub fn parse(text: &str) -> Ty {
        let within = |open, close| text.strip_prefix(open).and_then(|t| t.strip_suffix(close));
        if text == "_" {
            return Ty::Other;
        }
        if let Some(parts) = within('(', ')') {
            return Ty::Tuple(parts.split(", ").map(Ty::parse).collect());
        }
        if let Some(items) = within('{', '}') {
            let items = items.split(", ").filter_map(|item| item.split_once(": "));
            return Ty::dict(items.map(|(key, ty)| (key.to_owned(), Ty::parse(ty))));
        }
        match within('[', ']') {
            Some(inner) => Ty::Many(Box::new(Ty::parse(inner))),
            None => Ty::Instance(text.to_owned()),
        }
    }

    /// A type of the inventory.
    pub fn of(ty: &Type) -> Ty {
        match ty {
            Type::Model(name) => Ty::Instance(name.to_string()),
            Type::List(inner) => Ty::Many(Box::new(Ty::of(inner))),
            Type::Enum(name) => Ty::Enum(name.to_string()),
            _ => Ty::Other,
        }
    }

    /// What the operation of a symbol gives.
    pub fn returned(kind: OperationKind, returns: Option<&Type>, symbol: &str) -> Ty {
        let value = returns.map_or(Ty::None, Ty::of);
        match kind {
            OperationKind::Plain => value,
            OperationKind::Poller => Ty::Poller(Box::new(value), vec![symbol.to_owned()]),
            OperationKind::Pager => match value {
                Ty::Many(_) => value,
                other => Ty::Many(Box::new(other)),
            },
        }
    }
}

/// Batch AI's classes go by their own name, wherever a version of the package keeps them.
pub fn canonical(path: &str, name: &str) -> String {
    let asynchronous = format!("{ASYNC}{name}");
    if is_package(path) && format!("{path}.").contains(&format!(".{ASYNC}")) && is_class(&asynchronous) {
        return asynchronous;
    }
    if is_package(path) && is_class(name) { name.to_owned() } else { format!("{path}.{name}") }
}

/// A method that every model inherits, of a model's class or of an object of it.
fn model_method(class: &str, name: &str) -> Option<Ty> {
    let surface = sdk::batchai();
    let is_model = !surface.model(class).is_empty();
    (is_model && surface.model_methods().contains(&name)).then(|| Ty::Symbol(format!("Model.{name}")))
}

/// Whether a module is Batch AI's package or within it.
pub fn is_package(path: &str) -> bool {
    path == PACKAGE || path.strip_prefix(PACKAGE).is_some_and(|rest| rest.starts_with('.'))
}

/// Whether Batch AI has a client, model, enum or operation group of this name.
pub fn is_class(name: &str) -> bool {
    let surface = sdk::batchai();
    let is_object = surface.client(name).is_some() || !surface.model(name).is_empty() || surface.is_group(name);
    is_object || surface.enumeration(name).is_some() || surface.pager(name).is_some()
}

/// What a model class itself knows: the methods that all of them inherit.
fn model_attribute(name: &str) -> Ty {
    let inherited = sdk::batchai().model_methods().contains(&name);
    if inherited { Ty::Symbol(format!("Model.{name}")) } else { Ty::Unknown }
}

fn instance_attribute(class: &str, name: &str) -> Ty {
    let surface = sdk::batchai();
    if let Some(client) = surface.client(class) {
        let own = client.groups.iter().find(|(attribute, _)| *attribute == name).map(|(_, group)| *group);
        let group = own.or_else(|| surface.group(name));
        return group.map_or(Ty::Unknown, |group| Ty::Instance(group.to_owned()));
    }
    if !surface.operations(class, name).is_empty() {
        return Ty::Symbol(format!("{class}.{name}"));
    }
    if let Some(ty) = surface.attribute(class, name) {
        return Ty::of(ty);
    }
    if let Some(method) = model_method(class, name) {
        return method;
    }
    if let Some(ty) = concept::table().symbol(class).and_then(|row| row.attributes.get(name)) {
        return Ty::parse(ty);
    }
    if surface.model(class).is_empty() { Ty::Symbol(format!("{class}.{name}")) } else { Ty::Unknown }
}
