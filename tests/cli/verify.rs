//! `verify`, and the certificate of `convert`: exit codes, sides, hashes.

use std::process::Command;

use crate::place::Place;

const OLD: &str = "from azure.mgmt.batchai import BatchAIManagementClient, models\n\
    client = BatchAIManagementClient(credentials, subscription)\n\
    parameters = models.ClusterCreateParameters(\n    vm_size='STANDARD_D2_V2',\n\
    \x20   scale_settings=models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=2)),\n\
    \x20   user_account_settings=models.UserAccountSettings(admin_user_name='me', admin_user_ssh_public_key=key))\n\
    client.clusters.create('rg', 'ws', 'cpus', parameters).result()\n";

/// Old and new code, by the program itself.
fn converted() -> Place {
    let place = Place::with(&[("old.py", OLD), ("new.py", OLD)]);
    place.run(&["convert", "--write", "new.py"]);
    place
}

fn spoil(place: &Place) {
    let new = std::fs::read_to_string(place.path("new.py")).unwrap();
    assert!(new.contains("max_instances=2"), "{new}");
    std::fs::write(place.path("new.py"), new.replace("max_instances=2", "max_instances=3")).unwrap();
}

#[test]
fn equal_is_0_and_different_is_1() {
    let place = converted();
    assert_eq!(place.run(&["verify", "old.py", "new.py"]).code, 0);
    spoil(&place);
    let answer = place.run(&["verify", "old.py", "new.py"]);
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("differs: `clusters cpus: max`: `2` became `3`"), "{}", answer.out);
    assert_eq!(place.run(&["verify", "old.py", "gone.py"]).code, 2);
}

#[test]
fn what_cannot_be_told_is_2_and_strict_makes_it_1() {
    let place = converted();
    let new = std::fs::read_to_string(place.path("new.py")).unwrap();
    let unpacked = new.replace("size='STANDARD_D2_V2'", "**elsewhere()");
    std::fs::write(place.path("new.py"), unpacked).unwrap();
    assert_eq!(place.run(&["verify", "old.py", "new.py"]).code, 2);
    assert_eq!(place.run(&["verify", "--strict", "old.py", "new.py"]).code, 1);
}

#[test]
fn what_has_no_counterpart_is_told_and_fails_only_with_strict() {
    let old = OLD.replace(
        "    user_account_settings=",
        "    virtual_machine_configuration=models.VirtualMachineConfiguration(image_reference=models.ImageReference(\n\
        \x20       publisher='microsoft-ads', offer='linux-data-science-vm', sku='linuxdsvm', version='latest')),\n\
        \x20   user_account_settings=",
    ) + "client.jobs.delete('rg', 'ws', 'exp', 'run').result()\n";
    let place = Place::with(&[("old.py", &old), ("new.py", &old)]);
    place.run(&["convert", "--target", "v1", "--write", "new.py"]);
    let answer = place.run(&["verify", "old.py", "new.py"]);
    assert!(answer.out.contains("no counterpart: `clusters cpus: image`"), "{}", answer.out);
    assert!(answer.out.contains("no counterpart: `jobs.delete run`: azureml-core deletes no runs"), "{}", answer.out);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(place.run(&["verify", "--strict", "old.py", "new.py"]).code, 1);
    // What has a counterpart is missing without it: the size, and the cancelling that comes nearest.
    let new = std::fs::read_to_string(place.path("new.py")).unwrap();
    for (lost, said) in [("    vm_size='STANDARD_D2_V2',\n", "clusters cpus: size"), (".cancel()", "jobs.delete run")] {
        assert!(new.contains(lost), "{new}");
        std::fs::write(place.path("new.py"), new.replace(lost, "")).unwrap();
        let answer = place.run(&["verify", "old.py", "new.py"]);
        assert!(answer.out.contains(&format!("missing: `{said}`")), "{}", answer.out);
        assert_eq!(answer.code, 1);
    }
}

#[test]
fn what_is_kept_in_two_programs_of_a_folder_is_not_mixed_up() {
    let job = |image: &str| {
        format!(
            "from azure.mgmt.batchai import models\nparameters = models.JobCreateParameters(\n\
            \x20   cluster=models.ResourceId(id=cluster), node_count=1, std_out_err_path_prefix='/logs',\n\
            \x20   container_settings=models.ContainerSettings(\n\
            \x20       image_source_registry=models.ImageSourceRegistry(image='{image}')),\n\
            \x20   custom_toolkit_settings=models.CustomToolkitSettings(command_line='run {image}'))\n"
        )
    };
    let (one, two) = (job("one"), job("two"));
    let place = Place::with(&[("old/a.py", &one), ("old/b.py", &two), ("new/b.py", &two)]);
    place.run(&["convert", "--write", "new"]);
    let answer = place.run(&["verify", "old", "new"]);
    assert!(
        answer.out.contains("cannot tell: `kept jobs`: it is made, and not handed to Azure here"),
        "{}",
        answer.out
    );
    assert!(!answer.out.contains("became"), "{}", answer.out);
}

#[test]
fn a_certificate_holds_until_a_file_changes() {
    let place = Place::with(&[("old.py", OLD), ("new.py", OLD)]);
    place.run(&["convert", "--write", "--certificate", "c.json", "new.py"]);
    let verify = ["verify", "--certificate", "c.json", "old.py", "new.py"];
    assert_eq!(place.run(&verify).code, 0);
    spoil(&place);
    let answer = place.run(&verify);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("the new file has changed since"), "{}", answer.err);
}

#[test]
fn a_diff_is_read_whether_it_is_applied_or_not() {
    let place = Place::with(&[("job.py", OLD)]);
    let diff = place.run(&["convert", "job.py"]).out;
    std::fs::write(place.path("c.patch"), diff).unwrap();
    assert_eq!(place.run(&["verify", "--diff", "c.patch"]).code, 0);
    place.run(&["convert", "--write", "job.py"]);
    assert_eq!(place.run(&["verify", "--diff", "c.patch"]).code, 0);
    std::fs::write(place.path("job.py"), "pass\n").unwrap();
    assert_eq!(place.run(&["verify", "--diff", "c.patch"]).code, 2);
}

#[test]
fn two_revisions_are_compared() {
    let place = Place::with(&[("job.py", OLD)]);
    let git = |args: &[&str]| {
        let settings = ["-c", "user.name=a", "-c", "user.email=a@b"];
        let done = Command::new("git").args(settings).args(args).current_dir(place.path("")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "old"]);
    place.run(&["convert", "--write", "job.py"]);
    git(&["commit", "-q", "-a", "-m", "new"]);
    assert_eq!(place.run(&["verify", "--git", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(place.run(&["verify", "--git", "HEAD"]).code, 2);
}
