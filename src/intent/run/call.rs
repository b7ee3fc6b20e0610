//! Calls: of the program's own code, of the SDKs, and of what is built into Python.

use super::build::{callee, is_batch_ai};
use super::function::Given;
use super::{Event, Run};
use crate::find::{Site, SiteKind};
use crate::intent::model::At;
use crate::intent::table;
use crate::intent::value::{Cell, Class, Closure, Object, Piece, Value};
use crate::resolve::is_for_each;
use crate::syntax::{Arg, ExprId, ExprKind};

/// Built-in functions that give the same elements.
const SAME: [&str; 5] = ["list", "tuple", "sorted", "set", "iter"];
/// Ends of names that Python has by itself.
const BUILT_IN: [&str; 5] = ["Error", "Exception", "Exit", "Interrupt", "Warning"];
/// Functions and methods that run a function later, with the arguments behind it.
const LATER: [&str; 5] = ["submit", "run_in_executor", "register", "callback", "to_thread"];
/// Functions of no consequence for what they are given.
const HARMLESS: [&str; 12] =
    ["print", "len", "str", "repr", "type", "isinstance", "getattr", "hasattr", "vars", "id", "dir", "display"];

impl<'a> Run<'a> {
    pub(super) fn call(&mut self, id: ExprId, func: ExprId, args: &[Arg]) -> Value {
        if !self.spend() {
            return Value::unknown(self.source(id));
        }
        if let Some(site) = self.site(id) {
            let called = match site.kind {
                SiteKind::Later(operation) => args[operation].value,
                _ => func,
            };
            return self.batch_ai(id, called, site);
        }
        if let Some((operation, rest)) = self.later(func, args) {
            let given = self.given(rest);
            return self.apply(&operation, given, id);
        }
        match self.ast().kind(func) {
            ExprKind::Attribute { value, attr, .. } => self.method_call(id, func, *value, attr, args),
            _ => {
                let callee = self.eval(func);
                let given = self.given(args);
                self.apply(&callee, given, id)
            }
        }
    }

    /// What a call of something else calls later, and the arguments for that: an operation of a client, a function that stands
    /// in the call, or one of the program.
    fn later<'b>(&mut self, func: ExprId, args: &'b [Arg]) -> Option<(Value, &'b [Arg])> {
        let ast = self.ast();
        // What a call gives is not asked for twice.
        let dotted = ast.dotted(func)?;
        let by = dotted.rsplit('.').next().unwrap_or_default();
        if by.ends_with("partial") || is_for_each(ast, func) {
            return None;
        }
        for (at, arg) in args.iter().enumerate().filter(|(_, arg)| arg.name.is_none() && arg.stars == 0) {
            let is_thunk = match ast.kind(arg.value) {
                ExprKind::Attribute { .. } if ast.dotted(arg.value).is_some() => false,
                ExprKind::Name(_) if LATER.contains(&by) => true,
                ExprKind::Lambda { params, .. } if params.is_empty() => true,
                _ => continue,
            };
            let called = self.eval(arg.value);
            let is_later = match &called {
                Value::Function(_) => is_thunk,
                Value::Method(method) => is_operation(method),
                _ => false,
            };
            if is_later {
                // A function of the program calls it itself.
                let is_own = matches!(self.eval(func), Value::Function(_));
                return (!is_own).then_some((called, &args[at + 1..]));
            }
        }
        None
    }

    /// A class that nothing in the program brings in.
    pub(super) fn undefined(&mut self, id: ExprId) {
        let Some(name) = self.ast().name(id) else { return };
        let is_class =
            name.starts_with(|c: char| c.is_ascii_uppercase()) && !BUILT_IN.iter().any(|end| name.ends_with(end));
        let resolved = &self.unit().module.resolved;
        let binds_here = || resolved.defs_named(name).any(|(_, def)| resolved.owner(id) == Some(def.stmt));
        let is_known = !resolved.reaching(id).is_empty() || resolved.binds(name) || resolved.ty(id).is_known();
        let is_bound = is_known || binds_here();
        if is_class && !is_bound && resolved.stars().is_empty() {
            let why = format!("nothing in the program says what `{name}` is");
            self.log(Event::Unread(self.at(id), why));
        }
    }

    /// The use of Batch AI that a call is.
    fn site(&self, id: ExprId) -> Option<&'a Site> {
        let sites = self.unit().sites;
        let site = sites.at(id).map(|site| sites.get(site))?;
        let is_ours = is_batch_ai(&site.symbol) || site.symbol.starts_with("utilities");
        (is_ours && (site.is_call() || site.kind == SiteKind::Guess)).then_some(site)
    }

    /// The arguments of a call, in their order.
    pub(super) fn given(&mut self, args: &[Arg]) -> Vec<Given> {
        let mut given = Vec::new();
        for arg in args {
            let at = At::new(self.here, arg.span);
            let value = self.eval(arg.value);
            let name = arg.name.as_ref().map(|(name, _)| name.clone());
            self.spread(Given { name, value, stars: arg.stars, at }, &mut given);
        }
        given
    }

    /// An argument that is unpacked becomes the ones in it, if they are known.
    pub(super) fn spread(&self, arg: Given, given: &mut Vec<Given>) {
        let Given { value, stars, at, .. } = &arg;
        match stars {
            1 => match self.state.items(value) {
                Some(items) => {
                    given.extend(items.iter().map(|v| Given { name: None, value: v.clone(), stars: 0, at: *at }));
                }
                None => given.push(arg),
            },
            2 => {
                if let Value::Choice(choice) = value {
                    return self.spread_choice(choice, &arg, given);
                }
                let Some((items, open)) = self.state.dict(value) else { return given.push(arg) };
                for (key, value, at) in items {
                    given.push(Given { name: key.known(), value: value.clone(), stars: 0, at: *at });
                }
                if open {
                    given.push(arg);
                }
            }
            _ => given.push(arg),
        }
    }

    /// One of two dictionaries, unpacked: each key has what it has in either.
    fn spread_choice(&self, choice: &(String, Value, Value), arg: &Given, given: &mut Vec<Given>) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        self.spread(Given { value: choice.1.clone(), ..arg.clone() }, &mut yes);
        self.spread(Given { value: choice.2.clone(), ..arg.clone() }, &mut no);
        let find = |list: &[Given], name: &Option<String>| {
            list.iter().find(|g| g.name == *name).map_or(Value::Missing, |g| g.value.clone())
        };
        let only = no.iter().filter(|g| g.stars == 0 && yes.iter().all(|other| other.name != g.name));
        for one in yes.iter().chain(only) {
            let value = Value::choice(&choice.0, find(&yes, &one.name), find(&no, &one.name));
            given.push(if one.stars > 0 { one.clone() } else { Given { value, ..one.clone() } });
        }
    }

    /// Calls a value.
    pub(super) fn apply(&mut self, callee: &Value, given: Vec<Given>, call: ExprId) -> Value {
        match callee {
            Value::Function(closure) => {
                let closure: Closure = (**closure).clone();
                self.call_closure(&closure, given, Some(call))
            }
            Value::Class(class) => self.construct(*class, given, call),
            Value::Symbol(path) => self.call_symbol(path, given, call),
            Value::Method(method) => self.call_method(&method.0.clone(), &method.1.clone(), given, call),
            Value::Unknown(name) if self.is_builtin(name) => self.built_in(&name.clone(), given, call),
            Value::Ref(_) if self.state.class(callee).as_deref() == Some("v2.command") => self.copied(callee),
            _ => self.beyond(callee, given),
        }
    }

    /// A job that is called gives another one like it, without its name and experiment.
    fn copied(&mut self, job: &Value) -> Value {
        let Some(object) = self.state.object(job) else { return job.clone() };
        let mut object = object.clone();
        object.fields.retain(|(name, ..)| !["name", "experiment_name"].contains(&name.as_str()));
        self.state.add(Cell::Object(object))
    }

    fn is_builtin(&self, name: &str) -> bool {
        !name.contains(['.', '(', ' ', '['])
    }

    /// A function that is not here: what it gives is a symbol, and what it is given it may change.
    pub(super) fn beyond(&mut self, callee: &Value, given: Vec<Given>) -> Value {
        let name = self.state.code(callee);
        for given in &given {
            if let Value::Ref(place) = given.value
                && let Cell::Object(object) = self.state.cell_mut(place)
                && matches!(object.class, Class::Sdk(_))
            {
                object.open = Some(format!("`{name}` may change it"));
            }
        }
        self.symbol(&name, &given)
    }

    /// `name(arguments)` as a symbol.
    pub(super) fn symbol(&self, name: &str, given: &[Given]) -> Value {
        let arg = |g: &Given| match &g.name {
            Some(name) => format!("{name}={}", self.state.code(&g.value)),
            None => format!("{}{}", "*".repeat(usize::from(g.stars)), self.state.code(&g.value)),
        };
        Value::unknown(format!("{name}({})", given.iter().map(arg).collect::<Vec<_>>().join(", ")))
    }

    fn built_in(&mut self, name: &str, given: Vec<Given>, call: ExprId) -> Value {
        let at = self.at(call);
        match (name, given.as_slice()) {
            ("dict", _) => self.make_dict(given, call),
            ("list" | "tuple", []) => self.state.add(Cell::List(Vec::new(), false)),
            (name, [Given { value, .. }, ..]) if SAME.contains(&name) => match self.state.items(value) {
                Some(items) => {
                    let items = items.to_vec();
                    self.state.add(Cell::List(items, false))
                }
                None => value.clone(),
            },
            // Lists put together: where all of them are the same list, it is that one.
            ("sum", [lists, start]) if self.state.items(&start.value).is_some_and(<[_]>::is_empty) => {
                let all = match &lists.value {
                    Value::Ref(place) => self.state.only(*place).map(std::slice::from_ref),
                    _ => None,
                };
                match all.or(self.state.items(&lists.value)) {
                    Some([first, rest @ ..]) if rest.iter().all(|other| other == first) => first.clone(),
                    _ => self.symbol(name, &given),
                }
            }
            ("str", [Given { value: value @ (Value::Ref(_) | Value::Handle(_)), .. }]) => value.clone(),
            ("str", [Given { value, .. }]) => Value::pieces(value.formatted()),
            ("format", [Given { value, .. }, spec]) => self.with_spec(value, &spec.value),
            ("int" | "float", [Given { value: Value::Number(number), .. }]) => Value::Number(number.clone()),
            ("next", [Given { value: Value::Handle(_), .. }, ..]) => self.element(&given[0].value),
            ("next", [Given { value, .. }, ..]) => {
                let zero = Value::Number("0".into());
                self.item(value, &zero)
            }
            ("range", [Given { value: Value::Number(number), .. }]) => match number.parse::<u8>() {
                Ok(count @ 0..=16) => {
                    let items = (0..count).map(|n| Value::Number(n.to_string().into())).collect();
                    self.state.add(Cell::List(items, false))
                }
                _ => self.symbol(name, &given),
            },
            ("enumerate", [Given { value, .. }]) => match self.state.items(value).map(<[_]>::to_vec) {
                Some(items) => self.numbered(items),
                None => self.symbol(name, &given),
            },
            ("setattr", [object, attr, value]) => {
                if let Some(attr) = attr.value.known() {
                    self.store(&object.value, &attr, value.value.clone(), at);
                }
                Value::None
            }
            ("getattr", [object, attr, ..]) => match attr.value.known() {
                Some(attr) => self.attribute(&object.value, &attr),
                None => self.symbol(name, &given),
            },
            ("super", []) => self.state.locals.get("self").cloned().unwrap_or(Value::None),
            (name, _) if HARMLESS.contains(&name) => self.symbol(name, &given),
            _ => self.beyond(&Value::unknown(name), given),
        }
    }

    fn numbered(&mut self, items: Vec<Value>) -> Value {
        let mut pairs = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let pair = vec![Value::Number(index.to_string().into()), item];
            pairs.push(self.state.add(Cell::List(pair, false)));
        }
        self.state.add(Cell::List(pairs, false))
    }

    fn make_dict(&mut self, given: Vec<Given>, call: ExprId) -> Value {
        let (pairs, open) = self.state.given(given, self.at(call));
        self.state.add(Cell::Dict(pairs, open))
    }

    fn call_symbol(&mut self, path: &str, given: Vec<Given>, call: ExprId) -> Value {
        if let Some((key, params)) = callee(path) {
            return self.sdk_call(&key, None, given, &params, call);
        }
        match (path, given.as_slice()) {
            ("types.SimpleNamespace" | "argparse.Namespace", _) => {
                let fields = given.into_iter().filter_map(|g| Some((g.name?, g.value, g.at))).collect();
                let object = Object { class: Class::Bare, fields, open: None, at: self.at(call) };
                self.state.add(Cell::Object(object))
            }
            ("functools.partial", [Given { value, .. }]) => value.clone(),
            ("threading.Thread" | "multiprocessing.Process", _) => {
                self.run_beside(&given, call);
                self.symbol(path, &given)
            }
            // The words of a text that is not known stay together: a command line puts them side by side again.
            ("shlex.split", [Given { value, .. }]) => {
                let words = match value.known().filter(|text| !text.contains(['\'', '"', '\\'])) {
                    Some(text) => text.split_whitespace().map(Value::text).collect(),
                    None => vec![value.clone()],
                };
                self.state.add(Cell::List(words, false))
            }
            ("os.path.join" | "posixpath.join", _) => {
                let mut pieces = Vec::new();
                for (index, part) in given.iter().enumerate() {
                    if index > 0 && !matches!(pieces.last(), Some(Piece::Text(text)) if text.ends_with('/')) {
                        pieces.push(Piece::Text("/".into()));
                    }
                    pieces.extend(part.value.formatted());
                }
                Value::pieces(pieces)
            }
            ("copy.copy" | "copy.deepcopy", [Given { value, .. }]) => match value {
                Value::Ref(place) => {
                    let cell = self.state.cell(*place).clone();
                    self.state.add(cell)
                }
                _ => value.clone(),
            },
            ("datetime.timedelta", _) => self.seconds(&given).unwrap_or_else(|| self.symbol(path, &given)),
            _ if is_helper(path) => self.helper(path, given, call),
            // A client may come from a module that is not here.
            _ => match path.rsplit_once('.') {
                Some((owner, name)) => self.of_unknown(owner, name, given, call),
                None => self.beyond(&Value::Symbol(path.into()), given),
            },
        }
    }

    /// What a thread runs: it is asked for when the thread is made.
    fn run_beside(&mut self, given: &[Given], call: ExprId) {
        let of = |name: &str| given.iter().find(|g| g.name.as_deref() == Some(name));
        let Some(target) = of("target") else { return };
        let mut handed = Vec::new();
        for (name, stars) in [("args", 1), ("kwargs", 2)] {
            if let Some(all) = of(name) {
                self.spread(Given { name: None, stars, ..all.clone() }, &mut handed);
            }
        }
        self.apply(&target.value, handed, call);
    }

    /// A length of time in seconds.
    fn seconds(&self, given: &[Given]) -> Option<Value> {
        let places = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
        let mut total = 0;
        for (index, given) in given.iter().enumerate() {
            let unit = given.name.as_deref().or_else(|| places.get(index).copied())?;
            let Value::Number(number) = &given.value else { return None };
            let factor = match unit {
                "seconds" => 1,
                "minutes" => 60,
                "hours" => 3600,
                "days" => 86_400,
                "weeks" => 604_800,
                _ => return None,
            };
            total += number.parse::<i64>().ok()? * factor;
        }
        Some(Value::Number(total.to_string().into()))
    }

    /// A call that may be one to Azure: what it is called on is not known.
    pub(super) fn maybe(&mut self, call: ExprId, method: &str) {
        for does in table::table().operations_named(method) {
            let event = Event::Maybe(self.at(call), does.to_owned());
            self.log(event);
        }
    }

    fn batch_ai(&mut self, id: ExprId, func: ExprId, site: &Site) -> Value {
        let receiver = match self.ast().kind(func) {
            ExprKind::Attribute { value, .. } if site.symbol.contains('.') => Some(self.eval(*value)),
            // A name that stands for a method.
            ExprKind::Name(_) => site.receiver.map(|receiver| self.eval(receiver)),
            _ => None,
        };
        let mut given = Vec::new();
        for arg in &site.args {
            let at = At::new(self.here, arg.span);
            let text = arg.span.of(self.unit().module.text());
            let stars = u8::from(arg.name == "*") * if text.starts_with("**") { 2 } else { 1 };
            let value = self.eval(arg.value);
            // A helper's parameters have names of their own where the call does not say them.
            let is_said = !site.symbol.starts_with("utilities") || text.starts_with(&arg.name);
            let name = Some(arg.name.clone()).filter(|_| stars == 0 && is_said);
            self.spread(Given { name, value, stars, at }, &mut given);
        }
        if is_helper(&site.symbol) {
            return self.helper(&site.symbol, given, id);
        }
        if site.kind == SiteKind::Guess {
            self.maybe(id, site.symbol.rsplit('.').next().unwrap_or_default());
        }
        self.sdk_call(&site.symbol, receiver, given, &[], id)
    }

    /// A helper of Batch AI's recipes or of azure.common, by what is known of it.
    pub(super) fn helper(&mut self, path: &str, given: Vec<Given>, call: ExprId) -> Value {
        let name = path.rsplit('.').next().unwrap_or(path);
        let module = self.units.len() - 1;
        self.module(module);
        if let Some(function @ Value::Function(_)) = self.state.globals[module].get(name).cloned() {
            return self.apply(&function, given, call);
        }
        if let Some(why) = table::table().beyond(path) {
            self.log(Event::Unread(self.at(call), why.to_owned()));
        }
        self.beyond(&Value::Symbol(path.into()), given)
    }
}

/// Whether a method of Azure ML's clients is one that the table knows.
fn is_operation((object, name): &(Value, String)) -> bool {
    let key = match object {
        Value::Method(group) => format!("v2.{}.{name}", group.1),
        Value::Handle(handle) => format!("v1.{}.{name}", handle.kind),
        _ => return false,
    };
    table::table().has(&key) && table::table().is_called(&key)
}

/// Whether `helpers.py` may say what a function asks for.
fn is_helper(path: &str) -> bool {
    ["utilities", "azure.common.client_factory.", "azure.common.credentials.get_azure_cli_credentials"]
        .iter()
        .any(|beginning| path.starts_with(beginning))
}
