//! Jobs of v1: an estimator, or a `ScriptRunConfig`.
//!
//! Batch AI took scripts from a mounted share; v1 sends a local folder with the run. So the input directory that held
//! the script goes, and what follows it in the script's path becomes the entry script.

mod arguments;
mod launch;
mod script;
pub(super) use script::uploaded;

use super::job::{ONE_WEEK, VARIABLES, add_entries, nothing};
use super::toolkit::built_elsewhere;
use super::value::{Keywords, keywords_list};
use super::{Above, Result, Stuck, Translator, Value, link};
use crate::concept::{JobForm, Mapping};
use crate::find::SiteId;
use crate::render::{Markup, operand};
use crate::report::Fate;
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// Words that a directory may be called, and that Python has for something else.
const PYTHON: [&str; 22] = [
    "all", "as", "bin", "class", "dir", "eval", "exec", "file", "global", "import", "in", "input", "is", "iter",
    "lambda", "map", "max", "min", "object", "open", "set", "sum",
];

/// What a job consists of, before it is written in one form or the other.
pub(super) struct Run {
    /// Keywords in the order of the user's fields.
    keywords: Keywords,
    /// Statements on the object once it is built, without the object.
    after: Vec<Markup>,
    /// Directories: id and Python name.
    inputs: Vec<(String, String)>,
    outputs: Vec<(String, String)>,
    /// Inputs and outputs that an argument takes, by the Python name.
    used: Vec<String>,
    /// Inputs that are mounted by the `data_references` of a `ScriptRunConfig`.
    references: Vec<String>,
    /// Outputs that became folders below `outputs`.
    kept: Vec<String>,
    /// Arguments that the script is not given any more.
    removed: Vec<String>,
}

impl Translator<'_> {
    pub(in crate::translate) fn v1_job(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let site = self.site(id);
        self.told_apart(site)?;
        self.check_toolkits(id)?;
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
            references: Vec::new(),
            kept: Vec::new(),
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
        self.loose_directories(&mut run);
        if self.given(site, "environment_variables").is_none() {
            let variables = self.launcher_variables(toolkit)?;
            self.set_variables(variables, Vec::new(), &mut run);
        }
        let limited = self.given(site, "constraints").is_some();
        if !limited {
            run.keywords.push(("max_run_duration_seconds".into(), Markup::plain(ONE_WEEK)));
        }
        self.v1_write(id, toolkit, settings, mapping, run)
    }

    /// The settings of the job's toolkit, wherever they are built.
    pub(super) fn v1_toolkit(&mut self, id: SiteId) -> Result<SiteId> {
        let site = self.site(id);
        let field = site.args.iter().find(|a| self.is_toolkit_field(&a.name) && !self.is_none(a.value));
        let field = field.ok_or_else(|| match self.links.is_assigned(id, |name| self.is_toolkit_field(name)) {
            true => Stuck::new(
                "its toolkit settings are assigned once it is built, and a run of v1 is written whole",
                "give them in the call of `JobCreateParameters` and convert again",
            ),
            false => Stuck::new("it has no toolkit settings, which say what to run", "add them"),
        })?;
        link::constructors(self.p, field.value).first().copied().ok_or_else(|| built_elsewhere(&field.name))
    }

    /// Variables for the input and output directories, above the job.
    pub(super) fn directories(&mut self, id: SiteId, run: &mut Run) -> Result<()> {
        for (field, is_input) in [("input_directories", true), ("output_directories", false)] {
            let Some(list) = self.given(self.site(id), field) else { continue };
            let inline = match self.p.ast.kind(list) {
                ExprKind::List(items) => Some(items.clone()),
                _ => None,
            };
            if self.p.resolved.is_changed(self.p.ast, list) {
                return Err(Stuck::new(
                    "its list of directories is changed after it is written, and all of them must be seen here",
                    "list them in the call of `JobCreateParameters` and convert again",
                ));
            }
            let list_text = self.p.ast.span(list).of(self.p.source.text()).to_owned();
            let made = link::constructors(self.p, list);
            let ExprKind::List(items) = self.p.ast.kind(self.p.resolved.origin(self.p.ast, list)) else {
                return Err(Stuck::new(
                    "its directories are not listed where they can be seen",
                    "list them in the call of `JobCreateParameters` and convert again",
                ));
            };
            if made.len() != items.len() {
                return Err(Stuck::new(
                    "some of its directories are built elsewhere",
                    "list them here and convert again",
                ));
            }
            for (index, directory) in made.into_iter().enumerate() {
                let name = self.site(directory).arg("id").and_then(|i| self.literal(i)).ok_or_else(|| {
                    Stuck::new("the id of a directory is known only at run time", "write it out and convert again")
                })?;
                let variable = match inline.as_ref().map(|items| items[index]) {
                    Some(item) if self.p.sites.at(item).is_some() => self.free_name(&name.to_lowercase(), run),
                    // It has a name already, for the pair of its id and itself.
                    Some(item) => format!("{}[1]", operand(self.text_of(item))),
                    None => format!("dict({list_text})[{}]", self.string(&name).0),
                };
                if is_input { &mut run.inputs } else { &mut run.outputs }.push((name, variable));
            }
        }
        Ok(())
    }

    /// A name for a directory that neither the program nor Python uses, nor another directory of the job.
    pub(super) fn free_name(&self, wanted: &str, run: &Run) -> String {
        let mut name: String = wanted.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        if name.starts_with(|c: char| c.is_numeric()) {
            name.insert(0, '_');
        }
        let is_of_run = |name: &str| run.inputs.iter().chain(&run.outputs).any(|(_, other)| other == name);
        while self.identifiers.contains(name.as_str()) || PYTHON.contains(&name.as_str()) || is_of_run(&name) {
            name.push_str("_dir");
        }
        name
    }

    /// One field of the job parameters.
    pub(super) fn v1_field(
        &mut self,
        id: SiteId,
        index: usize,
        mapping: &'static Mapping,
        run: &mut Run,
    ) -> Result<()> {
        let arg = &self.site(id).args[index];
        let Some(field) = mapping.fields.get(&arg.name) else {
            if mapping.drop.get(&arg.name).is_none() {
                self.consume(arg.value);
            }
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
                self.settle_field(id, Some(index), field);
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

    pub(super) fn v1_keywords(
        &mut self,
        id: SiteId,
        index: usize,
        mapping: &'static Mapping,
        run: &mut Run,
    ) -> Result<Keywords> {
        let arg = &self.site(id).args[index];
        let Some(field) = mapping.fields.get(&arg.name) else { return Ok(Vec::new()) };
        let source = self.p.form == JobForm::ScriptRunConfig;
        self.check_part(&self.site(id).symbol, &arg.name, arg.value)?;
        self.check_distinct(field, arg.value)?;
        let (before, unlimited) = (self.mark(), nothing(&arg.name, "max_run_duration_seconds"));
        match arg.name.as_str() {
            "input_directories" | "output_directories" => {
                self.directory_variables(id, arg.value, run)?;
                Ok(Vec::new())
            }
            name if self.is_toolkit_field(name) || name == "job_preparation" => Ok(Vec::new()),
            "node_count" if source => self.v1_nodes(arg.value, run),
            "environment_variables" => self.v1_environment(id, arg.value, run),
            "cluster" => Ok(vec![("compute_target".into(), self.filter("cluster", id, arg.value)?.alone())]),
            _ => {
                let value = match field.filter.as_str() {
                    "" => self.value(arg.value)?,
                    filter => self.filter(filter, id, arg.value)?,
                };
                match value {
                    Value::Keywords(inner) => Ok(inner),
                    Value::Items(items) => {
                        self.check_whole(before)?;
                        self.register(self.site(id).stmt, id, &items)?;
                        Ok(Vec::new())
                    }
                    other if field.to.is_empty() && self.spreads(&self.site(id).symbol, &arg.name, arg.value) => {
                        Ok(vec![("**".into(), self.unpackable(arg.value, other.alone(), &unlimited)?)])
                    }
                    other if field.to.is_empty() => {
                        self.check_whole(before)?;
                        self.register_all(self.site(id).stmt, id, &other.alone())?;
                        Ok(Vec::new())
                    }
                    other => Ok(vec![(field.to.clone(), other.alone())]),
                }
            }
        }
    }

    /// The number of nodes, where a `ScriptRunConfig` does not learn it from the distribution.
    fn v1_nodes(&mut self, count: ExprId, run: &mut Run) -> Result<Keywords> {
        let distributed = run.keywords.iter().find(|(k, _)| k == "distributed_job_config");
        let nodes = self.text(count)?.flat();
        // One node is what a `ScriptRunConfig` has anyway.
        if distributed.is_none() && nodes != "1" || distributed.is_some_and(|(_, v)| v.0.contains("Tensorflow")) {
            run.after.push(Markup(format!("run_config.node_count = {nodes}")));
        }
        Ok(Vec::new())
    }

    fn v1_environment(&mut self, id: SiteId, list: ExprId, run: &mut Run) -> Result<Keywords> {
        let before = self.mark();
        let dictionary = self.environment(id, list)?;
        if self.p.form == JobForm::ScriptRunConfig {
            self.check_whole(before)?;
        }
        if dictionary.as_ref().is_some_and(|dictionary| dictionary.0.contains("AZ_BATCHAI_")) {
            return Err(Stuck::new(
                "a value names a variable of Batch AI, and Azure ML takes values as they stand",
                "let the training script take the directory from its arguments",
            ));
        }
        let toolkit = self.v1_toolkit(id)?;
        let variables = self.launcher_variables(toolkit)?;
        let given = dictionary.map(|dictionary| (VARIABLES.into(), dictionary)).into_iter().collect();
        self.set_variables(variables, given, run);
        Ok(Vec::new())
    }

    /// Gives the job its variables, and those of a launcher.
    fn set_variables(&self, of_launcher: Vec<Markup>, mut given: Keywords, run: &mut Run) {
        add_entries(&mut given, VARIABLES, of_launcher, None);
        match self.p.form {
            JobForm::Estimator => run.keywords.extend(given),
            JobForm::ScriptRunConfig => {
                run.after
                    .extend(given.into_iter().map(|(name, value)| Markup(format!("run_config.{name} = {}", value.0))));
            }
        }
    }

    /// Assigns each directory of an inline list to its variable, above the job.
    pub(super) fn directory_variables(&mut self, id: SiteId, list: ExprId, run: &Run) -> Result<()> {
        let ExprKind::List(items) = self.p.ast.kind(list) else { return Ok(()) };
        let stmt = self.site(id).stmt;
        for item in items.clone() {
            let Some(site) = self.p.sites.at(item) else { continue };
            let name = self.site(site).arg("id").and_then(|i| self.literal(i)).unwrap_or_default();
            let is_input = self.site(site).symbol == "InputDirectory";
            let known = if is_input { &run.inputs } else { &run.outputs };
            let Some((_, variable)) = known.iter().find(|(n, _)| *n == name) else { continue };
            if run.kept.contains(&name) && !run.used.contains(variable) {
                let reason =
                    "an argument puts text around it, so the job writes to `outputs` of the run instead of the storage";
                let todo = "look for the results with the run: `run.download_files(prefix=…)`";
                self.settle_within(self.site(site).span, Fate::Approximate, reason, todo);
                continue;
            }
            if let Value::Pair(_, value) = self.value(item)? {
                if self.is_other_above(variable, stmt, &value) {
                    return Err(Stuck::new(
                        format!("another job of this statement has a directory `{name}` with another path"),
                        "give each job a statement of its own and convert again",
                    ));
                }
                self.above(stmt, Above::Code(Markup(format!("{variable} = {}", value.0))));
            }
        }
        Ok(())
    }

    /// Directories that no argument takes are still mounted.
    pub(super) fn loose_directories(&mut self, run: &mut Run) {
        let is_loose = |(_, variable): &&(String, String)| !run.used.contains(variable);
        let outputs = run.outputs.iter().filter(is_loose).filter(|(id, _)| !run.kept.contains(id));
        let outputs: Vec<Markup> = outputs.map(|(id, v)| Markup(format!("{}: {v}", self.string(id).0))).collect();
        let inputs: Vec<String> = run.inputs.iter().filter(is_loose).map(|(_, v)| v.clone()).collect();
        match self.p.form {
            JobForm::Estimator if !inputs.is_empty() => {
                let items: Vec<Markup> = inputs.into_iter().map(Markup).collect();
                run.keywords.push(("inputs".into(), Markup::list("[", &items, "]")));
            }
            JobForm::Estimator => {}
            JobForm::ScriptRunConfig => run.references.extend(inputs),
        }
        if !run.references.is_empty() {
            let mounted = run.inputs.iter().filter(|(_, v)| run.references.contains(v));
            let entry = |(id, v): &(String, String)| Markup(format!("{}: {v}.to_config()", self.string(id).0));
            let entries: Vec<Markup> = mounted.map(entry).collect();
            run.after.push(Markup::list("run_config.data_references = {", &entries, "}"));
        }
        if !outputs.is_empty() {
            run.after.push(Markup::list("run_config.output_data = {", &outputs, "}"));
        }
    }

    /// The call, and the statements after it.
    pub(super) fn v1_write(
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
        let is_given = self.given(self.site(id), "container_settings").is_some();
        if !is_given && run.keywords.iter().all(|(k, _)| !["custom_docker_image", "environment"].contains(&k.as_str()))
        {
            let stuck = Stuck::new(
                "it has no container, so it ran on the machine itself; v1 runs every job in one",
                match self.p.form {
                    JobForm::Estimator => {
                        "give it `custom_docker_image=…` with an image that holds what the machine held"
                    }
                    JobForm::ScriptRunConfig => {
                        "give it `environment=Environment.from_docker_image(…)` with an image that holds what the machine held"
                    }
                },
            );
            let site = self.site(id);
            self.settle(id, None, Fate::Manual, &stuck.reason, &stuck.todo);
            self.person(site, &stuck.reason, &stuck.todo, self.site(toolkit).span);
        }
        run.keywords.sort_by_key(|(k, _)| rank(k));
        self.finish(id, mapping);
        self.import(class);
        let name = self.name_of(class);
        let call = Markup::list(&format!("{name}("), &keywords_list(&run.keywords), ")");
        if run.after.is_empty() { Ok(Value::Expr(call)) } else { self.with_statements(id, call, &run.after) }
    }

    /// Statements on the object: below the statement that assigns it, or, where it has no name, above the one that
    /// takes it, with a name of its own.
    fn with_statements(&mut self, id: SiteId, call: Markup, statements: &[Markup]) -> Result<Value> {
        let site = self.site(id);
        let stmt = self.p.ast.stmt(site.stmt);
        if let StmtKind::Assign { targets, value } = &stmt.kind
            && let ([target], true) = (targets.as_slice(), Some(*value) == site.expr)
        {
            let name = self.p.ast.span(*target).of(self.p.source.text());
            let lines: Vec<Markup> = statements.iter().map(|s| Markup(format!("{name}.{}", s.0))).collect();
            self.below(site.stmt, &lines);
            return Ok(Value::Expr(call));
        }
        self.straight(site)?;
        let name = self.name_above("parameters", site.stmt, &call);
        self.above(site.stmt, Above::Code(Markup(format!("{name} = {}", call.0))));
        for statement in statements {
            self.above(site.stmt, Above::Code(Markup(format!("{name}.{}", statement.0))));
        }
        Ok(Value::Expr(Markup(name)))
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
