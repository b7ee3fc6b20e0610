//! Virtual machine sizes of Batch AI's time: which can still be created, and what replaces the others.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;

/// What became of a size.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The names, without `Standard_` and in capitals; `#` stands for a number.
    pub names: Vec<String>,
    pub status: Status,
    /// When it was or will be retired: year, month, day.
    #[serde(default)]
    pub date: String,
    /// The size that Microsoft names in its place; empty where there is no single one.
    #[serde(default)]
    pub replacement: String,
    /// How the replacement differs.
    #[serde(default)]
    pub differs: String,
    /// The page that says so, and its date.
    pub source: String,
}

impl Size {
    /// What is written in its place where sizes are upgraded; none if it can still be created.
    pub fn upgrade(&self) -> Option<&str> {
        (self.status == Status::Retired && !self.replacement.is_empty()).then_some(&self.replacement)
    }

    /// What is said where its replacement was written, of the name that stood there.
    pub fn replaced(&self, name: &str) -> String {
        format!("`{name}` was retired on {} and became {}", self.date, self.other())
    }

    /// What is said where it stays although it will not last, and what to do; `check` says how sizes are looked up.
    pub fn told(&self, name: &str, check: &str) -> (String, String) {
        let note = match self.status {
            Status::Retired => format!("`{name}` was retired on {} and cannot be created any more", self.date),
            _ => format!("`{name}` will be retired on {}; new subscriptions may not get it", self.date),
        };
        let todo =
            if self.replacement.is_empty() { check.to_owned() } else { format!("write {}; {check}", self.other()) };
        (note, todo)
    }

    fn other(&self) -> String {
        format!("`{}`, but {}", self.replacement, self.differs)
    }
}

/// Whether a size can be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can.
    Current,
    /// It can, until its date; perhaps not in a new subscription.
    Announced,
    /// It cannot.
    Retired,
}

#[derive(Deserialize)]
struct File {
    size: Vec<Size>,
}

/// All sizes that are known.
pub fn sizes() -> &'static [Size] {
    static SIZES: OnceLock<Vec<Size>> = OnceLock::new();
    SIZES.get_or_init(|| {
        let file: File = facts!("sdk-sizes");
        file.size
    })
}

/// What became of the size with this name, as Azure or a person writes it.
pub fn size(name: &str) -> Option<&'static Size> {
    let name = name.to_uppercase();
    let name = name.strip_prefix("STANDARD_").or(name.strip_prefix("BASIC_")).unwrap_or(&name);
    sizes().iter().find(|size| size.names.iter().any(|pattern| is_named(pattern, name)))
}

fn is_named(pattern: &str, name: &str) -> bool {
    match pattern.split_once('#') {
        None => pattern == name,
        Some((before, after)) => {
            let number = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_what_its_status_needs() {
        assert!(sizes().len() > 20);
        for size in sizes() {
            assert_eq!(size.date.is_empty(), size.status == Status::Current, "{:?}", size.names);
            assert_eq!(size.replacement.is_empty(), size.differs.is_empty(), "{:?}", size.names);
            assert!(!size.source.is_empty() && size.names.iter().all(|n| *n == n.to_uppercase()));
        }
    }

    #[test]
    fn a_replacement_is_not_retired_itself() {
        let replacements = sizes().iter().filter(|s| !s.replacement.is_empty()).map(|s| s.replacement.as_str());
        for name in replacements {
            assert!(size(name).is_none_or(|s| s.status == Status::Current), "{name}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(size("Standard_nc6").map(|s| s.replacement.as_str()), Some("Standard_NC4as_T4_v3"));
        assert_eq!(size("STANDARD_D14_V2").map(|s| s.status), Some(Status::Announced));
        assert_eq!(size("Standard_D2_v3").map(|s| s.status), Some(Status::Current));
        assert!(size("Standard_D_v2").is_none() && size("Standard_XYZ").is_none());
    }
}
