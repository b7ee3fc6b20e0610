//! The page that `report` writes: one file with its own style and script, that asks the network for nothing.
//!
//! The numbers and charts are in the text of the page, so that they are there without the script; findings and diffs
//! are data that `page.js` shows a screen at a time. A policy in the head of the page lets no other script run, whatever
//! a text of it says, and lets nothing be loaded.

mod chart;
mod data;
mod tokens;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, HtmlEscape, Value, context};
use sha2::{Digest, Sha256};

use super::summary::{count, place, word};
use super::survey::time;
use super::{verdict, visible};
use crate::report::{Fate, Problem};
use crate::survey::{Estimate, Share, Survey};

/// How it begins.
pub(super) const HEAD: &str = "<!doctype html>\n<!-- made by bai2aml report -->\n";
/// What an estimate is worth.
pub(super) const ASSUMED: &str = "Nobody measured this: each number is an assumption about a person who knows Azure Machine Learning \
    and did not write the code. The first place of a concept in a repository, where one has to find out what to do, takes longer \
    than each further place. Not in it: running the new jobs, and what becomes of their results.";

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the fates mean to somebody who sees them for the first time.
const MEANINGS: [(Fate, &str, &str); 4] = [
    (Fate::Exact, "exact", "does the same"),
    (Fate::Drop, "drop", "not needed any more"),
    (Fate::Approximate, "approximate", "converts, but look at it"),
    (Fate::Manual, "manual", "left to you"),
];

/// The page.
pub(super) fn render(survey: &Survey) -> Result<String, Error> {
    let data = data::render(survey).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("time", time);
    environment.add_filter("prose", |text: &str| Value::from_safe_string(prose(text)));
    let page = environment.render_str(
        TEMPLATE,
        context! {
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            style_hash => hash(STYLE),
            script_hash => hash(SCRIPT),
            data => Value::from_safe_string(data),
            title => title(survey),
            target => survey.target.to_string(),
            sdk => survey.target.package(),
            job_form => survey.job_form,
            version => env!("CARGO_PKG_VERSION"),
            read => count(survey.read, "file"),
            using => survey.using(),
            changed => survey.changed,
            converted => survey.places.converted(),
            all => survey.places.all(),
            findings => survey.items.len(),
            places => count(survey.places.all(), "place"),
            left => survey.places.manual,
            uses => survey.uses.all(),
            fates => fates(survey),
            ring => chart::ring(&survey.places),
            estimate => estimate(&survey.estimate),
            steps => steps(&survey.estimate),
            assumed => ASSUMED,
            verdicts => verdicts(survey),
            charts => chart::charts(survey),
            problems => survey.problems.iter().map(problem).collect::<Vec<_>>(),
        },
    )?;
    Ok(format!("{HEAD}{page}\n"))
}

/// What the report is of.
fn title(survey: &Survey) -> String {
    match survey.repositories.as_slice() {
        [] => "No Batch AI".to_owned(),
        [one] => visible::text(&one.name).into_owned(),
        many => format!("{} repositories", many.len()),
    }
}

fn fates(survey: &Survey) -> Vec<Value> {
    let all = survey.places.all().max(1);
    let one = |(fate, word, meaning): &(Fate, &str, &str)| {
        let number = survey.places.get(*fate);
        let share = number * 1000 / all;
        let share = if number > 0 && share < 10 { "< 1".to_owned() } else { ((share + 5) / 10).to_string() };
        context! { word => *word, meaning => *meaning, number, share, index => *fate as usize }
    };
    MEANINGS.iter().map(one).collect()
}

fn estimate(estimate: &Estimate) -> Value {
    let Estimate { minutes, read, lines, minutes_for_ten_lines, .. } = *estimate;
    let part = |share: &Share| {
        let Share { fate, ref code, ref concept, firsts, first, agains, again, minutes, why } = *share;
        let fate = word(fate);
        context! { fate, code => code.as_str(), concept => concept.as_str(), firsts, first, agains, again, minutes, why }
    };
    context! { minutes, read, lines, minutes_for_ten_lines, parts => estimate.parts.iter().map(part).collect::<Vec<_>>() }
}

/// What the estimate is the sum of, as parts of its bar.
fn steps(estimate: &Estimate) -> Vec<Value> {
    let steps = [
        ("write", "to write what is left", estimate.write),
        ("look", "to look at what differs", estimate.look),
        ("read", "to read the diff", estimate.read),
    ];
    let widths = chart::widths(&steps.map(|(.., minutes)| minutes), estimate.minutes, 100.0);
    let mut x = 0.0;
    let step = |((class, text, minutes), width): ((&str, &str, usize), f64)| {
        let begin = x;
        x += width;
        context! { class, text, minutes, x => begin, width }
    };
    steps.into_iter().zip(widths).map(step).collect()
}

/// What an independent reading says, in words; nothing if nothing is asked of Azure.
fn verdicts(survey: &Survey) -> Option<String> {
    let said: Vec<String> = survey
        .verdicts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(verdict, number)| format!("{number} {}", verdict::word(*verdict)))
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn problem(problem: &Problem) -> Value {
    let at = problem.location.as_ref().map_or_else(|| visible::text(&problem.path).into_owned(), place);
    context! { at, message => visible::text(&problem.message), help => visible::text(&problem.help) }
}

/// Text of ours, in which code stands between backquotes.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_even = parts.len() % 2 == 1;
    let part = |(at, part): (usize, &&str)| match is_even && at % 2 == 1 {
        true => format!("<code>{}</code>", HtmlEscape(part)),
        false => HtmlEscape(part).to_string(),
    };
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join(if is_even { "" } else { "`" })
}

/// How a policy names a script or a style: by its hash, in base64.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text.as_bytes());
    let digits = hash.chunks(3).flat_map(|chunk| {
        let bits = chunk.iter().chain([0; 2].iter()).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        (0..4).map(move |at| match at <= chunk.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]),
            false => '=',
        })
    });
    format!("sha256-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_a_policy() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(hash("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    #[test]
    fn code_in_a_sentence_is_escaped_too() {
        assert_eq!(prose("`a<b` & c"), "<code>a&lt;b</code> &amp; c");
        assert_eq!(prose("half ` of <it>"), "half ` of &lt;it&gt;");
    }

    #[test]
    fn the_style_and_the_script_stay_within_their_elements() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(TEMPLATE.len() + STYLE.len() + SCRIPT.len() < 60_000);
        assert!(!STYLE.contains("http") && !SCRIPT.contains("innerHTML") && !SCRIPT.contains("eval("));
    }
}
