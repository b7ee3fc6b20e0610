//! What `report` prints: the survey of a run as a page, Markdown, JSON, CSV or text for a terminal.
//!
//! A format is a function from a [`Survey`] to text. Text that came from user code or a file name has no secrets in it
//! any more when it comes here, and is made harmless by the rules of each format.

mod csv;
mod json;
mod markdown;
mod text;

use std::io;

use super::summary::{count, problems};
use super::wrap::wrap;
use super::{Out, page};
use crate::survey::{Part, Survey};

/// How a survey is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Markdown,
    Json,
    Csv,
    Text,
}

/// A survey in a format.
pub fn render(format: Format, survey: &Survey) -> io::Result<String> {
    match format {
        Format::Html => page::render(survey).map_err(io::Error::other),
        Format::Markdown => Ok(markdown::render(survey)),
        Format::Json => Ok(json::render(survey)?),
        Format::Csv => Ok(csv::render(survey)),
        Format::Text => Ok(text::render(survey)),
    }
}

/// Whether some bytes are a report of an earlier run in this format, which a new one may take the place of.
pub fn is_earlier(format: Format, bytes: &[u8]) -> bool {
    let head = match format {
        Format::Html => page::HEAD,
        Format::Markdown => markdown::HEAD,
        Format::Json => json::HEAD,
        Format::Csv => csv::HEAD,
        Format::Text => text::HEAD,
    };
    bytes.starts_with(head.as_bytes())
}

/// Prints what went wrong, and in one line what the report says.
pub fn print_end(out: &mut Out, survey: &Survey, file: Option<&str>) -> io::Result<()> {
    problems(out, survey.problems.iter())?;
    let wrong = super::summary::errors(survey.problems.len());
    let line = match file {
        Some(file) => format!("{file}: {}, {}{wrong}", readiness(survey), effort(survey)),
        None => format!("{}{wrong}", files(survey)),
    };
    out.line(&wrap(&line, 0, "  ", out.width()))
}

/// How much converts.
fn readiness(survey: &Survey) -> String {
    let places = count(survey.places.all(), "place");
    match (survey.places.all(), survey.places.manual) {
        (0, _) => "no Batch AI".to_owned(),
        (_, 0) => format!("all of {places} convert"),
        (_, left) => format!("{} % of {places} convert, {left} left to you", survey.places.converted()),
    }
}

fn effort(survey: &Survey) -> String {
    match survey.estimate.minutes {
        0 => "no work by hand".to_owned(),
        minutes => format!("about {} of work by hand", time(minutes)),
    }
}

/// What was read.
fn files(survey: &Survey) -> String {
    let (read, using, changed) = (count(survey.read, "file"), survey.using(), survey.changed);
    match using {
        0 => format!("{read} read, none with Batch AI"),
        _ => format!("{read} read, {using} with Batch AI, {changed} would change"),
    }
}

/// Minutes as a person says an estimate: no more exact than it is.
pub(super) fn time(minutes: usize) -> String {
    match minutes {
        0..10 => format!("{minutes} min"),
        10..58 => format!("{} min", (minutes + 2) / 5 * 5),
        58..600 if (minutes + 15) / 30 % 2 == 1 => format!("{}.5 h", (minutes + 15) / 60),
        58..600 => format!("{} h", (minutes + 15) / 60),
        _ => format!("{} h", (minutes + 30) / 60),
    }
}

/// The parts that have something in them.
pub(super) fn used(parts: &[Part]) -> Vec<&Part> {
    parts.iter().filter(|part| part.places.all() > 0).collect()
}

/// The parts with the most work in them, and how many others there are.
pub(super) fn largest(parts: &[Part], most: usize) -> (Vec<&Part>, usize) {
    let mut used = used(parts);
    used.sort_by(|one, other| {
        (other.minutes, other.places.all(), &one.name).cmp(&(one.minutes, one.places.all(), &other.name))
    });
    let more = used.len().saturating_sub(most);
    used.truncate(most);
    (used, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_said_no_more_exactly_than_it_is() {
        let said = [0, 9, 12, 13, 57, 58, 60, 74, 75, 104, 105, 585, 599, 600, 629, 630, 6_000].map(time);
        let expected = [
            "0 min", "9 min", "10 min", "15 min", "55 min", "1 h", "1 h", "1 h", "1.5 h", "1.5 h", "2 h", "10 h",
            "10 h", "10 h", "10 h", "11 h", "100 h",
        ];
        assert_eq!(said, expected);
    }
}
