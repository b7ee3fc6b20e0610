//! Jobs of v1: an estimator, or a `ScriptRunConfig`.
//!
//! Batch AI took scripts from a mounted share; v1 sends a local folder with the run. So the input directory that held
//! the script goes, and what follows it in the script's path becomes the entry script.

use super::arguments::{Argument, Word, is_number, variables};
use super::value::keywords_list;
use super::{Above, Result, Stuck, Translator, Value, link};
use crate::concept::{JobForm, Mapping};
use crate::find::SiteId;
use crate::render::Markup;
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// Batch AI stopped a job after a week.
const ONE_WEEK: &str = "604800";

/// What a job consists of, before it is written in one form or the other.
struct Run {
    /// Keywords in the order of the user's fields.
    keywords: Vec<(String, Markup)>,
    /// Statements on the object once it is built.
    after: Vec<String>,
    /// Inputs that the arguments do not pass: id and Python name.
    inputs: Vec<(String, String)>,
    outputs: Vec<(String, String)>,
    /// Inputs that an argument takes.
    used: Vec<String>,
    /// Arguments that the script is not given any more.
    removed: Vec<String>,
}

impl Translator<'_> {
    pub(super) fn v1_job(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let site = self.site(id);
        if site.args.iter().any(|a| a.name == "*") {
            return Err(Stuck::new(
                "its arguments are unpacked with `*` or `**`, so they cannot be told apart",
                "write the arguments out and convert again",
            ));
        }
        let toolkit = self.v1_toolkit(id)?;
        let settings = self.mapping(self.site(toolkit))?;
        if settings.target.is_empty() && self.p.form == JobForm::Estimator {
            return Err(Stuck::new(&*settings.note, &*settings.todo));
        }
        let mut run = Run {
            keywords: Vec::new(),
            after: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            used: Vec::new(),
            removed: Vec::new(),
        };
        // Datastores are registered before they are looked up.
        let (volumes, others): (Vec<usize>, Vec<usize>) =
            (0..site.args.len()).partition(|i| site.args[*i].name == "mount_volumes");
        for index in volumes {
            self.v1_field(id, index, mapping, &mut run)?;
        }
        self.directories(id, &mut run)?;
        if self.needs_command(id, toolkit) {
            self.v1_command(id, toolkit, settings, &mut run)?;
        } else {
            self.script(id, toolkit, settings, &mut run)?;
        }
        for index in others {
            self.v1_field(id, index, mapping, &mut run)?;
        }
        self.loose_inputs(&mut run);
        let limited = site.arg("constraints").is_some_and(|c| !self.is_none(c));
        if !limited {
            run.keywords.push(("max_run_duration_seconds".into(), Markup::plain(ONE_WEEK)));
        }
        self.v1_write(id, toolkit, settings, mapping, run)
    }

    /// The settings of the job's toolkit, wherever they are built.
    fn v1_toolkit(&mut self, id: SiteId) -> Result<SiteId> {
        let site = self.site(id);
        let field = site.args.iter().find(|a| self.is_toolkit_field(&a.name) && !self.is_none(a.value));
        let made = field.and_then(|f| link::constructors(self.p, f.value).first().copied());
        made.ok_or_else(|| {
            Stuck::new(
                "its toolkit settings are not built where they can be seen",
                "build them in the call of `JobCreateParameters` and convert again",
            )
        })
    }

    /// Variables for the input and output directories, above the job.
    fn directories(&mut self, id: SiteId, run: &mut Run) -> Result<()> {
        for (field, is_input) in [("input_directories", true), ("output_directories", false)] {
            let Some(list) = self.site(id).arg(field).filter(|l| !self.is_none(*l)) else { continue };
            let inline = matches!(self.p.ast.kind(list), ExprKind::List(_));
            let list_text = self.p.ast.span(list).of(self.p.source.text()).to_owned();
            let made = link::constructors(self.p, list);
            let ExprKind::List(items) = self.p.ast.kind(self.p.resolved.origin(self.p.ast, list)) else {
                return Err(Stuck::new(
                    "its directories are not listed where they can be seen",
                    "list them in the call of `JobCreateParameters` and convert again",
                ));
            };
            if made.len() != items.len() {
                return Err(Stuck::new("some of its directories are built elsewhere", "list them here and convert again"));
            }
            for directory in made {
                let name = self.site(directory).arg("id").and_then(|i| self.literal(i)).ok_or_else(|| {
                    Stuck::new("the id of a directory is known only at run time", "write it out and convert again")
                })?;
                let variable = if inline { self.free_name(&name.to_lowercase()) } else {
                    format!("dict({list_text})[{}]", self.string(&name).0)
                };
                if is_input { &mut run.inputs } else { &mut run.outputs }.push((name, variable));
            }
        }
        Ok(())
    }

    /// A name that the program does not use yet.
    fn free_name(&self, wanted: &str) -> String {
        let used = &self.identifiers;
        let mut name: String = wanted.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        while used.contains(name.as_str()) {
            name.push_str("_dir");
        }
        name
    }

    /// Whether a `ScriptRunConfig` must run a shell command: something comes before the script, or there is none.
    fn needs_command(&self, id: SiteId, toolkit: SiteId) -> bool {
        let given = |site: SiteId, name: &str| self.site(site).arg(name).is_some_and(|a| !self.is_none(a));
        let line = self.site(toolkit).arg("command_line").and_then(|l| self.literal(l));
        let not_python = given(toolkit, "command_line") && !line.is_some_and(|l| l.trim_start().starts_with("python"));
        self.p.form == JobForm::ScriptRunConfig
            && (given(id, "job_preparation")
                || given(toolkit, "config_file_path")
                || not_python
                || self.needs_variables(toolkit))
    }

    /// Whether the arguments name variables that a command can set and a list of arguments cannot.
    fn needs_variables(&self, toolkit: SiteId) -> bool {
        let Some(line) = self.site(toolkit).arg("command_line_args").filter(|l| !self.is_none(*l)) else { return false };
        let words = self.words(line).unwrap_or_default();
        words.iter().flat_map(variables).any(|m| m.id().is_none())
    }

    /// `command`, with all inputs mounted, the one of the script too.
    fn v1_command(&mut self, id: SiteId, toolkit: SiteId, settings: &'static Mapping, run: &mut Run) -> Result<()> {
        let before = run.keywords.len();
        self.distribute(id, toolkit, settings, run)?;
        let kind = match run.keywords.get(before) {
            None => "none",
            Some((_, call)) if call.0.contains("Mpi") => "mpi",
            Some((_, call)) if call.0.contains("Tensorflow") => "tensorflow",
            Some(_) => "pytorch",
        };
        let launch = super::toolkit::Launch { kind, class: String::new(), keywords: Vec::new() };
        let config = self.site(toolkit).arg("config_file_path").filter(|c| !self.is_none(*c));
        let template = if config.is_some() { &settings.launch_config } else { &settings.launch };
        let mut shell = super::command::Shell::default();
        self.start(toolkit, template, &[], &mut shell)?;
        self.prepare(id, &launch, &mut shell)?;
        self.exports(toolkit, Some(id), &launch, &mut shell)?;
        for mount in std::mem::take(&mut shell.mounts) {
            let (ws, name) = (self.workspace_name(), self.string(&mount));
            let variable = self.free_name(&mount.to_lowercase());
            self.import("azureml.core.Datastore");
            let class = self.aliases.name("Datastore");
            let code = format!("{variable} = {class}.get({ws}, {0}).path(data_reference_name={0}).as_mount()", name.0);
            self.above(self.site(id).stmt, Above::Code(Markup(code)));
            run.inputs.push((mount, variable));
        }
        for (output, _) in std::mem::take(&mut run.outputs) {
            shell.prepend(&format!("mkdir -p outputs/{output}; "));
        }
        run.keywords.push(("source_directory".into(), self.string(".")));
        run.keywords.push(("command".into(), self.written(&shell)));
        self.settle_fields(toolkit, settings)?;
        self.settle(toolkit, None, settings.fate, &settings.note, &settings.todo);
        Ok(())
    }

    /// `source_directory`, `entry_script` and the arguments.
    fn script(&mut self, id: SiteId, toolkit: SiteId, settings: &'static Mapping, run: &mut Run) -> Result<()> {
        let site = self.site(toolkit);
        let script = site.arg("python_script_file_path").filter(|s| !self.is_none(*s));
        let (path, arguments) = match (script, site.arg("command_line").or(site.arg("config_file_path"))) {
            (Some(script), _) => {
                let path = self.p.resolved.string(self.p.ast, script, false);
                self.consume(script);
                (path, self.role_arguments(toolkit, &mut run.removed)?)
            }
            (None, Some(line)) => self.python_line(line)?,
            (None, None) => return Err(Stuck::new("it names no script", "give the script and convert again")),
        };
        let (directory, entry) = self.entry(&path)?;
        run.inputs.retain(|(input, _)| Some(input) != directory.as_ref() || self.is_passed(input, &arguments));
        let folder = self.local_folder(&entry);
        let script_keyword = if self.p.form == JobForm::Estimator { "entry_script" } else { "script" };
        let entry = self.python(&entry)?;
        run.keywords.push(("source_directory".into(), self.string(&folder)));
        run.keywords.push((script_keyword.into(), entry));
        self.settle_script_input(id, directory.as_deref());
        let arguments = self.v1_arguments(arguments, run)?;
        run.keywords.extend(arguments);
        self.distribute(id, toolkit, settings, run)?;
        self.removed_arguments(id, toolkit, run);
        self.settle_fields(toolkit, settings)?;
        self.settle(toolkit, None, settings.fate, &settings.note, &settings.todo);
        settings.imports.iter().for_each(|i| self.import(i));
        Ok(())
    }

    fn is_passed(&self, input: &str, arguments: &[Argument]) -> bool {
        let variable = format!("AZ_BATCHAI_INPUT_{input}");
        arguments.iter().any(|a| a.value.as_ref().is_some_and(|v| variables(v).iter().any(|m| m.variable == variable)))
    }

    /// `python [-u] script arguments`
    fn python_line(&mut self, line: ExprId) -> Result<(Parts, Vec<Argument>)> {
        let words = self.words(line)?;
        let mut words = words.into_iter().skip_while(|w| w.known() == "-u" || w.known().starts_with("python"));
        let is_python = self.literal(line).is_none_or(|t| t.trim_start().starts_with("python"));
        let script = words.next().filter(|w| is_python && w.known().ends_with(".py"));
        let Some(script) = script else {
            return Err(Stuck::new(
                "it does not start a Python script, and v1 starts nothing else in this form",
                "wrap the command in a script that runs it with `subprocess`",
            ));
        };
        self.consume(line);
        let rest: Vec<Word> = words.collect();
        Ok((script, super::arguments::from_words(rest)))
    }

    /// The arguments of a script. Roles of TensorFlow share one command line in v1: what differs between them, and
    /// what tells a task its role, the training script must read from TF_CONFIG.
    fn role_arguments(&mut self, toolkit: SiteId, removed: &mut Vec<String>) -> Result<Vec<Argument>> {
        let site = self.site(toolkit);
        let names = [
            "command_line_args",
            "master_command_line_args",
            "worker_command_line_args",
            "parameter_server_command_line_args",
        ];
        let lines: Vec<ExprId> = names.iter().filter_map(|n| site.arg(n)).filter(|l| !self.is_none(*l)).collect();
        let Some(first) = lines.first() else { return Ok(Vec::new()) };
        let mut arguments = self.arguments(*first)?;
        for line in &lines[1..] {
            let others = self.arguments(*line)?;
            let differing = arguments.iter().filter(|a| !others.contains(a)).chain(others.iter().filter(|o| !arguments.contains(o)));
            removed.extend(differing.map(shown));
            arguments.retain(|a| others.contains(a));
        }
        for line in &lines {
            self.consume_line(*line);
        }
        Ok(arguments)
    }

    /// Arguments that a script needs and is not given: the script itself must change.
    fn removed_arguments(&mut self, id: SiteId, toolkit: SiteId, run: &mut Run) {
        run.removed.sort();
        run.removed.dedup();
        if run.removed.is_empty() {
            return;
        }
        let (job, site) = (self.site(id), self.site(toolkit));
        let tensorflow = site.symbol.starts_with("TensorFlow");
        let list: Vec<String> = run.removed.iter().map(|r| format!("`{r}`")).collect();
        let reason = format!("v1 does not tell a task its place on the command line; not passed any more: {}", list.join(", "));
        let todo = match (tensorflow, self.p.form) {
            (true, _) => "let the training script read its role, its index and the hosts from `TF_CONFIG`",
            (false, _) => "let the training script read `RANK`, `WORLD_SIZE`, `MASTER_ADDR` and `MASTER_PORT` (MPI: `OMPI_COMM_WORLD_RANK`)",
        };
        let lines: Vec<usize> = (0..site.args.len()).filter(|i| site.args[*i].name.ends_with("command_line_args")).collect();
        let span = lines.first().map_or(site.span, |i| site.args[*i].span);
        for line in lines {
            self.settle(toolkit, Some(line), Fate::Manual, &reason, todo);
        }
        let code = self.code(site).unwrap_or_default();
        let comment = Above::Comment { code, reason, todo: todo.to_owned(), original: Some(span) };
        self.above(job.stmt, comment);
    }

    /// The words of a command line move into a list or dictionary, with everything that they were built from.
    fn consume_line(&mut self, line: ExprId) {
        let (ast, mut names) = (self.p.ast, vec![line]);
        let mut seen = Vec::new();
        while let Some(id) = names.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            self.consume(id);
            ast.descend(id, &mut |e| {
                for def in self.p.resolved.reaching(e) {
                    names.extend(self.p.resolved.def(*def).value);
                }
            });
        }
    }

    /// The input that holds a script, and the script's path in it.
    fn entry(&mut self, path: &Parts) -> Result<(Option<String>, Parts)> {
        let stuck = || {
            Stuck::new(
                "the path of its script is known only at run time",
                "give the folder and the name of the script to `source_directory` and `entry_script`",
            )
        };
        let Some(Part::Text(first)) = path.0.first() else { return Err(stuck()) };
        let mention = crate::find::mentions_in(first, 0).into_iter().find(|m| m.span.start == 0);
        let directory = mention.as_ref().and_then(|m| m.id()).map(|(_, id)| id.to_owned());
        let mut rest = Parts::default();
        let from = mention.as_ref().map_or(0, |m| m.span.end);
        rest.push_text(first[from..].trim_start_matches('/'));
        path.0[1..].iter().for_each(|p| rest.push(p.clone()));
        if mention.is_some() && directory.is_none() {
            // Below a mount root, the script is what follows the last slash that can be seen.
            rest = after_last_slash(&rest);
        }
        if rest.0.is_empty() { Err(stuck()) } else { Ok((directory, rest)) }
    }

    /// The local folder of a script: where the program uploads it from, else the current one.
    fn local_folder(&self, entry: &Parts) -> String {
        let name = self.known_text(entry);
        let uploads = self.p.sites.iter().filter(|(_, s)| {
            s.symbol.ends_with("create_file_from_path") || s.symbol.ends_with("create_blob_from_path")
        });
        let locals = uploads.filter_map(|(_, s)| s.arg("local_file_path").or(s.arg("file_path")));
        let found = locals.filter_map(|l| self.literal(l)).find(|l| {
            name.as_deref().is_some_and(|n| l == n || l.ends_with(&format!("/{n}")))
        });
        match found.as_deref().and_then(|l| l.rsplit_once('/')) {
            Some((folder, _)) => folder.to_owned(),
            None => ".".into(),
        }
    }

    fn settle_script_input(&mut self, job: SiteId, directory: Option<&str>) {
        let Some(directory) = directory else { return };
        let Some(list) = self.site(job).arg("input_directories") else { return };
        if !matches!(self.p.ast.kind(list), ExprKind::List(_)) {
            return;
        }
        for made in link::constructors(self.p, list) {
            if self.site(made).arg("id").and_then(|i| self.literal(i)).as_deref() == Some(directory) {
                let reason = "the script goes with the run, from `source_directory`";
                self.settle_within(self.site(made).span, Fate::Drop, reason, "");
            }
        }
    }

    /// `script_params` of an estimator, `arguments` of a ScriptRunConfig.
    fn v1_arguments(&mut self, arguments: Vec<Argument>, run: &mut Run) -> Result<Vec<(String, Markup)>> {
        if arguments.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        let mut flags: Vec<String> = Vec::new();
        for argument in arguments {
            let is_role = argument.value.as_ref().is_some_and(|v| {
                variables(v).iter().any(|m| m.id().is_none() && !m.variable.ends_with("MOUNT_ROOT"))
            });
            if is_role {
                // Its value exists in v1 only for the training script itself.
                run.removed.push(shown(&argument));
                continue;
            }
            if self.p.form == JobForm::Estimator && !argument.flag.is_empty() && flags.contains(&argument.flag) {
                return Err(Stuck::new(
                    format!("its command line gives `{}` twice, which `script_params` cannot hold", argument.flag),
                    "convert with `--job-form script-run-config`",
                ));
            }
            flags.push(argument.flag.clone());
            self.v1_argument(argument, run, &mut items)?;
        }
        Ok(match self.p.form {
            JobForm::Estimator => vec![("script_params".into(), Markup::list("{", &items, "}"))],
            JobForm::ScriptRunConfig => vec![("arguments".into(), Markup::list("[", &items, "]"))],
        })
    }

    fn v1_argument(&mut self, argument: Argument, run: &mut Run, items: &mut Vec<Markup>) -> Result<()> {
        let flag = self.string(&argument.flag);
        let value = match &argument.value {
            Some(word) => Some(self.v1_value(word, run)?),
            None => None,
        };
        let empty = self.string("").0;
        match (self.p.form, argument.flag.is_empty(), value) {
            (JobForm::Estimator, false, Some(value)) => items.push(Markup(format!("{}: {}", flag.0, value.0))),
            (JobForm::Estimator, false, None) => items.push(Markup(format!("{}: {empty}", flag.0))),
            (JobForm::Estimator, true, Some(value)) => items.push(Markup(format!("{}: {empty}", value.0))),
            (JobForm::ScriptRunConfig, named, value) => {
                if !named {
                    items.push(flag);
                }
                items.extend(value);
            }
            (JobForm::Estimator, true, None) => {}
        }
        Ok(())
    }

    /// A word as a Python value: a number, a string, a directory.
    fn v1_value(&mut self, word: &Word, run: &mut Run) -> Result<Markup> {
        if let Some(text) = word.text() {
            let found = variables(word);
            if let [mention] = found.as_slice()
                && mention.span.of(&text) == text
                && let Some((kind, id)) = mention.id()
            {
                return self.directory_object(kind, id, run);
            }
            if is_number(&text) && !text.starts_with('+') {
                return Ok(Markup::plain(text));
            }
        }
        let mut inside = Parts::default();
        for part in &word.0 {
            match part {
                Part::Text(text) => inside.push_text(&self.directories_in_text(text, run)?),
                other => inside.push(other.clone()),
            }
        }
        self.python(&inside)
    }

    fn directory_object(&mut self, kind: &str, id: &str, run: &mut Run) -> Result<Markup> {
        let known = if kind == "INPUT" { &run.inputs } else { &run.outputs };
        let variable = known.iter().find(|(n, _)| n == id).map(|(_, v)| v.clone()).ok_or_else(|| {
            Stuck::new(format!("its command line names the directory `{id}`, which the job does not have"), "add it")
        })?;
        if kind == "INPUT" {
            run.used.push(id.to_owned());
            if self.p.form == JobForm::ScriptRunConfig {
                run.after.push(id.to_owned());
                return Ok(Markup(format!("str({variable})")));
            }
        }
        Ok(Markup(variable))
    }

    /// Directories within a longer word: v1 knows inputs by a variable of their own; outputs go to `./outputs`.
    fn directories_in_text(&mut self, text: &str, run: &mut Run) -> Result<String> {
        let mut out = String::new();
        let mut at = 0;
        for mention in crate::find::mentions_in(text, 0) {
            out.push_str(&text[at..mention.span.start]);
            at = mention.span.end;
            match mention.id() {
                Some(("INPUT", id)) => {
                    out.push_str(&format!("$AZUREML_DATAREFERENCE_{id}"));
                    if !run.after.iter().any(|a| a == id) {
                        run.after.push(id.to_owned());
                    }
                }
                Some((_, id)) => out.push_str(&format!("outputs/{id}")),
                None => {
                    return Err(Stuck::new(
                        format!("its command line needs `{}`, which v1 does not set", mention.variable),
                        "give the value another way",
                    ));
                }
            }
        }
        out.push_str(&text[at..]);
        Ok(out)
    }

    /// The distribution of the processes.
    fn distribute(&mut self, id: SiteId, toolkit: SiteId, settings: &'static Mapping, run: &mut Run) -> Result<()> {
        let (job, site) = (self.site(id), self.site(toolkit));
        let nodes = job.arg("node_count");
        let one_node = nodes.and_then(|n| self.integer(n)) == Some(1);
        let processes = site.arg("process_count").filter(|p| !self.is_none(*p));
        let one_process = processes.is_none_or(|p| self.integer(p) == Some(1));
        let workers = site.arg("worker_count").filter(|w| !self.is_none(*w));
        if one_node && one_process && workers.is_none() {
            return Ok(());
        }
        let class = self.v1_distribution(toolkit, settings)?;
        if class.is_empty() {
            return Err(Stuck::new(
                "it ran on the first of several nodes only, and v1 has no such thing",
                "give the job one node, or a distribution that the program understands",
            ));
        }
        let short = self.name_of(&class);
        let mut keywords: Vec<(String, Markup)> = Vec::new();
        match short.rsplit('.').next().unwrap_or_default() {
            "TensorflowConfiguration" => {
                let count = workers.or(nodes).ok_or_else(|| Stuck::new("the number of its workers is not in reach", "give it"))?;
                keywords.push(("worker_count".into(), self.text(count)?));
                let servers = match site.arg("parameter_server_count").filter(|s| !self.is_none(*s)) {
                    Some(servers) => self.text(servers)?,
                    None => Markup::plain("1"),
                };
                keywords.push(("parameter_server_count".into(), servers));
            }
            "MpiConfiguration" => {
                keywords.push(("process_count_per_node".into(), self.per_node(processes, nodes)?));
                if let (JobForm::ScriptRunConfig, Some(nodes)) = (self.p.form, nodes) {
                    keywords.push(("node_count".into(), self.text(nodes)?));
                }
            }
            "PyTorchConfiguration" => {
                let backend = site.arg("communication_backend").and_then(|b| self.literal(b)).unwrap_or("gloo".into());
                let backend = if backend.eq_ignore_ascii_case("nccl") { "Nccl" } else { "Gloo" };
                keywords.push(("communication_backend".into(), self.string(backend)));
                if let Some(processes) = processes {
                    keywords.push(("process_count".into(), self.text(processes)?));
                }
                if let Some(nodes) = nodes {
                    keywords.push(("node_count".into(), self.text(nodes)?));
                }
            }
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

    fn v1_distribution(&mut self, toolkit: SiteId, settings: &'static Mapping) -> Result<String> {
        let backend = self.site(toolkit).arg("communication_backend").filter(|b| !self.is_none(*b));
        let backend = backend.and_then(|b| self.literal(b)).map(|b| b.to_lowercase()).unwrap_or_default();
        let class = settings.distribution.get(&backend).or(settings.distribution.get("default"));
        if class.is_none() && backend == "tcp" {
            return Err(Stuck::new("PyTorch has no `tcp` backend any more", "choose `gloo` or `nccl`"));
        }
        Ok(class.or(settings.distribution.get("")).cloned().unwrap_or_default())
    }

    /// One field of the job parameters.
    fn v1_field(&mut self, id: SiteId, index: usize, mapping: &'static Mapping, run: &mut Run) -> Result<()> {
        let arg = &self.site(id).args[index];
        let Some(field) = mapping.fields.get(&arg.name) else {
            self.consume(arg.value);
            return self.beside(id, index, mapping);
        };
        if self.is_none(arg.value) {
            self.settle(id, Some(index), Fate::Drop, "it is `None`", "");
            return Ok(());
        }
        let mark = self.mark();
        match self.v1_keywords(id, index, mapping, run) {
            Ok(keywords) => {
                run.keywords.extend(keywords);
                self.settle(id, Some(index), field.fate, &field.note, &field.todo);
                field.imports.iter().for_each(|i| self.import(i));
            }
            // A job whose directories are missing would not run.
            Err(stuck) if arg.name.ends_with("put_directories") => return Err(stuck),
            Err(stuck) => {
                self.rollback(mark);
                self.field_stuck(id, index, &stuck);
            }
        }
        Ok(())
    }

    fn v1_keywords(
        &mut self,
        id: SiteId,
        index: usize,
        mapping: &'static Mapping,
        run: &mut Run,
    ) -> Result<Vec<(String, Markup)>> {
        let arg = &self.site(id).args[index];
        let Some(field) = mapping.fields.get(&arg.name) else { return Ok(Vec::new()) };
        let source = self.p.form == JobForm::ScriptRunConfig;
        match arg.name.as_str() {
            "input_directories" | "output_directories" => {
                self.directory_variables(id, arg.value, run)?;
                Ok(Vec::new())
            }
            name if self.is_toolkit_field(name) || name == "job_preparation" => Ok(Vec::new()),
            "node_count" if source => {
                let distributed = run.keywords.iter().find(|(k, _)| k == "distributed_job_config");
                if distributed.is_none_or(|(_, v)| v.0.contains("TensorflowConfiguration")) {
                    let nodes = self.text(arg.value)?.flat();
                    run.after.push(format!("=run_config.node_count = {nodes}"));
                }
                Ok(Vec::new())
            }
            "environment_variables" => {
                let dictionary = self.dictionary(arg.value)?;
                if dictionary.0.contains("AZ_BATCHAI_") {
                    return Err(Stuck::new(
                        "a value names a variable of Batch AI, and Azure ML takes values as they stand",
                        "let the training script take the directory from its arguments",
                    ));
                }
                if source {
                    run.after.push(format!("=run_config.environment_variables = {}", dictionary.flat()));
                    return Ok(Vec::new());
                }
                Ok(vec![("environment_variables".into(), dictionary)])
            }
            "cluster" => Ok(vec![("compute_target".into(), self.filter("cluster", id, arg.value)?.alone())]),
            _ => {
                let value = match field.filter.as_str() {
                    "" => self.value(arg.value)?,
                    filter => self.filter(filter, id, arg.value)?,
                };
                match value {
                    Value::Keywords(inner) => Ok(inner),
                    Value::Items(items) => {
                        self.register(self.site(id).stmt, id, &items)?;
                        Ok(Vec::new())
                    }
                    other if field.to.is_empty() => Ok(vec![("**".into(), other.alone())]),
                    other => Ok(vec![(field.to.clone(), other.alone())]),
                }
            }
        }
    }

    /// Assigns each directory of an inline list to its variable, above the job.
    fn directory_variables(&mut self, id: SiteId, list: ExprId, run: &Run) -> Result<()> {
        let ExprKind::List(items) = self.p.ast.kind(list) else { return Ok(()) };
        let stmt = self.site(id).stmt;
        for item in items.clone() {
            let Some(site) = self.p.sites.at(item) else { continue };
            let name = self.site(site).arg("id").and_then(|i| self.literal(i)).unwrap_or_default();
            let is_input = self.site(site).symbol == "InputDirectory";
            let known = if is_input { &run.inputs } else { &run.outputs };
            let Some((_, variable)) = known.iter().find(|(n, _)| *n == name) else {
                // Outputs of a command go to the run's own `outputs` folder.
                let reason = "the job writes to `outputs` of the run, which Azure ML keeps";
                self.settle_within(self.site(site).span, Fate::Approximate, reason, "look for the results with the run");
                continue;
            };
            if let Value::Pair(_, value) = self.value(item)? {
                self.above(stmt, Above::Code(Markup(format!("{variable} = {}", value.0))));
            }
        }
        Ok(())
    }

    /// Inputs that no argument takes are still mounted.
    fn loose_inputs(&mut self, run: &mut Run) {
        let loose: Vec<&(String, String)> = run.inputs.iter().filter(|(id, _)| !run.used.contains(id)).collect();
        if loose.is_empty() {
            return;
        }
        match self.p.form {
            JobForm::Estimator => {
                let items: Vec<Markup> = loose.iter().map(|(_, v)| Markup(v.clone())).collect();
                run.keywords.push(("inputs".into(), Markup::list("[", &items, "]")));
            }
            JobForm::ScriptRunConfig => {
                let ids: Vec<String> = loose.iter().map(|(id, _)| id.clone()).collect();
                run.after.extend(ids);
            }
        }
    }

    /// The call, and the statements after it.
    fn v1_write(
        &mut self,
        id: SiteId,
        toolkit: SiteId,
        settings: &'static Mapping,
        mapping: &'static Mapping,
        mut run: Run,
    ) -> Result<Value> {
        let class = match self.p.form {
            JobForm::Estimator => settings.target.as_str(),
            JobForm::ScriptRunConfig => "azureml.core.ScriptRunConfig",
        };
        if run.keywords.iter().all(|(k, _)| k != "custom_docker_image" && k != "environment") {
            let stuck = Stuck::new(
                "it ran on the machine itself; v1 runs every job in a container",
                "give `custom_docker_image` (or `environment`) an image that holds what the machine held",
            );
            let site = self.site(id);
            self.settle(toolkit, None, Fate::Manual, &stuck.reason, &stuck.todo);
            self.person(site, &stuck.reason, &stuck.todo, self.site(toolkit).span);
        }
        run.keywords.sort_by_key(|(k, _)| rank(k));
        let after = self.after_statements(&run)?;
        if !after.is_empty() {
            self.below(id, after)?;
        }
        self.finish(id, mapping);
        self.import(class);
        let name = self.name_of(class);
        Ok(Value::Expr(Markup::list(&format!("{name}("), &keywords_list(&run.keywords), ")")))
    }

    fn after_statements(&self, run: &Run) -> Result<Vec<String>> {
        let mut statements: Vec<String> =
            run.after.iter().filter_map(|a| a.strip_prefix('=')).map(str::to_owned).collect();
        let mut ids: Vec<&String> = run.after.iter().filter(|a| !a.starts_with('=')).collect();
        ids.dedup();
        if self.p.form == JobForm::ScriptRunConfig && !ids.is_empty() {
            let entries: Vec<String> = ids
                .iter()
                .filter_map(|id| run.inputs.iter().find(|(n, _)| n == *id))
                .map(|(_, v)| format!("{v}.data_reference_name: {v}.to_config()"))
                .collect();
            statements.push(format!("run_config.data_references = {{{}}}", entries.join(", ")));
        }
        Ok(statements)
    }

    /// Statements on the object, after the statement that assigns it.
    fn below(&mut self, id: SiteId, statements: Vec<String>) -> Result<()> {
        let stmt = self.site(id).stmt;
        let (ast, text) = (self.p.ast, self.p.source.text());
        let target = match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if Some(*value) == self.site(id).expr && targets.len() == 1 => targets[0],
            _ => {
                return Err(Stuck::new(
                    "some of its settings must be assigned after it is built, and it has no name",
                    "assign the job parameters to a variable and convert again",
                ));
            }
        };
        let name = ast.span(target).of(text);
        let end = ast.stmt(stmt).span.end;
        let margin = " ".repeat(self.position(ast.stmt(stmt).span.start).0);
        let lines: Vec<String> = statements.iter().map(|s| format!("\n{margin}{name}.{s}")).collect();
        let span = crate::text::Span::new(end, end);
        self.out.edits.push(crate::text::Edit { span, text: lines.concat() });
        Ok(())
    }
}

/// The order in which a person writes the keywords.
fn rank(keyword: &str) -> usize {
    const ORDER: [&str; 9] = [
        "source_directory",
        "entry_script",
        "script",
        "script_params",
        "arguments",
        "command",
        "inputs",
        "compute_target",
        "node_count",
    ];
    ORDER.iter().position(|k| *k == keyword).unwrap_or(ORDER.len())
}

/// An argument as a person writes it.
fn shown(argument: &Argument) -> String {
    let value = argument.value.as_ref().map(|v| v.known().replace('\u{fffc}', "…"));
    match (argument.flag.is_empty(), value) {
        (false, Some(value)) => format!("{} {value}", argument.flag),
        (false, None) => argument.flag.clone(),
        (true, value) => value.unwrap_or_default(),
    }
}

fn after_last_slash(parts: &Parts) -> Parts {
    let last = parts.0.iter().rposition(|p| matches!(p, Part::Text(t) if t.contains('/')));
    let Some(at) = last else { return parts.clone() };
    let mut out = Parts::default();
    if let Part::Text(text) = &parts.0[at] {
        out.push_text(text.rsplit('/').next().unwrap_or_default());
    }
    parts.0[at + 1..].iter().for_each(|p| out.push(p.clone()));
    out
}
