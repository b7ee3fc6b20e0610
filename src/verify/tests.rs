//! Small programs for each fault, and larger ones that are right: no check may cry wolf.

use std::collections::BTreeMap;

use super::*;
use crate::source::Source;

fn source(text: &str) -> Source {
    Source::read("program.py", text.as_bytes().to_vec()).expect("a readable program")
}

fn notebook(cells: &[&str]) -> Source {
    let cells: Vec<_> = cells
        .iter()
        .map(|text| serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": [], "source": [text]}))
        .collect();
    let file = serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2});
    Source::read("program.ipynb", file.to_string().into_bytes()).expect("a readable notebook")
}

/// Messages, with the text that they point at.
fn found(before: &Source, after: &Source, target: Target) -> Vec<String> {
    let faults = verify(&Module::alone(before), &Module::alone(after), target, &[], &BTreeMap::new());
    faults.into_iter().map(|f| format!("{} @ {}", f.message, f.span.of(after.text()))).collect()
}

/// What is wrong with a v2 program that came from nothing.
fn v2(text: &str) -> Vec<String> {
    found(&source(""), &source(text), Target::V2)
}

fn v1(text: &str) -> Vec<String> {
    found(&source(""), &source(text), Target::V1)
}

/// What is wrong with what a v2 program does with `client`, an `MLClient`.
fn with_client(text: &str) -> Vec<String> {
    v2(&format!(
        "from azure.ai.ml import MLClient, command\nfrom azure.identity import DefaultAzureCredential\n\
         client = MLClient(DefaultAzureCredential(), 's', 'g', 'w')\n{text}"
    ))
}

fn none() -> Vec<String> {
    Vec::new()
}

// Calls, keywords, attributes and imports that the target does not have.

#[test]
fn imports_must_be_there() {
    assert_eq!(v2("from azure.ai.ml import MLClient, Client\n"), ["no `azure.ai.ml.Client` is known @ Client"]);
    assert_eq!(v2("import azure.ai.ml.jobs\n"), ["no `azure.ai.ml.jobs` is known @ azure.ai.ml.jobs"]);
    assert_eq!(v2("from azure.ai.ml import *\nimport azure.ai.ml.entities as e\nfrom azure.ai import ml\n"), none());
}

#[test]
fn other_packages_are_not_judged() {
    assert_eq!(v2("from azure.mgmt.resource import X\nfrom torch import nn\nX(a=1).b\nnn.c(d=2)\n"), none());
    let user = "import azure.mgmt.compute\nfrom azure.nowhere import X\nX(a=1).b\nazure.mgmt.compute.Y(1).c\n";
    assert_eq!(found(&source(user), &source(user), Target::V2), none());
    assert_eq!(v2("from azure.nowhere import X\n"), ["no `azure.nowhere.X` is known @ X"]);
    assert_eq!(v2("from . import azure\nfrom .azure.ai.ml import Client\nazure.x\n"), none());
}

#[test]
fn names_of_modules_and_classes_must_be_there() {
    let text = "import azure.ai.ml as m\nfrom azure.ai.ml.entities import AmlCompute\nm.Client\nAmlCompute.create\n";
    assert_eq!(
        v2(text),
        ["`azure.ai.ml` has no `Client` @ Client", "`azure.ai.ml.entities.AmlCompute` has no `create` @ create"]
    );
}

#[test]
fn keywords_must_be_taken() {
    let text = "from azure.ai.ml.entities import AmlCompute\nAmlCompute(name='a', vm_size='b')\n";
    assert_eq!(v2(text), ["`AmlCompute` takes no `vm_size` @ vm_size"]);
    assert_eq!(
        with_client("client.compute.get(name='a', raw=True)\n"),
        ["`ComputeOperations.get` takes no `raw` @ raw"]
    );
}

#[test]
fn keywords_that_are_swallowed_are_faults_too() {
    assert_eq!(with_client("command(node_count=2)\n"), ["`command` takes no `node_count` @ node_count"]);
    let text = "from azure.ai.ml import MpiDistribution\nMpiDistribution(process_count_per_node=1)\n";
    assert_eq!(v2(text), ["`MpiDistribution` takes no `process_count_per_node` @ process_count_per_node"]);
}

#[test]
fn the_number_of_positions_must_fit() {
    let faults = with_client("client.jobs.get(group, workspace, name)\n");
    assert!(
        faults.contains(&"`JobOperations.get` takes 1 positional argument, not 3 @ workspace".into()),
        "{faults:?}"
    );
    assert_eq!(with_client("x = []\nclient.jobs.get(*x)\n"), none());
}

#[test]
fn required_parameters_must_be_given_once() {
    assert_eq!(with_client("client.jobs.get()\n"), ["`JobOperations.get` needs `name` @ client.jobs.get()"]);
    let twice = with_client("client.jobs.get('a', name='a')\n");
    assert_eq!(twice, ["`JobOperations.get` gets `name` twice @ client.jobs.get('a', name='a')"]);
    assert_eq!(with_client("x = {}\nclient.jobs.get(**x)\n"), none());
    assert_eq!(with_client("client.workspaces.begin_delete('w')\n").len(), 1);
}

#[test]
fn a_job_has_no_attribute_of_batch_ai() {
    let fault = ["`Job` has no `execution_state` @ execution_state"];
    assert_eq!(with_client("job = client.jobs.get('j')\nwhile job.execution_state:\n    pass\n"), fault);
    assert_eq!(with_client("for job in client.jobs.list():\n    print(job.execution_state)\n"), fault);
    assert_eq!(with_client("[j.execution_state for j in list(client.jobs.list())]\n"), fault);
    assert_eq!(
        with_client("def state(c, name):\n    return c.jobs.get(name).execution_state\nstate(client, 'j')\n"),
        fault
    );
    assert_eq!(with_client("def get():\n    return client.jobs.get('j')\nget().execution_state\n"), fault);
    assert_eq!(with_client("job = None\nif client:\n    job = client.jobs.get('j')\njob.execution_state\n"), fault);
}

#[test]
fn what_a_command_does_not_have_is_a_fault_when_read_or_set() {
    let faults =
        with_client("job = command(command='x')\njob.node_count = 2\njob.name = 'n'\nprint(job.execution_info)\n");
    assert_eq!(
        faults,
        ["`Command` has no `node_count` @ node_count", "`Command` has no `execution_info` @ execution_info"]
    );
}

#[test]
fn only_pollers_have_a_result() {
    assert_eq!(with_client("client.jobs.create_or_update(command()).result()\n"), ["`Job` has no `result` @ result"]);
    assert_eq!(with_client("client.compute.begin_delete('c').result()\n"), none());
    let poller = with_client("client.compute.begin_delete('c').results()\n");
    assert_eq!(poller, ["`LROPoller` has no `results` @ results"]);
    let state =
        with_client("c = client.compute.begin_create_or_update(x).result()\nc.name, c.min_instances, c.vm_size\n");
    assert_eq!(state.last().map(String::as_str), Some("`Compute` has no `vm_size` @ vm_size"));
}

#[test]
fn attributes_of_the_program_s_own_objects_are_followed() {
    let faults = with_client(
        "class Runner:\n    def __init__(self, client):\n        self.client = client\n    def job(self):\n        \
         return self.client.jobs.get('j')\n    def wait(self):\n        self.job().execution_state\nRunner(client).wait()\n",
    );
    assert_eq!(faults, ["`Job` has no `execution_state` @ execution_state"]);
}

#[test]
fn what_is_not_sure_is_not_judged() {
    let either = "if x:\n    job = client.jobs.get('j')\nelse:\n    job = Other()\njob.execution_state\n";
    let faults = with_client(either);
    assert!(faults.iter().all(|f| f.starts_with("nothing binds")), "{faults:?}");
    assert_eq!(with_client("def f(job):\n    return job.execution_state\n"), none());
    assert_eq!(with_client("job = client.jobs.get('j')\njob = dict(job)\njob.anything\n"), none());
    assert_eq!(with_client("getattr(client.jobs.get('j'), 'x').y\nclient.jobs.get('j')._private\n"), none());
}

/// What is wrong with the second program, a conversion of the first; `client` is an `MLClient`.
fn marked(before: &str, after: &str) -> Vec<String> {
    let head = "from azure.ai.ml import MLClient, command\nclient = MLClient(None, 's', 'g', 'w')\n";
    found(&source(before), &source(&format!("{head}{after}")), Target::V2)
}

#[test]
fn marked_code_that_is_as_before_is_not_judged() {
    let create = "client.file_servers.create(1, 2)\n";
    assert_eq!(marked(create, &format!("# bai2aml: BAI901 manual: none\n{create}")), none());
    let shared = "servers = client.file_servers\nservers.create(1)\n";
    assert_eq!(marked(shared, &shared.replace("servers.create", "# bai2aml: manual\nservers.create")), none());
    let get = "client.jobs.get(rg, ws, name, raw=True)\n";
    let faults = marked(get, &format!("# bai2aml: manual\n{get}"));
    assert_eq!(faults, none());
}

#[test]
fn new_code_is_judged_although_a_part_is_marked() {
    let faults = marked("x = 1\n", "# bai2aml: manual: a part of it\ncommand(node_count=2)\nclient.jobs.fetch(1)\n");
    assert_eq!(faults, ["`command` takes no `node_count` @ node_count", "`JobOperations` has no `fetch` @ fetch"]);
    let inner = "# bai2aml: manual\nfor s in [client]:\n    s.jobs.get(1).exit_code\n";
    assert_eq!(marked("job.exit_code\n", inner), ["`Job` has no `exit_code` @ exit_code"]);
}

#[test]
fn what_the_user_had_before_is_not_reported() {
    let user = "from azure.storage.blob import BlockBlobService\nimport azure.identity\nazure.identity.Foo(a=1)\n";
    let after = format!("{user}from azure.ai.ml import Nope\n");
    let faults = found(&source(user), &source(&after), Target::V2);
    assert!(faults.contains(&"no `azure.ai.ml.Nope` is known @ Nope".into()), "{faults:?}");
    assert!(!faults.iter().any(|f| f.contains("Foo") || f.starts_with("no `azure.storage")), "{faults:?}");
}

#[test]
fn names_are_followed_through_the_cells_of_a_notebook() {
    let cells =
        ["from azure.ai.ml import MLClient\n", "c = MLClient(None)\n", "%time\nj = c.jobs.get('j')\n", "j.exit_code"];
    let faults = found(&notebook(&[]), &notebook(&cells), Target::V2);
    assert_eq!(faults, ["`Job` has no `exit_code` @ exit_code"]);
}

#[test]
fn the_other_target_is_judged_by_its_own_packages() {
    let text = "from azureml.core import Workspace, Experiment\nws = Workspace.from_config()\n\
                run = Experiment(ws, 'e').submit(None)\nrun.wait_for_completion(show_output=True)\nrun.execution_state\n\
                from azureml.core.compute import AmlCompute\nAmlCompute.provisioning_configuration(max_instances=1)\n";
    let faults = v1(text);
    assert_eq!(
        faults,
        [
            "`Run` has no `execution_state` @ execution_state",
            "`AmlCompute.provisioning_configuration` takes no `max_instances` @ max_instances"
        ]
    );
    assert_eq!(v2("import azureml.core\n"), ["no `azureml.core` is known @ azureml.core"]);
}

// What may be left of Batch AI, and what may not.

const IMPORT: &str = "from azure.mgmt.batchai import BatchAIManagementClient, models\n";

#[test]
fn every_use_needs_a_mark() {
    let faults = v2(&format!("{IMPORT}a = models.ResourceId(id='x')\n"));
    assert_eq!(
        faults,
        [
            "`azure.mgmt.batchai` is left without a mark @ BatchAIManagementClient",
            "`azure.mgmt.batchai` is left without a mark @ models",
            "`ResourceId` is left without a mark @ models.ResourceId(id='x')"
        ]
    );
}

#[test]
fn a_mark_speaks_for_its_statement_and_what_that_uses() {
    let text = "from azure.mgmt.batchai import models\nkind = models.VmPriority\n\
                # bai2aml: BAI101 manual: for a reason\n#   do: something\na = models.ResourceId(id=kind)\n";
    assert_eq!(v2(text), none());
    let indented = text
        .replace("# bai2aml", "if True:\n    # bai2aml")
        .replace("#   do", "    #   do")
        .replace("\na =", "\n    a =");
    assert_eq!(v2(&indented), none());
}

#[test]
fn a_mark_does_not_speak_for_what_stands_beside_it() {
    let marked = "# bai2aml: BAI101 manual: for a reason\na = models.ResourceId(id='x')\n";
    let faults = v2(&format!("{IMPORT}{marked}"));
    assert_eq!(faults, ["`azure.mgmt.batchai` is left without a mark @ BatchAIManagementClient"]);
    let next = "from azure.mgmt.batchai import models\n# bai2aml: manual\na = models.ResourceId(id='x')\nb = models.Caffe2Settings()\n";
    assert_eq!(v2(next), ["`Caffe2Settings` is left without a mark @ models.Caffe2Settings()"]);
    let apart = "from azure.mgmt.batchai import models\n# bai2aml: manual\n\na = models.ResourceId(id='x')\n";
    assert_eq!(v2(apart).len(), 2);
}

#[test]
fn a_variable_is_fine_where_the_program_exports_it() {
    let used = "args = '--data $AZ_BATCHAI_INPUT_DATA'\n";
    assert_eq!(v2(used), ["`AZ_BATCHAI_INPUT_DATA` is left without a mark @ $AZ_BATCHAI_INPUT_DATA"]);
    let exported = format!("{used}c = 'export A=1 AZ_BATCHAI_INPUT_DATA=\"${{{{inputs.DATA}}}}\"; run ' + args\n");
    assert_eq!(v2(&exported), none());
    let other = format!("{used}c = 'export AZ_BATCHAI_INPUT_DATA_2=1; run ' + args\n");
    assert_eq!(v2(&other).len(), 1);
    assert_eq!(v2("c = 'mpirun --host ${AZ_BATCH_HOST_LIST}'\n"), none());
}

#[test]
fn the_support_constant_sets_three_variables() {
    let constant = include_str!("../../templates/support/TASK_FROM_TF_CONFIG.py");
    let used = "c = TASK_FROM_TF_CONFIG + 'run $AZ_BATCHAI_PS_HOSTS $AZ_BATCHAI_WORKER_HOSTS $AZ_BATCHAI_TASK_INDEX'\n";
    assert_eq!(v2(&format!("{constant}{used}")), none());
}

#[test]
fn the_neighbours_of_today_are_no_left_overs() {
    let beside = "# bai2aml: manual\nimport azure.mgmt.batchai\n";
    let text = "from azure.core.exceptions import HttpResponseError\nfrom azure.mgmt.resource import ResourceManagementClient\n\
                ResourceManagementClient(None, 's')\ntry:\n    pass\nexcept HttpResponseError:\n    pass\n";
    assert_eq!(v2(&format!("{beside}{text}")), none());
    let old = v2(&format!("{beside}from msrestazure.azure_exceptions import CloudError\n"));
    assert_eq!(old, ["`msrestazure.azure_exceptions.CloudError` is left without a mark @ CloudError"]);
}

#[test]
fn an_attribute_that_keeps_its_name_is_no_left_over() {
    let text = "from azure.mgmt.batchai import models\n# bai2aml: manual\nfor f in models.JobCreateParameters(**x).mount_volumes.azure_file_shares:\n    \
                print(f.account_name)\n    print(f.azure_file_url)\n";
    let faults: Vec<_> = v2(text).into_iter().filter(|f| !f.starts_with("nothing binds")).collect();
    assert_eq!(faults, ["`AzureFileShareReference` is left without a mark @ f.azure_file_url"]);
}

// Programs that do not parse, lost comments, unbound names, undeclared inputs and outputs.

fn from(before: &str, after: &str) -> Vec<String> {
    found(&source(before), &source(after), Target::V2)
}

#[test]
fn the_result_must_parse() {
    let faults = from("a = 1\n", "a = (1\nb = = 2\n");
    assert!(!faults.is_empty() && faults.iter().all(|f| f.starts_with("syntax error: ")), "{faults:?}");
    assert_eq!(from("print 'old'\n", "print 'old'\n"), none());
}

#[test]
fn comments_must_not_be_lost() {
    let faults = from("# one\na = 1  # two\n# one\n", "b = 1  # two\n# one\n");
    assert_eq!(faults, ["the comment `# one` is lost (line 3 of the original) @ "]);
    assert_eq!(from("a = 1  # one\n# two\n", "# two\na = (1 +  # one\n 2)\n"), none());
    assert_eq!(from("a(x, # why\n b)\n", "# bai2aml: manual\n#   was:\n#     a(x, # why\n#      b)\npass\n"), none());
    assert_eq!(from("# utilities contains helpers\nimport sys\n", "import sys\n"), none());
}

#[test]
fn lost_comments_of_a_notebook_are_found_by_cell() {
    let faults = found(&notebook(&["a = 1\n# why", "b"]), &notebook(&["a = 1", "b"]), Target::V2);
    assert_eq!(faults, ["the comment `# why` is lost (cell 0, line 2 of the original) @ "]);
}

#[test]
fn new_names_must_be_bound() {
    assert_eq!(from("a = 1\nprint(a)\n", "a = 1\nshow(a)\n"), ["nothing binds `show` @ show"]);
    assert_eq!(from("a = 1\nprint(a)\n", "print(a)\n"), ["nothing binds `a` @ a"]);
    assert_eq!(from("show(1)\n", "show(2)\n"), none());
    assert_eq!(from("", "from x import *\nshow(2)\n"), none());
}

#[test]
fn names_are_bound_in_many_ways() {
    let text = "import os, a.b as c\nfrom d import e\ndef f(g, *h, i=1, **j):\n    global k\n    k = g, h, i, j\n    return k\n\
                class L(f):\n    m = 1\n    n = m\nfor o, (p, *q) in f(1):\n    print(o, p, q)\nwith f(1) as r, f(2) as (s, t):\n    print(r, s, t)\n\
                try:\n    u = 1\nexcept (OSError, KeyError) as v:\n    print(v, str(v))\n[w for w in L if w]\n{x: y for x, y in e}\n\
                (lambda z: z)(c)\nif (aa := os):\n    print(aa, u, __file__, _)\nbb: int = 1\nprint(bb)\n";
    assert_eq!(from("", text), none());
}

#[test]
fn a_command_declares_what_it_names() {
    let faults = with_client("command(command='run ${{inputs.A}} ${{inputs.B}} ${{outputs.C}}', inputs={'A': 1})\n");
    assert_eq!(
        faults,
        [
            "the command names `${{inputs.B}}` and does not declare it @ 'run ${{inputs.A}} ${{inputs.B}} ${{outputs.C}}'",
            "the command names `${{outputs.C}}` and does not declare it @ 'run ${{inputs.A}} ${{inputs.B}} ${{outputs.C}}'"
        ]
    );
    let joined = "p = 'x'\ncommand(command='export A=${{inputs.A}}; ' + p, inputs={'A': 1})\n";
    assert_eq!(with_client(joined), none());
}

#[test]
fn a_command_that_cannot_be_read_whole_is_not_judged() {
    assert_eq!(with_client("i = dict()\ncommand(command='${{inputs.A}}', inputs=i)\n"), none());
    assert_eq!(with_client("i = dict()\ncommand(command='${{inputs.A}}', inputs={**i})\n"), none());
    assert_eq!(with_client("i = dict()\ncommand(command='${{inputs.A}}', **i)\n"), none());
    assert_eq!(with_client("other = print\nother(command='${{inputs.A}}')\n"), none());
}

// Larger programs that are right.

#[test]
fn right_programs_of_both_targets_pass() {
    let programs = [
        (Target::V2, include_str!("tests/v2_training.py")),
        (Target::V2, include_str!("tests/v2_roles.py")),
        (Target::V2, include_str!("tests/v2_clusters.py")),
        (Target::V2, include_str!("tests/v2_results.py")),
        (Target::V2, include_str!("tests/v2_class.py")),
        (Target::V1, include_str!("tests/v1_estimator.py")),
        (Target::V1, include_str!("tests/v1_script.py")),
    ];
    for (target, text) in programs {
        assert_eq!(found(&source(""), &source(text), target), none());
    }
}

#[test]
fn support_functions_pass() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/v2/support");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut imports, mut bodies) = (String::new(), String::new());
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let needs = text.lines().next().and_then(|line| line.strip_prefix("# needs:")).unwrap_or_default();
        imports.extend(needs.split(';').map(|import| format!("{}\n", import.trim())));
        bodies.push_str(&text);
    }
    let use_them = "client = MLClient(None, 's', 'g', 'w')\nlist_output_files(client, 'j', 'MODEL')\nlist_jobs(client)\n\
                    cluster = client.compute.get('c')\nprint_cluster_status(client, cluster)\nlist_job_nodes(client, 'j')\n\
                    resize_cluster(client, 'c', 0, 4)\nwait_for_job_completion(client, 'j')\nlist_usages(client, 'eastus')\n";
    assert_eq!(v2(&format!("from azure.ai.ml import MLClient\n{imports}{bodies}\n{use_them}")), none());
}
