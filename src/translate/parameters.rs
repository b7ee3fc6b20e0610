//! What an operation is given to create or change something: an object that is converted where it is built.
//!
//! Where that is not the case, the new call would send something else: data in the words of Batch AI is left for a
//! person, and of an object from elsewhere it is said that it must be converted too.

use super::{Result, Stuck, Translator, link};
use crate::find::SiteId;
use crate::report::Fate;
use crate::resolve::Ty;
use crate::sdk;
use crate::sdk::batchai::Type;
use crate::syntax::{ExprId, ExprKind, StmtKind};

/// The parameter that holds what is sent.
const BODY: &str = "parameters";

/// How long code may be that is shown within a sentence.
const SHORT: usize = 40;

impl Translator<'_> {
    /// Refuses parameters that are plain data; says where it cannot be seen what they are.
    pub(super) fn check_parameters(&mut self, id: SiteId) -> Result<()> {
        let site = self.site(id);
        let (group, method) = site.symbol.rsplit_once('.').unwrap_or_default();
        let forms = sdk::batchai().operations(group, method);
        let Some(Type::Model(class)) = forms.iter().find_map(|form| form.parameter_type(BODY)) else { return Ok(()) };
        let Some(index) = site.arg_index(BODY) else { return Ok(()) };
        let value = site.args[index].value;
        if !link::constructors(self.p, value).is_empty() {
            return Ok(());
        }
        match self.ty(value) {
            Ty::Instance(_) => {}
            Ty::Dict(_) | Ty::Many(_) | Ty::Tuple(_) => return Err(self.plain_data(value, class)),
            _ => {
                let shown = self.shown(value);
                let note = format!("where {shown} is built cannot be seen here, and it must be an object of Azure ML");
                let todo = format!("convert the code that builds the `{class}` together with this file");
                self.settle(id, Some(index), Fate::Approximate, &note, &todo);
            }
        }
        Ok(())
    }

    /// Refuses plain data as a part of an object.
    pub(super) fn check_part(&self, class: &str, name: &str, value: ExprId) -> Result<()> {
        let part = match sdk::batchai().attribute(class, name) {
            Some(Type::Model(part)) => part,
            Some(Type::List(inner)) => match **inner {
                Type::Model(part) => part,
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        let is_data = match self.ty(value) {
            Ty::Many(element) => matches!(**element, Ty::Dict(_)),
            ty => matches!(ty, Ty::Dict(_)),
        };
        match is_data && link::constructors(self.p, value).is_empty() && !self.holds_parts(value) {
            true => Err(self.plain_data(value, part)),
            false => Ok(()),
        }
    }

    /// Whether what a list is made of one by one is converted.
    fn holds_parts(&self, value: ExprId) -> bool {
        let ast = self.p.ast;
        match ast.kind(self.p.resolved.origin(ast, value)) {
            ExprKind::Comprehension { elements, .. } => elements.iter().all(|e| self.p.sites.at(*e).is_some()),
            _ => false,
        }
    }

    /// Why plain data is left.
    fn plain_data(&self, value: ExprId, class: &str) -> Stuck {
        let (ast, shown) = (self.p.ast, self.shown(value));
        let todo = format!("write the values as one `models.{class}(…)` and convert again");
        match ast.kind(self.p.resolved.origin(ast, value)) {
            ExprKind::Call { func, args, .. } if self.ty(*func).symbol().is_some() => {
                let file = args.first().and_then(|arg| self.file_of(arg.value));
                let from = file.map_or("a file or text".to_owned(), |file| format!("`{file}`"));
                let reason =
                    format!("{shown} is read from {from}, in the words of Batch AI, which Azure ML does not know");
                Stuck::new(reason, todo)
            }
            _ => Stuck::new(
                format!("{shown} is plain data in the words of Batch AI, and not all of it is understood here"),
                todo,
            ),
        }
    }

    /// What a message calls an expression.
    pub(super) fn shown(&self, value: ExprId) -> String {
        let text = self.p.ast.span(value).of(self.p.source.text());
        match text.len() <= SHORT && !text.contains('\n') {
            true => format!("`{text}`"),
            false => "what it is given".to_owned(),
        }
    }

    /// The name of the file that an expression opens, or that the `with` opened which binds it.
    fn file_of(&self, id: ExprId) -> Option<String> {
        let ast = self.p.ast;
        let opened = match ast.kind(id) {
            ExprKind::Name(_) => {
                let def = self.p.resolved.def(*self.p.resolved.reaching(id).first()?);
                match &ast.stmt(def.stmt).kind {
                    StmtKind::With { items, .. } => {
                        items
                            .iter()
                            .find(|(_, target)| target.is_some_and(|target| ast.name(target) == ast.name(id)))?
                            .0
                    }
                    _ => def.value?,
                }
            }
            _ => id,
        };
        let mut name = None;
        ast.descend(opened, &mut |part| {
            let is_open = matches!(ast.kind(part), ExprKind::Call { func, .. } if ast.name(*func) == Some("open"));
            if let (true, ExprKind::Call { args, .. }) = (is_open, ast.kind(part)) {
                name = args.first().and_then(|arg| self.literal(arg.value));
            }
        });
        name
    }
}
