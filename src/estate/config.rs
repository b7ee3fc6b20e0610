//! Configuration files of `az batchai`: the JSON of a job and of a cluster, known by what is in it.

use serde_json::Value;

use super::Use;
use crate::text::Span;

/// Keys that only a job of Batch AI has, one for each toolkit and one more.
const JOB: [&str; 11] = [
    "caffe2Settings",
    "caffeSettings",
    "chainerSettings",
    "cntkSettings",
    "customMpiSettings",
    "customToolkitSettings",
    "horovodSettings",
    "pyTorchSettings",
    "stdOutErrPathPrefix",
    "tensorFlowSettings",
    "toolkitType",
];
/// Keys of the scale settings of a cluster; Azure Batch and Azure ML name theirs otherwise.
const SCALE: [(&str, &str); 2] = [("autoScale", "minimumNodeCount"), ("manual", "targetNodeCount")];

/// What a file of JSON configures.
pub(super) fn uses(text: &str) -> Vec<Use> {
    // One that is no JSON is somebody else's: `az batchai` would have refused it too.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let Some(properties) = value.get("properties").filter(|value| value.is_object()) else { return Vec::new() };
    let schema = value.get("$schema").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let scale = properties.get("scaleSettings");
    let has_scale = |(how, key): &(&str, &str)| scale.and_then(|scale| scale.get(how)?.get(key)).is_some();
    let is_job = JOB.iter().any(|key| properties.get(key).is_some()) && properties.get("nodeCount").is_some();
    let is_cluster = properties.get("vmSize").is_some() && SCALE.iter().any(has_scale);
    let symbol = match (is_job, is_cluster) {
        _ if schema.contains("/batchai/") && schema.contains("job") => "file:job.json",
        _ if schema.contains("/batchai/") => "file:cluster.json",
        (true, _) => "file:job.json",
        (false, true) => "file:cluster.json",
        (false, false) => return Vec::new(),
    };
    let at = text.find("\"properties\"").unwrap_or(0);
    let span = Span::new(at, (at + "\"properties\"".len()).min(text.len()));
    vec![Use { span, symbol: symbol.into(), name: symbol.trim_start_matches("file:").into() }]
}
