//! The book as mdBook builds it: without a warning, and every link, picture and anchor in it leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::packages::{root, tool};
use crate::venv;

#[test]
fn the_book_builds_and_its_links_hold() {
    if !venv::wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output =
        tool("mdbook").args(["build", "docs", "--dest-dir"]).arg(folder.path()).current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("WARN") && !said.contains("ERROR"), "{said}");
    let pages = pages(folder.path());
    let names: Vec<String> = pages.keys().map(|path| path.to_string_lossy().into_owned()).collect();
    assert!(pages.len() > 15 && names.iter().any(|name| name.ends_with("codes/1-compute.html")), "{names:?}");
    let mut wrong = BTreeSet::new();
    let mut links = 0;
    for (path, page) in &pages {
        for link in attributes(page, "href").chain(attributes(page, "src")) {
            let is_elsewhere = ["http:", "https:", "data:", "javascript:"].iter().any(|start| link.starts_with(start));
            if is_elsewhere || link.is_empty() {
                continue;
            }
            links += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let target = fs::canonicalize(&target).unwrap_or(target);
            let has_anchor = anchor.is_empty()
                || pages.get(&target).is_some_and(|page| attributes(page, "id").any(|id| id == anchor));
            if !target.exists() || !has_anchor {
                wrong.insert(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(links > 500 && wrong.is_empty(), "{links} links\n{wrong:#?}");
}

/// Every page that was built, but for the one on which all are printed and the one for what is not found.
fn pages(folder: &Path) -> BTreeMap<PathBuf, String> {
    let (mut pages, mut folders) = (BTreeMap::new(), vec![fs::canonicalize(folder).unwrap()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let is_page = path.extension().is_some_and(|end| end == "html");
            if path.is_dir() {
                folders.push(path);
            } else if is_page && !path.ends_with("print.html") && !path.ends_with("404.html") {
                pages.insert(path.clone(), fs::read_to_string(path).unwrap());
            }
        }
    }
    pages
}

/// The values of an attribute, as the generator writes them: in double quotes.
fn attributes<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    let values: Vec<&str> = page.split(&*start).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    values.into_iter()
}
