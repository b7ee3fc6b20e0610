"""A workspace and its clusters, from the first to the last."""
from collections import Counter

from azure.ai.ml import MLClient
from azure.ai.ml.entities import AmlCompute, AmlComputeSshSettings, NetworkSettings, Workspace
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

client = MLClient(DefaultAzureCredential(), "subscription", "group", "workspace")
poller = client.workspaces.begin_create(Workspace(name="workspace", location="eastus", resource_group="group"))
if not poller.done():
    poller.wait(60)
workspace = poller.result()
print(workspace.name, workspace.location, poller.status())


def scale(auto):
    return dict(min_instances=0, max_instances=4) if auto else dict(min_instances=2, max_instances=2)


parameters = AmlCompute(
    name="cpu",
    size="STANDARD_D2_V3",
    tier="low_priority",
    ssh_public_access_enabled=True,
    ssh_settings=AmlComputeSshSettings(admin_username="u", admin_password=None, ssh_key_value="k"),
    network_settings=NetworkSettings(vnet_name="v", subnet="s"),
    idle_time_before_scale_down=120,
    tags={"a": "b"},
    **scale(True)
)
cluster = client.compute.begin_create_or_update(parameters).result()


def status(ml, name):
    cluster = ml.compute.get(name)
    nodes = list(ml.compute.list_nodes(name))
    states = Counter(node.node_state or getattr(node, "nodeState", None) for node in nodes)
    print(cluster.provisioning_state, cluster.min_instances, cluster.max_instances, len(nodes), states["idle"])
    for error in cluster.provisioning_errors or []:
        print(error)
    first = nodes[0] if nodes else None
    return first and first.public_ip_address


status(client, "cpu")
for node in client.compute.list_nodes("cpu"):
    print(node.node_id, node.public_ip_address, node.port, node.run_id)

cluster = client.compute.get("cpu")
cluster.min_instances, cluster.max_instances = 0, 4
cluster.tags = {}
if cluster.network_settings and not cluster.network_settings.subnet:
    cluster.network_settings = None
client.compute.begin_create_or_update(cluster).wait()

names = [(c.name, c.size, c.tier) for c in client.compute.list(compute_type="amlcompute")]
usages = {u.name["value"]: (u.current_value, u.limit, u.unit) for u in client.compute.list_usage(location="eastus")}
print(names, usages, [s.name for s in client.compute.list_sizes()])
try:
    client.compute.get("missing")
except ResourceNotFoundError as error:
    print(error.status_code, error.reason, error.message)
except HttpResponseError as error:
    print(error.status_code, error.response)
except AzureError as error:
    print(error.message)
finally:
    client.compute.begin_delete("cpu").result()
    client.workspaces.begin_delete("workspace", delete_dependent_resources=False, permanently_delete=True).result()
other = MLClient(ManagedIdentityCredential(client_id="i"), "s", workspace_name="w", resource_group_name="g", cloud="x")
print(other.subscription_id, other.resource_group_name, other.workspace_name)
