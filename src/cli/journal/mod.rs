//! The journal: how to put back what a run wrote, on the disk before the first file is changed.
//!
//! It stands in a folder `.bai2aml` above all files of the run. Each run has a folder in it, named after its number:
//! the old texts, and `run.json` with the paths and the hashes of old and new texts. The end of that name says how far
//! the run came, so that each step is one rename: `.scrap` may be deleted at any time, `.writing` and `.undoing` were
//! not finished. What is in a journal is only ever written to files below the folder that it stands in.

mod begin;
mod note;
mod run;
mod store;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::place;

pub use begin::{Entry, Journal};
pub use run::{Known, Now, Pending, State};
pub use store::{Store, unfinished};

/// The name of the folder. Code in it is never read as the user's.
pub const FOLDER: &str = ".bai2aml";

/// What can be done about a run that was ended before it was done.
pub const WAYS: &str = "`bai2aml undo` puts all of them back, `bai2aml undo --forget` keeps them as they are";

/// Why nothing more is written below this folder.
pub fn not_finished(top: &Path) -> String {
    let top = place::shown(top);
    format!("an earlier run was ended while it wrote files in `{top}`; nothing was changed: {WAYS}")
}

/// A word that no other run has in the names of its files.
pub fn token() -> String {
    format!("{:x}-{:x}", std::process::id(), now().as_nanos())
}

/// How the names of files begin that stand beside those of a run for a moment.
pub fn beside(token: &str) -> String {
    format!(".bai2aml-{token}-")
}

fn now() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Has the names in a folder on the disk, where the system can do that.
#[cfg(unix)]
pub fn sync(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// Has the names in a folder on the disk, where the system can do that.
#[cfg(not(unix))]
pub fn sync(folder: &Path) -> io::Result<()> {
    fs::metadata(folder).map(drop)
}
