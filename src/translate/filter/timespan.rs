//! Time spans as texts, `PT2H` or `1:30:00`, in seconds.

use super::super::{Result, Stuck, Translator, link};
use crate::render::{Markup, operand};
use crate::resolve::Part;
use crate::syntax::{ExprId, ExprKind};

/// What [`Parts::known`] has in the place of a value.
const HOLE: char = '\u{fffc}';

impl Translator<'_> {
    /// A time span in whole seconds.
    pub(in crate::translate) fn seconds(&mut self, value: ExprId) -> Result<Markup> {
        if let ExprKind::Number = self.p.ast.kind(value) {
            return self.text(value);
        }
        if let Some(text) = self.literal(value) {
            let seconds = iso_seconds(&text).or_else(|| clock_seconds(&text)).ok_or_else(|| {
                Stuck::new(format!("the time limit `{text}` is not understood"), "write it in seconds")
            })?;
            return Ok(Markup(seconds.to_string()));
        }
        if let Some(seconds) = self.written_seconds(value)? {
            return Ok(seconds);
        }
        let text = self.text(value)?;
        Ok(Markup(format!("int({}.total_seconds())", operand(&text.0))))
    }

    /// `'PT{}H'.format(hours)` in seconds: what is written into a text. Nothing for what is no text.
    fn written_seconds(&mut self, value: ExprId) -> Result<Option<Markup>> {
        let parts = self.p.resolved.string(self.p.ast, value, true);
        if !parts.0.iter().any(|part| matches!(part, Part::Text(_))) {
            return Ok(None);
        }
        let stuck = || Stuck::new("its time limit is a text that is put together when it runs", "write it in seconds");
        let mut holes = parts.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Hole(hole) | Part::Formatted(hole) | Part::Spec(hole, _) | Part::When(hole, _) => Some(*hole),
        });
        let stmt = self.p.resolved.owner(value).ok_or_else(stuck)?;
        let mut terms = Vec::new();
        for (number, unit) in iso_terms(&parts.known()).ok_or_else(stuck)? {
            let factor = match number.parse::<u64>() {
                Ok(number) => (number * unit).to_string(),
                Err(_) => {
                    let hole = holes.next().filter(|hole| link::available(self.p, *hole, stmt));
                    let text = self.text(hole.ok_or_else(stuck)?)?.flat();
                    if unit == 1 { format!("float({text})") } else { format!("float({text}) * {unit}") }
                }
            };
            terms.push(factor);
        }
        Ok(Some(Markup(format!("int({})", terms.join(" + ")))))
    }
}

/// `PT2H30M`, `P7D`
fn iso_seconds(text: &str) -> Option<u64> {
    iso_terms(text)?.into_iter().map(|(number, unit)| Some(number.parse::<u64>().ok()? * unit)).sum()
}

/// The numbers of a time span, each with the seconds of its unit; a mark in the place of a number is one that is not known.
fn iso_terms(text: &str) -> Option<Vec<(String, u64)>> {
    let rest = text.strip_prefix('P')?;
    let (mut terms, mut number, mut time) = (Vec::new(), String::new(), false);
    for c in rest.chars() {
        let unit = match (c, time) {
            ('T', _) => {
                time = true;
                continue;
            }
            ('0'..='9' | HOLE, _) => {
                number.push(c);
                continue;
            }
            ('W', _) => 604_800,
            ('D', _) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        // Digits beside a value would be part of its number.
        if number.contains(HOLE) && number.chars().count() > 1 {
            return None;
        }
        terms.push((std::mem::take(&mut number), unit));
    }
    number.is_empty().then_some(terms)
}

/// `7.00:00:00`, `1:30:00`
fn clock_seconds(text: &str) -> Option<u64> {
    let (days, clock) = match text.split_once('.') {
        Some((days, clock)) => (days.parse::<u64>().ok()?, clock),
        None => (0, text),
    };
    let parts: Vec<u64> = clock.split(':').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts.as_slice() else { return None };
    Some(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}
