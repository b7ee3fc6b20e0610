//! The tools: what each does with its arguments. What they are called and what they take is in `tools.json`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::inside::Inside;
use crate::cli::args::{Args, Command, Convert};
use crate::cli::convert::rewritten;
use crate::cli::journal::{self, Journal};
use crate::cli::place::{Here, in_a_line};
use crate::cli::prefilter::Needle;
use crate::cli::read::{Inputs, read_inside};
use crate::cli::sides::Sides;
use crate::cli::{commit, explain};
use crate::concept;
use crate::output::check::{self, Format, LeftOut, Listing, Look};
use crate::output::run::is_rewritten;
use crate::output::{Done, Run, agent, diff, json as report, verdict};
use crate::report::{Found, Problem, Verdict};

const TOOLS: &str = include_str!("tools.json");

/// How many findings are listed if a call does not say.
const LIMIT: u64 = 200;

/// What there is.
pub fn list() -> Value {
    serde_json::from_str(TOOLS).unwrap_or_default()
}

/// What a tool answers; none if there is no such tool. What goes wrong in it is an answer too, for an agent to read.
pub fn call(inside: &Inside, name: &str, arguments: &Value) -> Option<Value> {
    let tools = list();
    let tool = tools.as_array()?.iter().find(|tool| tool["name"] == name)?;
    let done = known(tool, arguments).and_then(|()| match name {
        "check" => check(inside, arguments),
        "convert" => convert(inside, arguments),
        "explain" => explain(arguments),
        _ => verify(inside, arguments),
    });
    Some(match done {
        Ok((text, data)) => {
            json!({ "content": [{ "type": "text", "text": text }], "structuredContent": data, "isError": false })
        }
        Err(error) => {
            let text = format!("error: {}", in_a_line(&error));
            json!({ "content": [{ "type": "text", "text": text }], "isError": true })
        }
    })
}

type Answer = Result<(String, Value)>;

/// An argument that a tool does not have is a mistake that must not pass as if it had done something.
fn known(tool: &Value, arguments: &Value) -> Result<()> {
    let properties = &tool["inputSchema"]["properties"];
    match arguments {
        Value::Null => Ok(()),
        Value::Object(arguments) => {
            let strange = arguments.keys().find(|key| properties.get(key.as_str()).is_none());
            strange.map_or(Ok(()), |key| bail!("there is no argument `{key}`"))
        }
        _ => bail!("arguments are an object"),
    }
}

/// A switch; one that is not given is off.
fn is_on(arguments: &Value, name: &str) -> Result<bool> {
    match &arguments[name] {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(*value),
        _ => bail!("`{name}` is true or false"),
    }
}

/// A text; none if it is not given.
fn text<'a>(arguments: &'a Value, name: &str) -> Result<Option<&'a str>> {
    match &arguments[name] {
        Value::Null => Ok(None),
        Value::String(value) => Ok(Some(value)),
        _ => bail!("`{name}` is a string"),
    }
}

fn check(inside: &Inside, arguments: &Value) -> Answer {
    let paths = inside.paths(&arguments["paths"])?;
    let second_hop = is_on(arguments, "second_hop")?;
    let limit = match &arguments["limit"] {
        Value::Null => LIMIT,
        limit => limit.as_u64().filter(|limit| *limit > 0).context("`limit` is a number above 0")?,
    };
    let needle = if second_hop { Needle::SecondHop } else { Needle::BatchAi };
    let Inputs { sources, mut problems, read, .. } = read_inside(inside.top(), &paths, Some(needle));
    let (mut findings, mut left_out): (Vec<Found>, LeftOut) = Default::default();
    for file in crate::convert::check(sources, second_hop) {
        findings.extend(file.findings);
        problems.extend(file.problems);
        left_out.suppressed += file.suppressed;
    }
    let all = findings.len();
    findings.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let problems: Vec<&Problem> = problems.iter().collect();
    let listing = Listing { findings: &findings, problems: &problems, read, left_out, skipped: None };
    let mut data = json!({ "findings_in_all": all });
    data["listing"] = serde_json::from_str(&check::render(Format::Json, &listing, Look::default())?)?;
    Ok((agent::check(&listing, all)?, data))
}

fn convert(inside: &Inside, arguments: &Value) -> Answer {
    let paths = inside.paths(&arguments["paths"])?;
    let args = aim(inside, arguments)?;
    let Inputs { files, sources, problems, read, .. } = read_inside(inside.top(), &paths, None);
    let converted = crate::convert::convert(sources, &args.aim.options());
    let here = Here::find().context("cannot read the current folder")?;
    let (target, job_form, done) = (args.aim.target(), args.aim.job_form_name(), Done::Shown);
    let run = Run { target, job_form, read, files: &converted, problems: &problems, done };
    let pairs: Vec<_> = files.iter().zip(&converted).filter(|(_, file)| is_rewritten(file)).collect();
    let diff: Vec<u8> =
        pairs.iter().flat_map(|(input, file)| diff::patch(here.diff(input.real.as_deref(), file))).collect();
    let diff = String::from_utf8_lossy(&diff).into_owned();
    let mut undo = None;
    if is_on(arguments, "write")? {
        ensure!(inside.holds(journal::FOLDER), "`{}` leads out of the folder: nothing was changed", journal::FOLDER);
        let changes = pairs.iter().filter_map(|(input, file)| Some(rewritten(input.real.as_deref()?, file)));
        let changes: Vec<_> = changes.flatten().collect();
        undo = Some("");
        if !changes.is_empty() {
            let journal = Journal::inside(inside.top(), vec!["mcp".into()]);
            commit::with_journal(&changes, |entries| journal.begin(entries))?;
            undo = Some("bai2aml undo");
        }
    }
    let mut data = json!({ "diff": diff, "written": undo.is_some() });
    data["report"] = serde_json::from_slice(&report::report(&run)?)?;
    Ok((agent::convert(&run, &diff, undo), data))
}

/// The options of a conversion: those of the call, and below them those of the folder's own configuration.
fn aim(inside: &Inside, arguments: &Value) -> Result<Convert> {
    let mut words: Vec<OsString> = ["bai2aml", "convert"].map(OsString::from).to_vec();
    for (name, flag) in [("target", "--target"), ("job_form", "--job-form")] {
        words.extend(text(arguments, name)?.map(|value| OsString::from(format!("{flag}={value}"))));
    }
    if is_on(arguments, "upgrade_vm_sizes")? {
        words.push("--upgrade-vm-sizes=true".into());
    }
    let config = inside.file("bai2aml.toml");
    words.extend(config.iter().flat_map(|path| [OsString::from("--config"), path.clone().into()]));
    words.extend([OsString::from("--"), ".".into()]);
    let args = if config.is_some() { Args::of(words)? } else { Args::alone(&words)? };
    let Command::Convert(convert) = args.command else { bail!("no conversion") };
    let asks_for_form = !arguments["job_form"].is_null();
    convert.aim.conflict(asks_for_form).map_or(Ok(()), |_| bail!("`job_form` needs `target` v1"))?;
    Ok(convert)
}

fn explain(arguments: &Value) -> Answer {
    let Some(code) = text(arguments, "code")? else {
        let rows = concept::list();
        let lines: Vec<String> = rows.iter().map(|(code, name, summary)| format!("{code} {name}: {summary}")).collect();
        let row = |(code, name, summary): &(String, String, String)| json!({ "code": code, "name": name, "summary": summary });
        return Ok((lines.join("\n") + "\n", json!({ "concepts": rows.iter().map(row).collect::<Vec<_>>() })));
    };
    let page = explain::text(code).ok_or_else(|| explain::unknown(code))?;
    let data = json!({ "code": code, "text": page });
    Ok((page, data))
}

fn verify(inside: &Inside, arguments: &Value) -> Answer {
    let [base, before, after, git] =
        [text(arguments, "base")?, text(arguments, "before")?, text(arguments, "after")?, text(arguments, "git")?];
    let Sides { before, after, mut problems } = match (base, before.zip(after), git) {
        (Some(base), None, None) if before.or(after).is_none() => {
            let paths: Vec<PathBuf> = inside.paths(&arguments["paths"])?;
            Sides::since(base, inside.top(), &paths)?
        }
        (None, Some((before, after)), None) => Sides::inside(inside.top(), &inside.path(before)?, &inside.path(after)?),
        (None, None, Some(range)) if before.or(after).is_none() => Sides::of_git(range)?,
        _ => bail!("give `base`, or `before` and `after`, or `git`"),
    };
    let (proofs, wrong) = crate::intent::verify(&before, &after);
    problems.extend(wrong);
    let is_equal = problems.is_empty() && proofs.iter().all(|proof| proof.verdict <= Verdict::LeftToYou);
    let mut data = json!({ "ok": is_equal });
    data["comparison"] = serde_json::from_str(&verdict::json(&proofs, &problems)?)?;
    Ok((format!("{}{}", if is_equal { "ok: " } else { "not ok: " }, agent::verify(&proofs, &problems)), data))
}
