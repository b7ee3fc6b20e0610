//! What holds for every file: sources of any bytes, notebooks in any style, edits at any place.

use bai2aml::source::{Kind, Source};
use bai2aml::text::{Edit, Span};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

/// How a notebook is written.
#[derive(Debug, Clone)]
struct Style {
    indent: Option<&'static str>,
    /// Between the members of lists and objects, where there is no indentation.
    comma: &'static str,
    newline: &'static str,
    ascii: bool,
    /// Spells some characters as no writer does.
    odd: bool,
    bom: bool,
    worksheets: bool,
    final_newline: bool,
    reversed: bool,
    twice: bool,
}

#[derive(Debug, Clone)]
struct Cell {
    code: bool,
    list: bool,
    text: String,
}

fn styles() -> impl Strategy<Value = Style> {
    let flags =
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let layout = (select(vec![None, Some(""), Some(" "), Some("  "), Some("\t")]), select(vec![",", ", "]));
    (layout, select(vec!["\n", "\r\n"]), flags).prop_map(|((indent, comma), newline, flags)| {
        let (ascii, odd, bom, worksheets, final_newline, reversed, twice) = flags;
        Style { indent, comma, newline, ascii, odd, bom, worksheets, final_newline, reversed, twice }
    })
}

fn texts(newline: &'static str) -> impl Strategy<Value = String> {
    let word =
        select(vec!["a", "b = 1", " ", "é", "\u{1F600}", "\\", "\"", "\\n", "/", "\t", "\u{7f}", "\u{1}", "%%time"]);
    prop::collection::vec(prop_oneof![3 => word, 2 => Just(newline)], 0..12).prop_map(|words| words.concat())
}

fn cells(newline: &'static str) -> impl Strategy<Value = Vec<Cell>> {
    let cell = (prop::bool::weighted(0.8), any::<bool>(), texts(newline));
    let cell = cell.prop_map(|(code, list, text)| Cell { code, list, text });
    prop::collection::vec(cell, 0..6).prop_map(move |mut cells| {
        // A list of two lines shows the style of lists and of line endings.
        cells.insert(0, Cell { code: true, list: true, text: format!("1{newline}2") });
        cells
    })
}

impl Style {
    fn string(&self, text: &str) -> String {
        let spelled = text.chars().enumerate().map(|(at, c)| match c {
            c if self.odd && at % 3 == 1 => units(c).map(|unit| format!("\\u{unit:04X}")).collect(),
            '/' if self.odd => "\\/".into(),
            c if self.ascii && c > '~' => units(c).map(|unit| format!("\\u{unit:04x}")).collect(),
            c => {
                let quoted = serde_json::to_string(&c).expect("a string");
                quoted[1..quoted.len() - 1].to_string()
            }
        });
        format!("\"{}\"", spelled.collect::<String>())
    }

    fn group(&self, [open, close]: [char; 2], members: Vec<String>, depth: usize) -> String {
        if members.is_empty() {
            return format!("{open}{close}");
        }
        let Some(indent) = self.indent else { return format!("{open}{}{close}", members.join(self.comma)) };
        let line = |depth: usize| format!("{}{}", self.newline, indent.repeat(depth));
        format!("{open}{}{}{}{close}", line(depth + 1), members.join(&format!(",{}", line(depth + 1))), line(depth))
    }

    fn object(&self, mut members: Vec<(&str, String)>, depth: usize) -> String {
        if self.twice {
            members.insert(0, (members[0].0, "[{\"source\": [\"decoy\\n\"]}]".into()));
        }
        let mut members: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        if self.reversed && !self.twice {
            members.reverse();
        }
        self.group(['{', '}'], members, depth)
    }

    fn source(&self, cell: &Cell, depth: usize) -> String {
        if cell.list {
            let lines = cell.text.split_inclusive('\n').map(|line| self.string(line)).collect();
            return self.group(['[', ']'], lines, depth);
        }
        self.string(&cell.text)
    }

    fn cell(&self, cell: &Cell, depth: usize) -> String {
        let key = if self.worksheets && cell.code { "input" } else { "source" };
        let kind = if cell.code { "\"code\"" } else { "\"markdown\"" };
        let outputs = self.group(
            ['[', ']'],
            vec!["{\"source\": [\"é\u{1b}\"], \"x\": 1.50}".replace('\u{1b}', "\\u001b")],
            depth + 1,
        );
        let outputs = if self.ascii { outputs.replace('é', "\\u00e9") } else { outputs };
        let members = vec![(key, self.source(cell, depth + 1)), ("cell_type", kind.into()), ("outputs", outputs)];
        self.object(members, depth)
    }

    fn notebook(&self, cells: &[Cell]) -> Vec<u8> {
        let depth = if self.worksheets { 4 } else { 2 };
        let list = self.group(['[', ']'], cells.iter().map(|cell| self.cell(cell, depth)).collect(), depth - 1);
        let member = if self.worksheets {
            let sheet = self.object(vec![("cells", list)], 2);
            ("worksheets", self.group(['[', ']'], vec![sheet], 1))
        } else {
            ("cells", list)
        };
        let file = self.object(vec![member, ("nbformat", "4".into())], 0);
        let end = if self.final_newline { self.newline } else { "" };
        format!("{}{file}{end}", if self.bom { "\u{feff}" } else { "" }).into_bytes()
    }
}

fn units(c: char) -> impl Iterator<Item = u16> {
    c.encode_utf16(&mut [0; 2]).to_vec().into_iter()
}

/// The next place at or before an offset that splits neither a character nor a line ending.
fn place(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at }
}

/// Disjoint edits of a text, each within one of the ranges, from arbitrary numbers.
fn place_edits(text: &str, ranges: &[Span], wishes: &[(u16, u16, String)]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (at, len, new) in wishes {
        let Some(range) = ranges.get(usize::from(*at) % ranges.len().max(1)) else { break };
        let start = place(text, range.start + usize::from(*at) / 7 % (range.end - range.start + 1));
        let end = place(text, (start + usize::from(*len) % 9).min(range.end));
        // What is inserted at the end of a cell would belong to the next one.
        let is_next = start == range.end && range.end < text.len();
        let span = Span::new(start, end);
        if !is_next && edits.iter().all(|edit| edit.span.end < start || end < edit.span.start) {
            edits.push(Edit { span, text: new.clone() });
        }
    }
    edits
}

/// A cell's text after edits of the program text, by another way than the program's: on a cell with its line ending.
fn edit_cell(text: &str, span: Span, edits: &[Edit], newline: &str) -> String {
    let is_added = !text.ends_with('\n');
    let mut here: Vec<_> =
        edits.iter().filter(|edit| span.start <= edit.span.start && edit.span.end <= span.end).collect();
    here.retain(|edit| edit.span.start < span.end || edit.span.end > edit.span.start || span.end == edit.span.end);
    here.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let is_touched = here.iter().any(|edit| edit.span.end > span.start + text.len());
    let mut out = if is_added { format!("{text}{newline}") } else { text.into() };
    let end = span.end;
    for edit in here {
        // In `out` the added line ending may be longer than in the program text.
        let to_out = |at: usize| if is_added && at == end { text.len() + newline.len() } else { at - span.start };
        out.replace_range(to_out(edit.span.start)..to_out(edit.span.end), &edit.text.replace('\n', newline));
    }
    match (is_added, is_touched) {
        (true, true) => ["\r\n", "\n", ""].iter().find_map(|end| out.strip_suffix(end)).unwrap_or_default().into(),
        (true, false) => out.strip_suffix(newline).expect("the added one").into(),
        _ => out,
    }
}

fn wishes() -> impl Strategy<Value = Vec<(u16, u16, String)>> {
    prop::collection::vec((any::<u16>(), any::<u16>(), texts("\n")), 0..6)
}

fn check_notebook(style: &Style, cells: &[Cell], wishes: &[(u16, u16, String)]) -> TestCaseResult {
    let bytes = style.notebook(cells);
    let source = Source::read("a.ipynb", bytes.clone()).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
    prop_assert_eq!(source.kind(), Kind::Notebook);
    prop_assert_eq!(source.bytes(), &bytes);
    prop_assert_eq!(source.apply(&[]).expect("nothing to do"), bytes);
    let code: Vec<_> = cells.iter().filter(|cell| cell.code).collect();
    let read: Vec<_> = source.cells().iter().map(|cell| cell.text.to_string()).collect();
    prop_assert_eq!(read, code.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>());

    let ranges: Vec<_> = source.cells().iter().map(|cell| cell.span).collect();
    let edits = place_edits(source.text(), &ranges, wishes);
    let after = source.apply(&edits).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
    let mut spans = ranges.iter();
    let mut expected = cells.to_vec();
    for cell in expected.iter_mut().filter(|cell| cell.code) {
        let span = *spans.next().expect("as many spans as cells");
        let is_last = span.end == source.text().len();
        let mine: Vec<_> = edits.iter().filter(|e| is_last || e.span.start < span.end).cloned().collect();
        cell.text = edit_cell(&cell.text, span, &mine, style.newline);
    }
    if !style.odd {
        let written = style.notebook(&expected);
        prop_assert_eq!(String::from_utf8_lossy(&after), String::from_utf8_lossy(&written), "{:?}", edits);
    }
    let mut rest = String::from_utf8(after.clone()).expect("UTF-8");
    let is_far = |span: &Span| edits.iter().all(|edit| edit.span.end < span.start || span.end < edit.span.start);
    for (cell, _) in code.iter().zip(&ranges).filter(|(_, span)| is_far(span)) {
        let written = style.cell(cell, if style.worksheets { 4 } else { 2 });
        let at = rest.find(&written).ok_or_else(|| TestCaseError::fail(format!("lost {cell:?}")))?;
        rest.drain(..at + written.len());
    }
    let again = Source::read("a.ipynb", after).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
    let read: Vec<_> = again.cells().iter().map(|cell| cell.text.to_string()).collect();
    let expected: Vec<_> = expected.into_iter().filter(|cell| cell.code).map(|cell| cell.text).collect();
    prop_assert_eq!(read, expected, "{:?}", edits);
    Ok(())
}

proptest! {
    #[test]
    fn a_notebook_is_written_as_if_it_had_been_typed(
        (style, cells) in styles().prop_flat_map(|style| { let newline = style.newline; (Just(style), cells(newline)) }),
        wishes in wishes(),
    ) {
        check_notebook(&style, &cells, &wishes)?;
    }

    #[test]
    fn a_list_need_not_be_one_of_lines(
        style in styles(),
        items in prop::collection::vec(texts("\n"), 0..5),
        wishes in wishes(),
    ) {
        let spelled = items.iter().map(|item| style.string(item)).collect();
        let file = format!(r#"{{"cells": [{{"cell_type": "code", "source": {}}}]}}"#, style.group(['[', ']'], spelled, 0));
        let source = Source::read("a.ipynb", file.clone().into_bytes()).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
        let span = Span::new(0, source.text().len());
        let edits = place_edits(source.text(), &[span], &wishes);
        let after = source.apply(&edits).expect("edits fit");
        let expected = edit_cell(&items.concat(), span, &edits, "\n");
        let again = Source::read("a.ipynb", after.clone()).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
        prop_assert_eq!(again.cells()[0].text, &expected, "{:?}", edits);

        // What comes before the first edit and after the last one is spelled and divided as it was.
        let after = String::from_utf8(after).expect("UTF-8");
        let Some(first) = edits.iter().map(|edit| edit.span.start.min(source.cells()[0].text.len())).min() else { return Ok(()) };
        let last = edits.iter().map(|edit| edit.span.end).max().unwrap_or_default();
        let ends = items.iter().scan(0, |end, item| { *end += item.len(); Some(*end) });
        let ends: Vec<_> = ends.collect();
        let kept = ends.iter().take_while(|end| **end < first).count();
        prop_assert!(kept == 0 || after.starts_with(&file[..strings(&file)[kept - 1].1]), "{} {:?}", after, edits);
        let kept = items.iter().zip(&ends).rev().take_while(|(item, end)| **end - item.len() > last).count();
        let all = strings(&file);
        prop_assert!(kept == 0 || after.ends_with(&file[all[all.len() - kept].0..]), "{} {:?}", after, edits);
    }

    #[test]
    fn no_bytes_and_no_edits_are_too_strange(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        edits in prop::collection::vec((0usize..70, 0usize..70), 0..4),
    ) {
        survive("a.py", bytes.clone(), &edits);
        survive("a.ipynb", bytes, &edits);
    }

    #[test]
    fn no_damage_of_a_notebook_is_too_strange(
        (style, cells) in styles().prop_flat_map(|style| { let newline = style.newline; (Just(style), cells(newline)) }),
        damage in prop::collection::vec((any::<u16>(), prop_oneof![any::<u8>(), select(b"\"\\u[]{},:dn0".to_vec())]), 1..4),
        edits in prop::collection::vec((0usize..99, 0usize..9), 0..4),
    ) {
        let mut bytes = style.notebook(&cells);
        for (at, byte) in damage {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        survive("a.ipynb", bytes.clone(), &edits);
        survive("a.py", bytes, &edits);
    }

    #[test]
    fn a_script_is_its_text(
        (newline, text) in select(vec!["\n", "\r\n", "\r"]).prop_flat_map(|newline| (Just(newline), texts(newline))),
        (coding, bom) in (select(vec!["", "# coding: utf-8", "# coding=latin-1", "# -*- coding: cp1252 -*-"]), any::<bool>()),
        wishes in wishes(),
    ) {
        let bom = bom && !coding.contains('1');
        let text = format!("{coding}{newline}{}", if coding.contains('1') { text.replace('\u{1F600}', "ü") } else { text });
        let bytes = encode(&text, bom, coding);
        let source = Source::read("a.py", bytes.clone()).map_err(|p| TestCaseError::fail(format!("{p:?}")))?;
        prop_assert_eq!(source.text(), &text);
        prop_assert_eq!(source.apply(&[]).expect("nothing to do"), bytes);
        let wishes: Vec<_> = wishes.into_iter().map(|(at, len, new)| (at, len, new.replace('\u{1F600}', "ü"))).collect();
        let edits = place_edits(&text, &[Span::new(coding.len() + newline.len(), text.len())], &wishes);
        let mut expected = text.clone();
        let mut sorted = edits.clone();
        sorted.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        for edit in sorted {
            expected.replace_range(edit.span.range(), &edit.text.replace('\n', newline));
        }
        prop_assert_eq!(source.apply(&edits).expect("edits fit"), encode(&expected, bom, coding), "{:?}", edits);
    }
}

/// Where the strings of the source stand in a file with one cell.
fn strings(file: &str) -> Vec<(usize, usize)> {
    let mut at = file.find("\"source\": ").expect("a source") + "\"source\": ".len() + 1;
    let mut out = Vec::new();
    while let Some(start) =
        file[at..].find(['"', ']']).map(|skip| at + skip).filter(|start| file[*start..].starts_with('"'))
    {
        let mut stream = serde_json::Deserializer::from_str(&file[start..]).into_iter::<String>();
        stream.next().expect("a string").expect("a string");
        at = start + stream.byte_offset();
        out.push((start, at));
    }
    out
}

fn encode(text: &str, bom: bool, coding: &str) -> Vec<u8> {
    if coding.contains('1') {
        return text.chars().map(|c| u8::try_from(c).expect("Latin-1")).collect();
    }
    format!("{}{text}", if bom { "\u{feff}" } else { "" }).into_bytes()
}

/// Reads, asks and edits; whatever comes of it is fine, except a panic.
fn survive(path: &str, bytes: Vec<u8>, edits: &[(usize, usize)]) {
    let Ok(source) = Source::read(path, bytes.clone()) else { return };
    assert_eq!(source.apply(&[]).expect("nothing to do"), bytes);
    for &(start, len) in edits {
        source.locate(start);
        let edit = |start| Edit { span: Span::new(start, start + len), text: "x\ny".into() };
        if let Ok(after) = source.apply(&[edit(start)]) {
            Source::read(path, after).expect("edits leave a readable file");
        }
        let _ = source.apply(&[edit(start), edit(start / 2)]);
    }
}
