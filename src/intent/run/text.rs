//! `'…'.format(…)` and `'…' % …`.

use super::Run;
use super::function::Given;
use crate::intent::value::{Piece, Value};
use crate::syntax::percent_spec;

impl Run<'_> {
    /// `template.format(…)`
    pub(super) fn format(&mut self, template: &str, given: &[Given]) -> Option<Value> {
        let places: Vec<&Given> = given.iter().filter(|g| g.name.is_none()).collect();
        let (mut pieces, mut rest, mut auto) = (Vec::new(), template, 0);
        while let Some(at) = rest.find(['{', '}']) {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            let tail = &rest[at..];
            if tail.starts_with("{{") || tail.starts_with("}}") {
                pieces.push(Piece::Text(tail[..1].to_owned()));
                rest = &tail[2..];
                continue;
            }
            let end = tail.find('}')?;
            let field = &tail[1..end];
            let (field, spec) = field.split_at(field.find([':', '!', '.', '[']).unwrap_or(field.len()));
            let value = match field.parse::<usize>() {
                Ok(index) => places.get(index)?.value.clone(),
                Err(_) if field.is_empty() => {
                    auto += 1;
                    places.get(auto - 1)?.value.clone()
                }
                Err(_) => given.iter().find(|g| g.name.as_deref() == Some(field))?.value.clone(),
            };
            match spec.strip_prefix(':') {
                Some(spec) => pieces.extend(self.by_spec(&value, spec)),
                None if spec.is_empty() => pieces.extend(value.formatted()),
                None => pieces.push(Piece::Hole(Value::unknown(format!("{}{spec}", self.state.code(&value))))),
            }
            rest = &tail[end + 1..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Some(Value::pieces(pieces))
    }

    /// `format(value, spec)`
    pub(super) fn by_spec(&self, value: &Value, spec: &str) -> Vec<Piece> {
        match spec {
            "" => value.formatted(),
            spec => vec![Piece::Hole(Value::unknown(format!("{}:{spec}", self.state.code(value))))],
        }
    }

    /// The same for a spec that is a value.
    pub(super) fn with_spec(&self, value: &Value, spec: &Value) -> Value {
        Value::pieces(self.by_spec(value, &self.state.shown(spec)))
    }

    /// `template % values`
    pub(super) fn percent(&mut self, left: &Value, right: &Value) -> Value {
        let opaque = |run: &Self| Value::unknown(format!("{} % {}", run.state.code(left), run.state.code(right)));
        let Some(template) = left.known() else { return opaque(self) };
        let values = self.state.items(right).map_or_else(|| vec![right.clone()], <[_]>::to_vec);
        let (mut pieces, mut used) = (Vec::new(), 0);
        let mut parts = template.split('%');
        pieces.push(Piece::Text(parts.next().unwrap_or_default().to_owned()));
        while let Some(part) = parts.next() {
            if part.is_empty() {
                pieces.push(Piece::Text(format!("%{}", parts.next().unwrap_or_default())));
                continue;
            }
            let named = part.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            let (value, rest) = match named {
                Some((name, rest)) => (Some(self.item(right, &Value::text(name))), rest),
                None => {
                    used += 1;
                    (values.get(used - 1).cloned(), part)
                }
            };
            let (Some(value), Some((spec, length))) = (value, percent_spec(rest)) else { return opaque(self) };
            pieces.extend(self.by_spec(&value, &spec));
            pieces.push(Piece::Text(rest[length..].to_owned()));
        }
        Value::pieces(pieces)
    }
}
