//! Workflow commands of GitHub Actions: annotations on the lines of a pull request.

use super::{Listing, complaint, file_column, full_sentence, plain, problem_line};
use crate::report::{Found, Level, Problem};

pub(super) fn render(listing: &Listing<'_>) -> String {
    let findings = listing.findings.iter().map(finding);
    findings.chain(listing.problems.iter().map(|problem| self::problem(problem))).collect()
}

fn finding(found: &Found) -> String {
    let word = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let path = property(&found.location.path);
    let place = match file_column(&found.location) {
        Some(column) if found.end_line == found.location.line => {
            format!("line={},col={column},endColumn={}", found.file_line, found.end_column)
        }
        // GitHub takes no columns for more than one line.
        Some(_) => format!("line={},endLine={}", found.file_line, found.end_line),
        None => format!("line={}", found.file_line),
    };
    let title = property(&format!("{} {}", found.code, found.concept));
    format!("::{word} file={path},{place},title={title}::{}\n", data(&full_sentence(found)))
}

fn problem(problem: &Problem) -> String {
    let (path, line) = (property(&problem.path), problem_line(problem));
    format!("::error file={path},line={line},title=bai2aml::{}\n", data(&complaint(problem)))
}

/// The text of a command. A runner reads a command from each line, so that no line may end within it.
fn data(text: &str) -> String {
    plain(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
