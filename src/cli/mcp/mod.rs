//! `bai2aml mcp`: check, convert, explain and verify as tools of a coding agent.
//!
//! A message a line, one after the other. Both ways to begin are known: `initialize`, and since 2026-07-28 requests that carry
//! their version with them. It is written by hand: the official SDK brings eighty crates and a runtime for what is a loop here.

mod inside;
mod tools;

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use anstream::ColorChoice;
use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::rpc::{self, Fault, Incoming};
use super::{Exit, unless_closed};
use crate::output::{Out, style};
use inside::Inside;

/// Versions that `initialize` can agree on, the newest last.
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// Versions that a request can carry.
const CARRIED: [&str; 1] = ["2026-07-28"];
/// Where a request carries it.
const CARRIES: &str = "io.modelcontextprotocol/protocolVersion";
/// A longer message ends the server: nothing that has a use is so long.
const LONGEST: u64 = 64 << 20;

const INSTRUCTIONS: &str = "Moves code off Azure Batch AI to Azure Machine Learning. Find what is left with `check`, convert with \
    `convert`, look concepts up with `explain`. After every edit of your own call `verify` with `base` (such as HEAD): it says \
    field by field whether the new code asks Azure for the same. Do not call an edit done while it says `differs` or `missing`.";

/// Runs the subcommand, until its input ends.
pub fn run() -> Result<Exit> {
    let mut server = Server { inside: Inside::here()?, is_open: false };
    let mut input = io::BufReader::new(io::stdin());
    let mut out = Out::stdout(ColorChoice::Never);
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line).context("cannot read standard input")?;
        if read == 0 {
            return Ok(Exit::Clean);
        }
        anyhow::ensure!((read as u64) < LONGEST, "a message is longer than 64 MiB");
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match rpc::read(&line) {
            Ok(Incoming::Request { id, method, params }) => {
                // No file that is read may end the server.
                let result = catch_unwind(AssertUnwindSafe(|| server.answer(&method, &params)));
                rpc::answer(&id, result.unwrap_or_else(|_| Err(Fault::internal("the server failed at this request"))))
            }
            Ok(Incoming::Notification { .. } | Incoming::Response) => continue,
            Err((id, fault)) => rpc::answer(&id, Err(fault)),
        };
        let written = out.exact(style::PLAIN, format!("{answer}\n").as_bytes()).and_then(|()| out.flush());
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return Ok(Exit::Clean);
        }
        unless_closed(written)?;
    }
}

struct Server {
    inside: Inside,
    /// Whether `initialize` came.
    is_open: bool,
}

impl Server {
    fn answer(&mut self, method: &str, params: &Value) -> Result<Value, Fault> {
        let carried = &params["_meta"][CARRIES];
        if !carried.is_null() && !CARRIED.iter().any(|version| carried == version) {
            let data = json!({ "supported": CARRIED, "requested": carried });
            return Err(Fault { data, ..Fault::new(-32022, "this version of the protocol is not supported") });
        }
        match method {
            "initialize" => {
                self.is_open = true;
                let asked = HANDSHAKE.iter().find(|version| params["protocolVersion"] == **version);
                let version = asked.or(HANDSHAKE.last()).copied();
                Ok(described(json!({ "protocolVersion": version })))
            }
            "ping" => Ok(json!({})),
            "server/discover" => Ok(complete(described(json!({ "supportedVersions": CARRIED })))),
            _ if !self.is_open && carried.is_null() => Err(Fault::request("the server waits for `initialize`")),
            "tools/list" => Ok(complete(json!({ "tools": tools::list() }))),
            "tools/call" => {
                let name = params["name"].as_str().ok_or_else(|| Fault::params("a call has the `name` of a tool"))?;
                let result = tools::call(&self.inside, name, &params["arguments"]);
                let result = result.ok_or_else(|| Fault::params(format!("there is no tool `{name}`")))?;
                Ok(complete(result))
            }
            _ => Err(Fault::method(method)),
        }
    }
}

/// What the server is, added to what it says.
fn described(mut result: Value) -> Value {
    let info = json!({ "name": env!("CARGO_PKG_NAME"), "title": "bai2aml", "version": env!("CARGO_PKG_VERSION") });
    result["capabilities"] = json!({ "tools": {} });
    result["_meta"] = json!({ "io.modelcontextprotocol/serverInfo": info });
    result["serverInfo"] = info;
    result["instructions"] = INSTRUCTIONS.into();
    result
}

/// What results need since 2026-07-28: that there is no more to come, and that nothing is kept.
fn complete(mut result: Value) -> Value {
    result["resultType"] = "complete".into();
    result["ttlMs"] = 0.into();
    result["cacheScope"] = "private".into();
    result
}
