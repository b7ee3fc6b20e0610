//! Named conversions of a value, which the table asks for by name.

mod timespan;

use super::path::{AUTO_STORAGE, store_name};
use super::{Result, Stuck, Translator, Value};
use crate::find::{Atom, SiteId, SiteKind};
use crate::render::{Markup, operand, summand};
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind};

/// What differs about a cluster that had no nodes.
const NO_NODES: &str =
    "a compute must be allowed one node, which starts when a job comes and goes after it; Batch AI let the job wait";

/// What is said of a volume that was a directory within a share.
const FOLDER: &str = "a datastore is a whole share: the directory goes in front of every path on it";

/// What is said of a volume whose name a datastore cannot have.
const STORE_NAME: &str = "the name of a datastore has letters, digits and underscores only";
/// What to do about it.
const STORE_TODO: &str = "check that no other program looks for the datastore by the old name";

impl Translator<'_> {
    /// Applies a filter to an argument of a site.
    pub(super) fn filter(&mut self, name: &str, site: SiteId, value: ExprId) -> Result<Value> {
        let markup = match name {
            "vm_priority" => self.vm_priority(site, value)?,
            "share_name" => self.share_name(site, value)?,
            "datastore_path" => self.datastore_uri(site, value, Parts::default())?,
            "output_path" => self.output_path(site, value)?,
            "vm_size" => self.vm_size(site, value)?,
            "image" => {
                self.dated_image(site, value);
                self.text(value)?
            }
            "tenant_of_uri" => self.tenant_of_uri(value)?,
            "compute_name" => self.named_compute(site, value)?,
            "cluster" => self.cluster(value)?,
            "subnet" => self.subnet(value)?,
            "fixed_size" => return self.fixed_size(site, value),
            "seconds" => self.seconds(value)?,
            "shm_size" => self.shm_size(site, value)?,
            "datastore_name" | "name" => self.datastore_name(site, value)?,
            "dictionary" => self.dictionary(value)?,
            "arm_id" => self.arm_id(value)?,
            "priority" | "priority_number" => self.priority(value)?,
            "cloud" => self.cloud(value)?,
            "unless_there" => self.unless_there(value)?,
            "registry_image" => self.registry_image(site, value)?,
            _ => {
                return Err(Stuck::new(
                    format!("the table asks for the unknown filter `{name}`"),
                    "please report this",
                ));
            }
        };
        Ok(Value::Expr(markup))
    }

    /// A fixed number of nodes as the two bounds of the target, which the field names; the upper one may not be 0.
    fn fixed_size(&mut self, id: SiteId, value: ExprId) -> Result<Value> {
        let text = self.text(value)?;
        let text = self.once(id, value, text, "node_count")?;
        let is_empty = self.integer(value) == Some(0);
        // A cluster that is made smaller keeps its upper bound: `resize_cluster` takes 0 for that.
        let whole = self.consumer(id, "ScaleSettings").unwrap_or(id);
        let max = match is_empty && self.consumer(whole, "ClusterCreateParameters").is_some() {
            true if text.0 == "0" => Markup::plain("1"),
            true => Markup(format!("max({}, 1)", text.0)),
            false => text.clone(),
        };
        if is_empty {
            self.settle(id, self.site(id).arg_at(value), Fate::Approximate, NO_NODES, "");
        }
        let site = self.site(id);
        let field = site.arg_at(value).and_then(|at| self.mapping(site).ok()?.fields.get(&site.args[at].name));
        let names = field.or_else(|| self.field_set(site)).map_or("", |field| &field.to).split(' ').map(str::to_owned);
        Ok(Value::Keywords(names.zip([text, max]).collect()))
    }

    /// `if_none_match='*'` writes only what is not there; other tags have no keyword of their own.
    fn unless_there(&mut self, value: ExprId) -> Result<Markup> {
        if self.literal(value).as_deref() == Some("*") {
            return Ok(Markup::plain("False"));
        }
        Err(Stuck::new(
            "the new method takes no `if_none_match`",
            "give the tag as `etag` with `match_condition=MatchConditions.IfModified` of `azure.core`",
        ))
    }

    /// A job's priority by the words of the target.
    fn priority(&mut self, value: ExprId) -> Result<Markup> {
        let known = self.literal(value).or_else(|| self.source_number(value)).or_else(|| self.member_of(value));
        let word = match known.as_deref().map(str::to_lowercase).as_deref() {
            Some("normal" | "0") => "medium",
            Some("low") => "low",
            Some("high") => "high",
            Some(number) if number.starts_with('-') => "low",
            Some(number) if number.parse::<u32>().is_ok() => "high",
            _ => return Err(Stuck::new("its priority is known only at run time", "write `low`, `medium` or `high`")),
        };
        self.settle_within(self.p.ast.span(value), Fate::Approximate, "priorities have other names", "");
        Ok(self.string(word))
    }

    fn source_number(&self, value: ExprId) -> Option<String> {
        let text = self.p.ast.span(value).of(self.p.source.text());
        text.parse::<i64>().ok().map(|n| n.to_string())
    }

    /// The enum member that an expression names.
    fn member_of(&self, value: ExprId) -> Option<String> {
        match &self.site(self.p.sites.at(value)?).kind {
            SiteKind::Read(path) => path.first().cloned(),
            _ => None,
        }
    }

    /// The name of a cloud, from the address of its management endpoint.
    fn cloud(&mut self, value: ExprId) -> Result<Markup> {
        let url = self.literal(value).unwrap_or_default();
        let cloud = match url.as_str() {
            u if u.contains("chinacloudapi.cn") => "AzureChinaCloud",
            u if u.contains("usgovcloudapi.net") => "AzureUSGovernment",
            u if u.contains("management.azure.com") => "AzureCloud",
            _ => {
                return Err(Stuck::new(
                    "the address of its endpoint is known only at run time, and `MLClient` ignores an address",
                    "give `cloud` unless it is the public cloud, `AzureCloud`",
                ));
            }
        };
        Ok(self.string(cloud))
    }

    /// The server of a registry is part of the image's name, once.
    fn registry_image(&mut self, site: SiteId, image: ExprId) -> Result<Markup> {
        self.dated_image(site, image);
        let Some(server) = self.site(site).arg("server_url") else { return self.text(image) };
        if let (Some(server), Some(name)) = (self.literal(server), self.literal(image)) {
            let host = server.split("://").last().unwrap_or(&server).trim_end_matches('/');
            let is_full = name.strip_prefix(host).is_some_and(|rest| rest.starts_with('/'));
            return Ok(self.string(&if is_full { name } else { format!("{host}/{name}") }));
        }
        let (server, name) = (summand(&self.text(server)?.flat()), summand(&self.text(image)?.flat()));
        let slash = self.string("/").0;
        Ok(Markup(format!("{server} + {slash} + {name}")))
    }

    /// The network that nodes join.
    fn subnet(&mut self, value: ExprId) -> Result<Markup> {
        if self.p.target == Target::V2
            && let ExprKind::IfExp { test, body, orelse } = *self.p.ast.kind(value)
        {
            let (body, test, orelse) = (self.subnet(body)?.flat(), self.text(test)?.0, self.subnet(orelse)?.flat());
            return Ok(Markup(format!("{body} if {test} else {orelse}")));
        }
        let id = self.arm_id(value)?;
        match self.p.target {
            // Settings without a subnet are not sent.
            Target::V2 if self.is_none(value) => Ok(id),
            Target::V2 => {
                self.import("azure.ai.ml.entities.NetworkSettings");
                let class = format!("{}(", self.aliases.name("NetworkSettings"));
                let settings = Markup::list(&class, &[Markup(format!("subnet={}", id.0))], ")");
                Ok(match self.may_be_none(value) {
                    true => Markup(format!("{} if {} else None", settings.flat(), id.flat())),
                    false => settings,
                })
            }
            Target::V1 => Ok(id),
        }
    }

    /// A priority as the target spells it.
    fn vm_priority(&mut self, site: SiteId, value: ExprId) -> Result<Markup> {
        let low = match self.p.target {
            Target::V2 => "low_priority",
            Target::V1 => "lowpriority",
        };
        let Some(text) = self.literal(value) else {
            let mut members = false;
            self.p.ast.descend(value, &mut |e| members |= self.p.sites.at(e).is_some());
            if members {
                return self.text(value);
            }
            let text = self.text(value)?.flat();
            let (low, dedicated) = (self.string(low).0, self.string("dedicated").0);
            let start = self.string("low").0;
            return Ok(Markup(format!("{low} if str({text}).lower().startswith({start}) else {dedicated}")));
        };
        let is_low = text.to_lowercase().starts_with("low");
        if is_low {
            self.said_of_spot(site, value);
        }
        Ok(self.string(if is_low { low } else { "dedicated" }))
    }

    /// Says of a text what the member of the enum says for which it stands.
    fn said_of_spot(&mut self, site: SiteId, value: ExprId) {
        let member = self.model("VmPriority").ok().and_then(|mapping| mapping.fields.get("lowpriority"));
        if let (Some(index), Some(member)) = (self.site(site).arg_at(value), member) {
            self.settle(site, Some(index), member.fate, &member.note, &member.todo);
        }
    }

    /// The share's name in its URL, `https://<account>.file.core.windows.net/<share>`.
    fn share_name(&mut self, site: SiteId, value: ExprId) -> Result<Markup> {
        let Some(path) = self.path_of_share(value) else {
            let url = self.text(value)?.flat();
            self.import("urllib.parse.urlparse");
            let slash = self.string("/").0;
            return Ok(Markup(format!("{}({url}).path.split({slash})[1]", self.aliases.name("urlparse"))));
        };
        if !self.folder_of_share(value)?.is_empty() {
            self.settle(site, self.site(site).arg_at(value), Fate::Approximate, FOLDER, "");
        }
        let mut share = Parts::default();
        for part in path.0 {
            match part {
                Part::Text(text) => {
                    share.push_text(text.split('/').next().unwrap_or_default());
                    if text.contains('/') {
                        break;
                    }
                }
                hole => share.push(hole),
            }
        }
        let name = self.python(&share)?;
        self.drop_rest(value, "the account's name tells the host");
        Ok(name)
    }

    /// Drops the uses within an expression of which a part was taken over, where nothing was decided about them.
    fn drop_rest(&mut self, value: ExprId, reason: &str) {
        let span = self.p.ast.span(value);
        let within = self.p.sites.iter().filter(|(_, site)| span.contains(site.span));
        let open: Vec<SiteId> =
            within.map(|(id, _)| id).filter(|id| self.ledger.get(Atom { site: *id, arg: None }).is_none()).collect();
        for id in open {
            self.settle(id, None, Fate::Drop, reason, "");
        }
    }

    /// The directory within a share that a URL names, with a slash behind it; nothing for the whole share.
    pub(super) fn folder_of_share(&self, url: ExprId) -> Result<String> {
        let Some(path) = self.path_of_share(url) else { return Ok(String::new()) };
        let known = path.known();
        let Some((_, folder)) = known.trim_end_matches('/').split_once('/') else { return Ok(String::new()) };
        match path.0.last() {
            Some(Part::Text(last)) if last.trim_end_matches('/').contains(&format!("/{folder}")) => {
                Ok(format!("{folder}/"))
            }
            _ => Err(Stuck::new(
                "its URL names a directory within the share, and a datastore is a whole share",
                "register the share, and put the directory in front of every path on it",
            )),
        }
    }

    /// What follows the host in the URL of a share.
    fn path_of_share(&self, value: ExprId) -> Option<Parts> {
        let mut parts = self.p.resolved.string(self.p.ast, value, false);
        if !parts.known().contains("://") {
            parts = self.p.resolved.string(self.p.ast, value, true);
        }
        let mut seen = String::new();
        let mut share = Parts::default();
        let mut after_host = false;
        for part in parts.0 {
            match part {
                Part::Text(text) if !after_host => {
                    seen.push_str(&text);
                    let path =
                        seen.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, p)| p.to_owned());
                    if let Some(path) = path {
                        after_host = true;
                        share.push_text(&path);
                    }
                }
                Part::Hole(_) | Part::Formatted(_) | Part::Spec(..) | Part::When(..) if !after_host => seen.push('x'),
                other => share.push(other),
            }
        }
        after_host.then_some(share)
    }

    /// The name of a datastore: letters, digits and underscores.
    fn datastore_name(&mut self, site: SiteId, value: ExprId) -> Result<Markup> {
        let Some(name) = self.literal(value) else { return self.text(value) };
        if AUTO_STORAGE.iter().any(|(auto, _)| *auto == name) {
            return Err(Stuck::new(
                format!("`{name}` is what Batch AI called the storage that it made by itself"),
                "choose another mount path, in the volumes and in every path that names it, and convert again",
            ));
        }
        let new = store_name(&name);
        if new.is_empty() || new.chars().any(|c| !(c.is_ascii_alphanumeric() || c == '_')) {
            return Err(Stuck::new(
                format!("a datastore cannot be called `{name}`: only letters, digits and underscores are allowed"),
                "choose another mount path, in the volumes and in every path that names it, and convert again",
            ));
        }
        if new == name {
            return self.text(value);
        }
        self.settle(site, self.site(site).arg_at(value), Fate::Approximate, STORE_NAME, STORE_TODO);
        Ok(self.string(&new))
    }

    /// What `cluster=ResourceId(id=…)` becomes: the cluster's name in v2, the compute target in v1.
    fn cluster(&mut self, value: ExprId) -> Result<Markup> {
        let Some(site) = self.p.sites.at(value).filter(|s| self.site(*s).symbol == "ResourceId") else {
            let text = self.text(value)?.flat();
            return self.last_segment(&text, value);
        };
        let id = self.site(site).arg("id").ok_or_else(|| {
            Stuck::new("the cluster's `ResourceId` has no `id`", "name the cluster and convert again")
        })?;
        self.settle(site, None, Fate::Approximate, "a job names its compute instead of holding its ARM id", "");
        self.only_argument(site, id)?;
        if let Some(read) = self.p.sites.at(id)
            && self.site(read).symbol == "Cluster"
            && self.site(read).kind == SiteKind::Read(vec!["id".into()])
            && let Some(cluster) = self.site(read).receiver
        {
            // What differs is said of the `ResourceId`.
            self.settle(read, None, Fate::Exact, "", "");
            let text = self.text(cluster)?;
            return Ok(match self.p.target {
                Target::V2 => Markup(format!("{}.name", operand(&text.0))),
                Target::V1 => text,
            });
        }
        let text = self.text(id)?.flat();
        self.last_segment(&text, id)
    }

    fn last_segment(&mut self, text: &str, id: ExprId) -> Result<Markup> {
        let name = match self.literal(id) {
            Some(literal) => self.string(literal.rsplit('/').next().unwrap_or_default()).0,
            None => match self.after_slash(id) {
                Some(last) => self.text(last)?.flat(),
                None => format!("{}.rsplit({}, 1)[-1]", operand(text), self.string("/").0),
            },
        };
        match self.p.target {
            Target::V2 => Ok(Markup(name)),
            Target::V1 => {
                let workspace = self.workspace_name(self.p.resolved.owner(id))?;
                self.import("azureml.core.compute.ComputeTarget");
                Ok(Markup(format!("{}(workspace={workspace}, name={name})", self.aliases.name("ComputeTarget"))))
            }
        }
    }

    /// The value that is all of what follows the last slash of a text: no name has a slash.
    fn after_slash(&self, id: ExprId) -> Option<ExprId> {
        match self.p.resolved.string(self.p.ast, id, false).0.as_slice() {
            [.., Part::Text(before), Part::Hole(last) | Part::Formatted(last)] if before.ends_with('/') => Some(*last),
            _ => None,
        }
    }

    /// The id that a `ResourceId` holds.
    fn arm_id(&mut self, value: ExprId) -> Result<Markup> {
        if let ExprKind::IfExp { test, body, orelse } = *self.p.ast.kind(value) {
            let (body, test, orelse) = (self.arm_id(body)?.0, self.text(test)?.0, self.arm_id(orelse)?.0);
            return Ok(Markup(format!("{body} if {test} else {orelse}")));
        }
        match self.p.sites.at(value).filter(|s| self.site(*s).symbol == "ResourceId") {
            Some(site) if self.site(site).arg("id").is_some() => {
                let id = self.site(site).arg("id").unwrap_or(value);
                self.settle(site, None, Fate::Exact, "", "");
                self.only_argument(site, id)?;
                self.text(id)
            }
            _ => self.text(value),
        }
    }

    /// Settles the one argument that the new code takes of a site, and others as the table says.
    fn only_argument(&mut self, site: SiteId, taken: ExprId) -> Result<()> {
        let mapping = self.mapping(self.site(site))?;
        for (index, arg) in self.site(site).args.iter().enumerate() {
            match arg.value == taken {
                true => self.settle(site, Some(index), Fate::Exact, "", ""),
                false => self.beside(site, index, mapping)?,
            }
        }
        Ok(())
    }

    /// `16gb` of Batch AI is `16g` of Azure ML.
    fn shm_size(&mut self, id: SiteId, value: ExprId) -> Result<Markup> {
        let literal = self.literal(value);
        let short = literal.as_deref().map(|text| {
            let lower = text.to_lowercase();
            lower.strip_suffix('b').filter(|s| s.ends_with(['k', 'm', 'g'])).unwrap_or(&lower).to_owned()
        });
        if short.is_none() || short != literal {
            let note = "Azure ML writes the unit as one small letter";
            self.settle(id, self.site(id).arg_at(value), Fate::Approximate, note, "");
        }
        match short {
            Some(short) => Ok(self.string(&short)),
            None => {
                let (text, b) = (self.text(value)?.flat(), self.string("b").0);
                Ok(Markup(format!("{}.lower().rstrip({b})", operand(&text))))
            }
        }
    }
}
