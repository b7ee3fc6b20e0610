//! Markdown: the numbers, what the estimate is made of, and the work list. No code is in it.

use std::fmt::Write;

use super::{effort, files, largest, readiness, time, used};
use crate::output::summary::{count, place, word};
use crate::output::visible;
use crate::output::worklist::{code, plain, said};
use crate::report::Fate;
use crate::survey::{Item, Part, Survey};

/// How it begins.
pub(super) const HEAD: &str = "# Batch AI report\n";
/// How many repositories and folders are named.
const NAMED: usize = 50;

pub(super) fn render(survey: &Survey) -> String {
    let mut out = format!("{HEAD}\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "**{}**; {}.\n\n{}, target {}.\n",
        readiness(survey),
        effort(survey),
        files(survey),
        survey.target
    );
    estimate(&mut out, survey);
    table(&mut out, "Area", &used(&survey.areas), 0);
    if survey.repositories.len() > 1 {
        let (parts, more) = largest(&survey.repositories, NAMED);
        table(&mut out, "Repository", &parts, more);
    }
    let (parts, more) = largest(&survey.folders, NAMED);
    table(&mut out, "Folder", &parts, more);
    list(&mut out, survey, Fate::Manual, "Left to do by hand", "The code stays as it is there.");
    problems(&mut out, survey);
    list(&mut out, survey, Fate::Approximate, "To look at", "The new code works, and something differs.");
    format!("{}\n", out.trim_end())
}

fn estimate(out: &mut String, survey: &Survey) {
    let estimate = &survey.estimate;
    if estimate.minutes == 0 {
        return;
    }
    out.push_str("## How the estimate is made\n\n");
    out.push_str(crate::output::page::ASSUMED);
    out.push_str("\n\n| | places | minutes each | time |\n|---|---:|---:|---:|\n");
    for share in &estimate.parts {
        let each = match (share.firsts, share.agains) {
            (_, 0) => share.first.to_string(),
            (firsts, agains) => format!("{firsts} × {}, {agains} × {}", share.first, share.again),
        };
        let why = if share.why.is_empty() { String::new() } else { format!(": {}", plain(share.why)) };
        let (kind, places, time) = (word(share.fate), share.firsts + share.agains, time(share.minutes));
        let _ = writeln!(out, "| {kind} {} {}{why} | {places} | {each} | {time} |", share.code, share.concept);
    }
    let (lines, each, read) = (estimate.lines, estimate.minutes_for_ten_lines, time(estimate.read));
    let _ = writeln!(out, "| read the diff | {lines} lines | {each} for 10 lines | {read} |");
    let _ = writeln!(out, "| **all** | | | **{}** |\n", time(estimate.minutes));
}

fn table(out: &mut String, title: &str, parts: &[&Part], more: usize) {
    if parts.is_empty() {
        return;
    }
    let _ = writeln!(out, "| {title} | places | exact | drop | approximate | manual | time |");
    out.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    for part in parts {
        let [exact, drop, approximate, manual] = Fate::ALL.map(|fate| part.places.get(fate));
        let (name, all, time) = (code(&part.name).replace('|', "\\|"), part.places.all(), time(part.minutes));
        let _ = writeln!(out, "| {name} | {all} | {exact} | {drop} | {approximate} | {manual} | {time} |");
    }
    if more > 0 {
        let _ = writeln!(out, "\nand {more} more");
    }
    out.push('\n');
}

fn list(out: &mut String, survey: &Survey, fate: Fate, title: &str, text: &str) {
    let items: Vec<&Item> = survey.todo(fate).collect();
    if items.is_empty() {
        return;
    }
    let minutes: usize = items.iter().map(|item| item.minutes).sum();
    let _ = writeln!(out, "## {title}\n\n{text} {}, about {}.\n", count(items.len(), "place"), time(minutes));
    for of_file in items.chunk_by(|one, other| one.file == other.file) {
        let _ = writeln!(out, "### {}\n", code(&visible::text(&survey.file(of_file[0]).path)));
        for Item { location, code: number, symbol, message, actions, .. } in of_file {
            let _ = writeln!(out, "- [ ] {} {number} {}: {}", code(&place(location)), code(symbol), said(message));
            for action in actions {
                let _ = writeln!(out, "  - do: {}", said(action));
            }
        }
        out.push('\n');
    }
}

fn problems(out: &mut String, survey: &Survey) {
    if survey.problems.is_empty() {
        return;
    }
    out.push_str("## Not read or not converted\n\n");
    for problem in &survey.problems {
        let at = problem.location.as_ref().map_or_else(|| visible::text(&problem.path).into_owned(), place);
        let _ = writeln!(out, "- [ ] {}: {}", code(&at), said(&problem.message));
        let _ = writeln!(out, "  - do: {}", said(&problem.help));
    }
    out.push('\n');
}
