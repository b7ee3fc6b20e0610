//! Facts about Batch AI that the rest of the program relies on, each checked by hand in the packages' sources.

use super::*;

fn required(operation: &Operation) -> Vec<&str> {
    operation.params.iter().filter(|param| param.required).map(|param| param.name).collect()
}

#[test]
fn creating_a_cluster_gained_a_workspace_in_2_0_0() {
    let forms = batchai().operations("ClustersOperations", "create");
    assert_eq!(forms[0].versions, ["2.0.0"]);
    assert_eq!(required(&forms[0]), ["resource_group_name", "workspace_name", "cluster_name", "parameters"]);
    let old = forms.iter().find(|form| form.versions.contains(&"1.0.1")).unwrap();
    assert_eq!(required(old), ["resource_group_name", "cluster_name", "parameters"]);
    assert_eq!((old.kind, old.open), (OperationKind::Poller, true));
    assert_eq!(old.returns, Some(Type::Model("Cluster")));
    assert_eq!(old.parameter_type("parameters"), Some(&Type::Model("ClusterCreateParameters")));
}

#[test]
fn lists_are_pagers_and_the_newest_comes_first() {
    let forms = batchai().operations("ClustersOperations", "list_by_workspace");
    assert_eq!(forms.iter().map(|form| form.versions[0]).collect::<Vec<_>>(), ["7.0.0", "2.0.0"]);
    assert!(forms.iter().all(|form| form.kind == OperationKind::Pager));
    assert_eq!(forms[0].returns, Some(Type::Model("Cluster")));
    assert!(batchai().operations("ClustersOperations", "nope").is_empty());
}

#[test]
fn attributes_can_be_followed_to_their_end() {
    let surface = batchai();
    assert_eq!(surface.attribute("Cluster", "node_state_counts"), Some(&Type::Model("NodeStateCounts")));
    assert_eq!(surface.attribute("Job", "execution_info"), Some(&Type::Model("JobPropertiesExecutionInfo")));
    assert_eq!(surface.attribute("JobPropertiesExecutionInfo", "exit_code"), Some(&Type::Plain("int")));
    assert_eq!(surface.attribute("Cluster", "allocation_state"), Some(&Type::Enum("AllocationState")));
    let directories = Type::List(Box::new(Type::Model("InputDirectory")));
    assert_eq!(surface.attribute("JobCreateParameters", "input_directories"), Some(&directories));
    assert_eq!(surface.attribute("Job", "nope"), None);
}

#[test]
fn only_the_first_two_versions_take_positions() {
    let positional = |version: &str| {
        let forms = batchai().model("JobCreateParameters");
        forms.iter().find(|form| form.versions.contains(&version)).map(|form| form.positional)
    };
    let expected = [Some(true), Some(true), Some(false), Some(false), Some(false), Some(false)];
    assert_eq!(["0.1.0", "0.2.0", "1.0.0", "1.0.1", "2.0.0", "7.0.0"].map(positional), expected);
    let first = &batchai().model("JobCreateParameters").last().unwrap().fields;
    let names: Vec<_> = first.iter().filter(|field| field.required).map(|field| field.name).collect();
    assert_eq!(names, ["location", "cluster", "node_count", "std_out_err_path_prefix"]);
}

#[test]
fn what_the_service_fills_is_no_constructor_argument() {
    let cluster = &batchai().model("Cluster")[0];
    assert!(!cluster.field("allocation_state").unwrap().constructor);
    assert!(cluster.field("vm_size").unwrap().constructor);
}

#[test]
fn clients_know_their_groups() {
    let surface = batchai();
    assert_eq!(surface.group("clusters"), Some("ClustersOperations"));
    assert_eq!((surface.group("usage"), surface.group("usages")), (Some("UsageOperations"), Some("UsagesOperations")));
    let client = surface.client("BatchAIManagementClient").unwrap();
    let names: Vec<_> = client.params.iter().map(|param| (param.name, param.required)).collect();
    assert_eq!(names, [("credentials", true), ("subscription_id", true), ("base_url", false)]);
    assert_eq!(client.versions, ["2.0.0", "1.0.1", "1.0.0", "0.2.0", "0.1.0"]);
    assert_eq!(surface.client("BatchAI").unwrap().params[0].name, "credential");
    assert!(surface.client("aio.BatchAI").is_some());
}

#[test]
fn enums_hold_the_members_of_all_versions() {
    let priority = batchai().enumeration("VmPriority").unwrap();
    assert_eq!(priority.member("lowpriority").unwrap().value, "lowpriority");
    assert_eq!(priority.member("LOWPRIORITY").unwrap().versions, ["7.0.0"]);
}

#[test]
fn symbols_are_sorted_and_reach_every_level() {
    let symbols: Vec<String> = batchai().symbols().collect();
    assert!(symbols.is_sorted());
    for name in [
        "BatchAIManagementClient.clusters",
        "ClusterPaged",
        "ClustersOperations.create.cluster_name",
        "ClusterCreateParameters.vm_size",
        "VmPriority.lowpriority",
    ] {
        assert!(symbols.iter().any(|symbol| symbol == name), "{name}");
    }
}

#[test]
fn every_type_in_the_inventory_is_known() {
    let plain = ["str", "int", "bool", "float", "datetime", "timedelta", "object"];
    let known = |ty: &Type| match ty {
        Type::List(inner) | Type::Dict(inner) => !matches!(**inner, Type::Plain(name) if !plain.contains(&name)),
        Type::Plain(name) => plain.contains(name),
        Type::Model(_) | Type::Enum(_) => true,
    };
    for (name, forms) in &batchai().models {
        for field in forms.iter().flat_map(|form| &form.fields) {
            assert!(known(&field.ty), "{name}.{}: {:?}", field.name, field.ty);
        }
    }
    assert_eq!(batchai().versions().len(), 6);
    assert_eq!(batchai().pager("ClusterPaged"), Some(&Type::Model("Cluster")));
    assert!(batchai().model_methods().contains(&"as_dict"));
}
