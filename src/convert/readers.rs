//! Which configuration files a program of the run reads by itself: those it needs as they are.

use std::collections::BTreeMap;

use super::written::names_written;
use crate::command;
use crate::config;
use crate::source::Source;
use crate::syntax;
use crate::text::Span;

/// The configuration files of a run that a program of it reads by itself, each with the first such program by path.
pub(super) fn readers(sources: &[Source]) -> BTreeMap<usize, &Source> {
    let mut programs: Vec<&Source> = sources.iter().filter(|source| !source.units().is_empty()).collect();
    programs.sort_by_key(|program| program.path());
    let configs = sources.iter().enumerate().filter(|(_, source)| matches!(config::read(source), Some(Ok(_))));
    let reader = |config: &Source| programs.iter().copied().find(|program| reads(program, config));
    configs.filter_map(|(at, config)| Some((at, reader(config)?))).collect()
}

/// Whether a program names a file: in the folder of one of them or below, by its name alone, elsewhere with its folder.
fn reads(program: &Source, config: &Source) -> bool {
    let (folder, name) = config.path().rsplit_once('/').unwrap_or(("", config.path()));
    let home = program.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let holds = |outer: &str, inner: &str| {
        outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_near = holds(home, folder) || holds(folder, home);
    let last = folder.rsplit('/').next().unwrap_or_default();
    let called = if is_near { name.to_owned() } else { format!("{last}/{name}") };
    // A command line that names it is converted with it, and the address of a schema only ends like it.
    let names = |line: &str| [format!("{called}'"), format!("{called}\"")].iter().any(|end| line.contains(end));
    let (text, mut at) = (program.text(), 0);
    let mut named = Vec::new();
    for line in text.split_inclusive('\n') {
        if !line.contains("batchai") && !line.contains("$schema") && names(line) {
            named.push(Span::new(at, at + line.len()));
        }
        at += line.len();
    }
    if named.is_empty() {
        return false;
    }
    let ast = syntax::parse(program);
    let run = if text.contains("batchai") { command::run_by_python(program, &ast) } else { Vec::new() };
    named.retain(|line| !run.iter().any(|place| place.overlaps(*line)));
    let written = names_written(&ast, &called);
    named.iter().any(|line| {
        let on_line = line.of(text).matches(name).count();
        on_line > written.iter().filter(|span| line.contains(**span)).count()
    })
}
