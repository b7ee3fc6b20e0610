//! Classes that are taken from Batch AI's package, and that no version of it has: names with a letter wrong.

use super::walk::Finder;
use crate::concept;
use crate::resolve::{is_class, is_package};
use crate::syntax::ExprId;

impl Finder<'_> {
    /// The name of such a class.
    pub fn misspelt(&self, id: ExprId) -> Option<String> {
        let path = self.resolved.ty(id).symbol()?;
        let (_, name) = path.rsplit_once('.').filter(|(module, _)| is_package(module))?;
        let known = is_class(name) || concept::table().symbol(name).or(concept::table().symbol(path)).is_some();
        (name.starts_with(char::is_uppercase) && !known).then(|| name.to_owned())
    }
}
