//! Variables that the program sets itself, in shell text: `export NAME=value`.
//!
//! Converted commands set the variables that texts of the user still name; those are no uses of Batch AI any more.

use std::collections::HashSet;

use crate::resolve::Resolved;
use crate::syntax::{Ast, ExprKind};

/// The variables that strings of the program export, a sum of strings taken as one.
pub(super) fn exported(ast: &Ast, resolved: &Resolved) -> HashSet<String> {
    let mut found = HashSet::new();
    for id in ast.expr_ids() {
        let is_sum = |id| matches!(ast.kind(id), ExprKind::Binary { op: "+", .. });
        let is_text = is_sum(id) || matches!(ast.kind(id), ExprKind::Str { .. } | ExprKind::FString(_));
        if is_text && !resolved.parent(id).is_some_and(is_sum) {
            exports_in(&resolved.string(ast, id, false).known(), &mut found);
        }
    }
    found
}

/// The variables that a text for a shell exports with a value. In a folded block of YAML a line can end behind `export`.
pub fn exported_in(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut lines = text.split("export\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let unfolded = lines.fold(first, |text, rest| format!("{text}export {}", rest.trim_start_matches(' ')));
    exports_in(&unfolded, &mut found);
    found
}

/// The variables that shell text exports with a value: `export A=1 B="2 3"; …`.
fn exports_in(text: &str, found: &mut HashSet<String>) {
    for (at, word) in text.match_indices("export ") {
        if text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        for word in words(&text[at + word.len()..]) {
            if let Some((name, _)) = word.split_once('=') {
                found.insert(name.to_owned());
            }
        }
    }
}

/// The words of a shell command up to its end; quotes and brackets hold a word together.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote, mut depth) = (Vec::new(), 0, None, 0);
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, _) if depth > 0 => {}
            (None, ' ' | '\t') => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            (None, ';' | '&' | '|' | '\n') => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    words.push(&text[start..end]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exports(text: &str) -> Vec<String> {
        let mut found = HashSet::new();
        exports_in(text, &mut found);
        let mut found: Vec<String> = found.into_iter().collect();
        found.sort();
        found
    }

    #[test]
    fn every_word_of_an_export_counts_up_to_its_end() {
        assert_eq!(exports(r#"export A="${{inputs.A}} x" B=1; C=2 python run.py"#), ["A", "B"]);
        assert_eq!(exports("cd /x && export A=$(mktemp -d) && echo B=2"), ["A"]);
        assert_eq!(exports("export A=$(mkdir x; echo x) B=1; echo"), ["A", "B"]);
    }

    #[test]
    fn a_folded_line_ends_anywhere() {
        let text = "command: >-\n  export A=1; export\n  B=2; run\n";
        assert_eq!(exported_in(text), HashSet::from(["A".to_owned(), "B".to_owned()]));
    }

    #[test]
    fn a_name_alone_sets_nothing() {
        assert!(exports("export A; unexport B=1; echo $C").is_empty());
    }
}
