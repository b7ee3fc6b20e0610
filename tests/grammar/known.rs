//! Defects that the grammar has found and that are still there: what is said of them, and what shows each.
//!
//! A program that shows one is not looked at further. An entry goes when its defect does.

/// A part of what is said, and what makes it.
pub const KNOWN: [(&str, &str); 4] = [
    ("is left without a mark", "an output's path on a mount root, by a name that other code needs too"),
    ("nothing binds `", "a name that is given a part twice, and the job takes the later one"),
    ("a second run changes", "v1: a text with a variable of Batch AI, in a part that is built in a branch"),
    ("is lost (line", "v2: a comment behind an item of a dictionary in another statement"),
];
