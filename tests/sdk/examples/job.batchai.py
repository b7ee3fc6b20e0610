"""A distributed job of Batch AI with data in and out, from its storage to its logs."""

import time

import utilities
from azure.mgmt.batchai import models
from azure.storage.file import FileService
from msrest.exceptions import ClientException

settings = utilities.config.Configuration("configuration.json")
client = utilities.config.create_batchai_client(settings)
files = FileService(settings.storage_account_name, settings.storage_account_key)
assert files.create_share("share", fail_on_exist=False)
assert not files.create_share("share", fail_on_exist=False)
files.create_directory("share", "scripts", fail_on_exist=False)
files.create_file_from_path("share", "scripts", "train.py", __file__)

cluster = client.clusters.get(settings.resource_group, settings.workspace, "gpu")
where = (settings.resource_group, settings.workspace, "digits")
client.experiments.create(*where).result()
job = client.jobs.create(*where, "job", models.JobCreateParameters(
    cluster=models.ResourceId(id=cluster.id),
    node_count=2,
    input_directories=[models.InputDirectory(id="SCRIPT", path="$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/scripts")],
    output_directories=[models.OutputDirectory(
        id="MODEL", path_prefix="$AZ_BATCHAI_JOB_MOUNT_ROOT/afs", path_suffix="Models")],
    std_out_err_path_prefix="$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/logs",
    environment_variables=[models.EnvironmentVariable(name="EPOCHS", value="3")],
    mount_volumes=models.MountVolumes(azure_file_shares=[models.AzureFileShareReference(
        account_name=settings.storage_account_name,
        credentials=models.AzureStorageCredentialsInfo(account_key=settings.storage_account_key),
        azure_file_url="https://account.file.core.windows.net/share",
        relative_mount_path="afs")]),
    container_settings=models.ContainerSettings(
        image_source_registry=models.ImageSourceRegistry(image="example/image:1"), shm_size="8g"),
    job_preparation=models.JobPreparation(command_line="pip install scipy"),
    py_torch_settings=models.PyTorchSettings(
        python_script_file_path="$AZ_BATCHAI_INPUT_SCRIPT/train.py", process_count=4, communication_backend="gloo"),
)).result()

states = []
while not states or states[-1] != models.ExecutionState.succeeded:
    states.append(client.jobs.get(*where, "job").execution_state)
    time.sleep(60)
assert [getattr(state, "value", state) for state in states] == ["queued", "running", "succeeded"], states
listed = client.jobs.list_output_files(
    *where, "job", models.JobsListOutputFilesOptions(outputdirectoryid="stdouterr"))
assert [(file.name, file.content_length) for file in listed] == [("stderr.txt", 0), ("stdout.txt", 12)]
client.jobs.terminate(*where, "job").result()
client.jobs.delete(*where, "job").result()
try:
    client.jobs.get(*where, "job")
except ClientException:
    pass
