//! Python files: their encoding, and edits of their text as bytes.

use super::charset::Charset;
use super::edits::splice;
use super::fault::Fault;
use super::newline::Newline;
use super::{MAX_TEXT, notebook};
use crate::text::Edit;

/// The byte order mark that some editors put before UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

const UTF_16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

/// What it takes to write a script's text as the file spells it.
#[derive(Debug)]
pub(super) struct Script {
    charset: Charset,
    bom: bool,
    newline: Newline,
}

impl Script {
    /// Reads a script's bytes: what it is, and its text.
    pub fn read(bytes: &[u8]) -> Result<(Script, String), Fault> {
        check_size(bytes.len())?;
        check_bytes(bytes)?;
        if notebook::looks_like(bytes) {
            let message = "this is a notebook, not a Python script";
            return Err(Fault::new(message, "rename the file so that it ends in `.ipynb`"));
        }
        let (bom, body) = strip_bom(bytes);
        let charset = Charset::of(body)?;
        if bom && charset != Charset::Utf8 {
            let message =
                format!("the file starts with a UTF-8 byte order mark, and its coding line says {}", charset.name());
            return Err(Fault::new(message, "remove the one that is wrong").at(1, 1));
        }
        let text = charset.decode(body).map_err(|at| not_text(charset, bytes, at + bytes.len() - body.len()))?;
        let newline = Newline::dominant(&text).unwrap_or(Newline::Lf);
        Ok((Script { charset, bom, newline }, text))
    }

    /// The bytes of the file after the edits.
    pub fn apply(&self, text: &str, edits: &[Edit]) -> Result<Vec<u8>, Fault> {
        // Encoding is the inverse of decoding for every text that was read, so what no edit touches comes out as it was.
        let text = splice(text, edits, |new| self.newline.spell(new).into_owned());
        let body = self.charset.encode(&text).map_err(|c| {
            let message = format!("the new code holds `{c}`, which {} does not have", self.charset.name());
            Fault::new(message, "save the file as UTF-8, and change its coding line to `utf-8`")
        })?;
        Ok(if self.bom { [BOM, &body].concat() } else { body })
    }
}

/// Whether there is a byte order mark, and what follows it.
pub(super) fn strip_bom(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.strip_prefix(BOM) {
        Some(body) => (true, body),
        None => (false, bytes),
    }
}

/// Refuses what is no text in any encoding that we read.
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), Fault> {
    if UTF_16.iter().any(|bom| bytes.starts_with(bom)) {
        return Err(Fault::new("the file is UTF-16, which Python does not read", "save it as UTF-8").at(1, 1));
    }
    match memchr::memchr(0, bytes) {
        Some(at) => Err(Fault::new(
            format!("byte {at} is NUL, which no Python source holds"),
            "if the file is UTF-16, save it as UTF-8; if it is not Python, leave it out",
        )
        .at_byte(bytes, at)),
        None => Ok(()),
    }
}

/// Refuses program text that is too long to parse.
pub(super) fn check_size(size: usize) -> Result<(), Fault> {
    if size <= MAX_TEXT {
        return Ok(());
    }
    let message = format!("{size} bytes of code are more than the {MAX_TEXT} that `bai2aml` reads");
    Err(Fault::new(message, "split the file, or leave it out if nobody wrote it by hand"))
}

fn not_text(charset: Charset, bytes: &[u8], at: usize) -> Fault {
    let message = format!("byte {at} (0x{:02X}) is not {}", bytes[at], charset.name());
    let help = match charset {
        Charset::Utf8 => "save the file as UTF-8, or name its encoding in line 1, as in `# -*- coding: latin-1 -*-`",
        _ => "save the file as its coding line says, or correct the coding line",
    };
    Fault::new(message, help).at_byte(bytes, at)
}
