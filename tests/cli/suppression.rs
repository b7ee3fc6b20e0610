//! Comments that suppress findings of `check`, and what is said of those that do not fit.

use crate::place::{Answer, Place};

const CALL: &str = "client.clusters.delete('group', 'workspace', 'cluster')";

/// What is found in a program that makes one call, with more text around it.
fn check(before: &str, call: &str, after: &str) -> Answer {
    let text = format!(
        "from azure.mgmt.batchai import BatchAIManagementClient  # bai2aml: ignore[BAI009] test\n\
         client = BatchAIManagementClient(None, 'x')  # bai2aml: ignore[client] test\n{before}{call}{after}"
    );
    Place::with(&[("a.py", &text)]).run(&["check", "--format", "concise", "a.py"])
}

fn codes(answer: &Answer) -> Vec<&str> {
    answer.out.lines().filter_map(|line| line.split(' ').nth(1)).collect()
}

#[test]
fn a_comment_suppresses_what_it_names_on_its_line_or_above_it() {
    assert_eq!(codes(&check("", CALL, "\n")), ["BAI104"]);
    for (before, after) in [
        ("", "  # bai2aml: ignore[BAI104] last week\n"),
        ("# bai2aml: ignore[BAI104] last week\n", "\n"),
        ("# bai2aml:ignore [bai104, BAI105] one is enough\n# and more\n", "  # bai2aml: ignore[BAI105] x\n"),
    ] {
        let answer = check(before, CALL, after);
        assert!(!codes(&answer).contains(&"BAI104"), "{}", answer.out);
        assert!(answer.err.contains(", 3 suppressed"), "{}", answer.err);
    }
}

#[test]
fn a_file_whose_findings_are_all_suppressed_is_clean() {
    let answer = check("", CALL, "  # bai2aml: ignore[cluster-delete] last week\n");
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert_eq!(answer.err, "no new use of Batch AI in 1 file, 3 suppressed\n");
}

#[test]
fn it_speaks_for_no_other_line_and_no_other_code() {
    for (before, after) in [
        ("x = 1  # bai2aml: ignore[BAI104] wrong line\n", "\n"),
        ("# bai2aml: ignore[BAI104] too far\n\n", "\n"),
        ("", "\n# bai2aml: ignore[BAI104] below\n"),
        ("", "  # bai2aml: ignore[BAI105] wrong code\n"),
        ("x = '# bai2aml: ignore[BAI104] text'\n", "\n"),
    ] {
        assert!(codes(&check(before, CALL, after)).contains(&"BAI104"), "{before}{after}");
    }
}

#[test]
fn one_that_suppresses_nothing_is_a_finding() {
    for (comment, said) in [
        ("ignore[BAI105] x", "nothing on this line is `BAI105`"),
        ("ignore[BAI999] x", "there is no concept `BAI999`"),
        ("ignore everything", "this suppression names no code, and suppresses nothing"),
        ("ignore[]", "this suppression names no code, and suppresses nothing"),
    ] {
        let answer = check("", "x = 1", &format!("  # bai2aml: {comment}\n"));
        assert_eq!((answer.code, codes(&answer)), (1, vec!["BAI951"]), "{comment}");
        assert!(answer.out.contains(said), "{}", answer.out);
    }
}

#[test]
fn one_without_a_reason_suppresses_and_is_a_finding() {
    let answer = check("", CALL, "  # bai2aml: ignore[BAI104]\n");
    assert_eq!((answer.code, codes(&answer)), (1, vec!["BAI952"]));
}

#[test]
fn marks_of_conversions_are_no_suppressions() {
    let answer = check("# bai2aml: BAI104 manual: see there\n# bai2aml: ignored[BAI104] x\n", CALL, "\n");
    assert_eq!(codes(&answer), ["BAI104"]);
}

/// A notebook of code cells.
fn notebook(cells: &[&[&str]]) -> String {
    let cell = |lines: &&[&str]| {
        let lines: Vec<String> = lines.iter().map(|line| format!("{:?}", format!("{line}\n"))).collect();
        let source = lines.join(", ");
        format!(
            r#"{{"cell_type": "code", "execution_count": null, "metadata": {{}}, "outputs": [], "source": [{source}]}}"#
        )
    };
    let cells = cells.iter().map(cell).collect::<Vec<_>>().join(",\n");
    format!(r#"{{"cells": [{cells}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 2}}"#)
}

#[test]
fn a_notebook_has_them_too_and_they_end_with_their_cell() {
    let text = notebook(&[
        &["from azure.mgmt.batchai import BatchAIManagementClient  # bai2aml: ignore[BAI009] test"],
        &[
            "# bai2aml: ignore[BAI001] test",
            "client = BatchAIManagementClient(None, 'x')",
            "# bai2aml: ignore[BAI104] end",
        ],
        &[CALL],
    ]);
    let answer = Place::with(&[("a.ipynb", &text)]).run(&["check", "--format", "concise", "a.ipynb"]);
    let places: Vec<&str> = answer.out.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["a.ipynb:cell 2:3:1", "a.ipynb:cell 3:1:1"], "{}", answer.out);
}

#[test]
fn cells_and_lines_of_a_notebook_that_are_not_python_have_them() {
    let text = notebook(&[
        &["!az batchai cluster list -g rg  # bai2aml: ignore[BAI823] for the record"],
        &["%%bash", "# bai2aml: ignore[BAI827] for the record", "az batchai job list -g rg", "echo $AZ_BATCHAI_JOB_ID"],
        &[
            "%%writefile run.py",
            "import os",
            "# bai2aml: ignore[BAI601] read by nobody",
            "os.environ['AZ_BATCHAI_INPUT_X']",
        ],
        &["%%R", "Sys.getenv('AZ_BATCHAI_INPUT_X') # bai2aml: ignore[BAI601] read by nobody"],
        &["%%powershell", "<# bai2aml: ignore[BAI827] for the record #>", "az batchai job list -g rg"],
        &["%%bash", "echo '# bai2aml: ignore[BAI827] text'; az batchai job list -g rg"],
        &["%%bash", "ls # bai2aml: ignore[BAI827] unused"],
    ]);
    let answer = Place::with(&[("a.ipynb", &text)]).run(&["check", "--format", "concise", "a.ipynb"]);
    let found: Vec<String> =
        answer.out.lines().map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
    let expected = ["a.ipynb:cell 2:4:6: BAI619", "a.ipynb:cell 6:2:40: BAI827", "a.ipynb:cell 7:2:4: BAI951"];
    assert_eq!(found, expected, "{}", answer.out);
    assert!(answer.err.contains(", 5 suppressed"), "{}", answer.err);
}

#[test]
fn the_second_hop_is_found_in_what_a_notebook_installs_and_writes() {
    let text = notebook(&[
        &["!pip install azureml-core==1.0 numpy"],
        &["%pip install numpy # azureml-sdk"],
        &["%%bash", "conda install azureml-sdk"],
        &["%%writefile requirements.txt", "azureml-defaults"],
        &["%%writefile run.py", "import os", "from azureml.core import Run"],
        &["print('azureml-core')"],
    ]);
    let place = Place::with(&[("a.ipynb", &text)]);
    let answer = place.run(&["check", "--second-hop", "--format", "concise", "."]);
    let places: Vec<&str> = answer.out.lines().filter_map(|line| line.split(": ").next()).collect();
    let expected = ["a.ipynb:cell 1:1:14", "a.ipynb:cell 3:2:15", "a.ipynb:cell 4:2:1", "a.ipynb:cell 5:3:26"];
    assert_eq!(places, expected, "{}", answer.out);
    assert_eq!(place.run(&["check", "."]).code, 0);
}

#[test]
fn a_suppression_is_no_mark_for_the_conversion() {
    let text = "from azure.mgmt.batchai import BatchAIManagementClient\n\
                client = BatchAIManagementClient(None, 'x')\n\
                # bai2aml: ignore[BAI901] later\n\
                client.file_servers.delete('group', 'workspace', 'server')\n";
    let diff = Place::with(&[("a.py", text)]).run(&["convert", "a.py"]).out;
    assert!(diff.contains("+# bai2aml: BAI901 manual:"), "{diff}");
}

#[test]
fn a_comment_that_leaves_something_to_a_person_is_a_finding_until_it_is_deleted() {
    let kept = "# bai2aml: BAI104 manual: it is handed on\n#   do: call it\npool.submit(client.jobs.get, 'j')\n";
    let place = Place::with(&[("a.py", kept)]);
    let answer = place.run(&["check", "--format", "concise", "."]);
    let expected = "a.py:1:1: BAI954 BAI104: this code has a comment in which `convert` left something to a person\n";
    assert_eq!((answer.code, answer.out.as_str()), (1, expected), "{}", answer.err);
    assert_eq!(answer.err, "no use of Batch AI in 1 file, 1 other finding\n");

    // Where the code itself is found, that is said, once.
    let found =
        "# bai2aml: BAI830 manual: Azure ML has no file servers\naz batchai file-server delete -n a -g b -w c\n";
    place.write("b.sh", found.as_bytes());
    let answer = place.run(&["check", "--format", "concise", "b.sh"]);
    assert_eq!(codes(&answer), ["BAI830"]);

    place.write("a.py", b"pool.submit(client.jobs.get, 'j')\n");
    assert_eq!(place.run(&["check", "a.py"]).code, 0);
}
