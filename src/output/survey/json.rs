//! JSON for programs, as `docs/schema/survey.json` describes it. No code is in it.

use serde::Serialize;

use crate::concept;
use crate::output::json::{Tool, pretty, tool};
use crate::report::{Fate, Location, Problem};
use crate::survey::{Estimate, Item, Part, Survey, Totals};

/// The version of the format.
const SCHEMA: u32 = 1;
/// How it begins.
pub(super) const HEAD: &str = "{\n  \"schema\": 1,\n  \"tool\": {\n    \"name\": \"bai2aml\"";

#[derive(Serialize)]
struct Object<'a> {
    schema: u32,
    tool: Tool,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_form: Option<&'a str>,
    files_read: usize,
    files_with_batch_ai: usize,
    files_changed: usize,
    /// Of a hundred places.
    converted: usize,
    places: Totals,
    uses: Totals,
    estimate: &'a Estimate,
    repositories: Vec<&'a Part>,
    folders: Vec<&'a Part>,
    areas: Vec<Area<'a>>,
    findings: Vec<Finding<'a>>,
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct Area<'a> {
    number: usize,
    #[serde(flatten)]
    part: &'a Part,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    code: &'a str,
    concept: &'a str,
    area: usize,
    fate: Fate,
    repository: &'a str,
    #[serde(flatten)]
    location: &'a Location,
    symbol: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    within: &'a str,
    message: &'a str,
    actions: &'a [String],
    places: usize,
    minutes: usize,
}

pub(super) fn render(survey: &Survey) -> serde_json::Result<String> {
    let areas = concept::areas().iter().zip(&survey.areas);
    pretty(&Object {
        schema: SCHEMA,
        tool: tool(),
        target: survey.target.to_string(),
        job_form: survey.job_form,
        files_read: survey.read,
        files_with_batch_ai: survey.using(),
        files_changed: survey.changed,
        converted: survey.places.converted(),
        places: survey.places,
        uses: survey.uses,
        estimate: &survey.estimate,
        repositories: super::used(&survey.repositories),
        folders: super::used(&survey.folders),
        areas: areas.map(|(area, part)| Area { number: area.number, part }).collect(),
        findings: survey.items.iter().map(|item| finding(survey, item)).collect(),
        problems: &survey.problems,
    })
}

fn finding<'a>(survey: &'a Survey, item: &'a Item) -> Finding<'a> {
    Finding {
        id: &item.id,
        code: &item.code,
        concept: &item.concept,
        area: item.area,
        fate: item.fate,
        repository: &survey.repositories[item.repository].name,
        location: &item.location,
        symbol: &item.symbol,
        within: &item.within,
        message: &item.message,
        actions: &item.actions,
        places: item.places,
        minutes: item.minutes,
    }
}
