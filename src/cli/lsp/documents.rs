//! What the editor has open: texts, and notebooks as lists of them. An editor's text counts, not the file's.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::text::{Encoding, Range, Text};
use crate::cli::rpc::Fault;

/// An open text.
#[derive(Debug, Clone, Default)]
pub struct Buffer {
    pub text: String,
    pub version: i64,
    pub language: String,
}

/// A cell of an open notebook.
#[derive(Debug, Clone)]
struct Cell {
    uri: String,
    is_code: bool,
}

/// All that is open, by address.
#[derive(Default)]
pub struct Documents {
    buffers: BTreeMap<String, Buffer>,
    notebooks: BTreeMap<String, Vec<Cell>>,
}

/// The address of the document that a message is about.
pub fn uri_of(params: &Value, name: &str) -> Result<String, Fault> {
    let uri = params[name]["uri"].as_str();
    uri.map(str::to_owned).ok_or_else(|| Fault::params(format!("`{name}` has no `uri`")))
}

impl Documents {
    pub fn get(&self, uri: &str) -> Option<&Buffer> {
        self.buffers.get(uri)
    }

    /// Every document that findings are told of: notebooks, and texts that are no cells.
    pub fn all(&self) -> Vec<String> {
        let texts = self.buffers.keys().filter(|uri| self.owner(uri) == **uri);
        texts.chain(self.notebooks.keys()).cloned().collect()
    }

    /// The notebook that a text is a cell of, or the text itself.
    pub fn owner<'a>(&'a self, uri: &'a str) -> &'a str {
        let has = |cells: &[Cell]| cells.iter().any(|cell| cell.uri == uri);
        self.notebooks.iter().find(|(_, cells)| has(cells)).map_or(uri, |(notebook, _)| notebook)
    }

    /// The addresses of the cells of a notebook; none if it is not open as one.
    pub fn cells(&self, uri: &str) -> Option<Vec<String>> {
        Some(self.notebooks.get(uri)?.iter().map(|cell| cell.uri.clone()).collect())
    }

    /// A notebook as the file that it would be, as far as it matters.
    pub fn notebook(&self, uri: &str) -> Option<String> {
        let cells = self.notebooks.get(uri)?.iter().map(|cell| {
            let buffer = self.buffers.get(&cell.uri).cloned().unwrap_or_default();
            let language = if cell.is_code { buffer.language.as_str() } else { "markdown" };
            json!({
                "cell_type": if cell.is_code { "code" } else { "markdown" },
                "metadata": { "vscode": { "languageId": language } },
                "source": buffer.text,
            })
        });
        let cells: Vec<Value> = cells.collect();
        Some(json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }).to_string())
    }

    pub fn open(&mut self, item: &Value) -> Result<String, Fault> {
        let uri = item["uri"].as_str().ok_or_else(|| Fault::params("a document has no `uri`"))?;
        let text = item["text"].as_str().ok_or_else(|| Fault::params("a document has no `text`"))?;
        let language = item["languageId"].as_str().unwrap_or_default();
        let version = item["version"].as_i64().unwrap_or_default();
        let buffer = Buffer { text: text.to_owned(), version, language: language.to_owned() };
        self.buffers.insert(uri.to_owned(), buffer);
        Ok(uri.to_owned())
    }

    /// Takes the changes of a text, one after the other; one without a range is all of it.
    pub fn change(&mut self, document: &Value, changes: &Value, encoding: Encoding) -> Result<String, Fault> {
        let uri = document["uri"].as_str().ok_or_else(|| Fault::params("a document has no `uri`"))?;
        let buffer = self.buffers.get_mut(uri).ok_or_else(|| Fault::params(format!("`{uri}` is not open")))?;
        for change in changes.as_array().into_iter().flatten() {
            let new = change["text"].as_str().ok_or_else(|| Fault::params("a change has no `text`"))?;
            match &change["range"] {
                Value::Null => buffer.text = new.to_owned(),
                range => {
                    let range = Range::read(range).ok_or_else(|| Fault::params("a change has no whole `range`"))?;
                    let text = Text::new(&buffer.text, encoding);
                    let (start, end) = (text.offset(range.start), text.offset(range.end));
                    buffer.text.replace_range(start.min(end)..end.max(start), new);
                }
            }
        }
        buffer.version = document["version"].as_i64().unwrap_or(buffer.version + 1);
        Ok(uri.to_owned())
    }

    pub fn close(&mut self, uri: &str) {
        self.buffers.remove(uri);
    }

    pub fn open_notebook(&mut self, params: &Value) -> Result<String, Fault> {
        let uri = uri_of(params, "notebookDocument")?;
        params["cellTextDocuments"].as_array().into_iter().flatten().try_for_each(|item| self.open(item).map(drop))?;
        let cells = params["notebookDocument"]["cells"].as_array().into_iter().flatten().filter_map(cell).collect();
        self.notebooks.insert(uri.clone(), cells);
        Ok(uri)
    }

    pub fn change_notebook(&mut self, params: &Value, encoding: Encoding) -> Result<String, Fault> {
        let uri = uri_of(params, "notebookDocument")?;
        let changes = &params["change"]["cells"];
        let structure = &changes["structure"];
        let cells = self.notebooks.get_mut(&uri).ok_or_else(|| Fault::params(format!("`{uri}` is not open")))?;
        if let Some(start) = structure["array"]["start"].as_u64() {
            let start = usize::try_from(start).unwrap_or(usize::MAX).min(cells.len());
            let count = structure["array"]["deleteCount"].as_u64().and_then(|count| usize::try_from(count).ok());
            let end = start.saturating_add(count.unwrap_or_default()).min(cells.len());
            let new = structure["array"]["cells"].as_array().into_iter().flatten().filter_map(cell);
            cells.splice(start..end, new.collect::<Vec<_>>());
        }
        let each = |list: &Value| list.as_array().cloned().unwrap_or_default();
        for new in each(&changes["data"]).iter().filter_map(cell) {
            cells.iter_mut().filter(|cell| cell.uri == new.uri).for_each(|cell| cell.is_code = new.is_code);
        }
        for item in each(&structure["didOpen"]) {
            self.open(&item)?;
        }
        for item in each(&structure["didClose"]) {
            self.close(item["uri"].as_str().unwrap_or_default());
        }
        for change in each(&changes["textContent"]) {
            self.change(&change["document"], &change["changes"], encoding)?;
        }
        Ok(uri)
    }

    /// Closes a notebook, and gives the addresses of its cells.
    pub fn close_notebook(&mut self, uri: &str) -> Vec<String> {
        let cells: Vec<String> = self.notebooks.remove(uri).into_iter().flatten().map(|cell| cell.uri).collect();
        cells.iter().for_each(|cell| self.close(cell));
        cells
    }
}

fn cell(value: &Value) -> Option<Cell> {
    Some(Cell { uri: value["document"].as_str()?.to_owned(), is_code: value["kind"].as_u64() == Some(2) })
}
