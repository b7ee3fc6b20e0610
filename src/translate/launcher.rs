//! A command line that starts `mpirun` by itself, taken apart: what comes before it, its options, and the program.
//!
//! It is read as far as a shell would surely read it so; anything else is [`Own::trouble`]. What becomes of it is said in
//! `own.rs` and `v1/`.

use super::arguments::{Word, split};
use super::command::node_list;
use crate::concept::{LauncherRole, launchers};
use crate::find::mentions_in;
use crate::resolve::{Part, Parts};
use crate::syntax::ExprId;
use crate::text::Span;

/// Stands for an expression in the known text of a command line.
const HOLE: char = '\u{fffc}';

/// A launcher that the user's command line starts.
#[derive(Debug, Default, Clone)]
pub(super) struct Own {
    /// Commands in front of it.
    pub before: Parts,
    /// The programs of those commands.
    pub first: Vec<String>,
    /// Commands in front of it that only printed what it was given, and are gone.
    pub printed: Vec<String>,
    /// What it starts.
    pub program: Parts,
    /// The processes of the job.
    pub processes: Option<Word>,
    /// The processes of each node.
    pub per_node: Option<Word>,
    /// Variables that it sets.
    pub variables: Vec<(String, Word)>,
    /// Variables that the command sets in its place.
    pub exported: Vec<String>,
    /// Variables that it passes on.
    pub passed: Vec<String>,
    /// Its options, as they are named: those that Azure ML gives itself, and those for which there is nothing.
    pub given: Vec<String>,
    pub lost: Vec<String>,
    /// Variables of Batch AI that only it reads.
    pub read: Vec<String>,
    /// Whether names were followed to get here.
    pub followed: bool,
    /// Why this is not the whole truth, and what to do first.
    pub trouble: Option<(String, String)>,
}

/// An expression in a command line that gives a text where a condition holds, and nothing otherwise.
pub(super) struct Choice {
    pub expression: ExprId,
    pub condition: ExprId,
    pub text: String,
}

impl Own {
    /// Takes a command line apart; `None` where no launcher stands in it as a command. `choices` are the expressions in it
    /// that give a text or nothing.
    pub fn read(parts: &Parts, choices: &[Choice]) -> Option<Own> {
        let text = parts.known();
        let commands = commands(&text);
        let starts = |command: &&Command| command.launcher(&text).is_some();
        let found: Vec<&Command> = commands.iter().filter(starts).collect();
        let at = found.first()?;
        let mut own = Own::default();
        if matches!(at.end, "(" | "`") {
            own.stop("the command line of its `mpirun` holds another command", "write out what that gives");
        }
        own.read_options(parts, &text, at, choices);
        own.read_before(parts, &text, commands.iter().take_while(|c| c.span.end < at.span.start));
        if found.len() > 1 {
            own.program = Parts::default();
            own.stop("it starts `mpirun` more than once", "make each of them a job of its own");
        }
        let rest = text[at.span.end..].trim();
        if !rest.is_empty() && rest != ";" {
            let todo = "move that into the program, or leave it out: the job keeps a log of each process";
            own.stop(&format!("its command line goes on behind `mpirun` with `{}`", shown(rest)), todo);
        }
        Some(own)
    }

    fn stop(&mut self, reason: &str, todo: &str) {
        self.trouble.get_or_insert((reason.to_owned(), todo.to_owned()));
    }

    /// The command line without the launcher.
    pub fn command(&self) -> Parts {
        let mut out = self.before.clone();
        self.program.0.iter().for_each(|p| out.push(p.clone()));
        out
    }

    /// The same with the variables set in the command itself.
    pub fn exporting(mut self) -> Own {
        for (name, value) in std::mem::take(&mut self.variables) {
            let quote = if value.known().contains('"') { "'" } else { "\"" };
            self.before.push_text(&format!("export {name}={quote}"));
            value.0.into_iter().for_each(|p| self.before.push(p));
            self.before.push_text(&format!("{quote}; "));
            self.exported.push(name);
        }
        self
    }

    /// Commands in front: each process runs them now, where one process did.
    fn read_before<'a>(&mut self, parts: &Parts, text: &str, commands: impl Iterator<Item = &'a Command>) {
        let options = std::mem::take(&mut self.before);
        for command in commands {
            let is_behind = matches!(command.end, ";" | "&&" | "\n");
            let first = command.span.of(text).split_whitespace().next().unwrap_or_default();
            if first.is_empty() {
                continue;
            }
            let words = words(text, command.span);
            let lists = launchers().printed(words.iter().map(|word| word.of(text)));
            if let Some(lists) = lists.filter(|_| is_behind) {
                self.printed.push(shown(command.span.of(text)));
                self.read.extend(lists.into_iter().map(str::to_owned));
                continue;
            }
            if !launchers().before.iter().any(|name| name == first) || !is_behind {
                let todo = "move what comes before `mpirun` into `job_preparation` or into the image";
                self.stop(&format!("in front of `mpirun` it runs `{first}`, which every process would run"), todo);
            }
            self.first.push(first.to_owned());
            let end = if command.end == "&&" { " && " } else { "; " };
            slice(parts, command.span).0.into_iter().for_each(|p| self.before.push(p));
            self.before.push_text(end);
        }
        options.0.into_iter().for_each(|p| self.before.push(p));
    }

    /// The options of the launcher, up to the program.
    fn read_options(&mut self, parts: &Parts, text: &str, command: &Command, choices: &[Choice]) {
        let mut words = words(text, command.span);
        let launcher = command.launcher(text).unwrap_or_default();
        for assigned in words.drain(..launcher) {
            self.set(parts, text, assigned);
        }
        words.remove(0);
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let name = word.of(text);
            if self.at_times(&slice(parts, word), choices) {
                continue;
            }
            if !name.starts_with('-') {
                let program = Span::new(word.start, command.span.end);
                self.start(slice(parts, program), name);
                return;
            }
            let Some(option) = launchers().option(name) else {
                return self.stop(
                    &format!("its `mpirun` has the option `{name}`, and what that does is not known"),
                    "take the option out",
                );
            };
            let wanted = if option.role == LauncherRole::Variable { 1 } else { option.values };
            let mut values: Vec<Span> = words.by_ref().take(wanted).collect();
            if option.values == 2 && values.len() == 1 && !values[0].of(text).contains('=') {
                values.extend(words.next());
            }
            self.option(parts, text, option.role, word, &values);
        }
        self.stop("what its `mpirun` starts cannot be seen", "write the program into the command line");
    }

    /// An option that is there under a condition: what it sets is set under the same one, in the command itself.
    fn at_times(&mut self, word: &Parts, choices: &[Choice]) -> bool {
        let [Part::Hole(id) | Part::Formatted(id)] = word.0.as_slice() else { return false };
        let Some(choice) = choices.iter().find(|choice| choice.expression == *id) else { return false };
        let mut line = Parts::default();
        line.push_text(&format!("{} {} true", launchers().programs[0], choice.text));
        let Some(own) = Own::read(&line, &[]).filter(Own::is_of_variables) else { return false };
        let own = own.exporting();
        self.before.push(Part::When(choice.condition, own.before.known()));
        self.exported.extend(own.exported);
        true
    }

    /// Whether all that its options do is to set variables.
    fn is_of_variables(&self) -> bool {
        let Own { processes: None, per_node: None, before: Parts(before), variables, trouble: None, .. } = self else {
            return false;
        };
        let others = [&self.passed, &self.given, &self.lost, &self.read, &self.exported];
        let is_plain = |value: &Word| !value.known().contains(['"', '\\', '`', '$']);
        before.is_empty()
            && variables.iter().all(|(_, value)| is_plain(value))
            && others.iter().all(|names| names.is_empty())
    }

    fn start(&mut self, program: Parts, first: &str) {
        self.program = program;
        let known = self.program.known();
        if first.starts_with(HOLE) {
            self.stop("what its `mpirun` starts is known only at run time", "write out how the program begins");
        }
        if known.split_whitespace().any(|word| word == ":") {
            self.program = Parts::default();
            self.stop("its `mpirun` starts several programs", "make one program of them, which looks at its rank");
        }
        if let Some(mention) = mentions_in(&known, 0).into_iter().find(|m| node_list(&m.variable)) {
            let todo = "let the program find the others by MPI";
            self.stop(&format!("its program is given `{}`, which is nowhere in Azure ML", mention.variable), todo);
        }
    }

    fn option(&mut self, parts: &Parts, text: &str, role: LauncherRole, name: Span, values: &[Span]) {
        let whole = Span::new(name.start, values.last().map_or(name.end, |v| v.end)).of(text);
        let value = values.first().map(|v| slice(parts, *v));
        match (role, value) {
            (LauncherRole::Processes, value) => self.processes = value,
            (LauncherRole::PerNode, value) => self.per_node = value,
            (LauncherRole::Placement, Some(value)) if placed(&value.known()).is_some() => {
                let mut count = Word::default();
                count.push_text(placed(&value.known()).unwrap_or_default());
                self.per_node = Some(count);
            }
            (LauncherRole::Variable, Some(_)) => self.variable(parts, text, values),
            (LauncherRole::Passed, value) => {
                let names = value.unwrap_or_default().known();
                self.passed.extend(names.split(',').filter(|n| !n.is_empty()).map(str::to_owned));
            }
            (LauncherRole::Parameter, Some(parameter)) if values.len() == 2 => {
                let name = format!("OMPI_MCA_{}", parameter.known());
                self.variables.push((name, unquoted(&slice(parts, values[1]))));
            }
            (LauncherRole::Directory, Some(directory)) => {
                self.before.push_text("cd ");
                directory.0.into_iter().for_each(|p| self.before.push(p));
                self.before.push_text(" && ");
            }
            (LauncherRole::Own, _) => self.given.push(name.of(text).to_owned()),
            _ => self.lost.push(shown(whole)),
        }
        if matches!(role, LauncherRole::Own | LauncherRole::Placement | LauncherRole::Lost) {
            self.read.extend(mentions_in(whole, 0).into_iter().map(|m| m.variable));
        }
    }

    /// `-x NAME`, `-x NAME=VALUE`, `-genv NAME VALUE`
    fn variable(&mut self, parts: &Parts, text: &str, values: &[Span]) {
        match values {
            [one] if one.of(text).contains('=') => self.set(parts, text, *one),
            [name] => self.passed.push(name.of(text).to_owned()),
            [name, value, ..] => {
                let value = slice(parts, *value);
                self.assign(name.of(text).to_owned(), value);
            }
            [] => {}
        }
    }

    /// `NAME=VALUE`
    fn set(&mut self, parts: &Parts, text: &str, assignment: Span) {
        let at = assignment.of(text).find('=').unwrap_or_default() + assignment.start;
        let name = text[assignment.start..at].trim_start_matches(['"', '\'']);
        let mut value = slice(parts, Span::new(at + 1, assignment.end));
        if name.len() < at - assignment.start {
            let mut quoted = Parts::default();
            quoted.push_text(&text[assignment.start..assignment.start + 1]);
            value.0.into_iter().for_each(|p| quoted.push(p));
            value = quoted;
        }
        self.assign(name.to_owned(), value);
    }

    /// A value that the shell works out is worked out at the start of the command; another is one of the job.
    fn assign(&mut self, name: String, value: Parts) {
        if value.known().contains(['$', '`']) {
            self.before.push_text(&format!("export {name}="));
            value.0.into_iter().for_each(|p| self.before.push(p));
            self.before.push_text("; ");
            self.exported.push(name);
        } else {
            self.variables.push((name, unquoted(&value)));
        }
    }
}

/// A command of a command line.
#[derive(Debug)]
struct Command {
    span: Span,
    /// The operator behind it.
    end: &'static str,
}

impl Command {
    /// Which of its words is a launcher: the first that is no assignment.
    fn launcher(&self, text: &str) -> Option<usize> {
        let words = words(text, self.span);
        let at = words.iter().position(|w| !is_assignment(w.of(text)))?;
        let name = words[at].of(text).rsplit('/').next().unwrap_or_default();
        launchers().programs.iter().any(|p| p == name).then_some(at)
    }
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// The commands of a command line, with what stands between them.
fn commands(text: &str) -> Vec<Command> {
    const OPERATORS: [&str; 11] = ["&&", "||", ";", "|", "&", "\n", ">", "<", "(", ")", "`"];
    let (mut out, mut start, mut at) = (Vec::new(), 0, 0);
    let mut quote = None;
    while let Some(c) = text[at..].chars().next() {
        let operator = OPERATORS.iter().find(|o| text[at..].starts_with(**o));
        match (c, quote) {
            ('\\', None | Some('"')) => at += text[at + 1..].chars().next().map_or(0, char::len_utf8),
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (_, None) if operator.is_some() => {
                let end = operator.copied().unwrap_or_default();
                // The number of a stream belongs to what is done with it.
                let before = text[start..at].trim_end_matches(|c: char| c.is_ascii_digit()).len() + start;
                let is_stream = matches!(end, ">" | "<") && text[..before].ends_with(' ');
                let until = if is_stream { before } else { at };
                out.push(Command { span: trimmed(text, Span::new(start, until)), end });
                start = at + end.len();
                at = start;
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    out.push(Command { span: trimmed(text, Span::new(start, text.len())), end: "" });
    out
}

fn trimmed(text: &str, span: Span) -> Span {
    let inner = span.of(text);
    let start = span.start + inner.len() - inner.trim_start().len();
    Span::new(start, start + inner.trim().len())
}

/// The words of a command where they stand.
fn words(text: &str, span: Span) -> Vec<Span> {
    let (mut out, mut quote, mut start) = (Vec::new(), None, None);
    let mut escaped = false;
    for (i, c) in span.of(text).char_indices() {
        let at = span.start + i;
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (c, quote) {
            ('\\', None | Some('"')) => escaped = true,
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => {
                out.extend(start.take().map(|s| Span::new(s, at)));
                continue;
            }
            _ => {}
        }
        start.get_or_insert(at);
    }
    out.extend(start.map(|s| Span::new(s, span.end)));
    // A line that is continued holds a backslash on its own.
    out.retain(|w| !w.of(text).trim_matches(['\\', '\n', ' ']).is_empty());
    out
}

/// The pieces of a stretch of the known text.
fn slice(parts: &Parts, span: Span) -> Parts {
    let mut out = Parts::default();
    let mut at = 0;
    for part in &parts.0 {
        let length = if let Part::Text(text) = part { text.len() } else { HOLE.len_utf8() };
        let (from, to) = (span.start.max(at), span.end.min(at + length));
        match part {
            _ if from >= to => {}
            Part::Text(text) => out.push_text(&text[from - at..to - at]),
            hole => out.push(hole.clone()),
        }
        at += length;
    }
    out
}

/// A word as the shell takes it.
fn unquoted(word: &Parts) -> Word {
    split(word).and_then(|words| words.into_iter().next()).unwrap_or_default()
}

/// The number in `ppr:4:node`.
fn placed(value: &str) -> Option<&str> {
    let count = value.strip_prefix("ppr:")?.strip_suffix(":node")?;
    count.chars().all(|c| c.is_ascii_digit()).then_some(count)
}

/// Text of a command line for a person.
pub(super) fn shown(text: &str) -> String {
    text.replace(HOLE, "…").replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Own> {
        let mut parts = Parts::default();
        parts.push_text(text);
        Own::read(&parts, &[])
    }

    fn trouble(text: &str) -> String {
        read(text).and_then(|own| own.trouble).map(|(reason, _)| reason).unwrap_or_default()
    }

    #[test]
    fn options_end_where_the_program_begins() {
        let own =
            read("mpirun -np 8 --hostfile $H -mca btl ^tcp -x A=1 -x B -bind-to none python -u t.py -n 3 ; ").unwrap();
        assert_eq!(own.trouble, None);
        assert_eq!(own.program.known(), "python -u t.py -n 3");
        assert_eq!(own.processes.map(|p| p.known()), Some("8".to_owned()));
        let variables: Vec<String> = own.variables.iter().map(|(n, v)| format!("{n}={}", v.known())).collect();
        assert_eq!(variables, ["OMPI_MCA_btl=^tcp", "A=1"]);
        assert_eq!(
            (own.passed, own.given, own.lost),
            (vec!["B".into()], vec!["--hostfile".into()], vec!["-bind-to none".into()])
        );
    }

    #[test]
    fn what_each_process_may_run_first_stays_in_front() {
        let own = read("source /opt/vars.sh; cd /x && A=1 mpiexec.hydra -n 4 -ppn 2 -env B=2 -genv C 3 -wdir /y ./a")
            .unwrap();
        assert_eq!(own.command().known(), "source /opt/vars.sh; cd /x && cd /y && ./a");
        let variables: Vec<String> = own.variables.iter().map(|(n, v)| format!("{n}={}", v.known())).collect();
        assert_eq!((own.trouble, variables), (None, vec!["A=1".into(), "B=2".into(), "C=3".into()]));
        assert_eq!(read("mpirun -x P=$HOME/a -x 'Q=a b' t").unwrap().command().known(), "export P=$HOME/a; t");
    }

    #[test]
    fn what_cannot_be_read_is_trouble() {
        assert_eq!(trouble("mpirun -n 2 a | tee b"), "its command line goes on behind `mpirun` with `| tee b`");
        assert_eq!(
            trouble("pip install x; mpirun -n 2 a"),
            "in front of `mpirun` it runs `pip`, which every process would run"
        );
        assert_eq!(trouble("mpirun -n 2 a && mpirun -n 3 b"), "it starts `mpirun` more than once");
        assert_eq!(trouble("mpirun -n 2 a : -n 3 b"), "its `mpirun` starts several programs");
        assert_eq!(trouble("mpirun --new 2 a"), "its `mpirun` has the option `--new`, and what that does is not known");
        assert_eq!(trouble("mpirun -n $(nproc) a"), "the command line of its `mpirun` holds another command");
        assert_eq!(trouble("mpirun -n 2 a 2>&1"), "its command line goes on behind `mpirun` with `2>&1`");
        assert_eq!(trouble("if [ -f x ]; then mpirun -n 2 a; fi"), "");
    }

    #[test]
    fn a_word_of_another_command_is_no_launcher() {
        for text in ["python mpirun.py", "echo mpirun -n 2 a", "bash -c 'mpirun -n 2 a'", "mpirun.sh -n 2 a"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
