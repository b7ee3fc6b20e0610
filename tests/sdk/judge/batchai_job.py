"""The processes of a job as Batch AI started them (documentation of the toolkits, 2018; `map_v2.md`, "Toolkits")."""

import re

from judge import places
from judge.tasks import MASTER, SERVER, WORKER, Task, hosts

WEEK = 7 * 24 * 3600      # the time limit of a job that says none
LAUNCHERS = ("mpirun", "mpiexec", "mpiexec.hydra")
# Options of Open MPI and Intel MPI that are followed by words, by how many; no other is.
TAKES = {1: ("x", "np", "n", "N", "npernode", "ppn", "perhost", "hostfile", "machinefile", "hosts", "host", "H", "f",
             "bind-to", "map-by", "genvlist", "wdir"),
         2: ("env", "genv", "mca")}


def folders(job):
    """{"INPUT_DATA": folder, "OUTPUT_MODEL": folder} of what the service mounted."""
    named = {"INPUT_" + name: places.folder(given["path"]) for name, given in job.get("inputs", {}).items()}
    for name, given in job.get("outputs", {}).items():
        prefix = places.folder(given["path"])
        named["OUTPUT_" + name] = prefix and places.join(prefix, places.JOB, given.get("suffix", ""))
    return {name: folder for name, folder in named.items() if folder}


def outputs(job):
    """{folder: whether it can be written} of the output directories."""
    return {folder: True for name, folder in folders(job).items() if name.startswith("OUTPUT_")}


def tasks(job):
    """The processes, in order; the job's preparation is in the command of the first one on each node."""
    toolkit, nodes = job.get("toolkit") or {}, job.get("nodes") or 1
    kind, count = toolkit.get("kind"), toolkit.get("process_count") or nodes
    if kind == "tensor_flow":
        made = _tensorflow(job, toolkit, nodes)
    elif kind == "custom_toolkit":
        made = [Task(MASTER, 0, toolkit["command_line"], _variables(job, 0, {}))]
    elif kind == "caffe2":
        made = _alike(job, _program(toolkit), nodes, nodes, {})
    elif kind == "py_torch":
        made = _alike(job, _program(toolkit), count, nodes, {
            "AZ_BATCHAI_PYTORCH_INIT_METHOD": "tcp://master:6105",
            "AZ_BATCHAI_PYTORCH_BACKEND": toolkit.get("communication_backend") or "gloo"})
    else:
        made = _alike(job, _program(toolkit), count, nodes, {})
    return [_at_the_mounts(task) for task in _prepared(job, made)]


def _at_the_mounts(task):
    task.command = task.command.replace(places.HARD_ROOT, places.ROOT)
    return task


def _tensorflow(job, toolkit, nodes):
    """Master, workers and parameter servers. Azure ML's worker 0 is the master, so it is counted as one of them."""
    workers, servers = toolkit.get("worker_count"), toolkit.get("parameter_server_count")
    if nodes == 1 and not workers and not servers:
        return [Task(MASTER, 0, _program(toolkit, "master_"), _variables(job, 0, {}))]
    workers, servers = workers or nodes, servers or 1
    known = {"AZ_BATCHAI_PS_HOSTS": ",".join(hosts("ps", servers)),
             "AZ_BATCHAI_WORKER_HOSTS": ",".join(hosts("worker", workers))}
    roles = [(MASTER, 0, "master_")] + [(WORKER, index, "worker_") for index in range(1, workers)]
    roles += [(SERVER, index, "parameter_server_") for index in range(servers)]
    return [Task(role, number % nodes, _program(toolkit, arguments), _variables(job, index, known))
            for number, (role, index, arguments) in enumerate(roles)]


def _alike(job, command, count, nodes, known):
    """`count` processes, evenly on the nodes; the first is the master."""
    each = max(count // nodes, 1)
    return [Task(MASTER if rank == 0 else WORKER, rank // each, command, _variables(job, rank, known))
            for rank in range(count)]


def _program(toolkit, role=""):
    arguments = toolkit.get(role + "command_line_args") or ""
    if toolkit.get("command_line"):
        return toolkit["command_line"]
    if toolkit.get("config_file_path"):
        program = "cntk configFile=" if toolkit["kind"] == "cntk" else "caffe train --solver="
        return "{}{} {}".format(program, toolkit["config_file_path"], arguments)
    interpreter = toolkit.get("python_interpreter_path") or "python"
    return "{} {} {}".format(interpreter, toolkit["python_script_file_path"], arguments)


def _variables(job, index, known):
    variables = {
        "AZ_BATCHAI_JOB_MOUNT_ROOT": places.ROOT, "AZ_BATCHAI_MOUNT_ROOT": places.ROOT,
        "AZ_BATCHAI_JOB_NAME": job["name"], "AZ_BATCHAI_TASK_INDEX": str(index), "AZ_BATCHAI_JOB_TEMP": "/tmp/batchai_job",
        "AZ_BATCHAI_SHARED_JOB_TEMP": places.UNNAMED + "/SHARED_JOB_TEMP",
        "AZ_BATCHAI_MPI_HOST_FILE": "/tmp/hosts", "AZ_BATCH_HOST_LIST": "host-0,host-1", **known}
    logs = places.folder(job.get("logs"))
    if logs:
        variables["AZ_BATCHAI_STDOUTERR_DIR"] = places.join(logs, places.JOB, "stdouterr")
    variables.update({"AZ_BATCHAI_" + name: folder for name, folder in folders(job).items()})
    for name, value in job.get("environment_variables", {}).items():
        variables[name] = _expanded(value or "", variables)
    return variables


def _expanded(text, variables):
    """Batch AI put its own variables into the values of the user's."""
    return re.sub(r"\$\{?(AZ_BATCHAI_\w+)\}?", lambda found: variables.get(found[1], found[0]), text)


def _prepared(job, made):
    seen = set()
    for task in made:
        if job.get("preparation") and task.node not in seen:
            task.command = "({}) && {{ {}\n}}".format(job["preparation"], task.command)
        seen.add(task.node)
    return made


def launched(words, nodes):
    """(program, processes, {variable: value}) of `mpirun …`; None for any other program."""
    if not words or words[0].rpartition("/")[2] not in LAUNCHERS:
        return None
    count, variables, at = nodes, {}, 1
    while at < len(words) and words[at].startswith("-"):
        option = words[at].lstrip("-")
        takes = next((takes for takes, options in TAKES.items() if option in options), 0)
        if takes == 2 and "=" in words[at + 1]:
            takes = 1
        values = words[at + 1:at + 1 + takes]
        if option in ("n", "np"):
            count = int(values[0])
        elif option in ("N", "npernode") and "-np" not in words and "-n" not in words:
            count = int(values[0]) * nodes
        elif option in ("x", "env", "genv"):
            name, _, value = values[0].partition("=")
            variables[name] = values[1] if takes == 2 else value
        at += 1 + takes
    return words[at:], count, {name: value for name, value in variables.items() if value}
