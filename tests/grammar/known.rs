//! Defects that the grammar has found and that are still there: what is said of them, and a small program that shows each.
//!
//! In none of them is code given out that is wrong without a word: the verification refuses the statement, or the file stays
//! as it was. An entry goes when its defect does.

/// A part of what is said, and what makes it.
pub const KNOWN: [(&str, &str); 8] = [
    (
        "is left without a mark",
        "`import azure.mgmt.batchai` beside `import azure.mgmt.batchai.models`, and code that is left for a person",
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
