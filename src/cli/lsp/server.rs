//! What the server says to each message. It reads no stream and writes none.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use serde_json::{Value, json};

use super::actions;
use super::analysis::Analysis;
use super::documents::{Documents, uri_of};
use super::program::load;
use super::settings::{PLAIN, Settings};
use super::text::{Encoding, Position, Range};
use super::uri;
use crate::cli::prefilter::Needle;
use crate::cli::rpc::{Fault, notification};
use crate::concept;
use crate::output::hover;
use crate::report::{Found, Level};

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Before,
    Open,
    ShutDown,
}

/// What the editor can take.
#[derive(Debug, Clone, Copy, Default)]
pub struct Can {
    /// Edits of documents in one version, with files that are made and removed.
    pub document_changes: bool,
    /// And these as well.
    pub files: bool,
    /// Text with marks.
    pub markdown: bool,
}

/// The whole state.
pub struct Server {
    phase: Phase,
    encoding: Encoding,
    can: Can,
    roots: Vec<PathBuf>,
    settings: Settings,
    documents: Documents,
    known: RefCell<BTreeMap<String, Rc<Analysis>>>,
    /// Documents whose findings are to be sent.
    news: BTreeSet<String>,
    /// Documents that are closed: nothing is left of their findings.
    gone: BTreeSet<String>,
    /// What was sent last of each text.
    sent: BTreeMap<String, Value>,
    /// What is wrong with the configuration, and whether it was said.
    complaint: RefCell<Option<String>>,
    said: Option<String>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            phase: Phase::Before,
            encoding: Encoding::Utf16,
            can: Can::default(),
            roots: Vec::new(),
            settings: Settings::default(),
            documents: Documents::default(),
            known: RefCell::default(),
            news: BTreeSet::new(),
            gone: BTreeSet::new(),
            sent: BTreeMap::new(),
            complaint: RefCell::default(),
            said: None,
        }
    }
}

impl Server {
    pub fn is_shut_down(&self) -> bool {
        self.phase == Phase::ShutDown
    }

    /// Whether there are findings to send.
    pub fn has_news(&self) -> bool {
        !(self.news.is_empty() && self.gone.is_empty())
    }

    /// The answer to a request.
    pub fn answer(&mut self, method: &str, params: &Value) -> Result<Value, Fault> {
        match (self.phase, method) {
            (Phase::Before, "initialize") => Ok(self.initialize(params)),
            (Phase::Before, _) => Err(Fault::new(-32002, "the server waits for `initialize`")),
            (Phase::ShutDown, _) => Err(Fault::request("the server is shut down")),
            (Phase::Open, "initialize") => Err(Fault::request("`initialize` comes once")),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (Phase::Open, "textDocument/hover") => self.hover(params),
            (Phase::Open, "textDocument/codeAction") => self.actions(params),
            (Phase::Open, _) => Err(Fault::method(method)),
        }
    }

    /// Takes a notification, and gives what is to be sent because of it.
    pub fn notice(&mut self, method: &str, params: &Value) -> Vec<Value> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        match self.changed(method, params) {
            Ok(()) => Vec::new(),
            // A notification has no answer, so a person is told.
            Err(fault) => vec![notification("window/logMessage", json!({ "type": 2, "message": fault.message }))],
        }
    }

    fn changed(&mut self, method: &str, params: &Value) -> Result<(), Fault> {
        let encoding = self.encoding;
        let uri = match method {
            "textDocument/didOpen" => self.documents.open(&params["textDocument"])?,
            "textDocument/didChange" => {
                self.documents.change(&params["textDocument"], &params["contentChanges"], encoding)?
            }
            "textDocument/didSave" => uri_of(params, "textDocument")?,
            "textDocument/didClose" => {
                let uri = uri_of(params, "textDocument")?;
                self.documents.close(&uri);
                self.gone.insert(uri.clone());
                uri
            }
            "notebookDocument/didOpen" => self.documents.open_notebook(params)?,
            "notebookDocument/didChange" => self.documents.change_notebook(params, encoding)?,
            "notebookDocument/didClose" => {
                let uri = uri_of(params, "notebookDocument")?;
                self.gone.extend(self.documents.close_notebook(&uri));
                uri
            }
            _ => return Ok(()),
        };
        self.forget(&uri);
        Ok(())
    }

    /// Forgets what is known of a document, and of those that may import it.
    fn forget(&mut self, uri: &str) {
        let owner = self.documents.owner(uri).to_owned();
        let uses = |analysis: &Analysis| analysis.is_empty() || analysis.has(&owner);
        self.known.borrow_mut().retain(|document, analysis| *document != owner && !uses(analysis));
        let known = self.known.borrow();
        self.news.extend(self.documents.all().into_iter().filter(|document| !known.contains_key(document)));
    }

    /// The findings of all documents that may have new ones.
    pub fn news(&mut self) -> Vec<Value> {
        let mut lists: BTreeMap<String, Vec<Value>> =
            std::mem::take(&mut self.gone).into_iter().map(|uri| (uri, Vec::new())).collect();
        for uri in std::mem::take(&mut self.news) {
            let texts = self.documents.cells(&uri).unwrap_or_else(|| vec![uri.clone()]);
            lists.extend(texts.into_iter().map(|text| (text, Vec::new())));
            for (text, diagnostic) in self.diagnostics(&uri) {
                lists.entry(text).or_default().push(diagnostic);
            }
        }
        let mut messages = Vec::new();
        for (uri, diagnostics) in lists {
            let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
            match self.documents.get(&uri) {
                Some(buffer) => params["version"] = buffer.version.into(),
                None => drop(self.sent.remove(&uri)),
            }
            // What depends on a document that changed has often nothing new to say.
            if self.sent.get(&uri) != Some(&params) {
                messages.push(notification("textDocument/publishDiagnostics", params.clone()));
                self.sent.insert(uri, params);
            }
        }
        let complaint = self.complaint.borrow().clone();
        if complaint != self.said {
            let shown = |message: &String| notification("window/showMessage", json!({ "type": 1, "message": message }));
            messages.extend(complaint.as_ref().map(shown));
            self.said = complaint;
        }
        messages
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let capabilities = &params["capabilities"];
        let encodings = capabilities["general"]["positionEncodings"].as_array().into_iter().flatten();
        // The first one that the editor names is what it likes best.
        let encoding = encodings.filter_map(|name| Encoding::named(name.as_str()?)).next();
        self.encoding = encoding.unwrap_or(Encoding::Utf16);
        let has = |list: &Value, name: &str| list.as_array().is_some_and(|list| list.iter().any(|item| item == name));
        let edit = &capabilities["workspace"]["workspaceEdit"];
        let operations = &edit["resourceOperations"];
        self.can = Can {
            document_changes: edit["documentChanges"] == true,
            files: edit["documentChanges"] == true && has(operations, "create") && has(operations, "delete"),
            markdown: has(&capabilities["textDocument"]["hover"]["contentFormat"], "markdown"),
        };
        let folders = params["workspaceFolders"].as_array().into_iter().flatten();
        let folders = folders.filter_map(|folder| folder["uri"].as_str()).chain(params["rootUri"].as_str());
        let paths = folders.filter_map(uri::path).chain(params["rootPath"].as_str().map(PathBuf::from));
        self.roots = paths.filter_map(|path| fs::canonicalize(path).ok()).collect();
        self.settings = Settings::read(&params["initializationOptions"]);
        self.phase = Phase::Open;
        json!({
            "serverInfo": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
            "capabilities": {
                "positionEncoding": self.encoding.name(),
                "textDocumentSync": { "openClose": true, "change": 2, "save": true },
                "notebookDocumentSync": { "notebookSelector": [{ "notebook": { "notebookType": "jupyter-notebook" } }] },
                "hoverProvider": true,
                "codeActionProvider": { "codeActionKinds": actions::KINDS },
            },
        })
    }

    /// What is known of the document that a text is of.
    fn analysis(&self, text: &str) -> Rc<Analysis> {
        let owner = self.documents.owner(text).to_owned();
        if let Some(known) = self.known.borrow().get(&owner) {
            return Rc::clone(known);
        }
        let path = uri::path(&owner).or_else(|| self.roots.first().cloned()).unwrap_or_default();
        let (options, second_hop) = match self.settings.of(&path) {
            Ok(settings) => {
                self.complaint.replace(None);
                settings
            }
            Err(error) => {
                self.complaint.replace(Some(format!("bai2aml: {error:#}")));
                (PLAIN, false)
            }
        };
        let needle = if second_hop { Needle::SecondHop } else { Needle::BatchAi };
        let files = load(&self.documents, &owner, &self.roots, needle);
        let new = Rc::new(Analysis::of(files, options, second_hop, self.encoding));
        self.known.borrow_mut().insert(owner, Rc::clone(&new));
        new
    }

    fn diagnostics(&self, document: &str) -> Vec<(String, Value)> {
        let analysis = self.analysis(document);
        let found = analysis.findings.iter().filter_map(|found| {
            let (text, range) = analysis.place(&self.documents, &found.location, Some(found))?;
            Some((text, diagnostic(found, range)))
        });
        let problems = analysis.problems.iter().filter_map(|problem| {
            let start = Range { start: Position { line: 0, column: 0 }, end: Position { line: 0, column: 0 } };
            let place = problem.location.as_ref().and_then(|at| analysis.place(&self.documents, at, None));
            let first =
                || self.documents.cells(document).map_or(Some(document.to_owned()), |cells| cells.into_iter().next());
            let (text, range) = place.or_else(|| Some((first()?, start)))?;
            let message = format!("{}; {}", problem.message, problem.help);
            let diagnostic = json!({ "range": range.json(), "severity": 2, "source": "bai2aml", "message": message });
            Some((text, diagnostic))
        });
        found.chain(problems).collect()
    }

    fn hover(&self, params: &Value) -> Result<Value, Fault> {
        let uri = uri_of(params, "textDocument")?;
        let at = Position::read(&params["position"]).ok_or_else(|| Fault::params("there is no `position`"))?;
        let analysis = self.analysis(&uri);
        // Of several the innermost, and of these the first.
        let here = analysis.at(&self.documents, &uri, Range { start: at, end: at });
        let Some((found, range)) = here.max_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end))) else {
            return Ok(Value::Null);
        };
        let page = concept::explain(&found.code);
        let fates = analysis.fates(found);
        let (kind, text) = match self.can.markdown {
            true => ("markdown", hover::markdown(found, &fates, analysis.target(), page.as_deref())),
            false => ("plaintext", page.unwrap_or_else(|| found.message.clone())),
        };
        Ok(json!({ "contents": { "kind": kind, "value": text }, "range": range.json() }))
    }

    fn actions(&self, params: &Value) -> Result<Value, Fault> {
        let uri = uri_of(params, "textDocument")?;
        let range = Range::read(&params["range"]).ok_or_else(|| Fault::params("there is no whole `range`"))?;
        let only = params["context"]["only"].as_array().map(|kinds| kinds.iter().filter_map(Value::as_str).collect());
        let (analysis, documents) = (self.analysis(&uri), &self.documents);
        Ok(actions::all(&actions::Asked { analysis: &analysis, documents, can: self.can, uri: &uri, range, only })
            .into())
    }
}

/// A finding as an editor takes it.
pub fn diagnostic(found: &Found, range: Range) -> Value {
    let severity = match found.level {
        Level::Error => 1,
        Level::Warning => 2,
        Level::Note => 3,
    };
    let symbol = if found.symbol.is_empty() { String::new() } else { format!(": `{}`", found.symbol) };
    let help = if found.help.is_empty() { String::new() } else { format!("; {}", found.help) };
    json!({
        "range": range.json(),
        "severity": severity,
        "code": found.code,
        "source": "bai2aml",
        "message": format!("{}{symbol}{help}", found.message),
        "data": { "id": found.id, "concept": found.concept },
    })
}
