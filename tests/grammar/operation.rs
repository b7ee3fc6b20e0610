//! Operations of the clients: which exist in a version, how they are called, and what is done with what they give.

use bai2aml::sdk::{ApiKind, Operation, OperationKind, Type, batchai};

use super::program::Program;

/// An operation of a version.
struct Known {
    attribute: &'static str,
    class: &'static str,
    method: String,
    form: &'static Operation,
}

/// Every operation of a version, jobs and clusters first.
fn operations(version: &str) -> Vec<Known> {
    let api = batchai();
    let named = api.api().into_iter().filter(|symbol| symbol.kind == ApiKind::Operation);
    let known = named.filter_map(|symbol| {
        let (class, method) = symbol.name.rsplit_once('.')?;
        let form = api.operations(class, method).iter().find(|form| form.versions.contains(&version))?;
        let client = if version == "7.0.0" { "BatchAI" } else { "BatchAIManagementClient" };
        let (attribute, class) = *api.client(client)?.groups.iter().find(|(_, of)| *of == class)?;
        Some(Known { attribute, class, method: method.to_owned(), form })
    });
    let mut all: Vec<Known> = known.collect();
    all.sort_by_key(|known| !["create", "begin_create", "get"].contains(&known.method.as_str()));
    all
}

impl Program<'_> {
    /// A call of an operation, and what is done with it.
    pub fn operation(&mut self) {
        let all = operations(self.version);
        // Half of all calls are of the six that most programs are about.
        let count = if self.w.choices.one_in(2) { all.len() } else { 8.min(all.len()) };
        let known = &all[self.w.choices.below(count)];
        match self.w.choices.below(8) {
            4 => self.in_function(known),
            5 => {
                self.w.line("for name in names:");
                self.inner(|program| program.statement(known));
            }
            6 => {
                self.w.line("try:");
                self.inner(|program| program.statement(known));
                self.w.line("except (ValueError, Exception) as error:");
                self.inner(|program| program.w.line("print(error)"));
            }
            7 => {
                self.w.line("if fast:");
                self.inner(|program| program.statement(known));
                self.w.line("else:");
                self.inner(|program| program.statement(known));
            }
            _ => self.statement(known),
        }
    }

    fn in_function(&mut self, known: &Known) {
        let function = self.w.name("run");
        self.w.line(&format!("def {function}(client, name, **more):"));
        self.inner(|program| {
            if program.w.choices.one_in(2) {
                program.w.line("\"\"\"Says what it does.\"\"\"");
            }
            program.statement(known);
            let call = program.invoke(known);
            program.w.line(&format!("return {call}"));
        });
        self.w.line(&format!("{function}(client, name=name)"));
    }

    fn statement(&mut self, known: &Known) {
        let call = self.invoke(known);
        match known.form.kind {
            OperationKind::Pager => self.pages(&call, known),
            OperationKind::Plain => self.given(&call, known),
            OperationKind::Poller => self.polled(&call, known),
        }
    }

    fn polled(&mut self, call: &str, known: &Known) {
        match self.w.choices.below(6) {
            0 => self.w.line(&format!("{call}.result()")),
            1 => self.w.line(call),
            2 => self.w.line(&format!("{call}.wait()")),
            3 => {
                let poller = self.w.hoist("poller", call);
                self.given(&format!("{poller}.result()"), known);
            }
            4 => {
                let poller = self.w.hoist("poller", call);
                self.w.line(&format!("while not {poller}.done():"));
                self.inner(|program| program.w.line("time.sleep(5)"));
                self.w.line(&format!("print({poller}.status())"));
            }
            _ => self.given(&format!("{call}.result()"), known),
        }
    }

    /// What is done with an object.
    fn given(&mut self, value: &str, known: &Known) {
        let Some(Type::Model(model)) = &known.form.returns else { return self.w.line(value) };
        match self.w.choices.below(5) {
            0 => self.w.line(value),
            1 => {
                let read = self.read(value, model);
                self.w.line(&format!("print({read})"));
            }
            2 if known.method == "get" => self.watch(value, model),
            _ => {
                let name = self.w.hoist(known.attribute.trim_end_matches('s'), value);
                for _ in 0..self.w.choices.below(4) {
                    self.reading(&name, model);
                }
            }
        }
    }

    /// Asks again and again until something is reached.
    fn watch(&mut self, value: &str, model: &str) {
        self.w.line("while True:");
        self.inner(|program| {
            let name = program.w.hoist("now", value);
            let read = program.read(&name, model);
            program.w.line(&format!("if {read}:"));
            program.inner(|program| program.w.line("break"));
            program.w.line("time.sleep(10)");
        });
    }

    fn pages(&mut self, call: &str, known: &Known) {
        let Some(Type::Model(model)) = &known.form.returns else { return self.w.line(call) };
        match self.w.choices.below(5) {
            1 => {
                let read = self.read("item", model);
                self.w.line(&format!("print([{read} for item in {call}])"));
            }
            2 => {
                let name = self.w.hoist("found", &format!("list({call})"));
                self.reading(&format!("{name}[0]"), model);
            }
            3 => {
                let name = self.w.hoist("first", &format!("next({call})"));
                self.reading(&name, model);
            }
            4 => {
                let read = self.read("item", model);
                self.w.line(&format!("print(any({read} == name for item in {call}))"));
            }
            _ => {
                self.w.line(&format!("for item in {call}:"));
                self.inner(|program| program.reading("item", model));
            }
        }
    }

    fn reading(&mut self, value: &str, model: &str) {
        let read = self.read(value, model);
        match self.w.choices.below(5) {
            1 => drop(self.w.hoist("read", &read)),
            2 => {
                self.w.line(&format!("if {read} == 'x':"));
                self.inner(|program| program.w.line("pass"));
            }
            3 => self.w.line(&format!("print('{{}} {{!r}}'.format({read}, name))")),
            4 => self.w.line(&format!("assert {read}, \"%s\" % {read}")),
            _ => self.w.line(&format!("print({read})")),
        }
    }

    /// An attribute of an object, or an attribute of that.
    fn read(&mut self, value: &str, model: &str) -> String {
        let Some(form) = self.form(model) else { return format!("{value}.name") };
        let field = &form.fields[self.w.choices.below(form.fields.len())];
        let read = format!("{value}.{}", field.name);
        match &field.ty {
            Type::Model(inner) if !self.w.choices.one_in(3) => self.read(&read, inner),
            Type::List(of) => match (&**of, self.w.choices.below(3)) {
                (Type::Model(inner), 1) => self.read(&format!("{read}[0]"), inner),
                (Type::Model(inner), 2) => {
                    let inner = self.read("part", inner);
                    format!("[{inner} for part in {read}]")
                }
                _ => read,
            },
            Type::Enum(class) => {
                let other = self.value("", &Type::Enum(class), 9);
                format!("{read} == {other}")
            }
            _ => read,
        }
    }

    /// A call with arguments by position, by keyword, or both.
    fn invoke(&mut self, known: &Known) -> String {
        let required = known.form.params.iter().filter(|param| param.required).count();
        let by_position = required - self.w.choices.below(required + 1);
        let mut arguments = Vec::new();
        let mut is_gap = false;
        for (index, param) in known.form.params.iter().enumerate() {
            if !param.required && !self.w.choices.one_in(6) {
                is_gap = true;
                continue;
            }
            let value = self.argument(param.name, known);
            let is_keyword = index >= by_position || is_gap || !param.positional;
            arguments.push(if is_keyword { format!("{}={value}", param.name) } else { value });
            self.note(&format!("{}.{}.{}", known.class, known.method, param.name));
        }
        self.note(&format!("{}.{}", known.class, known.method));
        self.w.bracket(&format!("client.{}.{}(", known.attribute, known.method), &arguments, ")")
    }

    fn argument(&mut self, name: &str, known: &Known) -> String {
        if let Some(ty) = known.form.parameter_type(name) {
            return self.value(name, ty, 0);
        }
        match name {
            "custom_headers" => "{'x': 'y'}".to_owned(),
            "raw" | "polling" => self.w.choices.pick(&["True", "False"]).to_owned(),
            "polling_interval" => "30".to_owned(),
            "cls" => "lambda response, body, headers: body".to_owned(),
            "continuation_token" => "None".to_owned(),
            "tags" => "{'owner': 'vision'}".to_owned(),
            "resource_group_name" => self.w.choices.pick(&["cfg.group", "'rg'", "name"]).to_owned(),
            "workspace_name" => self.w.choices.pick(&["cfg.workspace", "'ws'", "name"]).to_owned(),
            _ => self.string(name),
        }
    }
}
