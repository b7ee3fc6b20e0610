//! The fields of the configuration files of `az batchai`, by the JSON schemas of their three API versions.
//!
//! Facts: `inventory/config.json`, collected by `tools/inventory/config.py` from the repository Azure/BatchAI.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::batchai::{Type, batchai};

/// A field of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigField {
    /// `job.json`, `cluster.json` or `nfs.json`.
    pub file: &'static str,
    /// `properties.inputDirectories[].path`
    pub path: &'static str,
    /// API versions that have it, newest first.
    pub versions: Vec<&'static str>,
    /// The model and the field of it that it is; none for what holds all parameters.
    pub field: Option<(&'static str, &'static str)>,
}

/// Every field, file by file.
///
/// # Panics
/// If the built-in inventory is not of this form, which a test would notice.
pub fn config_fields() -> &'static [ConfigField] {
    static FIELDS: OnceLock<Vec<ConfigField>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        type Files = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>;
        let files: Files = serde_json::from_str(include_str!("inventory/config.json"))
            .unwrap_or_else(|error| panic!("inventory/config.json: {error}"));
        let fields = files.into_iter().flat_map(|(file, fields)| {
            fields.into_iter().map(move |(path, versions)| ConfigField {
                file,
                path,
                versions,
                field: field(file, path),
            })
        });
        fields.collect()
    })
}

/// The model that the parameters of a file are.
pub fn config_model(file: &str) -> &'static str {
    match file {
        "cluster.json" => "ClusterCreateParameters",
        "nfs.json" => "FileServerCreateParameters",
        _ => "JobCreateParameters",
    }
}

/// The field of a model that a path leads to.
fn field(file: &str, path: &str) -> Option<(&'static str, &'static str)> {
    let mut class = config_model(file);
    let mut found = None;
    for key in path.split('.').skip(1) {
        let forms = batchai().model(class).iter().flat_map(|form| &form.fields);
        let field = forms.into_iter().find(|field| field.is_called(key.trim_end_matches("[]")))?;
        found = Some((class, field.name));
        let mut ty = &field.ty;
        while let Type::List(inner) = ty {
            ty = inner;
        }
        if let Type::Model(inner) = ty {
            class = inner;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_one_of_a_model() {
        let fields = config_fields();
        assert!(fields.len() > 200, "{} fields", fields.len());
        let lost: Vec<_> = fields.iter().filter(|f| f.field.is_none() && f.path != "properties").collect();
        assert!(lost.is_empty(), "{lost:?}");
        let find = |file: &str, path: &str| fields.iter().find(|f| f.file == file && f.path == path).unwrap();
        let url = "properties.nodeSetup.mountVolumes.azureFileShares[].azureFileUrl";
        assert_eq!(find("cluster.json", url).field, Some(("AzureFileShareReference", "azure_file_url")));
        let size = find("nfs.json", "properties.dataDisks.diskSizeInGB");
        assert_eq!(size.field, Some(("DataDisks", "disk_size_in_gb")));
        assert_eq!(size.versions, ["2018-05-01", "2018-03-01"]);
    }
}
