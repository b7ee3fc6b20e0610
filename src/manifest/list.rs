//! Requirements that are strings of a list, in Python and in TOML: `["adal", "numpy>=1.0"]`.

use super::item::{Form, Item, More, line_at, margin, with_line};
use super::requirement::Requirement;
use crate::syntax::{Ast, ExprKind};
use crate::text::Span;

/// A string of a list, with its quotes, and the place of the list.
pub(super) struct Element {
    pub span: Span,
    pub list: usize,
}

/// The arguments of `setup` that are requirements.
const REQUIRES: [&str; 4] = ["install_requires", "extras_require", "setup_requires", "tests_require"];

/// The requirements in the lists of a `setup.py`.
///
/// A list that is no argument counts, whatever its name is: it may come to `install_requires` by a variable, a function
/// or a sum.
pub(super) fn setup_py(text: &str, ast: &Ast) -> Vec<Item> {
    let others = other_arguments(ast);
    let mut items = Vec::new();
    for id in ast.expr_ids() {
        let (ExprKind::List(values) | ExprKind::Tuple(values)) = ast.kind(id) else { continue };
        if others.iter().any(|other| other.contains(ast.span(id))) {
            continue;
        }
        let strings = values.iter().filter(|value| matches!(ast.kind(**value), ExprKind::Str { .. }));
        items.extend(strings.filter_map(|s| element(text, &Element { span: ast.span(*s), list: ast.span(id).start })));
    }
    items.sort_by_key(|item| item.text.start);
    items
}

/// Arguments that are no requirements: keywords, classifiers, names of modules.
fn other_arguments(ast: &Ast) -> Vec<Span> {
    let calls = ast.expr_ids().filter_map(|id| match ast.kind(id) {
        ExprKind::Call { args, .. } => Some(args),
        _ => None,
    });
    let is_other = |name: &str| !REQUIRES.contains(&name);
    let others = calls.flatten().filter(|arg| arg.name.as_ref().is_some_and(|(name, _)| is_other(name)));
    others.map(|arg| arg.span).collect()
}

/// The requirement that a string is, if it is written plainly: one pair of quotes, no escapes.
pub(super) fn element(text: &str, element: &Element) -> Option<Item> {
    let span = element.span;
    let quote = span.of(text).chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = span.of(text).strip_prefix(quote)?.strip_suffix(quote)?;
    if inside.contains([quote, '\\', '\n']) {
        return None;
    }
    let found = Requirement::of(inside)?;
    let start = span.start + 1;
    let line = line_at(text, span.start);
    let leads = text[line.start..span.start].trim().is_empty();
    Some(Item {
        name: found.name,
        specifier: found.specifier.to_owned(),
        text: Span::new(start, start + found.length),
        whole: whole(text, span, line, leads),
        list: element.list,
        form: Form::Plain { tail: inside[found.length..].to_owned() },
        more: more(text, span, line, leads),
        kept: None,
        marked: true,
    })
}

/// Where further strings go: beside this one, or on lines of their own as it is.
fn more(text: &str, span: Span, line: Span, leads: bool) -> More {
    let quote = &text[span.start..span.start + 1];
    let margin = margin(line.of(text));
    let rest = text[span.end..line.end].trim_start();
    let is_alone = rest.strip_prefix(',').is_some_and(|rest| rest.trim().is_empty() || rest.trim().starts_with('#'));
    match (leads, is_alone) {
        (true, true) => More { at: line.end, before: format!("\n{margin}{quote}"), after: format!("{quote},") },
        (true, false) => More { at: span.end, before: format!(",\n{margin}{quote}"), after: quote.into() },
        (false, _) => More { at: span.end, before: format!(", {quote}"), after: quote.into() },
    }
}

/// What goes with a string: its comma, and its line if nothing else is on it.
fn whole(text: &str, span: Span, line: Span, leads: bool) -> Span {
    let rest = &text[span.end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let comma = rest[blank..].starts_with(',');
    let end = if comma { span.end + blank + 1 } else { span.end };
    if leads && text[end..line.end].trim().is_empty() {
        return with_line(text, span.start);
    }
    if comma {
        let next = &text[end..line.end];
        return Span::new(span.start, end + next.len() - next.trim_start().len());
    }
    // The last one: the comma before it goes as well.
    let before = text[..span.start].trim_end();
    Span::new(before.strip_suffix(',').map_or(span.start, str::len), span.end)
}
