//! Job preparation: a command that Batch AI ran on each node before the program, and that becomes part of the job's command.

use super::command::{Piece, Shell};
use super::toolkit::{JOB, Launch};
use super::{Result, Stuck, Translator, link};
use crate::find::SiteId;
use crate::render::Markup;
use crate::syntax::{ExprId, ExprKind};

/// The field of a job that holds it.
const FIELD: &str = "job_preparation";

/// What is made under a condition, its test, and whether it is made where the test fails.
type Condition = (SiteId, ExprId, bool);

impl Translator<'_> {
    /// Whether the preparation of a job can be part of a command that is written where these settings stand.
    pub(super) fn is_in_reach(&self, job: SiteId, settings: SiteId) -> bool {
        let Some(preparation) = self.given(self.site(job), FIELD) else { return true };
        let line = self.p.sites.at(preparation).map_or(Some(preparation), |made| self.site(made).arg("command_line"));
        line.is_some_and(|line| link::available(self.p, line, self.site(settings).stmt))
    }

    /// Refuses a preparation that is not part of the job's command, because that is written elsewhere.
    pub(super) fn check_prepared(&mut self, job: SiteId, preparation: ExprId) -> Result<()> {
        let settings = self.site(job).args.iter().find(|a| self.is_toolkit_field(&a.name) && !self.is_none(a.value));
        let made = settings.and_then(|a| link::constructors(self.p, a.value).first().copied());
        let inline = settings.is_some_and(|a| self.p.sites.at(a.value) == made);
        let prepared = match made {
            // One that is given later comes too late.
            _ if self.site(job).arg(FIELD) != Some(preparation) => false,
            Some(_) if inline => true,
            Some(made) if self.consumer(made, JOB) == Some(job) && self.is_in_reach(job, made) => {
                let mark = self.mark();
                let written = self.toolkit(made, Some(job), true).is_ok();
                self.rollback(mark);
                written
            }
            _ => false,
        };
        match prepared {
            true => Ok(()),
            false => Err(Stuck::new(
                "the command that it comes before is not built here",
                "put the preparation in front of the command where that is built, or into the image",
            )),
        }
    }

    /// Job preparation comes before the program: once on each node, and the job stops if it fails.
    pub(super) fn prepare(&mut self, job: SiteId, launch: &Launch, shell: &mut Shell) -> Result<()> {
        let site = self.site(job);
        let Some(index) = site.arg_index(FIELD).filter(|i| !self.is_none(site.args[*i].value)) else {
            return Ok(());
        };
        let (made, line, condition) = self.prepared(site.args[index].value)?;
        self.check_said(made)?;
        let mut preparation = Shell { exports: std::mem::take(&mut shell.exports), ..Shell::default() };
        preparation.mounts = std::mem::take(&mut shell.mounts);
        preparation.read = std::mem::take(&mut shell.read);
        // `JobPreparation(line) if line else None` is its line, which may be none.
        let condition = condition.filter(|(_, test, _)| self.text_of(*test) != self.text_of(line));
        if condition.is_some() && launch.kind != "none" {
            return Err(Stuck::new(
                "its job preparation is made under a condition, and runs once on each of several nodes",
                "put the preparation in front of the command, or into the image",
            ));
        }
        if launch.kind == "none" {
            preparation.text("(");
            let before = preparation.pieces.len();
            match condition {
                Some((_, test, is_unless)) => self.under(test, is_unless, line, &mut preparation)?,
                None => self.line(made, line, &mut preparation)?,
            }
            let known = self.literal(line).is_some_and(|l| !l.trim().is_empty());
            if let ([Piece::Code(code)], false) = (&mut preparation.pieces[before..], known) {
                // It may be empty or `None`, and `()` is no command.
                *code = Markup(format!("({} or {})", code.0, self.string("true").0));
            }
            preparation.text(") && ");
        } else {
            let mut command = Shell { mounts: std::mem::take(&mut preparation.mounts), ..Shell::default() };
            self.line(made, line, &mut command)?;
            preparation.exports.extend(std::mem::take(&mut command.exports));
            preparation.mounts = std::mem::take(&mut command.mounts);
            self.support("once_per_node");
            let call = format!("{}({})", self.aliases.name("once_per_node"), self.written(&command).unwrapped().0);
            preparation.pieces.push(Piece::Code(Markup(call)));
        }
        for piece in std::mem::take(&mut shell.pieces) {
            match piece {
                Piece::Text(text) => preparation.text(&text),
                code => preparation.pieces.push(code),
            }
        }
        *shell = preparation;
        let mapping = self.mapping(self.site(made))?;
        self.settle_fields(made, mapping)?;
        self.settle(made, None, mapping.fate, &mapping.note, &mapping.todo);
        Ok(())
    }

    /// Adds the line of a preparation. What the line of one that stands apart names is exported, wherever that was given to it.
    fn line(&mut self, made: SiteId, line: ExprId, shell: &mut Shell) -> Result<()> {
        if let Some(said) = self.site(made).arg("command_line").filter(|said| *said != line) {
            self.exported(said, shell)?;
        }
        self.shell(line, shell)
    }

    /// What makes a preparation, its line, and the condition under which there is one.
    fn prepared(&self, value: ExprId) -> Result<(SiteId, ExprId, Option<Condition>)> {
        let condition = self.condition_of(value);
        let made = match &condition {
            Some((made, ..)) => Some(*made),
            None => link::constructors(self.p, value).first().copied(),
        };
        let inline = self.p.sites.at(value).is_some() || condition.is_some();
        let line = made.and_then(|made| self.site(made).arg("command_line"));
        // A preparation that stands apart has become its command line there.
        let line = line.map(|line| if inline { line } else { value });
        made.zip(line).map(|(made, line)| (made, line, condition)).ok_or_else(|| {
            Stuck::new(
                "its job preparation is not built where it can be seen",
                "put the preparation in front of the command, or into the image",
            )
        })
    }

    /// What `made if test else None` makes, its test, and whether it is `None if test else made`.
    fn condition_of(&self, value: ExprId) -> Option<Condition> {
        let ExprKind::IfExp { test, body, orelse } = self.p.ast.kind(value) else { return None };
        match (self.is_none(*body), self.is_none(*orelse)) {
            (false, true) => Some((self.p.sites.at(*body)?, *test, false)),
            (true, false) => Some((self.p.sites.at(*orelse)?, *test, true)),
            _ => None,
        }
    }

    /// Adds a line that runs under a condition only.
    fn under(&mut self, test: ExprId, is_unless: bool, line: ExprId, shell: &mut Shell) -> Result<()> {
        let mut own = Shell { exports: std::mem::take(&mut shell.exports), ..Shell::default() };
        own.mounts = std::mem::take(&mut shell.mounts);
        own.read = std::mem::take(&mut shell.read);
        self.shell(line, &mut own)?;
        let (line, idle, test) = (self.written(&own).unwrapped(), self.string("true"), self.text(test)?);
        let (first, second) = if is_unless { (idle, line) } else { (line, idle) };
        shell.pieces.push(Piece::Code(Markup(format!("({} if {} else {})", first.0, test.0, second.0))));
        (shell.exports, shell.mounts, shell.read) = (own.exports, own.mounts, own.read);
        Ok(())
    }
}
