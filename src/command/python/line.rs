//! A string as a text for a shell, and changes of that text back in the string: in its literals, and among the
//! expressions that it is put together of.

use super::hole::{self, Token};
use super::literal::{Kind, Literal, Value};
use super::words::{needs_shell, single_braces};
use super::{Carried, args};
use crate::render::python_string;
use crate::syntax::{Ast, ExprId, ExprKind};
use crate::text::{Edit, Span};
use crate::translate::Stuck;

/// A string that is put together.
pub(super) struct Line<'a> {
    text: &'a str,
    ast: &'a Ast,
    pieces: Vec<Piece>,
    literals: Vec<Literal>,
    /// What goes with the text of a literal that is an operand of `+`, if all of it goes: by number, the text.
    gaps: Vec<(usize, Span, Span)>,
    /// Each hole as a person reads it, and how it is written in a literal.
    holes: Vec<String>,
    fields: Vec<Field>,
    /// What `.format(…)` or `% (…)` puts in by place, in order.
    args: Vec<Span>,
    is_shell: bool,
}

/// A part of the text for the shell, and where it stands in the source.
struct Piece {
    shell: Span,
    place: Span,
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Text of the literal with this number.
    Text(usize),
    /// A field in a literal.
    Field(usize),
    /// An operand of `+`, with what goes when it goes.
    Operand(Span),
}

/// How a hole is written in a literal.
enum Field {
    /// `{x}` of an f-string, `{name}` of a template: as it stands.
    Named(String),
    /// `{}` or `%s`: it takes the argument with this place.
    Next(String, usize),
    /// An operand of `+`.
    Operand(String),
}

impl<'a> Line<'a> {
    /// The text for a shell, behind a margin, and the way back; none for a string that cannot be carried over.
    pub fn new(text: &'a str, ast: &'a Ast, id: ExprId, margin: &str, is_shell: bool) -> Option<(String, Self)> {
        let mut line = Line {
            text,
            ast,
            pieces: Vec::new(),
            literals: Vec::new(),
            gaps: Vec::new(),
            holes: Vec::new(),
            fields: Vec::new(),
            args: Vec::new(),
            is_shell,
        };
        let mut out = margin.to_owned();
        line.expression(id, &mut out)?;
        Some((out, line))
    }

    fn expression(&mut self, id: ExprId, out: &mut String) -> Option<()> {
        match self.ast.kind(id) {
            ExprKind::Str { .. } | ExprKind::FString(_) => self.string(id, Kind::Plain, out),
            ExprKind::Binary { op: "%", left, right } => {
                self.args = match self.ast.kind(*right) {
                    ExprKind::Tuple(items) => items.iter().map(|item| self.ast.span(*item)).collect(),
                    _ => vec![self.ast.span(*right)],
                };
                self.template(*left, Kind::Percent, out)
            }
            ExprKind::Call { func, args, .. } => {
                let ExprKind::Attribute { value, .. } = self.ast.kind(*func) else { return None };
                if args.iter().any(|arg| arg.stars > 0) {
                    return None;
                }
                self.args = args.iter().filter(|arg| arg.name.is_none()).map(|arg| arg.span).collect();
                self.template(*value, Kind::Format, out)
            }
            ExprKind::Binary { op: "+", .. } => self.sum(id, out),
            _ => None,
        }
    }

    fn template(&mut self, id: ExprId, kind: Kind, out: &mut String) -> Option<()> {
        matches!(self.ast.kind(id), ExprKind::Str { .. }).then(|| self.string(id, kind, out))?
    }

    /// `a + 'b' + c`
    fn sum(&mut self, id: ExprId, out: &mut String) -> Option<()> {
        let mut operands = Vec::new();
        self.operands(id, &mut operands);
        let spans: Vec<Span> = operands.iter().map(|operand| self.ast.span(*operand)).collect();
        if !spans.windows(2).all(|two| self.is_between(Span::new(two[0].end, two[1].start))) {
            return None;
        }
        for (index, operand) in operands.iter().enumerate() {
            let span = spans[index];
            if matches!(self.ast.kind(*operand), ExprKind::Str { .. } | ExprKind::FString(_)) {
                let (number, begin) = (self.literals.len(), self.pieces.len());
                self.string(*operand, Kind::Plain, out)?;
                if let (Some(next), true) = (spans.get(index + 1), self.literals.len() == number + 1) {
                    let inside =
                        Span::new(self.pieces[begin].place.start, self.pieces[self.pieces.len() - 1].place.end);
                    self.gaps.push((number, inside, Span::new(span.start, next.start)));
                }
                continue;
            }
            let gap = match spans.get(index + 1) {
                Some(next) => Span::new(span.start, next.start),
                None => Span::new(spans[index - 1].end, span.end),
            };
            let start = out.len();
            out.push_str(&hole::written(self.holes.len()));
            self.pieces.push(Piece { shell: Span::new(start, out.len()), place: span, part: Part::Operand(gap) });
            self.holes.push(span.of(self.text).to_owned());
            self.fields.push(Field::Operand(span.of(self.text).to_owned()));
        }
        Some(())
    }

    /// Whether nothing but `+`, line ends and comments stand there.
    fn is_between(&self, gap: Span) -> bool {
        let inside = |at: usize| self.ast.comments.iter().any(|comment| comment.start <= at && at < comment.end);
        let mut all = gap.of(self.text).char_indices();
        all.all(|(at, c)| c == '+' || c == '\\' || c.is_whitespace() || inside(gap.start + at))
    }

    fn operands(&self, id: ExprId, out: &mut Vec<ExprId>) {
        match self.ast.kind(id) {
            ExprKind::Binary { op: "+", left, right } => {
                self.operands(*left, out);
                self.operands(*right, out);
            }
            _ => out.push(id),
        }
    }

    /// The literals of a string, one after the other.
    fn string(&mut self, id: ExprId, kind: Kind, out: &mut String) -> Option<()> {
        let whole = self.ast.span(id);
        let mut at = whole.start;
        while at < whole.end {
            let rest = &self.text[at..whole.end];
            let blank = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\\').len();
            if blank > 0 {
                at += blank;
                continue;
            }
            if rest.starts_with('#') {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let (literal, bits, end) = Literal::read(self.text, at, whole.end, kind)?;
            let number = self.literals.len();
            self.literals.push(literal);
            // An empty literal can take text as well.
            let inside = bits.first().map_or(end - if literal.is_triple { 3 } else { 1 }, |bit| bit.span.start);
            self.piece(out, "", Span::new(inside, inside), Part::Text(number));
            for bit in bits {
                match bit.value {
                    Value::Text(text) => self.piece(out, &text, bit.span, Part::Text(number)),
                    Value::Field(name) => self.field(literal.kind, &name, bit.span, number, out)?,
                }
            }
            at = end;
        }
        Some(())
    }

    fn piece(&mut self, out: &mut String, text: &str, place: Span, part: Part) {
        let start = out.len();
        out.push_str(text);
        let shell = Span::new(start, out.len());
        let is_same = text == place.of(self.text);
        match self.pieces.last_mut() {
            // Letters that stand for themselves are one piece.
            Some(last)
                if is_same
                    && last.part == part
                    && last.place.end == place.start
                    && last.shell.of(out) == last.place.of(self.text) =>
            {
                (last.shell.end, last.place.end) = (shell.end, place.end);
            }
            _ => self.pieces.push(Piece { shell, place, part }),
        }
    }

    fn field(&mut self, kind: Kind, name: &str, place: Span, number: usize, out: &mut String) -> Option<()> {
        let raw = place.of(self.text).to_owned();
        let before = self.fields.iter().filter(|field| matches!(field, Field::Next(..))).count();
        let by_place = name.is_empty();
        let (shown, field) = if by_place {
            (self.args.get(before)?.of(self.text).to_owned(), Field::Next(raw, before))
        } else {
            let numbered = name.parse::<usize>().ok().filter(|_| kind == Kind::Format);
            let shown = numbered.and_then(|at| self.args.get(at)).map_or(name, |arg| arg.of(self.text));
            (shown.to_owned(), Field::Named(raw))
        };
        self.piece(out, &hole::written(self.holes.len()), place, Part::Field(number));
        self.holes.push(shown);
        self.fields.push(field);
        Some(())
    }

    /// One edit in the pieces that it touches.
    fn edit(&self, shell: &str, edit: &Edit, back: &mut Vec<Edit>) -> Result<(), Stuck> {
        let old = hole::tokens(edit.span.of(shell));
        let kept = common(&hole::numbers(edit.span.of(shell)), &hole::numbers(&edit.text));
        let (mut from, mut begin) = (edit.span.start, 0);
        let mut new = hole::tokens(&edit.text).into_iter();
        let mut was = old.iter();
        for number in kept {
            let is_it = |token: &Token<'_>| *token == Token::Hole(number);
            let (Some((old_at, _)), Some((new_at, _))) =
                (was.find(|(_, token)| is_it(token)), new.find(|(_, token)| is_it(token)))
            else {
                continue;
            };
            let length = hole::written(number).len();
            self.segment(shell, Span::new(from, edit.span.start + old_at), &edit.text[begin..new_at], back)?;
            (from, begin) = (edit.span.start + old_at + length, new_at + length);
        }
        self.segment(shell, Span::new(from, edit.span.end), &edit.text[begin..], back)
    }

    /// Text without kept holes is replaced: the first literal in it gets the new, the others lose theirs.
    fn segment(&self, shell: &str, part: Span, new: &str, back: &mut Vec<Edit>) -> Result<(), Stuck> {
        let (part, new) = trimmed(shell, part, new);
        if part.of(shell) == new {
            return Ok(());
        }
        let mut target: Option<(usize, Span)> = None;
        for piece in self.pieces.iter().filter(|piece| piece.shell.overlaps(part)) {
            match piece.part {
                Part::Text(number) => {
                    let is_exact = piece.shell.of(shell) == piece.place.of(self.text);
                    let (start, end) = (part.start.max(piece.shell.start), part.end.min(piece.shell.end));
                    let shift = |at: usize| piece.place.start + at - piece.shell.start;
                    let span = if is_exact { Span::new(shift(start), shift(end)) } else { piece.place };
                    if !is_exact && (start, end) != (piece.shell.start, piece.shell.end) {
                        return Err(odd());
                    }
                    if target.is_some() {
                        back.push(Edit { span, text: String::new() });
                    } else {
                        target = Some((number, span));
                    }
                }
                Part::Field(_) => back.push(Edit { span: piece.place, text: String::new() }),
                Part::Operand(gap) if self.ast.comments.iter().any(|comment| gap.contains(*comment)) => {
                    return Err(odd());
                }
                Part::Operand(gap) => back.push(Edit { span: gap, text: String::new() }),
            }
        }
        if target.is_none() && new.is_empty() {
            return Ok(());
        }
        let gap =
            target.and_then(|(number, span)| self.gaps.iter().find(|(at, inside, _)| *at == number && *inside == span));
        if let (Some((_, _, gap)), true) = (gap, new.is_empty())
            && !self.ast.comments.iter().any(|comment| gap.contains(*comment))
        {
            back.push(Edit { span: *gap, text: String::new() });
            return Ok(());
        }
        let Some((number, span)) = target.or_else(|| self.beside(part.start)) else {
            back.push(self.behind(part.start, new)?);
            return Ok(());
        };
        let literal = &self.literals[number];
        let text = literal.written(new, |hole| self.written(literal, hole)).ok_or_else(odd)?;
        back.push(Edit { span, text });
        Ok(())
    }

    /// A place in a literal where text can be put in: behind what ends there, or before what begins there.
    fn beside(&self, at: usize) -> Option<(usize, Span)> {
        let ends = self.pieces.iter().rev().filter(|piece| piece.shell.end == at);
        let begins = self.pieces.iter().filter(|piece| piece.shell.start == at);
        let end = ends.map(|piece| (piece.part, piece.place.end));
        let all = end.chain(begins.map(|piece| (piece.part, piece.place.start)));
        all.filter_map(|(part, at)| match part {
            Part::Text(number) | Part::Field(number) => Some((number, Span::new(at, at))),
            Part::Operand(_) => None,
        })
        .next()
    }

    /// Text behind the last operand of a sum.
    fn behind(&self, at: usize, new: &str) -> Result<Edit, Stuck> {
        let last = self.pieces.last().filter(|piece| piece.shell.end == at && hole::numbers(new).is_empty());
        let at = last.ok_or_else(odd)?.place.end;
        Ok(Edit { span: Span::new(at, at), text: format!(" + {}", python_string(&single_braces(new), '\'')) })
    }

    /// A hole within a literal.
    fn written(&self, literal: &Literal, hole: usize) -> Option<String> {
        match self.fields.get(hole)? {
            Field::Named(raw) | Field::Next(raw, _) => Some(raw.clone()),
            Field::Operand(raw) if !literal.is_triple && literal.kind == Kind::Plain => {
                Some(format!("{0} + {raw} + {0}", literal.quote))
            }
            Field::Operand(_) => None,
        }
    }

    /// The arguments that the fields take by their places, in the new order.
    fn arguments(&self, new: &str, back: &mut Vec<Edit>) -> Result<(), Stuck> {
        let next = |number: usize| match self.fields.get(number) {
            Some(Field::Next(_, at)) => Some(*at),
            _ => None,
        };
        let order: Vec<usize> = hole::numbers(new).into_iter().filter_map(next).collect();
        let count = self.fields.iter().filter(|field| matches!(field, Field::Next(..))).count();
        if order.iter().copied().eq(0..count) {
            return Ok(());
        }
        if order.is_empty() {
            return Err(odd());
        }
        let is_shorter = order.windows(2).all(|two| two[0] < two[1]);
        if is_shorter && order.len() > 1 {
            for gone in (0..count).filter(|at| !order.contains(at)) {
                back.push(args::without(self.ast, &self.args, gone, gone)?);
            }
            return Ok(());
        }
        let whole = Span::new(self.args[0].start, self.args[count - 1].end);
        if self.ast.comments.iter().any(|comment| whole.contains(*comment)) {
            return Err(odd());
        }
        let taken: Vec<&str> = order.iter().map(|at| self.args[*at].of(self.text)).collect();
        // A tuple of one has its comma.
        let is_tuple = self.literals.iter().any(|literal| literal.kind == Kind::Percent) && self.args.len() > 1;
        let comma = if is_tuple && taken.len() == 1 { "," } else { "" };
        back.push(Edit { span: whole, text: format!("{}{comma}", taken.join(", ")) });
        Ok(())
    }
}

impl Carried for Line<'_> {
    fn holes(&self) -> &[String] {
        &self.holes
    }

    fn place(&self, part: Span) -> Span {
        let touched = || self.pieces.iter().filter(|piece| piece.shell.overlaps(part));
        let (Some(first), Some(last)) = (touched().next(), touched().next_back()) else { return Span::new(0, 0) };
        let is_exact = |piece: &Piece| piece.shell.end - piece.shell.start == piece.place.end - piece.place.start;
        let start = first.place.start + if is_exact(first) { part.start.saturating_sub(first.shell.start) } else { 0 };
        let cut = if is_exact(last) { last.shell.end.saturating_sub(part.end) } else { 0 };
        Span::new(start, (last.place.end - cut).max(start))
    }

    fn back(&self, shell: &str, edits: &[Edit]) -> Result<Vec<Edit>, Stuck> {
        let needs = |edit: &&Edit| edit.text.contains(['"', '\'', '$', '`', '\\', '|', '&', ';', '<', '>']);
        if !self.is_shell && edits.iter().any(|edit| needs(&edit)) {
            return Err(needs_shell());
        }
        let mut back = Vec::new();
        for edit in edits {
            self.edit(shell, edit, &mut back)?;
        }
        self.arguments(&hole::applied(shell, edits), &mut back)?;
        back.sort_by_key(|edit| edit.span);
        let is_clean = back.windows(2).all(|two| two[0].span.end <= two[1].span.start);
        if is_clean { Ok(back) } else { Err(odd()) }
    }
}

fn odd() -> Stuck {
    let reason = "what it becomes cannot be put into this string";
    Stuck::new(reason, "write the command as one string or a list of words, and convert again")
}

/// A replacement without the text that stays at its ends.
fn trimmed<'n>(shell: &str, part: Span, new: &'n str) -> (Span, &'n str) {
    let old = part.of(shell);
    if !hole::numbers(old).is_empty() || !hole::numbers(new).is_empty() {
        return (part, new);
    }
    let pairs = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let head: usize = pairs.map(|(c, _)| c.len_utf8()).sum();
    let pairs = old[head..].chars().rev().zip(new[head..].chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = pairs.map(|(c, _)| c.len_utf8()).sum();
    (Span::new(part.start + head, part.end - tail), &new[head..new.len() - tail])
}

/// The longest list of numbers that both have in the same order.
fn common(one: &[usize], other: &[usize]) -> Vec<usize> {
    let (Some(first), false) = (one.first(), other.is_empty()) else { return Vec::new() };
    let without = common(&one[1..], other);
    let Some(at) = other.iter().position(|number| number == first) else { return without };
    let mut with = vec![*first];
    with.extend(common(&one[1..], &other[at + 1..]));
    if with.len() > without.len() { with } else { without }
}
