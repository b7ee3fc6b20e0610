"""Puts the fake Batch AI in place and watches the script's calls of it."""

import sys
from pathlib import Path

import azure.common.client_factory
import azure.common.credentials
from azure.mgmt.batchai import operations
from msrestazure import azure_active_directory as logins

from offline import calls, downloads, identity
from offline.batchai_service import Service

RECIPES = Path(__file__).resolve().parent.parent / "recipes"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"

# What creates or changes something is noted by the service, with what was asked for.
WATCHED = {
    "WorkspacesOperations": {
        "get": ("workspaces.get", "workspace_name"), "delete": ("workspaces.delete", "workspace_name"),
        "list": ("workspaces.list", ""), "list_by_resource_group": ("workspaces.list", "")},
    "ClustersOperations": {
        "get": ("clusters.get", "cluster_name"), "delete": ("clusters.delete", "cluster_name"),
        "list": ("clusters.list", ""), "list_by_resource_group": ("clusters.list", ""),
        "list_by_workspace": ("clusters.list", ""),
        "list_remote_login_information": ("clusters.list_nodes", "cluster_name")},
    "ExperimentsOperations": {
        "get": ("experiments.get", "experiment_name"), "delete": ("experiments.delete", "experiment_name"),
        "list_by_workspace": ("experiments.list", "")},
    "JobsOperations": {
        "get": ("jobs.get", "job_name"), "delete": ("jobs.delete", "job_name"),
        "terminate": ("jobs.cancel", "job_name"), "list_by_experiment": ("jobs.list", ""), "list": ("jobs.list", ""),
        "list_by_resource_group": ("jobs.list", ""), "list_output_files": ("jobs.list_files", "job_name"),
        "list_remote_login_information": ("jobs.list_nodes", "job_name")},
    "FileServersOperations": {
        "get": ("file_servers.get", "file_server_name"), "delete": ("file_servers.delete", "file_server_name"),
        "list": ("file_servers.list", ""), "list_by_resource_group": ("file_servers.list", ""),
        "list_by_workspace": ("file_servers.list", "")},
    "UsagesOperations": {"list": ("clusters.list_usages", "location")},
    "UsageOperations": {"list": ("clusters.list_usages", "location")},
}


def _watched():
    """What this version of the package has of it: 7.0.0 starts with `begin_delete` what others do with `delete`."""
    watched = {}
    for owner, methods in WATCHED.items():
        kind = getattr(operations, owner, None)
        if kind:
            watched[kind] = {name: noted for method, noted in methods.items() for name in (method, "begin_" + method)
                             if name in vars(kind)}
    return watched


def prepare(record, network, given):
    """Puts the fake service in place for this process."""
    _fake_logins()
    sys.path.append(str(RECIPES))
    downloads.serve(network)
    Service(record, given).serve(network)
    calls.watch_all(_watched(), record.operate)


def _fake_logins():
    """Logins that give a token at once and look up nothing."""
    identity.fake_credentials()
    for name in ("ServicePrincipalCredentials", "UserPassCredentials", "InteractiveCredentials", "MSIAuthentication"):
        kind = getattr(logins, name)
        kind.__init__ = calls.checked_only(kind.__init__, _log_in)
        kind.set_token = lambda _self: None
    azure.common.credentials.get_azure_cli_credentials = lambda **_options: (_credentials(), SUBSCRIPTION)
    azure.common.client_factory.get_client_from_cli_profile = _client_of_cli


def _log_in(credentials):
    credentials.id = "offline"
    credentials.scheme, credentials.token = "Bearer", {"access_token": "offline", "token_type": "Bearer"}


def _credentials():
    return logins.ServicePrincipalCredentials("client", "secret", tenant="tenant")


def _client_of_cli(client_class, **options):
    return client_class(**dict({"credentials": _credentials(), "subscription_id": SUBSCRIPTION}, **options))
