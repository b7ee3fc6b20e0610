//! Whether a version specifier allows what the new code needs. Nothing is resolved: only upper bounds are compared.

/// A specifier's clauses, as pip, Poetry and conda write them; the longer operators come first.
const OPERATORS: [&str; 12] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">", "^", "~", "=", ""];

/// The largest version that a clause allows, and whether that one is in it.
struct Bound {
    version: Vec<u64>,
    inclusive: bool,
}

/// Whether a specifier allows some version from `least` on: `>=1.0` reaches 12.10, `<2` and `==1.5` do not.
pub fn reaches(specifier: &str, least: &str) -> bool {
    let least = release(least);
    let clauses = specifier.trim_matches(['(', ')', ' ']).split(',').map(str::trim).filter(|clause| !clause.is_empty());
    clauses.filter_map(upper).all(|bound| {
        let order = padded(&least, &bound.version);
        order.is_lt() || bound.inclusive && order.is_eq()
    })
}

/// The name and the specifier of a requirement of the concept table.
pub fn split(requirement: &str) -> (&str, &str) {
    let end = requirement.find(['<', '>', '=', '!', '~']).unwrap_or(requirement.len());
    requirement.split_at(end)
}

/// The first version of a specifier that is in it: `12.10` of `>=12.10,<13`.
pub fn least(specifier: &str) -> &str {
    specifier.split(',').find_map(|clause| clause.trim().strip_prefix(">=")).unwrap_or("0")
}

fn upper(clause: &str) -> Option<Bound> {
    let operator = OPERATORS.into_iter().find(|operator| clause.starts_with(operator))?;
    let text = clause[operator.len()..].trim();
    let version = release(text);
    let (version, inclusive) = match operator {
        ">=" | ">" | "!=" => return None,
        _ if version.is_empty() => return None,
        "<=" => (version, true),
        "<" => (version, false),
        "~=" => (next(&version, version.len().saturating_sub(2)), false),
        "~" => (next(&version, 1), false),
        "^" => (next(&version, version.iter().position(|part| *part > 0).unwrap_or(version.len() - 1)), false),
        "=" => (next(&version, version.len() - 1), false),
        _ if text.ends_with(".*") => (next(&version, version.len() - 1), false),
        _ => (version, true),
    };
    Some(Bound { version, inclusive })
}

/// The numbers of a version, up to what is no number.
fn release(version: &str) -> Vec<u64> {
    version.trim_start_matches('v').split('.').map_while(|part| part.parse().ok()).collect()
}

/// The first version that differs in the part at `at` or before.
fn next(version: &[u64], at: usize) -> Vec<u64> {
    let mut next = version[..(at + 1).min(version.len())].to_vec();
    if let Some(last) = next.last_mut() {
        *last += 1;
    }
    next
}

fn padded(one: &[u64], other: &[u64]) -> std::cmp::Ordering {
    let part = |version: &[u64], at: usize| version.get(at).copied().unwrap_or(0);
    let length = one.len().max(other.len());
    (0..length)
        .map(|at| part(one, at).cmp(&part(other, at)))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specifier_reaches_what_its_upper_bounds_allow() {
        for specifier in ["", ">=1.0", "==12.31.1", "~=12.1", "^12.0", ">=1,<13", "*", "!=2.0", "<=12.10", "(>=1.3)"] {
            assert!(reaches(specifier, "12.10"), "{specifier}");
        }
    }

    #[test]
    fn what_stops_before_does_not_reach() {
        for specifier in
            ["==1.5.0", "<2", "<=2.1", "~=1.5", "^2.1", "~12.9", ">=1,<12", "==12.*,<12.5", "2.1", "<12.10", "=1.4"]
        {
            assert!(!reaches(specifier, "12.10"), "{specifier}");
        }
    }

    #[test]
    fn requirements_of_the_table_come_apart() {
        assert_eq!(split("azure-ai-ml>=1.35.1"), ("azure-ai-ml", ">=1.35.1"));
        assert_eq!(least(">=15.0,<=24.0.0"), "15.0");
    }
}
