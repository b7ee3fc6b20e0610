//! The program as a user meets it: the real binary, real files, real `git`. What the conversion makes of the code is
//! not tested here, only that it arrives.

mod arguments;
mod coverage;
mod diffs;
mod exits;
mod files;
mod place;
mod reading;
mod screen;
mod writing;
