//! Ways to spoil a row, from its JSON: whatever keys a mapping has, so that a new key needs nothing here.

use serde_json::{Map, Value, json};

use super::template;

/// A spoilt value in the place of the right one, and what was done to it.
pub struct Spoilt {
    /// Which kind of mistake it is.
    pub area: &'static str,
    /// `fields.vm_size.to: dropped`
    pub what: String,
    /// The symbol with it.
    pub symbol: Value,
    /// Words of what was changed.
    pub about: Vec<String>,
}

/// The keys of a mapping whose texts people read.
const SENTENCES: [&str; 2] = ["note", "do"];

/// The keys whose texts are templates, of Python, of a shell or of `az ml`.
const TEMPLATES: [&str; 10] =
    ["code", "key", "home", "wait", "launch", "launch_config", "launch_first", "store", "then", "query"];

const FATES: [&str; 4] = ["exact", "drop", "approximate", "manual"];

const SHAPES: [&str; 10] =
    ["value", "call", "keywords", "pair", "statement", "manual", "drop", "job", "toolkit", "volumes"];

/// All ways to spoil what becomes of a symbol in one form (`both`, `v2`, `v1`, `v1-src`), or else what is said of it in all.
pub fn spoilt(symbol: &Value, form: &str, filters: &[String]) -> Vec<Spoilt> {
    let mut spoil = Spoil { filters, symbol, path: Vec::new(), about: Vec::new(), all: Vec::new() };
    if form == "row" {
        spoil.of_symbol();
    } else {
        spoil.path.push(form.to_owned());
        spoil.of_mapping(&symbol[form]);
    }
    spoil.all
}

struct Spoil<'a> {
    filters: &'a [String],
    symbol: &'a Value,
    path: Vec<String>,
    about: Vec<String>,
    all: Vec<Spoilt>,
}

impl Spoil<'_> {
    /// Another value at the path; none: the key goes.
    fn put(&mut self, area: &'static str, what: &str, new: Option<Value>) {
        self.put_about(area, what, new, Vec::new());
    }

    fn put_about(&mut self, area: &'static str, what: &str, new: Option<Value>, about: Vec<String>) {
        let mut symbol = self.symbol.clone();
        let (last, way) = self.path.split_last().expect("a path");
        let place = way.iter().fold(&mut symbol, |value, key| match value {
            Value::Array(items) => &mut items[key.parse::<usize>().expect("a number")],
            value => &mut value[key],
        });
        match (place, new) {
            (Value::Array(items), Some(new)) => items[last.parse::<usize>().expect("a number")] = new,
            (Value::Array(items), None) => drop(items.remove(last.parse::<usize>().expect("a number"))),
            (place, Some(new)) => place[last.as_str()] = new,
            (place, None) => drop(place.as_object_mut().expect("a table").shift_remove(last)),
        }
        if symbol == *self.symbol {
            return;
        }
        let shown = if self.path.len() > 1 { self.path[1..].join(".") } else { self.path.join(".") };
        let about = about.into_iter().chain(self.about.iter().cloned()).collect();
        self.all.push(Spoilt { area, what: format!("{shown}: {what}"), symbol, about });
    }

    fn at(&mut self, key: &str, work: impl FnOnce(&mut Self)) {
        self.path.push(key.to_owned());
        work(self);
        self.path.pop();
    }

    fn of_mapping(&mut self, mapping: &Value) {
        for (key, value) in mapping.as_object().expect("a table") {
            self.at(key, |this| this.of_key(key, value));
        }
        if mapping.get("poller").is_none() && mapping.get("code").is_some() {
            self.at("poller", |this| this.put("poller", "true", Some(json!(true))));
        }
        if mapping.get("shape").is_none() && mapping.get("code").is_some() {
            self.at("shape", |this| this.put("shape", "statement", Some(json!("statement"))));
        }
    }

    fn of_key(&mut self, key: &str, value: &Value) {
        match (key, value) {
            ("fields" | "there", Value::Object(fields)) => self.of_fields(fields),
            ("manual" | "drop", Value::Object(sentences)) => self.of_sentences(key, sentences),
            (_, Value::Object(entries)) => self.of_entries(entries),
            (_, Value::Array(items)) => self.of_items(key, items),
            ("poller", _) => self.put("poller", "dropped", None),
            ("is_name", _) => self.put("is_name", "dropped", None),
            (_, Value::String(text)) => self.of_text(key, text),
            _ => panic!("{}: nothing is known to spoil {value}", self.path.join(".")),
        }
    }

    fn of_text(&mut self, key: &str, text: &str) {
        if SENTENCES.contains(&key) {
            self.put("sentence", "changed", Some(json!(format!("{text}, perhaps"))));
        } else if TEMPLATES.contains(&key) {
            self.put("key dropped", "dropped", None);
            self.of_template(text);
        } else if key == "fate" {
            self.of_fate(text);
        } else if key == "shape" {
            let at = SHAPES.iter().position(|shape| *shape == text).expect("a shape");
            let other = if text == "value" { "statement" } else { SHAPES[(at + 1) % SHAPES.len()] };
            self.put("shape", &format!("`{other}`"), Some(json!(other)));
            self.put("shape", "dropped", None);
        } else if key == "filter" {
            self.put("filter", "dropped", None);
            let at = self.filters.iter().position(|filter| filter == text).expect("a filter");
            let other = self.filters[(at + 1) % self.filters.len()].clone();
            self.put("filter", &format!("`{other}`"), Some(json!(other)));
        } else {
            // Classes, keywords and options.
            self.put("key dropped", "dropped", None);
            self.put("name changed", "changed", Some(json!(format!("{text}x"))));
        }
    }

    fn of_template(&mut self, text: &str) {
        for spoilt in template::spoilt(text) {
            self.put_about(spoilt.area, &spoilt.what, Some(json!(spoilt.text)), spoilt.about);
        }
    }

    fn of_fate(&mut self, fate: &str) {
        for other in FATES.iter().filter(|other| **other != fate) {
            self.put("fate", &format!("`{other}`"), Some(json!(other)));
        }
    }

    fn of_fields(&mut self, fields: &Map<String, Value>) {
        for (name, field) in fields {
            self.about = vec![name.clone()];
            self.at(name, |this| {
                this.put("field dropped", "dropped", None);
                match field {
                    Value::String(to) => {
                        this.put("keyword", "dropped", Some(json!({})));
                        this.put("keyword", "changed", Some(json!(format!("{to}x"))));
                        this.put("fate", "`approximate`", Some(json!({ "to": to, "fate": "approximate" })));
                    }
                    Value::Object(parts) => {
                        for (key, value) in parts {
                            this.at(key, |this| this.of_key(key, value));
                        }
                        if !parts.contains_key("fate") {
                            this.at("fate", |this| this.put("fate", "`approximate`", Some(json!("approximate"))));
                        }
                    }
                    other => panic!("{name}: {other}"),
                }
            });
        }
        self.swapped("fields swapped", fields);
        self.about.clear();
    }

    /// What is left to a person goes instead, and what goes is left.
    fn of_sentences(&mut self, key: &str, sentences: &Map<String, Value>) {
        let other = if key == "manual" { "drop" } else { "manual" };
        for (name, sentence) in sentences {
            self.about = vec![name.clone()];
            self.at(name, |this| {
                this.put("field dropped", "dropped", None);
                let text = sentence.as_str().expect("a sentence");
                this.put("sentence", "changed", Some(json!(format!("{text}, perhaps"))));
            });
            let mut moved = self.symbol[&self.path[0]].clone();
            moved[key].as_object_mut().expect("a table").shift_remove(name);
            moved[other][name] = sentence.clone();
            let way = std::mem::take(&mut self.path);
            self.path = way[..1].to_vec();
            self.put("fate", &format!("{key}.{name} is in `{other}`"), Some(moved));
            self.path = way;
        }
        self.swapped("sentence", sentences);
        self.about.clear();
    }

    /// Any other table: `distribution`, `export`, `output` …
    fn of_entries(&mut self, entries: &Map<String, Value>) {
        for (name, value) in entries {
            self.about = vec![name.clone()];
            self.at(name, |this| {
                this.put("entry dropped", "dropped", None);
                let text = value.as_str().expect("a text");
                this.put("entry changed", "changed", Some(json!(format!("{text}x"))));
                if text.contains("{{") {
                    this.of_template(text);
                }
            });
        }
        self.swapped("entries swapped", entries);
        self.about.clear();
    }

    /// Neighbours exchange their values.
    fn swapped(&mut self, area: &'static str, entries: &Map<String, Value>) {
        let pairs: Vec<(&String, &Value)> = entries.iter().collect();
        for pair in pairs.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
            let mut swapped = entries.clone();
            swapped[pair[0].0] = pair[1].1.clone();
            swapped[pair[1].0] = pair[0].1.clone();
            let what = format!("`{}` and `{}` exchanged", pair[0].0, pair[1].0);
            self.put_about(area, &what, Some(Value::Object(swapped)), vec![pair[0].0.clone(), pair[1].0.clone()]);
        }
    }

    fn of_items(&mut self, key: &str, items: &[Value]) {
        for (index, item) in items.iter().enumerate() {
            self.at(&index.to_string(), |this| match item {
                Value::String(text) => {
                    this.put("item dropped", &format!("without `{text}`"), None);
                    if key == "packages" {
                        this.put("name changed", "changed", Some(json!(format!("{text}1"))));
                    }
                }
                Value::Object(parts) => {
                    this.put("item dropped", "dropped", None);
                    for (key, value) in parts {
                        this.at(key, |this| this.of_key(key, value));
                    }
                }
                other => panic!("{key}: {other}"),
            });
        }
    }

    /// What holds in every target: how it is called and what it gives.
    fn of_symbol(&mut self) {
        let symbol = self.symbol.as_object().expect("a table");
        for (key, value) in symbol {
            self.path = vec![key.clone()];
            match (key.as_str(), value) {
                // Without its name it is not found at all.
                ("source" | "both" | "v2" | "v1" | "v1-src", _) => {}
                ("kind", Value::String(kind)) => {
                    let other = if kind == "model" { "helper" } else { "model" };
                    self.put("kind", &format!("`{other}`"), Some(json!(other)));
                }
                ("returns" | "of", Value::String(text)) => {
                    self.put("result", "dropped", None);
                    self.put("result", "changed", Some(json!(format!("{text}x"))));
                }
                ("attributes", Value::Object(entries)) => self.of_entries(entries),
                ("params" | "older", Value::Array(params)) => self.of_params(params),
                _ => panic!("{key}: nothing is known to spoil {value}"),
            }
        }
    }

    fn of_params(&mut self, params: &[Value]) {
        let options = params.first().and_then(Value::as_str).is_some_and(|first| first.starts_with("--"));
        for (index, param) in params.iter().enumerate() {
            let name = param.as_str().expect("a name");
            self.about = vec![name.trim_end_matches('?').to_owned()];
            self.at(&index.to_string(), |this| this.put("parameter", &format!("without `{name}`"), None));
        }
        for index in (1..params.len()).filter(|_| !options) {
            let mut swapped = params.to_vec();
            swapped.swap(index - 1, index);
            let about = [&params[index - 1], &params[index]]
                .map(|p| p.as_str().unwrap_or_default().trim_end_matches('?').to_owned());
            let what = format!("{} and {} exchanged", params[index - 1], params[index]);
            self.put_about("parameter", &what, Some(Value::Array(swapped)), about.to_vec());
        }
        self.about.clear();
    }
}
