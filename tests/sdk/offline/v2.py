"""Puts the fake Azure ML of azure-ai-ml in place and watches the script's calls of it."""

from azure.ai.ml import operations

from offline import calls, identity
from offline.v2_service import Service

# Public methods and what they are called in a recording.
WATCHED = {
    (operations.ComputeOperations, "clusters"): {
        "get": "get", "list": "list", "list_nodes": "list_nodes", "begin_create_or_update": "create",
        "begin_update": "update", "begin_delete": "delete", "list_usage": "list_usages", "list_sizes": "list_sizes"},
    (operations.JobOperations, "jobs"): {
        "get": "get", "list": "list", "stream": "wait", "download": "download", "begin_cancel": "cancel",
        "begin_delete": "delete", "archive": "archive", "create_or_update": "create", "update": "update",
        "show_services": "show_services", "validate": "validate"},
    (operations.DatastoreOperations, "datastores"): {
        "get": "get", "list": "list", "delete": "delete", "create_or_update": "create", "get_default": "get_default"},
    (operations.EnvironmentOperations, "environments"): {
        "get": "get", "list": "list", "create_or_update": "create", "archive": "archive"},
    (operations.WorkspaceConnectionsOperations, "connections"): {
        "get": "get", "list": "list", "create_or_update": "create", "delete": "delete"},
    (operations.WorkspaceOperations, "workspaces"): {
        "get": "get", "list": "list", "begin_create": "create", "begin_update": "update", "begin_delete": "delete"},
}


def prepare(record, _clock):
    """Puts the fake service in place for this process."""
    identity.fake_credentials()
    service = Service(record)
    service.install()
    for (owner, group), methods in WATCHED.items():
        for method, verb in methods.items():
            calls.watch(owner, method, _note(service, group, verb))


def _note(service, group, verb):
    """A note for `calls.watch`."""
    def noted(_client, arguments, keywords):
        service.note(group, verb, "" if verb == "list" else calls.subject(arguments, keywords))
    return noted
