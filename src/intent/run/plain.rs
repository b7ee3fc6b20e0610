//! Plain dictionaries where Batch AI's SDK wants models: it takes them, with keys as Python or as REST spells them.
//!
//! A key that no form of the model has leaves the object open; it is not guessed at.

use super::Run;
use crate::intent::model::At;
use crate::intent::value::{Cell, Class, Object, Pair, Value};
use crate::sdk;
use crate::sdk::batchai::{Field, Type};

/// The level of REST's JSON that Python does not have.
const FLATTENED: &str = "properties";
/// How deep dictionaries are read.
const DEPTH: usize = 12;

impl Run<'_> {
    /// An argument of Batch AI's SDK, as the model that it stands for.
    pub(super) fn modelled(&mut self, key: &str, name: &str, value: &Value, at: At) -> Value {
        let surface = sdk::batchai();
        let (group, method) = key.rsplit_once('.').unwrap_or_default();
        let parameter = surface.operations(group, method).iter().find_map(|operation| operation.parameter_type(name));
        match parameter.or_else(|| surface.attribute(key, name)) {
            Some(ty) => self.as_model(ty, value, at, 0),
            None => value.clone(),
        }
    }

    fn as_model(&mut self, ty: &Type, value: &Value, at: At, depth: usize) -> Value {
        let Value::Ref(place) = value else { return value.clone() };
        match (ty, self.state.cell(*place).clone()) {
            (Type::Model(class), Cell::Dict(items, open)) if depth < DEPTH => {
                self.object_of(class, &items, open, at, depth)
            }
            (Type::List(inner), Cell::List(items, open)) if depth < DEPTH => {
                let items = items.iter().map(|item| self.as_model(inner, item, at, depth + 1)).collect();
                self.state.add(Cell::List(items, open))
            }
            _ => value.clone(),
        }
    }

    fn object_of(&mut self, class: &str, items: &[Pair], open: bool, at: At, depth: usize) -> Value {
        let (mut fields, mut unknown) = (Vec::new(), open.then(|| "it may have more keys".to_owned()));
        for (key, value, place) in self.flattened(class, items) {
            match key.known().and_then(|key| field(class, &key)) {
                Some(field) => {
                    let value = self.as_model(&field.ty, &value, place, depth + 1);
                    fields.push((field.name.to_owned(), value, place));
                }
                None => unknown = Some(format!("`{class}` has no `{}`", self.state.shown(&key))),
            }
        }
        self.state.add(Cell::Object(Object { class: Class::Sdk(class.into()), fields, open: unknown, at }))
    }

    /// The items, those below `properties` among them.
    fn flattened(&self, class: &str, items: &[Pair]) -> Vec<Pair> {
        let is_level = sdk::batchai().attribute(class, FLATTENED).is_none();
        let below = |(key, value, _): &Pair| match key.known() {
            Some(key) if key == FLATTENED && is_level => self.state.dict(value).map(|(items, _)| items.to_vec()),
            _ => None,
        };
        items.iter().flat_map(|item| below(item).unwrap_or_else(|| vec![item.clone()])).collect()
    }
}

/// The field that a key names, as the SDK compares them: `node_count`, `nodeCount` or `nodecount`.
fn field(class: &str, key: &str) -> Option<&'static Field> {
    let is_it = |name: &str| key == name || !key.contains('_') && key.to_lowercase() == name.replace('_', "");
    let fields = sdk::batchai().model(class).iter().flat_map(|form| &form.fields);
    fields.filter(|field| field.constructor).find(|field| is_it(field.name))
}
