//! The ways of a model from where it is built to where it is used: inline, through variables, functions, branches, dictionaries.

use super::program::Program;

impl Program<'_> {
    /// A model, built here or on the lines before.
    pub fn flow(&mut self, model: &str, depth: usize) -> String {
        if self.form(model).is_none() {
            return "value".to_owned();
        }
        match self.w.choices.below(if depth < 4 { 18 } else { 8 }) {
            0..6 => self.construct(model, depth),
            6 | 7 => {
                let value = self.construct(model, depth);
                self.w.hoist(base(model), &value)
            }
            8 => self.function(model, depth),
            9 => self.branches(model, depth),
            10 => {
                let [one, other] = [(); 2].map(|()| self.construct(model, depth));
                format!("({one} if fast else {other})")
            }
            11 => self.unpacked(model, depth),
            12 => self.set_later(model, depth),
            13 => self.plain(model, depth),
            14 => self.tried(model, depth),
            15 => {
                let value = self.construct(model, depth);
                let name = self.w.hoist("configs", &format!("{{'a': {value}}}"));
                format!("{name}['a']")
            }
            16 => format!("make_{}(name)", base(model)),
            _ => "None".to_owned(),
        }
    }

    fn function(&mut self, model: &str, depth: usize) -> String {
        let function = self.w.name("make");
        let head = self.w.choices.pick(&["def {}(name):", "def {}(name, fast=True):", "def {}(name, *rest, **more):"]);
        self.w.line(&head.replace("{}", &function));
        self.inner(|program| {
            let value = program.construct(model, depth);
            program.w.line(&format!("return {value}"));
        });
        format!("{function}(name)")
    }

    fn branches(&mut self, model: &str, depth: usize) -> String {
        let name = self.w.name(base(model));
        for head in ["if fast:", "else:"] {
            self.w.line(head);
            self.inner(|program| {
                let value = program.construct(model, depth);
                program.w.assign(&name, &value);
            });
        }
        name
    }

    /// A dictionary of arguments, and `**`.
    fn unpacked(&mut self, model: &str, depth: usize) -> String {
        let arguments = self.arguments(model, depth);
        let dictionary = self.dictionary(&arguments);
        let settings = self.w.hoist("settings", &dictionary);
        format!("{}.{model}(**{settings})", self.models)
    }

    fn dictionary(&mut self, arguments: &[(&'static str, String)]) -> String {
        if self.w.choices.one_in(3) {
            let items: Vec<String> = arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
            return self.w.bracket("dict(", &items, ")");
        }
        let items: Vec<String> =
            arguments.iter().map(|(name, value)| format!("{}: {value}", self.w.quote(name))).collect();
        self.w.bracket("{", &items, "}")
    }

    /// The last argument is set as an attribute.
    fn set_later(&mut self, model: &str, depth: usize) -> String {
        let mut arguments = self.arguments(model, depth);
        let last = arguments.pop();
        let value = self.call(model, &arguments);
        let name = self.w.hoist(base(model), &value);
        if let Some((field, value)) = last {
            self.w.line(&format!("{name}.{field} = {value}"));
        }
        name
    }

    /// A dictionary in place of the model, with some of it added later.
    fn plain(&mut self, model: &str, depth: usize) -> String {
        let mut arguments = self.arguments(model, depth);
        if !self.w.choices.one_in(3) {
            return self.dictionary(&arguments);
        }
        let last = arguments.pop();
        let dictionary = self.dictionary(&arguments);
        let name = self.w.hoist("settings", &dictionary);
        if let Some((field, value)) = last {
            self.w.line(&format!("{name}['{field}'] = {value}"));
        }
        name
    }

    fn tried(&mut self, model: &str, depth: usize) -> String {
        let name = self.w.name(base(model));
        self.w.line("try:");
        self.inner(|program| {
            let value = program.construct(model, depth);
            program.w.assign(&name, &value);
        });
        self.w.line("except Exception as error:");
        self.inner(|program| program.w.line("raise"));
        name
    }
}

/// What people call an object of a class.
fn base(model: &str) -> &'static str {
    match model {
        "ClusterCreateParameters" | "JobCreateParameters" => "parameters",
        "ScaleSettings" => "scale",
        "ResourceId" => "resource",
        _ => "value",
    }
}
