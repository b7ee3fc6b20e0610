//! The surface of azure-mgmt-batchai 0.1.0, 0.2.0, 1.0.0, 1.0.1, 2.0.0 and 7.0.0: clients, operations, models, enums.
//!
//! Facts: `inventory/batchai.json`, introspected from the six published packages by `tools/inventory/batchai.py`.
//! What is the same in several versions stands there once, with its versions. The wire format is deliberately not
//! here.

mod closest;
mod read;
mod symbols;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::signature::Param;

pub use symbols::{ApiKind, ApiSymbol};

/// The classes of long-running operations, up to 2.0.0 and in 7.0.0.
const POLLERS: [&str; 2] = ["msrest.polling.poller.LROPoller", "azure.core.polling.LROPoller"];

/// The surface, parsed on first use.
pub fn batchai() -> &'static Surface {
    static SURFACE: OnceLock<Surface> = OnceLock::new();
    SURFACE.get_or_init(|| read::surface(include_str!("inventory/batchai.json")))
}

/// Every version of the Batch AI SDK at once.
#[derive(Debug)]
pub struct Surface {
    versions: Vec<&'static str>,
    clients: BTreeMap<&'static str, Client>,
    operations: BTreeMap<&'static str, BTreeMap<&'static str, Vec<Operation>>>,
    models: BTreeMap<&'static str, Vec<Model>>,
    enums: BTreeMap<&'static str, Enum>,
    pagers: BTreeMap<&'static str, Pager>,
    results: BTreeMap<&'static str, Vec<Outside>>,
    exceptions: BTreeMap<&'static str, Vec<Outside>>,
    model_methods: Vec<&'static str>,
}

/// A class of pages.
#[derive(Debug)]
struct Pager {
    versions: Vec<&'static str>,
    of: Type,
}

/// A class of another package that the operations give or raise, in one form: a poller, a pager, an exception.
#[derive(Debug)]
pub struct Outside {
    /// Versions whose operations have it, newest first.
    pub versions: Vec<&'static str>,
    /// What can be called and read on its objects, in order of name.
    pub members: Vec<&'static str>,
}

/// A client class, the versions that share its name taken together.
#[derive(Debug, Default)]
pub struct Client {
    /// Versions that have the class, newest first.
    pub versions: Vec<&'static str>,
    /// The constructor's parameters (the same in all versions of one name).
    pub params: Vec<Param>,
    /// `(attribute, class)` of the operation groups: `("clusters", "ClustersOperations")`.
    pub groups: Vec<(&'static str, &'static str)>,
    /// Public attributes that are no operation groups (`config`, `api_version`).
    pub attributes: Vec<&'static str>,
    /// Public methods of the client itself (`close`).
    pub methods: Vec<&'static str>,
    /// Each parameter, group, attribute and method with the versions that have it, newest first.
    members: BTreeMap<&'static str, Vec<&'static str>>,
}

/// One form of an operation.
#[derive(Debug)]
pub struct Operation {
    /// Versions that have this form, newest first.
    pub versions: Vec<&'static str>,
    /// Parameters in the order of positions, without `self`.
    pub params: Vec<Param>,
    /// What it gives in the end: behind a poller its result, behind a pager one element.
    pub returns: Option<Type>,
    /// How it gives it.
    pub kind: OperationKind,
    /// Whether it takes further keywords (`**operation_config`, in 7.0.0 `**kwargs`) for the HTTP request.
    pub open: bool,
    types: Vec<(&'static str, Type)>,
}

impl Operation {
    /// Whether it can be called with so many arguments.
    pub fn takes(&self, count: usize) -> bool {
        self.params.iter().filter(|p| p.required).count() <= count && count <= self.params.len()
    }

    /// The type of a parameter, where it is a model.
    pub fn parameter_type(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|(param, _)| *param == name).map(|(_, ty)| ty)
    }
}

/// How an operation gives its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// At once.
    Plain,
    /// A poller: `.result()`, `.wait()`.
    Poller,
    /// Something to iterate over, page by page.
    Pager,
}

/// One form of a model class.
#[derive(Debug)]
pub struct Model {
    /// Versions that have this form, newest first.
    pub versions: Vec<&'static str>,
    /// The constructor's fields in its order, then the ones that only the service fills.
    pub fields: Vec<Field>,
    /// Whether the constructor takes positions (0.1.0 and 0.2.0); otherwise keywords alone.
    pub positional: bool,
}

impl Model {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field of a model.
#[derive(Debug)]
pub struct Field {
    /// Its name in Python.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether the constructor insists on it.
    pub required: bool,
    /// Whether the constructor takes it; if not, it can only be read.
    pub constructor: bool,
}

impl Field {
    /// Whether a key of JSON or of a dictionary names it, as the SDK compares them: `node_count`, `nodeCount` or `nodecount`.
    pub fn is_called(&self, key: &str) -> bool {
        key == self.name || !key.contains('_') && key.to_lowercase() == self.name.replace('_', "")
    }
}

/// The type of a field, a parameter or a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A model class.
    Model(&'static str),
    /// An enum, whose members are mostly written as plain strings.
    Enum(&'static str),
    /// A list.
    List(Box<Type>),
    /// A dict with string keys.
    Dict(Box<Type>),
    /// A value of Python itself: `str`, `int`, `datetime`.
    Plain(&'static str),
}

/// An enum with the members of all versions; 7.0.0 writes in capitals what the others write small.
#[derive(Debug)]
pub struct Enum {
    /// The members, in order of name.
    pub members: Vec<EnumMember>,
}

impl Enum {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&EnumMember> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A member of an enum.
#[derive(Debug)]
pub struct EnumMember {
    /// The name in Python.
    pub name: &'static str,
    /// The string that it stands for.
    pub value: &'static str,
    /// Versions that have it, newest first.
    pub versions: Vec<&'static str>,
}

impl Surface {
    /// The published versions, newest first.
    pub fn versions(&self) -> &[&'static str] {
        &self.versions
    }

    /// A client class: `BatchAIManagementClient`, `BatchAI`, `aio.BatchAI`.
    pub fn client(&self, name: &str) -> Option<&Client> {
        self.clients.get(name)
    }

    /// The class of the operation group behind a client's attribute.
    pub fn group(&self, attribute: &str) -> Option<&'static str> {
        let mut groups = self.clients.values().flat_map(|client| &client.groups);
        groups.find(|(name, _)| *name == attribute).map(|(_, class)| *class)
    }

    /// Whether this is the class of an operation group.
    pub fn is_group(&self, class: &str) -> bool {
        self.operations.contains_key(class)
    }

    /// The forms of an operation, newest version first; empty if there is none of that name.
    pub fn operations(&self, group: &str, method: &str) -> &[Operation] {
        self.operations.get(group).and_then(|methods| methods.get(method)).map_or(&[], Vec::as_slice)
    }

    /// The operations of a name in all groups: the class of the group, and the forms.
    pub fn operations_named(&self, method: &str) -> impl Iterator<Item = (&'static str, &[Operation])> {
        self.operations.iter().filter_map(move |(group, all)| Some((*group, all.get(method)?.as_slice())))
    }

    /// The type that a field has which holds an object of a model class.
    pub fn class_type(&self, model: &str) -> Option<Type> {
        self.models.get_key_value(model).map(|(name, _)| Type::Model(name))
    }

    /// A class with an attribute that holds an object in which there is another one of this name.
    pub fn with_part(&self, part: &str, attribute: &str) -> Option<&'static str> {
        let holds = |class: &str| match self.attribute(class, part) {
            Some(Type::Model(inner)) => self.attribute(inner, attribute).is_some(),
            _ => false,
        };
        self.models.keys().copied().find(|class| holds(class))
    }

    /// A class with an attribute of this type: the first, in order of name, that operations are given, or else that there is.
    pub fn holder(&self, attribute: &str, ty: &Type) -> Option<&'static str> {
        let has = |form: &Model| form.field(attribute).is_some_and(|field| field.ty == *ty);
        let holders = || self.models.iter().filter(|(_, forms)| forms.iter().any(has)).map(|(class, _)| *class);
        holders().find(|class| self.is_parameter(class)).or_else(|| holders().next())
    }

    /// The forms of a model class, newest version first; empty if there is none of that name.
    pub fn model(&self, name: &str) -> &[Model] {
        self.models.get(name).map_or(&[], Vec::as_slice)
    }

    /// The type of a model's attribute, by the newest version that has it.
    pub fn attribute(&self, model: &str, attribute: &str) -> Option<&Type> {
        self.model(model).iter().find_map(|form| form.field(attribute)).map(|field| &field.ty)
    }

    /// An enum with the members of all versions.
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums.get(name)
    }

    /// The class that alone has an attribute, where an operation gives its objects and the service fills it.
    pub fn only_of(&self, attribute: &str) -> Option<&'static str> {
        let has = |forms: &[Model]| forms.iter().any(|form| form.field(attribute).is_some());
        let mut classes = self.models.iter().filter(|(_, forms)| has(forms));
        let (class, forms) = classes.next().filter(|_| classes.next().is_none())?;
        let filled = forms.iter().filter_map(|form| form.field(attribute)).any(|field| !field.constructor);
        let mut got = self.operations.values().filter_map(|methods| methods.get("get")).flatten();
        (filled && got.any(|get| get.returns == Some(Type::Model(class)))).then_some(*class)
    }

    /// The name of a model, as the inventory has it.
    pub fn model_name(&self, class: &str) -> Option<&'static str> {
        self.models.get_key_value(class).map(|(name, _)| *name)
    }

    /// The name of a model, if its objects have an attribute.
    pub fn with_field(&self, class: &str, attribute: &str) -> Option<&'static str> {
        let (class, forms) = self.models.get_key_value(class)?;
        forms.iter().any(|form| form.field(attribute).is_some()).then_some(*class)
    }

    /// A class that has an attribute, of those whose objects an operation gives.
    pub fn got_with(&self, attribute: &str) -> Option<&'static str> {
        let mut got = self.operations.values().filter_map(|methods| methods.get("get")).flatten();
        got.find_map(|get| match &get.returns {
            Some(Type::Model(class)) => self.with_field(class, attribute),
            _ => None,
        })
    }

    /// Whether a model is only ever given to operations: their parameters and options.
    pub fn is_parameter(&self, model: &str) -> bool {
        let forms = self.operations.values().flat_map(BTreeMap::values).flatten();
        let mut types = forms.flat_map(|form| &form.types);
        types.any(|(_, ty)| matches!(ty, Type::Model(name) if *name == model))
    }

    /// What the pages of a pager class hold: `ClusterPaged` holds `Cluster`.
    pub fn pager(&self, name: &str) -> Option<&Type> {
        self.pagers.get(name).map(|pager| &pager.of)
    }

    /// The members of a poller, a pager or an exception, by the dotted name of its class; of all versions.
    pub fn members_of(&self, class: &str) -> impl Iterator<Item = &'static str> {
        let forms = self.results.get(class).or_else(|| self.exceptions.get(class));
        forms.into_iter().flatten().flat_map(|form| form.members.iter().copied())
    }

    /// Whether a long-running operation has a method, in one version or another.
    pub fn polls(&self, method: &str) -> bool {
        POLLERS.iter().flat_map(|class| self.members_of(class)).any(|name| name == method)
    }

    /// The methods that every model inherits from msrest: `as_dict`, `validate`.
    pub fn model_methods(&self) -> &[&'static str] {
        &self.model_methods
    }
}

#[cfg(test)]
mod tests;
