//! The charts of the page as numbers: where each part of a bar or of the ring begins, and how wide it is.

use minijinja::{Value, context};

use super::super::survey::{largest, time};
use super::super::visible;
use crate::concept;
use crate::report::Fate;
use crate::survey::{Part, Survey, Totals};

/// How many repositories and folders have a bar.
const BARS: usize = 10;
/// How long a name may be.
const WIDEST: usize = 26;

/// Bars of one kind.
struct Chart {
    title: &'static str,
    /// The filter that a click on a bar sets.
    filter: &'static str,
    bars: Vec<Bar>,
    /// How many have none.
    more: usize,
}

struct Bar {
    name: String,
    /// The name without what all bars of the chart begin with, as long as there is room for.
    short: String,
    /// The value of the filter.
    value: usize,
    total: usize,
    time: String,
    /// In words, for who does not see it.
    text: String,
    segments: Vec<Segment>,
}

/// A part of a bar, in hundredths of the longest one.
struct Segment {
    /// The number of the fate.
    fate: usize,
    x: f64,
    width: f64,
}

/// The charts that have something to show.
pub(super) fn charts(survey: &Survey) -> Vec<Value> {
    let number = |parts: &[Part], name: &str| parts.iter().position(|part| part.name == name).unwrap_or_default();
    let largest = |title, filter, parts: &[Part]| {
        let (shown, more) = largest(parts, BARS);
        let shown = shown.into_iter().map(|part| (number(parts, &part.name), part));
        Chart { title, filter, bars: bars(shown.collect()), more }
    };
    let areas = concept::areas().iter().map(|area| area.number).zip(&survey.areas);
    let areas = areas.filter(|(_, part)| part.places.all() > 0).collect();
    let mut charts = vec![Chart { title: "By area", filter: "area", bars: bars(areas), more: 0 }];
    if survey.repositories.len() > 1 {
        charts.push(largest("By repository", "repository", &survey.repositories));
    }
    charts.push(largest("By folder", "folder", &survey.folders));
    charts.into_iter().filter(|chart| !chart.bars.is_empty()).map(Chart::value).collect()
}

impl Chart {
    fn value(self) -> Value {
        let Chart { title, filter, bars, more } = self;
        context! { title, filter, bars => bars.into_iter().map(Bar::value).collect::<Vec<_>>(), more }
    }
}

impl Bar {
    fn value(self) -> Value {
        let Bar { name, short, value, total, time, text, segments } = self;
        context! { name, short, value, total, time, text, segments => values(&segments) }
    }
}

fn values(segments: &[Segment]) -> Vec<Value> {
    segments.iter().map(|Segment { fate, x, width }| context! { fate => *fate, x => *x, width => *width }).collect()
}

fn bars(parts: Vec<(usize, &Part)>) -> Vec<Bar> {
    let longest = parts.iter().map(|(_, part)| part.places.all()).max().unwrap_or(1).max(1);
    let common = common(&parts.iter().map(|(_, part)| part.name.as_str()).collect::<Vec<_>>());
    let bar = |(value, part): (usize, &Part)| {
        let total = part.places.all();
        let counts = Fate::ALL.map(|fate| part.places.get(fate));
        let length = (100.0 * total as f64 / longest as f64).max(1.0);
        let [exact, drop, approximate, manual] = counts;
        Bar {
            short: short(&visible::text(&part.name[common..])),
            name: visible::text(&part.name).into_owned(),
            value,
            total,
            time: if part.minutes == 0 { String::new() } else { time(part.minutes) },
            text: format!("{exact} exact, {drop} drop, {approximate} approximate, {manual} manual"),
            segments: segments(&counts, total, length),
        }
    };
    parts.into_iter().map(bar).collect()
}

/// How much of some paths is a folder that all of them are below.
fn common(names: &[&str]) -> usize {
    let [first, rest @ ..] = names else { return 0 };
    let ends = first.match_indices('/').map(|(at, _)| at + 1).rev();
    let mut ends = ends.filter(|_| !rest.is_empty());
    ends.find(|end| rest.iter().all(|name| name.starts_with(&first[..*end]))).unwrap_or(0)
}

/// The end of a path says most.
fn short(name: &str) -> String {
    let length = name.chars().count();
    if length <= WIDEST {
        return name.to_owned();
    }
    format!("…{}", name.chars().skip(length + 1 - WIDEST).collect::<String>())
}

/// The parts of the ring, which is a hundred long.
pub(super) fn ring(places: &Totals) -> Vec<Value> {
    values(&segments(&Fate::ALL.map(|fate| places.get(fate)), places.all(), 100.0))
}

fn segments(counts: &[usize; 4], total: usize, length: f64) -> Vec<Segment> {
    let mut x = 0.0;
    let mut found = Vec::new();
    for (fate, width) in widths(counts, total, length).into_iter().enumerate().filter(|(_, width)| *width > 0.0) {
        found.push(Segment { fate, x: rounded(x), width: rounded(width) });
        x += width;
    }
    found
}

/// How wide each part of a bar is. What is there can be seen, however little it is.
pub(super) fn widths<const N: usize>(counts: &[usize; N], total: usize, length: f64) -> [f64; N] {
    const LEAST: f64 = 0.6;
    let raw = counts.map(|count| match count {
        0 => 0.0,
        count => (length * count as f64 / total.max(1) as f64).max(LEAST.min(length)),
    });
    let sum: f64 = raw.iter().sum();
    raw.map(|width| if sum > 0.0 { width * length / sum } else { 0.0 })
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
