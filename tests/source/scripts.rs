//! Scripts by example, and what is refused.

use bai2aml::source::{Source, Unit};
use bai2aml::text::{Edit, Span};

use super::notebooks::notebook;
use super::{edit, problem, read};

#[test]
fn scripts_keep_encoding_mark_and_line_endings() {
    let after = |bytes: &[u8], old: &str, new: &str| {
        let source = read("a.py", bytes);
        source.apply(&[edit(&source, old, new)]).expect("edits fit")
    };
    assert_eq!(after(b"\xEF\xBB\xBFa\r\nb\r\nc\n", "b", "x\ny"), b"\xEF\xBB\xBFa\r\nx\r\ny\r\nc\n");
    assert_eq!(after(b"a\rb", "b", "x\n"), b"a\rx\r");
    assert_eq!(after(b"# coding: latin-1\n'\xE9'\n", "é", "éü"), b"# coding: latin-1\n'\xE9\xFC'\n");
    assert_eq!(
        after(b"#\n# vim: fileencoding=cp1252 :\n'\x80'\n", "€", "€–"),
        b"#\n# vim: fileencoding=cp1252 :\n'\x80\x96'\n"
    );
}

#[test]
fn what_is_no_program_is_a_problem() {
    assert_eq!(problem("a.py", *b"a\n'\xE9'"), "2:2: byte 3 (0xE9) is not UTF-8");
    assert_eq!(problem("a.py", *b"a\0b"), "1:2: byte 1 is NUL, which no Python source holds");
    assert_eq!(problem("a.py", *b"\xFF\xFEa\0"), "1:1: the file is UTF-16, which Python does not read");
    assert_eq!(
        problem("a.py", "#\n#-*-coding:koi8-r-*-"),
        "2:12: the coding line names `koi8-r-`, which `bai2aml` cannot read"
    );
    assert_eq!(problem("a.py", notebook(&[])), "this is a notebook, not a Python script");
    assert_eq!(problem("a.ipynb", "{\n1"), "2:1: this is not JSON, as a notebook has to be: key must be a string");
    assert_eq!(problem("a.ipynb", "{}"), "this is JSON, but no notebook: it has no list of `cells`");
    assert_eq!(
        problem("a.ipynb", notebook(&["3"])),
        "cell 0: this cell cannot be read: its source is neither a string nor a list of strings"
    );
}

#[test]
fn edits_do_not_split_a_line_ending() {
    let source = read("a.py", "a\r\nb\r\n");
    for (old, new, expected) in [
        ("\r|\n", " # x", "a # x\r\nb\r\n"),
        ("\r|\n", "\nx", "a\r\nx\r\nb\r\n"),
        ("\n", "", "ab\r\n"),
        ("a\r", "x", "x\r\nb\r\n"),
        ("a\r\nb", "a\nb", "a\r\nb\r\n"),
    ] {
        let after = source.apply(&[edit(&source, old, new)]).expect("edits fit");
        assert_eq!(String::from_utf8_lossy(&after), expected);
    }
}

#[test]
fn edits_that_do_not_fit_are_problems() {
    let source = read("a.py", "aé\n");
    let apply = |spans: &[(usize, usize)]| {
        let edits = spans.iter().map(|&(start, end)| Edit { span: Span { start, end }, text: "x".into() });
        let result = source.apply(&edits.collect::<Vec<_>>());
        result.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|problem| problem.message)
    };
    assert_eq!(apply(&[(1, 3), (0, 1), (3, 3)]).as_deref(), Ok("xxx\n"));
    assert_eq!(apply(&[(1, 3), (0, 3)]).unwrap_err(), "internal error: the edits at 0..3 and 1..3 overlap");
    assert_eq!(apply(&[(1, 2)]).unwrap_err(), "internal error: the edit at 1..2 does not fit the text");
    assert_eq!(apply(&[(4, 5)]).unwrap_err(), "internal error: the edit at 4..5 does not fit the text");
    assert_eq!(apply(&[(3, 1)]).unwrap_err(), "internal error: the edit at 3..1 does not fit the text");
}

#[test]
fn new_code_has_to_fit_the_encoding() {
    let source = read("a.py", *b"# coding: latin-1\n'\xE9'\n");
    let problem = source.apply(&[edit(&source, "é", "…")]).expect_err("a problem");
    assert_eq!(problem.message, "the new code holds `…`, which Latin-1 does not have");
    assert_eq!(problem.help, "save the file as UTF-8, and change its coding line to `utf-8`");
}

#[test]
fn a_coding_line_counts_where_python_looks() {
    let text = |bytes: &[u8]| Source::read("a.py", bytes.to_vec()).map(|s| s.text().to_string()).map_err(|p| p.message);
    let latin1 = "# coding: latin-1";
    for (before, counts) in
        [("", true), ("\r\n", true), ("# x\r", true), (" \x0c#\n", true), ("x\n", false), ("\n\n", false)]
    {
        let bytes = [before.as_bytes(), latin1.as_bytes(), b"\n\xE9"].concat();
        assert_eq!(text(&bytes).is_ok(), counts, "{before:?}");
    }
    for name in ["Latin_1", "iso-8859-1", "latin-1-unix", "L1", "cp1252", "windows-1252"] {
        assert_eq!(
            text(&[b"# -*- coding: ", name.as_bytes(), b" -*-\n\xE9"].concat()).expect(name).chars().last(),
            Some('é')
        );
    }
    for name in ["utf-8", "UTF8", "utf_8_sig", "u8", "utf-8-dos"] {
        assert!(text(format!("\u{feff}# vim: set fileencoding={name} :\né").as_bytes()).expect(name).ends_with('é'));
    }
    assert_eq!(text("# coding: ascii\né".as_bytes()).unwrap_err(), "byte 16 (0xC3) is not ASCII");
    assert_eq!(text(b"# coding: cp1252\n\x81").unwrap_err(), "byte 17 (0x81) is not Windows-1252");
    assert_eq!(
        text("\u{feff}# coding: latin-1\n".as_bytes()).unwrap_err(),
        "the file starts with a UTF-8 byte order mark, and its coding line says Latin-1"
    );
}

#[test]
fn every_byte_comes_back() {
    for (name, holes) in [("latin-1", &[][..]), ("cp1252", b"\x81\x8D\x8F\x90\x9D"), ("utf-8", &[])] {
        let high = (0x80..=0xFF).filter(|byte| name != "utf-8" && !holes.contains(byte));
        let bytes: Vec<u8> = format!("# coding: {name}\nx ").bytes().chain(1..0x80).chain(high).collect();
        let source = read("a.py", bytes.clone());
        let after = source.apply(&[edit(&source, "x", "y")]).expect("edits fit");
        assert_eq!(after.iter().zip(&bytes).filter(|(a, b)| a != b).count(), 1, "{name}");
        assert_eq!(after.len(), bytes.len());
    }
}

#[test]
fn a_script_is_one_unit() {
    let source = read("dir/a.ipy", "\u{feff}  a\nbé\rc\r\n");
    assert_eq!(source.path(), "dir/a.ipy");
    assert_eq!(source.units(), [Unit { span: Span::new(0, 11), cell: None, indent: 0 }]);
    assert!(source.cells().is_empty());
    let at = |offset| (source.locate(offset).line, source.locate(offset).column);
    assert_eq!([0, 3, 4, 7, 8, 9, 99].map(at), [(1, 1), (1, 4), (2, 1), (2, 3), (3, 1), (3, 2), (4, 1)]);
    assert_eq!(read("-", "").units().len(), 1);
}

#[test]
fn too_much_code_is_refused() {
    let most = 8 << 20;
    assert_eq!(read("a.py", vec![b'\n'; most]).text().len(), most);
    let message = "8388609 bytes of code are more than the 8388608 that `bai2aml` reads";
    assert_eq!(problem("a.py", vec![b'\n'; most + 1]), message);
    assert_eq!(problem("a.ipynb", notebook(&["\"\"", &format!("\"{}\"", "x".repeat(most - 1))])), message);
}
