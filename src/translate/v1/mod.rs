//! Jobs of v1: an estimator, or a `ScriptRunConfig`.
//!
//! Batch AI took scripts from a mounted share; v1 sends a local folder with the run. So the input directory that held
//! the script goes, and what follows it in the script's path becomes the entry script.

mod arguments;
mod launch;
mod script;

use super::value::{Keywords, keywords_list};
use super::{Above, Result, Stuck, Translator, Value, link};
use crate::concept::{JobForm, Mapping};
use crate::find::SiteId;
use crate::render::Markup;
use crate::report::Fate;
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// Batch AI stopped a job after a week.
const ONE_WEEK: &str = "604800";

/// What a job consists of, before it is written in one form or the other.
pub(super) struct Run {
    /// Keywords in the order of the user's fields.
    keywords: Keywords,
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
    pub(in crate::translate) fn v1_job(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
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
        let made = field.and_then(|f| link::constructors(self.p, f.value).first().copied());
        made.ok_or_else(|| {
            Stuck::new(
                "its toolkit settings are not built where they can be seen",
                "build them in the call of `JobCreateParameters` and convert again",
            )
        })
    }

    /// Variables for the input and output directories, above the job.
    pub(super) fn directories(&mut self, id: SiteId, run: &mut Run) -> Result<()> {
        for (field, is_input) in [("input_directories", true), ("output_directories", false)] {
            let Some(list) = self.given(self.site(id), field) else { continue };
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
                return Err(Stuck::new(
                    "some of its directories are built elsewhere",
                    "list them here and convert again",
                ));
            }
            for directory in made {
                let name = self.site(directory).arg("id").and_then(|i| self.literal(i)).ok_or_else(|| {
                    Stuck::new("the id of a directory is known only at run time", "write it out and convert again")
                })?;
                let variable = if inline {
                    self.free_name(&name.to_lowercase())
                } else {
                    format!("dict({list_text})[{}]", self.string(&name).0)
                };
                if is_input { &mut run.inputs } else { &mut run.outputs }.push((name, variable));
            }
        }
        Ok(())
    }

    /// A name that the program does not use yet.
    pub(super) fn free_name(&self, wanted: &str) -> String {
        let used = &self.identifiers;
        let mut name: String = wanted.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        while used.contains(name.as_str()) {
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
                self.settle_field(id, index, field);
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
    pub(super) fn directory_variables(&mut self, id: SiteId, list: ExprId, run: &Run) -> Result<()> {
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
                self.settle_within(
                    self.site(site).span,
                    Fate::Approximate,
                    reason,
                    "look for the results with the run",
                );
                continue;
            };
            if let Value::Pair(_, value) = self.value(item)? {
                self.above(stmt, Above::Code(Markup(format!("{variable} = {}", value.0))));
            }
        }
        Ok(())
    }

    /// Inputs that no argument takes are still mounted.
    pub(super) fn loose_inputs(&mut self, run: &mut Run) {
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

    pub(super) fn after_statements(&self, run: &Run) -> Result<Vec<String>> {
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
    pub(super) fn below(&mut self, id: SiteId, statements: Vec<String>) -> Result<()> {
        let stmt = self.site(id).stmt;
        let (ast, text) = (self.p.ast, self.p.source.text());
        let target = match &ast.stmt(stmt).kind {
            StmtKind::Assign { targets, value } if Some(*value) == self.site(id).expr && targets.len() == 1 => {
                targets[0]
            }
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
