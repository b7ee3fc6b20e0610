//! Words made of other words: what is put before a value, or a value put into a string.

use super::Dialect;

impl Dialect {
    /// A word that has `before` in front of the value of a word; none where that cannot be written.
    pub fn prefixed(self, before: &str, raw: &str) -> Option<String> {
        match self {
            Dialect::PowerShell if is_plain(raw) || is_variable(raw) => Some(format!("{before}{raw}")),
            Dialect::PowerShell if raw.starts_with('\'') => {
                (raw.ends_with('\'') && raw.len() > 1).then(|| format!("'{before}{}", &raw[1..]))
            }
            Dialect::PowerShell => self.within(raw).map(|inner| format!("\"{before}{inner}\"")),
            _ => Some(format!("{before}{raw}")),
        }
    }

    /// The value of a word as it is written between double quotes; none where that cannot be told.
    pub fn within(self, raw: &str) -> Option<String> {
        let inner = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
        if let Some(inner) = inner('"').filter(|inner| !inner.contains('"')) {
            return Some(inner.to_owned());
        }
        if let Some(inner) = inner('\'') {
            return (!inner.contains(['\'', '"', '$', '`', '\\', '!'])).then(|| inner.to_owned());
        }
        let is_whole = |raw: &str| raw.starts_with("$(") && raw.ends_with(')');
        if raw.contains(['"', '\'', '\\', '`']) && !is_whole(raw) {
            return None;
        }
        match self {
            Dialect::PowerShell if is_plain(raw) || is_variable(raw) || is_whole(raw) => Some(raw.to_owned()),
            Dialect::PowerShell => Some(format!("$({raw})")),
            _ => Some(raw.to_owned()),
        }
    }

    /// A command that writes lines to a file; none for lines that would need quotes in quotes.
    pub fn written(self, file: &str, lines: &str) -> Option<String> {
        let is_odd = |c: char| "'`%\\{}".contains(c) || c == '$' && self == Dialect::Make;
        let lines: Vec<&str> = lines.lines().filter(|line| !line.starts_with(['#', '$'])).collect();
        if lines.iter().any(|line| line.contains(is_odd)) {
            return None;
        }
        let quoted: Vec<String> = lines.iter().map(|line| format!("'{line}'")).collect();
        Some(match self {
            Dialect::PowerShell => format!("Set-Content {file} {}", quoted.join(", ")),
            _ => format!("printf '%s\\n' {} > {file}", quoted.join(" ")),
        })
    }

    /// What a substitution begins with: `make` needs a second `$`.
    pub fn dollar(self) -> &'static str {
        if self == Dialect::Make { "$$" } else { "$" }
    }
}

/// Text that means itself everywhere.
fn is_plain(raw: &str) -> bool {
    raw.chars().all(|c| c.is_alphanumeric() || "-_./:=".contains(c))
}

/// `$name` and `$env:NAME`
fn is_variable(raw: &str) -> bool {
    let name = raw.strip_prefix('$').map(|name| name.strip_prefix("env:").unwrap_or(name));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_quotes_or_get_new_ones() {
        for (dialect, raw, expected) in [
            (Dialect::Posix, "$X", "c=$X"),
            (Dialect::Posix, "'a b'", "c='a b'"),
            (Dialect::Make, "$(X)", "c=$(X)"),
            (Dialect::PowerShell, "$x", "c=$x"),
            (Dialect::PowerShell, "$x.name", "\"c=$($x.name)\""),
            (Dialect::PowerShell, "\"a $x\"", "\"c=a $x\""),
            (Dialect::PowerShell, "'a b'", "'c=a b'"),
            (Dialect::PowerShell, "$($x.a)-b", "\"c=$($($x.a)-b)\""),
        ] {
            assert_eq!(dialect.prefixed("c=", raw).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn values_go_into_strings() {
        let within = |raw: &str| Dialect::Posix.within(raw);
        assert_eq!(within("\"$X\"").as_deref(), Some("$X"));
        assert_eq!(within("'a b'").as_deref(), Some("a b"));
        assert_eq!(within("${X}-1").as_deref(), Some("${X}-1"));
        assert_eq!(within("'$X'"), None);
        assert_eq!(within("\"a\"'b'"), None);
        assert_eq!(within("a\\ b"), None);
    }
}
