//! How work grows with the size of a program: four times as much of the same may take about four times the work.
//!
//! Work is counted in allocations, for a clock says something else on each machine. A stage that looks at everything again
//! for each thing in it makes sixteen times as many, and twenty thousand attributes in a row then take minutes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use bai2aml::convert::{Options, convert};
use bai2aml::sdk::Target;
use bai2aml::source::Source;

/// The sizes that are compared.
const SIZES: [usize; 2] = [500, 2000];
/// How much more work the larger may take, for the four times of it that it is.
const GROWTH: usize = 6;
/// Code that is nested deeply needs a deep stack, as on the command line.
const STACK: usize = 1 << 30;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

/// The allocator of the system, counted.
struct Counting;

// SAFETY: every call is handed on to the allocator of the system as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps what `GlobalAlloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps what `GlobalAlloc` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What is made of so many of the same, and what makes it.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: [Shape; 7] = [
    ("attributes in a row", |count| format!("x = object()\nprint(x{})\n", ".a_b".repeat(count))),
    ("calls in a row", |count| format!("x = object()\nprint(x{})\n", ".a_b()".repeat(count))),
    ("subscripts in subscripts", |count| format!("x = thing()\nprint({}0{})\n", "x[".repeat(count), "]".repeat(count))),
    ("lists in lists", |count| format!("x = {}{}\nprint(x)\n", "[".repeat(count), "]".repeat(count))),
    ("attributes of what jobs went into", |count| {
        let reads: String = (0..count).map(|at| format!("print(x.a_b{at})\n")).collect();
        let names: String = (0..count).map(|at| format!(", k{at}")).collect();
        format!("jobs = list(client.jobs.list_by_experiment('g', 'w', 'e'))\nx = foo(jobs{names})\n{reads}")
    }),
    ("operations", |count| {
        (0..count).map(|at| format!("print(client.jobs.get('g', 'w', 'e', 'job{at}').execution_state)\n")).collect()
    }),
    ("functions", |count| {
        (0..count).map(|at| format!("def f{at}(name):\n    return client.clusters.get('g', 'w', name)\n\n\n")).collect()
    }),
];

/// The allocations of a conversion.
fn work(text: &str) -> usize {
    let head = "from azure.mgmt.batchai import BatchAIManagementClient\n\nclient = BatchAIManagementClient(c, s)\n";
    let source = Source::read("x.py", format!("{head}{text}").into_bytes()).expect("a program");
    let options = Options { target: Target::V2, job_form: None, upgrade_vm_sizes: false };
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let done = convert(vec![source], &options);
    assert!(done[0].problems.is_empty(), "{:?}", done[0].problems);
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

/// One test, so that nothing else allocates meanwhile.
#[test]
fn four_times_as_much_takes_about_four_times_the_work() {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK);
    let wrong: Vec<String> = threads.build().expect("a thread").install(|| {
        // The table and the inventories are read once.
        work("print(client.jobs.get('g', 'w', 'e', 'j'))\n");
        let grown = SHAPES.into_iter().map(|(what, shape)| (what, SIZES.map(|size| work(&shape(size)))));
        let wrong = grown.filter(|(_, [small, large])| large / small >= GROWTH);
        wrong.map(|(what, [small, large])| format!("{what}: {small}, then {large}")).collect()
    });
    assert!(wrong.is_empty(), "allocations grow too fast:\n{}", wrong.join("\n"));
}
