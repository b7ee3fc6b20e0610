//! Strings in pieces as Python writes them.

use super::{Result, Translator};
use crate::render::{Markup, summand};
use crate::resolve::{Part, Parts};
use crate::syntax::ExprId;

impl Translator<'_> {
    /// A Python expression for a string in pieces: a literal, or an f-string.
    pub(super) fn python(&mut self, parts: &Parts) -> Result<Markup> {
        if let Some(text) = parts.text() {
            return Ok(self.string(&text));
        }
        if let [Part::Hole(id) | Part::Formatted(id)] = parts.0.as_slice() {
            return self.text(*id);
        }
        if let [Part::Spec(id, spec)] = parts.0.as_slice() {
            return self.by_spec(*id, spec);
        }
        if parts.known().contains(['{', '}']) || parts.0.iter().any(|part| matches!(part, Part::When(..))) {
            return self.joined(parts);
        }
        let mut body = String::new();
        for part in &parts.0 {
            match part {
                Part::Text(text) => body.push_str(text),
                Part::Hole(id) | Part::Formatted(id) => {
                    if self.is_argument(*id) && self.may_be_none(*id) {
                        return self.joined(parts);
                    }
                    let value = self.text(*id)?.flat();
                    if value.contains(['\'', '"', '\\', '\n', '#']) {
                        return self.joined(parts);
                    }
                    body.push_str(&format!("{{{value}}}"));
                }
                Part::Spec(id, spec) => {
                    let value = self.text(*id)?.flat();
                    if value.contains(['\'', '"', '\\', '\n', '#', ':', '!']) {
                        return self.joined(parts);
                    }
                    body.push_str(&format!("{{{value}:{spec}}}"));
                }
                Part::When(..) => {}
            }
        }
        let literal = crate::render::python_string(&body, self.quote);
        Ok(Markup(format!("f{literal}")))
    }

    /// The same with `+`, where an f-string would have to hold quotes.
    fn joined(&mut self, parts: &Parts) -> Result<Markup> {
        let mut pieces = Vec::new();
        for part in &parts.0 {
            pieces.push(match part {
                Part::Text(text) => self.string(text).0,
                Part::Hole(id) if self.is_argument(*id) => {
                    let text = self.text(*id)?;
                    summand(&self.or_nothing(*id, text, &self.string("").0).0)
                }
                Part::Hole(id) => summand(&self.text(*id)?.0),
                Part::Formatted(id) => format!("str({})", self.text(*id)?.0),
                Part::Spec(id, spec) => self.by_spec(*id, spec)?.0,
                Part::When(id, text) => self.at_times(*id, text)?.0,
            });
        }
        Ok(Markup(pieces.join(" + ")))
    }

    /// A text that is there under a condition only.
    pub(super) fn at_times(&mut self, condition: ExprId, text: &str) -> Result<Markup> {
        let (text, condition, nothing) = (self.string(text), self.text(condition)?, self.string(""));
        Ok(Markup(format!("({} if {} else {})", text.0, condition.0, nothing.0)))
    }

    /// A value as a format spec turns it into text.
    pub(super) fn by_spec(&mut self, id: ExprId, spec: &str) -> Result<Markup> {
        let (value, spec) = (self.text(id)?, self.string(spec));
        Ok(Markup(format!("format({}, {})", value.0, spec.0)))
    }
}
