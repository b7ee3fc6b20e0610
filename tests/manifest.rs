//! Dependency files, and what is not Python in notebooks, for any text: nothing panics, nothing else changes, and a second run has nothing to do.

use bai2aml::convert::{Options, convert};
use bai2aml::report::Converted;
use bai2aml::sdk::Target;
use bai2aml::source::Source;
use proptest::prelude::*;
use proptest::sample::select;

/// The names of every form that is read.
const NAMES: [&str; 6] = ["requirements.txt", "setup.cfg", "pyproject.toml", "Pipfile", "environment.yml", "setup.py"];

/// Pieces of dependency files, right and wrong.
const PIECES: [&str; 34] = [
    "azure-mgmt-batchai",
    "Azure_Mgmt_BatchAI",
    "azure-storage-blob",
    "azure-storage",
    "azure-identity",
    "adal",
    "numpy",
    "==2.0.0",
    ">=1,<2",
    " ; python_version < \"3\"\n",
    " --hash=sha256:00",
    "\\",
    "\n",
    "\r\n",
    "    ",
    "- ",
    "- pip:",
    "dependencies:",
    "\n[options]\n",
    "install_requires =",
    "[packages]\n",
    "[project]\ndependencies = ",
    "[",
    "]",
    ", ",
    "\"",
    "'",
    " = ",
    "# ",
    " # ünïcödé",
    "{ version = \"^1\" }",
    "=1.0=py_0",
    "-e git+x#egg=",
    "setup(install_requires=[",
];

/// Pieces of cells.
const CELL: [&str; 28] = [
    "!pip install ",
    "%pip install -q ",
    "!conda install ",
    "azure-mgmt-batchai",
    " 'azure-storage-blob<2'",
    " adal",
    "!az batchai job list",
    "$AZ_BATCHAI_INPUT_DATA",
    "%%bash\n",
    "%%time\n",
    "%%writefile train.py\n",
    "%%writefile requirements.txt\n",
    "%%writefile run.sh\n",
    "%time ",
    "%timeit -n 2 ",
    "x = ",
    "client.clusters.get('rg', 'ws', 'c')",
    "os.environ['AZ_BATCHAI_JOB_TEMP']",
    "from azure.mgmt.batchai import BatchAIManagementClient\nclient = BatchAIManagementClient(c, s)\n",
    "if x:\n    ",
    "\n",
    "\n",
    " \\\n",
    "(",
    ")",
    "\"",
    "  # ü",
    "\r\n",
];

fn notebook(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|text| serde_json::json!({ "cell_type": "code", "source": text })).collect();
    serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4 }).to_string()
}

fn run(name: &str, text: &str, target: Target) -> Option<Converted> {
    let source = Source::read(name, text.as_bytes().to_vec()).ok()?;
    convert(vec![source], &Options { target, job_form: None, upgrade_vm_sizes: false }).pop()
}

/// Also where the cell above ends in a backslash, which joins lines within a cell only.
#[test]
fn a_comment_stands_in_the_cell_that_it_is_about() {
    let cells = ["x = 1 \\\n\n", "!echo $AZ_BATCHAI_JOB_TEMP"].map(str::to_owned);
    let done = run("x.ipynb", &notebook(&cells), Target::V2).expect("a notebook");
    assert!(done.problems.is_empty(), "{:?}", done.problems);
    let after: serde_json::Value = serde_json::from_slice(&done.after).expect("JSON");
    let source = |cell: usize| after["cells"][cell]["source"].as_str().expect("text").to_owned();
    assert_eq!(source(0), cells[0]);
    assert!(source(1).starts_with("# bai2aml: BAI606") && source(1).ends_with(&cells[1]), "{}", source(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_converted_once(
        name in select(&NAMES[..]),
        pieces in proptest::collection::vec(select(&PIECES[..]), 0..30),
        target in select(vec![Target::V1, Target::V2]),
    ) {
        let text = pieces.concat();
        let Some(once) = run(name, &text, target) else { return Ok(()) };
        let said: Vec<&str> = once.problems.iter().map(|p| p.message.as_str()).collect();
        prop_assert!(!said.iter().any(|message| message.contains("internal")), "{said:?} of {text:?}");
        let after = String::from_utf8(once.after).expect("UTF-8");
        if once.entries.is_empty() {
            prop_assert_eq!(&after, &text);
        }
        let twice = run(name, &after, target).expect("readable");
        prop_assert_eq!(String::from_utf8(twice.after).expect("UTF-8"), after);
    }

    #[test]
    fn any_cells_are_converted_once(
        cells in proptest::collection::vec(proptest::collection::vec(select(&CELL[..]), 0..8), 1..4),
        target in select(vec![Target::V1, Target::V2]),
    ) {
        let cells: Vec<String> = cells.iter().map(|pieces| pieces.concat()).collect();
        let text = notebook(&cells);
        let once = run("x.ipynb", &text, target).expect("a notebook");
        let said: Vec<&str> = once.problems.iter().map(|p| p.message.as_str()).collect();
        prop_assert!(!said.iter().any(|message| message.contains("internal")), "{said:?} of {cells:?}");
        let after = String::from_utf8(once.after).expect("UTF-8");
        let twice = run("x.ipynb", &after, target).expect("a notebook");
        prop_assert_eq!(String::from_utf8(twice.after).expect("UTF-8"), after);
    }

    #[test]
    fn without_batch_ai_nothing_changes(
        name in select(&NAMES[..]),
        pieces in proptest::collection::vec(select(&PIECES[2..]), 0..30),
    ) {
        let text = pieces.concat();
        let Some(once) = run(name, &text, Target::V2) else { return Ok(()) };
        prop_assert!(once.entries.is_empty());
        prop_assert_eq!(once.after, text.into_bytes());
    }
}
