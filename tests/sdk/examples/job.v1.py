"""A distributed job as an estimator, from its storage to its results."""

import os
from datetime import datetime

from azureml.core import Datastore, Experiment, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.runconfig import TensorflowConfiguration
from azureml.data import OutputFileDatasetConfig
from azureml.train.dnn import TensorFlow
from azureml.widgets import RunDetails

space = Workspace("11111111-1111-1111-1111-111111111111", "group", "space")
bfs = Datastore.register_azure_blob_container(
    workspace=space, datastore_name="bfs", container_name="box", account_name="account", account_key="a2V5",
    create_if_not_exists=True, overwrite=True)
afs = Datastore.register_azure_file_share(
    workspace=space, datastore_name="afs", file_share_name="share", account_name="account", account_key="a2V5",
    create_if_not_exists=True, overwrite=True)
os.makedirs("code")
with open("code/train.py", "w") as script:
    script.write("print('hi')\n")
bfs.upload(src_dir="code", target_path="code", overwrite=True, show_progress=True)
afs.upload_files(["code/train.py"], target_path="code", overwrite=True)

cluster = ComputeTarget.create(
    space, "gpu", AmlCompute.provisioning_configuration(vm_size="STANDARD_NC6", min_nodes=2, max_nodes=2))
data = bfs.path("digits", data_reference_name="DATA").as_mount()
model = OutputFileDatasetConfig(name="MODEL", destination=(bfs, "{run-id}/Models")).as_mount()
estimator = TensorFlow(
    source_directory="scripts", entry_script="train.py", compute_target=cluster, node_count=2,
    distributed_training=TensorflowConfiguration(worker_count=2, parameter_server_count=1),
    script_params={"--epochs": 3, "--data": data, "--model": model},
    custom_docker_image="example/image:1", user_managed=True, use_gpu=True,
    environment_variables={"MODE": "fast"}, max_run_duration_seconds=604800)
experiment = Experiment(space, name="digits")
name = datetime.utcnow().strftime("job_%Y")
run = experiment.submit(estimator, tags={"batchai_job_name": name})
RunDetails(run).show()
run.wait_for_completion(show_output=True, raise_on_error=False)
assert run.get_status() == "Completed", run.get_status()
assert run.get_file_names() == ["user_logs/std_log.txt"], run.get_file_names()
run.download_file("user_logs/std_log.txt", "log.txt")
assert os.path.exists("log.txt")
bfs.download("results", prefix=run.id + "/Models")
assert os.path.exists("results/{}/Models/model.txt".format(run.id)), list(os.walk("results"))
assert [known.id for known in experiment.get_runs()] == [run.id]
run.cancel()
