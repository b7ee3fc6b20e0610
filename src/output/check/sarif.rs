//! SARIF 2.1.0, the format of code scanning services.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Listing, file_column, full_sentence, problem_line};
use crate::concept;
use crate::output::json::{pretty, tool};
use crate::report::{Found, Level, Problem};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(listing: &Listing<'_>) -> serde_json::Result<String> {
    let codes: BTreeSet<&str> = listing.findings.iter().map(|found| found.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Value> = listing.findings.iter().map(|found| result(found, &codes)).collect();
    let notifications: Vec<Value> = listing.problems.iter().map(|problem| notification(problem)).collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool().name,
                "semanticVersion": tool().version,
                "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": listing.problems.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    }))
}

fn rule(code: &str) -> Value {
    let (name, summary) = concept::described(code).unwrap_or_default();
    let text = concept::explain(code).unwrap_or_default();
    let level = concept::rule(code).map_or(Level::Error, |rule| rule.level);
    json!({
        "id": code,
        "name": name,
        "shortDescription": { "text": format!("This code {summary}.") },
        "help": { "text": text },
        "defaultConfiguration": { "level": word(level) },
    })
}

fn result(found: &Found, codes: &[&str]) -> Value {
    let mut region = json!({ "startLine": found.file_line });
    if let Some(column) = file_column(&found.location) {
        region["startColumn"] = column.into();
        region["endLine"] = found.end_line.into();
        region["endColumn"] = found.end_column.into();
    }
    let place = json!({ "artifactLocation": { "uri": uri(&found.location.path) }, "region": region });
    let mut location = json!({ "physicalLocation": place });
    if !found.within.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": found.within }]);
    }
    json!({
        "ruleId": found.code,
        "ruleIndex": codes.iter().position(|code| *code == found.code),
        "level": word(found.level),
        "message": { "text": full_sentence(found) },
        "locations": [location],
        "partialFingerprints": { "bai2aml/v1": found.id },
    })
}

fn notification(problem: &Problem) -> Value {
    let region = json!({ "startLine": problem_line(problem) });
    let place = json!({ "artifactLocation": { "uri": uri(&problem.path) }, "region": region });
    json!({
        "level": "error",
        "message": { "text": super::complaint(problem) },
        "locations": [{ "physicalLocation": place }],
    })
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// A path as a URI reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
