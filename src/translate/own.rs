//! Jobs whose own command line starts `mpirun`: Azure ML starts it for them, so what it starts becomes the command, and
//! its options become the distribution and variables, or are named as lost.

use super::command::{Shell, node_list};
use super::launcher::{Own, shown};
use super::toolkit::Launch;
use super::{Result, Stuck, Translator};
use crate::concept::Mapping;
use crate::find::{SiteId, mentions_in};
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind};

/// The key of the distribution in the table.
const MPIRUN: &str = "mpirun";

/// How many processes each node has, and in words where that comes from.
type Share = (Markup, &'static str);

/// How many of a job's nodes have processes, how many each of them, and how many nodes there are.
pub(super) struct Filled {
    pub nodes: u64,
    pub each: u64,
    pub of: u64,
}

impl Translator<'_> {
    /// The launcher that a command line starts by itself, where Azure ML has a distribution in its place.
    pub(super) fn own_launcher(&self, id: SiteId) -> Option<Own> {
        let mapping = self.mapping(self.site(id)).ok()?;
        mapping.distribution.get(MPIRUN)?;
        let line = self.given(self.site(id), "command_line")?;
        let read = |follow: bool| self.read_launcher(&self.p.resolved.string(self.p.ast, line, follow));
        let direct = read(false);
        if direct.as_ref().is_some_and(|own| own.trouble.is_none()) {
            return direct;
        }
        let Some(mut own) = read(true) else { return direct };
        own.followed = true;
        if own.trouble.is_none() && !self.hold(&own, line) {
            let reason = "what its command line is built from has other values by the time the job is made";
            own.trouble = Some((reason.into(), "build the command line where the job is made".into()));
        }
        Some(own)
    }

    /// Whether the expressions in a command line that was built elsewhere give the same where it is used.
    fn hold(&self, own: &Own, line: ExprId) -> bool {
        let mut parts = vec![&own.before, &own.program];
        parts.extend(own.processes.iter().chain(&own.per_node).chain(own.variables.iter().map(|(_, v)| v)));
        let holes = parts.into_iter().flat_map(|p| &p.0).filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Hole(id) | Part::Formatted(id) | Part::Spec(id, _) | Part::When(id, _) => Some(*id),
        });
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let scope = |id: ExprId| resolved.owner(id).and_then(|stmt| resolved.scope(stmt));
        let until = ast.span(line).start;
        holes.into_iter().all(|hole| {
            let mut same = scope(hole) == scope(line);
            ast.descend(hole, &mut |e| {
                let Some(name) = ast.name(e) else { return };
                let between = ast.span(e).start..until;
                same &= !resolved.defs_named(name).any(|(_, d)| between.contains(&ast.stmt(d.stmt).span.start));
            });
            same
        })
    }

    /// A command line as text, through names and without a launcher of its own.
    pub(super) fn line_text(&self, id: SiteId, line: ExprId) -> Parts {
        let text = self.p.resolved.string(self.p.ast, line, true);
        let is_line = self.site(id).arg("command_line") == Some(line);
        let is_own = is_line && self.own_launcher(id).is_some_and(|own| own.trouble.is_none());
        let own = if is_own { self.read_launcher(&text) } else { None };
        own.map_or(text, |own| own.command())
    }

    /// The launcher, if it can be taken away; `None` where the command line may stay as it is.
    pub(super) fn launcher(&mut self, id: SiteId, job: Option<SiteId>) -> Result<Option<Own>> {
        let Some(own) = self.own_launcher(id) else { return Ok(None) };
        let Some((reason, first)) = own.trouble.clone() else { return Ok(Some(own)) };
        if self.counts(id, job).one_node && !own.read.iter().any(|variable| node_list(variable)) {
            return Ok(None);
        }
        let mpi = match self.mapping(self.site(id))?.distribution.get(MPIRUN) {
            Some(class) => class.rsplit('.').next().unwrap_or_default(),
            None => "",
        };
        let program = shown(own.program.known().trim());
        let share = self.share(&own, id, job).map_or("…".to_owned(), |(count, _)| count.flat());
        let keyword = if mpi == "MpiConfiguration" { "process_count_per_node" } else { "process_count_per_instance" };
        let command = if program.is_empty() { String::new() } else { format!("start `{program}` by ") };
        Err(Stuck::new(reason, format!("{first}; then {command}`{mpi}({keyword}={share})` in place of `mpirun`")))
    }

    /// A variable of Batch AI that the launcher passes on.
    pub(super) fn passed_on(&self, id: SiteId) -> Option<String> {
        self.own_launcher(id)?.passed.into_iter().find(|name| is_ours(name))
    }

    /// The distribution in place of a launcher.
    pub(super) fn own_launch(
        &mut self,
        own: &Own,
        id: SiteId,
        job: Option<SiteId>,
        mapping: &Mapping,
    ) -> Result<Launch> {
        let (count, _) = self.share(own, id, job)?;
        let none = Launch { kind: "none", class: String::new(), keywords: Vec::new(), first_node: false };
        if self.counts(id, job).one_node && count.0 == "1" {
            return Ok(none);
        }
        let class = mapping.distribution.get(MPIRUN).cloned().unwrap_or_default();
        Ok(Launch { kind: "mpi", class, keywords: vec![("process_count_per_instance".into(), count)], ..none })
    }

    /// The processes of each node.
    pub(super) fn share(&mut self, own: &Own, id: SiteId, job: Option<SiteId>) -> Result<Share> {
        let nodes = self.counts(id, job).nodes;
        let known = |word: &Parts| word.text().and_then(|text| text.parse::<u64>().ok());
        let uneven = |processes: u64, nodes: u64| {
            Stuck::new(
                format!("{processes} processes are not the same number on each of its {nodes} nodes"),
                "choose numbers that divide",
            )
        };
        let on_nodes = nodes.and_then(|n| self.integer(n)).filter(|n| *n > 0);
        match (&own.processes, &own.per_node) {
            (Some(_), Some(_)) if let Some(filled) = self.filled(own, id, job) => Ok((
                Markup(filled.each.to_string()),
                "its processes were all on the first nodes of the job, which are its nodes now",
            )),
            (Some(processes), Some(each)) => {
                if let (Some(all), Some(each), Some(nodes)) = (known(processes), known(each), on_nodes)
                    && all != each * nodes
                {
                    return Err(uneven(all, nodes));
                }
                Ok((self.count(each)?, "the number of processes on each node is kept"))
            }
            (None, Some(each)) => Ok((self.count(each)?, "the number of processes on each node is kept")),
            (Some(processes), None) => {
                let nodes = nodes.ok_or_else(|| {
                    let reason = "the number of nodes of its job is not in reach here";
                    Stuck::new(reason, "build the settings beside the job")
                })?;
                let is_number = matches!(self.p.ast.kind(nodes), ExprKind::Number);
                match (known(processes), on_nodes) {
                    (Some(p), Some(n)) if p % n != 0 => return Err(uneven(p, n)),
                    (Some(p), Some(n)) if is_number => {
                        return Ok((Markup((p / n).to_string()), "the processes of the job are spread over its nodes"));
                    }
                    _ => {}
                }
                Ok((self.divided(processes, nodes)?, "the processes of the job are spread over its nodes"))
            }
            (None, None) => Ok((Markup::plain("1"), "it named no number, so there is one process on each node")),
        }
    }

    /// The nodes of a job on which its `mpirun` starts processes, where it fills some and starts nothing on the others.
    pub(super) fn filled(&self, own: &Own, id: SiteId, job: Option<SiteId>) -> Option<Filled> {
        let job = self.site(job?);
        let is_in_it = job.args.iter().any(|arg| self.p.sites.at(arg.value) == Some(id));
        let number = |word: &Option<Parts>| word.as_ref()?.text()?.parse::<u64>().ok();
        let (all, each) = (number(&own.processes)?, number(&own.per_node)?);
        let of = self.integer(job.arg("node_count")?)?;
        let is_even = all > 0 && (all < each || all.is_multiple_of(each));
        let is_some = is_in_it && self.p.target == Target::V2 && is_even && all < each.saturating_mul(of);
        is_some.then(|| Filled { nodes: all.div_ceil(each), each: all.min(each), of })
    }

    /// The same for a job, as its number of nodes.
    pub(super) fn filled_nodes(&mut self, job: SiteId) -> Option<Markup> {
        let settings = self.site(job).args.iter().find(|arg| self.is_toolkit_field(&arg.name))?;
        let settings = self.p.sites.at(settings.value)?;
        let own = self.own_launcher(settings).filter(|own| own.trouble.is_none())?;
        let Filled { nodes, of, .. } = self.filled(&own, settings, Some(job))?;
        let note =
            format!("its `mpirun` started all processes on {nodes} of the {of} nodes, and the others did nothing");
        let todo = "if all were to work, raise `instance_count` again";
        self.settle(job, self.site(job).arg_index("node_count"), Fate::Approximate, &note, todo);
        Some(Markup(nodes.to_string()))
    }

    /// A number of processes by the number of nodes; one of its factors, where the other is the number of nodes.
    fn divided(&mut self, processes: &Parts, nodes: ExprId) -> Result<Markup> {
        let by = self.text(nodes)?.flat();
        if let [Part::Hole(id) | Part::Formatted(id)] = processes.0.as_slice()
            && let Some(factor) = self.factor_beside(*id, &by)
        {
            return self.text(factor);
        }
        let all = self.count(processes)?.flat();
        Ok(if all == by { Markup::plain("1") } else { Markup(format!("{} // {}", operand(&all), operand(&by))) })
    }

    /// A number in a command line as a Python expression.
    fn count(&mut self, word: &Parts) -> Result<Markup> {
        match word.0.as_slice() {
            [Part::Text(text)] if text.parse::<u64>().is_ok() => Ok(Markup::plain(text)),
            [Part::Formatted(id)] => self.text(*id),
            [Part::Hole(id)] => Ok(Markup(format!("int({})", self.text(*id)?.0))),
            _ => Err(Stuck::new(
                format!("the number of its processes, `{}`, is known only on the node", shown(&word.known())),
                "write the number",
            )),
        }
    }

    /// What the launcher starts, as a shell command.
    pub(super) fn own_shell(&mut self, own: &Own, id: SiteId, job: Option<SiteId>) -> Result<Shell> {
        let (mut shell, since) = (Shell::default(), self.out.loose.len());
        self.shell_parts(&own.command(), &mut shell)?;
        self.settle_own_launcher(own, id, job, since)?;
        for variable in own.passed.iter().filter(|name| is_ours(name)) {
            shell.export(variable);
        }
        Ok(shell)
    }

    /// The variables that the launcher of settings set, as entries of a dictionary.
    pub(super) fn launcher_variables(&mut self, id: SiteId) -> Result<Vec<Markup>> {
        let Some(own) = self.own_launcher(id).filter(|own| own.trouble.is_none()) else { return Ok(Vec::new()) };
        let mut entries = Vec::new();
        for (name, value) in &own.variables {
            let mut text = Parts::default();
            value.0.iter().for_each(|part| text.push(part.clone()));
            let value = match text.0.as_slice() {
                [Part::Formatted(id)] => Markup::list("str(", &[self.text(*id)?], ")"),
                _ => self.python(&text)?,
            };
            entries.push(Markup(format!("{}: {}", self.string(name).0, value.0)));
        }
        Ok(entries)
    }

    /// The fates of the command line, and of what its options name.
    pub(super) fn settle_own_launcher(
        &mut self,
        own: &Own,
        id: SiteId,
        job: Option<SiteId>,
        since: usize,
    ) -> Result<()> {
        let Some(index) = self.site(id).arg_index("command_line") else { return Ok(()) };
        let line = self.site(id).args[index].value;
        let command = own.command().known();
        for string in self.p.resolved.strings_in(self.p.ast, line) {
            for mention in self.p.sites.mentions(string).to_vec() {
                let crate::find::SiteKind::Mention(named) = &self.site(mention).kind else { continue };
                if own.read.contains(&named.variable) && !command.contains(&named.variable) {
                    self.settle(mention, None, Fate::Drop, "it was for `mpirun`, which Azure ML starts itself", "");
                }
            }
        }
        let (_, share) = self.share(own, id, job)?;
        let note = format!("Azure ML starts `mpirun` itself; {share}{}", accounted(own));
        let todo = if own.lost.is_empty() && !own.variables.iter().any(|(n, _)| n.starts_with("OMPI_MCA_")) {
            "check that the image holds MPI"
        } else {
            "check that the image holds MPI, and that the program does without the options"
        };
        self.settle(id, Some(index), Fate::Approximate, &note, todo);
        let whole = "Azure ML starts the processes of the program itself, in place of `mpirun`";
        self.settle(id, None, Fate::Approximate, whole, "check that the image holds MPI");
        if own.followed {
            self.consume_line(line);
        } else {
            self.settle_own(line, since);
        }
        Ok(())
    }
}

/// What became of the options, each by its name.
fn accounted(own: &Own) -> String {
    let (mut exported, passed): (Vec<&String>, Vec<&String>) = own.passed.iter().partition(|name| is_ours(name));
    exported.extend(&own.exported);
    let groups = [
        ("each process runs what stood in front of it", own.first.iter().collect()),
        ("left out, as it only printed the nodes", own.printed.iter().collect()),
        ("it does what these did", own.given.iter().collect()),
        ("set for the job", own.variables.iter().map(|(name, _)| name).collect()),
        ("exported in the command", exported),
        ("not passed on, as each process has those of its node", passed),
        ("not carried over", own.lost.iter().collect()),
    ];
    let mut out = String::new();
    for (what, names) in groups {
        let names: Vec<String> = names.into_iter().map(|name: &String| format!("`{name}`")).collect();
        if !names.is_empty() {
            out.push_str(&format!("; {what}: {}", names.join(", ")));
        }
    }
    out
}

/// Whether a variable is one of Batch AI's.
fn is_ours(name: &str) -> bool {
    !mentions_in(name, 0).is_empty()
}
