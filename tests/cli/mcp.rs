//! `mcp` at the level of its messages: broken ones, the two ways to begin, how it ends. What an agent does with it is in
//! `tests/clients.rs`.

use serde_json::{Value, json};

use crate::formats::is_valid;
use crate::place::{BROKEN, CLEAN, MANUAL, Place};

/// The answers to some messages, and the exit code.
fn talk(place: &Place, messages: &[&str]) -> (Vec<Value>, i32) {
    let answer = place.pipe(&["mcp"], (messages.join("\n") + "\n").as_bytes());
    assert_eq!(answer.err, "");
    (answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), answer.code)
}

fn begin(version: &str) -> String {
    json!({ "id": 0, "method": "initialize", "params": { "protocolVersion": version, "capabilities": {} } }).to_string()
}

fn call(name: &str, arguments: Value) -> String {
    json!({ "id": 1, "method": "tools/call", "params": { "name": name, "arguments": arguments } }).to_string()
}

#[test]
fn versions_are_agreed_on_and_the_end_of_the_input_is_the_end() {
    let place = Place::new();
    for (asked, agreed) in [("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")] {
        let (answers, code) = talk(&place, &[&begin(asked), r#"{"method": "notifications/initialized"}"#]);
        assert_eq!((&answers[0]["result"]["protocolVersion"], answers.len(), code), (&json!(agreed), 1, 0));
    }
    let carried = |version: &str| json!({ "id": 1, "method": "tools/list", "params": { "_meta": { "io.modelcontextprotocol/protocolVersion": version } } });
    let (answers, _) = talk(&place, &[&carried("2026-07-28").to_string(), &carried("2027-01-01").to_string()]);
    assert_eq!(answers[0]["result"]["tools"].as_array().unwrap().len(), 4);
    assert_eq!((&answers[0]["result"]["resultType"], &answers[0]["result"]["ttlMs"]), (&json!("complete"), &json!(0)));
    let error = &answers[1]["error"];
    assert_eq!((&error["code"], &error["data"]["supported"]), (&json!(-32022), &json!(["2026-07-28"])));
    assert_eq!(talk(&place, &[]), (Vec::new(), 0));
}

#[test]
fn no_message_ends_the_server() {
    let place = Place::with(&[("a.py", CLEAN)]);
    let messages = [
        r#"{"id": 1, "method": "tools/list"}"#,
        &begin("2025-11-25"),
        "{",
        "[]",
        "",
        r#"{"id": "x", "method": "no/such/method"}"#,
        r#"{"id": 2, "method": "tools/call", "params": {"name": "rm"}}"#,
        r#"{"id": 3, "method": "tools/call"}"#,
        &call("check", json!([])),
        &call("check", json!({ "paths": "a.py" })),
        &call("check", json!({ "limit": 0 })),
        r#"{"id": 4, "method": "ping"}"#,
    ];
    let (answers, code) = talk(&place, &messages);
    let codes: Vec<i64> = answers.iter().filter_map(|answer| answer["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [-32600, -32700, -32600, -32601, -32602, -32602]);
    let wrong = answers.iter().filter(|answer| answer["result"]["isError"] == true).count();
    assert_eq!((wrong, answers.last().unwrap()["result"].clone(), code), (3, json!({}), 0));
}

#[test]
fn what_it_tells_is_of_the_schemas() {
    let place = Place::with(&[("a.py", CLEAN), ("b.py", MANUAL), ("c.py", BROKEN)]);
    let ask = |name, arguments| {
        let (answers, _) = talk(&place, &[&begin("2025-11-25"), &call(name, arguments)]);
        answers[1]["result"]["structuredContent"].clone()
    };
    let checked = ask("check", json!({}));
    is_valid("docs/schema/check.json", &checked["listing"]);
    assert_ne!(checked["listing"]["problems"], json!([]));
    is_valid("docs/schema/report.json", &ask("convert", json!({}))["report"]);
    is_valid("docs/schema/verify.json", &ask("verify", json!({ "before": "a.py", "after": "b.py" }))["comparison"]);
}

#[test]
fn the_configuration_of_the_folder_counts_and_that_above_does_not() {
    let place = Place::with(&[("bai2aml.toml", "nonsense = 1\n"), ("in/a.py", CLEAN)]);
    let convert = || {
        let messages = [begin("2025-11-25"), call("convert", json!({}))].join("\n") + "\n";
        place.start(place.program(&["mcp"]).current_dir(place.path("in")), messages.as_bytes()).out
    };
    assert!(convert().contains("azure.ai.ml"));
    place.write("in/bai2aml.toml", b"target = \"v1\"\n");
    assert!(convert().contains("azureml.core"));
    place.write("in/bai2aml.toml", b"target = 1\n");
    assert!(convert().contains("`target` is 1, and must be one of"));
}
