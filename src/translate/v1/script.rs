//! The script of a v1 job: which file, in which local folder, with which arguments.

use super::super::arguments::{Argument, Word, from_words, split, variables};
use super::super::{Above, Result, Stuck, Translator, link};
use super::Run;
use crate::concept::{JobForm, Mapping};
use crate::find::{SiteId, SiteKind, Sites, mentions_in};
use crate::render::Markup;
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::syntax::{ExprId, ExprKind};

/// The fields of settings that hold the arguments of a script.
pub(super) const LINES: [&str; 4] =
    ["command_line_args", "master_command_line_args", "worker_command_line_args", "parameter_server_command_line_args"];

impl Translator<'_> {
    /// `source_directory`, `entry_script` and the arguments.
    pub(super) fn script(
        &mut self,
        id: SiteId,
        toolkit: SiteId,
        settings: &'static Mapping,
        run: &mut Run,
    ) -> Result<()> {
        let site = self.site(toolkit);
        if let Some(own) = self.launcher(toolkit, Some(id))? {
            self.settle_own_launcher(&own, toolkit, Some(id), self.out.loose.len())?;
        }
        let script = self.given(site, "python_script_file_path");
        let (path, arguments) = match (script, site.arg("command_line").or(site.arg("config_file_path"))) {
            (Some(script), _) => {
                let path = self.p.resolved.string(self.p.ast, script, false);
                self.consume(script);
                (path, self.role_arguments(toolkit, &mut run.removed)?)
            }
            (None, Some(line)) => self.python_line(toolkit, line)?,
            (None, None) => return Err(Stuck::new("it names no script", "give the script and convert again")),
        };
        self.without_shell(toolkit)?;
        let (directory, entry) = self.entry(&path)?;
        run.inputs.retain(|(input, _)| Some(input) != directory.as_ref() || self.is_passed(input, &arguments));
        let folder = self.local_folder(&entry);
        let script_keyword = if self.p.form == JobForm::Estimator { "entry_script" } else { "script" };
        let entry = self.python(&entry)?;
        run.keywords.push(("source_directory".into(), self.string(&folder)));
        run.keywords.push((script_keyword.into(), entry));
        self.settle_script_input(id, directory.as_deref());
        let arguments = self.v1_arguments(toolkit, arguments, run)?;
        run.keywords.extend(arguments);
        self.distribute(id, toolkit, settings, run)?;
        if let Some(interpreter) = self.given(site, "python_interpreter_path") {
            if let Some(variable) = self.interpreter_on_storage(toolkit) {
                return Err(Stuck::new(
                    format!("its Python lies below `{variable}`, and v1 starts the one of the image"),
                    "convert with `--job-form script-run-config`, or use the Python of the image",
                ));
            }
            let path = self.text(interpreter)?.flat();
            run.after.push(Markup(format!("run_config.environment.python.interpreter_path = {path}")));
        }
        self.removed_arguments(id, toolkit, run);
        self.settle_fields(toolkit, settings)?;
        if !settings.launch_first.is_empty() && self.counts(toolkit, Some(id)).one_node {
            self.settle(toolkit, None, Fate::Exact, "", "");
        }
        self.settle(toolkit, None, settings.fate, &settings.note, &settings.todo);
        settings.imports.iter().for_each(|i| self.import(i));
        Ok(())
    }

    /// The variable of Batch AI below which the Python of the settings lies, on what a job mounts.
    pub(super) fn interpreter_on_storage(&self, toolkit: SiteId) -> Option<String> {
        let interpreter = self.given(self.site(toolkit), "python_interpreter_path")?;
        let strings = self.p.resolved.strings_in(self.p.ast, interpreter);
        let mut found = strings.into_iter().flat_map(|string| self.p.sites.mentions(string));
        found.find_map(|mention| match &self.site(*mention).kind {
            SiteKind::Mention(mention) => Some(mention.variable.clone()),
            _ => None,
        })
    }

    /// Arguments are handed over as they stand: nothing expands them.
    fn without_shell(&self, toolkit: SiteId) -> Result<()> {
        if let Some(variable) = self.passed_on(toolkit) {
            return Err(Stuck::new(
                format!("its `mpirun` passes on `{variable}`, which an estimator does not set"),
                "convert with `--job-form script-run-config`",
            ));
        }
        let lines = LINES.iter().chain(&["command_line"]);
        let Some(word) = lines.into_iter().find_map(|line| self.shell_need(toolkit, line)) else { return Ok(()) };
        Err(Stuck::new(
            format!("its command line needs a shell, for `{word}`, and a script's arguments are not seen by one"),
            match self.p.form {
                JobForm::Estimator => "convert with `--job-form script-run-config`",
                JobForm::ScriptRunConfig => "let the training script do what the shell did, and convert again",
            },
        ))
    }

    pub(super) fn is_passed(&self, input: &str, arguments: &[Argument]) -> bool {
        let variable = format!("AZ_BATCHAI_INPUT_{input}");
        arguments.iter().any(|a| a.value.as_ref().is_some_and(|v| variables(v).iter().any(|m| m.variable == variable)))
    }

    /// `python [-u] script arguments`
    fn python_line(&mut self, toolkit: SiteId, line: ExprId) -> Result<(Parts, Vec<Argument>)> {
        let (script, rest) = self.python_words(toolkit, line).ok_or_else(|| {
            let reason = match self.line_text(toolkit, line).text() {
                Some(_) => "its command line does not start a Python script, and an estimator starts nothing else",
                None => "what its command line starts cannot be seen here, and an estimator starts Python scripts only",
            };
            Stuck::new(reason, "convert with `--job-form script-run-config`")
        })?;
        self.consume(line);
        Ok((script, from_words(rest)))
    }

    /// The script that a command line starts, and the words behind it.
    pub(super) fn python_words(&self, toolkit: SiteId, line: ExprId) -> Option<(Word, Vec<Word>)> {
        let mut words = split(&self.line_text(toolkit, line))?.into_iter().peekable();
        words.next().filter(|w| w.known().rsplit('/').next().is_some_and(|name| name.starts_with("python")))?;
        words.next_if(|w| w.known() == "-u");
        let is_script = |word: &str| word.ends_with(".py") || word.starts_with("$AZ_BATCHAI_INPUT_");
        let script = words.next().filter(|w| is_script(&w.known()))?;
        Some((script, words.collect()))
    }

    /// The arguments of a script. Roles of TensorFlow share one command line in v1: what differs between them, and
    /// what tells a task its role, the training script must read from TF_CONFIG.
    pub(super) fn role_arguments(&mut self, toolkit: SiteId, removed: &mut Vec<String>) -> Result<Vec<Argument>> {
        let site = self.site(toolkit);
        let lines: Vec<ExprId> = LINES.iter().filter_map(|n| self.given(site, n)).collect();
        let Some(first) = lines.first() else { return Ok(Vec::new()) };
        let mut arguments = self.arguments(*first)?;
        for line in &lines[1..] {
            let others = self.arguments(*line)?;
            let differing = arguments
                .iter()
                .filter(|a| !others.contains(a))
                .chain(others.iter().filter(|o| !arguments.contains(o)));
            removed.extend(differing.map(shown));
            arguments.retain(|a| others.contains(a));
        }
        for line in &lines {
            self.consume_line(*line);
        }
        Ok(arguments)
    }

    /// Arguments that a script needs and is not given: the script itself must change.
    pub(super) fn removed_arguments(&mut self, id: SiteId, toolkit: SiteId, run: &mut Run) {
        run.removed.sort();
        run.removed.dedup();
        if run.removed.is_empty() {
            return;
        }
        let (job, site) = (self.site(id), self.site(toolkit));
        let list: Vec<String> = run.removed.iter().map(|r| format!("`{r}`")).collect();
        let reason =
            format!("every task gets the same arguments, as they stand; not passed any more: {}", list.join(", "));
        let todo = instead(&run.removed.join(" "), site.symbol.starts_with("TensorFlow"));
        let lines = (0..site.args.len()).filter(|i| site.args[*i].name.ends_with("command_line_args"));
        for line in lines {
            self.settle(toolkit, Some(line), Fate::Manual, &reason, &todo);
        }
        let code = self.code(site).unwrap_or_default();
        self.above(job.stmt, Above::Comment { code, reason, todo, original: None });
    }

    /// The input that holds a script, and the script's path in it.
    pub(super) fn entry(&mut self, path: &Parts) -> Result<(Option<String>, Parts)> {
        let stuck = || {
            Stuck::new(
                "the path of its script is known only at run time",
                "give the folder and the name of the script to `source_directory` and `entry_script`",
            )
        };
        if in_image(path) {
            return Err(Stuck::new(
                format!(
                    "its script `{}` lies in the image, and an estimator takes it from a local folder",
                    path.known()
                ),
                "convert with `--job-form script-run-config`, or copy the script to a local folder",
            ));
        }
        let Some(Part::Text(first)) = path.0.first() else { return Err(stuck()) };
        let mention = mentions_in(first, 0).into_iter().find(|m| m.span.start == 0);
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
    pub(super) fn local_folder(&self, entry: &Parts) -> String {
        let name = self.known_text(entry);
        let found = (self.uploaded.iter().filter_map(|local| self.literal(*local)))
            .find(|l| name.as_deref().is_some_and(|n| l == n || l.ends_with(&format!("/{n}"))));
        match found.as_deref().and_then(|l| l.rsplit_once('/')) {
            Some((folder, _)) => folder.to_owned(),
            None => ".".into(),
        }
    }

    pub(super) fn settle_script_input(&mut self, job: SiteId, directory: Option<&str>) {
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
}

/// The local files that the program uploads to its storage.
pub(in super::super) fn uploaded(sites: &Sites) -> Vec<ExprId> {
    let uploads = sites.all.iter().filter(|site| {
        site.symbol.ends_with("create_file_from_path") || site.symbol.ends_with("create_blob_from_path")
    });
    uploads.filter_map(|site| site.arg("local_file_path").or(site.arg("file_path"))).collect()
}

/// Whether a script lies in the image of the container: its path is absolute, and on no storage.
pub(super) fn in_image(path: &Parts) -> bool {
    path.known().starts_with('/')
}

/// What a training script does instead of taking the arguments that are gone.
fn instead(removed: &str, tensorflow: bool) -> String {
    const SHARED: &str = "$AZ_BATCHAI_SHARED_JOB_TEMP";
    const TEMPORARY: &str = "$AZ_BATCHAI_JOB_TEMP";
    let rest = removed.replace(SHARED, "");
    let mut parts = Vec::new();
    let places = mentions_in(&rest, 0).iter().any(|m| m.variable != TEMPORARY[1..]);
    match (tensorflow, places) {
        (true, _) => parts.push("read its role, its index and the hosts from `TF_CONFIG`"),
        (false, true) => {
            parts.push("read `RANK`, `WORLD_SIZE`, `MASTER_ADDR` and `MASTER_PORT` (MPI: `OMPI_COMM_WORLD_RANK`)")
        }
        (false, false) => {}
    }
    if removed.contains(SHARED) {
        parts.push("share files in a mounted output on a file share");
    }
    if rest.contains(TEMPORARY) {
        parts.push("make a directory of its own with `tempfile.mkdtemp()`");
    }
    format!("let the training script {}", parts.join(", and "))
}

/// An argument as a person writes it.
pub(super) fn shown(argument: &Argument) -> String {
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
