"""Registers storage and trains on two nodes."""
from __future__ import print_function

import sys
from datetime import datetime

from azure.ai.ml import Input, MLClient, MpiDistribution, Output, PyTorchDistribution, command
from azure.ai.ml.entities import (
    AccountKeyConfiguration,
    AzureBlobDatastore,
    AzureFileDatastore,
    BuildContext,
    Environment,
    SasTokenConfiguration,
)
from azure.core.exceptions import ResourceExistsError
from azure.identity import AzureCliCredential, ClientSecretCredential
from azure.storage.blob import BlobServiceClient

credential = AzureCliCredential() if len(sys.argv) > 1 else ClientSecretCredential("t", "c", "s")
client = MLClient(credential=credential, subscription_id="s", resource_group_name="g", workspace_name="w")

account, key = "account", "key"
for store in [
    AzureFileDatastore(
        name="share",
        account_name=account,
        file_share_name="samples",
        credentials=AccountKeyConfiguration(account_key=key),
    ),
    AzureBlobDatastore(
        name="blobs",
        account_name=account,
        container_name="samples",
        protocol="https",
        endpoint="core.windows.net",
        credentials=SasTokenConfiguration(sas_token=key),
    ),
]:
    print(store.name, store.account_name)
    client.datastores.create_or_update(store)

blobs = BlobServiceClient("https://%s.blob.core.windows.net" % account, credential=key)
try:
    blobs.create_container("samples")
except ResourceExistsError as error:
    print(error.status_code, error.message)
with open("train.py", "rb") as data:
    blobs.get_blob_client("samples", "code/train.py").upload_blob(data, overwrite=True)

nodes = 2
name = datetime.utcnow().strftime("train_%Y%m%d_%H%M%S")
inputs = {"CODE": Input(type="uri_folder", path="azureml://datastores/blobs/paths/code", mode="ro_mount")}
inputs["DATA"] = Input(type="uri_folder", path="azureml://datastores/share/paths/data", mode="download")
arguments = "--data $AZ_BATCHAI_INPUT_DATA --out $AZ_BATCHAI_OUTPUT_MODEL --epochs {0}".format(5)
job = command(
    name=name,
    experiment_name="experiment",
    display_name="training",
    compute="nc6",
    environment=Environment(name="e", build=BuildContext(path="docker", dockerfile_path="Dockerfile")),
    environment_variables={"NCCL_DEBUG": "INFO"},
    inputs=inputs,
    outputs={"MODEL": Output(type="uri_folder", mode="rw_mount", path="azureml://datastores/share/paths/m")},
    command=(
        'export AZ_BATCHAI_INPUT_DATA="${{inputs.DATA}}" AZ_BATCHAI_OUTPUT_MODEL="${{outputs.MODEL}}"; '
        'python "${{inputs.CODE}}/train.py" ' + arguments
    ),
    instance_count=nodes,
    distribution=MpiDistribution(process_count_per_instance=1),
    shm_size="2g",
    docker_args="--ipc=host",
    timeout=7 * 24 * 3600,
    tags=dict(kind="sample"),
)
job.distribution = PyTorchDistribution(process_count_per_instance=4)
job.set_resources(instance_count=nodes, instance_type="STANDARD_NC6S_V3")
job.set_limits(timeout=3600)
job.environment_variables["A"] = "1"
job.outputs["MODEL"].mode = "upload"
job.display_name = job.name + " again"
job = client.jobs.create_or_update(job, experiment_name="experiment")
print("Created {0} in {1}: {2}".format(job.name, job.experiment_name, job.studio_url))
