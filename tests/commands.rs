//! Converted command lines are command lines: `bash` and `make` read every result, and every `az ml` command in one is
//! of the inventory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bai2aml::command::fault;
use bai2aml::convert::{Options, check, convert};
use bai2aml::report::{Fate, Problem};
use bai2aml::sdk::Target;
use bai2aml::shell::Dialect;
use bai2aml::source::Source;
use proptest::prelude::*;

/// The goldens of command lines whose names end so; `tests/fixtures.rs` holds them against what the program writes.
fn results(ending: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(root).expect("fixtures").flatten().map(|entry| entry.path());
    let ours =
        folders.filter(|folder| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("cli-")));
    let files = ours.flat_map(|folder| fs::read_dir(folder).expect("a fixture").flatten().map(|file| file.path()));
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("after.") && name.ends_with(ending)
    };
    let found: Vec<PathBuf> = files.filter(is_wanted).collect();
    assert!(!found.is_empty(), "no golden ends in `{ending}`");
    found.into_iter().map(|path| (path.display().to_string(), fs::read(&path).expect("readable"))).collect()
}

/// What a program says of a file with these bytes that it cannot read.
fn refused(program: &str, args: &[&str], name: &str, bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), bytes).expect("written");
    let ran = Command::new(program).args(args).arg(name).current_dir(folder.path()).output();
    let ran = ran.unwrap_or_else(|error| panic!("{program}: {error}"));
    (!ran.status.success()).then(|| String::from_utf8_lossy(&ran.stderr).into_owned())
}

fn all_right(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn bash_reads_every_script() {
    let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes();
    let wrong = results(".sh").into_iter().filter_map(|(name, bytes)| {
        refused("bash", &["-n"], "x.sh", &plain(&bytes)).map(|said| format!("{name}: {said}"))
    });
    all_right(wrong.collect());
}

#[test]
fn make_reads_every_makefile() {
    let wrong = results("Makefile").into_iter().filter_map(|(name, bytes)| {
        let args = ["-n", "-k", "cluster", "train", "logs", "clean", "help", "pool", "-f"];
        let known = String::from_utf8_lossy(&bytes).into_owned();
        let targets = args.iter().filter(|arg| arg.starts_with('-') || known.contains(&format!("\n{arg}:")));
        let targets: Vec<&str> = targets.copied().collect();
        refused("make", &targets, "Makefile", &bytes).map(|said| format!("{name}: {said}"))
    });
    all_right(wrong.collect());
}

/// A configuration that cannot be read is said with its line, wherever it stands, by `check` as by `convert`.
#[test]
fn an_unreadable_configuration_is_said() {
    let broken =
        "{\n  \"properties\": {\n    \"nodeCount\": 2,\n    \"stdOutErrPathPrefix\": \"logs\",\n    !\n  }\n}\n";
    let cluster = "{\n  \"properties\": {\n    \"vmSize\": \"x\", \"scaleSettings\": {},\n\n    !\n  }\n}\n";
    let schema = "{\n\"$schema\": \"https://example.org/schemas/BatchAI/2018-05-01/job.json\",\n\n\n!\n}\n";
    let deep = format!("{{\"properties\": {{\"toolkitType\":\n\n\n\n{}1{}}}}}\n", "[".repeat(90), "]".repeat(90));
    let cell = broken.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"execution_count\": null, \"metadata\": {{}}, \"outputs\": [], \
         \"source\": \"%%writefile job.json\\n{cell}\"}}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 2}}"
    );
    let files = [
        ("job.json", broken.to_owned(), 5),
        ("cluster.json", cluster.to_owned(), 5),
        ("other.json", schema.to_owned(), 5),
        ("deep.json", deep.clone(), 5),
        ("run.sh", format!("set -e\ncat > job.json <<'END'\n{broken}END\n"), 7),
        ("deep.sh", format!("cat > job.json <<'END'\n{deep}END\n"), 6),
        ("README.md", format!("# Run\n\n```json\n{cluster}```\n\n```sh\naz batchai list-usages\n```\n"), 8),
        ("book.ipynb", notebook, 6),
    ];
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    for (name, text, line) in files {
        let read = || vec![Source::read(name, text.clone().into_bytes()).expect("readable")];
        let checked = check(read(), false).remove(0).problems;
        let converted = convert(read(), &options).remove(0);
        let lines = |problems: &[Problem]| -> Vec<_> {
            problems.iter().map(|problem| problem.location.as_ref().map(|at| at.line)).collect()
        };
        assert_eq!(lines(&checked), [Some(line)], "{name}: {checked:?}");
        if name.ends_with(".json") {
            assert_eq!(converted.before, converted.after, "{name}");
            assert_eq!(lines(&converted.problems), [Some(line)], "{name}: {:?}", converted.problems);
            continue;
        }
        // What holds it is converted without it.
        let manual: Vec<_> = converted.findings.iter().filter(|finding| finding.fate == Fate::Manual).collect();
        assert_eq!(
            manual.iter().map(|finding| finding.location.line).collect::<Vec<_>>(),
            [line],
            "{name}: {manual:?}"
        );
        let after = String::from_utf8(converted.after).expect("text");
        let kept: String =
            after.split_inclusive('\n').filter(|line| !line.starts_with("# ") || name == "README.md").collect();
        let kept = kept.replace("az ml compute list-usage", "az batchai list-usages");
        assert_eq!(kept.as_bytes(), converted.before, "{name}");
    }
    // What is somebody else's is not.
    for (name, text) in [("a.json", "{\"properties\": {!}"), ("b.md", "```json\n{ \"dataDisks\": ... }\n```\n")] {
        let read = || vec![Source::read(name, text.into()).expect("readable")];
        assert!(check(read(), false)[0].problems.is_empty() && convert(read(), &options)[0].problems.is_empty());
    }
}

/// Also where several of them end a file without a last newline.
#[test]
fn commands_that_go_take_their_lines_along() {
    const GOES: &str = "az batchai experiment create -n x -g y -w z";
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    for (lines, left) in [
        (vec![GOES, GOES], ""),
        (vec!["ls", GOES, GOES], "ls"),
        (vec!["ls", "", GOES, "", GOES], "ls"),
        (vec!["ls", GOES, "pwd"], "ls\npwd"),
        (vec!["ls", GOES, ""], "ls\n"),
    ] {
        for newline in ["\n", "\r\n"] {
            let source = Source::read("run.sh", lines.join(newline).into_bytes()).expect("text");
            let done = convert(vec![source], &options).remove(0);
            assert!(done.problems.is_empty(), "{:?}", done.problems);
            assert_eq!(String::from_utf8_lossy(&done.after), left.replace('\n', newline), "{lines:?}");
        }
    }
}

/// By a reading that does not know where the edits were.
#[test]
fn every_new_command_is_of_the_inventory() {
    let shells = [(".sh", Dialect::Posix), (".ps1", Dialect::PowerShell)];
    let wrong = shells.iter().flat_map(|(ending, dialect)| {
        results(ending).into_iter().filter_map(|(name, bytes)| {
            fault(&String::from_utf8_lossy(&bytes), *dialect).map(|fault| format!("{name}: {fault}"))
        })
    });
    all_right(wrong.collect());
}

/// A broken script would be noticed.
#[test]
fn what_cannot_be_read_is_refused() {
    assert!(refused("bash", &["-n"], "x.sh", b"if true; then\nfi\n").is_some());
    assert!(refused("make", &["-n", "-f"], "Makefile", b"a:\n\tb\nc d\n").is_some());
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cli-makefile").is_dir());
}

/// Pieces of scripts, half of them broken.
const PIECES: [&str; 34] = [
    "az batchai job list -g rg -w ws -e exp",
    "az batchai job wait -g rg -w ws -e exp -n x",
    "az batchai job show -g rg -w ws -e exp -n x --query executionState",
    "az batchai experiment create -n x -g y -w z",
    "az batchai experiment delete -n $X -g y -w z -y",
    "az batchai cluster create -n x -s y --afs-name share -t 1 --nfs n",
    "az batchai file-server list -g rg -w ws",
    "az batchai job",
    " -o tsv",
    " && ",
    " || ",
    " | jq -r .executionState",
    "; ",
    "\n",
    " \\\n  ",
    " `\n  ",
    "\r\n",
    "'",
    "\"",
    "$(",
    ")",
    "`",
    "# x",
    "{",
    "}",
    "if true; then\n",
    "fi\n",
    "<<EOF\n",
    "EOF\n",
    "echo ",
    "\t",
    "- script: ",
    "RUN ",
    "run: |\n  ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a script is, a second run finds nothing more to do, and nothing goes wrong.
    #[test]
    fn any_script_is_converted_once(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12),
        name in prop::sample::select(&["run.sh", "Makefile", "steps.yml", "Dockerfile", "guide.md", "run.ps1", "run.R"][..]),
        fence in any::<bool>(),
    ) {
        let text = pieces.concat();
        let text = if name == "guide.md" && fence { format!("```bash\n{text}\n```\n") } else { text };
        let run = |bytes: Vec<u8>| {
            let source = Source::read(name, bytes).expect("text");
            convert(vec![source], &Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false })
        };
        let once = run(text.into_bytes()).remove(0);
        prop_assert!(once.problems.is_empty(), "{:?}", once.problems);
        let twice = run(once.after.clone()).remove(0);
        prop_assert_eq!(String::from_utf8_lossy(&once.after), String::from_utf8_lossy(&twice.after));
    }
}

/// What a text of a file with this name becomes.
fn converted(name: &str, text: &str) -> String {
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    let done = convert(vec![Source::read(name, text.as_bytes().to_vec()).expect("text")], &options).remove(0);
    assert!(done.problems.is_empty(), "{:?}", done.problems);
    String::from_utf8(done.after).expect("text")
}

/// Steps of a pipeline whose lines are one to the shell.
#[test]
fn folded_steps_are_one_command() {
    let job = "az batchai job create\n    -g rg -w ws -e exp\n    -c nc6 -n one\n    -f job.json\n";
    let new =
        "az ml job create\n    -g rg -w ws --set experiment_name=exp compute=azureml:nc6 -n one\n    -f job.yml\n";
    for head in ["- script: >-\n    ", "- script: >\n    ", "- script: "] {
        let step = |command: &str| format!("steps:\n{head}{command}  displayName: submit\n");
        assert_eq!(converted("azure-pipelines.yml", &step(job)), step(new));
    }
    let wait = "script:\n  - >-\n    az batchai job wait\n    -g rg -w ws\n    -e exp -n one\n";
    let both = "az ml job stream\n    -g rg -w ws -n one && [ \"$(az ml job show --name one -g rg -w ws --query status -o tsv)\" = Completed ]\n";
    assert_eq!(converted(".gitlab-ci.yml", wait), format!("script:\n  - >-\n    {both}"));
    // An empty line ends a line of the shell, a comment ends it for good.
    for text in [
        "- script: >\n    az batchai job create\n\n    -g rg -w ws -e exp -c nc6 -n one -f job.json\n",
        "- script: >\n    az batchai job create\n      -g rg -w ws -e exp -c nc6 -n one -f job.json\n",
        "- script: >\n    az batchai job create # -g rg\n    -w ws -e exp -c nc6 -n one -f job.json\n",
    ] {
        let after = converted("azure-pipelines.yml", text);
        assert!(after.starts_with("# bai2aml: BAI826 manual") && after.ends_with(text), "{after}");
    }
}

/// Magics that run a line in a shell, in Python.
#[test]
fn magics_of_a_line_are_read() {
    let notebook = |line: &str| {
        format!(
            "{{\"cells\": [{{\"cell_type\": \"code\", \"execution_count\": null, \"metadata\": {{}}, \"outputs\": [], \
             \"source\": [\"{line}\"]}}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 2}}"
        )
    };
    for (old, new) in [
        ("%sx az batchai cluster list -g rg -w ws", "%sx az ml compute list --type AmlCompute -g rg -w ws"),
        ("%system az batchai cluster delete -g rg -w ws -n a -y", "%system az ml compute delete -g rg -w ws -n a -y"),
        ("x = %sx az batchai cluster list -g rg -w ws", "x = %sx az ml compute list --type AmlCompute -g rg -w ws"),
    ] {
        assert_eq!(converted("book.ipynb", &notebook(old)), notebook(new));
    }
}

/// `sprintf` fills in its values in their order, so none may go or change places.
#[test]
fn values_of_sprintf_keep_their_order() {
    let old = "system(sprintf('az batchai job create -g %s -w ws -e %s -c nc6 -n %s -f job.json', a, b, c))\n";
    let new = "system(sprintf('az ml job create -g %s -w ws --set experiment_name=%s compute=azureml:nc6 -n %s -f job.yml', a, b, c))\n";
    assert_eq!(converted("run.R", old), new);
    for text in [
        "system(sprintf('az batchai job delete -g rg -w ws -e %s -n %s -y', a, b))\n",
        "system(sprintf('az batchai job create -g %1$s -w ws -e exp -c nc6 -n one -f job.json', a))\n",
    ] {
        let after = converted("run.R", text);
        assert!(after.starts_with("# bai2aml: ") && after.ends_with(text), "{after}");
    }
}
