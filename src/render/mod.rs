//! From the target tree to text: templates fill in the words, layout breaks the lines.

mod layout;
mod markup;
mod operand;
mod template;

pub use layout::{Style, layout};
pub use markup::{BREAK, Markup, NEWLINE, is_reserved};
pub use operand::{in_place, operand, summand};
pub use template::{DEAD, Templates, free_name, python_string};
