//! Calls of which not every argument can be named, because some are unpacked.

use super::{Result, Stuck, Translator};
use crate::concept::Kind;
use crate::find::Site;
use crate::resolve::Ty;
use crate::syntax::{ExprId, ExprKind, Function, StmtId, StmtKind};

impl<'a> Translator<'a> {
    /// Refuses a call of which not every argument can be named.
    pub(super) fn told_apart(&self, site: &Site) -> Result<()> {
        let Some(arg) = site.args.iter().find(|a| a.name == "*") else { return Ok(()) };
        let (text, value) = (self.p.source.text(), self.p.ast.span(arg.value));
        let stars = text[..value.start].trim_end().chars().rev().take_while(|c| *c == '*').count();
        let kind = site.row().map(|row| row.kind);
        if stars == 0 && kind == Some(Kind::Exception) {
            return Err(Stuck::new(
                "the errors of Azure ML are built in other ways",
                "build the error that stands for it with `message=`, and give it the attributes that are read",
            ));
        }
        if stars == 0 && kind == Some(Kind::Enum) {
            return Err(Stuck::new(
                "what it gives is a text in Azure ML, and which one is known only at run time",
                "write a dictionary from the old texts to those of Azure ML",
            ));
        }
        if stars == 0 {
            return Err(Stuck::new(
                "it is given more arguments than any version of the SDK takes",
                "check the call, and convert it by hand",
            ));
        }
        let named = matches!(self.p.ast.kind(arg.value), ExprKind::Name(_) | ExprKind::Attribute { .. });
        let shown = format!("{}{}", "*".repeat(stars), if named { value.of(text) } else { "…" });
        let Some((stmt, function)) = self.parameter_of(arg.value) else {
            return Err(Stuck::new(
                format!("`{shown}` is unpacked, and which arguments it holds cannot be seen here"),
                "write the arguments out and convert again",
            ));
        };
        let (name, given) = (&function.name, self.given_by_callers(stmt, function));
        if given.is_empty() {
            return Err(Stuck::new(
                format!(
                    "`{shown}` is a parameter of `{name}` that is unpacked, and which arguments it holds cannot be seen here"
                ),
                "write the arguments out and convert again",
            ));
        }
        let given: Vec<String> = given.iter().map(|name| format!("`{name}`")).collect();
        let given = given.join(", ");
        Err(Stuck::new(
            format!("`{shown}` is a parameter of `{name}` that is unpacked, in which its callers give {given}"),
            format!("write {given} in place of `{shown}` in `{name}`, at its head and in the call, and convert again"),
        ))
    }

    /// The function of which a name is a parameter.
    fn parameter_of(&self, name: ExprId) -> Option<(StmtId, &'a Function)> {
        let def = self.p.resolved.def(*self.p.resolved.reaching(name).first()?);
        match &self.p.ast.stmt(def.stmt).kind {
            StmtKind::Function(f) if f.params.iter().any(|p| p.name == def.name) => Some((def.stmt, f)),
            _ => None,
        }
    }

    /// The keywords beside its own parameters with which the program calls a function, in the order in which they are
    /// given; none where a caller unpacks arguments in its turn.
    fn given_by_callers(&self, stmt: StmtId, function: &Function) -> Vec<&'a str> {
        let mut given = Vec::new();
        for file in self.p.files {
            let (ast, resolved) = (&file.module.ast, &file.module.resolved);
            for call in ast.expr_ids() {
                let ExprKind::Call { func, args, .. } = ast.kind(call) else { continue };
                let calls =
                    matches!(resolved.ty(*func), Ty::Function(code) if code.module == self.p.here && code.stmt == stmt);
                if !calls {
                    continue;
                }
                if args.iter().any(|arg| arg.stars > 0) {
                    return Vec::new();
                }
                let names = args.iter().filter_map(|arg| Some(arg.name.as_ref()?.0.as_str()));
                for name in names.filter(|name| function.params.iter().all(|param| param.name != *name)) {
                    if !given.contains(&name) {
                        given.push(name);
                    }
                }
            }
        }
        given
    }
}
