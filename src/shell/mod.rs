//! Command lines: the simple commands of a shell's text, in words with their places.
//!
//! This is no shell. It knows quotes, continuations, expansions, comments, here-documents and what stands between
//! commands, so that a command can be read and rewritten where it stands; it does not know what a script does. What it
//! cannot tell apart (a here-document, the inside of a string) belongs to no command, and who looks for text in it
//! has to look for himself.

mod lexer;
mod mark;
mod quote;
mod word;

use crate::text::Span;

pub use lexer::{read, script};

/// Which rules of words hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `sh`, `bash` and their like.
    Posix,
    /// The same in a recipe of `make`, which has `$(X)` for its own variables and `$$` for the shell's.
    Make,
    /// The same in a line of IPython, which puts Python in for `{x}`.
    Notebook,
    /// The same in a document, where `<name of it>` stands for something to fill in.
    Document,
    PowerShell,
}

/// One word as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub span: Span,
    /// Its value, if nothing in it is expanded.
    pub literal: Option<String>,
    /// Whether a quote or bracket in it is never closed, so that it may hold anything.
    pub is_open: bool,
}

/// What stands between two commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// The beginning or end of a line, of the text, or of a block.
    Line,
    Semicolon,
    And,
    Or,
    Pipe,
    Background,
    /// `!` before it.
    Not,
}

/// What a command stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    Script,
    /// `( … )`
    Group,
    /// `$( … )`, or parentheses of PowerShell.
    Substitution,
    /// Between backquotes.
    Backquotes,
}

/// What a text for a shell holds.
#[derive(Debug, Default)]
pub struct Script {
    pub commands: Vec<Command>,
    pub documents: Vec<Document>,
}

/// A here-document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its text, and where the line behind its last one begins.
    pub body: Span,
    pub end: usize,
    /// `<<EOF`, among the redirections of its command.
    pub operator: Span,
    /// Whether nothing in it is expanded, for its word stands in quotes.
    pub is_literal: bool,
    /// Where the line begins above which a comment can stand.
    pub line: usize,
}

/// A simple command.
#[derive(Debug, Clone)]
pub struct Command {
    pub words: Vec<Word>,
    /// From its first word to its last.
    pub span: Span,
    pub before: Join,
    pub after: Join,
    pub inside: Inside,
    /// Where the line begins above which a comment can stand.
    pub line: usize,
    /// How many blocks (`then`, `do`, `{`) it stands in.
    pub depth: usize,
    /// What its input and output are sent to, operators included.
    pub redirections: Vec<Span>,
    /// The place among [`read`]'s commands of the one that takes its output.
    pub into: Option<usize>,
    /// Which list of commands it belongs to.
    list: usize,
}

impl Word {
    /// The word as it is written.
    pub fn raw<'a>(&self, text: &'a str) -> &'a str {
        self.span.of(text)
    }

    /// Whether its value is known and is this.
    pub fn is(&self, value: &str) -> bool {
        self.literal.as_deref() == Some(value)
    }
}

impl Command {
    /// The end of the command with what its output is sent to.
    pub fn end(&self) -> usize {
        self.redirections.iter().map(|span| span.end).fold(self.span.end, usize::max)
    }

    /// Whether another command or an expansion takes its output.
    pub fn is_taken(&self) -> bool {
        self.after == Join::Pipe || matches!(self.inside, Inside::Substitution | Inside::Backquotes)
    }
}
