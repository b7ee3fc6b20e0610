//! The arguments of `lsp` and `mcp`: they are told everything in messages.

/// Show findings in an editor, and convert them there
///
/// Speaks the Language Server Protocol over standard input and output; an editor starts it. `docs/editors.md` says how
/// to set it up.
#[derive(Debug, clap::Args)]
pub struct Lsp {
    /// For editors that insist on naming the way to talk: there is no other
    #[arg(long)]
    pub stdio: bool,
}

/// Give coding agents check, convert, explain and verify as tools
///
/// Speaks the Model Context Protocol over standard input and output; an agent starts it. Nothing outside of the folder that
/// it was started in is read or written. `docs/agents.md` says how to set it up.
#[derive(Debug, clap::Args)]
pub struct Mcp {}
