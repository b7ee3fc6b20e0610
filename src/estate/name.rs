//! What is found by its name: `az batchai` commands, packages of other languages, resource types.

use crate::concept::{self, Kind};
use crate::source::Language;
use crate::text::Span;

use super::Use;

/// The `az batchai` commands of a part of a text, by the rows of the table.
pub(super) fn commands(text: &str, part: Span) -> Vec<Use> {
    let found = az_batchai(text, part).into_iter();
    let used = found.map(|(span, name)| {
        let words: Vec<&str> = name.split(' ').collect();
        let known = (2..=words.len()).rev().map(|end| words[..end].join(" "));
        let symbol = known.into_iter().find(|name| concept::table().symbol(name).is_some());
        Use { span, symbol: symbol.unwrap_or_else(|| GROUP.into()), name }
    });
    used.collect()
}

/// What the commands of Batch AI begin with.
const GROUP: &str = "az batchai";

/// Where a part of a text says `az batchai` with a verb behind it, and the first words of that; or without one, where a
/// program puts that together: `AZ="az batchai"`, `az batchai $verb`.
pub fn az_batchai(text: &str, part: Span) -> Vec<(Span, String)> {
    let found = words(text, part, GROUP).into_iter();
    let found = found.map(|span| {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let is_verb = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(is_inside);
        let rest = text[span.start..part.end].lines().next().unwrap_or_default();
        let name = rest.split([' ', '\t', '"', '\'']).take(5).take_while(is_verb).collect::<Vec<_>>().join(" ");
        (Span::new(span.start, span.start + name.len()), name)
    });
    let is_use = |span: &Span, name: &str| name.len() > GROUP.len() || is_put_together(text, part, *span);
    let mut found: Vec<(Span, String)> = found.filter(|(span, name)| is_use(span, name)).collect();
    found.extend(listed(text, part));
    found.extend(continued(text, part));
    found.sort();
    found
}

/// Whether the group alone is a value of a program, or has its verb from a variable.
fn is_put_together(text: &str, part: Span, group: Span) -> bool {
    let line = text[group.start + GROUP.len()..part.end].lines().next().unwrap_or_default();
    let before = text[part.start..group.start].trim_end_matches([' ', '\t']);
    let verb = line.trim_start();
    let is_value = before.is_empty() || before.ends_with(['=', '"', '\'']);
    let is_all = verb.is_empty() || line.starts_with(['"', '\'']) || verb == "\\" || verb.starts_with('#');
    let is_filled = verb.len() < line.len() && verb.starts_with(['$', '"', '\'', '{', '%']);
    is_filled || is_value && is_all
}

/// The group on two lines: `az \` and `batchai cluster list`.
fn continued(text: &str, part: Span) -> Vec<(Span, String)> {
    let inner = part.of(text);
    let lines = inner.match_indices("batchai ").filter_map(|(at, group)| {
        let before = inner[..at].trim_end_matches([' ', '\t']).strip_suffix('\n')?.trim_end_matches('\r');
        let before = before.strip_suffix(['\\', '`'])?.trim_end_matches([' ', '\t']).strip_suffix("az")?;
        let is_own = before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || "@(;&|`".contains(c));
        let rest = inner[at + group.len()..].lines().next().unwrap_or_default();
        let is_verb = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
        let verbs: Vec<&str> = rest.split([' ', '\t']).take(3).take_while(is_verb).collect();
        let name = format!("{GROUP} {}", verbs.join(" ")).trim_end().to_owned();
        let end = at + name.len() - "az ".len();
        is_own.then(|| (Span::new(part.start + before.len(), part.start + end), name))
    });
    lines.collect()
}

/// What the group is about, and so stands behind it.
const ABOUT: [&str; 5] = ["cluster", "experiment", "file-server", "job", "workspace"];

/// The same with the program in quotes and its words in a list or a text of their own: `system2("az", c("batchai", "job"))`;
/// and the words alone, where they begin a list: `args: ["batchai", "job", "list"]`, or one that has each on a line.
fn listed(text: &str, part: Span) -> Vec<(Span, String)> {
    const BETWEEN: usize = 24;
    let inner = part.of(text);
    let words = inner.match_indices("batchai").filter_map(|(at, word)| {
        if let Some(name) = first_of_list(inner, at) {
            return Some((Span::new(part.start + at, part.start + at + word.len()), name));
        }
        let quote = inner[..at].chars().next_back().filter(|c| ['"', '\''].contains(c))?;
        let before = inner[..at - 1].trim_end_matches(|c: char| c.is_alphanumeric() || " \t\r\n,([=".contains(c));
        let program = before.strip_suffix(quote)?;
        let start = program.rfind(quote)?;
        // By its name, or by its path.
        let is_az = program[start + 1..].rsplit('/').next() == Some("az");
        let is_near = at - before.len() <= BETWEEN;
        let rest = inner[at + word.len()..].split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
        let verbs: Vec<&str> =
            rest.filter(|word| !word.is_empty()).take(3).take_while(|w| !w.starts_with('-')).collect();
        let name = format!("az batchai {}", verbs.join(" ")).trim_end().to_owned();
        (is_near && is_az).then(|| (Span::new(part.start + start + 1, part.start + at + word.len()), name))
    });
    words.collect()
}

/// The command of a list that begins with the group, for the program is elsewhere.
fn first_of_list(text: &str, at: usize) -> Option<String> {
    let (before, behind) = (&text[..at], &text[at + "batchai".len()..]);
    let quote = before.chars().next_back().filter(|c| ['"', '\''].contains(c));
    let before = quote.map_or(before, |_| &before[..before.len() - 1]);
    let behind = quote.map_or(Some(behind), |quote| behind.strip_prefix(quote))?;
    let is_line = before.lines().next_back().is_some_and(|line| line.trim_start() == "- ");
    let (tail, below) = behind.split_once('\n').unwrap_or((behind, ""));
    let is_item = is_line && (tail.trim().is_empty() || tail.starts_with(" ") && tail.trim_start().starts_with('#'));
    let behind = if is_item { below } else { behind };
    let is_first = quote.is_some() && before.trim_end().ends_with(['[', '(']);
    // `[az, batchai, job]`
    let program = before.trim_end().strip_suffix(',').map(str::trim_end).filter(|_| quote.is_none());
    let is_bare = program.is_some_and(|program| program == "az" || program.ends_with("[az"));
    if !is_item && !is_first && !is_bare {
        return None;
    }
    let rest = behind.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).map(|word| word.trim_matches('-'));
    let words: Vec<&str> = rest.filter(|word| !word.is_empty()).take(2).collect();
    let is_near = behind
        .find(words.first()?)
        .is_some_and(|at| behind[..at].trim_matches([' ', '\n', '\r', ',', '"', '\'', '-']).is_empty());
    // With the program before it, it has been found by that.
    let has_program =
        before.trim_end().trim_end_matches(['(', '[', 'c', ' ', ',', '=']).ends_with(['"', '\'']) && is_first;
    (is_near && ABOUT.contains(words.first()?) && !has_program).then(|| format!("{GROUP} {}", words.join(" ")))
}

/// What the rows of the table that are packages and files name in a language: `npm:azure-arm-batchai` in JavaScript.
pub(super) fn named(text: &str, part: Span, language: Language) -> Vec<Use> {
    let mut uses = Vec::new();
    for source in concept::table().rows().flat_map(|row| &row.symbols).filter(|symbol| symbol.kind == Kind::File) {
        for source in &source.sources {
            let Some((_, name)) = source.split_once(':').filter(|(kind, _)| is_of(kind, language)) else { continue };
            uses.extend(words(text, part, name).into_iter().map(|span| found(text, part, source, span)));
        }
    }
    // The Python SDK, where another language installs it or reaches for it.
    for (symbol, name, is_here) in [
        ("pip:azure-mgmt-batchai", "azure-mgmt-batchai", is_of("pip", language)),
        ("azure.mgmt.batchai", "azure.mgmt.batchai", matches!(language, Language::R | Language::Python)),
    ] {
        let places = if is_here { words(text, part, name) } else { Vec::new() };
        uses.extend(places.into_iter().map(|span| Use { span, symbol: symbol.into(), name: name.into() }));
    }
    uses
}

/// Whether names of such a kind stand in a language.
fn is_of(kind: &str, language: Language) -> bool {
    use Language::{
        Batch, CSharp, Dockerfile, Infrastructure, Java, JavaScript, Json, Makefile, PowerShell, Shell, Xml, Yaml,
    };
    match kind {
        "arm" => matches!(language, Json | Infrastructure | Shell | PowerShell | Batch | Makefile | Yaml),
        "maven" => matches!(language, Java | Xml),
        "npm" => matches!(language, JavaScript | Json),
        "nuget" => matches!(language, CSharp | Xml | Json),
        "pip" => matches!(language, Shell | PowerShell | Batch | Makefile | Dockerfile | Yaml),
        _ => false,
    }
}

/// A name with what belongs to it: the type behind `Microsoft.BatchAI/`, the namespace behind a package.
fn found(text: &str, part: Span, symbol: &str, span: Span) -> Use {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '/' || c == '.';
    let rest = &text[span.end..part.end];
    let length = if rest.starts_with(['/', '.']) { rest.find(|c| !is_inside(c)).unwrap_or(rest.len()) } else { 0 };
    let more = rest[..length].trim_end_matches(['/', '.']).len();
    let span = Span::new(span.start, span.end + more);
    Use { span, symbol: symbol.to_owned(), name: span.of(text).to_owned() }
}

/// Where a name stands as a word of its own, in any case.
pub(super) fn words(text: &str, part: Span, name: &str) -> Vec<Span> {
    let lower = part.of(text).to_ascii_lowercase();
    let is_inside = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let places = lower.match_indices(&name.to_ascii_lowercase()).map(|(at, _)| at).collect::<Vec<_>>();
    let whole = places.into_iter().filter(|at| {
        let before = lower[..*at].chars().next_back();
        !before.is_some_and(|c| is_inside(c) || ".@/".contains(c)) && !lower[at + name.len()..].starts_with(is_inside)
    });
    whole.map(|at| Span::new(part.start + at, part.start + at + name.len())).collect()
}
