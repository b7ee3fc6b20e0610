//! Facts about the two Azure ML SDKs that the rest of the program relies on, and the soundness of both inventories.

use super::*;

fn v2() -> &'static Inventory {
    inventory(Target::V2)
}

fn v1() -> &'static Inventory {
    inventory(Target::V1)
}

/// The class at the end of a chain of members.
fn follow(inventory: &Inventory, class: &'static str, chain: &[&str]) -> &'static str {
    chain.iter().fold(class, |class, name| {
        let member = inventory.member(class, name).unwrap_or_else(|| panic!("{class} has no {name}"));
        member.returns.and_then(|returned| returned.class).unwrap_or_else(|| panic!("{class}.{name} leads nowhere"))
    })
}

#[test]
fn targets_have_names_both_ways() {
    for target in Target::ALL {
        assert_eq!(target.to_string().parse(), Ok(target));
    }
    assert_eq!("v3".parse::<Target>().unwrap_err().to_string(), "`v3` is no target: use `v1` or `v2`");
    assert_eq!(serde_json::to_string(&Target::V2).unwrap(), "\"v2\"");
}

#[test]
fn aml_compute_takes_the_new_names_only() {
    let compute = v2().symbol("azure.ai.ml.entities.AmlCompute").unwrap();
    assert_eq!(compute.kind, SymbolKind::Class);
    assert!(compute.accepts("min_instances") && compute.accepts("size") && compute.accepts("location"));
    assert!(!compute.accepts("vm_size") && !compute.accepts("node_count"));
    assert!(!compute.open, "it raises TypeError, although its signature ends in **kwargs");
    let required: Vec<_> = compute.params.unwrap().into_iter().filter(|param| param.required).collect();
    assert_eq!(required, [Param { name: "name", required: true, positional: false }]);
}

#[test]
fn command_swallows_what_it_does_not_take() {
    let command = v2().symbol("azure.ai.ml.command").unwrap();
    assert_eq!(command.kind, SymbolKind::Function);
    assert!(command.open && command.accepts("instance_count") && !command.accepts("node_count"));
    assert_eq!(command.returns.unwrap().class, Some("azure.ai.ml.entities.Command"));
}

#[test]
fn the_client_leads_to_everything() {
    let client = "azure.ai.ml.MLClient";
    let created = v2().member(follow(v2(), client, &["compute"]), "begin_create_or_update").unwrap();
    assert_eq!((created.kind, created.returns.unwrap().how), (MemberKind::Method, How::Poller));
    let compute = created.returns.unwrap().class.unwrap();
    assert_eq!(compute, "azure.ai.ml.entities.Compute");
    assert_eq!(v2().member(compute, "provisioning_state").unwrap().kind, MemberKind::Attribute);
    let job = follow(v2(), client, &["jobs", "create_or_update"]);
    assert!(v2().member(job, "studio_url").is_some() && v2().member(job, "name").is_some());
    assert!(v2().member(job, "execution_state").is_none());
    for group in ["datastores", "environments", "workspaces", "connections", "data"] {
        assert!(v2().member(follow(v2(), client, &[group]), "get").is_some(), "{group}");
    }
    assert!(v2().symbol(client).unwrap().accepts("cloud"));
}

#[test]
fn what_is_declared_as_a_base_class_can_be_read_as_a_derived_one() {
    let compute = "azure.ai.ml.entities.Compute";
    assert!(v2().member(compute, "min_instances").is_none());
    assert!(v2().possible_member(compute, "min_instances").is_some());
    assert!(v2().possible_member(compute, "vm_priority").is_none());
}

#[test]
fn storage_and_secrets_are_there_for_both_targets() {
    for target in Target::ALL {
        let share = inventory(target).symbol("azure.storage.fileshare.ShareServiceClient").unwrap();
        assert!(share.accepts("account_url") && share.accepts("credential"));
        let client = "azure.keyvault.secrets.SecretClient";
        assert_eq!(follow(inventory(target), client, &["get_secret"]), "azure.keyvault.secrets.KeyVaultSecret");
        let error = inventory(target).symbol("azure.core.exceptions.ResourceNotFoundError").unwrap();
        assert!(inventory(target).member(error.name, "status_code").is_some());
    }
}

#[test]
fn v1_is_followed_through_its_documentation() {
    assert_eq!(follow(v1(), "azureml.core.Workspace", &["from_config"]), "azureml.core.Workspace");
    assert_eq!(follow(v1(), "azureml.core.Experiment", &["submit"]), "azureml.core.Run");
    let status = follow(v1(), "azureml.core.compute.AmlCompute", &["get_status"]);
    assert!(v1().member(status, "node_state_counts").is_some());
    let datastores = v1().member("azureml.core.Workspace", "datastores").unwrap().returns.unwrap();
    assert_eq!((datastores.class, datastores.how), (Some("azureml.core.Datastore"), How::Mapping));
    let config = v1().member("azureml.core.compute.AmlCompute", "provisioning_configuration").unwrap();
    assert!(config.accepts("max_nodes") && !config.accepts("max_instances"));
}

#[test]
fn an_alias_leads_to_the_same_symbol() {
    let alias = v1().symbol("azureml.core.compute.ComputeTarget").unwrap();
    assert_eq!(alias, v1().symbol("azureml.core.ComputeTarget").unwrap());
    assert_eq!(v1().symbol("azureml.core").unwrap().kind, SymbolKind::Module);
    assert_eq!(v1().symbol("azureml.core.Nope"), None);
}

#[test]
fn every_class_that_an_inventory_names_is_in_it() {
    for target in Target::ALL {
        let inventory = inventory(target);
        for (name, entry) in &inventory.symbols {
            for base in &entry.bases {
                assert!(inventory.entry(base).is_some(), "{target}: base {base} of {name}");
            }
            let calls = entry.call.iter().chain(entry.members.values());
            for class in calls.filter_map(|text| read_member(text).returns?.class) {
                assert!(inventory.entry(class).is_some(), "{target}: {class} in {name}");
            }
        }
        for alias in inventory.aliases.values() {
            assert!(inventory.symbols.contains_key(alias), "{target}: {alias}");
        }
    }
}
