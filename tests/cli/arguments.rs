//! Arguments, help and usage errors.

use crate::place::{OTHER, Place};

#[test]
fn help_fits_in_80_columns() {
    let place = Place::new();
    for args in [
        &["--help"][..],
        &["convert", "--help"],
        &["convert", "-h"],
        &["check", "--help"],
        &["explain", "-h"],
        &["coverage", "--help"],
    ] {
        let answer = place.run(args);
        assert_eq!(answer.code, 0);
        for line in answer.out.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
    }
}

#[test]
fn long_help_has_examples_and_exit_codes() {
    let place = Place::new();
    for command in ["convert", "check", "explain", "coverage"] {
        let help = place.run(&[command, "--help"]).out;
        assert!(help.contains("Examples:\n  bai2aml "), "{help}");
    }
    assert!(place.run(&["convert", "--help"]).out.contains("Exit codes: 0 nothing"));
}

#[test]
fn v1_jobs_are_estimators_where_that_leaves_no_more_to_a_person() {
    let job = |toolkit: &str| {
        format!(
            "from azure.mgmt.batchai import models\n\nparameters = models.JobCreateParameters(\n    \
             cluster=models.ResourceId(id=cluster_id),\n    node_count=2,\n    \
             container_settings=models.ContainerSettings(\n        \
             image_source_registry=models.ImageSourceRegistry(image='python:3.6')),\n    {toolkit})\n"
        )
    };
    let script = "chainer_settings=models.ChainerSettings(python_script_file_path='$AZ_BATCHAI_INPUT_SCRIPT/train.py')";
    let shell = "custom_toolkit_settings=models.CustomToolkitSettings(command_line='cd /data && make')";
    let place = Place::with(&[("guide.py", &*job(script)), ("shell.py", &*job(shell))]);
    let run = place.run(&["convert", "--target", "v1", "--report", "r.json", "guide.py", "shell.py"]);
    assert!(run.out.contains("+parameters = Chainer("), "{}", run.out);
    assert!(run.out.contains("+parameters = ScriptRunConfig("), "{}", run.out);
    assert!(run.err.contains("\njobs as `ScriptRunConfig` in 1 file: estimators leave more to you"), "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_eq!(report["files"][0].get("job_form"), None);
    assert_eq!(report["files"][1]["job_form"], "script-run-config");
    let asked = place.run(&["convert", "--target", "v1", "--job-form", "estimator", "shell.py"]);
    assert!(!asked.out.contains("ScriptRunConfig(") && !asked.err.contains("jobs as"), "{}", asked.err);
}

#[test]
fn version_names_the_program() {
    assert!(Place::new().run(&["--version"]).out.starts_with("bai2aml "));
}

#[test]
fn a_command_without_its_arguments_is_a_usage_error() {
    let place = Place::new();
    for args in [&[][..], &["convert"], &["check"], &["explain"], &["frobnicate"]] {
        let answer = place.run(args);
        assert_eq!(answer.code, 2, "{args:?}");
        assert!(answer.err.contains("Usage: bai2aml"), "{}", answer.err);
    }
}

#[test]
fn arguments_that_do_not_go_together_are_a_usage_error() {
    let place = Place::with(&[("x.py", OTHER)]);
    let cases: [(&[&str], &str); 6] = [
        (&["convert", "--write", "-o", "new", "x.py"], "cannot be used with"),
        (&["convert", "--cells", "--write", "x.py"], "cannot be used with"),
        (&["convert", "--write", "-"], "cannot rewrite standard input"),
        (&["convert", "--job-form", "estimator", "x.py"], "needs `--target v1`"),
        (&["convert", "--report", "-", "x.py"], "needs the name of a file"),
        (&["explain", "--list", "BAI101"], "cannot be used with"),
    ];
    for (args, message) in cases {
        let answer = place.run(args);
        assert_eq!(answer.code, 2, "{args:?}");
        assert!(answer.err.contains(message), "{}", answer.err);
    }
}

#[test]
fn an_unknown_concept_is_an_error_that_says_what_to_do() {
    let answer = Place::new().run(&["explain", "nothing-like-it"]);
    assert_eq!(answer.code, 2);
    assert_eq!(answer.err, "error: no concept `nothing-like-it`; `bai2aml explain --list` shows all of them\n");
}

// Needs the real concept table.
#[test]
fn explain_takes_a_code_or_a_name_in_any_case() {
    let place = Place::new();
    let answer = place.run(&["explain", "BAI101"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("cluster-create"), "{}", answer.out);
    assert_eq!(place.run(&["explain", "bai101"]).out, answer.out);
    assert_eq!(place.run(&["explain", "Cluster-Create"]).out, answer.out);
}

// Needs the real concept table.
#[test]
fn a_concept_that_is_misspelt_is_suggested() {
    let place = Place::new();
    assert!(place.run(&["explain", "cluster-craete"]).err.contains("did you mean `cluster-create`?"));
    assert!(place.run(&["explain", "bai11"]).err.contains("did you mean `BAI"));
}

// Needs the real concept table.
#[test]
fn the_list_has_every_concept_on_a_line() {
    let answer = Place::new().run(&["explain", "--list"]);
    assert_eq!(answer.code, 0);
    assert!(answer.out.lines().all(|line| line.starts_with("BAI")), "{}", answer.out);
    assert!(answer.out.contains("BAI101  cluster-create"));
}

#[test]
fn retired_sizes_are_replaced_only_when_asked() {
    let program = "from azure.mgmt.batchai import models\n\
        SIZE = 'STANDARD_NC24R'\n\
        a = models.ClusterCreateParameters(vm_size=SIZE)\n\
        b = models.ClusterCreateParameters(vm_size='standard_nc6')\n\
        c = models.ClusterCreateParameters(vm_size='STANDARD_D2_V3')\n";
    let place = Place::with(&[("x.py", program)]);
    let kept = place.run(&["convert", "x.py"]);
    assert!(kept.out.contains("size='standard_nc6'"), "{}", kept.out);
    assert!(kept.err.contains("`standard_nc6` was retired on 2023-08-31 and cannot be created"), "{}", kept.err);
    let new = place.run(&["convert", "--upgrade-vm-sizes", "x.py"]);
    assert!(new.out.contains("+SIZE = 'Standard_NC64as_T4_v3'"), "{}", new.out);
    assert!(new.out.contains("size='Standard_NC4as_T4_v3'"), "{}", new.out);
    assert!(new.out.contains("size='STANDARD_D2_V3'"), "{}", new.out);
    assert!(new.err.contains("became `Standard_NC64as_T4_v3`, but it has no InfiniBand"), "{}", new.err);
}
