"""A distributed job as a ScriptRunConfig with a name of its own."""

from azureml.core import Datastore, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.authentication import AzureCliAuthentication
from azureml.core.runconfig import DockerConfiguration, MpiConfiguration
from azureml.data import OutputFileDatasetConfig

space = Workspace.get(name="space", auth=AzureCliAuthentication(),
                      subscription_id="11111111-1111-1111-1111-111111111111", resource_group="group")
bfs = Datastore.register_azure_blob_container(
    workspace=space, datastore_name="bfs", container_name="box", account_name="account", account_key="a2V5")
assert Datastore.get(space, "bfs").container_name == "box"
data = bfs.path("digits", data_reference_name="DATA").as_mount()
model = OutputFileDatasetConfig(name="MODEL", destination=(bfs, "{run-id}/Models")).as_upload()
environment = Environment.from_docker_image("batchai", "example/image:1")
environment.environment_variables["MODE"] = "fast"
source = ScriptRunConfig(
    source_directory="scripts", script="train.py", arguments=["--data", str(data), "--model", model, "--name", "a b"],
    compute_target="gpu", environment=environment,
    distributed_job_config=MpiConfiguration(process_count_per_node=2, node_count=2),
    docker_runtime_config=DockerConfiguration(use_docker=True, shm_size="8g"), max_run_duration_seconds=604800)
source.run_config.data_references = {data.data_reference_name: data.to_config()}
run = Experiment(space, "digits").submit(source, run_id="job")
states = [run.get_status(), run.get_status(), run.get_status()]
assert states[-1] == "Completed", states
assert space.get_run("job").id == "job"
