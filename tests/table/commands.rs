//! The rows of command lines against the inventories of both: every command and option of `az batchai` has its place,
//! and every option of `az ml` that a row names exists.

use std::collections::BTreeSet;

use bai2aml::command::fault;
use bai2aml::concept::{Kind, table};
use bai2aml::sdk::{Target, az_batchai, az_ml};
use bai2aml::shell::Dialect;

use super::{Case, all_right, cases};

/// The keys that configurations have as YAML.
const YAML: &str = include_str!("../../src/concept/yaml.toml");

#[test]
pub fn every_command_and_option_of_batch_ai_has_its_place() {
    let mut wrong = Vec::new();
    for (name, forms) in &az_batchai().commands {
        let Some(row) = table().symbol(name).filter(|row| row.kind == Kind::Command) else {
            wrong.push(format!("{name} has no row"));
            continue;
        };
        let real: BTreeSet<&str> = forms.iter().flat_map(|form| form.options.iter()).map(|(name, _)| name).collect();
        let said: BTreeSet<&str> = row.params.iter().map(String::as_str).collect();
        wrong.extend(
            real.symmetric_difference(&said).map(|option| format!("{name} {option}: `params` or the inventory")),
        );
    }
    all_right(wrong);
}

fn commands() -> Vec<Case> {
    let is_ours = |case: &Case| case.symbol.kind == Kind::Command && case.target == Target::V2 && !case.is_whole();
    cases().into_iter().filter(is_ours).collect()
}

#[test]
pub fn every_new_option_exists() {
    let mut wrong = Vec::new();
    // `az provider` and `az storage` are of the command line itself.
    let is_core = |code: &str| code.starts_with("az provider") || code.starts_with("az storage");
    let in_place = |case: &&Case| !case.mapping.code.contains("{{") && !is_core(&case.mapping.code);
    for case in commands().iter().filter(in_place) {
        let name = case.mapping.code.split(" -").next().unwrap();
        let Some(options) = az_ml().commands.get(name) else {
            wrong.push(case.says(&format!("there is no `{name}`")));
            continue;
        };
        let named = case.mapping.fields.iter().flat_map(|(_, field)| field.to.split(' '));
        let added = case.mapping.append.iter().flat_map(|step| step.code.split(' '));
        for option in named.chain(added).filter(|word| word.starts_with("--")) {
            if options.named(option).is_none() && az_ml().shared.named(option).is_none() {
                wrong.push(case.says(&format!("`{name}` has no `{option}`")));
            }
        }
    }
    all_right(wrong);
}

/// An option that goes nowhere says why, unless another command takes it.
#[test]
pub fn no_option_is_lost() {
    let mut wrong = Vec::new();
    for case in commands() {
        let mapping = case.mapping;
        let steps = mapping.steps.iter().chain(&mapping.append).map(|step| step.code.as_str());
        let templates: String =
            steps.chain([mapping.code.as_str(), mapping.then.as_str(), mapping.store.as_str()]).collect();
        for (name, field) in mapping.fields.iter() {
            let hole = name.trim_start_matches('-').replace('-', "_");
            let home = ["--resource-group", "--workspace"].contains(&name) && templates.contains("home");
            let goes = !field.to.is_empty() || templates.contains(&hole) || home;
            if !goes && field.note.is_empty() {
                wrong.push(case.says(&format!("`{name}` goes nowhere")));
            }
            if !case.symbol.params.iter().any(|param| param == name) {
                wrong.push(case.says(&format!("`{name}` is no option of it")));
            }
        }
    }
    all_right(wrong);
}

#[test]
pub fn steps_name_options_of_their_command() {
    let mut wrong = Vec::new();
    for case in commands() {
        let steps = case.mapping.steps.iter().chain(&case.mapping.append);
        for option in steps.flat_map(|step| step.with.iter().chain(&step.without)) {
            let is_known = match option.split_once(':') {
                Some((how, key)) => ["yaml", "maybe"].contains(&how) && YAML.contains(&format!("\"{key}\"")),
                None => case.symbol.params.contains(option),
            };
            if !is_known {
                wrong.push(case.says(&format!("a step asks for `{option}`, which is no option of it and no key")));
            }
        }
    }
    all_right(wrong);
}

#[test]
pub fn the_inventory_says_where_it_is_from() {
    assert!(az_ml().source.starts_with("MicrosoftDocs/azure-docs-cli@"), "{}", az_ml().source);
    assert_eq!(fault("az ml compute create --type AmlCompute --size x --tier low_priority", Dialect::Posix), None);
}
