//! Configuration files of `az batchai`: the JSON of a job, a cluster or a file server.
//!
//! Such a file is the wire form of models of the SDK, so there is no second translation of them. `lower` writes the file as
//! the program that would have sent it, the stages for Python do what they do with any program, and `write` puts what that
//! program has become into Azure ML's YAML. Rows, reasons and fates are those of Python; only the way in and the way out are
//! of this module. It converts nothing itself. A dictionary that a program writes into such a file takes the same way, and
//! comes back as a dictionary.

mod json;
mod literal;
mod lower;
pub mod name;
mod python;
mod raise;
mod write;
mod yaml;

pub use json::Wrong;
pub use write::{Comment, Written};
pub use yaml::{Value, entry};

use crate::source::{Kind, Language, Source};
use crate::syntax::{Ast, ExprId};
use crate::text::Span;

/// Names that a command line gives, in the program of a file; no YAML has them.
const GIVEN: &str = "given-elsewhere";
/// What stood for the account in the files of the recipes, and is given with `--set`.
const STORAGE_ACCOUNT: &str = "<AZURE_BATCHAI_STORAGE_ACCOUNT>";
/// The same for its key.
const KEY: &str = "<AZURE_BATCHAI_STORAGE_KEY>";

/// Keys that only a job of Batch AI has, one for each toolkit and one more.
const JOB: [&str; 11] = [
    "caffe2Settings",
    "caffeSettings",
    "chainerSettings",
    "cntkSettings",
    "customMpiSettings",
    "customToolkitSettings",
    "horovodSettings",
    "pyTorchSettings",
    "stdOutErrPathPrefix",
    "tensorFlowSettings",
    "toolkitType",
];
/// Keys of a cluster; Azure Batch and Azure ML name theirs otherwise.
const CLUSTER: [[&str; 3]; 4] = [
    ["scaleSettings", "autoScale", "minimumNodeCount"],
    ["scaleSettings", "manual", "targetNodeCount"],
    ["nodeSetup", "mountVolumes", ""],
    ["nodeSetup", "setupTask", "commandLine"],
];

/// Keys of a file server.
const FILE_SERVER: [&str; 2] = ["sshConfiguration", "dataDisks"];

/// Keys of which every configuration file has one, unless its schema says what it is: what can be looked for before a
/// file is parsed.
pub fn keys() -> impl Iterator<Item = &'static str> {
    JOB.into_iter().chain(CLUSTER.map(|[first, ..]| first)).chain(FILE_SERVER)
}

/// Whether a text can hold a configuration, for what is dear to look through.
pub fn can_be_in(text: &str) -> bool {
    keys().any(|key| text.contains(key)) || text.contains("\"$schema\"")
}

/// What a file configures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Job,
    Cluster,
    FileServer,
}

impl FileKind {
    /// Its key in the concept table.
    pub fn symbol(self) -> &'static str {
        match self {
            FileKind::Job => "file:job.json",
            FileKind::Cluster => "file:cluster.json",
            FileKind::FileServer => "file:nfs.json",
        }
    }

    /// As it is called in the report.
    pub fn name(self) -> &'static str {
        self.symbol().trim_start_matches("file:")
    }

    /// The operation that took it.
    pub fn operation(self) -> &'static str {
        match self {
            FileKind::Job => "JobsOperations.create",
            FileKind::Cluster => "ClustersOperations.create",
            FileKind::FileServer => "FileServersOperations.create",
        }
    }
}

/// A configuration file of Batch AI.
#[derive(Debug)]
pub struct Config {
    pub kind: FileKind,
    pub form: Form,
    /// Variables of its directories that a script reads, for its command to export.
    pub exports: Vec<String>,
    document: json::Document,
}

/// How a configuration is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As the text of a file.
    File,
    /// As a dictionary of Python: with these quotes, on lines of this margin.
    Dictionary { quote: char, margin: String },
}

/// A configuration file as a program.
#[derive(Debug)]
pub struct Lowered {
    /// The program that would have sent it.
    pub program: String,
    /// Everything in the file that has a fate, in its order.
    pub atoms: Vec<Atom>,
}

/// A member of the file, or an object in a list of it.
#[derive(Debug)]
pub struct Atom {
    pub kind: AtomKind,
    /// `properties.inputDirectories[].path`
    pub path: String,
    /// The field of a model that it is: `SetupTask`, `run_elevated`.
    pub field: Option<(&'static str, &'static str)>,
    /// The attribute of the parameters that it is a part of; empty for the parameters themselves.
    pub part: String,
    /// Whether its value is an expression of a program.
    pub is_code: bool,
    /// Where it stands in the file, and its value.
    pub json: Span,
    pub value: Span,
    /// The same in the program, if that has it.
    pub python: Option<(Span, Span)>,
}

impl Atom {
    /// Whether its value is a secret, by its name: a password, a key, the value of a secret variable.
    pub fn is_secret(&self) -> bool {
        let name = self.path.rsplit('.').next().unwrap_or_default().to_lowercase();
        let is_named = ["password", "accountkey", "instrumentationkey"].contains(&name.trim_start_matches("adminuser"));
        !self.is_code && (is_named || name == "value" && self.path.contains("secrets[]"))
    }
}

/// What an atom is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtomKind {
    /// All parameters.
    Parameters,
    /// A field of a model.
    Field,
    /// One that the program is written without.
    Left,
    /// The address of the schema.
    Schema,
    /// No field of its model.
    Unknown,
    /// A field with a value of another form.
    Form,
    /// An identifier of a cluster in which no name can be seen.
    Cluster,
    /// A member that a later one of the same name replaced.
    Repeated,
}

/// The configuration in a file, if it is one of Batch AI.
pub fn read(source: &Source) -> Option<Result<Config, Wrong>> {
    if source.kind() != Kind::Other(Language::Json) {
        return None;
    }
    match json::read(source.text()) {
        Ok(document) => {
            kind(&document.root).map(|kind| Ok(Config { kind, form: Form::File, exports: Vec::new(), document }))
        }
        // One that cannot be read is somebody else's, unless it says otherwise.
        Err(wrong) => names_batch_ai(source.text()).then_some(Err(wrong)),
    }
}

/// The configuration that a dictionary of a program is, if it is one of Batch AI and can be seen whole.
pub fn dictionary(ast: &Ast, text: &str, id: ExprId, form: Form) -> Option<Config> {
    let document = python::read(ast, text, id)?;
    kind(&document.root).map(|kind| Config { kind, form, exports: Vec::new(), document })
}

impl Config {
    /// The file as a program, without the parts of its parameters that are left to a person.
    pub fn lower(&self, text: &str, left: &[&str]) -> Lowered {
        lower::lower(text, &self.document, self.kind, left)
    }

    /// The files that it becomes, the one that it was for first; none without that. It is converted as this `program`, and
    /// called `path`. An error names what has no place in YAML.
    pub fn files(&self, path: &str, program: &Source, comments: &[Comment]) -> Result<Vec<Written>, String> {
        write::files(self, path, program, comments)
    }

    /// The shares and containers that it mounts, as far as they are written out.
    pub fn mounts(&self) -> Vec<String> {
        let mut found = Vec::new();
        mounts(&self.document.root, &mut found);
        found
    }

    /// Statements of a program that give names to its parts, and are not needed without it.
    pub fn parts(&self) -> &[Span] {
        &self.document.parts
    }

    /// A part of it that is an expression where an object or a list has to be, so that it cannot be seen what it holds.
    pub fn unseen<'a>(&self, text: &'a str) -> Option<&'a str> {
        let atoms = self.lower(text, &[]).atoms;
        atoms.iter().find(|atom| atom.kind == AtomKind::Form && atom.is_code).map(|atom| atom.value.of(text))
    }

    /// The comments in the file.
    pub fn comments(&self) -> &[Span] {
        &self.document.comments
    }
}

fn mounts(node: &json::Node, found: &mut Vec<String>) {
    for member in node.members() {
        match (member.key.as_str(), member.node.text()) {
            ("azureFileUrl", Some(url)) => {
                found.extend(url.trim_end_matches('/').rsplit('/').next().map(str::to_owned))
            }
            ("containerName", Some(name)) => found.push(name.to_owned()),
            _ => mounts(&member.node, found),
        }
    }
    if let json::Value::List(items) = &node.value {
        items.iter().for_each(|item| mounts(item, found));
    }
}

/// Whether a text that cannot be read has keys of a configuration of Batch AI.
pub fn has_keys(text: &str) -> bool {
    text.contains("\"properties\"") && keys().any(|key| text.contains(&format!("\"{key}\"")))
}

/// Whether a text that cannot be read was meant to be a configuration of Batch AI: by its keys, or by its schema.
fn names_batch_ai(text: &str) -> bool {
    has_keys(text) || text.contains("\"$schema\"") && text.to_ascii_lowercase().contains("/batchai/")
}

/// What a file configures, by its schema or by what is in it.
fn kind(root: &json::Node) -> Option<FileKind> {
    let properties = root.get("properties").filter(|node| matches!(node.value, json::Value::Map(_)))?;
    let schema = root.get("$schema").and_then(json::Node::text).unwrap_or_default().to_ascii_lowercase();
    if let Some((_, name)) = schema.split_once("/batchai/") {
        let name = name.rsplit('/').next().unwrap_or_default();
        let is_cluster = name.contains("cluster");
        let is_job = !is_cluster && !name.contains("nfs");
        return Some(if is_job {
            FileKind::Job
        } else if is_cluster {
            FileKind::Cluster
        } else {
            FileKind::FileServer
        });
    }
    let has = |path: &[&str]| {
        let found = path.iter().filter(|key| !key.is_empty()).try_fold(properties, |node, key| node.get(key));
        found.is_some()
    };
    if JOB.iter().any(|key| has(&[key])) && has(&["nodeCount"]) {
        return Some(FileKind::Job);
    }
    if CLUSTER.iter().any(|path| has(path)) && (has(&["vmSize"]) || has(&["nodeSetup"])) {
        return Some(FileKind::Cluster);
    }
    FILE_SERVER.iter().all(|key| has(&[key])).then_some(FileKind::FileServer)
}
