//! The requirements that the table writes can be installed together: they are among what the tests of the SDKs install.

use std::fs;

use bai2aml::concept::Kind;
use bai2aml::manifest::{least, reaches, split};

use super::{Case, all_right, cases};

/// The pinned packages of a target, which pip has resolved together.
fn pinned(case: &Case) -> Vec<(String, String)> {
    let path = format!("{}/tests/sdk/requirements-{}.txt", env!("CARGO_MANIFEST_DIR"), case.target);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let pins = text.lines().filter_map(|line| line.split_once("=="));
    pins.map(|(name, version)| (name.to_lowercase(), version.to_owned())).collect()
}

#[test]
pub fn every_package_is_installed_by_the_tests_in_a_version_that_is_asked_for() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.symbol.kind == Kind::Package) {
        let pinned = pinned(case);
        for (name, specifier) in case.mapping.packages.iter().map(|package| split(package)) {
            let version = pinned.iter().find(|(pin, _)| pin == name).map(|(_, version)| version);
            let is_right = version.is_some_and(|version| {
                reaches(&format!("=={version}"), least(specifier)) && reaches(specifier, version)
            });
            if !is_right {
                wrong.push(case.says(&format!("`{name}{specifier}`, and the tests install {version:?}")));
            }
        }
    }
    all_right(wrong);
}

#[test]
pub fn names_of_packages_are_normal() {
    let is_normal = |source: &str| source.strip_prefix("pip:").is_some_and(|name| name == name.to_lowercase());
    let packages = cases().into_iter().filter(|case| case.symbol.kind == Kind::Package);
    let wrong = packages.filter(|case| !case.symbol.sources.iter().all(|source| is_normal(source)));
    all_right(wrong.map(|case| case.says("is not `pip:` and a name in lower case")));
}
