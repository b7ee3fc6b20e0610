//! The front end: a configuration file as the program that would have sent it.
//!
//! A file is the wire form of the SDK's own models, so each object in it is written as the constructor of its model, and
//! everything that is known of the model holds for the file. What the commands of `az batchai` filled in themselves is
//! filled in here: the account of a file share, and the key of a storage account.

use std::collections::BTreeSet;

use super::json::{Document, Member, Node, Value};
use super::{Atom, AtomKind, FileKind, GIVEN, KEY, Lowered, STORAGE_ACCOUNT};
use crate::render::python_string;
use crate::sdk;
use crate::sdk::batchai::Type;
use crate::text::Span;

/// What stands before the call.
const HEAD: &str = "from azure.mgmt.batchai import BatchAIManagementClient, models\n\n\
                    client = BatchAIManagementClient(credentials, subscription_id)\n";
/// The names in it that an expression of the user could have as well.
pub(super) const HEAD_NAMES: [&str; 5] =
    ["BatchAIManagementClient", "models", "client", "credentials", "subscription_id"];
/// The member that holds everything else.
const PROPERTIES: &str = "properties";
const EXPERIMENT: &str = "experimentName";

/// The program that a file stands for, without the parts of the parameters that are `left` to a person.
pub(super) fn lower(text: &str, document: &Document, kind: FileKind, left: &[&str]) -> Lowered {
    let mut writer = Writer {
        json: text,
        left,
        out: format!("{}{HEAD}", document.brought),
        atoms: Vec::new(),
        code: BTreeSet::new(),
    };
    writer.note_code(&document.root);
    let group = match kind {
        FileKind::Job => "jobs",
        FileKind::Cluster => "clusters",
        FileKind::FileServer => "file_servers",
    };
    writer.out.push_str(&format!("client.{group}.create('{GIVEN}', '{GIVEN}', "));
    if kind == FileKind::Job {
        writer.experiment(&document.root);
    }
    writer.out.push_str(&format!("'{GIVEN}', "));
    writer.file(&document.root, sdk::config_model(kind.name()));
    writer.out.push_str(")\n");
    writer.atoms.sort_by_key(|atom| (atom.json.start, std::cmp::Reverse(atom.json.end)));
    Lowered { program: writer.out, atoms: writer.atoms }
}

struct Writer<'a> {
    json: &'a str,
    left: &'a [&'a str],
    out: String,
    atoms: Vec<Atom>,
    /// The values that are expressions of a program.
    code: BTreeSet<Span>,
}

/// Where a value stands in the file.
#[derive(Clone)]
struct Path {
    /// `properties.inputDirectories[].path`
    name: String,
    /// The attribute of the parameters that it is a part of; empty for the parameters themselves.
    part: String,
    /// The model and the field of it that it is.
    field: Option<(&'static str, &'static str)>,
}

impl Path {
    fn member(&self, key: &str, attribute: &str) -> Path {
        let dot = if self.name.is_empty() { "" } else { "." };
        let part = if self.part.is_empty() { attribute.to_owned() } else { self.part.clone() };
        Path { name: format!("{}{dot}{key}", self.name), part, field: None }
    }

    fn item(&self) -> Path {
        Path { name: format!("{}[]", self.name), part: self.part.clone(), field: None }
    }
}

/// What a member of an object is.
struct Field<'a> {
    name: &'static str,
    ty: &'static Type,
    node: &'a Node,
    json: Span,
    path: Path,
}

impl Writer<'_> {
    fn note_code(&mut self, node: &Node) {
        match &node.value {
            Value::Code => drop(self.code.insert(node.span)),
            Value::List(items) => items.iter().for_each(|item| self.note_code(item)),
            Value::Map(members) => members.iter().for_each(|member| self.note_code(&member.node)),
            _ => {}
        }
    }

    /// The parameters: what stands below `properties`, and what older versions have beside it.
    fn file(&mut self, root: &Node, class: &'static str) {
        let top = Path { name: String::new(), part: String::new(), field: None };
        let start = self.out.len();
        self.out.push_str(&format!("models.{class}("));
        let mut fields = Vec::new();
        let inner = root.members().iter().rposition(|member| member.key == PROPERTIES);
        for (index, member) in root.members().iter().enumerate() {
            let path = top.member(&member.key, "");
            match member.key.as_str() {
                PROPERTIES if Some(index) == inner => {
                    fields.extend(self.fields(&member.node, class, &path));
                }
                "$schema" => self.apart(AtomKind::Schema, member.span, path),
                _ => fields.extend(self.field(root, index, class, &top)),
            }
        }
        self.arguments(fields, class);
        self.out.push(')');
        if let Some(member) = inner.and_then(|index| root.members().get(index)) {
            let python = Span::new(start, self.out.len());
            let path = Path { name: PROPERTIES.into(), part: String::new(), field: None };
            let kind = AtomKind::Parameters;
            self.atom(kind, member.span, member.node.span, Some((python, python)), path);
        }
    }

    /// The name of the experiment was a field of the job before it was an argument.
    fn experiment(&mut self, root: &Node) {
        let named = |member: &&Member| member.key == EXPERIMENT && member.node.text().is_some();
        let properties = root.get(PROPERTIES).map(Node::members).unwrap_or_default();
        let Some(member) = properties.iter().rev().find(named) else {
            self.out.push_str(&format!("'{GIVEN}', "));
            return;
        };
        let start = self.out.len();
        self.scalar(&member.node, "str");
        let python = Span::new(start, self.out.len());
        self.out.push_str(", ");
        let path = Path { name: format!("{PROPERTIES}.{EXPERIMENT}"), part: "experiment_name".into(), field: None };
        self.atom(AtomKind::Field, member.span, member.node.span, Some((python, python)), path);
    }

    fn atom(&mut self, kind: AtomKind, json: Span, value: Span, python: Option<(Span, Span)>, path: Path) {
        let is_code = match kind {
            AtomKind::Form => self.code.iter().any(|code| value.contains(*code)),
            _ => self.code.contains(&value),
        };
        self.atoms.push(Atom {
            kind,
            path: path.name,
            field: path.field,
            part: path.part,
            is_code,
            json,
            value,
            python,
        });
    }

    /// A member that the program does not have.
    fn apart(&mut self, kind: AtomKind, json: Span, path: Path) {
        self.atom(kind, json, json, None, path);
    }

    /// The same for a member with all that is in it.
    fn all_apart(&mut self, node: &Node, json: Span, path: Path) {
        for inner in node.members() {
            self.all_apart(&inner.node, inner.span, path.member(&inner.key, ""));
        }
        if let Value::List(items) = &node.value {
            items.iter().filter(|item| !item.members().is_empty()).for_each(|item| {
                self.all_apart(item, item.span, path.item());
            });
        }
        self.atom(AtomKind::Left, json, node.span, None, path);
    }

    fn fields<'n>(&mut self, node: &'n Node, class: &'static str, path: &Path) -> Vec<Field<'n>> {
        (0..node.members().len()).filter_map(|index| self.field(node, index, class, path)).collect()
    }

    /// A member as a field of a model, if it is one.
    fn field<'n>(&mut self, node: &'n Node, index: usize, class: &'static str, path: &Path) -> Option<Field<'n>> {
        let member = &node.members()[index];
        let forms = sdk::batchai().model(class);
        let known = forms.iter().flat_map(|form| &form.fields).filter(|field| field.constructor);
        let Some(field) = known.into_iter().find(|field| field.is_called(&member.key)) else {
            self.apart(AtomKind::Unknown, member.span, path.member(&member.key, ""));
            return None;
        };
        let path = Path { field: Some((class, field.name)), ..path.member(&member.key, field.name) };
        if self.atoms.iter().any(|atom| atom.json == member.span) {
            return None;
        }
        if self.left.contains(&path.part.as_str()) {
            self.all_apart(&member.node, member.span, path);
            return None;
        }
        if node.members()[index + 1..].iter().any(|later| field.is_called(&later.key)) {
            self.apart(AtomKind::Repeated, member.span, path);
            return None;
        }
        if field.name == "cluster" && member.node.get("id").and_then(Node::text).is_some_and(|id| !id.contains('/')) {
            self.apart(AtomKind::Cluster, member.span, path);
            return None;
        }
        if !fits(&member.node, &field.ty) {
            self.atom(AtomKind::Form, member.span, member.node.span, None, path);
            return None;
        }
        Some(Field { name: field.name, ty: &field.ty, node: &member.node, json: member.span, path })
    }

    fn arguments(&mut self, fields: Vec<Field<'_>>, class: &'static str) {
        let completed = completed(class, &fields);
        let mut first = true;
        for field in fields {
            self.out.push_str(if std::mem::take(&mut first) { "" } else { ", " });
            let start = self.out.len();
            self.out.push_str(field.name);
            self.out.push('=');
            let value = self.out.len();
            self.value(field.node, field.ty, &field.path);
            let python = (Span::new(start, self.out.len()), Span::new(value, self.out.len()));
            self.atom(AtomKind::Field, field.json, field.node.span, Some(python), field.path);
        }
        for (name, value) in completed {
            self.out.push_str(if std::mem::take(&mut first) { "" } else { ", " });
            self.out.push_str(&format!("{name}={value}"));
        }
    }

    fn value(&mut self, node: &Node, ty: &'static Type, path: &Path) {
        match (&node.value, ty) {
            (Value::Null, _) => self.out.push_str("None"),
            (Value::Map(_), Type::Model(class)) => {
                self.out.push_str(&format!("models.{class}("));
                let fields = self.fields(node, class, path);
                self.arguments(fields, class);
                self.out.push(')');
            }
            (Value::List(items), Type::List(inner)) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.out.push_str(if index == 0 { "" } else { ", " });
                    self.item(item, inner, &path.item());
                }
                self.out.push(']');
            }
            (Value::Map(members), _) => {
                self.out.push('{');
                for (index, member) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    self.out.push_str(&format!("{comma}{}: ", python_string(&member.key, '\'')));
                    self.scalar(&member.node, "str");
                }
                self.out.push('}');
            }
            (_, Type::Plain(plain)) => self.scalar(node, plain),
            _ => self.scalar(node, "str"),
        }
    }

    fn item(&mut self, node: &Node, ty: &'static Type, path: &Path) {
        let start = self.out.len();
        self.value(node, ty, path);
        if matches!(ty, Type::Model(_)) {
            let python = Span::new(start, self.out.len());
            self.atom(AtomKind::Field, node.span, node.span, Some((python, python)), path.clone());
        }
    }

    /// A value as the SDK would have sent it: numbers in quotes are numbers where numbers are wanted.
    fn scalar(&mut self, node: &Node, plain: &str) {
        let is_number = ["int", "float"].contains(&plain);
        match &node.value {
            Value::Number(number) if is_number => self.out.push_str(number),
            Value::Text(text) if is_number && text.trim().parse::<i64>().is_ok() => self.out.push_str(text.trim()),
            Value::Text(text) => self.out.push_str(&python_string(text, '\'')),
            Value::Bool(value) if plain != "str" => self.out.push_str(if *value { "True" } else { "False" }),
            Value::Code => self.out.push_str(node.span.of(self.json)),
            _ => self.out.push_str(&python_string(node.span.of(self.json), '\'')),
        }
    }
}

/// Whether a value has the form of a type.
fn fits(node: &Node, ty: &Type) -> bool {
    match (&node.value, ty) {
        (Value::Null, _) | (Value::Map(_), Type::Model(_)) => true,
        (Value::List(items), Type::List(inner)) => items.iter().all(|item| fits(item, inner)),
        (Value::Map(members), Type::Dict(inner)) => members.iter().all(|member| fits(&member.node, inner)),
        (Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Code, Type::Enum(_) | Type::Plain(_)) => true,
        _ => false,
    }
}

/// What `az batchai` filled in: from its own arguments and variables, and the account from the address of the share.
fn completed(class: &str, fields: &[Field<'_>]) -> Vec<(&'static str, String)> {
    if !["AzureFileShareReference", "AzureBlobFileSystemReference"].contains(&class) {
        return Vec::new();
    }
    let given = |name: &str| fields.iter().find(|field| field.name == name && !matches!(field.node.value, Value::Null));
    let mut completed = Vec::new();
    if given("account_name").is_none() {
        let url = given("azure_file_url").and_then(|field| field.node.text());
        let host = url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
        let account = host.and_then(|host| host.split_once(".file.")).map_or(STORAGE_ACCOUNT, |(account, _)| account);
        completed.push(("account_name", python_string(account, '\'')));
    }
    // The preview of 2017 had another name for them.
    if given("credentials").is_none() && given("credentials_info").is_none() {
        let key = python_string(KEY, '\'');
        completed.push(("credentials", format!("models.AzureStorageCredentialsInfo(account_key={key})")));
    }
    completed
}
