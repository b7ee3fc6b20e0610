"""Settings from `configuration.json`, and the clients that they lead to."""

import json

from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient
from azure.mgmt.resource import ResourceManagementClient


class Configuration:
    """The settings file as attributes."""

    def __init__(self, path):
        with open(path) as file:
            settings = json.load(file)
        storage, admin = settings["storage_account"], settings["admin_user"]
        registry = settings.get("container_registry", {})
        self.subscription_id = settings["subscription_id"]
        self.aad_client_id = settings["aad_client_id"]
        self.aad_secret_key = settings["aad_secret"]
        self.aad_tenant = settings["aad_tenant"]
        self.location = settings["location"]
        self.url = settings["base_url"]
        self.resource_group = settings["resource_group"]
        self.workspace = settings["workspace"]
        self.storage_account_name = storage["name"]
        self.storage_account_key = storage["key"]
        self.admin = admin["name"]
        self.admin_password = admin.get("password")
        self.admin_ssh_key = admin.get("ssh_public_key")
        self.container_registry_user = registry.get("user")
        self.container_registry_password = registry.get("password")
        self.container_registry_secret_url = registry.get("secret_url")
        self.keyvault_id = settings.get("keyvault_id")


def create_batchai_client(configuration):
    return BatchAIManagementClient(
        credentials=_credentials(configuration), subscription_id=configuration.subscription_id,
        base_url=configuration.url)


def create_resource_group(configuration):
    client = ResourceManagementClient(_credentials(configuration), configuration.subscription_id)
    client.resource_groups.create_or_update(configuration.resource_group, {"location": configuration.location})


def _credentials(configuration):
    return ServicePrincipalCredentials(
        client_id=configuration.aad_client_id, secret=configuration.aad_secret_key, tenant=configuration.aad_tenant)
