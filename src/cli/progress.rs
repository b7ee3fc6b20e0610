//! A sign of life on a terminal, from the second second on. In a pipe and in CI there is none.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anstream::ColorChoice;

use crate::output::{Out, progress};

/// How long a run may take without a word.
const QUIET: Duration = Duration::from_secs(1);

/// What runs beside the work, until it is dropped or ended.
pub struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Begins to count the time, if standard error is a terminal.
    pub fn start(color: ColorChoice) -> Self {
        if !Out::stderr(color).is_terminal() {
            return Progress(None);
        }
        let (end, ended) = channel();
        let beginning = Instant::now();
        let show = move || {
            let mut is_shown = false;
            while ended.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
                is_shown = true;
                // Nobody misses a line that cannot be printed.
                let _ = progress::show(&mut Out::stderr(color), beginning.elapsed().as_secs());
            }
            if is_shown {
                let _ = progress::clear(&mut Out::stderr(color));
            }
        };
        Progress(Some((end, thread::spawn(show))))
    }

    /// Takes the line away, so that others can be printed.
    pub fn end(self) {
        if let Some((end, thread)) = self.0 {
            drop(end);
            // It ends by itself; if it has panicked, there is no line to take away.
            let _ = thread.join();
        }
    }
}
