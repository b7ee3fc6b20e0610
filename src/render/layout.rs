//! Breaking lines: a group stays on its line if it fits, otherwise each of its items gets a line of its own.

use super::markup::{BREAK, CLOSE, END, HARD, LINE, Markup, NEWLINE, OPEN, ORIGIN, SOFT};

/// One level of the lines of a template.
const INDENT: usize = 4;

/// How a program is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Columns of one level.
    pub indent: usize,
}

enum Node<'a> {
    Text(&'a str),
    Group(Vec<Node<'a>>),
    Soft,
    Line,
    Hard(i64),
    Newline,
    Break,
}

/// Lays out code that starts at `column` of a line with `indent` leading columns.
pub fn layout(markup: &Markup, indent: usize, column: usize, style: Style) -> String {
    let (nodes, _) = parse(&markup.0);
    let mut printer = Printer { out: String::new(), base: indent, line: indent, anchor: indent, column, style };
    printer.nodes(&nodes, false, indent, 0);
    printer.out
}

fn parse(text: &str) -> (Vec<Node<'_>>, usize) {
    let mut nodes = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find([OPEN, CLOSE, SOFT, LINE, HARD, NEWLINE, BREAK]) {
        if offset > 0 {
            nodes.push(Node::Text(&text[at..at + offset]));
        }
        at += offset;
        let Some(mark) = text[at..].chars().next() else { break };
        at += mark.len_utf8();
        match mark {
            OPEN => {
                let (group, used) = parse(&text[at..]);
                nodes.push(Node::Group(group));
                at += used;
            }
            CLOSE => return (nodes, at),
            SOFT => nodes.push(Node::Soft),
            LINE => nodes.push(Node::Line),
            NEWLINE => nodes.push(Node::Newline),
            BREAK => nodes.push(Node::Break),
            _ => {
                let end = text[at..].find(END).unwrap_or(0);
                nodes.push(Node::Hard(text[at..at + end].parse().unwrap_or(ORIGIN) - ORIGIN));
                at += end + END.len_utf8();
            }
        }
    }
    nodes.push(Node::Text(&text[at..]));
    (nodes, text.len())
}

struct Printer {
    out: String,
    /// Indentation of the statement.
    base: usize,
    /// Indentation of the current line.
    line: usize,
    /// Indentation of the last line that was begun by layout, to which the user's own lines are relative.
    anchor: usize,
    column: usize,
    style: Style,
}

impl Printer {
    /// `broken`: whether the places to break are breaks. `tail`: columns needed after the last node on its line.
    fn nodes(&mut self, nodes: &[Node], broken: bool, indent: usize, tail: usize) {
        for (index, node) in nodes.iter().enumerate() {
            match node {
                Node::Text(text) => self.text(text),
                Node::Soft if broken => self.newline(indent),
                Node::Line if broken => self.newline(indent),
                Node::Soft => {}
                Node::Line => self.text(" "),
                Node::Hard(relative) => self.hard(*relative),
                Node::Newline => self.newline(self.base),
                Node::Break => self.newline(indent),
                Node::Group(group) => {
                    let rest = tail_width(&nodes[index + 1..], broken, tail);
                    let fits = flat_width(group).is_some_and(|w| self.column + w + rest <= self.style.width);
                    let inner = self.line + self.style.indent;
                    let anchor = self.anchor;
                    self.nodes(group, !fits, inner, rest);
                    self.anchor = anchor;
                }
            }
        }
    }

    fn text(&mut self, mut text: &str) {
        if self.column == self.line && self.out.ends_with([' ', '\n']) {
            // The margin of a line that a template indents by itself.
            let code = text.trim_start_matches(' ');
            let blanks = text.len() - code.len();
            let margin = if blanks.is_multiple_of(INDENT) { blanks / INDENT * self.style.indent } else { blanks };
            self.out.extend(std::iter::repeat_n(' ', margin));
            self.line += margin;
            self.column += margin;
            text = code;
        }
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text[at + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn newline(&mut self, indent: usize) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        (self.line, self.anchor, self.column) = (indent, indent, indent);
    }

    fn hard(&mut self, relative: i64) {
        let indent = (self.anchor as i64 + relative).max(0) as usize;
        let anchor = self.anchor;
        self.newline(indent);
        self.anchor = anchor;
        self.line = indent;
    }
}

/// Columns of a group on one line; `None` if it holds a line break.
fn flat_width(nodes: &[Node]) -> Option<usize> {
    let mut width = 0;
    for node in nodes {
        width += match node {
            Node::Text(text) if text.contains('\n') => return None,
            Node::Text(text) => text.chars().count(),
            Node::Group(group) => flat_width(group)?,
            Node::Soft => 0,
            Node::Line => 1,
            Node::Hard(_) | Node::Newline | Node::Break => return None,
        };
    }
    Some(width)
}

/// Columns up to the next place where the line surely ends; if that is not within these nodes, `tail` comes after them.
fn tail_width(nodes: &[Node], broken: bool, tail: usize) -> usize {
    let mut width = 0;
    for node in nodes {
        match node {
            Node::Text(text) => match text.find('\n') {
                Some(at) => return width + text[..at].chars().count(),
                None => width += text.chars().count(),
            },
            Node::Soft | Node::Line if broken => return width,
            Node::Soft => {}
            Node::Line => width += 1,
            Node::Hard(_) | Node::Newline | Node::Break => return width,
            // The group may break after its bracket.
            Node::Group(_) => return width + 1,
        }
    }
    width + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(width: usize) -> Style {
        Style { width, indent: 4 }
    }

    fn call(name: &str, args: &[&str]) -> Markup {
        let args: Vec<Markup> = args.iter().map(|a| Markup::plain(*a)).collect();
        Markup::list(&format!("{name}("), &args, ")")
    }

    #[test]
    fn a_call_that_fits_stays_on_its_line() {
        assert_eq!(layout(&call("f", &["a=1", "b=2"]), 0, 0, style(40)), "f(a=1, b=2)");
    }

    #[test]
    fn a_long_call_has_an_argument_a_line_and_nested_calls_break_only_if_they_must() {
        let inner = call("inner", &["x=1", "y=2"]);
        let outer = Markup::list("outer(", &[Markup::plain("first=1"), Markup(format!("second={}", inner.0))], ")");
        assert_eq!(layout(&outer, 4, 4, style(31)), "outer(\n        first=1,\n        second=inner(x=1, y=2))");
    }

    #[test]
    fn what_follows_a_call_counts() {
        let call = Markup(format!("{}.mount()", call("f", &["a=1", "b=2"]).0));
        assert_eq!(layout(&call, 0, 0, style(18)), "f(\n    a=1,\n    b=2).mount()");
        assert_eq!(layout(&call, 0, 0, style(19)), "f(a=1, b=2).mount()");
    }

    #[test]
    fn a_level_is_as_wide_as_the_programs_own() {
        let narrow = Style { width: 10, indent: 2 };
        assert_eq!(layout(&call("f", &["a=1", "b=23"]), 0, 0, narrow), "f(\n  a=1,\n  b=23)");
        let template = Markup(format!("for a in b:{NEWLINE}    c()"));
        assert_eq!(layout(&template, 2, 2, narrow), "for a in b:\n    c()");
    }

    #[test]
    fn the_users_lines_keep_their_relative_indentation() {
        let source = "    x = f(a,\n          b)\n";
        let span = crate::text::Span::new(8, source.len() - 1);
        let markup = Markup::verbatim(source, span, 8, &[]);
        assert_eq!(layout(&markup, 0, 0, style(80)), "f(a,\n      b)");
    }

    #[test]
    fn a_broken_call_does_not_move_the_users_lines_behind_it() {
        let call = call("f", &["first=1", "second=2"]);
        let list = Markup(format!("[{HARD}{}{END}{},{HARD}{}{END}b]", ORIGIN + 4, call.0, ORIGIN + 4));
        let expected = "[\n    f(\n        first=1,\n        second=2),\n    b]";
        assert_eq!(layout(&list, 0, 0, style(20)), expected);
    }
}
