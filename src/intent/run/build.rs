//! Calls of the SDKs: what they are called in the table, their arguments by name, and what they ask for.

use std::rc::Rc;

use super::function::Given;
use super::{Event, Run};
use crate::intent::lower;
use crate::intent::model::{At, Operation, Told};
use crate::intent::table::{self, table};
use crate::intent::value::{Cell, Class, Handle, Object, Value};
use crate::sdk::{self, Inventory, Param, Target};
use crate::syntax::ExprId;

/// The name of something of an SDK in the table, and its parameters in order.
pub(super) fn callee(path: &str) -> Option<(String, Vec<String>)> {
    if is_batch_ai(path) {
        let model = sdk::batchai().model(path).first();
        let fields = model.map(|m| m.fields.iter().filter(|f| f.constructor).map(|f| f.name.to_owned()).collect());
        let client = || sdk::batchai().client(path).map(|c| c.params.iter().map(|p| p.name.to_owned()).collect());
        return Some((path.to_owned(), fields.or_else(client).unwrap_or_default()));
    }
    if path.starts_with("asked.") {
        return Some((path.to_owned(), table().params(path)));
    }
    let (prefix, inventory) = match path {
        _ if path.starts_with("azure.ai.ml") => ("v2", sdk::inventory(Target::V2)),
        _ if path.starts_with("azureml.") => ("v1", sdk::inventory(Target::V1)),
        _ => return None,
    };
    let mut parts = path.rsplit('.');
    let (last, owner) = (parts.next()?, parts.next()?);
    if let Some(symbol) = inventory.symbol(path) {
        let key = format!("{prefix}.{last}");
        return Some((key, names(symbol.params.as_deref().unwrap_or_default())));
    }
    let class = path.rsplit_once('.')?.0;
    inventory.symbol(class)?;
    let key = format!("{prefix}.{owner}.{last}");
    Some((key, method(inventory, class, last)))
}

fn method(inventory: &Inventory, class: &str, name: &str) -> Vec<String> {
    let member = inventory.symbol(class).and_then(|symbol| inventory.possible_member(symbol.name, name));
    member.and_then(|member| member.params).map(|params| names(&params)).unwrap_or_default()
}

fn names(params: &[Param]) -> Vec<String> {
    params.iter().filter(|p| p.positional).map(|p| p.name.to_owned()).collect()
}

/// The attribute of an `MLClient` that holds operations of this class.
pub(super) fn group(class: &str) -> Option<&'static str> {
    const GROUPS: [&str; 4] = ["compute", "jobs", "datastores", "workspaces"];
    let inventory = sdk::inventory(Target::V2);
    let client = inventory.symbol("azure.ai.ml.MLClient")?;
    GROUPS.into_iter().find(|group| {
        let member = inventory.member(client.name, group);
        member.and_then(|member| member.returns?.class) == Some(class)
    })
}

/// The parameters of a method of one of the client's groups.
pub(super) fn member(group: &str, name: &str) -> Vec<String> {
    let inventory = sdk::inventory(Target::V2);
    let client = inventory.symbol("azure.ai.ml.MLClient").and_then(|client| inventory.member(client.name, group));
    match client.and_then(|member| member.returns?.class) {
        Some(class) => method(inventory, class, name),
        None => Vec::new(),
    }
}

/// Whether a name is of Batch AI: a class, or a method of a group of operations.
pub(super) fn is_batch_ai(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    crate::resolve::is_class(first) || sdk::batchai().is_group(first)
}

/// Whether a name of the table is of Batch AI.
fn of_batch_ai(key: &str) -> bool {
    !key.starts_with("v1.") && !key.starts_with("v2.") && !key.starts_with("asked.")
}

impl Run<'_> {
    /// A call of an SDK, where it stands.
    pub(super) fn sdk_call(
        &mut self,
        key: &str,
        receiver: Option<Value>,
        given: Vec<Given>,
        params: &[String],
        call: ExprId,
    ) -> Value {
        let at = self.at(call);
        self.sdk_call_at(key, receiver, given, params, at)
    }

    /// The same, for what is no call.
    pub(super) fn sdk_call_at(
        &mut self,
        key: &str,
        receiver: Option<Value>,
        given: Vec<Given>,
        params: &[String],
        at: At,
    ) -> Value {
        let own = table().params(key);
        let params = if own.is_empty() { params } else { &own };
        let args = self.arguments(key, receiver.clone(), &given, params, at);
        if let Some(step) = table().step(key) {
            return self.step(step, receiver, args);
        }
        let rows: Vec<&table::Operation> = table().operations(key).collect();
        if rows.is_empty() {
            return match receiver {
                None => args,
                Some(object) => {
                    let name = key.rsplit('.').next().unwrap_or(key);
                    self.symbol(&format!("{}.{name}", self.state.code(&object)), &given)
                }
            };
        }
        let mut gives = Value::None;
        for row in rows {
            if row.named && lower::first(&self.state, &args, &row.on).is_none() {
                continue;
            }
            gives = self.operation(key, row, &args, at);
        }
        gives
    }

    /// The arguments of a call as an object of their own.
    fn arguments(&mut self, key: &str, receiver: Option<Value>, given: &[Given], params: &[String], at: At) -> Value {
        let (mut fields, mut open, mut next) = (Vec::new(), None, params.iter());
        fields.extend(receiver.map(|object| ("self".to_owned(), object, at)));
        for given in given {
            let name = match (&given.name, given.stars) {
                (Some(name), _) => Some(name.clone()),
                (None, 0) => next.next().cloned(),
                (None, _) => None,
            };
            match name {
                Some(name) => {
                    let value = match of_batch_ai(key) {
                        true => self.modelled(key, &name, &given.value, given.at),
                        false => given.value.clone(),
                    };
                    fields.push((name, value, given.at));
                }
                None => open = Some(format!("`{}` is unpacked", self.state.brief(&given.value))),
            }
        }
        self.state.add(Cell::Object(Object { class: Class::Sdk(key.into()), fields, open, at }))
    }

    fn step(&mut self, step: &table::Step, receiver: Option<Value>, args: Value) -> Value {
        if let Some(class) = &step.class {
            if let Value::Ref(place) = args
                && let Cell::Object(object) = self.state.cell_mut(place)
            {
                object.class = Class::Sdk(class.as_str().into());
            }
            return args;
        }
        let Some(object) = receiver else { return args };
        for (field, value) in &step.sets {
            self.store(&object, field, Value::text(value), At::default());
        }
        let taken: Vec<_> = self.state.object(&args).map(|o| o.fields.clone()).unwrap_or_default();
        for (name, value, at) in taken {
            if let Some(field) = step.takes.get(&name) {
                self.store(&object, field, value, at);
            }
        }
        object
    }

    fn operation(&mut self, key: &str, row: &table::Operation, args: &Value, at: At) -> Value {
        let find = |run: &Self, paths: &[String]| lower::first(&run.state, args, paths).map(|found| found.0);
        let name = find(self, &row.on).map(|value| lower::reference(&self.state, value));
        self.home(key, args, at);
        // What is looked up on a thing is called alike in both.
        if !of_batch_ai(key) && table().is_called(key) {
            self.log(Event::Sdk(key.split('.').next().unwrap_or_default().to_owned()));
        }
        let (mut does, mut kind) = (row.does.as_str(), row.thing.as_ref().map(|asked| asked.kind.as_str()));
        let mut hidden = false;
        if let Some(asked) = &row.thing {
            let mut subject = match asked.from.as_str() {
                "*" => args.clone(),
                from => find(self, &[from.to_owned()]).unwrap_or(Value::Missing),
            };
            if let (Some(again), Value::Handle(handle)) = (&row.again, &subject) {
                (does, kind) = (&again.does, Some(again.kind.as_str()));
                subject = self.changed(&handle.clone(), &again.kind, at);
            }
            hidden = matches!(subject, Value::Unknown(_)) && row.on.iter().all(|path| path.starts_with(&asked.from));
            self.hand_over(&subject, 0);
            let name = name.clone().filter(|_| !hidden);
            let more = self.more(row, args);
            let unfinished = self.is_unfinished(key, &subject);
            hidden |= unfinished;
            let asking = lower::Asking { kind: kind.unwrap_or_default(), name, more, at, unfinished };
            let things = lower::things(&self.state, &subject, asking);
            things.into_iter().for_each(|(kind, thing)| self.log(Event::Thing(kind, thing)));
        }
        if !does.is_empty() {
            // All of a kind are looked at, whichever is looked for.
            let on = if does.ends_with(".list") { None } else { name.as_ref() };
            let on = match hidden {
                true => Told::Unknown("its name is in an object that is made where it cannot be seen".to_owned()),
                false => lower::told(&self.state, on.unwrap_or(&Value::text("")), None),
            };
            self.log(Event::Operation(Operation { does: does.to_owned(), on, at }));
        }
        match &row.gives {
            Some(kind) => Value::Handle(Rc::new(Handle { kind: kind.clone(), name: name.unwrap_or(Value::Missing) })),
            None => Value::None,
        }
    }

    /// Notes that a value, and what is in it, was handed to Azure.
    fn hand_over(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Choice(choice) => {
                self.hand_over(&choice.1, depth);
                self.hand_over(&choice.2, depth);
            }
            Value::Ref(place) if depth < 8 && self.asked.insert(*place) => {
                let parts: Vec<Value> = match self.state.cell(*place) {
                    Cell::List(items, _) => items.clone(),
                    Cell::Dict(items, _) => items.iter().map(|(_, value, _)| value.clone()).collect(),
                    Cell::Object(object) => object.fields.iter().map(|(_, value, _)| value.clone()).collect(),
                };
                parts.iter().for_each(|part| self.hand_over(part, depth + 1));
            }
            _ => {}
        }
    }

    /// What is made and not handed to Azure here is asked for by whoever uses this program.
    pub(super) fn kept(&mut self) {
        for place in 0..self.state.len() {
            let Cell::Object(object) = self.state.cell(place) else { continue };
            let Class::Sdk(class) = &object.class else { continue };
            let kind = table().class(class).and_then(|class| class.kind.as_deref());
            let (Some(kind), false) = (kind, self.asked.contains(&place)) else { continue };
            let at = object.at;
            self.hand_over(&Value::Ref(place), 0);
            let asking = lower::Asking { kind, name: None, more: Vec::new(), at, unfinished: false };
            for (kind, thing) in lower::things(&self.state, &Value::Ref(place), asking) {
                let kind = if kind == "datastores" { kind } else { format!("kept {kind}") };
                self.log(Event::Thing(kind, thing));
            }
        }
    }

    /// Fields of a thing that are arguments of the call.
    fn more(&self, row: &table::Operation, args: &Value) -> Vec<(String, Value, At)> {
        let field = |(field, paths): (&String, &Vec<String>)| {
            let (value, at) = lower::first(&self.state, args, paths)?;
            Some((field.clone(), lower::reference(&self.state, value), at.unwrap_or_default()))
        };
        row.more.iter().filter_map(field).collect()
    }

    /// What is set on a thing that is there already, as an object of its own.
    fn changed(&mut self, handle: &Handle, kind: &str, at: At) -> Value {
        let fields = self.state.changes(handle);
        self.state.add(Cell::Object(Object { class: Class::Sdk(kind.into()), fields, open: None, at }))
    }

    /// Whether a call of Azure ML is given an object of Batch AI.
    fn is_unfinished(&self, key: &str, subject: &Value) -> bool {
        // What is changed of a thing that is there has a class of no SDK: its kind.
        let is_theirs = |class: &str| of_batch_ai(class) && class.starts_with(|c: char| c.is_ascii_uppercase());
        !of_batch_ai(key) && self.state.class(subject).is_some_and(|class| is_theirs(&class))
    }

    /// The workspace in which a call works.
    fn home(&mut self, key: &str, args: &Value, at: At) {
        let paths: [(&str, &str); 3] = match key {
            _ if key.starts_with("v2.") => [
                ("subscription", "self.subscription_id"),
                ("resource_group", "self.resource_group_name"),
                ("name", "self.workspace_name"),
            ],
            _ if of_batch_ai(key) => [
                ("subscription", "self.subscription_id"),
                ("resource_group", "resource_group_name"),
                ("name", "workspace_name"),
            ],
            _ => {
                let workspace = lower::first(&self.state, args, &["workspace".to_owned(), "self".to_owned()]);
                if let Some((Value::Unknown(_), _)) = workspace {
                    self.log(Event::Maybe(at, "workspaces.create".into()));
                }
                return;
            }
        };
        let found = paths.map(|(field, path)| (field, lower::first(&self.state, args, &[path.to_owned()])));
        let event = match &found {
            [_, (_, Some(_)), (_, Some(_))] => {
                Event::Thing("workspaces".into(), lower::workspace(&self.state, &found, at))
            }
            _ => Event::Maybe(at, "workspaces.create".into()),
        };
        self.log(event);
    }
}
