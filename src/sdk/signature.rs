//! Reads the notation in which the inventories write signatures: `a, b: Model=, *, c=, **`.
//!
//! `tools/inventory/signature.py` writes it. It is not a parser of Python: no defaults, no annotations, one line.

/// A parameter of a callable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its name, which is also its keyword.
    pub name: &'static str,
    /// Whether a call without it raises `TypeError`.
    pub required: bool,
    /// Whether it can be given by its position; otherwise by keyword alone.
    pub positional: bool,
}

/// What can be said in a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The parameters in order, without `self`; keywords that `**kwargs` is known to take come last.
    pub params: Vec<Param>,
    /// Types of parameters, as written, where the inventory has one.
    pub types: Vec<(&'static str, &'static str)>,
    /// Whether there is a `**kwargs`: an unknown keyword then raises nothing, and is mostly lost in silence.
    pub open: bool,
}

impl Signature {
    /// Reads the notation, without brackets around it.
    pub fn parse(text: &'static str) -> Signature {
        let mut signature = Signature::default();
        let mut positional = true;
        for word in text.split(", ").filter(|word| !word.is_empty()) {
            if word == "**" {
                signature.open = true;
            } else if word.starts_with('*') {
                positional = false;
            } else {
                signature.push(word, positional);
            }
        }
        signature
    }

    /// One parameter: `name`, `name=`, `name: Type` or `name: Type=`.
    fn push(&mut self, word: &'static str, positional: bool) {
        let bare = word.strip_suffix('=');
        let required = bare.is_none();
        let (name, ty) = match bare.unwrap_or(word).split_once(": ") {
            Some((name, ty)) => (name, Some(ty)),
            None => (bare.unwrap_or(word), None),
        };
        self.params.push(Param { name, required, positional });
        self.types.extend(ty.map(|ty| (name, ty)));
    }
}

/// Whether a parameter of that name exists; an open callable's unknown keywords do not count.
pub fn accepts(params: &[Param], keyword: &str) -> bool {
    params.iter().any(|param| param.name == keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_of_the_notation_is_read() {
        let signature = Signature::parse("a, b: [Model]=, *args, c, d=, **");
        let flags: Vec<_> = signature.params.iter().map(|p| (p.name, p.required, p.positional)).collect();
        assert_eq!(flags, [("a", true, true), ("b", false, true), ("c", true, false), ("d", false, false)]);
        assert_eq!(signature.types, [("b", "[Model]")]);
        assert!(signature.open);
    }

    #[test]
    fn no_parameters_is_an_empty_list() {
        assert_eq!(Signature::parse(""), Signature::default());
    }
}
