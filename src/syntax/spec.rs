//! How values are turned into text: what `%` writes, in the words of `format`.

use super::Arg;

/// `.4f` of `%.4f`, `03d` of `%03d`, `` of `%s`, and how many bytes of `template`, which begins behind the `%`, it takes. `None`
/// for what `format` cannot say, or does not say of every value.
pub fn percent_spec(template: &str) -> Option<(String, usize)> {
    let end = template.find(|c: char| c.is_ascii_alphabetic())?;
    let (flags, kind) = (&template[..end], &template[end..=end]);
    if flags.is_empty() && matches!(kind, "s" | "d" | "i") {
        return Some((String::new(), end + 1));
    }
    let is_plain = flags.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+'));
    let kind = if kind == "i" { "d" } else { kind };
    let is_number = matches!(kind, "d" | "f" | "F" | "e" | "E" | "g" | "G" | "x" | "X");
    // `%.3d` is a number of digits, which `format` has no word for.
    let is_digits = kind == "d" && flags.contains('.');
    (is_plain && is_number && !is_digits).then(|| (format!("{flags}{kind}"), end + 1))
}

/// The argument that a field of a template for `format` takes: by its number, its name, or in its turn.
pub fn format_argument<'a>(args: &'a [Arg], field: &str, turn: &mut usize) -> Option<&'a Arg> {
    let mut positional = args.iter().filter(|arg| arg.name.is_none() && arg.stars == 0);
    match field.parse::<usize>() {
        Ok(index) => positional.nth(index),
        Err(_) if field.is_empty() => {
            *turn += 1;
            positional.nth(*turn - 1)
        }
        Err(_) => args.iter().find(|arg| arg.name.as_ref().is_some_and(|(name, _)| name == field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_percent_writes_is_said_as_format_says_it() {
        let spec = |template: &str| percent_spec(template).map(|(spec, _)| spec);
        assert_eq!(spec("s/x").as_deref(), Some(""));
        assert_eq!(spec("03d.txt").as_deref(), Some("03d"));
        assert_eq!(spec("i").as_deref(), Some(""));
        assert_eq!(spec(".4f --b").as_deref(), Some(".4f"));
        assert_eq!(spec("+8.3e").as_deref(), Some("+8.3e"));
        for other in ["r", "-5d", "5s", ".3d", "#x", "*d", "", "%"] {
            assert_eq!(spec(other), None, "{other}");
        }
    }
}
