//! The command of a job, the roles that run it, and how many processes there are.

use std::collections::BTreeMap;

use super::super::model::{At, Field, Thing, Told};
use super::super::table::{Toolkit, table};
use super::super::value::{Cell, Object, Value};
use super::launcher::{self, Launched};
use super::shell::{self, Shell};
use super::{Found, State, first, value};

/// Adds what a job runs.
pub(super) fn fill(state: &State, subject: &Value, object: &Object, thing: &mut Thing) {
    let class = state.class(subject).unwrap_or_else(|| "".into());
    match &*class {
        "v2.command" => of_command(state, subject, thing),
        _ if class.starts_with("v1.") => of_script(state, subject, object, thing),
        _ => of_toolkit(state, subject, thing),
    }
    registry(thing);
    environment(thing);
    paths_of_inputs(thing);
}

fn path(state: &State, subject: &Value, path: &str) -> Option<Found> {
    first(state, subject, &[path.to_owned()]).filter(|(value, _)| *value != Value::None)
}

fn text(state: &State, subject: &Value, name: &str) -> Option<String> {
    path(state, subject, name).map(|(value, _)| state.shown(&value))
}

fn put(thing: &mut Thing, name: &str, value: impl Into<String>, at: Option<At>) {
    thing.fields.insert(name.to_owned(), Field { told: Told::Value(value.into()), at });
}

fn unknown(thing: &mut Thing, name: &str, why: &str, at: Option<At>) {
    thing.fields.insert(name.to_owned(), Field { told: Told::Unknown(why.to_owned()), at });
}

fn of_toolkit(state: &State, subject: &Value, thing: &mut Thing) {
    let given = table().toolkits().iter().find_map(|toolkit| Some((toolkit, path(state, subject, &toolkit.of)?)));
    let Some((toolkit, (settings, at))) = given else {
        return unknown(thing, "command", "its toolkit settings cannot be seen", Some(thing.at));
    };
    if let Some((preparation, at)) = path(state, subject, "job_preparation.command_line") {
        // What runs nothing is written as the command that does nothing.
        let line = state.shown(&preparation).replace("(not given)", "'true'");
        put(thing, "preparation", shell::words(&shell::variables(&line)), at);
    } else if let Some((_, at)) = path(state, subject, "job_preparation") {
        unknown(thing, "preparation", "it is made where it cannot be seen", at);
    }
    let nodes = thing.value("nodes").unwrap_or_default().to_owned();
    let mut started = None;
    if let Some((command, at)) = toolkit.command.as_ref().and_then(|name| path(state, &settings, name)) {
        let line = state.shown(&command);
        started = launcher::read(&line).filter(|_| toolkit.of == "custom_toolkit_settings");
        let line = started.as_ref().map_or(&line, |started| &started.line);
        commands(thing, &shell::read(line, false), at);
    } else if toolkit.script.as_ref().is_some_and(|name| path(state, &settings, name).is_some()) {
        scripts(state, toolkit, &settings, &nodes, thing);
    } else {
        unknown(thing, "command", "what the toolkit runs cannot be seen", at);
    }
    distribution(state, toolkit, &settings, &nodes, thing, at);
    match started {
        Some(started) => launched(&started, &nodes, thing, at),
        None if toolkit.of == "custom_toolkit_settings" && nodes != "1" => put(thing, "runs_on", "the first node", at),
        None => {}
    }
}

/// What a custom toolkit's own `mpirun` says of the job: without a number it starts one process on each node.
fn launched(launched: &Launched, nodes: &str, thing: &mut Thing, at: Option<At>) {
    let number = |count: &Option<String>| count.as_deref().and_then(|count| count.parse::<u64>().ok());
    let counts = (number(&launched.processes), number(&launched.per_node), nodes.parse::<u64>().ok());
    let (mut nodes, mut each) = (
        nodes.to_owned(),
        match (&launched.per_node, &launched.processes) {
            (Some(count), _) => count.clone(),
            (None, Some(count)) => per_node(count, nodes),
            (None, None) => "1".to_owned(),
        },
    );
    // It fills one node after the other, so that the last ones may have nothing to do.
    if let (Some(all), Some(full), Some(of)) = counts
        && (1..full.saturating_mul(of)).contains(&all)
        && (all < full || all % full == 0)
    {
        (nodes, each) = (all.div_ceil(full).to_string(), all.min(full).to_string());
        put(thing, "nodes", nodes.as_str(), at);
    }
    let is_single = nodes == "1" && each == "1";
    put(thing, "distribution.type", if is_single { "none" } else { "mpi" }, at);
    put(thing, "processes_per_node", each, at);
    for (name, value) in &launched.environment {
        put(thing, &format!("environment.{name}"), shell::variables(value), at);
    }
}

fn scripts(state: &State, toolkit: &Toolkit, settings: &Value, nodes: &str, thing: &mut Thing) {
    let name = |name: &Option<String>| name.as_deref().and_then(|name| text(state, settings, name));
    let (interpreter, script) = (name(&toolkit.interpreter), name(&toolkit.script).unwrap_or_default());
    let interpreter = interpreter.unwrap_or_else(|| "python".to_owned());
    for (role, field) in &toolkit.roles {
        let found = path(state, settings, field);
        let count = toolkit.parameter_servers.as_deref().and_then(|count| text(state, settings, count));
        let count = count.or_else(|| (nodes != "1").then(|| "1".to_owned()));
        if role == "ps" && count.is_none_or(|count| count == "0") || role == "worker" && found.is_none() {
            continue;
        }
        let arguments = found.as_ref().map(|(value, _)| state.shown(value)).unwrap_or_default();
        let line = format!("{interpreter} {script} {arguments}");
        let line = match name(&toolkit.backend) {
            Some(backend) => line.replace("$AZ_BATCHAI_PYTORCH_BACKEND", &backend),
            None => line,
        };
        let read = shell::read(&line, false);
        let at = found.and_then(|(_, at)| at).or(toolkit.script.as_deref().and_then(|s| path(state, settings, s)?.1));
        for text in read.roles.values() {
            command(thing, role, text, at);
        }
    }
    // Workers that get what the master gets are no role of their own.
    if thing.value("command.worker").is_some() && thing.value("command.worker") == thing.value("command") {
        thing.fields.remove("command.worker");
    }
}

fn distribution(state: &State, toolkit: &Toolkit, settings: &Value, nodes: &str, thing: &mut Thing, at: Option<At>) {
    let count = |name: &Option<String>| name.as_deref().and_then(|name| path(state, settings, name));
    let backend = count(&toolkit.backend).map(|(value, _)| state.shown(&value));
    let kind = match backend.as_deref() {
        Some("mpi") => Some("mpi".to_owned()),
        _ => toolkit.distribution.clone(),
    };
    if let Some((processes, at)) = count(&toolkit.processes) {
        put(thing, "processes_per_node", per_node(&state.shown(&processes), nodes), at);
    } else {
        put(thing, "processes_per_node", "1", None);
    }
    put(thing, "distribution.type", "none", None);
    // Where there are several nodes, Batch AI started a worker on each of them and one parameter server.
    let defaults = [("workers", &toolkit.workers, nodes), ("parameter_servers", &toolkit.parameter_servers, "1")];
    for (field, name, default) in defaults {
        let given = count(name).map(|(value, at)| (state.shown(&value), at));
        let default = || (name.is_some() && nodes != "1").then(|| (default.to_owned(), None));
        if let Some((value, at)) = given.or_else(default) {
            put(thing, &format!("distribution.{field}"), value, at);
        }
    }
    if let Some(kind) = kind {
        let single = nodes == "1" && thing.value("processes_per_node").is_none_or(|count| count == "1");
        let alone = thing.value("distribution.workers").is_none() && kind == "tensorflow";
        if !single && !alone {
            put(thing, "distribution.type", kind, at);
        }
    }
}

/// Batch AI counted the processes of a job, Azure ML counts those of a node.
fn per_node(processes: &str, nodes: &str) -> String {
    match (processes.parse::<u32>(), nodes.parse::<u32>()) {
        (Ok(processes), Ok(nodes)) if nodes > 0 => (processes / nodes).to_string(),
        _ if processes == nodes => "1".to_owned(),
        _ => format!("{{{} // {}}}", processes.trim_matches(['{', '}']), nodes.trim_matches(['{', '}'])),
    }
}

fn of_command(state: &State, subject: &Value, thing: &mut Thing) {
    match path(state, subject, "command") {
        Some((command, at)) => {
            let read = shell::read(&state.shown(&command), true);
            if let Some(preparation) = read.preparation.clone() {
                put(thing, "preparation", preparation, at);
            }
            if read.first_node {
                put(thing, "runs_on", "the first node", at);
            }
            for (name, value) in &read.environment {
                put(thing, &format!("environment.{name}"), value.clone(), at);
            }
            commands(thing, &read, at);
        }
        None => unknown(thing, "command", "its command cannot be seen", Some(thing.at)),
    }
    if let Some((code, at)) = path(state, subject, "code") {
        let why = format!("the code is uploaded from `{}` on this machine", state.shown(&code));
        unknown(thing, "script_folder", &why, at);
    }
    first_node_alone(thing);
}

/// A launcher that only tells the nodes apart is no distribution, and of one node there is nothing to tell apart.
fn first_node_alone(thing: &mut Thing) {
    if thing.fields.contains_key("runs_on") && thing.value("processes_per_node") == Some("1") {
        put(thing, "distribution.type", "none", None);
    }
    if thing.value("nodes") == Some("1") {
        thing.fields.remove("runs_on");
    }
}

fn commands(thing: &mut Thing, shell: &Shell, at: Option<At>) {
    // Where the master is told apart, everyone else is a worker.
    let master = shell.roles.get("master");
    for (role, text) in &shell.roles {
        let role = match role.as_str() {
            "master" => "",
            // One that gets what the master gets is no role of its own.
            "" if master == Some(text) => continue,
            "" if master.is_some() => "worker",
            role => role,
        };
        command(thing, role, text, at);
    }
}

/// A command, its script without the folder that holds it.
fn command(thing: &mut Thing, role: &str, text: &str, at: Option<At>) {
    let words = shell::split(text);
    let name = if role.is_empty() { "command".to_owned() } else { format!("command.{role}") };
    let script = words.get(1).filter(|_| is_python(&words[0])).and_then(|script| Some((script, last_slash(script)?)));
    match script {
        Some((script, slash)) => {
            put(thing, "script_folder", &script[..slash], at);
            let start = [words[0].as_str(), &script[slash + 1..]];
            let words: Vec<&str> = start.into_iter().chain(words[2..].iter().map(String::as_str)).collect();
            put(thing, &name, words.join(" "), at);
        }
        None => put(thing, &name, text, at),
    }
}

/// The last `/` of a path that is not in an expression.
fn last_slash(path: &str) -> Option<usize> {
    let last = outside(path, '/').last()?.len();
    path.len().checked_sub(last + 1)
}

/// The parts of a text between separators that stand outside of braces, which hold expressions.
fn outside(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |character| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth <= 0 && character == separator
    })
}

fn is_python(interpreter: &str) -> bool {
    interpreter.rsplit('/').next().is_some_and(|name| name.starts_with("python"))
}

/// An estimator or a `ScriptRunConfig`: a script of this machine with its arguments.
fn of_script(state: &State, subject: &Value, object: &Object, thing: &mut Thing) {
    let script = path(state, subject, "entry_script").or_else(|| path(state, subject, "script"));
    let mut words = Vec::new();
    if let Some((script, at)) = &script {
        let places = ["run_config.environment.python.interpreter_path", "environment.python.interpreter_path"];
        let interpreter = first(state, subject, &places.map(str::to_owned)).map(|(value, _)| state.shown(&value));
        words.extend([interpreter.unwrap_or_else(|| "python".to_owned()), state.shown(script)]);
        let folder = text(state, subject, "source_directory").unwrap_or_else(|| ".".to_owned());
        unknown(thing, "script_folder", &format!("the script is uploaded from `{folder}` on this machine"), *at);
    }
    let mut place = script.as_ref().and_then(|(_, at)| *at);
    for name in ["script_params", "arguments", "command"] {
        let Some((value, at)) = path(state, subject, name) else { continue };
        place = at;
        match arguments(state, &value) {
            Some(more) => words.extend(more),
            None => {
                thing.open = Some(format!("`{name}` cannot be seen"));
                return unknown(thing, "command", &format!("`{name}` cannot be seen"), at);
            }
        }
    }
    let read = shell::read(&words.join(" "), true);
    if let Some(preparation) = read.preparation.clone() {
        put(thing, "preparation", preparation, place);
    }
    commands(thing, &read, place);
    if read.first_node {
        put(thing, "runs_on", "the first node", place);
    }
    for (name, value) in &read.environment {
        put(thing, &format!("environment.{name}"), value.clone(), place);
    }
    for (_, value, at) in &object.fields {
        data(state, value, *at, thing, 0);
    }
    outputs_made_elsewhere(state, subject, thing);
    if let Some((count, at)) = path(state, subject, "distributed_job_config.process_count") {
        let nodes = thing.value("nodes").unwrap_or_default().to_owned();
        put(thing, "processes_per_node", per_node(&state.shown(&count), &nodes), at);
    }
    first_node_alone(thing);
}

/// Arguments as words.
fn arguments(state: &State, value: &Value) -> Option<Vec<String>> {
    if let Some((items, false)) = state.dict(value) {
        let pairs = items.iter().flat_map(|(name, value, _)| [argument(state, name), argument(state, value)]);
        return Some(pairs.filter(|word| !word.is_empty()).collect());
    }
    match value {
        Value::Text(_) => Some(vec![state.shown(value)]),
        _ => Some(state.items(value)?.iter().map(|item| argument(state, item)).collect()),
    }
}

fn argument(state: &State, value: &Value) -> String {
    match named(state, value) {
        Some((kind, name)) => format!("${{{{{kind}.{name}}}}}"),
        None => match value.known() {
            // One argument, whatever stands in it.
            Some(text) if text.contains(char::is_whitespace) && !text.contains('\'') => format!("'{text}'"),
            _ => state.shown(value),
        },
    }
}

/// An input or output that is an object: its kind and its name.
fn named(state: &State, value: &Value) -> Option<(&'static str, String)> {
    match &*state.class(value)? {
        "v1.DataReference" => {
            let is_output = text(state, value, "mode").is_some_and(|mode| mode == "write" || mode == "upload");
            Some((if is_output { "outputs" } else { "inputs" }, text(state, value, "data_reference_name")?))
        }
        "v1.OutputFileDatasetConfig" => Some(("outputs", text(state, value, "name")?)),
        _ => None,
    }
}

/// Inputs and outputs, wherever they are given.
fn data(state: &State, value: &Value, at: At, thing: &mut Thing, depth: usize) {
    if let Some((kind, name)) = named(state, value) {
        let place = state.object(value).map(|object| object.at).filter(|at| at.end > 0).or(Some(at));
        let target = path(state, value, "destination").map_or_else(|| value.clone(), |(target, _)| target);
        put(thing, &format!("{kind}.{name}.path"), value::path(state, &target), place);
        let mode = text(state, value, "mode").unwrap_or_else(|| "read".to_owned());
        put(thing, &format!("{kind}.{name}.mode"), mode.replace("mount", "read").replace("download", "read"), place);
        return;
    }
    let Value::Ref(place) = value else { return };
    if depth > 4 {
        return;
    }
    match state.cell(*place) {
        Cell::List(items, _) => items.iter().for_each(|item| data(state, item, at, thing, depth + 1)),
        Cell::Dict(items, _) => items.iter().for_each(|(key, item, at)| {
            // An argument without a flag in front stands as the key in `script_params`.
            data(state, key, *at, thing, depth + 1);
            data(state, item, *at, thing, depth + 1);
        }),
        Cell::Object(object) => object.fields.iter().for_each(|(_, v, at)| data(state, v, *at, thing, depth + 1)),
    }
}

/// Outputs of a run of which only the name can be seen.
fn outputs_made_elsewhere(state: &State, subject: &Value, thing: &mut Thing) {
    let Some((outputs, at)) = path(state, subject, "run_config.output_data") else { return };
    let Some((items, _)) = state.dict(&outputs) else { return };
    for name in items.iter().filter_map(|(key, ..)| key.known()) {
        for part in ["path", "mode"] {
            let field = format!("outputs.{name}.{part}");
            if !thing.fields.contains_key(&field) {
                unknown(thing, &field, "it is made where it cannot be seen", at);
            }
        }
    }
}

/// An image in a registry of its own is named with it.
fn registry(thing: &mut Thing) {
    let Some(host) = thing.value("registry").map(str::to_owned) else { return };
    let Some(image) = thing.value("image").map(str::to_owned) else { return };
    let at = thing.fields.get("image").and_then(|field| field.at);
    thing.fields.remove("registry");
    if !image.starts_with(&host) {
        put(thing, "image", format!("{host}/{image}"), at);
    }
}

/// A variable of the job stands for its value in the commands: it is the same whether they set it themselves.
fn environment(thing: &mut Thing) {
    let known = |(name, field): (&String, &Field)| match &field.told {
        Told::Value(value) => Some((name.strip_prefix("environment.")?.to_owned(), value.clone())),
        Told::Unknown(_) => None,
    };
    let set: BTreeMap<String, String> = thing.fields.iter().filter_map(known).collect();
    for (name, field) in &mut thing.fields {
        if let (true, Told::Value(text)) = (name.starts_with("command") || name == "preparation", &mut field.told) {
            *text = shell::expanded(text, &set);
        }
    }
}

/// A command names what it reads by the path, whatever the input is called.
fn paths_of_inputs(thing: &mut Thing) {
    let inputs: Vec<(String, String)> = thing
        .fields
        .iter()
        .filter_map(|(name, field)| {
            let id = name.strip_prefix("inputs.")?.strip_suffix(".path")?;
            match &field.told {
                Told::Value(path) => Some((format!("<inputs.{id}>"), path.clone())),
                Told::Unknown(_) => None,
            }
        })
        .collect();
    // azureml-core sets a variable of the name of each output.
    let ids = thing.fields.keys().filter_map(|name| name.strip_prefix("outputs.")?.strip_suffix(".path"));
    let outputs: Vec<String> = ids.map(str::to_owned).collect();
    let is_text = |name: &str| {
        name.starts_with("command")
            || name.starts_with("environment.")
            || name == "script_folder"
            || name == "preparation"
    };
    for (name, field) in &mut thing.fields {
        if let (true, Told::Value(text)) = (is_text(name), &mut field.told) {
            for (input, path) in &inputs {
                *text = text.replace(input, path);
            }
            for output in &outputs {
                *text = text.replace(&format!("{{${output}:"), &format!("{{<outputs.{output}>:"));
            }
            let word = |word: &str| match word.strip_prefix('$').filter(|name| outputs.iter().any(|o| o == name)) {
                Some(name) => format!("<outputs.{name}>"),
                None => value::normal_path(word),
            };
            *text = outside(text, ' ').map(word).collect::<Vec<_>>().join(" ");
        }
    }
}
