//! The conversation: one hunk after the other, a line of input each, as in `git add -p`.

use std::collections::BTreeMap;
use std::io;

use anyhow::{Context, Result};

use super::editor;
use super::preview::{Choice, Chosen, Preview};
use crate::change::compose;
use crate::concept;
use crate::output::Out;
use crate::output::review::{self, numbers};
use crate::source::Source;
use crate::syntax;

/// What became of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Open,
    Accepted,
    Rejected,
    /// Left out with one that was rejected.
    Follows,
    /// To be asked again at the end.
    Skipped,
    /// Skipped twice.
    Left,
}

/// What was decided so far.
#[derive(Debug, Clone)]
struct State {
    decisions: Vec<Decision>,
    texts: BTreeMap<usize, Vec<u8>>,
    /// Whether what was skipped is asked again.
    is_second: bool,
}

/// A conversation about one preview.
pub struct Session<'a> {
    preview: &'a Preview,
    out: &'a mut Out,
    state: State,
    history: Vec<State>,
    /// What was edited and does not parse yet.
    drafts: BTreeMap<usize, Vec<u8>>,
    /// Whether a file has changed since it was read.
    has_refused: bool,
}

/// What comes after an answer.
enum Next {
    Hunk,
    /// The same question, without the hunk again.
    Question,
    End,
}

impl<'a> Session<'a> {
    pub fn new(preview: &'a Preview, out: &'a mut Out) -> Self {
        let decisions = vec![Decision::Open; preview.pieces.len()];
        let state = State { decisions, texts: BTreeMap::new(), is_second: false };
        Session { preview, out, state, history: Vec::new(), drafts: BTreeMap::new(), has_refused: false }
    }

    /// Asks until all is decided and confirmed; nothing if nothing is to be written.
    pub fn run(&mut self) -> Result<Option<Chosen>> {
        self.say(&format!("{}, {}", review::many(self.preview.pieces.len()), review::KEYS))?;
        let mut ends = false;
        loop {
            while let Some(at) = self.next().filter(|_| !ends) {
                self.show(at)?;
                ends = loop {
                    let Some(answer) = self.ask_about(at)? else { return Ok(None) };
                    match self.answer(at, &answer)? {
                        Next::Hunk => break false,
                        Next::Question => {}
                        Next::End => break true,
                    }
                };
            }
            let choice = self.choice();
            if !choice.accepted.contains(&true) {
                return Ok(None);
            }
            let chosen = self.preview.chosen(&choice)?;
            if chosen.changes.is_empty() {
                self.say("nothing is left of what was accepted")?;
                return Ok(None);
            }
            review::followed(self.out, &self.preview.followed(&choice, &chosen))?;
            review::verdict(self.out, &chosen.proofs)?;
            match self.ask(&self.last_question(&chosen))?.as_deref() {
                Some("y" | "yes") => return Ok(Some(chosen)),
                Some("u") => ends = !self.undo()?,
                Some("n" | "no" | "q") | None => return Ok(None),
                Some(_) => self.say("y writes, n leaves all files as they are, u takes the last decision back")?,
            }
        }
    }

    fn last_question(&self, chosen: &Chosen) -> String {
        let taken = chosen.taken.iter().filter(|taken| **taken).count();
        let (hunks, files) = (review::many(self.preview.pieces.len()), review::files(chosen.changes.len()));
        format!("write {taken} of {hunks} to {files} [y,n,u]? ")
    }

    /// The hunk to ask about: the first that is open, then those that were skipped, once more.
    fn next(&mut self) -> Option<usize> {
        let is_open = |decision: &Decision| *decision == Decision::Open;
        if let Some(at) = self.state.decisions.iter().position(is_open) {
            return Some(at);
        }
        let skipped = self.state.decisions.iter_mut().filter(|decision| **decision == Decision::Skipped);
        let end = if self.state.is_second { Decision::Left } else { Decision::Open };
        skipped.for_each(|decision| *decision = end);
        self.state.is_second = true;
        self.state.decisions.iter().position(is_open)
    }

    fn choice(&self) -> Choice {
        let accepted = self.state.decisions.iter().map(|decision| *decision == Decision::Accepted).collect();
        Choice { accepted, texts: self.state.texts.clone() }
    }

    fn show(&mut self, at: usize) -> Result<()> {
        let text = self.drafts.get(&at).or(self.state.texts.get(&at));
        Ok(review::hunk(self.out, &self.preview.shown(at, text.map(Vec::as_slice)))?)
    }

    fn ask_about(&mut self, at: usize) -> Result<Option<String>> {
        self.ask(&format!("hunk {} of {} [a,r,s,e,x,u,q,?]? ", at + 1, self.preview.pieces.len()))
    }

    /// A line that the user types, without white space around it; nothing at the end of the input.
    fn ask(&mut self, question: &str) -> Result<Option<String>> {
        review::prompt(self.out, question)?;
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line).context("cannot read an answer")?;
        if read == 0 {
            self.say("")?;
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }

    fn say(&mut self, text: &str) -> Result<()> {
        Ok(review::say(self.out, text)?)
    }

    fn answer(&mut self, at: usize, answer: &str) -> Result<Next> {
        let (key, rest) = answer.split_once(' ').unwrap_or((answer, ""));
        let changes = matches!(key, "a" | "y" | "e" | "A");
        if changes && self.preview.is_stale(at) {
            self.refuse(at)?;
            return Ok(Next::Hunk);
        }
        match key {
            "a" | "y" => self.accept(at),
            "A" => self.accept_rest()?,
            "r" | "n" => self.reject(at)?,
            "s" => self.decide(at, Decision::Skipped),
            "e" => self.edit(at)?,
            "u" if self.undo()? => {}
            "u" => return Ok(Next::Question),
            "x" => return self.explain(at, rest.trim()).map(|()| Next::Question),
            "q" => return Ok(Next::End),
            _ => return Ok(review::help(self.out).map(|()| Next::Question)?),
        }
        Ok(Next::Hunk)
    }

    fn decide(&mut self, at: usize, decision: Decision) {
        self.history.push(self.state.clone());
        self.state.decisions[at] = decision;
    }

    fn accept(&mut self, at: usize) {
        self.decide(at, Decision::Accepted);
        self.drafts.remove(&at);
    }

    /// Accepts all that is open; what stands in a file that has changed is refused.
    fn accept_rest(&mut self) -> Result<()> {
        self.history.push(self.state.clone());
        for at in 0..self.preview.pieces.len() {
            match self.state.decisions[at] {
                Decision::Open | Decision::Skipped if self.preview.is_stale(at) => self.left_out(at)?,
                Decision::Open | Decision::Skipped => self.state.decisions[at] = Decision::Accepted,
                _ => {}
            }
        }
        Ok(())
    }

    fn reject(&mut self, at: usize) -> Result<()> {
        self.history.push(self.state.clone());
        self.leave_out(at)
    }

    /// Leaves a hunk out, and with it what depends on it.
    fn leave_out(&mut self, at: usize) -> Result<()> {
        self.state.decisions[at] = Decision::Rejected;
        let mut followers = self.preview.followers(at).to_vec();
        followers.retain(|other| !matches!(self.state.decisions[*other], Decision::Rejected | Decision::Follows));
        followers.iter().for_each(|other| self.state.decisions[*other] = Decision::Follows);
        if !followers.is_empty() {
            self.say(&format!("left out with it: {}", numbers(&followers)))?;
        }
        Ok(())
    }

    fn refuse(&mut self, at: usize) -> Result<()> {
        self.history.push(self.state.clone());
        self.left_out(at)
    }

    fn left_out(&mut self, at: usize) -> Result<()> {
        let path = self.preview.path(at);
        self.say(&format!("`{path}` has changed since it was read: its hunk {} is left out; review it again", at + 1))?;
        self.has_refused = true;
        self.leave_out(at)
    }

    /// Whether a file has changed since it was read, so that its hunks were left out.
    pub fn has_refused(&self) -> bool {
        self.has_refused
    }

    /// Takes the last decision back; false if there is none.
    fn undo(&mut self) -> Result<bool> {
        match self.history.pop() {
            Some(state) => {
                self.state = state;
                Ok(true)
            }
            None => self.say("there is no decision to take back").map(|()| false),
        }
    }

    fn edit(&mut self, at: usize) -> Result<()> {
        let piece = &self.preview.pieces[at];
        let old = self.drafts.get(&at).or(self.state.texts.get(&at)).unwrap_or(&piece.text);
        let end = self.preview.path(at).rsplit_once('.').map(|(_, end)| format!(".{end}")).unwrap_or_default();
        let Some(new) = editor::edit(old, &end)? else {
            return self.say("the editor says that it failed: the hunk stays as it was");
        };
        let source = &self.preview.plan.files[piece.file].source;
        let whole = compose(self.preview.before(at), &[(piece, &new)]);
        if !Source::read(source.path(), whole).is_ok_and(|source| syntax::parse(&source).errors.is_empty()) {
            self.drafts.insert(at, new);
            return self
                .say("the file would be no Python any more with that: e edits it again, a takes the hunk as it was");
        }
        self.drafts.remove(&at);
        self.decide(at, Decision::Accepted);
        self.state.texts.insert(at, new);
        let shown = self.preview.shown(at, self.state.texts.get(&at).map(Vec::as_slice));
        review::edited(self.out, &shown)?;
        Ok(())
    }

    fn explain(&mut self, at: usize, code: &str) -> Result<()> {
        let codes = self.preview.codes(at);
        let code = match (code, codes.as_slice()) {
            ("", [only]) => *only,
            ("", []) => return self.say("no use of Batch AI stands in this hunk: others need it"),
            ("", many) => return self.say(&format!("x and one of {}", many.join(", "))),
            (code, _) => code,
        };
        match concept::explain(code) {
            Some(text) => Ok(review::page(self.out, &text)?),
            None => self.say(&format!("there is no concept `{code}`")),
        }
    }
}
