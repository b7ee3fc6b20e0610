//! Calls that lack something: without an argument that every version of the SDK insists on, or without what the class of the
//! target insists on. Batch AI's own models could be built empty and filled later, so of those the target decides.

use std::collections::HashSet;

use super::call::Holes;
use super::value::Keywords;
use super::{Result, Stuck, Translator};
use crate::find::Site;
use crate::sdk::{self, Model};

/// Holes of templates that are no arguments.
const CONTEXT: [&str; 12] = [
    "assigned",
    "client",
    "home",
    "location",
    "mount",
    "once",
    "resource_group_name",
    "rest",
    "result",
    "self",
    "workspace_name",
    "ws",
];

impl Translator<'_> {
    /// Refuses a call that no version of the SDK accepts: for want of an argument, or because one is given twice.
    pub(super) fn check_given(&self, site: &Site) -> Result<()> {
        let mut names = site.args.iter().map(|arg| arg.name.as_str()).filter(|name| *name != "*");
        let mut seen = HashSet::new();
        if let Some(twice) = names.find(|name| !seen.insert(*name)) {
            return Err(Stuck::new(
                format!("`{twice}` is given twice, by its position and by its name, and Python refuses such a call"),
                "take one of the two out and convert again",
            ));
        }
        if site.args.iter().any(|arg| arg.name == "*") {
            return Ok(());
        }
        let lacking = |required: Vec<&str>| {
            required.into_iter().find(|name| site.args.iter().all(|arg| arg.name != *name)).map(str::to_owned)
        };
        let (group, method) = site.symbol.rsplit_once('.').unwrap_or_default();
        let forms = sdk::batchai().operations(group, method);
        let of_forms = forms.iter().map(|form| form.params.iter().filter(|p| p.required).map(|p| p.name).collect());
        let mut lacks = of_forms.map(lacking).peekable();
        let Some(Some(first)) = lacks.peek().cloned() else { return Ok(()) };
        if lacks.any(|lacks| lacks.is_none()) {
            return Ok(());
        }
        Err(Stuck::new(
            format!("it is called without `{first}`, and the SDK does nothing without it"),
            format!("give it `{first}` and convert again, or take the call out"),
        ))
    }

    /// Refuses an object without a part that a template writes as it stands.
    pub(super) fn check_holes(&self, site: &Site, template: &str, names: &[String], holes: &Holes) -> Result<()> {
        let is_tested =
            |name: &str| ["if ", "and ", "or ", "set "].iter().any(|word| template.contains(&format!("{word}{name}")));
        let is_written = |name: &str| template.contains(&format!("{{{{ {name} }}}}")) && !is_tested(name);
        let is_ours = |name: &str| CONTEXT.contains(&name) || name.starts_with('_');
        let is_given = |name: &str| holes.iter().any(|(given, _)| given == name);
        let forms = sdk::batchai().model(&site.symbol);
        let is_insisted = |name: &str| {
            let insists = |form: &Model| form.fields.iter().any(|field| field.name == name && field.required);
            !forms.is_empty() && forms.iter().all(insists)
        };
        let is_needed = |name: &str| is_insisted(name) || is_written(name) && !is_ours(name);
        let mut lacking = names.iter().filter(|name| is_needed(name) && !is_given(name));
        match lacking.next() {
            None => Ok(()),
            Some(name) => Err(Stuck::new(
                format!("it is built without `{name}`, which the new code needs"),
                format!("give `{name}` where it is built, and convert again"),
            )),
        }
    }

    /// Refuses an object of the target that would lack a keyword which its class insists on.
    pub(super) fn check_keywords(&self, class: &str, keywords: &Keywords) -> Result<()> {
        let given = |name: &str| keywords.iter().any(|(keyword, _)| keyword == name || keyword == "**");
        let inventory = sdk::inventory(self.p.target);
        let of_method = || {
            let (class, method) = class.rsplit_once('.')?;
            inventory.possible_member(class, method)?.params
        };
        let params = inventory.symbol(class).and_then(|s| s.params).or_else(of_method).unwrap_or_default();
        let Some(lacking) = params.iter().find(|param| param.required && !given(param.name)) else { return Ok(()) };
        let class = class.rsplit('.').next().unwrap_or(class);
        Err(Stuck::new(
            format!("`{class}` of Azure ML needs `{}`, which this does not give", lacking.name),
            "give the value where the object is built, and convert again",
        ))
    }
}
