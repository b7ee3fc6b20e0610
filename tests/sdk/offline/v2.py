"""Puts the fake Azure ML of azure-ai-ml in place and watches the script's calls of it."""

from azure.ai.ml import operations

from offline import calls, downloads, identity
from offline.v2_service import Service

# What creates or changes something is noted by the service, with what was asked for.
WATCHED = {
    operations.ComputeOperations: {
        "get": "clusters.get", "list": ("clusters.list", ""), "list_nodes": "clusters.list_nodes",
        "begin_delete": "clusters.delete", "list_usage": ("clusters.list_usages", "location"),
        "list_sizes": ("clusters.list_sizes", "location")},
    operations.JobOperations: {
        "get": "jobs.get", "list": ("jobs.list", ""), "stream": "jobs.wait", "download": "jobs.download",
        "begin_cancel": "jobs.cancel", "begin_delete": "jobs.delete", "archive": "jobs.archive",
        "update": "jobs.update", "show_services": "jobs.show_services"},
    operations.DatastoreOperations: {
        "get": "datastores.get", "list": ("datastores.list", ""), "delete": "datastores.delete",
        "get_default": ("datastores.get_default", "")},
    operations.EnvironmentOperations: {
        "get": "environments.get", "list": "environments.list", "archive": "environments.archive",
        "create_or_update": ("environments.create", "environment.name")},
    operations.WorkspaceConnectionsOperations: {
        "get": "connections.get", "list": ("connections.list", ""), "delete": "connections.delete",
        "create_or_update": ("connections.create", "workspace_connection.name")},
    operations.WorkspaceOperations: {
        "get": "workspaces.get", "list": ("workspaces.list", ""),
        "begin_create": ("workspaces.create", "workspace.name"),
        "begin_update": ("workspaces.update", "workspace.name"), "begin_delete": "workspaces.delete"},
}


def prepare(record, network, given):
    """Puts the fake service in place for this process."""
    identity.fake_credentials()
    service = Service(record, given)
    downloads.serve(network)
    service.serve(network)
    calls.watch_all(WATCHED, service.called)
