//! The arguments of a v1 job's script: `script_params` of an estimator, `arguments` of a `ScriptRunConfig`.

use super::super::arguments::{Argument, Word, is_number, variables};
use super::super::job::no_directory;
use super::super::value::Keywords;
use super::super::{Result, Stuck, Translator};
use super::Run;
use super::script::shown;
use crate::concept::JobForm;
use crate::find::{SiteId, mentions_in};
use crate::render::Markup;
use crate::resolve::{Part, Parts};
use crate::syntax::ExprId;

impl Translator<'_> {
    /// `script_params` of an estimator, `arguments` of a ScriptRunConfig.
    pub(super) fn v1_arguments(
        &mut self,
        toolkit: SiteId,
        arguments: Vec<Argument>,
        run: &mut Run,
    ) -> Result<Keywords> {
        if arguments.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        let mut flags: Vec<String> = Vec::new();
        for mut argument in arguments {
            argument.value = argument.value.map(|word| self.with_constants(toolkit, word));
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
            JobForm::ScriptRunConfig => {
                let only = items.first().filter(|_| items.len() == 1).and_then(|only| only.0.strip_prefix('*'));
                let list = only.map_or_else(|| Markup::list("[", &items, "]"), |only| Markup(only.to_owned()));
                vec![("arguments".into(), list)]
            }
        })
    }

    /// A word in which variables that always have one value are that value.
    fn with_constants(&self, toolkit: SiteId, word: Word) -> Word {
        let mut out = Word::default();
        for part in word.0 {
            let Part::Text(mut text) = part else {
                out.push(part);
                continue;
            };
            for mention in mentions_in(&text, 0).into_iter().rev().filter(|m| m.id().is_none()) {
                let row = crate::concept::table().symbol(&mention.symbol());
                let value = row.and_then(|r| r.mapping(self.p.target, self.p.form).export.get("any"));
                let value = value.map(|v| self.export_value(toolkit, v)).filter(|v| !v.contains(['$', '{']));
                if let Some(value) = value {
                    text.replace_range(mention.span.range(), &value);
                }
            }
            out.push_text(&text);
        }
        out
    }

    /// The text of which only the run tells how many words it has: the shell took it apart at its spaces.
    fn several_words(&self, argument: &Argument) -> Option<ExprId> {
        let word = argument.value.as_ref().filter(|_| argument.flag.is_empty())?;
        match word.0.as_slice() {
            [Part::Hole(id)] => Some(*id),
            _ => None,
        }
    }

    pub(super) fn v1_argument(&mut self, argument: Argument, run: &mut Run, items: &mut Vec<Markup>) -> Result<()> {
        if let Some(line) = self.several_words(&argument) {
            if self.p.form == JobForm::Estimator {
                return Err(Stuck::new(
                    format!("which arguments {} holds is known only at run time", self.shown(line)),
                    "write them out one by one, or convert with `--job-form script-run-config`",
                ));
            }
            self.import("shlex");
            let text = self.text(line)?;
            let text = self.or_nothing(line, text, &self.string("").0);
            items.push(Markup(format!("*shlex.split({})", text.0)));
            return Ok(());
        }
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
        let variable = known.iter().find(|(n, _)| n == id).map(|(_, v)| v.clone()).ok_or_else(|| no_directory(id))?;
        run.used.push(variable.clone());
        if kind == "INPUT" && self.p.form == JobForm::ScriptRunConfig {
            run.references.push(variable.clone());
            return Ok(Markup(format!("str({variable})")));
        }
        Ok(Markup(variable))
    }

    /// Directories within a longer word: v1 knows inputs by a variable of their own; outputs go to `outputs` of the
    /// run, because an argument that holds the path of a mounted output can hold nothing else.
    pub(super) fn directories_in_text(&mut self, text: &str, run: &mut Run) -> Result<String> {
        let mut out = String::new();
        let mut at = 0;
        for mention in mentions_in(text, 0) {
            out.push_str(&text[at..mention.span.start]);
            at = mention.span.end;
            match mention.id() {
                Some(("INPUT", id)) => out.push_str(&format!("$AZUREML_DATAREFERENCE_{id}")),
                Some((_, id)) => {
                    out.push_str(&format!("outputs/{id}"));
                    run.kept.push(id.to_owned());
                }
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
