//! Values of options: what is written where the value itself cannot stay.

use super::configs::{ConfigFile, Origin, variable};
use super::parse::{Given, Value};
use super::query::renamed;
use super::rewrite::{Draft, Rewriter, Written};
use crate::config;
use crate::config::name;
use crate::ledger::Settled;
use crate::report::Fate;
use crate::sdk::size::{Status, size};
use crate::shell::Dialect;
use crate::text::line_begin;
use crate::translate::Stuck;

type Result<T> = std::result::Result<T, Stuck>;

/// Output directories that are the logs of a job.
const LOGS: &str = "stdouterr";

impl Rewriter<'_> {
    /// What an option with a filter becomes.
    pub(super) fn filtered(&mut self, at: usize, filter: &str, to: &str) -> Result<Written> {
        let (given, text) = (&self.call.given[at], self.text);
        let Some(value) = &given.value else { return Ok(Written::Gone) };
        let (raw, literal) = (value.span.of(text).to_owned(), value.literal.clone());
        match filter {
            "yaml_file" => {
                let file = self.yaml_file(at, &raw, literal.as_deref());
                Ok(self.option(at, to, &file))
            }
            "key_file" => self.key_file(at, to, &raw),
            "vm_size" => Ok(self.vm_size(at, to, &raw, literal.as_deref())),
            "vm_priority" => Ok(self.vm_priority(at, to, &raw, literal.as_deref())),
            "target" => Ok(self.nodes(at, &raw, literal.as_deref())),
            "most" => Ok(self.most(at, to, &raw, literal.as_deref())),
            "last_segment" => self.cluster(to, &raw, literal.as_deref()),
            "datastore_name" => datastore_name(literal.as_deref()).map(|()| Written::Gone),
            "output_name" if literal.as_deref() == Some(LOGS) => Ok(Written::Gone),
            "output_name" => Ok(self.option(at, to, &raw)),
            "only_logs" if literal.as_deref() == Some(LOGS) => Ok(Written::Gone),
            "only_logs" => Err(Stuck::new(
                format!("only the log of a job can be streamed, and this is a file of `{raw}`"),
                "download it: `az ml job download --output-name OUTPUT`",
            )),
            "experiment_query" => self.experiment_query(&raw),
            other => Err(Stuck::new(format!("there is no filter `{other}`"), "please report this")),
        }
    }

    /// The YAML that stands beside the JSON: `conf/job.json` becomes `conf/job.yml`.
    fn yaml_file(&mut self, at: usize, raw: &str, literal: Option<&str>) -> String {
        let quote = raw.chars().next_back().filter(|c| ['"', '\''].contains(c));
        let body = quote.map_or(raw, |quote| raw.trim_end_matches(quote));
        if literal.is_none() && !name::is_json(body) && self.config(at).is_some_and(|file| file.becomes.is_ok()) {
            self.settle(at, Fate::Approximate, "the configuration that it names is YAML now", "");
            return raw.to_owned();
        }
        if literal.is_none() && !name::is_json(body) {
            let note = format!("`{raw}` has to name the YAML now");
            self.settle(at, Fate::Approximate, &note, "give it the name of the new file where it gets its value");
            return raw.to_owned();
        }
        let shown = literal.unwrap_or(body.trim_start_matches(['"', '\'']));
        if name::is_json(body) && self.aim.configs.seen(self.path, shown).is_none() && self.is_made(shown) {
            let note = format!("`{shown}` is no file that was read, and something else here makes it or looks into it");
            self.settle(at, Fate::Manual, &note, "have YAML made there, and name that");
            return raw.to_owned();
        }
        match self.config(at).map(|file| file.becomes.as_ref().err()) {
            Some(Some(why)) => {
                let note = format!("`{shown}` is not converted: {why}");
                self.settle(at, Fate::Manual, &note, "write the YAML that it names now");
            }
            Some(None) => {}
            None => {
                let note =
                    format!("the configuration is YAML now, and `{shown}` is not among the files that were read");
                self.settle(at, Fate::Approximate, &note, "convert it in the same run, so that the YAML is there");
            }
        }
        format!("{}{}", name::yaml(body), &raw[body.len()..])
    }

    /// Whether what is no file of the run has its name elsewhere in the same text: there it comes from.
    fn is_made(&self, name: &str) -> bool {
        let is_path = |c: char| c.is_alphanumeric() || "_./-$".contains(c);
        self.program.match_indices(name).any(|(at, _)| {
            let (before, behind) = (&self.program[..at], &self.program[at + name.len()..]);
            let line = line_begin(self.program, at);
            let is_comment = self.program[line..].trim_start().starts_with(['#', '/']);
            let option = before.trim_end_matches(|c: char| c.is_whitespace() || "\"',=\\`".contains(c));
            let is_given = ["-f", "-c", "--config-file", "--config"].iter().any(|name| option.ends_with(name));
            !(before.ends_with(is_path) || behind.starts_with(is_path) || is_comment || is_given)
        })
    }

    /// Whether the YAML that the command names has a key; none where that cannot be seen.
    pub(super) fn yaml_has(&self, key: &str) -> Option<bool> {
        let names = |given: &Given| self.mapping.fields.get(&given.name).is_some_and(|f| f.filter == "yaml_file");
        let Some(at) = self.call.given.iter().position(names) else { return Some(false) };
        let files = self.config(at)?.becomes.as_ref().ok()?;
        let main = files.iter().find(|file| !file.is_datastore)?;
        Some(
            main.text.lines().any(|line| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))),
        )
    }

    /// The file of the run that an option names.
    fn config(&self, at: usize) -> Option<&ConfigFile> {
        let value = self.call.given[at].value.as_ref()?;
        let raw = value.span.of(self.text);
        if let Some(first) = self.prerequisite(raw) {
            return self.aim.configs.named(self.path, first);
        }
        if let Some(variable) = variable(raw) {
            return self.aim.configs.given(self.path, self.text, variable).map(|(file, _)| file);
        }
        self.aim.configs.named(self.path, value.literal.as_deref().unwrap_or(raw.trim_matches(['"', '\''])))
    }

    /// What `$<` stands for in a recipe: the first prerequisite of its rule.
    fn prerequisite(&self, raw: &str) -> Option<&str> {
        if self.dialect != Dialect::Make || !["$<", "$(<)", "${<}"].contains(&raw.trim_matches('"')) {
            return None;
        }
        let above = self.text[..line_begin(self.text, self.call.head.start)].lines().rev();
        let rule = above.take_while(|line| !line.is_empty()).find(|line| !line.starts_with(['\t', '#', ' ']))?;
        rule.split_once(':')?.1.split_whitespace().next()
    }

    /// A file beside the one that an option names, as the command would name it.
    fn beside_config(&self, at: usize, file: &ConfigFile, store: &config::Written) -> String {
        let raw = self.call.given[at].value.as_ref().map_or("", |value| value.span.of(self.text));
        let new = store.path.rsplit('/').next().unwrap_or(&store.path);
        if raw.contains(file.name()) {
            return raw.replacen(file.name(), new, 1);
        }
        if let Some(first) = self.prerequisite(raw) {
            return first.replacen(file.name(), new, 1);
        }
        let given = variable(raw).and_then(|variable| self.aim.configs.given(self.path, self.text, variable));
        if let Some((_, Some(name))) = given {
            return name.replacen(file.name(), new, 1);
        }
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = store.path.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
        below.filter(|_| !folder.is_empty()).unwrap_or(&store.path).to_owned()
    }

    /// Commands that make the datastores of its configuration, or who has to make them.
    pub(super) fn stores(&mut self, draft: &mut Draft) -> Result<()> {
        let names = |given: &Given| self.mapping.fields.get(&given.name).is_some_and(|f| f.filter == "yaml_file");
        let Some(at) = self.call.given.iter().position(names).filter(|_| !self.mapping.store.is_empty()) else {
            return Ok(());
        };
        let is_several = self.has_several(at);
        let file = self.config(at).filter(|file| file.becomes.is_ok() && !is_several);
        let Some(file) = file else { return Ok(()) };
        let (path, mut commands, mut files) = (file.path.clone(), Vec::new(), Vec::new());
        let asked = self.asked(file);
        for store in file.stores() {
            let new = store.path.rsplit('/').next().unwrap_or(&store.path);
            let named = self.beside_config(at, file, store);
            let asks = store.sets.iter().any(|(name, _)| name.ends_with("account_name"));
            let more = [("file", named.as_str()), ("account", if asks { "true" } else { "" })];
            if file.origin == Origin::Text {
                commands.push(
                    self.dialect.written(&named, &store.text).ok_or_else(|| {
                        Stuck::new("its datastores cannot be written here", "write their YAML by hand")
                    })?,
                );
            }
            commands.push(self.fill(&self.mapping.store, &more)?);
            files.push(format!("`{new}`"));
        }
        let (is_stored, with_stores) =
            (self.stored.contains(&path), self.with_stores && !(self.is_single && self.dialect != Dialect::PowerShell));
        let note = "the configuration is YAML now";
        match files.as_slice() {
            [] => {}
            _ if is_stored => {
                let note = format!("{note}; its datastores are made by a command above");
                self.settle(at, Fate::Approximate, &note, "");
            }
            _ if with_stores => {
                let note = format!("{note}, and the commands before make the datastores that it names");
                self.settle(at, Fate::Approximate, &note, "");
                draft.stores = Some(path);
                let is_taken = self.is_taken();
                let silent = |text: String| if is_taken { format!("{text} --output none") } else { text };
                draft.before.extend(commands.into_iter().map(|text| self.broken(&silent(text))));
            }
            _ => {
                let todo = format!("make its datastores before: `az ml datastore create` with {}", files.join(" and "));
                self.settle(at, Fate::Approximate, note, &todo);
            }
        }
        // The row speaks of datastores because it knows of no file.
        let (fate, reason) = (self.mapping.fate, self.mapping.note.clone());
        draft.command = Some(Settled { fate, reason, todo: asked });
        Ok(())
    }

    /// Whether it goes through several files: one command can make the datastores of none of them.
    fn has_several(&mut self, at: usize) -> bool {
        let value = self.call.given[at].value.as_ref().and_then(|value| variable(value.span.of(self.text)));
        let given = value.and_then(|variable| self.aim.configs.given(self.path, self.text, variable));
        let given = given.filter(|(file, _)| file.becomes.is_ok());
        let Some(pattern) = given.and_then(|(_, name)| name).filter(|name| name.contains('*')) else { return false };
        let note = format!("`{pattern}` are YAML now");
        let todo = "make the datastores of each before: `az ml datastore create` with the YAML beside it";
        self.settle(at, Fate::Approximate, &note, todo);
        true
    }

    /// What the YAML leaves to the command that sends it, and no option of that gives.
    fn asked(&self, file: &ConfigFile) -> String {
        let fields = self.call.given.iter().filter_map(|given| self.mapping.fields.get(&given.name));
        let given: Vec<&str> = fields.filter_map(|field| field.to.strip_prefix("--set ")).collect();
        let is_given = |key: &str| key == "name" || given.iter().any(|set| set.starts_with(&format!("{key}=")));
        let main = file.becomes.iter().flatten().find(|file| !file.is_datastore);
        let sets = main.iter().flat_map(|main| &main.sets).filter(|(key, _)| !is_given(key));
        let asked: Vec<String> = sets.map(|(key, value)| format!("`{key}={value}`")).collect();
        if asked.is_empty() {
            String::new()
        } else {
            format!("give with `--set` what the YAML asks for: {}", asked.join(" "))
        }
    }

    /// A public key: Batch AI's command took the name of a file as well.
    fn key_file(&mut self, at: usize, to: &str, raw: &str) -> Result<Written> {
        let is_read = self.dialect == Dialect::PowerShell && raw.starts_with('(');
        let is_key = is_read
            || raw.contains("ssh-rsa")
            || raw.contains("$(") && self.dialect != Dialect::Make
            || raw.contains('`');
        let is_path = raw.contains('/') || raw.contains('~') || raw.trim_end_matches(['"', '\'']).ends_with(".pub");
        if is_path && !is_key {
            let read = self.fill("{{ read(path) }}", &[("path", raw)])?;
            return Ok(self.option(at, to, &read));
        }
        if !is_key {
            let note = "it is the key itself, no longer the name of a file that holds it";
            self.settle(at, Fate::Approximate, note, "read the file, if it is one: `\"$(cat FILE)\"`");
        }
        Ok(self.option(at, to, raw))
    }

    fn vm_size(&mut self, at: usize, to: &str, raw: &str, literal: Option<&str>) -> Written {
        let known = literal.and_then(size).filter(|known| known.status != Status::Current);
        let (Some(known), Some(name)) = (known, literal) else { return self.option(at, to, raw) };
        let check = "check that the size is in `az ml compute list-sizes`";
        if let Some(new) = known.upgrade().filter(|_| self.aim.upgrade) {
            self.settle(at, Fate::Approximate, &known.replaced(name), check);
            return self.option(at, to, &raw.replace(name, new));
        }
        let (note, todo) = known.told(name, check);
        self.settle(at, Fate::Approximate, &note, &todo);
        self.option(at, to, raw)
    }

    fn vm_priority(&mut self, at: usize, to: &str, raw: &str, literal: Option<&str>) -> Written {
        match literal {
            Some(name) if name.eq_ignore_ascii_case("lowpriority") => self.option(at, to, "low_priority"),
            Some(_) => self.option(at, to, raw),
            None => {
                let note = format!("`{raw}` has to be `dedicated` or, with an underscore, `low_priority`");
                self.settle(at, Fate::Approximate, &note, "change it where it gets its value");
                self.option(at, to, raw)
            }
        }
    }

    /// A fixed number of nodes is the least and the most; beside a range it only was the number to begin with.
    fn nodes(&mut self, at: usize, raw: &str, literal: Option<&str>) -> Written {
        if ["--min", "--max"].iter().any(|name| self.call.get(name).is_some()) {
            self.settle(at, Fate::Drop, "the range counts; nodes start when jobs need them", "");
            return Written::Gone;
        }
        if literal == Some("0") {
            let note = "no node is kept, but the next job starts some: a compute without any cannot be had";
            self.settle(at, Fate::Approximate, note, "delete the compute where no job may start nodes");
            return Written::Text("--min-instances 0".into());
        }
        Written::Text(format!("--min-instances {raw} --max-instances {raw}"))
    }

    /// The most nodes: a compute that can have none cannot be had.
    fn most(&mut self, at: usize, to: &str, raw: &str, literal: Option<&str>) -> Written {
        if literal == Some("0") {
            let note =
                "a compute that can have no nodes cannot be had: it keeps its most, and the next job starts some";
            self.settle(at, Fate::Approximate, note, "delete the compute where no job may start nodes");
            return Written::Gone;
        }
        self.option(at, to, raw)
    }

    /// A cluster by its name; the last part of its id in Azure.
    fn cluster(&mut self, to: &str, raw: &str, literal: Option<&str>) -> Result<Written> {
        let name = literal.and_then(|id| id.rsplit('/').next()).filter(|_| raw.contains('/'));
        self.set(to, name.unwrap_or(raw))
    }

    /// `--query` that chooses the jobs of an experiment, in front of the user's own.
    fn experiment_query(&mut self, raw: &str) -> Result<Written> {
        let todo = "write the query by hand";
        let name = self.dialect.within(raw);
        let name = name.ok_or_else(|| Stuck::new("the name of its experiment cannot stand in a query", todo))?;
        let chosen = format!("experiment_name=='{name}'");
        let Some(at) = self.call.given.iter().position(|given| given.name == "--query") else {
            return Ok(Written::Text(format!("--query \"[?{chosen}]\"")));
        };
        let own = self.query(at)?;
        let query = match (own.strip_prefix("[]"), own.strip_prefix("[?")) {
            (Some(rest), _) => format!("[?{chosen}]{rest}"),
            (_, Some(rest)) => format!("[?{chosen} && {rest}"),
            _ => format!("[?{chosen}] | {own}"),
        };
        if query.contains(['"', '`', '\\']) {
            return Err(Stuck::new("its query has quotes that cannot stand in one string with the experiment", todo));
        }
        self.queries = Some(format!("\"{query}\""));
        Ok(Written::Gone)
    }

    /// The user's query for the new output, without its quotes.
    pub(super) fn query(&mut self, at: usize) -> Result<String> {
        let Some(Value { span, .. }) = &self.call.given[at].value else { return Ok(String::new()) };
        let raw = span.of(self.text);
        let inner = unquoted(raw);
        if super::query::reads_state(inner) {
            let note = "states have other names: `Completed`, `Failed`, `Canceled`, `Running`, `Queued`";
            self.settle(at, Fate::Approximate, note, "compare with these");
        }
        renamed(inner, self.mapping, super::query::Language::Path).map_err(|field| no_field(&field))
    }
}

/// A word without the quotes around it: those that stand in it stay.
pub(super) fn unquoted(word: &str) -> &str {
    let within = |quote: char| word.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(word)
}

/// What is said of a field that the new output does not have.
pub(super) fn no_field(field: &str) -> Stuck {
    let reason = format!("its output is picked apart by `{field}`, which the new one does not have");
    Stuck::new(reason, "look at the output of the new command, and choose a field there")
}

fn datastore_name(literal: Option<&str>) -> Result<()> {
    let is_odd = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    match literal.filter(|name| name.is_empty() || name.contains(is_odd)) {
        Some(name) => Err(Stuck::new(
            format!("a datastore cannot be called `{name}`: only letters, digits and underscores are allowed"),
            "choose another mount path, here and in every path that names it, and convert again",
        )),
        None => Ok(()),
    }
}

/// Whether an option is the home of a command: its group or workspace.
pub(super) fn is_home(given: &Given) -> bool {
    ["--resource-group", "--workspace"].contains(&given.name.as_str())
}
