//! `bai2aml explain`: what a concept is and what becomes of it.

use anstream::ColorChoice;
use anyhow::{Result, anyhow};
use similar::get_close_matches;

use super::args::Explain;
use super::{Exit, unless_closed};
use crate::concept;
use crate::output::{Out, list, style};

/// Runs the subcommand.
pub fn run(args: &Explain, color: ColorChoice) -> Result<Exit> {
    let mut out = Out::stdout(color);
    let printed = match &args.code {
        None => list::print(&mut out, &concept::list()),
        Some(code) => out.text(style::PLAIN, &text(code).ok_or_else(|| unknown(code))?),
    };
    unless_closed(printed.and_then(|()| out.flush()))?;
    Ok(Exit::Clean)
}

/// Codes are upper case and names lower case, whatever the user typed.
pub fn text(code: &str) -> Option<String> {
    let mut text = concept::explain(&code.to_uppercase()).or_else(|| concept::explain(&code.to_lowercase()))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Some(text)
}

/// What to say of a code that there is not.
pub fn unknown(code: &str) -> anyhow::Error {
    match nearest(code) {
        Some(near) => anyhow!("no concept `{code}`; did you mean `{near}`?"),
        None => anyhow!("no concept `{code}`; `bai2aml explain --list` shows all of them"),
    }
}

fn nearest(code: &str) -> Option<String> {
    let words: Vec<String> = concept::list().into_iter().flat_map(|(code, name, _)| [code, name]).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let best = |word: String| get_close_matches(word.as_str(), &words, 1, 0.6).first().map(|near| near.to_string());
    best(code.to_uppercase()).or_else(|| best(code.to_lowercase()))
}
