//! Areas: what the hundreds of a code stand for, as `areas.toml` says it.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;

/// The concepts of one hundred.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// The hundreds digit of its codes.
    pub number: usize,
    /// In a few words.
    pub name: String,
}

/// All areas, by number.
pub fn areas() -> &'static [Area] {
    #[derive(Deserialize)]
    struct Areas {
        area: Vec<Area>,
    }
    static AREAS: OnceLock<Vec<Area>> = OnceLock::new();
    AREAS.get_or_init(|| {
        let areas: Areas = facts!("concept-areas");
        areas.area
    })
}

/// The number of the area of a code: 1 for `BAI101`.
pub fn area_of(code: &str) -> Option<usize> {
    let number: usize = code.strip_prefix("BAI")?.parse().ok()?;
    areas().iter().map(|area| area.number).find(|area| *area == number / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concept::{rules, table};

    #[test]
    fn every_code_has_an_area() {
        let codes = table().rows().map(|row| &row.code).chain(rules().iter().map(|rule| &rule.code));
        assert_eq!(codes.filter(|code| area_of(code).is_none()).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!((area_of("BAI001"), area_of("BAI950"), area_of("x")), (Some(0), Some(9), None));
    }
}
