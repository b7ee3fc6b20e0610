# What the helpers of Batch AI's recipes (`utilities`) and the sign-ins of azure.common ask for, in terms of what they call themselves: read, never run.
# Names are those of the functions and classes, without the module. `asked` stands for calls that are one thing of the
# intent and many of an SDK.
import json
import os
import subprocess
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


def az_login():
    command = "az account show --query id --output tsv"
    return subprocess.check_output(command, shell=True, universal_newlines=True).strip()


def get_azure_cli_credentials(resource=None, with_tenant=False):
    return None, az_login()


def get_client_from_cli_profile(client_class, subscription_id=None):
    return BatchAIManagementClient(None, subscription_id or az_login())


def get_client_from_auth_file(client_class, auth_path=None):
    with open(auth_path or os.environ["AZURE_AUTH_LOCATION"], encoding="utf-8-sig") as file:
        settings = json.load(file)
    return BatchAIManagementClient(None, settings["subscriptionId"])


def get_client_from_json_dict(client_class, config_dict):
    return BatchAIManagementClient(None, config_dict["subscriptionId"])


def create_resource_group(configuration):
    pass


def print_cluster_status(cluster):
    pass


def print_job_status(job):
    pass


def wait_for_job_completion(client, resource_group, workspace, experiment, job_name, cluster_name, directory, file):
    asked.wait(job_name)
