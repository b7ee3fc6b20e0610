//! What is said of a use beside what its row says of it; no golden holds the words.

use bai2aml::concept::JobForm;
use bai2aml::convert::{Options, convert};
use bai2aml::report::Entry;
use bai2aml::sdk::Target;
use bai2aml::source::Source;

/// What is said of the uses in a file.
fn entries(name: &str, text: &str, target: Target, job_form: JobForm) -> Vec<Entry> {
    let source = Source::read(name, text.as_bytes().to_vec()).expect("it can be read");
    let options = Options { target, job_form: Some(job_form), upgrade_vm_sizes: false };
    convert(vec![source], &options).into_iter().flat_map(|file| file.entries).collect()
}

/// Ways to say who may log in to the nodes of a cluster.
const LOGINS: [&str; 7] =
    ["-u ops", "-k key.pub", "-p secret", "--generate-ssh-keys", "-f cluster.json", "--config cluster.json", ""];

#[test]
pub fn it_is_said_where_nobody_can_log_in() {
    for login in LOGINS {
        let line = format!("az batchai cluster create -n nodes -s STANDARD_NC6S_V3 {login}\n");
        let entries = entries("make.sh", &line, Target::V2, JobForm::Estimator);
        let is_said = entries.iter().any(|entry| entry.reason.contains("nobody can log in"));
        assert_eq!(is_said, login.is_empty(), "{line}");
    }
}

#[test]
pub fn the_age_of_an_image_is_told() {
    let text =
        "from azure.mgmt.batchai import models\nmodels.ImageSourceRegistry(image='nvidia/cuda:8.0-cudnn6-runtime')\n";
    let forms =
        [(Target::V2, JobForm::Estimator), (Target::V1, JobForm::Estimator), (Target::V1, JobForm::ScriptRunConfig)];
    for (target, form) in forms {
        let entries = entries("image.py", text, target, form);
        assert!(entries.iter().any(|entry| entry.reason.contains("CUDA 8")), "{target} {form:?}: {entries:?}");
    }
}
