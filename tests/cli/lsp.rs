//! `lsp` at the level of its messages: broken ones, the order of a conversation, exit codes, cancelling. What editors do with
//! it is in `tests/clients.rs`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::place::{CLEAN, Place};

struct Server {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Server {
    fn start(place: &Place) -> Self {
        let mut program = place.program(&["lsp", "--stdio"]);
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (to, from) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Server { child, to, from }
    }

    fn open(place: &Place, capabilities: Value) -> Self {
        let mut server = Server::start(place);
        let root = format!("file://{}", place.path("").display());
        server.ask("initialize", json!({ "capabilities": capabilities, "rootUri": root, "processId": null }));
        server.send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
        server
    }

    fn raw(&mut self, text: &str) {
        let to = self.to.as_mut().unwrap();
        to.write_all(text.as_bytes()).unwrap();
        to.flush().unwrap();
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        self.raw(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "the server is gone");
            match line.trim_end().split_once(": ") {
                Some((name, value)) => length = if name == "Content-Length" { value.parse().unwrap() } else { length },
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// The next message with this method.
    fn until(&mut self, method: &str) -> Value {
        std::iter::repeat_with(|| self.read()).find(|message| message["method"] == method).unwrap()
    }

    /// The answer to a request.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({ "jsonrpc": "2.0", "id": method, "method": method, "params": params }));
        std::iter::repeat_with(|| self.read()).find(|message| message["id"] == method).unwrap()
    }

    fn note(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn did_open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.note("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// The exit code, and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.to.take());
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), err)
    }
}

#[test]
fn a_conversation_ends_with_0_only_after_shutdown() {
    let place = Place::new();
    let mut server = Server::open(&place, json!({}));
    assert_eq!(server.ask("shutdown", Value::Null)["result"], Value::Null);
    assert_eq!(server.ask("textDocument/hover", json!({}))["error"]["code"], -32600);
    server.note("exit", Value::Null);
    assert_eq!(server.end(), (Some(0), String::new()));

    let mut early = Server::open(&place, json!({}));
    early.note("exit", Value::Null);
    assert_eq!(early.end().0, Some(1));
    assert_eq!(Server::open(&place, json!({})).end().0, Some(1));
}

#[test]
fn nothing_comes_before_initialize_and_it_comes_once() {
    let place = Place::new();
    let mut server = Server::start(&place);
    assert_eq!(server.ask("textDocument/hover", json!({}))["error"]["code"], -32002);
    server.did_open("file:///a.py", "python", CLEAN);
    let result = server.ask("initialize", json!({ "capabilities": {} }))["result"].clone();
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(result["serverInfo"]["name"], "bai2aml");
    assert_eq!(server.ask("initialize", json!({ "capabilities": {} }))["error"]["code"], -32600);
}

#[test]
fn no_message_ends_the_server() {
    let place = Place::new();
    let mut server = Server::open(&place, json!({}));
    server.raw("Content-Length: 1\r\n\r\n{");
    assert_eq!(server.read()["error"]["code"], -32700);
    server.raw("Content-Type: x\r\n\r\n");
    assert_eq!(server.read()["error"]["code"], -32700);
    server.raw("Content-Length: 2\r\n\r\n[]");
    assert_eq!(server.read()["error"]["code"], -32600);
    server.send(json!({ "id": 5 }));
    assert_eq!(
        server.read(),
        json!({ "jsonrpc": "2.0", "id": 5, "error": {
        "code": -32600, "message": "a message has a `method`, and an `id` that is a string or a number" } })
    );
    assert_eq!(server.ask("no/such/method", json!({}))["error"]["code"], -32601);
    for params in
        [json!(null), json!([]), json!({ "textDocument": { "uri": 7 } }), json!({ "textDocument": { "uri": "x" } })]
    {
        for method in ["textDocument/hover", "textDocument/codeAction"] {
            assert_eq!(server.ask(method, params.clone())["error"]["code"], -32602, "{method} {params}");
        }
        for method in ["textDocument/didOpen", "textDocument/didChange", "notebookDocument/didChange", "$/progress"] {
            server.note(method, params.clone());
        }
    }
    let far = json!({ "line": 4_000_000_000_u64, "character": 4_000_000_000_u64 });
    server.did_open("file:///x.py", "python", CLEAN);
    let params = json!({ "textDocument": { "uri": "file:///x.py" }, "position": far });
    assert_eq!(server.ask("textDocument/hover", params)["result"], Value::Null);
    let change = json!({ "range": { "start": far, "end": { "line": 0, "character": 0 } }, "text": "é" });
    let document = json!({ "uri": "file:///x.py", "version": 2 });
    server.note("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    server.send(json!({ "id": "a", "result": null }));
    server.ask("shutdown", Value::Null);
    server.note("exit", Value::Null);
    assert_eq!(server.end(), (Some(0), String::new()));
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let place = Place::new();
    let mut server = Server::open(&place, json!({}));
    server.did_open("file:///x.py", "python", CLEAN);
    let hover = json!({ "textDocument": { "uri": "file:///x.py" }, "position": { "line": 0, "character": 0 } });
    let messages = [
        json!({ "id": 1, "method": "textDocument/hover", "params": hover }),
        json!({ "id": 2, "method": "textDocument/hover", "params": hover }),
        json!({ "method": "$/cancelRequest", "params": { "id": 2 } }),
    ];
    let frame = |message: &Value| format!("Content-Length: {}\r\n\r\n{message}", message.to_string().len());
    server.raw(&messages.iter().map(frame).collect::<String>());
    let answers: Vec<Value> =
        std::iter::repeat_with(|| server.read()).filter(|m| m["id"].is_number()).take(2).collect();
    assert_eq!((&answers[0]["id"], &answers[0]["error"]), (&json!(1), &Value::Null));
    assert_eq!((&answers[1]["id"], &answers[1]["error"]["code"]), (&json!(2), &json!(-32800)));
}

#[test]
fn findings_follow_the_text_and_go_with_it() {
    let place = Place::new();
    let mut server = Server::open(&place, json!({ "general": { "positionEncodings": ["utf-8"] } }));
    let uri = "untitled:Untitled-1";
    server.did_open(uri, "python", "# é\nx = 'é'; import azure.mgmt.batchai\r\n");
    let told = server.until("textDocument/publishDiagnostics")["params"].clone();
    assert_eq!(
        (&told["uri"], &told["version"], &told["diagnostics"][0]["code"]),
        (&json!(uri), &json!(1), &json!("BAI009"))
    );
    assert_eq!(told["diagnostics"][0]["range"]["start"], json!({ "line": 1, "character": 17 }));
    let change = json!({ "range": { "start": { "line": 1, "character": 17 }, "end": { "line": 1, "character": 35 } }, "text": "os" });
    let document = json!({ "uri": uri, "version": 2 });
    server.note("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    let told = server.until("textDocument/publishDiagnostics")["params"].clone();
    assert_eq!((&told["version"], &told["diagnostics"]), (&json!(2), &json!([])));
    server.did_open("file:///y.py", "python", "import azure.mgmt.batchai\n");
    server.until("textDocument/publishDiagnostics");
    server.note("textDocument/didClose", json!({ "textDocument": { "uri": "file:///y.py" } }));
    let told = server.until("textDocument/publishDiagnostics")["params"].clone();
    assert_eq!((&told["uri"], &told["diagnostics"]), (&json!("file:///y.py"), &json!([])));
}

#[test]
fn a_module_outside_of_the_folder_is_not_read() {
    let place = Place::with(&[("helper.py", CLEAN), ("root/inner.py", CLEAN)]);
    let mut server = Server::start(&place);
    let root = format!("file://{}", place.path("root").display());
    server.ask("initialize", json!({ "capabilities": {}, "workspaceFolders": [{ "uri": root, "name": "x" }] }));
    for (module, count) in [("helper", 0), ("inner", 1)] {
        server.did_open(
            &format!("{root}/a.py"),
            "python",
            &format!("from {module} import client\nclient.jobs.list('r', 'w')\n"),
        );
        let told = server.until("textDocument/publishDiagnostics")["params"]["diagnostics"].clone();
        assert_eq!(
            told.as_array().unwrap().iter().filter(|d| d["range"]["start"]["line"] == 1).count(),
            count,
            "{told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_the_folder() {
    let place = Place::with(&[("root/helper.py", "nothing = 1\n")]);
    std::os::unix::fs::symlink(place.path("root"), place.path("link")).unwrap();
    let mut server = Server::start(&place);
    let root = format!("file://{}", place.path("link").display());
    server.ask("initialize", json!({ "capabilities": {}, "rootUri": root }));
    server.did_open(&format!("{root}/helper.py"), "python", CLEAN);
    server.did_open(&format!("{root}/a.py"), "python", "from helper import client\nclient.jobs.list('r', 'w')\n");
    let mut told = server.until("textDocument/publishDiagnostics")["params"].clone();
    while told["uri"] != format!("{root}/a.py") {
        told = server.until("textDocument/publishDiagnostics")["params"].clone();
    }
    assert_eq!(told["diagnostics"][0]["range"]["start"]["line"], 1, "{told}");
}

#[test]
fn a_configuration_that_makes_no_sense_is_told_once() {
    let place = Place::with(&[("bai2aml.toml", "target = \"v3\"\n"), ("a.py", CLEAN)]);
    let mut server = Server::open(&place, json!({}));
    let uri = format!("file://{}", place.path("a.py").display());
    server.did_open(&uri, "python", CLEAN);
    assert_ne!(server.until("textDocument/publishDiagnostics")["params"]["diagnostics"], json!([]));
    let message = server.until("window/showMessage")["params"]["message"].clone();
    assert!(message.as_str().unwrap().contains("`target` is \"v3\", and must be one of \"v2\", \"v1\""), "{message}");
}

/// A text after the edits of an action, which count columns in bytes.
fn edited(text: &str, edits: &Value) -> String {
    let mut starts: Vec<usize> = vec![0];
    let bytes = text.as_bytes();
    let is_end = |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    starts.extend((0..bytes.len()).filter(is_end).map(|at| at + 1));
    let offset = |place: &Value| {
        let number = |name: &str| place[name].as_u64().unwrap() as usize;
        starts[number("line")] + number("character")
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_unstable();
    assert!(edits.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap");
    let (mut out, mut at) = (String::new(), 0);
    for (start, end, new) in edits {
        out.extend([&text[at..start], new]);
        at = end;
    }
    out + &text[at..]
}

#[test]
fn every_fixture_is_converted_as_its_golden_says() {
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-8"] },
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "delete"] } },
    });
    let place = Place::new();
    let mut server = Server::open(&place, capabilities);
    let fixtures = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    let files = fixtures.flatten().flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let (mut tried, mut wrong) = (0, Vec::new());
    for path in files.map(|file| file.path()).filter(|path| path.is_file()) {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let (Some(end), Ok(text)) = (file.strip_prefix("before."), std::fs::read_to_string(&path)) else { continue };
        let folder = path.parent().unwrap();
        let name = if ["py", "ipynb"].contains(&end) { &*file } else { end };
        let uri = format!("file:///nowhere/{}/{name}", folder.file_name().unwrap().to_string_lossy());
        server.did_open(&uri, if end == "py" { "python" } else { "plaintext" }, &text);
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99_999, "character": 0 } });
        let context = json!({ "diagnostics": [], "only": ["source.convert.bai2aml"] });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        let actions = server.ask("textDocument/codeAction", params)["result"].clone();
        let (mut after, mut is_removed) = (text.clone(), false);
        for change in actions[0]["edit"]["documentChanges"].as_array().into_iter().flatten() {
            is_removed |= change["kind"] == "delete";
            if change["edits"].is_array() {
                let of = change["textDocument"]["uri"].as_str().unwrap();
                match of == uri {
                    true => after = edited(&text, &change["edits"]),
                    false => {
                        let golden = format!("after.v2.{}", of.rsplit('/').next().unwrap());
                        let golden = std::fs::read_to_string(folder.join(golden)).unwrap_or_default();
                        wrong.extend((change["edits"][0]["newText"] != golden).then(|| of.to_owned()));
                    }
                }
            }
        }
        let golden = std::fs::read_to_string(folder.join(format!("after.v2.{end}"))).ok();
        let is_right = golden.map_or(is_removed || after == text, |golden| after == golden);
        wrong.extend((!is_right).then(|| uri.clone()));
        server.note("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        tried += 1;
    }
    assert!(wrong.is_empty() && tried > 300, "{tried} tried: {wrong:?}");
}
