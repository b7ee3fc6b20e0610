"""What the published shapes forbid is refused, and the script fails for it though it goes on after each refusal."""

import requests

SPACE = ("https://management.azure.com/subscriptions/sub/resourceGroups/group/providers/"
         "Microsoft.MachineLearningServices/workspaces/space")
CLUSTER = {"computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_NC6", "scaleSettings": {"maxNodeCount": 1}}}
JOB = {"jobType": "Command", "command": "true", "environmentId": "azureml:one:1"}


def send(method, path, body):
    assert requests.request(method, "{}/{}".format(SPACE, path), json=body).status_code == 400


def job(**more):
    send("PUT", "jobs/one", {"properties": dict(JOB, **more)})


def cluster(**more):
    send("PUT", "computes/one", {"location": "eastus", "properties": dict(CLUSTER, properties=dict(CLUSTER["properties"], **more))})


job(nodeCount=2)                                                            # no such field
job(command=None)                                                           # required
job(distribution={"distributionType": "Horovod"})                           # no such kind
job(distribution={"distributionType": "Mpi", "workerCount": 2})             # a field of another kind
job(resources={"instanceCount": "2"})                                       # another type
job(environmentVariables={"RATE": 0.1})                                     # another type, below a name of the user
job(inputs={"DATA": {"jobInputType": "uri_folder", "mode": "rw"}})          # no such word
job(status="Completed")                                                     # only the service writes it
cluster(vmPriority="Spot")
cluster(scaleSettings={"minNodeCount": 1})
send("PUT", "datastores/one", {"properties": {"datastoreType": "AzureBlob", "accountName": "account",
                                              "credentials": {"credentialsType": "Password"}}})
send("PUT", "schedules/one", {"properties": {}})                            # nothing is published of it here
