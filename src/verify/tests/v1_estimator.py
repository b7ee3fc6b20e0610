"""Training with an estimator of the 2019 guide."""
from azureml.core import Datastore, Experiment, Workspace
from azureml.core.authentication import ServicePrincipalAuthentication
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.container_registry import ContainerRegistry
from azureml.core.runconfig import MpiConfiguration
from azureml.train.dnn import PyTorch, TensorFlow
from azureml.train.estimator import Estimator
from azureml.widgets import RunDetails

auth = ServicePrincipalAuthentication(tenant_id="t", service_principal_id="c", service_principal_password="s")
ws = Workspace.create(
    name="w", subscription_id="s", resource_group="g", location="eastus", create_resource_group=True,
    exist_ok=True, auth=auth)
ws = Workspace.get(name="w", subscription_id="s", resource_group="g", auth=auth)
print(ws.name, ws.location, ws.resource_group)
blobs = Datastore.register_azure_blob_container(
    workspace=ws, datastore_name="blobs", container_name="samples", account_name="a", account_key="k", overwrite=True)
share = Datastore.register_azure_file_share(
    workspace=ws, datastore_name="share", file_share_name="samples", account_name="a", account_key="k")
blobs.upload(src_dir="data", target_path="data", overwrite=True, show_progress=False)
try:
    cluster = ComputeTarget(workspace=ws, name="gpu")
except ComputeTargetException:
    config = AmlCompute.provisioning_configuration(
        vm_size="STANDARD_NC6", vm_priority="lowpriority", min_nodes=0, max_nodes=4, admin_username="u",
        admin_user_ssh_key="k", idle_seconds_before_scaledown=120)
    cluster = ComputeTarget.create(ws, "gpu", config)
    cluster.wait_for_completion(show_output=True, min_node_count=0, timeout_in_minutes=20)
status = cluster.get_status()
print(status.node_state_counts, status.allocation_state, cluster.provisioning_state)

registry = ContainerRegistry()
registry.address, registry.username, registry.password = "a", "u", "p"
estimator = Estimator(
    source_directory=".", entry_script="train.py", compute_target=cluster, node_count=2,
    script_params={"--data": blobs.path("data").as_mount(), "--out": share.path("out").as_mount()},
    distributed_training=MpiConfiguration(), custom_docker_image="ubuntu", image_registry_details=registry,
    user_managed=True, use_docker=True, environment_variables={"A": "1"})
other = TensorFlow(source_directory=".", compute_target=cluster, entry_script="a.py", use_gpu=True)
third = PyTorch(source_directory=".", compute_target=cluster, entry_script="b.py", use_gpu=True)
experiment = Experiment(workspace=ws, name="e")
run = experiment.submit(estimator)
RunDetails(run).show()
run.wait_for_completion(show_output=True, raise_on_error=False)
print(run.id, run.status, run.get_details()["status"], run.get_file_names(), run.get_portal_url())
for run in experiment.get_runs():
    print(run.get_status(), run.experiment.name)
    run.cancel()
print(sorted(ws.compute_targets), ws.datastores["blobs"].container_name, ws.experiments["e"].name)
cluster.update(min_nodes=0, max_nodes=2)
cluster.delete()
