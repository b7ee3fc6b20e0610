//! Errors that reach the program by other ways than `except … as e`: what a test expects, and what a framework hands on.

use super::Ty;
use super::flow::Walk;
use crate::concept::{self, Kind};
use crate::syntax::{Arg, ExprId, ExprKind, Function};

/// What tests call that expects an error, and the attributes of what it gives that hold the error.
const EXPECTS: [&str; 3] = ["raises", "assertRaises", "assertRaisesRegex"];
const HOLDS: [&str; 2] = ["value", "exception"];

impl Walk<'_, '_> {
    /// `pytest.raises(CloudError)`: something that holds the error.
    pub(super) fn expected(&self, func: ExprId, args: &[Arg]) -> Option<Ty> {
        EXPECTS.contains(&self.called(func)?).then_some(())?;
        let error = self.error_of(args.first()?.value)?;
        Some(Ty::dict(HOLDS.map(|name| (name.to_owned(), error.clone()))))
    }

    /// The error that a decorator like `@app.errorhandler(CloudError)` says a function is called with.
    pub(super) fn handled(&self, f: &Function) -> Ty {
        let of = |decorator: &ExprId| match self.ast.kind(*decorator) {
            ExprKind::Call { func, args, .. } if self.is_for_errors(*func) => self.error_of(args.first()?.value),
            _ => None,
        };
        f.decorators.iter().find_map(of).unwrap_or_default()
    }

    /// `app.register_error_handler(CloudError, show)`: the function is called with the error.
    pub(super) fn hand_errors(&mut self, func: ExprId, args: &[Arg]) {
        let [kind, handler, ..] = args else { return };
        let Ty::Function(code) = *self.resolved.ty(handler.value) else { return };
        let Some(error) = self.error_of(kind.value).filter(|_| self.is_for_errors(func)) else { return };
        let param = self.function_of(code).and_then(|(_, f)| f.params.iter().rfind(|p| p.positional));
        if let Some(param) = param.map(|p| p.name.clone()) {
            self.shared.params.learn((code, param), error);
        }
    }

    fn is_for_errors(&self, func: ExprId) -> bool {
        self.called(func).is_some_and(|name| {
            let name = name.to_lowercase();
            name.contains("handler") && (name.contains("error") || name.contains("exception"))
        })
    }

    fn called(&self, func: ExprId) -> Option<&str> {
        match self.ast.kind(func) {
            ExprKind::Name(name) => Some(name),
            ExprKind::Attribute { attr, .. } => Some(attr),
            _ => None,
        }
    }

    /// An object of the exception that an expression names.
    fn error_of(&self, id: ExprId) -> Option<Ty> {
        let error = self.resolved.ty(id).clone().instance();
        let row = concept::table().symbol(error.class()?)?;
        (row.kind == Kind::Exception).then_some(error)
    }
}
