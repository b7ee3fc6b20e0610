//! Findings as the Rust compiler shows them: what, where, and the line itself.

use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use super::{Listing, Look};
use crate::output::visible;
use crate::report::{Found, Level};

/// Lines are not wider than this where nothing says how wide they may be.
const WIDTH: usize = 140;

pub(super) fn render(listing: &Listing<'_>, look: Look) -> String {
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.width.unwrap_or(WIDTH));
    listing.findings.iter().map(|found| renderer.render(&[group(found)]) + "\n\n").collect()
}

fn group(found: &Found) -> Group<'_> {
    let level = match found.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let title = level.primary_title(visible::text(&found.message)).id(visible::text(&found.code));
    let mut group = match snippet(found) {
        Some(snippet) => title.element(snippet),
        None => title.element(Origin::path(path(found)).line(found.location.line).char_column(found.location.column)),
    };
    if !found.help.is_empty() {
        group = group.element(Title::HELP.message(visible::text(&found.help)));
    }
    group
}

fn path(found: &Found) -> String {
    let path = visible::text(&found.location.path);
    found.location.cell.map_or_else(|| path.to_string(), |cell| format!("{path}:cell {}", cell + 1))
}

/// The line, with what is meant underlined; its parts are made visible one by one, so that their places stay right.
fn snippet(found: &Found) -> Option<Snippet<'_, annotate_snippets::Annotation<'_>>> {
    let excerpt = &found.excerpt;
    let line = &excerpt.line;
    if line.is_empty() {
        return None;
    }
    let before = visible::text(&line[..excerpt.start]);
    let meant = visible::text(&line[excerpt.start..excerpt.end]);
    let rest = visible::text(&line[excerpt.end..]);
    let mark = AnnotationKind::Primary.span(before.len()..before.len() + meant.len());
    let label = visible::text(&found.symbol);
    let label = (!found.message.contains(&*label)).then_some(label);
    let source = [before, meant, rest].concat();
    Some(Snippet::source(source).path(path(found)).line_start(found.location.line).annotation(mark.label(label)))
}
