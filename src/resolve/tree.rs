//! Where the modules of a run are, and which one an import means.
//!
//! The nearest module by folder wins: next to the importer, then in the folders above it, then the only one of that
//! name in the run. Several that are equally far are none. Nothing is read from a disk: the paths of the files are all.

use std::collections::{BTreeMap, HashMap};

use super::standard::is_standard;

/// Packages that are never a module of the user's, wherever a copy of them lies.
const FOREIGN: [&str; 4] = ["azure", "azureml", "msrest", "msrestazure"];

/// A folder or a module of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

#[derive(Debug, Default)]
struct Node {
    above: Option<NodeId>,
    below: BTreeMap<String, NodeId>,
    /// The file that is this module, or the `__init__.py` of this package.
    file: Option<usize>,
}

/// The files of a run as Python's import system sees them.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    /// By file: the folder in which it is.
    homes: Vec<NodeId>,
    named: HashMap<String, Vec<NodeId>>,
}

impl Tree {
    /// The tree of these files, which go by their number from here on.
    pub fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut tree = Tree { nodes: vec![Node::default()], homes: Vec::new(), named: HashMap::new() };
        for (file, path) in paths.enumerate() {
            tree.add(file, path);
        }
        tree
    }

    fn add(&mut self, file: usize, path: &str) {
        let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
        let name = parts.pop().unwrap_or_default();
        let mut home = NodeId(0);
        for part in parts {
            home = self.enter(home, part);
        }
        self.homes.push(home);
        match name.strip_suffix(".py") {
            Some("__init__") => self.nodes[home.0 as usize].file = Some(file),
            Some(module) => {
                let node = self.enter(home, module);
                self.nodes[node.0 as usize].file.get_or_insert(file);
            }
            None => {}
        }
    }

    fn enter(&mut self, folder: NodeId, name: &str) -> NodeId {
        if let Some(node) = self.child(folder, name) {
            return node;
        }
        let node = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { above: Some(folder), ..Node::default() });
        self.nodes[folder.0 as usize].below.insert(name.to_owned(), node);
        self.named.entry(name.to_owned()).or_default().push(node);
        node
    }

    /// Whether a module or folder of the run has this name.
    pub fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// The file of a module or package.
    pub fn file(&self, node: NodeId) -> Option<usize> {
        self.nodes[node.0 as usize].file
    }

    /// A module or folder within a package.
    pub fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.nodes[node.0 as usize].below.get(name).copied()
    }

    /// What an import in `importer` means: the module `dotted`, of which it takes `names`.
    pub fn find(&self, importer: usize, level: u32, dotted: &str, names: &[&str]) -> Option<NodeId> {
        let home = self.homes[importer];
        if level > 0 {
            let folder = (1..level).try_fold(home, |node, _| self.nodes[node.0 as usize].above)?;
            return self.descend(importer, folder, dotted, names);
        }
        let first = dotted.split('.').next().unwrap_or(dotted);
        if !self.has(first) || FOREIGN.contains(&first) {
            return None;
        }
        if let Some(node) = self.descend(importer, home, dotted, names) {
            return Some(node);
        }
        if is_standard(first) {
            return None;
        }
        let mut folders = std::iter::successors(Some(home), |node| self.nodes[node.0 as usize].above).skip(1);
        folders.find_map(|folder| self.descend(importer, folder, dotted, names)).or_else(|| {
            let tops = self.named[first].iter().filter_map(|top| self.nodes[top.0 as usize].above);
            let mut found = tops.filter_map(|folder| self.descend(usize::MAX, folder, dotted, names));
            found.next().filter(|node| found.next().is_none() && self.file(*node) != Some(importer))
        })
    }

    /// Whether a module that is not found may be one of several of the run.
    pub fn is_unclear(&self, dotted: &str) -> bool {
        let first = dotted.split('.').next().unwrap_or(dotted);
        let tops = self.named.get(first).into_iter().flatten();
        let files = tops.filter(|top| self.file(**top).is_some()).take(2).count();
        files == 2 && !FOREIGN.contains(&first) && !is_standard(first)
    }

    /// A module below a folder: a file, or a folder that holds one of the names.
    fn descend(&self, importer: usize, folder: NodeId, dotted: &str, names: &[&str]) -> Option<NodeId> {
        let steps = dotted.split('.').filter(|step| !step.is_empty());
        let node = steps.into_iter().try_fold(folder, |node, step| self.child(node, step))?;
        let is_file = |node: NodeId| self.file(node).is_some_and(|file| file != importer);
        let holds = |name: &&str| self.child(node, name).is_some_and(is_file);
        (is_file(node) || names.iter().any(holds)).then_some(node)
    }

    /// The package or module with which the path of `node` begins, where its path in an import has this many steps.
    pub fn top(&self, node: NodeId, steps: usize) -> NodeId {
        (1..steps).fold(node, |node, _| self.nodes[node.0 as usize].above.unwrap_or(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 9] = [
        "a/main.py",
        "a/helpers.py",
        "b/helpers.py",
        "b/deep/down/run.ipynb",
        "c/deep/run.py",
        "pkg/__init__.py",
        "pkg/mod.py",
        "plain/part.py",
        "lib/azure/batch.py",
    ];

    fn found(importer: &str, level: u32, dotted: &str, names: &[&str]) -> Option<&'static str> {
        let tree = Tree::new(PATHS.into_iter());
        let importer = PATHS.iter().position(|path| *path == importer).unwrap();
        let node = tree.find(importer, level, dotted, names)?;
        Some(tree.file(node).map_or("a folder", |file| PATHS[file]))
    }

    #[test]
    fn the_nearest_module_wins_and_several_that_are_far_are_none() {
        assert_eq!(found("a/main.py", 0, "helpers", &[]), Some("a/helpers.py"));
        assert_eq!(found("b/deep/down/run.ipynb", 0, "helpers", &[]), Some("b/helpers.py"));
        assert_eq!(found("c/deep/run.py", 0, "helpers", &[]), None);
        assert_eq!(found("c/deep/run.py", 0, "part", &[]), Some("plain/part.py"));
    }

    #[test]
    fn packages_and_folders_are_found_by_what_is_in_them() {
        assert_eq!(found("a/main.py", 0, "pkg.mod", &[]), Some("pkg/mod.py"));
        assert_eq!(found("pkg/mod.py", 1, "", &["x"]), Some("pkg/__init__.py"));
        assert_eq!(found("pkg/mod.py", 2, "pkg", &["x"]), Some("pkg/__init__.py"));
        assert_eq!(found("a/main.py", 0, "plain", &["part"]), Some("a folder"));
        assert_eq!(found("a/main.py", 0, "plain", &["other"]), None);
        assert_eq!(found("a/helpers.py", 0, "helpers", &[]), None);
    }

    #[test]
    fn the_packages_of_azure_are_never_of_the_run() {
        assert_eq!(found("lib/azure/batch.py", 0, "azure.batch", &[]), None);
        assert_eq!(found("a/main.py", 0, "azure.batch", &[]), None);
    }
}
