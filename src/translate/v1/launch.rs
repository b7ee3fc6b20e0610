//! How the processes of a v1 job are started: the distribution, and the shell command of a `ScriptRunConfig`.

use super::super::arguments::{Word, shell_word, variables};
use super::super::command::Shell;
use super::super::toolkit::{Counts, Launch};
use super::super::value::{Keywords, keywords_list};
use super::super::{Above, Result, Stuck, Translator};
use super::Run;
use super::script::{LINES, in_image};
use crate::concept::{JobForm, Mapping};
use crate::find::{Mention, Site, SiteId};
use crate::render::Markup;
use crate::report::Fate;
use crate::syntax::ExprId;

impl Translator<'_> {
    /// Whether a `ScriptRunConfig` must run a shell command: something comes before the script, or there is none.
    pub(super) fn needs_command(&self, id: SiteId, toolkit: SiteId) -> bool {
        let given = |site: SiteId, name: &str| self.given(self.site(site), name).is_some();
        let line = self.given(self.site(toolkit), "command_line");
        let not_python =
            line.is_some_and(|line| self.python_words(toolkit, line).is_none_or(|(script, _)| in_image(&script)));
        let script = self.given(self.site(toolkit), "python_script_file_path");
        let of_image = script.is_some_and(|s| in_image(&self.p.resolved.string(self.p.ast, s, true)));
        let shell = ["command_line", "command_line_args"].iter().any(|name| self.shell_need(toolkit, name).is_some());
        self.p.form == JobForm::ScriptRunConfig
            && (given(id, "job_preparation")
                || given(toolkit, "config_file_path")
                || not_python
                || shell
                || of_image
                || self.needs_variables(toolkit)
                || self.interpreter_on_storage(toolkit).is_some()
                || self.runs_on_first(id, toolkit)
                || !self.expanding_variables(id).is_empty()
                || self.has_roles(id, toolkit)
                || self.passed_on(toolkit).is_some())
    }

    /// Whether the tasks of TensorFlow are told their roles by their arguments, which a list of arguments cannot do.
    fn has_roles(&self, id: SiteId, toolkit: SiteId) -> bool {
        let settings = self.mapping(self.site(toolkit)).ok();
        let class = settings.and_then(|settings| self.distribution(toolkit, settings).ok());
        if !class.is_some_and(|class| class.ends_with("TensorflowConfiguration"))
            || self.counts(toolkit, Some(id)).one_process
        {
            return false;
        }
        let lines = LINES.iter().filter_map(|name| self.given(self.site(toolkit), name));
        let Ok(lines) = lines.map(|line| self.arguments(line)).collect::<Result<Vec<_>>>() else { return true };
        let is_told = |m: &Mention| m.id().is_none();
        let words = lines.iter().flatten().filter_map(|argument| argument.value.as_ref());
        lines.windows(2).any(|pair| pair[0] != pair[1]) || words.flat_map(variables).any(|m| is_told(&m))
    }

    /// Whether a custom toolkit's command ran on the first of the job's nodes only.
    fn runs_on_first(&self, id: SiteId, toolkit: SiteId) -> bool {
        let class =
            self.mapping(self.site(toolkit)).ok().and_then(|settings| self.distribution(toolkit, settings).ok());
        let is_launched = self.own_launcher(toolkit).is_some_and(|own| own.trouble.is_none());
        class.is_some_and(|class| class.is_empty()) && !is_launched && !self.counts(toolkit, Some(id)).one_process
    }

    /// What a command line of the settings needs a shell for.
    pub(super) fn shell_need(&self, toolkit: SiteId, field: &str) -> Option<String> {
        let line = self.given(self.site(toolkit), field)?;
        shell_word(&self.line_text(toolkit, line))
    }

    /// Whether the arguments name variables that a command can set and a list of arguments cannot.
    pub(super) fn needs_variables(&self, toolkit: SiteId) -> bool {
        let Some(line) = self.given(self.site(toolkit), "command_line_args") else {
            return false;
        };
        let arguments = self.arguments(line).unwrap_or_default();
        let in_command = |value: &Word| {
            // A mounted output is an argument of its own, or a variable of the command.
            let is_output = |m: &Mention| m.id().is_some_and(|(kind, _)| kind == "OUTPUT");
            let alone = |m: &Mention| value.text().is_some_and(|text| m.span.of(&text) == text);
            variables(value).iter().any(|m| m.id().is_none() || is_output(m) && !alone(m))
        };
        arguments.iter().filter_map(|a| a.value.as_ref()).any(in_command)
    }

    /// `command`, with all inputs mounted, the one of the script too.
    pub(super) fn v1_command(
        &mut self,
        id: SiteId,
        toolkit: SiteId,
        settings: &'static Mapping,
        run: &mut Run,
    ) -> Result<()> {
        let before = run.keywords.len();
        self.distribute(id, toolkit, settings, run)?;
        let kind = match run.keywords.get(before) {
            None => "none",
            Some((_, call)) if call.0.contains("Mpi") => "mpi",
            Some((_, call)) if call.0.contains("Tensorflow") => "tensorflow",
            Some(_) => "pytorch",
        };
        let first_node = self.runs_on_first(id, toolkit);
        let launch = Launch { kind, class: String::new(), keywords: Vec::new(), first_node };
        let own = self.launcher(toolkit, Some(id))?;
        let own_is_none = own.is_none();
        let mut shell = match own {
            Some(own) => self.own_shell(&own, toolkit, Some(id))?,
            None if kind == "tensorflow" => self.roles(toolkit, settings)?,
            None if first_node => self.started(toolkit, &settings.launch_first)?,
            None => self.launched(toolkit, settings)?,
        };
        self.prepare(id, &launch, &mut shell)?;
        self.exports(toolkit, Some(id), &launch, &mut shell)?;
        self.shared_directory(id, &shell, run);
        for mount in std::mem::take(&mut shell.mounts) {
            let ws = self.workspace_name(Some(self.site(id).stmt))?;
            let (store, name) = (self.python(&mount.datastore)?, self.string(&mount.input));
            let variable = self.free_name(&mount.input.to_lowercase(), run);
            self.import("azureml.core.Datastore");
            let class = self.aliases.name("Datastore");
            let folder = match mount.folder.trim_end_matches('/') {
                "" => String::new(),
                folder => format!("{}, ", self.string(folder).0),
            };
            let (store, name) = (store.0, name.0);
            let code =
                format!("{variable} = {class}.get({ws}, {store}).path({folder}data_reference_name={name}).as_mount()");
            self.above(self.site(id).stmt, Above::Code(Markup(code)));
            run.inputs.push((mount.input, variable));
        }
        run.keywords.push(("source_directory".into(), self.string(".")));
        run.keywords.push(("command".into(), self.written(&shell)));
        if own_is_none {
            self.unread(toolkit, &shell);
        }
        self.settle_fields(toolkit, settings)?;
        if !first_node && !settings.launch_first.is_empty() {
            self.settle(toolkit, None, Fate::Exact, "", "");
        }
        self.settle(toolkit, None, settings.fate, &settings.note, &settings.todo);
        Ok(())
    }

    /// The output that a command takes for the directory that the nodes share.
    fn shared_directory(&mut self, id: SiteId, shell: &Shell, run: &mut Run) {
        const SHARED: &str = "SHARED_JOB_TEMP";
        if !self.written(shell).0.contains(&format!("${SHARED}")) {
            return;
        }
        self.import("azureml.data.OutputFileDatasetConfig");
        let (class, name) = (self.aliases.name("OutputFileDatasetConfig").to_owned(), self.string(SHARED));
        let variable = self.free_name(&SHARED.to_lowercase(), run);
        let code = format!("{variable} = {class}(name={}).as_mount()", name.0);
        self.above(self.site(id).stmt, Above::Code(Markup(code)));
        run.outputs.push((SHARED.into(), variable));
    }

    /// The distribution of the processes.
    pub(super) fn distribute(
        &mut self,
        id: SiteId,
        toolkit: SiteId,
        settings: &'static Mapping,
        run: &mut Run,
    ) -> Result<()> {
        let Counts { nodes, processes, one_process, .. } = self.counts(toolkit, Some(id));
        let own = self.launcher(toolkit, Some(id))?;
        if one_process && own.is_none() {
            return Ok(());
        }
        let mut own_count = None;
        let class = match &own {
            Some(own) => {
                let mut launch = self.own_launch(own, toolkit, Some(id), settings)?;
                own_count = launch.keywords.pop().map(|(_, count)| count);
                launch.class
            }
            None => self.distribution(toolkit, settings)?,
        };
        if own.is_some() && class.is_empty() {
            return Ok(());
        }
        if class.is_empty() {
            return self.tell_nodes_apart(toolkit, settings, nodes, run);
        }
        let short = self.name_of(&class);
        let mut keywords: Keywords = Vec::new();
        match short.rsplit('.').next().unwrap_or_default() {
            "TensorflowConfiguration" => {
                keywords = self.task_counts(toolkit, nodes)?;
                keywords.reverse();
            }
            "MpiConfiguration" => {
                let count = own_count.map_or_else(|| self.per_node(processes, nodes), Ok)?;
                keywords.push(("process_count_per_node".into(), count));
                if let (JobForm::ScriptRunConfig, Some(nodes)) = (self.p.form, nodes) {
                    keywords.push(("node_count".into(), self.text(nodes)?));
                }
            }
            "PyTorchConfiguration" => keywords = self.pytorch_distribution(self.site(toolkit), nodes, processes)?,
            _ if processes.is_some() => {
                return Err(Stuck::new(
                    "an estimator starts one process a node with this backend, whatever it is told",
                    "convert with `--job-form script-run-config`",
                ));
            }
            _ => {}
        }
        self.import(&class);
        let keyword = if self.p.form == JobForm::Estimator { "distributed_training" } else { "distributed_job_config" };
        let call = Markup::list(&format!("{short}("), &keywords_list(&keywords), ")");
        run.keywords.push((keyword.into(), call));
        Ok(())
    }

    /// The distribution by which a command that ran on the first node only knows on which it is.
    fn tell_nodes_apart(
        &mut self,
        toolkit: SiteId,
        settings: &'static Mapping,
        nodes: Option<ExprId>,
        run: &mut Run,
    ) -> Result<()> {
        let Some(nodes) = nodes.filter(|_| self.p.form == JobForm::ScriptRunConfig) else {
            return Err(first_node_only(nodes.and_then(|n| self.integer(n)).filter(|nodes| *nodes > 1)));
        };
        let class = self.first_node(toolkit, settings)?;
        self.import(class);
        let call = format!("{}(node_count={})", self.name_of(class), self.text(nodes)?.flat());
        run.keywords.push(("distributed_job_config".into(), Markup(call)));
        Ok(())
    }

    /// The keywords of v1's `PyTorchConfiguration`.
    fn pytorch_distribution(
        &mut self,
        settings: &Site,
        nodes: Option<ExprId>,
        processes: Option<ExprId>,
    ) -> Result<Keywords> {
        let backend = settings.arg("communication_backend").and_then(|b| self.literal(b)).unwrap_or("gloo".into());
        let backend = if backend.eq_ignore_ascii_case("nccl") { "Nccl" } else { "Gloo" };
        let mut keywords: Keywords = vec![("communication_backend".into(), self.string(backend))];
        if let Some(processes) = processes {
            keywords.push(("process_count".into(), self.text(processes)?));
        }
        if let Some(nodes) = nodes {
            keywords.push(("node_count".into(), self.text(nodes)?));
        }
        Ok(keywords)
    }
}

/// Why a command that ran on one of the job's nodes cannot be converted.
fn first_node_only(nodes: Option<u64>) -> Stuck {
    let todo = "give the job `node_count=1`, or convert with `--job-form script-run-config`";
    match nodes {
        Some(nodes) => {
            Stuck::new(format!("it ran on the first of its {nodes} nodes only; Azure ML runs it on each of them"), todo)
        }
        None => Stuck::new(
            "it ran on the first node only, where Azure ML runs it on each of them, and how many nodes it has cannot be seen",
            todo,
        ),
    }
}
