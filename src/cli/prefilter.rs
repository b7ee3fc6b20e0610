//! Tells in a pass over the bytes whether a file can use Batch AI at all, so that the others are never parsed.
//!
//! It may say yes for nothing, never no: the parser decides. It says yes to UTF-16, which hides all words and which the
//! reader refuses. Only files found in folders go through it.

use std::collections::HashSet;
use std::path::Path;

use memchr::memmem;

use crate::config;
use crate::source::{Language, is_dependency_file, is_python};
use crate::syntax::imported_words;

/// How the recipes' helper package is imported; a file may use Batch AI through it without naming it.
const HELPERS: [&[u8]; 2] = [b"import utilities", b"from utilities"];

/// Words of Batch AI's calls, for files whose client comes from elsewhere.
const WORDS: [&[u8]; 4] = [b"workspace_name", b"list_output_files", b"list_remote_login", b"CreateParameters"];

/// How a comment of `convert` begins that leaves something to a person.
const MARK: &[u8] = b"bai2aml: BAI";

/// What a file is, as far as it matters for what can be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Scripts, notebooks, and files that do not say what they are but were named.
    Python,
    /// Dependency files and files of other languages.
    Other,
    Json,
    /// Anything else, in which only variables are looked for.
    Text,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needle {
    BatchAi,
    /// And the first SDK of Azure ML.
    SecondHop,
}

impl Form {
    /// By the name of a file.
    pub fn of(path: &Path) -> Form {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match Language::of(&name, b"") {
            _ if is_python(&name) => Form::Python,
            Some(Language::Json) => Form::Json,
            Some(_) => Form::Other,
            None if is_dependency_file(path) => Form::Other,
            None => Form::Text,
        }
    }
}

impl Needle {
    /// Whether these bytes may hold what is looked for.
    pub fn is_in(self, bytes: &[u8], form: Form) -> bool {
        let is_program = bytes.starts_with(b"#!");
        let ours = match form {
            Form::Text if !is_program => memmem::find(bytes, b"AZ_BATCHAI_").is_some(),
            Form::Json => prefilter(bytes) || config::keys().any(|key| memmem::find(bytes, key.as_bytes()).is_some()),
            _ => prefilter(bytes),
        };
        ours || self == Needle::SecondHop && memmem::find(bytes, b"azureml").is_some()
    }
}

/// Whether these bytes of a script or a notebook may use Batch AI.
pub fn prefilter(bytes: &[u8]) -> bool {
    [&b"atch"[..], b"ATCH"].iter().any(|part| memmem::find_iter(bytes, part).any(|at| is_batch_ai(bytes, at)))
        || [&b"\xff\xfe"[..], b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark))
        || memmem::find(bytes, MARK).is_some()
        || HELPERS.iter().chain(&WORDS).any(|word| memmem::find(bytes, word).is_some())
}

/// Whether `batchai` stands around the `atch` found at `at`, in any case, with or without a mark between its parts.
fn is_batch_ai(bytes: &[u8], at: usize) -> bool {
    let starts = at.checked_sub(1).is_some_and(|before| bytes[before].eq_ignore_ascii_case(&b'b'));
    let rest = &bytes[at + 4..];
    let rest = rest.strip_prefix(b"_").or(rest.strip_prefix(b"-")).unwrap_or(rest);
    starts && rest.get(..2).is_some_and(|ai| ai.eq_ignore_ascii_case(b"ai"))
}

/// Whether a file without Batch AI of its own may get it from one of these modules: whether it imports one.
pub fn imports(bytes: &[u8], modules: &HashSet<Vec<u8>>) -> bool {
    imported_words(bytes).any(|word| modules.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found() {
        let spellings = [
            "azure.mgmt.batchai",
            "BatchAI",
            "AZ_BATCHAI_X",
            "batch_ai",
            "Microsoft.batchAi",
            "az batch-ai",
            "batchai",
        ];
        for spelling in spellings {
            assert!(prefilter(format!("x {spelling} y").as_bytes()), "{spelling}");
        }
    }

    #[test]
    fn helpers_of_the_recipes_are_found() {
        assert!(prefilter(b"import utilities as utils\n"));
        assert!(prefilter(b"from utilities import config\n"));
    }

    #[test]
    fn a_job_is_found_by_its_toolkit() {
        let job = br#"{"properties": {"nodeCount": 1, "customToolkitSettings": {"commandLine": "x"}}}"#;
        assert!(Needle::BatchAi.is_in(job, Form::Json));
        assert!(!Needle::BatchAi.is_in(br#"{"properties": {"nodeCount": 1}}"#, Form::Json));
    }

    #[test]
    fn utf_16_is_for_the_reader_to_refuse() {
        assert!(prefilter(b"\xff\xfei\0m\0p\0"));
    }

    #[test]
    fn other_batches_are_not() {
        for text in ["", "atch", "batch", "atchai", "batch = a", "from lib.utilities import x", "matches"] {
            assert!(!prefilter(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_module_is_found_where_it_is_imported() {
        let found = |text: &str| imports(text.as_bytes(), &HashSet::from([b"helper".to_vec()]));
        assert!(found("import helper\n"));
        assert!(found("from .lib.helper import client as c\n"));
        assert!(found("from . import (\n    other,\n    helper)\n"));
        assert!(found("m = importlib.import_module('helper')\n"));
        assert!(found("\"import helper\\n\","));
        assert!(found("from a import b, \\\n    helper\n"));
        assert!(found("import os, (\nimport other\n\nfrom helper import x"));
        assert!(!found("import helpers\nhelper = 1\nx.helper()\n"));
        assert!(!found("from . import (other)\nhelper = 1\n"));
    }
}
