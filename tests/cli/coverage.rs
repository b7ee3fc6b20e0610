//! `coverage`: totals, one symbol a line, JSON.

use crate::place::Place;

#[test]
fn without_options_it_counts_every_version_and_target() {
    let answer = Place::new().run(&["coverage"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    for start in ["7.0.0    v2", "0.1.0    v1-src", "others   v1 ", "all      v2"] {
        assert!(answer.out.lines().any(|line| line.starts_with(start)), "{start}: {}", answer.out);
    }
    let end = answer.out.lines().find(|line| line.contains(" symbols have a row")).unwrap_or_default();
    let numbers: Vec<&str> = end.split(' ').filter(|word| word.parse::<usize>().is_ok()).collect();
    assert!(numbers.len() == 2 && numbers[0] == numbers[1], "{end}");
}

#[test]
fn with_options_it_prints_one_symbol_a_line() {
    let answer =
        Place::new().run(&["coverage", "--symbol", "ClustersOperations.create*", "--sdk", "2.0.0", "--target", "v2"]);
    let lines: Vec<Vec<&str>> = answer.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let name = lines.iter().find(|line| line[0] == "ClustersOperations.create.cluster_name").unwrap();
    assert_eq!(name[1..4], ["0.1.0-2.0.0", "BAI101", "approximate"]);
    assert!(lines.iter().all(|line| line.len() == 5), "{}", answer.out);
    let left = Place::new().run(&["coverage", "--fate", "manual", "--symbol", "Cluster.*", "--target", "v2"]).out;
    assert!(left.contains("Cluster.node_setup ") && !left.contains("Cluster.name "), "{left}");
}

#[test]
fn json_holds_the_same() {
    let answer = Place::new().run(&["coverage", "--symbol", "Job.execution_state", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(value["symbols"][0]["fates"]["v2"], "exact");
    assert_eq!(value["targets"][2], "v1-src");
}

#[test]
fn nothing_is_missing_and_a_strange_version_is_an_error() {
    let answer = Place::new().run(&["coverage", "--missing"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    let answer = Place::new().run(&["coverage", "--sdk", "3.0.0"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("no version `3.0.0` of azure-mgmt-batchai"), "{}", answer.err);
}
