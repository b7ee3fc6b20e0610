"""The processes of a job as Azure ML starts them (documentation of distributed training, 2026)."""

import json
import re

from judge import places
from judge.tasks import MASTER, SERVER, WORKER, Task, hosts

HOLE = re.compile(r"\$\{\{\s*(inputs|outputs)\.(\w+)(?:\.path)?\s*\}\}")
WRITABLE = ("rw_mount", "upload", "mount")     # azureml-core says `mount` for both ways
RUN = "run-of-the-oracle"


def folders(job):
    """{("inputs", name): folder or value}."""
    named = {("inputs", name): given["value"] if "value" in given else places.folder(given.get("path"), job["name"])
             for name, given in job.get("inputs", {}).items()}
    for name, given in job.get("outputs", {}).items():
        named["outputs", name] = (places.folder(given.get("path"), job["name"])
                                  or places.join(places.UNNAMED, name))
    return {key: folder for key, folder in named.items() if folder is not None}


def outputs(job):
    """{folder: whether it can be written}. An output without a path is the service's own business."""
    return {folder: job["outputs"][name].get("mode") in WRITABLE for (kind, name), folder in folders(job).items()
            if kind == "outputs" and not folder.startswith(places.UNNAMED)}


def tasks(job):
    """The processes, in order."""
    distribution, nodes = job.get("distribution") or {}, job.get("nodes") or 1
    command = HOLE.sub(lambda hole: folders(job).get((hole[1], hole[2]), hole[0]), job.get("command") or "")
    if distribution.get("type") == "tensorflow":
        return _tensorflow(job, command, distribution, nodes)
    each = job.get("processes_per_node") or 1
    count = nodes * each if distribution else 1
    return [Task(MASTER if rank == 0 else WORKER, rank // each, command, _variables(job, rank, each, count))
            for rank in range(count)]


def _tensorflow(job, command, distribution, nodes):
    workers, servers = distribution.get("workers") or nodes, distribution.get("parameter_servers") or 0
    cluster = {"worker": hosts("worker", workers), "ps": hosts("ps", servers)}
    roles = [("worker", index) for index in range(workers)] + [("ps", index) for index in range(servers)]
    made = []
    for number, (kind, index) in enumerate(roles):
        variables = _variables(job, number, 1, len(roles))
        variables["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})
        role = SERVER if kind == "ps" else WORKER if index else MASTER
        made.append(Task(role, number % nodes, command, variables))
    return made


def met(words, environment):
    """The words of a program, with the address that PyTorch takes from the environment where they say `env://`."""
    address = "tcp://{MASTER_ADDR}:{MASTER_PORT}"
    known = "MASTER_ADDR" in environment and "MASTER_PORT" in environment
    return [address.format(**environment) if known and word == "env://" else word for word in words]


def _variables(job, rank, each, count):
    variables = dict(job.get("environment_variables") or {})
    variables.update({
        "AZUREML_RUN_ID": RUN, "RANK": rank, "LOCAL_RANK": rank % each, "NODE_RANK": rank // each, "WORLD_SIZE": count,
        "OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_LOCAL_RANK": rank % each, "OMPI_COMM_WORLD_SIZE": count,
        "MASTER_ADDR": "master", "MASTER_PORT": "6105"})
    for (kind, name), folder in folders(job).items():
        variables["AZUREML_DATAREFERENCE_" + name if kind == "inputs" else name] = folder
    return variables
