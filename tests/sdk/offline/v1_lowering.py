"""What azureml-core sends, in the neutral words of a recording.

Clusters are the same resource in both SDKs: see `v2_lowering.lower_cluster`.
"""

import re
import shlex

DEFAULT_SHM_SIZE = "2g"
DEFAULT_REFERENCE = "workspaceblobstore"     # every estimator adds it
EXAMPLE_VARIABLE = "EXAMPLE_ENV_VAR"        # every Environment has it
# How arguments name what the service will put there.
PLACEHOLDERS = ((r"\$AZUREML_DATAREFERENCE_(\w+)", r"${{inputs.\1}}"),
                (r"DatasetConsumptionConfig:(\w+)", r"${{inputs.\1}}"),
                (r"DatasetOutputConfig:(\w+)", r"${{outputs.\1}}"))


def lower_datastore(body):
    """Fields of `Record.add("datastores", …)`."""
    section = body["azureStorageSection"]
    kind = body["dataStoreType"]
    return {
        "name": body["name"],
        "kind": {"AzureFile": "file", "AzureBlob": "blob"}.get(kind, kind),
        "account": section["accountName"],
        "container_or_share": section["containerName"],
        "credential": {"AccountKey": "key", "Sas": "sas"}.get(section["credentialType"], section["credentialType"]),
    }


def lower_run(name, experiment, configuration):
    """Fields of `Record.add("jobs", …)`; the configuration is a serialised RunConfiguration."""
    environment, docker = configuration["environment"], _docker(configuration)
    distribution, processes = _distribution(configuration)
    return {
        "name": name,
        "experiment": experiment,
        "cluster": configuration["target"],
        "nodes": configuration["nodeCount"],
        "processes_per_node": processes,
        "distribution": distribution,
        "image": environment["docker"]["baseImage"],
        "dockerfile": environment["docker"]["baseDockerfile"],
        "registry": _registry(environment["docker"]["baseImageRegistry"]),
        "in_container": docker["used"],
        "conda": None if environment["python"]["userManagedDependencies"] else _conda(environment["python"]),
        "shm_size": docker["shm_size"] if docker["shm_size"] != DEFAULT_SHM_SIZE else None,
        "docker_arguments": docker["arguments"],
        "command": _command(configuration),
        "environment_variables": _variables(configuration),
        "inputs": _inputs(configuration),
        "outputs": {key: _output(value) for key, value in configuration["outputData"].items()},
        "timeout_seconds": configuration["maxRunDurationSeconds"],
        "priority": configuration["priority"],
    }


def _docker(configuration):
    """The job's own docker section, or the old one of its environment."""
    own, old = configuration.get("docker") or {}, configuration["environment"]["docker"]
    section = own if own.get("useDocker") is not None else old
    return {"used": bool(own.get("useDocker") or old.get("enabled")), "shm_size": section.get("shmSize"),
            "arguments": section.get("arguments")}


def _distribution(configuration):
    """({"type": …} or None, processes per node or None)."""
    communicator = (configuration["communicator"] or "None").lower()
    if communicator == "parameterserver":
        counts = configuration["tensorflow"]
        return {"type": "tensorflow", "workers": counts["workerCount"],
                "parameter_servers": counts["parameterServerCount"]}, None
    if communicator in ("nccl", "gloo"):
        count, nodes = configuration["pytorch"]["processCount"], configuration["nodeCount"]
        return {"type": "pytorch", "backend": communicator}, count and count // nodes
    if communicator in ("mpi", "intelmpi", "openmpi"):
        return {"type": "mpi"}, configuration["mpi"]["processCountPerNode"]
    return (None if communicator == "none" else {"type": communicator}), None


def _registry(registry):
    return {name: registry[name] for name in ("address", "username") if registry and registry[name]}


def _conda(python):
    return python["condaDependencies"]["dependencies"]


def _command(configuration):
    """The command line, its placeholders written as both SDKs' successor writes them."""
    command = configuration["command"]
    if not command:
        command = [_interpreter(configuration), configuration["script"]] + configuration["arguments"]
    if not isinstance(command, str):
        command = " ".join(_quoted(str(word)) for word in command)
    for pattern, replacement in PLACEHOLDERS:
        command = re.sub(pattern, replacement, command)
    return command


def _interpreter(configuration):
    """What the user manages is started as the user says; otherwise it is the Python that the SDK installs."""
    python = configuration["environment"]["python"]
    return python["interpreterPath"] if python["userManagedDependencies"] else "python"


def _quoted(word):
    """Quotes only words with blanks or quotes in them: `$VARIABLES` are meant to be expanded."""
    return shlex.quote(word) if re.search(r"""[\s'"]""", word) or not word else word


def _variables(configuration):
    variables = dict(configuration["environment"].get("environmentVariables") or {})
    variables.update(configuration.get("environmentVariables") or {})
    variables.pop(EXAMPLE_VARIABLE, None)
    return variables


def _inputs(configuration):
    """Data references and data sets."""
    inputs = {key: _given({"path": _path(value["dataStoreName"], value["pathOnDataStore"]), "mode": value["mode"],
                           "path_on_compute": value["pathOnCompute"]})
              for key, value in configuration["dataReferences"].items() if key != DEFAULT_REFERENCE}
    for key, value in configuration["data"].items():
        inputs[key] = _given({"data": value.get("dataLocation"), "mode": (value.get("mechanism") or "").lower()})
    return inputs


def _output(value):
    place = (value.get("outputLocation") or {}).get("dataPath") or {}
    return _given({"path": _path(place.get("datastoreName"), place.get("relativePath")),
                   "mode": value["mechanism"].lower(),
                   "path_on_compute": value["additionalOptions"]["pathOnCompute"]})


def _path(datastore, path):
    return "azureml://datastores/{}/paths/{}".format(datastore, path or "") if datastore else None


def _given(fields):
    return {name: value for name, value in fields.items() if value is not None}
