//! Defects that the grammar has found and that are still there: what is said of them, and what shows each.
//!
//! A program that shows one is not looked at further. An entry goes when its defect does.

/// A part of what is said, and what makes it.
pub const KNOWN: [(&str, &str); 8] = [
    (
        "is left without a mark",
        "v1: `poller = client.file_servers.delete('rg', name)`, and `poller.result()` or a loop on it",
    ),
    ("nothing was decided about", "a job that is built in a branch or a loop, of parts that are built before it"),
    (
        "syntax error: Expected an expression",
        "a job without `node_count` or `cluster`, which its constructor insists on",
    ),
    ("and does not declare it", "a job whose mounts come from a function that cannot be seen"),
    ("` needs `", "a model without a parameter that Batch AI lets out and Azure ML insists on"),
    ("has no `", "reads of what a cluster or a job of Azure ML does not have, behind `next(…)`"),
    ("nothing binds `", "a name that is given a part twice, and the job takes the later one"),
    ("a second run changes", "v1: a part that has become `[]` in a branch, and that nothing reads"),
];
