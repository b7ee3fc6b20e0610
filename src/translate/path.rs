//! Paths below the mount roots of Batch AI, which become paths of datastores.
//!
//! A datastore is named after the relative mount path, so `$AZ_BATCHAI_JOB_MOUNT_ROOT/<mount>/<rest>` can be
//! rewritten where it stands.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Program, Result, Stuck, Translator};
use crate::find::{SiteId, SiteKind, mentions_in};
use crate::render::{Markup, operand, summand};
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::syntax::{ExprId, ExprKind};

/// What stands for the directory in which volumes are mounted: variables, and the path that they hold on a cluster.
const ROOTS: [&str; 5] = [
    "$AZ_BATCHAI_JOB_MOUNT_ROOT",
    "$AZ_BATCHAI_MOUNT_ROOT",
    "${AZ_BATCHAI_JOB_MOUNT_ROOT}",
    "${AZ_BATCHAI_MOUNT_ROOT}",
    "/mnt/batch/tasks/shared/LS_root/mounts",
];

/// How many slashes stand before the tenant in the address of a token service.
const TENANT: usize = 3;

/// A path below a mount root.
pub(super) struct MountPath {
    /// The relative mount path, which is the datastore's name.
    pub mount: Parts,
    /// What follows it, without a slash in front.
    pub rest: Parts,
    /// The text of which only the run tells where the name of the volume ends: `path` in `'$ROOT/' + path`.
    pub open: Option<Part>,
}

/// What `az batchai cluster create --use-auto-storage` mounted, and the datastores that every workspace has in its place.
pub(super) const AUTO_STORAGE: [(&str, &str); 2] =
    [("autoafs", "workspacefilestore"), ("autobfs", "workspaceblobstore")];

/// The name of the datastore for a volume: letters, digits and underscores.
pub(super) fn store_name(mount: &str) -> String {
    match AUTO_STORAGE.iter().find(|(auto, _)| *auto == mount) {
        Some((_, store)) => (*store).to_owned(),
        None => mount.replace(['-', '.'], "_"),
    }
}

impl Translator<'_> {
    /// Splits a path expression; `None` when it does not begin with a mount root that can be seen.
    pub(super) fn mount_path(&self, id: ExprId, follow: bool) -> Option<MountPath> {
        let mut parts = self.p.resolved.string(self.p.ast, id, follow);
        if follow && !matches!(parts.0.first(), Some(Part::Text(_))) {
            parts = self.with_constants_elsewhere(&parts);
        }
        let mut path = split_mount(&parts)?;
        path.open = path.open.filter(|part| !self.is_volume_name(part));
        path.mount = self.store_parts(&path.mount);
        Some(path)
    }

    /// A string in pieces with the texts of other modules in their places.
    fn with_constants_elsewhere(&self, parts: &Parts) -> Parts {
        let mut whole = Parts::default();
        for part in &parts.0 {
            match part {
                Part::Hole(id) | Part::Formatted(id) => match self.constant_elsewhere(*id) {
                    Some(text) => whole.push_text(&text),
                    None => whole.push(part.clone()),
                },
                Part::Spec(..) | Part::When(..) => whole.push(part.clone()),
                Part::Text(text) => whole.push_text(text),
            }
        }
        whole
    }

    /// The same, where the name of the volume can be seen rather than not.
    pub(super) fn best_mount_path(&self, id: ExprId) -> Option<MountPath> {
        let as_written = self.mount_path(id, false);
        if as_written.as_ref().is_some_and(|path| path.open.is_none()) {
            return as_written;
        }
        self.mount_path(id, true).or(as_written)
    }

    /// The name of a datastore in the pieces of the volume's.
    pub(super) fn store_parts(&self, mount: &Parts) -> Parts {
        let mut name = Parts::default();
        for part in &mount.0 {
            match part {
                Part::Text(text) => name.push_text(&store_name(text)),
                Part::Hole(id) | Part::Formatted(id) => match self.literal(*id).map(|text| (store_name(&text), text)) {
                    Some((new, text)) if new != text => name.push_text(&new),
                    _ => name.push(part.clone()),
                },
                Part::Spec(..) | Part::When(..) => name.push(part.clone()),
            }
        }
        name
    }

    /// Whether a value is the name of a volume and nothing more: it is known, or a volume is given it.
    pub(super) fn is_volume_name(&self, part: &Part) -> bool {
        let id = match part {
            Part::Hole(id) | Part::Formatted(id) => id,
            Part::Spec(..) | Part::When(..) => return false,
            Part::Text(_) => return true,
        };
        let named = self.p.sites.iter().filter_map(|(_, site)| site.arg("relative_mount_path"));
        self.literal(*id).is_some_and(|known| !known.contains('/'))
            || named.into_iter().any(|name| self.text_of(name) == self.text_of(*id))
            || self.names_volume_elsewhere(*id)
    }

    /// The `azureml://` form of a path, as close to what the user wrote as possible, with `tail` after it.
    pub(super) fn datastore_uri(&mut self, site: SiteId, id: ExprId, tail: Parts) -> Result<Markup> {
        let Some(path) = self.best_mount_path(id) else {
            return self.foreign_uri(site, id, tail);
        };
        if let Some(open) = path.open {
            return self.open_uri(id, open, tail);
        }
        let folder = self.check_mount(&path.mount)?;
        self.consume(id);
        let mut uri = Parts::default();
        uri.push_text("azureml://datastores/");
        path.mount.0.into_iter().for_each(|p| uri.push(p));
        uri.push_text("/paths/");
        uri.push_text(&folder);
        path.rest.0.into_iter().for_each(|p| uri.push(p));
        below(&mut uri, tail);
        self.check_variables(&uri)?;
        self.python(&uri)
    }

    /// The datastore's name, and the path in it with `tail` behind it, of a path below a mount root.
    pub(super) fn datastore_path(&mut self, id: ExprId, tail: Parts) -> Result<(Markup, Markup)> {
        let path = self.best_mount_path(id).ok_or_else(|| {
            Stuck::new(
                "its path does not begin with a mount root that can be seen here",
                "name the datastore and the path in it",
            )
        })?;
        self.check_variables(&path.rest)?;
        self.check_variables(&tail)?;
        if let Some(open) = path.open {
            return self.open_path(id, open, &tail);
        }
        let mut rest = Parts::default();
        rest.push_text(&self.check_mount(&path.mount)?);
        self.consume(id);
        path.rest.0.into_iter().for_each(|part| rest.push(part));
        below(&mut rest, tail);
        Ok((self.python(&path.mount)?, self.python(&rest)?))
    }

    /// The same, where only the run tells what of `open` is the name of the volume.
    fn open_path(&mut self, id: ExprId, open: Part, tail: &Parts) -> Result<(Markup, Markup)> {
        self.consume(id);
        let mut whole = Parts::default();
        whole.push(open);
        let (whole, slash) = (operand(&self.python(&whole)?.0), self.string("/").0);
        let part = |index: usize| format!("{whole}.partition({slash})[{index}]");
        if tail.0.is_empty() {
            return Ok((Markup(part(0)), Markup(part(2))));
        }
        let mut behind = Parts::default();
        behind.push_text("/");
        tail.0.iter().cloned().for_each(|part| behind.push(part));
        let behind = summand(&self.python(&behind)?.0);
        Ok((Markup(part(0)), Markup(format!("({} + {behind}).lstrip({slash})", part(2)))))
    }

    /// A path below the mount root that begins with a volume only at run time: what stands before its first slash.
    fn open_uri(&mut self, id: ExprId, open: Part, tail: Parts) -> Result<Markup> {
        self.consume(id);
        let mut path = Parts::default();
        path.push(open);
        path.push_text("/");
        let [scheme, slash, paths] = ["azureml://datastores/", "/", "/paths/"].map(|text| self.string(text).0);
        let path = operand(&self.python(&path)?.0);
        let whole = format!("{scheme} + {path}.replace({slash}, {paths}, 1)");
        self.check_variables(&tail)?;
        Ok(Markup(if tail.0.is_empty() { whole } else { format!("{whole} + {}", summand(&self.python(&tail)?.0)) }))
    }

    /// A path that is built where it cannot be seen: it comes in the form of Azure ML if what builds it was converted.
    fn foreign_uri(&mut self, site: SiteId, id: ExprId, tail: Parts) -> Result<Markup> {
        let parts = self.p.resolved.string(self.p.ast, id, true);
        let index = self.site(site).arg_at(id);
        let strings = self.p.resolved.strings_in(self.p.ast, id);
        let index = index.filter(|_| strings.iter().all(|s| self.p.sites.mentions(*s).is_empty()));
        let ([Part::Hole(_) | Part::Formatted(_)], Some(index)) = (parts.0.as_slice(), index) else {
            return Err(Stuck::new(
                "its path does not begin with a mount root that can be seen here",
                "write `azureml://datastores/<name>/paths/<path>` for it",
            ));
        };
        let note =
            "the path is built elsewhere, and must be one of Azure ML: `azureml://datastores/<name>/paths/<path>`";
        self.settle(site, Some(index), Fate::Approximate, note, "check that the code which builds it was converted");
        let mut uri = Parts::default();
        uri.push(Part::Hole(id));
        below(&mut uri, tail);
        self.check_variables(&uri)?;
        self.python(&uri)
    }

    /// Refuses a path that names a variable, itself or in a value in it: a datastore's path is taken as it stands.
    fn check_variables(&self, path: &Parts) -> Result<()> {
        let mut named: Vec<String> =
            mentions_in(&path.known(), 0).into_iter().map(|mention| mention.variable).collect();
        for part in &path.0 {
            let (Part::Hole(id) | Part::Formatted(id) | Part::Spec(id, _)) = part else { continue };
            let strings = self.p.resolved.strings_in(self.p.ast, *id);
            let held = strings.into_iter().flat_map(|string| self.p.sites.mentions(string));
            named.extend(held.filter_map(|site| match &self.site(*site).kind {
                SiteKind::Mention(mention) => Some(mention.variable.clone()),
                _ => None,
            }));
        }
        match named.first() {
            None => Ok(()),
            Some(variable) => Err(Stuck::new(
                format!("its path names `{variable}`, and nothing expands variables in the path of a datastore"),
                "write out what it stands for, or let the command make the folder",
            )),
        }
    }

    /// The tenant in the address of a token service: `https://<host>/<tenant>/oauth2/token`.
    pub(super) fn tenant_of_uri(&mut self, uri: ExprId) -> Result<Markup> {
        let as_written = tenant_in(&self.p.resolved.string(self.p.ast, uri, false));
        let tenant = as_written.or_else(|| tenant_in(&self.p.resolved.string(self.p.ast, uri, true)));
        match tenant {
            Some(tenant) => self.python(&tenant),
            None => Ok(Markup(format!("{}.split({})[{TENANT}]", operand(&self.text(uri)?.0), self.string("/").0))),
        }
    }

    /// Refuses a path on a volume that Azure ML cannot mount. Gives the folder of the datastore that the volume was, with a
    /// slash behind it.
    pub(super) fn check_mount(&self, mount: &Parts) -> Result<String> {
        let name = self.known_text(mount);
        let shares = name.as_ref().and_then(|name| self.volumes.shares.get(name)).into_iter().flatten();
        let folders: BTreeSet<String> = shares.map(|url| self.folder_of_share(*url)).collect::<Result<_>>()?;
        if folders.len() > 1 {
            return Err(Stuck::new(
                format!("the volume `{}` is one directory of a share or another", name.unwrap_or_default()),
                "give each of them a mount path of its own, and convert again",
            ));
        }
        if !name.as_ref().is_some_and(|name| self.volumes.lost.contains(name)) {
            return Ok(folders.into_iter().next().unwrap_or_default());
        }
        Err(Stuck::new(
            format!("it lies on the volume `{}`, which Azure ML cannot mount", name.unwrap_or_default()),
            "copy the data to a file share or a container, and name that",
        ))
    }

    /// The text of a string in pieces, through names.
    pub(super) fn known_text(&self, parts: &Parts) -> Option<String> {
        let mut out = String::new();
        for part in &parts.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(id) | Part::Formatted(id) => out.push_str(&self.literal(*id)?),
                Part::Spec(..) | Part::When(..) => return None,
            }
        }
        Some(out)
    }

    /// The text of an expression is used up: its mentions are settled, and the names in it may be left without use.
    pub(super) fn consume(&mut self, id: ExprId) {
        let (ast, mut names) = (self.p.ast, Vec::new());
        ast.descend(id, &mut |e| {
            if ast.name(e).is_some() {
                names.push(e);
            }
        });
        self.out.consumed.extend(names);
        for string in self.p.resolved.strings_in(self.p.ast, id) {
            for mention in self.p.sites.mentions(string).to_vec() {
                let site = self.site(mention);
                let row = site.row().map(|r| r.mapping(self.p.target, self.p.form));
                let (note, todo) = row.map_or(("", ""), |m| (m.note.as_str(), m.todo.as_str()));
                self.settle(mention, None, row.map_or(Fate::Approximate, |m| m.fate), note, todo);
            }
        }
    }

    /// The words of a command line move into a list or dictionary, with everything that they were built from.
    pub(super) fn consume_line(&mut self, line: ExprId) {
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

    /// Mentions in a string that nobody consumed: the variable means nothing in Azure ML.
    pub(super) fn mentions_left(&mut self, id: ExprId) {
        if !matches!(self.p.ast.kind(id), ExprKind::Str { .. } | ExprKind::FString(_)) {
            return;
        }
        let loose = self.p.sites.mentions(id).iter().copied();
        self.out.loose.extend(loose);
    }
}

/// Puts a path below another one.
fn below(path: &mut Parts, tail: Parts) {
    if !path.0.is_empty() && !tail.0.is_empty() && !path.known().ends_with('/') {
        path.push_text("/");
    }
    tail.0.into_iter().for_each(|part| path.push(part));
}

/// `$ROOT/<mount>/<rest>` in pieces.
fn split_mount(parts: &Parts) -> Option<MountPath> {
    let Some(Part::Text(first)) = parts.0.first() else { return None };
    let root = ROOTS.iter().find(|r| first.strip_prefix(**r).is_some_and(|rest| rest.starts_with('/')))?;
    let mut pieces = parts.0.clone();
    pieces[0] = Part::Text(first[root.len() + 1..].to_owned());
    let (mut mount, mut rest, mut in_mount) = (Parts::default(), Parts::default(), true);
    let open = match pieces.as_slice() {
        [Part::Text(empty), hole @ (Part::Hole(_) | Part::Formatted(_) | Part::Spec(..))] if empty.is_empty() => {
            Some(hole.clone())
        }
        _ => None,
    };
    for piece in pieces {
        match piece {
            Part::Text(text) if in_mount => match text.split_once('/') {
                Some((a, b)) => {
                    mount.push_text(a);
                    rest.push_text(b);
                    in_mount = false;
                }
                None => mount.push_text(&text),
            },
            other if in_mount => mount.push(other),
            other => rest.push(other),
        }
    }
    (!mount.0.is_empty()).then_some(MountPath { mount, rest, open })
}

/// The part of an address that names the tenant.
fn tenant_in(uri: &Parts) -> Option<Parts> {
    let (mut tenant, mut slashes) = (Parts::default(), 0);
    for part in &uri.0 {
        match part {
            Part::Text(text) => {
                for (index, piece) in text.split('/').enumerate() {
                    slashes += usize::from(index > 0);
                    tenant.push_text(if slashes == TENANT { piece } else { "" });
                }
            }
            hole if slashes == TENANT => tenant.push(hole.clone()),
            _ => {}
        }
    }
    (!tenant.0.is_empty() && slashes > TENANT).then_some(tenant)
}

/// The volumes of a program by the names of their datastores, where they are known.
pub(super) struct Volumes {
    /// Those that Azure ML cannot mount.
    lost: HashSet<String>,
    /// The addresses of shares.
    shares: HashMap<String, Vec<ExprId>>,
}

impl Volumes {
    pub(super) fn new(program: &Program) -> Self {
        let mut volumes = Volumes { lost: HashSet::new(), shares: HashMap::new() };
        for site in &program.sites.all {
            let Some(path) = site.arg("relative_mount_path") else { continue };
            let Some(path) = program.resolved.string(program.ast, path, true).text() else { continue };
            let name = store_name(&path);
            if let Some(url) = site.arg("azure_file_url") {
                volumes.shares.entry(name.clone()).or_default().push(url);
            }
            if matches!(site.symbol.as_str(), "FileServerReference" | "UnmanagedFileSystemReference") {
                volumes.lost.insert(name);
            }
        }
        volumes
    }
}
