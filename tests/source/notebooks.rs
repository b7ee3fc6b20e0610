//! Notebooks by example.

use bai2aml::source::Kind;
use bai2aml::text::{Edit, Span};

use super::{edited, problem, read};

/// A notebook of code cells, with sources as given in JSON.
pub fn notebook(sources: &[&str]) -> String {
    let cells = sources.iter().map(|s| format!(r#"{{"cell_type": "code", "source": {s}, "outputs": []}}"#));
    format!(r#"{{"nbformat": 4, "cells": [{}]}}"#, cells.collect::<Vec<_>>().join(", "))
}

/// The JSON of the one source in a notebook of [`notebook`] after the edits.
fn edited_source(source: &str, edits: &[(&str, &str)]) -> String {
    let before = notebook(&[source]);
    let (head, tail) = before.split_once(source).expect("the source");
    let after = edited("a.ipynb", &before, edits);
    after.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)).expect("the rest is as before").into()
}

#[test]
fn a_changed_line_of_a_list_changes_alone() {
    let list = "[\n    \"a = 1\\n\",\n \"b\\u0020= 2\\n\" ,\n\"c = 3\"]";
    assert_eq!(edited_source(list, &[("3", "4")]), list.replace("c = 3", "c = 4"));
    assert_eq!(edited_source(list, &[("b", "x")]), list.replace("b\\u", "x\\u"));
    assert_eq!(edited_source(list, &[("a = 1", "a = 1"), ("|b", "")]), list);
}

#[test]
fn lines_come_and_go() {
    let list = r#"["a\n", "b\n", "c"]"#;
    for (edits, expected) in [
        (&[("|b", "x\n")][..], r#"["a\n", "x\n", "b\n", "c"]"#),
        (&[("b\n", "")], r#"["a\n", "c"]"#),
        (&[("b\n", "x\ny\n")], r#"["a\n", "x\n", "y\n", "c"]"#),
        (&[("b\n", "x")], r#"["a\n", "xc"]"#),
        (&[("b\nc\n", "")], r#"["a"]"#),
        (&[("c\n", "")], r#"["a\n", "b"]"#),
        (&[("\nc", "")], r#"["a\n", "b"]"#),
        (&[("c\n", "x\n")], r#"["a\n", "b\n", "x"]"#),
        (&[("c\n", "x\ny\n")], r#"["a\n", "b\n", "x\n", "y"]"#),
        (&[("c|", "\nx")], r#"["a\n", "b\n", "c\n", "x"]"#),
        (&[("c\n|", "x\n")], r#"["a\n", "b\n", "c\n", "x"]"#),
        (&[("a\nb\nc\n", "")], "[]"),
        (&[("a\nb\nc", "")], "[]"),
        (&[("a\nb\nc\n", "x")], r#"["x"]"#),
        (&[("a", "x"), ("\nb", "y"), ("c", "z")], r#"["xy\n", "z"]"#),
        (&[("|a", "x"), ("|b", "y"), ("c|", "z")], r#"["xa\n", "yb\n", "cz"]"#),
    ] {
        assert_eq!(edited_source(list, edits), expected, "{edits:?}");
    }
}

#[test]
fn the_first_lines_of_a_notebook_look_like_its_others() {
    let wide = "[\n  \"a\"\n ]";
    assert_eq!(edited_source(wide, &[("|a", "x\n")]), "[\n  \"x\\n\",\n  \"a\"\n ]");
    assert_eq!(edited_source("[]", &[("|\n", "x\ny")]), r#"["x\n", "y"]"#);
    let file = notebook(&["[]", r#"["b"]"#, "[ \"a\\n\",\"b\" ]"]);
    assert!(edited("a.ipynb", &file, &[("|\nb", "x\ny")]).contains("[ \"x\\n\",\"y\" ]"));
    assert!(edited("a.ipynb", &file, &[("b|", "\ny")]).contains("[\"b\\n\",\"y\"]"));
}

#[test]
fn one_string_stays_one_string() {
    let string = r#""a\n\u0062\nc""#;
    assert_eq!(edited_source(string, &[("c\n", "x\ny\n")]), r#""a\n\u0062\nx\ny""#);
    assert_eq!(edited_source(string, &[("a\nb\nc", "")]), r#""""#);
}

#[test]
fn ascii_files_stay_ascii() {
    let list = r#"["é = '\\u'\n", "b = 2"]"#;
    assert_eq!(edited_source(list, &[("2", "'ü\u{1F600}'")]), list.replace('2', "'ü\u{1F600}'"));
    let list = r#"["\u00E9 = '\ud83d\ude00'\n", "b = 2"]"#;
    assert_eq!(edited_source(list, &[("2", "'ü\u{1F600}'")]), list.replace('2', r"'\u00fc\ud83d\ude00'"));
    assert_eq!(edited_source(list, &[("'\n", "\"\\\t\n")]), list.replace(r"'\n", r#"\"\\\t\n"#));
}

#[test]
fn only_python_cells_are_units() {
    let source = read("a.ipynb", notebook(&[r#""a""#, r#""%%bash\nb""#, r#""\n  %%time\n\n  c\n  d\n""#, r#"[]"#]));
    assert_eq!(source.kind(), Kind::Notebook);
    assert_eq!(source.text(), "a\n%%bash\nb\n\n  %%time\n\n  c\n  d\n\n");
    let units: Vec<_> = source.units().iter().map(|u| (u.cell, u.span.of(source.text()), u.indent)).collect();
    assert_eq!(units, [(Some(0), "a\n", 0), (Some(2), "\n  c\n  d\n", 2), (Some(3), "\n", 0)]);
    let at = source.locate(source.text().find('d').expect("d"));
    assert_eq!((at.cell, at.line, at.column), (Some(2), 5, 3));
}

fn units(file: &str) -> Vec<(Option<usize>, String)> {
    let source = read("a.ipynb", file);
    source.units().iter().map(|unit| (unit.cell, unit.span.of(source.text()).into())).collect()
}

#[test]
fn old_notebooks_have_worksheets() {
    let file = r#"{"worksheets": [
        {"cells": [{"cell_type": "heading", "source": ["a"]}, {"cell_type": "code", "language": "python", "input": "b"}]},
        {"cells": [{"cell_type": "code", "language": "ruby", "input": ["c"]}, {"cell_type": "code", "input": ["d"]}]}
    ], "nbformat": 3, "metadata": {"name": ""}}"#;
    assert_eq!(units(file), [(Some(1), "b\n".into()), (Some(3), "d\n".into())]);
    assert_eq!(read("a.IPYNB", file).text(), "b\nc\nd\n");
    assert_eq!(edited("a.ipynb", file, &[("d", "e")]), file.replace("[\"d\"]", "[\"e\"]"));
}

#[test]
fn other_languages_have_no_units() {
    let with = |metadata: &str| notebook(&["\"a\""]).replacen('{', &format!("{{\"metadata\": {metadata}, "), 1);
    for (metadata, count) in [
        ("{}", 1),
        ("7", 1),
        (r#"{"kernelspec": {"name": "python3", "display_name": "x"}}"#, 1),
        (r#"{"kernelspec": {"language": "Python"}}"#, 1),
        (r#"{"kernelspec": {"language": "python"}, "language_info": {"name": "pyspark"}}"#, 1),
        (r#"{"language_info": {"name": "ipython"}}"#, 1),
        (r#"{"kernelspec": {"language": "R"}}"#, 0),
        (r#"{"language_info": {"name": "scala"}}"#, 0),
    ] {
        assert_eq!(units(&with(metadata)).len(), count, "{metadata}");
    }
    let file =
        r#"{"cells": [{"cell_type": "code", "source": "a", "metadata": {"vscode": {"languageId": "shellscript"}}}]}"#;
    assert_eq!(units(file), []);
    assert_eq!(read("a.ipynb", file).cells()[0].text, "a");
}

#[test]
fn magics_decide_about_a_cell() {
    for (cell, unit) in [
        ("%%capture out\\nx", Some("x\n")),
        ("%%time\\n%%bash\\nx", None),
        ("%%time\\n%%prun -l 3\\n x", Some(" x\n")),
        ("%%time\\r\\nx", Some("x\n")),
        ("%%time", None),
        ("%% time\\nx", None),
        ("%%timeit?", None),
        ("# x\\n%%bash", Some("# x\n%%bash\n")),
        ("%time x", Some("%time x\n")),
        ("!az x", Some("!az x\n")),
        ("%%writefile a.py\\nx", None),
    ] {
        let found: Vec<_> = units(&notebook(&[&format!("\"{cell}\"")])).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, unit.into_iter().collect::<Vec<_>>(), "{cell}");
    }
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    let file =
        r#"{"cells": 1, "cells": [{"source": "x", "cell_type": "raw", "cell_type": "code", "so\u0075rce": "a"}]}"#;
    assert_eq!(edited("a.ipynb", file, &[("a", "b")]), file.replace("\"a\"", "\"b\""));
}

#[test]
fn an_edit_stays_in_its_cell() {
    let source = read("a.ipynb", notebook(&[r#""a""#, r#""b""#]));
    let apply = |start, end| {
        source.apply(&[Edit { span: Span { start, end }, text: "x\n".into() }]).map_err(|problem| problem.message)
    };
    assert_eq!(apply(0, 3).unwrap_err(), "internal error: the edit at 0..3 crosses two cells");
    assert_eq!(apply(2, 2), Ok(notebook(&[r#""a""#, r#""x\nb""#]).into_bytes()));
    assert_eq!(apply(1, 2), Ok(notebook(&[r#""ax""#, r#""b""#]).into_bytes()));
    let empty = read("a.ipynb", notebook(&[]));
    assert_eq!(empty.text(), "");
    assert_eq!((empty.locate(0).cell, empty.locate(5).line), (None, 1));
    let message = empty.apply(&[Edit { span: Span::new(0, 0), text: "x".into() }]).unwrap_err().message;
    assert_eq!(message, "internal error: an edit outside all cells");
}

#[test]
fn data_that_has_cells_of_its_own_is_no_notebook() {
    let is_notebook = |text: &str| bai2aml::source::Source::read("a.py", text.into()).is_err();
    for text in [
        r#"{"cells": [{"cell_type": "code", "source": []}]}"#,
        r#"{"cells": [], "nbformat": 4}"#,
        r#"{"worksheets": [{"cells": []}]}"#,
    ] {
        assert!(is_notebook(text), "{text}");
    }
    for text in [r#"{"cells": []}"#, r#"{"cells": [{"name": "A1"}]}"#, r#"{"worksheets": [1]}"#, r#"{"cells": 1}"#] {
        assert!(!is_notebook(text), "{text}");
    }
}

#[test]
fn what_is_no_notebook_is_a_problem() {
    let not_json = "this is not JSON, as a notebook has to be:";
    for (file, expected) in [
        ("", format!("1:1: {not_json} EOF while parsing a value")),
        ("{\n<<<<<<< HEAD", format!("2:1: {not_json} key must be a string")),
        ("{} x", format!("1:4: {not_json} trailing characters")),
        ("[]", "this is JSON, but no notebook: it has no list of `cells`".into()),
        (r#"{"cells": {}}"#, "this is JSON, but no notebook: it has no list of `cells`".into()),
        (r#"{"worksheets": [1]}"#, "this is JSON, but no notebook: it has no list of `cells`".into()),
        (r#"{"cells": [1]}"#, "cell 0: this cell cannot be read: it is no object".into()),
        (r#"{"cells": [{}]}"#, "cell 0: this cell cannot be read: it has no `cell_type`".into()),
        (r#"{"cells": [{"cell_type": "code"}]}"#, "cell 0: this cell cannot be read: it has no `source`".into()),
    ] {
        assert_eq!(problem("a.ipynb", file), expected, "{file}");
    }
    let broken = |source: &str| problem("a.ipynb", notebook(&["\"\"", source]));
    assert_eq!(broken("[1]"), "cell 1: this cell cannot be read: its source is neither a string nor a list of strings");
    assert_eq!(broken(r#""\ud800""#), "cell 1: this cell cannot be read: its source holds half of a surrogate pair");
    assert_eq!(broken(r#""\u0000""#), "cell 1: this cell cannot be read: its source holds NUL");
    assert_eq!(problem("a.ipynb", *b"{\n\xFF"), "2:1: byte 2 (0xFF) is not UTF-8, which a notebook has to be");
}
