"""What the published shapes forbid is refused, and the script fails for it though it goes on after each refusal."""

import requests

SPACE = "subscriptions/sub/resourceGroups/group/providers/Microsoft.MachineLearningServices/workspaces/space"
ARM, PLANE = "https://management.azure.com/", "https://eastus.api.azureml.ms/"


def send(method, address, body):
    assert requests.request(method, address, json=body).status_code == 400


def run(**configuration):
    send("POST", "{}execution/v1.0/{}/experiments/digits/snapshotrun?runId=one".format(PLANE, SPACE),
         {"Configuration": configuration})


def cluster(**properties):
    send("PUT", "{}{}/computes/one".format(ARM, SPACE),
         {"location": "eastus", "properties": {"computeType": "AmlCompute", "properties": properties}})


run(script="train.py", nodes=2)                                     # no such field
run(script="train.py", nodeCount="2")                               # another type
run(script="train.py", communicator="Horovod")                      # no such word
run(script="train.py", mpi={"processCount": 2})                     # no such field, further down
run(script="train.py", dataReferences={"DATA": {"path": "digits"}})
cluster(vmSize="STANDARD_NC6", nodeCount=2)
cluster(vmSize="STANDARD_NC6", currentNodeCount=2)                  # only the service writes it
send("POST", "{}datastore/v1.0/{}/datastores".format(PLANE, SPACE),
     {"name": "bfs", "dataStoreType": "AzureBlobs", "azureStorageSection": {"accountName": "account"}})
