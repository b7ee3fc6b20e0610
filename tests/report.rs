//! `bai2aml report` as a user runs it: formats, exit codes, what it counts, and what is never in it. What a browser makes
//! of the page is in `tests/page.rs`.

#[allow(dead_code)]
#[path = "support/fixture.rs"]
mod fixture;
#[allow(dead_code)]
#[path = "cli/place.rs"]
mod place;
#[allow(dead_code)]
#[path = "support/promise.rs"]
mod promise;
#[allow(dead_code)]
#[path = "support/trees.rs"]
mod trees;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bai2aml::convert::results;
use bai2aml::report::Fate;
use bai2aml::source::Source;
use bai2aml::survey::{Material, Survey, What};
use serde_json::Value;

use place::{Answer, BROKEN, CLEAN, MANUAL, OTHER, Place, notebook};

/// The formats with the endings of their files.
const FORMATS: [(&str, &str); 5] = [("html", "html"), ("md", "md"), ("json", "json"), ("csv", "csv"), ("text", "txt")];

fn run(place: &Place, format: &str, path: &str) -> Answer {
    place.run(&["report", "--format", format, path])
}

fn json(place: &Place, path: &str) -> Value {
    serde_json::from_slice(&run(place, "json", path).bytes).unwrap()
}

/// The data in a page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").expect("the page has data");
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn is_valid(value: &Value) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/survey.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}\n{value:#}", wrong.join("\n"));
}

#[test]
fn the_ending_of_the_file_says_how_it_is_written() {
    let place = Place::with(&[("src/a.py", CLEAN), ("src/b.py", MANUAL), ("src/c.ipynb", &notebook())]);
    for (format, ending) in FORMATS {
        let shown = run(&place, format, "src");
        let file = format!("report.{ending}");
        let written = place.run(&["report", "src", "-o", &file]);
        assert_eq!((shown.code, written.code, written.out.as_str()), (0, 0, ""), "{format}: {}", written.err);
        assert_eq!(fs::read(place.path(&file)).unwrap(), shown.bytes, "{format}");
        assert!(written.err.starts_with(&format!("{file}: ")), "{}", written.err);
    }
    assert_eq!(place.run(&["report", "src"]).bytes, run(&place, "text", "src").bytes);
    let other = place.run(&["report", "src", "-o", "report.pdf"]);
    assert!(other.code == 2 && other.err.contains("name a `--format`"), "{}", other.err);
    assert_eq!(place.run(&["report", "src", "-o", "x.pdf", "--format", "md"]).code, 0);
    assert_eq!(place.run(&["report", "src", "-o", "-"]).code, 2);
    assert_eq!(place.run(&["report", "src", "-o", "no/such/folder.html"]).code, 2);
    assert_eq!(place.run(&["report", "src", "--job-form", "estimator"]).code, 2);
}

#[test]
fn what_went_wrong_is_told_and_is_the_exit_code() {
    let place = Place::with(&[("a.py", CLEAN), ("broken.py", BROKEN), ("other.py", OTHER)]);
    for (format, _) in FORMATS {
        assert_eq!(run(&place, format, "a.py").code, 0, "{format}");
        assert_eq!(run(&place, format, "other.py").code, 0, "{format}");
        for path in [".", "broken.py", "gone.py"] {
            let answer = run(&place, format, path);
            assert_eq!(answer.code, 2, "{format} {path}");
            assert!(answer.err.contains("  = help: "), "{format} {path}: {}", answer.err);
            let is_whole = ["html", "md", "json"].contains(&format);
            let said = if path == "gone.py" { "no such file" } else { "this is not Python 3" };
            assert!(!is_whole || answer.out.contains(said), "{format} {path}: {}", answer.out);
        }
    }
    let nothing = run(&place, "text", "other.py");
    assert!(nothing.out.contains("no Batch AI\nno work by hand\n"), "{}", nothing.out);
    assert!(nothing.err.contains("1 file read, none with Batch AI"), "{}", nothing.err);
}

#[test]
fn json_is_of_its_schema_and_counts_what_convert_counts() {
    let place = Place::with(&[
        ("a.py", CLEAN),
        ("b.py", MANUAL),
        ("c.ipynb", &notebook()),
        ("requirements.txt", "azure-mgmt-batchai==2.0.0\n"),
        ("run.sh", "az batchai cluster create -n gpus -g rg -w ws -s STANDARD_NC6 -t 2\n"),
        ("broken.py", BROKEN),
        ("template.bicep", "resource x 'Microsoft.BatchAI/workspaces@2018-05-01' = {}\n"),
    ]);
    for target in [&["--target", "v2"][..], &["--target", "v1", "--job-form", "script-run-config"]] {
        let report = place.run(&[&["report", "--format", "json", "."], target].concat());
        let value: Value = serde_json::from_slice(&report.bytes).unwrap();
        is_valid(&value);
        let programs: Vec<&str> =
            place.names().iter().filter(|n| !n.contains("bicep")).map(|n| &*n.to_owned().leak()).collect();
        place.run(&[&["convert", "--report", "fates.json"], target, &programs].concat());
        let fates: Value = serde_json::from_str(&place.read("fates.json")).unwrap();
        fs::remove_file(place.path("fates.json")).unwrap();
        let mut uses = fates["totals"].clone();
        uses["manual"] = (uses["manual"].as_u64().unwrap() + 1).into();
        assert_eq!(value["uses"], uses, "the template is one more");
        let findings = value["findings"].as_array().unwrap();
        let places: u64 = findings.iter().map(|finding| finding["places"].as_u64().unwrap()).sum();
        let totals = value["places"].as_object().unwrap();
        assert_eq!(totals.values().map(|number| number.as_u64().unwrap()).sum::<u64>(), places);
        let estimate = &value["estimate"];
        let sum: u64 = ["write", "look", "read"].iter().map(|part| estimate[part].as_u64().unwrap()).sum();
        assert_eq!(estimate["minutes"], sum);
        let of_findings: u64 = findings.iter().map(|finding| finding["minutes"].as_u64().unwrap()).sum();
        assert_eq!(estimate["write"].as_u64().unwrap() + estimate["look"].as_u64().unwrap(), of_findings);
        for parts in ["repositories", "folders", "areas"] {
            let parts = value[parts].as_array().unwrap();
            assert_eq!(parts.iter().map(|part| part["minutes"].as_u64().unwrap()).sum::<u64>(), of_findings);
        }
    }
    assert!(json(&place, "template.bicep")["findings"][0]["fate"] == "manual");
}

/// All that is told of every fixture, in each target.
fn surveys(check: impl Fn(&str, &[Source], &[bai2aml::report::Converted], &Survey)) {
    for aim in &promise::AIMS {
        for fixture in fixture::all().iter().filter(|fixture| fixture.is_first()) {
            let sources = fixture.sources();
            let converted = results(&sources, &aim.options());
            let repositories = vec!["fixture".to_owned(); sources.len()];
            let survey = Survey::of(&Material {
                target: aim.options().target,
                job_form: None,
                read: sources.len(),
                sources: &sources,
                converted: &converted,
                repositories: &repositories,
                problems: &[],
            });
            check(&fixture.name, &sources, &converted, &survey);
        }
    }
}

#[test]
fn every_place_of_the_ledger_is_counted_once_and_every_finding_is_told() {
    surveys(|name, _, converted, survey| {
        let mut places = BTreeMap::new();
        for (file, entry) in converted.iter().flat_map(|file| file.entries.iter().map(move |entry| (&file.path, entry)))
        {
            let fate = places.entry((file, entry.site, &entry.code)).or_insert(Fate::Exact);
            *fate = (*fate).max(entry.fate);
        }
        // A finding without an entry of its own is a place as well.
        assert!(survey.places.all() >= places.len(), "{name}: {} of {}", survey.places.all(), places.len());
        let told: BTreeSet<_> = survey.items.iter().map(|item| (&item.code, &item.location, item.fate)).collect();
        for finding in converted.iter().flat_map(|file| &file.findings) {
            assert!(told.contains(&(&finding.code, &finding.location, finding.fate)), "{name}: {finding:?}");
        }
        let ids: BTreeSet<_> = survey.items.iter().map(|item| (item.file, &item.id)).collect();
        assert_eq!(ids.len(), survey.items.len(), "{name}: an id twice");
        for item in survey.items.iter().filter(|item| item.fate >= Fate::Approximate) {
            assert!(!item.message.is_empty(), "{name}: nothing is said of {item:?}");
        }
    });
}

#[test]
fn the_diffs_that_are_shown_are_the_conversion() {
    surveys(|name, sources, converted, survey| {
        let shown: Vec<_> = survey.files.iter().filter(|file| !file.views.is_empty()).collect();
        let changed = converted.iter().filter(|f| f.problems.is_empty() && (f.before != f.after || !f.made.is_empty()));
        assert_eq!(shown.len(), changed.count(), "{name}");
        for file in shown {
            let at = sources.iter().position(|source| source.path() == file.path).unwrap();
            for view in &file.views {
                let mut new: Vec<&String> = Vec::new();
                let mut old = 0;
                for run in view.hunks.iter().flat_map(|hunk| &hunk.runs) {
                    new.extend(&view.old[old..run.old.start]);
                    new.extend(if run.is_equal { &view.old[run.old.clone()] } else { &view.new[run.new.clone()] });
                    old = run.old.end;
                }
                new.extend(&view.old[old..]);
                assert_eq!(new, view.new.iter().collect::<Vec<_>>(), "{name}");
                if view.what == What::File {
                    let after = Source::read(&file.path, converted[at].after.clone()).unwrap();
                    let after: Vec<&str> = after.text().lines().collect();
                    assert_eq!(view.new.len(), after.len(), "{name}");
                    let wrong = view.new.iter().zip(after).find(|(new, line)| new != line && !new.contains('*'));
                    assert_eq!(wrong, None, "{name}");
                }
            }
        }
    });
}

#[test]
fn secrets_are_in_no_format() {
    let place = trees::secretive();
    let key = "Qm".repeat(20);
    for (format, _) in FORMATS {
        for target in ["v2", "v1"] {
            let answer = place.run(&["report", "--format", format, "--target", target, "."]);
            assert_eq!(answer.code, 0, "{}", answer.err);
            for text in [&answer.out, &answer.err] {
                let around = text.find("hunter2").or(text.find(&key)).map(|at| &text[at.saturating_sub(200)..at]);
                assert_eq!(around, None, "{format} {target}");
            }
        }
    }
    let page = run(&place, "html", ".").out;
    assert!(data(&page)["files"].as_array().unwrap().len() >= 3 && page.contains("*******"));
}

#[test]
fn hostile_text_is_text() {
    let place = trees::hostile();
    let page = run(&place, "html", ".");
    assert_eq!(page.code, 2);
    assert_eq!(page.out.matches("<script").count(), 2, "one for the data, one of ours");
    assert!(!page.out.contains("<img") && !page.out.contains("<i>") && !page.out.contains("x onerror=alert(1)>"));
    assert!(page.out.contains("7 * 7"), "templates read no code");
    for (format, _) in FORMATS {
        // JSON spells out what controls a terminal, and leaves the rest to its reader.
        let is_wild = |c: char| c.is_control() && c != '\n' || c == '\u{202e}' && format != "json";
        let answer = run(&place, format, ".");
        let text = answer.out.replace("\r\n", "\n");
        assert!(
            !text.contains(is_wild),
            "{format}: {:?}",
            text.find(is_wild).map(|at| &text[at.saturating_sub(80)..at])
        );
        assert!(answer.out.len() < 400_000, "{format}: a long line is cut, not {} bytes", answer.out.len());
    }
    is_valid(&json(&place, "."));
    for line in run(&place, "csv", ".").out.lines() {
        let cells = line.split(",").map(|cell| cell.trim_start_matches('"'));
        assert!(!cells.clone().any(|cell| cell.starts_with(['=', '+', '@'])), "{line}");
    }
}

#[test]
fn the_same_code_is_the_same_report() {
    let place = Place::with(&[("a.py", CLEAN), ("b/c.py", MANUAL), ("d.ipynb", &notebook())]);
    for (format, _) in FORMATS {
        let args = ["report", "--format", format, "a.py", "b", "d.ipynb"];
        let one = place.run(&args).bytes;
        let other = place.start(
            place.program(&["report", "--format", format, "d.ipynb", "b", "a.py"]).env("RAYON_NUM_THREADS", "1"),
            b"",
        );
        assert_eq!(one, other.bytes, "{format}");
    }
}

#[test]
fn a_report_is_no_part_of_the_code_and_replaces_nothing_else() {
    let place = Place::with(&[
        ("a.py", CLEAN),
        ("notes.md", "`AZ_BATCHAI_INPUT_DATA` is where data is\n\n    AZ_BATCHAI_INPUT_DATA\n"),
    ]);
    for (format, ending) in FORMATS {
        let file = format!("report.{ending}");
        assert_eq!(place.run(&["report", ".", "-o", &file]).code, 0, "{format}");
        let first = place.read(&file);
        let again = place.run(&["report", ".", "-o", &file]);
        assert_eq!((again.code, &place.read(&file)), (0, &first), "{format}: {}", again.err);
        fs::remove_file(place.path(&file)).unwrap();
    }
    for file in ["a.py", "notes.md"] {
        let before = place.read(file);
        let answer = place.run(&["report", ".", "-o", file, "--format", "md"]);
        assert_eq!((answer.code, place.read(file)), (2, before), "{}", answer.err);
    }
}

#[test]
fn repositories_are_those_of_git_or_what_was_named() {
    let place = Place::with(&[("clones/one/a.py", CLEAN), ("clones/two/lib/b.py", MANUAL), ("loose/c.py", CLEAN)]);
    for folder in ["clones/one", "clones/two"] {
        assert_eq!(place.git(folder, &["init", "-q"], b"").code, 0);
    }
    let names = |args: &[&str]| {
        let answer = place.run(&[&["report", "--format", "json"], args].concat());
        let value: Value = serde_json::from_slice(&answer.bytes).unwrap();
        let parts = value["repositories"].as_array().unwrap().clone();
        parts.iter().map(|part| part["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["clones", "loose"]), ["clones/one", "clones/two", "loose"]);
    assert_eq!(names(&["clones/two/lib", "clones/one"]), ["one", "two"]);
    assert_eq!(names(&["loose/c.py"]), ["loose"]);
    let page = place.run(&["report", "--format", "html", "clones"]).out;
    assert!(page.contains("By repository") && page.contains("<h1>2 repositories</h1>"));
    assert!(!place.run(&["report", "--format", "html", "loose"]).out.contains("By repository"));
}

#[test]
fn options_that_aim_come_from_the_configuration_too() {
    let place =
        Place::with(&[("a.py", CLEAN), ("bai2aml.toml", "target = \"v1\"\njob-form = \"script-run-config\"\n")]);
    assert_eq!(json(&place, ".")["target"], "v1");
    assert_eq!(json(&place, ".")["job_form"], "script-run-config");
}
