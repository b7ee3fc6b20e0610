//! The comparison of two programs as people read it: every field with its places.

use std::path::Path;

use super::{At, Item, compare, read, read_with};
use crate::find::Sites;
use crate::report::{Location, Problem, Proof};
use crate::resolve::{Module, Tree, programs};
use crate::source::Source;
use crate::text::Span;

/// Compares a program with what became of it.
pub fn prove(old: &[&Module], sites: &[&Sites], new: &[&Module]) -> Vec<Proof> {
    let items = compare(&read_with(old, sites), &read(new));
    let of = |modules: &[&Module], at: At| Some(modules.get(at.module)?.source.locate(at.start));
    proofs(items, |at| of(old, at), |at| of(new, at))
}

/// Compares files with others, which may have other names; says as well what could not be read.
pub fn verify(before: &[Source], after: &[Source]) -> (Vec<Proof>, Vec<Problem>) {
    let (old, mut problems) = side(before);
    let (mut new, wrong) = side(after);
    problems.extend(wrong);
    let numbers = numbered(before, after);
    new.places(&mut |at| at.module = numbers.get(at.module).copied().unwrap_or(usize::MAX));
    let of = |sources: &[Source], at: At| Some(sources.get(at.module)?.locate(at.start));
    let back = |at: At| Some(At { module: numbers.iter().position(|number| *number == at.module)?, ..at });
    (proofs(compare(&old, &new), |at| of(before, at), |at| of(after, back(at)?)), problems)
}

/// The number of each new file: that of the old file which has the same place in its folder, else one of its own.
fn numbered(before: &[Source], after: &[Source]) -> Vec<usize> {
    let (old, new) = (below(before), below(after));
    let number =
        |(index, path): (usize, &&Path)| old.iter().position(|other| other == path).unwrap_or(old.len() + index);
    match (old.as_slice(), new.as_slice()) {
        ([_], [_]) => vec![0],
        _ => new.iter().enumerate().map(number).collect(),
    }
}

/// The paths of files below the folder that all of them are in.
fn below<'s>(sources: &'s [Source]) -> Vec<&'s Path> {
    let path = |source: &'s Source| Path::new(source.path());
    let mut folder = sources.first().and_then(|source| path(source).parent());
    while let Some(above) = folder.filter(|folder| !sources.iter().all(|source| path(source).starts_with(folder))) {
        folder = above.parent();
    }
    let folder = folder.unwrap_or(Path::new(""));
    sources.iter().map(|source| path(source).strip_prefix(folder).unwrap_or(path(source))).collect()
}

/// What the files of one side ask for, program by program; places are by the number of the file.
fn side(sources: &[Source]) -> (super::Intent, Vec<Problem>) {
    let (mut whole, mut problems) = (super::Intent::default(), Vec::new());
    let tree = Tree::new(sources.iter().map(Source::path));
    let mut groups = programs(&tree, sources);
    groups.sort();
    for files in groups {
        let own: Vec<&Source> = files.iter().map(|file| &sources[*file]).collect();
        let modules = Module::all(&tree, &files, &own);
        problems.extend(modules.iter().filter_map(unparsable));
        let mut intent = read(&modules.iter().collect::<Vec<_>>());
        intent.places(&mut |at| at.module = files.get(at.module).copied().unwrap_or(usize::MAX));
        whole.extend(intent);
    }
    (whole, problems)
}

fn unparsable(module: &Module) -> Option<Problem> {
    let error = module.ast.errors.first()?;
    Some(Problem {
        path: module.source.path().to_owned(),
        location: Some(module.source.locate(error.span.start)),
        message: format!("this is not Python 3: {}", error.message),
        help: "nothing can be said of a file that cannot be read; complete it, or leave it out".into(),
    })
}

fn proofs(items: Vec<Item>, old: impl Fn(At) -> Option<Location>, new: impl Fn(At) -> Option<Location>) -> Vec<Proof> {
    let proof = |item: Item| {
        let Item { field, verdict, reason, before, after, whole } = item;
        let whole = whole.into_iter().filter_map(&old).collect();
        Proof { field, verdict, reason, before: before.and_then(&old), after: after.and_then(&new), whole }
    };
    items.into_iter().map(proof).collect()
}

impl At {
    /// The place as a span of its module.
    pub fn span(self) -> Span {
        Span::new(self.start, self.end.max(self.start))
    }
}
