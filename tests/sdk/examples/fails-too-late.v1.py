"""A data store that is used before it is registered fails, though one of that name could have been there before."""

from azureml.core import Datastore, Workspace

space = Workspace.from_config()
folder = Datastore.get(space, "bfs").path("digits")
Datastore.register_azure_blob_container(
    workspace=space, datastore_name="bfs", container_name="box", account_name="account", account_key="a2V5",
    overwrite=True)
