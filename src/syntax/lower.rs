//! From the parser's tree to ours. Nothing is decided here: every node keeps its range and its parts.

use ruff_python_ast as r;
use ruff_text_size::{Ranged, TextRange};

use super::parser::Cuts;
use super::{Alias, Arg, Ast, Clause, Expr, ExprId, ExprKind, FPart, Function, Handler, Param, Stmt, StmtId, StmtKind};
use crate::text::Span;

/// Adds the parser's nodes to our tree, with places of the program text.
pub(super) struct Lowering<'a> {
    pub ast: &'a mut Ast,
    pub cuts: &'a Cuts,
}

impl Lowering<'_> {
    /// A block of statements.
    pub fn body(&mut self, suite: &[r::Stmt]) -> Vec<StmtId> {
        suite.iter().map(|s| self.stmt(s)).collect()
    }

    /// The text in which the parser's ranges are places.
    pub(super) fn source(&self) -> &str {
        self.cuts.text()
    }

    fn span(&self, range: TextRange) -> Span {
        self.cuts.map(range)
    }

    pub(super) fn add(&mut self, range: TextRange, kind: ExprKind) -> ExprId {
        let span = self.span(range);
        self.ast.exprs.push(Expr { span, kind });
        ExprId(self.ast.exprs.len() as u32 - 1)
    }

    fn stmt(&mut self, stmt: &r::Stmt) -> StmtId {
        let span = self.span(stmt.range());
        let kind = self.stmt_kind(stmt);
        self.ast.stmts.push(Stmt { span, kind });
        StmtId(self.ast.stmts.len() as u32 - 1)
    }

    fn stmt_kind(&mut self, stmt: &r::Stmt) -> StmtKind {
        match stmt {
            r::Stmt::Assign(s) => StmtKind::Assign { targets: self.exprs(&s.targets), value: self.expr(&s.value) },
            r::Stmt::AugAssign(s) => {
                StmtKind::AugAssign { target: self.expr(&s.target), op: s.op.as_str(), value: self.expr(&s.value) }
            }
            r::Stmt::AnnAssign(s) => StmtKind::AnnAssign {
                target: self.expr(&s.target),
                annotation: self.annotation(&s.annotation),
                value: self.option(s.value.as_deref()),
            },
            r::Stmt::Expr(s) => StmtKind::Expr(self.expr(&s.value)),
            r::Stmt::Import(s) => StmtKind::Import(self.aliases(&s.names)),
            r::Stmt::ImportFrom(s) => StmtKind::ImportFrom {
                module: s.module.as_ref().map(ToString::to_string).unwrap_or_default(),
                level: s.level,
                names: self.aliases(&s.names),
            },
            r::Stmt::FunctionDef(f) => StmtKind::Function(self.function(f)),
            r::Stmt::ClassDef(c) => StmtKind::Class {
                name: c.name.to_string(),
                bases: c.arguments.as_ref().map(|a| self.args(a)).unwrap_or_default(),
                decorators: c.decorator_list.iter().map(|d| self.expr(&d.expression)).collect(),
                body: self.body(&c.body),
            },
            r::Stmt::Return(s) => StmtKind::Return(self.option(s.value.as_deref())),
            r::Stmt::Global(s) => StmtKind::Global(s.names.iter().map(ToString::to_string).collect()),
            r::Stmt::Nonlocal(s) => StmtKind::Global(s.names.iter().map(ToString::to_string).collect()),
            r::Stmt::IpyEscapeCommand(_) => StmtKind::Magic,
            _ => self.compound(stmt),
        }
    }

    fn compound(&mut self, stmt: &r::Stmt) -> StmtKind {
        match stmt {
            r::Stmt::For(s) => StmtKind::For {
                target: self.expr(&s.target),
                iter: self.expr(&s.iter),
                body: self.body(&s.body),
                orelse: self.body(&s.orelse),
            },
            r::Stmt::While(s) => {
                StmtKind::While { test: self.expr(&s.test), body: self.body(&s.body), orelse: self.body(&s.orelse) }
            }
            r::Stmt::If(s) => {
                let mut clauses = vec![(Some(self.expr(&s.test)), self.body(&s.body))];
                for clause in &s.elif_else_clauses {
                    clauses.push((self.option(clause.test.as_ref()), self.body(&clause.body)));
                }
                StmtKind::If(clauses)
            }
            r::Stmt::With(s) => StmtKind::With {
                items: s
                    .items
                    .iter()
                    .map(|i| (self.expr(&i.context_expr), self.option(i.optional_vars.as_deref())))
                    .collect(),
                body: self.body(&s.body),
            },
            r::Stmt::Try(s) => StmtKind::Try {
                body: self.body(&s.body),
                handlers: s.handlers.iter().map(|h| self.handler(h)).collect(),
                orelse: self.body(&s.orelse),
                finally: self.body(&s.finalbody),
            },
            _ => self.other(stmt),
        }
    }

    fn other(&mut self, stmt: &r::Stmt) -> StmtKind {
        let (exprs, bodies) = match stmt {
            r::Stmt::Delete(s) => (self.exprs(&s.targets), vec![]),
            r::Stmt::Raise(s) => (s.exc.iter().chain(&s.cause).map(|e| self.expr(e)).collect(), vec![]),
            r::Stmt::Assert(s) => {
                let test = self.expr(&s.test);
                ([test].into_iter().chain(self.option(s.msg.as_deref())).collect(), vec![])
            }
            r::Stmt::TypeAlias(s) => (vec![self.expr(&s.name), self.expr(&s.value)], vec![]),
            r::Stmt::Match(s) => {
                let mut exprs = vec![self.expr(&s.subject)];
                for case in &s.cases {
                    self.pattern(&case.pattern, &mut exprs);
                    exprs.extend(self.option(case.guard.as_deref()));
                }
                (exprs, s.cases.iter().map(|c| self.body(&c.body)).collect())
            }
            _ => (vec![], vec![]),
        };
        StmtKind::Other { exprs, bodies }
    }

    /// The expressions in a pattern of `match`: values to compare with, and classes.
    fn pattern(&mut self, pattern: &r::Pattern, into: &mut Vec<ExprId>) {
        let mut parts = |patterns: &[r::Pattern], this: &mut Self| {
            for part in patterns {
                this.pattern(part, into);
            }
        };
        match pattern {
            r::Pattern::MatchValue(p) => into.push(self.expr(&p.value)),
            r::Pattern::MatchSequence(p) => parts(&p.patterns, self),
            r::Pattern::MatchOr(p) => parts(&p.patterns, self),
            r::Pattern::MatchAs(p) => parts(p.pattern.as_deref().map(std::slice::from_ref).unwrap_or_default(), self),
            r::Pattern::MatchMapping(p) => {
                for (key, value) in p.keys.iter().zip(&p.patterns) {
                    into.push(self.expr(key));
                    self.pattern(value, into);
                }
            }
            r::Pattern::MatchClass(p) => {
                into.push(self.expr(&p.cls));
                let arguments = p.arguments.patterns.iter();
                for part in arguments.chain(p.arguments.keywords.iter().map(|k| &k.pattern)) {
                    self.pattern(part, into);
                }
            }
            r::Pattern::MatchSingleton(_) | r::Pattern::MatchStar(_) => {}
        }
    }

    fn handler(&mut self, handler: &r::ExceptHandler) -> Handler {
        let r::ExceptHandler::ExceptHandler(h) = handler;
        Handler {
            kind: self.option(h.type_.as_deref()),
            name: h.name.as_ref().map(ToString::to_string),
            body: self.body(&h.body),
        }
    }

    fn function(&mut self, f: &r::StmtFunctionDef) -> Function {
        let decorators = f.decorator_list.iter().map(|d| self.expr(&d.expression)).collect();
        let mut params = self.params(&f.parameters);
        let mut returns = f.returns.as_deref().map(|r| self.annotation(r));
        self.type_comment(f, &mut params, &mut returns);
        Function { name: f.name.to_string(), decorators, params, returns, body: self.body(&f.body) }
    }

    fn params(&mut self, params: &r::Parameters) -> Vec<Param> {
        let keyword_only = params.kwonlyargs.iter().map(|p| p.range()).collect::<Vec<_>>();
        let mut out = Vec::new();
        for param in params.iter_source_order() {
            let named = params.kwarg.as_ref().map(|p| p.range());
            let (default, stars) = match param {
                r::AnyParameterRef::NonVariadic(p) => (p.default.as_deref(), 0),
                r::AnyParameterRef::Variadic(p) => (None, if named == Some(p.range()) { 2 } else { 1 }),
            };
            let p = param.as_parameter();
            out.push(Param {
                name: p.name.to_string(),
                span: self.span(p.name.range()),
                default: self.option(default),
                annotation: p.annotation.as_deref().map(|a| self.annotation(a)),
                positional: stars == 0 && !keyword_only.contains(&param.range()),
                stars,
            });
        }
        out
    }

    fn aliases(&self, names: &[r::Alias]) -> Vec<Alias> {
        names
            .iter()
            .map(|n| Alias {
                name: n.name.to_string(),
                asname: n.asname.as_ref().map(ToString::to_string),
                span: self.span(n.range()),
            })
            .collect()
    }

    fn option(&mut self, expr: Option<&r::Expr>) -> Option<ExprId> {
        expr.map(|e| self.expr(e))
    }

    fn exprs(&mut self, exprs: &[r::Expr]) -> Vec<ExprId> {
        exprs.iter().map(|e| self.expr(e)).collect()
    }

    pub(super) fn expr(&mut self, expr: &r::Expr) -> ExprId {
        let kind = self.expr_kind(expr);
        self.add(expr.range(), kind)
    }

    fn expr_kind(&mut self, expr: &r::Expr) -> ExprKind {
        match expr {
            r::Expr::Name(e) => ExprKind::Name(e.id.to_string()),
            r::Expr::Attribute(e) => ExprKind::Attribute {
                value: self.expr(&e.value),
                attr: e.attr.to_string(),
                attr_span: self.span(e.attr.range()),
            },
            r::Expr::Call(e) => ExprKind::Call {
                func: self.expr(&e.func),
                args: self.args(&e.arguments),
                parens: self.span(e.arguments.range()),
            },
            r::Expr::StringLiteral(e) => self.string(e),
            r::Expr::FString(e) => self.fstring(e),
            r::Expr::NumberLiteral(_) => ExprKind::Number,
            r::Expr::BooleanLiteral(e) => ExprKind::Bool(e.value),
            r::Expr::NoneLiteral(_) => ExprKind::None,
            r::Expr::List(e) => ExprKind::List(self.exprs(&e.elts)),
            r::Expr::Tuple(e) => ExprKind::Tuple(self.exprs(&e.elts)),
            r::Expr::Dict(e) => {
                ExprKind::Dict(e.items.iter().map(|i| (self.option(i.key.as_ref()), self.expr(&i.value))).collect())
            }
            r::Expr::BinOp(e) => {
                ExprKind::Binary { left: self.expr(&e.left), op: e.op.as_str(), right: self.expr(&e.right) }
            }
            r::Expr::BoolOp(e) => ExprKind::BoolOp(self.exprs(&e.values)),
            r::Expr::If(e) => {
                let (body, test) = (self.expr(&e.body), self.expr(&e.test));
                ExprKind::IfExp { test, body, orelse: self.expr(&e.orelse) }
            }
            r::Expr::Compare(e) => {
                let left = self.expr(&e.left);
                ExprKind::Compare([left].into_iter().chain(self.exprs(&e.comparators)).collect())
            }
            _ => self.rare(expr),
        }
    }

    fn rare(&mut self, expr: &r::Expr) -> ExprKind {
        match expr {
            r::Expr::ListComp(e) => self.comprehension(&[&e.elt], &e.generators),
            r::Expr::SetComp(e) => self.comprehension(&[&e.elt], &e.generators),
            r::Expr::Generator(e) => self.comprehension(&[&e.elt], &e.generators),
            r::Expr::DictComp(e) => {
                let elements: Vec<&r::Expr> = e.key.iter().map(|k| &**k).chain([&*e.value]).collect();
                self.comprehension(&elements, &e.generators)
            }
            r::Expr::Subscript(e) => ExprKind::Subscript { value: self.expr(&e.value), index: self.expr(&e.slice) },
            r::Expr::Starred(e) => ExprKind::Starred(self.expr(&e.value)),
            r::Expr::Await(e) => ExprKind::Await(self.expr(&e.value)),
            r::Expr::Named(e) => ExprKind::Named { target: self.expr(&e.target), value: self.expr(&e.value) },
            r::Expr::Lambda(e) => ExprKind::Lambda {
                params: e.parameters.as_ref().map(|p| self.params(p)).unwrap_or_default(),
                body: self.expr(&e.body),
            },
            r::Expr::UnaryOp(e) => ExprKind::Other(vec![self.expr(&e.operand)]),
            r::Expr::Set(e) => ExprKind::Other(self.exprs(&e.elts)),
            r::Expr::Yield(e) => ExprKind::Yield { value: self.option(e.value.as_deref()), is_from: false },
            r::Expr::YieldFrom(e) => ExprKind::Yield { value: Some(self.expr(&e.value)), is_from: true },
            r::Expr::Slice(e) => {
                let parts = [&e.lower, &e.upper, &e.step].into_iter().flatten();
                ExprKind::Slice(parts.map(|p| self.expr(p)).collect())
            }
            _ => ExprKind::Other(vec![]),
        }
    }

    fn comprehension(&mut self, elements: &[&r::Expr], generators: &[r::Comprehension]) -> ExprKind {
        ExprKind::Comprehension {
            elements: elements.iter().map(|e| self.expr(e)).collect(),
            clauses: generators
                .iter()
                .map(|g| Clause { target: self.expr(&g.target), iter: self.expr(&g.iter), ifs: self.exprs(&g.ifs) })
                .collect(),
        }
    }

    fn args(&mut self, arguments: &r::Arguments) -> Vec<Arg> {
        arguments
            .iter_source_order()
            .map(|arg| match arg {
                r::ArgOrKeyword::Arg(r::Expr::Starred(s)) => {
                    Arg { name: None, value: self.expr(&s.value), stars: 1, span: self.span(s.range) }
                }
                r::ArgOrKeyword::Arg(e) => {
                    Arg { name: None, value: self.expr(e), stars: 0, span: self.span(e.range()) }
                }
                r::ArgOrKeyword::Keyword(k) => Arg {
                    name: k.arg.as_ref().map(|n| (n.to_string(), self.span(n.range()))),
                    value: self.expr(&k.value),
                    stars: if k.arg.is_some() { 0 } else { 2 },
                    span: self.span(k.range()),
                },
            })
            .collect()
    }

    fn string(&mut self, e: &r::ExprStringLiteral) -> ExprKind {
        let parts = e.value.as_slice();
        ExprKind::Str {
            value: parts.iter().map(|p| self.read(&p.value, p.range)).collect(),
            simple: parts.iter().all(|p| p.flags.prefix() == r::str_prefix::StringLiteralPrefix::Empty),
            parts: parts.iter().map(|p| self.span(p.range)).collect(),
        }
    }

    /// What Python reads of a literal, to which every line ends with `\n`. The parser keeps what the file has there, and one that
    /// writes a `\r` besides is left so.
    fn read(&self, value: &str, range: TextRange) -> String {
        let written = &self.source()[range];
        match written.contains('\r') && !written.contains("\\r") {
            true => value.replace("\r\n", "\n").replace('\r', "\n"),
            false => value.to_owned(),
        }
    }

    fn fstring(&mut self, e: &r::ExprFString) -> ExprKind {
        let mut parts = Vec::new();
        for part in e.value.as_slice() {
            match part {
                r::FStringPart::Literal(text) => parts.push(FPart::Text(self.read(&text.value, text.range))),
                r::FStringPart::FString(f) => {
                    for element in &f.elements {
                        parts.push(self.element(element));
                    }
                }
            }
        }
        ExprKind::FString(parts)
    }

    fn element(&mut self, element: &r::InterpolatedStringElement) -> FPart {
        match element {
            r::InterpolatedStringElement::Literal(text) => FPart::Text(self.read(&text.value, text.range)),
            r::InterpolatedStringElement::Interpolation(i) => {
                let is_bare = i.conversion.is_none() && i.debug_text.is_none();
                let spec = i.format_spec.as_ref().map_or(Some(String::new()), |spec| literal(spec));
                FPart::Value { expr: self.expr(&i.expression), spec: spec.filter(|_| is_bare) }
            }
        }
    }
}

/// A format spec that is text alone.
fn literal(spec: &r::InterpolatedStringFormatSpec) -> Option<String> {
    let texts = spec.elements.iter().map(|element| match element {
        r::InterpolatedStringElement::Literal(text) => Some(text.value.to_string()),
        r::InterpolatedStringElement::Interpolation(_) => None,
    });
    texts.collect()
}
