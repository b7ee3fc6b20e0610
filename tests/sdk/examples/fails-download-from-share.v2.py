"""What azure-ai-ml 1.35 cannot do: download an output that stands on a file share."""

from azure.ai.ml import MLClient, Output, command
from azure.ai.ml.entities import AccountKeyConfiguration, AzureFileDatastore, Environment
from azure.identity import AzureCliCredential

client = MLClient(AzureCliCredential(), "sub", "group", "space")
client.datastores.create_or_update(AzureFileDatastore(
    name="afs", account_name="account", file_share_name="share",
    credentials=AccountKeyConfiguration(account_key="a2V5")))
client.jobs.create_or_update(command(
    name="job", compute="gpu", environment=Environment(image="example/image:1"), command="true",
    outputs={"MODEL": Output(type="uri_folder", path="azureml://datastores/afs/paths/models")}))
client.jobs.stream("job")
client.jobs.download("job", output_name="MODEL")
