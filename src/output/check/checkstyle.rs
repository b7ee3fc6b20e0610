//! Checkstyle's XML, which many review tools read.

use super::xml::escape;
use super::{Listing, by_file, complaint, file_column, full_sentence, problem_line};
use crate::report::{Found, Level, Problem};

pub(super) fn render(listing: &Listing<'_>) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n".to_owned();
    for (path, findings, problems) in by_file(listing) {
        out.push_str(&format!("  <file name=\"{}\">\n", escape(path)));
        findings.iter().for_each(|found| out.push_str(&finding(found)));
        problems.iter().for_each(|problem| out.push_str(&self::problem(problem)));
        out.push_str("  </file>\n");
    }
    out + "</checkstyle>\n"
}

fn finding(found: &Found) -> String {
    let severity = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    };
    let column = file_column(&found.location).map_or_else(String::new, |column| format!(" column=\"{column}\""));
    let (line, code, text) = (found.file_line, &found.code, escape(&full_sentence(found)));
    format!(
        "    <error line=\"{line}\"{column} severity=\"{severity}\" message=\"{text}\" source=\"bai2aml.{code}\"/>\n"
    )
}

fn problem(problem: &Problem) -> String {
    let (line, text) = (problem_line(problem), escape(&complaint(problem)));
    format!("    <error line=\"{line}\" severity=\"error\" message=\"{text}\" source=\"bai2aml.unreadable\"/>\n")
}
