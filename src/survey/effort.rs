//! How long a person is taken to need: `effort.toml`, and what it makes of a list of things to do.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::facts::facts;
use crate::report::Fate;
use crate::text::Span;

use super::item::Item;

/// Minutes for the first place of a concept, and for each further one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    pub first: usize,
    pub again: usize,
}

/// What `effort.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Effort {
    read: usize,
    document: OfDocument,
    area: Vec<OfArea>,
    concept: Vec<OfConcept>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfArea {
    number: usize,
    manual: Minutes,
    approximate: Minutes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDocument {
    manual: Minutes,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfConcept {
    code: String,
    manual: Minutes,
    why: String,
}

/// An estimate, with all that it is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// The sum.
    pub minutes: usize,
    /// To write what the conversion has left.
    pub write: usize,
    /// To look at what differs.
    pub look: usize,
    /// To read the diff.
    pub read: usize,
    /// How many lines it has, those that go and those that come.
    pub lines: usize,
    /// What ten of them are taken to need.
    pub minutes_for_ten_lines: usize,
    /// By fate, and then by code.
    pub parts: Vec<Share>,
}

/// What one concept adds to an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    pub fate: Fate,
    pub code: String,
    pub concept: String,
    /// How many repositories have it: each has a first place.
    pub firsts: usize,
    /// Minutes for each of those.
    pub first: usize,
    /// How many further places there are.
    pub agains: usize,
    /// Minutes for each of those.
    pub again: usize,
    /// All of it.
    pub minutes: usize,
    /// Why it takes longer than the others of its area; may be empty.
    pub why: &'static str,
}

fn effort() -> &'static Effort {
    static EFFORT: OnceLock<Effort> = OnceLock::new();
    EFFORT.get_or_init(|| facts!("survey-effort"))
}

/// What a place of a concept takes, and why that is more than elsewhere; nothing where it takes no time.
fn minutes(item: &Item) -> Option<(Minutes, &'static str)> {
    let area = effort().area.iter().find(|of| of.number == item.area)?;
    match item.fate {
        Fate::Exact | Fate::Drop => None,
        Fate::Approximate => Some((area.approximate, "")),
        Fate::Manual if item.is_in_document => Some((effort().document.manual, effort().document.why.as_str())),
        Fate::Manual => {
            let own = effort().concept.iter().find(|of| of.code == item.code);
            Some(own.map_or((area.manual, ""), |of| (of.manual, of.why.as_str())))
        }
    }
}

/// Gives each item its minutes, and says what all of them and the lines of the diff make up.
pub(super) fn estimate(items: &mut [Item], lines: usize) -> Estimate {
    let mut parts: BTreeMap<(Fate, bool, String), Share> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut around: HashMap<(usize, String, Fate), Span> = HashMap::new();
    for item in items.iter_mut() {
        let Some((Minutes { first, again }, why)) = minutes(item) else { continue };
        // What stands within a place of the same concept is done with it.
        let key = (item.file, item.code.clone(), item.fate);
        match around.insert(key.clone(), item.site) {
            Some(outer) if outer.contains(item.site) => {
                around.insert(key, outer);
                continue;
            }
            _ => {}
        }
        let is_text = item.is_in_document && item.fate == Fate::Manual;
        let is_first = seen.insert((item.repository, item.code.clone(), item.fate, is_text));
        item.minutes = if is_first { first } else { again };
        let share = parts.entry((item.fate, is_text, item.code.clone())).or_insert_with(|| Share {
            fate: item.fate,
            code: item.code.clone(),
            concept: item.concept.clone(),
            firsts: 0,
            first,
            agains: 0,
            again,
            minutes: 0,
            why,
        });
        *if is_first { &mut share.firsts } else { &mut share.agains } += 1;
        share.minutes += item.minutes;
    }
    // What a person must write comes first.
    let mut parts: Vec<Share> = parts.into_values().collect();
    parts.sort_by_key(|share| std::cmp::Reverse(share.fate));
    let of = |fate| parts.iter().filter(|share| share.fate == fate).map(|share| share.minutes).sum::<usize>();
    let (write, look, read) = (of(Fate::Manual), of(Fate::Approximate), (lines * effort().read).div_ceil(10));
    Estimate { minutes: write + look + read, write, look, read, lines, minutes_for_ten_lines: effort().read, parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concept;

    #[test]
    fn every_area_has_its_minutes_and_every_exception_is_of_a_concept() {
        for area in concept::areas() {
            let of = effort().area.iter().find(|of| of.number == area.number);
            let of = of.unwrap_or_else(|| panic!("{} has no minutes", area.name));
            for Minutes { first, again } in [of.manual, of.approximate] {
                assert!(first > again && again > 0, "{}", area.name);
            }
        }
        for of in &effort().concept {
            assert!(concept::table().find(&of.code).is_some(), "{}", of.code);
            assert!(of.manual.first > of.manual.again && !of.why.is_empty(), "{}", of.code);
        }
    }
}
