//! `bai2aml man`: the manual pages, made from the arguments and their help.

use std::io;
use std::path::PathBuf;

use anstream::ColorChoice;
use anyhow::{Context, Result, anyhow};
use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;
use roff::{Roff, roman};

use super::commit::{self, Change, Guard};
use super::{Exit, unless_closed};
use crate::output::Out;

/// Print the manual page of the program or of a command
///
/// The page is in roff, for `man`. With `-o` the pages of the program and of all commands are written to a folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Manual {
    /// A command, such as convert [default: the program]
    #[arg(value_name = "COMMAND", conflicts_with = "out_dir")]
    command: Option<String>,

    /// Write all pages to DIR; pages that are there are replaced
    #[arg(short, long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  bai2aml man | man -l -                  read the page of the program
  bai2aml man convert | man -l -          read the page of a command
  bai2aml man -o ~/.local/share/man/man1  so that `man bai2aml-convert` finds it";

/// Runs the subcommand.
pub fn run(args: &Manual, program: Command, color: ColorChoice) -> Result<Exit> {
    let pages = pages(program)?;
    if let Some(dir) = &args.out_dir {
        let page = |(name, page): &(String, Vec<u8>)| {
            let path = dir.join(format!("{name}.1"));
            // A page of another version is replaced, one that is new may need its folder first.
            let guard = if path.exists() { Guard::Anything } else { Guard::Fresh };
            Change::write(path, page.clone(), guard)
        };
        commit::all(&pages.iter().map(page).collect::<Vec<_>>())?;
        return Ok(Exit::Clean);
    }
    let name = args.command.as_ref().map_or("bai2aml".to_owned(), |command| format!("bai2aml-{command}"));
    let found = pages.iter().find(|(known, _)| *known == name);
    let (_, page) =
        found.ok_or_else(|| anyhow!("no command `{}`; `bai2aml --help` lists them", &name["bai2aml-".len()..]))?;
    let mut out = Out::stdout(color);
    unless_closed(out.trusted(&String::from_utf8_lossy(page)).and_then(|()| out.flush()))?;
    Ok(Exit::Clean)
}

/// Each page by its name: the program, and its commands as `bai2aml-convert`.
fn pages(program: Command) -> Result<Vec<(String, Vec<u8>)>> {
    let mut program = program.disable_help_subcommand(true);
    // Gives the commands their full names, and the options that all of them have.
    program.build();
    [&program].into_iter().chain(program.get_subcommands()).map(page).collect()
}

fn page(command: &Command) -> Result<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let notes = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let plain = command.clone().after_help(Resettable::Reset).after_long_help(Resettable::Reset);
    let mut text = Vec::new();
    // Pages are the same on every day: the place of the date is empty, but for a space that keeps it a place.
    let man = Man::new(plain).date(" ").source(concat!("bai2aml ", env!("CARGO_PKG_VERSION"))).manual("bai2aml");
    let written = man.render(&mut text).and_then(|()| sections(&notes.unwrap_or_default(), &mut text));
    written.context("cannot write the manual page")?;
    Ok((name, text))
}

/// What stands below the options in the help, under the titles that manual pages have for it.
fn sections(notes: &str, text: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    for note in notes.split("\n\n").filter(|note| !note.is_empty()) {
        if let Some(codes) = note.strip_prefix("Exit codes") {
            let codes = codes.trim_start_matches([':', ',', ' ']).replace('\n', " ");
            roff.control("SH", ["EXIT STATUS"]).text([roman(codes)]);
            continue;
        }
        let (title, lines) = note.strip_prefix("Examples:\n").map_or(("NOTES", note), |lines| ("EXAMPLES", lines));
        // Columns stay: nothing is filled.
        roff.control("SH", [title]).control("nf", []);
        for line in lines.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []);
    }
    roff.to_writer(text)
}
