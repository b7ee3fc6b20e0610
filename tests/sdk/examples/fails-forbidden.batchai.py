"""What the published shapes forbid is refused, and the script fails for it though it goes on after each refusal."""

import requests

SPACE = ("https://management.azure.com/subscriptions/sub/resourceGroups/group/providers/"
         "Microsoft.BatchAI/workspaces/space")
JOB = {"cluster": {"id": "one"}, "nodeCount": 1, "stdOutErrPathPrefix": "$AZ_BATCHAI_MOUNT_ROOT/logs"}
CLUSTER = {"vmSize": "STANDARD_NC6", "userAccountSettings": {"adminUserName": "demo"}}


def send(method, path, body):
    assert requests.request(method, "{}/{}".format(SPACE, path), json=body).status_code == 400


def job(**more):
    send("PUT", "experiments/digits/jobs/one", {"properties": dict(JOB, **more)})


job(nodes=2)                                                                # no such field
job(cluster=None)                                                           # required
job(nodeCount="1")                                                          # another type
job(tensorFlowSettings={})                                               # required, further down
job(inputDirectories=[{"id": "DATA"}])                                      # required, in a list
job(environmentVariables={"RATE": "0.1"})                                   # not a list
send("PUT", "clusters/one", CLUSTER)                                        # not below `properties`
send("PUT", "clusters/one", {"properties": dict(CLUSTER, vmPriority="spot")})
send("PATCH", "clusters/one", {"properties": {"scaleSettings": {"properties": {}}}})
