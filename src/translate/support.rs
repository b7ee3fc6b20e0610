//! Support functions: small Python functions that converted code calls, inserted once below the imports.

use crate::sdk::Target;

/// A function to insert.
pub(super) struct Function {
    pub code: String,
    /// Dotted names that it imports.
    pub needs: Vec<String>,
}

/// The functions with these names, each with the ones that it calls, in the order of the names.
pub(super) fn functions(target: Target, names: &[String]) -> Vec<Function> {
    let mut wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut done: Vec<(&str, Function)> = Vec::new();
    while let Some(name) = wanted.pop() {
        if done.iter().any(|(n, _)| *n == name) {
            continue;
        }
        let Some((name, text)) = FUNCTIONS.iter().find(|(t, n, _)| *t == target && *n == name).map(|(_, n, x)| (*n, *x))
        else {
            continue;
        };
        for (_, other, _) in FUNCTIONS.iter().filter(|(t, n, _)| *t == target && *n != name) {
            if text.contains(&format!("{other}(")) {
                wanted.push(other);
            }
        }
        done.push((name, read(text)));
    }
    done.sort_by_key(|(name, _)| *name);
    done.into_iter().map(|(_, f)| f).collect()
}

/// The first line of a file says what it imports: `# needs: import json; from types import SimpleNamespace`.
fn read(text: &str) -> Function {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let Some(needs) = first.strip_prefix("# needs:") else {
        return Function { code: text.to_owned(), needs: Vec::new() };
    };
    let mut dotted = Vec::new();
    for part in needs.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        match part.strip_prefix("from ").and_then(|p| p.split_once(" import ")) {
            Some((module, names)) => dotted.extend(names.split(',').map(|n| format!("{module}.{}", n.trim()))),
            None => dotted.push(part.trim_start_matches("import ").trim().to_owned()),
        }
    }
    Function { code: rest.to_owned(), needs: dotted }
}

/// Every function there is, by target and name.
const FUNCTIONS: &[(Target, &str, &str)] = &[
    (Target::V2, "TASK_FROM_TF_CONFIG", include_str!("../../templates/v2/support/TASK_FROM_TF_CONFIG.py")),
    (Target::V2, "once_per_node", include_str!("../../templates/v2/support/once_per_node.py")),
];
