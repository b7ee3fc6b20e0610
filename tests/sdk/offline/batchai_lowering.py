"""What azure-mgmt-batchai sends, in the neutral words of a recording where they fit.

A toolkit has no such words: its settings stand as they are under "toolkit".
"""

import re

import isodate

TOOLKITS = ("cntkSettings", "pyTorchSettings", "tensorFlowSettings", "caffeSettings", "caffe2Settings",
            "chainerSettings", "customToolkitSettings", "customMpiSettings", "horovodSettings")
# Without a word from the script the SDK sends "normal", which all three then have by saying nothing.
PRIORITIES = {"low": "low", "high": "high"}
MOUNT_ROOT = re.compile(r"\$AZ_BATCHAI(?:_JOB)?_MOUNT_ROOT/([^/]+)/?(.*)")


def lower_cluster(name, properties):
    """Fields of `Record.add("clusters", …)`."""
    user = properties.get("userAccountSettings") or {}
    return {
        "name": name,
        "size": properties.get("vmSize"),
        "tier": "low_priority" if (properties.get("vmPriority") or "").lower() == "lowpriority" else "dedicated",
        **_scale(properties.get("scaleSettings") or {}),
        "ssh_user": user.get("adminUserName"),
        "ssh_password": "given" if user.get("adminUserPassword") else None,
        "ssh_key": "given" if user.get("adminUserSshPublicKey") else None,
        "ssh_open": True,
        "subnet": (properties.get("subnet") or {}).get("id"),
        "vm_image": properties.get("virtualMachineConfiguration"),
        "node_setup": (properties.get("nodeSetup") or {}).get("setupTask"),
    }


def lower_mounts(volumes):
    """The shares and containers that a job mounts, as the data stores that they become: named by their mount path."""
    volumes = volumes or {}
    shares = [(mount, "file", mount["azureFileUrl"].rstrip("/").rpartition("/")[2])
              for mount in volumes.get("azureFileShares") or ()]
    containers = [(mount, "blob", mount["containerName"]) for mount in volumes.get("azureBlobFileSystems") or ()]
    return [{"name": mount["relativeMountPath"], "kind": kind, "account": mount["accountName"],
             "container_or_share": root, "credential": _credential(mount["credentials"])}
            for mount, kind, root in shares + containers]


def lower_job(name, experiment, properties):
    """Fields of `Record.add("jobs", …)`."""
    container = properties.get("containerSettings") or {}
    registry = container.get("imageSourceRegistry") or {}
    volumes = properties.get("mountVolumes") or {}
    return {
        "name": name,
        "experiment": experiment,
        "cluster": properties["cluster"]["id"].rpartition("/")[2],
        "nodes": properties.get("nodeCount"),
        "toolkit": _toolkit(properties),
        "image": registry.get("image"),
        "registry": _registry(registry),
        "shm_size": container.get("shmSize"),
        "preparation": (properties.get("jobPreparation") or {}).get("commandLine"),
        "environment_variables": {pair["name"]: pair.get("value")
                                  for pair in properties.get("environmentVariables") or ()},
        "secrets": [secret["name"] for secret in properties.get("secrets") or ()],
        "inputs": {given["id"]: {"path": _path(given["path"])} for given in properties.get("inputDirectories") or ()},
        "outputs": {given["id"]: _output(given) for given in properties.get("outputDirectories") or ()},
        "logs": _path(properties.get("stdOutErrPathPrefix")),
        "other_mounts": {kind: volumes[kind] for kind in ("fileServers", "unmanagedFileSystems") if volumes.get(kind)},
        "timeout_seconds": _seconds((properties.get("constraints") or {}).get("maxWallClockTime")),
        "priority": PRIORITIES.get(properties.get("schedulingPriority")),
    }


def _scale(settings):
    manual, auto = settings.get("manual"), settings.get("autoScale")
    if manual:
        return {"min": manual.get("targetNodeCount"), "max": manual.get("targetNodeCount")}
    if auto:
        return {"min": auto.get("minimumNodeCount"), "max": auto.get("maximumNodeCount")}
    return {}


def _credential(credentials):
    return "key" if credentials.get("accountKey") or credentials.get("accountKeySecretReference") else None


def _toolkit(properties):
    """{"kind": "tensor_flow", and its settings with Python's names}."""
    for key in TOOLKITS:
        if properties.get(key):
            settings = {_snake(name): value for name, value in properties[key].items()}
            return {"kind": _snake(key[:-len("Settings")]), **settings}
    return None


def _snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _registry(registry):
    user = (registry.get("credentials") or {}).get("username")
    fields = {"address": registry.get("serverUrl"), "username": user}
    return {name: value for name, value in fields.items() if value}


def _path(path):
    """A path below the mount root as the address in the data store of that mount; any other as it is."""
    found = MOUNT_ROOT.fullmatch(path or "")
    return "azureml://datastores/{}/paths/{}".format(found[1], found[2]) if found else path


def _output(given):
    """Batch AI put a folder of the job's own between prefix and suffix."""
    lowered = {"path": _path(given["pathPrefix"]), "suffix": given.get("pathSuffix")}
    return {name: value for name, value in lowered.items() if value is not None}


def _seconds(duration):
    return None if duration is None else int(isodate.parse_duration(duration).total_seconds())
