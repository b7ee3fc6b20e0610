//! The matrix of `bai2aml coverage` as text: totals, or one symbol a line.

use std::io;

use super::{Out, style};
use crate::concept::Covered;
use crate::report::Fate;
use crate::sdk::batchai;
use crate::survey::Totals;

/// What stands for a row, a fate or a fixture that is not there.
const NONE: &str = "-";

/// Prints how many symbols of each version meet which fate, and how many are proved.
pub fn summary(out: &mut Out, aims: &[&str], symbols: &[Covered]) -> io::Result<()> {
    out.text(style::HEADING, "version  target  symbols  exact  approximate  manual  drop")?;
    out.line("")?;
    for version in batchai().versions() {
        let of: Vec<&Covered> = symbols.iter().filter(|symbol| symbol.versions.contains(version)).collect();
        totals(out, version, aims, &of)?;
    }
    let beside: Vec<&Covered> = symbols.iter().filter(|symbol| symbol.versions.is_empty()).collect();
    totals(out, "others", aims, &beside)?;
    totals(out, "all", aims, &symbols.iter().collect::<Vec<_>>())?;
    let missing = symbols.iter().filter(|symbol| symbol.is_missing()).count();
    out.line("")?;
    out.line(&format!(
        "{} of {} symbols have a row, a fate in each target, and a line of a fixture that uses them",
        symbols.len() - missing,
        symbols.len()
    ))?;
    out.line("others: the recipes' helpers, variables, and what several versions share")?;
    out.line("`bai2aml coverage --sdk 2.0.0 --target v2` prints them one a line; `--help` has more")
}

fn totals(out: &mut Out, version: &str, aims: &[&str], symbols: &[&Covered]) -> io::Result<()> {
    for aim in aims {
        let Totals { exact, approximate, manual, drop } =
            Totals::of(symbols.iter().filter_map(|symbol| symbol.fates.get(aim).copied()));
        let count = symbols.len();
        out.line(&format!("{version:7}  {aim:6}  {count:7}  {exact:5}  {approximate:11}  {manual:6}  {drop:4}"))?;
    }
    Ok(())
}

/// Prints one symbol a line: name, versions, concept, a fate for each target, and the line that proves it.
pub fn rows(out: &mut Out, aims: &[&str], symbols: &[Covered]) -> io::Result<()> {
    let versions: Vec<String> = symbols.iter().map(|symbol| span(&symbol.versions)).collect();
    let width = |texts: &mut dyn Iterator<Item = usize>, least: usize| texts.max().unwrap_or(0).max(least);
    let first = width(&mut symbols.iter().map(|symbol| symbol.symbol.chars().count()), "symbol".len());
    let second = width(&mut versions.iter().map(String::len), "versions".len());
    if out.width().is_some() {
        let aims: String = aims.iter().map(|aim| format!("  {aim:11}")).collect();
        out.text(style::HEADING, &format!("{:first$}  {:second$}  concept{aims}  fixture", "symbol", "versions"))?;
        out.line("")?;
    }
    for (symbol, versions) in symbols.iter().zip(&versions) {
        let code = symbol.code.unwrap_or(NONE);
        out.text(style::PLAIN, &format!("{:first$}  {versions:second$}  {code:7}", symbol.symbol))?;
        for aim in aims {
            let fate = symbol.fates.get(aim).copied();
            out.text(style::PLAIN, "  ")?;
            out.text(fate.map_or(style::ERROR, style::fate), &format!("{:11}", fate.map_or(NONE, word)))?;
        }
        out.line(&format!("  {}", symbol.fixture.unwrap_or(NONE)))?;
    }
    Ok(())
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Exact => "exact",
        Fate::Drop => "drop",
        Fate::Approximate => "approximate",
        Fate::Manual => "manual",
    }
}

/// Versions as a person says them: `all`, `0.1.0-2.0.0`, `1.0.0,7.0.0`.
fn span(versions: &[&str]) -> String {
    let all = batchai().versions();
    let (Some(newest), Some(oldest)) = (versions.first(), versions.last()) else { return NONE.into() };
    let from = all.iter().position(|version| version == newest).unwrap_or(0);
    let in_a_row = all.get(from..from + versions.len()) == Some(versions);
    match versions.len() {
        1 => (*newest).to_owned(),
        count if count == all.len() => "all".to_owned(),
        _ if in_a_row => format!("{oldest}-{newest}"),
        _ => versions.iter().rev().copied().collect::<Vec<_>>().join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn versions_are_said_in_short() {
        assert_eq!(span(&["7.0.0", "2.0.0", "1.0.1", "1.0.0", "0.2.0", "0.1.0"]), "all");
        assert_eq!(span(&["2.0.0", "1.0.1", "1.0.0"]), "1.0.0-2.0.0");
        assert_eq!(span(&["7.0.0", "1.0.0"]), "1.0.0,7.0.0");
        assert_eq!((span(&["2.0.0"]), span(&[])), ("2.0.0".into(), "-".into()));
    }
}
