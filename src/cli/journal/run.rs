//! One run of a journal: its files, and what is there now.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, ensure};

use super::note::{Note, Noted, hash};
use super::store::Store;
use super::{WAYS, beside, sync};
use crate::cli::place::shown;

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing of it counts: it did not begin, or was put back.
    Scrap,
    /// It was changing files.
    Writing,
    /// All files are new.
    Done,
    /// It was being put back.
    Undoing,
}

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    store: Store,
    /// Its number, from 1.
    pub number: u32,
    /// How far it came.
    pub state: State,
}

/// A run with what is written down of it.
pub struct Known {
    run: Run,
    note: Note,
}

/// A file of a run.
pub struct Recorded<'a> {
    /// Where it is.
    pub path: PathBuf,
    /// Where its old text is; none if there was no file.
    pub copy: Option<PathBuf>,
    noted: &'a Noted,
    top: &'a Path,
}

/// What is in the place of a file of a run.
pub enum Now {
    /// What the run wrote.
    New(Vec<u8>),
    /// What was there before.
    Old,
    /// Nothing, since the run removed it.
    Gone,
    /// Something else, and what that is.
    Other(&'static str),
}

impl State {
    const ENDS: [(State, &'static str); 4] =
        [(State::Scrap, ".scrap"), (State::Writing, ".writing"), (State::Undoing, ".undoing"), (State::Done, "")];

    /// The state that the name of a folder tells.
    pub(super) fn of(path: &Path) -> State {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        State::ENDS.iter().find(|(_, end)| name.ends_with(end)).map_or(State::Done, |(state, _)| *state)
    }

    fn end(self) -> &'static str {
        State::ENDS.iter().find(|(state, _)| *state == self).map_or("", |(_, end)| end)
    }
}

impl Run {
    /// One that begins; it is scrap until it is written down.
    pub(super) fn new(store: &Store, number: u32) -> Self {
        Run { store: store.clone(), number, state: State::Scrap }
    }

    /// The one in this folder; none in what counts no more, and in what is not of this program.
    pub(super) fn of(store: &Store, folder: &Path) -> Option<Self> {
        let state = State::of(folder);
        let name = folder.file_name()?.to_str()?;
        let number = name.strip_suffix(state.end())?.parse().ok()?;
        (state != State::Scrap).then(|| Run { store: store.clone(), number, state })
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.store.runs_folder().join(format!("{}{}", self.number, self.state.end()))
    }

    pub(super) fn top(&self) -> &Path {
        self.store.top()
    }

    /// Goes on to another state, on the disk as well.
    pub(super) fn turn(self, state: State) -> Result<Run> {
        let next = Run { state, ..self.clone() };
        fs::rename(self.folder(), next.folder())?;
        sync(&self.store.runs_folder())?;
        Ok(next)
    }

    /// What is written down of it.
    pub fn known(self) -> Result<Known> {
        let note = Note::read(&self.folder())?;
        Ok(Known { run: self, note })
    }

    /// Whether it changed a file below a folder.
    pub(super) fn has_file_below(&self, folder: &Path) -> bool {
        let files = Note::read(&self.folder()).map(|note| note.files).unwrap_or_default();
        files.iter().filter_map(|file| file.path().ok()).any(|path| self.top().join(path).starts_with(folder))
    }

    /// Takes it out of the journal.
    fn remove(self) -> Result<()> {
        let store = self.store.clone();
        self.turn(State::Scrap)?;
        store.sweep();
        store.tidy();
        Ok(())
    }
}

impl Known {
    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// When it began, in seconds since 1970.
    pub fn time(&self) -> u64 {
        self.note.time
    }

    /// What the user typed.
    pub fn command(&self) -> String {
        self.note.command.join(" ")
    }

    /// Its files.
    pub fn files(&self) -> Result<Vec<Recorded<'_>>> {
        let folder = self.run.folder();
        let recorded = |(number, noted): (usize, _)| {
            let noted: &Noted = noted;
            let copy = noted.before.is_some().then(|| folder.join(number.to_string()));
            Ok(Recorded { path: self.run.top().join(noted.path()?), copy, noted, top: self.run.top() })
        };
        self.note.files.iter().enumerate().map(recorded).collect()
    }

    /// Removes what the run left beside its files when it was ended.
    pub fn sweep(&self) -> Result<()> {
        let prefix = beside(&self.note.token);
        for folder in self.files()?.iter().filter_map(|file| file.path.parent()) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()) {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Begins to put it back.
    pub fn undo(self, lock: File) -> Result<Pending> {
        let was = self.run.state;
        let run = self.run.turn(State::Undoing)?;
        Ok(Pending { run, token: self.note.token, done: State::Scrap, cancelled: was, _lock: lock })
    }

    /// Takes it out of the journal, and leaves its files as they are.
    pub fn forget(self) -> Result<()> {
        self.sweep()?;
        self.run.remove()
    }
}

impl Recorded<'_> {
    /// What is there now.
    pub fn now(&self) -> Result<Now> {
        let folder = self.path.parent().unwrap_or(self.top);
        if fs::canonicalize(folder).is_ok_and(|real| real != folder) {
            return Ok(Now::Other("the way to it leads through a link now"));
        }
        let data = match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound && self.copy.is_none() => return Ok(Now::Old),
            Err(error) if error.kind() == ErrorKind::NotFound && self.noted.after.is_none() => return Ok(Now::Gone),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Now::Other("it was removed or renamed since"));
            }
            data => data.with_context(|| format!("cannot read `{}`", shown(&self.path)))?,
        };
        if !data.is_file() {
            return Ok(Now::Other("it is no file any more"));
        }
        let text = fs::read(&self.path).with_context(|| format!("cannot read `{}`", shown(&self.path)))?;
        Ok(match hash(&text) {
            now if Some(&now) == self.noted.after.as_ref() => match data.permissions().readonly() {
                true => Now::Other("it is read-only now"),
                false => Now::New(text),
            },
            now if Some(&now) == self.noted.before.as_ref() => Now::Old,
            _ if self.noted.after.is_none() => Now::Other("the run removed it, and another file is there now"),
            _ => Now::Other("it was edited since"),
        })
    }

    /// What was there before.
    pub fn old(&self) -> Result<Option<Vec<u8>>> {
        let Some(copy) = &self.copy else { return Ok(None) };
        let text = fs::read(copy).with_context(|| format!("cannot read `{}`", shown(copy)))?;
        let is_whole = self.noted.before.as_ref() == Some(&hash(&text));
        ensure!(is_whole, "`{}` is not the text that was put there; nothing was changed", shown(copy));
        Ok(Some(text))
    }
}

/// A run while it is at work, or while it is put back. If it is dropped, it counts as ended before it was done.
pub struct Pending {
    run: Run,
    token: String,
    done: State,
    cancelled: State,
    _lock: File,
}

impl Pending {
    pub(super) fn writing(run: Run, token: String, lock: File) -> Self {
        Pending { run, token, done: State::Done, cancelled: State::Scrap, _lock: lock }
    }

    /// What the names of the files have in common that stand beside others for a moment.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The folder of the journal.
    pub fn top(&self) -> &Path {
        self.run.top()
    }

    /// All files are in their places.
    pub fn finished(self) -> Result<()> {
        let folder = self.run.folder();
        self.run
            .end(self.done)
            .with_context(|| format!("all files were written, but `{}` cannot be closed: {WAYS}", shown(&folder)))
    }

    /// No file was changed: the error says why.
    pub fn cancelled(self, error: Error) -> Error {
        // If the system does not let go of it, the run is noticed later, and putting it back finds nothing to do.
        let _ = self.run.end(self.cancelled);
        error
    }
}

impl Run {
    fn end(self, state: State) -> Result<()> {
        if state == State::Scrap { self.remove() } else { self.turn(state).map(drop) }
    }
}
