//! How messages of the Language Server Protocol stand in a stream: a header with the length, an empty line, the message.
//!
//! It is read on a thread of its own, so that a request can be cancelled while it waits.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use serde_json::Value;

use crate::output::{Out, style};

/// Messages that wait at most.
const WAITING: usize = 1_024;
/// A longer message is not kept.
const LONGEST: u64 = 256 << 20;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Message(Vec<u8>),
    /// What cannot be told apart from the rest of the stream, and why.
    Broken(&'static str),
}

/// Begins to read; the channel closes at the end of the stream.
pub fn read(input: impl BufRead + Send + 'static) -> Receiver<Event> {
    let (send, events) = sync_channel(WAITING);
    thread::spawn(move || forward(input, &send));
    events
}

/// Sends a message.
pub fn write(out: &mut Out, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    out.exact(style::PLAIN, format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes())?;
    out.flush()
}

fn forward(mut input: impl BufRead, send: &SyncSender<Event>) {
    // A stream that cannot be read any more is at its end.
    while let Ok(Some(event)) = next(&mut input) {
        if send.send(event).is_err() {
            return;
        }
    }
}

fn next(input: &mut impl BufRead) -> io::Result<Option<Event>> {
    let (mut length, mut line) = (None, Vec::new());
    loop {
        line.clear();
        if input.by_ref().take(1 << 16).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        match text.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            Some(_) => {}
            None if text.trim().is_empty() => break,
            None => {}
        }
    }
    let Some(length) = length else { return Ok(Some(Event::Broken("a message has no `Content-Length`"))) };
    if length > LONGEST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(Event::Broken("a message is longer than 256 MiB")));
    }
    let mut message = Vec::new();
    input.take(length).read_to_end(&mut message)?;
    Ok((message.len() as u64 == length).then_some(Event::Message(message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_by_their_lengths() {
        let stream =
            "Content-Length: 2\r\n\r\n{}content-length:3\r\nX: y\r\n\r\n[1]X\r\n\r\nContent-Length: 9\r\n\r\nhalf";
        let mut input = stream.as_bytes();
        let events: Vec<Event> = std::iter::from_fn(|| next(&mut input).unwrap()).collect();
        let message = |text: &str| Event::Message(text.into());
        assert_eq!(events, [message("{}"), message("[1]"), Event::Broken("a message has no `Content-Length`")]);
    }
}
