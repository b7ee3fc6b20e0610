//! JUnit's XML, which every CI server shows: a suite a file, a failed test a finding.

use super::xml::escape;
use super::{Listing, by_file, complaint, full_sentence};
use crate::output::summary;
use crate::report::{Found, Problem};

pub(super) fn render(listing: &Listing<'_>) -> String {
    let (failures, errors) = (listing.findings.len(), listing.problems.len());
    let files = by_file(listing);
    let clean = usize::from(files.is_empty());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"bai2aml\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">\n",
        failures + errors + clean
    );
    // A report without a test is taken for a broken one by some servers.
    if files.is_empty() {
        out.push_str(
            "  <testsuite name=\"bai2aml\" tests=\"1\" failures=\"0\" errors=\"0\">\n    \
             <testcase classname=\"bai2aml\" name=\"no use of Batch AI\"/>\n  </testsuite>\n",
        );
    }
    for (path, findings, problems) in files {
        let (failures, errors) = (findings.len(), problems.len());
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">\n",
            escape(path),
            failures + errors
        ));
        findings.iter().for_each(|found| out.push_str(&failure(found)));
        problems.iter().for_each(|problem| out.push_str(&error(problem)));
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn failure(found: &Found) -> String {
    let text = escape(&full_sentence(found));
    let Found { id, code, concept, .. } = found;
    format!(
        "    <testcase classname=\"{}\" name=\"{id}\">\n      \
         <failure type=\"{code} {concept}\" message=\"{text}\">{}: {text}</failure>\n    </testcase>\n",
        escape(&found.location.path),
        escape(&summary::place(&found.location)),
    )
}

fn error(problem: &Problem) -> String {
    let (path, text) = (escape(&problem.path), escape(&complaint(problem)));
    format!(
        "    <testcase classname=\"{path}\" name=\"readable\">\n      \
         <error type=\"unreadable\" message=\"{text}\">{path}: {text}</error>\n    </testcase>\n"
    )
}
