//! Values by their types: models with some of their parameters, lists, enums, numbers and strings, each written in one of the
//! ways in which people hand data on.

use bai2aml::sdk::{Field, Model, Type, batchai};

use super::program::Program;

/// How deep models nest before they come without what they can do without.
const DEEP: usize = 5;

/// Strings that a field of that name would hold; the first is the simplest.
fn strings(field: &str) -> &'static [&'static str] {
    match field {
        "id" => &[
            "DATA",
            "MODEL",
            "SCRIPTS",
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.BatchAI/workspaces/ws/clusters/nc6",
        ],
        "vm_size" => &["STANDARD_NC6", "Standard_D2_v2", "not a size"],
        "image" => &["tensorflow/tensorflow:1.8.0-gpu", "microsoft/2.5"],
        "azure_file_url" => &["https://acc.file.core.windows.net/share", "share"],
        "relative_mount_path" => &["afs", "bfs", "a/b", "with space"],
        "location" => &["eastus", "West Europe"],
        _ if field.contains("path") || field == "source_directory" || field == "directory" => &[
            "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
            "$AZ_BATCHAI_INPUT_SCRIPTS/train.py",
            "$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/data set",
            "/mnt/batch/x",
            "$AZ_BATCHAI_OUTPUT_MODEL",
            "train.py",
        ],
        _ if field.contains("command") => &[
            "--data $AZ_BATCHAI_INPUT_DATA --out $AZ_BATCHAI_OUTPUT_MODEL",
            "python train.py",
            "echo \"it's\" && mpirun -n 2 -hostfile $AZ_BATCHAI_MPI_HOST_FILE python $AZ_BATCHAI_JOB_MOUNT_ROOT/afs/t.py",
            "--x {0} --y %s ${HOME}",
            "--workers=$AZ_BATCHAI_WORKER_HOSTS --task=$AZ_BATCHAI_TASK_INDEX",
            "sed 's/\\t/ /'; ls | wc",
        ],
        _ => &["x", "it's", "a \"b\" c", "ünï", "back\\slash", "100%", "{x}", ""],
    }
}

impl Program<'_> {
    /// A value of a type, for a field or parameter of that name.
    pub fn value(&mut self, name: &str, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Model(model) => self.flow(model, depth),
            Type::Enum(class) => self.member(class),
            Type::List(of) => self.list(name, of, depth),
            Type::Dict(_) => self.w.choices.pick(&["{'owner': 'vision'}", "{}", "dict(a='b')", "tags"]).to_owned(),
            Type::Plain("int") => self.w.choices.pick(&["1", "node_count", "2 * 2", "int(argv[1])"]).to_owned(),
            Type::Plain("timedelta") => {
                self.w.choices.pick(&["datetime.timedelta(hours=1)", "datetime.timedelta(1, 2)", "limit"]).to_owned()
            }
            Type::Plain("bool") => "True".to_owned(),
            Type::Plain(_) => self.string(name),
        }
    }

    /// A string, known or not.
    pub fn string(&mut self, name: &str) -> String {
        let text = self.w.choices.pick(strings(name));
        let quoted = self.w.quote(text);
        match self.w.choices.below(16) {
            0..7 => quoted,
            7 => self.w.hoist("text", &quoted),
            8 => format!("{quoted} + name"),
            9 => format!("{quoted}.format(name)").replace("{}", "{0}"),
            10 if !text.contains('%') || text.contains("%s") => format!("{quoted} % name"),
            11 if !text.contains(['{', '\'', '"', '\\']) => format!("f'{text}{{name}}'"),
            12 => "name".to_owned(),
            13 => "os.environ['SOME']".to_owned(),
            14 => "cfg.value".to_owned(),
            15 => format!("({quoted} if fast else name)"),
            _ => quoted,
        }
    }

    fn member(&mut self, class: &str) -> String {
        let Some(members) = batchai().enumeration(class).map(|found| &found.members) else { return "name".to_owned() };
        let known: Vec<_> = members.iter().filter(|member| member.versions.contains(&self.version)).collect();
        if known.is_empty() {
            return "name".to_owned();
        }
        let member = known[self.w.choices.below(known.len())];
        match self.w.choices.below(5) {
            0..3 => {
                self.note(&format!("{class}.{}", member.name));
                format!("{}.{class}.{}", self.models, member.name)
            }
            3 => self.w.quote(member.value),
            _ => "name".to_owned(),
        }
    }

    /// A list, built in one of the usual ways.
    fn list(&mut self, name: &str, of: &Type, depth: usize) -> String {
        if matches!(of, Type::Model(model) if batchai().model(model).is_empty()) {
            return "[]".to_owned();
        }
        let (way, count) = (self.w.choices.below(9), self.w.choices.below(3));
        let count = if matches!(way, 3 | 4) { 0 } else { count };
        let items: Vec<String> = (0..count).map(|_| self.value(name, of, depth + 1)).collect();
        match way {
            1 => {
                let literal = self.w.bracket("[", &items, "]");
                self.w.hoist("items", &literal)
            }
            2 => {
                let list = self.w.hoist("items", "[]");
                items.iter().for_each(|item| self.w.line(&format!("{list}.append({item})")));
                list
            }
            3 => {
                let item = self.value(name, of, depth + 1);
                format!("[{item} for name in names]")
            }
            4 => {
                let list = self.w.hoist("items", "[]");
                self.w.line("for name in names:");
                self.inner(|program| {
                    let item = program.value(name, of, depth + 1);
                    program.w.line(&format!("{list}.append({item})"));
                });
                list
            }
            5 if !items.is_empty() => format!("[{}] + [{}]", items[0], items[1..].join(", ")),
            6 if !items.is_empty() => {
                let list = self.w.hoist("items", &format!("[{}]", items[0]));
                self.w.line(&format!("{list} += [{}]", items[1..].join(", ")));
                list
            }
            7 if !items.is_empty() => format!("[{}] if fast else []", items.join(", ")),
            _ => self.w.bracket("[", &items, "]"),
        }
    }

    /// The form of a model in the version of the program.
    pub fn form(&self, model: &str) -> Option<&'static Model> {
        batchai().model(model).iter().find(|form| form.versions.contains(&self.version))
    }

    /// The arguments of a model: what it insists on, and some of the others.
    pub fn arguments(&mut self, model: &str, depth: usize) -> Vec<(&'static str, String)> {
        let Some(form) = self.form(model) else { return Vec::new() };
        let toolkit = self.w.choices.below(12);
        let fields: Vec<&Field> = form.fields.iter().filter(|field| field.constructor).collect();
        let kits = fields.iter().filter(|field| field.name.ends_with("_settings")).count().max(1);
        let mut seen = 0;
        let mut arguments = Vec::new();
        for field in fields {
            // Of the toolkits a job has one, as a rule.
            let is_kit = model.starts_with("Job") && field.name.ends_with("_settings");
            seen += usize::from(is_kit);
            let chosen = is_kit && seen == toolkit % kits + 1;
            let taken = field.required && !self.w.choices.one_in(40);
            if taken || chosen || depth < DEEP && self.w.choices.one_in(if is_kit { 30 } else { 3 }) {
                arguments.push((field.name, self.value(field.name, &field.ty, depth + 1)));
            }
        }
        arguments
    }

    /// `models.Name(a=1, b=2)`, at times with positions where the version takes them.
    pub fn construct(&mut self, model: &str, depth: usize) -> String {
        let arguments = self.arguments(model, depth);
        self.call(model, &arguments)
    }

    /// The constructor with these arguments.
    pub fn call(&mut self, model: &str, arguments: &[(&'static str, String)]) -> String {
        let form = self.form(model);
        let first = form.and_then(|form| form.fields.first()).map(|field| field.name);
        let positional = form.is_some_and(|form| form.positional) && self.w.choices.one_in(2);
        self.note(model);
        let written = arguments.iter().enumerate().map(|(index, (name, value))| {
            if index == 0 && positional && Some(*name) == first { value.clone() } else { format!("{name}={value}") }
        });
        let written: Vec<String> = written.collect();
        arguments.iter().for_each(|(name, _)| self.note(&format!("{model}.{name}")));
        self.w.bracket(&format!("{}.{model}(", self.models), &written, ")")
    }
}
