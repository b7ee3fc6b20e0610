//! `'…'.format(…)` and `'…' % …`.

use super::Run;
use super::function::Given;
use crate::intent::value::{Piece, Value};

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
            match spec {
                "" => pieces.extend(value.formatted()),
                spec => pieces.push(Piece::Hole(Value::unknown(format!("{}{spec}", self.state.code(&value))))),
            }
            rest = &tail[end + 1..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Some(Value::pieces(pieces))
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
            let value = match part.chars().next() {
                None => {
                    pieces.push(Piece::Text(format!("%{}", parts.next().unwrap_or_default())));
                    continue;
                }
                Some('s' | 'd') => {
                    used += 1;
                    values.get(used - 1).cloned()
                }
                Some('(') => None,
                Some(_) => None,
            };
            let named = part.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            let (value, rest) = match (value, named) {
                (Some(value), _) => (value, &part[1..]),
                (None, Some((name, rest))) if rest.starts_with(['s', 'd']) => {
                    let key = Value::text(name);
                    (self.item(right, &key), &rest[1..])
                }
                _ => return opaque(self),
            };
            pieces.extend(value.formatted());
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Value::pieces(pieces)
    }
}
