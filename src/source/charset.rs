//! The encodings of Python files: the few that occur, read and written so that every byte comes back.
//!
//! PEP 263 lets a file name any codec that Python has. UTF-8, ASCII, Latin-1 and Windows-1252 are read here; another
//! one is said to be unknown, for a wrong guess would damage the file.

use super::fault::Fault;

/// How a file's characters are spelled as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Ascii,
    Latin1,
    Windows1252,
}

/// Python's names of the encodings, in lower case and without punctuation.
const NAMES: &[(&str, Charset)] = &[
    ("utf8", Charset::Utf8),
    ("utf", Charset::Utf8),
    ("u8", Charset::Utf8),
    ("utf8sig", Charset::Utf8),
    ("cp65001", Charset::Utf8),
    ("ascii", Charset::Ascii),
    ("usascii", Charset::Ascii),
    ("us", Charset::Ascii),
    ("646", Charset::Ascii),
    ("cp367", Charset::Ascii),
    ("latin1", Charset::Latin1),
    ("latin", Charset::Latin1),
    ("l1", Charset::Latin1),
    ("isolatin1", Charset::Latin1),
    ("iso88591", Charset::Latin1),
    ("88591", Charset::Latin1),
    ("8859", Charset::Latin1),
    ("cp819", Charset::Latin1),
    ("windows1252", Charset::Windows1252),
    ("cp1252", Charset::Windows1252),
    ("1252", Charset::Windows1252),
];

/// The characters of the bytes 0x80 to 0x9F in Windows-1252; NUL stands for a byte that has none.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', //
    '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

impl Charset {
    /// The encoding of a script by its coding line; UTF-8 without one.
    pub fn of(bytes: &[u8]) -> Result<Charset, Fault> {
        let Some(name) = cookie(bytes) else { return Ok(Charset::Utf8) };
        Charset::named(name).ok_or_else(|| {
            let message = format!("the coding line names `{name}`, which `bai2aml` cannot read");
            Fault::new(message, "save the file as UTF-8, and change the coding line to `utf-8`")
                .at_byte(bytes, memchr::memmem::find(bytes, name.as_bytes()).unwrap_or(0))
        })
    }

    fn named(name: &str) -> Option<Charset> {
        let name = name.to_ascii_lowercase();
        // Emacs writes the line endings into the name.
        let name = ["-unix", "-dos", "-mac"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, charset)| charset)
    }

    /// The name that Python and editors know it by.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Ascii => "ASCII",
            Charset::Latin1 => "Latin-1",
            Charset::Windows1252 => "Windows-1252",
        }
    }

    /// The text of the bytes, or the offset of the first byte that is no text.
    pub fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).map(String::from).map_err(|error| error.valid_up_to()),
            _ => bytes.iter().enumerate().map(|(at, &byte)| self.char(byte).ok_or(at)).collect(),
        }
    }

    /// The bytes of a text, or the first character that the encoding does not have.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Charset::Utf8 => Ok(text.as_bytes().to_vec()),
            _ => text.chars().map(|c| self.byte(c).ok_or(c)).collect(),
        }
    }

    fn char(self, byte: u8) -> Option<char> {
        match (self, byte) {
            (_, ..0x80) => Some(char::from(byte)),
            (Charset::Windows1252, 0x80..0xA0) => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|&c| c != '\0'),
            (Charset::Latin1 | Charset::Windows1252, _) => Some(char::from(byte)),
            _ => None,
        }
    }

    fn byte(self, c: char) -> Option<u8> {
        let high = |c| (0x80..0xA0).find(|&byte| self.char(byte) == Some(c));
        u8::try_from(c).ok().filter(|&byte| self.char(byte) == Some(c)).or_else(|| high(c))
    }
}

/// The name in a PEP 263 coding line: a comment on line 1, or on line 2 if line 1 has no code.
fn cookie(bytes: &[u8]) -> Option<&str> {
    let (first, rest) = split_line(bytes);
    let code = first.trim_ascii_start();
    let has_code = !code.is_empty() && !code.starts_with(b"#");
    cookie_in(first).or_else(|| if has_code { None } else { cookie_in(split_line(rest).0) })
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (line, rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default())
}

fn cookie_in(line: &[u8]) -> Option<&str> {
    let comment = line.trim_ascii_start().strip_prefix(b"#")?;
    memchr::memmem::find_iter(comment, "coding").find_map(|at| {
        let value = &comment[at + "coding".len()..];
        let value = value.strip_prefix(b":").or_else(|| value.strip_prefix(b"="))?.trim_ascii_start();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let end = value.iter().position(|byte| !is_name(byte)).unwrap_or(value.len());
        std::str::from_utf8(&value[..end]).ok().filter(|name| !name.is_empty())
    })
}
