//! `bai2aml coverage`: every symbol of Batch AI, what becomes of it, and the fixture that proves it.

use anstream::ColorChoice;
use anyhow::{Result, bail};

use super::args::{Coverage, Format};
use super::{Exit, unless_closed};
use crate::concept::{self, Covered};
use crate::output::{Out, json, matrix};
use crate::sdk::batchai;

/// Runs the subcommand.
pub fn run(args: &Coverage, color: ColorChoice) -> Result<Exit> {
    let known = batchai().versions();
    if let Some(version) = args.sdk.as_deref().filter(|version| !known.contains(version)) {
        bail!("no version `{version}` of azure-mgmt-batchai: there are {}", known.join(", "));
    }
    let aims: Vec<&str> =
        concept::AIMS.into_iter().map(|(name, ..)| name).filter(|name| args.has_target(name)).collect();
    let symbols: Vec<Covered> =
        concept::coverage().into_iter().filter(|symbol| is_meant(args, &aims, symbol)).collect();
    let mut out = Out::stdout(color);
    let printed = match args.format {
        Format::Json => out.exact(anstyle::Style::new(), &json::coverage(&aims, &symbols)?),
        Format::Text if args.is_narrowed() => matrix::rows(&mut out, &aims, &symbols),
        Format::Text => matrix::summary(&mut out, &aims, &symbols),
    };
    unless_closed(printed.and_then(|()| out.flush()))?;
    Ok(if args.missing && !symbols.is_empty() { Exit::Left } else { Exit::Clean })
}

fn is_meant(args: &Coverage, aims: &[&str], symbol: &Covered) -> bool {
    let is_of = |version: &String| symbol.versions.iter().any(|other| other == version);
    let ends_so = |fate| aims.iter().any(|aim| symbol.fates.get(aim) == Some(&fate));
    args.sdk.as_ref().is_none_or(is_of)
        && args.fate().is_none_or(ends_so)
        && args.symbol.as_ref().is_none_or(|pattern| matches(&pattern.to_lowercase(), &symbol.symbol.to_lowercase()))
        && (!args.missing || symbol.is_missing())
}

/// Whether a name is meant by a pattern: `*` stands for anything, and a pattern without one for a part of the name.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return name.contains(pattern) };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything_and_no_star_for_a_part() {
        for pattern in ["vm_size", "cluster*.vm_size", "*size", "clustercreate*", "*.vm*", "*"] {
            assert!(matches(pattern, "clustercreateparameters.vm_size"), "{pattern}");
        }
        for pattern in ["size*", "vm*", "cluster*.vm", "job"] {
            assert!(!matches(pattern, "clustercreateparameters.vm_size"), "{pattern}");
        }
    }
}
