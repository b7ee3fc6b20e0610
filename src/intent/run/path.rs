//! Paths that the program takes apart at their slashes.

use super::Run;
use super::function::Given;
use crate::intent::value::{Cell, Piece, Value};

impl Run<'_> {
    /// What a method of a text gives that is about the slashes in it.
    pub(super) fn of_path(&mut self, text: &Value, name: &str, given: &[Given]) -> Option<Value> {
        let Value::Text(pieces) = text else { return None };
        let is_slash = |given: &Given| given.value.known().as_deref() == Some("/");
        Some(match (name, given) {
            ("replace", [old, new, Given { value: Value::Number(count), .. }]) => {
                match (text.known(), old.value.known(), new.value.known()?, count.parse().ok()?) {
                    (Some(text), Some(old), new, count) => Value::text(&text.replacen(&old, &new, count)),
                    (None, Some(_), new, 1) if is_slash(old) => Value::pieces(first_slash(pieces, &new)),
                    _ => return None,
                }
            }
            ("partition", [by]) if is_slash(by) => {
                let (first, rest) = at_first_slash(pieces);
                let slash = Value::text(if rest.is_some() { "/" } else { "" });
                let rest = Value::pieces(rest.unwrap_or_default());
                self.state.add(Cell::List(vec![Value::pieces(first), slash, rest], false))
            }
            ("lstrip", [by]) if is_slash(by) => Value::pieces(without_slash(pieces)),
            _ => return None,
        })
    }
}

/// A path with something else for its first slash, where the old program puts it behind a mount root.
fn first_slash(pieces: &[Piece], new: &str) -> Vec<Piece> {
    let (mut whole, rest) = at_first_slash(pieces);
    if let Some(rest) = rest {
        whole.push(Piece::Text(new.to_owned()));
        whole.extend(rest);
    }
    whole
}

/// What stands before the first slash of a path, and behind it; what is not known is taken for one name.
fn at_first_slash(pieces: &[Piece]) -> (Vec<Piece>, Option<Vec<Piece>>) {
    let (mut first, mut rest) = (Vec::new(), None::<Vec<Piece>>);
    for piece in pieces {
        match (piece, &mut rest) {
            (piece, Some(rest)) => rest.push(piece.clone()),
            (Piece::Text(text), None) => match text.split_once('/') {
                Some((before, behind)) => {
                    first.push(Piece::Text(before.to_owned()));
                    rest = Some(vec![Piece::Text(behind.to_owned())]);
                }
                None => first.push(piece.clone()),
            },
            (piece, None) => first.push(piece.clone()),
        }
    }
    (first, rest)
}

/// A text without the slashes in front.
fn without_slash(pieces: &[Piece]) -> Vec<Piece> {
    let mut pieces = pieces.to_vec();
    if let Some(Piece::Text(text)) = pieces.first_mut() {
        *text = text.trim_start_matches('/').to_owned();
    }
    pieces
}
