//! Tells in a pass over the bytes whether a file can use Batch AI at all, so that the others are never parsed.
//!
//! It may say yes for nothing, never no: the parser decides. Only files found in folders go through it.

use memchr::memmem;

/// How the recipes' helper package is imported; a file may use Batch AI through it without naming it.
const HELPERS: [&[u8]; 2] = [b"import utilities", b"from utilities"];

/// Whether these bytes of a script or a notebook may use Batch AI.
pub fn prefilter(bytes: &[u8]) -> bool {
    [&b"atch"[..], b"ATCH"].iter().any(|part| memmem::find_iter(bytes, part).any(|at| is_batch_ai(bytes, at)))
        || HELPERS.iter().any(|import| memmem::find(bytes, import).is_some())
}

/// Whether `batchai` stands around the `atch` found at `at`, in any case, with or without a mark between its parts.
fn is_batch_ai(bytes: &[u8], at: usize) -> bool {
    let starts = at.checked_sub(1).is_some_and(|before| bytes[before].eq_ignore_ascii_case(&b'b'));
    let rest = &bytes[at + 4..];
    let rest = rest.strip_prefix(b"_").or(rest.strip_prefix(b"-")).unwrap_or(rest);
    starts && rest.get(..2).is_some_and(|ai| ai.eq_ignore_ascii_case(b"ai"))
}

/// Whether a file without Batch AI of its own may get it from one of these modules: whether it imports the name.
///
/// A name counts when it is a word on a line with `import`, or inside `import (…)`.
pub fn imports(bytes: &[u8], modules: &[Vec<u8>]) -> bool {
    modules.iter().any(|module| memmem::find_iter(bytes, module).any(|at| is_imported(bytes, at, module.len())))
}

fn is_imported(bytes: &[u8], at: usize, length: usize) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let (before, after) = (&bytes[..at], &bytes[at + length..]);
    if before.last().is_some_and(part) || after.first().is_some_and(part) {
        return false;
    }
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let end = memchr::memchr(b'\n', after).map_or(bytes.len(), |newline| at + length + newline);
    let opened = memmem::rfind(before, b"import (").is_some_and(|open| !before[open..].contains(&b')'));
    opened || memmem::find(&bytes[start..end], b"import").is_some()
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
    fn other_batches_are_not() {
        for text in ["", "atch", "batch", "atchai", "batch = a", "from lib.utilities import x", "matches"] {
            assert!(!prefilter(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_module_is_found_where_it_is_imported() {
        let found = |text: &str| imports(text.as_bytes(), &[b"helper".to_vec()]);
        assert!(found("import helper\n"));
        assert!(found("from .lib.helper import client as c\n"));
        assert!(found("from . import (\n    other,\n    helper)\n"));
        assert!(found("m = importlib.import_module('helper')\n"));
        assert!(found("\"import helper\\n\","));
        assert!(!found("import helpers\nhelper = 1\nx.helper()\n"));
        assert!(!found("from . import (other)\nhelper = 1\n"));
    }
}
