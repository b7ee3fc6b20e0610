//! Templates read only what they are given, and read all of it.

use bai2aml::concept::{Kind, Shape};
use bai2aml::render::Templates;
use bai2aml::report::Fate;

use super::account::members;
use super::{Case, all_right, cases};

/// What a template can read besides the row's own fields.
const CONTEXT: [&str; 20] = [
    "home",
    "absent",
    "client",
    "default",
    "ws",
    "self",
    "result",
    "assigned",
    "wait",
    "once",
    "one_group",
    "tag_entries",
    "tags",
    "path",
    "mount",
    "rest",
    "value",
    "location",
    "resource_group_name",
    "workspace_name",
];

/// The arguments that move from each call to the client.
const HOME: [&str; 2] = ["resource_group_name", "workspace_name"];

/// The fields from which the filters of directories make one path: `mount` and `rest`.
const PARTS_OF_A_PATH: [&str; 3] = ["path", "path_prefix", "path_suffix"];

/// The names that a template reads, or why it cannot be read.
fn holes(template: &str) -> Result<Vec<String>, String> {
    Templates::new('\'').holes(template).map_err(|error| format!("{error:#}"))
}

/// Every template of a mapping, with its place.
fn templates(case: &Case) -> Vec<(String, &str)> {
    let mapping = case.mapping;
    let mut all = vec![
        ("code".to_owned(), mapping.code.as_str()),
        ("key".to_owned(), mapping.key.as_str()),
        ("launch".to_owned(), mapping.launch.as_str()),
        ("launch_config".to_owned(), mapping.launch_config.as_str()),
    ];
    all.extend(mapping.fields.iter().map(|(name, field)| (format!("`{name}`.code"), field.code.as_str())));
    all.extend(mapping.there.iter().map(|(name, field)| (format!("`{name}` in there"), field.code.as_str())));
    all.retain(|(_, text)| !text.is_empty());
    all
}

#[test]
pub fn every_hole_is_a_field_or_a_word_of_the_context() {
    let mut wrong = Vec::new();
    for case in cases().into_iter().filter(Case::is_python) {
        for (what, template) in templates(&case) {
            match holes(template) {
                Err(error) => wrong.push(case.says(&format!("{what}: {error}"))),
                Ok(holes) => {
                    let is_known = |hole: &str| CONTEXT.contains(&hole) || case.mapping.fields.get(hole).is_some();
                    let unknown = holes.iter().filter(|hole| !is_known(hole));
                    wrong.extend(unknown.map(|hole| case.says(&format!("{what} reads `{hole}`, which is no field"))));
                }
            }
        }
    }
    all_right(wrong);
}

/// A parameter that is `exact` and that no template reads would be lost in silence.
#[test]
pub fn no_parameter_is_lost() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| is_filled(case) && !case.is_whole()) {
        let read: Vec<String> = templates(case).iter().filter_map(|(_, text)| holes(text).ok()).flatten().collect();
        let params = members(case);
        for (name, field) in case.mapping.fields.iter().filter(|(name, _)| params.contains(name)) {
            let goes = read.iter().any(|hole| hole == name) || !field.to.is_empty() || !field.code.is_empty();
            if !goes && field.fate == Fate::Exact && !HOME.contains(&name) && !PARTS_OF_A_PATH.contains(&name) {
                wrong.push(case.says(&format!("`{name}` is exact, and no template reads it")));
            }
        }
    }
    all_right(wrong);
}

/// Whether the arguments go into a template, not into keywords or into code.
fn is_filled(case: &Case) -> bool {
    let kinds = [Kind::Operation, Kind::Helper, Kind::Storage, Kind::Client, Kind::Credential];
    let is_call = matches!(case.mapping.shape, Shape::Value | Shape::Statement) && kinds.contains(&case.symbol.kind);
    is_call || case.mapping.shape == Shape::Pair
}

/// What sets a keyword of an object names the object and the value; nothing sets what cannot be set.
#[test]
pub fn what_is_set_is_a_value_of_an_object() {
    let is_right = |template: &str| {
        let holes = holes(template).unwrap_or_default();
        template.is_empty() || ["self", "value"].into_iter().all(|hole| holes.iter().any(|name| name == hole))
    };
    let mut wrong = Vec::new();
    for case in cases() {
        let odd = case
            .mapping
            .set
            .iter()
            .filter(|(name, template)| !is_right(template) || *name == "*" && !template.is_empty());
        wrong.extend(odd.map(|(name, template)| case.says(&format!("`{name}` is set by `{template}`"))));
    }
    all_right(wrong);
}

#[test]
pub fn every_member_of_an_enum_has_code() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.symbol.kind == Kind::Enum) {
        let empty = case.mapping.fields.iter().filter(|(_, field)| field.code.is_empty());
        wrong.extend(empty.map(|(name, _)| case.says(&format!("member `{name}` has no `code`"))));
    }
    all_right(wrong);
}
