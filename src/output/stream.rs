//! Where the output goes: standard output or standard error, with or without colour.
//!
//! A pipe without colour gets every byte as it is. A terminal, or a pipe that colour is forced on, gets text with its
//! control characters spelt out, so that only this program's own escapes reach it.

use std::io::{self, BufWriter, Write};

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use anstyle::Style;

use super::{style, visible};

/// One stream of output.
pub struct Out {
    writer: Box<dyn Write>,
    color: bool,
    terminal: bool,
}

impl Out {
    /// Standard output.
    pub fn stdout(color: ColorChoice) -> Self {
        Out::over(io::stdout().lock(), color)
    }

    /// Standard error.
    pub fn stderr(color: ColorChoice) -> Self {
        Out::over(io::stderr().lock(), color)
    }

    fn over(stream: impl RawStream + AsLockedWrite + 'static, color: ColorChoice) -> Self {
        let terminal = stream.is_terminal();
        let color = if color == ColorChoice::Auto { AutoStream::choice(&stream) } else { color };
        if color == ColorChoice::Never {
            // Not through `AutoStream`, which would strip the escapes of user code as well: a pipe gets every byte.
            return Out { writer: Box::new(BufWriter::new(stream)), color: false, terminal };
        }
        Out { writer: Box::new(BufWriter::new(AutoStream::new(stream, color))), color: true, terminal }
    }

    /// How wide text may be: text for a terminal is wrapped, text in a pipe is not.
    pub fn width(&self) -> Option<usize> {
        self.terminal.then_some(80)
    }

    /// Whether somebody looks at it while it is written.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether it has colours.
    pub fn is_colored(&self) -> bool {
        self.color
    }

    /// Prints text whose control characters are this program's own: what is from user code is spelt out in it already.
    pub fn trusted(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(text.as_bytes())
    }

    /// Prints bytes that have to arrive exactly; on a terminal they are coloured and made visible, line by line.
    pub fn exact(&mut self, style: Style, bytes: &[u8]) -> io::Result<()> {
        if !self.color && !self.terminal {
            return self.writer.write_all(bytes);
        }
        bytes.split_inclusive(|&byte| byte == b'\n').try_for_each(|line| self.safe(style, line))
    }

    /// The ending of a line is not text: it stays, and the colour ends before it.
    fn safe(&mut self, style: Style, line: &[u8]) -> io::Result<()> {
        let ending = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        let (text, ending) = line.split_at(line.len() - ending);
        self.styled(style, &visible::bytes(text))?;
        self.writer.write_all(ending)
    }

    /// Prints text for people: control characters are always spelt out.
    pub fn text(&mut self, style: Style, text: &str) -> io::Result<()> {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.writer.write_all(b"\n")?;
            }
            self.styled(style, &visible::text(line))?;
        }
        Ok(())
    }

    /// Prints text without a colour, and ends the line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(style::PLAIN, text)?;
        self.writer.write_all(b"\n")
    }

    /// Sends everything on its way.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        if self.color && style != style::PLAIN && !text.is_empty() {
            return write!(self.writer, "{style}{text}{style:#}");
        }
        self.writer.write_all(text.as_bytes())
    }
}
