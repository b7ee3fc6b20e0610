"""A cluster from nothing to nothing: made if it is missing, looked at, resized, deleted."""

from azure.ai.ml import MLClient
from azure.ai.ml.entities import AmlCompute, AmlComputeSshSettings
from azure.core.exceptions import ResourceNotFoundError
from azure.identity import DefaultAzureCredential

client = MLClient(DefaultAzureCredential(), "sub", "group", "space")

try:
    cluster = client.compute.get("gpu")
except ResourceNotFoundError:
    cluster = client.compute.begin_create_or_update(AmlCompute(
        name="gpu",
        size="STANDARD_NC6",
        tier="low_priority",
        min_instances=1,
        max_instances=1,
        ssh_public_access_enabled=True,
        ssh_settings=AmlComputeSshSettings(admin_username="demo", admin_password="demo-Password1"),
    )).result()
assert cluster.provisioning_state == "Succeeded", cluster.provisioning_state
assert [node.port for node in client.compute.list_nodes("gpu")] == [50000]

cluster = client.compute.get("gpu")
cluster.max_instances = 4
cluster.network_settings = None
client.compute.begin_create_or_update(cluster).result()
assert [c.name for c in client.compute.list(compute_type="amlcompute")] == ["gpu"]

client.compute.begin_delete("gpu").result()
assert not list(client.compute.list())
