//! JSON-RPC 2.0, as `lsp` and `mcp` speak it: what a message is, and what an answer looks like. How messages are told apart
//! in a stream is theirs.

use serde_json::{Value, json};

/// A message that came in.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// It wants an answer.
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// An answer to a request of ours; we make none that needs one.
    Response,
}

/// Why there is no result.
#[derive(Debug, PartialEq)]
pub struct Fault {
    pub code: i64,
    pub message: String,
    /// What a program can make of it; null where there is nothing.
    pub data: Value,
}

impl Fault {
    pub fn new(code: i64, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), data: Value::Null }
    }

    /// The message is no JSON.
    pub fn unreadable(message: impl Into<String>) -> Fault {
        Fault::new(-32700, message)
    }

    /// It is JSON, and no message, or not one for now.
    pub fn request(message: impl Into<String>) -> Fault {
        Fault::new(-32600, message)
    }

    pub fn method(method: &str) -> Fault {
        Fault::new(-32601, format!("there is no method `{method}`"))
    }

    pub fn params(message: impl Into<String>) -> Fault {
        Fault::new(-32602, message)
    }

    pub fn internal(message: impl Into<String>) -> Fault {
        Fault::new(-32603, message)
    }
}

/// Reads a message. A fault comes with the id that its answer has.
pub fn read(bytes: &[u8]) -> Result<Incoming, (Value, Fault)> {
    let no_id = |fault| (Value::Null, fault);
    let mut message: Value =
        serde_json::from_slice(bytes).map_err(|error| no_id(Fault::unreadable(format!("this is no JSON: {error}"))))?;
    let Some(members) = message.as_object_mut() else { return Err(no_id(Fault::request("a message is an object"))) };
    let id = members.remove("id");
    let params = members.remove("params").unwrap_or_default();
    match (members.remove("method"), id) {
        (Some(Value::String(method)), None) => Ok(Incoming::Notification { method, params }),
        (Some(Value::String(method)), Some(id @ (Value::String(_) | Value::Number(_)))) => {
            Ok(Incoming::Request { id, method, params })
        }
        (None, Some(_)) if members.contains_key("result") || members.contains_key("error") => Ok(Incoming::Response),
        (_, id) => {
            let id = id.filter(|id| id.is_string() || id.is_number()).unwrap_or_default();
            Err((id, Fault::request("a message has a `method`, and an `id` that is a string or a number")))
        }
    }
}

/// The answer to a request.
pub fn answer(id: &Value, result: Result<Value, Fault>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Fault { code, message, data }) => {
            let mut error = json!({ "code": code, "message": message });
            if !data.is_null() {
                error["data"] = data;
            }
            json!({ "jsonrpc": "2.0", "id": id, "error": error })
        }
    }
}

/// A message that wants no answer.
pub fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let read = |text: &str| read(text.as_bytes());
        assert!(matches!(read(r#"{"id": 1, "method": "a"}"#), Ok(Incoming::Request { .. })));
        assert!(matches!(read(r#"{"method": "a", "params": []}"#), Ok(Incoming::Notification { .. })));
        assert_eq!(read(r#"{"id": 1, "result": null}"#), Ok(Incoming::Response));
        let code = |text: &str| read(text).unwrap_err().1.code;
        assert_eq!(
            [code("{"), code("[]"), code("{}"), code(r#"{"id": [], "method": "a"}"#)],
            [-32700, -32600, -32600, -32600]
        );
        assert_eq!(read(r#"{"id": "x", "method": 7}"#).unwrap_err().0, json!("x"));
    }
}
