"""Waits for jobs, reads what they leave, and cleans up."""
import datetime
import re
import time

import azure.ai.ml as ml
from azure.ai.ml import exceptions
from azure.identity import UsernamePasswordCredential
from azure.keyvault.secrets import SecretClient
from azure.storage.blob import BlobSasPermissions, ContainerClient, generate_blob_sas
from azure.storage.fileshare import FileSasPermissions, ShareDirectoryClient, ShareServiceClient, generate_file_sas

credential = UsernamePasswordCredential("i", "u", "p")
client = ml.MLClient(credential, "s", "g", "w")
STATES = {"Queued": "queued", "Completed": "succeeded"}


def state(job):
    return STATES.get(getattr(job.status, "value", job.status), "queued")


job = client.jobs.get("j")
while state(job) == "queued":
    time.sleep(5)
    job = client.jobs.get("j")
try:
    client.jobs.stream(job.name)
except exceptions.JobException as error:
    print(error.message)


def files(client, name, output, minutes=60):
    where = client.jobs.get(name).outputs[output].path
    store, prefix = re.match(r"azureml://.*?datastores/([^/]+)/paths/(.*)", where).groups()
    store = client.datastores.get(store, include_secrets=True)
    key = store.credentials.account_key
    expiry = datetime.datetime.utcnow() + datetime.timedelta(minutes=minutes)
    if hasattr(store, "container_name"):
        url = "{0}://{1}.blob.{2}".format(store.protocol, store.account_name, store.endpoint)
        for blob in ContainerClient(url, store.container_name, credential=key).list_blobs(name_starts_with=prefix):
            sas = generate_blob_sas(
                store.account_name, store.container_name, blob.name,
                account_key=key, permission=BlobSasPermissions(read=True), expiry=expiry)
            yield blob.name, url + "?" + sas, blob.last_modified, blob.size
    else:
        url = "{0}://{1}.file.{2}".format(store.protocol, store.account_name, store.endpoint)
        folder = ShareDirectoryClient(url, store.file_share_name, prefix, credential=key)
        for item in folder.list_directories_and_files(include=["timestamps"]):
            sas = generate_file_sas(
                store.account_name, store.file_share_name, [prefix, item.name],
                account_key=key, permission=FileSasPermissions(read=True), expiry=expiry)
            yield item.name, sas, item.last_modified, item.size


for name, url, modified, size in files(client, "j", "MODEL"):
    print(name, url, modified, size)
client.jobs.download("j", download_path="./out", output_name="MODEL")
jobs = [j for j in client.jobs.list(max_results=10) if j is not None and j.experiment_name == "e"]
print(len([j for j in jobs if state(j) == "failed"]), "failed of", len(jobs))
for j in jobs:
    print(j.name, j.creation_context.created_at, j.tags.get("kind"), j.studio_url)
client.jobs.begin_cancel("j").result()
client.jobs.begin_delete("j").wait()
client.jobs.archive(name="j")
service = ShareServiceClient(account_url="https://a.file.core.windows.net", credential="k")
service.create_share("share")
service.get_share_client("share").get_directory_client("d").create_directory()
secret = SecretClient("https://v.vault.azure.net", credential).get_secret("name", "version")
print(secret.value, secret.name, secret.properties.version)
