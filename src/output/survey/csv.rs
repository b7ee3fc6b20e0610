//! CSV: a finding a line, for spreadsheets. A cell that a spreadsheet would take for a formula begins with a quote mark.

use crate::concept;
use crate::output::summary::word;
use crate::output::visible;
use crate::survey::{Item, Survey};

/// The first line.
pub(super) const HEAD: &str =
    "id,fate,code,concept,area,repository,path,cell,line,column,symbol,places,minutes,message,do\r\n";

pub(super) fn render(survey: &Survey) -> String {
    survey.items.iter().fold(HEAD.to_owned(), |mut out, item| {
        out.push_str(&line(survey, item).map(|text| cell(&text)).join(","));
        out.push_str("\r\n");
        out
    })
}

fn line(survey: &Survey, item: &Item) -> [String; 15] {
    let at = &item.location;
    [
        item.id.clone(),
        word(item.fate).to_owned(),
        item.code.clone(),
        item.concept.clone(),
        concept::areas().get(item.area).map(|area| area.name.clone()).unwrap_or_default(),
        survey.repositories[item.repository].name.clone(),
        at.path.clone(),
        at.cell.map(|cell| (cell + 1).to_string()).unwrap_or_default(),
        at.line.to_string(),
        at.column.to_string(),
        item.symbol.clone(),
        item.places.to_string(),
        item.minutes.to_string(),
        item.message.clone(),
        item.actions.join("; "),
    ]
}

fn cell(text: &str) -> String {
    let text = visible::text(text).replace('\t', " ");
    let guard = if text.starts_with(['=', '+', '-', '@', '|', '%', ' ']) { "'" } else { "" };
    if text.contains([',', '"', ';']) || !guard.is_empty() {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_no_formula_and_no_two_cells() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-2", "\"'-2\""),
            ("\t=1", "\"' =1\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\r\nb", "a^M^Jb"),
            ("\u{1b}[31m", "^[[31m"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
