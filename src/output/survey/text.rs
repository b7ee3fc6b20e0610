//! Text for a terminal: how much converts, how long the rest takes, and where it is.

use std::fmt::Write;

use super::{effort, files, largest, readiness, time, used};
use crate::output::summary::count;
use crate::output::visible;
use crate::report::Fate;
use crate::survey::{Part, Survey};

/// How it begins.
pub(super) const HEAD: &str = "Batch AI report\n";
/// How many repositories and folders are named.
const NAMED: usize = 12;
/// A longer name is cut in front, where it says least.
const WIDEST: usize = 40;

pub(super) fn render(survey: &Survey) -> String {
    let mut out = format!("{HEAD}\n{}\n{}\n", readiness(survey), effort(survey));
    let estimate = &survey.estimate;
    if estimate.minutes > 0 {
        let (write, look, read) = (time(estimate.write), time(estimate.look), time(estimate.read));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "  {write} to write what is left, {look} to look at what differs, {read} to read {}\n  assumptions, not \
             measurements: `--format md` has each of them",
            count(estimate.lines, "line")
        );
    }
    table(&mut out, "area", &used(&survey.areas), 0);
    if survey.repositories.len() > 1 {
        let (parts, more) = largest(&survey.repositories, NAMED);
        table(&mut out, "repository", &parts, more);
    }
    let (parts, more) = largest(&survey.folders, NAMED);
    table(&mut out, "folder", &parts, more);
    let _ = writeln!(out, "\n{}, target {}", files(survey), survey.target);
    out
}

fn table(out: &mut String, title: &str, parts: &[&Part], more: usize) {
    if parts.is_empty() {
        return;
    }
    let names: Vec<String> = parts.iter().map(|part| short(&visible::text(&part.name))).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(title.len());
    let _ = writeln!(out, "\n{title:width$}  places  exact  drop  approximate  manual    time");
    for (part, name) in parts.iter().zip(&names) {
        let [exact, drop, approximate, manual] = Fate::ALL.map(|fate| part.places.get(fate));
        let (all, time) = (part.places.all(), time(part.minutes));
        let _ = writeln!(out, "{name:width$}  {all:6}  {exact:5}  {drop:4}  {approximate:11}  {manual:6}  {time:>6}");
    }
    if more > 0 {
        let _ = writeln!(out, "and {more} more");
    }
}

fn short(name: &str) -> String {
    let length = name.chars().count();
    if length <= WIDEST {
        return name.to_owned();
    }
    format!("…{}", name.chars().skip(length - WIDEST + 1).collect::<String>())
}
