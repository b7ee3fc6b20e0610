# What the helpers of Batch AI's recipes (`utilities`) ask for, in terms of what they call themselves: read, never run.
# Names are those of the functions and classes, without the module. `asked` stands for calls that are one thing of the
# intent and many of an SDK.
import json
from types import SimpleNamespace

import asked
from azure.mgmt.batchai import BatchAIManagementClient


def Configuration(path):
    with open(path) as file:
        settings = json.load(file)
    storage, admin = settings["storage_account"], settings["admin_user"]
    registry = settings.get("container_registry", {})
    return SimpleNamespace(
        subscription_id=settings["subscription_id"],
        aad_client_id=settings["aad_client_id"],
        aad_secret_key=settings["aad_secret"],
        aad_secret=settings["aad_secret"],
        aad_tenant=settings["aad_tenant"],
        location=settings["location"],
        url=settings.get("base_url"),
        resource_group=settings["resource_group"],
        workspace=settings["workspace"],
        storage_account_name=storage["name"],
        storage_account_key=storage["key"],
        admin=admin["name"],
        admin_password=admin.get("password"),
        admin_ssh_key=admin.get("ssh_public_key"),
        container_registry_user=registry.get("user"),
        container_registry_password=registry.get("password"),
        container_registry_secret_url=registry.get("secret_url"),
        keyvault_id=settings.get("keyvault_id"),
    )


def create_batchai_client(configuration):
    return BatchAIManagementClient(None, configuration.subscription_id)


def create_resource_group(configuration):
    pass


def print_cluster_status(cluster):
    pass


def print_job_status(job):
    pass


def wait_for_job_completion(client, resource_group, workspace, experiment, job_name, cluster_name, directory, file):
    asked.wait(job_name)
