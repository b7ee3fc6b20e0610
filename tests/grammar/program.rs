//! A whole program: the version that it is written for, its imports and client, then pieces, as a script or as a notebook.
//!
//! Each piece is decided by numbers of its own, so that one can be left out and the others stay what they are.

use std::collections::BTreeMap;

use bai2aml::source::Source;

use super::choice::Choices;
use super::writer::Writer;

/// A program while it is written.
pub struct Program<'a> {
    pub w: Writer<'a>,
    /// The version of azure-mgmt-batchai.
    pub version: &'static str,
    /// What its models are taken from: `models`, `batchai.models`.
    pub models: &'static str,
}

/// A program as it is given to the converter.
pub struct Written {
    /// `x.py` or `x.ipynb`.
    pub path: &'static str,
    pub bytes: Vec<u8>,
    /// Lines that must come out as they are.
    pub strangers: Vec<String>,
    /// Symbols with the number of their uses.
    pub used: BTreeMap<String, usize>,
}

/// The import of the client's class and the models, the class, and what the models are taken from.
type Import = (&'static str, &'static str, &'static str);

const NEW: [Import; 3] = [
    ("from azure.mgmt.batchai import BatchAI, models", "BatchAI", "models"),
    ("from azure.mgmt.batchai import BatchAI\nfrom azure.mgmt.batchai import models as m", "BatchAI", "m"),
    ("import azure.mgmt.batchai as batchai", "batchai.BatchAI", "batchai.models"),
];

const OLD: [Import; 5] = [
    ("from azure.mgmt.batchai import BatchAIManagementClient, models", "BatchAIManagementClient", "models"),
    (
        "from azure.mgmt.batchai import BatchAIManagementClient\nimport azure.mgmt.batchai.models as models",
        "BatchAIManagementClient",
        "models",
    ),
    ("import azure.mgmt.batchai as batchai", "batchai.BatchAIManagementClient", "batchai.models"),
    (
        "import azure.mgmt.batchai\nimport azure.mgmt.batchai.models",
        "azure.mgmt.batchai.BatchAIManagementClient",
        "azure.mgmt.batchai.models",
    ),
    (
        "import azure.mgmt.batchai.batch_ai_management_client as c\nfrom azure.mgmt.batchai import models as m",
        "c.BatchAIManagementClient",
        "m",
    ),
];

/// What the pieces read and nobody knows.
const AROUND: &str = "\
import datetime
import os
import time
from sys import argv

from settings import cfg, credentials, fast, limit, name, names, node_count, tags, value
";

/// Writes the program that the numbers say: the first of them about the whole, the others about a piece each.
pub fn write(numbers: &[Vec<u16>]) -> Written {
    let (first, pieces) = numbers.split_first().map_or((&[][..], &[][..]), |(first, rest)| (first.as_slice(), rest));
    let mut choices = Choices::new(first);
    let version = choices.pick(&["2.0.0", "2.0.0", "2.0.0", "7.0.0", "1.0.1", "0.2.0", "0.1.0"]);
    let step = choices.pick(&["    ", "    ", "  ", "\t"]);
    let newline = choices.pick(&["\n", "\n", "\r\n"]);
    let is_notebook = choices.one_in(3);
    let (bom, unended) = (choices.one_in(12), choices.one_in(8));
    let (import, class, models) =
        if version == "7.0.0" { NEW[choices.below(NEW.len())] } else { OLD[choices.below(OLD.len())] };
    let mut program = Program { w: Writer::new(step), version, models };
    let mut cells = vec![format!("{AROUND}{import}")];
    program.w.choices = choices;
    program.client(class);
    cells.push(program.w.lines.join("\n"));
    for piece in pieces {
        program.w.lines.clear();
        program.w.choices = Choices::new(piece);
        program.piece();
        cells.push(program.w.lines.join("\n"));
    }
    let text = |cells: &[String]| cells.join("\n").replace('\n', newline);
    let bytes = if is_notebook {
        notebook(&cells)
    } else {
        let end = if unended { "" } else { newline };
        format!("{}{}{end}", if bom { "\u{feff}" } else { "" }, text(&cells))
    };
    let Writer { strangers, used, .. } = program.w;
    Written { path: if is_notebook { "x.ipynb" } else { "x.py" }, bytes: bytes.into_bytes(), strangers, used }
}

/// A notebook with outputs, and text between the cells.
fn notebook(cells: &[String]) -> String {
    let code = cells.iter().map(|text| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        serde_json::json!({ "cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{ "text": "client.jobs" }], "source": lines })
    });
    let note = serde_json::json!({ "cell_type": "markdown", "metadata": {}, "source": ["# client.clusters.create"] });
    let cells: Vec<_> = [note].into_iter().chain(code).collect();
    let notebook = serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2 });
    serde_json::to_string_pretty(&notebook).unwrap_or_default()
}

impl Written {
    pub fn source(&self, bytes: &[u8]) -> Source {
        Source::read(self.path, bytes.to_vec()).unwrap_or_else(|problem| panic!("{}", problem.message))
    }
}

impl Program<'_> {
    /// Notes a symbol that the ledger must know.
    pub fn note(&mut self, symbol: &str) {
        *self.w.used.entry(symbol.to_owned()).or_default() += 1;
    }

    /// Writes statements one step further in.
    pub fn inner<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        self.w.depth += 1;
        let done = body(self);
        self.w.depth -= 1;
        done
    }

    fn client(&mut self, class: &str) {
        let call = self.w.choices.pick(&[
            "{}(credentials, 'sub')",
            "{}(credentials, subscription_id=cfg.subscription)",
            "{}(credentials,\n  'sub', base_url=cfg.url)",
        ]);
        self.w.line(&format!("client = {}", call.replace("{}", class)));
    }

    /// A few statements with one purpose.
    fn piece(&mut self) {
        match self.w.choices.below(10) {
            9 => self.w.stranger(),
            8 => {
                // What is built and goes nowhere.
                let value = self.flow("JobCreateParameters", 1);
                self.w.line(&format!("print({value})"));
            }
            _ => self.operation(),
        }
    }
}
