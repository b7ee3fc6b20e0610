//! Toolkit settings: how the user's program was started, which becomes a command and a distribution.

use std::collections::BTreeSet;

use super::command::{Piece, SPOKEN, Shell, Volume, node_list};
use super::value::Keywords;
use super::{Result, Stuck, Translator, Value};
use crate::concept::{Mapping, Shape, table};
use crate::find::SiteId;
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::sdk::{self, Target};
use crate::syntax::{ExprId, ExprKind};

/// Batch AI's job parameters.
pub(super) const JOB: &str = "JobCreateParameters";

/// The support constant that sets the role of a task, and Batch AI's variables for it.
const TASK: &str = "TASK_FROM_TF_CONFIG";

/// The variables that it sets.
const TASK_VARIABLES: [&str; 3] = ["AZ_BATCHAI_PS_HOSTS", "AZ_BATCHAI_WORKER_HOSTS", "AZ_BATCHAI_TASK_INDEX"];

/// The fields of settings that say what runs: without them there is no command.
const PROGRAMS: [&str; 3] = ["python_script_file_path", "config_file_path", "command_line"];

/// How the fields of settings end that are parts of a command line beside those.
const PARTS: [&str; 2] = ["command_line_args", "interpreter_path"];

/// The command line of the one role that a template of a command knows.
const MASTER_ARGUMENTS: &str = "master_command_line_args";

/// Keywords of a job, and the volumes that must become inputs for them.
pub(super) type Written = (Keywords, Vec<Volume>);

/// How the processes of a job are started.
pub(super) struct Launch {
    /// `none`, `mpi`, `pytorch`, `tensorflow`: a key of `export` in the table.
    pub kind: &'static str,
    /// Whether the program runs on the first of the nodes only.
    pub first_node: bool,
    /// Dotted class of the distribution; empty for one process.
    pub class: String,
    pub keywords: Keywords,
}

/// How many nodes and processes a job has.
pub(super) struct Counts {
    pub nodes: Option<ExprId>,
    pub processes: Option<ExprId>,
    pub one_node: bool,
    /// Whether all of it is one process on one node, so that nothing has to be distributed.
    pub one_process: bool,
}

impl Translator<'_> {
    /// Settings that stand apart from the job: the command and distribution as keywords.
    pub(super) fn toolkit_alone(&mut self, id: SiteId) -> Result<Value> {
        let job = self.consumer(id, JOB);
        job.map_or(Ok(()), |job| self.check_apart(id, job))?;
        let (keywords, _) = self.toolkit(id, job, true)?;
        match self.p.target {
            Target::V2 => Ok(Value::Keywords(keywords)),
            Target::V1 => Err(Stuck::new(
                "a job of azureml-core is written whole, and the job that takes these settings is not seen here",
                "build them in the call of `JobCreateParameters` and convert again",
            )),
        }
    }

    /// The keywords of the settings, and the volumes that must become inputs. The variables of a launcher are the job's, or
    /// part of the command where the settings stand apart.
    pub(super) fn toolkit(&mut self, id: SiteId, job: Option<SiteId>, apart: bool) -> Result<Written> {
        let mapping = self.mapping(self.site(id))?;
        let own = self.launcher(id, job)?.map(|own| if apart { own.exporting() } else { own });
        let launch = match &own {
            Some(own) => self.own_launch(own, id, job, mapping)?,
            None => self.launch(id, job, mapping)?,
        };
        let mut shell = match (&own, launch.kind) {
            (Some(own), _) => self.own_shell(own, id, job)?,
            (None, "tensorflow") => self.roles(id, mapping)?,
            _ if launch.first_node => self.started(id, &mapping.launch_first)?,
            _ => self.launched(id, mapping)?,
        };
        if let Some(job) = job.filter(|job| !apart || self.is_in_reach(*job, id)) {
            self.prepare(job, &launch, &mut shell)?;
        }
        self.exports(id, job, &launch, &mut shell)?;
        if own.is_none() {
            self.unread(id, &shell);
        }
        self.settle_fields(id, mapping)?;
        if launch.kind == "none" && !mapping.launch_first.is_empty() {
            self.settle(id, None, Fate::Exact, "", "");
        }
        self.finish(id, mapping);
        let mut keywords = vec![("command".to_owned(), self.written(&shell))];
        if !launch.class.is_empty() {
            self.import(&launch.class);
            let class = self.name_of(&launch.class);
            let arguments = super::value::keywords_list(&launch.keywords);
            keywords.push(("distribution".to_owned(), Markup::list(&format!("{class}("), &arguments, ")")));
        }
        Ok((keywords, shell.mounts))
    }

    /// Parts of a command line that the new command does not have: the arguments of a task that is not started, what a
    /// configuration file makes superfluous.
    pub(super) fn unread(&mut self, id: SiteId, shell: &Shell) {
        let site = self.site(id);
        for (index, arg) in site.args.iter().enumerate() {
            let is_part = PROGRAMS.contains(&arg.name.as_str()) || PARTS.iter().any(|part| arg.name.ends_with(part));
            if !is_part || shell.read.contains(&arg.name) || self.is_none(arg.value) {
                continue;
            }
            let reason = "the new command does without it: what it belongs to is not started";
            let todo = "check that the job needs no task with these arguments";
            self.settle(id, Some(index), Fate::Approximate, reason, todo);
            self.settle_within(self.p.ast.span(arg.value), Fate::Approximate, reason, todo);
        }
    }

    /// The fates of the settings' fields, as the table gives them.
    pub(super) fn settle_fields(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<()> {
        self.told_apart(self.site(id))?;
        for (index, arg) in self.site(id).args.iter().enumerate() {
            match mapping.fields.get(&arg.name) {
                Some(_) if self.is_spoken_of(arg.value) => self.settle(id, Some(index), Fate::Approximate, SPOKEN, ""),
                Some(field) => self.settle(id, Some(index), field.fate, &field.note, &field.todo),
                None => self.beside(id, index, mapping)?,
            }
        }
        Ok(())
    }

    /// The command that starts the user's program, by the row's template.
    pub(super) fn launched(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Shell> {
        let config = self.given(self.site(id), "config_file_path");
        self.started(id, if config.is_some() { &mapping.launch_config } else { &mapping.launch })
    }

    pub(super) fn started(&mut self, id: SiteId, template: &str) -> Result<Shell> {
        let mut shell = Shell::default();
        self.start(id, template, None, &mut shell)?;
        Ok(shell)
    }

    /// Fills a shell template with the settings' expressions; `arguments` stand for those of the master.
    fn start(&mut self, id: SiteId, template: &str, arguments: Option<ExprId>, shell: &mut Shell) -> Result<()> {
        let site = self.site(id);
        let mut given: Vec<(String, ExprId)> =
            site.args.iter().filter(|a| !self.is_none(a.value)).map(|a| (a.name.clone(), a.value)).collect();
        if let Some(arguments) = arguments {
            given.retain(|(name, _)| name != MASTER_ARGUMENTS);
            given.push((MASTER_ARGUMENTS.to_owned(), arguments));
        }
        let is_lacking =
            |hole: &&String| PROGRAMS.contains(&hole.as_str()) && given.iter().all(|(name, _)| name != *hole);
        let wanted = self.templates.holes(template).unwrap_or_default();
        shell.read.extend(given.iter().filter(|(name, _)| wanted.contains(name)).map(|(name, _)| name.clone()));
        if let Some(lacking) = wanted.iter().find(is_lacking) {
            return Err(Stuck::new(
                format!("it is built without `{lacking}`, so what it starts cannot be seen here"),
                format!("give `{lacking}` where the settings are built, and convert again"),
            ));
        }
        // Each expression is a mark in the shell text, so that the template decides on the words around it.
        let mark = |index: usize| Markup(format!("\u{FDE0}{index}\u{FDE1}"));
        let holes = given.iter().enumerate().map(|(i, (name, _))| (name.clone(), mark(i))).collect();
        let filled = self.fill(template, &holes)?.0;
        for (index, piece) in filled.trim().split('\u{FDE0}').enumerate() {
            let Some((number, text)) = piece.split_once('\u{FDE1}').filter(|_| index > 0) else {
                shell.text(piece);
                continue;
            };
            if let Some((_, expr)) = number.parse::<usize>().ok().and_then(|n| given.get(n)) {
                let before = shell.pieces.len();
                self.shell(*expr, shell)?;
                if let ([Piece::Code(code)], true) = (&mut shell.pieces[before..], self.may_be_none(*expr)) {
                    *code = Markup(format!("({})", self.or_nothing(*expr, code.clone(), &self.string("").0).0));
                }
            }
            shell.text(text);
        }
        Ok(())
    }

    /// TensorFlow gave each role its own arguments; Azure ML starts one command everywhere.
    pub(super) fn roles(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Shell> {
        let site = self.site(id);
        let text = |name: &str| site.arg(name).map(|a| self.p.ast.span(a).of(self.p.source.text()));
        let roles = ["parameter_server_command_line_args", MASTER_ARGUMENTS, "worker_command_line_args"];
        let texts = roles.map(text);
        let mut shell = Shell::default();
        shell.read.extend(roles.map(str::to_owned));
        self.support(TASK);
        shell.pieces.push(Piece::Code(Markup::plain(self.aliases.name(TASK))));
        shell.text("case \"$BAI_TASK_TYPE\" in ps) ");
        self.start(id, &mapping.launch, site.arg(roles[0]), &mut shell)?;
        if texts[1] != texts[2] && texts[1].is_some() {
            shell.text(" ;; master) ");
            self.start(id, &mapping.launch, None, &mut shell)?;
        } else if let Some(same) = site.arg(roles[1]) {
            // The workers' text stands for it.
            self.consume(same);
        }
        shell.text(" ;; *) ");
        self.start(id, &mapping.launch, site.arg(roles[2]).or(site.arg(roles[1])), &mut shell)?;
        shell.text(" ;; esac");
        Ok(shell)
    }

    /// Which distribution starts the processes, and how many on each node.
    fn launch(&mut self, id: SiteId, job: Option<SiteId>, mapping: &'static Mapping) -> Result<Launch> {
        let counts = self.counts(id, job);
        let class = self.distribution(id, mapping)?;
        if class.is_empty() && !counts.one_node {
            let class = self.first_node(id, mapping)?.to_owned();
            let keywords = vec![("process_count_per_instance".to_owned(), Markup::plain("1"))];
            return Ok(Launch { kind: "pytorch", class, keywords, first_node: true });
        }
        if class.is_empty() || counts.one_process {
            return Ok(Launch { kind: "none", class: String::new(), keywords: Vec::new(), first_node: false });
        }
        let kind = match class.rsplit('.').next().unwrap_or_default() {
            "MpiDistribution" => "mpi",
            "TensorFlowDistribution" => "tensorflow",
            _ => "pytorch",
        };
        let keywords = if kind == "tensorflow" {
            self.task_counts(id, counts.nodes)?
        } else {
            vec![("process_count_per_instance".to_owned(), self.per_node(counts.processes, counts.nodes)?)]
        };
        Ok(Launch { kind, class, keywords, first_node: false })
    }

    /// How many nodes and processes the settings ask for.
    pub(super) fn counts(&self, id: SiteId, job: Option<SiteId>) -> Counts {
        let nodes = job.and_then(|j| self.site(j).arg("node_count"));
        let processes = self.given(self.site(id), "process_count");
        let is_one = |count: ExprId| self.integer(count) == Some(1);
        let one_node = nodes.is_some_and(is_one) && !job.is_some_and(|job| self.gets_nodes_later(job));
        let no_workers = self.given(self.site(id), "worker_count").is_none();
        Counts { nodes, processes, one_node, one_process: one_node && processes.is_none_or(is_one) && no_workers }
    }

    /// A custom toolkit ran its command on the first node only: the distribution that tells the nodes apart.
    pub(super) fn first_node(&self, id: SiteId, mapping: &'static Mapping) -> Result<&'static str> {
        let line = self.site(id).arg("command_line");
        let text = line.map(|c| self.p.resolved.string(self.p.ast, c, true).known()).unwrap_or_default();
        if text.contains("mpirun") || text.contains("mpiexec") {
            return Err(Stuck::new(
                "it starts `mpirun` from within another command, which cannot be taken apart; Azure ML starts it itself",
                "write what `mpirun` starts as the command line, and give it `distribution=MpiDistribution(…)`",
            ));
        }
        let lists = crate::find::mentions_in(&text, 0).into_iter().any(|m| node_list(&m.variable));
        match mapping.distribution.get("first").filter(|_| !lists) {
            Some(class) => Ok(class),
            None => Err(Stuck::new(
                "it ran on the first of several nodes only; Azure ML would run it on each of them",
                "give the job one node, or a distribution that the program understands",
            )),
        }
    }

    /// The class of the distribution, by the communication backend where that decides; empty for none.
    pub(super) fn distribution(&self, id: SiteId, mapping: &'static Mapping) -> Result<String> {
        let backend = match self.given(self.site(id), "communication_backend") {
            Some(value) => self
                .literal(value)
                .map(|b| b.to_lowercase())
                .ok_or_else(|| Stuck::new("its communication backend is known only at run time", "write it out"))?,
            None => String::new(),
        };
        let class = mapping.distribution.get(&backend).or(mapping.distribution.get("default"));
        if class.is_none() && backend == "tcp" {
            return Err(Stuck::new("PyTorch has no `tcp` backend any more", "choose `gloo` or `nccl`"));
        }
        Ok(class.or(mapping.distribution.get("")).cloned().unwrap_or_default())
    }

    /// Batch AI counted the processes of the job, Azure ML those of a node.
    pub(super) fn per_node(&mut self, processes: Option<ExprId>, nodes: Option<ExprId>) -> Result<Markup> {
        let Some(processes) = processes else { return Ok(Markup::plain("1")) };
        let nodes = nodes.ok_or_else(|| {
            Stuck::new("the number of nodes of its job is not in reach here", "build the settings beside the job")
        })?;
        let (p, n) = (self.text(processes)?.flat(), self.text(nodes)?.flat());
        match (self.integer(processes), self.integer(nodes)) {
            (Some(p), Some(n)) if n > 0 && p % n != 0 => Err(Stuck::new(
                format!(
                    "{p} processes cannot be spread evenly over {n} nodes, and Azure ML starts the same number on each"
                ),
                "choose numbers that divide",
            )),
            (Some(p), Some(n)) if n > 0 && self.is_number(processes) && self.is_number(nodes) => {
                Ok(Markup((p / n).to_string()))
            }
            _ if p == n => Ok(Markup::plain("1")),
            _ => match self.factor_beside(processes, &n) {
                Some(factor) => self.text(factor),
                None => Ok(Markup(format!("{} // {}", operand(&p), operand(&n)))),
            },
        }
    }

    /// `b` of `a * b`, where `a` is the given text.
    pub(super) fn factor_beside(&self, product: ExprId, text: &str) -> Option<ExprId> {
        let ExprKind::Binary { op: "*", left, right } = *self.p.ast.kind(product) else { return None };
        let is_text = |side: ExprId| self.p.ast.span(side).of(self.p.source.text()) == text;
        if is_text(left) { Some(right) } else { Some(left).filter(|_| is_text(right)) }
    }

    /// The numbers of TensorFlow's tasks.
    pub(super) fn task_counts(&mut self, id: SiteId, nodes: Option<ExprId>) -> Result<Keywords> {
        let site = self.site(id);
        let servers = match self.given(site, "parameter_server_count") {
            Some(value) => self.text(value)?,
            None => Markup::plain("1"),
        };
        let workers = self
            .given(site, "worker_count")
            .or(nodes)
            .ok_or_else(|| Stuck::new("the number of its workers is not in reach here", "give `worker_count`"))?;
        let workers = self.text(workers)?;
        Ok(vec![("parameter_server_count".to_owned(), servers), ("worker_count".to_owned(), workers)])
    }

    /// Variables of Batch AI that the command still names, set at its start.
    pub(super) fn exports(
        &mut self,
        id: SiteId,
        job: Option<SiteId>,
        launch: &Launch,
        shell: &mut Shell,
    ) -> Result<()> {
        let variables = self.environment_exports(job, shell)?;
        let mut words = Vec::new();
        let mut before = String::new();
        let mut done = BTreeSet::new();
        for variable in shell.exports.clone().into_iter().filter(|name| done.insert(name.clone())) {
            let mention = crate::find::Mention { variable: variable.clone(), span: crate::text::Span::new(0, 0) };
            if variable.ends_with("MOUNT_ROOT") {
                before.push_str(&format!("export {variable}=$(mktemp -d); "));
                for Volume { input, name, .. } in &shell.mounts {
                    let input = self.directory_text("INPUT", input);
                    before.push_str(&format!("ln -s \"{input}\" \"${variable}/{name}\"; "));
                }
                continue;
            }
            let is_task = launch.kind == "tensorflow" && TASK_VARIABLES.contains(&variable.as_str());
            if is_task && self.out.support.iter().any(|name| name == TASK) {
                continue;
            }
            if let Some((kind, id)) = mention.id() {
                words.push(format!("{variable}=\"{}\"", self.directory_text(kind, id)));
                continue;
            }
            let row = table().symbol(&mention.symbol());
            let mapping = row.map(|r| r.mapping(self.p.target, self.p.form));
            let value = mapping.and_then(|m| m.export.get(launch.kind).or(m.export.get("any")));
            match (value.filter(|v| !v.is_empty()), mapping) {
                (Some(value), _) => words.push(format!("{variable}={}", self.export_value(id, value))),
                (None, Some(mapping)) if mapping.fate != Fate::Manual && variable.starts_with("AZ_BATCHAI_") => {
                    return Err(unset(&variable));
                }
                _ => {}
            }
        }
        // Those of the job may name the others, and a shell expands the words of one `export` before it sets any.
        for words in [words, variables].iter().filter(|words| !words.is_empty()) {
            before.push_str(&format!("export {}; ", words.join(" ")));
        }
        shell.prepend(&before);
        Ok(())
    }

    /// The shell text of a variable; `{{ field }}` in it is a literal of the settings.
    pub(super) fn export_value(&self, id: SiteId, value: &str) -> String {
        let mut value = value.to_owned();
        for arg in &self.site(id).args {
            if let Some(text) = self.literal(arg.value) {
                value = value.replace(&format!("{{{{ {} }}}}", arg.name), &text);
            }
        }
        value
    }

    /// The value of an integer that is written out, through names.
    pub(super) fn integer(&self, id: ExprId) -> Option<u64> {
        let origin = self.p.resolved.origin(self.p.ast, id);
        match self.p.ast.kind(origin) {
            ExprKind::Number => self.p.ast.span(origin).of(self.p.source.text()).parse().ok(),
            _ => None,
        }
    }

    fn is_number(&self, id: ExprId) -> bool {
        matches!(self.p.ast.kind(id), ExprKind::Number)
    }

    /// Refuses a job with the settings of several toolkits: Batch AI took those of one.
    pub(super) fn check_toolkits(&self, job: SiteId) -> Result<()> {
        let given = self.site(job).args.iter().filter(|a| self.is_toolkit_field(&a.name) && !self.is_none(a.value));
        match given.map(|a| a.name.as_str()).collect::<Vec<_>>().as_slice() {
            [one, other, ..] => Err(Stuck::new(
                format!("it has both `{one}` and `{other}`, and a job starts one program"),
                "take out the settings that the job does not need, and convert again",
            )),
            _ => self.check_entry(job),
        }
    }

    /// Settings that are an entry of something else: nobody turned that entry into keywords, so it cannot be unpacked.
    fn check_entry(&self, job: SiteId) -> Result<()> {
        let args = &self.site(job).args;
        let entry = args.iter().find(|arg| {
            let origin = self.p.resolved.origin(self.p.ast, arg.value);
            let taken = matches!(self.p.ast.kind(origin), ExprKind::Subscript { .. });
            taken && self.is_toolkit_field(&arg.name) && super::link::constructors(self.p, arg.value).is_empty()
        });
        entry.map_or(Ok(()), |arg| Err(built_elsewhere(&arg.name)))
    }

    /// Whether a field of the job holds toolkit settings.
    pub(super) fn is_toolkit_field(&self, name: &str) -> bool {
        let class = sdk::batchai().attribute(JOB, name).map(crate::resolve::Ty::of);
        let row = class.as_ref().and_then(|c| c.class()).and_then(|c| table().symbol(c));
        row.is_some_and(|r| r.mapping(self.p.target, self.p.form).shape == Shape::Toolkit)
    }
}

/// Why a job is left whose toolkit settings are made out of sight.
pub(super) fn built_elsewhere(field: &str) -> Stuck {
    Stuck::new(
        format!("what its `{field}` holds is not built where it can be seen"),
        "build it in the call of `JobCreateParameters` and convert again",
    )
}

/// Why a command is left that names a variable which nothing sets for its kind of job.
fn unset(variable: &str) -> Stuck {
    Stuck::new(
        format!("its command line names `{variable}`, which nothing sets for such a job in Azure ML"),
        "take it out of the command line, and let the program find out what it holds",
    )
}
