//! Command lines: shell text in which the user's Python expressions stand.
//!
//! Where the text is plain, `${{inputs.ID}}` is written into it. Where it is built at run time the user's expression
//! stays, and the variables that it names are exported in front of it: `.format` and f-strings would eat the braces.

use super::path::store_name;
use super::{Above, Result, Stuck, Translator};
use crate::find::{Atom, Mention, Site, SiteId, SiteKind, mentions_in};
use crate::render::Markup;
use crate::report::Fate;
use crate::resolve::{Part, Parts};
use crate::sdk::Target;
use crate::syntax::{ExprId, ExprKind};
use crate::text::Span;

/// Columns of a piece of a long literal.
const CHUNK: usize = 76;

/// Whether a variable lists the nodes of a job.
pub(super) fn node_list(variable: &str) -> bool {
    crate::concept::launchers().is_list(variable)
}

/// A piece of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Shell text.
    Text(String),
    /// A Python expression that gives shell text.
    Code(Markup),
}

/// A command line, and what must come before it.
#[derive(Debug, Default)]
pub(super) struct Shell {
    pub pieces: Vec<Piece>,
    /// Variables that must be exported.
    pub exports: Vec<String>,
    /// Volumes of which a path below the mount root is used.
    pub mounts: Vec<Volume>,
    /// Fields of settings that it was made of.
    pub read: Vec<String>,
}

/// A volume that a job mounts whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Volume {
    /// The input for it.
    pub input: String,
    /// The directory at which Batch AI mounted it.
    pub name: String,
    /// The name of its datastore, which may be known only at run time.
    pub datastore: Parts,
    /// The folder of the datastore that it is, with a slash behind it.
    pub folder: String,
}

impl Shell {
    pub fn text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    pub fn export(&mut self, variable: &str) {
        if !self.exports.iter().any(|v| v == variable) {
            self.exports.push(variable.to_owned());
        }
    }

    /// Puts text in front.
    pub fn prepend(&mut self, text: &str) {
        let rest = std::mem::take(&mut self.pieces);
        self.text(text);
        for piece in rest {
            match piece {
                Piece::Text(text) => self.text(&text),
                code => self.pieces.push(code),
            }
        }
    }
}

/// What is said of a part of a command with such a variable.
pub(super) const SPOKEN: &str =
    "a variable in it is of a directory that the job has at times only, and is spoken of there";

impl Translator<'_> {
    /// Adds what a Python expression gives to a command line.
    pub(super) fn shell(&mut self, id: ExprId, shell: &mut Shell) -> Result<()> {
        let parts = self.p.resolved.string(self.p.ast, id, false);
        let own_mentions = !mentions_in(&parts.known(), 0).is_empty();
        let literal = matches!(self.p.ast.kind(id), ExprKind::Str { .. } | ExprKind::Binary { .. });
        if !literal && !own_mentions {
            return self.dynamic(id, false, shell);
        }
        let since = self.out.loose.len();
        self.shell_parts(&parts, shell)?;
        self.settle_own(id, since);
        Ok(())
    }

    /// Adds a string in pieces to a command line.
    pub(super) fn shell_parts(&mut self, parts: &Parts, shell: &mut Shell) -> Result<()> {
        let parts = self.mounted(parts, shell)?;
        for part in &parts.0 {
            match part {
                Part::Text(text) => self.plain(text, shell)?,
                Part::Hole(hole) => self.dynamic(*hole, false, shell)?,
                Part::Formatted(hole) => self.dynamic(*hole, true, shell)?,
                Part::Spec(hole, spec) => {
                    let text = self.by_spec(*hole, spec)?;
                    shell.pieces.push(Piece::Code(text));
                }
                Part::When(condition, text) => {
                    let text = self.at_times(*condition, text)?;
                    shell.pieces.push(Piece::Code(text));
                }
            }
        }
        Ok(())
    }

    /// Shell text: variables of inputs and outputs are written as Azure ML names them, others are exported.
    fn plain(&mut self, text: &str, shell: &mut Shell) -> Result<()> {
        let mut at = 0;
        for Mention { variable, span } in mentions_in(text, 0) {
            shell.text(&text[at..span.start]);
            at = span.end;
            let mention = Mention { variable, span };
            // `${NAME:-x}` and the name without a dollar mean a variable, not its text.
            match mention.id().filter(|_| mention.span.of(text).starts_with('$')) {
                Some((kind, id)) => {
                    let name = self.directory_text(kind, id);
                    let open = text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
                    let bare = name.strip_prefix('$').filter(|n| open && !n.starts_with('{'));
                    shell.text(&bare.map_or(name.clone(), |bare| format!("${{{bare}}}")));
                }
                None => {
                    shell.text(span.of(text));
                    shell.export(&mention.variable);
                }
            }
        }
        shell.text(&text[at..]);
        Ok(())
    }

    /// How a command line names an input or output directory.
    pub(super) fn directory_text(&self, kind: &str, id: &str) -> String {
        match (self.p.target, kind) {
            (Target::V2, _) => format!("${{{{{}s.{id}}}}}", kind.to_lowercase()),
            (Target::V1, "INPUT") => format!("$AZUREML_DATAREFERENCE_{id}"),
            // A run finds a mounted output by the variable with its name.
            (Target::V1, _) => format!("${id}"),
        }
    }

    /// Exports the variables in the strings that an expression is built from.
    pub(super) fn exported(&mut self, id: ExprId, shell: &mut Shell) -> Result<()> {
        for string in self.p.resolved.strings_given(self.p.ast, id) {
            for site in self.p.sites.mentions(string).to_vec() {
                let SiteKind::Mention(mention) = &self.site(site).kind else { continue };
                if !mention.is_named() {
                    return Err(Stuck::new(
                        "a text in its command line has the old mount root written out, which is nowhere in Azure ML",
                        "write `$AZ_BATCHAI_MOUNT_ROOT` for it and convert again",
                    ));
                }
                if mention.variable.ends_with("MOUNT_ROOT") {
                    let whole = self.p.resolved.string(self.p.ast, id, true);
                    let is_seen = mentions_in(&whole.known(), 0).iter().any(|seen| seen.variable == mention.variable);
                    let whole = if is_seen { whole } else { self.template_text(string)? };
                    self.mounted(&whole, shell)?;
                    // The link to a volume is made by the name that it has.
                    if shell.mounts.iter().any(|volume| volume.datastore.text().is_none()) {
                        return Err(unnamed_volume());
                    }
                }
                // An export of a directory that the job may not have would fail: it is named where it is spoken of.
                if self.p.target == Target::V2 && self.is_at_times(mention, id) {
                    self.out.loose.push(site);
                    continue;
                }
                shell.export(&mention.variable);
                self.settle_mention(site, "it is exported at the start of the command");
            }
        }
        Ok(())
    }

    /// A Python expression that stays, with the variables in it exported.
    fn dynamic(&mut self, id: ExprId, convert: bool, shell: &mut Shell) -> Result<()> {
        self.exported(id, shell)?;
        let text = self.text(id)?;
        let loose = matches!(
            self.p.ast.kind(id),
            ExprKind::IfExp { .. } | ExprKind::BoolOp(_) | ExprKind::Compare(_) | ExprKind::Lambda { .. }
        ) || matches!(self.p.ast.kind(id), ExprKind::Binary { op, .. } if *op != "+");
        let text = match (convert, loose) {
            (true, _) => Markup::list("str(", &[text], ")"),
            (false, true) => Markup(format!("({})", text.0)),
            (false, false) => text,
        };
        shell.pieces.push(Piece::Code(text));
        Ok(())
    }

    /// The text of a template that is filled in a way which cannot be seen through, if it names volumes itself.
    fn template_text(&self, template: ExprId) -> Result<Parts> {
        let text = self.p.ast.str_value(template).ok_or_else(unnamed_volume)?;
        let is_named = |root: &Mention| {
            let path = text[root.span.end..].strip_prefix('/').unwrap_or_default();
            let end = path.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(path.len());
            end > 0 && !path[end..].starts_with(['{', '%'])
        };
        let roots = mentions_in(text, 0).into_iter().filter(|mention| mention.variable.ends_with("MOUNT_ROOT"));
        let mut whole = Parts::default();
        whole.push_text(text);
        roots.into_iter().all(|root| is_named(&root)).then_some(whole).ok_or_else(unnamed_volume)
    }

    /// Whether a variable in a command is not exported, but left for what is said where it stands.
    pub(super) fn is_spoken_of(&self, value: ExprId) -> bool {
        let strings = self.p.resolved.strings_in(self.p.ast, value);
        let mut mentions = strings.into_iter().flat_map(|string| self.p.sites.mentions(string));
        mentions.any(|site| self.out.loose.contains(site) && self.ledger.get(Atom { site: *site, arg: None }).is_none())
    }

    /// Whether a job has the directory of a variable under a condition only, for all that can be seen.
    fn is_at_times(&self, mention: &Mention, command: ExprId) -> bool {
        let Some((_, id)) = mention.id() else { return false };
        let is_of_it = |site: &Site| {
            let is_directory = matches!(site.symbol.as_str(), "InputDirectory" | "OutputDirectory");
            is_directory && site.arg("id").and_then(|given| self.literal(given)).as_deref() == Some(id)
        };
        let here = self.p.ast.span(command);
        let mut made = self.p.sites.iter().map(|(_, site)| site).filter(|site| is_of_it(site)).peekable();
        made.peek().is_some() && made.all(|site| self.is_conditional(site.span, here))
    }

    /// Whether something stands in a branch that another place is not in.
    fn is_conditional(&self, part: Span, other: Span) -> bool {
        let above = self.places.conditions.partition_point(|span| span.start <= part.start);
        self.places.conditions[..above].iter().any(|span| span.contains(part) && !span.contains(other))
    }

    /// Replaces `$AZ_BATCHAI_JOB_MOUNT_ROOT/<mount>` by the input that mounts the whole volume.
    fn mounted(&mut self, parts: &Parts, shell: &mut Shell) -> Result<Parts> {
        let mut out = Parts::default();
        let mut pieces = parts.0.iter().cloned().collect::<std::collections::VecDeque<_>>();
        while let Some(piece) = pieces.pop_front() {
            let Part::Text(text) = &piece else {
                out.push(piece);
                continue;
            };
            let root = mentions_in(text, 0).into_iter().find(|m| m.variable.ends_with("MOUNT_ROOT"));
            let Some(root) = root else {
                out.push(piece);
                continue;
            };
            out.push_text(&text[..root.span.start]);
            let rest = text[root.span.end..].strip_prefix('/').map(str::to_owned).ok_or_else(whole_root)?;
            let (mut volume, rest) = self.volume(rest, &mut pieces)?;
            let input = store_name(&volume.input);
            volume.name = std::mem::replace(&mut volume.input, input);
            volume.datastore = self.store_parts(&volume.datastore);
            volume.folder = self.check_mount(&volume.datastore)?;
            out.push_text(&format!("$AZ_BATCHAI_INPUT_{}", self.mount(volume, shell)));
            pieces.push_front(Part::Text(rest));
        }
        Ok(out)
    }

    /// Adds a volume, once by the text of its name, and gives its input.
    fn mount(&self, mut volume: Volume, shell: &mut Shell) -> String {
        let piece = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Hole(id) | Part::Formatted(id) => format!("{{{}}}", self.text_of(*id)),
            Part::Spec(id, spec) => format!("{{{}:{spec}}}", self.text_of(*id)),
            Part::When(id, text) => format!("{{{}?{text}}}", self.text_of(*id)),
        };
        let name = |volume: &Volume| volume.datastore.0.iter().map(piece).collect::<String>();
        if let Some(known) = shell.mounts.iter().find(|known| name(known) == name(&volume)) {
            return known.input.clone();
        }
        while shell.mounts.iter().any(|known| known.input == volume.input) {
            volume.input.push('_');
        }
        shell.mounts.push(volume.clone());
        volume.input
    }

    /// The volume at the start of a path, and the rest of the text piece that its name ends in. One that is known only
    /// at run time becomes an input that is called like the variable with its name.
    fn volume(&mut self, text: String, pieces: &mut std::collections::VecDeque<Part>) -> Result<(Volume, String)> {
        let mut volume = Volume::default();
        let mut text = text;
        loop {
            let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
            let name = &text[..end.unwrap_or(text.len())];
            volume.input.push_str(name);
            volume.datastore.push_text(name);
            if let Some(end) = end {
                return Ok((volume, text[end..].to_owned()));
            }
            match pieces.pop_front() {
                None => return Ok((volume, String::new())),
                Some(Part::Text(next)) => text = next,
                Some(Part::Spec(..) | Part::When(..)) => return Err(unnamed_volume()),
                Some(hole @ (Part::Hole(id) | Part::Formatted(id))) => {
                    match (self.literal(id), self.p.ast.kind(id)) {
                        (Some(known), _) => {
                            volume.input.push_str(&known);
                            volume.datastore.push_text(&known);
                        }
                        (None, ExprKind::Name(name) | ExprKind::Attribute { attr: name, .. }) => {
                            volume.input.push_str(name);
                            volume.datastore.push(hole);
                        }
                        _ => return Err(unnamed_volume()),
                    }
                    text = String::new();
                }
            }
        }
    }

    /// Settles the mentions in the literals of an expression itself, but for those that are spoken of where they stand: what
    /// was written for the expression has left them loose since.
    pub(super) fn settle_own(&mut self, id: ExprId, since: usize) {
        let ast = self.p.ast;
        let mut strings = Vec::new();
        ast.descend(id, &mut |e| strings.push(e));
        for string in strings {
            for site in self.p.sites.mentions(string) {
                if !self.out.loose[since..].contains(site) {
                    self.settle_mention(*site, "");
                }
            }
        }
    }

    fn settle_mention(&mut self, site: SiteId, how: &str) {
        if self.ledger.get(Atom { site, arg: None }).is_some() {
            return;
        }
        let row = self.site(site).row().map(|r| r.mapping(self.p.target, self.p.form));
        let Some(mapping) = row else {
            self.settle(site, None, Fate::Manual, "no such variable is known", "set it yourself, or remove its use");
            return;
        };
        if mapping.fate == Fate::Manual {
            let code = self.code(self.site(site)).unwrap_or_default();
            let stmt = self.site(site).stmt;
            let (reason, todo) = (mapping.note.clone(), mapping.todo.clone());
            self.above(stmt, Above::Comment { code, reason, todo, original: None });
        }
        let note = if how.is_empty() || mapping.note.is_empty() {
            format!("{how}{}", mapping.note)
        } else {
            format!("{how}; {}", mapping.note)
        };
        self.settle(site, None, mapping.fate, &note, &mapping.todo);
    }

    /// A command line as a Python expression.
    pub(super) fn written(&self, shell: &Shell) -> Markup {
        let flat: Vec<String> = shell.pieces.iter().map(|p| self.piece(p).flat()).collect();
        let one_line = flat.join(" + ");
        if one_line.chars().count() <= CHUNK && !one_line.contains('\n') {
            let pieces: Vec<String> = shell.pieces.iter().map(|p| self.piece(p).0).collect();
            return Markup(pieces.join(" + "));
        }
        let mut lines: Vec<Markup> = Vec::new();
        for piece in &shell.pieces {
            let plus = if lines.is_empty() { "" } else { "+ " };
            match piece {
                Piece::Code(code) => lines.push(Markup(format!("{plus}{}", code.0))),
                Piece::Text(text) => {
                    for (index, chunk) in chunks(text).into_iter().enumerate() {
                        let plus = if index == 0 { plus } else { "" };
                        lines.push(Markup(format!("{plus}{}", self.string(&chunk).0)));
                    }
                }
            }
        }
        Markup::lines("(", &lines, ")")
    }

    fn piece(&self, piece: &Piece) -> Markup {
        match piece {
            Piece::Text(text) => self.string(text),
            Piece::Code(code) => code.clone(),
        }
    }
}

fn unnamed_volume() -> Stuck {
    Stuck::new(
        "a volume in its command line is known only at run time",
        "add an input for the volume and write `${{inputs.<name>}}` for its path",
    )
}

fn whole_root() -> Stuck {
    Stuck::new(
        "its command line uses the mount root itself, and Azure ML has none",
        "name the volume, so that it can become an input",
    )
}

/// Breaks text at spaces, each piece with the space that follows it.
fn chunks(text: &str) -> Vec<String> {
    let (mut out, mut line) = (Vec::new(), String::new());
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && line.chars().count() + word.chars().count() > CHUNK {
            out.push(std::mem::take(&mut line));
        }
        line.push_str(word);
        if word.trim_end().ends_with(';') && line.chars().count() > CHUNK / 2 {
            out.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    out
}
