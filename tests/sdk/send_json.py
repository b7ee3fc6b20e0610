"""Sends the configuration file beside it as azure-cli-batchai did, on the version of the SDK that its schema is of.

`custom.py` of that package reads the file with msrest's deserializer of the model, fills in the account of a mount from its
URL, its credentials from the environment, and the cluster from the command line; nothing else of the file is looked at.
"""

import inspect
import json
import os
import re
from pathlib import Path

from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient, models
from msrest import Deserializer

NAME = "from-yaml"
VERSIONS = {"2017-09-01-preview": "0.2.0", "2018-03-01": "1.0.1", "2018-05-01": "2.0.0"}
KINDS = {"cluster": ("clusters", "ClusterCreateParameters"), "job": ("jobs", "JobCreateParameters")}


def main():
    # Beside what the run lends to every script.
    path, = (path for path in Path().glob("*.json") if '"properties"' in path.read_text(encoding="utf-8-sig"))
    # Visual Studio's comments, as `_read_config` of later versions and everyone's editors took them.
    text = re.sub(r"(?m)^\s*//.*$|(?<=[,{\[])\s*//.*$", "", path.read_text(encoding="utf-8-sig"))
    content = json.loads(re.sub(r",(?=\s*[}\]])", "", text))
    usual = "1.0.1" if "location" in content else "2.0.0"
    wanted = next((version for api, version in VERSIONS.items() if api in content.get("$schema", "")), usual)
    running = os.environ.get("BATCHAI_VERSION") or "2.0.0"
    if running != wanted:
        raise ValueError("{} is for azure-mgmt-batchai {}".format(path.name, wanted))
    is_job = "nodeCount" in content["properties"]
    group, model = KINDS["job" if is_job else "cluster"]
    classes = {name: value for name, value in vars(models).items() if isinstance(value, type)}
    parameters = Deserializer(classes)(model, content)
    mounts = getattr(parameters, "mount_volumes", None) if is_job else parameters.node_setup and parameters.node_setup.mount_volumes
    fill_in(mounts)
    if not is_job:
        complete(parameters)
    # `--location`, or the default of `az configure`.
    if "location" in parameters._attribute_map and not parameters.location:
        parameters.location = "northeurope"
    client = BatchAIManagementClient(ServicePrincipalCredentials(client_id="id", secret="secret", tenant="tenant"), "subscription")
    experiment = getattr(parameters, "experiment_name", None) or NAME
    # `--cluster`, also in the place of an identifier that somebody was to fill in.
    if is_job and (not parameters.cluster or "$" in parameters.cluster.id):
        parameters.cluster = models.ResourceId(id="/subscriptions/subscription/resourceGroups/group/providers/"
                                               "Microsoft.BatchAI/workspaces/workspace/clusters/" + NAME)
    create = getattr(client, group).create
    given = {"resource_group_name": "group", "workspace_name": "workspace", "experiment_name": experiment,
             "job_name": NAME, "cluster_name": NAME, "parameters": parameters}
    taken = inspect.signature(create).parameters
    create(**{name: value for name, value in given.items() if name in taken}).result()


def fill_in(mounts):
    """What `_patch_mount_volumes` does."""
    credentials = models.AzureStorageCredentialsInfo(account_key="key")
    for share in mounts and mounts.azure_file_shares or ():
        if not share.account_name:
            share.account_name = share.azure_file_url.split("://")[-1].split(".file.")[0]
        share.credentials = share.credentials or credentials
    for container in mounts and mounts.azure_blob_file_systems or ():
        container.account_name = container.account_name or "<AZURE_BATCHAI_STORAGE_ACCOUNT>"
        container.credentials = container.credentials or credentials


def complete(cluster):
    """What `--vm-size`, `--min`, `--max` and `--user-name` give where the file does not."""
    cluster.vm_size = cluster.vm_size or "SIZE"
    cluster.scale_settings = cluster.scale_settings or models.ScaleSettings(
        auto_scale=models.AutoScaleSettings(minimum_node_count=0, maximum_node_count=1))
    cluster.user_account_settings = cluster.user_account_settings or models.UserAccountSettings(
        admin_user_name=NAME, admin_user_password="none")


main()
