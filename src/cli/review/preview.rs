//! What there is to decide on: the hunks of a conversion, what each of them depends on, and what a choice makes of them.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use crate::change::{Piece, Web, compose};
use crate::cli::commit::{Change, Guard};
use crate::cli::place::shown;
use crate::cli::read::{Input, Inputs, read};
use crate::cli::review_args::Review;
use crate::convert::Plan;
use crate::output::review::{Followed, Shown};
use crate::report::{Converted, Fate, Finding, Problem, Proof};
use crate::source::{Kind, Source};
use crate::syntax;

/// A conversion that nothing was decided of yet.
pub struct Preview {
    /// Names it by all that went into it.
    pub id: String,
    /// The hunks.
    pub pieces: Vec<Piece>,
    pub plan: Plan,
    files: Vec<Input>,
    problems: Vec<Problem>,
    web: Web,
    /// By hunk: those that are left out if it is, and those without which it is.
    followers: Vec<Vec<usize>>,
    needs: Vec<Vec<usize>>,
}

/// Which hunks are accepted, and those that a person wrote anew.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// By hunk.
    pub accepted: Vec<bool>,
    pub texts: BTreeMap<usize, Vec<u8>>,
}

/// What a choice makes of the files.
pub struct Chosen {
    /// By hunk: whether it is taken, with all that it depends on.
    pub taken: Vec<bool>,
    pub changes: Vec<Change>,
    pub proofs: Vec<Proof>,
}

impl Preview {
    /// Reads and converts the files.
    pub fn of(args: &Review) -> Self {
        let Inputs { files, sources, problems, .. } = read(&args.paths.paths, None);
        let plan = crate::convert::plan(sources, &args.aim.options());
        let pieces = plan.pieces();
        let web = Web::new(&pieces, &plan.changes);
        let (mut followers, mut needs) = (Vec::new(), vec![Vec::new(); pieces.len()]);
        for at in 0..pieces.len() {
            let taken = web.taken(|other| other != at);
            let own: Vec<usize> = (0..pieces.len()).filter(|other| *other != at && !taken[*other]).collect();
            own.iter().for_each(|other| needs[*other].push(at));
            followers.push(own);
        }
        let id = id(&plan, &pieces);
        Preview { id, pieces, plan, files, problems, web, followers, needs }
    }

    /// How many files it changes.
    pub fn changed(&self) -> usize {
        let mut files: Vec<usize> = self.pieces.iter().map(|piece| piece.file).collect();
        files.dedup();
        files.len()
    }

    /// What could not be read or converted.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.plan.converted.iter().flat_map(|file| &file.problems))
    }

    /// Whether something is left for a person.
    pub fn has_manual(&self) -> bool {
        self.plan.converted.iter().any(Converted::has_manual)
    }

    /// The files that become others, as a whole: configurations of `az batchai`.
    pub fn wholes(&self) -> Vec<String> {
        let files = self.files.iter().zip(&self.plan.converted);
        files
            .filter(|(_, file)| file.is_removed || !file.made.is_empty())
            .map(|(input, _)| shown(&input.path))
            .collect()
    }

    /// The file of a hunk, as the user named it.
    pub fn path(&self, at: usize) -> String {
        shown(&self.files[self.pieces[at].file].path)
    }

    /// The file of a hunk before the conversion.
    pub fn before(&self, at: usize) -> &[u8] {
        &self.plan.converted[self.pieces[at].file].before
    }

    /// Whether the file of a hunk is another one than it was when it was read.
    pub fn is_stale(&self, at: usize) -> bool {
        let real = self.files[self.pieces[at].file].real.as_ref();
        real.is_none_or(|real| fs::read(real).map_or(true, |now| now != self.before(at)))
    }

    /// The hunks that are left out if this one is.
    pub fn followers(&self, at: usize) -> &[usize] {
        &self.followers[at]
    }

    /// A hunk with all that a person wants to know, perhaps with a new text.
    pub fn shown<'a>(&'a self, at: usize, text: Option<&'a [u8]>) -> Shown<'a> {
        let piece = &self.pieces[at];
        Shown {
            number: at + 1,
            of: self.pieces.len(),
            place: self.place(at),
            fate: piece.fate,
            before: self.before(at),
            after: compose(self.before(at), &[(piece, text.unwrap_or(&piece.text))]),
            findings: self.findings(at),
            needs: &self.needs[at],
            followers: &self.followers[at],
        }
    }

    /// The codes of its concepts.
    pub fn codes(&self, at: usize) -> Vec<&str> {
        let entries = &self.plan.converted[self.pieces[at].file].entries;
        let mut codes: Vec<&str> = self.pieces[at].entries.iter().map(|entry| entries[*entry].code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn place(&self, at: usize) -> String {
        let piece = &self.pieces[at];
        let entry = piece.entries.first().map(|entry| &self.plan.converted[piece.file].entries[*entry].location);
        match entry.and_then(|location| location.cell.zip(Some(location.line))) {
            Some((cell, line)) => format!("{}:cell {}:{line}", self.path(at), cell + 1),
            None => format!("{}:{}", self.path(at), piece.lines.start + 1),
        }
    }

    /// What the conversion says of the uses in a hunk.
    fn findings(&self, at: usize) -> Vec<&Finding> {
        let piece = &self.pieces[at];
        let (file, source) = (&self.plan.converted[piece.file], &self.plan.files[piece.file].source);
        let is_of = |finding: &&Finding| {
            piece
                .entries
                .iter()
                .map(|entry| &file.entries[*entry])
                .any(|entry| entry.code == finding.code && source.locate(entry.site.start) == finding.location)
        };
        file.findings.iter().filter(|finding| finding.fate > Fate::Exact).filter(is_of).collect()
    }

    /// What a choice makes of the files; an error if one of them could not be read any more by Python.
    pub fn chosen(&self, choice: &Choice) -> Result<Chosen> {
        let taken = self.web.taken(|at| choice.accepted[at]);
        let (mut changes, mut after) = (Vec::new(), Vec::new());
        for (file, converted) in self.plan.converted.iter().enumerate() {
            let own = self.pieces.iter().enumerate().filter(|(at, piece)| piece.file == file && taken[*at]);
            let own = own.map(|(at, piece)| (piece, choice.texts.get(&at).unwrap_or(&piece.text).as_slice()));
            let bytes = compose(&converted.before, &own.collect::<Vec<_>>());
            let Ok(source) = Source::read(self.plan.files[file].source.path(), bytes.clone()) else {
                bail!("`{}` could not be read any more; nothing was changed", shown(&converted.path));
            };
            if bytes != converted.before {
                if !syntax::parse(&source).errors.is_empty() {
                    bail!("`{}` would be no Python any more; nothing was changed", shown(&converted.path));
                }
                let guard = Guard::Unchanged(converted.before.clone());
                let real = self.files[file].real.clone();
                changes.extend(real.map(|path| Change::write(path, bytes, guard)));
            }
            if matches!(source.kind(), Kind::Script | Kind::Notebook) {
                after.push(source);
            }
        }
        let (proofs, _) = self.plan.verdict(&after);
        Ok(Chosen { taken, changes, proofs })
    }

    /// The accepted hunks that are left out, each with those that it waits for.
    pub fn followed(&self, choice: &Choice, chosen: &Chosen) -> Vec<Followed> {
        let left = (0..self.pieces.len()).filter(|at| choice.accepted[*at] && !chosen.taken[*at]);
        let followed = left.map(|at| Followed {
            number: at + 1,
            needs: self.needs[at].iter().copied().filter(|other| !choice.accepted[*other]).collect(),
        });
        followed.collect()
    }
}

/// A word that is another one for other files, other options and another conversion.
fn id(plan: &Plan, pieces: &[Piece]) -> String {
    let mut hash = Sha256::new();
    for file in &plan.converted {
        for part in [file.path.to_string_lossy().as_bytes(), &file.before, &file.after] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    for piece in pieces {
        hash.update(format!("{} {:?} {:?}", piece.file, piece.lines, piece.changes));
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
