//! `bai2aml explain`: a row of the table as text.

use super::table;

/// Code, name and summary of every row.
pub fn list() -> Vec<(String, String, String)> {
    table().rows().iter().map(|r| (r.code.clone(), r.name.clone(), r.summary.clone())).collect()
}

/// What the concept with this code or name is, and what becomes of it.
pub fn explain(_code_or_name: &str) -> Option<String> {
    None
}
