"""A distributed job with data in and out, from its storage to its results."""

import os
import time
from datetime import datetime

from azure.ai.ml import Input, MLClient, MpiDistribution, Output, command
from azure.ai.ml.entities import AccountKeyConfiguration, AzureBlobDatastore, AzureFileDatastore, Environment
from azure.identity import ClientSecretCredential

credential = ClientSecretCredential(tenant_id="<tenant>", client_id="<client>", client_secret="<secret>")
client = MLClient(credential, "sub", "group", "space")
key = AccountKeyConfiguration(account_key="a2V5")
client.datastores.create_or_update(
    AzureFileDatastore(name="afs", account_name="account", file_share_name="share", credentials=key))
client.datastores.create_or_update(
    AzureBlobDatastore(name="bfs", account_name="account", container_name="box", credentials=key))

name = datetime.utcnow().strftime("job_%Y_%m_%d")
job = command(
    name=name,
    experiment_name="digits",
    compute="gpu",
    instance_count=2,
    distribution=MpiDistribution(process_count_per_instance=2),
    environment=Environment(image="example/image:1"),
    environment_variables={"EPOCHS": "3"},
    shm_size="8g",
    inputs={"DATA": Input(type="uri_folder", path="azureml://datastores/bfs/paths/digits", mode="ro_mount")},
    outputs={"MODEL": Output(type="uri_folder", path="azureml://datastores/bfs/paths/models/" + name,
                             mode="rw_mount")},
    command="python train.py ${{inputs.DATA}} ${{outputs.MODEL}}",
    timeout=604800,
)
job = client.jobs.create_or_update(job)

states = []
while not states or states[-1] != "Completed":
    states.append(client.jobs.get(name).status)
    time.sleep(60)
assert states == ["Queued", "Running", "Completed"], states

client.jobs.stream(name)
client.jobs.download(name, download_path="logs")
assert os.path.exists("logs/artifacts/user_logs/std_log.txt"), list(os.walk("."))
client.jobs.download(name, output_name="MODEL", download_path="results")
assert os.path.exists("results/named-outputs/MODEL/model.txt"), list(os.walk("results"))
client.jobs.begin_cancel(name).result()
client.jobs.begin_delete(name).result()
