//! The comments of `convert` that leave something to a person: as long as one stands, something is to be done, also where
//! nothing around it is Batch AI's any more.

use super::Spot;
use super::ignore::content;
use crate::source::Source;
use crate::text::Span;

/// Code of a comment that stands.
const OPEN: &str = "BAI954";
const FATE: &str = "manual:";

/// A spot for each of these comments that no spot of the same concept answers for, in the lines that follow without a gap.
pub(super) fn comments(source: &Source, comments: &[Span], spots: &[Spot]) -> Vec<Spot> {
    let text = source.text();
    let open = comments.iter().filter_map(|comment| {
        let concept = concept(comment.of(text))?;
        let gap = text[comment.end..].find("\n\n").map_or(text.len(), |gap| comment.end + gap);
        let said = spots.iter().any(|spot| spot.code == concept && (comment.end..=gap).contains(&spot.span.start));
        (!said).then(|| Spot::new(OPEN, concept, *comment))
    });
    open.collect()
}

/// The concept of a comment that leaves something to a person.
fn concept(comment: &str) -> Option<&str> {
    let (concept, rest) = content(comment)?.split_once(' ')?;
    (crate::concept::described(concept).is_some() && rest.trim_start().starts_with(FATE)).then_some(concept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_that_leave_something_have_a_concept() {
        assert_eq!(concept("# bai2aml: BAI301 manual: it has no name"), Some("BAI301"));
        assert_eq!(concept("<!-- bai2aml: BAI822 manual: it has ended -->"), Some("BAI822"));
        for other in ["# bai2aml: ignore[BAI301] manual: later", "# BAI301 manual: it", "# bai2aml: BAI301", "#"] {
            assert_eq!(concept(other), None, "{other}");
        }
    }
}
