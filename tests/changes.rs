//! Which edits of a conversion go together: what a value reaches does, what has nothing to do with it does not.

mod support {
    #[allow(dead_code)]
    pub mod fixture;
    #[allow(dead_code)]
    pub mod promise;
}

use bai2aml::change::{Patch, Piece, Web, compose, split};
use bai2aml::convert::{Options, Plan, plan};
use bai2aml::report::Fate;
use bai2aml::sdk::Target;
use bai2aml::source::Source;
use bai2aml::syntax::parse;
use support::fixture;

fn planned(files: &[(&str, &str)]) -> Plan {
    let read = |(path, text): &(&str, &str)| Source::read(path, text.as_bytes().to_vec()).expect("it can be read");
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    plan(files.iter().map(read).collect(), &options)
}

const CLIENT: &str = "\
from azure.mgmt.batchai import BatchAIManagementClient
client = BatchAIManagementClient(credentials, subscription)
";

/// A program of which nothing is lost and nothing differs; a client always belongs to one workspace afterwards.
const EXACT: &str = "import azure.mgmt.batchai.models as models\nORDER = [models.JobPriority.low]\n";

/// The change whose edits or entries stand on the line that has this text.
fn change_at(plan: &Plan, file: usize, text: &str) -> usize {
    let source = &plan.files[file].source;
    let at = source.text().find(text).unwrap_or_else(|| panic!("no `{text}`"));
    let line = source.locate(at).line;
    let found = plan.changes.iter().position(|change| {
        let edits = change.edits.iter().filter(|item| item.file == file);
        let entries = change.entries.iter().filter(|item| item.file == file);
        let edit = |index: usize| source.locate(plan.files[file].edits[index].span.start).line;
        let entry = |index: usize| plan.converted[file].entries[index].location.line;
        edits.map(|item| edit(item.index)).chain(entries.map(|item| entry(item.index))).any(|l| l == line)
    });
    found.unwrap_or_else(|| panic!("no change at `{text}`"))
}

/// Whether two lines are of one change.
fn together(program: &str, one: &str, other: &str) -> bool {
    let plan = planned(&[("x.py", program)]);
    assert!(plan.converted[0].problems.is_empty(), "{:?}", plan.converted[0].problems);
    change_at(&plan, 0, one) == change_at(&plan, 0, other)
}

#[test]
fn a_client_and_every_call_on_it_go_together() {
    let program =
        format!("{CLIENT}client.clusters.delete('rg', 'ws', 'a')\nclient.jobs.delete('rg', 'ws', 'e', 'j')\n");
    assert!(together(&program, "BatchAIManagementClient(", "'a'"));
    assert!(together(&program, "'a'", "'j'"));
    assert!(together(&program, "import", "'j'"), "the import goes when its last use has gone");
}

#[test]
fn values_are_followed_where_they_are_handed_on() {
    for (what, program, one, other) in [
        ("a name", "c = client\nc.clusters.delete('rg', 'ws', 'a')\n", "Client(", "'a'"),
        ("a function", "def run(c):\n    c.clusters.delete('rg', 'ws', 'a')\n\n\nrun(client)\n", "Client(", "'a'"),
        ("a list", "all = []\nall.append(client)\nall[0].clusters.delete('rg', 'ws', 'a')\n", "Client(", "'a'"),
        ("a key", "d = {}\nd['c'] = client\nd['c'].clusters.delete('rg', 'ws', 'a')\n", "Client(", "'a'"),
        (
            "an attribute",
            "class T:\n    def __init__(self):\n        self.c = client\n\n    def run(self):\n        \
             self.c.clusters.delete('rg', 'ws', 'a')\n",
            "Client(",
            "'a'",
        ),
        ("a result", "def make():\n    return client\n\n\nmake().clusters.delete('rg', 'ws', 'a')\n", "Client(", "'a'"),
    ] {
        assert!(together(&format!("{CLIENT}{program}"), one, other), "{what}");
    }
}

#[test]
fn a_handler_goes_with_what_it_guards() {
    let program = format!(
        "from azure.mgmt.batchai.models import BatchAIErrorException\n{CLIENT}try:\n    \
         client.clusters.delete('rg', 'ws', 'a')\nexcept BatchAIErrorException:\n    pass\n"
    );
    assert!(together(&program, "'a'", "except"));
}

#[test]
fn what_has_nothing_to_do_with_the_client_comes_apart() {
    let reader = "import os\n\n\ndef index():\n    return os.environ['AZ_BATCHAI_TASK_INDEX']\n\n\n";
    let program = format!("{reader}{CLIENT}client.clusters.delete('rg', 'ws', 'a')\n");
    assert!(!together(&program, "TASK_INDEX", "'a'"));
}

#[test]
fn storage_in_a_module_of_its_own_comes_apart_and_imports_of_one_file_hold_together() {
    let storage = "from azure.storage.blob import BlockBlobService\n\n\ndef put(name):\n    service = BlockBlobService('a', 'k')\n    service.create_container(name)\n";
    let jobs = format!("from storage import put\n{CLIENT}client.clusters.delete('rg', 'ws', 'a')\nput('results')\n");
    let plan = planned(&[("jobs.py", &jobs), ("storage.py", storage)]);
    assert_ne!(change_at(&plan, 0, "'a'"), change_at(&plan, 1, "create_container"));
    assert!(together(&format!("{CLIENT}\n\n\n{storage}"), "Client(", "create_container"), "one new line imports both");
}

#[test]
fn what_is_left_to_a_person_is_the_fate_of_all_that_goes_with_it() {
    let program =
        format!("{CLIENT}client.clusters.delete('rg', 'ws', 'a')\nclient.file_servers.get('rg', 'ws', 'f')\n");
    let plan = planned(&[("x.py", &program)]);
    let change = change_at(&plan, 0, "'a'");
    assert_eq!(plan.changes[change].fate, Fate::Manual);
    assert_eq!(plan.sorted().patches[change], Patch::Review);
    assert!(plan.sorted().halves[Patch::Safe as usize].is_empty(), "nothing moves before the rest can");
}

#[test]
fn programs_of_one_run_come_apart_and_files_that_import_each_other_do_not() {
    let manual = format!("{CLIENT}client.file_servers.get('rg', 'ws', 'f')\n");
    let plan = planned(&[
        ("a.py", EXACT),
        ("b.py", &manual),
        ("c.py", "from b import client\nclient.jobs.delete('rg', 'ws', 'e', 'j')\n"),
    ]);
    let [a, b, c] = [change_at(&plan, 0, "low"), change_at(&plan, 1, "'f'"), change_at(&plan, 2, "'j'")];
    assert!(a != b && b == c);
    assert_eq!(
        plan.sorted().halves.map(|halves| halves.iter().map(|half| half.file).collect::<Vec<_>>()),
        [vec![0], vec![1, 2]]
    );
}

#[test]
fn a_dependency_file_is_a_change_of_its_own() {
    let plan = planned(&[("requirements.txt", "azure-mgmt-batchai==2.0.0\nazure-storage==0.36.0\n"), ("a.py", EXACT)]);
    let of_list: Vec<_> = plan.changes.iter().filter(|change| change.edits.iter().any(|item| item.file == 0)).collect();
    assert!(of_list.len() == 1 && of_list[0].edits.iter().all(|item| item.file == 0), "{of_list:?}");
}

#[test]
fn an_added_function_is_needed_and_needs_nothing_of_what_calls_it() {
    let helper = format!(
        "{CLIENT}\n\ndef nodes(name):\n    return client.jobs.list_remote_login_information('rg', 'ws', 'e', name)\n"
    );
    let plan = planned(&[("x.py", &helper)]);
    let change = change_at(&plan, 0, "list_remote");
    let needed: Vec<usize> = plan.changes[change].needs.clone();
    let all = (0..plan.changes.len()).filter(|at| plan.changes[*at].edits.iter().any(|item| item.file == 0));
    assert!(!needed.is_empty(), "{:?} of {:?}", needed, all.collect::<Vec<_>>());
    let left = plan.with(0, |number| number == needed[0]).expect("it can be applied alone");
    let left = String::from_utf8(left).expect("text");
    assert!(left.contains("def list_job_nodes") && left.contains("BatchAIManagementClient(credentials"), "{left}");
}

#[test]
fn a_part_of_the_changes_is_a_part_of_the_result() {
    let plan = planned(&[("x.py", &format!("{CLIENT}client.clusters.delete('rg', 'ws', 'a')\n"))]);
    assert_eq!(plan.with(0, |_| true).expect("all"), plan.converted[0].after);
    assert_eq!(plan.with(0, |_| false).expect("none"), plan.converted[0].before);
}

/// What is taken of each file, where one piece is left out, or none.
fn composed(plan: &Plan, pieces: &[Piece], web: &Web, left_out: Option<usize>) -> Vec<Vec<u8>> {
    let taken = web.taken(|at| Some(at) != left_out);
    let of_file = |file: usize| {
        let own = pieces.iter().zip(&taken).filter(|(piece, taken)| piece.file == file && **taken);
        own.map(|(piece, _)| (piece, piece.text.as_slice())).collect::<Vec<_>>()
    };
    (0..plan.files.len()).map(|file| compose(plan.files[file].source.bytes(), &of_file(file))).collect()
}

#[test]
fn the_pieces_of_every_fixture_make_up_its_result_and_each_can_be_left_out() {
    let (mut count, mut whole) = (0, 0);
    for fixture in fixture::all().into_iter().filter(|fixture| !fixture.is_broken()) {
        let sources: Vec<Source> =
            fixture.files.iter().filter_map(|(path, bytes)| Source::read(path, bytes.clone()).ok()).collect();
        let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
        let plan = plan(sources, &options);
        // A configuration file goes whole, and other files come: `review` does not take it apart.
        if plan.converted.iter().any(|file| file.is_removed) {
            continue;
        }
        let pieces = plan.pieces();
        let web = Web::new(&pieces, &plan.changes);
        let all = composed(&plan, &pieces, &web, None);
        let after: Vec<&Vec<u8>> = plan.converted.iter().map(|file| &file.after).collect();
        assert!(all.iter().eq(after), "{}", fixture.name);
        for left_out in 0..pieces.len() {
            let taken = web.taken(|at| at != left_out);
            for (file, bytes) in composed(&plan, &pieces, &web, Some(left_out)).into_iter().enumerate() {
                if !plan.converted[file].problems.is_empty() {
                    continue;
                }
                let source = Source::read(plan.files[file].source.path(), bytes).expect("it can be read");
                assert!(parse(&source).errors.is_empty(), "{} without piece {left_out}", fixture.name);
            }
            // A change is taken whole or not at all.
            for (at, change) in plan.changes.iter().enumerate() {
                let mut own =
                    pieces.iter().zip(&taken).filter(|(piece, _)| piece.changes.contains(&at)).map(|(_, t)| *t);
                let is_taken = own.next().unwrap_or(true);
                assert!(own.all(|other| other == is_taken), "{}: {change:?}", fixture.name);
            }
        }
        count += pieces.len();
        whole += plan
            .files
            .iter()
            .enumerate()
            .filter(|(file, planned)| {
                let mut own = pieces.iter().filter(|piece| piece.file == *file);
                let lines = split(planned.source.bytes()).len();
                own.next().is_some_and(|piece| piece.lines == (0..lines) && lines > 20)
            })
            .count();
    }
    println!("{count} pieces; {whole} files in one piece");
    assert!(count > 500 && whole * 50 < count, "{count} pieces; {whole} files in one piece");
}
