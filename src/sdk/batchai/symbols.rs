//! Every symbol of Batch AI, one by one, with the versions that have it.

use std::fmt;

use super::{Outside, Surface};

/// One name of the API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiSymbol {
    /// `ClustersOperations.create.cluster_name`, `Cluster.vm_size`, `VmPriority.lowpriority`.
    pub name: String,
    /// What it is.
    pub kind: ApiKind,
    /// The versions that have it, newest first.
    pub versions: Vec<&'static str>,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiKind {
    /// A client class.
    Client,
    /// A parameter of its constructor, an attribute or a method.
    ClientMember,
    /// A class of operations.
    OperationGroup,
    Operation,
    Parameter,
    Model,
    Field,
    Enum,
    EnumMember,
    /// A method that every model has.
    ModelMethod,
    /// The class of a list in pages, or of a long-running operation.
    Result,
    /// What can be called or read on these.
    ResultMember,
    Exception,
    /// What can be read of an exception.
    ExceptionMember,
}

impl fmt::Display for ApiKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            ApiKind::Client => "client",
            ApiKind::ClientMember => "client-member",
            ApiKind::OperationGroup => "operation-group",
            ApiKind::Operation => "operation",
            ApiKind::Parameter => "parameter",
            ApiKind::Model => "model",
            ApiKind::Field => "field",
            ApiKind::Enum => "enum",
            ApiKind::EnumMember => "enum-member",
            ApiKind::ModelMethod => "model-method",
            ApiKind::Result => "result",
            ApiKind::ResultMember => "result-member",
            ApiKind::Exception => "exception",
            ApiKind::ExceptionMember => "exception-member",
        })
    }
}

/// What collects the symbols: several forms of one symbol become one.
#[derive(Default)]
struct Symbols(Vec<ApiSymbol>);

impl Symbols {
    fn add(&mut self, kind: ApiKind, name: impl Into<String>, versions: &[&'static str]) {
        self.0.push(ApiSymbol { name: name.into(), kind, versions: versions.to_vec() });
    }

    fn done(mut self, order: &[&'static str]) -> Vec<ApiSymbol> {
        self.0.sort();
        self.0.dedup_by(|next, first| {
            let same = next.name == first.name;
            if same {
                first.versions.append(&mut next.versions);
            }
            same
        });
        for symbol in &mut self.0 {
            symbol.versions = order.iter().copied().filter(|version| symbol.versions.contains(version)).collect();
        }
        self.0
    }
}

impl Surface {
    /// Every symbol as a dotted name, sorted.
    pub fn symbols(&self) -> impl Iterator<Item = String> {
        self.api().into_iter().map(|symbol| symbol.name)
    }

    /// Every symbol, sorted by name.
    pub fn api(&self) -> Vec<ApiSymbol> {
        let mut symbols = Symbols::default();
        self.add_clients(&mut symbols);
        self.add_operations(&mut symbols);
        self.add_models(&mut symbols);
        for (name, pager) in &self.pagers {
            symbols.add(ApiKind::Result, *name, &pager.versions);
        }
        let outside = |symbols: &mut Symbols, kinds: [ApiKind; 2], name: &str, form: &Outside| {
            symbols.add(kinds[0], name, &form.versions);
            form.members.iter().for_each(|member| symbols.add(kinds[1], format!("{name}.{member}"), &form.versions));
        };
        for (name, form) in self.results.iter().flat_map(|(name, forms)| forms.iter().map(move |form| (name, form))) {
            outside(&mut symbols, [ApiKind::Result, ApiKind::ResultMember], name, form);
        }
        for (name, form) in self.exceptions.iter().flat_map(|(name, forms)| forms.iter().map(move |f| (name, f))) {
            outside(&mut symbols, [ApiKind::Exception, ApiKind::ExceptionMember], name, form);
        }
        symbols.done(&self.versions)
    }

    fn add_clients(&self, symbols: &mut Symbols) {
        for (name, client) in &self.clients {
            symbols.add(ApiKind::Client, *name, &client.versions);
            for (member, versions) in &client.members {
                symbols.add(ApiKind::ClientMember, format!("{name}.{member}"), versions);
            }
        }
    }

    fn add_operations(&self, symbols: &mut Symbols) {
        for (group, methods) in &self.operations {
            for (method, form) in methods.iter().flat_map(|(name, forms)| forms.iter().map(move |form| (name, form))) {
                let operation = format!("{group}.{method}");
                symbols.add(ApiKind::OperationGroup, *group, &form.versions);
                for param in &form.params {
                    symbols.add(ApiKind::Parameter, format!("{operation}.{}", param.name), &form.versions);
                }
                symbols.add(ApiKind::Operation, operation, &form.versions);
            }
        }
    }

    fn add_models(&self, symbols: &mut Symbols) {
        for (name, form) in self.models.iter().flat_map(|(name, forms)| forms.iter().map(move |form| (name, form))) {
            symbols.add(ApiKind::Model, *name, &form.versions);
            for field in &form.fields {
                symbols.add(ApiKind::Field, format!("{name}.{}", field.name), &form.versions);
            }
        }
        for method in &self.model_methods {
            symbols.add(ApiKind::ModelMethod, format!("Model.{method}"), &self.versions);
        }
        for (name, found) in &self.enums {
            for member in &found.members {
                symbols.add(ApiKind::Enum, *name, &member.versions);
                symbols.add(ApiKind::EnumMember, format!("{name}.{}", member.name), &member.versions);
            }
        }
    }
}
