//! What an expression of the new program is, in the words of the target's packages.

use crate::sdk::{How, Returned};
use crate::syntax::StmtId;

/// Classes that the inventory names as a type where the packages give something else.
const NOT_SO: [&str; 2] = [
    // azure-ai-ml 1.35 gives a dict.
    "azure.ai.ml.entities.UsageName",
    // azureml-core gives one of the datastore classes of `azureml.data`, which do not derive from it.
    "azureml.core.Datastore",
];

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Ty {
    /// Nothing is known: nothing is reported.
    #[default]
    Unknown,
    /// `None`, which gives way to anything else.
    None,
    /// A module, class or function of the inventory, by a dotted name.
    Symbol(String),
    /// An object of a class, or of one that derives from it.
    Object(&'static str),
    /// A method of a class.
    Method(&'static str, String),
    /// A callable that gives this.
    Gives(Box<Ty>),
    /// A long-running operation that ends in this.
    Poller(Box<Ty>),
    /// Something to iterate over.
    Many(Box<Ty>),
    /// Something to subscript by name.
    Mapping(Box<Ty>),
    /// A function of the program itself.
    Function(StmtId),
    /// A class of the program itself.
    Class(StmtId),
    /// An object of such a class.
    Own(StmtId),
}

impl Ty {
    /// What two possibilities agree on.
    pub fn join(self, other: Ty) -> Ty {
        match (self, other) {
            (Ty::None, ty) | (ty, Ty::None) => ty,
            (one, two) if one == two => one,
            _ => Ty::Unknown,
        }
    }

    /// What all possibilities agree on.
    pub fn of_all(types: impl IntoIterator<Item = Ty>) -> Ty {
        types.into_iter().reduce(Ty::join).unwrap_or_default()
    }

    /// What a call gives or an attribute holds. A class with a private name is a device of the package, not a value.
    pub fn returned(returned: Option<Returned>) -> Ty {
        let Some(Returned { class, how }) = returned else { return Ty::Unknown };
        let public = class.filter(|c| !c.rsplit('.').next().unwrap_or(c).starts_with('_') && !NOT_SO.contains(c));
        let value = public.map_or(Ty::Unknown, Ty::Object);
        match how {
            How::Plain => value,
            How::Poller => Ty::Poller(Box::new(value)),
            How::Many => Ty::Many(Box::new(value)),
            How::Mapping => Ty::Mapping(Box::new(value)),
        }
    }

    /// What iterating gives.
    pub fn element(self) -> Ty {
        match self {
            Ty::Many(inner) => *inner,
            _ => Ty::Unknown,
        }
    }
}
