"""A workspace and a cluster from nothing to nothing."""

from azureml.core import Workspace
from azureml.core.authentication import ServicePrincipalAuthentication
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException

auth = ServicePrincipalAuthentication(
    tenant_id="<tenant>", service_principal_id="<client>", service_principal_password="<secret>")
space = Workspace.create(
    name="space", auth=auth, subscription_id="11111111-1111-1111-1111-111111111111", resource_group="group",
    location="eastus", create_resource_group=False, tags={"team": "vision"}, exist_ok=True)

try:
    cluster = ComputeTarget(workspace=space, name="gpu")
except ComputeTargetException:
    cluster = ComputeTarget.create(space, "gpu", AmlCompute.provisioning_configuration(
        vm_size="STANDARD_NC6", vm_priority="lowpriority", min_nodes=2, max_nodes=2, admin_username="demo",
        admin_user_ssh_key="ssh-rsa AAAA demo", remote_login_port_public_access="Enabled",
        vnet_resourcegroup_name="group", vnet_name="net", subnet_name="inner"))
cluster.wait_for_completion(show_output=True)
status = cluster.get_status()
assert status.current_node_count == 2, status.serialize()
assert len(cluster.list_nodes()) == 2, cluster.list_nodes()

cluster.update(min_nodes=0, max_nodes=4)
assert [target.name for target in ComputeTarget.list(space)] == ["gpu"]
assert list(space.compute_targets) == ["gpu"]
cluster.delete()
assert not ComputeTarget.list(space)
space.delete()
