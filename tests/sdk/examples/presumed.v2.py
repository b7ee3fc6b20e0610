"""What a script needs and does not make was there before: a cluster, a data store, files, settings."""

import json
import os

from azure.ai.ml import MLClient
from azure.identity import ClientSecretCredential

with open("../configuration.json") as file:
    settings = json.load(file)
with open("train.py", "rb") as file:
    assert file.read() == b"made up\n"
credential = ClientSecretCredential(settings["aad_tenant"], settings["aad_client_id"], os.environ["BATCHAI_SECRET"])
client = MLClient.from_config(credential)
assert client.compute.get("gpu").min_instances == 2
assert client.datastores.get("afs").container_name == "afs"
assert os.environ.get("BATCHAI_SECRET") is None
