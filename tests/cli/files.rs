//! Dependency files beside the code: found in folders, named, written, reported.

use crate::place::Place;

const PINS: &str = "numpy\nazure-mgmt-batchai==2.0.0\n";
const STORAGE: &str = "azure-storage-blob==1.4.0\nadal\n";

#[test]
fn dependency_files_are_found_in_folders_by_their_names() {
    let files = [
        ("requirements.txt", PINS),
        ("requirements/dev.txt", PINS),
        ("notes.txt", PINS),
        ("Pipfile.lock", PINS),
        ("setup.cfg", "[options]\ninstall_requires = azure-mgmt-batchai\n"),
        ("env/gpu.yaml", "dependencies:\n- pip:\n  - azure-mgmt-batchai\n"),
        ("ci.yml", "script: pip install azure-mgmt-batchai\n"),
        ("other-requirements.txt", STORAGE),
    ];
    let answer = Place::with(&files).run(&["check", "--format", "concise", "."]);
    let places: Vec<&str> = answer.out.lines().filter_map(|line| line.split(": ").next()).collect();
    let found =
        ["ci.yml:1:21", "env/gpu.yaml:3:5", "requirements/dev.txt:2:1", "requirements.txt:2:1", "setup.cfg:2:20"];
    assert_eq!(places, found);
    assert_eq!(answer.code, 1);
}

#[test]
fn a_dependency_file_can_be_named_whatever_it_is_called() {
    let place = Place::with(&[("pins.txt", PINS)]);
    let answer = place.run(&["convert", "--write", "pins.txt"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(place.read("pins.txt"), "numpy\nazure-ai-ml>=1.35.1\nazure-identity>=1.15\n");
}

#[test]
fn a_file_without_batch_ai_is_left_alone_beside_one_with_it() {
    let place = Place::with(&[("requirements.txt", PINS), ("requirements-storage.txt", STORAGE)]);
    let answer = place.run(&["convert", "--write", "--target", "v1", "."]);
    assert!(answer.err.contains("2 files read, 1 with Batch AI, 1 rewritten"), "{}", answer.err);
    assert_eq!(place.read("requirements.txt"), "numpy\nazureml-core>=1.61\nazureml-train-core>=1.62\n");
    assert_eq!(place.read("requirements-storage.txt"), STORAGE);
}

#[test]
fn a_file_that_is_no_toml_is_an_error() {
    let place = Place::with(&[("pyproject.toml", "[project\ndependencies = ['azure-mgmt-batchai']\n")]);
    let answer = place.run(&["convert", "."]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("error: pyproject.toml:1:9: this is not TOML: "), "{}", answer.err);
}

#[test]
fn patches_that_lie_in_a_folder_are_no_code() {
    let place = Place::with(&[("submit.sh", "az batchai workspace list\n")]);
    let answer = place.run(&["convert", "-o", "new", "."]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(place.read("new/submit.sh.diff").contains("-az batchai workspace list"));
    let answer = place.run(&["check", "--format", "concise", "--explain-clean", "new"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""), "{}", answer.err);
    assert!(answer.err.contains("submit.sh.diff: a patch"), "{}", answer.err);
    let answer = place.run(&["check", "--format", "concise", "new/submit.sh.diff"]);
    assert_eq!(answer.code, 2, "one that is named is looked into: {}", answer.err);
}

#[test]
fn a_program_that_only_names_a_configuration_is_read_with_it() {
    let job = include_str!("../../fixtures/config-caffe/before.job.json");
    let program = "import subprocess\nsubprocess.check_call(['./submit.sh', 'job.json'])\n";
    let place = Place::with(&[("job.json", job), ("go.py", program), ("README.md", "Edit `job.json`.\n")]);
    let answer = place.run(&["convert", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{}", answer.err);
    assert!(answer.err.contains("`go.py` reads it, and needs it as it is"), "{}", answer.err);
    std::fs::remove_file(place.path("go.py")).unwrap();
    let answer = place.run(&["convert", "."]);
    assert!(answer.out.contains("-Edit `job.json`.\n+Edit `job.yml`.\n"), "{}", answer.out);
}
