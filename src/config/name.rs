//! What the files are called that a configuration file becomes: a fixed rule, so that command lines can follow it
//! without a look into the file.

/// The YAML of the job or the compute: `conf/job.json` becomes `conf/job.yml`.
pub fn yaml(path: &str) -> String {
    format!("{}.yml", stem(path))
}

/// Whether a path ends as that of JSON does.
pub fn is_json(path: &str) -> bool {
    stem(path).len() < path.len()
}

/// The YAML of a datastore that a file mounts: `data` of `conf/job.json` becomes `conf/job.data.datastore.yml`.
pub fn datastore(path: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("{}.{name}.datastore.yml", stem(path))
}

/// A path without the ending of JSON.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, ending)) if ending.eq_ignore_ascii_case("json") && !stem.is_empty() => stem,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_stands_beside_its_json() {
        for (path, expected) in [
            ("job.json", "job.yml"),
            ("conf/train.job.JSON", "conf/train.job.yml"),
            ("a.b/cluster", "a.b/cluster.yml"),
            (".json", ".json.yml"),
        ] {
            assert_eq!(yaml(path), expected);
        }
    }

    #[test]
    fn a_datastore_is_named_after_its_file_and_its_mount() {
        assert_eq!(datastore("conf/job.json", "data"), "conf/job.data.datastore.yml");
        assert_eq!(datastore("job.json", "../a b$"), "job.___a_b_.datastore.yml");
    }
}
