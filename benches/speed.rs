//! Time and memory of the whole program: `cargo bench`. Linux only: memory is read from `/proc`.
//!
//! It measures the process as users start it, not functions, because that is what was promised: a notebook in 20 ms and
//! 40 MB, a tree of 50,000 files without Batch AI in twice `grep -rl`'s time and 100 MB, and conversion time that grows
//! linearly. On the tree it measures grep and `ruff check` in the same run, in time and memory (`RUFF` names a ruff that is
//! not on the path). It prints and judges; it does not fail, since a busy machine is no bug.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bai2aml");

const NOTEBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/guide-notebook/before.ipynb");

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    notebook();
    tree(folder.path());
    scripts(folder.path());
}

/// The middle one of some measurements.
fn median(times: usize, mut measure: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<Duration> = (0..times).map(|_| measure()).collect();
    all.sort();
    all[times / 2]
}

/// How long a command runs; its output goes nowhere.
fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command can be started");
    start.elapsed()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn judge(good: bool) -> &'static str {
    if good { "ok" } else { "MISSED" }
}

fn notebook() {
    let convert = || {
        let mut command = Command::new(PROGRAM);
        command.args(["convert", NOTEBOOK]);
        command
    };
    let time = milliseconds(median(41, || time(&mut convert())));
    let memory = (0..11).map(|_| peak(&mut convert())).max().unwrap_or_default();
    let megabytes = memory as f64 / 1000.0;
    println!(
        "one recipe notebook: {time:.1} ms (20: {}), {megabytes:.1} MB (40: {})",
        judge(time < 20.0),
        judge(megabytes < 40.0)
    );
}

/// The peak of a process's memory in kB, as the last look at it before it ended tells.
fn peak(command: &mut Command) -> u64 {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program can be started");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child of ours").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
        peak = peak.max(now);
    }
    peak
}

/// 50,000 files in 500 folders, of which none names Batch AI: four of five are Python.
fn tree(folder: &Path) {
    let root = folder.join("tree");
    let mut bytes = 0;
    for index in 0..50_000 {
        let place = root.join(format!("package{:03}", index / 100));
        fs::create_dir_all(&place).expect("a folder");
        let text = module(index);
        bytes += text.len();
        let ending = if index % 5 == 4 { ["sh", "yml", "md", "json", "txt"][index / 5 % 5] } else { "py" };
        fs::write(place.join(format!("module{:02}.{ending}", index % 100)), text).expect("a file");
    }
    println!("50,000 files, {} MB, on the same tree in this run:", bytes / 1_000_000);
    let [check, memory] = measured("bai2aml check", &mut || command(PROGRAM, &["check"], &root));
    let [grep, _] = measured("grep -rl batchai", &mut || command("grep", &["-rl", "batchai"], &root));
    let ruff = env::var_os("RUFF").unwrap_or_else(|| OsString::from("ruff"));
    if Command::new(&ruff).arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        let args = ["check", "--no-cache", "--exit-zero", "--quiet"];
        measured("ruff check --no-cache", &mut || command(&ruff, &args, &root));
    } else {
        println!("  ruff check: not measured, there is no `ruff` (`pip install ruff`, or name it in `RUFF`)");
    }
    let ratio = check / grep;
    println!(
        "  check takes {ratio:.1} times as long as grep (2: {}) and {memory:.0} MB (100: {})",
        judge(ratio <= 2.0),
        judge(memory < 100.0)
    );
}

/// A program with its arguments, on a folder.
fn command(program: impl AsRef<OsStr>, args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).arg(folder);
    command
}

/// Prints how long a command runs and how much memory it takes at most, and gives both, in ms and MB.
fn measured(what: &str, command: &mut dyn FnMut() -> Command) -> [f64; 2] {
    let time = milliseconds(median(5, || time(&mut command())));
    let memory = (0..3).map(|_| peak(&mut command())).max().unwrap_or_default() as f64 / 1000.0;
    println!("  {what:<22}{time:>8.0} ms {memory:>6.0} MB");
    [time, memory]
}

/// A module as research code has it, between 1 and 12 kB.
fn module(index: usize) -> String {
    let mut text = format!("\"\"\"Experiment {index}.\"\"\"\n\nimport os\n\nimport numpy as np\n\n");
    for function in 0..2 + index * 7 % 23 {
        text.push_str(&format!(
            "def step_{function}(batch, rate=0.{function}1, name='run-{index}'):\n    \
             \"\"\"One pass over a batch: the loss, and the path of the checkpoint.\"\"\"\n    \
             weights = np.zeros((batch.shape[1], {function} + 1))\n    \
             for epoch in range({index} % 10 + 1):\n        \
             weights -= rate * batch.T.dot(batch.dot(weights) - 1)\n    \
             print('epoch {{}} of {{}}'.format(epoch, name))\n    \
             return float(np.mean(weights)), os.path.join('checkpoints', name)\n\n\n"
        ));
    }
    text
}

/// Writes a script of this size.
type Maker = fn(usize) -> String;

/// Ten times the script must take about ten times the time, whatever it is made of.
fn scripts(folder: &Path) {
    let makers: [(&str, Maker); 3] = [("jobs", script), ("one literal", literal), ("clusters", clusters)];
    for (what, make) in makers {
        for target in ["v2", "v1"] {
            let times = [1_000, 10_000].map(|size| {
                let path = folder.join(format!("{}{size}.py", what.replace(' ', "_")));
                fs::write(&path, make(size)).expect("a file");
                // What other programs do makes a run slower, never faster.
                let convert = || time(Command::new(PROGRAM).args(["convert", "--target", target]).arg(&path));
                thread::sleep(Duration::from_millis(100));
                (0..5).map(|_| convert()).min().unwrap_or_default()
            });
            let [small, large] = times.map(milliseconds);
            let ratio = large / small;
            println!(
                "{what}, {target}: 1,000 in {small:.0} ms, 10,000 in {large:.0} ms: {ratio:.1} times (13: {})",
                judge(ratio <= 13.0)
            );
        }
    }
}

const HEAD: &str = "import azure.mgmt.batchai.models as models\n\
                    from azure.mgmt.batchai import BatchAIManagementClient\n\n\
                    client = BatchAIManagementClient(credentials, subscription)\n";

/// One list of that many constructors.
fn literal(items: usize) -> String {
    let item = |n| format!("    models.EnvironmentVariable(name='A{n}', value='{n}'),\n");
    format!("{HEAD}variables = [\n{}]\n", (0..items).map(item).collect::<String>())
}

/// That many clusters, and nothing else.
fn clusters(clusters: usize) -> String {
    let cluster = |n| {
        format!(
            "parameters{n} = models.ClusterCreateParameters(\n    \
             vm_size='STANDARD_NC6',\n    \
             scale_settings=models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count={n})))\n\
             client.clusters.create('rg', 'ws', 'gpus{n}', parameters{n}).result()\n"
        )
    };
    format!("{HEAD}{}", (0..clusters).map(cluster).collect::<String>())
}

/// A script with that many calls of Batch AI.
fn script(calls: usize) -> String {
    let mut text = HEAD.to_owned();
    // The client is a call, and so are the seven of each job.
    for job in 0..(calls - 1) / 7 {
        text.push_str(&format!(
            "\n# Run {job}\n\
             settings{job} = models.PyTorchSettings(\n    \
             python_script_file_path='$AZ_BATCHAI_INPUT_SCRIPTS/train.py',\n    \
             command_line_args='--rate 0.{job} --output $AZ_BATCHAI_OUTPUT_MODEL')\n\
             parameters{job} = models.JobCreateParameters(\n    \
             cluster=models.ResourceId(id=client.clusters.get('rg', 'ws', 'gpus').id),\n    \
             node_count=1,\n    \
             input_directories=[models.InputDirectory(id='SCRIPTS', path='$AZ_BATCHAI_JOB_MOUNT_ROOT/share/scripts')],\n    \
             output_directories=[models.OutputDirectory(id='MODEL', path_prefix='$AZ_BATCHAI_JOB_MOUNT_ROOT/share')],\n    \
             std_out_err_path_prefix='$AZ_BATCHAI_JOB_MOUNT_ROOT/share',\n    \
             py_torch_settings=settings{job})\n\
             job{job} = client.jobs.create('rg', 'ws', 'exp', 'job{job}', parameters{job}).result()\n"
        ));
    }
    for job in 0..(calls - 1) % 7 {
        text.push_str(&format!("print(client.jobs.get('rg', 'ws', 'exp', 'job{job}').name)\n"));
    }
    text
}
