//! How a value of a field is read: names, paths, lengths of time.

use super::super::table::{Spec, table};
use super::super::value::Value;
use super::{State, Told, first, told};

/// What stands for the folder in which Batch AI mounted volumes.
const ROOTS: [&str; 5] = [
    "$AZ_BATCHAI_JOB_MOUNT_ROOT/",
    "$AZ_BATCHAI_MOUNT_ROOT/",
    "${AZ_BATCHAI_JOB_MOUNT_ROOT}/",
    "${AZ_BATCHAI_MOUNT_ROOT}/",
    "/mnt/batch/tasks/shared/LS_root/mounts/",
];
/// Where Azure ML finds a datastore.
const DATASTORES: &str = "azureml://datastores/";
/// What clusters with automatic storage mounted, and what workspaces of Azure ML have of themselves.
const AUTO: [(&str, &str); 2] = [("autoafs", "workspacefilestore"), ("autobfs", "workspaceblobstore")];
/// How the three SDKs write the name of the job in a path.
const JOB: [&str; 2] = ["${{name}}", "{run-id}"];

/// The value of a field; nothing where it says nothing.
pub(super) fn read(state: &State, subject: &Value, value: Value, spec: &Spec) -> Option<Told> {
    let text = |text: String| Some(Told::Value(text));
    match spec.how.as_str() {
        "given" => text(secret(state, &value)),
        "reference" | "subnet" => Some(told(state, &reference(state, value), None)),
        "path" => text(path(state, &value)),
        "output" => text(output(state, subject, &value)),
        "last" => text(last(&state.shown(&value))),
        "host" => text(host(&state.shown(&value))),
        "image_host" => None,
        "image" => match state.object(&value) {
            Some(_) => Some(Told::Unknown("the environment is made where its image cannot be seen".to_owned())),
            None => Some(told(state, &value, None)),
        },
        "seconds" => text(seconds(&state.shown(&value))),
        "labels" => labels(state, &value),
        "distribution" => {
            let class = state.class(&value)?;
            Some(match table().distribution(&class) {
                Some(kind) => Told::Value(kind.to_owned()),
                None => Told::Unknown(format!("`{class}` is not among the distributions that are compared")),
            })
        }
        "code" => text(state.code(&value)),
        "bound" => text(bound(&state.shown(&value))),
        "tier" if asked_tier(&value).is_some() => asked_tier(&value).map(Told::Value),
        _ => {
            let shown = state.shown(&value.each(&mut |value| one_of(spec, value)));
            text(shown)
        }
    }
}

/// The tags of a job, but the one by which a run is found again.
pub(super) fn labels(state: &State, value: &Value) -> Option<Told> {
    let Some((items, false)) = state.dict(value) else {
        return Some(Told::Unknown(format!("`{}` cannot be seen", state.brief(value))));
    };
    let of_user = items.iter().filter(|(key, ..)| key.known().as_deref() != Some("batchai_job_name"));
    let mut labels: Vec<String> =
        of_user.map(|(key, value, _)| format!("{}={}", state.shown(key), state.shown(value))).collect();
    labels.sort();
    (!labels.is_empty()).then(|| Told::Value(labels.join(", ")))
}

/// A value of which the service knows only some.
fn one_of(spec: &Spec, value: Value) -> Value {
    match value.known() {
        Some(known) if !spec.values.is_empty() => match spec.values.get(&known) {
            Some(neutral) => Value::text(neutral),
            None => Value::text(&format!("{known} (no such value)")),
        },
        _ => value,
    }
}

/// A limit that keeps what the cluster has where it is 0, as Batch AI did: `{n or clusters 'gpus'….maximum_node_count}` is `{n}`.
fn bound(shown: &str) -> String {
    let kept = shown.strip_suffix(".scale_settings.maximum_node_count}").and_then(|shown| shown.rsplit_once(" or "));
    kept.map_or_else(|| shown.to_owned(), |(asked, _)| format!("{asked}}}"))
}

/// The priority that was asked for, where only a run tells which of the two it is: `'low_priority' if
/// str(asked).lower().startswith('low') else 'dedicated'` is what was asked for, in the words of Azure ML.
fn asked_tier(value: &Value) -> Option<String> {
    let Value::Choice(choice) = value else { return None };
    let (test, low, dedicated) = &**choice;
    let is_low = low.known().is_some_and(|low| matches!(&*low, "low_priority" | "lowpriority"));
    let asked = test.strip_suffix(".lower().startswith('low')")?;
    let asked = asked.strip_prefix('\'').and_then(|asked| asked.strip_suffix('\'')).unwrap_or(asked);
    (is_low && dedicated.known().as_deref() == Some("dedicated")).then(|| asked.to_owned())
}

/// A secret is never shown; two that are the same can be told to be.
fn secret(state: &State, value: &Value) -> String {
    match value.known() {
        Some(text) => format!("(a literal of {} characters)", text.chars().count()),
        None => state.code(value),
    }
}

/// The name of something that is named by its id, by itself or by an attribute.
pub(in super::super) fn reference(state: &State, value: Value) -> Value {
    value.each(&mut |value| match value {
        Value::Handle(handle) => reference(state, handle.name.clone()),
        Value::Unknown(text) => {
            // A subnet stands tenth in its id, and at its end.
            let ends = [".rsplit('/', 1)[-1]", ".split('/')[10]"];
            let id = ends.iter().find_map(|end| text.strip_suffix(end));
            // An id that is put together: what comes behind its last `/`.
            if let Some(quoted) = id.and_then(|id| id.strip_prefix('\'')?.strip_suffix('\'')) {
                return Value::text(&last(quoted));
            }
            let text = id.map_or(&*text, bare);
            let bare = text.strip_suffix(".name").or_else(|| text.strip_suffix(".id")).unwrap_or(text);
            Value::unknown(bare)
        }
        Value::Text(_) => match value.known() {
            Some(text) if text.starts_with('/') => Value::text(&last(&text)),
            Some(_) => value,
            None => match state.shown(&value) {
                id if id.starts_with('/') => Value::text(&last(&id)),
                _ => value,
            },
        },
        Value::Ref(_) => match first(state, &value, &["name".to_owned()]) {
            Some((name, _)) => name,
            None => value,
        },
        value => value,
    })
}

/// Code without the parentheses that it stands in before a `.`.
fn bare(code: &str) -> &str {
    code.strip_prefix('(').and_then(|code| code.strip_suffix(')')).unwrap_or(code)
}

fn last(text: &str) -> String {
    text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

fn host(text: &str) -> String {
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    text.trim_end_matches('/').to_owned()
}

/// A path as Azure ML writes it.
pub(super) fn path(state: &State, value: &Value) -> String {
    if state.class(value).is_some_and(|class| matches!(&*class, "v1.DataReference")) {
        let part = |paths: [&str; 2]| {
            let found = first(state, value, &paths.map(str::to_owned));
            found.map(|(value, _)| state.shown(&reference(state, value))).unwrap_or_default()
        };
        let (store, rest) = (part(["self", "datastore"]), part(["path", "path_on_datastore"]));
        return normal_path(&format!("{DATASTORES}{store}/paths/{rest}"));
    }
    if let Some([store, rest]) = state.items(value) {
        let store = state.shown(&reference(state, store.clone()));
        return normal_path(&format!("{DATASTORES}{store}/paths/{}", state.shown(rest)));
    }
    normal_path(&state.shown(value))
}

/// The same for a text.
pub(super) fn normal_path(text: &str) -> String {
    let mut text = JOB.iter().fold(text.to_owned(), |text, job| text.replace(job, "<job>"));
    // A path in the middle of a word, which is a command of its own, ends with its quotes.
    if let Some(at) = ROOTS.iter().filter_map(|root| text.find(root)).min().filter(|at| *at > 0) {
        let end = text[at..].find(['\'', '"', ' ', ';', ')']).map_or(text.len(), |end| at + end);
        return format!("{}{}{}", &text[..at], normal_path(&text[at..end]), normal_path(&text[end..]));
    }
    if let Some(rest) = ROOTS.iter().find_map(|root| text.strip_prefix(root)) {
        let (store, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let own = AUTO.iter().find(|(mount, _)| *mount == store).map_or(store, |(_, own)| own);
        text = format!("{DATASTORES}{own}/paths/{rest}");
    }
    while text.contains("/paths//") {
        text = text.replace("/paths//", "/paths/");
    }
    text.trim_end_matches('/').to_owned()
}

/// The path of an output: Batch AI puts the name of the job between prefix and suffix.
fn output(state: &State, subject: &Value, value: &Value) -> String {
    let text = path(state, value);
    if state.class(subject).is_none_or(|class| &*class != "OutputDirectory") {
        return text;
    }
    let part = |name: &str| first(state, subject, &[name.to_owned()]).filter(|(v, _)| *v != Value::None);
    let suffix = part("path_suffix").map(|(value, _)| state.shown(&value));
    let root = if text.contains("/paths") { text } else { format!("{text}/paths") };
    match suffix {
        Some(suffix) => format!("{root}/<job>/{}", suffix.trim_matches('/')).trim_end_matches('/').to_owned(),
        None => format!("{root}/<job>"),
    }
}

/// A length of time in seconds: a number, or as ISO 8601 writes it.
fn seconds(text: &str) -> String {
    let bare = text.strip_prefix("{int(").and_then(|t| t.strip_suffix(")}")).map_or(text, |t| t);
    let given = bare.trim_matches(['{', '}']);
    let bare = given.strip_suffix(".total_seconds()").map_or(given, self::bare);
    let Some(rest) = bare.strip_prefix('P') else { return bare.to_owned() };
    let (mut terms, mut number, mut inside) = (Vec::new(), String::new(), false);
    for character in rest.chars() {
        let factor = match character {
            '{' | '}' => {
                inside = character == '{';
                continue;
            }
            _ if inside || character.is_ascii_digit() => {
                number.push(character);
                continue;
            }
            'T' => continue,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            'W' => 604_800,
            _ => return bare.to_owned(),
        };
        // What is known only at run time is worked out in the same way, unit by unit.
        terms.push(match (number.parse::<u64>(), factor) {
            (Ok(count), _) => (count * factor).to_string(),
            (Err(_), 1) => format!("float({number})"),
            (Err(_), _) => format!("float({number}) * {factor}"),
        });
        number.clear();
    }
    match terms.iter().map(|term| term.parse::<u64>()).sum::<Result<u64, _>>() {
        Ok(total) => total.to_string(),
        Err(_) => terms.join(" + "),
    }
}
