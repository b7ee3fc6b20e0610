//! Job parameters: one constructor becomes one `command(…)`, its parts folded into the form that a person would write.

use super::command::Volume;
use super::toolkit::Written;
use super::value::{Keywords, keywords_list};
use super::{Result, Stuck, Translator, Value};
use crate::concept::Mapping;
use crate::find::SiteId;
use crate::render::{Markup, summand};
use crate::report::Fate;
use crate::resolve::Parts;
use crate::sdk::Target;
use crate::syntax::ExprId;

/// Batch AI stopped a job after a week; v2 has no limit of its own.
pub(super) const ONE_WEEK: &str = "604800";

/// The keyword for environment variables, of v2 and of estimators.
pub(super) const VARIABLES: &str = "environment_variables";

/// What a job has for keywords that it is not given: its constraints limited it even so.
pub(super) fn nothing(field: &str, limit: &str) -> String {
    if field == "constraints" { format!("dict({limit}={ONE_WEEK})") } else { "{}".to_owned() }
}

/// Adds entries to the dictionary of a keyword, which may be missing.
pub(super) fn add_entries(keywords: &mut Keywords, keyword: &str, entries: Vec<Markup>, before: Option<&str>) {
    if entries.is_empty() {
        return;
    }
    match keywords.iter_mut().find(|(name, _)| name == keyword) {
        Some((_, given)) if given.0 == "{}" => *given = Markup::list("{", &entries, "}"),
        Some((_, given)) => {
            let unpacked = std::iter::once(Markup(format!("**{}", given.0))).chain(entries.iter().cloned());
            *given =
                given.with_items(&entries).unwrap_or_else(|| Markup::list("{", &unpacked.collect::<Vec<_>>(), "}"));
        }
        None => {
            let at = before.and_then(|b| keywords.iter().position(|(name, _)| name == b)).unwrap_or(keywords.len());
            keywords.insert(at, (keyword.to_owned(), Markup::list("{", &entries, "}")));
        }
    }
}

impl Translator<'_> {
    /// The job in the form of the target.
    pub(super) fn job(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        match self.p.target {
            Target::V2 => self.command_job(id, mapping),
            Target::V1 => self.v1_job(id, mapping),
        }
    }

    fn command_job(&mut self, id: SiteId, mapping: &'static Mapping) -> Result<Value> {
        let site = self.site(id);
        self.told_apart(site)?;
        self.check_toolkits(id)?;
        let mut keywords = self.entity_keywords(id, "azure.ai.ml.command")?;
        let (mut mounts, mut limited) = (Vec::new(), false);
        for (index, arg) in site.args.iter().enumerate() {
            let Some(field) = mapping.fields.get(&arg.name) else {
                if mapping.drop.get(&arg.name).is_none() {
                    self.consume(arg.value);
                }
                self.beside(id, index, mapping)?;
                continue;
            };
            if self.is_none(arg.value) {
                self.settle(id, Some(index), Fate::Drop, "it is `None`", "");
                continue;
            }
            limited |= arg.name == "constraints";
            let mark = self.mark();
            match self.job_field(id, &arg.name, arg.value, mapping) {
                Ok((added, volumes)) => {
                    if !added.is_empty() {
                        keywords.extend(self.comments_on(id, index));
                    }
                    keywords.extend(added);
                    mounts.extend(volumes);
                    self.settle_field(id, Some(index), field);
                }
                // A job without its command or its directories is none.
                Err(stuck) if self.is_toolkit_field(&arg.name) || arg.name.ends_with("put_directories") => {
                    return Err(stuck);
                }
                Err(stuck) => {
                    self.rollback(mark);
                    self.field_stuck(id, index, &stuck);
                }
            }
        }
        let settings = site.args.iter().find(|a| self.is_toolkit_field(&a.name)).and_then(|a| self.p.sites.at(a.value));
        let variables = settings.map_or(Ok(Vec::new()), |settings| self.launcher_variables(settings))?;
        add_entries(&mut keywords, VARIABLES, variables, None);
        self.mount_inputs(mounts, &mut keywords)?;
        self.shared_outputs(&mut keywords);
        declared(&keywords)?;
        let is_given = self.given(site, "container_settings").is_some() || site.args.iter().any(|arg| arg.name == "*");
        if !is_given && !keywords.iter().any(|(name, _)| name == "environment") {
            self.bare_machine(id);
        }
        if !limited {
            keywords.push(("timeout".into(), Markup::plain(ONE_WEEK)));
        }
        self.finish(id, mapping);
        self.import("azure.ai.ml.command");
        Ok(Value::Expr(Markup::list(&format!("{}(", self.aliases.name("command")), &keywords_list(&keywords), ")")))
    }

    /// A job without an image ran on the machine itself; Azure ML runs every job in a container.
    fn bare_machine(&mut self, id: SiteId) {
        if self.links.is_assigned(id, |field| field == "container_settings") {
            return;
        }
        let reason = "it has no container, so it ran on the machine itself; Azure ML runs every job in one";
        let todo = "give it `environment=Environment(image=…)` with an image that holds what the machine held";
        self.settle(id, None, Fate::Manual, reason, todo);
        let site = self.site(id);
        let code = self.code(site).unwrap_or_default();
        let (reason, todo) = (reason.to_owned(), todo.to_owned());
        self.above(site.stmt, super::Above::Comment { code, reason, todo, original: None });
    }

    /// The keywords of one field, and the volumes that must become inputs.
    pub(super) fn job_field(
        &mut self,
        id: SiteId,
        name: &str,
        value: ExprId,
        mapping: &'static Mapping,
    ) -> Result<Written> {
        let Some(field) = mapping.fields.get(name) else { return Ok(Default::default()) };
        self.check_part(&self.site(id).symbol, name, value)?;
        self.check_distinct(field, value)?;
        if self.is_toolkit_field(name) {
            return self.job_toolkit(id, value);
        }
        let (argument, before) = (value, self.mark());
        let value = match name {
            // It is part of the command.
            "job_preparation" => return self.check_prepared(id, value).map(|()| Default::default()),
            "environment_variables" => match self.environment(id, value)? {
                Some(markup) => Value::Expr(markup),
                None => return Ok(Default::default()),
            },
            "input_directories" | "output_directories" => Value::Expr(self.dictionary(value)?),
            "cluster" => self.filter("cluster", id, value)?,
            "node_count" if let Some(nodes) = self.filled_nodes(id) => Value::Expr(nodes),
            _ if !field.filter.is_empty() => self.filter(&field.filter, id, value)?,
            _ => self.value(value)?,
        };
        Ok(match value {
            Value::Keywords(inner) => (inner, Vec::new()),
            Value::Items(items) => {
                self.check_whole(before)?;
                self.register(self.site(id).stmt, id, &items)?;
                Default::default()
            }
            other if name == "mount_volumes" => {
                self.check_whole(before)?;
                let all = Markup(format!("*{}", summand(&other.alone().0)));
                self.register(self.site(id).stmt, id, &[all])?;
                Default::default()
            }
            other if field.to.is_empty() => {
                let nothing = nothing(name, "timeout");
                (vec![("**".into(), self.unpackable(argument, other.alone(), &nothing)?)], Vec::new())
            }
            other => (vec![(field.to.clone(), other.alone())], Vec::new()),
        })
    }

    fn job_toolkit(&mut self, id: SiteId, value: ExprId) -> Result<Written> {
        let made = super::link::constructors(self.p, value);
        match (made.first(), self.p.sites.at(value)) {
            (Some(made), Some(here)) if *made == here => self.toolkit(here, Some(id), false),
            (Some(made), None) => {
                let mapping = self.mapping(self.site(*made))?;
                self.check_apart(*made, id)?;
                self.check_said(*made)?;
                let mounts = self.mounts_of(*made, mapping);
                Ok((vec![("**".into(), self.unpacked_text(value)?)], mounts))
            }
            _ => Ok((vec![("**".into(), self.unpacked_text(value)?)], Vec::new())),
        }
    }

    /// Refuses a part that stays where it is built: the new command is made of what it says.
    pub(super) fn check_said(&self, made: SiteId) -> Result<()> {
        match self.stays(made) {
            true => Err(Stuck::new(
                format!(
                    "its `{}` is left for a person, and the new command is made of what it says",
                    self.site(made).symbol
                ),
                "convert it together with that",
            )),
            false => Ok(()),
        }
    }

    fn unpacked_text(&mut self, value: ExprId) -> Result<Markup> {
        let text = self.text(value)?;
        self.unpackable(value, text, "{}")
    }

    /// The volumes that settings which stand apart need, without writing anything.
    fn mounts_of(&mut self, made: SiteId, _mapping: &'static Mapping) -> Vec<Volume> {
        let mark = self.mark();
        let job = self.consumer(made, "JobCreateParameters");
        let mounts = self.toolkit(made, job, true).map(|(_, mounts)| mounts).unwrap_or_default();
        self.rollback(mark);
        mounts
    }

    /// Refuses settings that stand apart from their job and name a directory which the job does not have.
    pub(super) fn check_apart(&mut self, made: SiteId, job: SiteId) -> Result<()> {
        if self.p.target == Target::V1 {
            return Ok(());
        }
        let mark = self.mark();
        let checked = self.declared_apart(made, job);
        self.rollback(mark);
        checked
    }

    fn declared_apart(&mut self, made: SiteId, job: SiteId) -> Result<()> {
        let site = self.site(job);
        let Ok((mut keywords, mounts)) = self.toolkit(made, Some(job), true) else { return Ok(()) };
        if site.args.iter().any(|arg| arg.name == "*") {
            return Ok(());
        }
        for (field, keyword) in [("input_directories", "inputs"), ("output_directories", "outputs")] {
            let Some(value) = self.given(site, field) else { continue };
            let Ok(directories) = self.dictionary(value) else { return Ok(()) };
            keywords.push((keyword.to_owned(), directories));
        }
        self.mount_inputs(mounts, &mut keywords)?;
        self.shared_outputs(&mut keywords);
        declared(&keywords)
    }

    /// Outputs that the command itself needs: a directory that the nodes share.
    fn shared_outputs(&mut self, keywords: &mut Keywords) {
        const SHARED: &str = "SHARED_JOB_TEMP";
        let named = format!("${{{{outputs.{SHARED}}}}}");
        if !keywords.iter().any(|(name, value)| name == "command" && value.0.contains(&named)) {
            return;
        }
        self.import("azure.ai.ml.Output");
        let (kind, mode) = (self.string("uri_folder").0, self.string("rw_mount").0);
        let class = format!("{}(", self.aliases.name("Output"));
        let output = Markup::list(&class, &[Markup(format!("type={kind}")), Markup(format!("mode={mode}"))], ")");
        let entry = Markup(format!("{}: {}", self.string(SHARED).0, output.0));
        add_entries(keywords, "outputs", vec![entry], None);
    }

    /// Whole volumes as inputs, for command lines that name a path below the mount root.
    fn mount_inputs(&mut self, mounts: Vec<Volume>, keywords: &mut Keywords) -> Result<()> {
        if mounts.is_empty() {
            return Ok(());
        }
        self.import("azure.ai.ml.Input");
        let class = format!("{}(", self.aliases.name("Input"));
        let mut entries = Vec::new();
        for Volume { input, datastore, folder, .. } in mounts {
            let mut uri = Parts::default();
            uri.push_text("azureml://datastores/");
            datastore.0.into_iter().for_each(|part| uri.push(part));
            uri.push_text("/paths/");
            uri.push_text(&folder);
            let kind = format!("type={}", self.string("uri_folder").0);
            let path = format!("path={}", self.python(&uri)?.0);
            let mode = format!("mode={}", self.string("ro_mount").0);
            let mounted = Markup::list(&class, &[Markup(kind), Markup(path), Markup(mode)], ")");
            entries.push(Markup(format!("{}: {}", self.string(&input).0, mounted.0)));
        }
        add_entries(keywords, "inputs", entries, Some("command"));
        Ok(())
    }
}

/// Refuses a command that names a directory which the job does not have: in Batch AI its variable was empty.
fn declared(keywords: &Keywords) -> Result<()> {
    let given = |name: &str| keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value.0.as_str());
    let unpacks = given("**").is_some();
    let command = given("command").unwrap_or_default();
    for kind in ["inputs", "outputs"] {
        let directories = given(kind).unwrap_or(if unpacks { "**" } else { "{}" });
        if !directories.starts_with('{') || directories.contains("**") {
            continue;
        }
        for named in command.split(&format!("${{{{{kind}.")).skip(1) {
            let id = named.split('}').next().unwrap_or_default();
            if ["'", "\""].iter().all(|quote| !directories.contains(&format!("{quote}{id}{quote}:"))) {
                return Err(no_directory(id));
            }
        }
    }
    Ok(())
}

/// Why a job is left whose command names a directory that it does not have.
pub(super) fn no_directory(id: &str) -> Stuck {
    Stuck::new(
        format!("its command line names the directory `{id}`, which the job does not have"),
        "give the job the directory, or take its variable out of the command line",
    )
}
