//! What looks like a secret in a text, so that no excerpt prints it.
//!
//! It goes by names (`secret=`, `--password`, `account_key:`) and by the shape of Azure's keys, and hides too much
//! rather than too little. It reads no language: what it hides is shown as stars and never acted on.

use crate::source::Kind;
use crate::text::Span;

/// Parts of names whose values are secret.
const PARTS: [&str; 9] =
    ["secret", "passw", "pwd", "credential", "token", "signature", "connectionstring", "connection_string", "apikey"];
/// Ends of such names.
const ENDS: [&str; 3] = ["key", "keys", "sas"];
/// The least length of what looks like a key of a storage account.
const KEY: usize = 40;

/// Every secret in a text, in order; they do not overlap.
pub(super) fn secrets(text: &str, kind: Kind) -> Vec<Span> {
    let mut found = Vec::new();
    let is_python = matches!(kind, Kind::Script | Kind::Notebook);
    // Where the strings of a bracket were looked for already: nothing is looked at twice, whatever stands there.
    let mut seen = 0;
    let mut at = 0;
    while let Some(word) = next(text, at, is_name) {
        at = word.end;
        if is_secret(word.of(text)) && !found.last().is_some_and(|last: &Span| last.contains(word)) {
            found.extend(values(text, word, is_python, &mut seen));
        }
        if word.of(text) == "sig" && text[word.end..].starts_with('=') {
            found.push(bare(text, word.end + 1));
        }
    }
    at = 0;
    while let Some(word) = next(text, at, |c| c.is_ascii_alphanumeric() || c == '+' || c == '/') {
        at = word.end;
        if word.end - word.start >= KEY && text[word.end..].starts_with('=') {
            found.push(Span::new(word.start, word.end));
        }
    }
    joined(found)
}

/// A part of a text with a star for each character of a secret.
pub(super) fn hidden(text: &str, secrets: &[Span], span: Span) -> String {
    let (mut out, mut at) = (String::with_capacity(span.end - span.start), span.start);
    let first = secrets.partition_point(|secret| secret.end <= span.start);
    for secret in secrets[first..].iter().take_while(|secret| secret.start < span.end) {
        let (start, end) = (secret.start.max(at), secret.end.min(span.end));
        out.push_str(&text[at..start]);
        out.push_str(&stars(&text[start..end]));
        at = end;
    }
    out.push_str(&text[at..span.end]);
    out
}

/// A star for each character, in the same lines.
pub(super) fn stars(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { '*' }).collect()
}

/// The next run of such characters.
fn next(text: &str, from: usize, is: impl Fn(char) -> bool) -> Option<Span> {
    let start = from + text[from..].find(&is)?;
    let end = text[start..].find(|c| !is(c)).map_or(text.len(), |length| start + length);
    Some(Span::new(start, end))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "-p" || PARTS.iter().any(|part| name.contains(part)) || ENDS.iter().any(|end| name.ends_with(end))
}

/// What a secret name is given: after `=` or `:`, as the next word of a command line, or between parentheses.
fn values(text: &str, name: Span, is_python: bool, seen: &mut usize) -> Vec<Span> {
    let is_flag = name.of(text).starts_with('-');
    let is_variable = !name.of(text).chars().any(|c| c.is_ascii_lowercase());
    let rest = text[name.end..].trim_start_matches(['"', '\'', ']']);
    let blank = rest.trim_start();
    let at = text.len() - blank.len();
    if blank.starts_with('(') {
        return quoted_in(text, at, seen);
    }
    let assigned = [":=", "=>", "==", "=", ":"].into_iter().find(|sign| blank.starts_with(sign));
    let Some(at) = assigned.map(|sign| at + sign.len()).or(is_flag.then_some(at)) else { return Vec::new() };
    let value = text.len() - text[at..].trim_start().len();
    let prefix = text[value..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
    if prefix <= 2 && text[value + prefix..].starts_with(['"', '\'']) {
        return vec![quoted(text, value + prefix)];
    }
    if name.of(text).eq_ignore_ascii_case("secrets") && text[value..].starts_with(['[', '{']) {
        return quoted_in(text, value, seen);
    }
    let is_bare =
        is_flag || !is_python || is_variable && value == at || text[value..].starts_with(|c: char| c.is_ascii_digit());
    let is_expression = text[value..].starts_with(['$', '(', '{', '[', '<', '%']);
    if is_bare && !is_expression { vec![bare(text, value)] } else { Vec::new() }
}

/// What a quote at a place encloses.
fn quoted(text: &str, at: usize) -> Span {
    let mark = &text[at..at + 1];
    let triple = mark.repeat(3);
    let mark = if text[at..].starts_with(&triple) { triple.as_str() } else { mark };
    let start = at + mark.len();
    let mut end = start;
    while let Some(c) = text[end..].chars().next().filter(|_| !text[end..].starts_with(mark)) {
        end += c.len_utf8();
        if c == '\\' {
            end += text[end..].chars().next().map_or(0, char::len_utf8);
        }
    }
    Span::new(start, end)
}

/// All strings between the bracket at a place and its partner, but those that look something up (`a['b']`) or name what
/// follows (`{'b': …}`). None where that was `seen` as a part of another bracket.
fn quoted_in(text: &str, open: usize, seen: &mut usize) -> Vec<Span> {
    let (mut found, mut depth, mut at) = (Vec::new(), 0, open);
    if open < *seen {
        return found;
    }
    let is_call = text[open..].starts_with('(');
    let (opening, closing): (&[char], &[char]) = if is_call { (&['('], &[')']) } else { (&['[', '{'], &[']', '}']) };
    while let Some(c) = text[at..].chars().next() {
        let is_index = is_call && text[..at].ends_with('[');
        at += c.len_utf8();
        if opening.contains(&c) {
            depth += 1;
        } else if closing.contains(&c) {
            depth -= 1;
        } else if matches!(c, '"' | '\'') {
            let string = quoted(text, at - 1);
            at = text.ceil_char_boundary((string.end + string.start - (at - 1)).min(text.len()));
            let is_name = !is_call && text[at..].trim_start().starts_with(':');
            found.extend((!is_index && !is_name).then_some(string));
        }
        if depth == 0 {
            break;
        }
    }
    *seen = at;
    found
}

/// A word without quotes.
fn bare(text: &str, at: usize) -> Span {
    let is_end = |c: char| c.is_whitespace() || "\"';,&|)`".contains(c);
    Span::new(at, text[at..].find(is_end).map_or(text.len(), |length| at + length))
}

fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::new();
    for span in spans.into_iter().filter(|span| span.start < span.end) {
        match out.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => out.push(span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, kind: Kind) -> String {
        hidden(text, &secrets(text, kind), Span::new(0, text.len()))
    }

    #[test]
    fn values_of_secret_names_are_hidden() {
        for (text, expected) in [
            ("f(secret='abc', tenant='t')", "f(secret='***', tenant='t')"),
            ("password = \"\"\"a\nb\"\"\"", "password = \"\"\"*\n*\"\"\""),
            ("{'account_key': 'a\\'b'}", "{'account_key': '****'}"),
            ("cfg['secret'] = 'x'", "cfg['secret'] = '*'"),
            ("f(secret=cfg.secret, key=name)", "f(secret=cfg.secret, key=name)"),
            (
                "models.EnvironmentVariableWithSecretValue('A', 'b')",
                "models.EnvironmentVariableWithSecretValue('*', '*')",
            ),
            ("Credentials(secret=os.environ['A'], x='b')", "Credentials(secret=os.environ['A'], x='*')"),
            ("!az batchai x --password s3cret -g rg", "!az batchai x --password ****** -g rg"),
            ("AZURE_KEY=abc run", "AZURE_KEY=*** run"),
            ("PIN_SECRET = 1234", "PIN_SECRET = ****"),
            ("naïve_secret='é'", "naïve_secret='*'"),
            ("secrets=[{'name': 'A', 'value': 'b'}], x='c'", "secrets=[{'name': '*', 'value': '*'}], x='c'"),
            ("{\"secrets\": [{\"value\": \"b\"}], \"x\": \"c\"}", "{\"secrets\": [{\"value\": \"*\"}], \"x\": \"c\"}"),
            ("secrets = [s for s in all]", "secrets = [s for s in all]"),
        ] {
            assert_eq!(shown(text, Kind::Script), expected);
        }
    }

    #[test]
    fn keys_are_hidden_by_their_shape() {
        let key = "q".repeat(86);
        assert_eq!(shown(&format!("f('{key}==')"), Kind::Script), format!("f('{}==')", "*".repeat(86)));
        assert_eq!(shown("'https://x/y?sv=1&sig=a%2Bb&se=2'", Kind::Script), "'https://x/y?sv=1&sig=*****&se=2'");
        let path = "/subscriptions/0000/resourceGroups/group/providers/Microsoft.BatchAI/x";
        assert_eq!(shown(path, Kind::Script), path);
    }

    #[test]
    fn words_of_other_files_are_hidden_without_quotes() {
        let kind = Kind::Manifest(crate::source::Manifest::Conda);
        assert_eq!(shown("accountKey: abc # x", kind), "accountKey: *** # x");
        assert_eq!(shown("password: $(secret)", kind), "password: $(secret)");
    }

    #[test]
    fn a_file_of_nothing_but_secrets_is_read_once() {
        for part in ["Credentials(", "secrets=[", "key=", "key='", "secret('a', ", "key='''"] {
            let text = part.repeat(50_000);
            for kind in [Kind::Script, Kind::Other(crate::source::Language::Text)] {
                secrets(&text, kind);
            }
        }
    }

    #[test]
    fn half_a_string_is_no_end_of_the_world() {
        for text in [
            "secrets=['",
            "secrets=[{'é",
            "secret='",
            "secret='\\",
            "Secret('",
            "secret=",
            "key:",
            "Credentials('é",
            "'''",
            "--password",
        ] {
            shown(text, Kind::Script);
        }
    }
}
