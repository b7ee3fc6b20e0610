//! Places where more than the name of a class counts: it is told apart from others, or handed to code that is not here.

use super::read::built_in;
use super::{Result, Stuck, Translator};
use crate::concept::Kind;
use crate::find::{Site, SiteKind};
use crate::resolve::Ty;
use crate::syntax::{Arg, ExprId, ExprKind, StmtKind};

/// Functions of other libraries that only look at the class that they are given.
const LOOKS: [&str; 15] = [
    "AsyncMock",
    "MagicMock",
    "Mock",
    "NonCallableMock",
    "NewType",
    "TypeVar",
    "cast",
    "create_autospec",
    "dir",
    "getattr",
    "hasattr",
    "help",
    "isinstance",
    "issubclass",
    "print",
];

/// What ends a program with a status.
const ENDS: [&str; 5] = ["sys.exit", "exit", "quit", "os._exit", "SystemExit"];

impl Translator<'_> {
    /// Refuses a class that is a plain type in Azure ML where the program tells it apart from others that become the same.
    pub(super) fn check_plain(&self, site: &Site, expr: ExprId) -> Result<()> {
        if !self.is_plain(expr) {
            return Ok(());
        }
        let (ast, resolved) = (self.p.ast, self.p.resolved);
        let mut listed = false;
        let mut around = resolved.parent(expr);
        while let Some(list) = around
            && let ExprKind::Tuple(_) | ExprKind::List(_) | ExprKind::Dict(_) = ast.kind(list)
        {
            listed |= ast.parts(list).into_iter().filter(|part| self.is_plain(*part)).count() > 1;
            around = resolved.parent(list);
        }
        let is_member = || {
            let class = resolved.scope(site.stmt).map(|class| &ast.stmt(class).kind);
            let is_assigned = matches!(&ast.stmt(site.stmt).kind, StmtKind::Assign { value, .. } if *value == expr);
            let is_enum = |base: &Arg| ast.dotted(base.value).is_some_and(|name| name.ends_with("Enum"));
            is_assigned && matches!(class, Some(StmtKind::Class { bases, .. }) if bases.iter().any(is_enum))
        };
        let is_told = match around.map(|e| ast.kind(e)) {
            Some(ExprKind::Compare(_)) => true,
            Some(ExprKind::Subscript { value, index }) if listed => {
                // Part of an annotation, unless what is listed is looked up.
                ast.span(*value).contains(ast.span(expr)) && !ast.span(*index).contains(ast.span(expr))
            }
            // `isinstance` has a reason of its own.
            Some(ExprKind::Call { .. }) => false,
            _ => listed || is_member(),
        };
        match is_told {
            true => Err(Stuck::new(
                "in Azure ML it is a plain dictionary or tuple, as others are, and could not be told apart from them here",
                "write a function for each of them that gives the settings, and name these functions here",
            )),
            false => Ok(()),
        }
    }

    /// Whether an expression names a class that is a plain type in Azure ML.
    fn is_plain(&self, expr: ExprId) -> bool {
        let site = self.p.sites.at(expr).map(|site| self.site(site)).filter(|site| site.kind == SiteKind::Reference);
        let mapping = site.and_then(|site| self.mapping(site).ok());
        mapping.is_some_and(|m| m.class.is_empty() && built_in(m.shape).is_some())
    }

    /// Refuses the class of the client where a function of another library is given it, which may call it.
    pub(super) fn check_handed_out(&self, site: &Site, expr: ExprId) -> Result<()> {
        match site.row().is_some_and(|row| row.kind == Kind::Client) && self.is_handed_out(expr) {
            true => Err(Stuck::new(
                "the class is handed to a function that is not here, which calls it with what a client of Batch AI takes",
                "build the client here, with the arguments of the new class, and convert again",
            )),
            false => Ok(()),
        }
    }

    fn is_handed_out(&self, expr: ExprId) -> bool {
        let Some(call) = self.p.resolved.parent(expr) else { return false };
        let ExprKind::Call { func, args, .. } = self.p.ast.kind(call) else { return false };
        let is_given = args.iter().any(|arg| arg.value == expr);
        let name = self.p.ast.dotted(*func).unwrap_or_default();
        let looks = LOOKS.contains(&name.rsplit('.').next().unwrap_or(&name));
        let is_own = matches!(self.ty(*func), Ty::Function(_) | Ty::Class(_) | Ty::Callable(_));
        is_given && !looks && !is_own && self.p.sites.at(call).is_none()
    }

    /// Whether an expression is what the program ends with: `sys.exit(error.status_code)`.
    pub(super) fn is_exit_status(&self, id: ExprId) -> bool {
        match self.p.resolved.parent(id).map(|parent| self.p.ast.kind(parent)) {
            Some(ExprKind::Call { func, .. }) => {
                let name = self.p.ast.dotted(*func).unwrap_or_default();
                ENDS.contains(&name.as_str())
            }
            _ => false,
        }
    }
}
