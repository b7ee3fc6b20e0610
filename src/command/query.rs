//! What picks the output of a command apart: JMESPath of `--query`, and `jq`. Fields are called by their new names.

use crate::concept::Mapping;

/// The language of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Path,
    Jq,
}

/// The query for the new output, or the field that it does not have.
pub(super) fn renamed(query: &str, mapping: &Mapping, language: Language) -> Result<String, String> {
    let mut out = String::with_capacity(query.len());
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        let length = match c {
            '$' => return Err(rest.split(char::is_whitespace).next().unwrap_or(rest).to_owned()),
            '\\' if rest[1..].starts_with('"') => {
                let (text, length) = string(rest, "\\\"", mapping);
                out.push_str(&text);
                length
            }
            '\'' | '`' | '"' => {
                let (text, length) = string(rest, &rest[..1], mapping);
                out.push_str(&text);
                length
            }
            c if is_name(c) && !c.is_ascii_digit() => {
                let length = path(rest);
                let name = &rest[..length];
                out.push_str(&if is_field(query, at, length, language) {
                    field(name, mapping, language)?
                } else {
                    name.into()
                });
                length
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        at += length;
    }
    Ok(out)
}

/// Whether a query reads the state of a job, whose values have other names.
pub(super) fn reads_state(query: &str) -> bool {
    query.contains("executionState")
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of names with dots between them.
fn path(text: &str) -> usize {
    let mut at = 0;
    loop {
        at += text[at..].find(|c| !is_name(c)).unwrap_or(text.len() - at);
        let is_on =
            text[at..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !is_on {
            return at;
        }
        at += 1;
    }
}

/// Whether a name is that of a field: no function, no name that the query itself gives, in `jq` none without a dot.
fn is_field(query: &str, at: usize, length: usize, language: Language) -> bool {
    let behind = query[at + length..].trim_start();
    let is_given = behind.starts_with(':') || behind.starts_with('(');
    !is_given && (language == Language::Path || query[..at].ends_with('.'))
}

/// The new name of a field. What reads the output of the new command's own query finds it under its old one.
pub(super) fn field(name: &str, mapping: &Mapping, language: Language) -> Result<String, String> {
    let new = mapping.output.get(name).ok_or_else(|| name.to_owned())?;
    let is_ours = language == Language::Jq && !mapping.query.is_empty();
    Ok(if is_ours { name.to_owned() } else { new.clone() })
}

/// Words of a pattern, or of a program that picks lines: states, and with `fields` names of fields, under their new names. A
/// field in quotes that the new output does not have is the error.
pub(super) fn renamed_words(text: &str, mapping: &Mapping, fields: bool) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].find(|c| !is_name(c)).unwrap_or(text.len() - at);
        let word = &text[at..at + length];
        let is_key = text[..at].ends_with('"') && text[at + length..].starts_with('"');
        match mapping.values.get(word) {
            Some(new) => out.push_str(new),
            None if fields && mapping.output.get(word).is_some() => out.push_str(&field(word, mapping, Language::Jq)?),
            None if fields && is_key && word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                return Err(word.to_owned());
            }
            None => out.push_str(word),
        }
        at += length;
        let rest = text[at..].find(is_name).unwrap_or(text.len() - at);
        out.push_str(&text[at..at + rest]);
        at += rest;
    }
    Ok(out)
}

/// A string, with its value under its new name, and its length.
fn string(text: &str, quote: &str, mapping: &Mapping) -> (String, usize) {
    let length = text[quote.len()..].find(quote).map_or(text.len(), |end| end + 2 * quote.len());
    let inner = text[..length].trim_matches(['\'', '"', '`', '\\']);
    let new = mapping.values.get(&inner.to_ascii_lowercase());
    (new.map_or_else(|| text[..length].to_owned(), |new| text[..length].replace(inner, new)), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concept::table;

    fn job() -> &'static Mapping {
        &table().symbol("az batchai job show").unwrap().v2
    }

    #[test]
    fn fields_of_paths_have_their_new_names() {
        let new = |query| renamed(query, job(), Language::Path);
        assert_eq!(new("executionState").as_deref(), Ok("status"));
        assert_eq!(new("[].{n: name, s: executionState}").as_deref(), Ok("[].{n: name, s: status}"));
        assert_eq!(
            new("[?executionState=='succeeded'] | [0].cluster.id").as_deref(),
            Ok("[?status=='Completed'] | [0].compute")
        );
        assert_eq!(new("length(@)").as_deref(), Ok("length(@)"));
        assert_eq!(new("executionInfo.exitCode"), Err("executionInfo.exitCode".into()));
        assert_eq!(new("[?name=='$JOB']").as_deref(), Ok("[?name=='$JOB']"));
        assert_eq!(new("$FIELD"), Err("$FIELD".into()));
    }

    #[test]
    fn words_of_patterns_have_their_new_names() {
        let new = |text, fields| renamed_words(text, job(), fields);
        assert_eq!(new("succeeded|failed$", false).as_deref(), Ok("Completed|Failed$"));
        assert_eq!(new("\"executionState\": \"running\"", true).as_deref(), Ok("\"status\": \"Running\""));
        assert_eq!(new("\"exitCode\"", true), Err("exitCode".into()));
        assert_eq!(new("\"exitCode\" unfailed", false).as_deref(), Ok("\"exitCode\" unfailed"));
    }

    #[test]
    fn fields_of_a_query_of_ours_keep_their_names() {
        let list = &table().symbol("az batchai experiment list").unwrap().v2;
        assert_eq!(renamed(".[].name", list, Language::Jq).as_deref(), Ok(".[].name"));
        assert_eq!(renamed("[].name", list, Language::Path).as_deref(), Ok("[].experiment_name"));
        assert_eq!(field("id", list, Language::Jq), Err("id".into()));
    }

    #[test]
    fn fields_of_jq_have_their_new_names() {
        let new = |query| renamed(query, job(), Language::Jq);
        assert_eq!(new(".executionState").as_deref(), Ok(".status"));
        assert_eq!(
            new(".[] | select(.executionState == \"failed\") | .name").as_deref(),
            Ok(".[] | select(.status == \"Failed\") | .name")
        );
        assert_eq!(
            new(".[] | select(.executionState == \\\"failed\\\")").as_deref(),
            Ok(".[] | select(.status == \\\"Failed\\\")")
        );
        assert_eq!(new("map(.nodeCount) | add").as_deref(), Ok("map(.resources.instance_count) | add"));
        assert_eq!(new(".toolType"), Err("toolType".into()));
    }
}
