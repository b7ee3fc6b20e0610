//! `bai2aml lsp`: what `check` finds, what `explain` says and what `convert` makes of it, in an editor.
//!
//! One message after the other, on one thread; another one reads ahead, so that a request can be cancelled while it waits.
//! Findings are sent when nothing has come for a moment. No message ends the server but `exit`.

mod actions;
mod analysis;
mod documents;
mod program;
mod server;
mod settings;
mod text;
mod uri;
mod wire;

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use anstream::ColorChoice;
use anyhow::Result;
use serde_json::Value;

use super::rpc::{self, Fault, Incoming};
use super::{Exit, unless_closed};
use crate::output::Out;
use server::Server;
use wire::Event;

/// How long nothing must come before findings are sent: a person types.
const QUIET: Duration = Duration::from_millis(150);

/// Runs the subcommand. As the protocol has it, an end without `shutdown` before it is a failure.
pub fn run() -> Result<Exit> {
    let events = wire::read(io::BufReader::new(io::stdin()));
    let mut out = Out::stdout(ColorChoice::Never);
    let (mut server, mut queue) = (Server::default(), VecDeque::new());
    loop {
        match next(&events, &mut queue, server.has_news()) {
            Next::End => return Ok(Exit::Left),
            Next::Quiet => send(&mut out, guarded(|| server.news()).unwrap_or_default())?,
            Next::Event(Event::Broken(why)) => {
                send(&mut out, vec![rpc::answer(&Value::Null, Err(Fault::unreadable(why)))])?
            }
            Next::Event(Event::Message(bytes)) => match rpc::read(&bytes) {
                Ok(Incoming::Notification { method, .. }) if method == "exit" => {
                    return Ok(if server.is_shut_down() { Exit::Clean } else { Exit::Left });
                }
                Ok(message) => send(&mut out, handled(&mut server, message, &queue))?,
                Err((id, fault)) => send(&mut out, vec![rpc::answer(&id, Err(fault))])?,
            },
        }
    }
}

/// What is to be done next.
enum Next {
    Event(Event),
    /// Nothing has come for a moment.
    Quiet,
    /// Nothing will come any more.
    End,
}

fn next(events: &Receiver<Event>, queue: &mut VecDeque<Event>, has_news: bool) -> Next {
    if queue.is_empty() {
        let first = if has_news { events.recv_timeout(QUIET) } else { events.recv().map_err(RecvTimeoutError::from) };
        match first {
            Ok(event) => queue.push_back(event),
            Err(RecvTimeoutError::Timeout) => return Next::Quiet,
            Err(RecvTimeoutError::Disconnected) => return Next::End,
        }
    }
    queue.extend(events.try_iter());
    queue.pop_front().map_or(Next::End, Next::Event)
}

/// What is sent because of a message.
fn handled(server: &mut Server, message: Incoming, queue: &VecDeque<Event>) -> Vec<Value> {
    match message {
        Incoming::Response => Vec::new(),
        Incoming::Notification { method, params } => guarded(|| server.notice(&method, &params)).unwrap_or_default(),
        Incoming::Request { id, .. } if is_cancelled(&id, queue) => {
            vec![rpc::answer(&id, Err(Fault::new(-32800, "the request was cancelled")))]
        }
        Incoming::Request { id, method, params } => {
            let result = guarded(|| server.answer(&method, &params));
            vec![rpc::answer(&id, result.unwrap_or_else(|| Err(Fault::internal("the server failed at this request"))))]
        }
    }
}

/// Whether a request is taken back by a message that waits.
fn is_cancelled(id: &Value, queue: &VecDeque<Event>) -> bool {
    queue.iter().any(|event| {
        let Event::Message(bytes) = event else { return false };
        match rpc::read(bytes) {
            Ok(Incoming::Notification { method, params }) => method == "$/cancelRequest" && params["id"] == *id,
            _ => false,
        }
    })
}

/// The result of some work, unless it panics: no text that is open may end the server.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// An editor that does not listen any more ends the stream as well.
fn send(out: &mut Out, messages: Vec<Value>) -> Result<()> {
    unless_closed(messages.iter().try_for_each(|message| wire::write(out, message)))
}
