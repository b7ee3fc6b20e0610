//! The arguments of a v1 job's script: `script_params` of an estimator, `arguments` of a `ScriptRunConfig`.

use super::super::arguments::{Argument, Word, is_number, variables};
use super::super::value::Keywords;
use super::super::{Result, Stuck, Translator};
use super::Run;
use super::script::shown;
use crate::concept::JobForm;
use crate::render::Markup;
use crate::resolve::{Part, Parts};

impl Translator<'_> {
    /// `script_params` of an estimator, `arguments` of a ScriptRunConfig.
    pub(super) fn v1_arguments(&mut self, arguments: Vec<Argument>, run: &mut Run) -> Result<Keywords> {
        if arguments.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        let mut flags: Vec<String> = Vec::new();
        for argument in arguments {
            let is_role = argument
                .value
                .as_ref()
                .is_some_and(|v| variables(v).iter().any(|m| m.id().is_none() && !m.variable.ends_with("MOUNT_ROOT")));
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

    pub(super) fn v1_argument(&mut self, argument: Argument, run: &mut Run, items: &mut Vec<Markup>) -> Result<()> {
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
    pub(super) fn v1_value(&mut self, word: &Word, run: &mut Run) -> Result<Markup> {
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

    pub(super) fn directory_object(&mut self, kind: &str, id: &str, run: &mut Run) -> Result<Markup> {
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
    pub(super) fn directories_in_text(&mut self, text: &str, run: &mut Run) -> Result<String> {
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
}
