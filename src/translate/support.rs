//! Support functions: small Python functions, and a class, that converted code calls, inserted once below the imports.

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
        let Some((name, text)) =
            FUNCTIONS.iter().find(|(t, n, _)| *t == target && *n == name).map(|(_, n, x)| (*n, *x))
        else {
            continue;
        };
        for (_, other, _) in FUNCTIONS.iter().filter(|(t, n, _)| *t == target && *n != name) {
            if calls(text, other) {
                wanted.push(other);
            }
        }
        done.push((name, read(text)));
    }
    done.sort_by_key(|(name, _)| *name);
    done.into_iter().map(|(_, f)| f).collect()
}

/// The names of all functions of a target.
pub(super) fn names(target: Target) -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().filter(move |(t, _, _)| *t == target).map(|(_, name, _)| *name)
}

/// All functions of a target.
pub(super) fn all(target: Target) -> impl Iterator<Item = Function> {
    FUNCTIONS.iter().filter(move |(t, _, _)| *t == target).map(|(_, _, text)| read(text))
}

/// Whether a function of a program is one of these as an earlier run has added it.
pub(super) fn is_added(target: Target, name: &str, code: &str) -> bool {
    let mut known = FUNCTIONS.iter().filter(|(of, known, _)| *of == target && *known == name);
    known.any(|(_, _, text)| read(text).code.trim() == code.trim())
}

/// Whether a function's text calls another one: its name, a bracket, and no dot or word before it.
fn calls(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}(")).any(|(at, _)| {
        let before = &text[..at];
        !before.ends_with(|c: char| c == '.' || c == '_' || c.is_alphanumeric()) && !before.ends_with("def ")
    })
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

/// Every function there is, by target and name; a test holds the list against the folders.
const FUNCTIONS: &[(Target, &str, &str)] = &[
    (Target::V1, "JobSweep", include_str!("../../templates/support/JobSweep.py")),
    (Target::V1, "TASK_FROM_TF_CONFIG", include_str!("../../templates/support/TASK_FROM_TF_CONFIG.py")),
    (Target::V1, "as_errors", include_str!("../../templates/v1/support/as_errors.py")),
    (Target::V1, "as_time", include_str!("../../templates/support/as_time.py")),
    (Target::V1, "cancel_jobs", include_str!("../../templates/v1/support/cancel_jobs.py")),
    (Target::V1, "cli_subscription", include_str!("../../templates/support/cli_subscription.py")),
    (Target::V1, "client_settings", include_str!("../../templates/support/client_settings.py")),
    (Target::V1, "container_registry", include_str!("../../templates/v1/support/container_registry.py")),
    (Target::V1, "copy_job", include_str!("../../templates/v1/support/copy_job.py")),
    (Target::V1, "discrete_parameter", include_str!("../../templates/support/discrete_parameter.py")),
    (Target::V1, "download_file", include_str!("../../templates/support/download_file.py")),
    (Target::V1, "execution_state", include_str!("../../templates/v1/support/execution_state.py")),
    (Target::V1, "file_parameter", include_str!("../../templates/support/file_parameter.py")),
    (Target::V1, "get_metric", include_str!("../../templates/v1/support/get_metric.py")),
    (Target::V1, "get_metrics_for_jobs", include_str!("../../templates/v1/support/get_metrics_for_jobs.py")),
    (Target::V1, "get_run", include_str!("../../templates/v1/support/get_run.py")),
    (Target::V1, "job_of_run", include_str!("../../templates/v1/support/job_of_run.py")),
    (Target::V1, "list_blob_files", include_str!("../../templates/v1/support/list_blob_files.py")),
    (Target::V1, "list_log_files", include_str!("../../templates/v1/support/list_log_files.py")),
    (Target::V1, "list_nodes", include_str!("../../templates/v1/support/list_nodes.py")),
    (Target::V1, "list_output_files", include_str!("../../templates/v1/support/list_output_files.py")),
    (Target::V1, "list_run_nodes", include_str!("../../templates/v1/support/list_run_nodes.py")),
    (Target::V1, "list_share_files", include_str!("../../templates/v1/support/list_share_files.py")),
    (Target::V1, "list_usages", include_str!("../../templates/v1/support/list_usages.py")),
    (Target::V1, "load_configuration", include_str!("../../templates/support/load_configuration.py")),
    (Target::V1, "numeric_parameter", include_str!("../../templates/support/numeric_parameter.py")),
    (Target::V1, "once_per_node", include_str!("../../templates/support/once_per_node.py")),
    (Target::V1, "print_cluster_status", include_str!("../../templates/v1/support/print_cluster_status.py")),
    (Target::V1, "print_job_status", include_str!("../../templates/v1/support/print_job_status.py")),
    (Target::V1, "read_auth_file", include_str!("../../templates/support/read_auth_file.py")),
    (Target::V1, "read_secret", include_str!("../../templates/support/read_secret.py")),
    (Target::V1, "resize_cluster", include_str!("../../templates/v1/support/resize_cluster.py")),
    (Target::V1, "resubmit_failed_jobs", include_str!("../../templates/v1/support/resubmit_failed_jobs.py")),
    (Target::V1, "submit_jobs", include_str!("../../templates/v1/support/submit_jobs.py")),
    (Target::V1, "upload_folder", include_str!("../../templates/support/upload_folder.py")),
    (Target::V1, "vnet_keywords", include_str!("../../templates/v1/support/vnet_keywords.py")),
    (Target::V1, "wait_all_jobs", include_str!("../../templates/v1/support/wait_all_jobs.py")),
    (Target::V1, "wait_for_job_completion", include_str!("../../templates/v1/support/wait_for_job_completion.py")),
    (Target::V1, "workspace_settings", include_str!("../../templates/v1/support/workspace_settings.py")),
    (Target::V2, "JobSweep", include_str!("../../templates/support/JobSweep.py")),
    (Target::V2, "TASK_FROM_TF_CONFIG", include_str!("../../templates/support/TASK_FROM_TF_CONFIG.py")),
    (Target::V2, "allocation_state", include_str!("../../templates/v2/support/allocation_state.py")),
    (Target::V2, "as_time", include_str!("../../templates/support/as_time.py")),
    (Target::V2, "cli_subscription", include_str!("../../templates/support/cli_subscription.py")),
    (Target::V2, "client_settings", include_str!("../../templates/support/client_settings.py")),
    (Target::V2, "cluster_errors", include_str!("../../templates/v2/support/cluster_errors.py")),
    (Target::V2, "copy_job", include_str!("../../templates/v2/support/copy_job.py")),
    (Target::V2, "create_resource_group", include_str!("../../templates/v2/support/create_resource_group.py")),
    (Target::V2, "delete_jobs_in_experiment", include_str!("../../templates/v2/support/delete_jobs_in_experiment.py")),
    (Target::V2, "discrete_parameter", include_str!("../../templates/support/discrete_parameter.py")),
    (Target::V2, "download_file", include_str!("../../templates/support/download_file.py")),
    (Target::V2, "execution_state", include_str!("../../templates/v2/support/execution_state.py")),
    (Target::V2, "file_parameter", include_str!("../../templates/support/file_parameter.py")),
    (Target::V2, "get_metric", include_str!("../../templates/v2/support/get_metric.py")),
    (Target::V2, "get_metrics_for_jobs", include_str!("../../templates/v2/support/get_metrics_for_jobs.py")),
    (Target::V2, "job_errors", include_str!("../../templates/v2/support/job_errors.py")),
    (Target::V2, "list_blob_files", include_str!("../../templates/v2/support/list_blob_files.py")),
    (Target::V2, "list_job_nodes", include_str!("../../templates/v2/support/list_job_nodes.py")),
    (Target::V2, "list_jobs", include_str!("../../templates/v2/support/list_jobs.py")),
    (Target::V2, "list_log_files", include_str!("../../templates/v2/support/list_log_files.py")),
    (Target::V2, "list_nodes", include_str!("../../templates/v2/support/list_nodes.py")),
    (Target::V2, "list_output_files", include_str!("../../templates/v2/support/list_output_files.py")),
    (Target::V2, "list_share_files", include_str!("../../templates/v2/support/list_share_files.py")),
    (Target::V2, "list_usages", include_str!("../../templates/v2/support/list_usages.py")),
    (Target::V2, "load_configuration", include_str!("../../templates/support/load_configuration.py")),
    (Target::V2, "node_state_counts", include_str!("../../templates/v2/support/node_state_counts.py")),
    (Target::V2, "numeric_parameter", include_str!("../../templates/support/numeric_parameter.py")),
    (Target::V2, "once_per_node", include_str!("../../templates/support/once_per_node.py")),
    (Target::V2, "print_cluster_status", include_str!("../../templates/v2/support/print_cluster_status.py")),
    (Target::V2, "print_job_status", include_str!("../../templates/v2/support/print_job_status.py")),
    (Target::V2, "read_auth_file", include_str!("../../templates/support/read_auth_file.py")),
    (Target::V2, "read_secret", include_str!("../../templates/support/read_secret.py")),
    (Target::V2, "resize_cluster", include_str!("../../templates/v2/support/resize_cluster.py")),
    (Target::V2, "resubmit_failed_jobs", include_str!("../../templates/v2/support/resubmit_failed_jobs.py")),
    (Target::V2, "submit_jobs", include_str!("../../templates/v2/support/submit_jobs.py")),
    (Target::V2, "upload_folder", include_str!("../../templates/support/upload_folder.py")),
    (Target::V2, "wait_all_jobs", include_str!("../../templates/v2/support/wait_all_jobs.py")),
    (Target::V2, "wait_for_job_completion", include_str!("../../templates/v2/support/wait_for_job_completion.py")),
];
