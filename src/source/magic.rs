//! Line magics of IPython that run Python: how much of such a line is not Python.

/// The magics, each with its options that take a value.
const PYTHON: [(&str, &str); 4] = [("time", ""), ("timeit", "nrp"), ("prun", "lsTD"), ("memit", "rti")];

/// The length of the magic with its options, if what follows on the line is Python: `%timeit -n 10 ` of
/// `%timeit -n 10 f(x)`.
pub fn python_after(line: &str) -> Option<usize> {
    let rest = line.strip_prefix('%')?;
    let name = rest.split(char::is_whitespace).next()?;
    let (_, valued) = PYTHON.iter().find(|(magic, _)| *magic == name)?;
    let mut code = rest[name.len()..].trim_start();
    while let Some(option) = code.strip_prefix('-') {
        let word = option.split(char::is_whitespace).next()?;
        code = option[word.len()..].trim_start();
        if word.len() == 1 && valued.contains(word) {
            code = code[code.split(char::is_whitespace).next()?.len()..].trim_start();
        }
    }
    (!code.is_empty()).then_some(line.len() - code.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> Option<&str> {
        python_after(line).map(|at| &line[at..])
    }

    #[test]
    fn what_follows_the_options_is_python() {
        assert_eq!(code("%time f(x)"), Some("f(x)"));
        assert_eq!(code("%timeit -n 10 -r3 -q f(x)  # slow"), Some("f(x)  # slow"));
        assert_eq!(code("%prun -l 5 -s cumulative f()"), Some("f()"));
    }

    #[test]
    fn other_magics_and_bare_ones_are_not() {
        for line in ["%time", "%timeit -n 10", "%matplotlib inline", "!time ls", "%timer f()", "time(x)"] {
            assert_eq!(code(line), None, "{line}");
        }
    }
}
