"""What both Azure ML SDKs see of a workspace: the resource itself, its storage and its addresses."""

import functools
import re

from offline.arm import not_found
from offline.network import Answer

LOCATION = "eastus"
API_HOST = LOCATION + ".api.azureml.ms"
MOMENT = "2019-03-31T12:00:00.000Z"
STORAGE_ACCOUNT = "workspacestorage"
WORKSPACE = r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/" \
            r"Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/]+)"

GIVEN_NODES = 2         # of a cluster that was there before
NO_NODES = dict.fromkeys(("preparingNodeCount", "runningNodeCount", "idleNodeCount", "leavingNodeCount",
                          "unusableNodeCount", "preemptedNodeCount"), 0)


def serve_resource_groups(arm, record):
    """Every resource group is there; creating one is noted all the same."""
    group = r"/subscriptions/[^/]+/resourceGroups/(?P<name>[^/]+)"
    arm.action("HEAD", group, lambda _request, _match: Answer(204))
    arm.action("GET", group, lambda request, match: Answer(200, {
        "id": request.path, "name": match["name"], "location": LOCATION,
        "properties": {"provisioningState": "Succeeded"}}))
    arm.on_put(group, lambda path, _body, _old: record.operate("resource_groups.create", path.rpartition("/")[2]))


def add_workspace_when_missing(arm, resource_id):
    """A workspace that a script names exists, unless the script deleted it."""
    if resource_id.lower() not in arm.resources:
        arm.add(resource_id, location=LOCATION, sku={"name": "Basic", "tier": "Basic"},
                identity={"type": "SystemAssigned", "principalId": "0", "tenantId": "0"},
                properties=workspace_properties(resource_id))


def deployed_workspace(arm, deployment_id, body):
    """Both SDKs create a workspace by deploying a template: one fills in parameters, the other writes values."""
    given = {name: entry.get("value") for name, entry in body["properties"].get("parameters", {}).items()}
    template = next(resource for resource in body["properties"]["template"]["resources"]
                    if resource["type"] == "Microsoft.MachineLearningServices/workspaces")
    name = given.get("workspaceName", template["name"])
    group = re.match("/subscriptions/[^/]+/resourceGroups/[^/]+", deployment_id, re.I).group()
    add_workspace_when_missing(
        arm, "{}/providers/Microsoft.MachineLearningServices/workspaces/{}".format(group, name))
    tags = given.get("tagValues") if "tagValues" in given else template.get("tags")
    tags = {tag: value for tag, value in (tags or {}).items() if tag != "createdByToolkit"}
    return name, {"location": given.get("location", template["location"]), "tags": tags}


def workspace_properties(resource_id):
    """What the service adds to a workspace."""
    group = resource_id.split("/providers/")[0]
    provider = group + "/providers/Microsoft."
    return {
        "friendlyName": resource_id.rpartition("/")[2],
        "workspaceId": "11111111-1111-1111-1111-111111111111",
        "discoveryUrl": "https://{}/discovery".format(API_HOST),
        "mlFlowTrackingUri": "azureml://{}/mlflow/v1.0{}".format(API_HOST, resource_id),
        "storageAccount": provider + "Storage/storageAccounts/" + STORAGE_ACCOUNT,
        "keyVault": provider + "KeyVault/vaults/workspacevault",
        "applicationInsights": provider + "Insights/components/workspaceinsights",
        "publicNetworkAccess": "Enabled",
    }


def workspace_of(resource_id):
    """{"subscription_id", "resource_group", "name"} of anything inside a workspace."""
    found = re.match(WORKSPACE, resource_id, re.I)
    return {"subscription_id": found["subscription"], "resource_group": found["group"], "name": found["workspace"]}


def own_datastore(container):
    """A datastore that every workspace has."""
    return {"datastoreType": "AzureBlob", "accountName": STORAGE_ACCOUNT, "containerName": container,
            "protocol": "https", "endpoint": "core.windows.net", "isDefault": container == "workspaceblobs",
            "credentials": {"credentialsType": "AccountKey"}}


def log_of(job_name):
    """(container, path, content) of the log that a job leaves."""
    return "artifacts", "ExperimentRun/dcid.{}/user_logs/std_log.txt".format(job_name), b"offline log\n"


def cluster_fields(asked):
    """What the service adds to an AmlCompute: it is ready, with as many idle nodes as it asked for at least."""
    nodes = asked["scaleSettings"]["minNodeCount"]
    return {"computeType": "AmlCompute", "computeLocation": LOCATION, "isAttachedCompute": False, "resourceId": None,
            "description": None, "createdOn": MOMENT, "modifiedOn": MOMENT, "provisioningErrors": None,
            "properties": {
                "vmPriority": asked.get("vmPriority") or "Dedicated", "subnet": asked.get("subnet"), "errors": None,
                "allocationState": "Steady", "allocationStateTransitionTime": MOMENT,
                "currentNodeCount": nodes, "targetNodeCount": nodes,
                "nodeStateCounts": dict(NO_NODES, idleNodeCount=nodes)}}


def note_missing(arm, record):
    """Tells the driver which clusters and data stores a script looks for in vain."""
    for kind, collection in (("clusters", "computes"), ("datastores", "datastores")):
        arm.on_miss(".*/{}/[^/]+".format(collection), functools.partial(_note_missing, record, kind))


def _note_missing(record, kind, path):
    record.missing.append((kind, path.rpartition("/")[2]))


def add_given_clusters(arm, workspace, given):
    """Clusters that were there before the script ran."""
    asked = {"vmSize": "STANDARD_D2_V3", "remoteLoginPortPublicAccess": "Enabled",
             "scaleSettings": {"minNodeCount": GIVEN_NODES, "maxNodeCount": GIVEN_NODES,
                               "nodeIdleTimeBeforeScaleDown": "PT120S"}}
    for name in given.get("clusters", ()):
        fields = cluster_fields(asked)
        fields["properties"].update(asked)
        arm.add("{}/computes/{}".format(workspace, name), location=LOCATION, properties=fields)


def given_datastore(name):
    """A data store that was there before the script ran."""
    return {"datastoreType": "AzureBlob", "accountName": "account", "containerName": name, "protocol": "https",
            "endpoint": "core.windows.net", "isDefault": False, "credentials": {"credentialsType": "AccountKey"}}


def list_nodes(arm, request):
    """Answers `…/computes/NAME/listNodes`."""
    cluster = arm.resources.get(request.path.rpartition("/")[0].lower())
    if cluster is None:
        return not_found(request.path)
    count = cluster["properties"]["properties"]["currentNodeCount"]
    return Answer(200, {"nodes": [
        {"nodeId": "tvm-{}".format(number), "privateIpAddress": "10.0.0.{}".format(number),
         "publicIpAddress": "203.0.113.{}".format(number), "port": 50000 + number, "nodeState": "idle"}
        for number in range(count)]})


def usages(_request, _match):
    """Answers `…/locations/NAME/usages`."""
    return Answer(200, {"value": [
        {"id": "0", "type": "Microsoft.MachineLearningServices/usages", "unit": "Count", "currentValue": 0, "limit": 24,
         "name": {"value": "standardNCFamily", "localizedValue": "Standard NC Family"}}]})


def locations(_request, _match):
    """Answers `…/providers/Microsoft.MachineLearningServices`."""
    return Answer(200, {"namespace": "Microsoft.MachineLearningServices", "registrationState": "Registered",
                        "resourceTypes": [{"resourceType": "workspaces", "locations": ["East US", "West US 2"]}]})
