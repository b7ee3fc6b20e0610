"""Request bodies of azure-ai-ml (ARM, camelCase) in the neutral words of a recording."""

import isodate

# azureml-core sends what the script wrote, azure-ai-ml its own spelling, or nothing for what is usual.
TIERS = {None: "dedicated", "Dedicated": "dedicated", "dedicated": "dedicated", "LowPriority": "low_priority",
         "lowpriority": "low_priority"}
MODES = {"ReadOnlyMount": "ro_mount", "ReadWriteMount": "rw_mount", "Download": "download", "Upload": "upload",
         "Direct": "direct", "EvalMount": "eval_mount", "EvalDownload": "eval_download"}

PRIORITIES = {1: "low", 2: "medium", 3: "high"}


def lower_cluster(name, properties):
    """Fields of `Record.add("clusters", …)`; the properties are those of an AmlCompute."""
    scale = properties.get("scaleSettings", {})
    user = properties.get("userAccountCredentials") or {}
    return {
        "name": name,
        "size": properties.get("vmSize"),
        "tier": TIERS.get(properties.get("vmPriority"), properties.get("vmPriority")),
        "min": scale.get("minNodeCount"),
        "max": scale.get("maxNodeCount"),
        "idle_seconds": seconds(scale.get("nodeIdleTimeBeforeScaleDown")),
        "ssh_user": user.get("adminUserName"),
        "ssh_password": "given" if user.get("adminUserPassword") else None,
        "ssh_key": "given" if user.get("adminUserSshPublicKey") else None,
        "ssh_open": properties.get("remoteLoginPortPublicAccess") == "Enabled",
        "subnet": (properties.get("subnet") or {}).get("id"),
    }


def lower_datastore(name, properties):
    """Fields of `Record.add("datastores", …)`."""
    kind = properties["datastoreType"]
    secrets = properties.get("credentials", {}).get("secrets", {})
    return {
        "name": name,
        "kind": {"AzureFile": "file", "AzureBlob": "blob"}.get(kind, kind),
        "account": properties.get("accountName"),
        "container_or_share": properties.get("containerName") or properties.get("fileShareName"),
        "credential": next((word for word, secret in (("key", secrets.get("key")), ("sas", secrets.get("sasToken")))
                            if secret), properties.get("credentials", {}).get("credentialsType")),
    }


def lower_job(name, properties, environment):
    """Fields of `Record.add("jobs", …)`; `environment` is the environment version that the job names."""
    resources = properties.get("resources") or {}
    distribution = properties.get("distribution") or {}
    return {
        "name": name,
        "kind": None if properties["jobType"] == "Command" else properties["jobType"].lower(),
        "experiment": properties.get("experimentName"),
        "cluster": last_segment(properties.get("computeId")),
        "nodes": resources.get("instanceCount"),
        "processes_per_node": distribution.get("processCountPerInstance"),
        "distribution": _distribution(distribution),
        "image": environment.get("image"),
        "conda": environment.get("condaFile"),
        "build": environment.get("build"),
        "shm_size": resources.get("shmSize"),
        "docker_arguments": resources.get("dockerArgs"),
        "command": properties.get("command"),
        "code": bool(properties.get("codeId")) or None,
        "environment_variables": properties.get("environmentVariables"),
        "inputs": {key: _data(value, "jobInputType") for key, value in (properties.get("inputs") or {}).items()},
        "outputs": {key: _data(value, "jobOutputType") for key, value in (properties.get("outputs") or {}).items()},
        "timeout_seconds": seconds((properties.get("limits") or {}).get("timeout")),
        "priority": PRIORITIES.get((properties.get("queueSettings") or {}).get("priority")),
        "tags": properties.get("tags"),
        "description": properties.get("description"),
        "display_name": properties.get("displayName") if properties.get("displayName") != name else None,
    }


def seconds(duration):
    """An ISO 8601 duration in whole seconds."""
    return None if duration is None else int(isodate.parse_duration(duration).total_seconds())


def last_segment(resource_id):
    return resource_id.rpartition("/")[2] if resource_id else None


def _distribution(distribution):
    if not distribution:
        return None
    lowered = {"type": distribution["distributionType"].lower()}
    if lowered["type"] == "tensorflow":
        lowered["workers"] = distribution.get("workerCount")
        lowered["parameter_servers"] = distribution.get("parameterServerCount")
    return lowered


def _data(value, kind_field):
    """An input or output: a folder in a datastore, or a plain value."""
    kind = value.get(kind_field)
    if kind == "literal":
        return {"value": value["value"]}
    lowered = {"path": value.get("uri"), "mode": MODES.get(value.get("mode"), value.get("mode"))}
    if kind != "uri_folder":
        lowered["type"] = kind
    return {name: entry for name, entry in lowered.items() if entry is not None}
