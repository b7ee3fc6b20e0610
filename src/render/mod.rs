//! From the target tree to text: templates fill in the words, layout breaks the lines.

mod layout;
mod markup;
mod template;

pub use layout::{Style, layout};
pub use markup::{BREAK, Markup, NEWLINE, is_reserved};
pub use template::{DEAD, Templates, free_name, python_string};
