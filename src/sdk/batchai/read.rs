//! Reads `inventory/batchai.json` into a [`Surface`]: the notation of the file, and nothing that a user of the
//! surface sees.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::super::signature::Signature;
use super::{Client, Enum, EnumMember, Field, Model, Operation, OperationKind, Outside, Pager, Surface, Type};

/// The surface that the inventory's text describes.
pub fn surface(text: &'static str) -> Surface {
    // The text is part of the program, and every test of this module reads it: this cannot fail at a user's place.
    let raw: Raw<'static> =
        serde_json::from_str(text).unwrap_or_else(|error| unreachable!("inventory/batchai.json: {error}"));
    raw.surface()
}

/// The file as it is written.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    versions: Vec<&'a str>,
    #[serde(borrow)]
    clients: BTreeMap<&'a str, Vec<RawClient<'a>>>,
    #[serde(borrow)]
    operations: BTreeMap<&'a str, BTreeMap<&'a str, Vec<RawOperation<'a>>>>,
    #[serde(borrow)]
    models: BTreeMap<&'a str, Vec<RawModel<'a>>>,
    #[serde(borrow)]
    enums: BTreeMap<&'a str, BTreeMap<&'a str, RawMember<'a>>>,
    #[serde(borrow)]
    pagers: BTreeMap<&'a str, Vec<RawPager<'a>>>,
    #[serde(borrow)]
    results: BTreeMap<&'a str, Vec<RawOutside<'a>>>,
    #[serde(borrow)]
    exceptions: BTreeMap<&'a str, Vec<RawOutside<'a>>>,
    #[serde(borrow)]
    model_methods: Vec<&'a str>,
}

#[derive(Deserialize)]
struct RawClient<'a> {
    versions: Vec<&'a str>,
    params: &'a str,
    #[serde(borrow)]
    groups: BTreeMap<&'a str, &'a str>,
    attributes: Vec<&'a str>,
    methods: Vec<&'a str>,
}

#[derive(Deserialize)]
struct RawOperation<'a> {
    versions: Vec<&'a str>,
    kind: OperationKind,
    returns: Option<&'a str>,
    params: &'a str,
}

#[derive(Deserialize)]
struct RawModel<'a> {
    #[serde(borrow)]
    versions: Vec<&'a str>,
    positional: bool,
    fields: Vec<&'a str>,
}

#[derive(Deserialize)]
struct RawMember<'a> {
    value: &'a str,
    versions: Vec<&'a str>,
}

#[derive(Deserialize)]
struct RawPager<'a> {
    #[serde(borrow)]
    versions: Vec<&'a str>,
    of: &'a str,
}

#[derive(Deserialize)]
struct RawOutside<'a> {
    #[serde(borrow)]
    versions: Vec<&'a str>,
    #[serde(borrow)]
    members: Vec<&'a str>,
}

impl Raw<'static> {
    fn surface(self) -> Surface {
        let types =
            Types { enums: self.enums.keys().copied().collect(), models: self.models.keys().copied().collect() };
        let operations = self.operations.into_iter().map(|(group, methods)| {
            let forms =
                |forms: Vec<RawOperation<'static>>| forms.into_iter().map(|form| types.operation(form)).collect();
            (group, methods.into_iter().map(|(name, list)| (name, forms(list))).collect())
        });
        let models = self
            .models
            .into_iter()
            .map(|(name, forms)| (name, forms.into_iter().map(|form| types.model(form)).collect()));
        let pager = |form: RawPager<'static>| Pager { versions: form.versions, of: types.read(form.of) };
        let pagers = self.pagers.into_iter().flat_map(|(name, forms)| forms.into_iter().map(move |form| (name, form)));
        Surface {
            versions: self.versions,
            clients: self.clients.into_iter().map(|(name, forms)| (name, client(forms))).collect(),
            operations: operations.collect(),
            models: models.collect(),
            enums: self.enums.into_iter().map(|(name, members)| (name, enumeration(members))).collect(),
            pagers: pagers.map(|(name, form)| (name, pager(form))).collect(),
            results: outside(self.results),
            exceptions: outside(self.exceptions),
            model_methods: self.model_methods,
        }
    }
}

fn outside(classes: BTreeMap<&'static str, Vec<RawOutside<'static>>>) -> BTreeMap<&'static str, Vec<Outside>> {
    let form = |form: RawOutside<'static>| Outside { versions: form.versions, members: form.members };
    classes.into_iter().map(|(name, forms)| (name, forms.into_iter().map(form).collect())).collect()
}

/// One client out of its forms, newest first.
fn client(forms: Vec<RawClient<'static>>) -> Client {
    let params = forms.first().map_or_else(Vec::new, |newest| Signature::parse(newest.params).params);
    let mut client = Client { params, ..Client::default() };
    for form in forms {
        let params = Signature::parse(form.params).params.into_iter().map(|param| param.name);
        let others = form.groups.keys().chain(&form.attributes).chain(&form.methods).copied();
        for member in params.chain(others) {
            client.members.entry(member).or_default().extend(&form.versions);
        }
        client.versions.extend(form.versions);
        client.groups.extend(form.groups);
        client.attributes.extend(form.attributes);
        client.methods.extend(form.methods);
    }
    for names in [&mut client.attributes, &mut client.methods] {
        names.sort_unstable();
        names.dedup();
    }
    client.groups.sort_unstable();
    client.groups.dedup();
    client
}

fn enumeration(members: BTreeMap<&'static str, RawMember<'static>>) -> Enum {
    let members = members.into_iter();
    Enum { members: members.map(|(name, m)| EnumMember { name, value: m.value, versions: m.versions }).collect() }
}

/// The names that a type in the file can refer to.
struct Types {
    enums: HashSet<&'static str>,
    models: HashSet<&'static str>,
}

impl Types {
    /// `[X]` is a list, `{X}` a dict, a known name a model or an enum.
    fn read(&self, text: &'static str) -> Type {
        if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            return Type::List(Box::new(self.read(inner)));
        }
        if let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            return Type::Dict(Box::new(self.read(inner)));
        }
        match (self.models.contains(text), self.enums.contains(text)) {
            (true, _) => Type::Model(text),
            (_, true) => Type::Enum(text),
            _ => Type::Plain(text),
        }
    }

    fn operation(&self, raw: RawOperation<'static>) -> Operation {
        let signature = Signature::parse(raw.params);
        let types = signature.types.iter().map(|(name, ty)| (*name, self.read(ty))).collect();
        let returns = raw.returns.map(|ty| self.read(ty));
        Operation {
            versions: raw.versions,
            params: signature.params,
            open: signature.open,
            returns,
            kind: raw.kind,
            types,
        }
    }

    fn model(&self, raw: RawModel<'static>) -> Model {
        let fields = raw.fields.iter().map(|text| self.field(text)).collect();
        Model { versions: raw.versions, fields, positional: raw.positional }
    }

    /// `name: Type`, with `!` behind the name of a required field and `-` behind one that can only be read.
    fn field(&self, text: &'static str) -> Field {
        let (marked, ty) = text.split_once(": ").unwrap_or((text, "object"));
        let name = marked.trim_end_matches(['!', '-']);
        Field { name, ty: self.read(ty), required: marked.ends_with('!'), constructor: !marked.ends_with('-') }
    }
}
