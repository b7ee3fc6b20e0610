"""A workspace and a cluster of Batch AI from nothing to nothing."""

from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient, models
from msrestazure.azure_exceptions import CloudError

credentials = ServicePrincipalCredentials(client_id="<client>", secret="<secret>", tenant="<tenant>")
client = BatchAIManagementClient(credentials, "sub")
client.workspaces.create("group", "space", "eastus").result()

try:
    client.clusters.get("group", "space", "gpu")
except CloudError as error:
    assert error.status_code == 404, error
    client.clusters.create("group", "space", "gpu", models.ClusterCreateParameters(
        vm_size="STANDARD_NC6",
        vm_priority="lowpriority",
        scale_settings=models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=2)),
        user_account_settings=models.UserAccountSettings(admin_user_name="demo", admin_user_password="Password1"),
    )).result()
cluster = client.clusters.get("group", "space", "gpu")
assert cluster.allocation_state == models.AllocationState.steady, cluster.allocation_state
assert cluster.node_state_counts.idle_node_count == 2, cluster.node_state_counts
assert [node.port for node in client.clusters.list_remote_login_information("group", "space", "gpu")] == [50000, 50001]

client.clusters.update("group", "space", "gpu", scale_settings=models.ScaleSettings(
    auto_scale=models.AutoScaleSettings(minimum_node_count=0, maximum_node_count=4)))
assert [known.name for known in client.clusters.list_by_workspace("group", "space")] == ["gpu"]
client.clusters.delete("group", "space", "gpu").result()
assert not list(client.clusters.list_by_workspace("group", "space"))
client.workspaces.delete("group", "space").result()
