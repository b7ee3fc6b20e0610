//! Where command lines stand in a file: the whole of a script, the recipes of a makefile, the steps of a pipeline, the
//! blocks of a document, lines and cells of a notebook.

use super::list::{self, List};
use super::pasted::{self, Pasted};
use crate::estate::{Part, language, parts};
use crate::manifest::shell_regions;
use crate::shell::Dialect;
use crate::source::{Kind, Language, Source};
use crate::syntax::Ast;
use crate::text::{Span, line_begin};

/// A part of a text that a shell reads.
#[derive(Clone, Copy)]
pub(super) struct Region {
    pub span: Span,
    /// What an edit may touch: a cell, a block, the file.
    pub whole: Span,
    pub dialect: Dialect,
    /// Whether commands can be put on lines of their own.
    pub lines: bool,
    pub comments: Comments,
    /// Whether a variable of another language keeps the output.
    pub is_kept: bool,
    /// Whether it is read in words; otherwise what is found in it is left to a person.
    pub is_read: bool,
    /// Whether it is a value of YAML without quotes, in which `: ` and ` #` mean something.
    pub is_plain: bool,
    /// Whether its lines are one line to the shell.
    pub is_folded: bool,
    /// Whether no second command can stand beside one, for no shell is there to run it.
    pub is_single: bool,
    /// The quotes that it stands in, in a string of another language: neither they nor a backslash can be in it.
    pub quote: Option<char>,
    /// Whether `%s` and its like stand for values in it, in their order.
    pub is_format: bool,
    /// Whether it is put together from strings and values.
    pub pasted: Option<Pasted>,
    /// Whether it is a list of words.
    pub list: Option<List>,
    /// What its comments are written in.
    pub language: Language,
}

impl Region {
    /// A script, which is read whole and line by line.
    fn script(span: Span, dialect: Dialect, language: Language) -> Self {
        Region {
            span,
            whole: span,
            dialect,
            lines: true,
            comments: Comments::Lines,
            is_kept: false,
            is_read: true,
            is_plain: false,
            is_folded: false,
            is_single: dialect == Dialect::PowerShell,
            quote: None,
            is_format: false,
            pasted: None,
            list: None,
            language,
        }
    }

    /// A list of words, which no shell splits.
    pub fn listed(span: Span, list: List, language: Language) -> Self {
        let script = Region::script(span, Dialect::Posix, language);
        Region { lines: false, is_single: true, list: Some(list), ..script }
    }

    /// A script that is not read in words.
    fn unread(self) -> Self {
        Region { comments: Comments::Nowhere, is_read: false, ..self }
    }
}

/// A text in which the lines of a part are one line, every byte in its place.
pub(super) fn folded(text: &str, part: Span) -> String {
    let line = part.of(text).replace(['\n', '\r'], " ");
    format!("{}{line}{}", &text[..part.start], &text[part.end..])
}

/// Where comments on a command can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// Above its line.
    Lines,
    /// Above another line, which begins here.
    At(usize),
    Nowhere,
}

/// Every part of a source that a shell reads, or that may hold text for one.
pub(super) fn regions(source: &Source, ast: &Ast) -> Vec<Region> {
    let text = source.text();
    if source.kind() == Kind::Notebook {
        return in_notebook(source, ast);
    }
    let Some(language) = language(source) else { return Vec::new() };
    if matches!(source.kind(), Kind::Manifest(_)) && language != Language::Yaml {
        return Vec::new();
    }
    let is_document = language == Language::Markdown;
    parts(text, language).iter().flat_map(|part| of_part(text, part, is_document)).collect()
}

fn of_part(text: &str, part: &Part, is_document: bool) -> Vec<Region> {
    let script = |dialect| Region::script(part.span, dialect, part.language);
    match part.language {
        Language::Shell if is_document => vec![script(Dialect::Document)],
        Language::Shell => vec![script(Dialect::Posix)],
        Language::PowerShell => vec![script(Dialect::PowerShell)],
        Language::Makefile => recipes(text, part),
        Language::Dockerfile => instructions(text, part),
        Language::Yaml => steps(text, part),
        Language::R => in_strings(text, part, &["system(", "system(sprintf("]),
        Language::Batch => batch_lines(text, part),
        language if language.has_commands() => vec![script(Dialect::Posix).unread()],
        _ => Vec::new(),
    }
}

/// The lines of a batch file, with those that `^` joins to them. They are not read, but have comments.
fn batch_lines(text: &str, part: &Part) -> Vec<Region> {
    let lines = joined_lines(text, part.span, '^').into_iter().map(|line| Region {
        span: line,
        lines: false,
        is_read: false,
        comments: Comments::At(line.start),
        ..Region::script(part.span, Dialect::Posix, part.language)
    });
    lines.collect()
}

/// Strings without escapes that are handed to a shell at once, and the whole for what stands elsewhere.
fn in_strings(text: &str, part: &Part, calls: &[&str]) -> Vec<Region> {
    let whole = Region { lines: false, is_read: false, ..Region::script(part.span, Dialect::Posix, part.language) };
    let mut strings = Vec::new();
    for (at, call) in calls.iter().flat_map(|call| part.span.of(text).match_indices(call)) {
        let start = part.span.start + at + call.len();
        let Some(quote) = text[start..part.span.end].chars().next().filter(|c| ['"', '\''].contains(c)) else {
            continue;
        };
        let inner = &text[start + 1..part.span.end];
        let Some(end) = inner.find(quote).filter(|end| !inner[..*end].contains(['\\', '\n'])) else { continue };
        let span = Span::new(start + 1, start + 1 + end);
        let line = line_begin(text, start);
        let behind = inner[end + 1..].lines().next().unwrap_or_default();
        let is_kept = behind.contains("intern");
        let comments = Comments::At(line);
        let is_format = call.ends_with("sprintf(");
        strings.push(Region { span, comments, is_read: true, is_kept, quote: Some(quote), is_format, ..whole });
    }
    for (span, quote, pasted) in pasted::lines(text, part.span) {
        let comments = Comments::At(line_begin(text, span.start));
        // One that has a name first is run elsewhere.
        let end = text[span.end..part.span.end].find('\n').map_or(part.span.end, |newline| span.end + newline);
        let line = &text[line_begin(text, span.start)..end];
        let is_whole = line.matches('(').count() == line.matches(')').count();
        let is_run = is_whole && text[line_begin(text, span.start)..span.start].contains("system(");
        let taken = if is_run { Span::new(span.end, end) } else { part.span };
        let (quote, pasted, is_kept) = (Some(quote), Some(pasted), taken.of(text).contains("intern"));
        strings.push(Region { span, comments, is_read: true, is_kept, quote, pasted, ..whole });
    }
    strings.extend(list::in_r(text, part.span));
    strings.sort_by_key(|region| region.span);
    strings.push(whole);
    strings
}

/// Lines with those that a backslash joins to them, by their places.
fn logical_lines(text: &str, part: Span) -> Vec<Span> {
    joined_lines(text, part, '\\')
}

fn joined_lines(text: &str, part: Span, mark: char) -> Vec<Span> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (part.start, part.start);
    for line in part.of(text).split_inclusive('\n') {
        at += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with(mark) {
            lines.push(Span::new(start, at));
            start = at;
        }
    }
    if start < part.end {
        lines.push(Span::new(start, part.end));
    }
    lines
}

/// The lines of a makefile, each of which is a script: recipes, and in `define` what becomes one.
fn recipes(text: &str, part: &Part) -> Vec<Region> {
    let mut is_defined = false;
    let lines = logical_lines(text, part.span).into_iter().map(|line| {
        let raw = line.of(text);
        let bare = raw.trim_start();
        is_defined = (is_defined || bare.starts_with("define ")) && !bare.starts_with("endef");
        let is_recipe = raw.starts_with('\t') || is_defined && !bare.starts_with("define ");
        let lead = raw.len() - raw.trim_start_matches([' ', '\t', '@', '-', '+']).len();
        Region {
            span: Span::new(line.start + if is_recipe { lead } else { 0 }, line.end),
            comments: Comments::At(line.start),
            is_read: is_recipe,
            ..Region::script(part.span, Dialect::Make, part.language)
        }
    });
    lines.collect()
}

/// The instructions of a Dockerfile whose text is for a shell.
fn instructions(text: &str, part: &Part) -> Vec<Region> {
    let lines = logical_lines(text, part.span).into_iter().map(|line| {
        let raw = line.of(text);
        let bare = raw.trim_start();
        let word = bare.split_whitespace().next().unwrap_or_default();
        let rest = bare[word.len()..].trim_start();
        let start = line.end - rest.len();
        let exec = list::flow(text, Span::new(start, line.end)).filter(|_| !bare.starts_with('#'));
        if let Some(span) = exec {
            let comments = Comments::At(line.start);
            return Region { comments, ..Region::listed(span, List::Flow, part.language) };
        }
        if let Some((span, quote)) = list::line_of_shell(text, Span::new(start, line.end)) {
            let comments = Comments::At(line.start);
            let script = Region::script(part.span, Dialect::Posix, part.language);
            return Region { span, lines: false, comments, quote: Some(quote), ..script };
        }
        let is_shell = ["RUN", "CMD", "ENTRYPOINT"].iter().any(|name| word.eq_ignore_ascii_case(name));
        let is_read = is_shell && !rest.starts_with('[') && !rest.starts_with("--");
        Region {
            span: Span::new(if is_read { start } else { line.start }, line.end),
            lines: false,
            comments: Comments::At(line.start),
            is_read,
            ..Region::script(part.span, Dialect::Posix, part.language)
        }
    });
    lines.collect()
}

/// The values of YAML: blocks that keep their lines are scripts, and so is a value on one line.
fn steps(text: &str, part: &Part) -> Vec<Region> {
    let mut regions = Vec::new();
    let (mut at, end) = (part.span.start, part.span.end);
    while at < end {
        let line = &text[at..end];
        let line = &line[..line.find('\n').map_or(line.len(), |newline| newline + 1)];
        let next = at + line.len();
        let (indent, value) = value(line);
        let block = value.filter(|value| line[*value..].trim().starts_with(['|', '>']));
        let body = Span::new(next, block_end(text, next, end, indent));
        let region = |span, lines, is_read, comments, is_plain| Region {
            span,
            lines,
            comments,
            is_read,
            is_plain,
            ..Region::script(part.span, Dialect::Posix, part.language)
        };
        if let Some(block) = block {
            // Lines of a folded block are one line to the shell, comments and all.
            let head = line[block..].trim();
            let is_script = head.starts_with('|');
            if is_script {
                regions.push(Region { whole: body, ..region(body, true, true, Comments::Lines, false) });
            } else {
                let inner = trimmed(text, body);
                let is_folded = [">", ">-", ">+"].contains(&head) && is_one_line(text, body);
                let folded = region(inner, false, is_folded, Comments::At(at), false);
                regions.push(Region { whole: body, is_folded, ..folded });
            }
            at = body.end;
            continue;
        }
        let start = at + value.unwrap_or(indent);
        if let Some((one, end)) = enclosed(text, part, at, value.map(|_| start), Span::new(next, end)) {
            regions.push(one);
            at = end;
            continue;
        }
        if value.is_some() && body.end > body.start && !text[start..next].trim().is_empty() {
            // A value without quotes goes on in the lines below that stand further in.
            let is_bare = !text[start..next].starts_with(['"', '\'', '[', '{', '#', '&', '*', '!', '%', '@', '`']);
            let all = trimmed(text, Span::new(start, body.end));
            let has_keys =
                body.of(text).lines().any(|line| self::value(line).1.is_some() || line.trim_end().ends_with(':'));
            if is_bare && !has_keys && is_one_line(text, body) && !all.of(text).contains(" #") {
                let folded = region(all, false, true, Comments::At(at), true);
                regions.push(Region { is_folded: true, ..folded });
                at = body.end;
                continue;
            }
        }
        let is_one = !text[start..next].starts_with(['"', '\'', '[', '{', '#']) && body.start == body.end;
        regions.push(region(Span::new(start, next), false, is_one && value.is_some(), Comments::At(at), true));
        at = next;
    }
    regions
}

/// A command line in quotes or brackets, or as a list of items, that begins in a line of YAML, whose value begins at a place;
/// and where what follows begins. `rest` is what stands below the line.
fn enclosed(text: &str, part: &Part, line: usize, value: Option<usize>, rest: Span) -> Option<(Region, usize)> {
    let comments = Comments::At(line);
    let list = |span, list, end| (Region { comments, ..Region::listed(span, list, part.language) }, end);
    if let Some(span) = list::block(text, line, rest.end) {
        let behind = text[span.end..rest.end].find('\n').map_or(rest.end, |newline| span.end + newline + 1);
        return Some(list(span, List::Block, behind));
    }
    let value = Span::new(value?, rest.start);
    if let Some(span) = list::flow(text, value) {
        return Some(list(span, List::Flow, rest.start));
    }
    let (span, quote) = list::line_of_shell(text, value).or_else(|| quoted(text, value))?;
    let script = Region::script(part.span, Dialect::Posix, part.language);
    Some((Region { span, lines: false, comments, quote: Some(quote), ..script }, rest.start))
}

/// What stands in the quotes of a value on one line, with a comment behind it or none, if that is what a shell gets.
fn quoted(text: &str, value: Span) -> Option<(Span, char)> {
    let whole = trimmed(text, value);
    let quote = whole.of(text).chars().next().filter(|c| ['"', '\''].contains(c))?;
    let (inner, rest) = whole.of(text)[1..].split_once(quote)?;
    let is_end = rest.trim().is_empty() || rest.starts_with(' ') && rest.trim_start().starts_with('#');
    (is_end && !inner.contains('\\')).then(|| (Span::new(whole.start + 1, whole.start + 1 + inner.len()), quote))
}

/// A part without the white space around it.
pub(super) fn trimmed(text: &str, part: Span) -> Span {
    let inner = part.of(text);
    let start = part.start + inner.len() - inner.trim_start().len();
    Span::new(start, start + inner.trim().len())
}

/// Whether lines are one to a reader of YAML, and hold no comment of the shell: none is empty, none stands further in.
fn is_one_line(text: &str, body: Span) -> bool {
    let lines = body.of(text).trim_end().lines();
    let mut indents = lines.map(|line| if line.trim().is_empty() { usize::MAX } else { indent(line) });
    let first = indents.next();
    indents.all(|indent| Some(indent) == first) && !body.of(text).contains(" #")
}

/// The column of the key of a line, and where its value begins, behind `- ` and `key: `.
fn value(line: &str) -> (usize, Option<usize>) {
    let mut at = indent(line);
    let (mut is_item, mut column) = (false, at);
    while let Some(rest) = line[at..].strip_prefix("- ") {
        column = at;
        at = line.len() - rest.trim_start().len();
        is_item = true;
    }
    let is_key = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let key = line[at..].find(|c| !is_key(c)).filter(|key| *key > 0 && line[at + key..].starts_with(": "));
    match key {
        Some(key) => (at, Some(line.len() - line[at + key + 2..].trim_start().len())),
        None => (column, is_item.then_some(at)),
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The end of the lines that stand further in than a line.
fn block_end(text: &str, start: usize, end: usize, indent_of_key: usize) -> usize {
    let (mut at, mut last) = (start, start);
    for line in text[start..end].split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        if indent(line) <= indent_of_key {
            break;
        }
        last = at;
    }
    last
}

fn in_notebook(source: &Source, ast: &Ast) -> Vec<Region> {
    let text = source.text();
    let cells = source.cells();
    let regions = shell_regions(source, ast).into_iter().map(|(span, in_python)| {
        let cell = cells.iter().find(|cell| cell.span.contains(span));
        let whole = cell.map_or(span, |cell| Span::new(cell.span.start, cell.span.start + cell.text.len()));
        let line = line_begin(text, span.start);
        if !in_python {
            return cell_region(text, span);
        }
        let before = text[line..span.start].trim();
        let command = span.of(text);
        let marks = command.len() - command.trim_start_matches('!').len();
        let bang = marks.max(magic(command));
        Region {
            span: Span::new(span.start + bang, span.end),
            // The lines beside another begin with their own mark.
            lines: marks > 0,
            comments: Comments::At(crate::text::line_start(text, span.start)),
            is_kept: !before.is_empty(),
            is_read: bang > 0,
            ..Region::script(whole, Dialect::Notebook, Language::Shell)
        }
    });
    regions.collect()
}

/// The length of a magic that runs the rest of its line in a shell, with the blank behind it.
fn magic(command: &str) -> usize {
    let word = command.split_whitespace().next().unwrap_or_default();
    let blank = command[word.len()..].len() - command[word.len()..].trim_start_matches([' ', '\t']).len();
    if ["%sx", "%system"].contains(&word) && command.starts_with(word) { word.len() + blank } else { 0 }
}

/// A cell for a shell, behind its magic.
fn cell_region(text: &str, span: Span) -> Region {
    let cell = span.of(text);
    let blank = cell.len() - cell.trim_start().len();
    let magic = cell[blank..].find('\n').map_or(cell.len(), |newline| blank + newline + 1);
    let word = cell[blank..].split_whitespace().next().unwrap_or_default();
    let dialect = if word == "%%powershell" { Dialect::PowerShell } else { Dialect::Posix };
    let is_read = !["%%cmd", "%%file", "%%writefile"].contains(&word) || cell[..magic].trim_end().ends_with(".sh");
    // `%%!` puts Python in, like a line does.
    let dialect = if ["%%!", "%%sx", "%%system"].contains(&word) { Dialect::Notebook } else { dialect };
    let script = Region::script(Span::new(span.start + magic, span.end), dialect, Language::Shell);
    if is_read { script } else { script.unread() }
}
