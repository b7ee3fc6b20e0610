"""Training with a script run configuration."""
import os

from azureml.core import Environment, Experiment, Run, ScriptRunConfig, Workspace
from azureml.core.runconfig import DockerConfiguration, PyTorchConfiguration, TensorflowConfiguration
from azureml.data import OutputFileDatasetConfig
from azureml.data.data_reference import DataReference

ws = Workspace.from_config(path=os.getcwd())
env = Environment.from_docker_image("env", "tensorflow/tensorflow:1.8.0-gpu")
env.python.user_managed_dependencies = True
env.docker.base_image_registry.address = "a"
env.environment_variables["A"] = "1"
store = ws.get_default_datastore()
data = DataReference(datastore=store, data_reference_name="data", path_on_datastore="data", mode="mount")
out = OutputFileDatasetConfig(name="out", destination=(store, "out")).as_mount()
src = ScriptRunConfig(
    source_directory="code", script="train.py", arguments=["--data", str(data), "--out", out],
    compute_target="gpu", environment=env,
    distributed_job_config=TensorflowConfiguration(worker_count=2, parameter_server_count=1),
    docker_runtime_config=DockerConfiguration(use_docker=True), max_run_duration_seconds=604800)
src.run_config.node_count = 2
src.run_config.data_references = {data.data_reference_name: data.to_config()}
src.run_config.communicator = "None"
line = ScriptRunConfig(source_directory=".", command="python train.py", compute_target="gpu", environment=env,
                       distributed_job_config=PyTorchConfiguration(process_count=2, node_count=2))
run = Experiment(ws, "e").submit(src, tags={"a": "b"})
run.wait_for_completion(show_output=True)
print(run.get_metrics(), Run.get(ws, run.id).display_name, line.run_config.target)
run.download_files(prefix="outputs", output_directory="out")
